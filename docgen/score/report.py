"""The result of scoring, which prints itself in every format and knows its exit code.

In: what was scored, what the gate says, what was noticed. Out: a `ScoreReport`: docgen's report with a table, and beside the
common formats Markdown for a pull request, a page of HTML and a badge. One reason to change: what a run of `score` tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docgen.brief import Brief
from docgen.check.coding import code_of_claim
from docgen.claims import Checked
from docgen.facts import JSON, Subject
from docgen.metrics import GROUPS, ClaimScores, Scores
from docgen.report import Finding, Report, worst_first
from docgen.score.comparing import Compared
from docgen.score.gate import Change, Judged
from docgen.score.history import Run
from docgen.score.items import Item
from docgen.score.scored import SEED, Scored
from docgen.score.statistics import described
from docgen.score.table import Table
from docgen.score.worst import Worst, checked, told

if TYPE_CHECKING:
    from docgen.score.debugging import Diagnosis

SCHEMA = 1  # of the summary in JSON, which docs/scores.md describes


class ScoreReport(Report):
    """A report with all that it was made from: `columns` are the writers, or the documents alone."""

    title: str = ""
    columns: tuple[Scored, ...] = ()
    compared: tuple[Compared, ...] = ()
    changes: tuple[Change, ...] = ()
    worst: tuple[Worst, ...] = ()
    runs: tuple[Run, ...] = ()
    notes: tuple[str, ...] = ()
    headline: str = ""
    diagnosis: Diagnosis | None = None

    def render(self, style: str) -> str:
        """The report in one of the common formats, or as `html` or `svg` (a badge)."""
        if style == "html":
            from docgen.score.page import page

            return page(self)
        if style == "svg":
            from docgen.score.badge import badge

            return badge(f"docs {self.headline}".strip(), self.columns[0].value(self.headline) if self.headline else None)
        if style == "markdown":
            from docgen.score.markdown import markdown

            return markdown(self)
        return super().render(style)


def reported(
    title: str,
    columns: Sequence[Scored],
    judged: Judged,
    *,
    comparison: Sequence[Compared] = (),
    worst: Sequence[Worst] = (),
    notes: Sequence[str] = (),
    runs: Sequence[Run] = (),
    headline: str = "",
    diagnosis: Diagnosis | None = None,
    more: dict[str, JSON] | None = None,
) -> ScoreReport:
    """The report of a run; `more` joins its summary."""
    first = columns[0]
    told_notes = (*notes, *first.scores.notes, *judged.notes)
    findings = worst_first([*judged.findings, *contradictions(first)])
    summary = summary_of(columns, judged.changes, comparison, worst, told_notes) | {"headline": headline} | (more or {})
    table = str(Table(title, columns, comparison, worst, told_notes))
    if diagnosis is not None:
        table = f"{table}\n\n{diagnosis}"
        summary["debug"] = diagnosis.summary()
    places = tuple(sorted({item.path for item in first.items}))
    parts = (tuple(columns), tuple(comparison), judged.changes, tuple(worst), tuple(runs), told_notes, headline, diagnosis)
    return ScoreReport("score", findings, summary, table, places, title, *parts)


def contradictions(found: Scored) -> list[Finding]:
    """What the texts of files say that their facts deny, each as a finding to review: `docgen check` is what fails on it."""
    findings = []
    for item in found.items:
        if not item.line or not found.of(item).get("contradicted"):
            continue
        for each in checked(item):
            if each.verdict == "contradicted":
                line = item.line + item.answer.text.count("\n", 0, each.claim.start)
                findings.append(_contradiction(item, line, each))
    return findings


def _contradiction(item: Item, line: int, each: Checked) -> Finding:
    fact = each.fact
    source = fact.source if fact else ""
    return Finding(
        code_of_claim(each.claim, _subject(item.answer.brief)),
        "review",
        item.path,
        line,
        item.key.partition("#")[2],
        f"contradicted: {told(each)}" + (f" ({source})" if source else ""),
        "correct the text; docgen check tells all such places",
        fact=fact.name if fact else "",
        old=each.claim.value,
        new=fact.value if fact else None,
        source=source,
    )


def _subject(brief: Brief) -> Subject:
    return Subject("model" if brief.is_model else "api", brief.about)


# The summary, for programs -----------------------------------------------------------------------------------------------


def summary_of(
    columns: Sequence[Scored],
    changes: Sequence[Change],
    comparison: Sequence[Compared],
    worst: Sequence[Worst],
    notes: Sequence[str],
) -> dict[str, JSON]:
    """All numbers of a run, as docs/scores.md describes them."""
    first = columns[0]
    slices: dict[str, JSON] = {
        dimension: {part: {"n": own.texts, "metrics": dict(own.metrics)} for part, own in parts.items()}
        for dimension, parts in first.slices.items()
    }
    return {
        "schema": SCHEMA,
        **values_of(first.scores),
        "documents": len(first.documents),
        "intervals": {name: [round(low, 4), round(high, 4)] for name, (low, high) in first.intervals.items()},
        "signatures": {name: each.signature for name, each in first.scores.metrics.items()},
        "seed": SEED,
        "chance": described(SEED),
        "slices": slices,
        "items": [_item(item, first) for item in first.items],
        "worst": [_worst(each) for each in worst],
        "baseline": [_change(change) for change in changes],
        "comparison": [_compared(each) for each in comparison],
        "notes": list(notes),
    }


def values_of(scores: Scores) -> dict[str, JSON]:
    """The numbers of some texts together."""
    claims: dict[str, JSON] = {
        kind: {"supported": counts.supported, "contradicted": counts.contradicted, "unknown": counts.unknown}
        for kind, counts in scores.claims.by_kind.items()
    }
    facts: dict[str, JSON] = {"required": scores.claims.required, "covered": scores.claims.covered}
    groups: dict[str, JSON] = {group: _group(scores.claims.of(group)) for group in GROUPS}
    metrics: dict[str, JSON] = {name: each.value for name, each in scores.metrics.items()}
    return {"n": scores.n, "metrics": metrics, "claims": claims, "claim_groups": groups, "facts": facts}


def _group(claims: ClaimScores) -> JSON:
    """One group of claims; a share of nothing is null."""
    shares: dict[str, JSON] = {"precision": claims.precision, "recall": claims.recall, "f1": claims.f1}
    return {"claims": claims.counts.total, "required": claims.required, "covered": claims.covered, **shares}


def _item(item: Item, found: Scored) -> JSON:
    place: dict[str, JSON] = {"key": item.key, "document": item.document, "path": item.path, "line": item.line}
    metrics: dict[str, JSON] = dict(found.of(item))
    return place | {"label": item.label, "source": item.source, "words": item.words, "metrics": metrics}


def _worst(each: Worst) -> JSON:
    lists: dict[str, JSON] = {"contradicted": list(each.contradicted), "unsupported": list(each.unsupported)}
    return {"key": each.item.key, **lists, "difference": each.difference}


def _change(change: Change) -> JSON:
    found = change.comparison
    numbers: dict[str, JSON] = {"before": change.before, "now": change.now, "difference": found.difference}
    return {"metric": change.metric, "documents": found.texts, "interval": [found.low, found.high], **numbers}


def _compared(each: Compared) -> JSON:
    chances: dict[str, JSON] = {"bootstrap": each.p_bootstrap, "randomisation": each.p_randomisation}
    counts: dict[str, JSON] = {"texts": each.texts, "better": each.better, "worse": each.worse}
    numbers: dict[str, JSON] = {"difference": each.difference, "interval": [each.low, each.high], "p": chances}
    return {"metric": each.metric, "against": each.against, **numbers, **counts}
