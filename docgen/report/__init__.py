"""What went wrong and how to say it: errors as exceptions, findings as values, a report that prints itself.

DocgenError         docgen could not do the work; exit 2
├── InputError      a file or argument cannot be used
├── MissingExtra    an optional dependency is not installed
└── BaselineError   a baseline cannot be compared; exit 3

What each code means is in `codes`; each format has a module of its own, from a Report to text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Literal

from docgen.facts import JSON
from docgen.later import Frozen

Severity = Literal["error", "review", "note"]


class DocgenError(Exception):
    """What happened (with the value seen), where (`path:line`), and how to fix it (a command or an edit)."""

    exit_code = 2

    def __init__(self, what: str, where: str = "", fix: str = "") -> None:
        super().__init__(what, where, fix)
        self.what, self.where, self.fix = what, where, fix

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  fix: {self.fix}" if self.fix else head


class InputError(DocgenError):
    """A file, folder or argument that cannot be used as given."""


class MissingExtra(DocgenError):
    """An optional dependency is needed and not installed."""


class BaselineError(DocgenError):
    """A baseline whose signatures differ from this run's: comparing the numbers would mislead."""

    exit_code = 3


class Finding(Frozen):
    """One thing wrong: a stable `code`, where it is, what it is and the command or edit that mends it.

    What `check` finds says more: the `verdict` that the code stands for, the `fact` it is about with its `old` value (what the
    text says) and its `new` one, and the `source` where the new one stands (`path:line`).
    """

    code: str
    severity: Severity
    path: str
    line: int
    section: str
    message: str
    fix: str = ""
    verdict: str = ""
    fact: str = ""
    old: JSON = None
    new: JSON = None
    source: str = ""

    def __str__(self) -> str:
        code = f" [{self.code}]" if self.verdict else ""
        head = f"{self.path}:{self.line}: {self.message}{code}"
        return f"{head}\n  fix: {self.fix}" if self.fix else head


class Report(Frozen):
    """The result of a run: findings worst first, a summary, and how both are printed. `places` are the files that were looked
    at, those without findings too, so that a format can tell what passed."""

    command: str
    findings: tuple[Finding, ...] = ()
    summary: dict[str, JSON] = field(default_factory=dict)
    table: str = ""
    places: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """2 where a finding says that something could not be judged, 1 where another is an error, else 0."""
        errors = [finding for finding in self.findings if finding.severity == "error"]
        if any(finding.verdict == "unknown" for finding in errors):
            return 2
        return int(bool(errors))

    def render(self, style: str) -> str:
        """The report in one of the formats that `docgen.report.formats` lists: `text`, `json`, `sarif`…"""
        from docgen.report.formats import format_named  # the formats are made of reports

        return format_named(style)(self)


_ORDER = {"error": 0, "review": 1, "note": 2}


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by severity, then path, line and code."""
    return tuple(sorted(findings, key=lambda f: (_ORDER[f.severity], f.path, f.line, f.code, f.message)))
