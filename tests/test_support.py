"""The share of a text's words that its sources hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from docgen.support import FUNCTION_WORDS, content_words, stem, support, unsupported_words

TEXTS = some.lists(
    some.sampled_from("Reads the rates of a `currency_code`, 3 times; HTTPServer raises ValueError é".split()), max_size=12
).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("reads", "reading", id="a verb's forms"),
        pytest.param("read", "reads", id="the third person"),
        pytest.param("stopped", "stopping", id="a doubled letter"),
        pytest.param("caches", "cached", id="an ending on e"),
        pytest.param("entries", "entry", id="a plural on ies"),
        pytest.param("Rate", "rates", id="a capital"),
        pytest.param("connect", "connection", id="a noun of a verb"),
        pytest.param("quick", "quickly", id="an adverb"),
    ],
)
def test_forms_of_one_word_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("class", "clas", id="a double s"),
        pytest.param("rate", "ratio", id="other words"),
        pytest.param("bus", "bed", id="short words"),
        pytest.param("string", "strong", id="a word on ing"),
    ],
)
def test_other_words_do_not_meet(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("The function returns a value.", [], id="function words"),
        pytest.param("Reads `load_rates`", ["reads", "load", "rates"], id="names are split"),
        pytest.param("HTTPServer2", ["http", "server"], id="numbers and capitals"),
        pytest.param("", [], id="nothing"),
        pytest.param("x y z", [], id="letters"),
    ],
)
def test_content_is_what_is_left_without_function_words(text: str, words: list[str]) -> None:
    assert content_words(text) == words


@pytest.mark.parametrize(
    ("text", "sources", "share"),
    [
        pytest.param("Reads the rates.", ["read_rates"], 1.0, id="from a name"),
        pytest.param("Reads the rates of purple elephants.", ["read_rates"], 0.5, id="half of it"),
        pytest.param("Purple elephants.", ["read_rates"], 0.0, id="none of it"),
        pytest.param("Purple elephants.", [], 0.0, id="no sources"),
        pytest.param("The function returns it.", [], 1.0, id="no content"),
        pytest.param("Reads rates.", ["reading", "a rate"], 1.0, id="from several sources"),
    ],
)
def test_support_is_the_share_of_words_that_the_sources_hold(text: str, sources: list[str], share: float) -> None:
    assert support(text, sources) == share


def test_unsupported_words_are_named_in_order() -> None:
    assert unsupported_words("Purple elephants read rates purple", ["read"]) == ["purple", "elephants", "rates", "purple"]


def test_function_words_are_lower_case_and_carry_no_content() -> None:
    assert all(word == word.lower() and not content_words(word) for word in FUNCTION_WORDS)


@given(TEXTS)
def test_a_text_supports_itself(text: str) -> None:
    assert support(text, [text]) == 1.0


@given(TEXTS, some.lists(TEXTS, max_size=3), TEXTS)
def test_more_sources_never_support_less(text: str, sources: list[str], more: str) -> None:
    assert 0.0 <= support(text, sources) <= support(text, [*sources, more]) <= 1.0


@given(TEXTS, some.lists(TEXTS, max_size=3))
def test_what_is_unsupported_is_part_of_the_content(text: str, sources: list[str]) -> None:
    words, missing = content_words(text), unsupported_words(text, sources)
    assert [word for word in words if word in missing] == missing
    assert (support(text, sources) == 1.0) is (not missing)


@given(some.text(max_size=80), some.lists(some.text(max_size=40), max_size=3))
def test_any_text_can_be_measured(text: str, sources: list[str]) -> None:
    assert 0.0 <= support(text, sources) <= 1.0
