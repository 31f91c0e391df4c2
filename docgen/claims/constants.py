"""Values that a text gives for constants: "`MAX_RETRIES` is 5".

In: a `Page` and the entry it speaks of. Out: `StatedConstant` values. Only a value that directly follows the constant's name
in code font is taken, without conditions, history or another constant in between. Of a table's items those are stated whose
keys stand with their value in one row, item or sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from docgen.claims.claim import Stated
from docgen.claims.defaults import GOES_ON, HISTORY_WORDS, UNIT, VALUE, bare
from docgen.claims.layout import Block, Page
from docgen.claims.numbers import Number, is_telling, numbers_in
from docgen.claims.values import literal, prints
from docgen.facts import Entry, Fact, keys_of
from docgen.later import Frozen, expression

STATED = expression(
    r"`{1,2}(?P<name>(?:\w{1,60}\.){0,6}[A-Za-z_]\w{1,60})`{1,2}"
    r"\s{0,3}(?:(?:is|equals|defaults\s+to|stands\s+at)\b(?:\s{1,3}(?:set\s+to|currently|now)\b)?|=|:|\()\s{0,3}" + VALUE,
)
_SENTENCE_END = expression(r"[.!?;]\s")
_SHORTEST = 3  # characters of a text that may be told by itself, and not only in a row
_CONDITION = expression(r"\b(?:if|when|unless|where|once|until|on|for)\b[^.]{0,120}$", re.I)


class StatedConstant(Frozen):
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
        if block.cells:
            yield from _in_row(page, block, known)
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


def _in_row(page: Page, block: Block, known: Mapping[str, Fact]) -> Iterator[StatedConstant]:
    """The value in the row of a constant, which its column's header calls so."""
    facts = [fact for name in block.names if (fact := known.get(name.rpartition(".")[2])) is not None]
    for cell in block.cells[1:] if len(facts) == 1 and isinstance(facts[0].value, str) else ():
        value = page.plain[cell.start : cell.end].strip()
        if cell.header in ("value", "values", "default") and value and literal(bare(value)) is not None:
            yield StatedConstant(facts[0], bare(value), cell.start, cell.end, cell.header == "value", False)


def items_in(page: Page, entry: Entry) -> Iterator[Stated]:
    """Every item of a table of which the text has the keys and the value in one row, item or sentence."""
    items = [
        (fact, keys, known.value)
        for fact in entry.under("constants")
        if (keys := keys_of(fact.name)) and isinstance(fact.value, str) and (known := literal(fact.value)) is not None
    ]
    numbers = list(numbers_in(page)) if items else []
    for block in page.blocks if items else ():
        for start, end, named in _passages(page, block):
            lowered = named.lower()
            for fact, keys, value in items:
                if not all(key.lower() in lowered for key in keys):
                    continue
                if all(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", named, re.I) for key in keys):
                    for first, last in _places(value, keys, page.plain[start:end], start, numbers, in_row=bool(block.cells)):
                        yield Stated(fact.name, fact.value, first, last)


def _passages(page: Page, block: Block) -> Iterator[tuple[int, int, str]]:
    """The parts of a block in which a value stands with its keys: cells with their header and the row's first cell,
    sentences."""
    text = page.plain
    if block.cells:
        head = text[block.cells[0].start : block.cells[0].end]
        yield from ((cell.start, cell.end, f"{head} {cell.header} {text[cell.start : cell.end]}") for cell in block.cells)
        return
    start = block.start
    for found in _SENTENCE_END.finditer(text, block.start, block.end):
        yield start, found.end(), text[start : found.end()]
        start = found.end()
    yield start, block.end, text[start : block.end]


def _places(
    value: object, keys: Sequence[str], text: str, start: int, numbers: Sequence[Number], *, in_row: bool
) -> Iterator[tuple[int, int]]:
    """Where a value stands in a passage that begins at `start`; one that is common counts in a row alone."""
    if isinstance(value, str):
        spelled = rf"(?<![^`'\"|\s]){re.escape(value)}(?![^`'\"|\s.,;])"
        found = re.search(spelled, text) if value and value not in keys else None
        if found and (in_row or len(value) > _SHORTEST):
            yield start + found.start(), start + found.end()
    elif isinstance(value, int | float):
        here = (number for number in numbers if start <= number.start < start + len(text))
        yield from ((one.start, one.end) for one in here if prints(one.text, value) and (in_row or is_telling(one.text, 2)))
