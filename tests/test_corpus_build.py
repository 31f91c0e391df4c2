"""docgen corpus build: what becomes of sources, what it leaves out, and that no file, stop or number of workers changes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.cache import Cache
from docgen.cli import run
from docgen.corpus.audit import audit
from docgen.corpus.build import build
from docgen.corpus.licences import permitted
from docgen.corpus.record import read_record
from docgen.corpus.store import SPLITS, Example, dump_rows, from_row, read_split
from docgen.facts import JSON, Fact
from docgen.report import InputError
from docgen.settings import CorpusSettings, PathSettings, Settings, load_settings

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
    assert report.findings == () and report.summary["removed"] == {"superseded": 2}


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
    assert (example.brief, example.text, "approved") in [(row.brief, row.text, row.origin) for row in rows(tmp_path / "second")]
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


def test_what_the_settings_exclude_gives_no_rows(tmp_path: Path) -> None:
    folder = project(tmp_path / "bank", documented=False)
    page = PAGE.format(module="bank.rates")
    make(folder, {f"{place}/a.md": page for place in (".hidden", "old/docs", "tests", "node_modules", "docs")})
    make(folder, {"pyproject.toml": ""})
    build([str(folder)], tmp_path / "corpus", settings=Settings(paths=PathSettings(exclude=("old", "docs"))))
    assert {row.origin for row in rows(tmp_path / "corpus")} == {"docstring"}


@pytest.mark.parametrize("glob", ["bank/internal", "bank/internal/*", "**/internal/**", "bank/int*"])
def test_what_the_settings_exclude_gives_no_rows_inside_a_package_either(tmp_path: Path, glob: str) -> None:
    folder = project(tmp_path / "bank", documented=False)
    module = 'def store(day):\n    """Store the rates of a day in the bank."""\n'
    make(folder, {"bank/internal/__init__.py": "", "bank/internal/disk.py": module, "bank/internal/broken.py": "def"})
    build([str(folder)], tmp_path / "all")
    report = build([str(folder)], tmp_path / "some", settings=Settings(paths=PathSettings(exclude=(glob,))))
    assert any("internal" in row.brief.about for row in rows(tmp_path / "all"))
    assert rows(tmp_path / "some") and not any("internal" in row.brief.about for row in rows(tmp_path / "some"))
    assert report.findings == ()


def test_a_document_is_read_again_only_where_something_that_it_speaks_of_has_changed(tmp_path: Path) -> None:
    folder = project(tmp_path / "bank")
    make(folder, {"bank/other.py": 'def store(day):\n    """Store the rates of a day in the bank."""\n'})
    cache = Cache(tmp_path / "cache")
    build([str(folder)], tmp_path / "corpus", cache=cache)

    def edited(path: str) -> tuple[int, list[Example]]:
        """How many results of documents and modules were made anew by an edit, and the rows."""
        before = {file: file.stat().st_mtime_ns for file in (tmp_path / "cache").rglob("*.corpus")}
        make(folder, {path: (folder / path).read_text().replace("(day", "(fast, day")})
        build([str(folder)], tmp_path / "corpus", cache=cache)
        after = {file: file.stat().st_mtime_ns for file in (tmp_path / "cache").rglob("*.corpus")}
        return sum(before.get(file) != time for file, time in after.items()), rows(tmp_path / "corpus")

    count, _ = edited("bank/other.py")
    assert count == 1  # the module alone
    count, found = edited("bank/rates.py")
    assert count == 2  # the module, and the document about it
    assert any("fast" in str(row.brief.facts) for row in found if row.brief.about == "bank.rates.load")


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


# The same again


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


def test_the_record_counts_what_there_is_and_says_nothing_of_the_machine(tmp_path: Path) -> None:
    settings = Settings(corpus=CorpusSettings(min_words=5, keep=("todo",)))
    report = build([str(project(tmp_path / "bank"))], tmp_path / "corpus", settings=settings)
    record = read_record(tmp_path / "corpus")
    assert record is not None and record.rows == report.summary["splits"] and record.removed == {"superseded": 4}
    assert record.settings == {"corpus.min_words": 5, "corpus.keep": ["todo"]}
    assert record.splits == {"bank.rates": "train"} and record.sources["bank.rates"].licenses == {"MIT": 2}
    assert str(tmp_path) not in (tmp_path / "corpus" / "corpus.json").read_text()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("[]", id="a list"),
        pytest.param('{"schema": 9}', id="another schema"),
        pytest.param('{"schema": 1}', id="nothing in it"),
        pytest.param('{"schema": 1, "docgen": "", "mark": "", "sources": {"a": {"split": "x"}}}', id="an unknown split"),
    ],
)
def test_a_record_that_cannot_be_read_is_told_before_anything_is_done(tmp_path: Path, content: str) -> None:
    source = str(project(tmp_path / "bank"))
    build([source], tmp_path / "corpus")
    (tmp_path / "corpus" / "corpus.json").write_text(content)
    with pytest.raises(InputError, match="not a corpus record"):
        build([source], tmp_path / "corpus")
    (tmp_path / "corpus" / "corpus.json").unlink()
    build([source], tmp_path / "corpus")


def test_a_corpus_may_be_written_over(tmp_path: Path) -> None:
    build([str(project(tmp_path / "bank"))], tmp_path / "corpus")
    build([str(model(tmp_path / "triage"))], tmp_path / "corpus")
    assert [row.source for row in rows(tmp_path / "corpus")] == ["triage"]
    assert names_under(tmp_path / "corpus") == ["README.md", "corpus.json", *sorted(f"{split}.jsonl" for split in SPLITS)]


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


BROKEN = [
    pytest.param({"p/__init__.py": "", "p/a.py": "x = (\n"}, "p", "p/a.py", 1, "never closed", id="Python that does not parse"),
    pytest.param({"p/__init__.py": b"x = '\xff'\n"}, "p", "p/__init__.py", 1, "", id="Python that is not UTF-8"),
    pytest.param(
        {"rows.jsonl": '{"kind": "introduction"}\n'}, "rows.jsonl", "rows.jsonl", 1, "`about`", id="a row without a name"
    ),
    pytest.param({"rows.jsonl": "\n{\n"}, "rows.jsonl", "rows.jsonl", 2, "not a JSON object", id="a row that is no JSON"),
    pytest.param({"m/config.json": '{"model_type": ', "m/README.md": "# m\n"}, "m", "m", 1, "not JSON", id="a broken model"),
    pytest.param({"a.md": "# a\n\n<!-- docgen:end -->\n"}, "a.md", "a.md", 3, "an end marker", id="a broken marker"),
    pytest.param({"a.md": b"\x00\x01\x02" * 99}, "a.md", "a.md", 1, "", id="a binary document"),
    pytest.param({"a.ipynb": "{"}, "a.ipynb", "a.ipynb", 1, "not a notebook", id="a broken notebook"),
]


@pytest.mark.parametrize(("files", "source", "path", "line", "reason"), BROKEN)
def test_a_file_that_cannot_be_read_is_a_finding_and_all_else_is_read(
    tmp_path: Path, files: dict[str, str | bytes], source: str, path: str, line: int, reason: str
) -> None:
    for name, content in files.items():
        make(tmp_path / "bad", {name: ""})
        (tmp_path / "bad" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    sources = [str(project(tmp_path / "bank")), str(tmp_path / "bad" / source)]
    report = build(sources, tmp_path / "corpus")
    found = [finding for finding in report.findings if finding.code == "corpus-unreadable"]
    assert [(finding.path, finding.line) for finding in found] == [(str(tmp_path / "bad" / path), line)]
    assert reason in found[0].message and found[0].fix
    assert len(rows(tmp_path / "corpus")) == 2 and report.summary["unreadable"] == 1 and report.exit_code == 0
    assert build(sources, tmp_path / "corpus", strict=True).exit_code == 1


def test_a_source_that_gave_nothing_beside_others_is_a_finding(tmp_path: Path) -> None:
    make(tmp_path, {"notes.md": "# Guide\n\n## Introduction\n\nNothing that names a symbol.\n"})
    report = build([str(project(tmp_path / "bank")), str(tmp_path / "notes.md")], tmp_path / "corpus")
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.path) == ("source-unused", "review", str(tmp_path / "notes.md"))
    assert "untied: tied to no symbol or model" in report.table
    assert report.summary["removed"] == {"untied": 1, "superseded": 4} and report.exit_code == 0


def in_folder(folder: Path, *arguments: str) -> int:
    """The exit code of the command line run in a folder."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        return run(list(arguments))
    finally:
        os.chdir(here)


