"""Answers that read well and are false are refused."""

from __future__ import annotations

import pytest

from docgen.brief import Brief
from docgen.facts import Fact
from docgen.support import stem
from docgen.write.answers import refusal
from docgen.writers.vocabulary import foreign_words, general_stems

BRIEF = Brief(
    "use-case",
    "Use Case",
    "scores.Scorer",
    (
        Fact("kind", "class"),
        Fact("doc", "Calculates scores between two texts."),
        Fact("parameters", ["stem", "split"]),
        Fact("parameters.stem.description", "Whether a stemmer strips word suffixes."),
        Fact("parameters.split.default", "False"),
        Fact("parameters.split.description", "Whether to add newlines between sentences."),
        Fact("members", ["score", "aggregate"]),
    ),
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("Use `Scorer` to calculate scores between two texts.", "", id="true"),
        pytest.param("Pass `split` to add newlines between sentences.", "", id="a parameter in its own words"),
        pytest.param("With `stem`: whether to add newlines between sentences.", "mixes up what it names", id="other parameter"),
        pytest.param("`score` takes `stem` and `split`.", "mixes up what it names", id="another subject"),
        pytest.param("`Scorer` takes `stem`, `split` and `split`.", "repeats itself", id="a name twice in a list"),
    ],
)
def test_a_false_answer_is_refused_by_its_fault(text: str, reason: str) -> None:
    assert refusal(BRIEF, text, 0.8) == reason


def of(kind: str, about: str, *facts: Fact) -> Brief:
    return Brief(kind, kind.title(), about, facts)


@pytest.mark.parametrize(
    ("quoted", "reason"),
    [
        pytest.param("order must be positive: %s", "", id="word for word"),
        pytest.param("order must be positive: ks", "quotes what no fact says", id="another hole"),
        pytest.param("order must be", "", id="its beginning"),
        pytest.param("the order is negative", "quotes what no fact says", id="other words"),
    ],
)
def test_a_message_is_quoted_word_for_word(quoted: str, reason: str) -> None:
    facts = (Fact("raises", ["ValueError"]), Fact("raises.ValueError.message", ["order must be positive: %s"]))
    brief = of("error-handling", "scores.score", Fact("kind", "function"), *facts)
    assert refusal(brief, f'`ValueError` is raised with the message "{quoted}".', 0.5) == reason


START = of(
    "use-case",
    "docker.start",
    Fact("kind", "method"),
    Fact("doc", "Starts a container."),
    Fact("parameters", ["path", "force"]),
    Fact("parameters.path.description", "The path to expand."),
    Fact("parameters.force.default", "False"),
    Fact("parameters.force.description", "Force removal of the image."),
)
YEAR = of("introduction", "dates.year_full", Fact("kind", "method"), Fact("parameters", ["year"]), Fact("returns", "str"))
CHECK = of(
    "error-handling",
    "dates.check",
    Fact("kind", "function"),
    Fact("raises", ["ValueError"]),
    Fact("raises.ValueError.when", ["interval is less than 1"]),
)


@pytest.mark.parametrize(
    ("brief", "text", "reason"),
    [
        pytest.param(START, "Call `start` when you need to start a container.", "", id="true"),
        pytest.param(
            START, "`start` is the path to expand.", "mixes up what it names", id="a parameter's words of the subject"
        ),
        pytest.param(START, "`path` is the path to expand.", "", id="a parameter's words of the parameter"),
        pytest.param(
            START, "Call `path` when you need to start a container.", "mixes up what it names", id="another subject to call"
        ),
        pytest.param(START, "Call `start` when you need to starts a container.", "reads badly", id="no infinitive"),
        pytest.param(
            START,
            "Pass the force removal of the image as `force`; it defaults to `False`.",
            "reads badly",
            id="a switch as a thing",
        ),
        pytest.param(START, "`path` takes the where to expand the path.", "reads badly", id="a question as a thing"),
        pytest.param(START, "Starts a container (the path to expand.", "breaks the layout", id="a parenthesis left open"),
        pytest.param(YEAR, "The method `year_full` returns the year of the year.", "repeats itself", id="a thing by itself"),
        pytest.param(YEAR, "`year_full` is the full year of `year_full`.", "repeats itself", id="the subject by itself"),
        pytest.param(YEAR, "The method `year_full` gives the full year.", "says no more than the name", id="the name in words"),
        pytest.param(YEAR, "`year_full` returns True for a `year`.", "says what no fact supports", id="another type returned"),
        pytest.param(
            YEAR, "Gives the full `year`, unless it is asked for.", "says what no fact supports", id="an invented condition"
        ),
        pytest.param(YEAR, "`year_full` gives the full form of `year` as `str`.", "", id="what the facts say"),
        pytest.param(CHECK, "`check` raises `ValueError` if `interval` is less than 1.", "", id="an error as it is"),
        pytest.param(
            CHECK,
            "`ValueError` is raised when interval is less than 1, or if interval is less than 1.",
            "repeats itself",
            id="a condition twice",
        ),
        pytest.param(
            CHECK, "`ValueError` raises if interval is less than 1.", "mixes up what it names", id="an exception that raises"
        ),
        pytest.param(CHECK, "", "no answer", id="nothing"),
        pytest.param(CHECK, "`ValueError` is raised if interval is less", "breaks off in a sentence", id="unfinished"),
        pytest.param(CHECK, "raises: ValueError if interval is less than 1.", "repeats the prompt", id="a line of the prompt"),
        pytest.param(CHECK, "Sure! `ValueError` if interval is less than 1.", "repeats the prompt", id="a chat's preamble"),
        pytest.param(CHECK, "<|assistant|>`ValueError` is raised.", "repeats the prompt", id="a template's token"),
    ],
)
def test_an_answer_of_a_small_model_is_refused_by_its_fault(brief: Brief, text: str, reason: str) -> None:
    assert refusal(brief, text, 0.5) == reason


def test_words_are_foreign_that_neither_the_facts_nor_documentation_in_general_hold() -> None:
    assert foreign_words(START, "Starts the given container at the path, returning its result.") == []
    assert foreign_words(START, "Starts a spaceship in the container.") == ["spaceship"]
    assert foreign_words(START, "Starts thely container.") == ["thely"]


def test_the_general_vocabulary_names_no_thing_of_any_trade() -> None:
    trades = "database server image tensor gradient customer file network graph matrix token socket thread password".split()
    assert not {stem(word) for word in trades} & general_stems()
