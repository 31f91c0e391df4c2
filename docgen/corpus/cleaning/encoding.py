"""Mojibake: text that was decoded with the wrong encoding somewhere on its way.

In: an example. Out: the same with text, heading and facts mended, or the reason why it stays garbled. A model that has learnt
`donâ€™t` writes it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from docgen.corpus.cleaning.prose import outside_code, without_code
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact

_LOST = re.compile("[\ufffd\x80-\x9f]")  # characters that a wrong decoding leaves behind and no text is written with


def repaired(example: Example) -> Example:
    """The example with what can be mended mended; the very same one where there is nothing to mend."""
    brief = example.brief
    texts = (example.text, brief.heading, brief.excerpt)
    if all(map(str.isascii, texts)) and all(_is_ascii(fact.value) for fact in brief.facts):
        return example
    text, heading, excerpt = map(mended, texts)
    facts = tuple(Fact(fact.name, _mended(fact.value), fact.source) for fact in brief.facts)
    if (text, heading, excerpt) == texts and facts == brief.facts:
        return example
    return replace(example, text=text, brief=replace(brief, heading=heading, excerpt=excerpt, facts=facts))


def garbled(example: Example) -> str:
    """Why an example cannot be read: characters were lost, or stay where no language has them."""
    prose = without_code(example.text)
    if prose.isascii():
        return ""
    if found := _LOST.search(prose):
        return f"has lost characters (U+{ord(found[0]):04X} at character {found.start() + 1})"
    from ftfy.badness import is_bad  # here and below: most texts never need it, and it takes as long as many of them

    return "stays garbled when decoded again" if is_bad(prose) else ""


def mended(text: str) -> str:
    """Text decoded as it was meant to be; unchanged where nothing is wrong with it. Code is left alone."""
    if text.isascii():
        return text
    from ftfy import fix_encoding

    return outside_code(text, fix_encoding)


def _is_ascii(value: JSON) -> bool:
    if isinstance(value, str):
        return value.isascii()
    if isinstance(value, list):
        return all(map(_is_ascii, value))
    if isinstance(value, dict):
        return all(key.isascii() and _is_ascii(item) for key, item in value.items())
    return True


def _mended(value: JSON) -> JSON:
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {key: _mended(item) for key, item in value.items()}
    return value
