"""The series of a project's scores: one line of JSON a run, appended and never rewritten.

In: the scores of a run and its revision. Out: a line at the end of the file, and the runs so far. Two branches that both add a
line merge without losing any (`FILE merge=union` in .gitattributes). A damaged line is told and left where it is.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docgen.facts import JSON, mark
from docgen.git import git
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
    before = read(path) if path.exists() else History(())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line  # a line that an editor left unended stays whole
            file.write(line)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", str(path), "choose another file with --history") from error
    return History((*before.runs, run), before.notes)


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
    values = {name: float(value) for name, value in metrics.items() if _is_number(value) and isinstance(value, int | float)}
    moment, revision, name, way = map(str, words)
    return Run(moment, revision, name, texts, way, values)


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
