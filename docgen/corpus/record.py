"""`corpus.json`: what a corpus holds, how it was made and where each source lies, for the next build, the card and the audit.

In: counts of a build. Out: a file with sorted keys and neither times nor absolute paths, so that the same sources give the same
bytes. Without it a source could change sides between two builds, and no score could be compared with the one before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from docgen.corpus.store import SPLITS, Split
from docgen.facts import JSON
from docgen.report import InputError

RECORD = "corpus.json"
_SCHEMA = 1
Counts = Mapping[str, int]


@dataclass(frozen=True)
class SourceRecord:
    """One source: the split it lies in, and its rows, in all and by licence and origin."""

    split: Split
    rows: int
    licenses: Counts
    origins: Counts


@dataclass(frozen=True)
class Record:
    """What a build notes. `rows` are counted by split, `labels` by label and split, `labelled` by how the label was found;
    `removed` and `repaired` by rule, `private` by sort; `leaks` by sort, none of which there should be. `settings` holds those
    that are not the default."""

    docgen: str
    mark: str
    rows: Counts = field(default_factory=dict)
    labels: Mapping[str, Counts] = field(default_factory=dict)
    labelled: Counts = field(default_factory=dict)
    sources: Mapping[str, SourceRecord] = field(default_factory=dict)
    removed: Counts = field(default_factory=dict)
    repaired: Counts = field(default_factory=dict)
    private: Counts = field(default_factory=dict)
    leaks: Counts = field(default_factory=dict)
    subjects: Counts = field(default_factory=dict)
    settings: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def splits(self) -> dict[str, Split]:
        """The split of each source."""
        return {name: source.split for name, source in self.sources.items()}

    def to_bytes(self) -> bytes:
        """The content of the file."""
        text = json.dumps({"schema": _SCHEMA, **asdict(self)}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        return text.encode("utf-8", "backslashreplace")


def read_record(corpus: Path) -> Record | None:
    """The record of a corpus; None where it has none, as older ones. Raises InputError for one that cannot be used."""
    path = corpus / RECORD
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(path, str(error)) from error
    if not isinstance(content, dict) or content.get("schema") != _SCHEMA:
        found = content.get("schema") if isinstance(content, dict) else type(content).__name__
        raise _broken(path, f"schema {found}, and this docgen reads {_SCHEMA}")
    try:
        known = {item.name: content[item.name] for item in fields(Record) if item.name in content}
        return Record(**known | {"sources": {name: _source(kept) for name, kept in content["sources"].items()}})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _broken(path, f"{type(error).__name__}: {error}") from error


def _source(kept: Mapping[str, Any]) -> SourceRecord:
    split = next((known for known in SPLITS if known == kept["split"]), None)
    if split is None:
        raise ValueError(f"unknown split {kept['split']!r}")
    return SourceRecord(split, int(kept["rows"]), dict(kept["licenses"]), dict(kept["origins"]))


def _broken(path: Path, reason: str) -> InputError:
    return InputError(f"not a corpus record: {reason}", str(path), "delete it: the next build makes it anew, with new splits")
