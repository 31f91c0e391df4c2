"""Which texts repeat each other: word for word, or nearly, by the share of words and pairs of words that they have in common.

In: texts, streamed, or the `Prints` that were made of them. Out: `Duplicates`: the pairs that are alike, the groups they make,
and which row of each stays. MinHash bands propose pairs and the true Jaccard similarity decides, so that no pair is an accident
of hashing. A print has a number for each word and pair of a text, not the text: a million of them fit in memory.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy

from docgen.corpus.store import Example, Origin
from docgen.corpus.words import words_in

Array = Any  # a numpy array: its element types say more in the comments than in a signature
Rank = tuple[int, bool, float, int, str, int]

LEAST_WORDS = 8  # a shorter text is a template (`Return the name.`): only exact repetition says anything
_RECALL = 0.995  # least probability that a pair at the threshold itself is proposed
_MOST_HASHES = 128  # hashes a text: more cost time, and gain only where the threshold is low
_MOST_ROWS = 12  # hashes a band: the nearest thresholds need no more
_NEIGHBOURS = 16  # of a text in a crowded bucket, in the order of another hash; settling repeats until nothing is found
_HALF = numpy.uint64(32)  # bits: two numbers packed into one
_CHUNK = 20_000  # texts, or pairs, worked on at a time
_ORIGINS: tuple[Origin, ...] = ("approved", "authored", "markdown", "card", "docstring", "synthetic")  # best first


def groups(texts: Iterable[str], threshold: float) -> list[int]:
    """A group number for each text: equal for texts that repeat each other, directly or through others between them.

    `threshold` is the Jaccard similarity of their words and pairs of words, from 0 to 1; texts under 8 words must be equal.
    """
    return find(texts, threshold).groups


def rank(example: Example) -> Rank:
    """Where an example stands among its repetitions; the least stays. People's words come first, then a known licence, more
    support in the facts, the longer text, the first path."""
    origin = _ORIGINS.index(example.origin)
    length = len(example.text.split())
    return origin, not example.license, -(example.support or 0.0), -length, example.path or example.source, example.line


@dataclass(frozen=True)
class Repeat:
    """A row that repeats the row `of`, and by how much of both (1: word for word)."""

    index: int
    of: int
    rule: Literal["duplicate", "near-duplicate"]
    similarity: float


@dataclass(frozen=True)
class Settled:
    """What became of the repetitions: rows that go, and a group number for each row, equal for rows that still are alike."""

    repeats: tuple[Repeat, ...]
    groups: list[int]


@dataclass(frozen=True)
class Duplicates:
    """Texts that repeat each other. Equal texts are of one sort: `sort_of` tells which, `pairs` are the sorts that are near."""

    sort_of: Array  # int64, a text's sort
    runs: Runs  # of each sort
    pairs: Pairs
    threshold: float

    @property
    def groups(self) -> list[int]:
        """A group number for each text, counted in the order of the texts."""
        return _numbered(_joined(len(self.runs), self.pairs)[self.sort_of])

    def settled(
        self, kinds: Sequence[str], ranks: Sequence[Rank], keep: Collection[str] = (), *, sources: Sequence[str] = ()
    ) -> Settled:
        """Of the rows of one kind that repeat each other, the one of least rank stays, and every row that is like none that
        stays. The rules that `keep` names (`duplicate`, `near-duplicate`) remove nothing.

        Rows of one of the `sources`, where these are given, must be nearer to each other, halfway from the threshold to 1:
        `Set the width of the box` beside `Set the height of the box` is a copy in another project, and a lesson in its own.
        """
        is_repeat = _judge(kinds, ranks, sources, (1 + self.threshold) / 2)
        repeats = {} if "duplicate" in keep else self._exact(kinds, ranks)
        left = [row for row in range(len(kinds)) if row not in repeats]
        near = self.pairs
        while "near-duplicate" not in keep and (gone := self._near(near, left, ranks, is_repeat)):
            repeats |= gone
            left = [row for row in left if row not in gone]
            near = self._among(left)
        of = numpy.arange(len(self.sort_of))
        for repeat in repeats.values():
            of[repeat.index] = repeat.of
        while not numpy.array_equal(of, of[of]):  # what a row repeats may itself repeat another one
            of = of[of]
        roots = _joined(len(self.runs), near)
        return Settled(tuple(repeats[row] for row in sorted(repeats)), _numbered(roots[self.sort_of[of]]))

    def _exact(self, kinds: Sequence[str], ranks: Sequence[Rank]) -> dict[int, Repeat]:
        best: dict[tuple[int, str], int] = {}
        for row, sort in enumerate(self.sort_of.tolist()):
            kept = best.setdefault((sort, kinds[row]), row)
            if ranks[row] < ranks[kept]:
                best[sort, kinds[row]] = row
        return {
            row: Repeat(row, kept, "duplicate", 1.0)
            for row, sort in enumerate(self.sort_of.tolist())
            if (kept := best[sort, kinds[row]]) != row
        }

    def _near(self, pairs: Pairs, rows: Sequence[int], ranks: Sequence[Rank], is_repeat: _Judge) -> dict[int, Repeat]:
        """Those of the rows that are near to one of better rank that stays."""
        alike: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for first, second, similarity in pairs:
            alike[first].append((second, similarity))
            alike[second].append((first, similarity))
        rows_of: dict[int, list[int]] = defaultdict(list)
        for row, sort in zip(rows, self.sort_of[numpy.array(rows, dtype=numpy.int64)].tolist(), strict=True):
            if sort in alike:
                rows_of[sort].append(row)
        found: dict[int, Repeat] = {}
        for row in sorted((row for rows in rows_of.values() for row in rows), key=lambda row: (ranks[row], row)):
            for sort, similarity in alike[int(self.sort_of[row])] if row not in found else ():
                for other in rows_of[sort]:
                    if other not in found and is_repeat(row, other, similarity):
                        found[other] = Repeat(other, row, "near-duplicate", similarity)
        return found

    def _among(self, rows: Sequence[int]) -> Pairs:
        """The pairs among these rows that were in a pair before: a crowd that has thinned out shows pairs that it hid."""
        paired = numpy.union1d(self.pairs.first, self.pairs.second)
        sorts = numpy.intersect1d(self.sort_of[numpy.array(rows, dtype=numpy.int64)], paired)
        found = _alike(self.runs.of(sorts), self.threshold)
        return Pairs(sorts[found.first], sorts[found.second], found.similarity)

    def of(self, rows: Sequence[int]) -> Duplicates:
        """The repetitions among these rows alone, which are numbered from 0 in the order given."""
        sorts, sort_of = numpy.unique(self.sort_of[numpy.array(rows, dtype=numpy.int64)], return_inverse=True)
        found = self._among(rows)
        first, second = numpy.searchsorted(sorts, found.first), numpy.searchsorted(sorts, found.second)
        return Duplicates(sort_of, self.runs.of(sorts), Pairs(first, second, found.similarity), self.threshold)


_Judge = Callable[[int, int, float], bool]


def _judge(kinds: Sequence[str], ranks: Sequence[Rank], sources: Sequence[str], nearer: float) -> _Judge:
    """Whether the second of two rows repeats the first, which is ranked before it, at this similarity."""

    def is_repeat(row: int, other: int, similarity: float) -> bool:
        is_own = bool(sources) and sources[row] == sources[other]
        is_after = (ranks[other], other) > (ranks[row], row)
        return kinds[row] == kinds[other] and is_after and (similarity >= nearer or not is_own)

    return is_repeat


def find(texts: Iterable[str], threshold: float) -> Duplicates:
    """The repetitions among `texts` at a similarity of `threshold` or more."""
    return compare(printed(texts), threshold)


def compare(prints: Prints, threshold: float) -> Duplicates:
    """The repetitions among texts that have these prints, at a similarity of `threshold` or more."""
    _, firsts, sort_of = numpy.unique(prints.wholes, return_index=True, return_inverse=True)
    order = numpy.argsort(firsts)  # sorts in the order of their first text
    number = numpy.empty_like(order)
    number[order] = numpy.arange(len(order))
    distinct = prints.runs.of(firsts[order])
    return Duplicates(number[sort_of], distinct, _alike(distinct, threshold), threshold)


# Texts as numbers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Runs:
    """Texts as sets of words and pairs of words: those of text n are `hashes[starts[n]:starts[n + 1]]`, sorted."""

    hashes: Array  # uint32
    starts: Array  # int64, one more than there are texts

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def counts(self) -> Array:
        """How many runs each text has; none where it is short."""
        return numpy.diff(self.starts)

    def of(self, chosen: Array) -> Runs:
        """The runs of the chosen texts, in their order."""
        counts = self.counts[chosen]
        hashes = numpy.empty(counts.sum(), numpy.uint32)
        starts = _starts(counts)
        for begin in range(0, len(chosen), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            places = _places(self.starts[:-1][chosen[part]], counts[part])
            hashes[starts[begin] : starts[begin] + len(places)] = self.hashes[places]
        return Runs(hashes, starts)

    def within(self, inner: Sequence[int], outer: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The pairs of a text of `inner` and another one of `outer` that has all of its runs."""
        sought, there = self.of(numpy.array(inner, numpy.int64)), self.of(numpy.array(outer, numpy.int64))
        if not len(sought.hashes) or not len(there.hashes):
            return
        order = numpy.argsort(there.hashes, kind="stable")
        hashes, holder = there.hashes[order], numpy.repeat(numpy.arange(len(outer)), there.counts)[order]
        first, last = (numpy.searchsorted(hashes, sought.hashes, side) for side in ("left", "right"))
        for number, text in enumerate(inner):
            part = slice(sought.starts[number], sought.starts[number + 1])
            frequency = (last - first)[part]
            if not len(frequency) or not frequency.min():
                continue
            rarest = part.start + int(frequency.argmin())
            for place in holder[first[rarest] : last[rarest]].tolist():
                own = there.hashes[there.starts[place] : there.starts[place + 1]]
                if outer[place] != text and numpy.isin(sought.hashes[part], own).all():
                    yield text, outer[place]


