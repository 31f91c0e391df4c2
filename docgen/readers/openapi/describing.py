"""The words that OpenAPI documents describe their parts with, short enough for a page of tables.

In: Markdown, at times with HTML in it. Out: its beginning on one line, in whole sentences.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from docgen.facts import Fact
from docgen.readers.docstrings import one_line, sentences

_LONGEST = 300  # characters of a description in a table
_LONGEST_FIRST = 500  # of a single sentence
_LONGEST_TOLD = 600  # characters of what follows the first sentence of an introduction
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|code|dd|div|dl|dt|em|h[1-6]|hr|i|img|li|ol|p|pre|small|span|strong|sub|sup|table|td|th|tr|u|ul)\b[^<>]*>",
    re.I,
)
_CODE = re.compile(r"<code>([^<>`]+)</code>", re.I)
_BLOCK = re.compile(r"<(?:br|p|/p|li|ul|ol|h[1-6]|table|pre|div)\b[^<>]*>", re.I)
_IMAGE = re.compile(r"\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?")
# A link that leads to a page of the site which the document was written for.
_NEAR_LINK = re.compile(r"(?<!!)\[([^\[\]]+)\]\((?!https?:|mailto:)[^()]*\)")
_POINTER = re.compile(r"(?:Learn|Read|See) more(?: here)?\.?")  # what is left of a link to elsewhere
_NO_PROSE = re.compile(r"[#>|]|```|~~~|(?:[-*+]|\d+[.)])\s")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)]|#+|>|\|)\s)")


def plain(text: str) -> str:
    """Markdown without images, HTML elements, and links that lead nowhere from another page."""
    text = _NEAR_LINK.sub(r"\1", _IMAGE.sub("", text))
    if "<" in text:
        text = html.unescape(_TAG.sub("", _CODE.sub(r"`\1`", _BLOCK.sub("\n\n", text))))
    return text


def described(text: str) -> str:
    """The first paragraph of a description, as many sentences of it as a table has room for."""
    paragraphs = (part.strip() for part in _PARAGRAPH.split(plain(text)))
    first = one_line(next((part for part in paragraphs if part and part[0] not in "#`|"), ""))
    kept = ""
    for sentence in sentences(first) if first else ():
        if _POINTER.fullmatch(sentence):
            continue
        if kept and len(kept) + len(sentence) > _LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    if len(kept) > _LONGEST_FIRST:
        kept = kept[:_LONGEST_FIRST].rpartition(" ")[0].rstrip(" ,;:(`") + " …"
    return kept.rstrip(":").rstrip()


def _beginning(text: str) -> Iterator[str]:
    """The paragraphs of prose that a text begins with."""
    for part in filter(None, map(str.strip, _PARAGRAPH.split(text))):
        if _NO_PROSE.match(part):
            return
        yield part


def told(text: str, line: str) -> Iterator[Fact]:
    """What a symbol is for, as a docstring tells it: its first sentence, and those after it as far as there is room, up to the
    first heading, list or block of code."""
    parts = list(_beginning(plain(text)))
    ended = [part if part.endswith((".", "!", "?", ":")) else f"{part}." for part in parts[:-1]]
    said = sentences(words) if (words := one_line(" ".join([*ended, *parts[-1:]]))) else []
    if said:
        yield Fact("doc", said[0], line)
    rest = ""
    for sentence in said[1:]:
        if len(rest) + len(sentence) > _LONGEST_TOLD:
            break
        rest = f"{rest} {sentence}".strip()
    if rest:
        yield Fact("doc.description", rest, line)
