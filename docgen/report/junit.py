"""A report as JUnit XML: a test case for each finding, and one for each file without any.

In: a Report. Out: XML. Stale is a failure, what is to be reviewed passes and says so, what could not be judged is an error.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from docgen.report import Finding, Report

# What XML 1.0 has no way to write, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """The report as one test suite, named after the command."""
    named = {finding.path for finding in report.findings}
    cases = [_case(finding) for finding in report.findings]
    passed = "up to date" if report.command == "check" else "passes"
    cases += [_opening(path, passed) + "/>" for path in report.places if path not in named]
    if not cases:
        cases = [_opening("docgen", report.command) + "/>"]
    errors = sum(_is_error(finding) for finding in report.findings)
    failures = sum(finding.severity == "error" for finding in report.findings) - errors
    name = _attribute(f"docgen {report.command}")
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="0"'
    output = f"<system-out>{_text(report.table)}</system-out>" if report.table else ""
    lines = [
        "<?xml version='1.0' encoding='utf-8'?>",
        f"<testsuites name={name} {counts}>",
        f"<testsuite name={name} {counts}>",
    ]
    return "\n".join(part for part in [*lines, *cases, output, "</testsuite>", "</testsuites>"] if part)


def _case(finding: Finding) -> str:
    name = f"{finding.code} {finding.section or finding.fact}".rstrip() + f" (line {finding.line})"
    opening = _opening(finding.path, name) + f' file={_attribute(finding.path)} line="{finding.line}">'
    told = _text(str(finding))
    if finding.severity != "error":
        return f"{opening}<system-out>{told}</system-out></testcase>"
    word = "error" if _is_error(finding) else "failure"
    kind, message = _attribute(finding.code), _attribute(finding.message)
    return f"{opening}<{word} type={kind} message={message}>{told}</{word}></testcase>"


def _opening(path: str, name: str) -> str:
    return f'<testcase classname={_attribute(path)} name={_attribute(name)} time="0"'


def _is_error(finding: Finding) -> bool:
    return finding.verdict == "unknown" and finding.severity == "error"


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text))
