"""What every text about a symbol takes for granted, without a word of its own for it.

In: a `Page` and an entry. Out: `Stated` values: that a function is not async, not a generator, not deprecated, or that the text
says it is. One reason to change: how else a symbol may have to be used than its signature tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from docgen.claims.claim import Stated
from docgen.claims.layout import Page
from docgen.facts import Entry
from docgen.later import expression

# The words by which a text says so.
TOLD: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "async": expression(r"\b(?:async\w*|await\w*|coroutines?)\b", re.I),
        "generator": expression(r"\b(?:generators?|generates?|yields?|iterat\w+)\b", re.I),
        "static": expression(r"\bstatic\b", re.I),
        "class_method": expression(r"\bclass[- ]?method|\bconstructor", re.I),
    }
)
IMPLIED = ("kind", "deprecated", *TOLD)
_OF_METHODS = frozenset({"static", "class_method"})


def implied_in(page: Page, entry: Entry) -> Iterator[Stated]:
    """What the text takes for granted of the symbol, and where it says otherwise."""
    kind = entry.get("kind")
    if not isinstance(kind, str) or not page.plain.strip():
        return
    yield Stated("kind", kind, 0, 0)
    if entry.get("deprecated") is None:
        yield Stated("deprecated", False, 0, 0)
    elif (at := page.plain.lower().find("deprecat")) >= 0:
        yield Stated("deprecated", True, at, at + 8)
    for name, words in TOLD.items() if kind in ("function", "method") else ():
        if not entry.get(name):
            if kind == "method" or name not in _OF_METHODS:
                yield Stated(name, False, 0, 0)
        elif found := words.search(page.plain):
            yield Stated(name, True, *found.span())
