"""A report as annotations of a GitHub workflow: commands on standard output that mark lines of a pull request.

In: a Report. Out: one command a line, worst first, then in plain words what GitHub would not show.

GitHub shows ten annotations of a kind for each step. What a document says ends up in messages, so everything is escaped: a
line that begins with `::` would be a command of its own. (github.com/actions/toolkit, packages/core/src/command.ts)
"""

from __future__ import annotations

from collections import Counter

from docgen.report import Finding, Report

SHOWN = 10  # annotations of a kind that GitHub shows for one step
_LEVELS = {"error": "error", "review": "warning", "note": "notice"}


def github(report: Report) -> str:
    """The annotations that GitHub will show, and below them the other findings and the table, folded."""
    lines: list[str] = []
    left_out: list[Finding] = []
    count: Counter[str] = Counter()
    for finding in report.findings:
        level = _LEVELS[finding.severity]
        count[level] += 1
        if count[level] > SHOWN:
            left_out.append(finding)
        else:
            lines.append(_annotation(level, finding))
    for level in _LEVELS.values():
        if (more := count[level] - SHOWN) > 0:
            lines.append(f"{more} more of the kind {level}: GitHub shows {SHOWN} a step; all are in the log and the summary")
    if left_out:
        lines += [f"::group::{len(left_out)} more", *(_plain(str(finding)) for finding in left_out), "::endgroup::"]
    lines += [_plain(line) for line in report.table.splitlines()]
    return "\n".join(lines)


def _annotation(level: str, finding: Finding) -> str:
    places = {"file": finding.path, "line": str(finding.line), "title": finding.code}
    properties = ",".join(f"{name}={_property(value)}" for name, value in places.items())
    message = f"{finding.message}\nfix: {finding.fix}" if finding.fix else finding.message
    return f"::{level} {properties}::{_value(message)}"


def _value(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _value(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """A line of the log that is no command, in the older spelling either."""
    line = " ".join(text.splitlines()).replace("##[", "## [")
    return f"| {line}" if line.lstrip().startswith("::") else line
