"""docgen corpus audit: what it counts, what it finds, and the page it makes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.cli import run
from docgen.corpus.audit import Audit, audit
from docgen.corpus.audit.faults import SORTS
from docgen.corpus.record import RECORD, Record
from docgen.corpus.store import Example, Split, dump_rows
from docgen.facts import Fact
from docgen.report import InputError
from docgen.settings import CorpusSettings

TEXT = "Loads the rates of a currency from the cache."
DOC = Fact("doc", "Loads the rates of a currency from the cache. Adds a rate to the table. Drops every rate of a day.")
TIMEOUT = (Fact("kind", "function"), Fact("parameters", ["timeout"]), Fact("parameters.timeout.default", "60"), DOC)
KEY = "".join(["AK", "IA", "Q7RZ", "M3XW", "K9TB", "2LPD"])


def example(
    text: str = TEXT,
    *,
    about: str = "rates.load",
    source: str = "rates",
    license: str = "MIT",
    kind: str = "introduction",
    facts: tuple[Fact, ...] = (Fact("kind", "function"), DOC),
) -> Example:
    return Example(Brief(kind, kind.title(), about, facts), text, source, license, "docstring", support=1.0)


def corpus_of(folder: Path, splits: Mapping[Split, Sequence[Example]]) -> Path:
    sound: dict[Split, Sequence[Example]] = {
        "train": [example("Adds a rate to the table.", about="a.add", source="a")],
        "validation": [example("Drops every rate of a day.", about="b.drop", source="b")],
        "test": [example("Counts the rates of a month.", about="c.count", source="c")],
    }
    for split, examples in (sound | dict(splits)).items():
        (folder / f"{split}.jsonl").write_bytes(dump_rows(examples))
    return folder


def found(folder: Path, settings: CorpusSettings | None = None) -> list[tuple[str, str, int]]:
    return [(finding.code, Path(finding.path).name, finding.line) for finding in audit(folder, settings).findings]


def messages(report: Audit, code: str) -> list[str]:
    return [finding.message for finding in report.findings if finding.code == code]


def test_a_sound_corpus_has_no_findings_and_every_count(tmp_path: Path) -> None:
    report = audit(corpus_of(tmp_path, {}))
    assert (report.findings, report.exit_code) == ((), 0)
    assert report.summary["rows"] == 3
    assert report.summary["kinds"] == {"introduction": 3}
    assert report.summary["words"] == {"median": 6, "longest": 6, "shortest": 6}
    assert "introduction" in report.table and "docstring" in report.table
    assert report.in_short == "3 rows: 0 errors, 0 to review, 0 notes"


LONG = " ".join(f"word{number}" for number in range(300))
NEARLY = "Loads every rate of a currency from the cache on disk, or asks the server for it where the cache is {}."

FAULTS = [
    pytest.param({"train": []}, ("corpus-untrainable", "train.jsonl", 1), id="nothing to train on"),
    pytest.param({"test": []}, ("corpus-empty", "test.jsonl", 1), id="nothing to score on"),
    pytest.param(
        {"train": [example()], "test": [example("Something else about it.", about="d.e")]},
        ("corpus-leak", "test.jsonl", 1),
        id="a source in two splits",
    ),
    pytest.param(
        {"train": [example(NEARLY.format("old"))], "test": [example(NEARLY.format("OLD") + " ", source="other", about="d.e")]},
        ("corpus-leak", "test.jsonl", 1),
        id="a text in two splits",
    ),
    pytest.param(
        {"train": [example(NEARLY.format("old"))], "test": [example(NEARLY.format("stale"), source="other", about="d.e")]},
        ("corpus-leak", "test.jsonl", 1),
        id="nearly a text in two splits",
    ),
    pytest.param({"train": [example(), example()]}, ("corpus-duplicate", "train.jsonl", 1), id="a row twice"),
    pytest.param(
        {"train": [example(NEARLY.format("old")), example(NEARLY.format("stale"), about="d.e")]},
        ("corpus-near-duplicate", "train.jsonl", 1),
        id="nearly a row twice",
    ),
    pytest.param(
        {"train": [example(), example("Another text for it.")]}, ("corpus-answers", "train.jsonl", 1), id="two answers"
    ),
    pytest.param(
        {"train": [example("`timeout` defaults to 30.", facts=TIMEOUT)]},
        ("corpus-contradiction", "train.jsonl", 1),
        id="against its facts",
    ),
    pytest.param(
        {"train": [replace(example("Reticulates splines overnight."), support=0.2)]},
        ("corpus-unsupported", "train.jsonl", 1),
        id="without support",
    ),
    pytest.param({"train": [example(f"Pass {KEY} to it.")]}, ("corpus-secret", "train.jsonl", 1), id="a secret"),
    pytest.param(
        {"train": [example("Write to jane.roe@acme-rates.com for it.")]}, ("corpus-personal", "train.jsonl", 1), id="a person"
    ),
    pytest.param({"train": [example("Drops hosts on the blacklist.")]}, ("corpus-wording", "train.jsonl", 1), id="wording"),
    pytest.param({"train": [example(license="")]}, ("corpus-license", "train.jsonl", 1), id="no licence"),
    pytest.param({"train": [example("Adds.")]}, ("corpus-length", "train.jsonl", 1), id="too short"),
    pytest.param(
        {"train": [example("Adds one to it."), example(LONG, about="x.y")]}, ("corpus-length", "train.jsonl", 2), id="too long"
    ),
]


@pytest.mark.parametrize(("splits", "expected"), FAULTS)
def test_a_fault_is_found_where_it_is(
    tmp_path: Path, splits: dict[Split, list[Example]], expected: tuple[str, str, int]
) -> None:
    assert expected in found(corpus_of(tmp_path, splits))


def test_the_worst_comes_first_and_errors_fail(tmp_path: Path) -> None:
    report = audit(corpus_of(tmp_path, {"train": [example(), example(license="")], "test": [example()]}))
    assert report.findings[0].code == "corpus-leak" and report.exit_code == 1
    order = [list(SORTS).index(finding.code) for finding in report.findings]
    assert order == sorted(order)


def test_strict_fails_on_what_is_to_review(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"train": [example(), example()]})
    assert (audit(corpus).exit_code, audit(corpus, strict=True).exit_code) == (0, 1)


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


def test_a_bad_row_is_told_with_its_line(tmp_path: Path) -> None:
    corpus_of(tmp_path, {})
    (tmp_path / "test.jsonl").write_bytes(dump_rows([example()]) + b"{\n")
    with pytest.raises(InputError) as caught:
        audit(tmp_path)
    assert caught.value.where.endswith("test.jsonl:2")


# What findings say -------------------------------------------------------------------------------------------------------


def test_a_contradiction_names_both_values_and_the_document(tmp_path: Path) -> None:
    row = replace(example("`timeout` defaults to 30.", facts=TIMEOUT), path="docs/rates.md", line=12)
    report = audit(corpus_of(tmp_path, {"train": [row]}))
    assert messages(report, "corpus-contradiction") == [
        "contradicts its facts: `timeout` defaults to 30 in the text and to 60 in the facts (from docs/rates.md:12)"
    ]


def test_support_that_the_build_has_not_counted_is_counted(tmp_path: Path) -> None:
    report = audit(corpus_of(tmp_path, {"train": [replace(example("Reticulates splines overnight."), support=None)]}))
    assert messages(report, "corpus-unsupported") == [
        "0% of its statements rest on its facts; nowhere in them: `reticulates`, `splines`, `overnight`"
    ]


def test_nothing_of_a_row_with_a_secret_is_quoted(tmp_path: Path) -> None:
    secret = replace(example(f"Reticulates the blacklist with {KEY} {LONG}."), support=0.1, path=f"docs/{KEY}.md", line=3)
    report = audit(corpus_of(tmp_path, {"train": [secret]}))
    assert {"corpus-secret", "corpus-length"} <= {finding.code for finding in report.findings}
    for style in ("text", "json", "html"):
        assert KEY not in report.render(style) and KEY[4:] not in report.render(style)


def test_personal_data_that_may_stay_is_no_finding(tmp_path: Path) -> None:
    corpus_of(tmp_path, {"train": [example("Write to jane.roe@acme-rates.com for it.")]})
    assert "corpus-personal" not in [code for code, _, _ in found(tmp_path, CorpusSettings(personal="keep"))]


def test_terms_of_the_project_are_flagged_with_what_to_write(tmp_path: Path) -> None:
    corpus_of(tmp_path, {"train": [example("Adds a widget to the table.")]})
    report = audit(tmp_path, CorpusSettings(terms={"widget": "part"}))
    assert [finding.fix for finding in report.findings] == ["for widget write part"]
    assert report.wording == {("widget", "part"): 1}


LENGTHS = [f"{'Adds one rate more. ' * (4 + number % 3)}{number}" for number in range(30)]


def test_lengths_are_judged_by_the_other_texts_of_the_label(tmp_path: Path) -> None:
    rows = [example(text, about=f"a.f{number}") for number, text in enumerate(LENGTHS)]
    rows += [example(LONG[:1100], about="a.long"), example(LONG[:1100], about="a.other", kind="use-case")]
    report = audit(corpus_of(tmp_path, {"train": rows}))
    assert [finding.line for finding in report.findings if finding.code == "corpus-length"] == [31]
    assert "where the introduction of most has 6 to 76" in messages(report, "corpus-length")[0]


def many(kinds: Mapping[str, int], source: str = "a", weight: float = 1.0) -> list[Example]:
    """So many rows of each label."""
    return [
        replace(
            example(f"Adds rate {number} to {kind}.", about=f"{source}.{kind}{number}", kind=kind, source=source), weight=weight
        )
        for kind, count in kinds.items()
        for number in range(count)
    ]


def test_rare_labels_are_told_until_weights_make_up_for_them(tmp_path: Path) -> None:
    rows = many({"introduction": 120}) + many({"use-case": 3})
    report = audit(corpus_of(tmp_path, {"train": rows}))
    told = "2.44% of what is trained on is use-case; an equal share of 2 labels is 50%"
    assert messages(report, "corpus-imbalance") == [told]
    rows = many({"introduction": 120}, weight=0.9) + many({"use-case": 3}, weight=5.0)
    assert messages(audit(corpus_of(tmp_path, {"train": rows})), "corpus-imbalance") == []


def test_a_source_above_all_others_is_told(tmp_path: Path) -> None:
    rows = many({"introduction": 30}) + many({"introduction": 10}, "b1") + many({"introduction": 10}, "b2")
    report = audit(corpus_of(tmp_path, {"train": rows}))
    assert messages(report, "corpus-dominance") == ["60% of what is trained on comes from `a`, one source of 3"]


def test_text_is_cut_at_twenty_of_a_code_unless_all_are_wanted(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, {"train": [example("Reads the blacklist.", about=f"a.f{number}") for number in range(30)]})
    capped, whole = audit(corpus).render("text"), audit(corpus, most=None).render("text")
    assert capped.count("`blacklist`: ") == 20 and "corpus-wording: 10 more; --all prints them" in capped
    assert whole.count("`blacklist`: ") == 30 and "more;" not in whole
    assert len(json.loads(audit(corpus).render("json"))["findings"]) == 30


# Labels ------------------------------------------------------------------------------------------------------------------

OPENINGS = {
    "introduction": "{} reads the {} and gives back a table of {} with a row for each day.",
    "use-case": "Reach for {} when a {} has to be compared with {} before a release, or in a nightly job.",
    "error-handling": "{} raises `ValueError` if the {} is missing, and an `OSError` when {} cannot be opened.",
}
NOUNS = "report ledger parcel sensor ticket route harvest invoice tariff voyage".split()


def labelled(wrong: Mapping[int, str] | None = None) -> list[Example]:
    """Rows of three labels from ten sources; `wrong` gives some another label."""
    rows = []
    for number in range(120):
        kind = list(OPENINGS)[number % 3]
        noun, other = NOUNS[number // 12], NOUNS[(number * 7 + 3) % 10]
        text = OPENINGS[kind].format(f"`load_{noun}_{number}`", f"{noun} {number}", f"{other} {number * 3}")
        own = (wrong or {}).get(number, kind)
        rows.append(example(text, about=f"{noun}.load_{number}", source=noun, kind=own))
    return rows


def test_swapped_labels_are_found_and_come_first(tmp_path: Path) -> None:
    wrong = {3: "error-handling", 40: "introduction", 77: "use-case", 101: "use-case", 118: "error-handling"}
    report = audit(corpus_of(tmp_path, {"train": labelled(wrong)}))
    lines = [finding.line for finding in report.findings if finding.code == "corpus-label"]
    assert sorted(lines[: len(wrong)]) == [number + 1 for number in wrong]
    assert len(lines) <= len(wrong) + 1
    assert report.summary["label_check"] == {"rows": 122, "macro_f1": pytest.approx(0.95, abs=0.03), "skipped": ""}
    assert any("it reads like error-handling, for its `" in message for message in messages(report, "corpus-label"))


def test_right_labels_are_left_alone(tmp_path: Path) -> None:
    assert messages(audit(corpus_of(tmp_path, {"train": labelled()})), "corpus-label") == []


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        pytest.param([], "0 rows have labels that can be compared, and it takes 60", id="few rows"),
        pytest.param(many({"introduction": 90}), "all rows that can be compared have one label, introduction", id="one label"),
        pytest.param(
            [
                example(
                    f"Adds {number} to a table.", about=f"a.f{number}", source=f"s{number % 9}", kind="ab"[number * 7 % 10 > 4]
                )
                for number in range(90)
            ],
            "labels can hardly be told by their texts here",
            id="nothing to tell them by",
        ),
    ],
)
def test_where_labels_cannot_be_judged_the_reason_is_told(tmp_path: Path, rows: list[Example], reason: str) -> None:
    report = audit(corpus_of(tmp_path, {"train": rows}))
    assert messages(report, "corpus-label") == []
    assert f"labels were not checked: {reason}" in report.render("text")


# The page ----------------------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\"'><b>"


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile() -> Example:
    facts = (Fact("kind", "function"), Fact(HOSTILE, f"\u05e9\u05dc\u05d5\u05dd {HOSTILE} \u202e"))
    brief = Brief("a<b>", HOSTILE, HOSTILE, facts, HOSTILE)
    text = f"Adds {HOSTILE} to\ud800 the \u202e table."
    return Example(brief, text, HOSTILE, HOSTILE, "markdown", f"docs/{HOSTILE}.md", 2, support=0.1)


def test_hostile_rows_are_text_on_the_page(tmp_path: Path) -> None:
    page = audit(corpus_of(tmp_path, {"train": [hostile(), hostile()], "test": [hostile()]})).render("html")
    page.encode("utf-8")
    read = Reader(page)
    assert read.tags["script"] == read.tags["b"] == 0
    assert HOSTILE in read.text and "to\\ud800 the \\u202e table" in read.text
    assert not re.search(r"https?:", page)


def test_the_page_shows_findings_counts_and_rows_beside_their_facts(tmp_path: Path) -> None:
    rows = [*labelled({3: "error-handling"}), example("`timeout` defaults to 30.", facts=TIMEOUT, about="net.open")]
    (corpus_of(tmp_path, {"train": rows}) / RECORD).write_bytes(Record("1", "x", removed={"todo": 7}).to_bytes())
    page = audit(tmp_path).render("html")
    read = Reader(page)
    for word in (
        "Texts against their own facts",
        "corpus-contradiction",
        "net.open",
        "Words: use-case",
        "Licences",
        "no fault",
    ):
        assert word in read.text
    assert '<mark class="wrong"' in page and '<mark class="odd"' in page
    assert "unfinished: a TODO or placeholder" in read.text
    assert read.tags["svg"] > 20


@pytest.mark.parametrize("splits", [{}, {"train": [], "validation": [], "test": []}], ids=["sound", "empty"])
def test_a_page_can_be_made_of_any_corpus(tmp_path: Path, splits: dict[Split, list[Example]]) -> None:
    assert "Corpus audit" in audit(corpus_of(tmp_path, splits)).render("html")


# The command -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "beginning"),
    [
        pytest.param(["-o", "audit.html"], "<!DOCTYPE html>", id="HTML by the file's name"),
        pytest.param(["-o", "audit.json"], "{", id="JSON by the file's name"),
        pytest.param(["-o", "audit.txt"], "labels were not checked: ", id="text"),
        pytest.param(["-o", "audit.txt", "--format", "html"], "<!DOCTYPE html>", id="the format that is asked for"),
    ],
)
def test_the_command_writes_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], beginning: str
) -> None:
    (tmp_path / "corpus").mkdir()
    corpus_of(tmp_path / "corpus", {})
    output = tmp_path / arguments[1]
    assert run(["corpus", "audit", str(tmp_path / "corpus"), "-o", str(output), *arguments[2:]]) == 0
    assert output.read_text(encoding="utf-8").startswith(beginning)
    assert capsys.readouterr().out == f"{output}: 3 rows: 0 errors, 0 to review, 0 notes\n"


def test_the_command_fails_on_errors_and_strictly_on_reviews(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus_of(tmp_path, {"train": [example(), example()]})
    assert run(["corpus", "audit", str(tmp_path)]) == 0
    assert run(["corpus", "audit", str(tmp_path), "--strict", "--all"]) == 1
    assert "corpus-duplicate" not in capsys.readouterr().err
