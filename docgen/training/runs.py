"""Runs of `docgen train` in processes of their own: what one leaves in memory or in a library's state, the next cannot find.

In: a corpus, an output folder and settings. Out: the run's report as JSON, or that it was stopped. While it runs, its
evaluations are read from its checkpoints, which are on disk whole or not at all.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from types import FrameType
from typing import Any

from docgen.report import DocgenError
from docgen.settings import TrainSettings, option_of
from docgen.training.checkpoints import STATE, newest_checkpoint
from docgen.training.evaluation import SELECTION
from docgen.training.processes import STARTED_BY

Look = Callable[[list[tuple[int, float]]], bool]
RAN_AWAY = "the training ran away"
_PAUSE = 0.5  # seconds between two looks
_PATIENCE = 60.0  # seconds that a run which is told to stop may take to save


@dataclass(frozen=True)
class Run:
    """One run: what it learns from, where it writes, how."""

    corpus: Path
    output: Path
    settings: TrainSettings
    quantization: str
    scored: bool = False

    @property
    def words(self) -> list[str]:
        """The command line."""
        words = [sys.executable, "-m", "docgen", "train", str(self.corpus), "-o", str(self.output), "--format", "json"]
        words += ["--resume"] if self.output.exists() else []
        words += ["--quantization", self.quantization, "--score" if self.scored else "--no-score"]
        for item in fields(self.settings):
            value, option = getattr(self.settings, item.name), option_of(item.name)
            if isinstance(value, bool):
                words.append(option if value else f"--no-{option[2:]}")
            elif isinstance(value, tuple):
                words += [word for one in value for word in (option, one)]
            else:
                words += [option, str(value)]
        return words


class RanAway(DocgenError):
    """The loss of a run became infinite, or no number: of its settings, not of what is around it."""


def wait_for(run: Run, look: Look = lambda _: True) -> dict[str, Any] | None:
    """The summary of a run when it is finished; None where `look`, which is shown its evaluations (step and metric) as they
    come, says no, and it was stopped. A finished one is not run again, a broken one goes on.

    Raises DocgenError where it fails, RanAway where its settings are why. Ctrl-C and termination let it save, then raise
    KeyboardInterrupt.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as told, _terminated():
        # A session of its own: Ctrl-C in a terminal comes to this process alone, which passes it on, once.
        process = subprocess.Popen(run.words, stdout=out, stderr=told, text=True, env=_environment(), start_new_session=True)
        try:
            goes_on = _watched(process, run.output, look)
        except BaseException:
            _stop(process)
            raise
        if not goes_on:
            _stop(process)
            return None
        out.seek(0)
        told.seek(0)
        if process.returncode not in (0, 1):
            raise failure(told.read(), run.output)
        found: dict[str, Any] = json.loads(out.read())["summary"]
        return found


def failure(said: str, output: Path) -> DocgenError:
    """What to raise for a run that said this and failed."""
    last = " ".join(line.strip() for line in said.strip().splitlines()[-2:])
    sort = RanAway if RAN_AWAY in last else DocgenError
    return sort(f"a run failed: {last}", str(output), "mend that, then add --resume")


@contextmanager
def _terminated() -> Iterator[None]:
    """Inside, termination is a KeyboardInterrupt; only the main thread can catch it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _watched(process: subprocess.Popen[str], output: Path, look: Look) -> bool:
    """Waits for the end of a run, or for the first evaluation after which it is not wanted any more."""
    seen = 0
    while process.poll() is None:
        time.sleep(_PAUSE)
        found = evaluations(output)
        if len(found) > seen:
            seen = len(found)
            if not look(found):
                return False
    return True


def evaluations(output: Path) -> list[tuple[int, float]]:
    """The evaluations of an unfinished run so far."""
    newest = newest_checkpoint(output / "checkpoints")
    try:
        log = json.loads((newest / STATE).read_bytes())["log_history"] if newest else []
    except (OSError, ValueError, KeyError):  # the run has removed it, or is about to
        return []
    return [(int(entry["step"]), float(entry[f"eval_{SELECTION}"])) for entry in log if f"eval_{SELECTION}" in entry]


def _stop(process: subprocess.Popen[str]) -> None:
    """Ends a run in its own time, and then without asking."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment() -> dict[str, str]:
    """This process's, with its import path: the runs are of the same docgen, and end with it."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), STARTED_BY: str(os.getpid())}


def table_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text, the first to the left and the others to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = []
    for first, *others in [head, *rows]:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)
