"""Files that nobody writes on purpose: each ends in one clear error or in a sound result, soon and in little memory."""

from __future__ import annotations

import io
import json
import os
import struct
import time
import zipfile
from pathlib import Path

import pytest

from docgen.check.written import words_of
from docgen.claims.numbers import NumericFacts
from docgen.corpus.sections import plain_text
from docgen.facts import Entry, Fact, Facts
from docgen.front_matter import parse_fields, problems_of
from docgen.metrics.texts import normalise
from docgen.readers.model_folder import read_model
from docgen.readers.plain_values import plain_values
from docgen.report import InputError
from docgen.settings import load_settings
from docgen.subjects.citations import citations_in
from docgen.write import write

DIGITS = "9" * 400
CONFIG = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64}
# Ten lines that stand for nine to the tenth values.
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghijk"[: len("abcdefghi")], strict=True)
)


def model(folder: Path, **texts: str) -> Path:
    """A model folder; `trainer_state` is trainer_state.json."""
    place = folder / "triage"
    place.mkdir()
    for name, text in {"config": json.dumps(CONFIG), **texts}.items():
        (place / f"{name}.json").write_text(text)
    return place


def facts_of(folder: Path) -> Facts:
    return read_model(folder, folder.parent)


# Settings --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"train.epochs = {DIGITS}", id="a number that no float holds"),
        pytest.param(f"train.rank = -{DIGITS}", id="a negative one"),
        pytest.param(f"score.fail_under = {{chrF = {DIGITS}}}", id="one in a table"),
        pytest.param(f"train.rank = {'9' * 5000}", id="one of thousands of digits"),
        pytest.param("a = " + "[" * 20000, id="brackets in brackets"),
    ],
)
def test_a_setting_that_no_program_can_hold_is_one_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "docgen.toml").write_text(text + "\n")
    with pytest.raises(InputError) as caught:
        load_settings(tmp_path)
    assert caught.value.where.startswith("docgen.toml")
    assert caught.value.fix


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_settings_that_are_a_pipe_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "docgen.toml")
    with pytest.raises(InputError, match="not a file"):
        load_settings(tmp_path)


# Models ----------------------------------------------------------------------------------------------------------------------


def test_a_number_that_no_float_holds_is_no_fact_of_a_model(tmp_path: Path) -> None:
    history = f'[{{"step": 1, "loss": 2.0}}, {{"step": {DIGITS}, "loss": 1.0}}, {{"step": 3, "loss": {DIGITS}}}]'
    folder = model(tmp_path, trainer_state=f'{{"log_history": {history}, "best_metric": {DIGITS}, "global_step": 3}}')
    assert next(iter(facts_of(folder))).get("best.metric") is None
    assert write([str(folder)], root=tmp_path).exit_code == 0


def test_half_a_character_in_a_model_folder_is_marked(tmp_path: Path) -> None:
    folder = model(
        tmp_path, config='{"architectures": ["LlamaForCausalLM"], "model_type": "a\\ud800", "dtype": "\\ud83d\\ude00"}'
    )
    assert next(iter(facts_of(folder))).get("model_type") == "a?"
    assert write([str(folder)], root=tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("header", "words"),
    [
        pytest.param(b'{"a": {"dtype": "F32", "shape": [' + b"9, " * 300_000 + b"9]}}", "describes the tensor `a`", id="sides"),
        pytest.param(b'{"a": [' + b"[], " * 300_000 + b"[]]}", "describes the tensor `a`", id="lists"),
    ],
)
def test_a_header_of_weights_that_describes_nothing_is_a_short_error(tmp_path: Path, header: bytes, words: str) -> None:
    folder = model(tmp_path)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    begun = time.process_time()
    with pytest.raises(InputError, match=words) as caught:
        facts_of(folder)
    assert len(str(caught.value)) < 400
    assert time.process_time() - begun < 10


def test_a_file_of_brackets_is_refused_before_it_takes_the_memory(tmp_path: Path) -> None:
    folder = model(tmp_path, config='{"a": [' + "[]," * 5_000_000 + "1]}")
    with pytest.raises(InputError, match="lists and objects"):
        facts_of(folder)


def broken_archive(kind: str) -> bytes:
    """A skops file with its schema damaged in one of the ways that an archive can be."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2 if kind == "packing" else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", json.dumps({"a": list(range(100))}))
    content = bytearray(packed.getvalue())
    if kind == "encrypted":
        content[content.rfind(b"PK\x01\x02") + 8] |= 1
    elif kind == "stream":
        start = content.find(b"schema.json") + len("schema.json")
        content[start : start + 4] = b"\xff" * 4
    return bytes(content)


@pytest.mark.parametrize("kind", ["encrypted", "stream", "packing"])
def test_a_skops_file_that_cannot_be_unpacked_is_one_error(tmp_path: Path, kind: str) -> None:
    folder = model(tmp_path)
    (folder / "model.skops").write_bytes(broken_archive(kind))
    with pytest.raises(InputError, match="`model.skops` is") as caught:
        facts_of(folder)
    assert caught.value.fix


# YAML ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOMB + "license: *j\n", id="aliases of aliases"),
        pytest.param("license: &a [*a]\n", id="a list in itself"),
        pytest.param("license: &a {b: *a}\n", id="a mapping in itself"),
    ],
)
def test_aliases_that_never_end_are_one_error(text: str) -> None:
    with pytest.raises(InputError, match="the front matter is not YAML"):
        parse_fields(text, "README.md")


def test_aliases_that_end_are_read() -> None:
    assert parse_fields("tags: &a [x, y]\nmetrics: *a\n", "README.md") == {"tags": ["x", "y"], "metrics": ["x", "y"]}


def test_what_a_field_may_not_be_is_shown_in_short() -> None:
    (problem,) = problems_of({"license": ["x"] * 10_000})
    assert len(problem) < 120


def test_a_value_that_facts_cannot_hold_is_marked_or_gone() -> None:
    assert plain_values({"a": ["\ud800", 10**400, 10**20, True, None]}) == {"a": ["?", None, 10**20, True, None]}


# Text ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read", [normalise, plain_text, lambda text: list(citations_in(text))], ids=["score", "corpus", "check"]
)
def test_comments_that_never_end_cost_no_more_than_their_length(read: object) -> None:
    assert callable(read)
    begun = time.process_time()
    read("a <!-- b --> c\n" + "<!--" * 100_000)
    assert time.process_time() - begun < 10


def test_a_comment_without_an_end_stays_and_those_before_it_go() -> None:
    assert normalise("a <!-- b --> c <!-- d") == "a c <!-- d"
    assert plain_text("a <!-- b --> c <!-- d") == "a  c <!-- d"


def test_a_line_of_megabytes_is_searched_for_names_once(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_text("1" * 200_000 + " see shop.load, get_path and call(x)\n")
    begun = time.process_time()
    assert set(words_of(path)) == {"shop", "load", "get_path", "call"}
    assert time.process_time() - begun < 10


def test_a_number_that_no_float_holds_is_compared_with_those_of_a_text() -> None:
    entry = Entry("load", (Fact("constants.MOST", int(DIGITS), "shop.py:1"),))
    assert [candidate.fact.name for candidate in NumericFacts(entry).candidates] == ["constants.MOST"]
