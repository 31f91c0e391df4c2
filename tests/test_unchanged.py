"""Where no file has changed, a run is told from what the last one came to; anything else makes it look again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE = '"""Rates."""\n\n\ndef load(path: str, timeout: int = 30) -> None:\n    """Load the rates of one file."""\n'
WATCHED = """
import json, sys
from docgen.cli import run
code = run(sys.argv[2:])
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(sorted(sys.modules), file)
sys.exit(code)
"""
HEAVY = {"docgen.write.flow", "docgen.document", "markdown_it", "jinja2", "griffe", "torch", "docgen.writers"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a package of two modules, a README and a test, whose pages are written."""
    root = tmp_path / "root"
    files = {
        "pyproject.toml": "[project]\nname = 'rates'\n",
        "README.md": "# Rates\n",
        "rates/__init__.py": SOURCE,
        "rates/words.py": 'def spell(amount: int) -> str:\n    """Spell an amount."""\n',
        "tests/test_rates.py": "def test_load():\n    pass\n",
        ".git/HEAD": "ref: refs/heads/main\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    assert "wrote docs/api/rates.md" in run(root)[0]
    return root


def run(root: Path, *options: str, target: str = "rates") -> tuple[str, set[str]]:
    """What a run prints, and the modules that it imported."""
    seen = root.parent / "imported.json"
    environment = {
        **os.environ,
        "DOCGEN_CACHE": str(root.parent / "cache"),
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-c", WATCHED, str(seen), "write", target, "--writer", "none", *options]
    ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode in (0, 1), ended.stderr
    return ended.stdout, set(json.loads(seen.read_text()))


def is_recalled(imported: set[str]) -> bool:
    return not HEAVY & imported


def test_a_run_after_a_run_is_told_without_reading_anything(project: Path) -> None:
    for _ in range(2):
        output, imported = run(project)
        assert output == "3 documents up to date\n"
        assert is_recalled(imported)


def test_what_is_told_is_what_a_run_that_reads_everything_tells(project: Path) -> None:
    assert run(project)[0] == run(project, "--no-cache")[0]


def append(path: str) -> Callable[[Path], object]:
    def change(root: Path) -> None:
        with open(root / path, "a", encoding="utf-8") as file:
            file.write("\n# more\n")

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(append("rates/__init__.py"), id="a source"),
        pytest.param(append("docs/api/rates.md"), id="a page"),
        pytest.param(append("README.md"), id="the README, which has examples"),
        pytest.param(append("tests/test_rates.py"), id="a test"),
        pytest.param(append("pyproject.toml"), id="the settings"),
        pytest.param(lambda root: (root / "rates" / "more.py").write_text("X = 1\n"), id="a new module"),
        pytest.param(lambda root: (root / "rates" / "words.py").unlink(), id="a module that is gone"),
        pytest.param(lambda root: (root / "docs" / "api" / "index.md").unlink(), id="a page that is gone"),
        pytest.param(
            lambda root: next((root / ".docgen" / "ledger").rglob("rates.md.json")).unlink(), id="a ledger that is gone"
        ),
        pytest.param(lambda root: (root / "docgen.toml").write_text("[paths]\ndocs = 'pages'\n"), id="new settings"),
        pytest.param(lambda root: swap(root / "rates" / "words.py"), id="other content of the same size and time"),
    ],
)
def test_a_change_of_any_file_makes_a_run_look_again(project: Path, change: Callable[[Path], object]) -> None:
    assert is_recalled(run(project)[1])
    change(project)
    assert not is_recalled(run(project)[1])


def swap(path: Path) -> None:
    """Other content in the same file, of the same size, with the same time of change."""
    before = path.stat()
    path.write_text(path.read_text().replace("Spell an", "Count an"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_changed_source_is_seen_and_its_page_renewed(project: Path) -> None:
    run(project)
    (project / "rates" / "__init__.py").write_text(SOURCE.replace("= 30", "= 60"))
    assert "renewed docs/api/rates.md" in run(project)[0]
    assert "timeout: int = 60" in (project / "docs" / "api" / "rates.md").read_text()
    assert is_recalled(run(project)[1])


@pytest.mark.parametrize("options", [["--diff"], ["--no-cache"], ["--explain"], ["--run-examples"]])
def test_a_run_that_is_asked_for_more_is_made(project: Path, options: list[str]) -> None:
    run(project)
    assert not is_recalled(run(project, *options)[1])


def test_other_targets_and_options_are_other_runs(project: Path) -> None:
    run(project)
    assert not is_recalled(run(project, target="rates/words.py")[1])
    assert not is_recalled(run(project, "-o", "elsewhere")[1])
    assert (project / "elsewhere" / "rates.md").is_file()


def test_a_run_with_something_to_tell_tells_it_each_time(project: Path) -> None:
    (project / "rates" / "words.py").unlink()
    assert "orphaned" in run(project)[0]  # and the list of modules was renewed
    first = run(project)[0]
    assert "orphaned" in first
    assert run(project)[0] == first


def test_a_folder_behind_a_link_is_looked_into_each_time(project: Path) -> None:
    (project.parent / "far").mkdir()
    (project / "docs" / "far").symlink_to(project.parent / "far")
    for _ in range(2):
        assert not is_recalled(run(project)[1])
