"""docgen track: what is tied, what is recorded, and that nothing but markers is added."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docgen.check import check
from docgen.document import Document
from docgen.ledger import Ledger
from docgen.report import InputError, Report
from docgen.settings import Settings
from docgen.track import track

SOURCE = '''"""Exchange rates."""


def load(currency: str, timeout: float = 30.0) -> dict[str, float]:
    """Load the rates of a currency."""
    if not currency:
        raise ValueError("currency is empty")
    return {}


def drop(currency: str) -> None:
    """Drop the rates of a currency."""
'''

GUIDE = """# Guide

## `load`

`load` waits `timeout` seconds, which defaults to 30.0.

### Error handling

- `ValueError` if the currency is empty.

### Usage

Call it with three letters:

```python
load("EUR")
```

### How to use

Call it twice to be sure.

## Notes

When `rates.load()` raises `ValueError`, nothing was loaded.

## Colophon

Set in Helvetica, 12 points.
"""
KEYS = [
    "passage:rates.load",
    "error-handling:rates.load",
    "use-case:rates.load",
    "use-case-2:rates.load",
    "passage-2:rates.load",
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "rates").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "rates" / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "docs" / "guide.md").write_text(GUIDE, encoding="utf-8")
    return tmp_path


def tracked(project: Path, name: str = "docs/guide.md") -> Report:
    return track([project / name], root=project, settings=Settings())


def keys_of(project: Path, name: str = "docs/guide.md") -> list[str]:
    return [section.key for section in Document.parse((project / name).read_bytes().decode()).sections]


def test_sections_are_tied_by_heading_or_by_the_only_symbol_they_cite(project: Path) -> None:
    report = tracked(project)
    counts = {name: report.summary[name] for name in ("documents", "sections", "tied", "untied")}
    assert (report.findings, counts) == ((), {"documents": 1, "sections": 5, "tied": 5, "untied": 1})
    assert keys_of(project) == KEYS


def test_every_passage_is_reported_with_what_it_is_tied_to_or_why_not(project: Path) -> None:
    report = tracked(project)
    assert report.table.splitlines() == [
        "tracked docs/guide.md: 5 sections (5 new), 7 facts asserted",
        "  docs/guide.md:3: load: `rates.load`, 2 facts",
        "  docs/guide.md:7: Error handling: `rates.load`, 3 facts",
        "  docs/guide.md:11: Usage: `rates.load`, 0 facts",
        "  docs/guide.md:19: How to use: `rates.load`, 0 facts",
        "  docs/guide.md:23: Notes: `rates.load`, 2 facts",
        "  docs/guide.md:27: Colophon: untied: cites no symbol",
        "next: docgen check",
    ]


RST = """Rates
=====

.. currentmodule:: rates

.. function:: load(currency, timeout=30.0)

   Load rates.

   :param timeout: seconds to wait, default ``30.0``

Dropping
--------

