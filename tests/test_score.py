"""Scores of real documents and of writers: what is paired with what, what fails, and what is compared with a baseline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.brief import Brief
from docgen.corpus.store import Example
from docgen.document import render_section
from docgen.facts import Fact, Subject
from docgen.ledger import Ledger, ledger_path
from docgen.metrics import Answer, Score, Scores
from docgen.metrics import score as measure
from docgen.report import BaselineError, DocgenError, InputError, Report
from docgen.score import Baseline, compare, score_documents, score_writer
from docgen.score.gate import FEWEST_SECTIONS, interval
from docgen.settings import ScoreSettings, Settings
from docgen.writers.extractive import ExtractiveWriter
from docgen.writers.plain import PlainWriter

MODULE = '''"""Exchange rates."""


def load(path, timeout=30):
    """Read exchange rates from a file.

    Args:
        path: Where the file lies.
        timeout: Seconds to wait.
    """
    if timeout < 0:
        raise ValueError("timeout is negative")


def save(path, rates):
    """Write exchange rates to a file."""
'''
GUIDE = """# `rates`

Rates of exchange.

## `load`

### Introduction

`load` reads exchange rates from a file.

### Error Handling

`ValueError` is raised if `timeout` is negative.

## `save`

### Introduction

`save` writes exchange rates to a file.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a package, a guide that people wrote, and an older version of the guide."""
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates" / "__init__.py").write_text(MODULE)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "guide.md").write_text(GUIDE)
    (tmp_path / "old" / "docs").mkdir(parents=True)
    (tmp_path / "old" / "docs" / "guide.md").write_text(GUIDE.replace("reads exchange rates from", "loads all rates in"))
    return tmp_path


def score(root: Path, *names: str, reference: str | None = None, settings: Settings | None = None, **options: Any) -> Report:
    paths = [root / name for name in names]
    other = root / reference if reference else None
    return score_documents(paths, reference=other, root=root, settings=settings or Settings(), **options)


def metrics(report: Report, label: str = "") -> dict[str, float]:
    place: Any = report.summary["labels"] if label else report.summary
    return dict((place[label] if label else place)["metrics"])


def notes(report: Report) -> list[str]:
    found = report.summary["notes"]
    assert isinstance(found, list)
    return [str(note) for note in found]


# Documents against facts -------------------------------------------------------------------------------------------------


def test_the_sections_of_a_guide_are_held_against_the_package_that_they_speak_of(root: Path) -> None:
    report = score(root, "docs/guide.md")
    assert report.exit_code == 0
    assert metrics(report)["claims.precision"] == 100
    assert metrics(report, "error-handling")["claims.recall"] == 100
    assert metrics(report)["contradicted"] == 0
    assert "BLEU" not in metrics(report)


def test_an_invented_name_lowers_precision_and_a_missing_exception_recall(root: Path) -> None:
    guide = root / "docs" / "guide.md"
    guide.write_text(GUIDE.replace("`ValueError` is raised if `timeout`", "A problem arises if `patience`"))
    report = score(root, "docs/guide.md")
    assert metrics(report)["claims.precision"] < 100
    assert metrics(report, "error-handling")["claims.recall"] == 0


def test_managed_sections_are_read_by_their_markers(root: Path) -> None:
    page = root / "docs" / "page.md"
    section = render_section("error-handling", "rates.load", "`ValueError` is raised if `timeout` is negative.")
    page.write_text(f"# A page\n\n## When it fails\n\n{section}\n")
    report = score(root, "docs/page.md")
    assert metrics(report)["claims.recall"] == 100
    assert report.summary["n"] == 1


def test_what_people_wrote_beside_a_managed_section_is_a_section_of_its_own(root: Path) -> None:
    page = root / "docs" / "page.md"
    section = render_section("introduction", "rates.load", "`load` reads exchange rates.")
    page.write_text(f"# Page\n\n## `load`\n\n{section}\n\nPeople add `timeout`.\n")
    assert score(root, "docs/page.md").summary["n"] == 2


def test_a_ledger_says_what_a_document_is_about(root: Path) -> None:
    (root / "src" / "deep").mkdir(parents=True)
    (root / "rates").rename(root / "src" / "deep" / "rates")
    with pytest.raises(InputError, match="no section has facts"):
        score(root, "docs/guide.md")
    path = ledger_path(root, root / "docs" / "guide.md")
    path.parent.mkdir(parents=True)
    path.write_text(Ledger(Subject("api", "src/deep/rates")).dump())
    assert metrics(score(root, "docs/guide.md"))["claims.precision"] == 100


def test_without_names_all_documents_with_a_ledger_are_scored(root: Path) -> None:
    with pytest.raises(InputError, match="none has a ledger"):
        score(root)
    path = ledger_path(root, root / "docs" / "guide.md")
    path.parent.mkdir(parents=True)
    path.write_text(Ledger(Subject("api", "rates")).dump())
    assert score(root).summary["documents"] == 1


def test_a_card_is_held_against_the_model_beside_it(root: Path) -> None:
    model = root / "model"
    model.mkdir()
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "max_position_embeddings": 2048}
    (model / "config.json").write_text(json.dumps(config))
    (model / "README.md").write_text("# A model\n\n## Limitations\n\nIts context length is 2048 tokens.\n")
    report = score(root, "model/README.md")
    assert metrics(report)["claims.recall"] == 100


def test_the_same_heading_twice_is_two_sections(root: Path) -> None:
    guide = root / "docs" / "guide.md"
    guide.write_text(GUIDE + "\n## `save`\n\n### Introduction\n\nAgain `save`.\n")
    assert score(root, "docs/guide.md").summary["n"] == 5


# Documents against references --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        pytest.param("docs/guide.md", "old", id="path-below-the-root"),
        pytest.param("docs/guide.md", "old/docs", id="path-below-its-folder"),
        pytest.param("docs", "old/docs", id="folder"),
        pytest.param("docs/guide.md", "old/docs/guide.md", id="file"),
    ],
)
def test_documents_are_paired_by_path(root: Path, document: str, reference: str) -> None:
    found = metrics(score(root, document, reference=reference))
    assert 0 < found["BLEU"] < 100
    assert 50 < found["ROUGE-L"] < 100


def test_the_document_itself_is_no_reference(root: Path) -> None:
    with pytest.raises(InputError, match="the document itself"):
        score(root, "docs/guide.md", reference="docs")


def test_a_copy_of_the_document_as_reference_is_remarked_on(root: Path) -> None:
    (root / "old" / "docs" / "guide.md").write_text(GUIDE)
    report = score(root, "docs/guide.md", reference="old")
    assert metrics(report)["BLEU"] == pytest.approx(100)
    assert any("equal their reference" in note for note in notes(report))


def test_what_finds_no_partner_is_named_and_counted(root: Path) -> None:
    (root / "docs" / "new.md").write_text("# New\n\nText.\n")
    (root / "old" / "docs" / "gone.md").write_text("# Gone\n\nText.\n")
    old = root / "old" / "docs" / "guide.md"
    old.write_text(old.read_text().replace("## `save`", "## `drop`"))
    told = "\n".join(notes(score(root, "docs", reference="old/docs")))
    assert "1 of 2 documents without a reference: docs/new.md" in told
    assert "1 of 2 references without a document: gone.md" in told
    assert "1 of 4 sections of the references without a counterpart: docs/guide.md#rates > drop > Introduction" in told
    assert "2 of 5 without a reference, left out of the text metrics" in told


def test_a_managed_section_meets_the_one_that_a_person_wrote_under_the_same_headings(root: Path) -> None:
    section = render_section("error-handling", "rates.load", "`ValueError` is raised if `timeout` is negative.")
    (root / "docs" / "guide.md").write_text(f"# Another title\n\n## `load`\n\n### Errors\n\n{section}\n")
    report = score(root, "docs/guide.md", reference="old")
    assert metrics(report)["ROUGE-L"] == 100


def test_without_any_reference_nothing_is_scored(root: Path) -> None:
    (root / "empty").mkdir()
    with pytest.raises(InputError, match=r"no reference for docs/guide\.md"):
        score(root, "docs/guide.md", reference="empty")
    with pytest.raises(InputError, match="no such file or folder"):
        score(root, "docs/guide.md", reference="nowhere")


def test_one_file_cannot_be_the_reference_of_two_documents(root: Path) -> None:
    (root / "docs" / "new.md").write_text("# New\n")
    with pytest.raises(InputError, match="one reference for 2 documents"):
        score(root, "docs", reference="old/docs/guide.md")


# Minima ------------------------------------------------------------------------------------------------------------------


def test_a_metric_under_its_minimum_is_a_finding(root: Path) -> None:
    report = score(root, "docs/guide.md", reference="old", fail_under={"bleu": 99.5, "claims.precision": 100})
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.path) == ("score-under", "error", "docs/guide.md")
    assert finding.message.startswith("BLEU is ")
    assert finding.message.endswith("under its minimum of 99.5")
    assert "docs/guide.md#rates > load > Introduction" in finding.fix
    assert report.exit_code == 1


def test_the_minima_of_the_settings_hold_unless_others_are_given(root: Path) -> None:
    strict = Settings(score=ScoreSettings({"chrF": 100}))
    assert score(root, "docs/guide.md", reference="old", settings=strict).exit_code == 1
    assert score(root, "docs/guide.md", reference="old", settings=strict, fail_under={}).exit_code == 0


def test_a_minimum_for_what_cannot_be_computed_fails(root: Path) -> None:
    (finding,) = score(root, "docs/guide.md", fail_under={"BLEU": 1}).findings
    assert "could not be computed" in finding.message


@pytest.mark.parametrize(
    ("minima", "what", "fix"),
    [
        pytest.param({"blue": 1}, "unknown metric `blue`", "did you mean BLEU", id="misspelt"),
        pytest.param({"rouge_l": 1}, "unknown metric", "did you mean ROUGE-L", id="another-spelling"),
        pytest.param({"xyz": 1}, "unknown metric", "use one of BLEU", id="unheard-of"),
        pytest.param({"contradicted": 1}, "better when lower", "use one of", id="lower-is-better"),
        pytest.param({"length": 1}, "no better and worse", "use one of", id="no-direction"),
        pytest.param({"BLEU": float("nan")}, "minimum of BLEU is nan", "from 0 to 100", id="not-a-number"),
    ],
)
def test_a_minimum_that_makes_no_sense_is_refused(root: Path, minima: dict[str, float], what: str, fix: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        score(root, "docs/guide.md", fail_under=minima)
    assert fix in raised.value.fix


# The baseline ------------------------------------------------------------------------------------------------------------


def test_a_baseline_is_written_sorted_and_compared_with(root: Path) -> None:
    path = root / ".docgen" / "scores.json"
    score(root, "docs/guide.md", reference="old", baseline=path, update_baseline=True)
    first = path.read_bytes()
    score(root, "docs/guide.md", reference="old", baseline=path, update_baseline=True)
    assert path.read_bytes() == first
    assert list(json.loads(first)["metrics"]) == sorted(json.loads(first)["metrics"])
    report = score(root, "docs/guide.md", reference="old", baseline=path)
    assert report.findings == ()
    assert any("text metrics not compared" in note for note in notes(report))


def test_a_claim_lost_since_the_baseline_is_a_finding_however_few_sections_there_are(root: Path) -> None:
    path, page = root / "scores.json", root / "docs" / "page.md"
    text = "`ValueError` is raised if `timeout` is negative."
    page.write_text(f"# Page\n\n{render_section('error-handling', 'rates.load', text)}\n")
    score(root, "docs/page.md", baseline=path, update_baseline=True)
    page.write_text(f"# Page\n\n{render_section('error-handling', 'rates.load', 'It fails if `timeout` is negative.')}\n")
    report = score(root, "docs/page.md", baseline=path)
    assert "score-worse" in {finding.code for finding in report.findings}
    assert any(finding.message.startswith("claims.recall is 0.00, 100.00 below") for finding in report.findings)


def test_a_baseline_that_is_not_there_is_said_so(root: Path) -> None:
    with pytest.raises(InputError, match="no such baseline") as raised:
        score(root, "docs/guide.md", baseline=root / "scores.json")
    assert "--update-baseline" in raised.value.fix
    with pytest.raises(InputError, match="no baseline to update"):
        score(root, "docs/guide.md", update_baseline=True)


def test_a_baseline_with_references_cannot_be_compared_with_a_run_without(root: Path) -> None:
    path = root / "scores.json"
    score(root, "docs/guide.md", reference="old", baseline=path, update_baseline=True)
    with pytest.raises(BaselineError, match="and this run has not") as raised:
        score(root, "docs/guide.md", baseline=path)
    assert raised.value.exit_code == 3


def scores(values: dict[str, float], name: str = "BLEU", signature: str = "s") -> Scores:
    """Scores with one metric, whose items are `values` and whose value is their mean."""
    mean = sum(values.values()) / len(values)
    return Scores(len(values), {name: Score(mean, signature)}, {key: {name: value} for key, value in values.items()})


def many(value: float, count: int = 40) -> dict[str, float]:
    return {f"k{number}": value + number % 5 for number in range(count)}


@pytest.mark.parametrize(
    ("now", "before", "codes"),
    [
        pytest.param(scores(many(50)), scores(many(50)), [], id="the-same"),
        pytest.param(scores(many(90)), scores(many(50)), [], id="better"),
        pytest.param(scores(many(48.5)), scores(many(50)), [], id="within-the-tolerance"),
        pytest.param(scores(many(40)), scores(many(50)), ["score-worse"], id="worse"),
        pytest.param(scores(many(40, 29)), scores(many(50, 29)), [], id="worse-in-too-few-sections"),
        pytest.param(scores(many(40), "claims.F1"), scores(many(50), "claims.F1"), ["score-worse"], id="claims"),
        pytest.param(scores(many(40, 3), "claims.F1"), scores(many(50, 3), "claims.F1"), ["score-worse"], id="few-claims"),
        pytest.param(scores(many(0) | {"k0": -900}), scores(many(0)), [], id="one-section-alone"),
        pytest.param(scores(many(9), "length"), scores(many(50), "length"), [], id="length-is-no-gate"),
        pytest.param(scores({"a": 1}, "contradicted"), scores({"a": 0}, "contradicted"), ["score-worse"], id="contradicted"),
        pytest.param(scores({"a": 0}, "contradicted"), scores({"a": 1}, "contradicted"), [], id="fewer-contradicted"),
    ],
)
def test_a_metric_fails_only_where_it_is_surely_worse(now: Scores, before: Scores, codes: list[str]) -> None:
    assert [finding.code for finding in compare(now, Baseline.of(before), "docs").findings] == codes


def test_what_lost_most_is_named(root: Path) -> None:
    now = scores(many(40) | {"k7": 0.0})
    (finding,) = compare(now, Baseline.of(scores(many(50))), "docs").findings
    assert finding.fix.startswith("look at what lost most: k7 (-52.0), ")


def test_other_signatures_cannot_be_compared() -> None:
    with pytest.raises(BaselineError, match="in another way: tok:13a, now tok:intl") as raised:
        compare(scores(many(1), signature="tok:intl"), Baseline.of(scores(many(1), signature="tok:13a")), "docs", "b.json")
    assert raised.value.where == "b.json"


def test_other_sections_cannot_be_compared() -> None:
    with pytest.raises(BaselineError, match="none of its 40 sections"):
        compare(scores({"other": 1.0}), Baseline.of(scores(many(1))), "docs")


def test_new_sections_are_left_out_of_the_comparison_and_counted() -> None:
    now = scores(many(50) | {"new": 50.0})
    assert compare(now, Baseline.of(scores(many(50))), "docs").notes == ("1 of 41 sections are not in the baseline",)


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        pytest.param("50.5", "NaN", "NaN is not a number", 7, id="nan"),
        pytest.param("50.5", "-Infinity", "-Infinity is not a number", 7, id="infinity"),
        pytest.param("50.5", "1e999", "`BLEU` is Infinity", 4, id="overflow"),
        pytest.param("50.5", '"50"', '`BLEU` is "50", not a number', 4, id="text"),
        pytest.param("50.5", "true", "`BLEU` is true, not a number", 4, id="boolean"),
        pytest.param('"signature"', '"sign"', "`BLEU` has no signature", 4, id="no-signature"),
        pytest.param('"schema": 1', '"schema": 9', "schema 9", 10, id="schema"),
        pytest.param('"metrics"', '"metric"', "`metrics` is null", 1, id="no-metrics"),
        pytest.param("{", "", "not JSON", 2, id="not-json"),
        pytest.param("{", "[" * 100_000 + "{", "not JSON that can be read", 1, id="nested-too-deeply"),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_line(old: str, new: str, what: str, line: int) -> None:
    text = Baseline({"BLEU": Score(50.5, "s")}, {"a": {"chrF": 1.0}}).dump()
    assert old in text
    with pytest.raises(InputError) as raised:
        Baseline.parse(text.replace(old, new, 1), "b.json")
    assert what in raised.value.what
    assert raised.value.where.startswith("b.json:")


NAMES = st.text(min_size=1, max_size=8)
VALUES = st.floats(0, 100).map(lambda value: round(value, 4))


@given(
    st.dictionaries(NAMES, st.builds(Score, VALUES, st.text(max_size=9))),
    st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=3)),
)
def test_a_baseline_reads_as_it_was_written(by_name: dict[str, Score], items: dict[str, dict[str, float]]) -> None:
    baseline = Baseline(by_name, items)
    assert Baseline.parse(baseline.dump()) == baseline
    assert Baseline.parse(baseline.dump()).dump() == baseline.dump()


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=50))
def test_the_interval_lies_within_the_changes_and_is_the_same_each_time(changes: list[float]) -> None:
    low, high = interval(changes)
    assert min(changes) - 1e-6 <= low <= high <= max(changes) + 1e-6
    assert interval(changes) == (low, high)


# Writers -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Saying:
    """A writer that says what it was made with; a text for each Brief in turn."""

    name: str
    texts: Sequence[str]

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        return list(self.texts)


FACTS = (
    Fact("kind", "function"),
    Fact("doc", "Read exchange rates from a file."),
    Fact("parameters", ["path"]),
    Fact("raises", ["ValueError"]),
    Fact("raises.ValueError.when", ["the rate is negative"]),
)


def example(kind: str, text: str) -> Example:
    return Example(Brief(kind, kind.title(), "rates.load", FACTS), text, "rates", "MIT", "authored")


EXAMPLES = [
    example("introduction", "`load` reads exchange rates."),
    example("error-handling", "`ValueError` is raised if the rate is negative."),
]


def test_writers_stand_side_by_side_in_one_table() -> None:
    perfect = Saying("perfect", [example.text for example in EXAMPLES])
    liar = Saying("liar", ["`load` writes `colours`.", "`KeyError` is raised."])
    others = [perfect, PlainWriter(), ExtractiveWriter(EXAMPLES)]
    report = score_writer(liar, EXAMPLES, name="corpus", split="test", baselines=others)
    head = next(line for line in report.table.splitlines() if "perfect" in line)
    assert head.split()[:2] == ["liar", "perfect"]
    row = next(line for line in report.table.splitlines() if line.startswith("claims.precision"))
    assert float(row.split()[1]) < float(row.split()[2]) == 100
    writers: Any = report.summary["writers"]
    assert list(writers) == ["liar", "perfect", PlainWriter().name, "extractive"]
    assert writers["perfect"]["metrics"]["ROUGE-L"] == 100


def test_each_label_has_a_column_and_every_metric_a_signature() -> None:
    report = score_writer(Saying("w", [example.text for example in EXAMPLES]), EXAMPLES, name="corpus", split="test")
    head, signatures = report.table.split("signatures\n")
    assert "error-handling" in head
    assert "introduction" in head
    assert "nrefs:1" in signatures
    assert "rougeL|" in signatures
    signatures_told: Any = report.summary["signatures"]
    assert set(signatures_told) == set(metrics(report))


def test_the_report_is_json_with_all_that_the_table_holds() -> None:
    report = score_writer(Saying("w", ["", "x"]), EXAMPLES, name="corpus", split="test", fail_under={"chrF": 50})
    body = json.loads(report.render("json"))
    assert body["summary"]["n"] == 2
    assert body["summary"]["labels"]["introduction"]["metrics"]["chrF"] == 0
    assert body["findings"][0]["code"] == "score-under"
    assert any("without a text" in note for note in body["summary"]["notes"])


def test_examples_that_look_the_same_keep_their_own_scores(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    twice = [EXAMPLES[0], replace(EXAMPLES[0], text="Another text of it.")]
    score_writer(Saying("w", ["a", "b"]), twice, name="c", split="test", baseline=path, update_baseline=True, root=tmp_path)
    assert len(json.loads(path.read_text())["items"]) == 2


@pytest.mark.parametrize("texts", [pytest.param([], id="none"), pytest.param(["a"] * 3, id="too-many")])
def test_a_writer_that_loses_texts_is_refused(texts: list[str]) -> None:
    with pytest.raises(DocgenError, match="for 2 Briefs"):
        score_writer(Saying("w", texts), EXAMPLES, name="corpus", split="test")


def test_a_split_without_examples_is_refused() -> None:
    with pytest.raises(InputError, match="no examples in test of corpus"):
        score_writer(Saying("w", []), [], name="corpus", split="test")


def test_progress_is_told_for_each_writer() -> None:
    told: list[str] = []
    score_writer(Saying("w", ["a", "b"]), EXAMPLES, name="c", split="test", baselines=[PlainWriter()], progress=told.append)
    assert told == ["w: writing 2 sections", f"{PlainWriter().name}: writing 2 sections"]


def test_enough_sections_are_what_the_gate_says() -> None:
    answers = [Answer(f"k{number}", EXAMPLES[0].brief, "`load` reads.", EXAMPLES[0].text) for number in range(FEWEST_SECTIONS)]
    assert compare(measure(answers), Baseline.of(measure(answers)), "docs").notes == ()
