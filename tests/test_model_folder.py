"""Model folders become facts: the same names for every architecture, nothing volatile, nothing that the files do not say."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.facts import JSON, Entry
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.safetensors_header import Tensor, parameter_count, read_tensors, stored_elements
from docgen.report import InputError

LLAMA: dict[str, JSON] = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 2048,
    "intermediate_size": 8192,
    "max_position_embeddings": 131072,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 16,
    "num_key_value_heads": 8,
    "torch_dtype": "bfloat16",
    "transformers_version": "4.57.1",
    "vocab_size": 128256,
}
LORA: dict[str, JSON] = {
    "base_model_name_or_path": "Qwen/Qwen3-0.6B-Base",
    "lora_alpha": 32,
    "lora_dropout": 0.05,
    "modules_to_save": None,
    "peft_type": "LORA",
    "r": 16,
    "revision": None,
    "target_modules": ["v_proj", "q_proj"],
    "task_type": "CAUSAL_LM",
    "use_dora": False,
    "use_rslora": True,
}
STATE: dict[str, JSON] = {
    "best_global_step": 200,
    "best_metric": 0.4836,
    "best_model_checkpoint": "/runs/out/checkpoint-200",
    "epoch": 3.0,
    "global_step": 300,
    "log_history": [
        {"epoch": 1.0, "grad_norm": 1.4, "learning_rate": 0.0002, "loss": 1.9, "step": 100},
        {"epoch": 1.0, "eval_loss": 1.29, "eval_rougeL": 0.4017, "eval_runtime": 21.4, "step": 100},
        {"epoch": 2.0, "eval_loss": 1.03, "eval_rougeL": 0.4836, "eval_samples_per_second": 28.0, "step": 200},
        {"epoch": 3.0, "eval_loss": 1.04, "eval_rougeL": 0.4803, "eval_runtime": 21.5, "step": 300},
        {"epoch": 3.0, "total_flos": 1e15, "train_loss": 1.1988, "train_runtime": 1264.3, "step": 300},
    ],
    "max_steps": 300,
    "num_train_epochs": 3,
    "train_batch_size": 8,
}


def write(folder: Path, files: dict[str, JSON]) -> Path:
    """Writes each value as indented JSON, as the libraries do; a string is written as it is."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2), encoding="utf-8")
    return folder


def read(folder: Path, files: dict[str, JSON]) -> Entry:
    """The one entry of a model folder that holds these files."""
    (entry,) = read_model(write(folder, files), folder.parent)
    return entry


def values(entry: Entry) -> dict[str, JSON]:
    """The facts of a model; what its run took is told apart."""
    return {fact.name: fact.value for fact in entry.facts if not fact.name.startswith("run.")}


BITS = {"F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "I64": 64, "I32": 32, "I8": 8, "U8": 8, "BOOL": 8}


def store(path: Path, tensors: dict[str, tuple[str, list[int]]], contents: dict[str, bytes] | None = None) -> Path:
    """Writes a safetensors file of zeros; `contents` gives the bytes of tensors that hold something."""
    header: dict[str, JSON] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, (dtype, shape) in tensors.items():
        stored = (contents or {}).get(name, bytes(math.prod(shape) * BITS[dtype] // 8))
        sizes: list[JSON] = [*shape]
        header[name] = {"dtype": dtype, "shape": sizes, "data_offsets": [len(body), len(body) + len(stored)]}
        body += stored
    head = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(head).to_bytes(8, "little") + head + body)
    return path


# --- config.json


def test_a_causal_model_has_all_its_plain_names(tmp_path: Path) -> None:
    assert values(read(tmp_path / "notes-llama", {"config.json": LLAMA})) == {
        "architecture": "LlamaForCausalLM",
        "model_type": "llama",
        "task": "text-generation",
        "dtype": "bfloat16",
        "context_length": 131072,
        "hidden_size": 2048,
        "layers": 16,
        "heads": 32,
        "kv_heads": 8,
        "intermediate_size": 8192,
        "vocab_size": 128256,
    }


def test_the_entry_is_about_the_folder_and_sources_are_relative_to_the_root(tmp_path: Path) -> None:
    folder = write(tmp_path / "models" / "notes-llama", {"config.json": LLAMA})
    facts = read_model(folder, tmp_path)
    assert facts.subject.kind == "model"
    assert facts.subject.path == "models/notes-llama"
    assert [entry.about for entry in facts] == ["notes-llama"]
    assert facts["notes-llama"].excerpt == ""
    fact = facts["notes-llama"].fact("hidden_size")
    assert fact is not None
    assert fact.source == "models/notes-llama/config.json:5"


def test_a_folder_of_links_keeps_its_own_names(tmp_path: Path) -> None:
    blob = write(tmp_path / "blobs", {"3f9a": LLAMA}) / "3f9a"
    folder = tmp_path / "snapshot"
    folder.mkdir()
    (folder / "config.json").symlink_to(blob)
    fact = read_model(folder, tmp_path)["snapshot"].fact("layers")
    assert fact is not None
    assert fact.source == "snapshot/config.json:10"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "n_inner": None},
            {"hidden_size": 768, "layers": 12, "heads": 12, "context_length": 1024},
            id="gpt2",
        ),
        pytest.param(
            {"model_type": "distilbert", "dim": 768, "hidden_dim": 3072, "n_layers": 6, "n_heads": 12},
            {"hidden_size": 768, "intermediate_size": 3072, "layers": 6, "heads": 12},
            id="distilbert",
        ),
        pytest.param(
            {"model_type": "t5", "d_model": 512, "d_ff": 2048, "num_layers": 6, "num_decoder_layers": 6, "num_heads": 8},
            {"hidden_size": 512, "intermediate_size": 2048, "layers": 6, "decoder_layers": 6, "heads": 8},
            id="t5",
        ),
        pytest.param(
            {
                "model_type": "whisper",
                "d_model": 768,
                "encoder_layers": 12,
                "decoder_layers": 4,
                "encoder_attention_heads": 12,
                "encoder_ffn_dim": 3072,
                "max_source_positions": 1500,
                "max_target_positions": 448,
            },
            {
                "hidden_size": 768,
                "layers": 12,
                "encoder_layers": 12,
                "decoder_layers": 4,
                "heads": 12,
                "intermediate_size": 3072,
                "context_length": 1500,
                "target_length": 448,
            },
            id="whisper",
        ),
        pytest.param(
            {"model_type": "vit", "hidden_size": 768, "image_size": 224, "patch_size": 16},
            {"hidden_size": 768, "image_size": 224, "patch_size": 16},
            id="vit",
        ),
        pytest.param(
            {
                "model_type": "llava",
                "text_config": {"hidden_size": 4096, "vocab_size": 32064},
                "vision_config": {"image_size": 336},
            },
            {"hidden_size": 4096, "vocab_size": 32064, "image_size": 336},
            id="language-model-inside",
        ),
        pytest.param(
            {
                "architectures": ["CLIPModel"],
                "text_config": {"hidden_size": 512, "max_position_embeddings": 77},
                "vision_config": {"hidden_size": 768, "image_size": [224, 336]},
            },
            {"architecture": "CLIPModel", "context_length": 77, "image_size": [224, 336]},
            id="two-towers-have-no-common-size",
        ),
        pytest.param(
            {"model_type": "swin", "embed_dim": 96, "depths": [2, 2, 6, 2], "num_layers": 4, "num_heads": [3, 6, 12, 24]},
            {},
            id="stages-are-no-layers",
        ),
        pytest.param(
            {"model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1},
            {"context_length": 512, "position_embeddings": 514},
            id="positions-that-padding-takes",
        ),
        pytest.param(
            {"model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 2, "sliding_window": None},
            {"experts": 8, "experts_per_token": 2},
            id="experts",
        ),
        pytest.param(
            {"model_type": "qwen2", "sliding_window": 32768, "use_sliding_window": False, "max_position_embeddings": -1},
            {},
            id="what-is-switched-off-is-absent",
        ),
        pytest.param(
            {"dtype": "torch.float16", "hidden_size": "768", "num_hidden_layers": True}, {"dtype": "float16"}, id="wrong-kinds"
        ),
    ],
)
def test_every_architecture_gets_the_same_plain_names(
    tmp_path: Path, config: dict[str, JSON], expected: dict[str, JSON]
) -> None:
    found = values(read(tmp_path / "model", {"config.json": config}))
    found.pop("model_type", None)
    assert found == expected


