"""The training texts that a text is most like, by BM25 over the stems of their words.

In: training examples and a text. Out: the nearest examples with their scores, nearest first. A model repeats what it was
taught: a bad answer is often near to what taught it.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from docgen.corpus.store import Example
from docgen.writers.extractive import stems

_SATURATION, _LENGTH_WEIGHT = 1.5, 0.75  # k1 and b of BM25 (Robertson and Zaragoza 2009), at their usual values


class Nearest:
    """An index of the texts of `examples`."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        self._postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths: list[int] = []
        for number, example in enumerate(examples):
            words = stems(example.text)
            self._lengths.append(len(words))
            for word, count in Counter(words).items():
                self._postings[word].append((number, count))
        self._mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0

    def to(self, text: str, count: int) -> list[tuple[int, float]]:
        """The places of the `count` nearest examples with their scores (above 0, without an upper limit)."""
        scores: defaultdict[int, float] = defaultdict(float)
        for word in dict.fromkeys(stems(text)):
            held = self._postings.get(word, ())
            rarity = math.log(1 + (len(self.examples) - len(held) + 0.5) / (len(held) + 0.5))
            for number, times in held:
                length = self._lengths[number] / self._mean
                slope = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * length)
                scores[number] += rarity * times * (_SATURATION + 1) / (times + slope)
        return heapq.nsmallest(count, scores.items(), key=lambda found: (-found[1], found[0]))
