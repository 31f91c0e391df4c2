"""Progress: plain lines for logs, a bar for terminals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import StringIO

import pytest

from docgen.progress import Progress


class Terminal(StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def clock_of(times: Iterable[float]) -> Callable[[], float]:
    return iter(times).__next__


def test_a_log_has_a_line_for_each_new_work_and_for_its_end() -> None:
    stream = StringIO()
    with Progress(stream, clock=lambda: 0.0) as progress:
        progress("reading")
        for done in range(4):
            progress("training", done, 3)
    assert stream.getvalue() == "reading\ntraining: 0 of 3\ntraining: 3 of 3\n"


def test_a_log_has_a_line_every_few_seconds_in_between() -> None:
    stream = StringIO()
    with Progress(stream, clock=clock_of([0, 2, 6, 6, 7])) as progress:
        for done in range(4):
            progress("training", done, 100)
    assert stream.getvalue() == "training: 0 of 100\ntraining: 2 of 100\n"


@pytest.mark.parametrize(("done", "total", "line"), [(None, None, "work"), (3, None, "work: 3"), (3, 9, "work: 3 of 9")])
def test_what_is_not_known_is_not_printed(done: int | None, total: int | None, line: str) -> None:
    stream = StringIO()
    Progress(stream)("work", done, total)
    assert stream.getvalue() == f"{line}\n"


def test_a_terminal_keeps_the_lines_and_draws_the_counts() -> None:
    stream = Terminal()
    with Progress(stream) as progress:
        progress("reading [the] sources")
        progress("training", 1, 3)
        progress("training", 3, 3)
        progress("scoring", 0, 2)
    assert "reading [the] sources" in stream.getvalue()
