"""`docgen corpus folds`: every row held out once, sources whole, near-duplicates together, and folds that stay."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.corpus.folding import fold_corpus
from docgen.corpus.store import SPLITS, Example, Origin, dump_rows, read_split
from docgen.report import InputError

WORDS = "load read save drop cache rate day bank file name list table row key text line mark group hash page".split()


def example(source: str, number: int, text: str = "", origin: Origin = "markdown") -> Example:
    told = text or " ".join(f"{word}{source}{number}" for word in WORDS)
    brief = Brief(("introduction", "use-case")[number % 2], "Introduction", f"{source}.thing{number}", ())
    return Example(brief, told, source, "MIT", origin)


def corpus_in(folder: Path, examples: list[Example]) -> Path:
    """A corpus whose rows are dealt out to the splits in turn, with a row more than the last one's end of line."""
    folder.mkdir()
    for number, split in enumerate(SPLITS):
        (folder / f"{split}.jsonl").write_bytes(dump_rows(examples[number::3]).rstrip(b"\n"))
    return folder


def drawn(sources: int) -> list[Example]:
    return [example(f"s{source}", number) for source in range(sources) for number in range(source % 3 + 2)]


def sources_in(fold: Path) -> dict[str, set[str]]:
    return {split: {row.source for row in read_split(fold, split)} for split in SPLITS}


def test_every_row_is_tested_once_and_validates_once(tmp_path: Path) -> None:
    rows = drawn(9)
    fold_corpus(corpus_in(tmp_path / "corpus", rows), tmp_path / "folds", 4, 0.8)
    for split, times in (("test", 1), ("validation", 1), ("train", 2)):
        found = Counter(row.text for fold in sorted((tmp_path / "folds").glob("fold-*")) for row in read_split(fold, split))
        assert found == Counter({row.text: times for row in rows})


def test_no_source_stands_on_two_sides(tmp_path: Path) -> None:
    fold_corpus(corpus_in(tmp_path / "corpus", drawn(9)), tmp_path / "folds", 3, 0.8)
    for number in (1, 2, 3):
        of = sources_in(tmp_path / "folds" / f"fold-{number}")
        assert not of["train"] & of["test"] and not of["train"] & of["validation"] and not of["test"] & of["validation"]


def test_sources_that_share_nearly_the_same_text_lie_in_one_fold(tmp_path: Path) -> None:
    shared = " ".join(WORDS)
    rows = [*drawn(8), example("s1", 7, shared), example("s6", 9, f"{shared} again")]
    fold_corpus(corpus_in(tmp_path / "corpus", rows), tmp_path / "folds", 4, 0.8)
    of = json.loads((tmp_path / "folds" / "folds.json").read_text())["sources"]
    assert of["s1"] == of["s6"]


def test_a_source_stays_in_its_fold_when_the_corpus_has_grown(tmp_path: Path) -> None:
    few, many = corpus_in(tmp_path / "few", drawn(7)), corpus_in(tmp_path / "many", [*drawn(15), example("s0", 40)])
    record = tmp_path / "folds" / "folds.json"
    fold_corpus(few, tmp_path / "folds", 3, 0.8)
    before = json.loads(record.read_text())["sources"]
    fold_corpus(many, tmp_path / "folds", 3, 0.8)
    after = json.loads(record.read_text())["sources"]
    assert {source: after[source] for source in before} == before and len(after) == 15
    fold_corpus(many, tmp_path / "fresh", 3, 0.8)
    assert json.loads((tmp_path / "fresh" / "folds.json").read_text())["sources"] != after


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    corpus = corpus_in(tmp_path / "corpus", drawn(9))
    for name in ("one", "other"):
        fold_corpus(corpus, tmp_path / name, 3, 0.8)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.json*")]
    assert len(files) == 10
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes() for file in files)


def test_what_is_synthetic_is_never_held_out(tmp_path: Path) -> None:
    rows = [*drawn(6), *(example(f"s{source}", 20, origin="synthetic") for source in range(6))]
    fold_corpus(corpus_in(tmp_path / "corpus", rows), tmp_path / "folds", 3, 0.8)
    for number in (1, 2, 3):
        fold = tmp_path / "folds" / f"fold-{number}"
        origins = {split: {row.origin for row in read_split(fold, split)} for split in SPLITS}
        assert origins == {"train": {"markdown", "synthetic"}, "validation": {"markdown"}, "test": {"markdown"}}


@pytest.mark.parametrize(
    ("count", "message"),
    [
        pytest.param(2, "2 folds: one is the test split", id="too few to learn from"),
        pytest.param(6, "6 folds of 4 sources that share nothing", id="more than sources"),
    ],
)
def test_folds_that_cannot_be_made_write_nothing(tmp_path: Path, count: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        fold_corpus(corpus_in(tmp_path / "corpus", drawn(4)), tmp_path / "folds", count, 0.8)
    assert not (tmp_path / "folds").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("notes.txt", "mine", "holds other files: notes.txt", id="a person's folder"),
        pytest.param("folds.json", "{", "not a record of folds", id="a broken record"),
        pytest.param("folds.json", '{"folds": 5, "sources": {}}', "holds 5 folds, and 3 are asked for", id="another number"),
    ],
)
def test_an_output_that_is_something_else_is_left_as_it_is(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / "folds").mkdir()
    (tmp_path / "folds" / name).write_text(content)
    with pytest.raises(InputError, match=message):
        fold_corpus(corpus_in(tmp_path / "corpus", drawn(6)), tmp_path / "folds", 3, 0.8)
    assert [path.name for path in (tmp_path / "folds").iterdir()] == [name]
