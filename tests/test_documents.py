"""Documents of every format: what of them becomes Markdown, on which lines it stood, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.corpus.documents import Page, is_model_card, read_card, read_document, without_dialect
from docgen.corpus.documents.readme import readme_of
from docgen.corpus.documents.restructured import restructured_page
from docgen.report import InputError


def page_of(text: str) -> Page:
    return restructured_page(text, "page.rst")


def shown(text: str) -> str:
    """A page of reStructuredText as Markdown, without blank lines."""
    return "\n".join(line for line in str(page_of(text).document).split("\n") if line)


def in_file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# reStructuredText

RATES = """============
Rates & more
============

.. currentmodule:: bank.http

Loading is done by :func:`~load` or a
:class:`Client <bank.Client>`; see ``load(1)``.

Usage
-----

.. note:: Words of a note
   that go on.

* one item
  of two lines
* another

Tables
~~~~~~

.. code-block:: python
   :caption: Never shown

   import bank
"""


def test_every_line_of_restructured_text_keeps_its_line_in_the_file() -> None:
    page = page_of(RATES)
    written = RATES.split("\n")
    for line, number in zip(str(page.document).split("\n"), page.lines, strict=False):
        words = re.findall(r"[A-Za-z]{3,}", line)
        assert not words or line.startswith("```") or any(word in written[number - 1] for word in words), (line, number)


def test_sections_of_restructured_text_nest_as_they_do_there() -> None:
    page = page_of(RATES)
    headed = [(item.level, item.heading, page.line(item.line)) for item in page.document.headed_sections()]
    assert headed == [(1, "Rates & more", 2), (2, "Usage", 10), (3, "Tables", 20)]


def test_the_symbols_that_roles_name_are_told_with_their_module() -> None:
    page = page_of(RATES)
    names = [name for number in sorted(page.cited) for name in page.cited[number]]
    assert names == ["bank.http:load", "bank.http:bank.Client"]
    assert page.code == ("import bank.http",)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        pytest.param("Title\n===\n\nText.\n", "Title\n\\===\nText.", id="a line of signs that is too short"),
        pytest.param("a paragraph\nof two lines\n", "a paragraph\nof two lines", id="a paragraph"),
        pytest.param("Use ``a`` and `b <https://b.c>`_ and c_.\n", "Use `a` and b and c.", id="code and links"),
        pytest.param(":class:`Client <bank.http.Client>` it is\n", "`Client` it is", id="a role with a title"),
        pytest.param(":py:meth:`~bank.Client.get` it is\n", "`get` it is", id="a role with its last name"),
        pytest.param("See :doc:`the guide <guide>` and :ref:`x`.\n", "See the guide and x.", id="roles that point elsewhere"),
        pytest.param(":made-up:`some words` and :file:`a.txt`\n", "some words and `a.txt`", id="unknown roles"),
        pytest.param("So :pep:`8` and :math:`a^2` say.\n", "So PEP 8 and $a^2$ say.", id="rules and formulas"),
        pytest.param("Set `timeout_s` to *three* or **four**.\n", "Set `timeout_s` to *three* or **four**.", id="default role"),
        pytest.param("1. one\n2. two\n", "1. one\n2. two", id="a numbered list"),
        pytest.param("- a\n\n  - b\n\n    more\n", "- a\n  - b\n    more", id="lists in lists"),
        pytest.param("term\n   said of it\n", "- term: said of it", id="a definition"),
        pytest.param("-f FILE  reads it\n", "- `-f FILE`: reads it", id="an option"),
        pytest.param(
            "Said:\n\n:param int url: where\n:raises OSError: when\n",
            "Said:\n- `url`: where\n- raises `OSError`: when",
            id="fields",
        ),
        pytest.param(
            "===== =====\na     b\n===== =====\n1     2\n===== =====\n", "| a | b |\n| --- | --- |\n| 1 | 2 |", id="table"
        ),
        pytest.param("Then::\n\n    a = 1\n", "Then:\n```\na = 1\n```", id="a literal block"),
        pytest.param(">>> 1 + 1\n2\n", "```python\n>>> 1 + 1\n2\n```", id="a doctest"),
        pytest.param(".. code-block:: toml\n   :linenos:\n\n   a = 1\n", "```toml\na = 1\n```", id="a code block"),
        pytest.param("| one\n| two\n", "one\ntwo", id="lines"),
        pytest.param("    A quote.\n", "A quote.", id="a quote"),
        pytest.param("A word [1]_ and [CIT]_.\n\n.. [1] Note.\n", "A word  and .", id="footnotes"),
        pytest.param("Now |v|.\n\n.. |v| replace:: *1.2*\n", "Now *1.2*.", id="a substitution"),
        pytest.param("Now |release|.\n", "Now release.", id="an unknown substitution"),
        pytest.param(".. a comment\n\nText.\n", "Text.", id="a comment"),
        pytest.param("Text.\n\n# no heading\n", "Text.\n\\# no heading", id="what Markdown would take for a heading"),
        pytest.param("A line of ==== signs\n", "A line of ==== signs", id="signs in a line"),
        pytest.param(":orphan:\n\nText.\n", "Text.", id="a field that steers Sphinx"),
    ],
)
def test_restructured_text_becomes_markdown(text: str, markdown: str) -> None:
    assert shown(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        pytest.param(".. warning::\n\n   Words.\n", "Words.", id="a warning"),
        pytest.param(".. versionadded:: 2.0\n   The cache.\n", "Added in version 2.0: The cache.", id="what is new"),
        pytest.param(".. versionchanged:: 2.0\n", "Changed in version 2.0.", id="what has changed"),
        pytest.param(".. admonition:: Mind this\n\n   Words.\n", "**Mind this**\nWords.", id="a box with a title"),
        pytest.param(
            ".. tab-set::\n\n   .. tab-item:: Linux\n      :sync: a\n\n      Words.\n", "**Linux**\nWords.", id="tabs"
        ),
        pytest.param(".. made:up:: x/y.txt\n   :a: b\n\n   Words.\n", "Words.", id="an unknown directive"),
        pytest.param(".. made-up:: Words that are prose\n", "Words that are prose", id="an unknown directive's prose"),
        pytest.param(".. toctree::\n   :maxdepth: 2\n\n   guide\n   api\n", "", id="a table of contents"),
        pytest.param(".. figure:: a.png\n\n   A caption.\n", "", id="a picture"),
        pytest.param(".. automodule:: bank\n   :members:\n", "", id="what is filled in later"),
        pytest.param(".. function:: load(url)\n\n   Loads it.\n", "`load(url)`\nLoads it.", id="a description"),
        pytest.param(
            ".. py:class:: Client\n\n   .. py:method:: get()\n\n      Gets.\n", "`Client`\n`get()`\nGets.", id="members"
        ),
        pytest.param(".. class:: align-center\n\n   Words.\n", "Words.", id="a style"),
        pytest.param(".. raw:: html\n\n   <b>bold</b>\n", "", id="raw text"),
        pytest.param(".. only:: html\n\n   Words.\n", "Words.", id="a condition"),
        pytest.param(".. list-table::\n\n   * - a\n     - b\n", "| a | b |\n| --- | --- |", id="a table of lists"),
        pytest.param("+--+--+\n| a | b |\n+--+--+\n", "| a | b |", id="a table that is not one"),
        pytest.param(".. note::\n   :nope: x\n\n   Words.\n", "Words.", id="an unknown option"),
    ],
)
def test_directives_keep_what_asserts_something(text: str, markdown: str) -> None:
    assert shown(text) == markdown


def test_no_file_is_put_into_a_page(tmp_path: Path) -> None:
    in_file(tmp_path, "secret.txt", "hidden words")
    secret = tmp_path / "secret.txt"
    directives = [f".. {name}:: {secret}" for name in ("include", "literalinclude", "made-up")]
    directives += [f".. csv-table::\n   :file: {secret}", f".. raw:: html\n   :file: {secret}"]
    assert "hidden" not in shown("\n\n".join([*directives, "Text.", ""]))


def test_a_description_and_its_members_are_told_as_what_the_page_describes() -> None:
    text = ".. py:module:: bank\n\n.. class:: Client(url)\n\n   Like :meth:`get`.\n\n.. autofunction:: bank.load\n"
    assert [name for names in page_of(text).cited.values() for name in names] == [
        "=bank:Client",
        "bank.Client:get",
        "=bank:bank.load",
    ]


@given(
    st.lists(
        st.sampled_from(
            ["", "Title", "=====", "-----", "  x", "* a", ".. note::", "   b", "`c`", "|d|", "::", "+-+", "* *", ".. x:: y"]
        )
    )
)
def test_whatever_restructured_text_holds_it_is_read_or_refused(lines: list[str]) -> None:
    page = page_of("\n".join(lines) + "\n")
    assert all(1 <= number <= len(lines) + 1 for number in page.lines)
    assert len(page.lines) == str(page.document).count("\n")


# Notebooks


def notebook(*cells: tuple[str, object], version: int = 4) -> str:
    made = [{"cell_type": kind, "source": source, "metadata": {}} for kind, source in cells]
    if version == 4:
        return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    old = [
        {
            "cell_type": kind,
            "input" if kind == "code" else "source": source,
            "metadata": {},
            "language": "python",
            "outputs": [],
        }
        for kind, source in cells
    ]
    return json.dumps({"worksheets": [{"cells": old}], "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}, indent=1)


@pytest.mark.parametrize("version", [3, 4])
def test_a_notebook_is_its_markdown_cells_with_its_code_beside_them(tmp_path: Path, version: int) -> None:
    cells = (
        ("markdown", ["# bank.http\n", "It loads é."]),
        ("code", ["import bank"]),
        ("markdown", ["## Overview\n", "\n", "Loads."]),
    )
    path = in_file(tmp_path, "guide.ipynb", notebook(*cells, version=version))
    page = read_document(path, "guide.ipynb")
    first, overview = page.document.headed_sections()
    assert (first.heading, overview.heading, overview.text.strip(), page.code) == (
        "bank.http",
        "Overview",
        "Loads.",
        ("import bank",),
    )
    written = path.read_text().splitlines()
    assert "## Overview" in written[page.line(overview.line) - 1] and "# bank.http" in written[page.line(first.line) - 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("{", "not JSON", id="cut short"),
        pytest.param("", "not JSON", id="empty"),
        pytest.param("[]", "not a notebook", id="a list"),
        pytest.param("3", "not a notebook", id="a number"),
        pytest.param('{"worksheets": []}', "not a notebook", id="no version"),
        pytest.param('{"cells": 3, "nbformat": 4, "nbformat_minor": 5}', "not a notebook", id="cells that are none"),
        pytest.param('{"nbformat": 99, "nbformat_minor": 0, "cells": []}', "not a notebook", id="a version to come"),
        pytest.param('{"nbformat": 3, "nbformat_minor": 0, "metadata": {}}', "not a notebook", id="old and without sheets"),
        pytest.param("[" * 100_000, "not", id="too deep"),
    ],
)
def test_a_file_that_is_no_notebook_is_told(tmp_path: Path, content: str, message: str) -> None:
    path = in_file(tmp_path, "guide.ipynb", content)
    with pytest.raises(InputError, match=message) as caught:
        read_document(path, "docs/guide.ipynb")
    assert caught.value.where.startswith("docs/guide.ipynb")


def test_cells_of_other_sorts_and_shapes_are_passed_over(tmp_path: Path) -> None:
    cells = [("raw", "x"), ("markdown", 4), ("markdown", "A."), ("heading", "B.")]
    path = in_file(tmp_path, "a.ipynb", notebook(*cells))
    assert str(read_document(path, "a.ipynb").document).strip() == "A."


# Markdown and its dialects


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param('!!! note "Title"\n    Words.\n\n    More.\nAfter.', "\nWords.\n\nMore.\nAfter.", id="a box of MkDocs"),
        pytest.param("??? tip\n    ```py\n    a\n    ```", "\n```py\na\n```", id="code in a box"),
        pytest.param("```{note}\n:class: x\nWords.\n```", "\n\nWords.\n", id="a directive of MyST"),
        pytest.param(":::{tip} Some words\nMore.\n:::", "Some words\nMore.\n", id="a fence of colons"),
        pytest.param("```{code-cell} ipython3\n:tags: [a]\na = 1\n```", "```ipython3\n\na = 1\n```", id="a code cell"),
        pytest.param("```{toctree}\na\nb\n```", "\n\n\n", id="a table of contents"),
        pytest.param("```{deprecated} 3.1\n```", "Deprecated since version 3.1.\n", id="what is old"),
        pytest.param(
            "::: bank.load\n    options:\n      a: b\nText.", "\n    options:\n      a: b\nText.", id="a name filled in"
        ),
        pytest.param("(here)=\n# A", "\n# A", id="a target"),
        pytest.param(
            "```md\n!!! note\n    a\n:::{tip}\n```", "```md\n!!! note\n    a\n:::{tip}\n```", id="shown as an example"
        ),
        pytest.param("```{note}\n```py\na\n```\n```", "\n```py\na\n```\n", id="a fence in a directive"),
    ],
)
def test_dialects_become_plain_markdown_on_the_same_lines(text: str, plain: str) -> None:
    assert without_dialect(text) == plain


@given(
    st.lists(
        st.sampled_from(["", "a", "    b", "```", "```{note}", ":::", ":::{x}", "!!! a", "::: c.d", ":e: f", "~~~", "(g)="])
    )
)
def test_plain_markdown_has_as_many_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert without_dialect(text).count("\n") == text.count("\n")


def test_a_broken_marker_is_told_with_its_line(tmp_path: Path) -> None:
    path = in_file(tmp_path, "page.md", "# a\n\n<!-- docgen:section introduction of=a -->\n")
    with pytest.raises(InputError) as caught:
        read_document(path, "docs/page.md")
    assert caught.value.where == "docs/page.md:3"


# READMEs of installed packages


@pytest.mark.parametrize(
    ("metadata", "text", "suffix", "line"),
    [
        pytest.param("Name: a\nDescription-Content-Type: text/markdown\n\n# A\n", "# A\n", ".md", 4, id="Markdown"),
        pytest.param(
            "Name: a\nDescription-Content-Type: text/markdown; charset=UTF-8\n\n# A\n", "# A\n", ".md", 4, id="charset"
        ),
        pytest.param("Name: a\n\nA\n=\n", "A\n=\n", ".rst", 3, id="the default"),
        pytest.param("Name: a\nDescription-Content-Type: text/x-rst\n\nA\n=\n", "A\n=\n", ".rst", 4, id="reStructuredText"),
        pytest.param("Name: a\nDescription-Content-Type: text/plain\n\nA\n", "A\n", ".md", 4, id="plain"),
        pytest.param("Name: a\nDescription: A\n        =\n        B\nX: y\n", "A\n=\nB", ".rst", 2, id="a field"),
        pytest.param("Name: a\n", "", ".rst", 2, id="none"),
    ],
)
def test_the_readme_is_found_in_the_metadata(metadata: str, text: str, suffix: str, line: int) -> None:
    readme = readme_of(metadata)
    assert (readme.text, readme.suffix, readme.line) == (text, suffix, line)


def test_a_readme_in_the_metadata_keeps_its_lines(tmp_path: Path) -> None:
    path = in_file(tmp_path, "a-1.dist-info/METADATA", "Name: a\nDescription-Content-Type: text/markdown\n\n# A\n\nText.\n")
    page = read_document(path, "METADATA")
    (section,) = page.document.headed_sections()
    assert (section.heading, page.line(section.line)) == ("A", 4)


# Bytes


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("# Grüße\n".encode(), "# Grüße\n", id="UTF-8"),
        pytest.param("\ufeff# Grüße\r\n".encode(), "# Grüße\n", id="UTF-8 with a mark and Windows line ends"),
        pytest.param("# Grüße\n".encode("utf-16"), "# Grüße\n", id="UTF-16"),
        pytest.param("<!-- -*- coding: latin-1 -*- -->\n# Grüße\n".encode("latin-1"), None, id="declared"),
        pytest.param(
            ("# Grüße\n\n" + "Das Maß für größere Flächen wäre schön, wenn man es hätte. " * 5).encode("cp1252"),
            None,
            id="Latin-1",
        ),
        pytest.param(
            ("# Курсы\n\n" + "Загружает курсы валют за один день и хранит их. " * 5).encode("cp1251"), None, id="Cyrillic"
        ),
    ],
)
def test_a_document_in_another_encoding_is_read(tmp_path: Path, content: bytes, text: str | None) -> None:
    found = str(read_document(in_file(tmp_path, "a.md", content), "a.md").document)
    assert found == text if text is not None else ("Grüße" in found or "Загружает курсы" in found)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.md", b"# A\n\n\x00\x01\x02\xff\xfe binary \x80\n", "not utf-8", id="binary"),
        pytest.param("a.md", b"# A\n\nText\x00\n", "control character 0x00", id="a null character"),
        pytest.param("a.rst", b"A" * 20_000, "a line of 20,000 characters", id="a very long line"),
        pytest.param("a.md", b"a\n" * 200_001, "200,001 lines", id="very many lines"),
        pytest.param("a.md", b"a" * 8_000_001, "8,000,001 characters", id="very many characters"),
        pytest.param("a.rst", (b"a" * 99 + b"\n") * 20_001, "2,000,100 characters", id="much markup"),
        pytest.param("a.ipynb", b"\x1f\x8b\x08\x00", "not utf-8", id="a packed notebook"),
    ],
)
def test_what_is_no_document_is_told(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_document(in_file(tmp_path, name, content), f"docs/{name}")
    assert caught.value.where.startswith(f"docs/{name}") and caught.value.fix


def test_a_file_that_is_gone_is_told_by_the_name_that_people_know(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file") as caught:
        read_document(tmp_path / "gone.md", "docs/gone.md")
    assert caught.value.where == "docs/gone.md"


def test_text_that_is_nested_very_deeply_is_read_or_told(tmp_path: Path) -> None:
    deep = "\n\n".join("  " * depth + "* x" for depth in range(600))
    try:
        read_document(in_file(tmp_path, "a.rst", deep), "a.rst")
    except InputError as error:
        assert "nested too deeply" in error.what


# Model cards by themselves

CARD = """---
license: apache-2.0
base_model: acme/base
pipeline_tag: text-classification
model-index:
- name: acme/triage
  results:
  - dataset: {name: Letters}
    metrics:
    - {type: accuracy, value: 0.91}
    - {type: f1, value: 0.8, name: F1}
  - dataset: {name: Mails}
    metrics:
    - {type: f1, value: 0.7}
    - {type: wer, value: unknown}