@pytest.mark.parametrize(
    ("architecture", "model_type", "task"),
    [
        ("Qwen3ForCausalLM", "qwen3", "text-generation"),
        ("GPT2LMHeadModel", "gpt2", "text-generation"),
        ("XLMWithLMHeadModel", "xlm", "fill-mask"),
        ("BertForMaskedLM", "bert", "fill-mask"),
        ("BertForSequenceClassification", "bert", "text-classification"),
        ("Wav2Vec2ForSequenceClassification", "wav2vec2", "audio-classification"),
        ("RobertaForTokenClassification", "roberta", "token-classification"),
        ("BertForQuestionAnswering", "bert", "question-answering"),
        ("TapasForQuestionAnswering", "tapas", "table-question-answering"),
        ("ViTForImageClassification", "vit", "image-classification"),
        ("DetrForObjectDetection", "detr", "object-detection"),
        ("Owlv2ForObjectDetection", "owlv2", "zero-shot-object-detection"),
        ("MyOwnForSpeechSeq2Seq", "my-own", "automatic-speech-recognition"),
        ("WhisperForConditionalGeneration", "whisper", "automatic-speech-recognition"),
        ("Wav2Vec2ForCTC", "wav2vec2", "automatic-speech-recognition"),
        ("T5ForConditionalGeneration", "t5", "text2text-generation"),
        ("MarianMTModel", "marian", "translation"),
        ("BertModel", "bert", None),
        ("SomethingForConditionalGeneration", "something", None),
    ],
)
def test_the_architecture_tells_the_task(tmp_path: Path, architecture: str, model_type: str, task: str | None) -> None:
    config: dict[str, JSON] = {"architectures": [architecture], "model_type": model_type}
    assert read(tmp_path / "model", {"config.json": config}).get("task") == task


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        pytest.param(
            {"1": "spam", "0": "ham", "10": "unsure"}, {"label_count": 3, "labels": ["ham", "spam", "unsure"]}, id="in-order"
        ),
        pytest.param({"0": "LABEL_0", "1": "LABEL_1"}, {"label_count": 2}, id="names-nobody-gave"),
        pytest.param({str(index): f"kind {index}" for index in range(1000)}, {"label_count": 1000}, id="too-many-to-name"),
        pytest.param({"ham": "0"}, {}, id="not-numbered"),
    ],
)
def test_labels_are_named_where_people_named_them(tmp_path: Path, labels: JSON, expected: dict[str, JSON]) -> None:
    config: dict[str, JSON] = {"architectures": ["BertForSequenceClassification"], "id2label": labels}
    entry = read(tmp_path / "model", {"config.json": config})
    assert {name: value for name, value in values(entry).items() if name.startswith("label")} == expected


def test_a_language_model_has_no_labels(tmp_path: Path) -> None:
    config: dict[str, JSON] = {"architectures": ["GPT2LMHeadModel"], "id2label": {"0": "LABEL_0", "1": "LABEL_1"}}
    assert read(tmp_path / "model", {"config.json": config}).get("label_count") is None


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        pytest.param(
            {
                "quant_method": "bitsandbytes",
                "load_in_4bit": True,
                "load_in_8bit": False,
                "bnb_4bit_quant_type": "nf4",
                "bnb_4bit_use_double_quant": True,
                "bnb_4bit_compute_dtype": "torch.bfloat16",
            },
            {"method": "bitsandbytes", "bits": 4, "type": "nf4", "double": True, "compute_dtype": "bfloat16"},
            id="4-bit",
        ),
        pytest.param(
            {"load_in_8bit": True, "bnb_4bit_quant_type": "fp4", "bnb_4bit_compute_dtype": "float32"},
            {"method": "bitsandbytes", "bits": 8},
            id="8-bit-has-no-4-bit-settings",
        ),
        pytest.param(
            {"quant_method": "gptq", "bits": 4, "group_size": 128}, {"method": "gptq", "bits": 4, "group_size": 128}, id="gptq"
        ),
        pytest.param({"quant_method": "mxfp4"}, {"method": "mxfp4"}, id="method-alone"),
    ],
)
def test_quantisation_says_what_is_switched_on(tmp_path: Path, section: JSON, expected: dict[str, JSON]) -> None:
    found = values(read(tmp_path / "model", {"config.json": {"quantization_config": section}}))
    assert found == {f"quantization.{name}": value for name, value in expected.items()}


