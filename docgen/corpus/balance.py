"""How often training draws each row, so that rare labels are seen and no source drowns the others.

In: rows with their label, source and own weight (approved texts have more than 1). Out: weights of mean 1. No row is copied and
none is dropped; what is rare is drawn more often, up to a limit, because a text seen ten times an epoch is learnt by heart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from docgen.corpus.store import Example
from docgen.report import InputError

By = Literal["none", "label", "source", "both"]
_LABEL_POWER = 0.0  # every label is drawn as often
_SOURCE_POWER = 0.5  # a source is drawn by the square root of its rows: large ones have more to teach, but not in proportion
_MOST = 5.0  # times that balance may raise a row
_ROUNDS = 50  # of fitting labels and sources in turn; it settles in a few
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Draw:
    """A row of the training split as balance sees it: its label, its source, and the weight that it has of its own."""

    kind: str
    source: str
    weight: float = 1.0


def weights(rows: Sequence[Draw], by: str) -> list[float]:
    """A weight for each row, 1 on average: balanced by `label`, `source` or `both`, or as they are with `none`.

    Labels are drawn equally in expectation, sources by the square root of their rows, as far as no row is raised above five
    times its own weight. Raises InputError for another word.
    """
    if by not in get_args(By):
        raise InputError(f"corpus.balance must be one of {', '.join(get_args(By))}, found `{by}`", fix='write balance = "none"')
    own = [row.weight for row in rows]
    fitted = list(own)
    for _ in range(_ROUNDS if by == "both" else 1):
        if by in ("source", "both"):
            fitted = _fitted(fitted, rows, lambda row: row.source, _SOURCE_POWER)
        if by in ("label", "both"):
            fitted = _fitted(fitted, rows, lambda row: row.kind, _LABEL_POWER)
    return [round(weight, _DIGITS) for weight in _limited(_of_mean_1(fitted), _of_mean_1(own))]


def weighted(examples: Sequence[Example], by: str) -> list[Example]:
    """Examples of the training split with their weights."""
    found = weights([Draw(example.brief.kind, example.source, example.weight) for example in examples], by)
    return [replace(example, weight=weight) for example, weight in zip(examples, found, strict=True)]


def _fitted(now: Sequence[float], rows: Iterable[Draw], name: Callable[[Draw], str], power: float) -> list[float]:
    """Weights scaled so that what each name has in all is in proportion to its number of rows, to this power."""
    names = [name(row) for row in rows]
    counts: dict[str, int] = defaultdict(int)
    held: dict[str, float] = defaultdict(float)
    for each, weight in zip(names, now, strict=True):
        counts[each] += 1
        held[each] += weight
    return [weight * counts[each] ** power / held[each] if held[each] else 0.0 for each, weight in zip(names, now, strict=True)]


def _limited(fitted: Sequence[float], own: Sequence[float]) -> list[float]:
    """Weights at most `_MOST` times the rows' own; what that takes from some goes to all others in proportion."""
    most = [_MOST * weight for weight in own]
    found = list(fitted)
    for _ in range(_ROUNDS):
        over = [weight >= limit for weight, limit in zip(found, most, strict=True)]
        held = sum(limit for limit, is_over in zip(most, over, strict=True) if is_over)
        free = sum(weight for weight, is_over in zip(found, over, strict=True) if not is_over)
        if not any(over) or not free:
            break
        scale = (len(found) - held) / free
        found = [limit if is_over else weight * scale for weight, limit, is_over in zip(found, most, over, strict=True)]
    return found


def _of_mean_1(found: Sequence[float]) -> list[float]:
    """Weights in the same proportions whose mean is 1; equal ones are exactly 1."""
    if not found or len(set(found)) == 1:
        return [1.0] * len(found)
    mean = sum(found) / len(found)
    return [weight / mean for weight in found]
