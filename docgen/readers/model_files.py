"""The files by which a model's folder is known.

In: a folder. Out: whether it is one. Kept apart from what reads these files, since every document's folder is asked.
"""

from __future__ import annotations

import re
from pathlib import Path

from docgen.later import expression
from docgen.readers.sentence_transformers import MODULES, is_modules

CONFIG = "config.json"
INDEX = "model.safetensors.index.json"
OWN_RECORD = "docgen.json"
ADAPTER = "adapter_config.json"
STATE = "trainer_state.json"
# The specific files first: where `all_results.json` repeats a value the first one is the source.
RESULTS = ("eval_results.json", "train_results.json", "test_results.json", "predict_results.json", "all_results.json")
# A folder with one of these is a model's; a README.md, a LICENSE or a tokenizer alone is not one.
KNOWN = (CONFIG, ADAPTER, "generation_config.json", STATE, *RESULTS, INDEX, OWN_RECORD)
# Files that hold a model with its description, by their endings.
FORMATS = (".onnx", ".gguf", ".skops")
# What may hold a model and cannot be read without running it.
PICKLES = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".ckpt", ".h5", ".keras")
# What describes a dataset, and what `save_to_disk` of the datasets library leaves beside it.
INFO_FILES = ("dataset_infos.json", "dataset_info.json", "dataset_info.yaml", "dataset_info.yml")
SAVED = ("state.json", "dataset_dict.json")
CHECKPOINT = expression(r"checkpoint-(\d+)")


def is_model_folder(path: Path) -> bool:
    """Whether `path` is a folder that `read_model` makes sense of. Cheap: parses nothing."""
    if not path.is_dir():
        return False
    if any((path / name).is_file() for name in KNOWN if name != CONFIG) or any(path.glob("*.safetensors")):
        return True
    config = path / CONFIG
    if config.is_file():  # other programs have a `config.json` too
        found = config.read_bytes()
        if b'"model_type"' in found or b'"architectures"' in found or b'"transformers_version"' in found:
            return True
    if is_modules(path / MODULES):
        return True
    if any(CHECKPOINT.fullmatch(state.parent.name) for state in path.glob(f"checkpoint-*/{STATE}")):
        return True
    return bool(files_of_formats(path)) or has_dataset_info(path)


def files_of_formats(folder: Path) -> list[Path]:
    """The files at the top of a folder that hold a model with its description, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in FORMATS and path.is_file())


def looked_for(folder: Path) -> str:
    """What makes a folder a model's or a dataset's, and what is there instead that docgen does not open."""
    names = ", ".join(
        f"`{name}`" for name in (*KNOWN, MODULES, "*.safetensors", *(f"*{ending}" for ending in FORMATS), *INFO_FILES, SAVED[1])
    )
    pickles = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in PICKLES)
    told = f"none of {names}, a whole `checkpoint-*/{STATE}`, or a README.md with `dataset_info`"
    return told + (f"; `{pickles[0]}` is not opened, since loading it can run code" if pickles else "")


def has_dataset_info(folder: Path) -> bool:
    """Whether a folder says that it is a dataset. Cheap: parses nothing."""
    if any((folder / name).is_file() and _speaks(folder / name) for name in INFO_FILES) or (folder / SAVED[1]).is_file():
        return True
    card = folder / "README.md"
    if not card.is_file():
        return False
    with card.open("rb") as file:
        front = file.read(1 << 16)
    return front.startswith(b"---") and re.search(rb"(?m)^dataset_info:", front.partition(b"\n---")[0]) is not None


def _speaks(path: Path) -> bool:
    """Whether the file describes a dataset: other programs keep lists of datasets under the same name."""
    found = path.read_bytes()
    return b"features" in found or b"num_examples" in found