def test_a_nested_key_has_the_line_it_stands_on(tmp_path: Path) -> None:
    config: dict[str, JSON] = {"audio_config": {"dtype": "float32"}, "quantization_config": {"bits": 4}, "dtype": "bfloat16"}
    entry = read(tmp_path / "model", {"config.json": config})
    assert [(fact.name, fact.source) for fact in entry.facts] == [
        ("dtype", "model/config.json:8"),
        ("quantization.bits", "model/config.json:6"),
    ]


# --- adapters


def test_an_adapter_tells_its_base_and_its_lora_settings(tmp_path: Path) -> None:
    assert values(read(tmp_path / "adapter", {"adapter_config.json": LORA})) == {
        "task": "text-generation",
        "base_model": "Qwen/Qwen3-0.6B-Base",
        "adapter.type": "LORA",
        "lora.r": 16,
        "lora.alpha": 32,
        "lora.dropout": 0.05,
        "lora.target_modules": ["q_proj", "v_proj"],
        "lora.rslora": True,
    }


def test_a_prompt_tuning_adapter_has_no_lora_settings(tmp_path: Path) -> None:
    adapter: dict[str, JSON] = {"peft_type": "PROMPT_TUNING", "num_virtual_tokens": 8, "r": 16, "task_type": "SEQ_CLS"}
    found = values(read(tmp_path / "adapter", {"adapter_config.json": adapter}))
    assert found == {"task": "text-classification", "adapter.type": "PROMPT_TUNING", "adapter.virtual_tokens": 8}


@pytest.mark.parametrize(
    ("written", "base", "revision"),
    [
        pytest.param("Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B", None, id="hub-name"),
        pytest.param("gpt2", "gpt2", None, id="bare-hub-name"),
        pytest.param("/home/ana/models/harbor-base/", "harbor-base", None, id="absolute"),
        pytest.param("./models/harbor-base", "harbor-base", None, id="relative"),
        pytest.param("C:\\models\\harbor-base", "harbor-base", None, id="windows"),
        pytest.param("runs/2024/harbor-base", "harbor-base", None, id="too-deep-for-the-hub"),
        pytest.param("/c/hub/models--Qwen--Qwen3-0.6B/snapshots/c1899d", "Qwen/Qwen3-0.6B", "c1899d", id="hub-cache"),
        pytest.param("..", None, None, id="no-name-at-all"),
        pytest.param("", None, None, id="empty"),
        pytest.param(None, None, None, id="null"),
    ],
)
def test_a_base_is_named_without_the_machine_it_lay_on(
    tmp_path: Path, written: JSON, base: str | None, revision: str | None
) -> None:
    entry = read(tmp_path / "adapter", {"adapter_config.json": {"base_model_name_or_path": written}})
    assert (entry.get("base_model"), entry.get("base_revision")) == (base, revision)


def test_the_name_in_a_configuration_is_a_base_only_after_a_training(tmp_path: Path) -> None:
    config: dict[str, JSON] = {"_name_or_path": "openai/whisper-small", "model_type": "whisper"}
    assert read(tmp_path / "downloaded", {"config.json": config}).get("base_model") is None
    assert (
        read(tmp_path / "trained", {"config.json": config, "trainer_state.json": STATE}).get("base_model")
        == "openai/whisper-small"
    )


# --- tokenizer and generation


def test_a_tokenizer_tells_class_limit_tokens_and_template(tmp_path: Path) -> None:
    config: dict[str, JSON] = {
        "tokenizer_class": "Qwen2Tokenizer",
        "model_max_length": 32768,
        "eos_token": {"content": "<|end|>", "lstrip": False},
        "pad_token": "<|pad|>",
        "chat_template": "{% for message in messages %}…{% endfor %}",
    }
    assert values(read(tmp_path / "model", {"tokenizer_config.json": config, "config.json": {}})) == {
        "tokenizer.class": "Qwen2Tokenizer",
        "tokenizer.model_max_length": 32768,
        "tokenizer.eos_token": "<|end|>",
        "tokenizer.pad_token": "<|pad|>",
        "tokenizer.chat_template": True,
    }


@pytest.mark.parametrize("length", [10**30, int(1e30), int(1e20), 1e30, None])
def test_a_tokenizer_without_a_limit_has_none(tmp_path: Path, length: JSON) -> None:
    files: dict[str, JSON] = {"config.json": {}, "tokenizer_config.json": {"model_max_length": length}}
    assert values(read(tmp_path / "model", files)) == {}


@pytest.mark.parametrize(
    "vocabulary", [{"a": 0, "b": 1, "<s>": 2}, [["a", 0.0], ["b", -1.5], ["<s>", 0.0]]], ids=["by-number", "with-scores"]
)
def test_the_tokenizer_counts_distinct_tokens(tmp_path: Path, vocabulary: JSON) -> None:
    tokenizer: dict[str, JSON] = {"added_tokens": [{"content": "<s>"}, {"content": "<pad>"}], "model": {"vocab": vocabulary}}
    entry = read(tmp_path / "model", {"tokenizer.json": tokenizer, "config.json": LLAMA})
    assert entry.get("tokenizer.vocab_size") == 4
    assert entry.get("vocab_size") == 128256


def test_a_template_of_its_own_is_seen(tmp_path: Path) -> None:
    entry = read(tmp_path / "model", {"config.json": {}, "chat_template.jinja": "{{ messages }}"})
    assert values(entry) == {"tokenizer.chat_template": True}


