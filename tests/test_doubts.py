"""Which lines say what their source does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from docgen.brief import Brief
from docgen.corpus.inventions import WAYS, Line, is_statement, lines_of_package, planted
from docgen.facts import Fact
from docgen.metrics import doubtful_lines
from docgen.support.lines import WEIGHTS, Doubts, Rarity, Source, doubt, features

SOURCE = Source.of(
    "rates.load_rates",
    [
        "rates.load_rates",
        "Read the exchange rates of a currency from a file.",
        "def load_rates(path, timeout=30):\n    if not path.exists():\n        raise ValueError('no such file')",
        "path: the file to read the rates from",
    ],
    "Read the exchange rates of a currency from a file.",
    ["path", "timeout"],
)


@pytest.mark.parametrize(
    ("borne_out", "invented"),
    [
        pytest.param("Reads the rates of one currency from `path`.", "Compresses the payload with gzip.", id="a claim"),
        pytest.param(
            "Raises ValueError if the file does not exist.",
            "Draws a histogram of the pixels of an image on its axes.",
            id="another subject",
        ),
        pytest.param("Waits 30 seconds for the file.", "Waits 45 seconds for the proxy of the tenant.", id="a number"),
    ],
)
def test_what_stands_nowhere_in_the_source_is_doubted_more(borne_out: str, invented: str) -> None:
    assert doubt(borne_out, SOURCE) < 0.5 < doubt(invented, SOURCE)


def test_a_line_without_content_is_not_doubted() -> None:
    assert doubt("", SOURCE) == doubt("It is what it was.", SOURCE) == 0


@given(some.text(max_size=80), some.text(max_size=80))
def test_any_line_has_a_probability(line: str, text: str) -> None:
    assert 0 <= doubt(line, Source.of("a.b", [text])) <= 1


def test_a_kin_of_a_word_is_less_strange_than_none() -> None:
    rarity = Rarity(100, {})
    near, far = (features(line, SOURCE, rarity) for line in ("Uses currencies' exchangeable forms", "Uses gzip archives"))
    assert near["strange.rare"] < far["strange.rare"] == 1
    assert features("`load_rates` waits 7 s", SOURCE, rarity)["numbers.unknown"] == 1
    assert features("`load_rates` waits 30 s", SOURCE, rarity)["numbers.unknown"] == 0
    assert features("`save_rates` waits", SOURCE, rarity)["names.unknown"] == 1


def test_the_weights_are_what_is_written_of_them() -> None:
    model = Doubts.load()
    assert model.dumped() == WEIGHTS.read_text(encoding="utf-8")
    assert WEIGHTS.stat().st_size < 250_000


def test_the_doubtful_lines_of_an_answer_come_worst_first_and_without_code() -> None:
    facts = (Fact("kind", "function"), Fact("doc", SOURCE.summary), Fact("parameters", ["path", "timeout"]))
    brief = Brief("introduction", "Introduction", "rates.load_rates", facts, SOURCE.text)
    text = (
        "Reads the exchange rates from `path`.\n\n- Compresses the payload with gzip.\n\n```\nSends mail to the admin.\n```\n"
    )
    assert [each.line for each in doubtful_lines(text, brief)] == ["- Compresses the payload with gzip."]
    assert len(doubtful_lines(text, brief, least=0)) == 2


# The lines that it is fitted to ------------------------------------------------------------------------------------------


def line(text: str, about: str = "a.load", source: str = "a") -> Line:
    return Line(text, Brief("use-case", "Use Case", about, (Fact("kind", "function"), Fact("doc", "Load."))), source)


LINES = [
    line("It reads `path_name` in 3 steps from disk."),
    line("It writes `other_name` to the disk at once.", "a.save"),
    line("The graph is drawn with `node_size` in 20 colours.", "b.draw", "b"),
]


def test_an_invention_is_planted_beside_every_line_and_says_how() -> None:
    made = planted(LINES * 10, for_fitting=True)
    assert [each.text for each in made if each.is_supported] == [each.text for each in LINES * 10]
    inventions = [each for each in made if not each.is_supported]
    assert len(inventions) == 30
    assert {each.how for each in inventions} == set(WAYS)
    assert not {each.text for each in LINES} & {
        each.text for each in inventions if each.how in ("a name", "a number", "a claim")
    }
    assert made == planted(LINES * 10, for_fitting=True)


def test_what_is_measured_on_was_not_fitted_to() -> None:
    fitting, measuring = (
        {each.text.partition(" ")[2] for each in planted(LINES * 100, for_fitting=part) if each.how == "a claim"}
        for part in (True, False)
    )
    assert fitting and measuring and not fitting & measuring


def test_a_package_gives_the_sentences_after_its_summaries(tmp_path: Path) -> None:
    source = '''def load(path):
    """Load the rates.

    The file is read once and closed again at the end. See https://example.org for more of it.
    """
    return open(path)
'''
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates/__init__.py").write_text(source, encoding="utf-8")
    (found,) = lines_of_package(tmp_path / "rates")
    assert found.text == "The file is read once and closed again at the end."
    assert found.is_supported
    assert not any(found.text in each for each in found.brief.sources)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It reads the file at once.", True, id="prose"),
        pytest.param("Too short.", False, id="short"),
        pytest.param("See https://example.org for more of that.", False, id="a-link"),
        pytest.param("lower case begins a piece of one.", False, id="a-piece"),
    ],
)
def test_what_is_a_statement(text: str, expected: bool) -> None:
    assert is_statement(text) is expected
