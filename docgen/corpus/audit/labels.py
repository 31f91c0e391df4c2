"""Likely wrong labels: rows whose text reads like another label than theirs.

In: rows with their examples, one by one. Out: suspects, and how well labels could be told at all. A linear classifier judges
each source having learnt from the others alone, and cleanlab's confident learning (Northcutt et al., 2021) decides from its
probabilities which disagreements are the label's fault. It looks at words and never at which facts a Brief holds: those were
chosen by the label, and would bear it out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy
from cleanlab.filter import find_label_issues
from scipy.sparse import vstack
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from docgen.corpus.audit.faults import Fault
from docgen.corpus.audit.rows import Row
from docgen.corpus.store import Example
from docgen.page import Span

Array = Any
_FEWEST_ROWS = 60  # in all, below which a classifier has nothing to learn from
_FEWEST_OF_A_LABEL = 10
_FEWEST_GROUPS = 2  # in which a label occurs
_FOLDS = 5
_ALPHA = 1e-5  # of the regularisation
_LEAST_F1 = 0.5  # macro average, below which the classifier knows too little to accuse anybody
_FEATURES = 2**18  # hash buckets: collisions are rare, and coefficients of all folds stay below a hundred megabytes
_BATCH = 4096  # rows turned into numbers at a time
_MOST_WORDS = 4  # named as the reason
_SHORT, _LONG = 12, 60  # words
_WORD = re.compile(r"`[^`]*`|[^\W\d_]+|\d+(?:\.\d+)?|\w+")
_EXCEPTION_WORD, _NAME_WORD = "exceptionname", "codename"
_EXCEPTION = re.compile(r"`?[A-Za-z_.]*(?:Error|Exception|Warning)\(?\)?`?")


@dataclass(frozen=True)
class Suspect:
    """The row `number`, whose label is likely wrong: a likelier one, the probability of its own and of that `other`, and what
    speaks for it, by hash bucket."""

    number: int
    likelier: str
    own: float
    other: float
    reasons: dict[int, float]


@dataclass(frozen=True)
class LabelCheck:
    """What came of the check, suspects worst first: `agreement` is the macro F1 of the classifier on `checked` rows; `reason`
    says why there was no check."""

    checked: int = 0
    agreement: float = 0.0
    reason: str = ""
    suspects: tuple[Suspect, ...] = ()


class Labels:
    """Takes in a corpus row by row, as numbers, and then judges its labels."""

    def __init__(self) -> None:
        self._blocks: list[Array] = []
        self._waiting: list[list[str]] = []

    def add(self, example: Example) -> None:
        """Takes in the next row."""
        self._waiting.append(features(example))
        if len(self._waiting) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._blocks.append(_hashed(self._waiting))
            self._waiting = []

    def judged(self, rows: Sequence[Row]) -> LabelCheck:
        """The labels that are likely wrong, worst first; `rows` are all that were taken in."""
        self._flush()
        chosen, groups = _comparable(rows)
        if len(chosen) < _FEWEST_ROWS:
            return LabelCheck(reason=f"{len(chosen)} rows have labels that can be compared, and it takes {_FEWEST_ROWS}")
        kinds = sorted({rows[number].kind for number in chosen})
        if len(kinds) < 2:
            return LabelCheck(reason=f"all rows that can be compared have one label, {kinds[0]}")
        given = numpy.array([kinds.index(rows[number].kind) for number in chosen])
        vectors = TfidfTransformer(sublinear_tf=True).fit_transform(vstack(self._blocks, format="csr")[chosen])
        judge = _Judge.of(vectors, given, groups, len(kinds))
        agreement = float(f1_score(given, judge.probabilities.argmax(axis=1), average="macro"))
        if agreement < _LEAST_F1:
            reason = f"labels can hardly be told by their texts here (macro F1 {agreement:.2f})"
            return LabelCheck(len(chosen), agreement, reason)
        places = find_label_issues(given, judge.probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
        suspects = (judge.suspect(place, given[place], chosen[place], kinds) for place in places.tolist())
        return LabelCheck(len(chosen), agreement, suspects=tuple(suspects))


def _comparable(rows: Sequence[Row]) -> tuple[list[int], list[str]]:
    """The rows whose label has enough of them, from several groups, and the group of each: its source, or where there is one
    source only, what its subject lies in. A label of one group could not be learnt from the others."""
    sources = {row.source for row in rows}
    groups = [row.source if len(sources) > 1 else row.about.rpartition(".")[0] or row.about for row in rows]
    counts = Counter(row.kind for row in rows)
    groups_of: dict[str, set[str]] = defaultdict(set)
    for row, group in zip(rows, groups, strict=True):
        groups_of[row.kind].add(group)
    usable = {kind for kind, count in counts.items() if count >= _FEWEST_OF_A_LABEL and len(groups_of[kind]) >= _FEWEST_GROUPS}
    chosen = [number for number, row in enumerate(rows) if row.kind in usable]
    return chosen, [groups[number] for number in chosen]


@dataclass(frozen=True)
class _Judge:
    """Each row's probability of every label, by a classifier that knows nothing of the row's group, and those classifiers."""

    vectors: Array
    probabilities: Array  # rows by labels
    coefficients: Array  # folds by labels by features
    fold_of: Array

    @staticmethod
    def of(vectors: Array, given: Array, groups: Sequence[str], labels: int) -> _Judge:
        folds = StratifiedGroupKFold(min(_FOLDS, len(set(groups))))
        probabilities = numpy.full((len(given), labels), 1e-9)
        coefficients = numpy.zeros((folds.n_splits, labels, vectors.shape[1]), dtype=numpy.float32)
        fold_of = numpy.zeros(len(given), dtype=numpy.int8)
        for fold, (learnt, judged) in enumerate(folds.split(vectors, given, groups)):
            if not len(judged) or len(set(given[learnt])) < 2:
                continue
            model = SGDClassifier(loss="log_loss", alpha=_ALPHA, average=True, random_state=0)
            model.fit(vectors[learnt], given[learnt])
            probabilities[numpy.ix_(judged, model.classes_)] += model.predict_proba(vectors[judged])
            found = model.coef_ if len(model.classes_) > 2 else numpy.vstack([-model.coef_, model.coef_])
            coefficients[fold, model.classes_] = found
            fold_of[judged] = fold
        return _Judge(vectors, probabilities / probabilities.sum(axis=1, keepdims=True), coefficients, fold_of)

    def suspect(self, place: int, given: int, number: int, kinds: Sequence[str]) -> Suspect:
        """What speaks against the label of the row `number`, which stands at `place` among those judged."""
        chances, row = self.probabilities[place], self.vectors[place]
        likelier = int(chances.argmax())
        by_label = self.coefficients[self.fold_of[place]]
        weights = row.data * (by_label[likelier, row.indices] - by_label[given, row.indices])
        reasons = {int(bucket): float(weight) for bucket, weight in zip(row.indices, weights, strict=True) if weight > 0}
        return Suspect(number, kinds[likelier], float(chances[given]), float(chances[likelier]), reasons)


# Words -------------------------------------------------------------------------------------------------------------------


def features(example: Example) -> list[str]:
    """What the classifier sees of a row: words and pairs of words, names of code and numbers each as one word, and marks for
    what the text does with its facts."""
    text, entry = example.text, example.brief.entry
    words = [_plain(found[0]) for found in _WORD.finditer(text)]
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    parameters = sum(f"`{name.lstrip('*')}`" in text for name in entry.strings("parameters"))
    summary = entry.get("doc")
    marks = {
        f"@{example.brief.symbol_kind}": True,
        "@exception": _EXCEPTION_WORD in words,
        "@number": "0" in words,
        "@parameter": parameters > 0,
        "@parameters": parameters > 2,
        "@summary": isinstance(summary, str) and summary.rstrip(".").casefold() in text.casefold(),
        "@short": len(words) < _SHORT,
        "@long": len(words) > _LONG,
    }
    return [*words, *pairs, *(mark for mark, is_there in marks.items() if is_there)]


def _plain(word: str) -> str:
    if _EXCEPTION.fullmatch(word):
        return _EXCEPTION_WORD
    return _NAME_WORD if word.startswith("`") else "0" if word[0].isdigit() else word.casefold()


def _hashed(rows: Sequence[list[str]]) -> Array:
    """Counts of features by hash bucket."""
    return HashingVectorizer(
        n_features=_FEATURES, analyzer=_as_it_is, alternate_sign=False, norm=None, dtype=numpy.float32
    ).transform(rows)


def _as_it_is(tokens: list[str]) -> list[str]:
    return tokens


def fault(suspect: Suspect, row: Row, example: Example) -> Fault:
    """A suspect as the audit tells it, with the words that speak for the other label."""
    found = list(_WORD.finditer(example.text))
    words = [_plain(word[0]) for word in found]
    buckets = _hashed([[word] for word in words]).indices.tolist() if words else []
    speaks = {word: suspect.reasons.get(bucket, 0.0) for word, bucket in zip(words, buckets, strict=True)}
    strongest = [word for word in sorted(speaks, key=lambda word: -speaks[word]) if speaks[word] > 0][:_MOST_WORDS]
    spelled = {word: place[0].strip("`") for place, word in zip(reversed(found), reversed(words), strict=True)}
    because = ", for its " + ", ".join(f"`{spelled[word]}`" for word in strongest) if strongest else ""
    chances = f"({suspect.other:.0%} against {suspect.own:.0%})"
    spans = tuple(
        Span(place.start(), place.end(), "odd", f"speaks for {suspect.likelier}")
        for place, word in zip(found, words, strict=True)
        if word in strongest
    )
    message = f"likely wrong label: {row.kind}, and it reads like {suspect.likelier}{because} {chances}"
    return Fault("corpus-label", message, row, badness=suspect.other - suspect.own, spans=spans)
