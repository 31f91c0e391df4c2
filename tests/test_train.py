"""`docgen train`, start to finish, on a tiny base: what it leaves, what it says and what it refuses."""

from __future__ import annotations

import importlib.util
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SETTINGS, Trained, example, write_corpus

from docgen.report import InputError, MissingExtra
from docgen.settings import Settings, TrainSettings, load_settings
from docgen.train import train, train_tried
from docgen.training.evaluation import too_few

Bases = Callable[[str], Path]


def test_training_leaves_a_finished_adapter_and_no_checkpoints(trained: Trained) -> None:
    names = {path.name for path in trained.folder.iterdir()}
    assert names >= {
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "docgen.json",
        "tokenizer.json",
        "trainer_state.json",
    }
    assert not names & {"checkpoints", "training_args.bin", "corpus"}


def test_the_adapter_names_no_place_on_this_machine(trained: Trained) -> None:
    above = str(trained.base.parent.parent)
    for path in filter(Path.is_file, trained.folder.rglob("*")):
        assert above not in path.read_bytes().decode("utf-8", "replace"), path.name
    configuration = json.loads((trained.folder / "adapter_config.json").read_text())
    assert configuration["base_model_name_or_path"] == "tiny-llama"
    assert configuration["target_modules"] == sorted(configuration["target_modules"])


def test_the_adapter_is_saved_in_float32(trained: Trained) -> None:
    from safetensors.torch import load_file

    tensors = load_file(trained.folder / "adapter_model.safetensors")
    assert {str(tensor.dtype) for tensor in tensors.values()} == {"torch.float32"}
    assert len(tensors) == 2 * 7 * 2
    assert all(tensor.abs().sum() > 0 for tensor in tensors.values())


def test_the_record_says_what_it_was_made_from(trained: Trained) -> None:
    from docgen.corpus.store import corpus_mark
    from docgen.writers.local.record import read_record

    record = read_record(trained.folder)
    assert (record.base.name, record.base.kind, record.quantization) == ("tiny-llama", "folder", "nf4")
    rows = {"train": 8, "validation": 2, "scored": 2}
    assert record.corpus == {"mark": corpus_mark(trained.corpus), "rows": rows, "licenses": {}}
    assert record.settings["rank"] == 4 and "base" not in record.settings
    assert record.selected["metric"] == "chrF" and record.selected["step"] in (1, 2, 3, 4)
    assert record.tokens_per_second > 0 and record.peak_memory_bytes > 10**8
    assert set(record.versions) >= {"torch", "transformers", "trl", "peft", "bitsandbytes"}


def test_base_adapter_and_both_baselines_are_scored_on_the_test_split(trained: Trained) -> None:
    scores = trained.report.summary["scores"]["test"]
    assert list(scores) == ["base", "adapter", "extractive", "statements"]
    assert all("chrF" in found and "ROUGE-L" in found for found in scores.values())
    assert scores["statements"]["chrF"] > scores["base"]["chrF"]
    assert "loss" in scores["adapter"] and "loss" not in scores["extractive"]
    assert trained.report.summary["signatures"]["chrF"].startswith("nrefs:1")


def test_training_lowers_the_loss(trained: Trained) -> None:
    history = json.loads((trained.folder / "trainer_state.json").read_text())["log_history"]
    losses = [entry["eval_loss"] for entry in history if "eval_loss" in entry]
    assert losses[-1] < losses[0]


def test_the_report_is_a_table(trained: Trained) -> None:
    lines = trained.report.render("text").splitlines()
    assert lines[0].startswith(f"{trained.folder}: adapter of tiny-llama, step ")
    assert lines[1].startswith("loss on general text ")
    assert lines[4].split() == ["base", "adapter", "extractive", "statements", "adapter", "-", "base"]
    assert any(re.fullmatch(r"chrF( +\d+\.\d ±\d+\.\d){4} +[+-]\d+\.\d\*?", line) for line in lines)


def test_the_base_stands_before_its_adapter_in_a_table_of_a_record() -> None:
    pytest.importorskip("torch")
    from docgen.training.evaluation import table

    assert table({"adapter": {"chrF": 2.0}, "base": {"chrF": 1.0}}).split() == ["base", "adapter", "chrF", "1.0", "2.0"]


def test_intervals_hold_their_score_and_differences_are_those_of_the_scores(trained: Trained) -> None:
    record = trained.report.summary
    scores, intervals, differences = (record[name]["test"] for name in ("scores", "intervals", "differences"))
    assert {writer: set(found) for writer, found in intervals.items()} == {
        writer: set(found) for writer, found in scores.items()
    }
    for writer, found in scores.items():
        for metric, value in found.items():
            low, high = (intervals[writer][metric][end] for end in ("low", "high"))
            assert low - 0.01 <= value <= high + 0.01, (writer, metric)
    assert {"chrF", "ended", "loss"} <= set(differences)
    for metric, found in differences.items():
        assert found["difference"] == pytest.approx(scores["adapter"][metric] - scores["base"][metric], abs=0.011), metric


