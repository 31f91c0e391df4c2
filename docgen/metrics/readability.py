"""How hard a text is to read, by the lengths of its words and sentences.

In: a batch. Out: `readability`, the index of Coleman and Liau (1975): the American school grade that can follow the text. It
counts letters, which a machine does without error, where other formulas count syllables, which none does; so no library
is needed. Neither end is good: use it to see a change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from docgen.metrics.batch import Batch, Statistics
from docgen.metrics.ngrams import Array

_FENCED = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*\n.*?(?:^ {0,3}\1[^\n]*$|\Z)", re.S | re.M)
_BLOCKS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+#|]|\d+[.)])\s)|[.!?:](?=[\s\"'`)*_]|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
FEWEST_WORDS = 3  # of a text that is measured at all: the grade of a name says nothing


def without_code(text: str) -> str:
    """A text in Markdown without its fenced blocks."""
    return _FENCED.sub("\n\n", text)


def counts(text: str) -> tuple[int, int, int]:
    """Letters, words and sentences of a text in Markdown, code blocks left out; a heading, an item or a row is a sentence."""
    letters = words = sentences = 0
    for part in _BLOCKS.split(without_code(text)):
        found = _WORD.findall(part)
        letters += sum(map(len, found))
        words += len(found)
        sentences += bool(found)
    return letters, words, sentences


def measure(batch: Batch) -> Mapping[str, Statistics]:
    """The grade of each text: letters, words and sentences."""
    rows = np.array([counts(pair.text) for pair in batch.pairs], np.float64).reshape(-1, 3)
    rows[rows[:, 1] < FEWEST_WORDS] = np.nan
    return {"readability": Statistics(rows, of_sums)}


def of_sums(sums: Array) -> Array:
    """The index: 0.0588 letters in a hundred words, less 0.296 sentences in a hundred words, less 15.8."""
    letters, words, sentences = (sums[..., at] for at in range(3))
    below = np.where(words > 0, words, 1)
    return np.where(words > 0, 5.88 * letters / below - 29.6 * sentences / below - 15.8, np.nan)
