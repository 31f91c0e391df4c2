"""A card says that its code runs only after it has run, on the very files that are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.check import check
from docgen.cli import run
from docgen.readers.model_folder import read_model
from docgen.report import InputError
from docgen.write import write
from docgen.write.snippets import run_snippet

skops_io = pytest.importorskip("skops.io", reason='skops loads the model: pip install -e ".[dev]"')
RAN = "This code has been run as it stands, offline, with Python 3."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A regression that skops has saved."""
    from sklearn.linear_model import LinearRegression

    (tmp_path / "pyproject.toml").write_text("")
    made = tmp_path / "prices"
    made.mkdir()
    skops_io.dump(LinearRegression().fit([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]], [1.0, 2.0, 3.0]), made / "model.skops")
    return made


def card(folder: Path) -> str:
    return (folder / "README.md").read_text()


def test_code_that_was_run_is_said_to_run(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    assert RAN not in card(folder)
    write([str(folder)], root=folder.parent, run_snippets=True)
    assert RAN in card(folder) and "skops" in card(folder).partition(RAN)[2].splitlines()[0]
    assert check([], root=folder.parent).exit_code == 0
    assert write([str(folder)], root=folder.parent).summary["written"] == []


def test_another_model_file_takes_the_word_back(folder: Path) -> None:
    from sklearn.linear_model import Ridge

    write([str(folder)], root=folder.parent, run_snippets=True)
    skops_io.dump(Ridge().fit([[1.0, 2.0], [2.0, 1.0]], [1.0, 2.0]), folder / "model.skops")
    assert check([], root=folder.parent).exit_code == 1
    write([str(folder)], root=folder.parent)
    assert RAN not in card(folder)


def test_a_card_or_a_picture_is_no_part_of_the_model(folder: Path) -> None:
    write([str(folder)], root=folder.parent, run_snippets=True)
    (folder / "README.md").write_text(card(folder) + "\nA person's line.\n")
    (folder / "notes.png").write_bytes(b"picture")
    write([str(folder)], root=folder.parent)
    assert RAN in card(folder)


def test_code_that_fails_is_an_error_and_nothing_is_written(folder: Path) -> None:
    pytest.importorskip("peft", reason='the code needs it: pip install -e ".[llm]"')
    adapter = folder / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "base_model_name_or_path": "nobody/nothing", "r": 4, "task_type": "CAUSAL_LM"})
    )
    with pytest.raises(InputError, match="the card's code for `adapter` fails: .*Error"):
        write([str(adapter)], root=folder.parent, run_snippets=True)
    assert not (adapter / "README.md").exists() and not (folder.parent / ".docgen").exists()


def test_a_model_without_code_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "config.json").write_text('{"model_type": "llama"}')
    (entry,) = read_model(tmp_path / "m", tmp_path)
    with pytest.raises(InputError, match="there is no code to run"):
        run_snippet(tmp_path / "m", entry, "m", tmp_path)


def test_code_that_does_not_end_is_ended(folder: Path) -> None:
    (entry,) = read_model(folder, folder.parent)
    with pytest.raises(InputError, match=r"has not ended after 0\.01 seconds"):
        run_snippet(folder, entry, "prices", folder.parent, seconds=0.01)
    assert not (folder.parent / ".docgen").exists()


def test_a_diff_runs_nothing_since_a_run_is_recorded(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--root", str(folder.parent), "write", str(folder), "--writer", "none", "--diff", "--run-snippet"]) == 2
    assert "give one of them" in capsys.readouterr().err and not (folder.parent / ".docgen").exists()
    assert run(["--root", str(folder.parent), "write", str(folder), "--writer", "none", "--run-snippet"]) == 0
    assert RAN in card(folder)
