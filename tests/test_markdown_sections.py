"""Labelled passages of documents: which become examples, what they are about, and what their text is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.corpus.documents import markdown_of, read_document
from docgen.corpus.markdown import Subjects, Unused, plain_text, sections_of
from docgen.corpus.store import Example
from docgen.document import Document, render_section
from docgen.facts import Entry, Fact, Facts, Subject
from docgen.report import InputError
from docgen.settings import Settings

TEXT = "Loads the rates of a day."


def package(name: str, *members: str) -> Facts:
    kinds = {True: "class", False: "function"}
    entries = [Entry(name, (Fact("kind", "package"),))]
    entries += [Entry(f"{name}.{item}", (Fact("kind", kinds[item.rpartition(".")[2][:1].isupper()]),)) for item in members]
    return Facts(Subject("api", name), entries)


BANK = package("bank", "http", "http.load", "http.Client", "http.Client.get", "files.Reader", "files.Reader.get", "files.save")
SHOP = package("shop", "orders.load", "orders.pay")
MODEL = Facts(Subject("model", "models/triage"), [Entry("triage", (Fact("task", "text-classification"),))])


def found(text: str, *facts: Facts, near: tuple[Facts, ...] = (), settings: Settings | None = None) -> list[Example | Unused]:
    document = Document.parse(text, "page.md")
    subjects = Subjects((near, facts or (BANK,)))
    return list(
        sections_of(document, "page.md", subjects, settings or Settings(), source="page", license="MIT", origin="markdown")
    )


def abouts(text: str, *facts: Facts, near: tuple[Facts, ...] = ()) -> list[tuple[str, str]]:
    return [(item.brief.kind, item.brief.about) for item in found(text, *facts, near=near) if isinstance(item, Example)]


def page(*headings: str) -> str:
    """Nested headings, then a labelled passage."""
    return "\n\n".join(["#" * (depth + 1) + " " + heading for depth, heading in enumerate(headings)] + [TEXT]) + "\n"


# What a section is about


@pytest.mark.parametrize(
    ("headings", "about"),
    [
        pytest.param(["`bank.http`", "Introduction"], "bank.http", id="the module of the page"),
        pytest.param(["`bank.http`", "`load`", "Introduction"], "bank.http.load", id="a name below its module"),
        pytest.param(["`bank.http`", "`Client.get`", "Overview"], "bank.http.Client.get", id="a method with its class"),
        pytest.param(["`bank.http`", "Client", "get", "Overview"], "bank.http.Client.get", id="a method below its class"),
        pytest.param(["`bank.files`", "Reader", "get", "Overview"], "bank.files.Reader.get", id="a method of another class"),
        pytest.param(["Guide", "`load(url, timeout=3)`", "Overview"], "bank.http.load", id="a call"),
        pytest.param(["Guide", "`load(url) -> dict`", "Overview"], "bank.http.load", id="a signature"),
        pytest.param(["Guide", "The load function", "Overview"], "bank.http.load", id="a name with its kind"),
        pytest.param(["Guide", "class `Client`", "Overview"], "bank.http.Client", id="a class with the keyword"),
        pytest.param(["`bank.http` - talking to the bank", "Overview"], "bank.http", id="a name with a description"),
        pytest.param(["`bank.http`: talking to the bank", "Overview"], "bank.http", id="a name before a colon"),
        pytest.param(["[`bank.http`](http.md)", "Overview"], "bank.http", id="a linked name"),
        pytest.param(["`bank.load`", "Overview"], "bank.http.load", id="a name that its package passes on"),
        pytest.param(["`bank.http`", "Installation", "Overview"], "bank.http", id="below a heading that names nothing"),
        pytest.param(["`bank.http`", "`save`", "Overview"], "bank.files.save", id="the only symbol of that name"),
    ],
)
def test_the_nearest_heading_that_names_a_symbol_says_what_a_section_is_about(headings: list[str], about: str) -> None:
    assert abouts(page(*headings)) == [("introduction", about)]


@pytest.mark.parametrize(
    "headings",
    [
        pytest.param(["Loading rates", "Introduction"], id="a sentence"),
        pytest.param(["How to load", "Introduction"], id="a sentence that ends in a name"),
        pytest.param(["`get`", "Introduction"], id="a name that two classes have"),
        pytest.param(["`Load`", "Introduction"], id="a name in other letters"),
        pytest.param(["Introduction"], id="no heading above"),
    ],
)
def test_a_passage_that_no_heading_ties_to_a_symbol_is_told_and_left_out(headings: list[str]) -> None:
    (item,) = found(page(*headings))
    assert isinstance(item, Unused)
    assert (item.path, item.line) == ("page.md", len(headings) * 2 - 1)
    assert item.reason.startswith("`Introduction` is tied to no symbol or model")


def test_a_name_that_two_packages_have_belongs_to_the_one_whose_module_is_above() -> None:
    assert abouts(page("`shop.orders`", "`load`", "Overview"), BANK, SHOP) == [("introduction", "shop.orders.load")]


def test_a_name_of_the_project_itself_comes_before_one_of_other_sources() -> None:
    assert abouts(page("Guide", "`load`", "Overview"), BANK, near=(SHOP,)) == [("introduction", "shop.orders.load")]


def test_a_sibling_heading_does_not_enclose() -> None:
    text = f"# `bank.http`\n\n## `load`\n\n## `Client`\n\n### Errors\n\n{TEXT}\n"
    assert abouts(text) == [("error-handling", "bank.http.Client")]


@pytest.mark.parametrize("heading", ["triage", "Model card for triage", "acme/triage", "Our classifier"])
def test_a_card_in_a_models_folder_speaks_of_the_model(heading: str) -> None:
    assert abouts(page(heading, "Limitations"), near=(MODEL,)) == [("limitations", "triage")]


def test_a_card_may_speak_of_code_too() -> None:
    assert abouts(page("triage", "`bank.http.load`", "Errors"), BANK, near=(MODEL,)) == [("error-handling", "bank.http.load")]


# Which passages count


def test_passages_under_other_headings_are_left_out_without_a_word() -> None:
    assert found(f"# `bank.http`\n\n{TEXT}\n\n## Installation\n\n{TEXT}\n") == []


def test_a_label_of_the_project_maps_its_heading() -> None:
    settings = Settings(labels={"how-to": ("Recipe",), "introduction": ("In short",)})
    items = found(f"# `bank.http`\n\n## Recipe\n\n{TEXT}\n\n## In short\n\n{TEXT}\n", settings=settings)
    briefs = [item.brief for item in items if isinstance(item, Example)]
    assert [(brief.kind, brief.heading) for brief in briefs] == [("how-to", "How To"), ("introduction", "Introduction")]


def test_a_passage_of_few_words_is_told() -> None:
    (item,) = found("# `bank.http`\n\n## Introduction\n\nSee there.\n")
    assert item == Unused("page.md", 3, "`Introduction` holds 2 words")


def test_headings_in_code_are_no_headings() -> None:
    assert found(f"# `bank.http`\n\n```\n## Introduction\n\n{TEXT}\n```\n") == []


def test_the_brief_holds_the_facts_of_what_the_section_is_about() -> None:
    (item,) = found(page("`bank.http`", "`load`", "Introduction"))
    assert isinstance(item, Example)
    assert item.brief.get("kind") == "function" and item.brief.heading == "Introduction"
    assert (item.text, item.source, item.license, item.origin) == (TEXT, "page", "MIT", "markdown")


# What its facts do not bear out

LOADER = Facts(
    Subject("api", "till"),
    [
        Entry(
            "till.load",
            (
                Fact("kind", "function"),
                Fact("parameters", ["timeout"]),
                Fact("parameters.timeout.default", "30"),
                Fact("raises", ["ValueError"]),
            ),
            "def load(timeout=30):\n    raise ValueError(timeout)",
        )
    ],
)


@pytest.mark.parametrize(
    ("heading", "text", "reason"),
    [
        pytest.param(
            "Introduction",
            "Loads the till. `timeout` defaults to 20.",
            "`Introduction` says 20 of `timeout`, which is 30",
            id="another default",
        ),
        pytest.param(
            "Errors",
            "`load` raises `KeyError` when the till is gone.",
            "`Errors` names `KeyError`, unknown to the facts of `till.load`",
            id="an exception that is not raised",
        ),
        pytest.param(
            "Errors",
            "- `ValueError` for a negative timeout\n- `OSError` when the till is gone\n",
            "`Errors` names `OSError`, unknown to the facts of `till.load`",
            id="one of two",
        ),
    ],
)
def test_a_section_that_its_facts_do_not_bear_out_is_told_and_left_out(heading: str, text: str, reason: str) -> None:
    assert found(f"# `till.load`\n\n## {heading}\n\n{text}\n", LOADER) == [Unused("page.md", 3, reason)]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Introduction", "Loads the till within `timeout`, which defaults to 30."),
        ("Errors", "`load` raises `ValueError` when `timeout` is negative."),
        ("Use Case", "Call it inside a block that handles `KeyError` of your own."),
    ],
)
def test_a_section_that_its_facts_bear_out_or_do_not_speak_of_is_an_example(heading: str, text: str) -> None:
    (item,) = found(f"# `till.load`\n\n## {heading}\n\n{text}\n", LOADER)
    assert isinstance(item, Example)


# Managed sections


def managed(text: str, then: str | None = None, about: str = "bank.http.load") -> str:
    section = render_section("introduction", about, text)
    return f"# `bank.http`\n\n## Introduction\n\n{section if then is None else section.replace(text, then)}\n"


def test_docgen_does_not_learn_from_its_own_words() -> None:
    (item,) = found(managed(TEXT))
    assert isinstance(item, Unused)
    assert item.reason.startswith("`introduction:bank.http.load` is docgen's own text")


def test_a_managed_section_that_a_person_edited_is_an_approved_example() -> None:
    (item,) = found(managed("Something of ours.", TEXT))
    assert isinstance(item, Example)
    assert (item.origin, item.text, item.brief.about) == ("approved", TEXT, "bank.http.load")


def test_an_edited_section_about_a_lost_symbol_is_told() -> None:
    (item,) = found(managed("Something of ours.", TEXT, about="bank.gone"))
    assert isinstance(item, Unused) and "not there" in item.reason


def test_words_of_a_person_beside_a_managed_section_are_an_example_of_their_own() -> None:
    items = found(managed(TEXT) + "\nAdded by hand, in four words and more.\n")
    assert [item.text for item in items if isinstance(item, Example)] == ["Added by hand, in four words and more."]


def test_a_managed_table_is_no_example() -> None:
    section = render_section("parameters", "bank.http.load", "| a | b |").replace("| a | b |", "| a | c | edited by hand")
    assert found(f"# `bank.http`\n\n{section}\n") == []


# The text of a passage


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("\n\nOne line\nand its rest.\n\n", "One line and its rest.", id="wrapped lines"),
        pytest.param("One.\n\n\n\nTwo.\n", "One.\n\nTwo.", id="paragraphs"),
        pytest.param("Raises:\n- `A` when\n  it fails\n- `B`\n", "Raises:\n- `A` when it fails\n- `B`", id="a list"),
        pytest.param("1. one\n2) two\n", "1. one\n2) two", id="a numbered list"),
        pytest.param(
            "**Bold** start\nand *more*\n*italics* at the end", "**Bold** start and *more* *italics* at the end", id="stars"
        ),
        pytest.param("So:\n```python\na = 1\nb = 2\n```\nDone.\n", "So:\n```python\na = 1\nb = 2\n```\nDone.", id="a fence"),
        pytest.param("~~~\n``` no end\nx\n~~~\nDone.", "~~~\n``` no end\nx\n~~~\nDone.", id="a fence in a fence"),
        pytest.param("    a = 1\n    b = 2\n", "a = 1\n    b = 2", id="indented code keeps its lines"),
        pytest.param("One.\n<!-- a\nnote -->\nTwo.", "One.\n\nTwo.", id="a comment"),
        pytest.param("```\n<!-- shown -->\n```", "```\n<!-- shown -->\n```", id="a comment in code"),
        pytest.param("One.\n\n---\n", "One.", id="a rule"),
        pytest.param("One\r\nline.\r\n", "One line.", id="line ends of Windows"),
        pytest.param("| a | b |\n|---|---|\n| 1 | 2 |\n", "| a | b |\n|---|---|\n| 1 | 2 |", id="a table"),
        pytest.param("<!-- docgen:section introduction of=a -->\nWords.\n<!-- docgen:end -->\n", "Words.", id="markers"),
    ],
)
def test_plain_text_keeps_the_words_and_the_blocks(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.lists(st.text("ab `.-\n", max_size=30), max_size=5).map("\n\n".join))
def test_plain_text_loses_no_word(text: str) -> None:
    letters = [character for character in text if character in "ab"]
    assert [character for character in plain_text(text) if character in "ab"] == letters


# Other formats


def test_restructured_text_gives_the_same_sections(tmp_path: Path) -> None:
    path = tmp_path / "http.rst"
    title = "=============\n``bank.http``\n=============\n\nload\n----\n\nOverview\n~~~~~~~~\n\n"
    path.write_text(f"{title}{TEXT} See :func:`~bank.http.load`.\n")
    document = read_document(path, "http.rst").document
    assert [(head.level, head.heading, head.line) for head in document.headed_sections()] == [
        (1, "bank.http", 2),
        (2, "load", 5),
        (3, "Overview", 8),
    ]
    assert document.headed_sections()[2].text.strip() == f"{TEXT} See `bank.http.load`."


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        pytest.param("Title\n===\n", "Title\n===\n", id="a line of signs that is too short"),
        pytest.param(
            "a paragraph\nof two lines\n============\n", "a paragraph\nof two lines\n============\n", id="a second line"
        ),
        pytest.param("===== =====\na     b\n===== =====\n", "===== =====\na     b\n===== =====\n", id="a table"),
        pytest.param("Use ``a`` and `b <https://b.c>`_.\n", "Use `a` and b.\n", id="code and links"),
        pytest.param(":class:`Client <bank.http.Client>`\n", "`Client`\n", id="a role with a title"),
    ],
)
def test_what_looks_like_restructured_text_is_not_taken_for_more(text: str, markdown: str) -> None:
    assert markdown_of(text) == markdown


def notebook(*cells: tuple[str, object]) -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}, indent=1)


def test_a_notebook_is_its_markdown_cells(tmp_path: Path) -> None:
    path = tmp_path / "guide.ipynb"
    path.write_text(notebook(("markdown", ["# bank.http\n"]), ("code", "# Overview"), ("markdown", f"## Overview\n\n{TEXT}")))
    read = read_document(path, "guide.ipynb")
    _, overview = read.document.headed_sections()
    assert (overview.heading, overview.text.strip()) == ("Overview", TEXT)
    assert "## Overview" in path.read_text().splitlines()[read.line(overview.line) - 1]


@pytest.mark.parametrize("content", ["{", "[]", '{"worksheets": []}'])
def test_a_file_that_is_no_notebook_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "guide.ipynb"
    path.write_text(content)
    with pytest.raises(InputError, match="not a notebook") as caught:
        read_document(path, "docs/guide.ipynb")
    assert caught.value.where == "docs/guide.ipynb"


def test_a_broken_marker_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("# a\n\n<!-- docgen:section introduction of=a -->\n")
    with pytest.raises(InputError) as caught:
        read_document(path, "docs/page.md")
    assert caught.value.where == "docs/page.md:3"
