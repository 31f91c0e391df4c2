"""Trials, folds and several processes: each run is a process of its own, on a tiny base, as people start them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import SETTINGS, Trained, example, write_corpus
from optuna.trial import TrialState

from docgen.report import InputError
from docgen.settings import Settings
from docgen.training import search
from docgen.training.checkpoints import newest_checkpoint
from docgen.training.crossing import Crossed
from docgen.training.processes import joined
from docgen.training.runs import RAN_AWAY, RanAway, Run, failure, wait_for
from docgen.training.tries import tried

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
    found = tried(corpus, output, settings_for(base("llama")), trials=2, resume=False, **options)
    assert [trial["state"] for trial in found.record["trials"]] == ["complete", "complete"]
    return output, found.table, said


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
    assert tried(corpus, output, settings_for(base("llama")), resume=True, **options).table == table
    assert (output / "search" / "study.log").read_bytes()[: len(log)] == log
    with pytest.raises(InputError, match="a run with --trials is there already"):
        tried(corpus, output, settings_for(base("llama")), resume=False, **options)


def test_a_search_says_how_its_trials_go(searched: tuple[Path, str, list[str]]) -> None:
    _, _, said = searched
    assert any(re.fullmatch(r"trial 0: step \d, chrF \d+\.\d\d", line) for line in said)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"epochs": 2.0}, "another `epochs`: 1.0, now 2.0", id="epochs"),
        pytest.param({"seed": 5}, "another `seed`: 0, now 5", id="seed"),
    ],
)
def test_trials_of_other_settings_do_not_join_a_search(
    searched: tuple[Path, str, list[str]], base: Bases, corpus: Path, settings: dict[str, Any], told: str
) -> None:
    output, _, _ = searched
    now = settings_for(base("llama"))
    options = {"trials": 2, "folds": 0, "quantization": "none", "resume": True, "progress": lambda *_: None}
    with pytest.raises(InputError, match=told):
        tried(corpus, output, replace(now, train=replace(now.train, **settings)), **options)


def test_trials_on_another_corpus_or_base_do_not_join_a_search(
    searched: tuple[Path, str, list[str]], base: Bases, corpus: Path, tmp_path: Path
) -> None:
    output, _, _ = searched
    other = write_corpus(tmp_path, [example(number) for number in range(9)], [example(9)], [])
    options = {"trials": 2, "folds": 0, "quantization": "none", "resume": True, "progress": lambda *_: None}
    with pytest.raises(InputError, match="another corpus: "):
        tried(other, output, settings_for(base("llama")), **options)
    with pytest.raises(InputError, match="another base: "):
        tried(corpus, output, settings_for(base("qwen3")), **options)


def test_a_search_that_goes_on_draws_what_an_unbroken_one_draws(tmp_path: Path) -> None:
    settings = replace(SETTINGS, learning_rate=0.1)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    unbroken = search._study(tmp_path / "one")
    drawn = []
    for number in range(3):
        drawn.append(search._tried(trial := search._next_trial(unbroken, 0), settings))
        unbroken.tell(trial, 0.1 * number)
    again = []
    for number in range(3):  # as a process a trial would
        study = search._study(tmp_path / "two")
        search._tried(search._next_trial(study, 0), settings)  # and breaks
        study = search._study(tmp_path / "two")
        again.append(search._tried(trial := search._next_trial(study, 0), settings))
        study.tell(trial, 0.1 * number)
    assert again == drawn
    assert len({item.learning_rate for item in drawn}) == 3
    assert all(item.learning_rate <= 0.1 for item in drawn)  # the most that the setting may be


def test_a_trial_that_runs_away_is_one_of_the_table_and_ends_no_search(corpus: Path, tmp_path: Path) -> None:
    study = search._study(tmp_path)
    for state, value in ((TrialState.FAIL, None), (TrialState.COMPLETE, 31.5)):
        trial = search._next_trial(study, 0)
        search._tried(trial, SETTINGS)
        study.tell(trial, value, state=state)
    found = search.search(corpus, tmp_path, SETTINGS, 2, "none", lambda *_: None)
    assert found.table.splitlines()[1].startswith("trial 1 (chosen)")
    assert found.table.splitlines()[2].endswith("  ran away")
    assert [trial["state"] for trial in found.trials] == ["ran away", "complete"]


def test_what_a_failed_run_said_tells_whether_its_settings_were_why(tmp_path: Path) -> None:
    said = f"training: 3 of 9\n{tmp_path}: {RAN_AWAY}: its loss is no number any more\n  fix: lower --learning-rate\n"
    assert isinstance(failure(said, tmp_path), RanAway)
    assert not isinstance(failure("docgen.toml:1: unknown setting\n  fix: take it out\n", tmp_path), RanAway)


def test_trials_without_validation_rows_are_refused_and_leave_nothing_in_the_way(
    base: Bases, corpus: Path, tmp_path: Path
) -> None:
    bare = write_corpus(tmp_path / "bare", [example(number) for number in range(8)], [], [])
    options = {"trials": 2, "folds": 0, "quantization": "none", "resume": False, "progress": lambda *_: None}
    for _ in range(2):
        with pytest.raises(InputError, match="no validation split to judge trials by"):
            tried(bare, tmp_path / "a", settings_for(base("llama")), **options)


def test_a_finished_adapter_has_no_further_trials(searched: tuple[Path, str, list[str]], corpus: Path, tmp_path: Path) -> None:
    output, _, _ = searched
    with pytest.raises(InputError, match="finished, after 2 trials of 5"):
        search.search(corpus, output / "search", SETTINGS, 5, "none", lambda *_: None, is_over=True)


def test_trials_are_not_started_by_torchrun(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "WORLD_SIZE": "2", "RANK": "0"}
    words = [sys.executable, "-m", "docgen", "train", str(tmp_path), "-o", str(tmp_path / "a"), "--trials", "2"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "--trials: --trials starts its runs itself, one after the other"


STARTS_A_RUN = """
import sys
from dataclasses import replace
from pathlib import Path
from docgen.settings import TrainSettings
from docgen.training.runs import Run, wait_for

