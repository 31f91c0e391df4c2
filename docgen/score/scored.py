"""Texts with their scores: of all together, of each document, and of the slices by label, source and length.

In: items. Out: `Scored`, which every format prints and every gate judges. Each metric is measured once, as a row of numbers an
item; what documents, slices and resamples score comes from sums of these rows. One reason to change: what is known of a run.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from docgen.metrics import METRICS, TEXT_METRICS, Metric, Scores, Statistics, families, score
from docgen.score.completing import completed
from docgen.score.items import DIMENSIONS, Dimension, Item, by_document, sliced
from docgen.score.statistics import interval

# The first that exists is a run's headline, unless one is named.
HEADLINES = ("claims.F1", "claims.precision", "chrF", "support")
SEED = 0  # of every resample


@dataclass(frozen=True)
class Slice:
    """Some of the texts: how many, and their metrics."""

    texts: int
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Scored:
    """Items of one origin called `name`, with `scores` of all, the rows behind each metric by document, the slices, and 95 %
    intervals where a metric has one."""

    name: str
    items: tuple[Item, ...]
    scores: Scores
    documents: Mapping[str, Mapping[str, float]]
    statistics: Mapping[str, Statistics]
    slices: Mapping[Dimension, Mapping[str, Slice]] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def metrics(self) -> list[str]:
        """The metrics that could be computed, in the order of every table."""
        return ordered(self.scores.metrics)

    @property
    def is_judged(self) -> bool:
        """Whether there is a metric with a better and a worse: readability alone says nothing."""
        return any(map(direction, self.scores.metrics))

    def value(self, metric: str) -> float | None:
        """A metric of all items."""
        found = self.scores.metrics.get(metric)
        return found.value if found else None

    def of(self, item: Item) -> Mapping[str, float]:
        """The metrics of one item."""
        return self.scores.items.get(item.key, {})

    def headline(self, wanted: str = "") -> str:
        """The one metric that stands for the run: `wanted` where it is there, else the first that is of claims and chrF; ""
        where none is."""
        return next((name for name in (wanted, *HEADLINES) if name in self.scores.metrics), "")


def ordered(names: Container[str]) -> list[str]:
    """Metrics in the order of every table."""
    return [name for name in METRICS if name in names]


def direction(metric: str) -> int:
    """1 where a metric is better when higher, -1 where it is when lower, 0 where it has no better and worse."""
    known = _known().get(metric)
    return 0 if known is None or known.higher_is_better is None else 1 if known.higher_is_better else -1


def is_share(metric: str) -> bool:
    """Whether a metric runs from 0 to 100."""
    known = _known().get(metric)
    return known is not None and (known.low, known.high) == (0, 100)


@cache
def _known() -> Mapping[str, Metric]:
    return {each.name: each for each in families()}


def is_text(metric: str) -> bool:
    """Whether a metric compares wordings, which differ by chance, and not facts."""
    return metric in TEXT_METRICS


def scored(name: str, items: Sequence[Item], *, is_detailed: bool = True, of_documents: bool = False) -> Scored:
    """The scores of items; with `is_detailed` also by slice, and with intervals. `of_documents` says that items are sections,
    which are complete together."""
    whole = score([item.answer for item in items])
    if of_documents:
        whole = completed(whole, items)
    places = {item.key: place for place, item in enumerate(items)}
    groups = by_document(items)
    rows = {key: _summed(each, _places(groups, places)) for key, each in whole.statistics.items()}
    found = Scored(name, tuple(items), whole, _documents(groups, whole, rows), rows)
    if not is_detailed or not items:
        return found
    slices: dict[Dimension, Mapping[str, Slice]] = {}
    for dimension in DIMENSIONS:
        if parts := sliced(items, dimension):
            own = _places(parts, places)
            slices[dimension] = {part: _slice(whole, at) for part, at in zip(parts, own, strict=True)}
    intervals = {key: interval(rows[key], SEED) for key in whole.metrics if int(rows[key].present.sum()) > 1}
    return replace(found, slices=slices, intervals=intervals)


def _places(groups: Mapping[str, Sequence[Item]], places: Mapping[str, int]) -> list[list[int]]:
    return [[places[item.key] for item in own] for own in groups.values()]


def _summed(each: Statistics, groups: Sequence[Sequence[int]]) -> Statistics:
    """The rows of a metric summed over groups, NaN for a group of which nothing was measured."""
    if all(len(places) == 1 for places in groups):
        return Statistics(each.rows[[place for (place,) in groups]], each.combine, each.single)
    rows = np.full((len(groups), each.rows.shape[1]), np.nan)
    for number, places in enumerate(groups):
        own = each.rows[places]
        own = own[~np.isnan(own[:, 0])]
        if len(own):
            rows[number] = own.sum(axis=0)
    return Statistics(rows, each.combine, each.single)


def _documents(
    groups: Mapping[str, Sequence[Item]], whole: Scores, rows: Mapping[str, Statistics]
) -> dict[str, Mapping[str, float]]:
    """The metrics of each document: those of its one item, or of its items together."""
    together = {name: each.combine(each.rows) for name, each in rows.items() if name in whole.metrics}
    found: dict[str, Mapping[str, float]] = {}
    for number, (document, own) in enumerate(groups.items()):
        if len(own) == 1:
            found[document] = whole.items.get(own[0].key, {})
        else:
            values = {name: float(together[name][number]) for name in ordered(together)}
            found[document] = {name: value for name, value in values.items() if not math.isnan(value)}
    return found


def _slice(whole: Scores, places: Sequence[int]) -> Slice:
    metrics = {}
    for name in ordered(whole.metrics):
        each = whole.statistics[name]
        value = Statistics(each.rows[places], each.combine, each.single).total
        if not math.isnan(value):
            metrics[name] = value
    return Slice(len(places), metrics)
