"""Rows of texts and of references, read one at a time and brought together by their ids.

In: one `.jsonl` file of texts with their references, or one of texts and one of references. Out: rows that hold both. Files in
the same order are read side by side, and what is held of them does not grow; a row that comes early waits for its partner.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np

from docgen.brief import Brief
from docgen.corpus.store import from_row, parsed
from docgen.facts import JSON
from docgen.report import InputError

_MOST_NAMED = 3
_NO_BRIEF = Brief("", "", "", ())
_ROW = '{"id": "a", "text": "...", "reference": "..."}'


@dataclass(frozen=True)
class Row:
    """A line of a file; `id` is empty where it has none."""

    line: int
    id: str
    text: str
    reference: str = ""
    brief: Brief = _NO_BRIEF
    source: str = ""


@dataclass
class Rows:
    """An iterator over the rows of `texts`, with the references of another file where one is given. `notes` tells of rows
    without a partner once all have been read; it can be read again, and gives the same."""

    texts: Path
    references: Path | None = None
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        self.notes.clear()
        if self.references is None:
            yield from read_rows(self.texts)
            return
        waiting: tuple[dict[str, Row], dict[str, Row]] = ({}, {})
        counts = [0, 0]
        for pair in zip_longest(read_rows(self.texts), read_rows(self.references)):
            for side, row in enumerate(pair):
                if row is None:
                    continue
                counts[side] += 1
                key = row.id or f"\0{row.line}"  # without ids, lines pair
                partner = waiting[1 - side].pop(key, None)
                if partner is None:
                    waiting[side][key] = row
                else:
                    yield _joined(partner, row) if side else _joined(row, partner)
        names = (self.texts, self.references)
        for side, what in ((0, "without a reference"), (1, "without a text")):
            if left := waiting[side].values():
                self.notes.append(f"{names[side]}: {len(left):,} of {counts[side]:,} rows {what}, left out: {_named(left)}")

    def refuse_repeated(self) -> None:
        """InputError where an id stands twice in a file of two: which of its rows is meant, nobody can tell."""
        for path in (self.texts, self.references) if self.references else ():
            if path and (twice := repeated(path)):
                what = f"{len(twice)} ids stand more than once: {', '.join(twice[:_MOST_NAMED])}"
                raise InputError(what, str(path), "give every row an id of its own")


def _named(rows: Collection[Row]) -> str:
    """The first names: `a, b, c and 2 more`."""
    first = [row.id or f"line {row.line}" for row in islice(rows, _MOST_NAMED)]
    more = f" and {len(rows) - len(first):,} more" if len(rows) > len(first) else ""
    return ", ".join(first) + more


def _joined(row: Row, other: Row) -> Row:
    """A row of texts with the reference, and the facts, that its partner holds."""
    brief = row.brief if row.brief.facts else other.brief
    return replace(row, reference=other.reference or other.text, brief=brief, source=row.source or other.source)


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, one at a time; InputError (file:line) for one that is none."""
    for number, line in _lines(path):
        yield _row(parsed(line, f"{path}:{number}"), number, f"{path}:{number}")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path), "check the name, and make it readable") from error
    with file:
        yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())


def _row(value: JSON, line: int, where: str) -> Row:
    if not isinstance(value, dict):
        raise InputError("a row must be a JSON object", where, f"write one a line: {_ROW}")
    texts: dict[str, str] = {}
    for name in ("id", "text", "reference", "source"):
        found = value.get(name)
        if name == "id" and isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if found is not None and not isinstance(found, str):
            raise InputError(f"`{name}` must be text, found {str(found)[:40]}", where, f"write {_ROW}")
        texts[name] = found or ""
    if "text" not in value and "reference" not in value:
        raise InputError("a row needs `text` or `reference`", where, f"write {_ROW}")
    has_brief = {"kind", "about", "facts", "source"} <= value.keys()
    brief = from_row(value | {"text": "any"}, where).brief if has_brief else _NO_BRIEF
    return Row(line, texts["id"], texts["text"], texts["reference"], brief, texts["source"])


def repeated(path: Path) -> list[str]:
    """The ids that stand more than once in a file, in eight bytes of memory a row."""
    hashes = array("q", (hash(row.id) for row in read_rows(path) if row.id))
    if len(hashes) < 2:
        return []
    values, counts = np.unique(np.frombuffer(hashes, dtype=np.int64), return_counts=True)
    suspects = set(values[counts > 1].tolist())
    if not suspects:
        return []
    times = Counter(row.id for row in read_rows(path) if row.id and hash(row.id) in suspects)
    return [name for name, count in times.items() if count > 1]
