"""docgen corpus audit: what it counts and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.corpus.audit import audit
from docgen.corpus.store import Example, Split, dump_rows
from docgen.facts import Fact
from docgen.report import InputError

TEXT = "Loads the rates of a currency from the cache."


def example(text: str = TEXT, *, about: str = "rates.load", source: str = "rates", license: str = "MIT") -> Example:
    brief = Brief("introduction", "Introduction", about, (Fact("kind", "function"),))
    return Example(brief, text, source, license, "docstring")


def corpus_of(folder: Path, splits: Mapping[Split, Sequence[Example]]) -> Path:
    sound: dict[Split, Sequence[Example]] = {
        "train": [example("Adds a rate to the table.", about="a.add", source="a")],
        "validation": [example("Drops every rate of a day.", about="b.drop", source="b")],
        "test": [example("Counts the rates of a month.", about="c.count", source="c")],
    }
    for split, examples in (sound | dict(splits)).items():
        (folder / f"{split}.jsonl").write_bytes(dump_rows(examples))
    return folder


def found(folder: Path) -> list[tuple[str, str, int]]:
    return [(finding.code, Path(finding.path).name, finding.line) for finding in audit(folder).findings]


def test_a_sound_corpus_has_no_findings_and_every_count(tmp_path: Path) -> None:
    report = audit(corpus_of(tmp_path, {}))
    assert (report.findings, report.exit_code) == ((), 0)
    assert report.summary["rows"] == 3
    assert report.summary["kinds"] == {"introduction": 3}
    assert report.summary["words"] == {"median": 6, "longest": 6, "shortest": 6}
    assert "introduction" in report.table and "docstring" in report.table


LONG = " ".join(["word"] * 300)


@pytest.mark.parametrize(
    ("splits", "expected"),
    [
        pytest.param({"train": []}, ("corpus-empty", "train.jsonl", 1), id="nothing to train on"),
        pytest.param({"test": []}, ("corpus-empty", "test.jsonl", 1), id="nothing to score on"),
        pytest.param(
            {"train": [example()], "test": [example("Something else about it.")]},
            ("corpus-leak", "test.jsonl", 1),
            id="a source in two splits",
        ),
        pytest.param(
            {"train": [example()], "test": [example(TEXT.upper() + " ", source="other")]},
            ("corpus-leak", "test.jsonl", 1),
            id="a text in two splits",
        ),
        pytest.param({"train": [example(), example()]}, ("corpus-duplicate", "train.jsonl", 1), id="a row twice"),
        pytest.param(
            {"train": [example(), example("Another text for it.")]},
            ("corpus-contradiction", "train.jsonl", 1),
            id="two answers",
        ),
        pytest.param({"train": [example(license="")]}, ("corpus-license", "train.jsonl", 1), id="no licence"),
        pytest.param({"train": [example("Adds.")]}, ("corpus-length", "train.jsonl", 1), id="too short"),
        pytest.param(
            {"train": [example("Adds one."), example(LONG, about="x.y")]}, ("corpus-length", "train.jsonl", 2), id="too long"
        ),
    ],
)
def test_a_fault_is_found_where_it_is(
    tmp_path: Path, splits: dict[Split, list[Example]], expected: tuple[str, str, int]
) -> None:
    assert expected in found(corpus_of(tmp_path, splits))


def test_leaks_come_first_and_fail(tmp_path: Path) -> None:
    report = audit(corpus_of(tmp_path, {"train": [example(), example(license="")], "test": [example()]}))
    assert report.findings[0].code == "corpus-leak" and report.exit_code == 1


def test_the_same_words_about_different_things_are_no_repetition(tmp_path: Path) -> None:
    assert found(corpus_of(tmp_path, {"train": [example(), example(about="rates.reload")]})) == []


def test_lines_are_those_of_the_file_where_it_has_empty_ones(tmp_path: Path) -> None:
    corpus_of(tmp_path, {})
    (tmp_path / "train.jsonl").write_bytes(
        b"\n" + dump_rows([example()]) + b"\n\n" + dump_rows([example("Adds.", about="x.y")])
    )
    assert found(tmp_path) == [("corpus-length", "train.jsonl", 5)]


def test_a_folder_that_is_no_corpus_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train\.jsonl is missing"):
        audit(tmp_path)
