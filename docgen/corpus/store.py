"""The corpus on disk: a folder of JSON Lines, one split a file, one example a row.

In and out: `Example`, a Brief with the text that a person wrote or approved. Rows are checked with their file and line,
because a row that training silently skips is the fault nobody finds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from docgen.brief import HEADINGS, Brief
from docgen.facts import JSON, Fact
from docgen.report import InputError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Origin = Literal["docstring", "markdown", "card", "approved", "authored", "synthetic"]
_ORIGINS = get_args(Origin)


@dataclass(frozen=True)
class Example:
    """A Brief with its right answer, where it came from (`source`: repository, package or document) and its licence."""

    brief: Brief
    text: str
    source: str
    license: str
    origin: Origin


def to_row(example: Example) -> dict[str, JSON]:
    """An example as the JSON object of its row."""
    brief = example.brief
    return {
        "kind": brief.kind,
        "heading": brief.heading,
        "about": brief.about,
        "facts": [{"name": fact.name, "value": fact.value} for fact in brief.facts],
        "excerpt": brief.excerpt,
        "text": example.text,
        "source": example.source,
        "license": example.license,
        "origin": example.origin,
    }


def from_row(row: JSON, where: str) -> Example:
    """An example from a row's JSON object. Raises InputError, with `where` (file:line), for what is missing or of a wrong type."""
    if not isinstance(row, dict):
        raise InputError(f"a row must be a JSON object, found {type(row).__name__}", where, "one object a line")
    for name in ("kind", "about", "text", "source"):
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"a row needs `{name}` as text, found {json.dumps(value)[:60]}", where, f"add `{name}`, or drop the row")
    origin = row.get("origin", "markdown")
    if origin not in _ORIGINS:
        raise InputError(f"unknown origin {json.dumps(origin)}", where, f"use one of {', '.join(_ORIGINS)}")
    kind = str(row["kind"])
    facts = tuple(_facts(row.get("facts", []), where))
    brief = Brief(kind, str(row.get("heading") or HEADINGS.get(kind, kind)), str(row["about"]), facts, str(row.get("excerpt") or ""))
    return Example(brief, str(row["text"]).strip(), str(row["source"]), str(row.get("license") or ""), origin)  # type: ignore[arg-type]


def _facts(value: JSON, where: str) -> Iterator[Fact]:
    if not isinstance(value, list):
        raise InputError(f"`facts` must be a list, found {type(value).__name__}", where, 'write [{"name": …, "value": …}]')
    for item in value:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str) or "value" not in item:
            raise InputError(f"a fact needs `name` and `value`, found {json.dumps(item)[:60]}", where, 'write {"name": …, "value": …}')
        yield Fact(str(item["name"]), item["value"])


def read_split(corpus: Path, split: Split) -> list[Example]:
    """The examples of one split, in order. Raises InputError for a missing corpus or a bad row (file:line)."""
    path = corpus / f"{split}.jsonl"
    if not path.is_file():
        raise InputError(f"not a corpus: {path.name} is missing", str(corpus), f"docgen corpus build SOURCE... -o {corpus}")
    return list(read_rows(path))


def read_rows(path: Path) -> Iterator[Example]:
    """The examples of one JSON Lines file."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            try:
                row = json.loads(line)
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                raise InputError(f"not a JSON object: {error}", where, "mend or delete the line") from error
            yield from_row(row, where)


def corpus_mark(corpus: Path) -> str:
    """A hash of the corpus's rows: the same wherever it lies."""
    digest = hashlib.sha256()
    for split in SPLITS:
        path = corpus / f"{split}.jsonl"
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def dump_rows(examples: Iterable[Example]) -> bytes:
    """Examples as JSON Lines."""
    rows = (json.dumps(to_row(example), ensure_ascii=False, sort_keys=True) for example in examples)
    return "".join(row + "\n" for row in rows).encode()
