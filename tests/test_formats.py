"""The formats of a report: what each system that reads them expects, whatever a document says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from junitparser import Error, Failure, JUnitXml, TestCase
from sarif_pydantic import Sarif

from docgen.report import Finding, Report, Severity
from docgen.report.codes import CODES
from docgen.report.formats import FORMATS
from docgen.report.github import SHOWN
from docgen.report.sarif import MOST

SCHEMA = os.environ.get("DOCGEN_SARIF_SCHEMA", "")
HOSTILE = 'stale: a|b `c` <b>@team</b> %0A ::error::x\r\n::stop-commands::y ##[error] \x00\x1b]]> & "quoted" ![x](y)'


def finding(number: int = 1, code: str = "stale-default", severity: Severity = "error", message: str = "") -> Finding:
    known = CODES[code]
    words = message or f"{known.verdict}: `redirect` states code defaults to 302, it is {number} (web/http.py:19)"
    section, fact = "introduction:web.redirect", "parameters.code.default"
    fix = "docgen write docs/http.md"
    values = fact, "302", number, "web/http.py:19"
    return Finding(code, severity, "docs/http.md", number, section, words, fix, known.verdict, *values)


MIXED = Report(
    "check",
    (
        finding(3),
        finding(1, "unknown-source", message="unknown: not valid Python: x"),
        finding(7, "review-context", "review"),
        finding(9, "ignore-unused", "note"),
    ),
    {"documents": 2},
    "2 documents, 4 sections: 1 fresh, 1 stale",
    ("docs/clean.md", "docs/http.md"),
)
CLEAN = Report("check", (), {"documents": 1}, "1 document", ("docs/clean.md",))
SCORE = Report("score", (), {"n": 3}, "3 sections\n\n      all\nBLEU  12.0")


def many(number: int, severity: Severity = "error") -> Report:
    return Report("check", tuple(finding(line, severity=severity) for line in range(1, number + 1)))


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("report", [MIXED, CLEAN, SCORE, Report("check")], ids=["mixed", "clean", "score", "empty"])
def test_every_format_prints_every_report(style: str, report: Report) -> None:
    text = report.render(style)
    assert text == report.render(style)
    if style in ("text", "markdown"):
        assert report.table in text


@given(st.lists(st.tuples(st.text(), st.text(), st.text(), st.sampled_from(sorted(CODES)))))
def test_whatever_a_document_says_is_escaped(parts: list[tuple[str, str, str, str]]) -> None:
    findings = tuple(Finding(code, "error", path, 1, "s", words, fix, CODES[code].verdict) for path, words, fix, code in parts)
    report = Report("check", findings, {}, "".join(words for _, words, _, _ in parts))
    json.loads(report.render("json"))
    json.loads(report.render("sarif"))
    JUnitXml.fromstring(report.render("junit").encode("utf-8", "replace"))
    for line in report.render("github").splitlines():
        assert not line.lstrip().startswith("::") or re.match(r"::(error|warning|notice|group|endgroup)\b", line)


# JSON and text ---------------------------------------------------------------------------------------------------------


def test_json_has_a_schema_and_all_of_a_finding() -> None:
    body = json.loads(MIXED.render("json"))
    assert (body["schema"], body["command"], body["exit_code"]) == (1, "check", 2)
    assert body["findings"][0] == {
        "code": "stale-default",
        "fact": "parameters.code.default",
        "fix": "docgen write docs/http.md",
        "line": 3,
        "message": "stale: `redirect` states code defaults to 302, it is 3 (web/http.py:19)",
        "new": 3,
        "old": "302",
        "path": "docs/http.md",
        "section": "introduction:web.redirect",
        "severity": "error",
        "source": "web/http.py:19",
        "verdict": "stale",
    }


def test_text_is_what_a_finding_says_of_itself() -> None:
    assert MIXED.render("text").splitlines()[:2] == str(MIXED.findings[0]).splitlines()
    assert MIXED.render("text").splitlines()[0].endswith("[stale-default]")


def test_paint_changes_no_word() -> None:
    from docgen.report.text import text

    painted = text(MIXED, lambda words, sort: f"\x1b[1m{words}\x1b[0m")
    assert re.sub(r"\x1b\[\d+m", "", painted) == MIXED.render("text") and painted != MIXED.render("text")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [
        pytest.param({"TERM": "xterm"}, True, id="a terminal"),
        pytest.param({"TERM": "xterm", "NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param({"TERM": "dumb"}, False, id="a dumb terminal"),
    ],
)
def test_a_terminal_gets_colours_unless_it_wants_none(tmp_path: Path, variables: dict[str, str], is_coloured: bool) -> None:
    import pty

    (tmp_path / "docs.md").write_text("<!-- docgen:section introduction of=web -->\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    ours, theirs = pty.openpty()
    ended = subprocess.run(
        [sys.executable, "-m", "docgen", "check"],
        cwd=tmp_path,
        env=kept | variables | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        stdout=theirs,
        timeout=120,
    )
    os.close(theirs)
    told = os.read(ours, 10_000).decode()
    os.close(ours)
    assert ended.returncode == 2 and "unknown-document" in told
    assert ("\x1b[" in told) is is_coloured


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param(CLEAN, 0, id="clean"),
        pytest.param(many(1, "review"), 0, id="for review"),
        pytest.param(many(1), 1, id="stale"),
        pytest.param(MIXED, 2, id="stale, and something unknown"),
        pytest.param(Report("check", (finding(1, "unknown-source", "review"),)), 0, id="unknown is allowed"),
    ],
)
def test_a_report_knows_its_exit_code(report: Report, expected: int) -> None:
    assert report.exit_code == expected


# GitHub ----------------------------------------------------------------------------------------------------------------


def test_an_annotation_is_a_command_with_its_properties_escaped() -> None:
    odd = Finding("stale-default", "error", "docs/a,b:c.md", 3, "", "50% of\nthese", "mend it", "stale")
    line = Report("check", (odd,)).render("github").splitlines()[0]
    assert line == "::error file=docs/a%2Cb%3Ac.md,line=3,title=stale-default::50%25 of%0Athese%0Afix: mend it"


def test_a_document_cannot_give_commands_to_the_workflow() -> None:
    report = Report("check", tuple(finding(line, message=HOSTILE) for line in range(1, 30)), {}, "::set-env name=x::y")
    lines = report.render("github").splitlines()
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert len(commands) == SHOWN + 2 and {re.split("[ :]+", line)[1] for line in commands} <= {"error", "group", "endgroup"}
    assert not [line for line in lines if "##[" in line and not line.startswith("::error")]


def test_of_each_kind_ten_are_annotations_and_the_others_are_counted() -> None:
    report = Report("check", (*many(25).findings, *many(3, "review").findings))
    text = report.render("github")
    assert (text.count("::error "), text.count("::warning ")) == (SHOWN, 3)
    assert "15 more of the kind error" in text and "::group::15 more" in text
    assert text.count("docs/http.md:") == 15


# SARIF -----------------------------------------------------------------------------------------------------------------


def sarif(report: Report) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(report.render("sarif"))
    return body


def test_sarif_names_the_rules_that_occur_and_the_places() -> None:
    body = sarif(MIXED)
    [run] = body["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({finding.code for finding in MIXED.findings})
    for result, found in zip(run["results"], MIXED.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == found.code
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("docs/http.md", 3)
    beside = run["results"][0]["relatedLocations"][0]["physicalLocation"]
    assert (beside["artifactLocation"]["uri"], beside["region"]["startLine"]) == ("web/http.py", 19)
    assert run["invocations"][0]["executionSuccessful"] is False


def test_a_fingerprint_stays_when_lines_move_and_tells_two_of_a_kind_apart() -> None:
    def prints(*lines: int) -> list[str]:
        report = Report("check", tuple(Finding(**{**vars(finding(5)), "line": line}) for line in lines))
        return [result["partialFingerprints"]["docgen/v1"] for result in sarif(report)["runs"][0]["results"]]

    assert prints(5) == prints(90)
    first, second = prints(5, 6)
    assert first != second and first == prints(7)[0]


def test_sarif_names_a_file_whose_name_is_no_text() -> None:
    report = Report("check", (replace(finding(), path="docs/\udcff.md"),))
    [result] = json.loads(report.render("sarif"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "docs/%FF.md"


def test_sarif_keeps_the_worst_five_thousand() -> None:
    [run] = sarif(many(MOST + 7))["runs"]
    assert len(run["results"]) == MOST
    assert "7 more findings" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


def without_defaults(body: Any) -> Any:
    """A run's content without what another reader fills in."""
    if isinstance(body, dict):
        return {key: without_defaults(value) for key, value in body.items() if (key, value) != ("enabled", True)}
    return [without_defaults(item) for item in body] if isinstance(body, list) else body


