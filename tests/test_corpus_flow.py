"""What a corpus build runs on: worker processes, a folder for what is unfinished, and facts kept on disk."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

import pytest

from docgen.cache import Cache
from docgen.corpus.asides import asides_of
from docgen.corpus.crew import Crew
from docgen.corpus.known import Shelf
from docgen.corpus.python import documented
from docgen.corpus.workplace import Spool, workplace
from docgen.facts import Entry, Fact, Facts, Subject
from docgen.readers.python_api import ModuleFacts, read_modules
from docgen.report import DocgenError, InputError


def squared(number: int) -> int:
    """The square; a number below 0 ends its worker, and 13 is refused."""
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 13:
        raise InputError("13 is refused", "here:1", "another number")
    return number**2


def answers(jobs: Iterable[int], workers: int) -> list[int]:
    with Crew(squared, workers) as crew:
        return list(crew.answers(jobs))


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_answers_come_in_the_order_of_the_jobs(workers: int) -> None:
    assert answers((number for number in range(200) if number != 13), workers) == [n**2 for n in range(200) if n != 13]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crew_takes_more_jobs_after_the_first_and_none_at_all(workers: int) -> None:
    with Crew(squared, workers) as crew:
        assert [list(crew.answers(jobs)) for jobs in ([1, 2], [], [3])] == [[1, 4], [], [9]]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_worker_raises_is_raised_where_it_is_asked_for(workers: int) -> None:
    with pytest.raises(InputError, match="13 is refused") as caught:
        answers(range(40), workers)
    assert (caught.value.where, caught.value.fix) == ("here:1", "another number")


def test_a_worker_that_is_killed_is_told() -> None:
    with pytest.raises(DocgenError, match="a worker process was killed"):
        answers([1, -1, 2, 3], 2)


def test_a_workplace_is_gone_after_an_error_and_what_a_killed_build_left_with_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".docgen-build-gone"
    left.mkdir()
    (left / "lock").write_bytes(b"")
    with pytest.raises(ValueError), workplace(tmp_path / "corpus") as folder:
        assert folder.parent == tmp_path and not left.exists()
        with workplace(tmp_path / "corpus") as other:
            assert folder.exists() and other != folder, "a build that runs is let be"
        raise ValueError
    assert list(tmp_path.iterdir()) == []


def test_a_spool_gives_its_lines_back_while_it_grows(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "lines")
    first = spool.add(b"one\n")
    assert spool[first] == b"one\n"
    second = spool.add(b"two\n")
    assert (spool[second], spool[first], list(spool)) == (b"two\n", b"one\n", [b"one\n", b"two\n"])
    spool.close()


def test_a_shelf_gives_the_facts_that_were_put_on_it_to_whoever_opens_it(tmp_path: Path) -> None:
    package = tmp_path / "bank"
    package.mkdir()
    (package / "__init__.py").write_text("from bank.rates import load\n")
    (package / "rates.py").write_text('def load(day, timeout=3):\n    """Load the rates of a day."""\n')
    modules = [module for module in read_modules(package) if isinstance(module, ModuleFacts)]
    model = Facts(Subject("model", "triage"), [Entry("triage", (Fact("model_type", "bert", "config.json:1"),))])
    shelf = Shelf(tmp_path / "facts")
    number = shelf.add_package(0, "bank")
    for module in modules:
        shelf.add_module(number, module)
    shelf.add_model(1, model)
    shelf.note_names(Cache(None))
    found = Shelf(tmp_path / "facts").names()
    (bank,), (triage,) = found[0], found[1]
    assert bank.load("bank.rates.load") == modules[1].entries[1]
    assert bank.find("bank.load") == "bank.rates.load" and bank.load("bank.gone") is None
    assert triage.load("triage") == model["triage"] and triage.subject == model.subject


@pytest.mark.parametrize(
    "docstring",
    [
        pytest.param("Sum.\n\nNotes\n-----\nCall `open` first.\n\nReturns\n-------\nint\n    The sum.\n", id="numpy"),
        pytest.param("Sum.\n\n    Note:\n        Call `open` first.\n\n    Returns:\n        The sum.\n", id="google"),
        pytest.param("Sum.\n\n.. note:: Call `open` first.\n\n:returns: The sum.\n", id="sphinx"),
        pytest.param("Sum.\n\nAll of it.\n\nCall `open` first.\n\n>>> total()\n3\n", id="plain"),
    ],
)
def test_notes_and_what_leads_to_an_example_are_told_apart_from_the_rest(docstring: str) -> None:
    assert asides_of(docstring) == ["Call `open` first."]


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("If `timeout` is 0, the rates are loaded from the cache.", True),
        ("Create the rates of a day.", False),
        ("When the day and the timeout are masked.", False),
        ("The implementation is used by a paper on rates.", False),
        ("If the weather is fine, people should rather walk along the river.", False),
    ],
)
def test_a_use_case_holds_what_notes_tell_of_use_and_code_bears_out(note: str, told: bool) -> None:
    facts = (
        Fact("kind", "function", "bank.py:1"),
        Fact("signature", "load(day, timeout=3)", "bank.py:1"),
        Fact("doc", "Load the rates of a day from the cache.", "bank.py:2"),
        Fact("parameters", ["day", "timeout"], "bank.py:1"),
    )
    docstring = f"Load the rates of a day from the cache.\n\nNotes\n-----\n{note}\n"
    uses = [row.text for row in documented(Entry("bank.load", facts), "bank", "MIT", docstring) if row.brief.kind == "use-case"]
    assert any("timeout" in text or note in text for text in uses) is told


def test_what_is_known_already_is_given_in_order_and_not_asked_for() -> None:
    def known(number: int) -> int | None:
        return -number if number % 3 == 0 else None

    with Crew(squared, 3) as crew:
        assert list(crew.answers(range(14, 60), known)) == [-n if n % 3 == 0 else n * n for n in range(14, 60)]


def test_names_that_stay_leave_their_mark_as_it_was(tmp_path: Path) -> None:
    def mark(number: int, text: str) -> str:
        package = tmp_path / str(number) / "bank"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(text)
        shelf = Shelf(tmp_path / f"facts-{number}")
        place = shelf.add_package(0, "bank")
        for module in read_modules(package):
            if isinstance(module, ModuleFacts):
                shelf.add_module(place, module)
        return shelf.note_names(Cache(tmp_path / "cache"))

    first = mark(1, "def load(day):\n    return 1\n")
    assert mark(2, "def load(day, fast):\n    return 2\n") == first
    assert mark(3, "def store(day):\n    return 1\n") != first
    assert mark(4, "def load(day):\n    return 1\n") == first
