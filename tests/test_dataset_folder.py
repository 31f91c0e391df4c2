"""Datasets tell their columns and splits from `dataset_info`, wherever the libraries put it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.facts import JSON
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.report import InputError
from docgen.write import write

INFO: dict[str, JSON] = {
    "description": "Headlines of a\nnewsletter.",
    "features": {
        "headline": {"dtype": "string", "_type": "Value"},
        "topics": {"feature": {"dtype": "int64", "_type": "Value"}, "_type": "List"},
        "cover": {"_type": "Image"},
        "category": {"names": ["tech", "science"], "_type": "ClassLabel"},
    },
    "license": "",
    "splits": {"train": {"name": "train", "num_bytes": 4_000_000, "num_examples": 7138}, "test": {"num_examples": 794}},
    "version": {"version_str": "1.3.0"},
}
CARD = """---
license: mit
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': 'no'
          '1': 'yes'
  - name: spans
    list:
    - name: start
      dtype: int64
  - name: tokens
    sequence: string
  splits:
  - name: train
    num_bytes: 2048
    num_examples: 12
---

# Answers
"""


def folder(tmp_path: Path, files: dict[str, str]) -> Path:
    made = tmp_path / "answers"
    for name, text in files.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    return made


def facts(made: Path) -> dict[str, JSON]:
    (entry,) = read_model(made, made.parent)
    return {fact.name: fact.value for fact in entry.facts}


@pytest.mark.parametrize("name", ["dataset_infos.json", "dataset_info.json"])
def test_a_file_of_the_library_tells_columns_and_splits(tmp_path: Path, name: str) -> None:
    content = {"default": INFO} if name == "dataset_infos.json" else INFO
    made = folder(tmp_path, {name: json.dumps(content), "train.jsonl": "{}"})
    assert is_model_folder(made)
    assert facts(made) == {
        "format": "dataset",
        "features": ["headline", "topics", "cover", "category"],
        "features.headline": "string",
        "features.topics": "list of int64",
        "features.cover": "image",
        "features.category": "label of 2 classes",
        "features.category.labels": ["tech", "science"],
        "dataset.layout": "files",
        "splits": ["train", "test"],
        "splits.train.rows": 7138,
        "splits.train.bytes": 4_000_000,
        "splits.test.rows": 794,
        "dataset.rows": 7932,
        "dataset.description": "Headlines of a newsletter.",
        "dataset.version": "1.3.0",
    }


def test_the_front_matter_of_a_card_tells_the_same_in_its_own_spelling(tmp_path: Path) -> None:
    made = folder(tmp_path, {"README.md": CARD})
    assert is_model_folder(made)
    told = facts(made)
    assert told["features"] == ["text", "label", "spans", "tokens"]
    assert told["features.label.labels"] == ["no", "yes"]
    assert (told["features.spans"], told["features.tokens"]) == ("list of struct of start", "list of string")
    assert (told["dataset.rows"], told["splits.train.bytes"]) == (12, 2048)
    assert told["card.license"] == "mit"


def test_of_several_configurations_splits_are_named_with_theirs(tmp_path: Path) -> None:
    other = {**INFO, "features": {"text": {"dtype": "string", "_type": "Value"}}}
    told = facts(folder(tmp_path, {"dataset_infos.json": json.dumps({"en": INFO, "no": other})}))
    assert told["dataset.configurations"] == ["en", "no"]
    assert told["splits"] == ["en/train", "en/test", "no/train", "no/test"]
    assert "features" not in told and "dataset.rows" not in told  # they differ, and may hold the same rows


def test_half_a_sentence_is_no_description(tmp_path: Path) -> None:
    told = facts(folder(tmp_path, {"dataset_info.json": json.dumps({**INFO, "description": "combines the rows of two."})}))
    assert "dataset.description" not in told


def test_a_dataset_that_was_saved_to_disk_has_columns_and_no_sizes_of_what_it_was_made_from(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason='the library saves one: pip install -e ".[llm]"')
    rows = datasets.Dataset.from_dict({"text": ["a", "b", "c"], "label": [0, 1, 0]})
    rows = rows.cast_column("label", datasets.ClassLabel(names=["no", "yes"])).filter(lambda row: row["label"] == 0)
    datasets.DatasetDict(train=rows).save_to_disk(tmp_path / "saved")
    told = facts(tmp_path / "saved")
    assert told["features"] == ["text", "label"] and told["features.label.labels"] == ["no", "yes"]
    assert told["dataset.layout"] == "saved"
    assert "splits" not in told and "dataset.rows" not in told


def test_another_programs_list_of_datasets_is_none(tmp_path: Path) -> None:
    made = folder(tmp_path, {"dataset_info.json": json.dumps({"alpaca": {"file_name": "alpaca.json"}})})
    assert not is_model_folder(made)
    with pytest.raises(InputError, match="no model folder"):
        read_model(made, tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("dataset_infos.json", '{"features": ', "is not JSON"),
        ("dataset_info.yaml", "features: [", "is not YAML"),
        ("README.md", "---\ndataset_info: [\n---\n", "is not YAML"),
    ],
)
def test_a_broken_file_is_one_error(tmp_path: Path, name: str, text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read_model(folder(tmp_path, {name: text}), tmp_path)


@pytest.mark.parametrize(
    "info",
    [
        {"features": 3, "splits": "x"},
        {"features": {"a": None, "b": {"dtype": []}}},
        {"splits": {"train": None}, "features": {}},
        {"features": []},
    ],
    ids=str,
)
def test_values_of_unexpected_kinds_are_absent(tmp_path: Path, info: JSON) -> None:
    told = facts(folder(tmp_path, {"dataset_info.json": json.dumps(info)}))
    assert not {name for name, value in told.items() if value in (None, "", [], {})}


def test_a_card_of_a_dataset_has_its_columns_and_its_size(tmp_path: Path) -> None:
    made = folder(tmp_path, {"dataset_infos.json": json.dumps({"default": INFO}), "train.jsonl": "{}"})
    (tmp_path / "pyproject.toml").write_text("")
    write([str(made)], root=tmp_path)
    card = (made / "README.md").read_text()
    assert "size_categories:\n- 1K<n<10K" in card
    assert "`answers` is a dataset of 7,932 rows. Its splits are `train` and `test`." in card
    assert "| `category` | label of 2 classes | `tech`, `science` |" in card
    assert "| `train` | 7,138 | 4 MB |" in card
    assert 'load_dataset("answers")' in card
    assert "how the rows were gathered, and by what right (owner: data owner)" in card
