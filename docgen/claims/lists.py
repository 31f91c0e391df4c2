"""Lists that a text presents as whole: tables and bullets of parameters, exceptions or members.

In: a `Page` and an entry. Out: which list facts the text enumerates, and the names that it lists. Prose that happens to name
every parameter promises nothing about the next one; a table does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docgen.claims.layout import FIELD, PARAMETER_FIELDS, RAISING_FIELDS, Block, Page
from docgen.facts import Entry
from docgen.later import Frozen, expression

LIST_FACTS = ("parameters", "raises", "members")
# Titles, table headers and lead-ins that announce a list; one of them is enough for a list of one.
_ANNOUNCED = {
    "parameters": expression(r"\b(?:parameters?|arg(?:ument)?s?|options?|fields?)\b", re.I),
    "raises": expression(r"\b(?:rais(?:es?|ed)|exceptions?|errors?|throws?|failure modes)\b", re.I),
    "members": expression(r"\b(?:members?|methods?|functions?|classes|class|contents|names?|attributes|symbols?|api)\b", re.I),
}
# Fields announce themselves: those of one sort are a list, whatever other fields stand between them.
_FIELDS = {"parameters": PARAMETER_FIELDS, "raises": RAISING_FIELDS}
_NOT_ALL = expression(r"\b(?:some|among others|and others|such as|for example|e\.g\.|most important|including|main)\b", re.I)


class Enumeration(Frozen):
    """The names that one list or table gives, a line each; `lead` is what announces it."""

    names: tuple[str, ...]
    lead: str


def enumerations(page: Page) -> Iterator[Enumeration]:
    """Every list and table whose items begin with names."""
    groups: dict[int, list[Block]] = {}
    above: dict[int, str] = {}
    last = ""
    for block in page.blocks:
        if block.listed:
            groups.setdefault(block.group, []).append(block)
            above.setdefault(block.group, last)
        elif not block.names and not block.cells:
            last = page.plain[max(block.start, block.end - 200) : block.end]
    for group, blocks in groups.items():
        headers = " ".join(cell.header for cell in blocks[0].cells[:1])
        lead = f"{blocks[0].section} {headers} {above[group].strip() if above[group].rstrip().endswith(':') else ''}"
        yield _enumeration(blocks, lead)
        for fact, words in _FIELDS.items():
            if fields := [block for block in blocks if _field(page, block) in words]:
                yield _enumeration(fields, fact)


def _enumeration(blocks: Iterable[Block], lead: str) -> Enumeration:
    names = dict.fromkeys(name.lstrip("*").rpartition(".")[2] for block in blocks for name in block.names)
    return Enumeration(tuple(names), lead)


def _field(page: Page, block: Block) -> str:
    """The word of the field that a block is: `raises` for `:raises ValueError: …`; empty for another block."""
    found = FIELD.match(page.plain, block.start)
    return found.group(1) if found else ""


def complete_lists(page: Page, entry: Entry) -> Iterator[str]:
    """The names of the list facts that the text enumerates wholly."""
    found = list(enumerations(page))
    for fact in LIST_FACTS:
        wanted = _items(entry, fact)
        if wanted and any(_presents(enumeration, fact, wanted) for enumeration in found):
            yield fact


def _items(entry: Entry, fact: str) -> frozenset[str]:
    return frozenset(name.lstrip("*").rpartition(".")[2] for name in entry.strings(fact))


def _presents(enumeration: Enumeration, fact: str, wanted: frozenset[str]) -> bool:
    if not wanted <= set(enumeration.names) or _NOT_ALL.search(enumeration.lead):
        return False
    announced = _ANNOUNCED[fact].search(enumeration.lead) is not None
    return announced or len(wanted) > 1
