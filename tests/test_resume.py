"""A broken run goes on as if nothing had happened, or says what has changed."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import SETTINGS, Trained, example, write_corpus

from docgen.report import InputError, Report
from docgen.settings import TrainSettings
from docgen.train import train
from docgen.training.checkpoints import is_whole, sole

Bases = Callable[[str], Path]
WEIGHTS = "adapter_model.safetensors"


class Broken(Exception):
    """What ends a run in these tests."""


def breaks_at(step: int, how: Callable[[], None]) -> Callable[..., None]:
    """A progress that ends the run after a step."""

    def progress(message: str, done: int | None = None, total: int | None = None) -> None:
        if message == "training" and done == step:
            how()

    return progress


def crash() -> None:
    raise Broken


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def broken_run(corpus: Path, output: Path, base: Path, how: Callable[[], None], step: int = 3) -> None:
    """A run of four steps with a checkpoint after each, ended at `step`."""
    with pytest.raises((Broken, KeyboardInterrupt)):
        train(corpus, output=output, base=str(base), settings=SETTINGS, progress=breaks_at(step, how))


def resumed(corpus: Path, output: Path, base: Path, settings: TrainSettings = SETTINGS) -> tuple[Report, list[str]]:
    said: list[str] = []
    report = train(
        corpus, output=output, base=str(base), settings=settings, resume=True, progress=lambda *say: said.append(say[0])
    )
    return report, said


@pytest.mark.parametrize("how", [crash, interrupt], ids=["crash", "Ctrl-C"])
def test_a_resumed_run_ends_with_the_same_bits(trained: Trained, tmp_path: Path, how: Callable[[], None]) -> None:
    output = tmp_path / "adapter"
    broken_run(trained.corpus, output, trained.base, how)
    last = "checkpoint-3" if how is interrupt else "checkpoint-2"  # Ctrl-C saves the step that it ends
    report, said = resumed(trained.corpus, output, trained.base)
    assert f"going on from {last}" in said
    assert (output / WEIGHTS).read_bytes() == (trained.folder / WEIGHTS).read_bytes()
    assert report.summary["scores"] == trained.report.summary["scores"]
    assert losses(output) == losses(trained.folder)


def test_every_option_goes_on_with_the_same_bits(corpus: Path, base: Bases, tmp_path: Path) -> None:
    options = {"neftune": 5.0, "rslora": True, "unfreeze": 0.7, "prompt_weight": 0.05, "weight_decay": 0.01, "replay": 0.25}
    settings = replace(SETTINGS, **options)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train(corpus, output=whole, base=str(base("llama")), settings=settings)
    with pytest.raises(Broken):
        train(corpus, output=broken, base=str(base("llama")), settings=settings, progress=breaks_at(3, crash))
    resumed(corpus, broken, base("llama"), settings)
    assert (broken / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()


def losses(folder: Path) -> list[tuple[int, float]]:
    history = json.loads((folder / "trainer_state.json").read_text())["log_history"]
    return [(entry["step"], entry["loss"]) for entry in history if "loss" in entry]


@pytest.fixture(scope="module")
def broken(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that crashed in its third step."""
    output = tmp_path_factory.mktemp("broken") / "adapter"
    broken_run(trained.corpus, output, trained.base, crash)
    return output


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        pytest.param("optimizer.pt", lambda path: path.write_bytes(path.read_bytes()[:-500]), id="optimizer cut short"),
        pytest.param(WEIGHTS, lambda path: path.write_bytes(path.read_bytes()[:-64]), id="weights cut short"),
        pytest.param("trainer_state.json", lambda path: path.unlink(), id="no state"),
        pytest.param("trainer_state.json", lambda path: path.write_text('{"global_'), id="state cut short"),
        pytest.param("rng_state.pth", lambda path: path.write_bytes(b""), id="empty random state"),
        pytest.param("checkpoint-is-incomplete.txt", lambda path: path.write_text(""), id="marked as incomplete"),
    ],
)
def test_a_half_written_checkpoint_is_passed_over(
    broken: Path, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    from docgen.training.checkpoints import newest_checkpoint

    run = tmp_path / "run"
    shutil.copytree(broken / "checkpoints", run)
    assert newest_checkpoint(run) == run / "checkpoint-2"
    damage(run / "checkpoint-2" / name)
    assert newest_checkpoint(run) == run / "checkpoint-1"


def test_without_a_whole_checkpoint_the_run_begins_again(trained: Trained, broken: Path, tmp_path: Path) -> None:
    output = tmp_path / "adapter"
    shutil.copytree(broken, output)
    for checkpoint in (output / "checkpoints").glob("checkpoint-*"):
        (checkpoint / "trainer_state.json").unlink()
    _, said = resumed(trained.corpus, output, trained.base)
    assert "no whole checkpoint: beginning again" in said
    assert (output / WEIGHTS).read_bytes() == (trained.folder / WEIGHTS).read_bytes()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param(replace(SETTINGS, learning_rate=0.002), "another `learning_rate`: 0.001, now 0.002", id="learning rate"),
        pytest.param(replace(SETTINGS, alpha=16.0), "another `alpha`: 8.0, now 16.0", id="alpha"),
        pytest.param(replace(SETTINGS, seed=1), "another `seed`: 0, now 1", id="seed"),
    ],
)
def test_a_changed_setting_is_named(trained: Trained, broken: Path, settings: TrainSettings, told: str) -> None:
    with pytest.raises(InputError, match=told) as error:
        resumed(trained.corpus, broken, trained.base, settings)
    assert error.value.where.endswith("docgen_run.json")