def test_generation_settings_are_facts_and_plumbing_is_not(tmp_path: Path) -> None:
    generation: dict[str, JSON] = {
        "_from_model_config": True,
        "alignment_heads": [[5, 3], [5, 9]],
        "do_sample": True,
        "eos_token_id": [1, 2],
        "lang_to_id": {"<|en|>": 50259},
        "max_new_tokens": None,
        "output_attentions": False,
        "suppress_tokens": [*range(90)],
        "temperature": 0.7,
        "transformers_version": "5.23.0",
    }
    found = values(read(tmp_path / "model", {"generation_config.json": generation}))
    assert found == {"generation.do_sample": True, "generation.eos_token_id": [1, 2], "generation.temperature": 0.7}


# --- training


def test_a_run_tells_its_best_and_its_last_evaluation(tmp_path: Path) -> None:
    assert values(read(tmp_path / "model", {"trainer_state.json": STATE})) == {
        "training.epochs": 3,
        "training.steps": 300,
        "training.batch_size": 8,
        "training.loss": 1.1988,
        "best.metric": 0.4836,
        "best.name": "rougeL",
        "best.step": 200,
        "best.checkpoint": "checkpoint-200",
        "best.epoch": 2.0,
        "best.loss": 1.03,
        "best.rougeL": 0.4836,
        "last.step": 300,
        "last.epoch": 3.0,
        "last.loss": 1.04,
        "last.rougeL": 0.4803,
        "training.peak_learning_rate": 0.0002,
        "curves.eval_loss": [1.29, 1.04],
    }


def test_a_logged_metric_has_the_line_of_its_own_entry(tmp_path: Path) -> None:
    entry = read(tmp_path / "model", {"trainer_state.json": STATE})
    lines = (tmp_path / "model" / "trainer_state.json").read_text(encoding="utf-8").splitlines()
    for name, expected in (
        ("best.rougeL", '"eval_rougeL": 0.4836,'),
        ("last.loss", '"eval_loss": 1.04,'),
        ("training.loss", '"train_loss": 1.1988,'),
    ):
        fact = entry.fact(name)
        assert fact is not None
        assert lines[int(fact.source.rpartition(":")[2]) - 1].strip() == expected


def test_the_evaluation_after_the_summary_is_not_the_last_of_the_run(tmp_path: Path) -> None:
    history = STATE["log_history"]
    assert isinstance(history, list)
    after: JSON = {"epoch": 3.0, "eval_loss": 1.03, "eval_rougeL": 0.4836, "step": 300}
    state: dict[str, JSON] = {**STATE, "log_history": [*history, after]}
    assert read(tmp_path / "model", {"trainer_state.json": state}).get("last.rougeL") == 0.4803


def test_the_only_evaluation_may_come_after_the_summary(tmp_path: Path) -> None:
    history: JSON = [{"train_loss": 1.2, "train_runtime": 9.0, "step": 50}, {"epoch": 1.0, "eval_loss": 0.9, "step": 50}]
    state: dict[str, JSON] = {"global_step": 50, "epoch": 1.0, "log_history": history}
    assert values(read(tmp_path / "model", {"trainer_state.json": state})) == {
        "training.epochs": 1.0,
        "training.steps": 50,
        "training.loss": 1.2,
        "last.step": 50,
        "last.epoch": 1.0,
        "last.loss": 0.9,
    }


def test_several_evaluation_sets_of_one_step_are_one_evaluation(tmp_path: Path) -> None:
    history: JSON = [{"eval_notes_loss": 0.5, "step": 50}, {"eval_logs_loss": 0.7, "step": 50}]
    state: dict[str, JSON] = {"best_metric": 0.7, "best_global_step": 50, "log_history": history}
    found = values(read(tmp_path / "model", {"trainer_state.json": state}))
    assert (found["best.name"], found["last.notes_loss"], found["last.logs_loss"]) == ("logs_loss", 0.5, 0.7)


def test_two_metrics_of_the_same_value_leave_the_best_one_unnamed(tmp_path: Path) -> None:
    history: JSON = [{"eval_accuracy": 0.9, "eval_micro_f1": 0.9, "step": 50}]
    state: dict[str, JSON] = {"best_metric": 0.9, "best_model_checkpoint": "out\\checkpoint-50", "log_history": history}
    found = values(read(tmp_path / "model", {"trainer_state.json": state}))
    assert "best.name" not in found
    assert (found["best.step"], found["best.checkpoint"]) == (50, "checkpoint-50")


@pytest.mark.parametrize(
    ("epoch", "planned", "steps", "expected"),
    [
        pytest.param(2.9867, 3, 300, {"training.epochs": 3, "training.steps": 300}, id="a-partial-batch-was-dropped"),
        pytest.param(0.4, 1, 300, {"training.epochs": 0.4, "training.steps": 300}, id="steps-were-asked-for"),
        pytest.param(
            1.5,
            3,
            150,
            {"training.epochs": 1.5, "training.steps": 150, "training.planned_steps": 300, "training.planned_epochs": 3},
            id="stopped-early",
        ),
    ],
)
def test_epochs_are_those_that_were_run(
    tmp_path: Path, epoch: float, planned: int, steps: int, expected: dict[str, JSON]
) -> None:
    state: dict[str, JSON] = {"epoch": epoch, "num_train_epochs": planned, "global_step": steps, "max_steps": 300}
    assert values(read(tmp_path / "model", {"trainer_state.json": state})) == expected


