"""Values that a text gives for constants: "`MAX_RETRIES` is 5".

In: a `Page` and the entry it speaks of. Out: `StatedConstant` values. Only a value that directly follows the constant's name
in code font is taken, without conditions, history or another constant in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.claims.defaults import GOES_ON, HISTORY_WORDS, UNIT, VALUE, bare
from docgen.claims.layout import Page
from docgen.facts import Entry, Fact

STATED = re.compile(
    r"`{1,2}(?P<name>(?:\w{1,60}\.){0,6}[A-Za-z_]\w{1,60})`{1,2}"
    r"\s{0,3}(?:(?:is|equals|defaults\s+to|stands\s+at)\b(?:\s{1,3}(?:set\s+to|currently|now)\b)?|=|:|\()\s{0,3}" + VALUE,
)
_CONDITION = re.compile(r"\b(?:if|when|unless|where|once|until|on|for)\b[^.]{0,120}$", re.I)


@dataclass(frozen=True)
class StatedConstant:
    """A text says that the constant of `fact` is `value`; `plain` where nothing else can be meant, `unit` where a unit of
    measure follows."""

    fact: Fact
    value: str
    start: int
    end: int
    plain: bool
    unit: bool


def constants_in(page: Page, entry: Entry) -> Iterator[StatedConstant]:
    """Every value that the text gives for one of the entry's constants."""
    known = {fact.name.partition(".")[2]: fact for fact in entry.under("constants")}
    if not known:
        return
    for block in page.blocks:
        text = page.plain[block.start : block.end]
        for found in STATED.finditer(text) if "`" in text else ():
            fact = known.get(found["name"].rpartition(".")[2])
            if fact is None or not isinstance(fact.value, str):
                continue
            before = text[max(0, found.start() - 160) : found.start()]
            before = before[before.rfind(". ") + 1 :]
            plain = not HISTORY_WORDS.search(before) and not _CONDITION.search(before) and not GOES_ON.match(text, found.end())
            span = block.start + found.start("value"), block.start + found.end("value")
            unit = UNIT.match(text, found.end()) is not None
            yield StatedConstant(fact, bare(found["value"]), *span, plain, unit)
