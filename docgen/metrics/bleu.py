"""BLEU as sacreBLEU counts it, and the smoothed BLEU of first lines that papers on code summaries print.

In: a batch. Out: `BLEU` and `BLEU-CodeXGLUE`. sacreBLEU's numbers to the last digit, by counting all pairs at once; its own
signature stands with them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from docgen.metrics.batch import Batch, Statistics, ratio
from docgen.metrics.ngrams import Array, matches, possible

ORDERS = 4
_LEAST = np.finfo(np.float64).tiny


def measure(batch: Batch) -> Mapping[str, Statistics]:
    """BLEU of each text against its reference: lengths, matching and possible n-grams, and the 4-grams of references."""
    symbols = batch.words_13a
    written, wanted = symbols.totals
    rows = np.column_stack(
        (written, wanted, matches(symbols, ORDERS), possible(written, ORDERS), possible(wanted, ORDERS)[:, -1])
    )
    return {"BLEU": Statistics(batch.spread(rows.astype(np.float64)), of_corpus, of_sentence)}


def measure_smoothed(batch: Batch) -> Mapping[str, Statistics]:
    """The smoothed BLEU of the first line of each text against that of its reference; of all, their mean."""
    return {"BLEU-CodeXGLUE": Statistics(batch.spread(_smoothed(batch)), ratio)}


def of_corpus(sums: Array) -> Array:
    """BLEU from 0 to 100 with exponential smoothing (NIST); NaN where even equal texts would have 0, since no reference has the
    four words in a row that it counts."""
    values = _bleu(sums, effective=False)
    return np.where((values == 0) & (sums[..., -1] == 0), np.nan, values)


def of_sentence(sums: Array) -> Array:
    """The same of one text, which stops at the longest n-grams that the text has."""
    return _bleu(sums, effective=True)


def _bleu(sums: Array, effective: bool) -> Array:
    written, wanted = sums[..., 0], sums[..., 1]
    matching, total = sums[..., 2 : 2 + ORDERS], sums[..., 2 + ORDERS : 2 + 2 * ORDERS]
    logarithms, orders = np.zeros(written.shape), np.zeros(written.shape)
    halvings = np.zeros(written.shape)
    for order in range(ORDERS):
        there = total[..., order] > 0
        none = there & (matching[..., order] == 0)
        halvings = halvings + none
        share = np.where(none, 0.5**halvings, matching[..., order]) / np.where(there, total[..., order], 1)
        logarithms = logarithms + np.log(np.where(there, share, 1))
        orders = orders + there
    least = orders if effective else np.full(written.shape, ORDERS)
    penalty = np.where(written < wanted, 1 - wanted / np.maximum(written, 1), 0.0)
    values = 100 * np.exp(penalty + logarithms / np.maximum(least, 1))
    is_zero = (matching.sum(axis=-1) == 0) | (orders < least)
    return np.where(is_zero, 0.0, values)


def _smoothed(batch: Batch) -> Array:
    """The smoothed BLEU of each first line, and a one to count it by: one added to matches and totals above the first order
    (Lin and Och 2004), and the brevity penalty of lengths that are one longer, as in CodeXGLUE's code-to-text task."""
    symbols = batch.words_codexglue
    written, wanted = symbols.totals
    matching, total = matches(symbols, ORDERS).astype(np.float64), possible(written, ORDERS).astype(np.float64)
    more = np.minimum(np.arange(ORDERS), 1)
    logarithms = (np.log(matching + more + _LEAST) - np.log(total + more + _LEAST)).sum(axis=1) / ORDERS
    penalty = np.minimum(0.0, 1 - (wanted + 1) / (written + 1))
    return np.column_stack((100 * np.exp(logarithms + penalty), np.ones(len(written))))
