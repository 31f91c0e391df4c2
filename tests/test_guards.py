"""What keeps a training honest: nothing is cut in silence, what is forgotten is measured, and what is known stays."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SETTINGS, Trained, example, write_corpus
from tiny_bases import VOCABULARY

from docgen.report import InputError, Report
from docgen.train import forgetful, train
from docgen.training.forgetting import GENERAL_TEXT, forgetting, passages_of
from docgen.training.replay import replayed, row_of
from docgen.training.rows import Rows, read_rows_of
from docgen.training.run_page import run_page
from docgen.training.since import SEEN, Drift, beyond_chance, divergence, mark_of, news, read_seen
from docgen.writers.local.base import Base, load_model, load_tokenizer
from docgen.writers.local.chat import Chat
from docgen.writers.local.generation import Limits
from docgen.writers.local.model import with_adapter
from docgen.writers.local.record import read_record

Bases = Callable[[str], Path]


@pytest.fixture(scope="module")
def chat(base: Bases) -> Chat:
    return Chat.of(load_tokenizer(Base("tiny", base("llama"), "folder")), base("llama"))


# Rows that are too long --------------------------------------------------------------------------------------------------


def of_one_row(tmp_path: Path, chat: Chat, most: int, overlong: str) -> Rows:
    corpus = write_corpus(tmp_path, [example(0), example(1)], [], [])
    return read_rows_of(corpus, "train", chat, most, overlong)


def test_a_row_that_is_too_long_loses_facts_and_no_word_of_its_answer(tmp_path: Path, chat: Chat) -> None:
    whole = of_one_row(tmp_path, chat, 512, "leave-out")
    most = max(len(row.tokens) for row in whole) - 30
    found = of_one_row(tmp_path, chat, most, "shorten")
    assert len(found) == 2 and all(len(row.tokens) <= most for row in found)
    assert [list(row.answer) for row in found] == [list(row.answer) for row in whole]
    assert all(row.answer[-1] in chat.stops for row in found)
    told = [finding for finding in found.dropped if finding.code == "row-shortened"]
    assert told and "of 4 facts" in told[0].message and told[0].line in (1, 2)


def test_a_row_whose_answer_alone_is_too_long_is_left_out_even_then(tmp_path: Path, chat: Chat) -> None:
    corpus = write_corpus(tmp_path, [example(0), example(1, "It loads. " * 200)], [], [])
    found = read_rows_of(corpus, "train", chat, 256, "shorten")
    assert [finding.code for finding in found.dropped] == ["row-left-out"]


def test_a_row_that_is_too_long_ends_the_run_where_that_is_wanted(tmp_path: Path, chat: Chat) -> None:
    with pytest.raises(InputError, match="and a row may have 40") as error:
        of_one_row(tmp_path, chat, 40, "error")
    assert error.value.where.endswith("train.jsonl:1")


# Forgetting --------------------------------------------------------------------------------------------------------------


def test_an_adapter_that_changes_nothing_forgets_nothing(base: Bases, chat: Chat, trained: Trained) -> None:
    import torch

    model = with_adapter(load_model(Base("tiny", base("llama"), "folder"), "none"), trained.folder)
    learnt = forgetting(model, chat)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.zero_()
    nothing = forgetting(model, chat)
    assert nothing.rise == 0 and nothing.before == learnt.before
    assert learnt.rise != 0 and learnt.tokens > 1000


def test_the_general_text_is_in_no_corpus_and_has_many_passages() -> None:
    passages = GENERAL_TEXT.read_text(encoding="utf-8").split("\n\n")
    assert len(passages) >= 20 and len(set(passages)) == len(passages)


def test_forgetting_stands_in_the_record_and_the_report(trained: Trained) -> None:
    record = read_record(trained.folder)
    assert set(record.forgetting) == {"before", "after", "rise", "tokens"}
    assert "loss on general text" in trained.report.render("text")
    assert trained.report.exit_code == 0


@pytest.mark.parametrize(("rise", "most", "code"), [(0.3, 0.2, 1), (0.3, 0.5, 0), (0.3, 0.0, 0), (-0.1, 0.2, 0)])
def test_an_adapter_that_forgets_too_much_fails_the_run(trained: Trained, rise: float, most: float, code: int) -> None:
    record = replace(read_record(trained.folder), forgetting={"before": 3.0, "after": 3.0 + rise, "rise": rise, "tokens": 9})
    found = tuple(forgetful(record, replace(SETTINGS, max_forgetting=most), trained.folder))
    assert Report("train", found).exit_code == code
    assert all("rose by 0.300" in finding.message and "--replay" in finding.fix for finding in found)


# Replay ------------------------------------------------------------------------------------------------------------------


def test_the_base_is_sampled_the_same_for_the_same_seed(base: Bases, chat: Chat) -> None:
    model = load_model(Base("tiny", base("llama"), "folder"), "none")
    first, again = (replayed(model, chat, 2, Limits(new_tokens=8, batch=4), 512, 3) for _ in range(2))
    assert [list(row.tokens) for row in first] == [list(row.tokens) for row in again]
    assert all(row.answer[-1] in chat.stops and row.example.origin == "synthetic" for row in first)


def test_a_base_asks_itself_and_its_rows_are_the_same_again(base: Bases, chat: Chat) -> None:
    model = load_model(Base("tiny", base("llama"), "folder"), "none")
    chat = replace(chat, stops=frozenset(range(0, VOCABULARY, 8)))  # a base that knows nothing seldom ends otherwise
    limits = Limits(new_tokens=60, batch=4)
    first, again = (replayed(model, chat, 6, limits, 512, 3, own_questions=True) for _ in range(2))
    assert [list(row.tokens) for row in first] == [list(row.tokens) for row in again]
    assert first
    for row in first:
        assert list(row.prompt) == chat.asked(row.example.brief.excerpt)
        assert list(row.prompt)[: len(chat.opening)] == chat.opening
        assert list(row.answer) == chat.answer(row.example.text)
        assert row_of(row.example, chat) == row
    assert len({row.example.brief.excerpt for row in first}) == len(first)


def test_answers_of_the_base_that_never_end_are_told_to_be_missing(base: Bases, trained: Trained, tmp_path: Path) -> None:
    said: list[str] = []
    options = {"settings": replace(SETTINGS, replay=0.5), "dry_run": True, "progress": lambda *say: said.append(say[0])}
    train(trained.corpus, output=tmp_path / "a", base=str(base("llama")), **options)
    assert any(re.fullmatch(r"only \d answers of the base, of 4 that were asked for, .*", line) for line in said)


def test_forgetting_is_measured_by_a_text_of_ones_own(base: Bases, chat: Chat, trained: Trained, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("One passage of ours.\n \nAnother one.\n\n\n", encoding="utf-8")
    assert passages_of(own) == ["One passage of ours.", "Another one."]
    model = with_adapter(load_model(Base("tiny", base("llama"), "folder"), "none"), trained.folder)
    assert forgetting(model, chat, own).tokens < forgetting(model, chat).tokens


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "cannot be read: No such file"), (b" \n\n \n", "is empty"), (b"\xff\xfe", "is not UTF-8")],
    ids=["missing", "empty", "not text"],
)
def test_a_general_text_that_is_none_is_refused_at_once(
    trained: Trained, tmp_path: Path, content: bytes | None, what: str
) -> None:
    path = tmp_path / "general.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"the general text {what}"):
        train(trained.corpus, output=tmp_path / "a", settings=replace(SETTINGS, general_text=str(path)))
    assert not (tmp_path / "a").exists()


# The page of a run -------------------------------------------------------------------------------------------------------


def test_a_run_leaves_a_page_that_asks_for_nothing(trained: Trained) -> None:
    page = (trained.folder / "report.html").read_text(encoding="utf-8")
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    for title in ("Curves", "Scores", "Scores by label", "Examples", "Confusions", "Left out", "Cost", "Settings"):
        assert f">{title}</h2>" in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page
    assert "The adapter wrote: " in page and "A person wrote: " in page


def test_a_run_without_scores_has_a_page_too(trained: Trained) -> None:
    page = run_page(read_record(trained.folder), [{"step": 1, "loss": 2.5}], [], {}, [])
    assert ">Curves</h2>" in page and ">Scores</h2>" not in page
    assert "Every row was used as it is." in page


# Going on ----------------------------------------------------------------------------------------------------------------


def test_the_same_sections_are_nothing_new(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing new: the adapter has seen all 8 rows"):
        train(trained.corpus, output=tmp_path / "a", settings=SETTINGS, since=trained.folder)
    assert not (tmp_path / "a").exists()


def test_new_and_corrected_sections_are_learnt_with_as_many_known_ones(trained: Trained, chat: Chat, tmp_path: Path) -> None:
    rows = [example(number) for number in range(8)]
    corrected = [example(0, "It reads a report."), *rows[1:], example(20)]
    corpus = write_corpus(tmp_path / "corpus", corrected, [example(8)], [example(10)])
    said: list[str] = []
    options = {"settings": replace(SETTINGS, rank=2, epochs=1), "progress": lambda *say: said.append(say[0])}
    report = train(corpus, output=tmp_path / "a", since=trained.folder, **options)
    assert any(line.startswith("2 new or corrected rows since adapter, and 2 known ones beside") for line in said)
    assert any(line.startswith("drift: words ") for line in said)
    record = read_record(tmp_path / "a")
    assert record.settings["rank"] == 4  # the shape that the earlier weights have
    assert record.corpus["rows"]["train"] == 4
    assert [set(entry) for entry in record.history] == [{"corpus"}, {"words", "labels", "loss", "was", "retrain"}]
    seen = read_seen(tmp_path / "a").marks
    kept = read_rows_of(corpus, "train", chat, 256)
    assert {mark_of(row) for row in kept} <= seen and read_seen(trained.folder).marks < seen
    assert report.exit_code == 0


def test_an_adapter_that_does_not_say_what_it_has_seen_is_refused(trained: Trained, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(trained.folder, tmp_path / "old")
    (tmp_path / "old" / SEEN).unlink()
    shutil.copytree(trained.base, tmp_path / "old" / "base")
    with pytest.raises(InputError, match="does not say what it was trained on"):
        train(trained.corpus, output=tmp_path / "a", settings=SETTINGS, since=tmp_path / "old")


def test_what_was_seen_holds_marks_and_no_sentence(trained: Trained) -> None:
    found = json.loads((trained.folder / SEEN).read_text())
    assert len(found["marks"]) == 8 and all(len(mark) == 12 for mark in found["marks"])
    assert all(" " not in word for word in found["words"])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param({"a": 2, "b": 2}, {"a": 1, "b": 1}, 0.0, id="the same shares"),
        pytest.param({"a": 1}, {"b": 3}, 1.0, id="nothing in common"),
        pytest.param({"a": 1}, {"a": 1, "b": 1}, 0.3113, id="half in common"),
    ],
)
def test_divergence_goes_from_0_to_1(one: dict[str, int], other: dict[str, int], expected: float) -> None:
    assert divergence(one, other) == divergence(other, one) == expected


@pytest.mark.parametrize(
    ("drift", "due"),
    [
        (Drift(0.1, 0.0, 3.0, 2.9), False),
        (Drift(0.4, 0.0, 3.0, 2.9), True),
        (Drift(0.1, 0.3, 3.0, 2.9), True),
        (Drift(0.1, 0.0, 3.3, 2.9), True),
        (Drift(0.1, 0.0, 9.0, None), False),
    ],
)
def test_drift_says_when_to_train_from_the_base(drift: Drift, due: bool) -> None:
    assert drift.is_due is due
    assert ("train again from the base" in str(drift)) is due


def test_known_rows_are_never_more_than_new_ones(chat: Chat, tmp_path: Path, trained: Trained) -> None:
    corpus = write_corpus(tmp_path, [example(number) for number in range(9)], [], [])
    rows = read_rows_of(corpus, "train", chat, 256)
    chosen, new = news(rows, read_seen(trained.folder), seed=0)
    assert (len(chosen), new) == (2, 1)


def test_a_sample_of_what_was_seen_is_no_drift_and_other_words_are() -> None:
    seen = {f"word{number}": 200 // (number + 1) + 1 for number in range(100)}
    names, counts = zip(*seen.items(), strict=True)
    same = Counter(random.Random(1).choices(names, counts, k=300))
    other = Counter({f"word{number}": 3 for number in range(60, 160)})
    assert divergence(same, seen) > 0.02 > beyond_chance(same, seen)
    assert beyond_chance(other, seen) > 0.3
    assert beyond_chance({}, seen) == 0.0
