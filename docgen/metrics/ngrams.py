"""How many n-grams each of many pairs of sequences have in common, counted for all of them at once.

In: two sequences of symbols a pair: words or characters. Out: arrays of counts, a row a pair, a column an order. The
longest n-grams of all pairs are sorted once, as numbers, which puts shorter ones in order too: they are their beginnings. The
counts are exact, no n-gram stands for another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any  # of numpy, whose types say little of shapes

_BITS = 63  # of a key, which holds a pair, an n-gram and a side


@dataclass(frozen=True)
class Symbols:
    """The sequences of all pairs one after the other (a text, its reference, the next text...): symbols as numbers below
    `size`, and the length of each sequence."""

    codes: Array
    lengths: Array
    size: int

    @classmethod
    def of_words(cls, texts: Sequence[Sequence[str]], references: Sequence[Sequence[str]]) -> Symbols:
        """The words of each text and of its reference."""
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        sequences = list(chain.from_iterable(zip(texts, references, strict=True)))
        lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
        words = chain.from_iterable(sequences)
        codes = np.fromiter(map(numbers.__getitem__, words), np.int64, int(lengths.sum()))
        return cls(codes, lengths, max(len(numbers), 1))

    @classmethod
    def of_characters(cls, texts: Sequence[str], references: Sequence[str]) -> Symbols:
        """The characters of each text and of its reference."""
        sequences = list(chain.from_iterable(zip(texts, references, strict=True)))
        lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
        points = np.frombuffer("".join(sequences).encode("utf-32-le", "surrogatepass"), "<u4")
        highest = int(points.max(initial=0))
        codes, size = (points, highest + 1) if highest < 256 else _numbered(points)
        return cls(codes.astype(np.int64), lengths, size)

    @property
    def totals(self) -> tuple[Array, Array]:
        """The lengths of the texts, and those of the references."""
        return self.lengths[0::2], self.lengths[1::2]

    def sequences(self) -> list[Sequence[Hashable]]:
        """Each sequence by itself: a string with a character for each symbol, which is compared fastest, or where there are
        more symbols than characters, a list."""
        codes: Sequence[Hashable] = self.codes.tolist()
        if self.size <= _CHARACTERS:
            points = np.where(self.codes < _SURROGATES, self.codes, self.codes + _SURROGATES_COUNT)
            codes = points.astype("<u4").tobytes().decode("utf-32-le")
        ends = np.cumsum(self.lengths).tolist()
        return [codes[start:end] for start, end in zip([0, *ends], ends, strict=False)]


_SURROGATES, _SURROGATES_COUNT = 0xD800, 0x800  # no characters of their own: jumped over
_CHARACTERS = 0x110000 - _SURROGATES_COUNT


def possible(lengths: Array, orders: int) -> Array:
    """How many n-grams sequences of these lengths have, a column an order from 1 on."""
    return np.maximum(lengths[:, None] - np.arange(orders), 0)


def matches(symbols: Symbols, orders: int) -> Array:
    """How many n-grams a text and its reference have in common, each counted at most as often as in either: a row a pair, a
    column an order from 1 to `orders`."""
    pairs = len(symbols.lengths) // 2
    owner = np.repeat(np.arange(2 * pairs), symbols.lengths)  # twice the pair, plus one in a reference
    places = np.arange(len(symbols.codes)) + owner * orders
    padded = np.zeros(len(symbols.codes) + (2 * pairs + 1) * orders, np.int64)
    padded[places] = symbols.codes + 1  # 0 stands for the end of a sequence
    bits = symbols.size.bit_length()
    heads, head_pairs, sides = owner >> 1, np.arange(pairs), owner & 1
    columns: list[Array] = []
    while len(columns) < orders:
        done = len(columns)
        taken = min(orders - done, (_BITS - 1 - len(head_pairs).bit_length()) // bits)
        keys = heads
        for order in range(done, done + taken):
            keys = (keys << bits) | padded[places + order]
        columns += _common(keys, sides, taken, bits, head_pairs, pairs)
        if len(columns) < orders:  # each n-gram so far becomes one number, which the next symbols follow
            goes_on = keys & ((1 << bits) - 1) != 0
            places, sides = places[goes_on], sides[goes_on]
            kinds, heads = np.unique(keys[goes_on], return_inverse=True)
            head_pairs = head_pairs[kinds >> (bits * taken)]
    return np.stack(columns, axis=1)


def _common(keys: Array, sides: Array, orders: int, bits: int, head_pairs: Array, pairs: int) -> list[Array]:
    """For each order what the pairs have in common. A key is a head and the codes of `orders` symbols, `bits` each; its head
    belongs to the pair `head_pairs[head]`, and `sides` has a one for each key of a reference."""
    keys = np.sort((keys << 1) | sides)
    kinds, bounds = keys >> 1, np.arange(len(keys) + 1)
    wanted_before = np.concatenate(([0], np.cumsum(keys & 1)))
    found: list[Array] = []
    for order in range(orders, 0, -1):
        is_first = np.ones(len(bounds), bool)  # of its kind; the end of all is one too
        np.not_equal(kinds[1:], kinds[:-1], out=is_first[1:-1])
        at = np.flatnonzero(is_first)
        kinds, bounds = kinds[at[:-1]], bounds[at]
        wanted = np.diff(wanted_before[bounds])
        common = np.minimum(wanted, np.diff(bounds) - wanted)
        both = np.flatnonzero((common > 0) & (kinds & ((1 << bits) - 1) > 0))  # in common, and not cut off by the end
        found.append(np.bincount(head_pairs[kinds[both] >> (bits * order)], common[both], pairs).astype(np.int64))
        kinds = kinds >> bits
    return found[::-1]


def _numbered(values: Array) -> tuple[Array, int]:
    """The values as numbers from 0 without gaps, and how many there are."""
    if not len(values):
        return values, 1
    distinct, numbers = np.unique(values, return_inverse=True)
    return numbers.astype(np.int64), len(distinct)
