"""Datasets that say what they are: `dataset_info` in the front matter of a README, or the files that the libraries leave.

In: the folder, and the front matter of its card. Out: facts: features with their types, splits with their rows and bytes. No
row is read. Of a dataset that was saved to disk the recorded sizes are those of what it was made from, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from docgen.facts import JSON, Fact
from docgen.readers.json_file import number, read_bytes, read_json, words
from docgen.readers.model_files import INFO_FILES, SAVED
from docgen.readers.plain_values import plain_values
from docgen.report import InputError

_MOST_SPLITS = 60  # rows of a table that anyone would read
_MOST_FEATURES = 100
_ROWS = (".parquet", ".jsonl", ".csv", ".tsv", ".arrow")  # endings of files of rows
_MOST_LABELS = 20
_LONGEST_DESCRIPTION = 600  # characters


@dataclass(frozen=True)
class _Configuration:
    """One configuration of a dataset, as a file records it: `source` is the file's place."""

    name: str
    features: Mapping[str, str]
    labels: Mapping[str, list[str]]
    splits: Mapping[str, Mapping[str, JSON]]
    recorded: Mapping[str, JSON]
    source: str


def dataset_facts(folder: Path, shown: str, declared: Mapping[str, JSON], card: str) -> Iterator[Fact]:
    """The facts of a dataset's folder; `declared` are the fields of its card, whose place is `card`."""
    found = list(_configurations(folder, shown, declared, card))
    if not found:
        return
    source = found[0].source
    yield Fact("format", "dataset", source)
    alone = len(found) == 1
    if not alone:
        yield Fact("dataset.configurations", [one.name for one in found], source)
    yield from _feature_facts(found, source)
    yield Fact("dataset.layout", _layout(folder), source)
    splits = [(one, name, sizes) for one in found for name, sizes in one.splits.items()]
    named = [(name if alone else f"{one.name}/{name}", sizes, one.source) for one, name, sizes in splits]
    if named and len(named) <= _MOST_SPLITS:
        yield Fact("splits", [name for name, _, _ in named], source)
        for name, sizes, place in named:
            yield Fact(f"splits.{name}.rows", number(sizes.get("num_examples")), place)
            yield Fact(f"splits.{name}.bytes", number(sizes.get("num_bytes")) or None, place)
    rows = [count for _, sizes, _ in named if isinstance(count := sizes.get("num_examples"), int)]
    if alone and rows and len(rows) == len(named):  # configurations may hold the same rows
        yield Fact("dataset.rows", sum(rows), source)
    yield from _recorded(found, source)


def _layout(folder: Path) -> str | None:
    """How the datasets library loads the folder: `saved` by it, or `files` of rows; None where no rows are here."""
    if any((folder / name).is_file() for name in SAVED):
        return "saved"
    return "files" if any(path.suffix in _ROWS for path in [*folder.glob("*.*"), *folder.glob("*/*.*")]) else None


def _feature_facts(found: list[_Configuration], source: str) -> Iterator[Fact]:
    """The features of a dataset, where all its configurations have the same."""
    first = found[0]
    if not first.features or any(one.features != first.features for one in found) or len(first.features) > _MOST_FEATURES:
        return
    yield Fact("features", [*first.features], source)
    for name, kind in first.features.items():
        yield Fact(f"features.{name}", kind, source)
        if (labels := first.labels.get(name)) and len(labels) <= _MOST_LABELS:
            yield Fact(f"features.{name}.labels", [*labels], source)


def _recorded(found: list[_Configuration], source: str) -> Iterator[Fact]:
    """What every configuration records alike: description, licence, version, home page."""
    for name in ("description", "license", "homepage", "version"):
        values = {" ".join(text.split()) for one in found if (text := _text(one.recorded.get(name)))}
        value = values.pop() if len(values) == 1 else ""
        if len(value) <= _LONGEST_DESCRIPTION and not (name == "description" and value[:1].islower()):  # half a sentence
            yield Fact(f"dataset.{name}", value, source)


def _text(value: JSON) -> str | None:
    """A text, or the version in an object that holds one."""
    return words(value.get("version_str") if isinstance(value, dict) else value)


