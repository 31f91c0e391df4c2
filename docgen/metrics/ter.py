"""TER as sacreBLEU counts it: the edits that turn a text into its reference, where moving a run of words is one edit.

In: a batch. Out: `TER`, lower is better, over 100 where a text needs more edits than its reference has words. It is sacreBLEU's
number, its beam and its limits included, in a small part of the time: RapidFuzz gives the plain distance after each move, and
only the move that leads is looked at within the beam.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import heapify, heappop, heappush
from math import ceil, floor
from operator import add
from typing import TypeAlias

import numpy as np
from rapidfuzz.distance import Levenshtein

from docgen.metrics.batch import Batch, Statistics
from docgen.metrics.ngrams import Array

_BEAM = 25  # words to either side of the diagonal that sacreBLEU looks at
_LONGEST_SHIFT = 10
_FARTHEST_SHIFT = 50
_MOST_TRIED = 1000  # moves of one text
_FAR = 1 << 40  # more edits than any text needs

Words: TypeAlias = Sequence[Hashable]
Table: TypeAlias = list[list[int]]
Move: TypeAlias = tuple[int, int, int, Words]


def measure(batch: Batch) -> Mapping[str, Statistics]:
    """TER of each text against its reference: edits, and the words of the reference."""
    symbols = batch.words_tercom
    sequences = symbols.sequences()
    pairs = zip(sequences[0::2], sequences[1::2], strict=True)
    rows = np.array([(edits(text, reference), len(reference)) for text, reference in pairs], np.float64).reshape(-1, 2)
    return {"TER": Statistics(batch.spread(rows), of_sums)}


def of_sums(sums: Array) -> Array:
    """Edits in hundredths of the words of the references; 100 for edits where no reference has a word."""
    made, words = sums[..., 0], sums[..., 1]
    return np.where(words > 0, 100 * made / np.where(words > 0, words, 1), np.where(made > 0, 100.0, 0.0))


def edits(text: Words, reference: Words) -> int:
    """How many words must be inserted, deleted or replaced and runs of words moved, as tercom's greedy search has it: the
    best move is made as long as one lessens the distance."""
    if not reference or not text:
        return max(len(text), len(reference))
    # No order of the words comes nearer than this, so then no move is worth looking for.
    least = max(len(text), len(reference)) - (Counter(text) & Counter(reference)).total()
    moves, distance = 0, Levenshtein.distance(text, reference)
    if distance == least and _is_inside_the_beam(distance, text, reference):
        return distance
    table = _distances(text, reference)
    tried = 0
    while table[-1][-1] > least:
        candidates = list(_moves(text, reference, table))
        tried += len(candidates)
        if tried >= _MOST_TRIED:
            break
        best = _best(candidates, reference, table[-1][-1])
        if best is None:
            break
        moves, (text, table) = moves + 1, best
    return moves + table[-1][-1]


def _best(candidates: Sequence[Move], reference: Words, distance: int) -> tuple[Words, Table] | None:
    """The text after the best move with its table: of those that lessen the distance most the longest, then the first. The
    distance within the beam is never less than the plain one, so only what leads by the plain one is looked at twice."""
    ranked: list[tuple[int, int, int, int, int, Table | None]] = []
    for number, (size, start, target, text) in enumerate(candidates):
        gain = distance - Levenshtein.distance(text, reference)
        if gain > 0:
            ranked.append((-gain, -size, start, target, number, None))
    heapify(ranked)
    while ranked:
        lost, size, start, target, number, table = heappop(ranked)
        text = candidates[number][3]
        if table is not None:
            return text, table
        table = _distances(text, reference)
        if table[-1][-1] - distance < 0:
            heappush(ranked, (table[-1][-1] - distance, size, start, target, number, table))
    return None


def _moves(text: Words, reference: Words, table: Table) -> Iterator[Move]:
    """Every move that is tried: how many words, from where, to where, and what the text becomes."""
    aligned, missed, wrong = _alignment(text, reference, table)
    for start, other, size in _runs_in_common(text, reference):
        if not any(wrong[start : start + size]) or not any(missed[other : other + size]):
            continue  # the run stands right already, or something else stands right in its place
        if start <= aligned[other] < start + size:
            continue
        last = -1
        for at in range(other - 1, other + size):
            if at >= len(aligned):
                break
            target = aligned[at] + 1 if at >= 0 else 0
            if target != last:
                last = target
                yield size, start, target, _moved(text, start, size, target)


def _runs_in_common(text: Words, reference: Words) -> Iterator[tuple[int, int, int]]:
    """Where runs of words stand in both: the place in the text, that in the reference, and their length."""
    places: dict[Hashable, list[int]] = {}
    for at, word in enumerate(reference):
        places.setdefault(word, []).append(at)
    for start, word in enumerate(text):
        for other in places.get(word, ()):
            if abs(other - start) > _FARTHEST_SHIFT:
                continue
            most = min(_LONGEST_SHIFT, len(text) - start, len(reference) - other)
            for size in range(1, most + 1):
                if text[start + size - 1] != reference[other + size - 1]:
                    break
                yield start, other, size


def _moved(text: Words, start: int, size: int, target: int) -> Words:
    run, rest_start, end = text[start : start + size], text[:start], start + size
    if target < start:
        return _joined(text[:target], run, text[target:start], text[end:])
    if target > end:
        return _joined(rest_start, text[end:target], run, text[target:])
    return _joined(rest_start, text[end : size + target], run, text[size + target :])


def _joined(*parts: Words) -> Words:
    """The parts as one: all are strings, or all are lists."""
    whole: Words = reduce(add, parts)
    return whole


def _alignment(text: Words, reference: Words, table: Table) -> tuple[list[int], list[bool], list[bool]]:
    """The place in the text that each word of the reference is aligned to, and which words of the reference and of the text are
    edited, on the path that prefers replacing to deleting and deleting to inserting."""
    row, column = len(text), len(reference)
    aligned, missed, wrong = [0] * column, [True] * column, [True] * row
    while row or column:
        here = table[row][column]
        differs = bool(row and column) and text[row - 1] != reference[column - 1]
        if row and column and table[row - 1][column - 1] + differs == here:
            row, column = row - 1, column - 1
            aligned[column] = row
            missed[column] = wrong[row] = differs
        elif row and table[row - 1][column] + 1 == here:
            row -= 1
        else:
            column -= 1
            aligned[column] = row - 1
    return aligned, missed, wrong


def _distances(text: Words, reference: Words) -> Table:
    """The edit distances between all beginnings of the two that lie within sacreBLEU's beam."""
    ratio = len(reference) / len(text)
    beam = ceil(ratio / 2 + _BEAM) if ratio / 2 > _BEAM else _BEAM
    above = list(range(len(reference) + 1))
    table = [above]
    for number, word in enumerate(text, 1):
        centre = floor(number * ratio)
        first = max(0, centre - beam)
        end = len(above) if number == len(text) else min(len(above), centre + beam)
        row = [_FAR] * len(above)
        left = _FAR
        if first == 0:
            row[0] = left = above[0] + 1
        for column in range(max(first, 1), end):
            diagonal = above[column - 1] + (word != reference[column - 1])
            left = row[column] = min(diagonal, above[column] + 1, left + 1)
        table.append(row)
        above = row
    return table


def _is_inside_the_beam(distance: int, text: Words, reference: Words) -> bool:
    """Whether the beam cuts nothing off: a path of so few edits strays no farther from the diagonal."""
    return len(reference) <= _BEAM or distance + abs(len(text) - len(reference)) + 1 < _BEAM
