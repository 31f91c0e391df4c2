"""A card's front matter is made from facts, checked without the Hub, and never takes a person's lines away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from docgen.check import check
from docgen.document import Document
from docgen.facts import JSON, Entry, Fact
from docgen.front_matter import dump_fields, known_fields, misread, parse_fields, problems_of, unknown_fields
from docgen.report import InputError
from docgen.write import write
from docgen.write.loading import loading_code

CARD = """---
# the licence was agreed with legal, do not touch
language: "en"   # English only
tags: [lora, 'my-tag']
license: mit
---

# Tagger

<p align="center">A picture</p>

## Introduction

Ours, and only ours.

## Something else

Not docgen's business.
"""


def model(**facts: JSON) -> Entry:
    return Entry("tagger", tuple(Fact(name.replace("__", "."), value) for name, value in facts.items()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A LoRA adapter whose best checkpoint is not its last."""
    path = tmp_path / "tagger"
    path.mkdir()
    adapter = {"peft_type": "LORA", "base_model_name_or_path": "openai-community/gpt2", "r": 8, "lora_alpha": 16}
    (path / "adapter_config.json").write_text(json.dumps({**adapter, "task_type": "CAUSAL_LM", "target_modules": ["c_attn"]}))
    (path / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    (path / "eval_results.json").write_text('{"eval_loss": 1.3, "eval_accuracy": 0.75, "eval_samples": 320}')
    evaluations = [
        {"step": 100, "epoch": 1.0, "eval_loss": 1.3, "eval_accuracy": 0.75},
        {"step": 200, "epoch": 2.0, "eval_loss": 1.4, "eval_accuracy": 0.7},
    ]
    state = {"best_metric": 1.3, "best_global_step": 100, "best_model_checkpoint": "x/checkpoint-100", "global_step": 200}
    (path / "trainer_state.json").write_text(json.dumps({**state, "epoch": 2.0, "log_history": evaluations}))
    return path


def card(folder: Path) -> str:
    return (folder / "README.md").read_text()


def fields(folder: Path) -> dict[str, JSON]:
    return parse_fields(Document.parse(card(folder)).front_matter or "", "README.md")


# From facts


def test_fields_come_from_facts() -> None:
    entry = model(
        task="text-generation", base_model="openai-community/gpt2", adapter__type="LORA", lora__r=8, license="Apache-2.0"
    )
    assert known_fields(entry) == {
        "license": "apache-2.0",
        "base_model": "openai-community/gpt2",
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "tags": ["lora"],
    }


def test_what_is_not_known_is_left_out_and_listed() -> None:
    entry = model(architecture="BertModel")
    assert known_fields(entry) == {"library_name": "transformers"}
    assert unknown_fields(entry, {"language": "en"}) == ["license", "base_model", "pipeline_tag", "datasets"]


def test_a_base_that_is_not_on_the_hub_is_no_field_and_not_missed() -> None:
    entry = model(base_model="sm", docgen__base__kind="embedded", adapter__type="LORA", task="text-generation")
    assert "base_model" not in known_fields(entry)
    assert unknown_fields(entry, {}) == ["language", "license", "datasets"]


def test_a_licence_that_the_hub_does_not_know_is_other_with_a_name() -> None:
    found = known_fields(model(license="Parity-7.0.0"))
    assert found == {"license": "other", "license_name": "parity-7.0.0", "license_link": "LICENSE"}
    assert problems_of(found) == []


def test_results_need_a_dataset() -> None:
    measured: dict[str, JSON] = {
        "task": "text-classification",
        "eval__accuracy": 0.9,
        "eval__rougeL": 0.5,
        "eval__samples": 400,
    }
    assert "model-index" not in known_fields(model(**measured))
    found = known_fields(model(**measured, card__datasets=["ours/reviews"]))
    assert found["metrics"] == ["accuracy", "rouge"]
    assert found["model-index"] == [
        {
            "name": "tagger",
            "results": [
                {
                    "task": {"type": "text-classification"},
                    "dataset": {"name": "reviews", "type": "ours/reviews"},
                    "metrics": [
                        {"type": "accuracy", "value": 0.9, "name": "Accuracy"},
                        {"type": "rougeL", "value": 0.5, "name": "ROUGE-L"},
                    ],
                }
            ],
        }
    ]
    assert problems_of(found) == []


# YAML


@pytest.mark.parametrize(
    "text", ["no", "on", "yes", "NULL", "~", "1.0", "1e3", "2020-01-01", "12:30", "0x1F", ".5", "", "- a", "a: b", "#"]
)
def test_text_stays_text_in_both_versions_of_yaml(text: str) -> None:
    dumped = dump_fields({"language": text, "tags": [text]})
    for version in ((1, 1), (1, 2)):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        assert yaml.load(dumped) == {"language": text, "tags": [text]}, dumped


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))
    )
)
def test_any_text_can_be_dumped_and_read_back(values: dict[str, str]) -> None:
    assert parse_fields(dump_fields(dict(values)), "README.md") == values