def _configurations(folder: Path, shown: str, declared: Mapping[str, JSON], card: str) -> Iterator[_Configuration]:
    """The configurations of the first source that has any: the card, then the files."""
    infos = declared.get("dataset_info")
    listed = infos if isinstance(infos, list) else [infos]
    if found := [_configuration(one, card, "default") for one in listed if isinstance(one, dict)]:
        yield from found
        return
    for place, where in _places(folder, shown):
        content = _read(place, where)
        if content is None:
            continue
        is_one = "features" in content or "splits" in content
        entries = {"default": content} if is_one else content
        saved = any((place.parent / name).is_file() for name in SAVED) or place.parent != folder
        found = [
            _configuration(info, f"{where}:1", name, saved=saved)
            for name, info in entries.items()
            if isinstance(info, dict) and ("features" in info or "splits" in info)
        ]
        if found:
            yield from found
            return


def _places(folder: Path, shown: str) -> Iterator[tuple[Path, str]]:
    """The files that may describe a dataset; one that was saved with its splits has them a folder deeper."""
    for name in INFO_FILES:
        yield folder / name, f"{shown}/{name}"
    splits = read_json(folder / SAVED[1], f"{shown}/{SAVED[1]}")
    names = splits.get("splits") if splits else None
    for split in names if isinstance(names, list) else ():
        if isinstance(split, str) and Path(split).name == split:
            yield folder / split / "dataset_info.json", f"{shown}/{split}/dataset_info.json"


def _read(path: Path, shown: str) -> dict[str, JSON] | None:
    if path.suffix == ".json":
        file = read_json(path, shown)
        return file.content if file else None
    found = read_bytes(path, shown)
    if found is None:
        return None
    try:
        content = plain_values(YAML(typ="safe", pure=True).load(found.decode("utf-8-sig")))
    except (YAMLError, ValueError, RecursionError) as error:
        problem = " ".join(str(error).split())[:120]
        raise InputError(f"`{path.name}` is not YAML: {problem}", f"{shown}:1", f"write `{path.name}` again") from None
    return content if isinstance(content, dict) else None


def _configuration(info: dict[str, JSON], source: str, name: str, *, saved: bool = False) -> _Configuration:
    """One configuration from either spelling: objects by name (JSON), or lists of objects with names (a card's YAML)."""
    features = _by_name(info.get("features"))
    splits = {} if saved else _by_name(info.get("splits"))
    return _Configuration(
        words(info.get("config_name")) or name,
        {feature: kind for feature, value in features.items() if (kind := _kind(value))},
        {feature: labels for feature, value in features.items() if (labels := _labels(value))},
        {split: sizes for split, sizes in splits.items() if isinstance(sizes, dict)},
        info,
        source,
    )


def _by_name(value: JSON) -> dict[str, JSON]:
    if isinstance(value, dict):
        return value
    items = value if isinstance(value, list) else []
    return {str(item["name"]): item for item in items if isinstance(item, dict) and "name" in item}


def _kind(value: JSON) -> str:
    """A feature's type in words: `string`, `label of 6 classes`, `list of int64`, `image`."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        inner = {str(item["name"]): item for item in value if isinstance(item, dict) and "name" in item}
        return f"struct of {', '.join(inner)}" if inner else f"list of {_kind(value[0])}" if value else ""
    if not isinstance(value, dict):
        return ""
    if labels := _labels(value):
        return f"label of {len(labels)} classes"
    sort = words(value.get("_type"))
    if sort in ("Sequence", "List", "LargeList") or "sequence" in value or "list" in value:
        inside = next((value[key] for key in ("feature", "sequence", "list") if key in value), None)
        return f"list of {_kind(inside)}".removesuffix(" of ")
    if "struct" in value:
        return _kind(value["struct"])
    if sort not in (None, "Value", "ClassLabel"):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(sort)).lower()
    if "dtype" in value:
        return _kind(value["dtype"])
    return f"struct of {', '.join(value)}" if value and all(isinstance(item, dict) for item in value.values()) else ""


def _labels(value: JSON) -> list[str]:
    """The classes of a label, in order, from either spelling."""
    if not isinstance(value, dict):
        return []
    dtype = value.get("dtype")
    inner = dtype.get("class_label") if isinstance(dtype, dict) else None
    own = value.get("names") if value.get("_type") == "ClassLabel" else None
    names = inner.get("names") if isinstance(inner, dict) else own
    if isinstance(names, dict):
        names = [names[key] for key in sorted(names, key=lambda key: int(key) if str(key).isdecimal() else 0)]
    return [str(name) for name in names] if isinstance(names, list) else []
