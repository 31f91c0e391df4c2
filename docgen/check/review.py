"""What informed a text without being stated in it, and has changed in a way that may make it wrong.

In: a section's text and record, and the entry of today. Out: the names of the facts to look at, and whether the order of a list
is another. One reason to change: what a person is asked to look at though nothing is plainly wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from docgen.claims import plain_annotation
from docgen.claims.layout import Page
from docgen.claims.lists import enumerations
from docgen.claims.models import is_metric
from docgen.claims.names import ticked
from docgen.facts import JSON, Entry, mark
from docgen.ledger import Record


def context_mark(name: str, value: JSON) -> str:
    """The mark under which a fact that informed a text is recorded: that of a type is the same in every spelling."""
    if isinstance(value, str) and (name.endswith(".annotation") or name in ("returns", "yields")):
        return mark(plain_annotation(value))
    return mark(value)


class Review:
    """One section that states nothing wrong, beside the facts of today."""

    def __init__(self, text: str, record: Record, entry: Entry) -> None:
        self.text, self.record, self.entry = text, record, entry

    def changed(self) -> list[str]:
        """The facts that have changed, sorted, and the measurements that are new beside those that the text states."""
        found = {name for name, before in self.record.context.items() if _matters(name) and self._is_other(name, before)}
        return sorted(found | set(self._new_measurements()))

    def new_order(self) -> list[str]:
        """Today's parameters where a list in the text has those that a caller may pass by position in another order, and the
        source had that order when the text was recorded; empty elsewhere."""
        before = self.record.context.get("parameters")
        now = self.entry.parameters
        if before is None or mark(self.entry.get("parameters")) == before:
            return []
        positional = [name for name in now if self.entry.get(f"parameters.{name}.kind") != "keyword-only"]
        for enumeration in enumerations(self._page):
            listed = [name for name in enumeration.names if name in now]
            if sorted(listed) == sorted(now) and [name for name in listed if name in positional] != positional:
                return now
        return []

    @cached_property
    def _page(self) -> Page:
        return Page.of(self.text)

    @cached_property
    def _named(self) -> frozenset[str]:
        """What the text speaks of today, and not in its history."""
        heads = (name for block in self._page.blocks for name in block.names)
        return frozenset([*(token.text.strip().lstrip("*") for token in ticked(self._page)), *heads])

    def _is_other(self, name: str, before: str) -> bool:
        fact = self.entry.fact(name)
        cited = name.split(".")[1] if name.startswith("parameters.") else ""
        return (fact is None or context_mark(name, fact.value) != before) and (not cited or cited in self._named)

    def _new_measurements(self) -> Iterator[str]:
        """What was measured and not known when a text that prints measurements was recorded."""
        known: Sequence[str] = [*self.record.asserts, *self.record.context]
        heads = {name.partition(".")[0] for name in self.record.asserts if name.startswith(("eval.", "test."))}
        for fact in self.entry.facts if heads and self.record.context else ():
            if fact.name.partition(".")[0] in heads and fact.name not in known and is_metric(fact):
                yield fact.name


def _matters(name: str) -> bool:
    return (
        name in ("raises", "deprecated", "async")
        or name.endswith((".default", ".annotation"))
        or (name.startswith(("raises.", "members.")) and name.endswith(".when"))
    )
