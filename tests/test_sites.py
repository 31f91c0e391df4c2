"""The pages of real packages build without a warning in the tools that teams use: MkDocs, and Sphinx with MyST."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from docgen.navigation import FEWEST, on_nav
from docgen.write import write

PACKAGES = ("click", "docgen.claims")
MKDOCS = """site_name: pages
docs_dir: docs
use_directory_urls: false
validation:
  anchors: warn
  absolute_links: warn
  unrecognized_links: warn
"""
SPHINX = 'project = "pages"\nextensions = ["myst_parser"]\nmyst_heading_anchors = 3\n'
ROOT = "# Pages\n\n```{toctree}\n:glob:\n\napi/*\n```\n"


@pytest.fixture(scope="module", params=PACKAGES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of an installed package, in a project of their own."""
    root = tmp_path_factory.mktemp("site")
    write([request.param], root=root, output=root / "docs" / "api")
    assert len(list((root / "docs" / "api").glob("*.md"))) > 3
    return root


def build(command: list[str], folder: Path) -> str:
    """Runs a tool and gives what it says; its failure is the test's."""
    ended = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.skipif(importlib.util.find_spec("mkdocs") is None, reason='MkDocs builds the pages: pip install -e ".[dev]"')
def test_mkdocs_builds_the_pages_in_strict_mode(site: Path) -> None:
    (site / "mkdocs.yml").write_text(MKDOCS)
    (site / "docs" / "index.md").write_text("# Pages\n")
    assert "WARNING" not in build(["mkdocs", "build", "--strict", "--clean"], site)
    assert list((site / "site" / "api").glob("*.html"))


@pytest.mark.skipif(
    importlib.util.find_spec("myst_parser") is None, reason='Sphinx with MyST builds the pages: pip install -e ".[dev]"'
)
def test_sphinx_with_myst_builds_the_pages_without_a_warning(site: Path) -> None:
    (site / "docs" / "conf.py").write_text(SPHINX)
    (site / "docs" / "index.md").write_text(ROOT)
    build(["sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", "html"], site)
    assert list((site / "html" / "api").glob("*.html"))


# The navigation of large packages


def outline_of(items: Sequence[Any]) -> list[Any]:
    """The titles of a navigation as nested lists."""
    return [
        [item.title, outline_of(item.children)] if item.children else item.file.src_uri.rpartition("/")[2] for item in items
    ]


def navigation(root: Path, names: Sequence[str]) -> Any:
    """What MkDocs makes of pages of these names, with docgen's hook."""
    from mkdocs.config import load_config
    from mkdocs.structure.files import get_files
    from mkdocs.structure.nav import get_navigation

    (root / "docs" / "api").mkdir(parents=True)
    for name in names:
        (root / "docs" / name).write_text("# A page\n")
    (root / "mkdocs.yml").write_text("site_name: pages\n")
    config = load_config(str(root / "mkdocs.yml"))
    files = get_files(config)
    return on_nav(get_navigation(files, config), config, files)


@pytest.mark.skipif(importlib.util.find_spec("mkdocs") is None, reason='MkDocs builds the pages: pip install -e ".[dev]"')
def test_the_modules_of_a_large_package_are_a_tree_in_the_navigation(tmp_path: Path) -> None:
    inner = [f"api/shop.parts.part{number:02}.md" for number in range(FEWEST)]
    names = ["index.md", "guide.md", "api/index.md", "api/other.md", "api/shop.md", "api/shop.money.md", "api/shop.parts.md"]
    nav = navigation(tmp_path, [*names, *inner])
    parts = ["parts", ["shop.parts.md", *(name.removeprefix("api/") for name in inner)]]
    tree = ["index.md", "other.md", ["shop", ["shop.md", "shop.money.md", parts]]]
    assert outline_of(nav.items) == ["index.md", "guide.md", ["Api", tree]]
    page = nav.items[2].children[2].children[2].children[1]
    assert page.title == "part00" and [parent.title for parent in page.ancestors] == ["parts", "shop", "Api"]
    assert page.next_page is not None and page.next_page.file.src_uri == inner[1]