def test_small_numbers_are_numbers_in_both_versions_of_yaml() -> None:
    assert dump_fields({"value": 1e-7}) == "value: 1.0e-07\n"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        pytest.param("license: [mit\n", "README.md:", id="broken"),
        pytest.param("license: mit\nlicense: gpl\n", "README.md:3: .*duplicate key", id="a field twice"),
        pytest.param("- mit\n", "no named fields", id="a list"),
    ],
)
def test_front_matter_that_is_none_is_an_error_with_its_line(text: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        parse_fields(text, "README.md")


# Checking


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        pytest.param({"license": "apache"}, "no license id", id="an unknown licence"),
        pytest.param({"license": "other"}, "needs a `license_name`", id="other without a name"),
        pytest.param({"license": ["mit"]}, "`license` must be text", id="a licence in a list"),
        pytest.param({"language": "English"}, "no ISO 639 code", id="a language by its name"),
        pytest.param({"language": False}, "`language` must be text", id="Norwegian unquoted in YAML 1.1"),
        pytest.param({"tags": "a", "datasets": [1]}, "`datasets` must be text", id="a number among datasets"),
        pytest.param({"pipeline_tag": "Text Generation"}, "no task id", id="a task in words"),
        pytest.param({"model-index": {}}, "must be a list", id="an index that is no list"),
        pytest.param({"model-index": [{"results": []}]}, "needs a `name`", id="results of nobody"),
        pytest.param({"model-index": [{"name": "m", "results": [{"metrics": []}]}]}, "needs `dataset.name`", id="no dataset"),
        pytest.param(
            {
                "model-index": [
                    {
                        "name": "m",
                        "results": [
                            {"task": {"type": "t"}, "dataset": {"type": "d", "name": "D"}, "metrics": [{"type": "loss"}]},
                        ],
                    }
                ]
            },
            "needs a `type` and a `value`",
            id="a metric without a value",
        ),
    ],
)
def test_what_the_hub_would_refuse_is_told(found: dict[str, JSON], problem: str) -> None:
    assert any(problem in told for told in problems_of(found))


@pytest.mark.parametrize("language", ["en", "no", "deu", "zh-Hans", "code", "multilingual"])
def test_languages_of_the_hub_pass(language: str) -> None:
    assert problems_of({"language": language}) == []


# Cards


