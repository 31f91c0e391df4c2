"""The passages of a document without markers that a ledger has on record, found again in the text of today.

In: the ties of a document in reStructuredText or a notebook, and its ledger. Out: a section for each record whose passage is
still there. A passage is known by the headings it stands under, for the symbol that it named may be gone; else by that symbol.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from docgen.document import Section
from docgen.ledger import Ledger
from docgen.subjects.tying import Tie

MARKABLE = (".md", ".markdown")  # the endings of documents that hold markers


class RecordedSection(Section):
    """A passage on record; `lines` has the line of the file for each line of its text."""

    lines: tuple[int, ...] = ()

    def line_at(self, offset: int) -> int:
        """The line of the file that holds the character of the text at `offset`."""
        return self.lines[min(self.text.count("\n", 0, offset), len(self.lines) - 1)]


def placed(ties: Iterable[Tie]) -> list[tuple[str, Tie]]:
    """Each passage with its place: its heading below those above it, with a number where that comes again."""
    times: Counter[str] = Counter()
    found: list[tuple[str, Tie]] = []
    for tie in ties:
        headings = " > ".join((*tie.section.path, tie.section.heading))
        times[headings] += 1
        found.append((headings if times[headings] == 1 else f"{headings} ({times[headings]})", tie))
    return found


def recorded_in(ties: Sequence[Tie], ledger: Ledger) -> tuple[tuple[RecordedSection, ...], tuple[Tie, ...]]:
    """The sections of a ledger's records in the order of the text, and the passages that are on no record."""
    places = dict(placed(ties))
    taken: dict[int, str] = {}  # keys by the passage's place among the ties
    numbers = {id(tie): number for number, tie in enumerate(ties)}
    left = []
    for key, record in ledger.sections.items():
        tie = places.get(record.heading)
        if tie is not None and numbers[id(tie)] not in taken:
            taken[numbers[id(tie)]] = key
        else:
            left.append(key)
    for key in left:
        about = key.partition(":")[2]
        free = (number for number, tie in enumerate(ties) if number not in taken and tie.entry and tie.entry.about == about)
        if (number := next(free, None)) is not None:
            taken[number] = key
    sections = tuple(_section(taken[number], ties[number]) for number in sorted(taken))
    return sections, tuple(tie for number, tie in enumerate(ties) if number not in taken)


def _section(key: str, tie: Tie) -> RecordedSection:
    kind, _, about = key.partition(":")
    return RecordedSection(kind, about, tie.text, tie.line, "", "", "", lines=tie.lines)
