"""A document has the modules read that it can speak of, and what it is told is as if all had been."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.cache import Cache
from docgen.check import check
from docgen.check.written import words_of
from docgen.readers.python_api import BrokenFile, ModuleFacts, cited_files, read_cited, read_modules

PACKAGE = {
    "rates/__init__.py": '"""Rates."""\nfrom rates._http import *\nfrom rates.store import Store\n',
    "rates/_http.py": '"""HTTP."""\n__all__ = ["load"]\n\nTIMEOUT = 30\n\ndef load(code, timeout=TIMEOUT):\n    """Loads."""\n',
    "rates/store.py": 'class Store:\n    """Keeps."""\n    def put(self, rate, times=3):\n        """Puts."""\n',
    "rates/deep/__init__.py": "",
    "rates/deep/tables.py": "def row(width=80):\n    return width\n",
    "rates/other.py": "def unused(depth=4):\n    return depth\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a package."""
    for name, text in PACKAGE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    return tmp_path


def names_for(root: Path, *words: str) -> list[str]:
    return [file.name for file in cited_files(root / "rates", root, words)[0]]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        pytest.param([], ["rates"], id="none, but for the package itself"),
        pytest.param(["load"], ["rates", "rates._http"], id="a function"),
        pytest.param(["put"], ["rates", "rates.store"], id="a method"),
        pytest.param(["row"], ["rates", "rates.deep", "rates.deep.tables"], id="the packages above it"),
        pytest.param(["tables"], ["rates", "rates.deep", "rates.deep.tables"], id="a module by its name"),
        pytest.param(["TIMEOUT", "width"], ["rates"], id="nothing that only holds the word"),
    ],
)
def test_the_modules_are_read_that_have_or_define_a_word(root: Path, words: list[str], names: list[str]) -> None:
    assert names_for(root, *words) == names


@pytest.mark.parametrize("kept", [False, True], ids=["nothing kept", "all kept before"])
def test_what_is_read_of_a_module_is_what_a_whole_reading_gives(root: Path, kept: bool) -> None:
    cache = Cache(root / "cache")
    whole = {
        found.name: found
        for found in read_modules(root / "rates", root, private=True, cache=cache if kept else None)
        if isinstance(found, ModuleFacts)
    }
    files, _ = cited_files(root / "rates", root, ["load", "Store"])
    for _ in range(2):
        for found in read_cited(root / "rates", root, files, cache):
            assert isinstance(found, ModuleFacts)
            assert found.entries == whole[found.name].entries
            assert found.docstrings == whole[found.name].docstrings
            assert found.mark == whole[found.name].mark


def test_what_is_kept_is_read_anew_when_a_module_that_it_rests_on_changes(root: Path) -> None:
    cache = Cache(root / "cache")
    files, _ = cited_files(root / "rates", root, [])
    (before,) = read_cited(root / "rates", root, files, cache)
    path = root / "rates/_http.py"
    path.write_text(PACKAGE["rates/_http.py"].replace("Loads.", "Loads a rate."), encoding="utf-8")
    (after,) = read_cited(root / "rates", root, files, cache)
    assert isinstance(before, ModuleFacts) and isinstance(after, ModuleFacts)
    assert before.entries[0].get("members.load") == "Loads."
    assert after.entries[0].get("members.load") == "Loads a rate."


def test_a_module_that_does_not_parse_is_told_and_costs_itself_alone(root: Path) -> None:
    (root / "rates/store.py").write_text("class Store(:\n", encoding="utf-8")
    files, _ = cited_files(root / "rates", root, ["Store", "load"])
    found = list(read_cited(root / "rates", root, files, Cache(None)))
    assert [one.path for one in found if isinstance(one, BrokenFile)] == ["rates/store.py"]
    assert [one.name for one in found if isinstance(one, ModuleFacts)] == ["rates", "rates._http"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("guide.md", "# Rates\n\n## `rates.load`\n\n`timeout` defaults to 20.\n", id="Markdown"),
        pytest.param("guide.rst", "Rates\n=====\n\n.. function:: rates.load\n\n   ``timeout`` defaults to 20.\n", id="RST"),
        pytest.param(
            "guide.ipynb",
            '{"cells": [{"cell_type": "markdown", "source": "# Rates\\n## `rates.load`\\n`timeout` defaults to 20.\\n"}]}',
            id="a notebook",
        ),
    ],
)
def test_a_document_is_held_against_the_modules_it_cites(root: Path, name: str, text: str) -> None:
    path = root / name
    path.write_text(text, encoding="utf-8")
    for number in range(20):  # so many that they are not all read
        (root / f"rates/filler{number}.py").write_text("", encoding="utf-8")
    (found,) = check([path], root=root, cache=Cache(root / "cache")).findings
    assert (found.code, found.new) == ("contradicted-default", "30")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("The load is high.", set(), id="prose"),
        pytest.param("Call `load` twice.", {"load"}, id="code font"),
        pytest.param("See rates.load and load_all or load().", {"rates", "load", "load_all"}, id="what looks like a name"),
        pytest.param("# Load rates", {"Load", "rates"}, id="a heading"),
        pytest.param("Load rates\n----------", {"Load", "rates"}, id="a heading with a line under it"),
        pytest.param(".. function:: load", {"function", "load"}, id="a directive"),
        pytest.param("````\n```\nload\n```python\nrow\n````\nprose", {"load", "python", "row"}, id="a fence in a fence"),
        pytest.param("    >>> put", {"put"}, id="a session"),
        pytest.param("from rates import load", {"from", "rates", "import", "load"}, id="an import"),
    ],
)
def test_words_that_may_be_names_are_those_in_the_place_of_one(tmp_path: Path, text: str, words: set[str]) -> None:
    path = tmp_path / "guide.md"
    path.write_text(text, encoding="utf-8")
    assert set(words_of(path)) == words


def test_a_name_that_two_modules_define_stays_ambiguous(root: Path) -> None:
    (root / "rates/twin.py").write_text("def row(width=70):\n    return width\n", encoding="utf-8")
    path = root / "guide.md"
    path.write_text("# Rates\n\n`row()` has the parameter `width`, which defaults to 60.\n", encoding="utf-8")
    assert not check([path], root=root).findings
