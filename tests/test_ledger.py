"""The promises of ledgers: what was asserted comes back, the same bytes everywhere, and a broken file is told, not guessed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.facts import JSON, Fact, Subject, mark
from docgen.ledger import Assertion, Ledger, Record, ledger_path, recorded_documents
from docgen.report import InputError

Value = TypeVar("Value")
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | NAMES
VALUES: st.SearchStrategy[JSON] = st.recursive(SCALARS, lambda v: st.lists(v) | st.dictionaries(NAMES, v), max_leaves=6)
FACTS = st.dictionaries(NAMES, VALUES, max_size=4).map(lambda facts: [Fact(*item) for item in facts.items()])
RECORDS = st.builds(Record.of, FACTS, st.lists(NAMES, max_size=3), FACTS)
KEYS = st.tuples(st.sampled_from(("introduction", "use-case")), NAMES).map(":".join)
SUBJECTS = st.builds(Subject, st.sampled_from(("api", "model")), st.sampled_from(("", "pkg.mod", "models/small é")))
LEDGERS = st.builds(Ledger, SUBJECTS, st.dictionaries(KEYS, RECORDS, max_size=4))

RECORD = Record.of([Fact("parameters.redirect.default", "302", "src/http.py:88")], ["parameters"])
LEDGER = Ledger(Subject("api", "http"), {"introduction:http.get": RECORD})


def backwards(mapping: Mapping[str, Value]) -> dict[str, Value]:
    return dict(reversed(list(mapping.items())))


@given(LEDGERS)
def test_a_ledger_reads_back_as_it_was_written(ledger: Ledger) -> None:
    assert Ledger.parse(ledger.dump()) == ledger
    assert Ledger.parse(ledger.dump()).dump() == ledger.dump()


@given(LEDGERS)
def test_the_same_ledger_has_the_same_bytes_in_any_order(ledger: Ledger) -> None:
    turned = {
        key: Record(backwards(record.asserts), record.complete[::-1], backwards(record.context))
        for key, record in ledger.sections.items()
    }
    assert Ledger(ledger.subject, backwards(turned)).dump() == ledger.dump()


def test_a_ledger_file_looks_like_this() -> None:
    expected = f"""{{
  "schema": 1,
  "sections": {{
    "introduction:http.get": {{
      "asserts": {{
        "parameters.redirect.default": {{
          "mark": "{mark("302")}",
          "value": "302"
        }}
      }},
      "complete": [
        "parameters"
      ]
    }}
  }},
  "subject": {{
    "kind": "api",
    "path": "http"
  }}
}}
"""
    assert LEDGER.dump() == expected


def test_sources_and_line_numbers_are_not_recorded() -> None:
    assert "88" not in LEDGER.dump()
    assert Record.of([Fact("a", 1, "x.py:1")]) == Record.of([Fact("a", 1, "x.py:2")])


def test_context_is_recorded_by_its_mark_only() -> None:
    record = Record.of([], context=[Fact("doc", "Loads a file.")])
    assert record.context == {"doc": mark("Loads a file.")}
    ledger = LEDGER.with_record("use-case:http.get", record)
    assert "Loads" not in ledger.dump()
    assert Ledger.parse(ledger.dump()) == ledger


def test_records_are_added_replaced_and_taken_away_in_a_new_ledger() -> None:
    longer = LEDGER.with_record("use-case:http.get", Record())
    assert set(longer.sections) == {"introduction:http.get", "use-case:http.get"}
    assert longer.get("use-case:http.get") == Record()
    assert longer.without("use-case:http.get") == LEDGER
    assert LEDGER.without("no:such") == LEDGER
    assert LEDGER.get("use-case:http.get") is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1, -float("inf")], {"a": {"b": float("nan")}}])
def test_a_number_that_json_cannot_say_is_refused(value: JSON) -> None:
    ledger = LEDGER.with_record("evaluation:m", Record({"eval.loss": Assertion.of(value)}))
    with pytest.raises(InputError, match=r"evaluation:m: `eval\.loss` is .*, which JSON cannot say"):
        ledger.dump()


@pytest.mark.parametrize("path", ["/home/me/pkg", "C:\\pkg", "//server/pkg"])
def test_an_absolute_path_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="absolute path"):
        Ledger(Subject("model", path)).dump()


# Files


@pytest.mark.parametrize(
    ("document", "ledger"),
    [
        pytest.param("README.md", ".docgen/ledger/README.md.json", id="at-the-root"),
        pytest.param("docs/api/http.md", ".docgen/ledger/docs/api/http.md.json", id="in-folders"),
        pytest.param("docs/../a.b.md", ".docgen/ledger/a.b.md.json", id="roundabout"),
    ],
)
def test_the_ledger_of_a_document_has_its_path(tmp_path: Path, document: str, ledger: str) -> None:
    (tmp_path / "docs").mkdir()
    assert ledger_path(tmp_path, tmp_path / document) == tmp_path.resolve() / ledger


def test_a_document_outside_the_root_has_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lies outside"):
        ledger_path(tmp_path / "root", tmp_path / "a.md")


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links of POSIX systems")
def test_a_link_to_a_document_shares_its_ledger_and_a_link_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.md").touch()
    (tmp_path / "root" / "b.md").symlink_to("a.md")
    assert ledger_path(tmp_path / "root", tmp_path / "root" / "b.md").name == "a.md.json"
    (tmp_path / "root" / ".docgen").symlink_to(tmp_path)
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "a.md.json").write_text(LEDGER.dump())
    with pytest.raises(InputError, match="symbolic link leads out"):
        Ledger.load(tmp_path / "root", tmp_path / "root" / "a.md")
    with pytest.raises(InputError, match="symbolic link leads out"):
        recorded_documents(tmp_path / "root")


def test_a_ledger_is_loaded_and_an_absent_one_is_none(tmp_path: Path) -> None:
    document = tmp_path / "docs" / "http.md"
    assert Ledger.load(tmp_path, document) is None
    assert recorded_documents(tmp_path) == ()
    path = ledger_path(tmp_path, document)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xef\xbb\xbf" + LEDGER.dump().replace("\n", "\r\n").encode())
    assert Ledger.load(tmp_path, document) == LEDGER


def test_documents_with_ledgers_are_listed_even_when_they_are_gone(tmp_path: Path) -> None:
    documents = [tmp_path.resolve() / name for name in ("README.md", "docs/a.b.md", "docs/http.md")]
    for document in reversed(documents):
        path = ledger_path(tmp_path, document)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(LEDGER.dump())
    (path.parent / "notes.txt").touch()
    assert recorded_documents(tmp_path) == tuple(documents)


def broken(**changes: object) -> str:
    """The example ledger with some of its top level replaced."""
    return json.dumps({**json.loads(LEDGER.dump()), **changes}, indent=2, sort_keys=True)


def section(**changes: object) -> str:
    """The example ledger with another section behind, whose record has these keys replaced."""
    plain = json.loads(LEDGER.dump())["sections"]["introduction:http.get"]
    return broken(sections={"introduction:http.get": plain, "use-case:a": {**plain, **changes}})


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("", 1, "not JSON: Expecting value", id="empty"),
        pytest.param('{\n"schema": 1,\n<<<<<<< HEAD\n}', 3, "not JSON", id="merge-conflict"),
        pytest.param("[1]", 1, "the ledger is [1], not an object", id="a-list"),
        pytest.param("[" * 100_000, 1, "nested too deeply", id="too-deep"),
        pytest.param('{"schema": ' + "9" * 5000 + "}", 1, "digits", id="too-long-a-number"),
        pytest.param('{\n"schema": NaN}', 2, "NaN is not a JSON value", id="nan"),
        pytest.param('{\n\n"schema": -1e999}', 3, "the number -1e999 is too large", id="infinite"),
        pytest.param('{"schema": 1,\n"schema": 1}', 1, '"schema" is there twice', id="key-twice"),
        pytest.param(broken(schema=2), 2, "schema 2, where this docgen reads schema 1", id="newer-schema"),
        pytest.param(broken(schema=True), 2, "schema true", id="schema-is-no-number"),
        pytest.param("{}", 1, "schema null", id="no-schema"),
        pytest.param('{"schema": 1}', 1, "the ledger lacks key `sections`", id="no-sections"),
        pytest.param(broken(time=0), 1, "the ledger has an unknown key `time`", id="unknown-key"),
        pytest.param(broken(sections=[]), 3, '"sections" is [], not an object', id="sections-list"),
        pytest.param(broken(subject={"kind": "book", "path": "a"}), 16, "is no api and no model", id="unknown-subject"),
        pytest.param(broken(subject={"kind": [], "path": "a"}), 16, "is no api and no model", id="subject-kind-list"),
        pytest.param(broken(subject={"kind": "api", "path": 1}), 16, "is no api and no model", id="subject-path-number"),
        pytest.param(broken(sections={"faq": {}}), 4, '"faq" is no section key', id="key-without-name"),
        pytest.param(broken(sections={"faq:a": []}), 4, '"faq:a" is [], not an object', id="record-list"),
        pytest.param(broken(sections={"faq:a": {"asserts": {}}}), 4, '"faq:a" lacks key `complete`', id="no-complete"),
        pytest.param(section(line=3), 15, '"use-case:a" has an unknown key `line`', id="unknown-key-in-record"),
        pytest.param(section(complete="parameters"), 22, '"complete" is "parameters", not a list', id="complete-string"),
        pytest.param(section(complete=[1]), 22, '"complete" holds 1', id="complete-numbers"),
        pytest.param(section(asserts=[]), 16, '"asserts" is [], not an object', id="asserts-list"),
        pytest.param(section(asserts={"a": 1}), 17, '"a" is 1, not an object', id="assertion-number"),
        pytest.param(section(asserts={"a": {"value": 1}}), 17, '"a" lacks key `mark`', id="assertion-without-mark"),
        pytest.param(section(asserts={"a": {"value": 1, "mark": None}}), 17, "mark null of", id="mark-null"),
        pytest.param(section(asserts={"a": {"value": 1, "mark": "ab"}}), 17, "does not belong to its value", id="wrong-mark"),
        pytest.param(section(asserts={"a": {"value": "\ud800", "mark": ""}}), 17, "half a character", id="half-a-character"),
        pytest.param(section(context={"a": 1}), 25, '"context" holds 1', id="context-number"),
        pytest.param(section(heading=["A"]), 25, '"heading" holds ["A"]', id="heading-list"),
        pytest.param(section(context=None), 25, '"context" is null, not an object', id="context-null"),
    ],
)
def test_a_broken_ledger_is_refused_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    document = tmp_path / "docs" / "http.md"
    path = ledger_path(tmp_path, document)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        Ledger.load(tmp_path, document)
    assert words in caught.value.what
    assert caught.value.where == f".docgen/ledger/docs/http.md.json:{line}"
    assert caught.value.fix == "delete the file and run docgen write docs/http.md"
    assert len(caught.value.what) < 200
