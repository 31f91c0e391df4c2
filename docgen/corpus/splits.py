"""Which split an example goes to: a source lies in one split only, chosen by its name, so that it stays there next time.

In: examples, and the modules that their names lie in. Out: examples by split. What a model has seen of a project it must not be
asked about again, and a corpus of one project must still have something held out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from docgen.corpus.store import SPLITS, Example, Split

_SHARES: tuple[tuple[Split, float], ...] = (("train", 0.70), ("validation", 0.85), ("test", 1.0))  # upper bounds of the hash
_LEAST_TRAINED = 0.5  # share of all examples


def divided(examples: Sequence[Example], modules: Collection[str]) -> list[Example]:
    """Examples whose source, where it holds half of them all or more, is divided into the modules that they speak of."""
    counts = Counter(example.source for example in examples)
    large = {source for source, count in counts.items() if count * 2 >= len(examples)}
    return [_in_module(example, modules) if example.source in large else example for example in examples]


def _in_module(example: Example, modules: Collection[str]) -> Example:
    module = example.brief.about
    while module and module not in modules:
        module = module.rpartition(".")[0]
    is_named_alike = module.partition(".")[0] == example.source
    return replace(example, source=module if is_named_alike else f"{example.source}/{module}") if module else example


def split_by_source(examples: Sequence[Example]) -> dict[Split, list[Example]]:
    """Examples by split, each source whole. Train holds at least half of them where that leaves something for the others; of
    two sources the smaller one is for validation, and with three or more no split is empty."""
    counts = Counter(example.source for example in examples)
    of = {source: next(split for split, bound in _SHARES if _place(source) < bound) for source in counts}
    by_size = sorted(of, key=lambda source: (-counts[source], _place(source)))
    if len(of) == 2:
        of = dict(zip(by_size, SPLITS, strict=False))
    while sum(counts[source] for source in of if of[source] == "train") < _LEAST_TRAINED * len(examples):
        of[next(source for source in by_size if of[source] != "train")] = "train"
    for split in SPLITS[1:]:
        if split not in of.values() and len(of) >= len(SPLITS):
            held = Counter(of.values())
            giver = "train" if held["train"] > 1 else max(held, key=lambda other: held[other])
            of[next(source for source in reversed(by_size) if of[source] == giver)] = split
    return {split: [example for example in examples if of[example.source] == split] for split in SPLITS}


def _place(source: str) -> float:
    """Where a source stands between 0 and 1."""
    return int(hashlib.sha256(f"split:{source}".encode()).hexdigest()[:8], 16) / 2**32