def test_the_state_names_the_best_checkpoint_without_its_path(trained: Trained) -> None:
    state = json.loads((trained.folder / "trainer_state.json").read_text())
    assert state["best_model_checkpoint"] == f"checkpoint-{state['best_global_step']}"
    evaluated = [entry["step"] for entry in state["log_history"] if "eval_chrF" in entry]
    assert evaluated == [1, 2, 3, 4]


def test_the_curve_is_a_picture_of_the_run(trained: Trained) -> None:
    picture = ElementTree.parse(trained.folder / "training-curves.svg").getroot()
    texts = {item.text for item in picture.iter() if item.tag.endswith("text")}
    assert {"training", "evaluation", "step", "chrF"} <= texts
    assert any(text and text.startswith("best: step ") for text in texts)


def test_the_card_tells_the_scores_and_shows_the_curve(trained: Trained) -> None:
    card = (trained.folder / "README.md").read_text()
    assert re.search(r"\| test \| chrF( \| [\d.]+ \([\d.]+ to [\d.]+\)( \\\*)?){4} \|", card)
    assert "](training-curves.svg)" in card
    assert "tiny-llama" in card
    assert "base_model:" not in card  # the Hub would look for it, and it is not there


def test_rows_that_are_too_long_are_told_and_left_out(base: Bases, tmp_path: Path, short: TrainSettings) -> None:
    rows = [example(0), example(1, "It loads. " * 200), example(2), example(3, "Ends with `<|end|>`.")]
    corpus = write_corpus(tmp_path / "corpus", rows, [], [])
    report = train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=short, dry_run=True)
    assert [(finding.line, finding.severity, finding.section) for finding in report.findings] == [
        (2, "note", "introduction:store.ledgers.load_ledger_1"),
        (4, "note", "introduction:store.sensors.load_sensor_3"),
    ]
    assert "and a row may have 256" in report.findings[0].message and "--max-length" in report.findings[0].fix
    assert "control token `<|end|>`" in report.findings[1].message
    assert report.exit_code == 0
    assert "2 rows left out" in report.table


def test_a_corpus_without_a_usable_row_is_an_error(base: Bases, tmp_path: Path, short: TrainSettings) -> None:
    corpus = write_corpus(tmp_path / "corpus", [example(1, "It loads. " * 200)], [], [])
    with pytest.raises(InputError, match="none of its 1 rows can be used") as error:
        train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=short)
    assert error.value.where.endswith("train.jsonl:1")


def test_an_empty_train_split_is_an_error(base: Bases, tmp_path: Path, short: TrainSettings) -> None:
    corpus = write_corpus(tmp_path / "corpus", [], [example(1)], [])
    with pytest.raises(InputError, match="no rows to learn from"):
        train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=short)


def test_a_row_without_text_stops_the_run_at_its_line(base: Bases, tmp_path: Path, short: TrainSettings) -> None:
    corpus = write_corpus(tmp_path / "corpus", [example(0), example(1)], [], [])
    with (corpus / "train.jsonl").open("a") as rows:
        rows.write('\n{"kind": "introduction", "about": "a.b", "source": "a"}\n')
    with pytest.raises(InputError, match="a row needs `text`") as error:
        train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=short)
    assert error.value.where == f"{corpus / 'train.jsonl'}:4"


def test_an_output_that_is_not_empty_is_refused(base: Bases, corpus: Path, tmp_path: Path, short: TrainSettings) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="there already and not empty") as error:
        train(corpus, output=tmp_path, base=str(base("llama")), settings=short)
    assert "--resume" in error.value.fix
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_dry_run_says_how_long_it_would_take_and_writes_nothing(
    base: Bases, corpus: Path, tmp_path: Path, short: TrainSettings
) -> None:
    said: list[str] = []
    options = {"dry_run": True, "progress": lambda *say: said.append(say[0])}
    report = train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=short, **options)
    assert not any(line.startswith("plan: ") for line in said)  # the report says it
    assert not list(tmp_path.iterdir())
    assert report.summary["steps"] == 2 and report.summary["rows"] == 8 and report.summary["seconds"] > 0
    assert report.summary["evaluation_seconds"] > 0
    assert re.match(r"plan: 8 rows of [\d,]+ tokens, 2 steps in about 1 second, evaluations in about ", report.render("text"))


def test_an_unknown_setting_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text("[train]\nlearning_rte = 1e-4\n")
    with pytest.raises(InputError, match="unknown setting `train.learning_rte`") as error:
        load_settings(tmp_path)
    assert error.value.fix == "did you mean `train.learning_rate`?"


def test_a_base_that_is_none_leaves_no_folder_behind(corpus: Path, tmp_path: Path, short: TrainSettings) -> None:
    with pytest.raises(InputError, match="no base called"):
        train(corpus, output=tmp_path / "a", base="./nowhere", settings=short)
    assert not (tmp_path / "a").exists()


