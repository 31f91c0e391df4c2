"""Writes the rows of each split, and notes what was written.

In: rows by split. Out: the files of the splits in a folder, and the `Record` of the corpus, with the proof that nothing leaks
from one split to another. Synthetic rows are made here and join the training split alone.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from docgen import __version__
from docgen.corpus.arranging import Arranged
from docgen.corpus.duplicates import find
from docgen.corpus.gathering import Light, light
from docgen.corpus.record import Record, SourceRecord
from docgen.corpus.splits import Placed, Row, leaks
from docgen.corpus.stock import Stock
from docgen.corpus.store import SPLITS, Split, corpus_mark, dump_row
from docgen.facts import JSON
from docgen.settings import Settings

_SEED = 0  # of augmentation: the same sources give the same bytes


def write_splits(stock: Stock, arranged: Arranged, folder: Path, settings: Settings) -> Record:
    """Writes `train.jsonl`, `validation.jsonl` and `test.jsonl` into `folder`, and returns the record of the corpus."""
    written: dict[Split, list[Light]] = {}
    lines = _Lines()
    for split, numbers in arranged.splits.items():
        written[split] = [stock.lights[number] for number in numbers]
        with open(folder / f"{split}.jsonl", "wb") as file:
            for number in numbers:
                lines.add(split, file.write(stock.line(number)))
            if split == "train" and settings.corpus.augment:
                from docgen.corpus.augment import augmented  # only who asks for it waits for what it brings along

                for example in augmented(map(stock.example, numbers), settings.corpus.augment, _SEED):
                    lines.add(split, file.write(dump_row(example)))
                    written[split].append(light(example))
    with lines.opened(folder):
        if settings.corpus.augment:  # what was made anew is compared too
            duplicates = find(map(lines.text, range(len(lines))), settings.corpus.near_duplicate)
        else:
            duplicates = arranged.repetitions()
        found = leaks(list(_placed(written)), duplicates, lines.text)
    everything = [row for rows in written.values() for row in rows]
    return Record(
        docgen=__version__,
        mark=corpus_mark(folder),
        rows={split: len(rows) for split, rows in written.items()},
        labels=_labels(written),
        labelled=_counted(row.labelled for row in everything),
        sources=_sources(written),
        removed=dict(stock.removed),
        repaired=dict(+stock.repairs),
        private=dict(stock.private.counts),
        leaks=_counted(leak.sort for leak in found),
        subjects=_counted(row.subject for row in everything),
        settings=dict(_changed(settings)),
    )


def _placed(written: Mapping[Split, Sequence[Light]]) -> Iterator[Placed]:
    """Every written row with its split, for the leakage check."""
    rows = ((split, row) for split, rows in written.items() for row in rows)
    for index, (split, row) in enumerate(rows):
        yield Placed(Row(index, row.source, row.kind, row.about, index, row.origin), split)


class _Lines:
    """Where each row stands in the files of the splits, in the order in which they were written."""

    def __init__(self) -> None:
        self._starts: dict[Split, array[int]] = {}
        self._ends: dict[Split, int] = {}
        self._files: dict[Split, IO[bytes]] = {}

    def add(self, split: Split, length: int) -> None:
        """Notes a row of so many bytes."""
        self._starts.setdefault(split, array("Q")).append(self._ends.get(split, 0))
        self._ends[split] = self._ends.get(split, 0) + length

    def __len__(self) -> int:
        return sum(map(len, self._starts.values()))

    @contextmanager
    def opened(self, folder: Path) -> Iterator[None]:
        """Opens the files, so that texts can be asked for."""
        with ExitStack() as stack:
            self._files = {split: stack.enter_context(open(folder / f"{split}.jsonl", "rb")) for split in self._starts}
            yield

    def text(self, index: int) -> str:
        """The text of a row."""
        for split, starts in self._starts.items():
            if index < len(starts):
                self._files[split].seek(starts[index])
                text: str = json.loads(self._files[split].readline())["text"]
                return text
            index -= len(starts)
        raise IndexError(index)


def _labels(written: Mapping[Split, Sequence[Light]]) -> dict[str, dict[str, int]]:
    counts = {split: Counter(row.kind for row in rows) for split, rows in written.items()}
    kinds = sorted({kind for count in counts.values() for kind in count})
    return {kind: {split: counts[split][kind] for split in SPLITS} for kind in kinds}


def _sources(written: Mapping[Split, Sequence[Light]]) -> dict[str, SourceRecord]:
    of: dict[str, list[Light]] = defaultdict(list)
    splits: dict[str, Split] = {}
    for split, rows in written.items():
        for row in rows:
            of[row.source].append(row)
            splits[row.source] = split
    return {
        source: SourceRecord(
            splits[source], len(rows), _counted(row.license for row in rows), _counted(row.origin for row in rows)
        )
        for source, rows in of.items()
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names))


def _changed(settings: Settings) -> Iterator[tuple[str, JSON]]:
    """The settings that are not the default, of those that a corpus depends on."""
    for part in ("labels", "paths", "corpus"):
        given, default = (json.loads(json.dumps(asdict(one)[part])) for one in (settings, Settings()))
        for name, value in given.items():
            if value != default.get(name) and (part, name) != ("paths", "docs"):
                yield f"{part}.{name}", value
