"""Trials, folds and several processes: each run is a process of its own, on a tiny base, as people start them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SETTINGS, Trained, example, write_corpus

from docgen.report import InputError
from docgen.settings import Settings
from docgen.train import tried
from docgen.training.crossing import Crossed
from docgen.training.processes import joined
from docgen.training.runs import Run, wait_for

Bases = Callable[[str], Path]
ROOT = Path(__file__).parent.parent
WEIGHTS = "adapter_model.safetensors"


def settings_for(base: Path) -> Settings:
    return replace(Settings(), train=replace(SETTINGS, base=str(base), epochs=1.0, evaluations=2))


@pytest.fixture(scope="module")
def searched(base: Bases, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[str]]:
    """The output, the table and the progress of a search of two trials."""
    output, said = tmp_path_factory.mktemp("search") / "adapter", []

    def progress(message: str, *_: object) -> None:
        said.append(message)

    options = {"folds": 0, "quantization": "none", "progress": progress}
    _, table = tried(corpus, output, settings_for(base("llama")), trials=2, resume=False, **options)
    return output, table, said


def test_a_search_ends_in_a_table_of_its_trials(searched: tuple[Path, str, list[str]]) -> None:
    output, table, _ = searched
    lines = table.splitlines()
    assert lines[0] == "2 trials"
    assert re.split(r"\s{2,}", lines[1].strip()) == ["learning_rate", "rank", "dropout", "prompt_weight", "validation chrF"]
    assert len(lines) == 4 and "(chosen)" in table
    assert {path.name for path in (output / "search").iterdir()} >= {"study.log", "trial-0", "trial-1"}


def test_a_search_that_is_done_is_not_done_again(searched: tuple[Path, str, list[str]], base: Bases, corpus: Path) -> None:
    output, table, _ = searched
    log = (output / "search" / "study.log").read_bytes()
    options = {"trials": 2, "folds": 0, "quantization": "none", "progress": lambda *_: None}
    assert tried(corpus, output, settings_for(base("llama")), resume=True, **options)[1] == table
    assert (output / "search" / "study.log").read_bytes()[: len(log)] == log
    with pytest.raises(InputError, match="a search is there already"):
        tried(corpus, output, settings_for(base("llama")), resume=False, **options)


def test_a_trial_that_is_not_wanted_any_more_is_ended(base: Bases, corpus: Path, tmp_path: Path) -> None:
    seen: list[int] = []

    def look(found: list[tuple[int, float]]) -> bool:
        seen.append(len(found))
        return False

    settings = replace(SETTINGS, base=str(base("llama")), epochs=400.0, evaluations=200)
    assert wait_for(Run(corpus, tmp_path / "a", settings, "none"), look) is None
    assert seen and not (tmp_path / "a" / "docgen.json").exists()


def test_folds_hold_every_source_out_once_and_end_in_mean_and_spread(base: Bases, tmp_path: Path) -> None:
    examples = [replace(example(number), source=f"source-{number % 4}") for number in range(12)]
    corpus = write_corpus(tmp_path / "corpus", examples[:8], examples[8:10], examples[10:])
    output = tmp_path / "adapter"
    options = {"trials": 0, "quantization": "none", "resume": False, "progress": lambda *_: None}
    _, table = tried(corpus, output, settings_for(base("llama")), folds=2, **options)
    held = [
        json.loads(line)["about"]
        for number in range(2)
        for line in (output / "folds" / f"corpus-{number}" / "test.jsonl").read_text().splitlines()
    ]
    assert sorted(held) == sorted(item.brief.about for item in examples)
    assert table.splitlines()[0].startswith("2 folds, ") and " ± " in table
    assert re.search(r"the adapter's chrF is above the base's in \d of 2 folds", table)


def test_mean_and_spread_are_those_of_the_folds() -> None:
    folds = tuple({"base": {"chrF": 10.0}, "adapter": {"chrF": value}} for value in (12.0, 8.0, 16.0))
    table = Crossed(folds).table
    assert table.splitlines()[1].split("  ")[-1].strip() == "12.00 ± 4.00"
    assert table.endswith("above the base's in 2 of 3 folds")


def test_a_run_that_was_killed_goes_on_with_the_same_bits(trained: Trained, tmp_path: Path) -> None:
    output = tmp_path / "adapter"
    words = Run(trained.corpus, output, replace(SETTINGS, base=str(trained.base)), "nf4").words
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (output / "checkpoints" / "checkpoint-2" / "trainer_state.json").is_file():
        time.sleep(0.02)
    process.kill()  # no handler runs
    process.wait()
    assert not (output / "docgen.json").exists()
    assert wait_for(Run(trained.corpus, output, replace(SETTINGS, base=str(trained.base)), "nf4")) is not None
    assert (output / WEIGHTS).read_bytes() == (trained.folder / WEIGHTS).read_bytes()


# Several processes -------------------------------------------------------------------------------------------------------


def launched(words: Sequence[str], processes: int) -> subprocess.CompletedProcess[str]:
    """`torchrun` with so many processes on this machine."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run([*command, "-m", "docgen", *words], env=environment, capture_output=True, text=True, timeout=500)


def test_two_processes_train_one_adapter_together(base: Bases, corpus: Path, tmp_path: Path) -> None:
    words = [
        "train",
        str(corpus),
        "-o",
        str(tmp_path / "two"),
        "--base",
        str(base("llama")),
        "--epochs",
        "2",
        "--processes",
        "2",
    ]
    words += ["--batch-size", "4", "--max-length", "256", "--learning-rate", "0.001", "--dropout", "0", "--eval-rows", "2"]
    done = launched([*words, "--format", "json"], 2)
    assert done.returncode == 0, done.stderr[-3000:]
    summary = json.loads(done.stdout)["summary"]  # one process alone prints
    assert summary["settings"]["batch_size"] == 4 and summary["scores"]["test"]["adapter"]
    from docgen.train import train

    settings = replace(SETTINGS, epochs=2, batch_size=4, learning_rate=1e-3, dropout=0.0, rank=16, alpha=32.0)
    train(corpus, output=tmp_path / "one", base=str(base("llama")), settings=settings)
    losses = [
        [
            entry["loss"]
            for entry in json.loads((tmp_path / name / "trainer_state.json").read_text())["log_history"]
            if "loss" in entry
        ]
        for name in ("one", "two")
    ]
    assert len(losses[1]) == 4
    assert losses[0] == pytest.approx(losses[1], rel=0.01)


@pytest.mark.parametrize("name", ["ddp", "fsdp_qlora"])
def test_the_configurations_in_the_documents_are_whole(name: str) -> None:
    from accelerate.commands.config.config_args import load_config_from_file

    found = load_config_from_file(str(ROOT / "docs" / "configs" / f"{name}.yaml"))
    assert found.num_processes == 4 and found.mixed_precision == "bf16"


def test_one_process_where_two_were_asked_is_an_error() -> None:
    with pytest.raises(InputError, match="2 processes were asked for, and one is running") as error:
        joined(2)
    assert "torchrun --nproc-per-node 2" in error.value.fix


def test_a_batch_that_cannot_be_shared_out_is_refused(trained: Trained) -> None:
    from docgen.training.steps import Steps

    with pytest.raises(InputError, match="a batch of 4 rows cannot be shared out among 3 processes"):
        Steps.of(8, SETTINGS, 0, processes=3)
