"""The baseline without a model: sentences of the Brief itself, chosen like those of its kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact
from docgen.report import InputError
from docgen.writers.extractive import ExtractiveWriter, candidates, sentences, stems


def brief(kind: str, facts: dict[str, JSON]) -> Brief:
    return Brief(kind, kind.title(), "rates.load", tuple(Fact(name, value) for name, value in facts.items()))


def example(kind: str, text: str) -> Example:
    return Example(brief(kind, {"kind": "function"}), text, "pkg", "MIT", "authored")


INTRODUCTIONS = (
    "`load` reads the rates of a file and returns them as a table.",
    "`save` writes a table of rates to a file and returns its path.",
    "`merge` joins two tables of rates and returns a new one.",
)
ERRORS = (
    "`ValueError` is raised if the rate is negative. `OSError` is raised if the file cannot be read.",
    "`KeyError` is raised if the currency is unknown. Nothing is raised for an empty file.",
    "`ValueError` is raised if both tables are empty.",
)
EXAMPLES = [example("introduction", text) for text in INTRODUCTIONS] + [example("error-handling", text) for text in ERRORS]
LOAD: dict[str, JSON] = {
    "kind": "function",
    "doc": "Read exchange rates from a file.",
    "doc.description": "The rates are cached. An exception is raised if the cache is negative. Files may be compressed.",
    "parameters": ["path"],
    "parameters.path.description": "Where the file lies on disk",
    "parameters.path.default": "a default of several words",
    "raises": ["ValueError"],
    "raises.ValueError.when": ["rate is negative"],
    "raises.ValueError.condition": ["rate < 0 and not some other condition"],
}


def test_the_sentences_come_from_the_brief_alone() -> None:
    for kind in ("introduction", "use-case", "error-handling"):
        order = brief(kind, LOAD)
        text = ExtractiveWriter(EXAMPLES).write([order])[0]
        assert text
        assert all(sentence in candidates(order) for sentence in sentences(text))


def test_the_kind_of_section_decides_which_sentence_comes_first() -> None:
    facts: dict[str, JSON] = {
        "kind": "function",
        "doc.description": "Rates come as a table. A problem is raised if the file is negative. Files may be large.",
    }
    introduction, error_handling = "It reads rates and returns a table.", "It is raised if negative."
    writer = ExtractiveWriter([example("introduction", introduction), example("error-handling", error_handling)])
    introduction, error_handling = writer.write([brief("introduction", facts), brief("error-handling", facts)])
    assert introduction == "Rates come as a table."
    assert error_handling.endswith("A problem is raised if the file is negative.")


def test_a_text_is_about_as_long_as_those_of_its_kind() -> None:
    different = " ".join(f"{n.upper()}st {n}nd {n}rd {n}th {n}." for n in "bcdfghjklmpqrst")
    order = brief("introduction", {"kind": "function", "doc.description": different})
    for words in (5, 20, 40):
        writer = ExtractiveWriter([example("introduction", "word " * words)])
        assert words - 5 < len(writer.write([order])[0].split()) <= words


def test_one_sentence_is_given_even_where_it_is_too_long() -> None:
    writer = ExtractiveWriter([example("introduction", "Short.")])
    doc = "Read exchange rates from a file that lies somewhere on a disk."
    assert len(sentences(writer.write([brief("introduction", {"kind": "function", "doc": doc})])[0])) == 1


def test_the_same_thing_is_not_said_twice() -> None:
    order = brief("introduction", {"kind": "function", "doc": "Read exchange rates from a file.", "parameters": []})
    assert ExtractiveWriter(EXAMPLES).write([order]) == ["`load` reads exchange rates from a file."]


def test_a_brief_that_holds_nothing_gets_no_text() -> None:
    assert ExtractiveWriter(EXAMPLES).write([Brief("introduction", "Introduction", "rates.load", ())]) == [""]


def test_a_kind_without_examples_is_written_like_the_others() -> None:
    assert ExtractiveWriter(EXAMPLES).write([brief("how-to", LOAD)])[0]


def test_without_examples_there_is_nothing_to_learn() -> None:
    with pytest.raises(InputError, match="no examples") as raised:
        ExtractiveWriter([])
    assert "train split" in raised.value.fix


def test_facts_that_are_code_are_no_sentences() -> None:
    joined = " ".join(candidates(brief("use-case", LOAD)))
    assert "some other condition" not in joined
    assert "`path`: Where the file lies on disk." in candidates(brief("use-case", LOAD))


def test_the_mark_changes_with_what_was_learned() -> None:
    assert ExtractiveWriter(EXAMPLES).mark == ExtractiveWriter(list(reversed(EXAMPLES))).mark
    assert ExtractiveWriter(EXAMPLES).mark != ExtractiveWriter(EXAMPLES[:3]).mark


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two!  Is it? Yes", ["One.", "Two!", "Is it?", "Yes"], id="prose"),
        pytest.param("Version 1.5 is out. `load` reads.", ["Version 1.5 is out.", "`load` reads."], id="a-number"),
        pytest.param("Uses e.g. a file.", ["Uses e.g. a file."], id="an-abbreviation"),
        pytest.param("Before:\n\n- One is\n  long.\n- Two.\n", ["Before:", "One is long.", "Two."], id="bullets"),
        pytest.param("", [], id="empty"),
    ],
)
def test_a_text_falls_into_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.lists(st.sampled_from(INTRODUCTIONS + ERRORS), min_size=1), st.text(), st.sampled_from(["introduction", "other"]))
def test_any_text_in_a_brief_is_survived(texts: list[str], doc: str, kind: str) -> None:
    writer = ExtractiveWriter([example("introduction", text) for text in texts])
    order = brief(kind, {"kind": "function", "doc": doc, "doc.description": doc})
    text = writer.write([order])[0]
    assert writer.write([order]) == [text]
    assert set(stems(text)) <= {word for sentence in candidates(order) for word in stems(sentence)}