---
# Triage
"""


def test_a_card_by_itself_gives_the_facts_of_its_front_matter(tmp_path: Path) -> None:
    path = in_file(tmp_path, "triage/README.md", CARD)
    assert is_model_card(path)
    (entry,) = read_card(path, "triage/README.md")
    assert entry.about == "triage"
    stated = {
        name: entry.get(name) for name in ("license", "base_model", "task", "eval.accuracy", "eval.Letters_f1", "eval.Mails_f1")
    }
    assert stated == {
        "license": "apache-2.0",
        "base_model": "acme/base",
        "task": "text-classification",
        "eval.accuracy": 0.91,
        "eval.Letters_f1": 0.8,
        "eval.Mails_f1": 0.7,
    }
    assert entry.get("card.pipeline_tag") == "text-classification" and entry.get("eval.wer") is None


@pytest.mark.parametrize(
    ("text", "about"),
    [
        pytest.param("---\nlibrary_name: peft\n---\n# A\n", "mine", id="the folder's name"),
        pytest.param("---\npipeline_tag: x\nmodel-index: 3\n---\n", "mine", id="an index that is none"),
        pytest.param(
            "---\nbase_model: [a, b]\nmodel-index: [{name: n, results: [3, {metrics: [4]}]}]\n---\n", "n", id="odd results"
        ),
    ],
)
def test_a_card_says_what_it_is_about(tmp_path: Path, text: str, about: str) -> None:
    path = in_file(tmp_path, "mine/README.md", text)
    assert is_model_card(path)
    assert [entry.about for entry in read_card(path, "README.md")] == [about]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# A model\n", id="no front matter"),
        pytest.param("---\ntitle: A page\n---\n", id="a page's"),
        pytest.param("---\nlicense: mit\ntask_categories: [x]\n---\n", id="a data set's"),
        pytest.param("---\nbase_model: x\n", id="never closed"),
    ],
)
def test_other_documents_are_no_cards(tmp_path: Path, text: str) -> None:
    assert not is_model_card(in_file(tmp_path, "README.md", text))


def test_front_matter_that_is_not_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    path = in_file(tmp_path, "README.md", "---\nbase_model: [a\n---\n")
    with pytest.raises(InputError, match="not YAML") as caught:
        read_card(path, "README.md")
    assert caught.value.where.startswith("README.md:")