def test_results_are_facts_of_their_split_and_speeds_are_none(tmp_path: Path) -> None:
    evaluation: dict[str, JSON] = {
        "epoch": 3.0,
        "eval_loss": 0.3352,
        "eval_model_preparation_time": 0.002,
        "eval_per_class": {"ham": {"f1": 0.9}, "spam": {"f1": 1}},
        "eval_runtime": 411.08,
        "eval_samples": 960,
        "eval_steps_per_second": 0.146,
        "perplexity": 1.3982,
        "wer": 15,
    }
    rest: dict[str, JSON] = {
        "eval_loss": 9.9,
        "init_mem_cpu_alloc_delta": 5,
        "predict_bleu": 31.5,
        "total_flos": 1e18,
        "train_accuracy": 0.97,
        "train_loss": 0.265125,
        "train_samples": 8640,
    }
    assert values(read(tmp_path / "model", {"eval_results.json": evaluation, "all_results.json": rest})) == {
        "eval.loss": 0.3352,
        "eval.per_class.ham.f1": 0.9,
        "eval.per_class.spam.f1": 1,
        "eval.samples": 960,
        "eval.perplexity": 1.3982,
        "eval.wer": 15,
        "predict.bleu": 31.5,
        "train.accuracy": 0.97,
        "training.loss": 0.265125,
        "training.samples": 8640,
    }


def test_what_is_not_a_number_is_absent(tmp_path: Path) -> None:
    results = (
        '{"eval_loss": NaN, "eval_f1": Infinity, "eval_huge": 1e999, "eval_note": "x", "eval_ok": true, "eval_wer": 1e-05}'
    )
    assert values(read(tmp_path / "model", {"eval_results.json": results})) == {"eval.wer": 1e-05}


@settings(deadline=None)  # writes files
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-zA-Z0-9]{0,8}", fullmatch=True),
        st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_a_metric_keeps_its_number_as_written(
    tmp_path_factory: pytest.TempPathFactory, metrics: dict[str, int | float]
) -> None:
    metrics = {name: value for name, value in metrics.items() if name not in ("epoch", "runtime")}
    written: dict[str, JSON] = {f"eval_{name}": value for name, value in metrics.items()}
    found = values(read(tmp_path_factory.mktemp("model"), {"eval_results.json": written}))
    assert json.dumps(found) == json.dumps({f"eval.{name}": value for name, value in metrics.items()})


# --- checkpoints


def test_the_highest_whole_checkpoint_stands_in_for_a_state_that_is_missing(tmp_path: Path) -> None:
    files: dict[str, JSON] = {
        "config.json": {"model_type": "llama"},
        "checkpoint-90/trainer_state.json": {"global_step": 90},
        "checkpoint-200/trainer_state.json": {"global_step": 200},
        "checkpoint-300/trainer_state.json": '{"global_step": 3',
        "checkpoint-1000/config.json": LLAMA,
    }
    entry = read(tmp_path / "run", files)
    assert values(entry) == {"model_type": "llama", "training.steps": 200}
    assert [fact.source for fact in entry.under("training")] == ["run/checkpoint-200/trainer_state.json:2"]


def test_a_state_of_the_run_itself_goes_before_its_checkpoints(tmp_path: Path) -> None:
    files: dict[str, JSON] = {"trainer_state.json": STATE, "checkpoint-900/trainer_state.json": {"global_step": 900}}
    assert read(tmp_path / "run", files).get("training.steps") == 300


def test_a_run_that_left_only_checkpoints_is_read_from_one(tmp_path: Path) -> None:
    write(
        tmp_path / "run", {"checkpoint-20/adapter_config.json": LORA, "checkpoint-20/trainer_state.json": {"global_step": 20}}
    )
    store(tmp_path / "run" / "checkpoint-20" / "adapter_model.safetensors", {"a.lora_A.weight": ("F32", [16, 8])})
    entry = read(tmp_path / "run", {})
    assert (entry.get("lora.r"), entry.get("training.steps"), entry.get("parameters.total")) == (16, 20, 128)


# --- weights


def test_parameters_are_counted_from_the_header(tmp_path: Path) -> None:
    store(
        tmp_path / "model" / "model.safetensors", {"a.weight": ("BF16", [4, 3]), "a.bias": ("BF16", [4]), "scale": ("F32", [])}
    )
    entry = read(tmp_path / "model", {})
    assert values(entry) == {"parameters.total": 17, "parameters.dtypes": {"BF16": 16, "F32": 1}}
    assert [fact.source for fact in entry.facts] == ["model/model.safetensors:1"] * 2


def test_shards_are_counted_together(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    store(folder / "model-00001-of-00002.safetensors", {"a": ("F16", [10])})
    store(folder / "model-00002-of-00002.safetensors", {"b": ("F16", [5])})
    store(folder / "consolidated.safetensors", {"a": ("F16", [10]), "b": ("F16", [5])})
    index: JSON = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    assert read(folder, {"model.safetensors.index.json": index}).get("parameters.total") == 15
    (folder / "model.safetensors.index.json").unlink()
    assert read(folder, {"config.json": {}}).get("parameters.total") == 15


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"], id="a-shard-is-missing"),
        pytest.param(["model-00001-of-00002.safetensors", "../other/model.safetensors"], id="outside-the-folder"),
    ],
)
def test_weights_that_are_not_all_here_are_not_counted(tmp_path: Path, named: list[str]) -> None:
    store(tmp_path / "model" / "model-00001-of-00002.safetensors", {"a": ("F16", [10])})
    store(tmp_path / "other" / "model.safetensors", {"b": ("F16", [10])})
    index: JSON = {"weight_map": {str(number): name for number, name in enumerate(named)}}
    assert values(read(tmp_path / "model", {"model.safetensors.index.json": index})) == {}


