"""How long work is shown while it runs: a bar on a terminal, plain lines elsewhere, always on standard error.

In: calls `progress(message, done, total)` from the flows, which know nothing of terminals. Out: what a person or a CI log
reads. A log with a line a step is as useless as one with none, so plain lines come at most every few seconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_PAUSE = 5.0  # seconds between two plain lines about the same work


def drop(stream: TextIO) -> None:
    """Lets what a stream still holds, and all that is to come, go nowhere: its other end takes no more."""
    with suppress(OSError, ValueError):  # a stream without a file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@dataclass
class Progress:
    """A context manager to call with what is being done and, where it is known, how much of it (`done` of `total`)."""

    stream: TextIO
    clock: Callable[[], float] = time.monotonic
    _message: str = field(default="", init=False)
    _printed: float = field(default=0.0, init=False)
    _bar: Bar | None = field(default=None, init=False)
    _task: TaskID | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __call__(self, message: str, done: int | None = None, total: int | None = None) -> None:
        if self.stream.isatty():
            self._draw(message, done, total)
        else:
            self._print(message, done, total)
        self._message = message

    def _print(self, message: str, done: int | None, total: int | None) -> None:
        """A line for new work, for its end, and every few seconds between."""
        if message == self._message and done != total and self.clock() - self._printed < _PAUSE:
            return
        counted = "" if done is None else f": {done} of {total}" if total is not None else f": {done}"
        try:
            print(message + counted, file=self.stream, flush=True)
        except OSError:  # a log on a full disk, or nobody reads any more: the work goes on without being told
            drop(self.stream)
        self._printed = self.clock()

    def _draw(self, message: str, done: int | None, total: int | None) -> None:
        """A bar for counted work; a line that stays for everything else."""
        bar = self._started()
        if done is None:
            bar.console.print(message, markup=False, highlight=False)
        elif message != self._message or self._task is None:
            if self._task is not None:
                bar.remove_task(self._task)
            self._task = bar.add_task(message, total=total, completed=done)
        else:
            bar.update(self._task, completed=done, total=total)

    def _started(self) -> Bar:
        if self._bar is None:
            from rich.console import Console  # only a terminal pays for it
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(file=self.stream), transient=True)
            self._bar.start()
        return self._bar
