"""The pytest plugin: a sample project whose test suite asserts what its documents say, run by a pytest of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
SOURCE = '''"""Exchange rates."""


def load(path, timeout=30):
    """Read exchange rates from a file."""
    if timeout < 0:
        raise ValueError("timeout is negative")
'''
GUIDE = """# `rates`

## `load`

### Introduction

`load` reads exchange rates from a file. `timeout` defaults to 30.

### Error Handling

`ValueError` is raised if `timeout` is negative.
"""
SUITE = """
def test_the_guide_says_what_the_code_does(docgen):
    docgen.check("docs/guide.md")


def test_the_guide_scores_well(docgen):
    report = docgen.score("docs/guide.md", reference="approved/guide.md", minima={"claims.precision": 100})
    assert report.columns[0].value("chrF") > 50


def test_the_guide_did_not_get_worse(docgen):
    docgen.score("docs/guide.md", reference="approved/guide.md", baseline="scores.json")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a package, a guide, an approved version of it, a baseline and a test suite."""
    files = {
        "rates/__init__.py": SOURCE,
        "docs/guide.md": GUIDE,
        "approved/guide.md": GUIDE,
        "tests/test_docs.py": SUITE,
        "docgen.toml": "check.written = true\n",
        "pytest.ini": "[pytest]\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    made = run(
        tmp_path,
        "docgen",
        "score",
        "docs/guide.md",
        "--reference",
        "approved",
        "--baseline",
        "scores.json",
        "--update-baseline",
    )
    assert made.returncode == 0, made.stderr
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "DOCGEN_CACHE": str(folder / ".cache")}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)


def suite(folder: Path, *words: str) -> str:
    """What pytest prints for the project; the plugin is named, as docgen need not be installed here."""
    is_installed = any(found.value == "docgen.testing" for found in entry_points(group="pytest11"))
    plugin = [] if is_installed else ["-p", "docgen.testing"]
    return run(folder, "pytest", *plugin, "-p", "no:cacheprovider", "-q", *words).stdout


def test_a_suite_passes_while_the_documents_are_true(project: Path) -> None:
    assert "3 passed" in suite(project)


def test_a_changed_default_fails_the_suite_and_says_where(project: Path) -> None:
    source = project / "rates" / "__init__.py"
    source.write_text(SOURCE.replace("timeout=30", "timeout=10"), encoding="utf-8")
    told = suite(project)
    assert "3 failed" in told
    assert re.search(r"docs/guide\.md:7: contradicted: .*`?timeout`?.* 30.* 10", told)
    assert "claims.precision of docs/guide.md is" in told and "under its minimum of 100" in told
    assert "contradicted by their facts, 0 in the baseline" in told
    assert "Traceback" not in told and "docgen/testing.py" not in told


def test_documents_that_an_option_names_are_tests_of_their_own(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\ndocgen_documents = docs/*.md approved/*.md\ntestpaths = docs approved\n")
    assert "2 passed" in suite(project)
    (project / "docs" / "guide.md").write_text(GUIDE.replace("to 30", "to 31"), encoding="utf-8")
    told = suite(project)
    assert "1 failed, 1 passed" in told and "docgen check docs/guide.md" in told and "Traceback" not in told


def test_without_the_option_documents_are_no_tests(project: Path) -> None:
    assert "no tests ran" in suite(project, "docs")


def test_a_document_that_is_not_there_is_an_error_in_words(project: Path) -> None:
    (project / "tests" / "test_docs.py").write_text(
        "def test_it(docgen):\n    docgen.check('docs/gone.md')\n", encoding="utf-8"
    )
    told = suite(project)
    assert "1 failed" in told and "docs/gone.md" in told