def test_a_pointer_to_weights_kept_elsewhere_is_no_weight(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    files: dict[str, JSON] = {"config.json": {"model_type": "llama"}, "model.safetensors": pointer, "tokenizer.json": pointer}
    assert values(read(tmp_path / "model", files)) == {"model_type": "llama"}


def four_bit(state: bytes) -> tuple[dict[str, tuple[str, list[int]]], dict[str, bytes]]:
    """What bitsandbytes stores for one weight of 64 by 33 beside one that it left alone, and the bytes of the state."""
    tensors = {
        "norm.weight": ("BF16", [64]),
        "up.weight": ("U8", [1056, 1]),
        "up.weight.absmax": ("U8", [33]),
        "up.weight.nested_absmax": ("F32", [1]),
        "up.weight.nested_quant_map": ("F32", [256]),
        "up.weight.quant_map": ("F32", [16]),
        "up.weight.quant_state.bitsandbytes__nf4": ("U8", [len(state)]),
    }
    return tensors, {"up.weight.quant_state.bitsandbytes__nf4": state}


def test_4_bit_weights_count_by_the_shape_they_had(tmp_path: Path) -> None:
    state = json.dumps({"quant_type": "nf4", "blocksize": 64, "shape": [64, 33]}).encode()
    store(tmp_path / "model" / "model.safetensors", *four_bit(state))
    found = values(read(tmp_path / "model", {}))
    assert found["parameters.total"] == 64 + 64 * 33
    assert found["parameters.dtypes"] == {"U8": 1056 + 33 + len(state), "F32": 273, "BF16": 64}


@pytest.mark.parametrize("state", [b"not json", b'{"shape": "64, 33"}', b'["shape"]', b""], ids=str)
def test_4_bit_weights_of_unknown_shape_have_no_total(tmp_path: Path, state: bytes) -> None:
    store(tmp_path / "model" / "model.safetensors", *four_bit(state))
    found = values(read(tmp_path / "model", {}))
    assert "parameters.total" not in found
    assert "parameters.dtypes" in found


@pytest.mark.parametrize(
    ("tensors", "expected"),
    [
        pytest.param({"a.weight": ("I8", [8, 8]), "a.SCB": ("F32", [8]), "a.weight_format": ("U8", [])}, 64, id="8-bit"),
        pytest.param({"a.weight": ("F8_E4M3", [8, 8]), "a.weight_scale_inv": ("F32", [1, 1])}, 64, id="8-bit-floats"),
        pytest.param({"a.qweight": ("I32", [1, 8]), "a.scales": ("F16", [8])}, None, id="packed-in-integers"),
        pytest.param({"a_blocks": ("U8", [8, 16]), "a_scales": ("U8", [8])}, None, id="packed-in-bytes"),
        pytest.param({"a.weight": ("U8", [32, 1]), "a.weight.absmax": ("F32", [1])}, None, id="4-bit-without-its-state"),
        pytest.param({"a.weight": ("F32", [8]), "a.position_ids": ("I64", [1, 512])}, 8, id="positions-are-a-buffer"),
        pytest.param(
            {"bn.weight": ("F32", [8]), "bn.running_mean": ("F32", [8]), "bn.num_batches_tracked": ("I64", [])},
            8,
            id="statistics",
        ),
        pytest.param({"h.attn.bias": ("F32", [1, 1, 4, 4]), "h.attn.c_attn.bias": ("F32", [12])}, 12, id="causal-mask"),
    ],
)
def test_only_parameters_are_counted_as_such(
    tmp_path: Path, tensors: dict[str, tuple[str, list[int]]], expected: int | None
) -> None:
    store(tmp_path / "model" / "model.safetensors", tensors)
    assert read(tmp_path / "model", {}).get("parameters.total") == expected


SHAPES = st.lists(st.integers(0, 9), max_size=3).map(tuple)


@settings(deadline=None)  # writes files
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,5}\.weight", fullmatch=True), st.tuples(st.sampled_from(["F32", "F16", "BF16"]), SHAPES)
    )
)
def test_what_was_stored_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, tuple[str, tuple[int, ...]]]
) -> None:
    path = store(
        tmp_path_factory.mktemp("model") / "x.safetensors",
        {name: (dtype, [*shape]) for name, (dtype, shape) in tensors.items()},
    )
    found = read_tensors(path, "x.safetensors")
    assert found == tuple(Tensor(name, dtype, shape) for name, (dtype, shape) in tensors.items())
    assert parameter_count(found) == sum(stored_elements(found).values())


def test_files_of_the_safetensors_library_are_read(tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    library = pytest.importorskip("safetensors.numpy")
    library.save_file({"a": numpy.zeros((3, 4), numpy.float16), "b": numpy.zeros(5, numpy.float32)}, tmp_path / "x.safetensors")
    found = read_tensors(tmp_path / "x.safetensors", "x.safetensors")
    assert found is not None
    assert stored_elements(found) == {"F16": 12, "F32": 5}


# --- licence, card, docgen's own record


def test_licence_and_card_are_kept_apart(tmp_path: Path) -> None:
    card = "---\nlanguage: [en, no]\nlicense: mit\nbase_model: gpt2\ntags:\n- x\ndatasets: []\npipeline_tag: 3\n---\n# Notes\n"
    entry = read(
        tmp_path / "model", {"config.json": {}, "LICENSE.txt": "SPDX-License-Identifier: Apache-2.0\n", "README.md": card}
    )
    assert values(entry) == {
        "license": "Apache-2.0",
        "card.license": "mit",
        "card.base_model": "gpt2",
        "card.language": ["en", "no"],
    }
    assert [fact.source for fact in entry.under("card")] == ["model/README.md:3", "model/README.md:4", "model/README.md:2"]


def test_the_language_no_is_norwegian(tmp_path: Path) -> None:
    files: dict[str, JSON] = {"config.json": {}, "README.md": "---\r\nlanguage: no\r\n---\r\n"}
    assert read(tmp_path / "model", files).get("card.language") == "no"


@pytest.mark.parametrize(
    "card",
    [
        "# Notes\n\n---\nlicense: mit\n---\n",
        "---\nlicense: mit\n",
        "---\nSome words\n---\n",
        "---\n---\n",
        "---\n# comment\n---\n",
    ],
    ids=["further-down", "never-closed", "words-between-rules", "empty", "comment"],
)
def test_a_card_without_front_matter_declares_nothing(tmp_path: Path, card: str) -> None:
    assert values(read(tmp_path / "model", {"config.json": {}, "README.md": card})) == {}


def test_licence_files_that_differ_give_no_licence(tmp_path: Path) -> None:
    files: dict[str, JSON] = {
        "config.json": {},
        "LICENSE-MIT": "SPDX-License-Identifier: MIT",
        "LICENSE-APACHE": "SPDX-License-Identifier: Apache-2.0",
    }
    assert values(read(tmp_path / "model", files)) == {}


def test_docgens_record_is_flat_and_says_nothing_of_the_machine(tmp_path: Path) -> None:
    record: dict[str, JSON] = {
        "base": {"name": "sm", "path": "/srv/bases/sm", "mark": "7f3a91"},
        "created": "2025-01-01T00:00:00",
        "host": "build-7",
        "run_id": "x1",
        "corpus": "/srv/corpus",
        "scores": {"rougeL": 0.41, "sections": [0.1, 0.2], "tokens_per_second": 55.0},
        "settings": {"epochs": 3, "resume": False, "seed": None},
        "timing": {"train_seconds": 3.5},
    }
    assert values(read(tmp_path / "adapter", {"docgen.json": record})) == {
        "docgen.base.name": "sm",
        "docgen.base.mark": "7f3a91",
        "docgen.scores.rougeL": 0.41,
        "docgen.settings.epochs": 3,
        "docgen.settings.resume": False,
    }


# --- what is no model folder, and what cannot be read


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"config.json": LLAMA}, True, id="configuration"),
        pytest.param({"config.json": {"port": 8080}}, False, id="configuration-of-something-else"),
        pytest.param({"adapter_config.json": LORA}, True, id="adapter"),
        pytest.param({"checkpoint-20/trainer_state.json": STATE}, True, id="checkpoints-alone"),
        pytest.param({"x.safetensors": ""}, True, id="weights-alone"),
        pytest.param({"README.md": "# x", "LICENSE": "x"}, False, id="card-alone"),
        pytest.param({"tokenizer.json": {}}, False, id="tokenizer-alone"),
        pytest.param({"old/config.json": LLAMA}, False, id="further-down"),
    ],
)
def test_a_model_folder_is_recognised(tmp_path: Path, files: dict[str, JSON], expected: bool) -> None:
    assert is_model_folder(write(tmp_path, files)) is expected


