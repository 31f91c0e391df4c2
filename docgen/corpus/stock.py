"""The rows of a build on their way into the corpus: their lines on disk, what is asked of them again and again in memory.

In: what files gave, in any order. Out: rows in the order of their places, and what was left out, counted by rule. Rows are
changed and removed by their number; nothing is written over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from pathlib import Path
from sys import intern

from docgen.corpus.duplicates import Prints, PrintStock, printed
from docgen.corpus.found import Found
from docgen.corpus.gathering import Gathered, Headed, Light, light
from docgen.corpus.removal import REPAIRED, Removed
from docgen.corpus.store import Example, amended, dump_row, load_row
from docgen.corpus.workplace import Spool


class Stock:
    """Rows by number, from 0, in the order in which they were added."""

    def __init__(self, folder: Path) -> None:
        self._lines, self._left = Spool(folder / "rows"), Spool(folder / "removed")
        self._headings = Spool(folder / "headings")
        self.lights: list[Light] = []
        self._places: list[int] = []  # of a row in the sources
        self._offsets: list[int] = []  # of its line
        self._prints = PrintStock()
        self._print_places: list[int] = []  # of a row among the prints
        self._gone: set[int] = set()
        self._written: dict[int, Light] = {}  # as the line has it, of rows that were amended
        self.removed: Counter[str] = Counter()
        self.repairs: Counter[str] = Counter()
        self.private = Found()

    def add(self, gathered: Gathered) -> None:
        """Takes in what one file gave."""
        self._print_places += range(len(self._prints), len(self._prints) + len(gathered.rows))
        for found, line in gathered.rows:
            self.lights.append(found)
            self._places.append(gathered.place)
            self._offsets.append(self._lines.add(line))
        self._prints.add(gathered.prints)
        for removed in gathered.removed:
            self.leave_out(removed)
        for headed in gathered.headings:
            self._headings.add(json.dumps(astuple(headed)).encode() + b"\n")
        self.repairs.update({name: gathered.repairs[name] for name in (REPAIRED,) if gathered.repairs[name]})
        self.private.join(gathered.private)

    def leave_out(self, removed: Removed) -> None:
        """Counts something that became no row. The name of a file and the words of an error may hold a secret, too."""
        if removed.rule == "unreadable":
            from docgen.corpus.privacy import redacted  # such files are few, and it takes as long as hundreds of others

            removed = replace(removed, path=redacted(removed.path), reason=redacted(removed.reason))
        self.removed[removed.rule] += 1
        self._left.add(json.dumps(astuple(removed)).encode() + b"\n")

    def drop(self, number: int, removed: Removed) -> None:
        """Takes a row out again."""
        self._gone.add(number)
        self.leave_out(removed)

    def change(self, number: int, example: Example) -> None:
        """Puts another example in the place of a row."""
        self.lights[number] = light(example)
        self._written.pop(number, None)
        self._offsets[number] = self._lines.add(dump_row(example))
        self._print_places[number] = len(self._prints)
        self._prints.add(printed([example.text]))

    def amend(self, number: int, *, source: str | None = None, weight: float | None = None) -> None:
        """Gives a row another source or weight."""
        before = self.lights[number]
        source, weight = before.source if source is None else source, before.weight if weight is None else weight
        if (source, weight) != (before.source, before.weight):
            self.lights[number] = replace(before, source=intern(source), weight=weight)
            self._written.setdefault(number, before)

    def numbers(self) -> list[int]:
        """The rows that are there, place by place; in each what people wrote as a document comes before its docstrings."""
        there = (number for number in range(len(self.lights)) if number not in self._gone)
        return sorted(there, key=lambda number: (self._places[number], self.lights[number].origin == "docstring"))

    def place(self, number: int) -> int:
        """The place of a row in the sources."""
        return self._places[number]

    def line(self, number: int) -> bytes:
        """A row as it is written."""
        line, before, now = self._lines[self._offsets[number]], self._written.get(number), self.lights[number]
        return line if before is None else amended(line, source=(before.source, now.source), weight=(before.weight, now.weight))

    def example(self, number: int) -> Example:
        """A row as an example."""
        found = self.lights[number]
        return replace(load_row(self._lines[self._offsets[number]]), source=found.source, weight=found.weight)

    def texts(self, numbers: Iterable[int]) -> Iterator[str]:
        """The texts of rows, one at a time."""
        return (json.loads(self._lines[self._offsets[number]])["text"] for number in numbers)

    def prints(self, numbers: Iterable[int]) -> Prints:
        """The prints of the rows' texts."""
        return self._prints.of([self._print_places[number] for number in numbers])

    def all_removed(self) -> Iterator[Removed]:
        """Everything that was left out, in the order in which it was found."""
        return (Removed(*json.loads(line)) for line in self._left)

    def all_headings(self) -> Iterator[Headed]:
        """Every heading that was met."""
        return (Headed(*json.loads(line)) for line in self._headings)

    def close(self) -> None:
        """Closes the files; the workplace deletes them."""
        for spool in (self._lines, self._left, self._headings):
            spool.close()
