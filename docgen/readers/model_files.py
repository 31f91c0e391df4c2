"""The files by which a model's folder is known.

In: a folder. Out: whether it is one. Kept apart from what reads these files, since every document's folder is asked.
"""

from __future__ import annotations

import re
from pathlib import Path

CONFIG = "config.json"
INDEX = "model.safetensors.index.json"
OWN_RECORD = "docgen.json"
ADAPTER = "adapter_config.json"
STATE = "trainer_state.json"
# The specific files first: where `all_results.json` repeats a value the first one is the source.
RESULTS = ("eval_results.json", "train_results.json", "test_results.json", "predict_results.json", "all_results.json")
# A folder with one of these is a model's; a README.md, a LICENSE or a tokenizer alone is not one.
KNOWN = (CONFIG, ADAPTER, "generation_config.json", STATE, *RESULTS, INDEX, OWN_RECORD)
CHECKPOINT = re.compile(r"checkpoint-(\d+)")


def is_model_folder(path: Path) -> bool:
    """Whether `path` is a folder that `read_model` makes sense of. Cheap: opens at most `config.json` and parses nothing."""
    if not path.is_dir():
        return False
    if any((path / name).is_file() for name in KNOWN if name != CONFIG) or any(path.glob("*.safetensors")):
        return True
    config = path / CONFIG
    if config.is_file():  # other programs have a `config.json` too
        found = config.read_bytes()
        return b'"model_type"' in found or b'"architectures"' in found or b'"transformers_version"' in found
    return any(CHECKPOINT.fullmatch(state.parent.name) for state in path.glob(f"checkpoint-*/{STATE}"))
