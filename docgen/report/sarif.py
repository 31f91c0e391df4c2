"""A report as SARIF 2.1.0, for code scanning.

In: a Report. Out: one run with a rule for each code that occurs. Fingerprints hold no line number, so that a finding stays
the same one when text above it grows. (docs.oasis-open.org/sarif/sarif/v2.1.0)
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from docgen import __version__
from docgen.facts import JSON, mark
from docgen.report import Finding, Report
from docgen.report.codes import Code, code_named

MOST = 5000  # results that GitHub keeps of a run
_LEVELS = {"error": "error", "review": "warning", "note": "note"}


def sarif(report: Report) -> str:
    """The report as a SARIF log; of more than 5,000 findings the worst, with a note of how many were left out."""
    findings = report.findings[:MOST]
    codes = sorted({finding.code for finding in findings})
    seen: Counter[str] = Counter()
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "docgen", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "results": [_result(finding, codes.index(finding.code), seen) for finding in findings],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The root of the repository."}}},
    }
    notes = [_told(finding) for finding in report.findings if finding.verdict == "unknown"]
    if more := len(report.findings) - len(findings):
        notes.append({"level": "warning", "message": {"text": f"{more} more findings were left out: SARIF keeps {MOST}"}})
    if notes or report.command == "check":
        run["invocations"] = [{"executionSuccessful": report.exit_code != 2, "toolExecutionNotifications": notes}]
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(name: str) -> dict[str, Any]:
    code = code_named(name)
    if code is None:
        return {"id": name}
    return {
        "id": name,
        "name": "".join(word.title() for word in name.split("-")),
        "shortDescription": {"text": code.meaning},
        "fullDescription": {"text": code.explanation},
        "help": {"text": code.page(), "markdown": code.markdown()},
        "defaultConfiguration": {"level": _level(code)},
        "properties": {"tags": ["documentation", code.verdict]},
    }


def _level(code: Code) -> str:
    return _LEVELS[code.severity]


def _result(finding: Finding, index: int, seen: Counter[str]) -> dict[str, Any]:
    fix = f"\nfix: {finding.fix}" if finding.fix else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message + fix},
        "locations": [_location(finding.path, finding.line)],
        "partialFingerprints": {"docgen/v1": _fingerprint(finding, seen)},
    }
    path, _, line = finding.source.rpartition(":")
    if path and line.isdecimal():
        result["relatedLocations"] = [{**_location(path, int(line)), "message": {"text": "what is so today"}}]
    return result


def _location(path: str, line: int) -> dict[str, Any]:
    artifact: dict[str, str] = {"uri": quote(path, safe="/", errors="surrogateescape")}
    if not path.startswith("/"):
        artifact["uriBaseId"] = "ROOT"
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": max(line, 1)}}}


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """What a finding is about, without where it stands; a second one of the same gets a number."""
    about: list[JSON] = [finding.code, finding.path, finding.section, finding.fact, finding.old, finding.new]
    if not finding.fact:
        about.append(finding.message)
    same = mark(about, 16)
    seen[same] += 1
    return f"{same}:{seen[same]}"


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding.path, finding.line)],
    }
