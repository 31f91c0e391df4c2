"""What a section's text may speak of beyond its own symbol: what the members of that raise, and the tables of its module.

In: a text, the entry of its symbol, and the sources. Out: the entry with these facts put in, as far as the text may state them.
Recording and comparing both ask here: what one of them cannot see, the other takes for gone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from docgen.brief import HOLDERS
from docgen.check.sources import Sources
from docgen.claims.layout import Page
from docgen.claims.paths import cited_in
from docgen.facts import Entry, Fact, Facts, keys_of
from docgen.later import expression

_ABOUT_ERRORS = expression(r"[Rr]ais|Error|Exception|Warning|[Ee]xpect")


def informed(text: str, entry: Entry, facts: Facts, sources: Sources, known: Collection[str] | None = None) -> Entry:
    """The entry with what its members raise, where the text speaks of exceptions, and with the items of its module's tables
    whose keys the text names. `known` are the facts on record, where there is a record: without one of a table, none is looked
    for."""
    if entry.get("kind") is None:
        return entry
    if entry.get("kind") in HOLDERS and (_ABOUT_ERRORS.search(text) or any(map(_is_of_member, known or ()))):
        entry = sources.with_members(facts, entry)
    if known is not None and not any(keys_of(name) for name in known):
        return entry
    lowered = text.lower()
    tables = sources.tables(facts, entry.about)
    told = tuple(fact for fact in tables if all(key.lower() in lowered for key in keys_of(fact.name)))
    return replace(entry, facts=(*entry.facts, *told)) if told else entry


def cited_elsewhere(text: str, entry: Entry, facts: Facts, sources: Sources) -> list[Fact]:
    """The symbols beside its own that a text cites by their full path in code font, roles and links, and that are there."""
    if facts.subject.kind != "api":
        return []
    root = entry.about.partition(".")[0]
    paths = dict.fromkeys(path for path in cited_in(Page.of(text), root) if not f"{entry.about}.".startswith(f"{path}."))
    return [Fact(f"names.{path}", True) for path in paths if sources.place(facts, path).entry is not None]


def _is_of_member(name: str) -> bool:
    return name.startswith("members.") and ".raises" in name
