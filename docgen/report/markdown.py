"""A report as Markdown, for a step summary or a comment on a pull request.

In: a Report. Out: a heading that says how the run ended, a table of findings, the rest folded, and what was counted. A comment
holds 65,536 characters and a summary a megabyte, so only so many findings are listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.report import Finding, Report

LISTED = 50  # findings with a row of their own
_SIGNS = {"error": "🔴", "review": "🟡", "note": "🔵"}
_LONGEST_CELL = 400  # characters


def markdown(report: Report) -> str:
    """The report as GitHub and GitLab render it."""
    parts = [f"### docgen {report.command}: {_ending(report)}"]
    if report.findings:
        parts.append(_table(report.findings[:LISTED]))
        if (more := len(report.findings) - LISTED) > 0:
            parts.append(f"… and {more} more; `docgen {report.command}` lists them all.")
    if report.table:
        parts.append(fenced(report.table))
    return "\n\n".join(parts)


def fenced(text: str) -> str:
    """Plain text as a code block that nothing in it can end."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`+", text))])
    return f"{fence}text\n{text}\n{fence}"


def _ending(report: Report) -> str:
    number = sum(finding.severity == "error" for finding in report.findings)
    if number:
        return f"{number} {'error' if number == 1 else 'errors'}"
    return "nothing that fails" if report.findings else "clean"


def _table(findings: Sequence[Finding]) -> str:
    rows = ["| | Where | What | How to mend it |", "|---|---|---|---|"]
    for finding in findings:
        cells = (
            _SIGNS[finding.severity],
            _code(f"{finding.path}:{finding.line}"),
            f"{_cell(finding.message)} {_code(finding.code)}",
            _cell(finding.fix),
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    """Words in a cell: nothing that would end it, no HTML, link or picture from a document, and nobody mentioned."""
    short = " ".join(text.split())
    short = short if len(short) <= _LONGEST_CELL else short[: _LONGEST_CELL - 1] + "…"
    escaped = re.sub(r"([\\|<>\[\]!*_~])", r"\\\1", short.replace("&", "&amp;"))
    parts = re.split(r"(`[^`]*`)", escaped)
    # Within backticks a backslash is text, but for the bar of a table.
    told = [re.sub(r"\\([\\<>\[\]!*_~])", r"\1", part).replace("&amp;", "&") if part[:1] == "`" else part for part in parts]
    return "".join(part if part[:1] == "`" else re.sub(r"@(?=\w)", "@\u200b", part) for part in told)


def _code(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").replace("|", "\\|").split()) + "`"