SARIF_REPORTS = pytest.mark.parametrize(
    "report",
    [
        pytest.param(MIXED, id="mixed"),
        pytest.param(CLEAN, id="clean"),
        pytest.param(SCORE, id="score"),
        pytest.param(Report("check", tuple(finding(2, code) for code in CODES)), id="every code"),
        pytest.param(Report("check", (finding(1, message=HOSTILE),)), id="hostile"),
        pytest.param(many(MOST + 1), id="too many"),
        pytest.param(
            Report("corpus audit", (Finding("secret", "note", "/tmp/a b.md", 0, "", "x"),)), id="no code of the table"
        ),
    ],
)


@SARIF_REPORTS
def test_sarif_is_read_whole_by_another_reader(report: Report) -> None:
    body = sarif(report)
    read = Sarif.model_validate(body).model_dump(mode="json", by_alias=True, exclude_none=True)
    assert without_defaults(read) == without_defaults(body)


@pytest.mark.skipif(not SCHEMA, reason="set DOCGEN_SARIF_SCHEMA to sarif-schema-2.1.0.json, from docs.oasis-open.org/sarif")
@SARIF_REPORTS
def test_sarif_is_valid_by_its_schema(report: Report) -> None:
    schema = json.loads(Path(SCHEMA).read_text(encoding="utf-8"))
    errors = list(Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER).iter_errors(sarif(report)))
    assert [error.message for error in errors] == []