def test_a_file_is_no_model_folder(tmp_path: Path) -> None:
    write(tmp_path, {"config.json": LLAMA})
    assert not is_model_folder(tmp_path / "config.json")
    assert not is_model_folder(tmp_path / "nothing")


@pytest.mark.parametrize("files", [{}, {"README.md": "# Notes", "LICENSE": "x"}], ids=["empty", "nothing-known"])
def test_a_folder_without_a_model_says_what_was_looked_for(tmp_path: Path, files: dict[str, JSON]) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    with pytest.raises(InputError) as caught:
        read(folder, files)
    assert "`notes` is no model folder" in caught.value.what
    assert "`config.json`" in caught.value.what
    assert caught.value.where == "notes"
    assert caught.value.fix


@pytest.mark.parametrize(("name", "kind"), [("config.json", "a file"), ("nothing", "nothing there")])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    write(tmp_path, {"config.json": LLAMA})
    with pytest.raises(InputError) as caught:
        read_model(tmp_path / name, tmp_path)
    assert kind in caught.value.what
    assert caught.value.where == name


@pytest.mark.parametrize(
    ("name", "text", "where", "what"),
    [
        pytest.param("config.json", '{\n  "a": 1\n  "b": 2\n}', "model/config.json:3", '`"b": 2`', id="comma-missing"),
        pytest.param("config.json", "", "model/config.json:1", "not JSON", id="empty"),
        pytest.param("config.json", "[1, 2]", "model/config.json:1", "list", id="list"),
        pytest.param("config.json", "[" * 100_000, "model/config.json:1", "cannot be read|not JSON", id="bottomless"),
        pytest.param("config.json", '{"a": ' + "1" * 5000 + "}", "model/config.json:1", "digits", id="number-without-end"),
        pytest.param("trainer_state.json", '{"a": 1,', "model/trainer_state.json:1", "not JSON", id="cut-short"),
        pytest.param("README.md", "---\nlicense: mit\nbase: [\n---\n", "model/README.md:4", "front matter", id="front-matter"),
        pytest.param(
            "README.md", "---\na: !!python/object:os.system x\n---\n", "model/README.md:2", "python/object", id="yaml-object"
        ),
    ],
)
def test_a_broken_file_is_one_error_with_its_line(tmp_path: Path, name: str, text: str, where: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "model", {"config.json": LLAMA, name: text})
    assert caught.value.where == where
    assert any(part in caught.value.what for part in what.split("|"))
    assert caught.value.fix


def test_json_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(b'{\n"a": "\xff"}')
    with pytest.raises(InputError, match="0xff") as caught:
        read_model(tmp_path, tmp_path)
    assert caught.value.where == "config.json:2"


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(LLAMA).encode())
    (entry,) = read_model(tmp_path, tmp_path)
    assert entry.get("layers") == 16


@pytest.mark.parametrize(
    "kept", [0, 4, 8, 20, -1], ids=["empty", "in-the-length", "no-header", "in-the-header", "one-byte-short"]
)
def test_weights_that_are_cut_short_are_refused(tmp_path: Path, kept: int) -> None:
    path = store(tmp_path / "model" / "model.safetensors", {"a": ("F32", [10])})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="cut short") as caught:
        read(tmp_path / "model", {})
    assert caught.value.where == "model/model.safetensors"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"not json at all", id="not-json"),
        pytest.param(b"[1, 2, 3, 4]", id="list"),
        pytest.param(b'{"a": {"dtype": "F32", "shape": [1]}}', id="no-offsets"),
        pytest.param(b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}', id="negative-size"),
        pytest.param(b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}', id="offsets-swapped"),
        pytest.param(b'{"a": 3}', id="number-for-a-tensor"),
        pytest.param(b"\xff\xfe\xff", id="not-text"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "model" / "model.safetensors"
    path.parent.mkdir()
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(16))
    with pytest.raises(InputError) as caught:
        read(tmp_path / "model", {})
    assert "model.safetensors" in caught.value.what


