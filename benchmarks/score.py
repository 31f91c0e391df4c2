"""How fast texts are scored, whether the numbers are the libraries' own, how much memory it takes, and what gates do by chance.

    python benchmarks/score.py PACKAGE... [--pairs N] [--characters N] [--streamed N...] [--trials N]

The pairs are docstrings of the packages and versions of them with words dropped and runs of words moved, or another docstring.

- speed: BLEU, chrF and TER by `sentence_score` of sacreBLEU and four kinds of ROUGE by rouge-score, a pair at a time, against
  `docgen.metrics.measured` on the same pairs (TER on the first 1,000 alone, as sacreBLEU takes minutes
  for more): seconds of processor time, which other work on the machine changes little; how much faster two processes are by
  the clock; and the largest difference of any value
- memory: the most that a process holds which streams so many pairs
- gates: how often each fires where nothing has changed but the wording (A/A), and where texts have got worse (power)
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from docgen.brief import Brief, brief_for
from docgen.metrics import Pair, Statistics, corpus_scores, measured, normalise, sufficient
from docgen.readers.python_api import find_package, read_package
from docgen.score.gate import TOLERANCE
from docgen.score.statistics import compare, described, fails
from docgen.statements import state

ROUGES = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L", "rougeLsum": "ROUGE-Lsum"}
COMPARED = ("BLEU", "chrF", "TER", *ROUGES.values())
WITHOUT_TER = tuple(name for name in COMPARED if name != "TER")
_PAIRS_OF_TER = 1000
_LOST = 0.15  # share of words that a version lacks
_LOSSES = (0.15, 0.18, 0.2, 0.25, 0.3)  # the same in later versions: as good, and worse and worse
_SIZES = (10, 25, 50, 100)  # documents
_MOST_STATED = 2000
_DEFAULT = re.compile(r"(defaults to )`[^`]+`")


def docstrings(packages: Sequence[Path], longest: int) -> list[str]:
    """The docstrings of packages, up to so many characters of each, in the order of the files."""
    found: dict[str, None] = {}
    for path in (path for package in packages for path in sorted(package.rglob("*.py"))):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and (text := ast.get_docstring(node)):
                found.setdefault(text[:longest])
    return [text for text in found if normalise(text)]


def version_of(text: str, draw: random.Random, lost: float = _LOST) -> str:
    """The text without some of its words, and now and then a run of words moved to its end."""
    parts = [part for part in re.split(r"(?<=\s)(?=\S)", text) if draw.random() >= lost]
    if len(parts) > 6 and draw.random() < 0.3:
        at = draw.randrange(len(parts) - 3)
        parts = parts[at:] + parts[:at]
    return "".join(parts)


def made_pairs(texts: Sequence[str], count: int, seed: int = 0) -> list[Pair]:
    """So many pairs: most of a text and a version of it, some of two texts."""
    draw = random.Random(seed)
    references = list(islice(cycle(texts), count))
    return [
        Pair(version_of(reference, draw) if draw.random() < 0.8 else draw.choice(texts), reference) for reference in references
    ]


# Speed -------------------------------------------------------------------------------------------------------------------


def by_libraries(pairs: Sequence[Pair]) -> tuple[dict[str, list[float]], dict[str, float]]:
    """The values of each metric by the libraries themselves, and the seconds that each library took."""
    normal = [(normalise(pair.text), normalise(pair.reference)) for pair in pairs]
    scorers = {"BLEU": BLEU(effective_order=True), "chrF": CHRF()}
    values: dict[str, list[float]] = {}
    seconds: dict[str, float] = {}
    for name, scorer in scorers.items():
        started = time.process_time()
        values[name] = [scorer.sentence_score(text, [reference]).score for text, reference in normal]
        seconds[name] = time.process_time() - started
    started = time.process_time()
    scorer = RougeScorer(list(ROUGES))
    found = [scorer.score(pair.reference, pair.text) for pair in pairs]
    seconds["ROUGE"] = time.process_time() - started
    for theirs, ours in ROUGES.items():
        values[ours] = [100 * each[theirs].fmeasure for each in found]
    return values, seconds


def _ter_by_library(pairs: Sequence[Pair]) -> tuple[list[float], float]:
    """TER by sacreBLEU, and its seconds."""
    scorer, started = TER(), time.process_time()
    values = [scorer.sentence_score(normalise(pair.text), [normalise(pair.reference)]).score for pair in pairs]
    return values, time.process_time() - started


def print_speed(pairs: Sequence[Pair]) -> None:
    """Seconds of both ways, their ratio, and how far the values differ."""
    words = sum(len(pair.reference.split()) for pair in pairs) / len(pairs)
    print(f"{len(pairs)} pairs, {words:.0f} words a reference\n")
    values, theirs = by_libraries(pairs)
    print(f"{'':24}{'libraries':>10}{'docgen':>10}{'ratio':>8}")
    groups = {"BLEU": ("BLEU",), "chrF": ("chrF",), "ROUGE": tuple(ROUGES.values())}
    for group, names in groups.items():
        _print_ratio(group, theirs[group], _seconds(pairs, names))
    without = sum(theirs.values())
    _print_ratio("all but TER", without, _seconds(pairs, WITHOUT_TER))
    few = pairs[:_PAIRS_OF_TER]
    values["TER"], theirs_of_ter = _ter_by_library(few)
    _print_ratio(f"TER of {len(few):,}", theirs_of_ter, _seconds(few, ("TER",)))
    share = len(few) / len(pairs)
    _print_ratio(f"all of {len(few):,}", share * without + theirs_of_ter, _seconds(few, COMPARED))
    waits = [_seconds(pairs, COMPARED, workers=count, clock=time.perf_counter) for count in (1, 2)]
    print(f"\ntwo processes take {waits[1]:.2f}s by the clock, one {waits[0]:.2f}s: {waits[0] / waits[1]:.2f} times as fast")
    print(f"({os.cpu_count()} cores, on which {os.getloadavg()[0]:.1f} processes ran or waited)")
    found = list(measured(pairs, metrics=COMPARED, words="rouge"))
    for name in COMPARED:
        both = [(item[name], value) for item, value in zip(found, values[name], strict=False) if name in item]
        worst = max(abs(ours - others) for ours, others in both)
        print(f"{name:12} {len(both):6} values, largest difference {worst:.1e}")


def _seconds(
    pairs: Sequence[Pair], names: Sequence[str], workers: int = 1, clock: Callable[[], float] = time.process_time
) -> float:
    started = clock()
    for _ in measured(pairs, workers, metrics=names):
        pass
    return clock() - started


def _print_ratio(name: str, theirs: float, ours: float) -> None:
    print(f"{name:24}{theirs:9.2f}s{ours:9.2f}s{theirs / ours:8.1f}")


# Memory ------------------------------------------------------------------------------------------------------------------


def print_memory(packages: Sequence[Path], longest: int, counts: Sequence[int]) -> None:
    """The most memory of a process of its own for each number of pairs, and how long it took."""
    print(f"\n{'pairs streamed':>16}{'seconds':>10}{'memory':>12}{'base':>12}")
    for count in counts:
        command = [sys.executable, __file__, *map(str, packages), "--characters", str(longest), "--stream", str(count)]
        seconds, before, after = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        print(f"{count:16}{float(seconds):10.1f}{int(after) / 1024:9.0f} MiB{int(before) / 1024:9.0f} MiB")


def stream(texts: Sequence[str], count: int) -> None:
    """Scores so many pairs that are made as they are asked for, and prints seconds, and the most memory in KiB before it and in
    all. Every text is another one: a number stands in each, so that no cache can help."""
    draw = random.Random(0)

    def pairs() -> Iterator[Pair]:
        for number, text in enumerate(islice(cycle(texts), count)):
            yield Pair(f"{number} {version_of(text, draw)}", f"{number} {text}")

    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    corpus_scores(pairs(), metrics=WITHOUT_TER)
    print(time.perf_counter() - started, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


# Gates -------------------------------------------------------------------------------------------------------------------


def print_gates(packages: Sequence[Path], texts: Sequence[str], trials: int) -> None:
    """How often the gate of `--baseline` fires with its own settings, of so many trials with each number of documents: where
    nothing has changed but the wording (A/A), and where texts have lost more and more (power)."""
    names = ("BLEU", "chrF", "ROUGE-L")
    before, *others = (_written(texts, lost, names, seed) for seed, lost in enumerate((_LOST, *_LOSSES)))
    print(f"\ngates: {trials} trials a cell; {described(0)}; tolerance {TOLERANCE:g} points, 0 for contradicted")
    print(f"{'':18}{'points lost':>12}{'documents':>12}" + "".join(f"{size:6}" for size in _SIZES))
    for lost, now in zip(_LOSSES, others, strict=True):
        for name in names:
            _print_rates(name, f"{now[name].total - before[name].total:+.1f}", now[name], before[name], trials, is_text=True)
        _print_any_loss(f"any loss ({lost:.0%} of words gone)", now["chrF"], before["chrF"], trials)
    _print_claims(packages, trials)


def _print_claims(packages: Sequence[Path], trials: int) -> None:
    """The same for claims: statements of facts without some sentences, and with the first default of some texts changed."""
    briefs = [brief_for(entry, "use-case") for path in packages for entry in read_package(path, tolerant=True)]
    told = [(brief, text) for brief in briefs if _DEFAULT.search(text := state(brief))][:_MOST_STATED]
    before = _stated(told, 0, 0)
    for seed, share in enumerate((0.0, 0.05, 0.1, 0.2, 0.5), 1):
        now = _stated(told, share, seed)
        for name in ("claims.precision", "contradicted"):
            points = now[name].total - before[name].total
            shown = f"{points:+.1f}" if name != "contradicted" else f"{points:+.0f}"
            _print_rates(name, shown, now[name], before[name], trials, is_text=False)


def _stated(told: Sequence[tuple[Brief, str]], wrong: float, seed: int) -> dict[str, Statistics]:
    """The claims of statements that lack a sentence in ten; in a share `wrong` of them the first default is another."""
    draw = random.Random(seed)

    def version(text: str) -> str:
        kept = [sentence for sentence in re.split(r"(?<=\.)\s+", text) if draw.random() >= 0.1]
        said = " ".join(kept)
        if draw.random() >= wrong:
            return said
        return _DEFAULT.sub(r"\g<1>`99`", said, count=1)

    return sufficient((Pair(version(text), "", brief) for brief, text in told), metrics=("claims.precision", "contradicted"))


def _written(texts: Sequence[str], lost: float, names: Sequence[str], seed: int) -> dict[str, Statistics]:
    draw = random.Random(seed)
    return sufficient((Pair(version_of(text, draw, lost), text) for text in texts), metrics=names)


def _print_rates(name: str, lost: str, now: Statistics, before: Statistics, trials: int, is_text: bool) -> None:
    """How often the gate fires, by its own rule: contradictions by their count, all else by difference and interval."""

    def fires(ours: Statistics, theirs: Statistics) -> bool:
        if name == "contradicted":
            return ours.total > theirs.total
        return fails(compare(ours, theirs, 0), is_text=is_text, tolerance=TOLERANCE)

    rates = [_rate(now, before, size, trials, fires) for size in _SIZES]
    print(f"{name:18}{lost:>12}{'':12}" + "".join(f"{rate:6.0%}" for rate in rates), flush=True)


def _print_any_loss(title: str, now: Statistics, before: Statistics, trials: int) -> None:
    """A gate that knows no chance, to compare with: it fires on any loss of chrF."""
    rates = [_rate(now, before, size, trials, lambda ours, theirs: ours.total < theirs.total) for size in _SIZES]
    print(f"{title:42}" + "".join(f"{rate:6.0%}" for rate in rates), flush=True)


def _rate(
    now: Statistics, before: Statistics, size: int, trials: int, fires: Callable[[Statistics, Statistics], bool]
) -> float:
    """In how many trials a gate fires on so many documents drawn from all."""
    draw = np.random.default_rng(size)
    fired = 0
    for _ in range(trials):
        chosen = draw.choice(len(now.rows), size, replace=False)
        ours, theirs = (Statistics(each.rows[chosen], each.combine, each.single) for each in (now, before))
        fired += fires(ours, theirs)
    return fired / trials


def main(arguments: Iterable[str] | None = None) -> None:
    """Prints what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", type=find_package, metavar="PACKAGE", help="a package's folder or its name")
    parser.add_argument("--pairs", type=int, default=10_000, help="pairs that speed is measured on; 0: none")
    parser.add_argument("--characters", type=int, default=200, help="of a docstring that are used")
    parser.add_argument("--streamed", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="pairs for memory")
    parser.add_argument("--trials", type=int, default=300, help="of each gate; 0: none")
    parser.add_argument("--stream", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(None if arguments is None else list(arguments))
    texts = docstrings(options.packages, options.characters)
    if not texts:
        raise SystemExit("no docstrings in these packages")
    if options.stream:
        stream(texts, options.stream)
        return
    if options.pairs:
        print_speed(made_pairs(texts, options.pairs))
    if options.streamed:
        print_memory(options.packages, options.characters, options.streamed)
    if options.trials:
        print_gates(options.packages, texts[:5000], options.trials)


if __name__ == "__main__":
    main()
