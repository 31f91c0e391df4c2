"""The settings of a training run: those of axolotl, LLaMA-Factory, ms-swift and of scripts that save their arguments.

In: the YAML and JSON files of a folder. Out: `hyperparameters.*` facts under the names of transformers, and `data.*` for what
was trained on. Only settings that decide what is learnt are taken, by name: the same files hold paths, hosts and tokens.
`training_args.bin` is a pickle, which runs code when it is loaded, and is never opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from docgen.facts import JSON, Fact
from docgen.readers.adapter_config import base_name, is_local
from docgen.readers.dataset_used import lies_here, used_facts
from docgen.readers.json_file import read_bytes, words
from docgen.readers.plain_values import plain_values
from docgen.readers.training_run import last_folder

FILES = (
    "axolotl_config.yaml",
    "axolotl_config.yml",
    "axolotl.yaml",
    "axolotl.yml",
    "training_args.yaml",
    "training_args.json",
    "train_args.json",
    "args.json",
    "hyperparameters.json",
    "config.yaml",
    "config.yml",
)
# What each setting is unless someone sets it, in transformers 5; None for what has no default, or has it in another library.
DEFAULTS: Mapping[str, JSON] = {
    "learning_rate": 5e-05,
    "lr_scheduler_type": "linear",
    "warmup_steps": 0,
    "warmup_ratio": None,
    "optim": "adamw_torch_fused",
    "weight_decay": 0.0,
    "adam_beta1": 0.9,
    "adam_beta2": 0.999,
    "adam_epsilon": 1e-08,
    "max_grad_norm": 1.0,
    "num_train_epochs": 3.0,
    "max_steps": -1,
    "per_device_train_batch_size": 8,
    "per_device_eval_batch_size": 8,
    "gradient_accumulation_steps": 1,
    "label_smoothing_factor": 0.0,
    "neftune_noise_alpha": None,
    "max_length": None,
    "packing": None,
    "completion_only_loss": None,
    "val_size": None,
    "finetuning_type": None,
    "bf16": False,
    "fp16": False,
    "gradient_checkpointing": None,
    "seed": 42,
}
_ALIASES = {
    "micro_batch_size": "per_device_train_batch_size",
    "eval_batch_size": "per_device_eval_batch_size",
    "train_batch_size": "per_device_train_batch_size",
    "num_epochs": "num_train_epochs",
    "epochs": "num_train_epochs",
    "lr": "learning_rate",
    "lr_scheduler": "lr_scheduler_type",
    "optimizer": "optim",
    "sequence_len": "max_length",
    "cutoff_len": "max_length",
    "max_seq_length": "max_length",
    "sample_packing": "packing",
    "val_set_size": "val_size",
    "split_dataset_ratio": "val_size",
    "gradient_clip_val": "max_grad_norm",
    "train_type": "finetuning_type",
    "tuner_type": "finetuning_type",
}
_FEWEST = 2  # of these settings a file must hold: one alone may be anything's
_FILES_OF_ROWS = (".json", ".jsonl", ".csv", ".tsv", ".parquet", ".txt", ".arrow", ".gz")
_MOST_BYTES = 1 << 20  # of a settings file


def settings_facts(folder: Path, shown: str, root: Path) -> Iterator[Fact]:
    """The facts of the settings files in a folder; where two files differ, the first one counts. Of data in the project at
    `root` it is told what the project tells."""
    for name in FILES:
        settings, where = _read(folder / name, f"{shown}/{name}")
        known = {known: value for key, value in settings.items() if (known := _ALIASES.get(key, key)) in DEFAULTS}
        if len(known) < _FEWEST:
            continue
        lines = _lines(folder / name)
        for setting in DEFAULTS:
            if (value := _value(known.get(setting))) is not None:
                keys = [key for key in settings if _ALIASES.get(key, key) == setting]
                yield Fact(f"hyperparameters.{setting}", value, f"{where}:{lines.get(keys[0], 1)}")
        yield from _base(settings, where, lines)
        yield from _datasets(settings, where, lines, folder, root)


def is_default(setting: str, value: JSON) -> bool:
    """Whether a setting is what transformers takes where nobody sets it."""
    default = DEFAULTS.get(setting)
    return default is not None and value == default


def _value(value: JSON) -> JSON:
    """A setting's value where it is plain; numbers that YAML takes for text (`2e-4`) are numbers."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value.strip() or None
    return value if isinstance(value, int | float) else None


