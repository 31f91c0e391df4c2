"""What a run was set to, trained on and took, from the files that training programs leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.check import check
from docgen.facts import JSON
from docgen.readers.model_folder import read_model
from docgen.readers.run_settings import DEFAULTS
from docgen.write import write

CONFIG = json.dumps({"architectures": ["LlamaForCausalLM"], "model_type": "llama"})
AXOLOTL = """adapter: lora
base_model: Qwen/Qwen2.5-7B-Instruct
datasets:
- path: mhenrichsen/alpaca_2k_test
  type: alpaca
  revision: 4f1a2b3
  split: train
- path: ./private/notes.jsonl
gradient_accumulation_steps: 4
micro_batch_size: 16
num_epochs: 10
learning_rate: 2e-4
lr_scheduler: linear
optimizer: adamw_bnb_8bit
sequence_len: 500
hub_token: hf_secret
output_dir: /home/someone/out
"""
FACTORY = """model_name_or_path: meta-llama/Llama-3.2-1B
dataset: identity, alpaca_en_demo
cutoff_len: 2048
learning_rate: 1.0e-4
num_train_epochs: 3.0
seed: 42
finetuning_type: lora
"""
SWIFT = json.dumps({"model": "/models/Qwen", "dataset": ["swift/self-cognition#500"], "num_train_epochs": 1, "seed": 7})
EMISSIONS = (
    "timestamp,run_id,duration,emissions,energy_consumed,country_name,python_version,codecarbon_version,cpu_model,gpu_count,"
    "gpu_model,ram_total_size\n"
)


def run(number: int, duration: float) -> str:
    return f"2026-01-01T00:00:00,run-{number},{duration},0.066,0.3678,Denmark,3.11.7,2.4.2,Xeon Gold,1,1 x V100,187.4\n"


def facts(tmp_path: Path, files: dict[str, str]) -> dict[str, JSON]:
    folder = tmp_path / "model"
    folder.mkdir(exist_ok=True)
    for name, text in {"config.json": CONFIG, **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (entry,) = read_model(folder, tmp_path)
    return {fact.name: fact.value for fact in entry.facts}


def card(tmp_path: Path, files: dict[str, str]) -> str:
    facts(tmp_path, files)
    (tmp_path / "pyproject.toml").write_text("")
    write([str(tmp_path / "model")], root=tmp_path)
    return (tmp_path / "model" / "README.md").read_text()


def below(told: dict[str, JSON], prefix: str) -> dict[str, JSON]:
    return {name: value for name, value in told.items() if name == prefix or name.startswith(f"{prefix}.")}


def test_axolotls_settings_are_told_by_the_names_of_transformers(tmp_path: Path) -> None:
    told = facts(tmp_path, {"axolotl_config.yaml": AXOLOTL})
    assert below(told, "hyperparameters") == {
        "hyperparameters.learning_rate": 0.0002,
        "hyperparameters.lr_scheduler_type": "linear",
        "hyperparameters.optim": "adamw_bnb_8bit",
        "hyperparameters.num_train_epochs": 10,
        "hyperparameters.per_device_train_batch_size": 16,
        "hyperparameters.gradient_accumulation_steps": 4,
        "hyperparameters.max_length": 500,
    }
    assert told["base_model"] == "Qwen/Qwen2.5-7B-Instruct"
    assert below(told, "data") == {
        "data": ["mhenrichsen/alpaca_2k_test", "notes.jsonl"],
        "data.mhenrichsen/alpaca_2k_test.revision": "4f1a2b3",
        "data.mhenrichsen/alpaca_2k_test.split": "train",
    }


def test_llama_factorys_datasets_are_names_with_commas(tmp_path: Path) -> None:
    told = facts(tmp_path, {"training_args.yaml": FACTORY})
    assert told["data"] == ["identity", "alpaca_en_demo"] and told["hyperparameters.max_length"] == 2048
    assert told["base_model"] == "meta-llama/Llama-3.2-1B"


def test_ms_swifts_datasets_have_rows_and_its_base_no_place_on_a_machine(tmp_path: Path) -> None:
    told = facts(tmp_path, {"args.json": SWIFT})
    assert below(told, "data") == {"data": ["swift/self-cognition"], "data.swift/self-cognition.rows": 500}
    assert told["base_model"] == "Qwen" and told["base.local"] is True


def test_nothing_private_in_a_settings_file_becomes_a_fact(tmp_path: Path) -> None:
    told = json.dumps(facts(tmp_path, {"axolotl_config.yaml": AXOLOTL}))
    assert "hf_secret" not in told and "/home/someone" not in told and "private" not in told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("title: My site\ntheme: minimal\n", id="another program's"),
        pytest.param("learning_rate: 1e-3\n", id="one setting alone"),
        pytest.param("learning_rate: [\n", id="no YAML"),
        pytest.param("- learning_rate\n- seed\n", id="a list"),
    ],
)
def test_a_file_that_holds_no_settings_of_a_run_says_nothing(tmp_path: Path, text: str) -> None:
    assert not below(facts(tmp_path, {"config.yaml": text}), "hyperparameters")


def test_a_pickle_of_the_arguments_is_never_opened(tmp_path: Path) -> None:
    assert not below(facts(tmp_path, {"training_args.bin": "cos\nsystem\n(S'touch opened'\ntR."}), "hyperparameters")


def test_the_defaults_are_those_of_transformers() -> None:
    transformers = pytest.importorskip("transformers", reason='they are its own: pip install -e ".[llm]"')
    theirs = {name: field.default for name, field in transformers.TrainingArguments.__dataclass_fields__.items()}
    ours = {name: value for name, value in DEFAULTS.items() if value is not None}
    assert {name: theirs.get(name) for name in ours} == ours
    assert not [name for name, value in DEFAULTS.items() if value is None and theirs.get(name) is not None]


def test_what_differs_from_the_default_stands_first(tmp_path: Path) -> None:
    lines = card(tmp_path, {"axolotl_config.yaml": AXOLOTL}).splitlines()
    start = lines.index("| Setting | Value | Default of transformers |")
    assert lines[start + 2 : start + 9] == [
        "| `learning_rate` | 0.0002 | 5e-05 |",
        "| `optim` | `adamw_bnb_8bit` | `adamw_torch_fused` |",
        "| `num_train_epochs` | 10 | 3 |",
        "| `per_device_train_batch_size` | 16 | 8 |",
        "| `gradient_accumulation_steps` | 4 | 1 |",
        "| `max_length` | 500 |  |",
        "| `lr_scheduler_type` | `linear` | `linear` |",
    ]


def test_data_is_a_table_with_links_and_revisions(tmp_path: Path) -> None:
    text = card(tmp_path, {"axolotl_config.yaml": AXOLOTL})
    link = "[`mhenrichsen/alpaca_2k_test`](https://huggingface.co/datasets/mhenrichsen/alpaca_2k_test)"
    assert f"| {link} | `4f1a2b3` | `train` |\n| `notes.jsonl` |  |  |" in text
    assert "datasets:\n" not in text.partition("# model")[0]  # one of them is not on the Hub


def test_measured_energy_and_hardware_are_shown(tmp_path: Path) -> None:
    results = json.dumps({"train_runtime": 16_800.0, "train_loss": 1.2, "train_samples": 10})
    text = card(tmp_path, {"emissions.csv": EMISSIONS + run(1, 3795.2), "train_results.json": results})
    for row in (
        "| Time | 4 h 40 min |",
        "| GPU | 1 x V100 |",
        "| Energy | 0.368 kWh |",
        "| Emissions | 0.066 kg CO₂ equivalent |",
        "| Software | codecarbon 2.4.2, python 3.11.7 |",
    ):
        assert row in text


def test_a_run_that_was_measured_twice_counts_from_its_start(tmp_path: Path) -> None:
    assert facts(tmp_path, {"emissions.csv": EMISSIONS + run(1, 60.0) + run(1, 90.5)})["run.measured_seconds"] == 90.5


def test_of_several_measured_runs_none_is_this_ones(tmp_path: Path) -> None:
    files = {"emissions.csv": EMISSIONS + run(1, 60.0) + run(2, 90.5)}
    assert below(facts(tmp_path, files), "run") == {"run.measured_runs": 2}
    text = card(tmp_path, files)
    assert "emissions.csv tells of 2 runs" in text and "kWh" not in text


def test_another_run_makes_no_section_stale(tmp_path: Path) -> None:
    from docgen.check import check

    card(tmp_path, {"emissions.csv": EMISSIONS + run(1, 60.0)})
    (tmp_path / "model" / "emissions.csv").write_text(EMISSIONS + run(1, 99.0))
    assert check([], root=tmp_path).exit_code == 0
    report = write([str(tmp_path / "model")], root=tmp_path)
    assert report.summary["renewed"] == 1 and "| Time | 99 s |" in (tmp_path / "model" / "README.md").read_text()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "energy_consumed,run_id\nnan,1\n", '"unclosed'], ids=repr)
def test_a_table_that_measures_nothing_says_nothing(tmp_path: Path, text: str) -> None:
    told = below(facts(tmp_path, {"emissions.csv": text}), "run")
    assert not {name for name in told if not name.startswith("run.versions")}


# Data that lies in the project


TICKETS = """---
license: cc-by-4.0
dataset_info:
  features:
  - {name: text, dtype: string}
  splits:
  - {name: train, num_examples: 1200}
  - {name: test, num_examples: 300}