corpus, output, base = sys.argv[1:]
settings = TrainSettings(base=base, epochs=400.0, batch_size=4, max_length=256, rank=4, evaluations=800, eval_rows=1)
wait_for(Run(Path(corpus), Path(output), settings, "none"))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_a_run_saves_and_ends_with_the_process_that_started_it(
    number: signal.Signals, base: Bases, corpus: Path, tmp_path: Path
) -> None:
    output = tmp_path / "adapter"
    words = [sys.executable, "-c", STARTS_A_RUN, str(corpus), str(output), str(base("llama"))]
    process = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and newest_checkpoint(output / "checkpoints") is None:
            time.sleep(0.05)
        assert process.poll() is None and at_work_in(output)
    finally:
        process.send_signal(number)
        process.wait()
    until = time.monotonic() + 60
    while at_work_in(output) and time.monotonic() < until:
        time.sleep(0.05)
    assert not at_work_in(output)
    assert newest_checkpoint(output / "checkpoints") is not None


def at_work_in(output: Path) -> bool:
    """Whether a process runs that was started as `docgen train` with this output."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"docgen" in words and str(output).encode() in words:
            return True
    return False


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
    found = tried(corpus, output, settings_for(base("llama")), folds=2, **options)
    table = found.table
    assert [set(fold) for fold in found.record["folds"]] == [{"base", "adapter", "extractive", "statements"}] * 2
    held = [
        json.loads(line)["about"]
        for number in range(2)
        for line in (output / "folds" / f"corpus-{number}" / "test.jsonl").read_text().splitlines()
    ]
    assert sorted(held) == sorted(item.brief.about for item in examples)
    assert table.splitlines()[0].startswith("2 folds, ") and " ± " in table
    assert re.search(r"the adapter's chrF is above the base's in \d of 2 folds", table)
    with pytest.raises(InputError, match="another `folds`: 2, now 3"):
        tried(corpus, output, settings_for(base("llama")), folds=3, **options | {"resume": True})


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


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def launching(words: Sequence[str], processes: int) -> list[str]:
    """The command line of `torchrun` with so many processes on this machine."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    return [*command, "-m", "docgen", *words]


def launched(words: Sequence[str], processes: int) -> subprocess.CompletedProcess[str]:
    """What that came to."""
    return subprocess.run(launching(words, processes), env=ENVIRONMENT, capture_output=True, text=True, timeout=500)


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
    # What was terminated in the middle goes on, and ends with the same bits.
    three = [str(tmp_path / "three") if word == str(tmp_path / "two") else word for word in words]
    process = subprocess.Popen(launching(three, 2), env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while process.poll() is None and not (tmp_path / "three" / "checkpoints" / "checkpoint-1" / "trainer_state.json").is_file():
        time.sleep(0.02)
    process.terminate()
    process.wait()
    assert newest_checkpoint(tmp_path / "three" / "checkpoints", processes=2) is not None
    done = launched([*three, "--resume"], 2)
    assert done.returncode == 0 and "going on from checkpoint-" in done.stderr, done.stderr[-3000:]
    assert (tmp_path / "three" / WEIGHTS).read_bytes() == (tmp_path / "two" / WEIGHTS).read_bytes()


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
