"""Texts of a file scored against references: a row of JSON each, paired by id, however many there are.

In: one `.jsonl` file of texts with their references, or one of texts and one of references. Out: a ScoreReport. Up to
`DETAILED` rows every text is kept, for slices, gates and the page. Of more only sums are, with a sample and the worst: memory
then does not grow with their number.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from docgen.metrics import Answer, Pair, Score, Statistics
from docgen.metrics.streaming import AT_ONCE, measure_batch
from docgen.report import InputError
from docgen.score.concluding import Conclusion
from docgen.score.documents import counted
from docgen.score.items import Item
from docgen.score.report import ScoreReport
from docgen.score.rows import Row, Rows
from docgen.score.scored import SEED, Scored, ordered, scored
from docgen.score.sections import shown, unused
from docgen.score.suspicions import suspicions
from docgen.settings import Settings

DETAILED = 20_000
SAMPLE = 2_000  # texts of more that are kept
_RANKED_BY = ("claims.F1", "chrF", "support")  # the first that a text has says how bad it is


def score_pairs(
    texts: Path,
    references: Path | None,
    *,
    root: Path,
    settings: Settings,
    update_baseline: bool = False,
    detailed: int = DETAILED,
    progress: Callable[[str, int], object] = lambda *_: None,
) -> ScoreReport:
    """The scores of the texts of a file. A row is `{"id", "text", "reference"}`, or a row of a corpus; with `references` the
    reference is the `reference` or `text` of the row there with the same id, or without ids of the same line.

    Raises InputError for a row that is none (file:line), an id that stands twice in one of two files, nothing to score, and for
    minima of each text or a baseline where there are more than `detailed` texts.
    """
    conclusion = Conclusion(settings.score, root, update_baseline)
    gate = conclusion.gate()
    rows, where = Rows(texts, references), shown(texts, root)
    rows.refuse_repeated()
    coming = (_item(row, where) for row in rows)
    first = list(islice(coming, detailed + 1))
    notes: tuple[str, ...] = ()
    lowest: Scored | None = None
    if len(first) <= detailed:
        result, count = scored("all", _distinct(first)), len(first)
    else:
        if gate.minima or gate.baseline:
            what = f"more than {detailed:,} texts cannot each be held to a minimum or to a baseline"
            raise InputError(what, where, "use --fail-under-mean, or fewer texts")
        stream = _Stream()
        stream.take(chain(first, coming), lambda done: progress("scoring", done))
        result, count = stream.result(), stream.count
        lowest, notes = stream.worst(), stream.notes()
    if not result.is_judged:
        what = f"nothing to score in {counted(count, 'row')}: none has a reference or facts"
        raise InputError(what, where, "give --reference, or rows with `reference`")
    told = (*rows.notes, *notes, *suspicions(result.items))
    return conclusion.report(f"{where}: {counted(count, 'text')}", [result], gate, where, notes=told, lowest=lowest)


def _item(row: Row, where: str) -> Item:
    key = row.id or f"{where}:{row.line}"
    return Item(Answer(key, row.brief, row.text, row.reference), key, row.source or where, where, row.line)


def _distinct(items: Iterable[Item]) -> list[Item]:
    """The items, each under a key of its own."""
    found: dict[str, Item] = {}
    for item in items:
        key = unused(item.key, found)
        found[key] = item if key == item.key else replace(item, answer=replace(item.answer, key=key), document=key)
    return list(found.values())


@dataclass
class _Stream:
    """Sums over texts that are forgotten at once, but for a sample (each text has the same chance) and the worst."""

    count: int = 0
    _sums: dict[str, Statistics] = field(default_factory=dict)
    _measured: dict[str, int] = field(default_factory=dict)
    _sample: list[Item] = field(default_factory=list)
    _worst: list[tuple[float, float, int, Item]] = field(default_factory=list)
    _draw: random.Random = field(default_factory=lambda: random.Random(SEED))

    def take(self, items: Iterable[Item], progress: Callable[[int], object]) -> None:
        """Measures all items, some hundred at a time."""
        for batch in _batches(items):
            pairs = [Pair(item.answer.text, item.answer.reference, item.answer.brief) for item in batch]
            found = measure_batch(pairs, None, "docgen.1", False)
            for name, each in found.items():
                self._add(name, each)
            self._keep(batch, found)
            progress(self.count)

    def result(self) -> Scored:
        """The metrics of all texts, and everything else of the sample."""
        sampled = scored("all", _distinct(self._sample))
        metrics = {}
        for name in ordered(sampled.scores.metrics):
            value = float(self._sums[name].combine(self._sums[name].rows)[0])
            metrics[name] = Score(value, sampled.scores.metrics[name].signature)
        return replace(sampled, scores=replace(sampled.scores, n=self.count, metrics=metrics, notes=()))

    def worst(self) -> Scored:
        """The worst texts of all, scored by themselves."""
        return scored("worst", _distinct(item for *_, item in sorted(self._worst, reverse=True)), is_detailed=False)

    def notes(self) -> tuple[str, ...]:
        """What is of all texts and what is not."""
        lacking = [f"{self.count - self._measured[name]:,} without {name}" for name in self._measured if self._lacks(name)]
        sampled = f"intervals, slices and single texts are of a sample of {len(self._sample):,} (seed {SEED})"
        return (sampled, *(f"of {self.count:,} texts {told}" for told in lacking))

    def _lacks(self, name: str) -> bool:
        return 0 < self._measured[name] < self.count

    def _add(self, name: str, each: Statistics) -> None:
        rows = each.rows[each.present]
        self._measured[name] = self._measured.get(name, 0) + len(rows)
        if len(rows):
            total = rows.sum(axis=0)[None]
            before = self._sums.get(name)
            self._sums[name] = Statistics(total if before is None else total + before.rows, each.combine, each.single)

    def _keep(self, batch: list[Item], found: dict[str, Statistics]) -> None:
        columns = {name: found[name].items.tolist() for name in (*_RANKED_BY, "contradicted") if name in found}
        for place, item in enumerate(batch):
            self.count += 1
            if len(self._sample) < SAMPLE:
                self._sample.append(item)
            elif (chosen := self._draw.randrange(self.count)) < SAMPLE:
                self._sample[chosen] = item
            wrong = columns["contradicted"][place] if "contradicted" in columns else 0.0
            values = (columns[name][place] for name in _RANKED_BY if name in columns)
            value = next((value for value in values if value == value), 100.0)
            badness = (wrong if wrong == wrong else 0.0, -value, -self.count, item)
            (heapq.heappush if len(self._worst) < SAMPLE // 10 else heapq.heappushpop)(self._worst, badness)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    coming = iter(items)
    while batch := list(islice(coming, AT_ONCE)):
        yield batch
