"""The fitting of the model that doubts lines (`docgen.support.lines`), start to finish.

    python -m docgen.corpus.doubt_recipe PACKAGE... [--corpus CORPUS] [-o docgen/support/weights.json]

In: folders of packages, and the starter corpus. Out: the weights. Real statements and inventions planted among them are told
apart by boosted trees, small enough to be read as JSON; no word of the packages is kept but how many sources hold it.
`benchmarks/support.py` measures the result on packages that were not used here.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.tree import DecisionTreeRegressor

from docgen.corpus.inventions import Line, lines_of_corpus, lines_of_package, planted
from docgen.files import Text, write_text
from docgen.metrics.doubts import source_of
from docgen.support import content_words, stem
from docgen.support.lines import WEIGHTS, Doubts, Rarity, Tree, features

TREES, DEPTH, RATE = 160, 4, 0.1
_FEWEST = 5  # sources that a word must stand in to be counted
_THOUSAND = 1000


def rarity_of(lines: Sequence[Line]) -> Rarity:
    """How many subjects have each word in their sources or in what people wrote of them."""
    said: dict[str, set[str]] = {}
    for line in lines:
        if line.is_supported:
            words = said.setdefault(line.brief.about, set(source_of(line.brief).stems))
            words.update(map(stem, content_words(line.text)))
    counts = Counter(word for words in said.values() for word in words)
    return Rarity(len(said), {word: count for word, count in counts.items() if count >= _FEWEST and len(word) > 1})


def fitted(lines: Sequence[Line]) -> Doubts:
    """The model of lines with inventions planted among them."""
    rarity = rarity_of(lines)
    sources = {id(line.brief): source_of(line.brief) for line in lines}
    seen = [features(line.text, sources[id(line.brief)], rarity) for line in lines]
    names = list(seen[0])
    rows = np.array([[row[name] for name in names] for row in seen], np.float32)
    model = GradientBoostingClassifier(
        n_estimators=TREES, max_depth=DEPTH, learning_rate=RATE, subsample=0.6, min_samples_leaf=20, random_state=0
    )
    invented = np.array([not line.is_supported for line in lines])
    model.fit(rows, invented)
    share = float(invented.mean())
    return Doubts(rarity, float(np.log(share / (1 - share))), [_tree(each, names) for each in model.estimators_[:, 0]])


def _tree(model: DecisionTreeRegressor, names: Sequence[str], node: int = 0) -> Tree:
    tree = model.tree_
    if tree.children_left[node] == tree.children_right[node]:
        return round(RATE * float(tree.value[node][0][0]) * _THOUSAND)
    low, high = (_tree(model, names, int(children[node])) for children in (tree.children_left, tree.children_right))
    return names[tree.feature[node]], round(float(tree.threshold[node]), 4), low, high


def main() -> None:
    """Reads the sources, fits the model and writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE", help="folder of a package")
    parser.add_argument("--corpus", type=Path, help="a corpus made of training_data; every second source of it is used")
    parser.add_argument("-o", "--output", type=Path, default=WEIGHTS, help="the file of the weights")
    options = parser.parse_args()
    lines = [line for package in options.packages for line in lines_of_package(package)]
    if options.corpus:
        lines += half(lines_of_corpus(options.corpus), 0)
    model = fitted(planted(lines, for_fitting=True))
    write_text(options.output, Text(model.dumped()))
    print(f"{len(lines)} statements of {model.rarity.sources} subjects; {len(model.rarity.holding)} words, {TREES} trees")


def half(lines: Sequence[Line], start: int) -> list[Line]:
    """The lines of every second source, from the first or the second on: one half fits, the other measures."""
    chosen = set(sorted({line.source for line in lines})[start::2])
    return [line for line in lines if line.source in chosen]


if __name__ == "__main__":
    main()
