"""The series of a project's scores: one line of JSON a run, appended and never rewritten.

In: the scores of a run and its revision. Out: a line at the end of the file, and the runs so far. Two branches that both add a
line merge without losing any (`FILE merge=union` in .gitattributes). A damaged line is told and left where it is.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from docgen.facts import JSON, mark
from docgen.git import git
from docgen.journal import lock
from docgen.report import InputError

SCHEMA = 1
_DIGITS = 4


@dataclass(frozen=True)
class Run:
    """One run: when (UTC, `2026-11-21T06:30:00Z`), at which revision ("" outside git), of what, over how many texts, with which
    metrics. `way` is a mark of the metrics' signatures: numbers of another way are not comparable."""

    time: str
    revision: str
    name: str
    texts: int
    way: str
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class History:
    """The runs of a file in its order, and notes on lines that are none."""

    runs: tuple[Run, ...]
    notes: tuple[str, ...] = ()


def run_of(
    name: str, texts: int, metrics: Mapping[str, float], signatures: Mapping[str, str], root: Path, seconds: float | None = None
) -> Run:
    """This run; `seconds` since 1970 is its time, by default now."""
    moment = time.gmtime(time.time() if seconds is None else seconds)
    revision = (git(root, "rev-parse", "--short=12", "HEAD") or b"").decode("ascii", "replace").strip()
    way = mark(dict(sorted(signatures.items())), 12)
    rounded = {metric: round(value, _DIGITS) for metric, value in sorted(metrics.items())}
    return Run(time.strftime("%Y-%m-%dT%H:%M:%SZ", moment), revision, name, texts, way, rounded)


def append(path: Path, run: Run) -> History:
    """Adds a run to the file, which is made where there is none, and returns all of them. InputError where it cannot be
    written."""
    row = {"schema": SCHEMA, "time": run.time, "revision": run.revision, "name": run.name, "texts": run.texts}
    row |= {"way": run.way, "metrics": dict(run.metrics)}
    line = json.dumps(row, ensure_ascii=False, sort_keys=True, allow_nan=False).encode() + b"\n"
    fix = "choose another file with --history, or see that this one is writable and has room"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        with open(path, "ab+", buffering=0) as file:
            with suppress(OSError):  # a file system without locks
                lock(file.fileno(), wait=True)
            before = read(path)
            try:
                _add(file, line)
            except OSError:
                if is_new and not os.fstat(file.fileno()).st_size:
                    path.unlink()
                raise
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", str(path), fix) from error
    return History((*before.runs, run), before.notes)


def _add(file: FileIO, line: bytes) -> None:
    """Writes a line at the end, whole or not at all. One that an editor left unended stays whole, too."""
    end = file.seek(0, os.SEEK_END)
    if end:
        file.seek(end - 1)
        line = line if file.read(1) == b"\n" else b"\n" + line
    try:
        while line:  # a disk may take some of it, and only then say that it is full
            line = line[file.write(line) :]
    except OSError:
        file.truncate(end)
        raise


def read(path: Path) -> History:
    """The runs that a file holds; InputError where it cannot be read."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path), "choose another file with --history") from error
    runs, damaged = [], []
    for number, line in enumerate(lines, 1):
        run = _parsed(line) if line.strip() else None
        if run is not None:
            runs.append(run)
        elif line.strip():
            damaged.append(str(number))
    notes = [f"{path}: {len(damaged)} lines are no run and were left alone: {', '.join(damaged[:3])}"] if damaged else []
    return History(tuple(runs), tuple(notes))


def _parsed(line: bytes) -> Run | None:
    try:
        row: JSON = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or row.get("schema") != SCHEMA or not isinstance(row.get("metrics"), dict):
        return None
    texts, metrics = row.get("texts"), row["metrics"]
    words = [row.get(name) for name in ("time", "revision", "name", "way")]
    if not isinstance(texts, int) or not isinstance(metrics, dict) or not all(isinstance(word, str) for word in words):
        return None
    values = {name: number for name, value in metrics.items() if (number := _number(value)) is not None}
    moment, revision, name, way = map(str, words)
    return Run(moment, revision, name, texts, way, values)


def _number(value: JSON) -> float | None:
    """A finite number; None for anything else, a whole number that no float holds among it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    return float(value) if is_number and isinstance(value, int | float) else None
