"""How much of a score is chance: intervals by resampling texts, comparisons on the same texts, and when a difference fails.

In: the rows behind a metric (`docgen.metrics.Statistics`), one a text. Out: 95 % intervals by the bootstrap (Efron 1979),
differences with a paired bootstrap and approximate randomisation (Riezler and Maxwell 2005), and the verdict. BLEU and its kin
are computed anew from the summed rows of each resample. The same seed gives the same numbers; `described` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from docgen.metrics import Statistics
from docgen.metrics.ngrams import Array

SAMPLES = 1000
LEVEL = 0.95
TEXT_TOLERANCE = 2.0  # points: with 25 texts, 95 % of the changes of BLEU that mean nothing are smaller
FEWEST_TEXTS = 30  # that both sides must have before a text metric may fail
_AT_ONCE = 2_000_000  # numbers drawn at a time: what memory a resample takes


@dataclass(frozen=True)
class Comparison:
    """One metric of `a` minus that of `b` over the `texts` that both have: `low` and `high` bound the difference in 95 of 100
    resamples, the p-values say how often chance alone makes one as large."""

    difference: float
    low: float
    high: float
    p_bootstrap: float
    p_randomisation: float
    texts: int = 0


def interval(statistics: Statistics, seed: int, samples: int = SAMPLES, level: float = LEVEL) -> tuple[float, float]:
    """Between which values the metric lies in `level` of the resamples of its texts; NaN twice where none was measured."""
    rows = statistics.rows[statistics.present]
    if not len(rows):
        return float("nan"), float("nan")
    values = np.concatenate([statistics.combine(weights @ rows) for weights in _resamples(len(rows), seed, samples)])
    return _bounds(values, level)


def compare(a: Statistics, b: Statistics, seed: int, samples: int = SAMPLES, level: float = LEVEL) -> Comparison:
    """The metric of `a` minus that of `b`, whose rows are of the same texts in the same order; texts that one of them lacks are
    left out. Raises ValueError where the numbers of rows differ, or no text has both."""
    if len(a.rows) != len(b.rows):
        raise ValueError(f"{len(a.rows)} and {len(b.rows)} rows are not of the same texts")
    both = a.present & b.present
    if not both.any():
        raise ValueError("no text was measured on both sides")
    first, second = a.rows[both], b.rows[both]
    observed = float((a.combine(first.sum(axis=0)[None]) - b.combine(second.sum(axis=0)[None]))[0])
    resampled = [a.combine(w @ first) - b.combine(w @ second) for w in _resamples(len(first), seed, samples)]
    differences = np.concatenate(resampled)
    shuffled = np.concatenate(list(_shuffled(a, first, second, seed, samples)))
    centred = differences - np.nanmean(differences)
    low, high = _bounds(differences, level)
    return Comparison(observed, low, high, _chance(centred, observed), _chance(shuffled, observed), len(first))


def fails(
    comparison: Comparison,
    *,
    is_text: bool,
    higher_is_better: bool = True,
    tolerance: float | None = None,
    fewest: int = FEWEST_TEXTS,
) -> bool:
    """Whether `a` is worse than `b` by more than `tolerance` (by default 2 points for metrics of wording and 0 for facts): both
    the difference and all of its interval must be. A metric of wording never fails under `fewest` texts."""
    if is_text and comparison.texts < fewest:
        return False
    allowed = (TEXT_TOLERANCE if is_text else 0.0) if tolerance is None else tolerance
    if higher_is_better:
        return comparison.difference < -allowed and comparison.high < -allowed
    return comparison.difference > allowed and comparison.low > allowed


def described(seed: int, samples: int = SAMPLES) -> str:
    """How the numbers of this module were made, for reports: `bs:1000|ar:1000|seed:0`."""
    return f"bs:{samples}|ar:{samples}|seed:{seed}"


def _resamples(count: int, seed: int, samples: int) -> Iterator[Array]:
    """How often each of `count` texts stands in each resample: a row a resample, some at a time."""
    draw = np.random.default_rng(seed)
    for size in _sizes(count, samples):
        drawn = draw.integers(count, size=(size, count)) + np.arange(size)[:, None] * count
        yield np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count).astype(np.float64)


def _shuffled(a: Statistics, first: Array, second: Array, seed: int, samples: int) -> Iterator[Array]:
    """The differences when each text's two rows change sides by the toss of a coin."""
    draw = np.random.default_rng([seed, 1])
    total, change = first.sum(axis=0) + second.sum(axis=0), first - second
    for size in _sizes(len(first), samples):
        kept = draw.integers(2, size=(size, len(first))).astype(np.float64)
        ours = kept @ change + second.sum(axis=0)
        yield a.combine(ours) - a.combine(total - ours)


def _sizes(count: int, samples: int) -> Iterator[int]:
    most = max(1, _AT_ONCE // count)
    for start in range(0, samples, most):
        yield min(most, samples - start)


def _bounds(values: Array, level: float) -> tuple[float, float]:
    if np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _chance(differences: Array, observed: float) -> float:
    """The share of differences made by chance that are as large as the one observed, itself counted among them."""
    as_large = int((np.abs(differences) >= abs(observed) - 1e-12).sum())
    return (as_large + 1) / (len(differences) + 1)
