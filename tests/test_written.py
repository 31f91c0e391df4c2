"""Documents that people wrote, without markers: how they are read, what they are tied to, and what is wrong in them."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.check import check
from docgen.facts import Entry, Fact, Facts, Subject
from docgen.report import Finding, InputError
from docgen.settings import CheckSettings, Settings
from docgen.subjects import Subjects
from docgen.subjects.tying import ties_in
from docgen.subjects.written import page_of

SOURCE = '''"""Exchange rates."""

MAX_RETRIES = 5


def load(currency: str, timeout: float = 30.0, *, strict: bool = True) -> dict[str, float]:
    """Load the rates of a currency."""
    if not currency:
        raise ValueError("currency is empty")
    return {}


def drop(currency: str, timeout: float = 10.0) -> None:
    """Drop the rates of a currency."""


class Client:
    """A connection."""

    def fetch(self, url: str, timeout: float = 60.0) -> bytes:
        """Fetch a page."""
'''

RST = """Rates
=====

.. currentmodule:: rates

Read them with :func:`load`.

.. function:: load(currency, timeout={0})

   Load rates.

   :param timeout: seconds to wait, default ``{0}``

   .. versionchanged:: 2
      The default of ``timeout`` was 5.

A timeout of 7 seconds is the default of the host.

Clients
-------

.. class:: Client()

   .. method:: fetch(url, timeout={1})

      Fetch a page. ``timeout`` defaults to {1}.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("rates", "docs", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "rates" / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "tests" / "__init__.py").write_text("def load(currency, timeout=1): ...\n", encoding="utf-8")
    return tmp_path


def found(project: Path, name: str, text: str) -> list[tuple[int, str, object, object]]:
    """Line, code, old and new of what is wrong in a document of this text."""
    path = project / name
    path.write_text(text, encoding="utf-8")
    findings: tuple[Finding, ...] = check([path], root=project).findings
    return [(each.line, each.code, each.old, each.new) for each in findings]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("# `rates.load`\n\n`timeout` defaults to {}.\n", 3, id="heading with the path"),
        pytest.param("# Rates\n\n## `load`\n\n`timeout` defaults to {}.\n", 5, id="heading with the name"),
        pytest.param("# Rates\n\n### `load(currency, timeout={})`\n\nReads.\n", 3, id="heading with the signature"),
        pytest.param("# Waiting\n\n`rates.load` waits; its `timeout` defaults to {}.\n", 3, id="the symbol that is cited"),
        pytest.param(
            "# Waiting\n\n[load](api.md#rates.load) waits; `timeout` defaults to {}.\n", 3, id="the symbol that is linked"
        ),
        pytest.param("# `load`\n\n| Argument | Default |\n|---|---|\n| `timeout` | `{}` |\n", 5, id="table"),
        pytest.param("# `load`\n\n- `timeout`: how long (default {})\n", 3, id="list"),
        pytest.param("`load`\n======\n\n`timeout` defaults to {}.\n", 4, id="underlined heading"),
    ],
)
def test_a_passage_of_markdown_is_held_against_its_symbol(project: Path, text: str, line: int) -> None:
    assert found(project, "README.md", text.format("30.0")) == []
    assert found(project, "README.md", text.format("20.0")) == [(line, "contradicted-default", "20.0", "30.0")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# Waiting\n\n`timeout` defaults to 20.\n", id="no symbol"),
        pytest.param("# Waiting\n\n`load` and `drop`: `timeout` defaults to 20.\n", id="two symbols"),
        pytest.param("# `json.load`\n\n`timeout` defaults to 20.\n", id="another package's"),
        pytest.param("# `load`\n\nIf the host is slow, `timeout` defaults to 20.\n", id="on a condition"),
        pytest.param("# Changelog\n\n## `load`\n\n`timeout` defaults to 20.\n", id="changelog"),
        pytest.param("# 2.1 (2024-01-31)\n\n`rates.load`: `timeout` defaults to 20.\n", id="notes of a version"),
        pytest.param("# `load`\n\n```python\nload('EUR', timeout=20)\n```\n", id="example"),
        pytest.param("# `load`\n\n<!-- `timeout` defaults to 20. -->\n", id="comment"),
        pytest.param(
            "# `load`\n\n<!-- docgen:ignore contradicted-default as of 3 -->\n`timeout` defaults to 20.\n", id="ignored"
        ),
    ],
)
def test_a_passage_in_doubt_is_left_alone(project: Path, text: str) -> None:
    assert found(project, "README.md", text) == []


