"""Metrics of as many pairs as there are, a few hundred in memory at a time, on as many processes as are wanted.

In: pairs, which may come from a generator. Out: the values of each in order, those of all together, or the sums behind them
for intervals and comparisons. Values are the same whatever the number of workers.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial

import numpy as np

from docgen.metrics.batch import Batch, Pair, Statistics, Words
from docgen.metrics.families import MEASURES
from docgen.metrics.ngrams import Array
from docgen.report import InputError

AT_ONCE = 512  # pairs; twice as many are no faster
_CHARACTERS_AT_ONCE = 1_000_000  # of long texts fewer are taken
_AHEAD = 3  # batches a worker that may wait for an earlier one

Measured = Mapping[str, Statistics]


def measured(
    pairs: Iterable[Pair],
    workers: int = 1,
    *,
    metrics: Collection[str] | None = None,
    words: Words = "docgen.1",
    stem: bool = False,
) -> Iterator[dict[str, float]]:
    """The values of each pair by metric, in the order of the pairs. What cannot be measured is absent: `missing` says why.

    `metrics` names those that are wanted, all by default. ROUGE counts `words` as docgen does or as rouge-score does itself;
    `stem` cuts them to their stems (rouge-score's `use_stemmer`; needs NLTK, else InputError). BLEU of one text stops at the
    longest n-grams that the text has. Takes no more from `pairs` than it is about to measure.
    """
    for found in _batches(pairs, workers, metrics, words, stem):
        columns = {name: statistics.items.tolist() for name, statistics in found.items()}
        count = max(map(len, columns.values()), default=0)
        for at in range(count):
            yield {name: value for name, column in columns.items() if (value := column[at]) == value}


def sufficient(
    pairs: Iterable[Pair],
    workers: int = 1,
    *,
    metrics: Collection[str] | None = None,
    words: Words = "docgen.1",
    stem: bool = False,
) -> dict[str, Statistics]:
    """The rows behind each metric, one a pair, for `docgen.score.statistics`."""
    rows: dict[str, list[Array]] = {}
    last: Measured = {}
    for last in _batches(pairs, workers, metrics, words, stem):
        for name, statistics in last.items():
            rows.setdefault(name, []).append(statistics.rows)
    return {name: Statistics(np.concatenate(rows[name]), each.combine, each.single) for name, each in last.items()}


def corpus_scores(
    pairs: Iterable[Pair],
    workers: int = 1,
    *,
    metrics: Collection[str] | None = None,
    words: Words = "docgen.1",
    stem: bool = False,
) -> dict[str, float]:
    """Each metric of all pairs together: BLEU, chrF, TER and claims from sums over the pairs, the rest as means. What no pair
    could be given is absent. Memory does not grow with the number of pairs."""
    sums: dict[str, Array] = {}
    last: Measured = {}
    for last in _batches(pairs, workers, metrics, words, stem):
        for name, statistics in last.items():
            if statistics.present.any():
                sums[name] = sums.get(name, 0) + statistics.rows[statistics.present].sum(axis=0)
    values = {name: float(each.combine(sums[name][None])[0]) for name, each in last.items() if name in sums}
    return {name: value for name, value in values.items() if value == value}


def measure_batch(pairs: Sequence[Pair], metrics: Collection[str] | None, words: Words, stem: bool) -> dict[str, Statistics]:
    """The statistics of some pairs, in the order of `families`."""
    batch = Batch(pairs, words, stem)
    found: dict[str, Statistics] = {}
    for family, names in MEASURES:
        if metrics is None or not set(names).isdisjoint(metrics):
            found |= family(batch)
    return {name: each for name, each in found.items() if metrics is None or name in metrics}


def _batches(
    pairs: Iterable[Pair], workers: int, metrics: Collection[str] | None, words: Words, stem: bool
) -> Iterator[Measured]:
    _refuse_unknown(metrics)
    if stem:
        _refuse_stems_without_nltk()
    measure = partial(measure_batch, metrics=metrics, words=words, stem=stem)
    if workers <= 1:
        yield from map(measure, _chunks(pairs))
        return
    # A fork is ready at once; on macOS it may crash in system libraries, and Windows has none.
    context = multiprocessing.get_context("fork" if sys.platform.startswith("linux") else "spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        waiting: deque[Future[dict[str, Statistics]]] = deque()
        for chunk in _chunks(pairs):
            waiting.append(pool.submit(measure, chunk))
            if len(waiting) >= _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _chunks(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Some hundred pairs at a time, fewer where they are long."""
    chunk: list[Pair] = []
    characters = 0
    for pair in pairs:
        chunk.append(pair)
        characters += len(pair.text) + len(pair.reference)
        if len(chunk) == AT_ONCE or characters >= _CHARACTERS_AT_ONCE:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _refuse_unknown(metrics: Collection[str] | None) -> None:
    known = [name for _, names in MEASURES for name in names]
    unknown = [name for name in metrics or () if name not in known]
    if unknown:
        raise InputError(f"unknown metric `{unknown[0]}`", fix=f"use some of {', '.join(known)}")


def _refuse_stems_without_nltk() -> None:
    from importlib.util import find_spec

    if find_spec("nltk") is None:
        raise InputError("stems need NLTK, which is not installed", fix="pip install nltk, or score without stems")
