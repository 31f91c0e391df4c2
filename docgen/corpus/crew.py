"""Worker processes that answer jobs, and their answers in the order of the jobs.

In: a function, and jobs that can be sent to another process. Out: what the function made of each. The order never depends on
who was faster, so what is written does not either. A crew ends with the process that started it, however that ends.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from docgen.report import DocgenError

Job = TypeVar("Job")
Answer = TypeVar("Answer")

_AHEAD = 8  # answers a worker that may wait for an earlier one: more would fill the memory behind one slow job


class Crew(Generic[Job, Answer]):
    """A context manager of so many worker processes; with one worker, this process does the work itself. The worker that is
    asked first does what `prepare` says as soon as it is there, while this process is still looking for work.

    To be entered before any thread is started: the workers are forks where the system has them.
    """

    def __init__(self, work: Callable[[Job], Answer], workers: int, prepare: Callable[[], None] = lambda: None) -> None:
        self.work, self.workers, self.prepare = work, workers, prepare
        self._members: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> Self:
        # On macOS a fork may crash in system libraries, and Windows has none.
        context: Any = multiprocessing.get_context("fork" if sys.platform.startswith("linux") else "spawn")
        for number in range(self.workers if self.workers > 1 else 0):
            ours, theirs = context.Pipe()
            prepare = self.prepare if number == self.workers - 1 else None
            member = context.Process(target=_serve, args=(theirs, ours, self.work, prepare), daemon=True)
            member.start()
            theirs.close()
            self._members[ours] = member
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for connection, member in self._members.items():
            connection.close()
            if kind is not None:
                member.terminate()
        for member in self._members.values():
            member.join()
        self._members.clear()

    def answers(self, jobs: Iterable[Job], known: Callable[[Job], Answer | None] = lambda _: None) -> Iterator[Answer]:
        """The answer to each job, in order; those that this process has `known` already are not asked for. Raises what the
        function raised, and DocgenError where a worker was killed."""
        if not self._members:
            for job in jobs:
                yield self.work(job) if (answer := known(job)) is None else answer
            return
        waiting, sent, given = enumerate(jobs), 0, 0
        answered: dict[int, Answer] = {}
        busy: dict[Connection, int] = {}
        free = list(self._members)  # the last is asked first
        while True:
            while free and sent - given < _AHEAD * len(self._members) and (following := next(waiting, None)) is not None:
                number, job = following
                sent += 1
                if (answer := known(job)) is not None:
                    answered[number] = answer
                else:
                    connection = free.pop()
                    busy[connection] = number
                    self._send(connection, job)
                while given in answered:
                    yield answered.pop(given)
                    given += 1
            if not busy:
                break
            for connection in [found for found in wait(list(busy)) if isinstance(found, Connection)]:
                answered[busy.pop(connection)] = self._received(connection)
                free.append(connection)
            while given in answered:
                yield answered.pop(given)
                given += 1

    def _send(self, connection: Connection, job: Job) -> None:
        try:
            connection.send(job)
        except OSError as error:
            raise _killed() from error

    def _received(self, connection: Connection) -> Answer:
        try:
            answer, error = connection.recv()
        except (EOFError, OSError) as ended:
            raise _killed() from ended
        if error is not None:
            raise error
        result: Answer = answer
        return result


def _killed() -> DocgenError:
    return DocgenError("a worker process was killed", fix="see that there is memory enough, or use fewer: --workers 1")


def _serve(
    connection: Connection, other_end: Connection, work: Callable[[Job], Answer], prepare: Callable[[], None] | None
) -> None:
    """What a worker does until nobody sends any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    other_end.close()  # else this worker would wait for itself
    if prepare is not None:
        prepare()
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        answer, raised = None, None
        try:
            answer = work(job)
        except BaseException as error:  # not to carry on: it is raised again where the answer is asked for
            raised = error
        try:
            connection.send((answer, raised))
        except OSError:
            return
