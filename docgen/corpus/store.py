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
ORIGINS: tuple[Origin, ...] = get_args(Origin)


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
    """An example from a row's JSON object. Raises InputError at `where` (file:line) for what is missing or of another type."""
    if not isinstance(row, dict):
        raise InputError(f"a row must be a JSON object, found {_shown(row)}", where, "write one object a line")
    kind, about, text, source = (_text(row, name, where) for name in ("kind", "about", "text", "source"))
    heading, excerpt, licence = (_text(row, name, where, required=False) for name in ("heading", "excerpt", "license"))
    stated = row.get("origin", "markdown")
    origin = next((known for known in ORIGINS if known == stated), None)
    if origin is None:
        raise InputError(f"unknown origin {_shown(stated)}", where, f"use one of {', '.join(ORIGINS)}")
    facts = tuple(_facts(row.get("facts", []), where))
    brief = Brief(kind, heading or HEADINGS.get(kind, kind), about, facts, excerpt)
    return Example(brief, text.strip(), source, licence, origin)


def _text(row: dict[str, JSON], name: str, where: str, *, required: bool = True) -> str:
    value = row.get(name)
    if not required and value is None:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        found = "nothing" if name not in row else _shown(value)
        raise InputError(f"a row needs `{name}` as text, found {found}", where, f"give it `{name}`, or delete the row")
    return value


def _facts(value: JSON, where: str) -> Iterator[Fact]:
    fix = 'write [{"name": "doc", "value": "Adds a rate."}]'
    if not isinstance(value, list):
        raise InputError(f"`facts` must be a list, found {_shown(value)}", where, fix)
    for item in value:
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(name, str) or "value" not in item:
            raise InputError(f"a fact needs `name` and `value`, found {_shown(item)}", where, fix)
        yield Fact(name, item["value"])


def _shown(value: JSON) -> str:
    """A value as a message repeats it, at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def read_split(corpus: Path, split: Split) -> list[Example]:
    """The examples of one split, in order. Raises InputError for a missing corpus or a bad row (file:line)."""
    path = corpus / f"{split}.jsonl"
    if not path.is_file():
        raise InputError(f"not a corpus: {path.name} is missing", str(corpus), f"docgen corpus build SOURCE... -o {corpus}")
    return list(read_rows(path))


def read_rows(path: Path) -> Iterator[Example]:
    """The examples of one JSON Lines file, read line by line. Raises InputError for what cannot be read or used (file:line)."""
    try:
        lines = path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path), "check the name, and make it readable") from error
    with lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield from_row(_parsed(line, f"{path}:{number}"), f"{path}:{number}")


def _parsed(line: bytes, where: str) -> JSON:
    try:
        row: JSON = json.loads(line)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise InputError(f"not a JSON object: {error}", where, "mend or delete the line") from error
    return row


def is_corpus(folder: Path) -> bool:
    """Whether `folder` holds a corpus: a file for each split, empty or not."""
    return all((folder / f"{split}.jsonl").is_file() for split in SPLITS)


def corpus_mark(corpus: Path) -> str:
    """A hash of the corpus's rows: the same wherever it lies."""
    digest = hashlib.sha256()
    for split in SPLITS:
        path = corpus / f"{split}.jsonl"
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def dump_rows(examples: Iterable[Example]) -> bytes:
    """Examples as JSON Lines in UTF-8. A lone surrogate, which a docstring's escapes can make, stays the escape that it is."""
    rows = (json.dumps(to_row(example), ensure_ascii=False, sort_keys=True) for example in examples)
    return "".join(row + "\n" for row in rows).encode("utf-8", "backslashreplace")