def _base(settings: Mapping[str, JSON], where: str, lines: Mapping[str, int]) -> Iterator[Fact]:
    for key in ("base_model", "model_name_or_path", "model"):
        name, revision = base_name(settings.get(key))
        if name is not None:
            yield Fact("base_model", name, f"{where}:{lines.get(key, 1)}")
            yield Fact("base.local", is_local(settings.get(key)), f"{where}:{lines.get(key, 1)}")
            stated = words(settings.get("revision_of_model")) or words(settings.get("model_revision")) or revision
            yield Fact("base_revision", stated, f"{where}:{lines.get(key, 1)}")
            return


def _datasets(settings: Mapping[str, JSON], where: str, lines: Mapping[str, int], folder: Path, root: Path) -> Iterator[Fact]:
    """What was trained on: axolotl's list of objects, or names with commas between them."""
    for key in ("datasets", "dataset"):
        value = settings.get(key)
        listed: Sequence[JSON] = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else []
        found = [_at_home(_dataset(item), folder, root) for item in listed]
        named = [one for one in found if one.get("name")]
        if not named or len(named) != len(found):
            continue
        source = f"{where}:{lines.get(key, 1)}"
        names = [str(one["name"]) for one in named]
        distinct: list[JSON] = [*dict.fromkeys(names)]
        yield Fact("data", distinct, source)
        for one in named if len(distinct) == len(names) else ():
            own = (part for part in one.items() if part[0] not in ("name", "path"))
            yield from (Fact(f"data.{one['name']}.{part}", value, source) for part, value in own)
            yield from used_facts(str(one["name"]), str(one["path"]), folder, root)
        return


def _at_home(one: dict[str, JSON], folder: Path, root: Path) -> dict[str, JSON]:
    """A dataset that lies in the project by the last part of its path."""
    path = one.get("path")
    is_here = isinstance(path, str) and lies_here(path, folder, root)
    return {**one, "name": last_folder(str(path))} if is_here else one


def _dataset(item: JSON) -> dict[str, JSON]:
    """A dataset's name, configuration, revision and split; of a local path only the last folder is said."""
    if isinstance(item, str) and "://" in item:
        return {"name": last_folder(item.strip()) or None, "path": item.strip()}
    if isinstance(item, str):  # ms-swift: `owner/name:configuration#rows`
        path, _, rows = item.strip().partition("#")
        path, _, configuration = path.partition(":")
        return {
            "name": _name(path),
            "path": path,
            "configuration": configuration or None,
            "rows": int(rows) if rows.isdecimal() else None,
        }
    if not isinstance(item, dict):
        return {}
    name = _name(item.get("path"))
    split = item.get("split") or item.get("train_on_split")
    parts = {"configuration": item.get("name"), "revision": item.get("revision"), "split": split}
    return {"name": name, "path": words(item.get("path")), **{part: words(value) for part, value in parts.items()}}


def _name(path: JSON) -> str | None:
    """A dataset's name on the Hub, or the file or folder that it is."""
    name, _ = base_name(path)
    return last_folder(name) if name and name.endswith(_FILES_OF_ROWS) else name


def _read(path: Path, shown: str) -> tuple[dict[str, JSON], str]:
    """The fields of a settings file; none where it is absent, or is not one: others keep files of these names too."""
    found = read_bytes(path, shown)
    if found is None or len(found) > _MOST_BYTES:
        return {}, shown
    try:
        # JSON is YAML, too.
        content = plain_values(YAML(typ="safe", pure=True).load(found.decode("utf-8-sig")))
    except (YAMLError, ValueError, RecursionError, TypeError):
        return {}, shown
    return (content if isinstance(content, dict) and all(isinstance(key, str) for key in content) else {}), shown


def _lines(path: Path) -> dict[str, int]:
    """The line of every field at the top of a settings file."""
    lines: dict[str, int] = {}
    for place, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        key = line.strip().partition(":")[0].strip("\"' ")
        lines.setdefault(key, place)
    return lines