@pytest.mark.skipif(importlib.util.find_spec("mkdocs") is None, reason='MkDocs builds the pages: pip install -e ".[dev]"')
def test_the_navigation_of_a_small_package_stays(tmp_path: Path) -> None:
    nav = navigation(tmp_path, ["index.md", "api/shop.md", "api/shop.money.md"])
    assert outline_of(nav.items) == ["index.md", ["Api", ["shop.md", "shop.money.md"]]]


@pytest.mark.skipif(
    importlib.util.find_spec("myst_parser") is None, reason='Sphinx with MyST builds the pages: pip install -e ".[dev]"'
)
def test_the_modules_of_a_large_package_are_a_tree_in_sphinx(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "api").mkdir(parents=True)
    inner = [f"shop.parts.part{number:02}" for number in range(FEWEST)]
    for name in ("shop", "shop.money", "shop.parts", *inner, "other", "other.small"):
        (docs / "api" / f"{name}.md").write_text(f"# {name}\n")
    (docs / "conf.py").write_text(SPHINX.replace('"myst_parser"', '"myst_parser", "docgen.navigation"'))
    (docs / "index.md").write_text(ROOT)
    assert nested(tmp_path) == {
        "index": ["api/other", "api/other.small", "api/shop"],
        "api/shop": ["api/shop.money", "api/shop.parts"],
        "api/shop.parts": [f"api/{name}" for name in inner],
    }
    page = (tmp_path / "html" / "api" / "shop.money.html").read_text()
    assert '<li class="toctree-l2 current"><a class="current reference internal" href="#">money</a>' in page
    (docs / "api" / f"{inner[0]}.md").unlink()
    (docs / "api" / "shop.parts.part99.md").write_text("# shop.parts.part99\n")
    assert nested(tmp_path)["api/shop.parts"] == [f"api/{name}" for name in (*inner[1:], "shop.parts.part99")]
    for name in inner[1:5]:
        (docs / "api" / f"{name}.md").unlink()
    assert list(nested(tmp_path)) == ["index"], "a small package's pages stay a list"


def nested(root: Path) -> dict[str, list[str]]:
    """What Sphinx puts below each document, after a build that goes on from the last one."""
    import pickle

    build(["sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", "html"], root)
    environment = pickle.loads((root / "html" / ".doctrees" / "environment.pickle").read_bytes())
    return {
        name: inside
        for name, inside in sorted(environment.toctree_includes.items(), key=lambda item: item[0] != "index")
        if inside
    }


def test_the_index_of_a_large_package_goes_by_package_and_each_page_lists_its_own(tmp_path: Path) -> None:
    (tmp_path / "shop" / "parts").mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").write_text('"""A shop."""\n\n\ndef sell() -> None:\n    """Sell all."""\n')
    (tmp_path / "shop" / "parts" / "__init__.py").write_text('"""Its parts."""\n\nMOST = 30\n')
    for number in range(30):
        source = f'"""Part {number}."""\n\n\ndef load(path: str) -> str:\n    """Load a part."""\n    return path\n'
        (tmp_path / "shop" / "parts" / f"part{number:02}.py").write_text(source)
        if number < 3:
            (tmp_path / "shop" / f"part{number:02}.py").write_text(source)
    write([str(tmp_path / "shop")], root=tmp_path)
    index, page = ((tmp_path / "docs" / "api" / name).read_text() for name in ("index.md", "shop.md"))
    first, second = index.split("## ")[1:]
    assert first.startswith("[`shop`](shop.md)\n\n| Module |") and first.count("| [`part") == 3
    assert second.startswith("[`shop.parts`](shop.parts.md)\n\nIts parts.\n\n") and second.count("| [`part") == 30
    assert "## Contents" in page and page.count("| [`part") == 4, "three modules and a package"
    before = index
    write([str(tmp_path / "shop")], root=tmp_path)
    assert (tmp_path / "docs" / "api" / "index.md").read_text() == before
