"""Versions that a text states of a package, and those that are history, another's, or no claim at all."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from claimed import contradicted, entry, told

from docgen.check import check
from docgen.claims.layout import Page
from docgen.claims.versions import versions_in
from docgen.settings import Settings
from docgen.track import track

RATES = entry(about="rates", kind="package", distribution="rates-io", version="2.3.1", requires_python=">=3.10,<4")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Requires Python 3.10+.", id="plus"),
        pytest.param("`rates` requires Python 3.10 or newer.", id="by its name"),
        pytest.param("Rates-IO needs Python >= 3.10.", id="by its distribution's name"),
        pytest.param("This library requires at least Python 3.10.", id="at least"),
        pytest.param("It officially supports Python 3.10 and above.", id="support"),
        pytest.param("rates supports Python 3.10, 3.11 and 3.12.", id="a list"),
        pytest.param("It works with CPython 3.10 through 3.13.", id="a range"),
        pytest.param("Python 3.10+ is required.", id="the other way round"),
        pytest.param("## Requirements\n\n- Python 3.10 or later\n- NumPy 2", id="an item of requirements"),
        pytest.param("# Install\n\nIt requires Python **3.10** or higher.", id="bold"),
    ],
)
def test_the_python_that_is_required_is_recorded(text: str) -> None:
    assert told(text, RATES).get("requires_python") == ">=3.10,<4"
    assert contradicted(text, RATES) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Requires Python 3.8+.", id="older"),
        pytest.param("`rates` requires Python 3.11 or newer.", id="newer"),
        pytest.param("rates supports Python 3.9, 3.10 and 3.11.", id="a list that begins too early"),
        pytest.param("## Requirements\n\n* Python 3.9+", id="an item of requirements"),
    ],
)
def test_another_python_than_the_metadata_require_is_contradicted(text: str) -> None:
    ((kind, name, _),) = contradicted(text, RATES)
    assert (kind, name) == ("version", "requires_python")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("To build the docs, Python 3.8+ is required.", id="for one purpose"),
        pytest.param("Tests require Python 3.8+.", id="of the tests"),
        pytest.param("`curl` requires Python 3.8+.", id="of another thing"),
        pytest.param("The plugin for NumPy requires Python 3.8+.", id="of a part"),
        pytest.param("Version 1.4 is the last that supports Python 3.6+.", id="of an old version"),
        pytest.param("We dropped Python 3.8 and newer is fine.", id="dropped"),
        pytest.param("It supports Python 3.12 and newer.", id="support that begins later"),
        pytest.param("Tested with Python 3.8.", id="one version"),
        pytest.param("[![Python](https://img.shields.io/badge/python-3.8+-blue)](x)", id="a badge"),
        pytest.param("## Changelog\n\nRequires Python 3.8+.", id="a changelog"),
        pytest.param("Changed in version 1.2: requires Python 3.8+.", id="history"),
        pytest.param("If you use Windows, it requires Python 3.8+.", id="a condition"),
        pytest.param("```\nRequires Python 3.8+\n```", id="code"),
        pytest.param("It requires Python 3.8+ if you can.", id="a condition after it"),
    ],
)
def test_what_is_not_said_of_the_package_today_is_no_claim(text: str) -> None:
    assert contradicted(text, RATES) == []
    assert "requires_python" not in told(text, RATES)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\npip install rates-io==2.3.1\n```", id="a pin in a command"),
        pytest.param("Run `pip install rates_io[fast]==2.3`.", id="a pin with extras, spelled otherwise"),
        pytest.param("```yaml\n- repo: https://example.com/x/rates-io\n  rev: v2.3.1\n```", id="a hook's revision"),
        pytest.param("```\npip install git+https://example.com/x/rates.git@v2.3.1\n```", id="a tag in an address"),
        pytest.param("The current version is 2.3.1.", id="in words"),
        pytest.param("The latest stable release of `rates` is v2.3.", id="in words, by name"),
        pytest.param("This is the documentation for rates version 2.3.", id="of the documentation"),
    ],
)
def test_the_version_of_today_is_recorded_where_it_is_stated(text: str) -> None:
    assert told(text, RATES).get("version") == "2.3.1"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\npip install rates-io==1.9\n```", id="another version, which may be meant"),
        pytest.param("```\npip install ratesio-extra==2.3.1\n```", id="another distribution"),
        pytest.param("Starting from `rates-io==2.3.1`, rates are kept.", id="a version since when"),
        pytest.param("For compatibility with `rates-io==2.3.*` releases.", id="any release of a series"),
        pytest.param("New in version 2.3.1: `load`.", id="history"),
        pytest.param("Since 2.3.1 it is faster.", id="a number alone"),
        pytest.param("The current version of NumPy is 2.3.1.", id="another project's"),
        pytest.param("`rates-io>=2.3.1`", id="no exact pin"),
        pytest.param("The current version is 2.3.15.", id="a longer number"),
    ],
)
def test_other_version_numbers_state_nothing(text: str) -> None:
    assert "version" not in told(text, RATES)
    assert contradicted(text, RATES) == []


def test_a_version_that_is_no_release_is_never_recorded() -> None:
    ahead = entry(about="rates", kind="package", version="2.4.0.dev1")
    assert "version" not in told("The current version is 2.4.0.", ahead)


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("Python 3.9, ", id="releases"),
        pytest.param("requires Python 3.9+ ", id="requirements without an end"),
        pytest.param("rates-io==", id="pins"),
        pytest.param("repo: x/rates\n", id="hooks"),
        pytest.param("/rates@", id="tags"),
    ],
)
def test_hostile_text_costs_time_in_proportion(piece: str) -> None:
    def seconds(number: int) -> float:
        page = Page.of(piece * number)
        start = time.process_time()
        list(versions_in(page, RATES))
        return time.process_time() - start

    assert seconds(1600) < 12 * seconds(400) + 0.2, "four times the text, where a square would take sixteen times as long"


PYPROJECT = '[project]\nname = "rates-io"\nversion = "2.3.1"\nrequires-python = ">=3.10"\n'
README = """# Exchange rates for all