@dataclass(frozen=True)
class Prints:
    """Texts as comparing them needs them: a hash of each whole text, and the runs of those that are long enough."""

    wholes: Array  # uint64
    runs: Runs

    def __len__(self) -> int:
        return len(self.wholes)

    def to_bytes(self) -> bytes:
        """The prints as bytes, the same on every machine."""
        columns = (self.wholes.astype("<u8"), self.runs.counts.astype("<u4"), self.runs.hashes.astype("<u4"))
        return b"".join(column.tobytes() for column in columns)

    @staticmethod
    def from_bytes(content: bytes, count: int) -> Prints:
        """What `to_bytes` has made of the prints of so many texts."""
        wholes = numpy.frombuffer(content, "<u8", count)
        counts = numpy.frombuffer(content, "<u4", count, 8 * count)
        return Prints(wholes, Runs(numpy.frombuffer(content, "<u4", offset=12 * count), _starts(counts)))


NO_PRINTS = Prints(numpy.zeros(0, numpy.uint64), Runs(numpy.zeros(0, numpy.uint32), numpy.zeros(1, numpy.int64)))


class PrintStock:
    """Prints gathered one after the other, in no more memory than they fill."""

    def __init__(self) -> None:
        self._wholes, self._counts, self._hashes = bytearray(), bytearray(), bytearray()

    def add(self, prints: Prints) -> None:
        """Takes in the prints of further texts."""
        self._wholes += prints.wholes.astype(numpy.uint64).tobytes()
        self._counts += prints.runs.counts.astype(numpy.uint32).tobytes()
        self._hashes += prints.runs.hashes.astype(numpy.uint32).tobytes()

    def __len__(self) -> int:
        return len(self._wholes) // 8

    def of(self, places: Sequence[int]) -> Prints:
        """The prints at these places, counted from 0 as they were added."""
        chosen = numpy.array(places, dtype=numpy.int64)
        starts = _starts(numpy.frombuffer(self._counts, numpy.uint32))
        runs = Runs(numpy.frombuffer(self._hashes, numpy.uint32), starts)
        return Prints(numpy.frombuffer(self._wholes, numpy.uint64)[chosen], runs.of(chosen))