Call :func:`rates.drop` to forget the rates of a ``currency``.
"""
CELLS = (
    ("markdown", "# Tour\n\n## `rates.load`\n\n`timeout` defaults to 30.0."),
    ("code", "import rates\nrates.load('EUR')"),
    ("markdown", "## Dropping\n\nCall `rates.drop()` to forget the rates of a `currency`."),
)
NOTEBOOK = json.dumps({"cells": [{"cell_type": kind, "source": text.splitlines(True)} for kind, text in CELLS]}, indent=1)
WITHOUT_MARKERS = pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        pytest.param("guide.rst", RST, 6, id="reStructuredText"),
        pytest.param("guide.ipynb", NOTEBOOK, 10, id="notebook"),
    ],
)


def write_and_track(project: Path, name: str, text: str) -> Report:
    (project / "docs" / name).write_text(text, encoding="utf-8")
    return tracked(project, f"docs/{name}")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@WITHOUT_MARKERS
def test_a_document_without_markers_is_tracked_as_it_is(project: Path, name: str, text: str, line: int) -> None:
    report = write_and_track(project, name, text)
    assert report.findings == () and "`rates.load`" in report.table
    assert (project / "docs" / name).read_text(encoding="utf-8") == text
    ledger = Ledger.load(project, project / "docs" / name)
    assert ledger is not None and ledger.sections.keys() == {"passage:rates.load", "passage:rates.drop"}
    assert ledger.dump() == Ledger.parse(ledger.dump()).dump()
    checked = check(root=project)
    assert checked.findings == () and (checked.summary["documents"], checked.summary["fresh"]) == (1, 2)


@WITHOUT_MARKERS
def test_what_a_document_without_markers_states_goes_stale(project: Path, name: str, text: str, line: int) -> None:
    (project / "docs" / "guide.md").unlink()
    write_and_track(project, name, text)
    change(project / "rates" / "__init__.py", "timeout: float = 30.0", "timeout: float = 31.0")
    for report in (
        check(root=project),
        check([project / "docs" / name], root=project),
        check([project / "docs"], root=project),
    ):
        found = [(finding.code, finding.path, finding.line) for finding in report.findings]
        assert found == [("stale-default", f"docs/{name}", line)], "once, whether or not the document is named"
        assert report.findings[0].fix == f"correct the text, then docgen track docs/{name}"


@WITHOUT_MARKERS
def test_a_symbol_that_is_gone_orphans_the_passage_that_was_about_it(project: Path, name: str, text: str, line: int) -> None:
    write_and_track(project, name, text)
    change(project / "rates" / "__init__.py", "def drop(", "def _forgotten(")
    (found,) = check(root=project).findings
    assert (found.code, found.section) == ("orphaned-symbol", "passage:rates.drop")
    assert "marker" not in found.fix


def test_a_passage_is_found_again_where_its_heading_or_its_place_has_changed(project: Path) -> None:
    write_and_track(project, "guide.rst", RST)
    path = project / "docs" / "guide.rst"
    change(path, "Dropping\n--------", "How to forget\n-------------")
    change(path, "Rates\n=====", "Rates\n=====\n\nSee also below.\n\nFirst\n-----\n\nNothing.")
    assert check(root=project).findings == ()
    change(project / "rates" / "__init__.py", "currency: str) -> None", "code: str) -> None")
    assert [finding.code for finding in check(root=project).findings] == ["stale-parameter"]


def test_a_passage_that_a_person_deletes_is_no_finding(project: Path) -> None:
    write_and_track(project, "guide.rst", RST)
    (project / "docs" / "guide.rst").write_text(RST.partition("Dropping")[0], encoding="utf-8")
    change(project / "rates" / "__init__.py", "def drop(", "def _forgotten(")
    assert check(root=project).findings == ()
    tracked(project, "docs/guide.rst")
    ledger = Ledger.load(project, project / "docs" / "guide.rst")
    assert ledger is not None and list(ledger.sections) == ["passage:rates.load"]


def test_a_comment_silences_a_passage_without_markers(project: Path) -> None:
    silenced = RST.replace(".. function::", ".. docgen:ignore stale-default the old value is meant\n\n.. function::")
    write_and_track(project, "guide.rst", silenced)
    change(project / "rates" / "__init__.py", "timeout: float = 30.0", "timeout: float = 31.0")
    assert check(root=project).findings == ()


def test_a_document_without_markers_that_speaks_of_nothing_known_is_told(project: Path) -> None:
    report = write_and_track(project, "colophon.rst", "Colophon\n========\n\nSet in Helvetica, 12 points.\n")
    (found,) = report.findings
    assert found.code == "untied" and ":func:`" in found.fix
    assert not (project / ".docgen" / "ledger" / "docs" / "colophon.rst.json").exists()


def test_the_ledger_records_what_a_section_states(project: Path) -> None:
    tracked(project)
    ledger = Ledger.load(project, project / "docs" / "guide.md")
    assert ledger is not None and ledger.subject.path == "rates"
    asserts = ledger.sections["passage:rates.load"].asserts
    assert asserts["parameters.timeout.default"].value == "30.0"


@pytest.mark.parametrize("newline", [pytest.param("\n", id="LF"), pytest.param("\r\n", id="CRLF")])
@pytest.mark.parametrize("end", [pytest.param("", id="no final newline"), pytest.param("\n\n\n", id="blank lines at the end")])
def test_nothing_but_lines_with_markers_is_added(project: Path, newline: str, end: str) -> None:
    path = project / "docs" / "guide.md"
    before = (GUIDE.partition("## Colophon")[0].rstrip() + end).replace("\n", newline)
    path.write_bytes(before.encode())
    tracked(project)
    after = re.sub(r"<!-- docgen:[^>]*-->(\r\n|\n)", "", path.read_bytes().decode())
    assert after.removesuffix(newline) == before.removesuffix(newline)
    assert keys_of(project) == KEYS


def test_a_tracked_document_is_fresh_until_a_fact_that_it_states_changes(project: Path) -> None:
    tracked(project)
    assert check([], root=project).findings == ()
    source = project / "rates" / "__init__.py"
    source.write_text(SOURCE.replace("30.0", "10.0").replace('"""Drop', '"""Delete'), encoding="utf-8")
    findings = check([], root=project).findings
    assert [(finding.code, finding.line, finding.section) for finding in findings] == [
        ("stale-default", 6, "passage:rates.load")
    ]


def test_tracking_again_records_the_corrected_text_and_adds_no_marker(project: Path) -> None:
    tracked(project)
    path, source = project / "docs" / "guide.md", project / "rates" / "__init__.py"
    for each in (path, source):
        each.write_text(each.read_text(encoding="utf-8").replace("30.0", "10.0"), encoding="utf-8")
    before = path.read_bytes()
    tracked(project)
    assert path.read_bytes() == before
    assert check([], root=project).findings == ()


def test_a_second_run_changes_nothing(project: Path) -> None:
    tracked(project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    tracked(project)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_a_card_that_people_wrote_is_tied_to_the_model_beside_it(project: Path) -> None:
    model = project / "triage"
    model.mkdir()
    config = {"architectures": ["BertForSequenceClassification"], "model_type": "bert", "num_hidden_layers": 2}
    (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (model / "README.md").write_text(
        "---\nlicense: mit\n---\n# Triage\n\n## Limitations\n\nIt reads English only.\n", encoding="utf-8"
    )
    tracked(project, "triage/README.md")
    assert keys_of(project, "triage/README.md") == ["limitations:triage"]
    ledger = Ledger.load(project, model / "README.md")
    assert ledger is not None and ledger.subject.kind == "model"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty document"),
        pytest.param("# Colophon\n\nSet in Helvetica.\n", id="nothing about code"),
        pytest.param("# Notes\n\n`load` comes before `drop`.\n", id="two symbols and no heading that names one"),
        pytest.param("# `load`\n\nIt is what it is.\n", id="nothing that can be checked"),
        pytest.param("```\n# load\n\n`load` raises `ValueError`.\n```\n", id="code"),
    ],
)
def test_a_document_that_nothing_can_be_tied_in_is_told_and_left_alone(project: Path, text: str) -> None:
    path = project / "docs" / "guide.md"
    path.write_text(text, encoding="utf-8")
    report = tracked(project)
    assert [finding.code for finding in report.findings] == ["untied"] and report.exit_code == 1
    assert path.read_text(encoding="utf-8") == text and not (project / ".docgen").exists()


def test_a_missing_document_is_told_and_nothing_is_written(project: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        track([project / "docs" / "guide.md", project / "docs" / "other.md"], root=project, settings=Settings())
    assert (project / "docs" / "guide.md").read_text(encoding="utf-8") == GUIDE


PASSED_ON = "from rates._io import load, read\n"
IO = """def load(currency: str, timeout: float = 30.0) -> dict[str, float]:
    \"\"\"Load the rates of a currency.\"\"\"


