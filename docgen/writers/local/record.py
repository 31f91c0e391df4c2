"""The adapter's record, `docgen.json`: what it was trained from and how well it did.

In: a folder that `docgen train` made. Out: a `Record`, and the base that it belongs to. An adapter on another base, or asked in
another way than it was taught, answers fluently and wrongly; so both are marked and compared before it is used.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from docgen.brief import prompt_mark
from docgen.facts import JSON
from docgen.report import InputError
from docgen.writers import ADAPTER_RECORD
from docgen.writers.local.base import EMBEDDED_NAME, Base, Kind, Quantization, check, resolve

SCHEMA = 1


@dataclass(frozen=True)
class BaseReference:
    """The base of an adapter. `path` leads from the adapter's folder to the base's, where both lie in one project."""

    name: str
    kind: Kind
    mark: str
    revision: str = ""
    path: str = ""

    @staticmethod
    def to(base: Base, adapter: Path) -> BaseReference:
        """The reference that an adapter in the folder `adapter` keeps of `base`."""
        return BaseReference(
            base.name, base.kind, base.mark, base.revision, _path_between(adapter, base.folder) if base.kind == "folder" else ""
        )


@dataclass(frozen=True)
class Record:
    """All of `docgen.json`. `scores` are by split, writer and metric, and so are the 95 % `intervals`; `differences` are
    those of adapter and base, by split and metric; `dropped` rows by split; times in seconds."""

    base: BaseReference
    prompt: dict[Literal["mark", "excerpt_lines"], Any]
    corpus: dict[str, JSON]
    quantization: Quantization
    settings: dict[str, JSON]
    versions: dict[str, str]
    longest_answer: int
    selected: dict[str, JSON] = field(default_factory=dict)
    scores: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    intervals: dict[str, dict[str, dict[str, dict[str, float]]]] = field(default_factory=dict)
    differences: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    signatures: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    forgetting: dict[str, JSON] = field(default_factory=dict)
    cost: dict[str, JSON] = field(default_factory=dict)
    history: list[dict[str, JSON]] = field(default_factory=list)
    seconds: float = 0.0
    tokens_per_second: float = 0.0
    peak_memory_bytes: int = 0

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return (json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_record(adapter: Path) -> Record:
    """The record of the adapter in a folder. Raises InputError where it is missing, broken, or of another schema."""
    path = adapter / ADAPTER_RECORD
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(
            f"no adapter of docgen's: it has no {ADAPTER_RECORD}", str(adapter), "docgen train makes one"
        ) from error
    except ValueError as error:
        raise InputError(f"not JSON: {error}", str(path), "train the adapter again") from error
    schema = found.pop("schema", None) if isinstance(found, dict) else None
    if schema != SCHEMA:
        raise InputError(
            f"schema {json.dumps(schema)}, and this docgen reads {SCHEMA}",
            str(path),
            "train the adapter again, or update docgen",
        )
    try:
        return Record(**found | {"base": BaseReference(**found["base"])})
    except (TypeError, KeyError) as error:
        raise InputError(f"a field is missing or unknown: {error}", str(path), "train the adapter again") from error


def base_of(record: Record, adapter: Path) -> Base:
    """The base that an adapter belongs to. Raises InputError where it is not found, or its weights are others than it was
    trained on."""
    reference = record.base
    if reference.kind not in get_args(Kind):
        raise InputError(f"no kind of base called `{reference.kind}`", str(adapter / ADAPTER_RECORD), "train the adapter again")
    if reference.kind == "folder":
        base = Base(reference.name, _folder_of(reference, adapter), "folder")
        check(base)
    else:
        base = resolve(EMBEDDED_NAME if reference.kind == "embedded" else reference.name, reference.revision)
    found = base.mark
    if found != reference.mark:
        trained, here = f"`{reference.name}` {reference.mark}", f"`{base.name}` here is {found}"
        what = f"an adapter of another base: it was trained on {trained}, and {here}"
        raise InputError(what, str(adapter), "bring that base back, or train the adapter again")
    return base


def check_prompt(mark: str, excerpt_lines: int, folder: Path) -> None:
    """Raises InputError where a model was taught with other prompts than this docgen makes."""
    if mark != (now := prompt_mark(excerpt_lines)):
        raise InputError(
            f"taught with prompts of format {mark}, and this docgen's are {now}",
            str(folder),
            "train it again with docgen train",
        )


def _folder_of(reference: BaseReference, adapter: Path) -> Path:
    """Where a base folder lies: in the adapter's folder as `base`, where the record says, or beside the adapter under its
    name."""
    places = [
        adapter / "base",
        *([adapter / reference.path] if reference.path else []),
        adapter.resolve().parent / reference.name,
    ]
    for place in places:
        if (place / "config.json").is_file():
            return place
    what = f"its base, the folder `{reference.name}` (weights {reference.mark}), is not where it was"
    raise InputError(what, str(adapter), f"put the folder, or a link to it, at {adapter / 'base'}")


def _path_between(start: Path, end: Path) -> str:
    """The relative path, unless it leads out of the user's home: then it would name folders of this one machine."""
    first, second = start.resolve(), end.resolve()
    try:
        common = Path(os.path.commonpath([first, second]))
    except ValueError:  # different drives
        return ""
    return Path(os.path.relpath(second, first)).as_posix() if len(common.parts) > 2 else ""
