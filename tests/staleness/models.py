"""The sources that the rows about a model share, as they are before any change."""

from __future__ import annotations

import json
import struct
from pathlib import Path

MODEL = "tagger"
FOLDER = "models/tagger"
CARD_PATH = f"{FOLDER}/README.md"
CARD = "---\nlicense: mit\nbase_model: acme/base\n---\n\n# Tagger\n\n{}\n"
_STATE = {
    "best_metric": 0.41,
    "best_model_checkpoint": "out/checkpoint-200",
    "epoch": 3.0,
    "global_step": 300,
    "log_history": [
        {"epoch": 2.0, "eval_accuracy": 0.9123, "eval_loss": 0.41, "eval_runtime": 2.5, "step": 200},
        {"epoch": 3.0, "eval_accuracy": 0.9101, "eval_loss": 0.4468, "eval_runtime": 2.6, "step": 300},
    ],
    "max_steps": 300,
    "num_train_epochs": 3,
    "train_batch_size": 16,
}
_CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 512,
    "max_position_embeddings": 4096,
    "model_type": "llama",
    "num_attention_heads": 8,
    "num_hidden_layers": 12,
    "transformers_version": "4.50.0",
    "vocab_size": 32000,
}
_ADAPTER = {
    "base_model_name_or_path": "acme/base",
    "lora_alpha": 32,
    "lora_dropout": 0.05,
    "peft_type": "LORA",
    "r": 8,
    "revision": "abc123",
    "target_modules": ["k_proj", "q_proj"],
}
_RESULTS = {"eval_accuracy": 0.9101, "eval_f1": 0.8978000283, "eval_runtime": 12.5, "eval_samples": 320}
_TOKENIZER = {"model_max_length": 4096, "tokenizer_class": "PreTrainedTokenizerFast"}
MODEL_FILES = {
    f"{FOLDER}/LICENSE": "SPDX-License-Identifier: MIT\n",
    f"{FOLDER}/config.json": json.dumps(_CONFIG, indent=2),
    f"{FOLDER}/adapter_config.json": json.dumps(_ADAPTER, indent=2),
    f"{FOLDER}/eval_results.json": json.dumps(_RESULTS, indent=2),
    f"{FOLDER}/trainer_state.json": json.dumps(_STATE, indent=2),
    f"{FOLDER}/tokenizer_config.json": json.dumps(_TOKENIZER, indent=2),
}


def weights(root: Path, parameters: int = 1_500_000) -> None:
    """Writes a weight file of so many parameters, two bytes each."""
    header = json.dumps({"a": {"dtype": "F16", "shape": [parameters], "data_offsets": [0, 2 * parameters]}}).encode()
    with (root / FOLDER / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + 2 * parameters)
