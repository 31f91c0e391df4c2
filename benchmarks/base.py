"""How good a base's introductions are, on functions it never saw, beside their names split into words.

    python benchmarks/base.py docgen/bases/sm --functions ../shared/benchmarks/code-docstring/valid.jsonl
    python benchmarks/base.py docgen/bases/sm --package PATH_OR_NAME [--package ...]

Each function's docstring is taken away, an introduction is written from what is left, and compared with what its author wrote:
CodeXGLUE's smoothed sentence BLEU (lower case) with the docstring's first line, corpus BLEU and chrF by sacreBLEU with the
whole docstring on one line, and the share of content words that the Brief holds. Answers are put as docstrings are: an
imperative, without the subject and backticks. A BLEU number means nothing without its text pipeline: compare only within one
table.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import sacrebleu

from docgen.brief import Brief, brief_for
from docgen.corpus.python import without_docstring
from docgen.facts import Entry, Facts, words_of
from docgen.readers.docstrings import sentences
from docgen.readers.python_api import find_package, read_package
from docgen.statements.verb_phrases import VerbPhrase
from docgen.support import support


def main() -> None:
    """Reads the functions, lets each writer write, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="a base's or an adapter's folder")
    parser.add_argument("--functions", type=Path, help="JSON Lines with `code` and `docstring`")
    parser.add_argument("--package", action="append", default=[], help="a package by path or installed name; may be repeated")
    parser.add_argument("--most", type=int, default=500, help="functions measured (default 500)")
    parser.add_argument("--show", type=int, default=0, help="answers printed beside their reference")
    options = parser.parse_args()
    pairs = (
        _from_lines(options.functions)
        if options.functions
        else [pair for name in options.package for pair in _from_package(name)]
    )
    if not pairs:
        sys.exit("skipped: give --functions (a file that is there) or --package")
    random.Random(0).shuffle(pairs)
    pairs = pairs[: options.most]
    from docgen.writers.local.model import find_local

    model = find_local(options.base).load()
    writers: dict[str, Callable[[Sequence[Brief]], list[str]]] = {
        "name split into words": lambda briefs: [" ".join(words_of(brief.short)) for brief in briefs],
        str(options.base): lambda briefs: [drafts[0].text for drafts in model.drafts(briefs)],
    }
    briefs = [pair[0] for pair in pairs]
    first_lines = [pair[1].strip().partition("\n")[0] for pair in pairs]
    whole = [" ".join(pair[1].split()) for pair in pairs]
    print(f"{len(pairs)} functions; sacreBLEU {sacrebleu.__version__}, tok:13a; CodeXGLUE: lower case, smoothed, sentence mean")
    print(f"{'writer':32} {'CodeXGLUE':>10} {'BLEU':>7} {'chrF':>7} {'support':>8}")
    for name, write in writers.items():
        answers = [_comparable(answer) for answer in write(briefs)]
        bleu = sacrebleu.corpus_bleu(answers, [whole]).score
        chrf = sacrebleu.corpus_chrf(answers, [whole]).score
        held = _mean(support(text, brief.sources) for text, brief in zip(answers, briefs, strict=True))
        print(f"{name[-32:]:32} {_codexglue(answers, first_lines):10.2f} {bleu:7.2f} {chrf:7.2f} {held:8.2f}")
    for answer, reference in list(zip(answers, first_lines, strict=True))[: options.show]:
        print(f"\n  wrote:  {answer}\n  author: {reference}")


def _comparable(text: str) -> str:
    """An introduction as a docstring says it: its first sentence as an imperative, without subject and backticks."""
    first = sentences(text)[0] if text else ""
    said = re.sub(r"^(?:The )?(?:\w+ `[^`]*`|`[^`]*`(?: (?:function|method|class|property|module))?) (?=[a-z])", "", first)
    phrase = VerbPhrase.of(said)
    return (phrase.imperative + "." if phrase and phrase.imperative else said).replace("`", "")


def _from_lines(path: Path) -> list[tuple[Brief, str]]:
    """Functions from a JSON Lines file, each read as a module of its own."""
    if not path.is_file():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "functions"
        package.mkdir()
        (package / "__init__.py").write_text("")
        for number, row in enumerate(rows):
            if row.get("parses", True):
                (package / f"m{number}.py").write_text(row["code"], encoding="utf-8")
        facts = read_package(package, private=True, tolerant=True)
        return [
            pair for number, row in enumerate(rows) if (pair := _pair(_only(facts, f"functions.m{number}."), row["docstring"]))
        ]


def _only(facts: Facts, prefix: str) -> Entry | None:
    return next((entry for entry in facts if entry.about.startswith(prefix)), None)


def _from_package(name: str) -> list[tuple[Brief, str]]:
    entries = read_package(find_package(name), tolerant=True)
    return [
        pair
        for entry in entries
        if entry.get("kind") in ("function", "method") and (pair := _pair(entry, str(entry.get("doc", ""))))
    ]


def _pair(entry: Entry | None, docstring: str) -> tuple[Brief, str] | None:
    if entry is None or not docstring.strip():
        return None
    return without_docstring(brief_for(entry, "introduction")), docstring


def _codexglue(answers: Sequence[str], references: Sequence[str]) -> float:
    """Mean smoothed sentence BLEU-4 as in CodeXGLUE's code-to-text task (Lin and Och 2004: one added to orders above one)."""
    return 100 * _mean(
        _sentence_bleu(_pieces(answer), _pieces(reference)) for answer, reference in zip(answers, references, strict=True)
    )


def _sentence_bleu(answer: list[str], reference: list[str]) -> float:
    if not answer:
        return 0.0
    logarithms = []
    for order in range(1, 5):
        grams, known = _grams(answer, order), _grams(reference, order)
        matched, total = sum((grams & known).values()), sum(grams.values())
        extra = int(order > 1)
        logarithms.append(math.log((matched + extra + 1e-12) / (total + extra + 1e-12)))
    brevity = min(0.0, 1 - (len(reference) + 1) / (len(answer) + 1))
    return math.exp(sum(logarithms) / 4 + brevity)


def _grams(tokens: list[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[index : index + order]) for index in range(len(tokens) - order + 1))


def _pieces(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0


if __name__ == "__main__":
    main()
