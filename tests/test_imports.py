"""Imports that documents show: told where they would fail, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.check import check

SOURCE = '''"""Exchange rates."""

from rates.tables import Table
from rates import tables as _tables

MAX = 5
if MAX:
    LIMIT = 3


def load(currency):
    """Load the rates of a currency."""
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates" / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "rates" / "tables.py").write_text('"""Tables."""\n\n\nclass Table:\n    """A table."""\n', encoding="utf-8")
    return tmp_path


def codes(project: Path, text: str, name: str = "README.md") -> list[str]:
    (project / name).write_text(text, encoding="utf-8")
    return [finding.code for finding in check([project / name], root=project).findings]


def code(*lines: str) -> str:
    return "# Guide\n\nRead the rates:\n\n```python\n" + "\n".join(lines) + "\n```\n"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("from rates import load", id="a function"),
        pytest.param("from rates import Table, MAX", id="what is imported there, a constant"),
        pytest.param("from rates import LIMIT", id="what is bound under a condition"),
        pytest.param("from rates import tables", id="a module"),
        pytest.param("from rates.tables import (\n    Table,\n)", id="over lines"),
        pytest.param("from rates import __version__", id="a name of Python's"),
        pytest.param("from rates.native import fast", id="a module that is not there: it may be compiled"),
        pytest.param("from other import anything", id="another package"),
        pytest.param("import rates.nothing", id="a module alone"),
    ],
)
def test_an_import_that_works_or_may_is_no_finding(project: Path, line: str) -> None:
    assert codes(project, code(line)) == []


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        pytest.param("README.md", code("from rates import laod"), 6, id="Markdown"),
        pytest.param("README.md", code("from rates import (", "    load,", "    laod,", ")"), 6, id="one of several"),
        pytest.param("guide.rst", "Guide\n=====\n\nRead::\n\n    from rates import laod\n", 6, id="reStructuredText"),
    ],
)
def test_an_import_of_what_is_not_there_is_told_with_what_is_near(project: Path, name: str, text: str, line: int) -> None:
    (project / name).write_text(text, encoding="utf-8")
    (found,) = check([project / name], root=project).findings
    assert (found.code, found.line, found.old, found.new) == ("contradicted-path", line, "rates.laod", "rates.load")
    assert found.message == ("contradicted: imports laod from rates, which has no such name; it has load (rates/__init__.py:1)")


@pytest.mark.parametrize(
    "addition",
    [
        pytest.param("from rates.tables import *\n", id="a star"),
        pytest.param("def __getattr__(name):\n    return name\n", id="__getattr__"),
        pytest.param('globals()["laod"] = 1\n', id="globals"),
        pytest.param("def broken(:\n", id="a source that does not parse"),
    ],
)
def test_a_module_that_may_have_any_name_disproves_no_import(project: Path, addition: str) -> None:
    (project / "rates" / "__init__.py").write_text(SOURCE + addition, encoding="utf-8")
    assert "contradicted-path" not in codes(project, code("from rates import laod"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            code("from rates import laod").replace("# Guide", "# Upgrading from 1.0"), id="a guide from an older version"
        ),
        pytest.param(code("from rates import laod").replace("Read the rates", "Before 2.0"), id="a lead that says so"),
        pytest.param("# Guide\n\n## Changelog\n\n" + code("from rates import laod").partition("\n\n")[2], id="a changelog"),
        pytest.param("# Guide\n\nCall `from rates import laod` at your peril.\n", id="no code block"),
        pytest.param("# Guide\n\n<!--\n```python\nfrom rates import laod\n```\n-->\n", id="a comment"),
    ],
)
def test_code_of_another_time_is_no_finding(project: Path, text: str) -> None:
    assert codes(project, text) == []
