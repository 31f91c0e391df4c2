"""What went wrong and how to say it: errors as exceptions, findings as values, a report that prints itself.

DocgenError         docgen could not do the work; exit 2
├── InputError      a file or argument cannot be used
├── MissingExtra    an optional dependency is not installed
└── BaselineError   a baseline cannot be compared; exit 3
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Literal

from docgen.facts import JSON

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


@dataclass(frozen=True)
class Finding:
    """One thing wrong: a stable `code`, where it is, what it is and the command or edit that mends it."""

    code: str
    severity: Severity
    path: str
    line: int
    section: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        head = f"{self.path}:{self.line}: {self.message}"
        return f"{head}\n  fix: {self.fix}" if self.fix else head


@dataclass(frozen=True)
class Report:
    """The result of a run: findings worst first, a summary, and how both are printed."""

    command: str
    findings: tuple[Finding, ...] = ()
    summary: dict[str, JSON] = field(default_factory=dict)
    table: str = ""

    @property
    def exit_code(self) -> int:
        """1 where a finding is an error, else 0."""
        return int(any(finding.severity == "error" for finding in self.findings))

    def render(self, style: str) -> str:
        """The report as `text` or `json`."""
        return self._json() if style == "json" else self._text()

    def _json(self) -> str:
        body = {
            "schema": 1,
            "command": self.command,
            "findings": [asdict(finding) for finding in self.findings],
            "summary": self.summary,
        }
        return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False)

    def _text(self) -> str:
        lines = [str(finding) for finding in self.findings]
        if self.table:
            lines.append(self.table)
        return "\n".join(lines)


_ORDER = {"error": 0, "review": 1, "note": 2}


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by severity, then path, line and code."""
    return tuple(sorted(findings, key=lambda f: (_ORDER[f.severity], f.path, f.line, f.code, f.message)))
