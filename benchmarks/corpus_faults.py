"""How many planted faults `docgen corpus build` and `docgen corpus audit` find, and how often they are wrong.

    python benchmarks/corpus_faults.py PACKAGE PACKAGE... [--seed N]

A corpus is built from the packages and their READMEs as they are: whatever is found there was not planted. Then the build is
given documents with 20 secrets of many sorts, and as another source's 50 texts of the packages with a word in ten, twenty or
forty changed, counted by how alike that leaves the two; and the audit a corpus where 30 rows have another label and 20 another
default than their facts. All draws come from the seed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import string
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from docgen.brief import HEADINGS
from docgen.corpus.audit import Audit, audit
from docgen.corpus.build import build
from docgen.corpus.duplicates import find
from docgen.corpus.store import SPLITS, Example, dump_rows, read_split
from docgen.facts import JSON
from docgen.report import Report
from docgen.settings import CorpusSettings

SECRETS, REPEATED, SWAPPED, CONTRADICTED = 20, 50, 30, 20
_LEAST_WORDS = 14  # of a text that is repeated
_BANDS = ((0.9, 1.01), (0.8, 0.9), (0.0, 0.8))  # of similarity: the last is below what the settings call nearly the same
_KINDS = ("introduction", "use-case", "error-handling")
_DEFAULT = re.compile(r"defaults? to `?(-?\d+(?:\.\d+)?)`?(?![\w.]*\w)")


def secrets(draw: random.Random) -> Iterator[str]:
    """Secrets that never opened anything, each as a document would show it."""

    def letters(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
        return "".join(draw.choices(alphabet, k=count))

    upper, hexadecimal = string.ascii_uppercase + "234567", "0123456789abcdef"
    for _ in range(SECRETS // 10):
        yield "AKIA" + letters(16, upper)
        yield "ghp_" + letters(36)
        yield "hf_" + letters(34)
        yield "glpat-" + letters(20)
        yield "xoxb-" + letters(12, string.digits) + "-" + letters(12, string.digits) + "-" + letters(24)
        yield "sk_live_" + letters(24)
        yield f"postgresql://billing:{letters(18)}@db.rates.io:5432/rates"
        yield f'password = "{letters(8)}!{letters(9)}"'
        yield f"Authorization: Bearer {letters(40)}"
        yield f"api_key={letters(40, hexadecimal)}"


def main() -> None:
    """Plants, builds, audits and prints one line for each sort of fault."""
    parser = argparse.ArgumentParser(description="Plants faults into a corpus and counts how many are found.")
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    sources, draw = [str(package.resolve()) for package in arguments.packages], random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="docgen-benchmark-") as name:
        folder = Path(name)
        clean = build(sources, folder / "clean")
        before = audit(folder / "clean", most=None)
        rows = [example for split in SPLITS for example in read_split(folder / "clean", split)]
        print(f"{len(rows)} rows of {len(sources)} packages; label check: {before.summary.get('label_check')}")
        planted_build(sources, folder, rows, clean, draw)
        planted_audit(folder, before, draw)


# Found by the build --------------------------------------------------------------------------------------------------------


def planted_build(sources: Sequence[str], folder: Path, rows: Sequence[Example], clean: Report, draw: random.Random) -> None:
    """Secrets in documents, and near-duplicates of another source."""
    hidden = list(secrets(draw))
    written = [row for row in rows if row.brief.kind == "use-case" and len(row.text.split()) >= _LEAST_WORDS]
    pages = "".join(_page(row, secret) for row, secret in zip(draw.sample(written, len(hidden)), hidden, strict=True))
    (folder / "guide.md").write_text(f"# Guide\n\n{pages}", encoding="utf-8")
    longer = [row for row in rows if len(row.text.split()) >= _LEAST_WORDS]
    repeated = draw.sample(longer, min(REPEATED, len(longer)))
    copies = [
        replace(row, text=edited(row.text, draw), source="mirror", path=f"mirror{number}")
        for number, row in enumerate(repeated)
    ]
    (folder / "mirror.jsonl").write_bytes(dump_rows(copies))
    build([*sources, str(folder / "guide.md"), str(folder / "mirror.jsonl")], folder / "planted")
    content = b"".join(path.read_bytes() for path in (folder / "planted").iterdir()).decode()
    leaked = [secret for secret in hidden if secret in content or json.dumps(secret)[1:-1] in content]
    alarms = _removed(clean, "secret")
    print(f"secrets          {len(hidden) - len(leaked)} of {len(hidden)} kept out; {alarms} alarms without plants")
    texts = {row.text for split in SPLITS for row in read_split(folder / "planted", split)}
    both = [row for row, copy in zip(repeated, copies, strict=True) if {row.text, copy.text} <= texts]
    alike = {row.text: similarity(row.text, copy.text) for row, copy in zip(repeated, copies, strict=True)}
    missed, threshold = {row.text for row in both}, CorpusSettings().near_duplicate
    for low, high in _BANDS:
        band = [text for text, share in alike.items() if low <= share < high]
        told = f"{len(band) - len(missed & set(band))} of {len(band)} found that are alike by {low:.0%} to {min(high, 1):.0%}"
        print(f"near-duplicates  {told}{f' (the limit is {threshold:.0%})' if high <= threshold else ''}")
    print(f"                 {_removed(clean, 'near-duplicate')} near-duplicates without plants")


def _removed(report: Report, rule: str) -> int:
    removed = report.summary["removed"]
    count = removed.get(rule, 0) if isinstance(removed, dict) else 0
    return count if isinstance(count, int) else 0


def _page(row: Example, secret: str) -> str:
    return f"## `{row.brief.about}`\n\n### Use Case\n\n{row.text}\n\nSet it up with `{secret}` first.\n\n"


def similarity(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1."""
    shares = find([one, other], 0.01).pairs.similarity
    return float(shares[0]) if len(shares) else 0.0


