"""The order of rows: those of like length together, often enough as their weights say, and the same again after a break.

In: lengths, weights and a seed. Out: a sampler whose order follows from seed and epoch alone: the one in transformers draws on
the global random state, and a resumed run then sees other batches.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from torch.utils.data import Sampler

_GOLDEN = (5**0.5 - 1) / 2  # the step whose multiples lie most evenly between 0 and 1


class LengthGroups(Sampler[int]):
    """Rows in random order, those of like length together, so that little is padded.

    An epoch has as many draws as there are rows. A row of weight 2 is drawn twice, one of 0.5 in every other epoch; without
    `weights`, or where all are equal, each is drawn once."""

    def __init__(self, lengths: Sequence[int], batch: int, seed: int, weights: Sequence[float] | None = None) -> None:
        self._lengths, self._batch, self._seed, self._epoch = lengths, batch, seed, 0
        self._weights = weights if weights and len(set(weights)) > 1 else None

    def set_epoch(self, epoch: int) -> None:
        """The epoch whose order comes next."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        draw = random.Random(f"{self._seed}:{self._epoch}")
        numbers = self._shuffled(draw)
        pool = self._batch * max(1, min(50, len(numbers) // (self._batch * 4)))  # small enough to give other batches each time
        pools = (
            sorted(numbers[start : start + pool], key=lambda number: -self._lengths[number])
            for start in range(0, len(numbers), pool)
        )
        ordered = [number for part in pools for number in part]
        batches = [ordered[start : start + self._batch] for start in range(0, len(ordered), self._batch)]
        last = [batches.pop()] if batches and len(batches[-1]) < self._batch else []  # elsewhere it would shift all after it
        draw.shuffle(batches)
        if self._epoch == 0:  # the longest rows first: what does not fit into memory shows at once
            longest = max((self._lengths[number] for number in ordered), default=0)
            batches.sort(key=lambda batch: max(self._lengths[number] for number in batch) < longest)
        return iter([number for batch in batches + last for number in batch])

    def _shuffled(self, draw: random.Random) -> list[int]:
        """The rows of the epoch in random order, copies of one as far apart as can be: else they would meet in one batch."""
        if self._weights is None:
            numbers = list(range(len(self._lengths)))
            draw.shuffle(numbers)
            return numbers
        places = []
        for number, copies in sorted(Counter(self._drawn(self._weights)).items()):
            first = draw.random()
            places += [((first + copy) / copies, number) for copy in range(copies)]
        return [number for _, number in sorted(places)]

    def _drawn(self, weights: Sequence[float]) -> list[int]:
        """The rows of the epoch, each as often as its weight says, rounded up in some epochs and down in others: systematic
        sampling, whose start moves by the golden ratio, so that the roundings even out over few epochs."""
        numbers = list(range(len(weights)))
        draw = random.Random(f"{self._seed}:weights")
        start = (draw.random() + self._epoch * _GOLDEN) % 1
        draw.shuffle(numbers)  # the same in every epoch, else the roundings would be chance again
        scale = len(numbers) / sum(weights)
        edges = list(accumulate(weights[number] * scale for number in numbers))
        edges[-1] = float(len(numbers))  # whatever the sum has lost in rounding: the draws are as many as the rows
        return [numbers[bisect_right(edges, start + place)] for place in range(len(numbers))]
