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
    assert (report.findings, report.summary) == ((), {"documents": 1, "sections": 5})
    assert keys_of(project) == KEYS


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
    assert [(finding.code, finding.line, finding.section) for finding in findings] == [("stale", 6, "passage:rates.load")]


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
