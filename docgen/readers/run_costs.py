"""What a training run took: hardware, time, energy and emissions, and the versions of the libraries.

In: codecarbon's `emissions.csv`, the results files, the configurations and docgen's own record. Out: `run.*` facts. Two equal
runs differ in them, so no section is held stale by them, and prose never states them: a card shows them as measured once.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from docgen.facts import JSON, Fact
from docgen.readers.json_file import JsonFile, number, read_bytes, words

EMISSIONS = "emissions.csv"
_MOST_BYTES = 1 << 24
_NUMBERS = {
    "duration": "run.measured_seconds",
    "energy_consumed": "run.energy_kwh",
    "emissions": "run.emissions_kg",
    "gpu_count": "run.gpu_count",
    "cpu_count": "run.cpu_count",
    "ram_total_size": "run.memory_gib",
}
_TEXTS = {
    "gpu_model": "run.gpu",
    "cpu_model": "run.cpu",
    "country_name": "run.country",
    "codecarbon_version": "run.versions.codecarbon",
    "python_version": "run.versions.python",
}
_VERSIONS = {"transformers_version": "transformers", "peft_version": "peft", "diffusers_version": "diffusers"}


def emissions_facts(folder: Path, shown: str) -> Iterator[Fact]:
    """What codecarbon measured. A file that tells of several runs does not say which of them made this model: their number is
    all that is taken from it."""
    place = f"{shown}/{EMISSIONS}"
    found = read_bytes(folder / EMISSIONS, place)
    if found is None or len(found) > _MOST_BYTES:
        return
    try:
        rows = list(csv.DictReader(io.StringIO(found.decode("utf-8-sig", "replace"))))
    except csv.Error:
        return
    if not rows or "energy_consumed" not in rows[0]:
        return
    runs = {row.get("run_id") for row in rows}
    if len(runs) > 1:
        yield Fact("run.measured_runs", len(runs), f"{place}:2")
        return
    last = rows[-1]  # a run that is measured several times is measured from its start
    for column, name in _NUMBERS.items():
        yield Fact(name, _number(last.get(column)), f"{place}:{len(rows) + 1}")
    for column, name in _TEXTS.items():
        yield Fact(name, words(last.get(column)), f"{place}:{len(rows) + 1}")


def _number(text: str | None) -> int | float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    if not math.isfinite(value) or value <= 0:
        return None
    return int(value) if value.is_integer() else value


def time_facts(results: Mapping[str, JsonFile]) -> Iterator[Fact]:
    """How long the training took, in seconds, as the trainer's summary says."""
    for file in results.values():
        if seconds := number(file.get("train_runtime")):
            yield Fact("run.seconds", seconds, file.source("train_runtime"))


def state_time_facts(state: JsonFile) -> Iterator[Fact]:
    """How long the training took, as the last summary in the trainer's state says."""
    history = state.get("log_history")
    entries = history if isinstance(history, list) else []
    for index, entry in reversed(list(enumerate(entries))):
        if isinstance(entry, dict) and (seconds := number(entry.get("train_runtime"))):
            yield Fact("run.seconds", seconds, state.source_in_list("log_history", index, "step", "train_runtime"))
            return


def version_facts(file: JsonFile) -> Iterator[Fact]:
    """The libraries that wrote a configuration."""
    for key, library in _VERSIONS.items():
        yield Fact(f"run.versions.{library}", words(file.get(key)), file.source(key))


def record_facts(record: JsonFile) -> Iterator[Fact]:
    """What docgen's own record of a training says of it."""
    yield Fact("run.seconds", _positive(record.get("seconds")), record.source("seconds"))
    memory = _positive(record.get("peak_memory_bytes"))
    yield Fact("run.peak_memory_gib", memory / 2**30 if memory else None, record.source("peak_memory_bytes"))
    versions = record.get("versions")
    for library, version in versions.items() if isinstance(versions, dict) else ():
        yield Fact(f"run.versions.{library}", words(version), record.source("versions", library))


def _positive(value: JSON) -> int | float | None:
    measured = number(value)
    return measured if measured is not None and measured > 0 else None
