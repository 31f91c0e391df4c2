"""The corpus on disk: rows read back as they were written, and bad rows told by file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.corpus.store import (
    LABELLED,
    ORIGINS,
    Example,
    corpus_mark,
    dump_rows,
    from_row,
    is_corpus,
    read_rows,
    read_split,
    to_row,
)
from docgen.facts import JSON, Fact
from docgen.report import InputError

ROW: dict[str, JSON] = {"kind": "introduction", "about": "rates.load", "text": "Loads the rates.", "source": "rates"}

names = st.text(min_size=1).filter(str.strip)
values: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
examples = st.builds(
    Example,
    st.builds(Brief, names, names, names, st.lists(st.builds(Fact, st.text(), values), max_size=3).map(tuple), st.text()),
    names.map(str.strip),
    names,
    st.text(),
    st.sampled_from(ORIGINS),
    st.text(),
    st.integers(0, 10**9),
    st.sampled_from(LABELLED),
    st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.floats(0, 100),
)


def corpus(folder: Path, content: bytes) -> Path:
    folder.joinpath("train.jsonl").write_bytes(content)
    return folder


@given(examples)
def test_an_example_reads_back_as_it_was_written(example: Example) -> None:
    assert from_row(json.loads(dump_rows([example])), "train.jsonl:1") == example


@given(st.lists(examples, max_size=4))
def test_rows_are_one_line_each(items: list[Example]) -> None:
    assert dump_rows(items).count(b"\n") == len(items)


def test_a_lone_surrogate_survives(tmp_path: Path) -> None:
    example = from_row(ROW | {"excerpt": "\ud800 tail"}, "")
    assert read_split(corpus(tmp_path, dump_rows([example])), "train") == [example]


def test_the_value_of_a_fact_is_text_in_every_row_and_comes_back_as_it_was() -> None:
    given: list[JSON] = ["0", 0, 1.5, True, ["a", 1], {"k": "1"}, "null", '"q"', "[1]", "Adds a rate.", "\ud800"]
    example = from_row(ROW | {"facts": [{"name": "f", "value": value} for value in given]}, "")
    written = to_row(example)["facts"]
    assert isinstance(written, list) and all(isinstance(fact, dict) and isinstance(fact["value"], str) for fact in written)
    assert written[0] == {"name": "f", "value": "0", "type": "text"} and written[1] == {
        "name": "f",
        "value": "0",
        "type": "json",
    }
    assert [repr(fact.value) for fact in from_row(to_row(example), "").brief.facts] == [repr(value) for value in given]


def test_a_row_needs_no_more_than_kind_about_text_and_source() -> None:
    example = from_row(ROW, "train.jsonl:1")
    assert (example.brief.heading, example.license, example.origin) == ("Introduction", "", "markdown")
    assert (example.brief.facts, example.brief.excerpt) == ((), "")


def test_the_columns_of_a_row_are_these() -> None:
    written = to_row(from_row(ROW, ""))
    first = ["kind", "heading", "about", "facts", "excerpt", "text", "source", "license", "origin"]
    assert list(written) == [*first, "path", "line", "labelled", "confidence", "support", "weight"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(json.dumps(ROW | {"text": ""}), 'a row needs `text` as text, found ""', id="empty text"),
        pytest.param(json.dumps(ROW | {"text": " \n"}), "a row needs `text` as text", id="blank text"),
        pytest.param(json.dumps(ROW | {"text": None}), "a row needs `text` as text, found null", id="null text"),
        pytest.param(
            json.dumps({"kind": "introduction", "about": "a", "source": "b"}), "`text` as text, found nothing", id="no text"
        ),
        pytest.param(json.dumps(ROW | {"text": ["a"]}), "a row needs `text` as text", id="text of another type"),
        pytest.param(json.dumps(ROW | {"about": 3}), "a row needs `about` as text, found 3", id="about of another type"),
        pytest.param(json.dumps(ROW | {"license": 3}), "a row needs `license` as text, found 3", id="licence of another type"),
        pytest.param(json.dumps(ROW | {"origin": "web"}), 'unknown origin "web"', id="unknown origin"),
        pytest.param(json.dumps(ROW | {"labelled": "guess"}), 'unknown labelled "guess"', id="labelled in an unknown way"),
        pytest.param(
            json.dumps(ROW | {"weight": "1"}), '`weight` must be a number from 0, found "1"', id="a weight that is text"
        ),
        pytest.param(json.dumps(ROW | {"support": -1}), "`support` must be a number from 0, found -1", id="support below 0"),
        pytest.param(json.dumps(ROW | {"line": True}), "`line` must be a number from 0, found true", id="a line that is none"),
        pytest.param(json.dumps(ROW | {"facts": {}}), "`facts` must be a list", id="facts in a table"),
        pytest.param(
            json.dumps(ROW | {"facts": [{"name": "doc"}]}), "a fact needs `name` and `value`", id="a fact without value"
        ),
        pytest.param(
            json.dumps(ROW | {"facts": [{"name": "doc", "value": "{", "type": "json"}]}),
            "not a JSON object",
            id="a broken value",
        ),
        pytest.param(json.dumps(ROW | {"facts": ["doc"]}), "a fact needs `name` and `value`", id="a fact that is text"),
        pytest.param("[1, 2]", "a row must be a JSON object, found [1, 2]", id="a list"),
        pytest.param("{'kind': 1}", "not a JSON object", id="no JSON"),
        pytest.param("[" * 100_000, "not a JSON object", id="nested without end"),
        pytest.param("\udcff", "not a JSON object", id="no UTF-8"),
    ],
)
def test_a_bad_row_is_told_with_its_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    content = json.dumps(ROW).encode() + b"\n\n" + line.encode("utf-8", "surrogateescape") + b"\n"
    with pytest.raises(InputError) as caught:
        read_split(corpus(tmp_path, content), "train")
    assert message in caught.value.what
    assert caught.value.where == f"{tmp_path / 'train.jsonl'}:3"
    assert caught.value.fix


def test_a_missing_split_is_told_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"test\.jsonl is missing") as caught:
        read_split(corpus(tmp_path, b""), "test")
    assert caught.value.fix == f"docgen corpus build SOURCE... -o {tmp_path}"


def test_rows_that_cannot_be_opened_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_rows(tmp_path))


def test_the_mark_is_that_of_the_rows_wherever_they_lie(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    row = dump_rows([from_row(ROW, "")])
    assert corpus_mark(corpus(here, row)) == corpus_mark(corpus(there, row))
    (there / "README.md").write_text("another card")
    assert corpus_mark(here) == corpus_mark(there)
    assert corpus_mark(corpus(here, row + row)) != corpus_mark(there)


def test_a_row_in_another_split_makes_another_corpus(tmp_path: Path) -> None:
    before = corpus_mark(corpus(tmp_path, dump_rows([from_row(ROW, "")])))
    (tmp_path / "train.jsonl").rename(tmp_path / "test.jsonl")
    assert corpus_mark(tmp_path) != before


def test_a_corpus_has_all_three_splits(tmp_path: Path) -> None:
    assert not is_corpus(corpus(tmp_path, b""))
    (tmp_path / "validation.jsonl").write_bytes(b"")
    (tmp_path / "test.jsonl").write_bytes(b"")
    assert is_corpus(tmp_path)
