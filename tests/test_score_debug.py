"""Why a writer's answers are bad: what is found in them, what is shown of training, and what becomes of suggested rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.corpus.store import Example, read_rows, read_split
from docgen.facts import Fact
from docgen.metrics import Answer
from docgen.report import InputError
from docgen.score.debugging import diagnose
from docgen.score.errors import SORTS, faults
from docgen.score.items import Item
from docgen.score.nearest import Nearest

EXCERPT = """def load(path, timeout=30):
    for number, line in enumerate(open(path, encoding="utf-8"), start=1):
        if timeout < 0:
            raise ValueError("timeout is negative")
"""
FACTS = (
    Fact("kind", "function"),
    Fact("doc", "Read exchange rates from a file."),
    Fact("parameters", ["path", "timeout"]),
    Fact("parameters.timeout.default", "30"),
    Fact("raises", ["ValueError"]),
    Fact("raises.ValueError.when", ["timeout is negative"]),
)
REFERENCE = (
    "`ValueError` is raised if `timeout` is negative, so that a rate is never read from a file for less than no time at all."
)


def brief(kind: str = "error-handling", name: str = "load") -> Brief:
    return Brief(kind, kind.title(), f"rates.{name}", FACTS, EXCERPT)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        pytest.param("", "no answer", id="nothing"),
        pytest.param(
            "`timeout` defaults to 10. `ValueError` is raised if `timeout` is negative.", "contradicted fact", id="false"
        ),
        pytest.param("`ValueError` is raised if `colour` is negative.", "invented name", id="invented"),
        pytest.param(
            "It fails where the timeout of a file is negative, which never holds for rates.", "missing fact", id="missing"
        ),
        pytest.param(
            "`ValueError`: bananas ripen under warm tropical sunshine beside singing monkeys.", "off-topic", id="off topic"
        ),
        pytest.param("`ValueError` is raised. It reads rates. It reads rates.", "repetition", id="a sentence twice"),
        pytest.param("`ValueError` is raised if `timeout` is negative, and the", "unfinished", id="broken off"),
        pytest.param("TODO: describe `ValueError`.", "unfinished", id="a placeholder"),
        pytest.param(f"`ValueError`: {EXCERPT.splitlines()[1].strip()}.", "copied source", id="code"),
        pytest.param("`ValueError` is raised.", "too short", id="short"),
        pytest.param(
            "`ValueError` is raised if `timeout` is negative. " + REFERENCE.replace("`", "") * 3, "too long", id="long"
        ),
    ],
)
def test_every_sort_of_error_is_told(text: str, sort: str) -> None:
    found = [fault.sort for fault in faults(brief(), text, REFERENCE)]
    assert sort in found
    assert found == sorted(found, key=list(SORTS).index)


def test_a_good_answer_has_no_error() -> None:
    assert faults(brief(), REFERENCE, REFERENCE) == []
    assert faults(brief(), "`ValueError` is raised if `timeout` is negative.") == []


def example(text: str, name: str = "load", kind: str = "error-handling", source: str = "rates") -> Example:
    return Example(brief(kind, name), text, source, "MIT", "authored")


TAUGHT = [
    example("`save` writes wheels and doors to a queue of colours.", "save", "introduction"),
    example("`KeyError` is raised if a currency is unknown to the table of currencies.", "find"),
    example("Nothing here says what `timeout` is for, whatever the file holds.", "open"),
]


def test_the_nearest_texts_are_those_that_share_rare_words() -> None:
    found = Nearest(TAUGHT).to("An unknown currency raises an error.", 2)
    assert found[0][0] == 1 and all(score > 0 for _, score in found)
    assert Nearest(TAUGHT).to("zebra", 2) == [] and Nearest([]).to("currency", 2) == []


def answered(text: str, key: str = "held-out:error-handling:rates.load") -> Item:
    return Item(Answer(key, brief(), text, REFERENCE), key, "held-out", key)


def test_a_bad_answer_is_shown_with_what_taught_it_and_a_row_to_correct() -> None:
    found = diagnose(
        [answered("Nothing here says what it is for, whatever the file holds."), answered(REFERENCE, "good")], TAUGHT
    )
    (bad,) = found.bad
    assert {"missing fact"} <= {fault.sort for fault in bad.faults}
    assert bad.nearest[0].example is TAUGHT[2] and "missing fact" in {fault.sort for fault in bad.nearest[0].faults}
    first = found.suggestions[0]
    assert (first.action, first.line) == ("correct", 3) and "missing fact" in first.why
    assert "`ValueError` is raised" in first.draft
    assert "errors: 1 of 2 answers have one" in str(found) and "taught: train.jsonl:3" in str(found)


def test_no_row_comes_from_what_is_held_out() -> None:
    items = [answered("It fails.", f"held-out:{number}") for number in range(5)]
    rows = [json.loads(line) for line in diagnose(items, TAUGHT).rows().splitlines()]
    assert rows and {row["source"] for row in rows} == {"rates"}
    assert all(REFERENCE not in json.dumps(row) for row in rows)


def test_a_row_comes_in_only_after_a_person_has_given_it_a_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(diagnose([answered("It fails for no reason at all.")], TAUGHT).rows(), encoding="utf-8")
    with pytest.raises(InputError, match="needs `text`"):
        list(read_rows(path))
    reviewed = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in reviewed:
        row["text"] = row["draft"]
    path.write_text("".join(json.dumps(row) + "\n" for row in reviewed), encoding="utf-8")
    examples = list(read_rows(path))
    assert {found.origin for found in examples} == {"approved"}
    built = docgen(tmp_path, "corpus", "build", "rows.jsonl", "-o", "corpus")
    assert built.returncode == 0, built.stderr
    taken = [found for split in ("train", "validation", "test") for found in read_split(tmp_path / "corpus", split)]
    assert {found.text for found in taken} <= {found.text for found in examples} and taken


def docgen(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DOCGEN_CACHE": str(folder / ".cache")}
    command = [sys.executable, "-m", "docgen", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)


def test_the_command_tells_and_writes_it(tmp_path: Path, corpus: Path) -> None:
    ended = docgen(
        tmp_path,
        "score",
        "--writer",
        "none",
        "--corpus",
        str(corpus),
        "--debug",
        "--suggest",
        "rows.jsonl",
        "-o",
        "report.html",
    )
    assert ended.returncode == 0, ended.stderr
    assert "errors: " in ended.stdout and "rows to review" in ended.stderr
    assert all(json.loads(line)["text"] == "" for line in (tmp_path / "rows.jsonl").read_text().splitlines())
    assert "What is wrong with the answers" in (tmp_path / "report.html").read_text(encoding="utf-8")
