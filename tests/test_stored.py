"""Rows on disk: what was put in comes out, and nothing is left of the file."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

pytest.importorskip("torch", reason='training needs torch: pip install "docgen[llm]"')

from conftest import example

from docgen.training.rows import Row, Rows, dataset
from docgen.training.stored import StoredRows, stored


def rows_of(count: int) -> tuple[Row, ...]:
    """Rows whose tokens tell them apart."""
    return tuple(Row(example(number), array("i", range(number + 1)), array("i", [100 + number, 2])) for number in range(count))


@pytest.mark.parametrize("count", [1, 7, 1203])
def test_rows_come_out_as_they_were_put_in(tmp_path: Path, count: int) -> None:
    rows = rows_of(count)
    found = stored(iter(rows), tmp_path)
    assert tuple(found) == rows
    assert found[-1] == rows[-1] and tuple(found[1:5]) == rows[1:5]
    assert tuple(found.select([0, count - 1])) == (rows[0], rows[-1])
    with pytest.raises(IndexError):
        found[count]


def test_no_file_is_left(tmp_path: Path) -> None:
    found = stored(rows_of(5), tmp_path / "not" / "there" / "yet")
    assert not list(tmp_path.iterdir())
    assert len(list(found)) == 5


def test_rows_on_disk_are_to_a_trainer_what_rows_in_memory_are(tmp_path: Path) -> None:
    rows = rows_of(9)
    memory, disk = Rows(rows), Rows(stored(rows, tmp_path))
    assert list(dataset(disk)) == list(dataset(memory))
    assert list(disk.lengths) == memory.lengths and disk.tokens == memory.tokens
    assert disk.longest_answer == memory.longest_answer
    for balance in ("none", "label", "source"):
        assert disk.weights_by(balance) == memory.weights_by(balance)
        assert disk.drawn(balance) == memory.drawn(balance)


def test_more_rows_follow_those_that_are_there(tmp_path: Path) -> None:
    rows = rows_of(6)
    both = [Rows(rows[:4]).with_more(rows[4:], tmp_path), Rows(stored(rows[:4], tmp_path)).with_more(rows[4:], tmp_path)]
    assert [tuple(found) for found in both] == [rows, rows]
    assert isinstance(both[1].kept, StoredRows) and list(both[1].lengths) == [len(row.tokens) for row in rows]
    assert tuple(both[1].select([5, 0])) == (rows[5], rows[0])