def test_a_new_card_tells_what_the_files_tell(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    text = card(folder)
    assert fields(folder)["base_model"] == "openai-community/gpt2"
    assert problems_of(fields(folder)) == []
    assert "| Loss | 1.3 | 1.4 |" in text
    assert "| Metric | Best (`checkpoint-100`, epoch 1) | Last (step 200, epoch 2) |" in text
    assert "AutoPeftModelForCausalLM" in text
    assert "MIT; see [LICENSE](LICENSE)." in text
    assert "Not told by any file here: `language`, `datasets`." in text


def test_the_hubs_own_library_accepts_a_new_card(folder: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    write([str(folder)], root=folder.parent)
    loaded = hub.ModelCard.load(folder / "README.md")
    assert loaded.data.license == "mit" and loaded.data.base_model == "openai-community/gpt2"


def test_a_second_run_changes_nothing_though_the_card_is_now_a_source(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    before = {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}
    assert write([str(folder)], root=folder.parent).summary["written"] == []
    assert {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()} == before


def test_a_card_that_people_wrote_keeps_every_line_in_order(folder: Path) -> None:
    (folder / "README.md").write_text(CARD)
    write([str(folder)], root=folder.parent)
    text = card(folder)
    place = 0
    for line in CARD.splitlines(keepends=True):
        place = text.index(line, place) + len(line)
    assert text.count("## Introduction") == 1
    assert "docgen:section introduction" not in text, "the introduction is theirs"
    assert "## Training" in text
    assert write([str(folder)], root=folder.parent).summary["written"] == []


def test_declared_fields_are_left_alone_and_missing_ones_added(folder: Path) -> None:
    (folder / "README.md").write_text(CARD)
    write([str(folder)], root=folder.parent)
    added = Document.parse(card(folder)).get("front-matter:tagger")
    assert added is not None and added.in_front_matter
    assert sorted(parse_fields(added.text, "")) == ["base_model", "library_name", "metrics", "pipeline_tag"]


def test_a_card_of_front_matter_alone_gets_a_body(folder: Path) -> None:
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    write([str(folder)], root=folder.parent)
    assert card(folder).startswith("---\nlicense: mit\n# docgen:section front-matter of=tagger\n")
    assert "# tagger\n" in card(folder)


def test_a_card_without_front_matter_gets_one(folder: Path) -> None:
    (folder / "README.md").write_text("# Tagger\n\nOurs.\n")
    write([str(folder)], root=folder.parent)
    assert fields(folder)["license"] == "mit"
    assert "---\n\n# Tagger\n\nOurs.\n" in card(folder)


def test_front_matter_that_cannot_be_extended_is_an_error_and_nothing_is_written(folder: Path) -> None:
    text = "---\n{license: mit, tags: [a]}\n---\n\n# Tagger\n"
    (folder / "README.md").write_text(text)
    with pytest.raises(InputError, match="front matter"):
        write([str(folder)], root=folder.parent)
    assert card(folder) == text


def test_a_field_that_a_person_declares_later_is_missed_no_more(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    (folder / "README.md").write_text(card(folder).replace("---\n", "---\nlanguage: 'no'\n", 1))
    write([str(folder)], root=folder.parent)
    assert card(folder).startswith("---\nlanguage: 'no'\n# docgen:section front-matter of=tagger\nlicense: mit\n")
    assert "Not told by any file here: `datasets`." in card(folder)


def test_a_field_declared_twice_is_an_error_with_its_line(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    (folder / "README.md").write_text(card(folder).replace("---\n", "---\npipeline_tag: summarization\n", 1))
    with pytest.raises(InputError, match="README.md:7: .*duplicate key"):
        write([str(folder)], root=folder.parent)


def test_a_card_passes_the_check(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    assert [str(finding) for finding in check(root=folder.parent).findings] == []


def test_a_changed_file_renews_its_numbers(folder: Path) -> None:
    write([str(folder)], root=folder.parent)
    adapter = (folder / "adapter_config.json").read_text()
    (folder / "adapter_config.json").write_text(adapter.replace('"r": 8', '"r": 32'))
    report = write([str(folder)], root=folder.parent)
    assert report.summary["written"] == ["tagger/README.md"]
    assert "| Rank | 32 |" in card(folder)
    assert "rank 32" in card(folder)


def test_an_invalid_field_of_a_person_is_told_and_stays(folder: Path) -> None:
    (folder / "README.md").write_text(CARD.replace("license: mit", "license: MIT"))
    report = write([str(folder)], root=folder.parent)
    assert [(finding.code, finding.severity) for finding in report.findings] == [("review-front-matter", "review")]
    assert "license: MIT\n" in card(folder)


def test_a_card_of_docgens_own_adapter_has_its_scores(folder: Path) -> None:
    scores = {"test": {"adapter": {"chrF": 41.5}, "base": {"chrF": 30.0}, "extractive": {"chrF": 35.25}}}
    (folder / "docgen.json").write_text(json.dumps({"schema": 1, "scores": scores, "settings": {"epochs": 3}}))
    write([str(folder)], root=folder.parent)
    assert "| Split | Metric | Base | Adapter | Extractive baseline |\n| --- | --- | --- | --- | --- |\n" in card(folder)
    assert "| 30 | 41.5 | 35.25 |" in card(folder)
    assert "docgen write PACKAGE --writer tagger" in card(folder)
    assert "| Epochs | 3 |" in card(folder)


def test_naming_the_card_is_naming_its_folder(folder: Path) -> None:
    (folder / "README.md").write_text(CARD)
    write([str(folder / "README.md")], root=folder.parent)
    assert "## Training" in card(folder)


def test_a_card_elsewhere_is_renewed_by_naming_it(folder: Path) -> None:
    write([str(folder)], root=folder.parent, output=folder.parent / "cards")
    adapter = (folder / "adapter_config.json").read_text()
    (folder / "adapter_config.json").write_text(adapter.replace('"r": 8', '"r": 32'))
    write([str(folder.parent / "cards" / "tagger.md")], root=folder.parent)
    assert "| Rank | 32 |" in (folder.parent / "cards" / "tagger.md").read_text()


def test_a_card_can_go_to_another_file(folder: Path) -> None:
    write([str(folder)], root=folder.parent, output=folder.parent / "cards")
    assert (folder.parent / "cards" / "tagger.md").is_file()
    assert not (folder / "README.md").exists()


def test_a_folder_that_moves_keeps_no_name_of_where_it_was(folder: Path, tmp_path: Path) -> None:
    write([str(folder)], root=folder.parent)
    assert str(tmp_path) not in "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"task": "text-classification"}, 'pipeline("text-classification", model="tagger")', id="a pipeline"),
        pytest.param({"task": "text2text-generation"}, "AutoModelForSeq2SeqLM", id="a class where there is no pipeline"),
        pytest.param(
            {"task": "text-generation", "adapter__type": "LORA", "base_model": "b/c"},
            "AutoPeftModelForCausalLM",
            id="an adapter",
        ),
        pytest.param(
            {"adapter__type": "IA3", "base_model": "b/c"}, "from peft import AutoPeftModel\n", id="an adapter of unknown task"
        ),
        pytest.param({"adapter__type": "LORA"}, "", id="an adapter of nothing"),
        pytest.param({"task": "robotics"}, "", id="a task without a way to load it"),
        pytest.param({}, "", id="nothing known"),
    ],
)
def test_the_code_that_loads_a_model_fits_it(facts: dict[str, JSON], expected: str) -> None:
    code = loading_code(model(**facts))
    compile(code, "card", "exec")
    assert expected in code and bool(code) == bool(expected)


# What people wrote in the front matter


LINES = [
    "language: en",
    'language: "no"   # Norwegian',
    "language: ['en', \"no\"]",
    "license: mit",
    "license:   'apache-2.0'",
    "tags: [b, a]  # in this order",
    "tags:\n- 'no'\n-   yes-or-no\n# between\n- \"z\"",
    "datasets:\n  - ours/reviews",
    "pipeline_tag: text-generation",
    "base_model:   openai-community/gpt2",
    "model-index:\n- name: Ours\n  results:\n  - task: {type: text-generation}\n    dataset: {type: ours/reviews, name: R}\n"
    "    metrics:\n    - type: accuracy\n      value: 0.5   # measured by hand",
    "extra_gated_prompt: >-\n  Two\n  lines.",
    'widget:\n- text: "Jens Peter Hansen kommer fra Danmark"',
    "thumbnail: null",
    "co2_eq_emissions: {emissions: 0.5, source: 'a bill'}",
]


@st.composite
def front_matters(draw: st.DrawFn) -> str:
    """Fields in any order, each once, with comments and blank lines between them, in either kind of line end."""
    chosen = draw(st.lists(st.sampled_from(LINES), unique_by=lambda line: line.partition(":")[0], max_size=7))
    between = st.sampled_from(["", "# a comment: kept\n", "\n", "#no: comment\n\n"])
    text = "".join(draw(between) + line + "\n" for line in chosen) + draw(between)
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(front_matters())
def test_whatever_people_wrote_stays_byte_for_byte_and_the_hub_reads_all_of_it(
    tmp_path_factory: pytest.TempPathFactory, front: str
) -> None:
    hub = pytest.importorskip("huggingface_hub", reason='the Hub\'s own library reads the card: pip install -e ".[dev]"')
    path = tmp_path_factory.mktemp("card") / "tagger"
    path.mkdir()
    (path.parent / "pyproject.toml").write_text("")
    adapter = {"peft_type": "LORA", "base_model_name_or_path": "openai-community/gpt2", "r": 8, "task_type": "CAUSAL_LM"}
    (path / "adapter_config.json").write_text(json.dumps(adapter))
    newline = "\r\n" if "\r\n" in front else "\n"
    before = f"---{newline}{front}---{newline}{newline}# Ours{newline}".encode()
    (path / "README.md").write_bytes(before)
    write([str(path)], root=path.parent)
    after = (path / "README.md").read_bytes()
    start, end = after.index(b"# docgen:section front-matter"), after.index(b"# docgen:end")
    rest = after[:start] + after[end:].partition(b"\n")[2]
    assert rest.startswith(before), "without docgen's region, the front matter and the title are as they were"
    theirs = YAML(typ="safe", pure=True).load(front) or {}
    loaded = hub.ModelCard.load(path / "README.md", ignore_metadata_errors=False)
    told = {**loaded.data.to_dict(), **({"model-index": theirs["model-index"]} if "model-index" in theirs else {})}
    assert {name: told.get(name) for name in theirs if theirs[name] is not None} == {
        name: value for name, value in theirs.items() if value is not None
    }
    assert loaded.data.library_name == "peft" and problems_of(fields(path)) == []
    assert write([str(path)], root=path.parent).summary["written"] == []


measured = st.dictionaries(
    st.sampled_from(["accuracy", "f1", "wer", "rougeL", "loss", "exact_match", "our metric"]),
    st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6),
    max_size=4,
)


@given(
    st.sampled_from(["MIT", "Apache-2.0", "Parity-7.0.0", "llama3.1"]),
    st.sampled_from(["text-generation", "text-classification", "automatic-speech-recognition"]),
    measured,
    st.lists(st.sampled_from(["en", "no", "nb-NO", "y"]), unique=True),
)
def test_what_facts_give_is_read_back_alike_by_the_hubs_own_classes(
    licence: str, task: str, scores: dict[str, float], languages: list[str]
) -> None:
    hub = pytest.importorskip("huggingface_hub", reason='its classes read the fields: pip install -e ".[dev]"')
    evaluated: dict[str, JSON] = {f"eval__{name}": value for name, value in scores.items()}
    entry = model(license=licence, task=task, card__datasets=["ours/reviews"], gguf__languages=[*languages], **evaluated)
    found = known_fields(entry)
    assert problems_of(found) == []
    card_of = hub.ModelCard(f"---\n{dump_fields(found)}---\n\n# Tagger\n", ignore_metadata_errors=False)
    assert card_of.data.license == found["license"] and card_of.data.pipeline_tag == task
    assert card_of.data.language == found.get("language")
    results = [(result.metric_type, result.metric_value, result.dataset_type) for result in card_of.data.eval_results or []]
    assert results == [(name, pytest.approx(value), "ours/reviews") for name, value in scores.items()]


@pytest.mark.parametrize(
    ("front", "told"),
    [
        pytest.param("language: no\n", ["`language: no` is false to programs that read YAML 1.1; write `'no'`"], id="bare"),
        pytest.param(
            "language: [en, no]\n", ["`language: no` is false to programs that read YAML 1.1; write `'no'`"], id="listed"
        ),
        pytest.param("tags: [on, x]\n", ["`tags: on` is true to programs that read YAML 1.1; write `'on'`"], id="a tag"),
        pytest.param("language: 'no'\n", [], id="quoted"),
        pytest.param("language: en\nlicense: mit\n", [], id="nothing to misread"),
        pytest.param("language: [\n", [], id="no YAML, which is told elsewhere"),
    ],
)
def test_a_text_that_older_yaml_takes_for_something_else_is_told(front: str, told: list[str]) -> None:
    assert misread(front) == told


def test_the_language_no_of_a_person_is_told_and_stays(folder: Path) -> None:
    (folder / "README.md").write_text("---\nlanguage: no\n---\n\n# Tagger\n")
    report = write([str(folder)], root=folder.parent)
    assert any("write `'no'`" in finding.message for finding in report.findings)
    assert card(folder).startswith("---\nlanguage: no\n# docgen:section")
