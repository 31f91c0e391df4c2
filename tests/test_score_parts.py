"""The parts of a score: what is sliced and how, what differs, what is kept of it, and how it is drawn."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.facts import Fact
from docgen.metrics import Answer
from docgen.report import InputError
from docgen.score.badge import badge
from docgen.score.differences import LONGEST, differences, inline
from docgen.score.history import Run, append, read, run_of
from docgen.score.items import Item, length_of, sliced
from docgen.score.pairs import score_pairs
from docgen.score.rows import Rows, repeated
from docgen.score.suspicions import language, suspicions
from docgen.score.worst import unsupported
from docgen.settings import ScoreSettings, Settings

# Differences -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reference", "told"),
    [
        pytest.param("opens a connection", "opens a file", "opens a [-file-] {+connection+}", id="another word"),
        pytest.param("opens a new file", "opens a file", "opens a {+new+} file", id="a word more"),
        pytest.param("opens a file", "opens a new file", "opens a [-new-] file", id="a word less"),
        pytest.param("opens\n a  file", "opens a file", "opens a file", id="white space"),
        pytest.param("", "opens", "[-opens-]", id="nothing written"),
        pytest.param("`load(x)` reads.", "`load(y)` reads.", "`load([-y-] {+x+})` reads.", id="inside code"),
    ],
)
def test_differences_are_told_in_a_line(text: str, reference: str, told: str) -> None:
    assert inline(text, reference) == told


def test_long_passages_that_are_the_same_are_cut() -> None:
    same = " ".join(f"word{number}" for number in range(60))
    told = inline(f"{same} new {same}", f"{same} old {same}")
    assert "[-old-] {+new+}" in told and "…" in told and len(told) < 200


@given(st.text(max_size=80), st.text(max_size=80))
def test_differences_are_passages_of_their_own_text(text: str, reference: str) -> None:
    found = differences(text, reference)
    for passages, own in ((found.added, text), (found.missing, reference)):
        assert all(0 <= start < end <= len(own) and own[start:end].strip() for start, end in passages)
        assert list(passages) == sorted(passages)


@given(st.text(max_size=80))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert differences(text, text).added == differences(text, text).missing == ()


def test_what_is_too_long_is_compared_to_a_point_and_says_so() -> None:
    long = "word " * (LONGEST + 1)
    assert differences(long, long).is_cut


# Slices ------------------------------------------------------------------------------------------------------------------


def item(key: str, *, kind: str = "introduction", source: str = "rates", text: str = "A text.", reference: str = "") -> Item:
    return Item(Answer(key, Brief(kind, "", "", ()), text, reference), key, source, key)


@pytest.mark.parametrize(
    ("words", "name"), [(0, "0 to 19 words"), (19, "0 to 19 words"), (20, "20 to 49 words"), (200, "200 words and more")]
)
def test_lengths_fall_into_groups(words: int, name: str) -> None:
    assert length_of(words) == name


def test_slices_tell_texts_apart_and_one_slice_is_none() -> None:
    items = [item("a"), item("b", kind="use-case"), item("c", text="word " * 60)]
    assert {name: len(own) for name, own in sliced(items, "label").items()} == {"introduction": 2, "use-case": 1}
    assert list(sliced(items, "length")) == ["0 to 19 words", "50 to 99 words"]
    assert sliced(items, "source") == {}


def test_many_small_sources_are_one_slice_and_none_is_lost() -> None:
    items = [item(str(number), source=f"s{number // (1 + number % 2)}") for number in range(60)]
    found = sliced(items, "source")
    assert len(found) == 12 and sum(map(len, found.values())) == 60
    assert list(found)[-1] == "others"


# Rows --------------------------------------------------------------------------------------------------------------------


def rows(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_rows_meet_by_id_in_any_order_and_the_rest_is_counted(tmp_path: Path) -> None:
    texts = rows(tmp_path / "t.jsonl", {"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "x", "text": "X"})
    references = rows(tmp_path / "r.jsonl", {"id": "b", "text": "RB"}, {"id": "a", "reference": "RA"}, {"id": "y", "text": "Y"})
    both = Rows(texts, references)
    assert {row.id: (row.text, row.reference) for row in both} == {"a": ("A", "RA"), "b": ("B", "RB")}
    assert [note.partition(": ")[2] for note in both.notes] == [
        "1 of 3 rows without a reference, left out: x",
        "1 of 3 rows without a text, left out: y",
    ]


def test_rows_without_ids_meet_by_line(tmp_path: Path) -> None:
    texts = rows(tmp_path / "t.jsonl", {"text": "A"}, {"text": "B"})
    references = rows(tmp_path / "r.jsonl", {"text": "RA"}, {"text": "RB"})
    assert [(row.text, row.reference) for row in Rows(texts, references)] == [("A", "RA"), ("B", "RB")]


def test_an_id_that_stands_twice_is_refused_by_name_where_files_are_paired(tmp_path: Path) -> None:
    texts = rows(tmp_path / "t.jsonl", *({"id": name, "text": "A"} for name in "abcab"))
    assert repeated(texts) == ["a", "b"]
    with pytest.raises(InputError, match="2 ids stand more than once: a, b"):
        Rows(texts, rows(tmp_path / "r.jsonl", {"id": "a", "text": "A"})).refuse_repeated()
    Rows(texts).refuse_repeated()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        pytest.param("[]", "must be a JSON object", id="a list"),
        pytest.param('{"id": "a"}', "needs `text` or `reference`", id="neither"),
        pytest.param('{"text": 5}', "`text` must be text, found 5", id="a number"),
        pytest.param('{"text"', "not a JSON object", id="broken"),
        pytest.param('{"text": NaN}', "`text` must be text, found nan", id="not a number"),
    ],
)
def test_a_row_that_is_none_is_refused_with_its_line(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(f'{{"text": "a"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(what)) as raised:
        list(Rows(path))
    assert raised.value.where == f"{path}:3"


# Odd input ---------------------------------------------------------------------------------------------------------------

ENGLISH = "The function reads the rates of a day from a file and returns them as a table of numbers for all currencies."
GERMAN = "Die Funktion liest Kurse eines Tages aus einer Datei und gibt sie als Tabelle von Zahlen zurück, sortiert nach Datum."
RUSSIAN = "Функция читает курсы валют за день из файла и возвращает их в виде таблицы чисел."


@pytest.mark.parametrize(
    ("text", "expected"),
    [(ENGLISH, "ENGLISH"), (GERMAN, "OTHER"), (RUSSIAN, "CYRILLIC"), ("`load` x", ""), ("", ""), ("load save path", "")],
)
def test_a_language_is_told_where_there_are_words_enough(text: str, expected: str) -> None:
    assert language(text) == expected


def test_a_text_in_another_language_than_its_reference_is_named() -> None:
    (note,) = suspicions([item("a", text=GERMAN, reference=ENGLISH), item("b", text=ENGLISH, reference=ENGLISH)])
    assert note == "1 of 2 in another language than the reference: a"


def test_references_that_are_out_of_step_are_noticed() -> None:
    subjects = "rates colours queues wheels letters doors planets rivers".split()
    texts = [f"Reads {name} from {name} files and keeps {name}s." for name in subjects]
    shifted = [
        item(name, text=text, reference=other) for name, text, other in zip(subjects, texts, texts[1:] + texts[:1], strict=True)
    ]
    assert any("8 of 8 nearer to the reference of another text" in note for note in suspicions(shifted))
    assert suspicions([item(name, text=text, reference=text) for name, text in zip(subjects, texts, strict=True)]) == []


# History -----------------------------------------------------------------------------------------------------------------


def test_runs_are_appended_and_a_damaged_line_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "scores.jsonl"
    first = run_of("docs", 3, {"chrF": 40.123456}, {"chrF": "s"}, tmp_path)
    assert append(path, first).runs == (first,)
    damaged = path.read_bytes() + b'{"schema": 1, "metrics": {"chrF": NaN}}\nnot json'
    path.write_bytes(damaged)
    found = append(path, first)
    assert found.runs == (first, first) and found.notes == (f"{path}: 2 lines are no run and were left alone: 2, 3",)
    assert path.read_bytes().startswith(damaged) and read(path).runs == (first, first)
    assert first.metrics == {"chrF": 40.1235}


def test_a_number_that_no_float_holds_is_left_out_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    append(path, Run("t", "", "n", 1, "w", {"BLEU": 2.0, "chrF": 1.0}))
    path.write_text(path.read_text(encoding="utf-8").replace("1.0", "1" + "0" * 400), encoding="utf-8")
    assert [run.metrics for run in read(path).runs] == [{"BLEU": 2.0}]


def test_the_time_of_a_run_is_told_in_utc(tmp_path: Path) -> None:
    assert run_of("docs", 1, {}, {}, tmp_path, seconds=0).time == "1970-01-01T00:00:00Z"


@given(st.binary(max_size=60))
def test_any_line_is_a_run_or_is_told(line: bytes) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, "h.jsonl")
        path.write_bytes(line)
        found = append(path, Run("t", "", "n", 1, "w", {"chrF": 1.0}))
        assert found.runs[-1].metrics == {"chrF": 1.0} and path.read_bytes().startswith(line)


# The badge ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "words"), [(99.96, "100.0 %"), (12.3, "12.3 %"), (None, "unknown")])
def test_a_badge_is_xml_that_says_its_number(value: float | None, words: str) -> None:
    tree = ElementTree.fromstring(badge("docs <claims>", value))
    assert tree.attrib["aria-label"] == f"docs <claims>: {words}"
    texts = [found.text for found in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["docs <claims>", words]
    assert not re.search(r"(?:href|src|url\(http)", badge("docs", value))


def test_the_colour_of_a_badge_tells_good_from_bad() -> None:
    colours = {re.findall(r'fill="(#[0-9a-f]{6})"', badge("docs", value))[1] for value in (99.0, 90.0, 75.0, 20.0, None)}
    assert len(colours) == 5


# Files of texts ----------------------------------------------------------------------------------------------------------


def many_rows(folder: Path, count: int) -> tuple[Path, Path]:
    """Texts that differ from their references here and there."""
    texts = rows(folder / "t.jsonl", *({"id": str(n), "text": f"Reads rate {n % 7} of a file {n}."} for n in range(count)))
    return texts, rows(
        folder / "r.jsonl", *({"id": str(n), "text": f"Reads rate {n % 5} of a file {n}."} for n in range(count))
    )


def test_a_stream_has_the_metrics_of_the_whole_and_names_the_worst(tmp_path: Path) -> None:
    texts, references = many_rows(tmp_path, 1500)
    kept = score_pairs(texts, references, root=tmp_path, settings=Settings())
    told: list[int] = []
    streamed = score_pairs(
        texts, references, root=tmp_path, settings=Settings(), detailed=100, progress=lambda _, done: told.append(done)
    )
    for name in kept.columns[0].metrics:
        assert streamed.columns[0].value(name) == pytest.approx(kept.columns[0].value(name))
    assert streamed.summary["n"] == 1500 and told[-1] == 1500
    assert [each.values["chrF"] for each in streamed.worst] == pytest.approx([each.values["chrF"] for each in kept.worst])
    assert any("a sample of 1,500" in note for note in streamed.notes)


def test_what_needs_every_text_is_refused_for_a_stream(tmp_path: Path) -> None:
    texts, references = many_rows(tmp_path, 20)
    for part in (ScoreSettings(fail_under={"chrF": 1}), ScoreSettings(baseline="b.json")):
        with pytest.raises(InputError, match="more than 10 texts"):
            score_pairs(
                texts,
                references,
                root=tmp_path,
                settings=Settings(score=part),
                detailed=10,
                update_baseline=bool(part.baseline),
            )
    mean = Settings(score=ScoreSettings(fail_under_mean={"chrF": 99}))
    assert score_pairs(texts, references, root=tmp_path, settings=mean, detailed=10).exit_code == 0
    many = many_rows(tmp_path, 40)
    assert score_pairs(*many, root=tmp_path, settings=mean, detailed=30).exit_code == 1


def test_rows_of_a_corpus_are_held_against_their_facts(tmp_path: Path) -> None:
    facts = [{"name": "kind", "value": "function"}, {"name": "parameters", "value": ["path"]}]
    row = {"kind": "introduction", "about": "rates.load", "facts": facts, "source": "rates", "text": "`load` reads `colour`."}
    report = score_pairs(rows(tmp_path / "t.jsonl", row, row), None, root=tmp_path, settings=Settings())
    assert report.columns[0].value("claims.precision") == 50
    assert len(report.columns[0].items) == 2


def test_rows_with_neither_reference_nor_facts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to score in 1 row"):
        score_pairs(
            rows(tmp_path / "t.jsonl", {"text": "A text of many words that anybody can read."}),
            None,
            root=tmp_path,
            settings=Settings(),
        )


def test_statements_that_nothing_bears_out_are_told_of_the_worst_texts() -> None:
    facts = {"kind": "function", "doc": "Read exchange rates from a file.", "parameters": ["path"]}
    order = Brief("introduction", "Introduction", "rates.load", tuple(Fact(name, value) for name, value in facts.items()))
    invented = "It encrypts the values with the project's key and locks the audit log."
    text = f"`load` reads exchange rates from a file. {invented}"
    item = Item(Answer("a", order, text), "a", "a", "a.md", 1)
    assert [each.line for each in unsupported(item)] == [invented]