def test_a_changed_corpus_is_named(trained: Trained, broken: Path, tmp_path: Path) -> None:
    other = write_corpus(tmp_path, [example(number) for number in range(9)], [], [])
    with pytest.raises(InputError, match="another corpus: "):
        resumed(other, broken, trained.base)


def test_another_base_is_named(trained: Trained, broken: Path, base: Bases) -> None:
    with pytest.raises(InputError, match="another base: "):
        resumed(trained.corpus, broken, base("qwen3"))


def test_a_finished_adapter_is_reported_and_not_trained_again(trained: Trained) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.folder.rglob("*")}
    report, said = resumed(trained.corpus, trained.folder, trained.base)
    assert not said
    assert report.summary["scores"] == trained.report.summary["scores"]
    assert {path: path.stat().st_mtime_ns for path in trained.folder.rglob("*")} == before


def test_a_folder_without_a_run_is_not_resumed(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="no run to resume"):
        resumed(trained.corpus, tmp_path, trained.base)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"settings": replace(SETTINGS, epochs=3)}, "finished, with another `epochs`: 2, now 3", id="epochs"),
        pytest.param({"settings": replace(SETTINGS, dropout=0.2)}, "another `dropout`: 0.1, now 0.2", id="dropout"),
        pytest.param({"quantization": "none"}, 'another `quantization`: "nf4", now "none"', id="quantization"),
    ],
)
def test_a_finished_adapter_of_other_settings_is_not_passed_off_as_asked_for(
    trained: Trained, change: dict[str, Any], told: str
) -> None:
    options = {"settings": SETTINGS, "resume": True, **change}
    with pytest.raises(InputError, match=told):
        train(trained.corpus, output=trained.folder, base=str(trained.base), **options)


def test_a_finished_adapter_of_another_corpus_or_base_is_not_passed_off_as_asked_for(
    trained: Trained, base: Bases, tmp_path: Path
) -> None:
    other = write_corpus(tmp_path, [example(number) for number in range(9)], [], [])
    with pytest.raises(InputError, match="finished, with another `corpus`"):
        resumed(other, trained.folder, trained.base)
    with pytest.raises(InputError, match="finished, with another `base`"):
        resumed(trained.corpus, trained.folder, base("qwen3"))


def test_an_adapter_that_forgot_too_much_fails_again_where_it_is_asked_for_again(trained: Trained, tmp_path: Path) -> None:
    output = tmp_path / "adapter"
    shutil.copytree(trained.folder, output)
    record = json.loads((output / "docgen.json").read_bytes())
    record["forgetting"]["rise"] = 0.5
    (output / "docgen.json").write_text(json.dumps(record))
    assert resumed(trained.corpus, output, trained.base, replace(SETTINGS, max_forgetting=0.2))[0].exit_code == 1
    assert resumed(trained.corpus, output, trained.base, replace(SETTINGS, max_forgetting=0.6))[0].exit_code == 0


def test_a_run_that_was_killed_while_it_cleared_up_is_finished(trained: Trained, tmp_path: Path) -> None:
    output = tmp_path / "adapter"
    shutil.copytree(trained.folder, output)
    (output / "checkpoints" / "checkpoint-4").mkdir(parents=True)  # its record goes first
    report, _ = resumed(trained.corpus, output, trained.base)
    assert report.render("text").startswith("finished already, and not trained again")
    assert not (output / "checkpoints").exists()


def test_what_a_kill_leaves_of_rows_is_in_nobodys_way(trained: Trained, tmp_path: Path) -> None:
    output = tmp_path / "adapter"
    (output / "corpus").mkdir(parents=True)
    (output / ".docgen-rows-x").mkdir()
    (output / ".docgen-rows-x" / "rows.arrow").write_bytes(b"half")
    resumed(trained.corpus, output, trained.base, replace(SETTINGS, epochs=1.0))
    assert (output / "docgen.json").is_file() and not (output / ".docgen-rows-x").exists()


def test_two_runs_do_not_train_into_one_folder(trained: Trained, broken: Path) -> None:
    with sole(broken / "checkpoints"), pytest.raises(InputError, match="another docgen train is at work there"):
        resumed(trained.corpus, broken, trained.base)


def test_a_checkpoint_of_several_processes_has_the_random_state_of_each(broken: Path, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint-2"
    shutil.copytree(broken / "checkpoints" / "checkpoint-2", checkpoint)
    assert is_whole(checkpoint) and not is_whole(checkpoint, processes=2)
    shutil.copy(checkpoint / "rng_state.pth", checkpoint / "rng_state_1.pth")
    (checkpoint / "rng_state.pth").rename(checkpoint / "rng_state_0.pth")
    assert is_whole(checkpoint, processes=2) and not is_whole(checkpoint, processes=3) and not is_whole(checkpoint)


def test_a_run_that_broke_when_all_was_trained_saves_the_same_bits(trained: Trained, tmp_path: Path) -> None:
    output = tmp_path / "adapter"

    def progress(message: str, *_: object) -> None:
        if message.startswith("saving "):
            crash()

    with pytest.raises(Broken):
        train(trained.corpus, output=output, base=str(trained.base), settings=SETTINGS, progress=progress)
    resumed(trained.corpus, output, trained.base)
    assert (output / WEIGHTS).read_bytes() == (trained.folder / WEIGHTS).read_bytes()
    assert not (output / "checkpoints").exists()
