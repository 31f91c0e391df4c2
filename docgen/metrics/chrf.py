"""chrF as sacreBLEU counts it: how far the characters of a text and of its reference agree, in runs of one to six.

In: a batch. Out: `chrF`. One reason to change: the formula.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from docgen.metrics.batch import Batch, Statistics
from docgen.metrics.ngrams import Array, matches, possible

ORDERS = 6
_BETA_SQUARED = 4  # recall weighs twice what precision does


def measure(batch: Batch) -> Mapping[str, Statistics]:
    """chrF of each text against its reference: for each order the n-grams of both and those in common."""
    written, wanted = (possible(lengths, ORDERS) for lengths in batch.characters.totals)
    rows = np.concatenate((np.where(wanted > 0, written, 0), wanted, matches(batch.characters, ORDERS)), axis=1)
    return {"chrF": Statistics(batch.spread(rows.astype(np.float64)), of_sums)}


def of_sums(sums: Array) -> Array:
    """chrF from 0 to 100: precision and recall are means over the orders that both sides have."""
    written, wanted, common = (sums[..., at * ORDERS : (at + 1) * ORDERS] for at in range(3))
    both = (written > 0) & (wanted > 0)
    orders = np.maximum(both.sum(axis=-1), 1)
    precision, recall = (
        np.where(both, common / np.where(both, side, 1), 0.0).sum(axis=-1) / orders for side in (written, wanted)
    )
    below = _BETA_SQUARED * precision + recall
    return np.where(below > 0, 100 * (1 + _BETA_SQUARED) * precision * recall / np.where(below > 0, below, 1), 0.0)
