"""Synthetic rows: what changes together, what stays, and that a made row is as true as the one it comes from."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.claims import contradictions, verify
from docgen.corpus.augment import augmented, is_as_true, with_other_names, without_unstated
from docgen.corpus.augment.renaming import nouns, renamed
from docgen.corpus.augment.values import changed
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact, words_of
from docgen.statements.verbs import VERBS
from docgen.support import FUNCTION_WORDS, stem, support


def row(text: str, facts: dict[str, JSON], about: str = "quay.berths.reserve_berth", excerpt: str = "") -> Example:
    brief = Brief("use-case", "Use Case", about, tuple(Fact(name, value) for name, value in facts.items()), excerpt)
    return Example(brief, text, "quay", "MIT", "markdown", "docs/quay.md", 7, "heading")


BERTH = row(
    "`reserve_berth` reserves a berth for `hours`, 6 by default. Two vessels never share berths; it raises `BerthError`.",
    {
        "kind": "function",
        "doc": "Reserve a berth for a vessel.",
        "signature": "reserve_berth(code: str, hours: int = 6) -> Berth",
        "parameters": ["code", "hours"],
        "parameters.code.description": "Code of the berth.",
        "parameters.hours.default": "6",
        "parameters.hours.description": "How long the berth is needed.",
        "returns": "Berth",
        "raises": ["BerthError"],
        "raises.BerthError.when": ["the berth is taken"],
    },
    excerpt="def reserve_berth(code: str, hours: int = 6) -> Berth:\n    if taken(code):\n        raise BerthError(code)\n",
)
MODEL = row(
    "It reaches an accuracy of 0.8907 after 1,350 steps; the loss is 0.4236, and step 900 had a loss of 0.4188.",
    {"architecture": "BertForSequenceClassification", "eval.accuracy": 0.8907, "eval.loss": 0.4236, "training.steps": 1350},
    about="berth-intent-bert",
)


def everything(example: Example) -> str:
    return " ".join([example.text, *example.brief.sources])


def draws(make: object, count: int = 40) -> list[Example]:
    """What several draws make of a row, those that make nothing left out."""
    assert callable(make)
    return [made for seed in range(count) if (made := make(random.Random(seed))) is not None]


# Names -------------------------------------------------------------------------------------------------------------------


def test_a_noun_changes_in_names_classes_constants_and_prose_alike() -> None:
    words = {"berth": "parcel", "berths": "parcels"}
    assert renamed("`reserve_berth` of BerthError, MAX_BERTHS and the Berths; berthing", words) == (
        "`reserve_parcel` of ParcelError, MAX_PARCELS and the Parcels; berthing"
    )


def test_a_renamed_row_holds_the_old_noun_nowhere() -> None:
    made = [one for one in draws(lambda draw: with_other_names(BERTH, draw)) if one.text != BERTH.text]
    assert made
    for one in made:
        assert "berth" not in words_of(everything(one))
        assert one.brief.about.startswith("quay.")
        assert one.brief.get("raises.BerthError.when") is None


def test_the_article_still_fits() -> None:
    for one in draws(lambda draw: with_other_names(BERTH, draw)):
        assert not any(f" a {vowel}" in one.text for vowel in "aeiou")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("`load_file` loads a file. Files stay open.", "pkg.load_file"),
        ("`run_fast` runs the fast way.", "pkg.run_fast"),
        ("`put_berth` puts a berth where berthing is free; berths are few.", "pkg.put_berth"),
        ("`set_xcom` sets an xcom, also known as XCom; xcoms are kept.", "pkg.set_xcom"),
        ("`check_loader` checks a loader; loaders are kept.", "pkg.check_loader"),
    ],
    ids=["a term of programming", "no noun", "another form of the word", "another case of the word", "what a verb does"],
)
def test_a_word_that_cannot_change_everywhere_does_not_change(text: str, about: str) -> None:
    example = row(text, {"kind": "function", "parameters": []}, about)
    assert all(one == example for one in draws(lambda draw: with_other_names(example, draw)))


def test_a_model_keeps_its_name() -> None:
    assert all(one == MODEL for one in draws(lambda draw: with_other_names(MODEL, draw)))


@pytest.mark.parametrize("noun", nouns())
def test_a_noun_is_plain_and_no_term_of_claims(noun: str) -> None:
    assert stem(noun) == stem(noun + "s")
    assert not noun.endswith(("s", "x", "z", "ch", "sh", "y"))
    assert noun not in VERBS
    assert noun not in FUNCTION_WORDS


def test_the_nouns_are_sorted_and_stand_there_once() -> None:
    assert list(nouns()) == sorted(set(nouns()))


# Numbers -----------------------------------------------------------------------------------------------------------------


def test_a_default_changes_in_the_facts_the_signature_the_code_and_the_text() -> None:
    made = draws(lambda draw: changed(BERTH, draw))
    assert made
    for one in made:
        value = one.brief.get("parameters.hours.default")
        assert value != "6"
        assert one.text == BERTH.text.replace("6 by default", f"{value} by default")
        assert one.brief.get("signature") == f"reserve_berth(code: str, hours: int = {value}) -> Berth"
        assert f"hours: int = {value}" in one.brief.excerpt


def test_a_constant_that_is_the_default_changes_with_it() -> None:
    facts: dict[str, JSON] = {
        "kind": "function",
        "parameters": ["hours"],
        "parameters.hours.default": "24",
        "constants.STAY": "24",
    }
    example = row("`hours` defaults to 24.", facts, excerpt="def stay(hours=STAY): ...")
    for one in draws(lambda draw: changed(example, draw)):
        assert one.brief.get("constants.STAY") == one.brief.get("parameters.hours.default") != "24"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("`hours` defaults to 24, and 24 berths are there.", {}),
        ("`hours` defaults to 24, which is half of two days.", {}),
        ("`hours` defaults to 24.", {"doc": "Stays at most 24 hours."}),
        ("`hours` may be given.", {}),
    ],
    ids=["the number of something else", "said again in words", "told by another fact", "not stated"],
)
def test_a_number_that_may_mean_something_else_stays(text: str, facts: dict[str, JSON]) -> None:
    example = row(text, {"kind": "function", "parameters": ["hours"], "parameters.hours.default": "24", **facts})
    assert draws(lambda draw: changed(example, draw)) == []


@pytest.mark.parametrize("default", ["0", "1", "2", "None", "True", "'utf-8'", "-1", "()"])
def test_a_default_that_says_how_and_not_how_much_stays(default: str) -> None:
    facts: dict[str, JSON] = {"kind": "function", "parameters": ["mode"], "parameters.mode.default": default}
    assert draws(lambda draw: changed(row(f"`mode` defaults to `{default}`.", facts), draw)) == []


@pytest.mark.parametrize(
    ("default", "holds"),
    [
        ("64", lambda value: float(value) in (16, 32, 128, 256)),
        ("300", lambda value: 150 <= float(value) <= 600 and float(value) % 50 == 0),
        ("0.05", lambda value: 0 < float(value) < 1 and len(value) == 4),
        ("1e-08", lambda value: value.startswith("1e-")),
        ("2.5", lambda value: 1.2 <= float(value) <= 5 and len(value) == 3),
    ],
    ids=["power of two", "round number", "share", "exponent", "fraction"],
)
def test_a_new_value_is_of_the_same_sort_and_size(default: str, holds: object) -> None:
    assert callable(holds)
    facts: dict[str, JSON] = {"kind": "function", "parameters": ["rate"], "parameters.rate.default": default}
    made = draws(lambda draw: changed(row(f"`rate` defaults to {default}.", facts), draw))
    assert made
    assert all(holds(one.brief.get("parameters.rate.default")) for one in made)


def test_a_measurement_keeps_its_place_among_the_other_numbers() -> None:
    made = draws(lambda draw: changed(MODEL, draw))
    assert {one.brief.get("eval.accuracy") for one in made} != {0.8907}
    for one in made:
        loss, accuracy, steps = (one.brief.get(name) for name in ("eval.loss", "eval.accuracy", "training.steps"))
        assert isinstance(loss, float) and isinstance(accuracy, float) and isinstance(steps, int)
        assert 0.4188 < loss < accuracy < 900 < steps
        assert f"{accuracy:.4f}" in one.text
        assert f"{steps:,}" in one.text


# Facts -------------------------------------------------------------------------------------------------------------------


def test_facts_go_that_no_text_states_and_those_stay_that_say_something_by_their_absence() -> None:
    stay = {"kind", "parameters", "parameters.hours.default", "raises", "raises.BerthError.when"}
    made = draws(lambda draw: without_unstated(BERTH, draw))
    assert min(len(one.brief.facts) for one in made) < len(BERTH.brief.facts)
    for one in made:
        assert stay <= {fact.name for fact in one.brief.facts}
        assert is_as_true(one, BERTH)


# Rows --------------------------------------------------------------------------------------------------------------------


def test_a_synthetic_row_says_so_and_stays_with_its_source() -> None:
    weighted = replace(BERTH, weight=3.0, support=0.5, labelled="classifier", confidence=0.9)
    made = list(augmented([weighted], 3, 0))
    assert made
    for one in made:
        assert (one.origin, one.labelled, one.confidence, one.weight) == ("synthetic", "given", 1.0, 1.0)
        assert (one.source, one.license, one.path, one.line) == ("quay", "MIT", "docs/quay.md", 7)
        assert one.support == support(one.text, one.brief.sources)


def test_synthetic_rows_differ_from_their_parent_and_from_each_other() -> None:
    texts = [one.text for one in augmented([BERTH], 8, 0)]
    assert len({*texts, BERTH.text}) == len(texts) + 1


def test_the_same_seed_makes_the_same_rows_whatever_stands_beside_them() -> None:
    alone = list(augmented([BERTH], 2, 5))
    assert list(augmented([BERTH], 2, 5)) == alone
    assert [one for one in augmented([MODEL, BERTH], 2, 5) if one.brief.about != MODEL.brief.about] == alone
    assert list(augmented([BERTH], 2, 6)) != alone


@pytest.mark.parametrize(("share", "least", "most"), [(0, 0, 0), (1, 40, 40), (0.5, 8, 32), (2, 60, 80)], ids=str)
def test_the_share_says_how_many_rows_are_added(share: float, least: int, most: int) -> None:
    rows = [replace(BERTH, text=f"{BERTH.text} Ask {number + 300} times.") for number in range(40)]
    assert least <= len(list(augmented(rows, share, 0))) <= most


def test_synthetic_and_contradicted_rows_give_none() -> None:
    wrong = replace(BERTH, text="`hours` defaults to 8; a berth is one of many berths.")
    assert contradictions(wrong.text, wrong.brief.entry)
    assert list(augmented([replace(BERTH, origin="synthetic"), wrong], 4, 0)) == []


THINGS = "berth vessel crane mooring sluice pallet lighthouse buoy".split()


@st.composite
def rows(draw: st.DrawFn) -> Example:
    """A row about a thing with a default, an exception and sentences that state some of its facts."""
    thing, other = draw(st.lists(st.sampled_from(THINGS), min_size=2, max_size=2, unique=True))
    value = draw(st.sampled_from(["3", "12", "45", "64", "300", "0.25", "0.9", "1e-06", "2.5"]))
    name = draw(st.sampled_from(["limit", "timeout", f"{thing}_count", "ratio"]))
    error = f"{thing.title()}Error"
    facts: dict[str, JSON] = {
        "kind": "function",
        "doc": f"Check the {thing} of a {other}.",
        "parameters": ["path", name],
        f"parameters.{name}.default": value,
        f"parameters.{name}.description": f"How many of the {thing}s are checked.",
        "raises": [error],
        f"raises.{error}.when": [f"the {other} has no {thing}"],
    }
    sentences = [
        f"`check_{thing}` checks each {thing} of a {other}.",
        f"The default of `{name}` is {value}.",
        f"`{name}` is {value} unless you say otherwise.",
        f"It raises `{error}` when the {other} has no {thing}.",
        f"Two {thing}s are never alike, nor are the {other}s.",
        f"Pass 7 to see every `{other.title()}Thing`.",
    ]
    text = " ".join(draw(st.lists(st.sampled_from(sentences), min_size=1, max_size=5, unique=True)))
    excerpt = draw(st.sampled_from(["", f"def check_{thing}(path, {name}={value}):\n    raise {error}(path)\n"]))
    return row(text, facts, f"quay.{thing}s.check_{thing}", excerpt)


@given(rows(), st.integers(0, 2**32))
def test_a_renamed_row_verifies_exactly_like_its_parent(example: Example, seed: int) -> None:
    made = with_other_names(example, random.Random(seed))
    fared = [(item.claim.kind, item.verdict) for item in verify(made.text, made.brief.entry)]
    assert fared == [(item.claim.kind, item.verdict) for item in verify(example.text, example.brief.entry)]
    assert support(made.text, made.brief.sources) == support(example.text, example.brief.sources)


@given(rows(), st.integers(0, 2**32))
def test_every_synthetic_row_is_as_true_as_its_parent(example: Example, seed: int) -> None:
    for made in augmented([example], 3, seed):
        assert is_as_true(made, example)
        assert not contradictions(made.text, made.brief.entry)
        assert not {thing for thing in nouns() if thing in made.text} or made.text != example.text
