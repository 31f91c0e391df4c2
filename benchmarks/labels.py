"""How well headings are labelled: in documents that the model never saw, and in real ones.

    python benchmarks/labels.py training_data PATH... [--draw FILE]

First the recipe's own text, by cross-validation over documents, with each heading and without it. Then the documents below the
PATHs, each of which is one project: sections whose heading docgen's table maps, the heading hidden; and sections under other
headings, labelled by reading them. `labels.jsonl` has those labels by a hash of heading and text; the texts are other people's.
Those of draw 1 were read before the authored text was last added to, and their mistakes guided it: they flatter the classifier.
Those of draw 2 were labelled afterwards and without its answers. The default of `min_confidence` was then chosen by them.
`--draw` writes sections that have no label yet to a file, for somebody to read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import f1_score

from docgen.corpus.documents import is_document, read_document
from docgen.corpus.labels import names_only
from docgen.corpus.labels.classifier import NONE, Classifier, heading_words
from docgen.corpus.labels.recipe import Answer, Row, authored, calibrated, fitted, held_out, starter, temperature_of
from docgen.corpus.sections import plain_text
from docgen.report import InputError
from docgen.settings import kind_of_heading

LABELS = Path(__file__).with_name("labels.jsonl")
LEAST = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97)
_SURE, _DRAWN, _OF_A_PROJECT = 0.8, 80, 4  # a project with many documents would else be most of the draw


@dataclass(frozen=True)
class Section:
    """A section of a real document."""

    project: str
    heading: str
    text: str

    @property
    def mark(self) -> str:
        """What `labels.jsonl` knows it by."""
        return hashlib.sha256(f"{self.heading}\n{self.text}".encode(errors="surrogatepass")).hexdigest()[:24]


def sections(paths: Iterable[Path]) -> list[Section]:
    """The distinct sections with a text of all documents below the paths."""
    found: dict[str, Section] = {}
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and is_document(file):
                for section in _read(file, path.resolve().name):
                    found.setdefault(section.mark, section)
    return list(found.values())


def _read(file: Path, project: str) -> Iterator[Section]:
    try:
        document = read_document(file, str(file)).document
    except InputError:
        return
    for section in document.headed_sections():
        if text := plain_text(section.text):
            yield Section(project, section.heading, text)


def main() -> None:
    """Prints one table for each of the three sorts of sections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("starter", type=Path, help="the starter corpus, training_data")
    parser.add_argument("paths", type=Path, nargs="*", help="folders and files of real projects")
    parser.add_argument("--draw", type=Path, help="the file to write sections to that have no label yet")
    options = parser.parse_args()
    rows = authored() + starter(options.starter)
    answers = list(held_out(rows))
    temperature = temperature_of(answers)
    tell("authored sections of documents held out, with their headings", _again(rows, temperature, hidden=False))
    tell("the same without headings", _again(rows, temperature, hidden=True))
    tell("sections of the starter corpus without headings", [a for a in _tempered(answers, temperature) if not a.row.heading])
    real = sections(options.paths)
    model = Classifier.load()
    mapped = [Row(one.project, "", one.text, kind) for one in real if (kind := kind_of_heading(one.heading))]
    tell("real sections whose heading the table maps, hidden", [_answer(model, row) for row in mapped])
    free = [
        one for one in real if not kind_of_heading(one.heading) and heading_words(one.heading) and not names_only(one.heading)
    ]
    read = {row["section"]: row for row in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())}
    for number in (1, 2):
        known = {mark: row["kind"] for mark, row in read.items() if row["draw"] == number}
        by_hand = [Row(one.project, one.heading, one.text, known[one.mark]) for one in free if one.mark in known]
        tell(
            f"real sections under headings of their own, labelled by reading, draw {number}",
            [_answer(model, r) for r in by_hand],
        )
    _spread(model, free)
    if options.draw:
        options.draw.write_text("".join(_drawn(model, [one for one in free if one.mark not in read])), encoding="utf-8")


