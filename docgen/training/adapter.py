"""The adapter's folder: weights, their configuration, tokenizer, record and the state of the run.

In: a trained model and its record. Out: a folder that any library with LoRA loads and that names no place on this machine.
Files are made in a folder of their own and moved, the record last: a folder with a record is a finished adapter.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import PreTrainedTokenizerBase, TrainerState

from docgen.training.checkpoints import STATE
from docgen.writers import ADAPTER_RECORD
from docgen.writers.local.record import Record

LIBRARIES = ("torch", "transformers", "peft", "trl", "bitsandbytes", "accelerate")


def versions() -> dict[str, str]:
    """The versions of the libraries that decide how a run goes."""
    return {name: version(name) for name in LIBRARIES}


def peak_memory() -> int:
    """The most memory (bytes) that this process has held: the GPU's where there is one; 0 where the system does not tell."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # kilobytes on Linux


def save_adapter(
    output: Path,
    stage: Path,
    model: PeftModel,
    tokenizer: PreTrainedTokenizerBase,
    state: TrainerState,
    record: Record,
    more: Mapping[str, str],
) -> None:
    """Makes the adapter's files in `stage`, which is emptied first, and moves them into `output`; `more` are the names and
    texts of others."""
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    model.save_pretrained(stage, save_embedding_layers=False)
    (stage / "README.md").unlink(missing_ok=True)  # a form to fill in; docgen writes the card itself
    _clean_configuration(stage / "adapter_config.json", record)
    tokenizer.save_pretrained(stage)
    (stage / STATE).write_bytes(_state(state))
    for name, text in more.items():
        (stage / name).write_text(text, encoding="utf-8")
    (stage / ADAPTER_RECORD).write_bytes(record.content)
    mode = (stage / ADAPTER_RECORD).stat().st_mode  # an ordinary file's; safetensors makes files that nobody else may read
    for path in sorted(stage.iterdir(), key=lambda path: path.name == ADAPTER_RECORD):
        path.chmod(mode)
        os.replace(path, output / path.name)
    stage.rmdir()


def _clean_configuration(path: Path, record: Record) -> None:
    """Names the base as people know it: PEFT writes the folder it was loaded from. Sets come in one order."""
    found = json.loads(path.read_bytes())
    found["base_model_name_or_path"] = record.base.name
    found["revision"] = record.base.revision or None
    for key, value in found.items():
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            found[key] = sorted(value)
    path.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _state(state: TrainerState) -> bytes:
    """The state of the run, its best checkpoint by name alone."""
    found: dict[str, Any] = {**vars(state), "stateful_callbacks": {}}
    if state.best_model_checkpoint:
        found["best_model_checkpoint"] = Path(state.best_model_checkpoint).name
    return (json.dumps(found, indent=2, sort_keys=True) + "\n").encode()
