"""The training of the classifier of headings, start to finish, from text written for docgen.

    python -m docgen.corpus.labels.recipe training_data -o docgen/corpus/labels/weights.json

In: the labelled sections of `training_data`, and `authored.jsonl`: sections of projects that do not exist, under headings in
their own words, many of them of no kind, and headings alone. Out: the weights, and how well sections of documents held out are
labelled, by the whole model and by the one that is written, which has the features that tell most. It is a multinomial logistic
regression; its probabilities are calibrated by a temperature found on held-out documents.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from docgen.corpus.labels.classifier import NONE, WEIGHTS, Classifier, features, heading_words
from docgen.document import Document
from docgen.files import Text, write_text
from docgen.settings import kind_of_heading

AUTHORED = Path(__file__).with_name("authored.jsonl")
FOLDS = 6
# How often a section of each kind stands in READMEs and guides, roughly: most of what they say answers no Brief.
_SHARES = {NONE: 0.55, "use-case": 0.16, "introduction": 0.14, "error-handling": 0.05, "limitations": 0.05, "evaluation": 0.05}
_STRENGTH = 80.0  # inverse of the regularisation, in scikit-learn's terms
FEATURES = 10_000  # in the file, under 400 KB


@dataclass(frozen=True)
class Row:
    """A section, or where `text` is empty a heading alone, with its kind. `weight` is how much it counts."""

    document: str
    heading: str
    text: str
    kind: str
    weight: float = 1.0


def authored(path: Path = AUTHORED) -> list[Row]:
    """The sections and headings that were written for the classifier."""
    return [Row(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def starter(folder: Path) -> list[Row]:
    """The labelled sections of the starter corpus without their headings, which the table maps."""
    pages = ((path, Document.parse(path.read_text(encoding="utf-8"), str(path))) for path in sorted(folder.glob("*/**/*.md")))
    return [
        Row(path.relative_to(folder).parts[0], "", section.text.strip(), kind)
        for path, document in pages
        for section in document.headed_sections()
        if (kind := kind_of_heading(section.heading)) and section.text.strip()
    ]


def taught(rows: Sequence[Row], seed: int = 0) -> list[Row]:
    """The rows that the model is fitted to: a heading alone is given texts of its kind, a text alone headings, and every text
    stands without its heading too, so that neither is trusted blindly. Each kind weighs what its share is."""
    draw = random.Random(seed)
    texts, headings = _by_kind(rows, "text"), _by_kind(rows, "heading")
    made: list[Row] = []
    for row in rows:
        if not row.text:
            made += [replace(row, text=draw.choice(texts[row.kind]), weight=0.5) for _ in range(2)]
        elif not row.heading:
            made += [replace(row, weight=0.3), replace(row, heading=draw.choice(headings[row.kind]), weight=0.3)]
        else:
            made += [row, replace(row, heading="", weight=0.5)]
    totals: dict[str, float] = defaultdict(float)
    for row in made:
        totals[row.kind] += row.weight
    return [replace(row, weight=row.weight * len(made) * _SHARES[row.kind] / totals[row.kind]) for row in made]


def _by_kind(rows: Iterable[Row], name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if value := getattr(row, name):
            found[row.kind].append(value)
    return found


def fitted(rows: Sequence[Row], most: int | None = FEATURES) -> Classifier:
    """A classifier of these rows, not yet calibrated. Of more than `most` features it has those that tell most, and is fitted
    again to them, so that they take over what the others said; None keeps all."""
    sections = taught(rows)
    vectors = [features(row.heading, row.text) for row in sections]
    model = exported(*regression(vectors, sections))
    if most is None or len(model.weights) <= most:
        return model
    counts = Counter(name for vector in vectors for name in vector)
    told = {name: _told(name, row, counts[name]) for name, row in model.weights.items()}
    kept = frozenset(sorted(told, key=lambda name: (-told[name], name))[:most])
    fewer = [{name: value for name, value in vector.items() if name in kept} for vector in vectors]
    return exported(*regression(fewer, sections))


def _told(name: str, weights: Sequence[float], rows: int) -> float:
    """How much a feature tells. A heading has few, so each of its own is worth three of a text's: with fewer of them held-out
    documents are labelled worse."""
    return (3.0 if name.startswith("h") else 1.0) * (max(weights) - min(weights)) * math.pow(rows, 0.75)


def regression(vectors: Sequence[dict[str, float]], rows: Sequence[Row]) -> tuple[DictVectorizer, LogisticRegression]:
    """A multinomial logistic regression from the features of rows to their kinds, in scikit-learn's terms."""
    vectorizer, model = DictVectorizer(), LogisticRegression(C=_STRENGTH, max_iter=5000)
    model.fit(vectorizer.fit_transform(vectors), [row.kind for row in rows], sample_weight=[row.weight for row in rows])
    return vectorizer, model