---
# Tickets
"""
LOCAL = "learning_rate: 0.0003\nnum_train_epochs: 5\ndataset: data/tickets\n"


def of_project(root: Path, settings: str, files: dict[str, str]) -> dict[str, JSON]:
    """The facts about its data of a model whose project has these files."""
    for name, text in {"models/m/adapter_config.json": "{}", "models/m/training_args.yaml": settings, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    entry = next(iter(read_model(root / "models" / "m", root)))
    return {fact.name: fact.value for fact in entry.under("data")}


@pytest.mark.parametrize(
    ("settings", "files", "expected"),
    [
        pytest.param(
            LOCAL,
            {"data/tickets/README.md": TICKETS},
            {"rows": 1500, "splits": ["train: 1200", "test: 300"], "license": "cc-by-4.0"},
            id="a dataset with its card",
        ),
        pytest.param(
            LOCAL,
            {"data/tickets/README.md": TICKETS, "data/tickets/LICENSE": "SPDX-License-Identifier: MIT\n"},
            {"rows": 1500, "splits": ["train: 1200", "test: 300"], "license": "MIT"},
            id="a licence in full before one declared",
        ),
        pytest.param(
            LOCAL,
            {"data/tickets/corpus.json": '{"rows": {"train": 8, "test": 2}}'},
            {"rows": 10, "splits": ["train: 8", "test: 2"]},
            id="a corpus that docgen built",
        ),
        pytest.param(
            LOCAL.replace("data/tickets", "../../data/tickets/train.jsonl"),
            {"data/tickets/train.jsonl": "{}\n", "data/tickets/README.md": TICKETS},
            {"license": "cc-by-4.0"},
            id="a file of rows, whose number nobody has told",
        ),
        pytest.param(LOCAL, {"data/tickets/README.md": "---\nlicense: [\n---\n"}, {}, id="a card that cannot be read"),
    ],
)
def test_data_of_the_project_is_told_with_its_size_and_licence(
    tmp_path: Path, settings: str, files: dict[str, str], expected: dict[str, JSON]
) -> None:
    name = "train.jsonl" if ".jsonl" in settings else "tickets"
    assert of_project(tmp_path, settings, files) == {
        "data": [name],
        f"data.{name}.local": True,
        **{f"data.{name}.{part}": value for part, value in expected.items()},
    }


@pytest.mark.parametrize("place", ["/etc", "../../..", "https://example.com/rows", "owner/rows"])
def test_data_that_lies_elsewhere_is_not_looked_at(tmp_path: Path, place: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "README.md").write_text(TICKETS)
    told = of_project(root, LOCAL.replace("data/tickets", place), {})
    assert set(told) <= {"data"}


def test_a_card_shows_the_data_of_the_project_and_links_it_nowhere(tmp_path: Path) -> None:
    of_project(tmp_path, LOCAL, {"data/tickets/README.md": TICKETS})
    write([str(tmp_path / "models" / "m")], root=tmp_path)
    text = (tmp_path / "models" / "m" / "README.md").read_text()
    assert "| Dataset | Rows | Splits | Licence |" in text
    assert "| `tickets` | 1,500 | train: 1200, test: 300 | cc-by-4.0 |" in text
    assert "datasets:" not in text and "huggingface.co/datasets" not in text
    assert check(root=tmp_path).findings == ()
    (tmp_path / "data" / "tickets" / "README.md").write_text(TICKETS.replace("1200", "1300"))
    assert {finding.section for finding in check(root=tmp_path).findings} == {"data:m"}


def test_data_that_people_declare_is_shown_where_no_settings_name_any(tmp_path: Path) -> None:
    of_project(tmp_path, "", {"models/m/README.md": "---\ndatasets:\n- owner/rows\n---\n\n# Notes\n"})
    write([str(tmp_path / "models" / "m")], root=tmp_path)
    text = (tmp_path / "models" / "m" / "README.md").read_text()
    assert "| Dataset |\n| --- |\n| [`owner/rows`](https://huggingface.co/datasets/owner/rows) |" in text
