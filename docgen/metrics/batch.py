"""Pairs prepared for measuring, some hundreds at once, and the sums from which metrics are computed.

In: `Pair`s. Out: a `Batch`, which holds every form of their texts that a metric asks for, made once; and `Statistics`: a row of
numbers a pair whose sums over any choice of pairs give the metric of that choice. So the same rows serve single texts, a
corpus, and its resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

import numpy as np

from docgen.brief import Brief
from docgen.metrics.ngrams import Array, Symbols
from docgen.metrics.texts import (
    composed,
    first_line,
    rouge_tokens,
    stemmed,
    tokens,
    tokens_13a,
    tokens_codexglue,
    tokens_tercom,
)

Words = Literal["docgen.1", "rouge"]
Needs = Literal["reference", "facts", "text"]


@dataclass(frozen=True)
class Pair:
    """A text to measure, the text that it should be like (empty where there is none), and the Brief that it answers."""

    text: str
    reference: str = ""
    brief: Brief | None = None


@dataclass(frozen=True)
class Metric:
    """A number that texts can be given: `signature` says how it is made, `low` and `high` bound its values (`high` may be
    infinite), `higher_is_better` is None where neither end is good, and `applies` says what a pair must have."""

    name: str
    signature: str
    low: float
    high: float
    higher_is_better: bool | None
    applies: Needs


@dataclass(frozen=True)
class Statistics:
    """Rows of numbers, one for each pair, NaN in those that were not measured. `combine` turns their sums over some pairs
    (the last axis) into the metric of these; `single`, where it differs, one row into the metric of one pair."""

    rows: Array
    combine: Callable[[Array], Array]
    single: Callable[[Array], Array] | None = None

    @classmethod
    def of_values(cls, values: Iterable[float]) -> Statistics:
        """Statistics of plain values, NaN for those that are missing, whose metric is their mean."""
        column = np.fromiter(values, np.float64)
        return cls(np.stack([column, np.where(np.isnan(column), np.nan, 1.0)], axis=1), ratio)

    @property
    def present(self) -> Array:
        """Which pairs were measured."""
        return ~np.isnan(self.rows[:, 0])

    @property
    def items(self) -> Array:
        """The metric of each pair by itself, NaN where there is none."""
        found = np.full(len(self.rows), np.nan)
        found[self.present] = (self.single or self.combine)(self.rows[self.present])
        return found

    @property
    def total(self) -> float:
        """The metric of all pairs that were measured; NaN where none was."""
        return float(self.combine(self.rows[self.present].sum(axis=0)[None])[0]) if self.present.any() else float("nan")

    def __add__(self, other: Statistics) -> Statistics:
        return Statistics(np.concatenate((self.rows, other.rows)), self.combine, self.single)


def ratio(sums: Array) -> Array:
    """The first of two columns divided by the second; NaN where that is 0."""
    above, below = sums[..., 0], sums[..., 1]
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below != 0)


def percentage(sums: Array) -> Array:
    """The first of two columns in hundredths of the second; NaN where that is 0."""
    return 100 * ratio(sums)


class Batch:
    """Some pairs, and the forms of their texts. Symbols are of pairs with a reference alone: `compared` has their places."""

    def __init__(self, pairs: Sequence[Pair], words: Words = "docgen.1", stem: bool = False) -> None:
        self.pairs = pairs
        chosen = rouge_tokens if words == "rouge" else tokens
        self.words_of = stemmed(chosen) if stem else chosen
        self._composed = [(composed(pair.text), composed(pair.reference)) for pair in pairs]
        self.texts = [" ".join(text.split()) for text, _ in self._composed]
        self.references = [" ".join(reference.split()) for _, reference in self._composed]
        self.compared = [at for at, reference in enumerate(self.references) if reference]

    @cached_property
    def normal(self) -> tuple[list[str], list[str]]:
        """The texts and references of pairs that have one."""
        return [self.texts[at] for at in self.compared], [self.references[at] for at in self.compared]

    @cached_property
    def words(self) -> Symbols:
        """The words that ROUGE counts."""
        joined = ([each[0] if len(each) == 1 else list(chain.from_iterable(each)) for each in side] for side in self.lines)
        return Symbols.of_words(*joined)

    @cached_property
    def lines(self) -> tuple[list[list[list[str]]], list[list[list[str]]]]:
        """The same words line by line: those of the texts, and those of their references."""
        pairs = [self._composed[at] for at in self.compared]
        return [self._lines(text) for text, _ in pairs], [self._lines(reference) for _, reference in pairs]

    def _lines(self, text: str) -> list[list[str]]:
        return [words for line in text.split("\n") if (words := self.words_of(line))]

    @cached_property
    def words_13a(self) -> Symbols:
        """The words that BLEU counts."""
        texts, references = self.normal
        found = tokens_13a([*texts, *references]) if texts else []
        return Symbols.of_words(found[: len(texts)], found[len(texts) :])

    @cached_property
    def words_codexglue(self) -> Symbols:
        """The words of first lines that CodeXGLUE's BLEU counts."""
        first = [self._first(at) for at in self.compared]
        return Symbols.of_words([tokens_codexglue(text) for text, _ in first], [tokens_codexglue(other) for _, other in first])

    @cached_property
    def words_tercom(self) -> Symbols:
        """The words that TER counts."""
        return self._symbols(tokens_tercom)

    @cached_property
    def characters(self) -> Symbols:
        """The characters that chrF counts: all but the blanks."""
        return Symbols.of_characters(*([text.replace(" ", "") for text in side] for side in self.normal))

    def _first(self, at: int) -> tuple[str, str]:
        text, reference = self._composed[at]
        return (
            first_line(text) if "\n" in text else self.texts[at],
            first_line(reference) if "\n" in reference else self.references[at],
        )

    def spread(self, rows: Array) -> Array:
        """Rows of the pairs that have a reference as rows of all pairs, NaN for the others."""
        found = np.full((len(self.pairs), rows.shape[1]), np.nan)
        found[self.compared] = rows
        return found

    def _symbols(self, words: Callable[[str], list[str]]) -> Symbols:
        texts, references = self.normal
        return Symbols.of_words([words(text) for text in texts], [words(reference) for reference in references])


Family = Callable[[Batch], Mapping[str, Statistics]]