def test_the_command_prints_paths_that_can_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, {"src/bank/__init__.py": LOAD, "src/bank/rates.py": "def f(:\n"})
    arguments = ["corpus", "build", "src", "-o", "corpus", "--no-cache"]
    assert in_folder(tmp_path, *arguments) == 0
    assert capsys.readouterr().out.startswith("src/bank/rates.py:1: ")
    assert {row.path for row in rows(tmp_path / "corpus")} == {"src/bank/__init__.py"}
    assert in_folder(tmp_path, *arguments, "--strict") == 1


def test_the_report_lists_headings_and_everything_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "bank")
    make(folder, {"docs/more.md": "# `bank.rates.load`\n\n## Use Case\n\nToo short.\n\n## Licence\n\nFree for all who ask.\n"})
    assert in_folder(tmp_path, "corpus", "build", "bank", "-o", "corpus", "--no-cache", "--report") == 0
    printed = capsys.readouterr().out
    assert "bank/docs/more.md:3: tiny: holds 2 words, fewer than 4" in printed
    assert "1 Use Case: use-case (heading)" in printed and "1 Licence: no label" in printed
    assert in_folder(tmp_path, "corpus", "build", "bank", "-o", "corpus", "--no-cache", "--report", "--format", "json") == 0
    summary = json.loads(capsys.readouterr().out)["summary"]
    assert {"rule": "tiny", "path": "bank/docs/more.md", "line": 3}.items() <= summary["passages"][0].items()


