"""docgen corpus build: what becomes of sources, who is tied to what, and what it says where it cannot go on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.cli import run
from docgen.corpus.audit import audit
from docgen.corpus.build import build
from docgen.corpus.licences import licence_of
from docgen.corpus.splits import divided, split_by_source
from docgen.corpus.store import SPLITS, Example, dump_rows, read_split
from docgen.corpus.survey import survey
from docgen.report import InputError
from docgen.settings import PathSettings, Settings, load_settings

LOAD = '''"""Rates of the bank."""


def load(day: str, timeout: float = 3.0) -> dict[str, float]:
    """Load the rates of a day from the cache.

    Args:
        day: The day in ISO format.

    Raises:
        ValueError: If the day is empty.
    """
    if not day:
        raise ValueError("no day")
    return {}
'''
PAGE = """# `{module}`

## `load`

### Introduction

Loads the rates of one day for {module} and nothing else.

### Error Handling

Raises `ValueError` where `day` is empty, in {module}.
"""
CONFIG = {"model_type": "bert", "architectures": ["BertForSequenceClassification"], "hidden_size": 64}
CARD = "---\nlicense: mit\n---\n# {name}\n\n## Introduction\n\n`{name}` sorts letters into seven trays.\n"
MIT = "SPDX-License-Identifier: MIT\n"


def make(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def project(folder: Path, package: str = "bank", *, documented: bool = True) -> Path:
    files = {f"{package}/__init__.py": "", f"{package}/rates.py": LOAD, "LICENSE": MIT}
    return make(folder, files | ({"docs/rates.md": PAGE.format(module=f"{package}.rates")} if documented else {}))


def model(folder: Path) -> Path:
    return make(folder, {"config.json": json.dumps(CONFIG), "README.md": CARD.format(name=folder.name)})


def rows(corpus: Path) -> list[Example]:
    return [example for split in SPLITS for example in read_split(corpus, split)]


def kinds(corpus: Path) -> list[tuple[str, str, str]]:
    return sorted((item.brief.kind, item.brief.about, item.origin) for item in rows(corpus))


def names_under(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# What becomes of sources


def test_a_project_gives_its_labelled_sections_with_the_facts_of_its_code(tmp_path: Path) -> None:
    build([str(project(tmp_path / "bank"))], tmp_path / "corpus")
    assert kinds(tmp_path / "corpus") == [
        ("error-handling", "bank.rates.load", "markdown"),
        ("introduction", "bank.rates.load", "markdown"),
    ]
    assert {row.license for row in rows(tmp_path / "corpus")} == {"MIT"}
    assert all(row.brief.get("parameters.timeout.default") == "3.0" for row in rows(tmp_path / "corpus"))


def test_a_project_without_labelled_sections_gives_its_docstrings(tmp_path: Path) -> None:
    build([str(project(tmp_path / "bank", documented=False))], tmp_path / "corpus")
    assert kinds(tmp_path / "corpus") == [
        ("error-handling", "bank.rates.load", "docstring"),
        ("introduction", "bank.rates", "docstring"),
        ("introduction", "bank.rates.load", "docstring"),
        ("use-case", "bank.rates.load", "docstring"),
    ]


def test_documents_are_tied_to_packages_of_other_sources(tmp_path: Path) -> None:
    folder = make(
        tmp_path, {"src/bank/__init__.py": "", "src/bank/rates.py": LOAD, "docs/rates.md": PAGE.format(module="bank.rates")}
    )
    report = build([str(folder / "src"), str(folder / "docs")], tmp_path / "corpus")
    written = [item for item in kinds(tmp_path / "corpus") if item[2] == "markdown"]
    assert written == [
        ("error-handling", "bank.rates.load", "markdown"),
        ("introduction", "bank.rates.load", "markdown"),
    ]
    assert report.findings == () and report.summary["left_out"] == 0


def test_a_docstring_gives_way_to_a_section_that_people_wrote(tmp_path: Path) -> None:
    folder = make(
        tmp_path, {"src/bank/__init__.py": "", "src/bank/rates.py": LOAD, "docs/rates.md": PAGE.format(module="bank.rates")}
    )
    build([str(folder / "src"), str(folder / "docs")], tmp_path / "corpus")
    about = [item[:2] for item in kinds(tmp_path / "corpus")]
    assert ("use-case", "bank.rates.load") in about and len(about) == len(set(about))


def test_a_document_by_itself_is_tied_to_the_project_around_it(tmp_path: Path) -> None:
    folder = make(tmp_path / "repository", {"pyproject.toml": ""})
    project(folder)
    build([str(folder / "docs" / "rates.md")], tmp_path / "corpus")
    assert {row.source for row in rows(tmp_path / "corpus")} == {"rates/bank.rates"}


def test_a_model_folder_gives_the_sections_of_its_card(tmp_path: Path) -> None:
    build([str(model(tmp_path / "triage"))], tmp_path / "corpus")
    (row,) = rows(tmp_path / "corpus")
    assert (row.brief.kind, row.brief.about, row.origin, row.source) == ("introduction", "triage", "card", "triage")
    assert row.brief.get("model_type") == "bert"
    assert row.license == "mit", "no licence file: what the card declares"


def test_a_card_may_be_named_instead_of_its_folder(tmp_path: Path) -> None:
    build(
        [str(model(tmp_path / "a" / "triage") / "README.md"), str(model(tmp_path / "b" / "tags") / "README.md")],
        tmp_path / "corpus",
    )
    assert {row.source for row in rows(tmp_path / "corpus")} == {"triage", "tags"}


def test_a_folder_of_projects_and_models_keeps_them_apart(tmp_path: Path) -> None:
    project(tmp_path / "all" / "one", "one")
    project(tmp_path / "all" / "deep" / "two", "two")
    model(tmp_path / "all" / "triage")
    build([str(tmp_path / "all")], tmp_path / "corpus")
    assert {row.source for row in rows(tmp_path / "corpus")} == {"one", "two", "triage"}


def test_a_model_inside_a_project_is_a_source_of_its_own(tmp_path: Path) -> None:
    project(tmp_path / "bank")
    model(tmp_path / "bank" / "models" / "triage")
    build([str(tmp_path / "bank")], tmp_path / "corpus")
    assert {row.brief.about: row.origin for row in rows(tmp_path / "corpus")} == {
        "bank.rates.load": "markdown",
        "triage": "card",
    }


def test_an_installed_package_is_found_by_its_name(tmp_path: Path) -> None:
    report = build(["click"], tmp_path / "corpus")
    found = rows(tmp_path / "corpus")
    assert len(found) > 50 and {row.license for row in found} == {"BSD-3-Clause"}
    assert all(row.source.partition(".")[0] == "click" for row in found), "one source alone is divided into its modules"
    assert all(report.summary["splits"].values())  # type: ignore[union-attr]
    assert audit(tmp_path / "corpus").exit_code == 0


def test_a_module_file_is_a_package(tmp_path: Path) -> None:
    build([str(make(tmp_path, {"rates.py": LOAD}) / "rates.py")], tmp_path / "corpus")
    assert {row.brief.about for row in rows(tmp_path / "corpus")} == {"rates", "rates.load"}


def test_rows_and_corpora_join_in(tmp_path: Path) -> None:
    example = Example(Brief("introduction", "Introduction", "a.b", ()), "Says what it is.", "ours", "MIT", "approved")
    (tmp_path / "more.jsonl").write_bytes(dump_rows([example]))
    build([str(project(tmp_path / "bank"))], tmp_path / "first")
    build([str(tmp_path / "first"), str(tmp_path / "more.jsonl")], tmp_path / "second")
    assert example in [*rows(tmp_path / "second")]
    assert len(rows(tmp_path / "second")) == 3


def test_headings_of_the_project_are_labels_where_its_settings_say_so(tmp_path: Path) -> None:
    folder = project(tmp_path / "bank")
    make(
        folder,
        {
            "docgen.toml": '[labels]\nhow-to = ["Recipe"]\n',
            "docs/more.md": "# `bank.rates.load`\n\n## Recipe\n\nPass the day of the invoice.\n",
        },
    )
    build([str(folder)], tmp_path / "corpus", settings=load_settings(folder))
    assert ("how-to", "bank.rates.load", "markdown") in kinds(tmp_path / "corpus")


def test_excluded_and_hidden_folders_and_tests_are_passed_over(tmp_path: Path) -> None:
    folder = project(tmp_path / "bank", documented=False)
    page = PAGE.format(module="bank.rates")
    make(folder, {f"{place}/a.md": page for place in (".hidden", "old/docs", "tests", "node_modules", "docs")})
    make(folder, {"pyproject.toml": ""})
    places = survey([str(folder)], tmp_path / "corpus", ["old/*"])
    assert [path.relative_to(folder).as_posix() for place in places for path in place.documents] == ["docs/a.md"]
    settings = Settings(paths=PathSettings(exclude=("old", "docs")))
    build([str(folder)], tmp_path / "corpus", settings=settings)
    assert {row.origin for row in rows(tmp_path / "corpus")} == {"docstring"}


def test_links_that_lead_out_of_a_source_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path / "elsewhere", {"secret.md": PAGE.format(module="bank.rates")})
    folder = project(tmp_path / "bank", documented=False)
    (folder / "link.md").symlink_to(tmp_path / "elsewhere" / "secret.md")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    assert [place.documents for place in survey([str(folder)], tmp_path / "corpus")] == [()]


# Sources inside sources, and sources of one name


def test_what_lies_in_two_sources_is_read_once_in_any_order(tmp_path: Path) -> None:
    folder = project(tmp_path / "bank")
    inner = [str(folder), str(folder / "docs"), str(folder / "docs" / "rates.md"), str(folder / "bank")]
    build(inner, tmp_path / "one")
    report = build(inner[::-1], tmp_path / "two")
    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    assert len(rows(tmp_path / "one")) == 2 and report.findings == ()


def test_the_corpus_is_no_source_of_itself(tmp_path: Path) -> None:
    folder = project(tmp_path / "bank")
    for _ in range(2):
        build([str(folder)], folder / "corpus")
    assert len(rows(folder / "corpus")) == 2


def test_two_projects_of_one_name_are_two_sources(tmp_path: Path) -> None:
    project(tmp_path / "north" / "app", "one")
    project(tmp_path / "south" / "app", "two")
    build([str(tmp_path / "north"), str(tmp_path / "south" / "app")], tmp_path / "corpus")
    sources = {row.brief.about: row.source.rpartition("/")[0] for row in rows(tmp_path / "corpus")}
    assert sources == {"one.rates.load": "north/app", "two.rates.load": "south/app"}


def test_pages_of_one_name_are_two_sources(tmp_path: Path) -> None:
    make(tmp_path, {"a/README.md": "# x\n", "b/README.md": "# y\n", "c/page.md": "# z\n", "c/page.rst": "z\n"})
    places = survey([str(tmp_path / folder) for folder in "abc"], tmp_path / "corpus")
    assert [place.name for place in places] == ["a/README", "b/README", "page.md", "page.rst"]


# Splits


def examples_of(counts: Mapping[str, int]) -> list[Example]:
    briefs = [
        (source, Brief("introduction", "Introduction", f"{source}.a{number}", ()))
        for source, count in counts.items()
        for number in range(count)
    ]
    return [Example(brief, f"Text of {brief.about}.", source, "", "markdown") for source, brief in briefs]


sizes = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 9), min_size=1, max_size=9)


@given(sizes)
def test_a_source_lies_in_one_split_and_no_example_is_lost(counts: dict[str, int]) -> None:
    splits = split_by_source(examples_of(counts))
    where = {split: {example.source for example in examples} for split, examples in splits.items()}
    assert sum(len(examples) for examples in splits.values()) == sum(counts.values())
    assert sum(len(sources) for sources in where.values()) == len(counts)
    assert where["train"]
    assert len(counts) < 2 or where["validation"]
    assert len(counts) < 3 or where["test"]


@given(sizes)
def test_the_order_of_the_sources_makes_no_difference(counts: dict[str, int]) -> None:
    one, other = split_by_source(examples_of(counts)), split_by_source(examples_of(dict(reversed(counts.items()))))
    assert all(sorted(one[split], key=repr) == sorted(other[split], key=repr) for split in SPLITS)


def test_a_source_stays_in_its_split_when_another_one_comes() -> None:
    counts = {f"project {number}": 10 for number in range(40)}
    before = split_by_source(examples_of(counts))
    after = split_by_source(examples_of(counts | {"project 40": 10}))
    kept = {split: {example.source for example in before[split]} for split in SPLITS}
    assert all(kept[split] == {example.source for example in after[split]} - {"project 40"} for split in SPLITS)
    assert 0.6 < len(before["train"]) / 400 < 0.8


@pytest.mark.parametrize("large", ["a", "b", "c", "d"])
def test_the_largest_source_is_trained_on(large: str) -> None:
    splits = split_by_source(examples_of({"a": 2, "b": 2, "c": 2, "d": 2, large: 30}))
    assert large in {example.source for example in splits["train"]}
    assert splits["validation"] and splits["test"]


def test_a_source_with_half_of_everything_is_divided_into_its_modules() -> None:
    briefs = ["p.m.f", "p.m.C.g", "p.n.f", "p", "q.f"]
    found = [Example(Brief("introduction", "Introduction", about, ()), about, "one", "", "markdown") for about in briefs]
    other = [Example(found[0].brief, "else", "other", "", "markdown")]
    sources = [example.source for example in divided(found + other, {"p", "p.m", "p.n"})]
    assert sources == ["one/p.m", "one/p.m", "one/p.n", "one/p", "one", "other"]


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        project(tmp_path / "bank")
        build([str(tmp_path / "bank")], tmp_path / name)
    assert all(
        (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()
        for path in names_under(tmp_path / "one")
    )


# The folder that is written


def test_the_card_counts_labels_sources_and_licences(tmp_path: Path) -> None:
    build([str(project(tmp_path / "bank"))], tmp_path / "corpus")
    card = (tmp_path / "corpus" / "README.md").read_text()
    assert "license: mit\n" in card and "path: train.jsonl" in card
    assert "| introduction | 1 | 0 | 0 |" in card
    assert "| bank.rates | MIT | markdown | train | 2 |" in card
    assert not any(row.text in card for row in rows(tmp_path / "corpus")), "a card travels further than the rows"


def test_a_corpus_may_be_written_over(tmp_path: Path) -> None:
    build([str(project(tmp_path / "bank"))], tmp_path / "corpus")
    build([str(model(tmp_path / "triage"))], tmp_path / "corpus")
    assert [row.source for row in rows(tmp_path / "corpus")] == ["triage"]
    assert names_under(tmp_path / "corpus") == ["README.md", "test.jsonl", "train.jsonl", "validation.jsonl"]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"notes.txt": "mine"}, id="a file"),
        pytest.param({"README.md": "# Ours\n"}, id="a README of somebody"),
        pytest.param({"train.jsonl": "{}", "README.md": "# Ours\n"}, id="half a corpus"),
        pytest.param({f"{split}.jsonl": "" for split in SPLITS} | {"notes.txt": "mine"}, id="a corpus with something else"),
    ],
)
def test_a_folder_with_other_files_is_refused_and_stays_as_it_is(tmp_path: Path, files: dict[str, str]) -> None:
    make(tmp_path / "there", files)
    with pytest.raises(InputError, match="holds other files") as caught:
        build([str(project(tmp_path / "bank"))], tmp_path / "there")
    assert caught.value.where == str(tmp_path / "there")
    assert {path.name: path.read_text() for path in (tmp_path / "there").iterdir()} == files


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    make(tmp_path, {"corpus": "mine"})
    with pytest.raises(InputError, match="is a file"):
        build([str(project(tmp_path / "bank"))], tmp_path / "corpus")
    assert (tmp_path / "corpus").read_text() == "mine"


def test_a_read_only_target_is_told_and_nothing_is_left_there(tmp_path: Path) -> None:
    project(tmp_path / "bank")
    target = make(tmp_path / "target", {})
    target.mkdir()
    target.chmod(0o555)
    try:
        with pytest.raises(InputError, match="the folder target is read-only.*nothing was written"):
            build([str(tmp_path / "bank")], target / "corpus")
        assert names_under(target) == []
    finally:
        target.chmod(0o755)


def test_a_corpus_of_which_one_file_is_read_only_stays_whole(tmp_path: Path) -> None:
    build([str(project(tmp_path / "bank"))], tmp_path / "corpus")
    before = {path.name: path.read_bytes() for path in (tmp_path / "corpus").iterdir()}
    (tmp_path / "corpus" / "test.jsonl").chmod(0o444)
    names = [model(tmp_path / name) for name in ("a", "b", "c")]
    with pytest.raises(InputError, match="the file is read-only"):
        build([str(name) for name in names], tmp_path / "corpus")
    assert {path.name: path.read_bytes() for path in (tmp_path / "corpus").iterdir()} == before


# What cannot be used


@pytest.mark.parametrize(
    ("files", "source", "message", "where"),
    [
        pytest.param({}, "gone", "no such file or folder, and no installed Python package called", "", id="nothing there"),
        pytest.param({}, "gone/docs.md", "no such file or folder", "", id="a missing document"),
        pytest.param({"empty/.keep": ""}, "empty", "nothing to learn from", "empty", id="an empty folder"),
        pytest.param({"a/notes.txt": "x"}, "a", "nothing to learn from", "a", id="a folder of other files"),
        pytest.param({"notes.txt": "x"}, "notes.txt", ".txt files are not read", "notes.txt", id="a file of another format"),
        pytest.param(
            {"p/__init__.py": "", "p/a.py": "x = (\n"}, "p", "not valid Python", "p/a.py:1", id="Python that does not parse"
        ),
        pytest.param(
            {"a/p/__init__.py": "def f(:\n"}, "a", "not valid Python", "a/p/__init__.py:1", id="a package in a folder"
        ),
        pytest.param(
            {"rows.jsonl": '{"kind": "introduction"}\n'},
            "rows.jsonl",
            "a row needs `about`",
            "rows.jsonl:1",
            id="a row without a name",
        ),
        pytest.param(
            {"rows.jsonl": '\n{"kind": "introduction", "about": "a", "source": "b"}\n'},
            "rows.jsonl",
            "a row needs `text`",
            "rows.jsonl:2",
            id="a row without text",
        ),
        pytest.param(
            {"m/config.json": '{"model_type": ', "m/README.md": "# m\n"},
            "m",
            "not JSON",
            "m/config.json:1",
            id="a broken model folder",
        ),
        pytest.param(
            {"a.md": "# a\n\n<!-- docgen:end -->\n"}, "a.md", "an end marker without a section", "a.md:3", id="a broken marker"
        ),
        pytest.param({"a.ipynb": "{"}, "a.ipynb", "not a notebook", "a.ipynb", id="a broken notebook"),
        pytest.param(
            {"a.md": "# a\n\n## Notes\n\nNothing labelled here.\n"},
            "a.md",
            "no labelled sections in",
            "",
            id="no labelled section",
        ),
        pytest.param(
            {"a.md": "# Guide\n\n## Introduction\n\nNothing that names a symbol.\n"},
            "a.md",
            "1 were left out, the first at",
            "",
            id="sections tied to nothing",
        ),
    ],
)
def test_a_source_that_cannot_be_used_is_one_clear_error_and_nothing_is_written(
    tmp_path: Path, files: dict[str, str], source: str, message: str, where: str
) -> None:
    make(tmp_path, files)
    before = names_under(tmp_path)
    with pytest.raises(InputError) as caught:
        build([str(tmp_path / source)] if files else [source], tmp_path / "corpus")
    assert message in caught.value.what
    assert caught.value.where.endswith(where) and caught.value.fix
    assert names_under(tmp_path) == before


def test_one_bad_source_among_good_ones_writes_nothing(tmp_path: Path) -> None:
    project(tmp_path / "bank")
    with pytest.raises(InputError):
        build([str(tmp_path / "bank"), str(tmp_path / "gone")], tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


def test_a_source_that_gave_nothing_beside_others_is_a_finding(tmp_path: Path) -> None:
    make(tmp_path, {"notes.md": "# Guide\n\n## Introduction\n\nNothing that names a symbol.\n"})
    report = build([str(project(tmp_path / "bank")), str(tmp_path / "notes.md")], tmp_path / "corpus")
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.path) == ("source-unused", "review", str(tmp_path / "notes.md"))
    assert "tied to no symbol" in finding.message
    assert "left out" in report.table and report.summary["left_out"] == 1 and report.exit_code == 0


def test_the_command_prints_where_paths_can_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, {"src/bank/__init__.py": "", "src/bank/rates.py": "def f(:\n"})
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        assert run(["corpus", "build", "src", "-o", "corpus"]) == 2
    finally:
        os.chdir(here)
    assert capsys.readouterr().err.startswith("src/bank/rates.py:1: not valid Python")


# Licences


def wheel(folder: Path, metadata: str, files: Mapping[str, str] | None = None) -> Path:
    """A package as pip installs it, in a folder whose own licence is another one."""
    info = "bank-1.0.dist-info"
    make(folder, {"bank/__init__.py": LOAD, "LICENSE": "SPDX-License-Identifier: GPL-3.0\n"})
    make(folder, {f"{info}/METADATA": f"Metadata-Version: 2.4\nName: bank\nVersion: 1.0\n{metadata}\n"})
    make(folder, {f"{info}/RECORD": f"bank/__init__.py,,\n{info}/METADATA,,\n"})
    make(folder / info, files or {})
    return folder / "bank"


@pytest.mark.parametrize(
    ("metadata", "files", "licence"),
    [
        pytest.param("License-Expression: MIT OR Apache-2.0", {}, "MIT OR Apache-2.0", id="an expression"),
        pytest.param("License-File: COPYING", {"licenses/COPYING": MIT}, "MIT", id="a licence file"),
        pytest.param("Classifier: License :: OSI Approved :: MIT License", {}, "MIT", id="a classifier"),
        pytest.param("Classifier: License :: OSI Approved :: BSD License", {}, "", id="a classifier of several licences"),
        pytest.param("Keywords: rates", {}, "", id="nothing said"),
    ],
)
def test_an_installed_package_is_asked_for_its_own_licence(
    tmp_path: Path, metadata: str, files: dict[str, str], licence: str
) -> None:
    assert licence_of(wheel(tmp_path, metadata, files)) == licence


def test_the_nearest_licence_file_holds_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    make(tmp_path, {"LICENSE": MIT, "repository/.git/HEAD": "", "repository/docs/a.md": "", "repository/sub/a/b.md": ""})
    make(tmp_path, {"repository/sub/LICENSE.txt": "SPDX-License-Identifier: Apache-2.0\n"})
    assert licence_of(tmp_path / "repository" / "sub" / "a") == "Apache-2.0"
    assert licence_of(tmp_path / "repository" / "docs") == ""


def test_two_licences_beside_each_other_are_none(tmp_path: Path) -> None:
    make(tmp_path, {"LICENSE-MIT": MIT, "LICENSE-APACHE": "SPDX-License-Identifier: Apache-2.0\n", "pyproject.toml": ""})
    assert licence_of(tmp_path) == ""


def test_progress_names_every_source(tmp_path: Path) -> None:
    said: list[str] = []
    build([str(project(tmp_path / "bank")), str(model(tmp_path / "triage"))], tmp_path / "corpus", progress=said.append)
    assert said == ["bank: 2 sections", "triage: 1 section"]
