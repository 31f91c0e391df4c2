"""How grave a finding is: as its code says, as the project says, as this run says.

In: findings and settings. Out: the findings with their severity, without those that are switched off. A project's table names
codes, verdicts and paths; where several entries fit, the last one holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from docgen.report import Finding, InputError, Severity
from docgen.report.codes import is_known, nearest
from docgen.settings import CheckSettings

LEVELS: dict[str, Severity | None] = {"off": None, "note": "note", "review": "review", "error": "error"}  # the mildest first


def weighed(findings: Iterable[Finding], settings: CheckSettings) -> Iterator[Finding]:
    """Findings with the severity that the project gives them. Raises InputError for an entry of the table that says nothing."""
    table = [(_fits(key), _level(key, word)) for key, word in settings.severity.items()]
    for finding in findings:
        level: Severity | None = finding.severity
        if finding.verdict == "unknown" and settings.allow_unknown:
            level = "review"
        for fits, word in table:
            if fits(finding):
                level = word
        if settings.strict and level == "review" and finding.verdict != "unknown":
            level = "error"
        if settings.warn and level == "error" and finding.verdict != "unknown":
            level = "review"
        if level is not None:
            yield replace(finding, severity=level)


def _level(key: str, word: str) -> Severity | None:
    if word not in LEVELS:
        raise InputError(f"`{key}` is {word!r} under [check.severity]", fix=f"write one of {', '.join(LEVELS)}")
    return LEVELS[word]


class _Fits:
    """Whether a finding is of the code or verdict that a key names, or in a file that it does."""

    def __init__(self, key: str, pattern: re.Pattern[str] | None) -> None:
        self.key, self.pattern = key, pattern

    def __call__(self, finding: Finding) -> bool:
        if self.pattern is not None:
            return self.pattern.fullmatch(finding.path) is not None
        return self.key in (finding.code, finding.verdict)


def _fits(key: str) -> _Fits:
    if is_known(key):
        return _Fits(key, None)
    if not set(key) & set("/.*?"):  # a file or folder named like no code is written with its slash or suffix
        close = nearest(key)
        fix = f"did you mean `{close}`?" if close else "name a code that docgen explain lists, or write a folder as `name/`"
        raise InputError(f"no code `{key}` under [check.severity]", fix=fix)
    return _Fits(key, path_pattern(key))


@lru_cache(maxsize=256)
def path_pattern(glob: str) -> re.Pattern[str]:
    """A glob as a pattern of whole paths: `*` and `?` stay in a folder, `**` does not, and a folder means all that it holds."""
    glob = glob.removeprefix("./")
    if glob.endswith("/"):
        glob += "**"
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    words = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(part) or re.escape(part) for part in parts) + "(?:/.*)?", re.DOTALL)
