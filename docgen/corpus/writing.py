"""Writes the rows of each split, and notes what was written.

In: rows by split. Out: the files of the splits in a folder, and the `Record` of the corpus, with the proof that nothing leaks
from one split to another. Synthetic rows are made here and join the training split alone.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from docgen import __version__
from docgen.corpus.gathering import Light, light
from docgen.corpus.record import Record, SourceRecord
from docgen.corpus.splits import Placed, Row, leaks
from docgen.corpus.stock import Stock
from docgen.corpus.store import SPLITS, Split, corpus_mark, dump_row
from docgen.facts import JSON
from docgen.settings import Settings

_SEED = 0  # of augmentation: the same sources give the same bytes
_HELD = 32 << 20  # bytes of a corpus that is held in memory for the leakage check; a larger one is read several times


def write_splits(stock: Stock, splits: Mapping[Split, Sequence[int]], folder: Path, settings: Settings) -> Record:
    """Writes `train.jsonl`, `validation.jsonl` and `test.jsonl` into `folder`, and returns the record of the corpus."""
    written: dict[Split, list[Light]] = {}
    for split, numbers in splits.items():
        written[split] = [stock.lights[number] for number in numbers]
        with open(folder / f"{split}.jsonl", "wb") as file:
            file.writelines(map(stock.line, numbers))
            if split == "train" and settings.corpus.augment:
                from docgen.corpus.augment import augmented  # only who asks for it waits for what it brings along

                for example in augmented(map(stock.example, numbers), settings.corpus.augment, _SEED):
                    file.write(dump_row(example))
                    written[split].append(light(example))
    size = sum((folder / f"{split}.jsonl").stat().st_size for split in SPLITS)
    held = list(_placed(folder)) if size <= _HELD else None
    found = leaks(lambda: held or _placed(folder), settings.corpus.near_duplicate)
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


def _placed(folder: Path) -> Iterator[Placed]:
    """Every written row with its split, for the leakage check."""
    index = 0
    for split in SPLITS:
        with open(folder / f"{split}.jsonl", "rb") as lines:
            for line in lines:
                row = json.loads(line)
                yield Placed(Row(index, row["source"], row["kind"], row["about"], index, row["origin"]), split, row["text"])
                index += 1


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
