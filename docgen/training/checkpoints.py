"""What a broken run leaves: its record, and the checkpoints of which the newest whole one is gone on from.

In: the folder of a run. Out: the checkpoint to resume, or the name of what has changed since. A run that goes on with another
learning rate or corpus ends well and means nothing; a checkpoint that a crash cut short ends in a traceback.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from docgen.facts import JSON
from docgen.journal import lock
from docgen.readers.safetensors_header import read_tensors
from docgen.report import InputError
from docgen.settings import TrainSettings

RUN_RECORD = "docgen_run.json"
STATE = "trainer_state.json"
WEIGHTS = "adapter_model.safetensors"
_NOT_DECIDING = frozenset({"base", "report_to", "max_forgetting", "general_text"})  # settings that change nothing about it
_SENTINEL = "checkpoint-is-incomplete.txt"
_FOLDER = re.compile(r"checkpoint-(\d+)")
_FIX = {
    "settings": "give it the old value again, or train into another folder",
    "corpus": "bring the corpus back, or train into another folder",
    "base": "name the same base again, or train into another folder",
    "prompt": "use the docgen that began the run, or train into another folder",
}


def deciding(settings: TrainSettings) -> dict[str, JSON]:
    """The settings that decide how a run goes, as JSON has them: a tuple is a list."""
    stated = {name: value for name, value in asdict(settings).items() if name not in _NOT_DECIDING}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items()}


@dataclass(frozen=True)
class RunRecord:
    """All that decides how a run goes: equal records, equal losses."""

    settings: dict[str, JSON]
    corpus: str
    base: str
    prompt: str
    versions: dict[str, str]

    def write(self, folder: Path) -> None:
        """Writes the record, whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / (RUN_RECORD + ".part")
        temporary.write_text(json.dumps({"schema": 1, **asdict(self)}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(temporary, folder / RUN_RECORD)

    def check_unchanged(self, folder: Path) -> list[str]:
        """Names the libraries whose version has changed since the run in `folder` began.

        Raises InputError where a setting, the corpus, the base or the prompts are others, or the record cannot be read.
        """
        path = folder / RUN_RECORD
        before = _read(path)
        for name in ("base", "corpus", "prompt"):
            if before.get(name) != getattr(self, name):
                what = f"the run to resume has another {name}: {before.get(name)}, now {getattr(self, name)}"
                raise InputError(what, str(path), _FIX[name])
        settings = before.get("settings")
        for name, value in self.settings.items():
            was = settings.get(name) if isinstance(settings, dict) else None
            if was != value:
                what = f"the run to resume has another `{name}`: {json.dumps(was)}, now {json.dumps(value)}"
                raise InputError(what, str(path), _FIX["settings"])
        versions: Any = before.get("versions") or {}
        return [f"{name} {versions.get(name)}, now {now}" for name, now in self.versions.items() if versions.get(name) != now]


def _read(path: Path) -> dict[str, JSON]:
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"not JSON: {error}", str(path), "train into another folder") from error
    return found if isinstance(found, dict) else {}


@contextmanager
def sole(folder: Path) -> Iterator[None]:
    """Makes the folder of a run and keeps other runs out of it while the block runs; what holds them off ends with its process,
    however that ends.

    Raises InputError where another run is at work there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":  # no folder can be opened there
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            lock(descriptor, wait=False)
        except BlockingIOError as error:
            what, fix = "another docgen train is at work there", "wait for its end, or train into another folder"
            raise InputError(what, str(folder.parent), fix) from error
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(descriptor)


def newest_checkpoint(folder: Path, processes: int = 1) -> Path | None:
    """The checkpoint of the highest step that so many processes have written to its end; None where there is none."""
    return next((path for path in checkpoints(folder) if is_whole(path, processes)), None)


def checkpoints(folder: Path) -> Iterator[Path]:
    """All checkpoint folders, the highest step first, whole or not."""
    numbered = {
        int(found[1]): path for path in folder.glob("checkpoint-*") if (found := _FOLDER.fullmatch(path.name)) and path.is_dir()
    }
    return (numbered[step] for step in sorted(numbered, reverse=True))


def is_whole(checkpoint: Path, processes: int = 1) -> bool:
    """Whether a checkpoint was written to its end: its state is the last file, its weights and its archives are not cut
    short. Each of several `processes` leaves its own random state."""
    if (checkpoint / _SENTINEL).exists():
        return False
    try:
        step = json.loads((checkpoint / STATE).read_bytes())["global_step"]
        weights = read_tensors(checkpoint / WEIGHTS, str(checkpoint / WEIGHTS))
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return False
    states = [f"rng_state_{number}.pth" for number in range(processes)] if processes > 1 else ["rng_state.pth"]
    archives = ("optimizer.pt", "scheduler.pt", *states)  # zip files, whose directory stands at their end
    return (
        checkpoint.name == f"checkpoint-{step}"
        and weights is not None
        and all(zipfile.is_zipfile(checkpoint / name) for name in archives)
    )
