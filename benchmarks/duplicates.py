"""How long near-duplicates take to find, in how much memory, and which edits of a text are still found.

    python benchmarks/duplicates.py                                a million drawn texts, and edits of the standard library's
    python benchmarks/duplicates.py --texts 100000 --package sklearn --package PATH

Printed: seconds and peak memory for so many short texts, beside datasketch's MinHash and LSH on a part of them; then, for each
sort of edit and threshold, the share of edited copies that are found among all docstrings of the packages.
"""

from __future__ import annotations

import argparse
import ast
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from docgen.corpus.duplicates import LEAST_WORDS, bands_for, find
from docgen.corpus.words import words_in
from docgen.readers.docstrings import sentences
from docgen.readers.python_api import find_package

THRESHOLDS = (0.7, 0.8, 0.9)
_WORDS = 30  # of a drawn text, on average
_PART = 20_000  # texts that datasketch is timed on


def main() -> None:
    """Draws, finds, prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=1_000_000, help="texts to draw (default a million)")
    parser.add_argument("--package", action="append", default=[], help="packages whose docstrings are edited, by path or name")
    parser.add_argument("--edited", type=int, default=3000, help="docstrings that are edited (default 3000)")
    options = parser.parse_args()
    speed(options.texts)
    folders = [find_package(name) for name in options.package] or [Path(ast.__file__).parent]
    recall(sorted(set(summaries(folders))), options.edited)


def speed(count: int) -> None:
    """Prints time and memory of docgen on all texts and of datasketch on a part of them."""
    started = time.perf_counter()
    sum(1 for _ in drawn(count))
    drawing, before, started = time.perf_counter() - started, _peak(), time.perf_counter()
    found = find(drawn(count), 0.8)
    taken = time.perf_counter() - started - drawing
    print(f"{count:,} texts of {_WORDS} words: {taken:.1f} s, {_peak() - before:,} MB at the peak; {len(found.pairs):,} pairs")
    part = list(drawn(_PART))
    started = time.perf_counter()
    find(part, 0.8)
    ours = time.perf_counter() - started
    theirs = _datasketch(part, *bands_for(0.8))
    print(f"{_PART:,} texts: docgen {ours:.2f} s, datasketch {theirs:.2f} s for signatures and queries with the same bands\n")


def _datasketch(texts: Sequence[str], bands: int, rows: int) -> float:
    """Seconds that datasketch needs for the same candidates."""
    from datasketch import MinHash, MinHashLSH

    started = time.perf_counter()
    sets = [
        [item.encode() for item in (*words, *map(" ".join, zip(words, words[1:], strict=False)))]
        for words in map(words_in, texts)
    ]
    index = MinHashLSH(num_perm=bands * rows, params=(bands, rows))
    for number, sketch in enumerate(MinHash.generator(sets, num_perm=bands * rows)):
        index.query(sketch)
        index.insert(number, sketch, check_duplication=False)
    return time.perf_counter() - started


def drawn(count: int) -> Iterator[str]:
    """Texts of words that are drawn as unevenly as those of prose; one in fifty is a copy with a word changed."""
    draw = random.Random(0)
    vocabulary = [f"word{number}" for number in range(50_000)]
    weights = list(_cumulated(1 / (number + 3) for number in range(len(vocabulary))))
    words: list[str] = []
    for number in range(count):
        if number % 50 or not words:
            words = draw.choices(vocabulary, cum_weights=weights, k=draw.randint(_WORDS // 3, _WORDS * 5 // 3))
        else:
            words[draw.randrange(len(words))] = "changed"
        yield " ".join(words)


def _cumulated(weights: Iterable[float]) -> Iterator[float]:
    total = 0.0
    for weight in weights:
        total += weight
        yield total


def _peak() -> int:
    """The most memory this run has taken so far, in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // (1024 if sys.platform != "darwin" else 1024 * 1024)


# Edits -------------------------------------------------------------------------------------------------------------------


def summaries(folders: Iterable[Path]) -> Iterator[str]:
    """The first paragraphs of all docstrings in some folders, of 8 words or more."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            try:
                tree = ast.parse(path.read_bytes())
            except (SyntaxError, ValueError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)):
                    text = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
                    if LEAST_WORDS <= len(words_in(text)) <= 80:
                        yield text


def recall(texts: Sequence[str], count: int) -> None:
    """Prints the share of edited copies that are found, by sort of edit, length and threshold."""
    draw = random.Random(0)
    edited = draw.sample(texts, min(count, len(texts)))
    vocabulary = [word for text in texts for word in text.split() if word.isalpha()]
    edits: dict[str, Callable[[str], str]] = {
        "one word changed": lambda text: _changed(text, 1, vocabulary, draw),
        "two words changed": lambda text: _changed(text, 2, vocabulary, draw),
        "a word left out": lambda text: _shortened(text, draw),
        "sentences reordered": lambda text: " ".join(reversed(sentences(text))),
        "a sentence added": lambda text: f"{text} {draw.choice(texts)}",
    }
    print(f"{len(edited)} of {len(texts)} docstrings edited: share found at {', '.join(map(str, THRESHOLDS))}")
    for name, edit in edits.items():
        pairs = [(text, made) for text in edited if words_in(made := edit(text)) != words_in(text)]
        for low, high in ((LEAST_WORDS, 14), (15, 29), (30, 80)):
            chosen = [pair for pair in pairs if low <= len(words_in(pair[0])) <= high]
            shares = "  ".join(f"{_found(chosen, threshold):5.1%}" for threshold in THRESHOLDS)
            print(f"  {name:<20} {low:>2} to {high} words ({len(chosen):>4})  {shares}")


def _changed(text: str, count: int, vocabulary: Sequence[str], draw: random.Random) -> str:
    words = text.split()
    for place in draw.sample(range(len(words)), min(count, len(words))):
        words[place] = draw.choice(vocabulary)
    return " ".join(words)


def _shortened(text: str, draw: random.Random) -> str:
    words = text.split()
    del words[draw.randrange(len(words))]
    return " ".join(words)


def _found(pairs: Sequence[tuple[str, str]], threshold: float) -> float:
    """The share of pairs whose two texts are in one group, all texts of all pairs being there."""
    numbers = find([text for pair in pairs for text in pair], threshold).groups
    return sum(numbers[place] == numbers[place + 1] for place in range(0, len(numbers), 2)) / max(1, len(pairs))


if __name__ == "__main__":
    main()