def edited(text: str, draw: random.Random) -> str:
    """The text with a word in ten, twenty or forty changed, but at least one."""
    words = text.split(" ")
    places = [number for number, word in enumerate(words) if word.isalpha() and len(word) > 3]
    for place in draw.sample(places, min(max(1, len(words) // draw.choice((10, 20, 40))), len(places))):
        words[place] = draw.choice(("given", "whole", "other", "actual", "current"))
    return " ".join(words)


# Found by the audit --------------------------------------------------------------------------------------------------------


def planted_audit(folder: Path, before: Audit, draw: random.Random) -> None:
    """Other labels and other defaults in rows that stand in the corpus already."""
    corpus = folder / "clean"
    lines: dict[str, list[str]] = {
        split: (corpus / f"{split}.jsonl").read_text(encoding="utf-8").splitlines() for split in SPLITS
    }
    places = [(split, number) for split in SPLITS for number in range(len(lines[split]))]
    draw.shuffle(places)
    swapped = _change(lines, places, SWAPPED, lambda row: _other_label(row, draw))
    contradicted = _change(lines, [place for place in places if place not in swapped], CONTRADICTED, _other_default)
    for split, rows in lines.items():
        (corpus / f"{split}.jsonl").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    after = audit(corpus, most=None)
    for name, code, planted in (
        ("swapped labels", "corpus-label", swapped),
        ("contradictions", "corpus-contradiction", contradicted),
    ):
        found, alarms = _places(after, code), _places(before, code)
        first = Counter(place in planted for place in list(found)[: len(planted)])[True]
        told = f"{len(planted & set(found))} of {len(planted)} found, {first} among the first {len(planted)}"
        print(f"{name:<16} {told}; {len(set(found) - planted)} other rows named, {len(alarms)} without plants")


def _change(
    lines: dict[str, list[str]], places: Sequence[tuple[str, int]], most: int, change: Callable[[dict[str, JSON]], bool]
) -> set[tuple[str, int]]:
    """Changes rows at the first `most` of `places` where that can be done; which they were, by the line of their file."""
    changed: set[tuple[str, int]] = set()
    for split, number in places:
        row = json.loads(lines[split][number])
        if len(changed) < most and change(row):
            lines[split][number] = json.dumps(row, ensure_ascii=False, sort_keys=True)
            changed.add((split, number + 1))
    return changed


def _other_label(row: dict[str, JSON], draw: random.Random) -> bool:
    row["kind"] = draw.choice([kind for kind in _KINDS if kind != row["kind"]])
    row["heading"] = HEADINGS[str(row["kind"])]
    return True


def _other_default(row: dict[str, JSON]) -> bool:
    """Another number as the default that a text states, where the claims see that."""
    text = str(row["text"])
    found = _DEFAULT.search(text)
    if found is None:
        return False
    row["text"] = f"{text[: found.start(1)]}{float(found[1]) + 7:g}{text[found.end(1) :]}"
    return True


def _places(report: Audit, code: str) -> dict[tuple[str, int], None]:
    """The rows that findings of one code name, worst first."""
    findings = [finding for finding in report.findings if finding.code == code]
    return dict.fromkeys((Path(finding.path).stem, finding.line) for finding in findings)


if __name__ == "__main__":
    main()
