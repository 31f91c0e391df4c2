"""Rows on disk: as many as there are, of which memory holds a few numbers each.

In: rows as they are made. Out: a sequence of rows in an Arrow file that is mapped into memory, page by page as it is read; the
file has no name any more where the system allows that, so nothing is left of it however a run ends. Each row carries its
example, so what a corpus's file becomes while a run goes on makes no difference.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

import pyarrow as pa
from datasets import Dataset, concatenate_datasets

from docgen.corpus.balance import Draw
from docgen.corpus.store import from_row, to_row
from docgen.training.answer_loss import IGNORED

if TYPE_CHECKING:
    from docgen.training.rows import Row

_TOKENS = pa.list_(pa.int32())
_SCHEMA = pa.schema([("input_ids", _TOKENS), ("labels", _TOKENS), ("example", pa.string())])
_AT_ONCE = 500  # rows held before they are written


class StoredRows(Sequence["Row"]):
    """Rows of a file: `lengths` are their tokens, `answers` those of their answers, `draws` what balance goes by, and
    `approved` is 1 where a person approved the text."""

    def __init__(
        self, table: Dataset, lengths: array[int], answers: array[int], draws: Sequence[Draw], approved: array[int]
    ) -> None:
        self._table, self.lengths, self.answers, self.draws, self.approved = table, lengths, answers, draws, approved

    @property
    def dataset(self) -> Dataset:
        """The tokens and labels alone, as a trainer takes them."""
        return self._table.select_columns(["input_ids", "labels"])

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, number: int) -> Row: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Row]: ...

    def __getitem__(self, number: int | slice) -> Row | Sequence[Row]:
        if isinstance(number, slice):
            return [self[place] for place in range(len(self))[number]]
        place = range(len(self))[number]
        return _row(self._table[place], self.lengths[place] - self.answers[place])

    def __iter__(self) -> Iterator[Row]:
        for place, stored in enumerate(self._table):
            yield _row(stored, self.lengths[place] - self.answers[place])

    def select(self, numbers: Sequence[int]) -> StoredRows:
        """Some of the rows, in that order."""
        columns = (self.lengths, self.answers, self.approved)
        lengths, answers, approved = (array("i", (column[number] for number in numbers)) for column in columns)
        draws = [self.draws[number] for number in numbers]
        return StoredRows(self._table.select(numbers), lengths, answers, draws, approved)

    def with_more(self, other: StoredRows) -> StoredRows:
        """These rows and then the others."""
        table = concatenate_datasets([self._table, other._table])
        lengths, answers, approved = (
            self.lengths + other.lengths,
            self.answers + other.answers,
            self.approved + other.approved,
        )
        return StoredRows(table, lengths, answers, [*self.draws, *other.draws], approved)


def stored(rows: Iterable[Row], near: Path) -> StoredRows:
    """The rows, written as they come to a file in the folder `near`, or the nearest one above it that is there."""
    place = next(folder for folder in (near, *near.resolve().parents) if folder.is_dir())
    lengths, answers, approved = array("i"), array("i"), array("i")
    draws: list[Draw] = []
    known: dict[Draw, Draw] = {}  # rows of one label, source and weight share theirs
    with tempfile.TemporaryDirectory(prefix=".docgen-rows-", dir=place, ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "rows.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, _SCHEMA) as writer:
            waiting: list[Row] = []
            for row in rows:
                lengths.append(len(row.prompt) + len(row.answer))
                answers.append(len(row.answer))
                approved.append(row.example.origin == "approved")
                draw = Draw(row.example.brief.kind, row.example.source, row.example.weight)
                draws.append(known.setdefault(draw, draw))
                waiting.append(row)
                if len(waiting) == _AT_ONCE:
                    writer.write_batch(_batch(waiting))
                    waiting = []
            writer.write_batch(_batch(waiting))
        return StoredRows(Dataset.from_file(str(path)), lengths, answers, draws, approved)


def _batch(rows: Sequence[Row]) -> pa.RecordBatch:
    columns = [
        [list(row.tokens) for row in rows],
        [[IGNORED] * len(row.prompt) + list(row.answer) for row in rows],
        [json.dumps(to_row(row.example)) for row in rows],
    ]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    return pa.record_batch(arrays, schema=_SCHEMA)


def _row(stored: dict[str, object], prompt: int) -> Row:
    from docgen.training.rows import Row

    tokens = array("i", stored["input_ids"])  # type: ignore[call-overload]  # a list of numbers, by the schema
    return Row(from_row(json.loads(str(stored["example"])), "rows"), tokens[:prompt], tokens[prompt:])
