"""Splits: a source lies in one of them and stays there, near-duplicates never straddle, and leaks are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from docgen.corpus.duplicates import find
from docgen.corpus.splits import SPLITS, Leak, Placed, Row, contained, divide, folds, leaks, place
from docgen.corpus.store import Origin, Split
from docgen.report import InputError

TRAINING_DATA = Path(__file__).parent.parent / "training_data"

# The embedded base was trained on this division of training_data: a source that moves would be scored on what was learnt.
AUTHORED: dict[Split, str] = {
    "train": """archivist assay-report-gemma3-lora berth-intent-bert greenhouse harborlog leaf-spot-vit ledger-notes-llama-lora
        ledgerkit meshkit parcelrun quotaguard recipe-steps-qwen2-lora refund-reply-llama rosterly specimen starcat
        ticket-triage-distilbert windfarm""",
    "validation": "call-notes-whisper clinicbook clipvault flagpole mailroom shift-notes-qwen3-lora sky-query-roberta",
    "test": "archive-tagger-gpt2-lora brewlab faretable tollbooth turbine-alarm-t5",
}
PROSE = "Loads the rates of one day from the cache and returns them by currency."


def rows_of(counts: Mapping[str, int], kind: str = "introduction") -> list[Row]:
    """So many rows of each source, alike in nothing."""
    sources = [source for source, count in counts.items() for _ in range(count)]
    return [Row(index, source, kind, f"{source}.name{index}", index, "docstring") for index, source in enumerate(sources)]


def tied(rows: Iterable[Row], *sources: str) -> list[Row]:
    """The rows, the first one of each of the sources in one group."""
    first = {source: next(row.index for row in rows if row.source == source) for source in sources}
    return [replace(row, group=-1) if row.index in first.values() else row for row in rows]


def rows_in(splits: Mapping[str, Split], rows: Iterable[Row]) -> Counter[Split]:
    return Counter(splits[row.source] for row in rows)


# Placing


def test_the_division_of_the_authored_sources_stays() -> None:
    folders = {path.name: 12 for path in TRAINING_DATA.iterdir() if path.is_dir()}
    splits = place(rows_of(folders)).splits
    assert {split: sorted(source for source in splits if splits[source] == split) for split in SPLITS} == {
        split: sorted(names.split()) for split, names in AUTHORED.items()
    }


sizes = some.dictionaries(some.sampled_from("abcdefghijkl"), some.integers(1, 30), min_size=1)
ties = some.lists(some.tuples(some.sampled_from("abcdefghijkl"), some.sampled_from("abcdefghijkl")), max_size=3)


@given(sizes, ties)
def test_no_group_straddles_and_no_split_is_empty_where_there_are_sources_for_it(
    counts: dict[str, int], pairs: list[tuple[str, str]]
) -> None:
    rows = rows_of(counts)
    for number, pair in enumerate(pairs):
        if set(pair) <= set(counts):
            rows = [
                replace(row, group=-1 - number) if row.index in {first_of(rows, source) for source in pair} else row
                for row in rows
            ]
    placing = place(rows)
    held: dict[int, set[Split]] = {}
    for row in rows:
        held.setdefault(row.group, set()).add(placing.splits[row.source])
    assert all(len(splits) == 1 for splits in held.values()) and not placing.straddling
    if not pairs and len(counts) >= len(SPLITS):
        assert set(placing.splits.values()) == set(SPLITS)
    assert "train" in placing.splits.values()


def first_of(rows: Iterable[Row], source: str) -> int:
    return next(row.index for row in rows if row.source == source)


@given(sizes, sizes)
def test_known_sources_stay_whatever_comes_and_goes(before: dict[str, int], after: dict[str, int]) -> None:
    known = place(rows_of(before)).splits
    splits = place(rows_of(after), known).splits
    assert all(splits[source] == known[source] for source in set(known) & set(splits))
    assert place(rows_of(after), splits).splits == splits, "a second run changes nothing"


def test_of_two_sources_a_new_one_takes_the_split_that_is_missing() -> None:
    assert place(rows_of({"first": 9, "second": 3})).splits == {"first": "train", "second": "validation"}
    assert place(rows_of({"first": 9, "second": 30}), {"first": "train"}).splits == {"first": "train", "second": "validation"}
    three = place(rows_of({"first": 9, "second": 3, "third": 3}), {"first": "train", "second": "validation"})
    assert three.splits["third"] == "test"


def test_sources_that_share_a_near_duplicate_go_together() -> None:
    rows = rows_of({f"project {number}": 5 for number in range(20)})
    apart = place(rows).splits
    one, other = next((one, other) for one in apart for other in apart if apart[one] == "train" and apart[other] == "test")
    joined = place(tied(rows, one, other)).splits
    assert joined[one] == joined[other]
    assert all(joined[source] == apart[source] for source in apart if source not in (one, other))


def test_sources_about_one_subject_go_together_but_not_for_a_common_name() -> None:
    rows = rows_of({f"project {number}": 4 for number in range(20)})
    few = [replace(row, about="bank.rates") if row.index in (0, 4) else row for row in rows]
    many = [replace(row, about="setup") if row.index % 4 == 0 else row for row in rows]
    assert place(few).splits["project 0"] == place(few).splits["project 1"]
    assert place(many).splits == place(rows).splits


def test_of_a_group_between_known_splits_the_smaller_side_goes() -> None:
    rows = tied(rows_of({"old": 5, "kept": 5, "new": 2}), "old", "kept", "new")
    placing = place(rows, {"old": "train", "kept": "test"})
    assert placing.splits == {"old": "train", "kept": "test", "new": "train"}
    assert placing.straddling == (first_of(rows, "kept"),), "two of the three rows lie in train"
    pair = tied(rows_of({"old": 5, "kept": 5}), "old", "kept")
    assert place(pair, {"old": "train", "kept": "test"}).straddling == (first_of(pair, "old"),), "of equal sides the test stays"


def test_train_holds_half_where_new_sources_allow_it() -> None:
    rows = rows_of({"a": 2, "b": 2, "large": 30, "c": 3})
    assert place(rows).splits["large"] == "train"
    kept = place(rows, {"large": "test"})
    assert kept.splits["large"] == "test" and rows_in(kept.splits, rows)["train"]


@pytest.mark.parametrize("scale", [1, 7])
def test_a_split_that_holds_next_to_nothing_is_given_a_source_that_train_can_spare(scale: int) -> None:
    rows = rows_of({f"source{number}": 10 * scale for number in range(6)} | {"small": 1, "tiny": 1})
    held = rows_in(place(rows).splits, rows)
    assert held["train"] * 2 >= len(rows)
    assert min(held["validation"], held["test"]) >= 0.05 * len(rows)


# Division into modules


def test_a_source_with_half_of_everything_is_divided_into_its_modules() -> None:
    abouts = {"one": ["p.m.f", "p.m.C.g", "p.n.f", "p", "q.f"], "p": ["p.m.h"], "else": ["x"]}
    names = [(source, about) for source, listed in abouts.items() for about in listed]
    rows = [Row(index, source, "introduction", about, index, "markdown") for index, (source, about) in enumerate(names)]
    sources = [row.source for row in divide(rows, {"p", "p.m", "p.n"})]
    assert sources == ["one/p.m", "one/p.m", "one/p.n", "one/p", "one", "p", "else"]
    alone = [row for row in rows if row.source == "p"]
    assert [row.source for row in divide(alone, {"p", "p.m"})] == ["p.m"], "a module's name says its package"


def test_a_division_stays_when_other_sources_come() -> None:
    rows = [Row(index, "one", "introduction", f"one.m{index % 4}.f", index, "docstring") for index in range(8)]
    modules = {f"one.m{number}" for number in range(4)}
    known = place(divide(rows, modules)).splits
    more = rows_of({"other": 40})
    again = divide(rows + more, modules, known)
    assert {row.source for row in again} == {*modules, "other"}
    assert place(again, known).splits.items() >= known.items()


def test_a_whole_source_stays_whole_beside_others() -> None:
    rows = [Row(index, "one", "introduction", f"one.m{index}.f", index, "docstring") for index in range(8)]
    modules = {f"one.m{number}" for number in range(8)}
    beside = rows_of({"other": 2})
    assert {row.source for row in divide(rows + beside, modules, {"one": "train"})} == {"one", "other"}
    assert {row.source for row in divide(rows, modules, {"one": "train"})} == modules, "alone it has to be divided"


# Folds


def test_folds_hold_whole_sources_and_each_label() -> None:
    rows = [
        Row(index, f"source {index % 23}", "introduction" if index % 3 else "evaluation", f"n{index}", index, "docstring")
        for index in range(600)
    ]
    of = folds(rows, 5)
    held = Counter((of[row.source], row.kind) for row in rows)
    assert set(of.values()) == set(range(5))
    assert all(abs(held[fold, "evaluation"] - 40) <= 15 and abs(held[fold, "introduction"] - 80) <= 25 for fold in range(5))
    assert folds(list(reversed(rows)), 5) == of


def test_folds_keep_near_duplicates_together() -> None:
    rows = tied(rows_of(dict.fromkeys("abcdef", 3)), "a", "f")
    of = folds(rows, 5)
    assert of["a"] == of["f"] and set(of.values()) == set(range(5))


@pytest.mark.parametrize(("sources", "count"), [(1, 2), (3, 4), (3, 1)])
def test_folds_that_cannot_be_made_are_an_error(sources: int, count: int) -> None:
    with pytest.raises(InputError, match=f"{count} folds of {sources} source"):
        folds(rows_of({f"source {number}": 2 for number in range(sources)}), count)


# Leaks


Telling = tuple[Split, str, str, str]  # a row as its split, source, subject and text


def leaks_of(*rows: Telling, threshold: float = 0.8, origin: Origin = "docstring") -> list[Leak]:
    placed = [
        Placed(Row(index, source, "introduction", about, index, origin), split)
        for index, (split, source, about, _) in enumerate(rows)
    ]
    texts = [text for *_, text in rows]
    return leaks(placed, find(texts, threshold), texts.__getitem__)


def found(*rows: Telling) -> list[tuple[str, int, int]]:
    return [(leak.sort, leak.index, leak.other) for leak in leaks_of(*rows)]


@pytest.mark.parametrize(
    ("other", "sort"),
    [
        pytest.param(("test", "one", "b", "Another thing altogether."), "source", id="a shared source"),
        pytest.param(("test", "two", "a", "Another thing altogether."), "subject", id="a shared subject"),
        pytest.param(("test", "two", "b", f"  {PROSE.upper()}"), "duplicate", id="the same words"),
        pytest.param(("validation", "two", "b", PROSE[:-1] + " code."), "near-duplicate", id="nearly the same words"),
        pytest.param(("test", "two", "b", "The rates of one day from the cache and."), "contained", id="a part of it"),
    ],
)
def test_what_stands_on_both_sides_is_a_leak(other: Telling, sort: str) -> None:
    assert found(("train", "one", "a", PROSE), other) == [(sort, 1, 0)]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("test", "two", "b", "Returns the name."), id="another text"),
        pytest.param(("train", "one", "a", PROSE), id="a repetition in one split"),
        pytest.param(("test", "two", "b", "Loads the rates."), id="a few words of it"),
    ],
)
def test_what_does_not_straddle_is_no_leak(other: Telling) -> None:
    assert not found(("train", "one", "a", PROSE), other)


def test_leaks_between_validation_and_test_count_too() -> None:
    assert found(("test", "one", "a", PROSE), ("validation", "two", "b", PROSE)) == [("duplicate", 0, 1)]


def test_a_synthetic_row_that_is_held_out_is_a_leak() -> None:
    assert leaks_of(("test", "one", "a", PROSE), origin="synthetic") == [Leak("synthetic", 0, "test", 0, "test")]


def test_only_texts_that_may_stand_in_each_other_are_asked_for() -> None:
    start = PROSE.partition(" returns")[0]
    texts = [PROSE, f"So it is: {PROSE}", start, "Counts the rows of a table that nobody has asked for so far."]
    splits: list[Split] = ["train", "test", "test", "train"]
    placed = [
        Placed(Row(index, f"s{index}", "introduction", f"n{index}", index, "docstring"), split)
        for index, split in enumerate(splits)
    ]
    asked = []

    def text_of(index: int) -> str:
        asked.append(index)
        return texts[index]

    assert [leak.index for leak in contained(placed, find(texts, 0.8), text_of)] == [2]
    assert set(asked) == {0, 2}


def test_the_same_words_in_another_order_are_not_contained() -> None:
    train = "one two three four five six seven eight nine two one three two, and so much else of what others have said long ago"
    assert not found(("train", "one", "a", train), ("test", "two", "b", "nine two one two three four five six seven eight"))


def test_every_held_out_row_of_a_text_that_is_contained_is_named() -> None:
    start = PROSE.partition(" returns")[0]
    rows: list[Telling] = [("train", "one", "a", PROSE), ("test", "two", "b", start), ("test", "two", "c", start)]
    assert found(*rows) == [("contained", 1, 0), ("contained", 2, 0)]


def test_without_the_held_out_rows_of_leaks_there_is_none() -> None:
    words = "load read save drop cache rate day bank file name list table".split()
    texts = [" ".join(words[(index + step) % 12] for step in range(10 + index % 5)) for index in range(60)]
    rows: list[Telling] = [(SPLITS[index % 3], f"s{index % 3}", f"n{index}", text) for index, text in enumerate(texts)]
    gone = {leak.index for leak in leaks_of(*rows, threshold=0.6)}
    left = [row for index, row in enumerate(rows) if index not in gone]
    assert gone and left and not leaks_of(*left, threshold=0.6)
