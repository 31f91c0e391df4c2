"""ROUGE-1, -2, -L and -Lsum as rouge-score counts them, and the ratio of lengths.

In: a batch. Out: F1 from 0 to 100, equal to rouge-score's where it is asked to count the same words. Its longest common
subsequence fills a table cell by cell in Python, which takes seconds for a page; here a row of that table is the bits of one
number (Hyyrö 2004), and where only the length is asked for, RapidFuzz finds it. rouge-score itself is wanted by tests alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from rapidfuzz.distance import LCSseq

from docgen.metrics.batch import Batch, Pair, Statistics, ratio
from docgen.metrics.ngrams import Array, matches, possible

NAMES = ("ROUGE-1", "ROUGE-2", "ROUGE-L", "ROUGE-Lsum")


def measure(batch: Batch) -> Mapping[str, Statistics]:
    """ROUGE of each text against its reference, without those whose reference has no word, or for ROUGE-2 but one."""
    symbols = batch.words
    written, wanted = symbols.totals
    grams, own, asked = matches(symbols, 2), possible(written, 2), possible(wanted, 2)
    longest = _longest(batch)
    summed = _summed(batch, longest)
    counts = {
        "ROUGE-1": (grams[:, 0], own[:, 0], asked[:, 0]),
        "ROUGE-2": (grams[:, 1], own[:, 1], asked[:, 1]),
        "ROUGE-L": (longest, written, wanted),
        "ROUGE-Lsum": (summed, written, wanted),
    }
    found = {name: Statistics(batch.spread(_rows(*each)), ratio) for name, each in counts.items()}
    lengths = np.column_stack((written, wanted)).astype(np.float64)
    lengths[wanted == 0] = np.nan
    return found | {"length": Statistics(batch.spread(lengths), ratio)}


def rouge(text: str, reference: str) -> dict[str, float]:
    """ROUGE-1, ROUGE-2, ROUGE-L and ROUGE-Lsum of one text, as F1 from 0 to 100; 0 for a reference without what they count."""
    if not reference.strip():
        return dict.fromkeys(NAMES, 0.0)
    found = measure(Batch([Pair(text, reference)]))
    return {name: float(np.nan_to_num(found[name].items[0])) for name in NAMES}


def _rows(common: Array, written: Array, wanted: Array) -> Array:
    """F1 and a one to count it by, so that the metric of several texts is the mean; NaN where nothing is wanted."""
    precision, recall = common / np.maximum(written, 1), common / np.maximum(wanted, 1)
    total = precision + recall
    score = np.where(total > 0, 100 * 2 * precision * recall / np.where(total > 0, total, 1), 0.0)
    rows = np.column_stack((score, np.ones(len(score))))
    rows[wanted == 0] = np.nan
    return rows


def _longest(batch: Batch) -> Array:
    """The length of the longest common subsequence of each text and its reference."""
    sequences = batch.words.sequences()
    found = (LCSseq.similarity(text, reference) for text, reference in zip(sequences[0::2], sequences[1::2], strict=True))
    return np.fromiter(found, np.int64, len(sequences) // 2)


def _summed(batch: Batch, longest: Array) -> Array:
    """What ROUGE-Lsum counts: where both sides are one line, the longest common subsequence."""
    found = longest.copy()
    for row, (texts, references) in enumerate(zip(*batch.lines, strict=True)):
        if len(texts) > 1 or len(references) > 1:
            found[row] = union_of_lines(texts, references)
    return found


def union_of_lines(texts: Sequence[Sequence[str]], references: Sequence[Sequence[str]]) -> int:
    """How many words of the reference's lines stand in a common subsequence with any line of the text, none counted more often
    than either side has it (Lin 2004, section 3.2, with the clipping of ROUGE 1.5.5)."""
    lines = [(line, set(line)) for line in texts]
    known = set().union(*texts)
    hits: list[str] = []
    for number, reference in enumerate(references):
        left = [at for at, word in enumerate(reference) if word in known]
        missing = {reference[at] for at in left}
        for text, words in lines[number:] + lines[:number]:  # the line that stands where this one does has most of it
            if words.isdisjoint(missing):
                continue
            shared = set(common_places(reference, text, [at for at, word in enumerate(reference) if word in words]))
            hits += [reference[at] for at in left if at in shared]
            left = [at for at in left if at not in shared]
            missing = {reference[at] for at in left}
    if len(set(hits)) == len(hits):
        return len(hits)
    more = [(word, count) for word, count in Counter(hits).items() if count > 1]
    written = Counter(chain.from_iterable(texts))
    return len(hits) - sum(max(0, count - written[word]) for word, count in more)


def common_places(reference: Sequence[str], text: Sequence[str], rows: Sequence[int]) -> Sequence[int]:
    """The places in `reference` of one longest common subsequence with `text`; `rows` are the places there of words that the
    text has. Of several it is the one that rouge-score reads from its table, which goes back through `text` only where that
    alone keeps the length."""
    words = [reference[at] for at in rows]  # a row of another word repeats the one above
    rest = iter(text)
    return rows if all(word in rest for word in words) else _places_by_table(text, words, rows)


def _places_by_table(text: Sequence[str], words: Sequence[str], rows: Sequence[int]) -> list[int]:
    places: dict[str, int] = {}
    for column, word in enumerate(text):
        places[word] = places.get(word, 0) | 1 << column
    full = (1 << len(text)) - 1
    grown = [0]  # for each row of the table, the bits where its length grows by one
    free = full
    for word in words:
        matching = free & places[word]
        free = ((free + matching) | (free - matching)) & full
        grown.append(full ^ free)
    found: list[int] = []
    row, column, length = len(words), len(text), grown[-1].bit_count()
    while length:
        if words[row - 1] == text[column - 1]:
            found.append(rows[row - 1])
            row, column, length = row - 1, column - 1, length - 1
        elif (grown[row - 1] & ((1 << column) - 1)).bit_count() < length:  # the cell above holds less than this one
            column -= 1
        else:
            row -= 1
    return found
