"""A run as Markdown: a comment on a pull request, or the summary of a step.

In: a ScoreReport. Out: how it ended, what to mend, the numbers beside the baseline's, and folded slices and worst texts.
The comment that it begins with lets a bot find its own comment again, and renew it instead of adding another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from docgen.report import Report
from docgen.report.markdown import fenced
from docgen.report.markdown import markdown as findings_as_markdown
from docgen.score.scored import SEED, ordered
from docgen.score.statistics import described
from docgen.score.table import CLAIM_COLUMNS, between, claim_rows, place_of, shown, slice_rows

if TYPE_CHECKING:
    from docgen.score.report import ScoreReport

MARK = "<!-- docgen score -->"
LIMIT = 60_000  # characters; GitHub keeps 65,536 of a comment
_LONGEST_DIFFERENCE = 600


def markdown(report: ScoreReport) -> str:
    """The report as GitHub and GitLab render it; what would not fit into a comment is left out from its end, and said so."""
    bare = Report(report.command, report.findings, report.summary, "", report.places)
    parts = [f"{MARK}\n{findings_as_markdown(bare)}", _text(report.title), _metrics(report)]
    if report.compared:
        parts.append(_comparison(report))
    parts += [f"> {_text(note)}" for note in report.notes]
    if report.columns[0].scores.claims.by_kind:
        claims = [["", *CLAIM_COLUMNS], *claim_rows(report.columns[0].scores.claims)]
        parts.append(_folded("Claims by kind", _table(claims)))
    for dimension, slices in report.columns[0].slices.items():
        parts.append(_folded(f"By {dimension}", _table(list(slice_rows(dimension, slices)), dimension.capitalize())))
    if report.worst:
        parts.append(_folded(f"The {len(report.worst)} worst texts", "\n\n".join(_worst(report))))
    signatures = [[name, f"`{report.columns[0].scores.metrics[name].signature}`"] for name in report.columns[0].metrics]
    signatures.append(["chance", f"`{described(SEED)}`"])
    if report.columns[0].metrics:
        parts.append(_folded("Signatures", _table([["Metric", "Signature"], *signatures])))
    return _fitting(parts)


def _fitting(parts: Sequence[str]) -> str:
    kept: list[str] = []
    for part in parts:
        if sum(map(len, kept)) + len(part) > LIMIT:
            kept.append("… the rest is too long for a comment; `docgen score -o report.html` has all of it.")
            break
        kept.append(part)
    return "\n\n".join(kept)


def _metrics(report: ScoreReport) -> str:
    first, changes = report.columns[0], {change.metric: change for change in report.changes}
    head = ["Metric", *(_text(column.name) for column in report.columns[:1]), "95 % interval"]
    head += ["Since the baseline"] if changes else []
    rows = [[*head, *(_text(column.name) for column in report.columns[1:])]]
    for name in ordered({name: None for column in report.columns for name in column.scores.metrics}):
        row = [name, shown(name, first.value(name)), between(name, first.intervals.get(name))]
        if changes:
            found = changes[name].comparison if name in changes else None
            row.append(f"{found.difference:+.1f} ({found.low:+.1f} to {found.high:+.1f})" if found else "")
        rows.append([*row, *(shown(name, column.value(name)) for column in report.columns[1:])])
    return _table(rows)


def _comparison(report: ScoreReport) -> str:
    rows = [["Metric", "Difference", "95 % interval", "p (bootstrap)", "p (randomisation)"]]
    for each in report.compared:
        interval = f"{each.low:+.1f} to {each.high:+.1f}"
        rows.append(
            [each.metric, f"{each.difference:+.1f}", interval, f"{each.p_bootstrap:.3f}", f"{each.p_randomisation:.3f}"]
        )
    names = _text(f"{report.columns[0].name} minus {report.compared[0].against}")
    return f"**{names}**, on the same texts\n\n{_table(rows)}"


def _worst(report: ScoreReport) -> Iterator[str]:
    for each in report.worst:
        values = ", ".join(f"{name} {shown(name, each.values[name])}" for name in ordered(each.values))
        parts = [f"{_code(place_of(each))}: {values}"]
        parts += [f"- contradicted: {_text(claim)}" for claim in each.contradicted]
        parts += [f"- nothing bears out: {_text(line)}" for line in each.unsupported]
        if each.difference:
            parts.append(fenced(each.difference[:_LONGEST_DIFFERENCE]))
        yield "\n\n".join(parts)


def _table(rows: Sequence[Sequence[str]], first: str = "") -> str:
    """Rows as a table, numbers to the right; `first` is the name of the first column instead of its own."""
    head, *body = rows
    head = [first or head[0], *head[1:]]
    lines = [head, ["---", *(["---:"] * (len(head) - 1))], *([_cell(cell) for cell in row] for row in body)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|") if text.startswith("`") else _text(text)


def _folded(summary: str, content: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{content}\n\n</details>"


def _text(words: str) -> str:
    """Words of a document as words: no markup of theirs, and nobody mentioned."""
    escaped = re.sub(r"([\\`|<>\[\]!*_~#])", r"\\\1", " ".join(words.split()).replace("&", "&amp;"))
    return re.sub(r"@(?=\w)", "@\u200b", escaped)


def _code(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").split()) + "`"