def test_descriptions_and_fields_of_restructured_text_are_understood(project: Path) -> None:
    assert found(project, "docs/api.rst", RST.format("30.0", "60.0")) == []
    wrong = found(project, "docs/api.rst", RST.format("20.0", "50.0"))
    assert [(line, old) for line, _, old, _ in wrong] == [(8, "20.0"), (12, "20.0"), (24, "50.0"), (26, "50.0")]


def test_a_notebook_is_read_by_its_text_cells(project: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# `rates.load`\n", "\n", "It waits; `timeout` defaults to 20.\n"]},
        {"cell_type": "code", "source": ["timeout = 20"], "outputs": []},
    ]
    text = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    [(line, code, _, _)] = found(project, "docs/tour.ipynb", text)
    assert code == "contradicted-default" and "defaults to 20" in text.split("\n")[line - 1]


def test_a_notebook_with_escaped_letters_has_its_places() -> None:
    cell = {"cell_type": "markdown", "source": ["# Caf\u00e9\n", "\n", "Na\u00efve."]}
    text = json.dumps({"cells": [cell]}, indent=1)
    assert "\\u00e9" in text
    page = page_of(text, "tour.ipynb")
    places = [page.line(number) for number in (1, 3)]
    assert ["Caf" in text.split("\n")[places[0] - 1], "Na" in text.split("\n")[places[1] - 1]] == [True, True]


def test_what_is_no_notebook_is_told(project: Path) -> None:
    assert [code for _, code, _, _ in found(project, "docs/tour.ipynb", "{")] == ["unknown-document"]


@pytest.mark.parametrize(
    ("written", "expected"), [pytest.param(True, ["docs/guide.rst"], id="on"), pytest.param(False, [], id="off")]
)
def test_the_folder_of_documents_is_checked_where_the_settings_say_so(
    project: Path, written: bool, expected: list[str]
) -> None:
    (project / "docs" / "guide.rst").write_text(RST.format("20.0", "60.0"), encoding="utf-8")
    (project / "notes.rst").write_text(RST.format("20.0", "60.0"), encoding="utf-8")
    asked = replace(Settings(), check=CheckSettings(written=written))
    assert sorted({each.path for each in check([], root=project, settings=asked).findings}) == expected


def test_what_a_tracked_document_leaves_open_is_found_when_the_source_changes(project: Path) -> None:
    text = "# `load`\n\n`timeout` defaults to 30.0.\n"
    assert found(project, "README.md", text) == []
    source = project / "rates" / "__init__.py"
    source.write_text(SOURCE.replace("30.0", "31.0"), encoding="utf-8")
    assert found(project, "README.md", text) == [(3, "contradicted-default", "30.0", "31.0")]


LOAD = Entry(
    "rates.load", (Fact("kind", "function"), Fact("parameters", ["timeout"]), Fact("parameters.timeout.default", "30"))
)
RATES = Facts(Subject("api", "rates"), (Entry("rates", (Fact("kind", "package"),)), LOAD))
PIECES = st.sampled_from(
    [
        *"# ## ==== ---- ~~~~ `load` rates.load :func:`load` .. function:: load( class:: currentmodule:: rates ``` ::".split(),
        *("\n", "\n\n", "    ", "\t", ".. method:: ", "[{", "docgen:", "<!--", "-->", "\0", "\u2028", "1.2"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["a.md", "a.rst"]), st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join)
)
def test_any_text_is_read_or_refused(shown: str, text: str) -> None:
    try:
        page = page_of(text, shown)
    except InputError:
        return
    for tie in ties_in(page, text, shown, Subjects(((RATES,),)), Settings()):
        assert len(tie.lines) == tie.text.count("\n") + 1
        assert all(1 <= line <= text.count("\n") + 1 for line in tie.lines)


@pytest.mark.parametrize(
    "piece", ["a\n=\n", ".. class:: A\n", "   .. method:: b(\n", ":func:`load` ", "x\n---\n\n", " a\n"], ids=repr
)
def test_reading_costs_time_in_proportion(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.process_time()
        page_of(text, "a.rst")
        return time.process_time() - started

    assert seconds(40_000) < 9 * seconds(10_000) + 0.1
