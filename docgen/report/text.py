"""A report as people read it in a terminal.

In: a Report, and how words are painted. Out: text, a finding on two lines, what the run counted at the end.
"""

from __future__ import annotations

from collections.abc import Callable

from docgen.report import Finding, Report

Paint = Callable[[str, str], str]  # words, and what they are: a severity, "place" or "fix"


def plain(words: str, _: str) -> str:
    """The words as they are."""
    return words


def text(report: Report, paint: Paint = plain) -> str:
    """The findings, then the table."""
    lines = [told(finding, paint) for finding in report.findings]
    if report.table:
        lines.append(report.table)
    return "\n".join(lines)


def told(finding: Finding, paint: Paint = plain) -> str:
    """One finding as `str` tells it, painted: its place, the word that its message begins with, and what mends it."""
    word, colon, rest = finding.message.partition(":")
    message = paint(word, finding.severity) + colon + rest if colon and word.isalpha() else finding.message
    code = " " + paint(f"[{finding.code}]", "place") if finding.verdict else ""
    head = f"{paint(f'{finding.path}:{finding.line}:', 'place')} {message}{code}"
    return f"{head}\n{paint(f'  fix: {finding.fix}', 'fix')}" if finding.fix else head
