"""Any text at all: nothing raises, and time grows with the length."""

from __future__ import annotations

import time

import pytest
from claimed import CLIENT, LOAD, MODEL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docgen.claims import Checked, asserted, complete, contradictions, verify

PIECES = st.sampled_from(
    [
        *"default defaults to is by If None ` `` ``` ~~~ | - * # : ( ) [ ] { } ' \" = 302 7B 1e999 5% limit load( load".split(),
        *"MAX_RETRIES from import rates rates.io.load :func: :type :param :rtype: .. function:: versionchanged:: >>>".split(),
        *"<!-- --> <code> </code> takes three parameters raises exceptions The list of str or int, optional Returns:".split(),
        *"Args: Parameters ---------- ]( fine-tuned version of acme/base-7B License: MIT context length of 0.9".split(),
        *("\n", "\n\n", "\t", "\r\n", "💥", "ß", "\0", "\u2028", "    ", "::\n\n    "),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=50).map(" ".join), st.lists(PIECES, max_size=50).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_text_raises_and_every_claim_has_its_place(text: str) -> None:
    for about in (LOAD, CLIENT, MODEL):
        checked = verify(text, about)
        assert all(isinstance(item, Checked) and 0 <= item.claim.start <= item.claim.end <= len(text) for item in checked)
        assert set(complete(text, about)) <= {"parameters", "raises", "members"}
        asserted(text, about)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_contradictions_are_those_of_verify(text: str) -> None:
    for about in (LOAD, MODEL):
        found = [item.claim for item in verify(text, about) if item.verdict == "contradicted"]
        assert found == [item.claim for item in contradictions(text, about)]


def seconds(piece: str, length: int) -> float:
    """The least time that a text of so many characters takes, of two."""
    text = (piece * (length // len(piece) + 1))[:length]
    taken = []
    for _ in range(2):
        started = time.process_time()
        for about in (LOAD, MODEL):
            verify(text, about)
            asserted(text, about)
        taken.append(time.process_time() - started)
    return min(taken)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, min_size=1, max_size=4).map("".join))
def test_any_repeated_piece_costs_time_in_proportion(piece: str) -> None:
    assert seconds(piece, 6_000) < 9 * seconds(piece, 1_500) + 0.05


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "load(",
            "load(a, ",
            "rates.io.",
            "a.load(",
            "from rates import ",
            "import rates.",
            "](#a.b",
            "][a.b",
            "<code>",
            "</code>",
        ),
        *(
            ":func:`",
            ":type limit: ",
            ":param int ",
            "`MAX_RETRIES` is ",
            "`MAX_RETRIES` is 5 or ",
            "If None",
            "list of ",
            "a or ",
        ),
        *(
            "It takes three ",
            "takes 3 parameters ",
            "`a.b.",
            ".. function:: load(",
            ".. a::\n",
            "    x\n",
            ">>> load(\n",
            "limit : ",
        ),
        *(
            "fine-tuned version of ",
            "a/b",
            "License: ",
            "released under the ",
            "has 7B parameters ",
            "context length of ",
            "7B",
            "of 1 ",
        ),
        *("- limit (", "- limit (int", "| limit | ", "Returns:\n", "default, ", "`limit=", "a::\n\n b\n"),
    ],
    ids=repr,
)
def test_hostile_text_costs_time_in_proportion(piece: str) -> None:
    assert seconds(piece, 16_000) < 9 * seconds(piece, 4_000) + 0.05
