"""How much of a run's scores is chance: 95 % intervals, and by how much the adapter differs from its base.

In: the scores of writers on the same rows, with the statistics behind them. Out: numbers for the record, made by resampling the
held-out texts; differences are paired, as the same texts are hard for both.
"""

from __future__ import annotations

from collections.abc import Mapping

from docgen.score.statistics import compare, interval
from docgen.training.evaluation import Scored

Bounds = dict[str, float]
_SEED = 0
_MOST_DIGITS = 4


def intervals(scores: Mapping[str, Scored]) -> dict[str, dict[str, Bounds]]:
    """By writer and metric, the bounds between which the metric lies in 95 of 100 resamples of the texts."""
    return {
        writer: {
            metric: _rounded(dict(zip(("low", "high"), interval(rows, _SEED), strict=True)))
            for metric, rows in found.statistics.items()
            if metric in found.metrics and int(rows.present.sum()) > 1
        }
        for writer, found in scores.items()
    }


def differences(adapter: Scored, base: Scored) -> dict[str, Bounds]:
    """By metric, the adapter's value minus the base's, and the bounds of that difference over the texts that both have."""
    found = {}
    for metric in adapter.metrics:
        ours, theirs = adapter.statistics.get(metric), base.statistics.get(metric)
        if ours is not None and theirs is not None and int((ours.present & theirs.present).sum()) > 1:
            result = compare(ours, theirs, _SEED)
            found[metric] = _rounded({"difference": result.difference, "low": result.low, "high": result.high})
    return found


def _rounded(bounds: Bounds) -> Bounds:
    return {name: round(value, _MOST_DIGITS) for name, value in bounds.items()}
