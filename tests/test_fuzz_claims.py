"""Hostile text ends no run and costs time in proportion to its length, whatever reads it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fuzz.readings import READINGS, Reading, survive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docgen.check import check

SEEDS = sorted((Path(__file__).parent / "fuzz" / "seeds").iterdir())
# What a text is built from, over and over: the beginnings of everything that has an end, and what looks like it.
PIECES = {
    "backticks": "`",
    "single backticks": "`a ",
    "open brackets": "[(",
    "braces": "{'a': ",
    "open markers": "<!-- docgen:section introduction of=web.redirect -->\n",
    "closed markers": "<!-- docgen:section introduction of=a -->\nx\n<!-- docgen:end -->\n",
    "ends": "<!-- docgen:end mark=abc123 -->\n",
    "open comments": "<!-- ",
    "ignores": "<!-- docgen:ignore stale-default why -->\n\n",
    "fences": "```\n",
    "longer fences": "````` ~~~\n",
    "rows": "| `code` | `302` |\n|---|---|\n",
    "cells": "|",
    "bullets": "- `code`: defaults to 302 ",
    "nested bullets": "  - a\n    - ",
    "quotes": "> ",
    "defaults": "default default value is of ",
    "raises": "Raises `ValueError`, or ",
    "numbers": "1,000.5e7 ",
    "digits": "9",
    "parameters": ":param int code: default ",
    "sections": "Parameters\n----------\ncode : int, default ",
    "directives": ".. versionchanged:: 2.0\n   ",
    "names": "a.",
    "emphasis": "**_",
    "headings": "# `redirect`\n",
    "front matter": "a: [b, {c: \n",
    "anchors": "a: &a [*a]\n",
    "keys": '"a": {"b": [',
    "tables": "[check.severity]\n",
    "signatures": "redirect(location, ",
    "calls": "f(",
    "blanks": " \t",
    "line ends": "\r",
    "combining": "e\u0301",
    "wide": "\U0001f4a5",
}
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from([*PIECES.values(), "\n", "302", "code", "---\n", "\0", "\ufeff", "\u2028"]), max_size=40).map(
        "".join
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_no_text_ends_a_reading_but_by_a_message(reading: Reading, text: str) -> None:
    survive(reading, text)


@pytest.mark.parametrize("seed", SEEDS, ids=[seed.stem for seed in SEEDS])
def test_what_was_found_once_is_survived(seed: Path) -> None:
    text = seed.read_bytes().decode("utf-8", "replace")
    for reading in READINGS.values():
        survive(reading, text)
        survive(reading, text * 20)


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_time_grows_with_the_length(reading: Reading, piece: str) -> None:
    short, long = (seconds(reading, piece, length) for length in (3_000, 12_000))
    assert long < 9 * short + 0.05, f"{short:.3f} s for 3,000 characters, {long:.3f} s for 12,000"


def seconds(reading: Reading, piece: str, length: int) -> float:
    """The least processor time that a text of so many characters takes, of two."""
    text = (piece * (length // len(piece) + 1))[:length]
    taken = []
    for _ in range(2):
        started = time.process_time()
        survive(reading, text)
        taken.append(time.process_time() - started)
    return min(taken)


def test_many_sections_cost_what_they_weigh(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "__init__.py").write_text("def load(path, limit=3):\n    return path\n", encoding="utf-8")
    taken = []
    for number in (500, 2_000):
        sections = (
            f"<!-- docgen:section k{index} of=web.load -->\n`limit` defaults to 3.\n<!-- docgen:end -->\n"
            for index in range(number)
        )
        (tmp_path / "page.md").write_text("\n".join(sections), encoding="utf-8")
        started = time.process_time()
        assert check([tmp_path / "page.md"], root=tmp_path).findings == ()
        taken.append(time.process_time() - started)
    assert taken[1] < 9 * taken[0] + 0.1, taken
