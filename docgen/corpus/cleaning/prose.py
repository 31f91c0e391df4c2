"""The prose of a text: what is left when its code is taken out.

In: Markdown or plain text. Out: the same with fenced code, doctests and code spans replaced. What code holds says nothing of
the language, the care or the encoding that a text was written with.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_BLOCK = (
    r"^ {0,3}(?P<fence>`{3,}|~{3,})(?s:.*?)(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|^[ \t]*>>>.*(?:\n[ \t]*\S.*)*"  # a doctest goes on to the next blank line
)
_SPAN = r"(?<!`)(?P<ticks>`+)(?!`)(?s:.+?)(?<!`)(?P=ticks)(?!`)"
_BLOCKS = re.compile(_BLOCK, re.MULTILINE)
_CODE = re.compile(f"{_BLOCK}|{_SPAN}", re.MULTILINE)


def without_blocks(text: str) -> str:
    """The text without fenced code and doctests; code spans stay."""
    return _BLOCKS.sub("\n", text) if "```" in text or "~~~" in text or ">>>" in text else text


def without_code(text: str, mark: str = " ") -> str:
    """The text with `mark` for each piece of code."""
    return _CODE.sub(mark, text) if "`" in text or "~~~" in text or ">>>" in text else text


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with every stretch between pieces of code changed."""
    parts, end = [], 0
    for found in _CODE.finditer(text):
        parts += [change(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, change(text[end:])])
