"""The pages of real packages build without a warning in the tools that teams use: MkDocs, and Sphinx with MyST."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

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
