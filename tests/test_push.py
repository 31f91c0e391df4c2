"""What goes to the Hub, and what does not; up to the network, which no test reaches."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Trained

from docgen.report import DocgenError, InputError
from docgen.training.push import push

NOWHERE = "http://127.0.0.1:9"  # the port that discards, where nothing listens


def test_a_dry_run_lists_the_files_of_the_adapter_and_nothing_that_quotes_documents(trained: Trained) -> None:
    report = push(trained.folder, "team/adapter", dry_run=True)
    assert set(report.summary["files"]) == {
        *(
            "README.md",
            "adapter_config.json",
            "adapter_model.safetensors",
            "docgen.json",
            "training-curves.svg",
            "tokenizer.json",
        ),
        *("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"),
    }
    assert report.table.startswith("would push 8 files")
    assert "(private where it is new)" in report.table and report.table.endswith("nothing was sent")
    assert (trained.folder / "report.html").is_file() and (trained.folder / "seen.json").is_file()


def test_a_hub_that_is_not_there_is_a_clear_error(trained: Trained, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DocgenError, match="the Hub") as error:
        push(trained.folder, "team/adapter", endpoint=NOWHERE)
    assert error.value.where == "team/adapter" and error.value.fix


@pytest.mark.parametrize("name", ["adapter", "team/", "a/b/c", "team/ad apter", "../x"])
def test_a_name_that_is_no_repository_is_refused(trained: Trained, name: str) -> None:
    with pytest.raises(InputError, match="not a repository's name"):
        push(trained.folder, name, dry_run=True)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="neither an adapter nor a model"):
        push(tmp_path, "team/adapter", dry_run=True)


def test_a_model_without_a_card_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    table = push(tmp_path, "team/model", public=True, dry_run=True).table
    assert f"no README.md: the Hub will show no card (docgen write {tmp_path} makes one)" in table
    assert "(public where it is new)" in table


def test_an_unfinished_adapter_is_not_pushed(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / "checkpoints").mkdir()
    with pytest.raises(InputError, match="not finished"):
        push(tmp_path, "team/adapter", dry_run=True)