# JUnit -----------------------------------------------------------------------------------------------------------------


def cases(report: Report) -> list[TestCase]:
    suites = JUnitXml.fromroot(JUnitXml.fromfile(BytesIO(report.render("junit").encode()))._elem)
    return [case for suite in suites for case in suite]


def test_junit_has_failures_errors_and_what_passes() -> None:
    stale, unknown, review, note, clean = cases(MIXED)
    assert [type(result) for result in stale.result] == [Failure] and stale.result[0].type == "stale-default"
    assert [type(result) for result in unknown.result] == [Error]
    assert review.is_passed and "review" in (review.system_out or "")
    assert note.is_passed
    assert clean.is_passed and clean.classname == "docs/clean.md"


def test_junit_counts_and_is_never_empty() -> None:
    [suite] = list(JUnitXml.fromstring(MIXED.render("junit").encode()))
    assert (suite.tests, suite.failures, suite.errors) == (5, 1, 1)
    assert [case.is_passed for case in cases(Report("check"))] == [True]


def test_junit_holds_what_xml_has_no_way_to_write() -> None:
    [case] = cases(Report("check", (finding(1, message=HOSTILE),)))
    assert "]]> &" in case.result[0].message


# Markdown --------------------------------------------------------------------------------------------------------------


def test_markdown_is_a_table_whose_cells_cannot_be_broken() -> None:
    text = Report("check", (finding(1, message=HOSTILE),), {}, "```\n1 document").render("markdown")
    [row] = [line for line in text.splitlines() if line.startswith("| 🔴")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 5
    assert (
        "<b>" not in row.replace("\\<", "") and "@team" not in row and "![x]" not in row.replace("\\!", "").replace("\\[", "")
    )
    assert "````text" in text


def test_markdown_lists_so_many_and_counts_the_others() -> None:
    text = many(120).render("markdown")
    assert text.startswith("### docgen check: 120 errors") and "and 70 more" in text
    assert len(text) < 65_536