def _starts(counts: Array) -> Array:
    return numpy.concatenate((numpy.zeros(1, numpy.int64), numpy.cumsum(counts, dtype=numpy.int64)))


class _WordHashes(dict[str, int]):
    """A 64-bit hash for each word, the same in every run and whatever other words there are."""

    def __missing__(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[word] = found = int.from_bytes(digest, "little")
        return found


def printed(texts: Iterable[str]) -> Prints:
    """The prints of texts, in their order."""
    known = _WordHashes()
    whole, counts, hashes = array("Q"), [numpy.zeros(0, numpy.int64)], [numpy.zeros(0, numpy.uint32)]
    remaining = iter(texts)
    while chunk := [words_in(text) for text in islice(remaining, _CHUNK)]:
        numbers = array("Q")
        for words in chunk:
            whole.append(_whole_hash(words))
            numbers.extend(map(known.__getitem__, words))
        count, found = _runs(numpy.frombuffer(numbers, numpy.uint64), numpy.array([len(words) for words in chunk]))
        counts.append(count)
        hashes.append(found)
    wholes = numpy.array(whole, dtype=numpy.uint64)
    return Prints(wholes, Runs(numpy.concatenate(hashes), _starts(numpy.concatenate(counts))))


def _whole_hash(words: Sequence[str]) -> int:
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _runs(words: Array, lengths: Array) -> tuple[Array, Array]:
    """How many distinct runs each text of so many `words` (hashes of all texts, end to end) has, and their 32-bit hashes.

    Single words and pairs: of runs of three, one changed word spoils so many that a copy of twenty words would pass unseen.
    """
    text_of = numpy.repeat(numpy.arange(len(lengths)), lengths)
    text = text_of.astype(numpy.uint64) << _HALF
    long = (lengths >= LEAST_WORDS)[text_of]
    single = (text | (_mixed(words) >> _HALF))[long]
    paired = long[1:] & (text_of[1:] == text_of[:-1])
    pair = (text[1:] | (_mixed(_mixed(words[:-1]) + words[1:]) >> _HALF))[paired]
    keys = numpy.unique(numpy.concatenate((single, pair)))
    return numpy.bincount((keys >> _HALF).astype(numpy.int64), minlength=len(lengths)), keys.astype(numpy.uint32)


def _mixed(numbers: Array) -> Array:
    """Each number stirred so that every bit of it matters to every bit of the result (the finaliser of splitmix64)."""
    numbers = (numbers ^ (numbers >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> numpy.uint64(31))


def _places(starts: Array, counts: Array) -> Array:
    """The places `start, start + 1, …` of each span of so many, end to end."""
    ends = numpy.cumsum(counts)
    return numpy.repeat(starts - (ends - counts), counts) + numpy.arange(ends[-1] if len(ends) else 0)


# Pairs -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pairs:
    """Pairs of texts, the first the smaller number, with their similarity."""

    first: Array  # int64
    second: Array  # int64
    similarity: Array  # float64

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        return zip(self.first.tolist(), self.second.tolist(), self.similarity.tolist(), strict=True)

    def __len__(self) -> int:
        return len(self.first)


def bands_for(threshold: float) -> tuple[int, int]:
    """Bands, and hashes in each: as many hashes in a band as still let a pair at the threshold meet in one of the bands."""
    for rows in range(_MOST_ROWS, 1, -1):
        meeting = threshold**rows
        bands = 1
        while 1 - (1 - meeting) ** bands < _RECALL and bands * rows <= _MOST_HASHES:
            bands += 1
        if bands * rows <= _MOST_HASHES:
            return bands, rows
    return _MOST_HASHES, 1


def _alike(runs: Runs, threshold: float) -> Pairs:
    """The pairs of texts whose sets of runs are alike by `threshold` or more."""
    long = numpy.flatnonzero(runs.counts)
    chosen = runs.of(long)
    found: Array = numpy.zeros(0, numpy.uint64)
    similarity: Array = numpy.zeros(0)
    for proposed in _proposed(chosen, threshold):
        fresh = numpy.setdiff1d(proposed, found, assume_unique=True)
        shares = _similarities(chosen, fresh)
        found, order = numpy.unique(numpy.concatenate((found, fresh[shares >= threshold])), return_index=True)
        similarity = numpy.concatenate((similarity, shares[shares >= threshold]))[order]
    first, second = _unpacked(found)
    return Pairs(long[first], long[second], similarity)


def _proposed(runs: Runs, threshold: float) -> Iterator[Array]:
    """For each band the pairs that share it, packed into one number each."""
    if len(runs) < 2:
        return
    bands, rows = bands_for(threshold)
    draw = numpy.random.Generator(numpy.random.PCG64(1))  # fixed: the same texts give the same pairs
    factors = draw.integers(0, 2**64, size=(bands, rows + 1), dtype=numpy.uint64) | numpy.uint64(1)
    shifts = draw.integers(0, 2**64, size=(bands, rows + 1), dtype=numpy.uint64)
    for band in range(bands):
        key = numpy.zeros(len(runs), numpy.uint64)
        for row in range(rows):
            key = _mixed(key + _least(runs, factors[band, row], shifts[band, row]))
        yield _neighbours(key, runs, factors[band, rows], shifts[band, rows])


def _least(runs: Runs, factor: Array, shift: Array) -> Array:
    """The MinHash of each text under one hash, multiply-shift (Dietzfelbinger et al., 1997)."""
    found = numpy.empty(len(runs), numpy.uint64)
    for begin in range(0, len(runs), _CHUNK):
        starts = runs.starts[begin : begin + _CHUNK + 1]
        hashes = runs.hashes[starts[0] : starts[-1]] * factor + shift  # uint32 * uint64: uint64, and wraps around
        hashes >>= _HALF
        found[begin : begin + _CHUNK] = numpy.minimum.reduceat(hashes, starts[:-1] - starts[0])
    return found


def _neighbours(key: Array, runs: Runs, factor: Array, shift: Array) -> Array:
    """The packed pairs of texts with one key; in a crowd, those that stand near each other in the order of one more hash."""
    order = numpy.argsort(key, kind="stable")
    key = key[order]
    crowded = numpy.concatenate((key[1:] == key[:-1], [False]))
    crowded[1:] |= crowded[:-1].copy()
    order, key = order[crowded], key[crowded]
    if not len(order):
        return numpy.zeros(0, numpy.uint64)
    order = order[numpy.lexsort((_least(runs.of(order), factor, shift), key))]
    packed = []
    for distance in range(1, min(_NEIGHBOURS, len(order) - 1) + 1):
        same = key[distance:] == key[:-distance]
        if not same.any():
            break
        packed.append(_packed(order[:-distance][same], order[distance:][same]))
    return numpy.unique(numpy.concatenate(packed)) if packed else numpy.zeros(0, numpy.uint64)


def _packed(one: Array, other: Array) -> Array:
    low, high = numpy.minimum(one, other).astype(numpy.uint64), numpy.maximum(one, other).astype(numpy.uint64)
    return (low << _HALF) | high


def _unpacked(pairs: Array) -> tuple[Array, Array]:
    return (pairs >> _HALF).astype(numpy.int64), (pairs & numpy.uint64(0xFFFFFFFF)).astype(numpy.int64)


def _similarities(runs: Runs, pairs: Array) -> Array:
    """The Jaccard similarity of each packed pair, counted."""
    shares = [_jaccard(runs, *_unpacked(pairs[begin : begin + _CHUNK])) for begin in range(0, len(pairs), _CHUNK)]
    return numpy.concatenate(shares) if shares else numpy.zeros(0)


def _jaccard(runs: Runs, first: Array, second: Array) -> Array:
    one, other = runs.of(first), runs.of(second)
    number = numpy.arange(len(first), dtype=numpy.uint64) << _HALF
    keys = numpy.concatenate([numpy.repeat(number, side.counts) | side.hashes.astype(numpy.uint64) for side in (one, other)])
    keys.sort()
    shared = keys[1:][keys[1:] == keys[:-1]] >> _HALF
    common = numpy.bincount(shared.astype(numpy.int64), minlength=len(first))
    return common / (one.counts + other.counts - common)


# Groups ------------------------------------------------------------------------------------------------------------------


def _joined(count: int, pairs: Pairs) -> Array:
    """For each of `count` sorts the least one that it hangs together with."""
    root = list(range(count))
    for first, second, _ in pairs:
        one, other = _root(root, first), _root(root, second)
        root[max(one, other)] = min(one, other)
    return numpy.array([_root(root, sort) for sort in range(count)], dtype=numpy.int64)


def _root(root: list[int], sort: int) -> int:
    while root[sort] != sort:
        root[sort] = root[root[sort]]
        sort = root[sort]
    return sort


def _numbered(roots: Array) -> list[int]:
    """Roots as group numbers from 0, in the order in which they come."""
    number: dict[int, int] = {}
    return [number.setdefault(root, len(number)) for root in roots.tolist()]