def test_a_rule_that_is_switched_off_leaves_the_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "bank")
    make(folder, {"docs/more.md": "# `bank.rates.load`\n\n## Use Case\n\nToo short.\n"})
    assert in_folder(tmp_path, "corpus", "build", "bank", "-o", "corpus", "--no-cache", "--keep", "tiny") == 0
    assert ("use-case", "bank.rates.load", "markdown") in kinds(tmp_path / "corpus")
    assert in_folder(tmp_path, "corpus", "build", "bank", "-o", "corpus", "--keep", "tinny") == 2
    assert "did you mean `tiny`?" in capsys.readouterr().err


# Private words and licences


def test_nothing_private_is_written_anywhere_but_in_the_source(tmp_path: Path) -> None:
    secret = "AKIA" + "Q3EGRIPZ4YWQ7DLT"  # in two parts, so that scanners of this repository stay quiet
    folder = project(tmp_path / "bank")
    text = f"# `bank.rates.load`\n\n## Use Case\n\nSet the key {secret} before the first call of the day.\n"
    make(folder, {"docs/more.md": text, f"docs/{secret}.ipynb": f'{{"key": {secret}'})
    report = build([str(folder)], tmp_path / "corpus", cache=Cache(tmp_path / "cache"), full_report=True)
    assert report.summary["removed"] == {"unreadable": 1, "secret": 1, "superseded": 4}
    written = [path for place in ("corpus", "cache") for path in (tmp_path / place).rglob("*") if path.is_file()]
    assert written and not any(secret.encode() in path.read_bytes() for path in written)
    assert secret not in report.render("text") + report.render("json")


