"""The corpus on disk: a folder of JSON Lines, one split a file, one example a row.

In and out: `Example`, a Brief with the text that a person wrote or approved. Every row has every column, of one type in all of
them, because other tools guess a column's type from the first rows they meet. Rows are checked with their file and line,
because a row that training silently skips is the fault nobody finds.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args

from docgen.brief import HEADINGS, Brief
from docgen.facts import JSON, Fact
from docgen.report import InputError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Origin = Literal["docstring", "markdown", "card", "approved", "authored", "synthetic"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)
Labelled = Literal["heading", "settings", "classifier", "given"]
LABELLED: tuple[Labelled, ...] = get_args(Labelled)
W = TypeVar("W", bound=str)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Example:
    """A Brief with its right answer, where it came from (`source`: repository, package or document) and its licence.

    `path` and `line` say where the text stands (line 0: not known); `labelled` how its kind was found, with `confidence` from
    0 to 1; `support` is the share of its statements that its facts bear out; `weight` how often training draws it, 1 being once
    an epoch.
    """

    brief: Brief
    text: str
    source: str
    license: str
    origin: Origin
    path: str = ""
    line: int = 0
    labelled: Labelled = "heading"
    confidence: float = 1.0
    support: float | None = None
    weight: float = 1.0


def to_row(example: Example) -> dict[str, JSON]:
    """An example as the JSON object of its row."""
    brief = example.brief
    return {
        "kind": brief.kind,
        "heading": brief.heading,
        "about": brief.about,
        "facts": [_fact_row(fact) for fact in brief.facts],
        "excerpt": brief.excerpt,
        "text": example.text,
        "source": example.source,
        "license": example.license,
        "origin": example.origin,
        "path": example.path,
        "line": example.line,
        "labelled": example.labelled,
        "confidence": float(example.confidence),
        "support": None if example.support is None else float(example.support),
        "weight": float(example.weight),
    }


def _fact_row(fact: Fact) -> dict[str, JSON]:
    """A fact with its value as text, so that the column is text in every row: a text is itself, all else is its JSON. What no
    UTF-8 can spell is JSON too, where it has an escape."""
    if isinstance(fact.value, str) and not _SURROGATE.search(fact.value):
        return {"name": fact.name, "value": fact.value, "type": "text"}
    return {"name": fact.name, "value": json.dumps(fact.value), "type": "json"}


def from_row(row: JSON, where: str) -> Example:
    """An example from a row's JSON object. Raises InputError at `where` (file:line) for what is missing or of another type."""
    if not isinstance(row, dict):
        raise InputError(f"a row must be a JSON object, found {_shown(row)}", where, "write one object a line")
    kind, about, text, source = (_text(row, name, where) for name in ("kind", "about", "text", "source"))
    heading, excerpt, licence, path = (
        _text(row, name, where, required=False) for name in ("heading", "excerpt", "license", "path")
    )
    origin = _one_of(row, "origin", ORIGINS, "markdown", where)
    labelled = _one_of(row, "labelled", LABELLED, "heading", where)
    facts = tuple(_facts(row.get("facts", []), where))
    brief = Brief(kind, heading or HEADINGS.get(kind, kind), about, facts, excerpt)
    return Example(
        brief,
        text.strip(),
        source,
        licence,
        origin,
        path,
        line=int(_number(row, "line", 0, where)),
        labelled=labelled,
        confidence=_number(row, "confidence", 1.0, where),
        support=None if row.get("support") is None else _number(row, "support", 0.0, where),
        weight=_number(row, "weight", 1.0, where),
    )


def _one_of(row: dict[str, JSON], name: str, known: tuple[W, ...], default: W, where: str) -> W:
    """A column that holds one of a few words."""
    stated = row.get(name)
    found = default if stated is None else next((word for word in known if word == stated), None)
    if found is None:
        raise InputError(f"unknown {name} {_shown(stated)}", where, f"use one of {', '.join(known)}")
    return found


def _number(row: dict[str, JSON], name: str, default: float, where: str) -> float:
    """A column that holds a number, none below 0."""
    value = row.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        fix = f"write {default:g}, or leave it out"
        raise InputError(f"`{name}` must be a number from 0, found {_shown(value)}", where, fix)
    return value


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
        yield Fact(name, _value(item, where))


def _value(item: dict[str, JSON], where: str) -> JSON:
    """The value of a fact: text or its JSON, as `type` says, and just as it stands where there is none."""
    value = item["value"]
    if item.get("type") != "json" or not isinstance(value, str):
        return value
    return parsed(value, where)


def _shown(value: JSON) -> str:
    """A value as a message repeats it, at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def read_split(corpus: Path, split: Split) -> list[Example]:
    """The examples of one split, in order, all in memory at once. Raises InputError for a missing corpus or a bad row
    (file:line)."""
    path = corpus / f"{split}.jsonl"
    return [load_row(line, f"{path}:{number}") for number, line in split_lines(corpus, split)]


def split_lines(corpus: Path, split: Split) -> Iterator[tuple[int, bytes]]:
    """The lines of one split that hold a row, with their numbers, one at a time. Raises InputError for a missing corpus."""
    path = corpus / f"{split}.jsonl"
    if not path.is_file():
        raise InputError(f"not a corpus: {path.name} is missing", str(corpus), f"docgen corpus build SOURCE... -o {corpus}")
    yield from _lines(path)


def read_rows(path: Path) -> Iterator[Example]:
    """The examples of one JSON Lines file, read line by line. Raises InputError for what cannot be read or used (file:line)."""
    for number, line in _lines(path):
        yield load_row(line, f"{path}:{number}")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, with their numbers."""
    try:
        lines = path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path), "check the name, and make it readable") from error
    with lines:
        yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def parsed(line: bytes | str, where: str) -> JSON:
    """The JSON of a line; InputError at `where` for anything else."""
    try:
        value: JSON = json.loads(line)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise InputError(f"not a JSON object: {error}", where, "mend or delete the line") from error
    return value


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
    """Examples as JSON Lines in UTF-8."""
    return b"".join(map(dump_row, examples))


def dump_row(example: Example) -> bytes:
    """An example as its line."""
    return dump_json(to_row(example))


def dump_json(row: dict[str, JSON]) -> bytes:
    """A row as its line. A lone surrogate, which a docstring's escapes can make, stays the escape that it is."""
    return (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "backslashreplace")


def amended(line: bytes, *, source: tuple[str, str], weight: tuple[float, float]) -> bytes:
    """A line with another source and weight, each given as it was and as it is to be. Nothing is parsed: quotation marks in a
    text are escaped, so no text can look like a column."""
    line = _exchanged(line, {"source": source[0]}, {"source": source[1]})
    return _exchanged(line, {"weight": float(weight[0])}, {"weight": float(weight[1])})


def _exchanged(line: bytes, before: dict[str, JSON], after: dict[str, JSON]) -> bytes:
    if before == after:
        return line
    start, column, end = line.partition(dump_json(before)[1:-2])
    if not column or dump_json(before)[1:-2] in end:
        raise ValueError(f"not once in the row: {before}")
    return start + dump_json(after)[1:-2] + end


def load_row(line: bytes, where: str = "") -> Example:
    """The example of a line. Raises InputError at `where` (file:line) for one that is none."""
    return from_row(parsed(line, where), where)
