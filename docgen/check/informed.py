"""What a section's text may speak of beyond its own symbol: what the members of that raise, and the tables of its module.

In: a text, the entry of its symbol, and the sources. Out: the entry with these facts put in, as far as the text may state them.
Recording and comparing both ask here: what one of them cannot see, the other takes for gone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from docgen.check.sources import Sources
from docgen.facts import Entry, Facts, keys_of
from docgen.later import expression

_ABOUT_ERRORS = expression(r"[Rr]ais|Error|Exception|Warning|[Ee]xpect")
_HOLDERS = ("module", "package", "class")


def informed(text: str, entry: Entry, facts: Facts, sources: Sources, known: Collection[str] | None = None) -> Entry:
    """The entry with what its members raise, where the text speaks of exceptions, and with the items of its module's tables
    whose keys the text names. `known` are the facts on record, where there is a record: without one of a table, none is looked
    for."""
    if entry.get("kind") is None:
        return entry
    if entry.get("kind") in _HOLDERS and _ABOUT_ERRORS.search(text):
        entry = sources.with_members(facts, entry)
    if known is not None and not any(keys_of(name) for name in known):
        return entry
    lowered = text.lower()
    tables = sources.tables(facts, entry.about)
    told = tuple(fact for fact in tables if all(key.lower() in lowered for key in keys_of(fact.name)))
    return replace(entry, facts=(*entry.facts, *told)) if told else entry