@pytest.mark.parametrize(
    ("licence", "wanted", "holds"),
    [
        ("MIT", ["mit"], True),
        ("MIT", ["apache-2.0"], False),
        ("", ["mit"], False),
        ("MIT OR Apache-2.0", ["apache-2.0"], True),
        ("MIT AND Apache-2.0", ["apache-2.0"], False),
        ("(MIT OR GPL-3.0) AND BSD-3-Clause", ["mit"], False),
        ("Apache-2.0 WITH LLVM-exception", ["apache-2.0"], False),
    ],
)
def test_a_licence_expression_allows_what_it_says(licence: str, wanted: list[str], holds: bool) -> None:
    assert permitted(licence, wanted) is holds


def test_licences_restrict_what_comes_in(tmp_path: Path) -> None:
    sources = [str(project(tmp_path / "bank")), str(model(tmp_path / "triage"))]
    make(tmp_path / "bank", {"LICENSE": "SPDX-License-Identifier: Apache-2.0\n"})
    report = build(sources, tmp_path / "corpus", settings=Settings(corpus=CorpusSettings(licenses=("MIT",))))
    assert {row.license for row in rows(tmp_path / "corpus")} == {"mit"}
    assert report.summary["removed"] == {"license": 6}, "two sections and four docstrings"


# Workers, the cache, and being stopped


def many(folder: Path, count: int = 60) -> Path:
    """A project with many modules, no two alike."""
    nouns = "rate parcel ticket ledger harbor sensor route meadow".split()
    for number in range(count):
        noun = f"{nouns[number % len(nouns)]}{number}"
        text = LOAD.replace("rates of a day", f"{noun} of a {nouns[number % 7]}").replace(
            "the cache", f"store {number} of {noun}"
        )
        make(folder, {f"bank/m{number}.py": text})
    return make(folder, {"bank/__init__.py": "", "LICENSE": MIT, "docs/rates.md": PAGE.format(module="bank.m1")})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_corpus_is_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    source = str(many(tmp_path / "bank"))
    for workers in (1, 2, 3):
        build([source], tmp_path / f"corpus{workers}", workers=workers)
    assert contents(tmp_path / "corpus1") == contents(tmp_path / "corpus2") == contents(tmp_path / "corpus3")
    assert len(rows(tmp_path / "corpus1")) > 100


def test_a_second_build_takes_what_has_not_changed_from_the_cache(tmp_path: Path) -> None:
    source, cache = many(tmp_path / "bank"), Cache(tmp_path / "cache")
    build([str(source)], tmp_path / "corpus", cache=cache)
    kept = set((tmp_path / "cache").rglob("*.corpus"))
    text = (source / "bank" / "m7.py").read_text()
    (source / "bank" / "m7.py").write_text(text.replace("Load the", "Fetch the"))
    build([str(source)], tmp_path / "corpus", cache=cache)
    fresh = set((tmp_path / "cache").rglob("*.corpus")) - kept
    assert 1 <= len(fresh) <= 2, "the module, and the document that may speak of it"
    build([str(source)], tmp_path / "anew")
    assert contents(tmp_path / "corpus") == contents(tmp_path / "anew")


def test_other_settings_never_meet_what_was_kept_for_these(tmp_path: Path) -> None:
    source, cache = project(tmp_path / "bank"), Cache(tmp_path / "cache")
    build([str(source)], tmp_path / "corpus", cache=cache)
    strict = Settings(corpus=CorpusSettings(min_words=11))
    build([str(source)], tmp_path / "corpus", cache=cache, settings=strict)
    build([str(source)], tmp_path / "anew", settings=strict)
    assert contents(tmp_path / "corpus") == contents(tmp_path / "anew")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_a_build_that_is_stopped_leaves_no_corpus_and_no_process(tmp_path: Path, number: signal.Signals) -> None:
    source = many(tmp_path / "bank", 150)
    command = [sys.executable, "-m", "docgen", "corpus", "build", str(source), "-o", str(tmp_path / "corpus"), "--workers", "2"]
    environment = os.environ | {"DOCGEN_CACHE": str(tmp_path / "cache")}
    run_ = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert run_.stderr is not None
    for line in run_.stderr:
        if line.startswith("reading: "):
            break
    run_.send_signal(number)
    code = run_.wait(timeout=60)
    assert code == (130 if number is signal.SIGINT else -number)
    assert not (tmp_path / "corpus").exists()
    for _ in range(100):  # workers see that nobody is left
        if not [group for group in Path("/proc").glob("[0-9]*/stat") if in_group(group, run_.pid)]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("a worker is still there")
    build([str(source)], tmp_path / "corpus", cache=Cache(tmp_path / "cache"))
    assert names_under(tmp_path) == sorted(names_under(tmp_path)) and not list(tmp_path.glob(".docgen-*"))
    assert len(rows(tmp_path / "corpus")) > 100


