"""Answers that read well and are false are refused."""

from __future__ import annotations

import pytest

from docgen.brief import Brief
from docgen.facts import Fact
from docgen.write.answers import refusal

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