KEYS = st.sampled_from(
    """architectures model_type hidden_size text_config vision_config decoder max_position_embeddings pad_token_id id2label
    image_size dtype quantization_config load_in_4bit bnb_4bit_compute_dtype depths target_modules base_model_name_or_path r
    task_type log_history step eval_loss train_runtime best_metric best_global_step best_model_checkpoint global_step epoch
    max_steps num_train_epochs weight_map tokenizer_class eos_token model vocab added_tokens content 0 1 train_loss""".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "roberta", "CLIPModel", "checkpoint-3", "/a/b"])
)
ANY_JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
FILES = st.sampled_from(
    """config.json adapter_config.json trainer_state.json eval_results.json all_results.json generation_config.json
    tokenizer_config.json tokenizer.json docgen.json model.safetensors.index.json preprocessor_config.json""".split()
)


@settings(deadline=None)  # writes files
@given(st.dictionaries(FILES, st.dictionaries(KEYS, ANY_JSON, max_size=8), max_size=4))
def test_values_of_unexpected_kinds_are_absent(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, dict[str, JSON]]
) -> None:
    entry = read(tmp_path_factory.mktemp("model"), {"generation_config.json": {}, **files})
    assert all(fact.value is not None and fact.source for fact in entry.facts)
    json.dumps([fact.value for fact in entry.facts], allow_nan=False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"config.json": LLAMA})
    (tmp_path / "config.json").chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        read_model(tmp_path, tmp_path)


def test_no_fact_is_empty_and_no_name_comes_twice(tmp_path: Path) -> None:
    files: dict[str, JSON] = {
        "config.json": {**LLAMA, "model_type": "", "id2label": {}},
        "adapter_config.json": {**LORA, "target_modules": []},
        "trainer_state.json": STATE,
        "all_results.json": {"train_loss": 1.1988, "eval_loss": 1.03},
    }
    entry = read(tmp_path / "model", files)
    names = [fact.name for fact in entry.facts]
    assert len(names) == len(set(names))
    assert all(fact.value not in (None, "", [], {}) and fact.source for fact in entry.facts)


# --- Sentence Transformers, models with code of their own, adapters without a task


def sentence_model(*kinds: str) -> dict[str, JSON]:
    """The files of a model with these modules."""
    places = ["", *(f"{number}_{kind}" for number, kind in enumerate(kinds[1:], 1))]
    modules: list[JSON] = [
        {"idx": number, "name": str(number), "path": place, "type": f"sentence_transformers.models.{kind}"}
        for number, (kind, place) in enumerate(zip(kinds, places, strict=True))
    ]
    return {
        "modules.json": json.dumps(modules),
        "config.json": {"architectures": ["BertForMaskedLM"], "model_type": "bert", "max_position_embeddings": 512},
        "sentence_bert_config.json": {"max_seq_length": 256},
        "1_Pooling/config.json": {
            "word_embedding_dimension": 384,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": True,
        },
        "2_Dense/config.json": {"in_features": 768, "out_features": 256},
        "config_sentence_transformers.json": {"similarity_fn_name": "cosine", "prompts": {"query": "query: ", "document": ""}},
    }


def test_a_sentence_model_is_more_than_its_transformer(tmp_path: Path) -> None:
    found = values(read(tmp_path / "vectors", sentence_model("Transformer", "Pooling", "Normalize")))
    assert found["task"] == "sentence-similarity" and found["context_length"] == 256, "not what the transformer alone could"
    told = {name.removeprefix("embedding."): value for name, value in found.items() if name.startswith("embedding.")}
    assert told == {
        "modules": ["Transformer", "Pooling", "Normalize"],
        "pooling": "mean, maximum",
        "size": 768,
        "normalized": True,
        "similarity": "cosine",
        "prompts.query": "query: ",
    }


def test_a_dense_layer_decides_how_long_vectors_are(tmp_path: Path) -> None:
    assert read(tmp_path / "vectors", sentence_model("Transformer", "Pooling", "Dense")).get("embedding.size") == 256


def test_a_sentence_model_of_an_older_layout_is_a_model_folder(tmp_path: Path) -> None:
    files = sentence_model("Transformer", "Pooling")
    files["0_Transformer/config.json"] = files.pop("config.json")
    entry = read(tmp_path / "vectors", files)
    assert is_model_folder(tmp_path / "vectors") and entry.get("architecture") == "BertForMaskedLM"


@pytest.mark.parametrize(
    "modules",
    [
        "{}",
        "[]",
        '[{"type": "other.Thing"}]',
        "[",
        '{"a": "sentence_transformers."}',
        "[" * 99_999 + '"sentence_transformers."',
    ],
)
def test_other_lists_of_modules_make_no_model_folder_and_no_facts(tmp_path: Path, modules: str) -> None:
    write(tmp_path / "a", {"modules.json": modules})
    assert is_model_folder(tmp_path / "a") is ("sentence_transformers." in modules)
    found = read(tmp_path / "b", {"modules.json": modules, "config.json": LLAMA})
    assert not [fact for fact in found.facts if fact.name.startswith("embedding.")]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        pytest.param(
            {"AutoConfig": "configuration_a.A", "AutoModel": "modeling_a.B"},
            ["configuration_a.py", "modeling_a.py"],
            id="files",
        ),
        pytest.param({"AutoModel": "acme/base--modeling_a.B"}, ["acme/base"], id="another model's"),
        pytest.param({"AutoModel": "a.B\nimport os", "AutoConfig": ["a.B"]}, None, id="no names"),
        pytest.param(None, None, id="none"),
    ],
)
def test_code_that_a_model_comes_with_is_named(tmp_path: Path, named: JSON, expected: JSON) -> None:
    assert read(tmp_path / "a", {"config.json": {**LLAMA, "auto_map": named}}).get("code") == expected


def test_an_adapter_without_a_task_has_that_of_the_class_it_was_made_for(tmp_path: Path) -> None:
    mapping: JSON = {
        "base_model_class": "WhisperForConditionalGeneration",
        "parent_library": "transformers.models.whisper.modeling_whisper",
    }
    files: dict[str, JSON] = {"adapter_config.json": {**LORA, "task_type": None, "auto_mapping": mapping}}
    assert read(tmp_path / "speech", files).get("task") == "automatic-speech-recognition"
    assert read(tmp_path / "other", {"adapter_config.json": {**LORA, "auto_mapping": mapping}}).get("task") == "text-generation"