def in_group(stat: Path, group: int) -> bool:
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return int(fields[2]) == group and fields[0] != "Z"


def test_a_source_stays_in_its_split_when_others_join(tmp_path: Path) -> None:
    names = ["one", "two", "three", "four", "five"]
    for name in names:
        project(tmp_path / name, name)
    build([str(tmp_path / name) for name in names[:3]], tmp_path / "corpus")
    before = {row.source: split for split in SPLITS for row in read_split(tmp_path / "corpus", split)}
    build([str(tmp_path / name) for name in names], tmp_path / "corpus")
    after = {row.source: split for split in SPLITS for row in read_split(tmp_path / "corpus", split)}
    assert {name: after[name] for name in before} == before and len(after) == 5


def test_progress_counts_files(tmp_path: Path) -> None:
    said: list[tuple[object, ...]] = []
    build(
        [str(project(tmp_path / "bank")), str(model(tmp_path / "triage"))],
        tmp_path / "corpus",
        progress=lambda *it: said.append(it),
    )
    assert said[:4] == [("reading", number, 4) for number in (1, 2, 3, 4)]


# Weights and synthetic rows


def test_balance_gives_weights_and_augmentation_rows_to_the_training_split_alone(tmp_path: Path) -> None:
    sources = [str(many(tmp_path / name, 6)) for name in ("one", "two", "three")]
    settings = Settings(corpus=CorpusSettings(balance="label", augment=1.0, keep=("duplicate", "near-duplicate")))
    build(sources, tmp_path / "corpus", settings=settings)
    splits = {split: read_split(tmp_path / "corpus", split) for split in SPLITS}
    assert len({row.weight for row in splits["train"]}) > 1
    assert any(row.origin == "synthetic" for row in splits["train"])
    assert all(row.weight == 1 and row.origin != "synthetic" for split in SPLITS[1:] for row in splits[split])


# Loading it


def test_the_datasets_library_loads_every_row_exactly(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    build([str(project(tmp_path / name, name)) for name in ("one", "two", "three")], tmp_path / "corpus")
    path = tmp_path / "corpus" / "train.jsonl"
    odd: list[JSON] = ["0", 0, 1.5, True, ["a", 1], {"k": None}, "null", "[1]", 12345678901234567890, "\ud800"]
    values = tuple(Fact(f"f{number}", value) for number, value in enumerate(odd))
    first = read_split(tmp_path / "corpus", "train")[0]
    path.write_bytes(path.read_bytes() + dump_rows([replace(first, brief=replace(first.brief, facts=values), support=0.5)]))
    expected = read_split(tmp_path / "corpus", "train")
    cache = str(tmp_path / "datasets")
    folder, files = str(tmp_path / "corpus"), {"data_files": str(path)}
    for streaming in (False, True):
        for loaded in (
            datasets.load_dataset(folder, split="train", streaming=streaming, cache_dir=cache),
            datasets.load_dataset("json", split="train", streaming=streaming, cache_dir=cache, **files),
        ):
            assert [from_row(row, "") for row in loaded] == expected
            assert [repr(from_row(row, "").brief) for row in loaded] == [repr(row.brief) for row in expected]