def read(path):
    \"\"\"Read a file.\"\"\"
"""


@pytest.mark.parametrize(
    ("text", "before", "after", "code"),
    [
        pytest.param(
            "```python\nfrom rates import read, load\n\nload('EUR')\n```", "load, ", "", "stale-path", id="import path"
        ),
        pytest.param("It takes two parameters.", "timeout: float", "days: int, timeout: float", "stale-count", id="count"),
        pytest.param(":param float timeout: how long", "timeout: float", "timeout: str", "stale-type", id="type"),
        pytest.param("```python\nload('EUR', timeout=3)\n```", "timeout", "wait", "stale-parameter", id="keyword of a call"),
        pytest.param(
            "If None, `timeout` is endless.\n\n- `timeout`: if None, endless", "30.0", "None", "", id="what was not so"
        ),
    ],
)
def test_each_sort_of_claim_is_recorded_and_its_break_found(
    project: Path, text: str, before: str, after: str, code: str
) -> None:
    (project / "rates" / "_io.py").write_text(IO, encoding="utf-8")
    (project / "rates" / "__init__.py").write_text(PASSED_ON, encoding="utf-8")
    (project / "docs" / "guide.md").write_text(f"# `rates._io.load`\n\n{text}\n", encoding="utf-8")
    tracked(project)
    assert check([], root=project).findings == ()
    for name in ("_io.py", "__init__.py"):
        source = project / "rates" / name
        source.write_text(source.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    assert {finding.code for finding in check([], root=project).findings} == ({code} if code else set())
