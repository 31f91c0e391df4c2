"""Labelled passages of documents: which become examples, what they are about, and what their text is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.corpus.documents import Page, read_document
from docgen.corpus.documents.markdown import markdown_page
from docgen.corpus.removal import Removed
from docgen.corpus.sections import plain_text, sections_of
from docgen.corpus.store import Example, Labelled
from docgen.document import render_section
from docgen.facts import Entry, Fact, Facts, Subject
from docgen.settings import CorpusSettings, Settings
from docgen.subjects import Names, Subjects

TEXT = "Loads the rates of a day."


def package(name: str, *members: str) -> Facts:
    """A package with these modules, classes (in capitals), methods and functions."""
    return Facts(
        Subject("api", name),
        [
            Entry(name, (Fact("kind", "package"),)),
            *(Entry(f"{name}.{item}", (Fact("kind", kind(item, members)),)) for item in members),
        ],
    )


def kind(name: str, names: Sequence[str]) -> str:
    is_class = name.rpartition(".")[2][:1].isupper()
    return "class" if is_class else "module" if any(other.startswith(f"{name}.") for other in names) else "function"


BANK = package("bank", "http", "http.load", "http.Client", "http.Client.get", "files.Reader", "files.Reader.get", "files.save")
SHOP = package("shop", "orders.load", "orders.pay")
MODEL = Facts(Subject("model", "models/triage"), [Entry("triage", (Fact("task", "text-classification"),))])


@dataclass(frozen=True)
class Label:
    kind: str
    by: Labelled
    confidence: float = 1.0


@dataclass(frozen=True)
class ByHeading:
    """Labels by what settings say of headings, and what has none in the heading as a guess."""

    settings: Settings
    guessed: str = ""

    def label(self, heading: str, text: str) -> Label | None:
        kind = self.settings.kind_of_heading(heading)
        return Label(kind, "heading") if kind else Label(self.guessed, "classifier", 0.9) if self.guessed else None


def items_of(
    page: Page, subjects: Subjects, settings: Settings | None = None, path: str = "page.md", guessed: str = ""
) -> list[Example | Removed]:
    settings = settings or Settings()
    labeller = ByHeading(settings, guessed)
    return list(sections_of(page, path, subjects, settings, source="page", license="MIT", origin="markdown", labeller=labeller))


def found(
    text: str, *facts: Facts, near: tuple[Facts, ...] = (), settings: Settings | None = None, path: str = "page.md"
) -> list[Example | Removed]:
    return items_of(markdown_page(text, path), Subjects((near, facts or (BANK,))), settings, path)


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
        pytest.param(["http", "Introduction"], id="a plain word that a module has for a name"),
        pytest.param(["Guide", "Client", "Introduction"], id="a plain word that a class has for a name"),
    ],
)
def test_a_passage_that_no_heading_ties_to_a_symbol_is_told_and_left_out(headings: list[str]) -> None:
    (item,) = found(page(*headings))
    assert isinstance(item, Removed)
    assert (item.rule, item.path, item.line) == ("untied", "page.md", len(headings) * 2 - 1)
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


def test_a_heading_without_words_is_told() -> None:
    (item,) = found("# `bank.http`\n\n## Introduction\n\n<!-- later -->\n")
    assert item == Removed("empty", "page.md", 3, "`Introduction` holds no words", "Introduction")


def test_headings_in_code_are_no_headings() -> None:
    assert found(f"# `bank.http`\n\n```\n## Introduction\n\n{TEXT}\n```\n") == []


def test_the_brief_holds_the_facts_of_what_the_section_is_about() -> None:
    (item,) = found(page("`bank.http`", "`load`", "Introduction"))
    assert isinstance(item, Example)
    assert item.brief.get("kind") == "function" and item.brief.heading == "Introduction"
    assert (item.text, item.source, item.license, item.origin) == (TEXT, "page", "MIT", "markdown")
    assert (item.path, item.line, item.labelled, item.confidence, item.weight) == ("page.md", 5, "heading", 1.0, 1.0)


# Managed sections


def managed(text: str, then: str | None = None, about: str = "bank.http.load") -> str:
    section = render_section("introduction", about, text)
    return f"# `bank.http`\n\n## Introduction\n\n{section if then is None else section.replace(text, then)}\n"


def test_docgen_does_not_learn_from_its_own_words() -> None:
    (item,) = found(managed(TEXT))
    assert isinstance(item, Removed) and item.rule == "own-text"
    assert item.reason.startswith("`introduction:bank.http.load` is docgen's own text")


def test_a_managed_section_that_a_person_edited_is_an_approved_example() -> None:
    (item,) = found(managed("Something of ours.", TEXT))
    assert isinstance(item, Example)
    assert (item.origin, item.text, item.brief.about, item.labelled) == ("approved", TEXT, "bank.http.load", "given")
    assert (item.line, item.weight) == (5, Settings().corpus.approved_weight)


def test_the_weight_of_approved_sections_is_a_setting() -> None:
    (item,) = found(managed("Something of ours.", TEXT), settings=Settings(corpus=CorpusSettings(approved_weight=7.5)))
    assert isinstance(item, Example) and item.weight == 7.5


def test_docgen_s_own_words_stay_where_the_rule_is_switched_off() -> None:
    (item,) = found(managed(TEXT), settings=Settings(corpus=CorpusSettings(keep=("own-text",))))
    assert isinstance(item, Example) and (item.origin, item.weight) == ("markdown", 1.0)


def test_an_edited_section_about_a_lost_symbol_is_told() -> None:
    (item,) = found(managed("Something of ours.", TEXT, about="bank.gone"))
    assert isinstance(item, Removed) and "not there" in item.reason


def test_words_of_a_person_beside_a_managed_section_are_an_example_of_their_own() -> None:
    items = found(managed(TEXT) + "\nAdded by hand, in four words and more.\n")
    assert [item.text for item in items if isinstance(item, Example)] == ["Added by hand, in four words and more."]


def test_a_managed_table_is_no_example() -> None:
    section = render_section("parameters", "bank.http.load", "| a | b |").replace("| a | b |", "| a | c | edited by hand")
    assert found(f"# `bank.http`\n\n{section}\n") == []


# What a section cites

SHELF = Facts(
    Subject("api", "shelf"),
    [
        Entry("shelf", (Fact("kind", "package"), Fact("members", ["Store", "open_store", "put", "StoreError"]))),
        Entry("shelf.core", (Fact("kind", "module"),)),
        Entry("shelf.core.Store", (Fact("kind", "class"), Fact("attributes", ["path"]))),
        Entry("shelf.core.Store.put", (Fact("kind", "method"),)),
        Entry("shelf.core.Store.take", (Fact("kind", "method"),)),
        Entry("shelf.core.open_store", (Fact("kind", "function"),)),
        Entry("shelf._errors.StoreError", (Fact("kind", "class"),)),
        Entry("shelf._errors", (Fact("kind", "module"),)),
        Entry("shelf._tools", (Fact("kind", "module"),)),
        Entry("shelf._tools.clean_up", (Fact("kind", "function"),)),
        Entry("shelf._tools.count_up", (Fact("kind", "function"),)),
        Entry("shelf.disk", (Fact("kind", "module"),)),
        Entry("shelf.disk.read_all", (Fact("kind", "function"),)),
        Entry("shelf.disk.put", (Fact("kind", "function"),)),
    ],
)
IMPORTED = "```python\nfrom shelf import open_store\nimport shelf.core as c\n```\n"


@pytest.mark.parametrize(
    ("text", "about"),
    [
        pytest.param("Call `shelf.core.open_store` first.", "shelf.core.open_store", id="a whole path"),
        pytest.param("Call `shelf.open_store()` first.", "shelf.core.open_store", id="a path through the package"),
        pytest.param("`shelf.Store.take` gives it back.", "shelf.core.Store.take", id="a method through the package"),
        pytest.param("Call `open_store()` first.", "shelf.core.open_store", id="a name that stands for itself"),
        pytest.param("Call `open_store` first.", "shelf.core.open_store", id="a name without parentheses"),
        pytest.param("`Store.take` and `Store.put` are slow.", "shelf.core.Store", id="methods of one class"),
        pytest.param("`Store.path` is where it lies.", "shelf.core.Store", id="an attribute is its class"),
        pytest.param("`Store.inherited` may be called.", "shelf.core.Store", id="a member from a base is its class"),
        pytest.param("`open_store` makes a `Store`.", "shelf.core", id="parts of one module"),
        pytest.param("`open_store` calls `read_all`.", "shelf", id="parts of two modules"),
        pytest.param("`clean_up` goes after `count_up`.", "shelf", id="a private module is no subject"),
        pytest.param("`open_store` raises `StoreError`.", "shelf.core.open_store", id="an exception says what, not of what"),
        pytest.param("`StoreError` has a `code`.", "shelf._errors.StoreError", id="an exception by itself"),
        pytest.param("Read [here](api/core.md#shelf.core.Store) on.", "shelf.core.Store", id="a link to an API page"),
        pytest.param("Read [this][shelf.core.Store] on.", "shelf.core.Store", id="a reference to an API page"),
        pytest.param("Call {func}`~shelf.open_store` first.", "shelf.core.open_store", id="a role of MyST"),
        pytest.param("::: shelf.core.Store\n    options:\n\nA store of things.", "shelf.core.Store", id="a name filled in"),
        pytest.param("```{autoclass} shelf.Store\n```\nLike `read_all`, only slow.", "shelf.core.Store", id="a directive"),
        pytest.param(f"Things go in.\n\n{IMPORTED}\nThen `c.Store` holds them.", "shelf.core.Store", id="an alias"),
        pytest.param(
            f"{IMPORTED}\nOpening a store is cheap:\n\n```python\nopen_store('x')\n```\n",
            "shelf.core.open_store",
            id="an import",
        ),
        pytest.param(
            "Stores are opened so:\n\n```pycon\n>>> import shelf as s\n>>> s.Store('x')\n<Store>\n```\n",
            "shelf.core.Store",
            id="a session",
        ),
        pytest.param(
            "Open a store:\n\n```python\nfrom shelf import open_store\nopen_store(..., x=\n```\n",
            "shelf.core.open_store",
            id="code that is cut short",
        ),
    ],
)
def test_a_section_speaks_of_the_narrowest_symbol_that_covers_what_it_cites(text: str, about: str) -> None:
    assert abouts(f"# How it works\n\n## Usage\n\n{text}\n", near=(SHELF,)) == [("use-case", about)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("Nothing is said of anything.", "cites no symbol", id="nothing cited"),
        pytest.param("Call `put` at any time.", "cites no symbol", id="a plain word"),
        pytest.param("Call `shelf.gone` at any time.", "cites `shelf.gone`", id="a name that is not there"),
        pytest.param("Call `frobnicate()` at any time.", "cites `frobnicate`", id="a name that nobody knows"),
        pytest.param("Set `path` and `print` and `ValueError`.", "cites no symbol", id="names of Python and options"),
        pytest.param("Type `shelf` and press return.", "names the package alone", id="the name of a package or tool"),
        pytest.param(
            "Look:\n\n```\n$ shelf list\nshelf.disk.read_all [INFO]\n```\n", "cites no symbol", id="names in what is no code"
        ),
        pytest.param("Use `requests.get` and `json` for it.", "cites `requests.get`", id="another library"),
        pytest.param(
            "Words go on. " * 40 + "Lastly `Store.put` is called.", "cites `shelf.core.Store.put` in passing", id="in passing"
        ),
        pytest.param(
            "Files are many.\n\n```python\nimport shelf\nshelf.disk.read_all()\n```\n",
            "uses `shelf.disk.read_all` in its examples and does not speak of it",
            id="only used",
        ),
    ],
)
def test_a_section_without_a_sure_subject_is_untied(text: str, reason: str) -> None:
    (item,) = found(f"# How it works\n\n## Usage\n\n{text}\n", near=(SHELF,))
    assert isinstance(item, Removed) and item.rule == "untied" and reason in item.reason


def test_a_name_that_two_modules_have_is_the_one_that_the_package_passes_on_or_none() -> None:
    twice = package("pair", "one", "two", "one.go_on", "two.go_on")
    assert abouts("# Guide\n\n## Usage\n\nCall `go_on()` at once.\n", near=(twice,)) == []
    described = Facts(
        twice.subject,
        [
            Entry("pair", (Fact("kind", "package"), Fact("members", ["go_on"]), Fact("members.go_on", "Goes on."))),
            *(Entry(f"pair.{name}", (Fact("kind", "module"),)) for name in ("one", "two")),
            Entry("pair.one.go_on", (Fact("kind", "function"), Fact("doc", "Goes on."))),
            Entry("pair.two.go_on", (Fact("kind", "function"), Fact("doc", "Stops."))),
        ],
    )
    assert abouts("# Guide\n\n## Usage\n\nCall `go_on()` at once.\n", near=(described,)) == [("use-case", "pair.one.go_on")]


def test_a_bare_name_counts_in_the_only_package_that_the_document_imports() -> None:
    text = "# Guide\n\n## Usage\n\nSo `pay()` it is.\n"
    assert abouts(text, BANK, package("shop", "orders", "orders.pay")) == []
    assert abouts(f"```python\nimport shop\n```\n\n{text}", BANK, package("shop", "orders", "orders.pay")) == [
        ("use-case", "shop.orders.pay")
    ]


def test_names_that_code_assigns_itself_are_not_the_package_s() -> None:
    text = "# Guide\n\n## Usage\n\nStores:\n\n```python\nfrom shelf import Store as s\ns = 3\ns.put(4)\n```\n"
    assert abouts(text, near=(SHELF,)) == [("use-case", "shelf.core.Store")]


def test_the_part_of_a_module_that_a_page_speaks_of_is_found_below_a_heading_of_its_own() -> None:
    text = "# shelf\n\n## {heading}Usage\n\n`Store.put` takes a thing. Call `Store.put` often.\n"
    assert abouts(text.format(heading="Putting things in\n\n### "), near=(SHELF,)) == [("use-case", "shelf.core.Store.put")]
    assert abouts(text.format(heading=""), near=(SHELF,)) == [("use-case", "shelf")]


def test_the_own_heading_may_name_the_symbol() -> None:
    settings = Settings(labels={"error-handling": ("Errors of open_store",)})
    text = "# Guide\n\n## Errors of `open_store`\n\nIt fails where nothing is to be opened.\n"
    (item,) = found(text, near=(SHELF,), settings=settings)
    assert isinstance(item, Example) and item.brief.about == "shelf.core.open_store"


def test_a_title_is_the_name_of_the_package_in_any_letters() -> None:
    assert abouts(f"# SHELF\n\n## Overview\n\n{TEXT}\n", near=(SHELF,)) == [("introduction", "shelf")]


def test_the_introduction_of_a_readme_is_that_of_the_package() -> None:
    text = "# All about things\n\n## Introduction\n\nBegin with `open_store`.\n"
    for path, about in (("README.md", "shelf"), ("docs/first.md", "shelf.core.open_store")):
        (item,) = found(text, near=(SHELF,), path=path)
        assert isinstance(item, Example) and item.brief.about == about


@pytest.mark.parametrize(
    ("text", "about"),
    [("Shelf keeps things where they are.", [("introduction", "shelf")]), ("It keeps things where they are.", [])],
    ids=["called by its name", "not named"],
)
def test_the_introduction_of_a_readme_is_that_of_the_only_package_that_it_names(
    text: str, about: list[tuple[str, str]]
) -> None:
    items = found(f"# All about things\n\n## Introduction\n\n{text}\n", near=(SHELF,), path="x-1.dist-info/METADATA")
    assert [(item.brief.kind, item.brief.about) for item in items if isinstance(item, Example)] == about


def test_an_untied_section_stays_without_facts_if_that_is_asked_for() -> None:
    (item,) = found(f"# Guide\n\n## Overview\n\n{TEXT}\n", settings=Settings(corpus=CorpusSettings(keep=("untied",))))
    assert isinstance(item, Example)
    assert (item.brief.about, item.brief.facts, item.text) == ("page", (), TEXT)


def test_names_serve_without_the_facts_behind_them() -> None:
    whole = Names.of(SHELF)
    names = Names(whole.subject, whole.kinds, whole.others, SHELF.get)
    (item,) = items_of(markdown_page("# Guide\n\n## Usage\n\nCall `shelf.open_store`.\n", ""), Subjects(((names,),)))
    assert isinstance(item, Example) and item.brief.get("kind") == "function"


def test_what_the_labeller_guesses_is_told_with_its_confidence() -> None:
    page = markdown_page(f"# `bank.http`\n\n## Why at all?\n\n{TEXT}\n", "page.md")
    (first, second) = items_of(page, Subjects(((), (BANK,))), guessed="introduction")
    assert isinstance(first, Removed) and first.rule == "empty"
    assert isinstance(second, Example) and (second.labelled, second.confidence) == ("classifier", 0.9)


# Other formats


def write(folder: Path, name: str, lines: Sequence[str]) -> Path:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


def test_a_page_of_restructured_text_is_tied_by_its_roles_and_modules(tmp_path: Path) -> None:
    lines = ["Guide", "=====", "", ".. currentmodule:: shelf.disk", "", "Usage", "-----", "", "First :func:`put`, then go."]
    page = read_document(write(tmp_path, "guide.rst", lines), "guide.rst")
    (item,) = items_of(page, Subjects(((SHELF,),)))
    assert isinstance(item, Example)
    assert (item.brief.about, item.line, item.text) == ("shelf.disk.put", 6, "First `put`, then go.")


def test_what_a_page_of_restructured_text_describes_comes_before_what_it_mentions(tmp_path: Path) -> None:
    lines = [
        "Stores",
        "======",
        "",
        "Usage",
        "-----",
        "",
        ".. class:: shelf.core.Store(path)",
        "",
        "   Better: :func:`read_all`.",
    ]
    page = read_document(write(tmp_path, "guide.rst", lines), "guide.rst")
    (item,) = items_of(page, Subjects(((SHELF,),)))
    assert isinstance(item, Example) and item.brief.about == "shelf.core.Store"


def test_what_the_cells_of_a_notebook_import_is_in_scope(tmp_path: Path) -> None:
    code = '{"cell_type": "code", "source": ["from shelf import open_store as begin\\n", "%run x"], "metadata": {}}'
    prose = '{"cell_type": "markdown", "source": "# Guide\\n## Usage\\nCall `begin` with a path.", "metadata": {}}'
    text = f'{{"cells": [{code},\n{prose}],\n"metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    (item,) = [
        item
        for item in items_of(read_document(write(tmp_path, "guide.ipynb", [text]), "guide.ipynb"), Subjects(((SHELF,),)))
        if isinstance(item, Example)
    ]
    assert (item.brief.about, item.line) == ("shelf.core.open_store", 2)


def test_boxes_and_directives_become_prose(tmp_path: Path) -> None:
    text = '# `bank.http`\n\n## Overview\n\n!!! note "Hear"\n    Loads the rates of a day.\n\n```{tip}\nOf every day.\n```\n'
    (item,) = found(text)
    assert isinstance(item, Example) and item.text == "Loads the rates of a day.\n\nOf every day."


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
        pytest.param("Call {func}`~a.load` or {doc}`it <b>`.", "Call `a.load` or `it`.", id="roles of MyST"),
        pytest.param("Fill in `{name}`, `{day}` and `at`.", "Fill in `{name}`, `{day}` and `at`.", id="braces in code"),
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
