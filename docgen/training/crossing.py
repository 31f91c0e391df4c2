"""Cross-validation by source: every section is held out once, and none is scored by a model that saw its neighbours.

In: a corpus and a number of folds. Out: mean and spread of each metric over the folds, for base, adapter and the plain
statements. A fold is a corpus of its own: one part scored, the next one chosen by, the others learnt from; so what chooses a
checkpoint never scores it. Sources that share near-duplicates or subjects stay together.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docgen.corpus.duplicates import find
from docgen.corpus.splits import Row, folds
from docgen.corpus.store import SPLITS, Example, dump_rows, read_split
from docgen.facts import JSON
from docgen.settings import TrainSettings
from docgen.training.runs import Run, table_of, wait_for

Progress = Callable[..., None]
_ALIKE = 0.8  # Jaccard similarity from which two texts are one
_WRITERS = ("base", "adapter", "extractive", "statements")
_SHOWN = ("BLEU", "chrF", "ROUGE-L", "claims.precision", "claims.recall", "claims.F1", "support", "loss")


@dataclass(frozen=True)
class Crossed:
    """The scores of each fold, by writer and metric, and their table."""

    folds: tuple[Mapping[str, Mapping[str, float]], ...]

    @property
    def record(self) -> list[JSON]:
        """The scores as JSON has them."""
        return [{writer: dict(found) for writer, found in fold.items()} for fold in self.folds]

    @property
    def table(self) -> str:
        """Mean and standard deviation over the folds."""
        names = [name for name in _SHOWN if any(name in found for fold in self.folds for found in fold.values())]
        writers = [writer for writer in _WRITERS if all(writer in fold for fold in self.folds)]
        rows = [[name, *(_spread([fold[writer].get(name) for fold in self.folds]) for writer in writers)] for name in names]
        won = sum(_value(fold, "adapter", "chrF") > _value(fold, "base", "chrF") for fold in self.folds)
        return f"{table_of(['', *writers], rows)}\nthe adapter's chrF is above the base's in {won} of {len(self.folds)} folds"


def _value(fold: Mapping[str, Mapping[str, float]], writer: str, metric: str) -> float:
    return fold.get(writer, {}).get(metric, 0.0)


def _spread(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    return f"{statistics.mean(known):.2f} ± {statistics.stdev(known):.2f}" if len(known) > 1 else f"{known[0]:.2f}"


def cross(corpus: Path, folder: Path, settings: TrainSettings, count: int, quantization: str, progress: Progress) -> Crossed:
    """The scores of `count` runs, each on a fold that it has not seen. What a broken one has done in `folder` is
    not done again.

    Raises InputError where there are fewer sources that share nothing than folds.
    """
    examples = [example for split in SPLITS for example in read_split(corpus, split) if example.origin != "synthetic"]
    fold_of = folds(_rows(examples), count)
    scores = []
    for number in range(count):
        progress("folds", number, count)
        made = _corpus_of(folder / f"corpus-{number}", examples, fold_of, number, count)
        run = Run(made, folder / f"fold-{number}", replace(settings, max_forgetting=0.0), quantization, scored=True)
        found: dict[str, Any] = wait_for(run) or {}
        scores.append(found["scores"]["test"])
        told = ", ".join(f"{name} {_value(scores[-1], name, 'chrF'):.2f}" for name in _WRITERS if name in scores[-1])
        progress(f"fold {number}: chrF of {told}")
    crossed = Crossed(tuple(scores))
    (folder / "scores.json").write_text(json.dumps(crossed.record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return crossed


def _rows(examples: Sequence[Example]) -> list[Row]:
    """The examples as splitting sees them, near-duplicates in one group."""
    alike = find([example.text for example in examples], _ALIKE)
    sort_of = alike.sort_of.tolist()
    root = {sort: sort for sort in sort_of}
    for one, other, _ in alike.pairs:
        first, second = _root(root, one), _root(root, other)
        root[max(first, second)] = min(first, second)
    group = [_root(root, sort) for sort in sort_of]
    return [
        Row(index, example.source, example.brief.kind, example.brief.about, group[index], example.origin)
        for index, example in enumerate(examples)
    ]


def _root(root: dict[int, int], item: int) -> int:
    while root[item] != item:
        item = root[item]
    return item


def _corpus_of(folder: Path, examples: Sequence[Example], fold_of: Mapping[str, int], number: int, count: int) -> Path:
    """The corpus that holds one fold out, and with three folds or more the next one to choose the checkpoint by."""
    chooses = (number + 1) % count if count > 2 else -1
    parts: dict[str, list[Example]] = {split: [] for split in SPLITS}
    for example in examples:
        fold = fold_of[example.source]
        parts["test" if fold == number else "validation" if fold == chooses else "train"].append(example)
    folder.mkdir(parents=True, exist_ok=True)
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        content = dump_rows(parts[split])
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
    return folder
