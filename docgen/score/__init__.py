"""Scores of documents, or of a writer's answers: against references, against facts, and against how they scored before.

In: documents with the facts of what they are about, or examples with the texts that writers give for them. Out: a Report with
a table, every number's signature, and a finding for each metric under its minimum or worse than its baseline. What could not
be paired or scored is counted and named: a score of the rest alone would look complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from docgen.brief import Brief
from docgen.facts import JSON
from docgen.metrics import Answer, Scores, score
from docgen.report import DocgenError, InputError, Report, worst_first
from docgen.score.gate import Baseline, Gate, compare
from docgen.score.sections import collect, shown, unused
from docgen.score.table import Table
from docgen.settings import Settings

__all__ = ["Answered", "Baseline", "Writer", "compare", "score_documents", "score_writer"]


class Writer(Protocol):
    """What is asked for texts."""

    @property
    def name(self) -> str: ...

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief, in their order."""
        ...


class Answered(Protocol):
    """A Brief with its right answer and where that comes from: an example of a corpus."""

    @property
    def brief(self) -> Brief: ...

    @property
    def text(self) -> str: ...

    @property
    def source(self) -> str: ...


def _silent(message: str) -> None:
    """Shows no progress."""


def score_documents(
    documents: Sequence[Path],
    *,
    reference: Path | None,
    root: Path,
    settings: Settings,
    fail_under: Mapping[str, float] | None = None,
    baseline: Path | None = None,
    update_baseline: bool = False,
) -> Report:
    """The scores of documents (files, or folders of Markdown; without any, all that have a ledger): the claims of their
    sections against facts, and with `reference` (a folder of the same paths, or one file) the texts of those sections.

    `fail_under` (by default the settings') has minima by metric, `baseline` is a file of earlier scores; `update_baseline`
    writes it instead of comparing. Raises InputError where there is nothing to score or to compare with, BaselineError where
    the baseline was made in another way.
    """
    gate = Gate.of(settings.score.fail_under if fail_under is None else fail_under, baseline, update_baseline, root)
    found = collect(documents, reference, root, settings)
    scores = score(found.answers)
    where = shown(found.paths[0], root) if len(found.paths) == 1 else shown(root, root)
    if not scores.metrics:
        what = f"nothing to score in {_counted(len(found.paths), 'document')}: no section has facts or a reference"
        raise InputError(what, where, "give --reference, or put the documents under check with docgen write or docgen track")
    judged = gate.judge(scores, where)
    labels = {kind: score(part) for kind, part in _by_kind(found.answers).items()}
    notes = (*found.notes, *scores.notes, *judged.notes)
    title = f"{_counted(len(found.paths), 'document')}, {_counted(len(found.answers), 'section')}"
    summary = _summary(scores, labels, notes) | {"documents": len(found.paths)}
    return Report("score", worst_first(judged.findings), summary, str(Table(title, {"all": scores, **labels}, scores, notes)))


def score_writer(
    writer: Writer,
    examples: Sequence[Answered],
    *,
    name: str,
    split: str,
    baselines: Sequence[Writer] = (),
    fail_under: Mapping[str, float] | None = None,
    baseline: Path | None = None,
    update_baseline: bool = False,
    root: Path | None = None,
    progress: Callable[[str], object] = _silent,
) -> Report:
    """The scores of a writer on one `split` of the corpus called `name`, beside those of other writers (`baselines`).

    Minima and the baseline file judge `writer` alone. Raises InputError without examples, DocgenError for a writer that does
    not give one text a Brief, BaselineError where the baseline was made in another way.
    """
    if not examples:
        raise InputError(f"no examples in {split} of {name}", name, "choose another split, or add sources to the corpus")
    gate = Gate.of(fail_under or {}, baseline, update_baseline, root)
    answers = _answers_of(writer, examples, progress)
    scores = score(answers)
    columns = {writer.name: scores}
    for other in baselines:
        columns[unused(other.name, columns)] = score(_answers_of(other, examples, progress))
    labels = {kind: score(part) for kind, part in _by_kind(answers).items()}
    judged = gate.judge(scores, name)
    notes = (*scores.notes, *judged.notes)
    title = f"{name}, {split}: {_counted(len(examples), 'section')}"
    tables = [str(Table(title, columns))] if len(columns) > 1 else []
    title = f"{writer.name} by label" if tables else title
    tables.append(str(Table(title, {writer.name: scores, **labels}, scores, notes)))
    summary = _summary(scores, labels, notes) | {"corpus": name, "split": split, "writer": writer.name}
    summary["writers"] = {column: _values(each) for column, each in columns.items()}
    return Report("score", worst_first(judged.findings), summary, "\n\n".join(tables))


def _answers_of(writer: Writer, examples: Sequence[Answered], progress: Callable[[str], object]) -> list[Answer]:
    progress(f"{writer.name}: writing {_counted(len(examples), 'section')}")
    texts = writer.write([example.brief for example in examples])
    if len(texts) != len(examples):
        what = f"the writer {writer.name} gave {_counted(len(texts), 'text')} for {len(examples)} Briefs"
        raise DocgenError(what, fix="have it give one for each, empty where it has no answer")
    answers: dict[str, Answer] = {}
    for example, text in zip(examples, texts, strict=True):
        key = unused(f"{example.source}:{example.brief.kind}:{example.brief.about}", answers)
        answers[key] = Answer(key, example.brief, text, example.text)
    return list(answers.values())


def _by_kind(answers: Sequence[Answer]) -> dict[str, list[Answer]]:
    """The answers by label, where there are several."""
    kinds: dict[str, list[Answer]] = {}
    for answer in answers:
        kinds.setdefault(answer.brief.kind or "other", []).append(answer)
    return dict(sorted(kinds.items())) if len(kinds) > 1 else {}


def _summary(scores: Scores, labels: Mapping[str, Scores], notes: Sequence[str]) -> dict[str, JSON]:
    return {
        **_values(scores),
        "signatures": {name: each.signature for name, each in scores.metrics.items()},
        "labels": {label: _values(each) for label, each in labels.items()},
        "notes": list(notes),
    }


def _values(scores: Scores) -> dict[str, JSON]:
    claims: dict[str, JSON] = {
        kind: {"supported": counts.supported, "contradicted": counts.contradicted, "unknown": counts.unknown}
        for kind, counts in scores.claims.by_kind.items()
    }
    facts: dict[str, JSON] = {"required": scores.claims.required, "covered": scores.claims.covered}
    metrics: dict[str, JSON] = {name: each.value for name, each in scores.metrics.items()}
    return {"n": scores.n, "metrics": metrics, "claims": claims, "facts": facts}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
