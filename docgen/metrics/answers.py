"""Scores of answers: every metric they allow, each beside its signature, and in words what could not be scored.

In: answers (a Brief, the text for it, perhaps a reference). Out: `Scores`. One reason to change: what a report wants to know of
a set of answers; what a number means stands with its metric.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from docgen.brief import Brief
from docgen.metrics.batch import Pair, Statistics
from docgen.metrics.claimed import ClaimScores, held, statistics_of, together
from docgen.metrics.families import families
from docgen.metrics.streaming import sufficient
from docgen.metrics.texts import normalise, tokens

TEXT_METRICS = ("BLEU", "chrF", "TER", "ROUGE-1", "ROUGE-2", "ROUGE-L", "ROUGE-Lsum", "BLEU-CodeXGLUE")
FACT_METRICS = ("claims.precision", "claims.recall", "claims.F1", "completeness", "support")
METRICS = (*TEXT_METRICS, "length", *FACT_METRICS, "contradicted", "readability")  # the order of every table
_OF_TEXTS = (*TEXT_METRICS, "length", "readability")
_MOST_NAMED = 3


@dataclass(frozen=True)
class Answer:
    """A text to score: `key` names it in messages and finds it in a baseline, `reference` is empty where there is none."""

    key: str
    brief: Brief
    text: str
    reference: str = ""


@dataclass(frozen=True)
class Score:
    """A number and what it takes to compute it again."""

    value: float
    signature: str


@dataclass(frozen=True)
class Scores:
    """The scores of `n` answers: by metric, by answer (its key, then metric), and in `notes` what was left out or looks odd;
    `statistics` has the rows behind each metric, one an answer in their order.

    A metric that could not be computed is absent from both, never 0 and never 100.
    """

    n: int
    metrics: Mapping[str, Score] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    claims: ClaimScores = field(default_factory=ClaimScores)
    notes: tuple[str, ...] = ()
    statistics: Mapping[str, Statistics] = field(default_factory=dict, compare=False, repr=False)


def score(answers: Sequence[Answer]) -> Scores:
    """Every metric that the answers allow: text metrics for those with a reference, claims and support for those with facts."""
    compared = [answer for answer in answers if normalise(answer.reference)]
    informed = [answer for answer in answers if answer.brief.facts]
    pairs = [Pair(answer.text, answer.reference, answer.brief) for answer in answers]
    judged = [held(pair) for pair in pairs]
    found = sufficient(pairs, metrics=_OF_TEXTS) | statistics_of(pairs, judged)
    found = {name: statistics for name, statistics in found.items() if not math.isnan(statistics.total)}
    signatures = {metric.name: metric.signature for metric in families()}
    metrics = {name: Score(found[name].total, signatures[name]) for name in METRICS if name in found}
    claims = together(each.claims for each in judged if each is not None)
    notes = (*_notes(answers, compared, informed), *_notes_on_references(compared, metrics))
    return Scores(len(answers), metrics, _items(answers, found), claims, notes, found)


def _items(answers: Sequence[Answer], found: Mapping[str, Statistics]) -> dict[str, dict[str, float]]:
    columns = {name: found[name].items.tolist() for name in METRICS if name in found}
    rows = ({name: column[at] for name, column in columns.items() if column[at] == column[at]} for at in range(len(answers)))
    return {answer.key: row for answer, row in zip(answers, rows, strict=True) if row}


def _notes_on_references(compared: Sequence[Answer], metrics: Iterable[str]) -> list[str]:
    """What references are too short for."""
    notes = []
    lengths = {answer.key: len(tokens(normalise(answer.reference))) for answer in compared}
    for words, need in ((0, "no word, left out of ROUGE"), (1, "a single word, left out of ROUGE-2")):
        if short := [key for key, length in lengths.items() if length == words]:
            notes.append(named(short, f"with a reference of {need}", len(compared)))
    if compared and "BLEU" not in metrics:
        notes.append("no BLEU: no reference has the four words in a row that it counts")
    return notes


def _notes(answers: Sequence[Answer], compared: Sequence[Answer], informed: Sequence[Answer]) -> list[str]:
    notes = []
    if compared and len(compared) < len(answers):
        without = [answer.key for answer in answers if not normalise(answer.reference)]
        notes.append(named(without, "without a reference, left out of the text metrics", len(answers)))
    if empty := [answer.key for answer in answers if not normalise(answer.text)]:
        notes.append(named(empty, "without a text, scored 0 against a reference and left out of support", len(answers)))
    if informed and len(informed) < len(answers):
        bare = [answer.key for answer in answers if not answer.brief.facts]
        notes.append(named(bare, "without facts, left out of claims and support", len(answers)))
    if len(compared) > 1 and all(normalise(answer.text) == normalise(answer.reference) for answer in compared):
        notes.append(f"all {len(compared)} texts equal their reference: check that both are not the same files")
    return notes


def named(keys: Sequence[str], what: str, of: int) -> str:
    """A count with the first names: `5 of 40 without a text: a, b, c and 2 more`."""
    more = f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
    return f"{len(keys)} of {of} {what}: {', '.join(keys[:_MOST_NAMED])}{more}"