def test_sources_become_a_corpus_first_and_floating_point_bases_work(base: Bases, tmp_path: Path, short: TrainSettings) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A shop."""\n')
    functions = [
        f'def order_{name}(count):\n    """Order {name}."""\n    return count\n' for name in "tea milk rice salt".split()
    ]
    (folder / "orders.py").write_text('"""Orders of goods."""\n\n\n' + "\n\n".join(functions))
    settings = replace(short, max_length=384)
    report = train(folder, output=tmp_path / "a", base=str(base("llama")), settings=settings, quantization="none")
    assert (tmp_path / "a" / "corpus" / "train.jsonl").is_file()
    record = json.loads((tmp_path / "a" / "docgen.json").read_bytes())
    assert sum(record["corpus"]["licenses"].values()) >= record["corpus"]["rows"]["train"] > 0
    assert (tmp_path / "a" / "docgen.json").is_file()
    assert report.summary["quantization"] == "none"
    assert report.summary["selected"]["step"] >= 1


def test_sources_that_have_changed_are_read_again_unless_a_run_goes_on(tmp_path: Path) -> None:
    from docgen.training.place import Sources

    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "__init__.py").write_text('"""A shop."""\n')
    (shop / "orders.py").write_text('"""Orders of goods."""\n\n\ndef order(count):\n    """Order so much tea at once."""\n')
    sources = Sources(shop, tmp_path / "a", None, "sm", None, resume=False)
    sources.build(lambda *_: None)
    (shop / "orders.py").write_text('"""Orders of goods."""\n\n\ndef order(count):\n    """Order so much bread at once."""\n')
    assert built_with("tea", sources.folder)
    replace(sources, resume=True).build(lambda *_: None)
    assert not built_with("bread", sources.folder)
    sources.build(lambda *_: None)
    assert built_with("bread", sources.folder)


def built_with(word: str, corpus: Path) -> bool:
    return any(word in path.read_text() for path in corpus.glob("*.jsonl"))


def test_a_tracker_that_is_not_installed_is_told_before_anything_is_loaded(
    base: Bases, corpus: Path, tmp_path: Path, short: TrainSettings
) -> None:
    missing = [name for name in ("wandb", "mlflow", "trackio") if importlib.util.find_spec(name) is None]
    if not missing:
        pytest.skip("all of them are installed")
    with pytest.raises(MissingExtra, match=f"`{missing[0]}` is not installed") as error:
        settings = replace(short, report_to=(missing[0],))
        train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=settings, dry_run=True)
    assert error.value.fix == f"pip install {missing[0]}"


def test_what_tensorboard_reads_outlives_the_checkpoints(
    base: Bases, corpus: Path, tmp_path: Path, short: TrainSettings
) -> None:
    pytest.importorskip("tensorboard")
    settings = replace(short, report_to=("tensorboard",))
    train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=settings, scored=False)
    assert list((tmp_path / "a" / "runs").glob("events.out.tfevents.*"))
    assert not (tmp_path / "a" / "checkpoints").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--trials", "2", "--folds", "2"], "use one of them at a time"),
        (["--trials", "2", "--processes", "2"], "leave --processes out"),
        (["--since", ".", "--folds", "2"], "leave --folds out"),
        (["--since", ".", "--rank", "8"], "leave --rank out"),
        (["--since", ".", "--base", "sm"], "leave --base out"),
        (["--since", ".", "--quantization", "nf4"], "leave --quantization out"),
    ],
    ids=" ".join,
)
def test_options_of_which_one_would_make_nothing_of_the_other_are_refused(
    words: list[str], told: str, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from docgen.cli import run

    assert run(["train", str(corpus), "-o", str(tmp_path / "a"), *words]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_a_dry_run_of_trials_says_that_they_come_first(base: Bases, corpus: Path, tmp_path: Path, short: TrainSettings) -> None:
    project = replace(Settings(), train=replace(short, base=str(base("llama"))))
    report = train_tried(corpus, tmp_path / "a", project, trials=3, dry_run=True)
    assert report.render("text").endswith("\nthat is one run; 3 trials before it take at most as long each")
    assert not (tmp_path / "a").exists()


def test_a_dry_run_refuses_what_the_run_would_refuse(base: Bases, corpus: Path, tmp_path: Path, short: TrainSettings) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        train(corpus, output=tmp_path, base=str(base("llama")), settings=short, dry_run=True)


def test_few_held_out_sections_are_told_to_say_little(trained: Trained) -> None:
    warning = "only 2 sections were held out: too few to tell writers apart"
    assert warning in trained.report.render("text")
    assert warning in (trained.folder / "report.html").read_text()
    assert too_few(20) == "" and too_few(1).startswith("only 1 section was held out")


def test_settings_without_evaluation_rows_keep_the_last_step(base: Bases, tmp_path: Path, short: TrainSettings) -> None:
    corpus = write_corpus(tmp_path / "corpus", [example(number) for number in range(5)], [], [])
    report = train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=replace(short, epochs=1.0))
    assert report.summary["selected"] == {"step": 2}
    assert report.summary["scores"] == {}
    assert report.render("text").endswith("\nno section was held out and scored")


def test_the_defaults_are_in_range() -> None:
    assert SETTINGS.rank != TrainSettings().rank  # the tests' own settings are not the defaults
    assert load_settings(Path("/nonexistent")).train == TrainSettings()