def exported(vectorizer: DictVectorizer, model: LogisticRegression) -> Classifier:
    """The same regression in plain Python."""
    columns = dict(zip(vectorizer.get_feature_names_out().tolist(), model.coef_.T.tolist(), strict=True))
    return Classifier(model.classes_.tolist(), model.intercept_.tolist(), columns)


def calibrated(model: Classifier, temperature: float) -> Classifier:
    """The model with its sums divided by `temperature`."""
    weights = {name: [item / temperature for item in row] for name, row in model.weights.items()}
    return Classifier(model.kinds, [item / temperature for item in model.intercepts], weights)


# Held-out documents ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What a model that never saw the section's document says of it: the probability of each kind."""

    row: Row
    said: dict[str, float]

    @property
    def kind(self) -> str:
        """The likeliest kind."""
        return max(self.said, key=self.said.__getitem__)


def held_out(rows: Sequence[Row], most: int | None = FEATURES, folds: int = FOLDS) -> Iterator[Answer]:
    """Every section answered by a model that saw neither its document nor its heading."""
    names = sorted({row.document for row in rows if row.text})
    random.Random(0).shuffle(names)
    for fold in range(folds):
        out = set(names[fold::folds])
        asked = [row for row in rows if row.document in out]
        seen = {" ".join(heading_words(row.heading)) for row in asked}
        known = [
            row for row in rows if row.document not in out and (row.text or " ".join(heading_words(row.heading)) not in seen)
        ]
        model = fitted(known, most)
        yield from (Answer(row, model.probabilities(row.heading, row.text)) for row in asked)


def temperature_of(answers: Sequence[Answer]) -> float:
    """The number by which sums must be divided for probabilities to be as often right as they say (Guo et al. 2017)."""
    return min((step / 20 for step in range(6, 61)), key=lambda temperature: log_loss(answers, temperature))


def log_loss(answers: Sequence[Answer], temperature: float = 1.0) -> float:
    """The mean surprise at the kinds that sections really have."""
    truths = (_tempered(answer.said, temperature)[answer.row.kind] for answer in answers)
    return -math.fsum(math.log(max(truth, 1e-12)) for truth in truths) / len(answers)


def _tempered(said: dict[str, float], temperature: float) -> dict[str, float]:
    powers = {kind: max(value, 1e-12) ** (1 / temperature) for kind, value in said.items()}
    total = math.fsum(powers.values())
    return {kind: value / total for kind, value in powers.items()}


def macro_f1(answers: Sequence[Answer]) -> float:
    """The mean of the F1 scores of the kinds that occur."""
    kinds = sorted({answer.row.kind for answer in answers})
    truth, said = [answer.row.kind for answer in answers], [answer.kind for answer in answers]
    return float(f1_score(truth, said, labels=kinds, average="macro"))


def main() -> None:
    """Measures on held-out documents, trains on everything, writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("starter", type=Path, help="the starter corpus, training_data")
    parser.add_argument("-o", "--output", type=Path, default=WEIGHTS, help="the file of the weights")
    options = parser.parse_args()
    rows = authored() + starter(options.starter)
    temperature = 1.0
    for most in (None, FEATURES):
        answers = list(held_out(rows, most))
        temperature = temperature_of(answers)
        print(f"{most or 'all'} features, temperature {temperature:.2f}; in documents held out:")
        for name, asked in (("with heading", True), ("starter corpus, without", False)):
            part = [answer for answer in answers if bool(answer.row.heading) is asked]
            print(f"  {name}: {len(part)} sections, macro F1 {macro_f1(part):.3f}, log loss {log_loss(part, temperature):.3f}")
    write_text(options.output, Text(calibrated(fitted(rows), temperature).dumped()))


if __name__ == "__main__":
    main()
