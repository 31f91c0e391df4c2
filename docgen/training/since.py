"""Going on from an adapter: which sections it has not seen, and whether they are still of the sort that it was trained on.

In: an adapter's folder and the rows of today. Out: the new and corrected rows, with as many known ones beside them so that
those are not forgotten, and a `Drift`. Words and labels are compared as distributions, by the Jensen-Shannon divergence (0 for
the same, 1 for nothing in common) beyond what as many words of the old rows, drawn by chance, would show.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from docgen.facts import JSON, mark
from docgen.report import InputError
from docgen.training.rows import Row, Rows

SEEN = "seen.json"
_WORDS = 4000  # the commonest ones are kept; the rest of a corpus's words come once or twice
# Divergence beyond chance from which docs have drifted. On training_data: halves split by source 0.20 to 0.21, one source of 30
# from the others at most 0.14; from it 60 and 200 docstrings of requests 0.25 and 0.34, of networkx 0.24 and 0.34. Of 14 new
# sections it cannot tell: 0.13 and 0.14.
_DRIFTED = 0.22
_DRAWS = 20
_WORSE = 0.25  # nats a token by which the loss on new sections may exceed the one that the adapter had on held-out ones


@dataclass(frozen=True)
class Seen:
    """What an adapter was trained on: a mark for each row, and how often labels and words came."""

    marks: frozenset[str]
    labels: Mapping[str, int]
    words: Mapping[str, int]

    @staticmethod
    def of(rows: Iterable[Row]) -> Seen:
        """What training on `rows` leaves."""
        marks: set[str] = set()
        words: Counter[str] = Counter()
        labels: Counter[str] = Counter()
        for row in rows:
            marks.add(mark_of(row))
            words.update(row.example.text.lower().split())
            labels[row.example.brief.kind] += 1
        return Seen(frozenset(marks), dict(sorted(labels.items())), dict(words.most_common(_WORDS)))

    def with_older(self, older: Seen) -> Seen:
        """Both together."""
        words = Counter(older.words) + Counter(self.words)
        labels = Counter(older.labels) + Counter(self.labels)
        return Seen(self.marks | older.marks, dict(sorted(labels.items())), dict(words.most_common(_WORDS)))

    @property
    def content(self) -> str:
        """The text of the file."""
        found = {"marks": sorted(self.marks), "labels": self.labels, "words": dict(sorted(self.words.items()))}
        return json.dumps(found, ensure_ascii=False, sort_keys=True) + "\n"


def read_seen(adapter: Path) -> Seen:
    """What the adapter in a folder was trained on. Raises InputError where the folder does not say."""
    path = adapter / SEEN
    try:
        found = json.loads(path.read_bytes())
        return Seen(frozenset(found["marks"]), dict(found["labels"]), dict(found["words"]))
    except FileNotFoundError as error:
        what = f"the adapter does not say what it was trained on: no {SEEN}"
        raise InputError(what, str(adapter), "train it again with this docgen, without --since") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"not a record of what was seen: {error}", str(path), "train the adapter again") from error


def mark_of(row: Row) -> str:
    """Changes when a section's subject, facts or text do."""
    return mark([row.example.brief.mark, row.example.text], 12)


def news(rows: Rows, seen: Seen, seed: int) -> tuple[Rows, int]:
    """The rows that an adapter has not seen as they are now, and as many that it has; the number of the former.

    Raises InputError where there is nothing new.
    """
    is_known = [mark_of(row) in seen.marks for row in rows]
    new = [number for number, known in enumerate(is_known) if not known]
    known = [number for number, known in enumerate(is_known) if known]
    if not new:
        raise InputError(f"nothing new: the adapter has seen all {len(known)} rows", "--since", "use the adapter as it is")
    chosen = random.Random(f"{seed}:since").sample(range(len(known)), min(len(new), len(known)))
    return rows.select(sorted([*new, *(known[number] for number in chosen)])), len(new)


@dataclass(frozen=True)
class Drift:
    """How far new rows are from what was seen: divergences beyond chance, from 0 to 1, and losses (nats a token) of the adapter
    as it is, on the new rows and on what it was scored on."""

    words: float
    labels: float
    loss: float
    was: float | None

    @property
    def is_due(self) -> bool:
        """Whether training from the base, on everything, is due."""
        return max(self.words, self.labels) > _DRIFTED or (self.was is not None and self.loss > self.was + _WORSE)

    @property
    def record(self) -> dict[str, JSON]:
        return {"words": self.words, "labels": self.labels, "loss": self.loss, "was": self.was, "retrain": self.is_due}

    def __str__(self) -> str:
        was = "" if self.was is None else f", {self.was:.2f} on what it was scored on"
        advice = "train again from the base" if self.is_due else "going on is enough"
        return f"drift: words {self.words:.2f}, labels {self.labels:.2f}; loss {self.loss:.2f} on what is new{was}: {advice}"


def drift(new: Sequence[Row], seen: Seen, loss: float, was: float | None) -> Drift:
    """The drift of rows that an adapter has not seen, on which its loss is `loss`."""
    now = Seen.of(new)
    words, labels = beyond_chance(now.words, seen.words), beyond_chance(now.labels, seen.labels)
    return Drift(words, labels, round(loss, 4), was)


def beyond_chance(new: Mapping[str, int], seen: Mapping[str, int]) -> float:
    """The divergence of new counts less the mean one of as many drawn from what was seen; 0 where it is no larger."""
    total, names = sum(new.values()), sorted(seen)
    if not total or not names:
        return 0.0
    shares = np.array([seen[name] for name in names], dtype=float)
    drawn = np.random.default_rng(0).multinomial(total, shares / shares.sum(), size=_DRAWS)
    chance = [divergence(dict(zip(names, counts.tolist(), strict=True)), seen) for counts in drawn]
    return round(max(0.0, divergence(new, seen) - sum(chance) / _DRAWS), 4)


def divergence(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """The Jensen-Shannon divergence of two counts, in bits (Lin 1991)."""
    totals = sum(one.values()) or 1, sum(other.values()) or 1
    found = 0.0
    for name in {*one, *other}:
        shares = one.get(name, 0) / totals[0], other.get(name, 0) / totals[1]
        middle = sum(shares) / 2
        found += sum(share / 2 * math.log2(share / middle) for share in shares if share)
    return round(found, 4)
