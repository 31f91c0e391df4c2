"""Several processes that read one package together, each the files that fall to it.

In: a `Workshop`, of which each process has a copy, and what it takes. Out: what it gives, in the same order.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Protocol

from docgen.members import Members
from docgen.readers.python_api.files import File, size_of
from docgen.readers.python_api.workshop import Known
from docgen.report import DocgenError


class Shop(Protocol):
    """What each process does: as `Workshop`, with results of any sort."""

    def parse(self, files: Sequence[File]) -> Iterator[Any]:
        """What of each file others have to know first."""

    def read(self, files: Sequence[File], known: Known) -> Iterator[Any]:
        """What each file holds."""


class Crew:
    """`count` processes with a workshop each. To be used in a `with`, which ends them."""

    def __init__(self, count: int, workshop: Shop) -> None:
        self._members = Members(count, _work, lambda _: (workshop,))
        self._owners: dict[str, int] = {}

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._members.end(at_once=True)

    @property
    def processes(self) -> Sequence[BaseProcess]:
        """The processes."""
        return self._members.processes

    def parse(self, files: Sequence[File]) -> Iterator[Any]:
        """As the workshop's."""
        shares = self._divided(files)
        self._owners |= {file.name: number for number, share in enumerate(shares) for file in share}
        return self._results(files, [(share, None) for share in shares])

    def read(self, files: Sequence[File], known: Known) -> Iterator[Any]:
        """As the workshop's; each file is read where it was parsed."""
        shares = self._divided([file for file in files if file.name not in self._owners])
        tasks: list[tuple[list[File], Known | None]] = []
        for number, share in enumerate(shares):
            own = {name for name, owner in self._owners.items() if owner == number}
            others = {name: outside for name, outside in known.outsides.items() if name not in own}
            mine = own | {file.name for file in share}
            tasks.append(([file for file in files if file.name in mine], Known(others, known.passed_on)))
        return self._results(files, tasks)

    def _divided(self, files: Sequence[File]) -> list[list[File]]:
        """Shares of about the same size in bytes."""
        sizes = {file.name: size_of(file.path) for file in files}
        loads = [0] * len(self._members)
        owners: dict[str, int] = {}
        for file in sorted(files, key=lambda file: -sizes[file.name]):
            owners[file.name] = lightest = loads.index(min(loads))
            loads[lightest] += sizes[file.name]
        return [[file for file in files if owners[file.name] == number] for number in range(len(loads))]

    def _results(self, files: Sequence[File], tasks: Sequence[tuple[list[File], Known | None]]) -> Iterator[Any]:
        """Sends each process its task and gives the results in the order of `files`, as soon as that allows."""
        due: dict[Connection, list[File]] = {}
        for connection, task in zip(self._members, tasks, strict=True):
            with suppress(ConnectionError):  # one that has ended is noticed when its results are waited for
                connection.send(task)
            due[connection] = task[0][::-1]
        arrived: dict[str, Any] = {}
        for file in files:
            while file.name not in arrived:
                ready = wait([connection for connection, share in due.items() if share])
                for connection in due.keys() & set(ready):
                    arrived[due[connection].pop().name] = self._received(connection)
            yield arrived.pop(file.name)

    def _received(self, connection: Connection) -> Any:
        try:
            return connection.recv()
        except (EOFError, ConnectionError) as error:
            what = f"a process that reads modules has ended (exit code {self._members.exit_code(connection)})"
            raise DocgenError(what, fix="read with one worker, which shows the reason") from error


def _work(connection: Connection, workshop: Shop) -> None:
    """What each process does until the other end of its connection is closed."""
    gc.disable()
    with suppress(EOFError, ConnectionError):
        while True:
            files, known = connection.recv()
            for result in workshop.parse(files) if known is None else workshop.read(files, known):
                connection.send(result)
