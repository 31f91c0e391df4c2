"""Worker processes that answer jobs, and their answers in the order of the jobs.

In: a function, and jobs that can be sent to another process. Out: what the function made of each. The order never depends on
who was faster, so what is written does not either. A crew ends with the process that started it, however that ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Generic, Self, TypeVar

from docgen.members import Members
from docgen.report import DocgenError

Job = TypeVar("Job")
Answer = TypeVar("Answer")

_AHEAD = 8  # answers a worker that may wait for an earlier one: more would fill the memory behind one slow job


class Crew(Generic[Job, Answer]):
    """A context manager of so many worker processes; with one worker, this process does the work itself. The worker that is
    asked first does what `prepare` says as soon as it is there, while this process is still looking for work.

    Best entered before any thread is started: the workers are forks where the system has them and nothing else runs. Else
    both functions are sent to the workers, and have to be of a kind that can be.
    """

    def __init__(self, work: Callable[[Job], Answer], workers: int, prepare: Callable[[], None] | None = None) -> None:
        self.work, self.workers, self.prepare = work, workers, prepare
        self._members: Members | None = None

    def __enter__(self) -> Self:
        if self.workers > 1:
            last = self.workers - 1
            self._members = Members(self.workers, _serve, lambda number: (self.work, self.prepare if number == last else None))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._members is not None:
            self._members.end(at_once=kind is not None)
            self._members = None

    def answers(self, jobs: Iterable[Job], known: Callable[[Job], Answer | None] = lambda _: None) -> Iterator[Answer]:
        """The answer to each job, in order; those that this process has `known` already are not asked for. Raises what the
        function raised, and DocgenError where a worker was killed."""
        if self._members is None:
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


def _serve(connection: Connection, work: Callable[[Job], Answer], prepare: Callable[[], None] | None) -> None:
    """What a worker does until nobody sends any more."""
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
