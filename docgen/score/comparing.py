"""Two writers on the same texts: by how much the one is better, and whether that could be chance.

In: both writers' scores of the same items. Out: for each metric the difference with its 95 % interval (paired bootstrap) and
two p-values. Only what both have of the same text is compared: writers differ less than texts do.
"""

from __future__ import annotations

from dataclasses import dataclass

from docgen.metrics import Statistics
from docgen.score.scored import SEED, Scored, direction
from docgen.score.statistics import compare


@dataclass(frozen=True)
class Compared:
    """One metric minus that of the writer `against`, over the `texts` that both have a value for; how many of them are better,
    and how many worse."""

    metric: str
    against: str
    difference: float
    low: float
    high: float
    p_bootstrap: float
    p_randomisation: float
    texts: int
    better: int
    worse: int


def compared(first: Scored, second: Scored) -> list[Compared]:
    """Every metric that both have and that has a better and a worse. Both must have the same items in the same order."""
    found = []
    for metric in first.metrics:
        if metric in second.scores.metrics and direction(metric):
            ours, theirs = shared_rows(first.statistics[metric], second.statistics[metric])
            if len(ours.rows):
                found.append(_compared(metric, second.name, ours, theirs))
    return found


def _compared(metric: str, against: str, ours: Statistics, theirs: Statistics) -> Compared:
    result = compare(ours, theirs, SEED)
    gains = direction(metric) * (ours.items - theirs.items)
    chances = (result.p_bootstrap, result.p_randomisation)
    counts = (len(ours.rows), int((gains > 0).sum()), int((gains < 0).sum()))
    return Compared(metric, against, result.difference, result.low, result.high, *chances, *counts)


def shared_rows(first: Statistics, second: Statistics) -> tuple[Statistics, Statistics]:
    """The rows that were measured in both."""
    both = first.present & second.present
    ours, theirs = (Statistics(each.rows[both], each.combine, each.single) for each in (first, second))
    return ours, theirs
