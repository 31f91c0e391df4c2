"""How well lines without support are told from real ones, on packages that the model was not fitted to.

    python benchmarks/support.py PACKAGE... [--corpus CORPUS]

Real statements are sentences of docstrings after the summary, and the texts of the starter corpus (`docgen corpus build
training_data -o CORPUS`; the half of its sources that was not fitted to); as many inventions are planted among them. Printed:
the area under the ROC curve of the share of unseen words, which is the baseline, and of the model, by how a line was invented.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sklearn.metrics import roc_auc_score

from docgen.corpus.doubt_recipe import half
from docgen.corpus.inventions import WAYS, Line, lines_of_corpus, lines_of_package, planted
from docgen.metrics.doubts import source_of
from docgen.support import support
from docgen.support.lines import doubt


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE", help="folder of a package not fitted to")
    parser.add_argument("--corpus", type=Path, help="a corpus made of training_data")
    options = parser.parse_args()
    groups = {"packages": [line for package in options.packages for line in lines_of_package(package)]}
    if options.corpus:
        groups["starter corpus"] = half(lines_of_corpus(options.corpus), 1)
    groups = {name: planted(lines, for_fitting=False, seed=1) for name, lines in groups.items()}
    if len(groups) > 1:
        groups["both"] = [line for lines in groups.values() for line in lines]
    print(f"{'':32}{'lines':>8}{'unseen words':>14}{'model':>8}")
    for name, lines in groups.items():
        _print(name, lines)
        for way in WAYS:
            part = [line for line in lines if line.how in ("", way)]
            if any(line.how for line in part):
                _print(f"  {way}", part)
    _print_time(groups["packages"])


def _print_time(lines: Sequence[Line]) -> None:
    """How long a line takes whose source is read anew, and one whose source was read for another line."""
    for told in ("its source read anew", "its source known"):
        started = time.process_time()
        for line in lines:
            source = source_of(line.brief) if told == "its source known" else replace(source_of(line.brief))
            doubt(line.text, source)
        print(f"{1e6 * (time.process_time() - started) / len(lines):.0f} microseconds a line, {told}")


def _print(name: str, lines: Sequence[Line]) -> None:
    invented = [not line.is_supported for line in lines]
    unseen = [1 - support(line.text, line.brief.sources) for line in lines]
    doubts = [doubt(line.text, source_of(line.brief)) for line in lines]
    baseline, model = (float(roc_auc_score(invented, values)) for values in (unseen, doubts))
    print(f"{name:32}{len(lines):8}{baseline:14.3f}{model:8.3f}")


if __name__ == "__main__":
    main()
