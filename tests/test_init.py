"""docgen init: what it writes, and that it never overwrites."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from docgen.init import HOOK, HOOK_FILE, init
from docgen.report import InputError
from docgen.settings import Settings, load_settings


def hooks_in(text: str) -> list[str]:
    content: Any = YAML(typ="safe", pure=True).load(StringIO(text))
    return [hook["id"] for repo in content["repos"] for hook in repo["hooks"]]


def test_a_new_project_gets_the_defaults_and_is_told_the_hook_and_the_step(tmp_path: Path) -> None:
    report = init(tmp_path)
    assert load_settings(tmp_path) == Settings()
    assert report.exit_code == 0 and not (tmp_path / HOOK_FILE).exists()
    assert (
        "wrote docgen.toml" in report.table and "entry: docgen check" in report.table and "- run: docgen check" in report.table
    )


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    init(tmp_path, write_hook=True)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    report = init(tmp_path, write_hook=True)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert report.summary["written"] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("docgen.toml", "train.epochs = 5\n", id="docgen.toml"),
        pytest.param("pyproject.toml", "[tool.docgen.train]\nepochs = 5\n", id="pyproject.toml"),
    ],
)
def test_settings_that_are_there_stay(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == text
    assert f"settings are in {name}" in report.table


OTHER = "- repo: https://example.org/other\n{0}  rev: v1  # pinned\n{0}  hooks: [{{id: other}}]\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("repos:\n  " + OTHER.format("  "), id="indented items"),
        pytest.param("repos:\n" + OTHER.format(""), id="items at the margin"),
        pytest.param("repos:\n  " + OTHER.format("  ") + "\n# the end\nci:\n  autofix_prs: false\n", id="keys after it"),
        pytest.param(
            "default_stages: [pre-commit]\nrepos: # ours\n\n  " + OTHER.format("  ").rstrip("\n"), id="no final newline"
        ),
        pytest.param(("repos:\n  " + OTHER.format("  ")).replace("\n", "\r\n"), id="CRLF"),
    ],
)
def test_the_hook_joins_those_that_are_there_and_every_other_byte_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / HOOK_FILE
    path.write_bytes(text.encode())
    init(tmp_path, write_hook=True)
    after = path.read_bytes().decode()
    assert hooks_in(after) == ["other", "docgen-check"]
    entry = [line for line in after.splitlines() if line.strip() in {known.strip() for known in HOOK.splitlines()}]
    assert len(entry) >= len(HOOK.splitlines())
    assert [line for line in text.splitlines() if line not in after.splitlines()] == []
    assert ("\r\n" in after) == ("\r\n" in text) and after.count("\n") == len(after.splitlines())


def test_a_project_without_hooks_gets_a_file_for_them(tmp_path: Path) -> None:
    init(tmp_path, write_hook=True)
    assert hooks_in((tmp_path / HOOK_FILE).read_text(encoding="utf-8")) == ["docgen-check"]


def test_a_hook_under_another_entry_is_not_added_again(tmp_path: Path) -> None:
    (tmp_path / HOOK_FILE).write_text(
        "repos:\n- repo: https://example.org/docgen\n  hooks:\n  - id: docgen-check\n", encoding="utf-8"
    )
    assert "docgen.toml" in str(init(tmp_path, write_hook=True).summary["written"])
    assert hooks_in((tmp_path / HOOK_FILE).read_text(encoding="utf-8")) == ["docgen-check"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("repos: [{repo: local, hooks: []}]\n", "cannot be added", id="a list in brackets"),
        pytest.param("ci: {}\n", "cannot be added", id="no list"),
        pytest.param("repos:\n  - repo: [\n", "not YAML", id="no YAML"),
    ],
)
def test_a_hook_file_that_cannot_be_extended_is_left_as_it_is(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / HOOK_FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        init(tmp_path, write_hook=True)
    assert path.read_text(encoding="utf-8") == text
