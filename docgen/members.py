"""Processes that work for this one, each at the other end of a connection.

In: what each of them does with its connection. Out: the connections. They are forks where that is safe, end with the process
that started them, however that ends, and leave Ctrl-C to it. What is sent, and in which order, is their users' business.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any


class Members:
    """`count` processes, each of which calls `serve` with its connection and what `arguments` gives for its number. `serve` is
    to return where the other end is closed: then `receive` raises EOFError."""

    def __init__(self, count: int, serve: Callable[..., None], arguments: Callable[[int], tuple[Any, ...]]) -> None:
        # A lock that another thread holds would stay held in a fork; on macOS system libraries crash in it, Windows has none.
        is_forked = sys.platform.startswith("linux") and threading.active_count() == 1
        context: Any = multiprocessing.get_context("fork" if is_forked else "spawn")
        self._processes: dict[Connection, BaseProcess] = {}
        for number in range(count):
            ours, theirs = context.Pipe()
            inherited = (*self._processes, ours) if is_forked else ()
            process = context.Process(target=_begin, args=(theirs, inherited, serve, arguments(number)), daemon=True)
            process.start()
            theirs.close()
            self._processes[ours] = process

    def __len__(self) -> int:
        return len(self._processes)

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._processes)

    @property
    def processes(self) -> Sequence[BaseProcess]:
        """The processes, in the order of their connections."""
        return list(self._processes.values())

    def exit_code(self, connection: Connection) -> int | None:
        """With which code the process at a connection has ended, once it has."""
        process = self._processes[connection]
        process.join()
        return process.exitcode

    def end(self, *, at_once: bool) -> None:
        """Closes the connections and waits for the processes: until they have done what they are at, or `at_once`."""
        for connection in self._processes:
            connection.close()
        for process in self._processes.values():
            if at_once:
                process.terminate()
            process.join()
        self._processes.clear()


def _begin(
    connection: Connection, inherited: Iterable[Connection], serve: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has the handler of the process that is left to tidy up
    for other_end in inherited:  # while a fork holds one open too, nobody learns that the process at its other end has gone
        other_end.close()
    serve(connection, *arguments)