## Installation

    pip install rates

Run `pip install rates-io==2.3` in a fresh environment. Requires Python 3.10+.

## History

Requires Python 3.8+, said the first release.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates" / "__init__.py").write_text('"""Exchange rates."""\n', encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    return tmp_path


def test_a_readme_that_requires_another_python_is_contradicted(project: Path) -> None:
    assert check([project / "README.md"], root=project).findings == ()
    (project / "pyproject.toml").write_text(PYPROJECT.replace(">=3.10", ">=3.12"), encoding="utf-8")
    (found,) = check([project / "README.md"], root=project).findings
    assert (found.code, found.line, found.source) == ("contradicted-version", 7, "pyproject.toml:4")
    assert found.message == (
        "contradicted: `rates` is said to need Python 3.10 or newer, it requires >=3.12 (pyproject.toml:4)"
    )


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        pytest.param("2.3.1", "2.4.0", ["stale-version"], id="a new version"),
        pytest.param("2.3.1", "2.3.2", [], id="a new version that prints alike"),
        pytest.param('">=3.10"', '">=3.11"', ["stale-version"], id="another python"),
        pytest.param('">=3.10"', '">=3.10,<4"', [], id="the same python, spelled otherwise"),
        pytest.param("2.3.1", '2.3.1"\ndescription = "Rates', [], id="other metadata"),
    ],
)
def test_a_tracked_readme_is_held_against_todays_metadata(project: Path, old: str, new: str, codes: list[str]) -> None:
    assert not track([project / "README.md"], root=project, settings=Settings()).findings
    assert check(root=project).findings == ()
    (project / "pyproject.toml").write_text(PYPROJECT.replace(old, new), encoding="utf-8")
    assert [finding.code for finding in check(root=project).findings] == codes
