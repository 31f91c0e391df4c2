"""One document to write, with everything that its sections need.

In: what `targets` found. Out: `Job`, from which orders for prose and regions of facts are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from docgen.brief import Brief, brief_for
from docgen.facts import Entry, Facts
from docgen.subjects import Subjects
from docgen.write.markdown import Region

Renders = Callable[[str, Entry], Region | None]


@dataclass(frozen=True)
class Job:
    """One document to write: `layout` is its fresh layout, empty where people laid it out; `renders` gives the regions that
    come from facts alone, and `kinds` names those; `pictures` are files beside the document, with their content. `found` is
    what names in the facts may mean, where several jobs share it."""

    document: Path
    facts: Facts
    layout: str
    renders: Renders
    kinds: frozenset[str]
    pictures: Mapping[Path, str] = field(default_factory=dict)
    found: Subjects | None = None

    def brief(self, entry: Entry, kind: str) -> Brief:
        """The order for a section of prose. What the methods of a class raise is told with the class where the layout has no
        sections about them."""
        tells_methods = entry.get("kind") == "class" and f" of={entry.about}." in self.layout
        return brief_for(entry, kind, find=None if tells_methods else self._subjects.reached)

    @cached_property
    def _subjects(self) -> Subjects:
        return self.found or Subjects(((self.facts,),))
