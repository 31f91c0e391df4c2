"""Loaded wording: what is flagged with which suggestion, and what stays silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.corpus import wording
from docgen.corpus.wording import flagged

LINES = [
    line
    for line in Path(wording.__file__).with_name("wording.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]

FLAGGED = [
    ("blacklist", "Hosts on the blacklist are refused.", "blacklist", "blocklist"),
    ("another form", "Blacklisted hosts are refused.", "Blacklisted", "blocklist"),
    ("two words", "Put it on the white list.", "white list", "allowlist"),
    ("master and slave", "The master/slave setup is old.", "master/slave", "primary/replica"),
    ("slave alone", "Each slave reads its own shard.", "slave", "replica"),
    ("master node", "Connect to the master node first.", "master node", "controller"),
    ("over a line's end", "Connect to the master\nnode first.", "master\nnode", "controller"),
    ("sanity check", "Run a sanity check first.", "sanity check", "quick check"),
    ("with a hyphen", "A sanity-check comes first.", "sanity-check", "quick check"),
    ("dummy", "Returns a dummy value.", "dummy", "placeholder"),
    ("crazy", "A crazy number of calls.", "crazy", "surprising"),
    ("guys", "Hi guys, read this first.", "guys", "everyone"),
    ("he", "If a user logs out, he loses the session.", "he", "they"),
    ("he at a start", "He loses the session then.", "He", "they"),
    ("his", "A user sets his own limits.", "his", "their"),
    ("he or she", "The admin sets what he or she wants.", "he or she", "they"),
    ("simply", "Simply pass a path.", "Simply", "leave it out"),
    ("just", "To begin, just call `load`.", "just call", "call"),
    ("obviously", "Obviously, the path must exist.", "Obviously", "leave it out"),
    ("of course", "Of course you need a key.", "Of course", "leave it out"),
    ("beside code", "The `master` branch has a blacklist.", "blacklist", "blocklist"),
    ("in quotes", 'Call it a "whitelist" no more.', "whitelist", "allowlist"),
    ("man-hours", "It takes ten man-hours.", "man-hours", "person hour"),
    ("at the end", "This is insane", "insane", "extreme"),
]


@pytest.mark.parametrize(("text", "term", "suggestion"), [row[1:] for row in FLAGGED], ids=[row[0] for row in FLAGGED])
def test_a_term_is_flagged_where_it_stands_with_a_suggestion(text: str, term: str, suggestion: str) -> None:
    (flag,) = flagged(text)
    assert (flag.term, text[flag.start : flag.end]) == (term, term)
    assert flag.suggestion.startswith(suggestion)
    assert flag.reason


SILENT = [
    ("code", "Check out `master` and read `whitelist.txt`."),
    ("code in two marks", "``blacklist`` is an option."),
    ("fenced code", "Run:\n\n```python\nblacklist = dummy()\n```\n"),
    ("doctest", ">>> sanity(dummy)\n"),
    ("address", "See https://host/blacklist and <https://host/guys>."),
    ("path", "It reads conf/whitelist.yml first."),
    ("name", "dummy_value, whitelist_file and isDummy are names."),
    ("call", "dummy() gives nothing."),
    ("mastering", "Mastering the library takes a master's degree."),
    ("master alone", "A master copy stays in place."),
    ("masked", "The masked language model masks a token."),
    ("dummy variable", "It builds dummy variables by dummy coding."),
    ("dummy classifier", "A dummy classifier is the baseline."),
    ("execute", "Executes the query and kills the job with `kill -9`."),
    ("He et al.", "He initialization follows He et al. in 2015."),
    ("just of time", "The key that was just pushed, just before the call, just in time."),
    ("just of kind", "Returns just one value, not just the first."),
    ("simply connected", "A simply connected region."),
    ("acronym", "The MAD and HE of a sample."),
    ("part of a word", "This, thistle, theme, chisel, slavery in the Slavic corpus."),
    ("retarded time", "The retarded time of the wave."),
    ("nothing", ""),
]


@pytest.mark.parametrize("text", [row[1] for row in SILENT], ids=[row[0] for row in SILENT])
def test_code_and_terms_of_the_field_stay_silent(text: str) -> None:
    assert list(flagged(text)) == []


def test_a_project_adds_terms_of_its_own() -> None:
    (flag,) = flagged("The legacy gateway is a Power User's tool.", {"power user's": "expert's"})
    assert (flag.term, flag.suggestion, flag.reason) == ("Power User's", "expert's", "a term of this project")


def test_a_projects_term_wins_over_the_list() -> None:
    assert [flag.suggestion for flag in flagged("a dummy", {"dummy": "stub"})] == ["stub"]


def test_a_project_silences_a_term() -> None:
    assert list(flagged("a dummy", {"dummy": ""})) == []


def test_flags_come_in_the_order_of_the_text() -> None:
    assert [flag.term for flag in flagged("Simply whitelist the slave.")] == ["Simply", "whitelist", "slave"]


def test_the_list_is_sorted_and_says_nothing_twice() -> None:
    terms = [line.split("|")[0].split(",")[0].strip() for line in LINES]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("line", LINES, ids=[line.split("|")[0].strip() for line in LINES])
def test_a_line_has_a_suggestion_and_a_reason_or_is_an_exception(line: str) -> None:
    parts = [part.strip() for part in line.split("|")]
    assert len(parts) in (1, 3)
    assert all(parts)
    assert parts[0] == parts[0].lower()


@pytest.mark.parametrize("line", LINES, ids=[line.split("|")[0].strip() for line in LINES])
def test_every_term_of_the_list_is_flagged_and_every_exception_silent(line: str) -> None:
    term, *told = (part.strip() for part in line.split("|"))
    text = f"It says {term.split(',')[0]} there."
    assert [flag.suggestion for flag in flagged(text)] == told[:1]


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert all(text[flag.start : flag.end] == flag.term for flag in flagged(text))


@given(st.text(min_size=1).filter(str.strip), st.text())
def test_any_term_can_be_added(term: str, suggestion: str) -> None:
    list(flagged(f"a {term} b", {term: suggestion}))
