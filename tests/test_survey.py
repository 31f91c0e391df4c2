"""What lies in sources: which places are found, which files are passed over, and what could not be looked at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from docgen.corpus.survey import Place, Survey, survey
from docgen.report import InputError
from docgen.settings import CorpusSettings, PathSettings, Settings

CARD = "---\nbase_model: acme/base\n---\n# A\n"


def make(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def found(
    folder: Path, *, include: tuple[str, ...] = (), exclude: tuple[str, ...] = (), gitignore: bool = True, source: str = ""
) -> Survey:
    settings = Settings(paths=PathSettings(exclude=exclude), corpus=CorpusSettings(include=include, gitignore=gitignore))
    return survey([source or str(folder)], folder / "corpus", settings)


def documents(folder: Path, **options: object) -> list[str]:
    places = found(folder, **options).places  # type: ignore[arg-type]
    return sorted(path.relative_to(folder).as_posix() for place in places for path in place.documents)


def only(places: tuple[Place, ...]) -> Place:
    (place,) = places
    return place


# Files that are read


def test_documents_of_every_format_are_found(tmp_path: Path) -> None:
    make(tmp_path, dict.fromkeys(("a.md", "b/c.rst", "d.ipynb", "e.markdown", "F.MD", "g.txt", "h.py"), ""))
    assert documents(tmp_path) == ["F.MD", "a.md", "b/c.rst", "d.ipynb", "e.markdown"]


@pytest.mark.parametrize(
    ("include", "names"),
    [
        pytest.param((), ["README.md", "docs/a.md", "docs/deep/b.rst"], id="none"),
        pytest.param(("*.md",), ["README.md", "docs/a.md"], id="a suffix"),
        pytest.param(("docs/*",), ["docs/a.md", "docs/deep/b.rst"], id="a folder"),
        pytest.param(("docs/**/*.rst", "README.md"), ["README.md", "docs/deep/b.rst"], id="two"),
        pytest.param(("**/*.md",), ["README.md", "docs/a.md"], id="any depth, none too"),
    ],
)
def test_globs_say_which_files_are_read(tmp_path: Path, include: tuple[str, ...], names: list[str]) -> None:
    make(tmp_path, dict.fromkeys(("README.md", "docs/a.md", "docs/deep/b.rst"), ""))
    assert documents(tmp_path, include=include) == names


def test_globs_leave_out_files_and_folders(tmp_path: Path) -> None:
    make(tmp_path, dict.fromkeys(("README.md", "docs/a.md", "docs/old/b.rst", "old/c.md"), ""))
    assert documents(tmp_path, exclude=("docs/old", "READ*")) == ["docs/a.md", "old/c.md"]


def test_globs_hold_below_the_repository_and_below_the_source(tmp_path: Path) -> None:
    make(tmp_path, {"pyproject.toml": "", "docs/new/a.md": "", "docs/old/b.md": ""})
    for exclude in ("docs/old/*", "old/*"):
        assert documents(tmp_path, source=str(tmp_path / "docs"), exclude=(exclude,)) == ["docs/new/a.md"]


def test_packages_that_are_left_out_may_still_be_spoken_of(tmp_path: Path) -> None:
    make(tmp_path, {"bank/__init__.py": "", "shop/__init__.py": "", "docs/a.md": ""})
    place = only(found(tmp_path, include=("*.md", "shop")).places)
    assert [path.name for path in place.packages] == ["shop"]
    assert [path.name for path in place.consulted] == ["bank"]


def test_hidden_folders_tests_and_results_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, {f"{place}/a.md": "" for place in (".hidden", "tests", "node_modules", "build", "docs")})
    assert documents(tmp_path) == ["docs/a.md"]


# What git ignores


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        pytest.param({".gitignore": "notes/\n*.draft.md\n"}, ["a.md", "docs/b.md", "docs/notes.md"], id="folders and files"),
        pytest.param(
            {".gitignore": "/a.md\n"}, ["docs/b.draft.md", "docs/b.md", "docs/notes.md", "notes/c.md"], id="at the root"
        ),
        pytest.param({".gitignore": "*.md\n!b.md\n"}, ["docs/b.md"], id="an exception"),
        pytest.param(
            {".gitignore": "*.md\n", "docs/.gitignore": "!*.md\n"},
            ["docs/b.draft.md", "docs/b.md", "docs/notes.md"],
            id="nearer",
        ),
        pytest.param({".gitignore": "docs\n", "docs/.gitignore": "!*\n"}, ["a.md", "notes/c.md"], id="a folder is gone"),
        pytest.param({"docs/.gitignore": "b*\n"}, ["a.md", "docs/notes.md", "notes/c.md"], id="deeper"),
        pytest.param(
            {".gitignore": "# a.md\n\\\n!\n**/notes/**\n"}, ["a.md", "docs/b.draft.md", "docs/b.md", "docs/notes.md"], id="odd"
        ),
    ],
)
def test_what_git_ignores_is_left_out(tmp_path: Path, rules: dict[str, str], names: list[str]) -> None:
    make(
        tmp_path,
        dict.fromkeys((".git/HEAD", "a.md", "docs/b.md", "docs/b.draft.md", "docs/notes.md", "notes/c.md"), "") | rules,
    )
    assert documents(tmp_path) == names
    assert len(documents(tmp_path, gitignore=False)) == 5


def test_rules_above_the_source_hold_unless_they_leave_it_out(tmp_path: Path) -> None:
    make(
        tmp_path,
        {".git/HEAD": "", ".gitignore": "*.rst\nout/\n", "docs/a.md": "", "docs/b.rst": "", "out/c.md": "", "out/d.rst": ""},
    )
    assert documents(tmp_path, source=str(tmp_path / "docs")) == ["docs/a.md"]
    assert documents(tmp_path, source=str(tmp_path / "out")) == ["out/c.md", "out/d.rst"]


def test_ignored_packages_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, {".gitignore": "vendored/\n", "bank/__init__.py": "", "vendored/__init__.py": ""})
    assert [path.name for path in only(found(tmp_path).places).packages] == ["bank"]


def test_what_git_ignores_inside_a_package_gives_no_rows(tmp_path: Path) -> None:
    files = dict.fromkeys(
        ("bank/__init__.py", "bank/rates.py", "bank/_version.py", "bank/made/__init__.py", "bank/made/a.py"), ""
    )
    make(tmp_path, {".git/HEAD": "", ".gitignore": "made/\n", "bank/.gitignore": "_version.py\n"} | files)
    for source in (tmp_path, tmp_path / "bank"):
        left_out = only(found(tmp_path, source=str(source)).places).left_out
        modules = {path.relative_to(tmp_path / "bank").as_posix() for path in left_out if path.suffix == ".py"}
        assert modules == {"_version.py", "made/__init__.py", "made/a.py"}
    assert not only(found(tmp_path, gitignore=False).places).left_out


# Links, and what cannot be looked at


def test_links_are_not_followed_in_circles(tmp_path: Path) -> None:
    make(tmp_path, {"docs/a.md": ""})
    (tmp_path / "docs" / "again").symlink_to(tmp_path)
    (tmp_path / "docs" / "self.md").symlink_to(tmp_path / "docs" / "self.md")
    (tmp_path / "docs" / "gone.md").symlink_to(tmp_path / "gone.md")
    surveyed = found(tmp_path)
    assert [path.name for place in surveyed.places for path in place.documents] == ["a.md"]
    assert sorted((item.rule, Path(item.path).name) for item in surveyed.removed) == [
        ("unreadable", "gone.md"),
        ("unreadable", "self.md"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_told_and_never_opened(tmp_path: Path) -> None:
    make(tmp_path, {"docs/a.md": ""})
    os.mkfifo(tmp_path / "docs" / "pipe.md")
    surveyed = found(tmp_path)
    assert [path.name for place in surveyed.places for path in place.documents] == ["a.md"]
    assert [(Path(item.path).name, item.reason) for item in surveyed.removed] == [("pipe.md", "not an ordinary file")]


def test_a_file_and_a_link_to_it_are_one_document(tmp_path: Path) -> None:
    make(tmp_path, {"docs/index.md": "", "cache/3f9a": ""})
    (tmp_path / "README.md").symlink_to(tmp_path / "docs" / "index.md")
    (tmp_path / "kept.md").symlink_to(tmp_path / "cache" / "3f9a")
    assert documents(tmp_path) == ["docs/index.md", "kept.md"], "a link is read where it is the only way to a document"


def test_links_that_lead_out_of_the_source_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, {"elsewhere/secret.md": "", "elsewhere/raw": "", "here/a.md": ""})
    (tmp_path / "here" / "b.md").symlink_to(tmp_path / "elsewhere" / "secret.md")
    (tmp_path / "here" / "c.md").symlink_to(tmp_path / "elsewhere" / "raw")
    assert documents(tmp_path, source=str(tmp_path / "here")) == ["here/a.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    make(tmp_path, {"a.md": "", "locked/b.md": ""})
    (tmp_path / "locked").chmod(0)
    try:
        surveyed = found(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o755)
    assert [path.name for place in surveyed.places for path in place.documents] == ["a.md"]
    (removed,) = surveyed.removed
    assert (removed.rule, Path(removed.path).name) == ("unreadable", "locked") and "cannot be read" in removed.reason


def test_a_source_without_anything_of_use_is_refused(tmp_path: Path) -> None:
    make(tmp_path, {"a.txt": ""})
    with pytest.raises(InputError, match="nothing to learn from"):
        found(tmp_path)


@pytest.mark.parametrize(
    ("source", "message"), [("gone", "no such file or folder"), ("a.txt", r"not a document or package: \.txt files")]
)
def test_a_source_that_is_typed_wrongly_is_refused(tmp_path: Path, source: str, message: str) -> None:
    make(tmp_path, {"a.txt": ""})
    with pytest.raises(InputError, match=message):
        found(tmp_path, source=str(tmp_path / source))


# Models and installed packages


def test_a_model_card_by_itself_is_a_model_called_like_its_folder(tmp_path: Path) -> None:
    make(tmp_path, {"cards/triage/README.md": CARD, "cards/tags.md": CARD, "cards/plain.md": "# A\n"})
    places = found(tmp_path).places
    assert [(place.name, place.is_model, place.is_card) for place in places] == [
        ("plain", False, False),
        ("tags", True, True),
        ("triage", True, True),
    ]


def test_a_card_that_is_given_by_name_is_a_model(tmp_path: Path) -> None:
    make(tmp_path, {"triage/README.md": CARD})
    place = only(found(tmp_path, source=str(tmp_path / "triage" / "README.md")).places)
    assert (place.name, place.is_card, [path.name for path in place.documents]) == ("triage", True, ["README.md"])


def test_the_readme_of_a_project_is_no_card_whatever_it_declares(tmp_path: Path) -> None:
    make(tmp_path, {"bank/__init__.py": "", "README.md": CARD, "models/triage/README.md": CARD})
    places = found(tmp_path).places
    assert [(place.is_card, len(place.packages), len(place.documents)) for place in places] == [(False, 1, 1), (True, 0, 1)]


def test_a_card_beside_the_files_of_its_model_is_part_of_the_model_s_folder(tmp_path: Path) -> None:
    make(tmp_path, {"triage/README.md": CARD, "triage/config.json": '{"model_type": "bert"}'})
    place = only(found(tmp_path).places)
    assert (place.is_model, place.is_card, place.name) == (True, False, "triage")


def test_an_installed_package_brings_its_readme(tmp_path: Path) -> None:
    files = {
        "bank/__init__.py": "",
        "bank-1.0.dist-info/METADATA": "Name: bank\n\nBank\n",
        "bank-1.0.dist-info/RECORD": "bank/__init__.py,,\n",
    }
    make(tmp_path, files | {"bank-1.0.dist-info/licenses/AUTHORS.md": "", "other-2.dist-info/RECORD": "other.py,,\n"})
    for source in (tmp_path / "bank", tmp_path):
        place = only(found(tmp_path, source=str(source)).places)
        assert [path.name for path in place.packages] == ["bank"]
        assert [path.relative_to(tmp_path).as_posix() for path in place.documents] == ["bank-1.0.dist-info/METADATA"]


def test_metadata_that_is_given_by_itself_has_the_name_of_its_package(tmp_path: Path) -> None:
    make(tmp_path, {"bank-1.0.dist-info/METADATA": "Name: bank\n\nBank\n"})
    place = only(found(tmp_path, source=str(tmp_path / "bank-1.0.dist-info" / "METADATA")).places)
    assert place.name == "bank"
