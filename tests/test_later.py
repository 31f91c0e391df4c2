"""What is made on its first use is then as if it had been made at once."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import FrozenInstanceError, astuple, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

import pytest

from docgen.later import Frozen, expression


def pair() -> type[Any]:
    """A class that nothing has used yet."""

    class Pair(Frozen):
        left: int
        right: list[int] = field(default_factory=list, compare=False)

        @cached_property
        def next(self) -> int:
            return self.left + 1

    return Pair


def received(owner: type[Any], **attributes: object) -> Any:
    """An object as one arrives that another process has sent: never initialised."""
    found = owner.__new__(owner)
    found.__dict__.update(attributes)
    return found


def test_a_class_is_not_made_before_it_is_used() -> None:
    owner = pair()
    assert "__eq__" not in owner.__dict__
    owner(1)
    assert "__eq__" in owner.__dict__


@pytest.mark.parametrize(
    ("use", "result"),
    [
        pytest.param(lambda owner: owner(1, [2]).right, [2], id="positional arguments"),
        pytest.param(lambda owner: owner(left=1).right, [], id="a default that is made anew"),
        pytest.param(lambda owner: owner(1).next, 2, id="a cached property"),
        pytest.param(lambda owner: owner(1, [2]) == owner(1, [3]), True, id="equality, of the fields that are compared"),
        pytest.param(lambda owner: len({owner(1), owner(1), owner(2)}), 2, id="hashes"),
        pytest.param(lambda owner: repr(owner(1)).rpartition(".")[2], "Pair(left=1, right=[])", id="the printed form"),
        pytest.param(lambda owner: [each.name for each in fields(owner)], ["left", "right"], id="fields"),
        pytest.param(lambda owner: owner.__match_args__, ("left", "right"), id="the names that a pattern matches by place"),
        pytest.param(is_dataclass, True, id="being a dataclass"),
        pytest.param(lambda owner: astuple(owner(1)), (1, []), id="as a tuple"),
        pytest.param(lambda owner: replace(received(owner, left=1, right=[]), left=2).left, 2, id="replace, of a received one"),
        pytest.param(lambda owner: received(owner, left=1, right=[]) == owner(1), True, id="equality of a received one"),
        pytest.param(
            lambda owner: hash(received(owner, left=1, right=[])) == hash(owner(1)), True, id="hash of a received one"
        ),
    ],
)
def test_whatever_uses_a_class_first_finds_it_made(use: Callable[[type[Any]], object], result: object) -> None:
    assert use(pair()) == result


def test_an_object_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        pair()(1).left = 2


def test_wrong_arguments_are_told_as_ever() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'left'"):
        pair()()


def test_a_class_with_the_fields_of_another_has_both() -> None:
    owner = pair()

    class Triple(owner):  # type: ignore[misc, valid-type]
        third: str = "c"

    assert astuple(Triple(1, third="d")) == (1, [], "d")
    assert astuple(owner(1)) == (1, [])


def test_a_class_without_fields_only_groups() -> None:
    class Group(Frozen):
        """No fields."""

    class First(Group):
        first: int

    class Second(Group):
        second: int

    assert (First(1).first, Second(2).second) == (1, 2)
    assert not is_dataclass(Group)


def test_threads_that_use_a_class_at_once_all_get_objects() -> None:
    made: list[Any] = []
    for _ in range(20):
        owner, ready = pair(), threading.Barrier(4)

        def use(owner: type[Any] = owner, ready: threading.Barrier = ready) -> None:
            ready.wait()
            made.append(owner(1).left)

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert made == [1] * 80


def test_a_process_that_only_receives_an_object_can_compare_it() -> None:
    from docgen.facts import Fact

    sent = pickle.dumps((Fact("name", 1, "a.py:1"), Fact("name", 1, "b.py:2")))
    code = "import pickle, sys\none, other = pickle.load(sys.stdin.buffer)\nprint(one == other, one)"
    ended = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    assert ended.stdout.split()[0] == b"True"
    assert b"Fact(name='name', value=1" in ended.stdout


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda found: found.search("x = 12")[0], id="search"),
        pytest.param(lambda found: found.findall("1 22 333"), id="findall"),
        pytest.param(lambda found: found.sub("n", "1 and 2"), id="sub"),
        pytest.param(lambda found: found.fullmatch("12").span(), id="fullmatch"),
        pytest.param(lambda found: [each.start() for each in found.finditer("1 2")], id="finditer"),
        pytest.param(lambda found: (found.pattern, found.flags, found.groups, dict(found.groupindex)), id="what it is"),
    ],
)
def test_an_expression_does_what_a_compiled_one_does(use: Callable[[re.Pattern[str]], object]) -> None:
    text, flags = r"(?P<digits>\d+)", re.ASCII
    assert use(expression(text, flags)) == use(re.compile(text, flags))


def test_an_expression_of_bytes_reads_bytes() -> None:
    assert expression(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_an_expression_is_compiled_once() -> None:
    found = expression("a+")
    first: Any = found.search
    re.purge()
    last: Any = found.match
    assert first.__self__ is last.__self__
