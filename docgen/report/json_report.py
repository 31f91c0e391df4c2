"""A report for programs: JSON, schema 1, as docs/ci.md describes it.

In: a Report. Out: the text of one JSON object. Keys may be added within a schema; none goes or changes its meaning.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from docgen.report import Report

SCHEMA = 1


def json_report(report: Report) -> str:
    """The report as one JSON object, its keys sorted."""
    body = {
        "schema": SCHEMA,
        "command": report.command,
        "exit_code": report.exit_code,
        "findings": [asdict(finding) for finding in report.findings],
        "summary": report.summary,
    }
    return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False)