def _answer(model: Classifier, row: Row) -> Answer:
    return Answer(row, model.probabilities(row.heading, row.text))


def _again(rows: Sequence[Row], temperature: float, *, hidden: bool) -> list[Answer]:
    """The authored sections with a text, answered by models that saw none of their document, with their headings or without."""
    names = sorted({row.document for row in rows if row.text})
    random.Random(1).shuffle(names)
    found = []
    for fold in range(5):
        out = set(names[fold::5])
        asked = [row for row in rows if row.document in out and row.heading]
        said = {" ".join(heading_words(row.heading)) for row in asked}
        seen = [
            row for row in rows if row.document not in out and (row.text or " ".join(heading_words(row.heading)) not in said)
        ]
        model = calibrated(fitted(seen), temperature)
        found += [Answer(row, model.probabilities("" if hidden else row.heading, row.text)) for row in asked]
    return found


def _tempered(answers: Iterable[Answer], temperature: float) -> Iterator[Answer]:
    for answer in answers:
        powers = {kind: value ** (1 / temperature) for kind, value in answer.said.items()}
        yield Answer(answer.row, {kind: value / sum(powers.values()) for kind, value in powers.items()})


def tell(name: str, answers: Sequence[Answer]) -> None:
    """F1 by kind, and how precise and how many the labels are by the least confidence that is asked for."""
    print(f"\n{name}: {len(answers)}")
    if not answers:
        return
    truth, said = [answer.row.kind for answer in answers], [answer.kind for answer in answers]
    kinds = sorted(set(truth))
    scores = f1_score(truth, said, labels=kinds, average=None)
    counts = Counter(truth)
    print(f"  macro F1 {sum(scores) / len(kinds):.3f}")
    print("  " + ", ".join(f"{kind} {score:.2f} of {counts[kind]}" for kind, score in zip(kinds, scores, strict=True)))
    positive = sum(kind != NONE for kind in truth)
    for least in LEAST:
        labelled = [answer for answer in answers if answer.kind != NONE and answer.said[answer.kind] >= least]
        right = sum(answer.kind == answer.row.kind for answer in labelled)
        if labelled:
            share = right / len(labelled)
            print(
                f"  from {least:.2f}: {len(labelled):>5} labelled, precision {share:.3f}, recall {right / max(positive, 1):.3f}"
            )


def _spread(model: Classifier, free: Sequence[Section]) -> None:
    """How many headings get a label at all, which no reading is needed for."""
    best = [model.best(one.heading, one.text) for one in free]
    print(f"\nreal sections under headings of their own: {len(free)} of {len({one.project for one in free})} projects")
    for least in LEAST:
        kinds = Counter(kind for kind, confidence in best if kind != NONE and confidence >= least)
        print(
            f"  from {least:.2f}: {sum(kinds.values()):>5} labelled: "
            + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
        )


def _drawn(model: Classifier, free: Sequence[Section]) -> Iterator[str]:
    """Sections at random over the projects, most of them such as the classifier labels; its answer is not told."""
    draw = random.Random(0)
    groups: dict[bool, list[Section]] = defaultdict(list)
    for one in free:
        kind, confidence = model.best(one.heading, one.text)
        groups[kind != NONE and confidence >= _SURE].append(one)
    chosen = []
    for is_sure, wanted in ((True, _DRAWN), (False, _DRAWN // 2)):
        draw.shuffle(groups[is_sure])
        taken: Counter[str] = Counter()
        for one in groups[is_sure]:
            if taken[one.project] < _OF_A_PROJECT and taken.total() < wanted:
                taken[one.project] += 1
                chosen.append(one)
    draw.shuffle(chosen)
    for one in chosen:
        yield json.dumps({"section": one.mark, "project": one.project, "heading": one.heading, "text": one.text[:900]}) + "\n"


if __name__ == "__main__":
    main()
