"""Answers that go round: which token would say a long run again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docgen.writers.local.trail import RUN, Trail

BACKTICK, COMMA = 1, 2


def after(tokens: list[int]) -> Trail:
    trail = Trail(frozenset([BACKTICK]))
    for token in tokens:
        trail.grow(token)
    return trail


def test_the_last_token_of_a_run_that_was_said_would_say_it_again() -> None:
    run = list(range(10, 10 + RUN))
    assert set(after([*run, COMMA, *run[:-1]]).again) == {run[-1]}
    assert not after([*run, COMMA, *run[:-2]]).again
    assert set(after([*run, COMMA, *run]).again) == {COMMA}


def test_a_name_counts_as_one_and_may_stand_as_often_as_it_likes() -> None:
    name = [BACKTICK, *range(50, 50 + 2 * RUN), BACKTICK]
    assert len(after(name).units) == 1
    assert not after([*name, COMMA, *name[:-3]]).again
    assert not after([*name, COMMA] * 4).again


def test_a_run_with_a_name_in_it_is_forbidden_after_the_name() -> None:
    run = [*range(10, 10 + RUN - 2), BACKTICK, 50, 51, BACKTICK]
    said = [*run, COMMA, *run]
    assert set(after(said).again) == {COMMA}
    assert not after([*said[:-4], BACKTICK, 50, 52, BACKTICK]).again  # another name


def test_a_number_is_never_forbidden() -> None:
    run = list(range(10, 10 + RUN))
    trail = Trail(frozenset([BACKTICK]), frozenset([run[-1]]))
    for token in [*run, COMMA, *run[:-1]]:
        trail.grow(token)
    assert not trail.again


@given(st.lists(st.integers(0, 4), max_size=60))
def test_what_is_forbidden_is_what_would_repeat_a_run(tokens: list[int]) -> None:
    trail = Trail(frozenset())
    for token in tokens:
        trail.grow(token)
    last = tokens[1 - RUN :]
    said = {tokens[at + RUN - 1] for at in range(len(tokens) - RUN + 1) if tokens[at : at + RUN - 1] == last}
    assert set(trail.again) == (said if len(tokens) >= RUN - 1 else set())
