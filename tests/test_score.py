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
from docgen.cache import Cache
from docgen.corpus.store import Example
from docgen.document import render_section
from docgen.facts import Fact, Subject
from docgen.ledger import Ledger, ledger_path
from docgen.metrics import Answer, Score
from docgen.report import BaselineError, DocgenError, InputError, Report
from docgen.score import Answering, Baseline, ScoreReport, Split, compare, score_documents, score_writer
from docgen.score.items import Item
from docgen.score.scored import Scored, scored
from docgen.score.sections import Pairing
from docgen.score.statistics import FEWEST_TEXTS
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


def score(
    root: Path, *names: str, reference: str | None = None, update: bool = False, pairing: Pairing = "section", **options: Any
) -> ScoreReport:
    """The report on documents; `options` are settings of [score]."""
    paths = [root / name for name in names]
    other = root / reference if reference else None
    settings = Settings(score=ScoreSettings(**options))
    return score_documents(paths, reference=other, root=root, settings=settings, update_baseline=update, pairing=pairing)


def metrics(report: Report, label: str = "") -> dict[str, float]:
    place: Any = report.summary["slices"] if label else report.summary
    return dict((place["label"][label] if label else place)["metrics"])


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


def guides(root: Path, count: int) -> None:
    """So many guides with a reference each; the texts of every other one differ from it."""
    for number in range(count):
        (root / "docs" / f"guide{number:02}.md").write_text(GUIDE if number % 2 else GUIDE.replace("reads", "loads"))
        (root / "old" / "docs" / f"guide{number:02}.md").write_text(GUIDE)


def test_a_document_under_a_minimum_is_a_finding_at_its_first_line(root: Path) -> None:
    (root / "docs" / "bad.md").write_text("# `rates`\n\n## `load`\n\n### Introduction\n\n`load` opens `wires`.\n")
    report = score(root, "docs", fail_under={"Claims.Precision": 90})
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.path, finding.line) == ("score-under", "error", "docs/bad.md", 7)
    assert finding.message == "claims.precision of docs/bad.md is 50.00, under its minimum of 90"
    assert finding.fix == "begin with the lowest: docs/bad.md#rates > load > Introduction (50.0)"
    assert report.exit_code == 1


def test_a_minimum_of_the_mean_is_held_against_all_documents_together(root: Path) -> None:
    (root / "docs" / "bad.md").write_text("# `rates`\n\n## `load`\n\n### Introduction\n\n`load` opens `wires`.\n")
    assert score(root, "docs", fail_under_mean={"claims.precision": 80}).exit_code == 0
    (finding,) = score(root, "docs", fail_under_mean={"claims.precision": 99}).findings
    assert finding.message.startswith("claims.precision is ") and finding.path == "."


@pytest.mark.parametrize(
    ("count", "code"), [pytest.param(FEWEST_TEXTS - 2, 0, id="few"), pytest.param(FEWEST_TEXTS, 1, id="enough")]
)
@pytest.mark.parametrize("gate", ["fail_under", "fail_under_mean"])
def test_a_metric_of_wording_fails_only_from_thirty_documents_on(root: Path, gate: str, count: int, code: int) -> None:
    guides(root, count)
    report = score(root, "docs", reference="old/docs", **{gate: {"bleu": 99.9}})
    assert report.exit_code == code and report.findings
    assert all(("fails from 30 on" in finding.message) == (code == 0) for finding in report.findings)


def test_a_minimum_for_what_cannot_be_computed_fails(root: Path) -> None:
    for gate in ("fail_under", "fail_under_mean"):
        (finding,) = score(root, "docs/guide.md", **{gate: {"BLEU": 1}}).findings
        assert "could not be computed" in finding.message and finding.severity == "error"


@pytest.mark.parametrize(
    ("minima", "what", "fix"),
    [
        pytest.param({"blue": 1}, "unknown metric `blue`", "did you mean BLEU", id="misspelt"),
        pytest.param({"rouge_l": 1}, "unknown metric", "did you mean ROUGE-L", id="another-spelling"),
        pytest.param({"xyz": 1}, "unknown metric", "use one of BLEU", id="unheard-of"),
        pytest.param({"contradicted": 1}, "better when lower", "docgen check", id="lower-is-better"),
        pytest.param({"TER": 1}, "better when lower", "use one of", id="also-lower-is-better"),
        pytest.param({"length": 1}, "no better and worse", "use one of", id="no-direction"),
        pytest.param({"BLEU": float("nan")}, "minimum of BLEU is nan", "from 0 to 100", id="not-a-number"),
        pytest.param({"chrF": -1}, "minimum of chrF is -1", "from 0 to 100", id="less than there is"),
        pytest.param({"chrF": 100.5}, "minimum of chrF is 100.5", "from 0 to 100", id="more than there is"),
    ],
)
def test_a_minimum_that_makes_no_sense_is_refused(root: Path, minima: dict[str, float], what: str, fix: str) -> None:
    for gate in ("fail_under", "fail_under_mean"):
        with pytest.raises(InputError, match=what) as raised:
            score(root, "docs/guide.md", **{gate: minima})
        assert fix in raised.value.fix


# The baseline ------------------------------------------------------------------------------------------------------------


def test_a_baseline_is_written_sorted_a_line_a_document_and_compared_with(root: Path) -> None:
    score(root, "docs", reference="old/docs", baseline="scores.json", update=True)
    path = root / "scores.json"
    first = path.read_bytes()
    score(root, "docs", reference="old/docs", baseline="scores.json", update=True)
    assert path.read_bytes() == first
    content = json.loads(first)
    assert list(content["metrics"]) == sorted(content["metrics"])
    assert len(first.splitlines()) == 7 + len(content["metrics"]) + len(content["documents"])
    report = score(root, "docs", reference="old/docs", baseline="scores.json")
    assert report.findings == ()
    assert {change.metric for change in report.changes} >= {"BLEU", "TER", "claims.F1"}
    assert all(change.comparison.difference == pytest.approx(0, abs=0.01) for change in report.changes)
    assert any("metrics of wording fail nothing" in note for note in notes(report))


def test_a_claim_lost_since_the_baseline_is_a_finding_however_few_documents_there_are(root: Path) -> None:
    page = root / "docs" / "page.md"
    text = "`ValueError` is raised if `timeout` is negative."
    page.write_text(f"# Page\n\n{render_section('error-handling', 'rates.load', text)}\n")
    score(root, "docs/page.md", baseline="scores.json", update=True)
    page.write_text(f"# Page\n\n{render_section('error-handling', 'rates.load', 'It fails if `timeout` is negative.')}\n")
    report = score(root, "docs/page.md", baseline="scores.json")
    assert "score-worse" in {finding.code for finding in report.findings}
    (recall,) = [finding for finding in report.findings if finding.message.startswith("claims.recall")]
    assert "is 0.00, 100.00 in the baseline: -100.00" in recall.message
    assert report.exit_code == 1
    allowed = {"claims.recall": 100, "claims.F1": 100, "completeness": 100, "support": 100}
    assert score(root, "docs/page.md", baseline="scores.json", max_regression=allowed).exit_code == 0


def test_wording_that_got_worse_in_thirty_documents_fails_and_in_fewer_does_not(root: Path) -> None:
    for count, code in ((FEWEST_TEXTS - 2, 0), (FEWEST_TEXTS, 1)):
        guides(root, count)
        score(root, "docs", reference="old/docs", baseline="scores.json", update=True)
        for path in sorted((root / "docs").glob("guide?*.md")):
            path.write_text(path.read_text().replace("exchange rates", "some numbers"))
        report = score(root, "docs", reference="old/docs", baseline="scores.json")
        assert any("chrF" in finding.message for finding in report.findings) == bool(code)


def test_a_baseline_that_is_not_there_is_said_so(root: Path) -> None:
    with pytest.raises(InputError, match="no such baseline") as raised:
        score(root, "docs/guide.md", baseline="scores.json")
    assert "--update-baseline" in raised.value.fix and raised.value.where == "scores.json"
    with pytest.raises(InputError, match="no baseline to update"):
        score(root, "docs/guide.md", update=True)


def test_a_baseline_with_references_cannot_be_compared_with_a_run_without(root: Path) -> None:
    score(root, "docs/guide.md", reference="old", baseline="scores.json", update=True)
    with pytest.raises(BaselineError, match="and this run has not") as raised:
        score(root, "docs/guide.md", baseline="scores.json")
    assert raised.value.exit_code == 3


def run(texts: dict[str, str], reference: str = "Reads the exchange rates of a day from a file.") -> Scored:
    """What texts score, each a document of its own, against one reference."""
    return scored(
        "all", [Item(Answer(key, Brief("", "", "", ()), text, reference), key, "s", key) for key, text in texts.items()]
    )


def many(text: str, count: int = 40) -> dict[str, str]:
    return {f"k{number:02}": f"{text} {number % 5}" for number in range(count)}


GOOD, FAIR, POOR = "Reads the exchange rates of a day from a file.", "Reads the rates of a day from one file.", "Opens a door."


@pytest.mark.parametrize(
    ("now", "before", "fails"),
    [
        pytest.param(many(GOOD), many(GOOD), False, id="the-same"),
        pytest.param(many(GOOD), many(POOR), False, id="better"),
        pytest.param(many(FAIR), many(GOOD), True, id="worse"),
        pytest.param(many(FAIR, 29), many(GOOD, 29), False, id="worse-in-too-few-documents"),
        pytest.param(many(GOOD) | {"k00": POOR}, many(GOOD), False, id="one-document-alone"),
    ],
)
def test_a_metric_fails_only_where_it_is_surely_worse(now: dict[str, str], before: dict[str, str], fails: bool) -> None:
    found = compare(run(now), Baseline.of(run(before)), "docs").findings
    assert {finding.code for finding in found} == ({"score-worse"} if fails else set())
    assert {"BLEU", "chrF", "TER"} <= {finding.message.partition(" ")[0] for finding in found} or not fails


def test_what_lost_most_is_named_in_its_own_direction() -> None:
    found = compare(run(many(FAIR) | {"k07": POOR}), Baseline.of(run(many(GOOD))), "docs").findings
    fixes = {finding.message.partition(" ")[0]: finding.fix for finding in found}
    assert fixes["chrF"].startswith("look at what lost most: k07 (-")
    assert fixes["TER"].startswith("look at what lost most: k07 (+")


def test_how_much_may_be_lost_can_be_said() -> None:
    now, before = run(many(FAIR)), Baseline.of(run(many(GOOD)))
    allowed = dict.fromkeys(before.metrics, 100.0)
    assert compare(now, before, "docs", regressions=allowed).findings == ()
    told = compare(now, before, "docs", regressions=allowed | {"chrF": 0.5}).findings
    assert [finding.message.partition(" ")[0] for finding in told] == ["chrF"]


def test_other_signatures_cannot_be_compared() -> None:
    now, before = run(many(GOOD)), Baseline.of(run(many(GOOD)))
    other = replace(before, metrics=dict(before.metrics) | {"BLEU": Score(1, "tok:intl")})
    with pytest.raises(BaselineError, match="in another way: tok:intl, now nrefs:1") as raised:
        compare(now, other, "docs", "b.json")
    assert raised.value.where == "b.json" and raised.value.exit_code == 3


def test_other_documents_cannot_be_compared() -> None:
    with pytest.raises(BaselineError, match="none of its 40 documents"):
        compare(run({"other": GOOD}), Baseline.of(run(many(GOOD))), "docs")


def test_new_and_missing_documents_are_left_out_of_the_comparison_and_counted() -> None:
    found = compare(run(many(GOOD, 39) | {"new": GOOD}), Baseline.of(run(many(GOOD))), "docs")
    assert found.notes == ("1 of 40 documents not in the baseline", "1 of 40 documents of the baseline not scored in this run")


def test_rows_of_another_length_are_no_baseline() -> None:
    now = run(many(GOOD))
    before = Baseline.of(now)
    documents = {key: dict(rows) | {"BLEU": (1.0,)} for key, rows in before.documents.items()}
    with pytest.raises(InputError, match="`BLEU` of a document has not 1[01] numbers"):
        compare(now, replace(before, documents=documents), "docs")


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        pytest.param("50.5", "NaN", "NaN is not a number", 6, id="nan"),
        pytest.param("50.5", "1" * 400, "1, not a number", 6, id="larger than any number"),
        pytest.param("1.5", "NaN", "NaN is not a number", 3, id="nan-in-a-row"),
        pytest.param("50.5", "-Infinity", "-Infinity is not a number", 6, id="infinity"),
        pytest.param("50.5", "1e999", "`BLEU` is Infinity", 6, id="overflow"),
        pytest.param("50.5", '"50"', '`BLEU` is "50", not a number', 6, id="text"),
        pytest.param("50.5", "true", "`BLEU` is true, not a number", 6, id="boolean"),
        pytest.param("[1.5]", "1.5", "`chrF` is 1.5, not a list", 3, id="no-row"),
        pytest.param("[1.5]", "[]", "`chrF` is [], not a list", 3, id="empty-row"),
        pytest.param('"signature"', '"sign"', "`BLEU` has no signature", 6, id="no-signature"),
        pytest.param('"metrics"', '"metric"', "`metrics` is null", 1, id="no-metrics"),
        pytest.param('  "a": {"chrF": [1.5]}', '  "a": {},\n  "a": {}', "`a` stands in it twice", 3, id="twice"),
        pytest.param("{", "", "not JSON", 2, id="not-json"),
        pytest.param("{", "[" * 100_000 + "{", "not JSON that can be read", 1, id="nested-too-deeply"),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_line(old: str, new: str, what: str, line: int) -> None:
    text = Baseline({"BLEU": Score(50.5, "s")}, {"a": {"chrF": (1.5,)}}).dump()
    assert old in text
    with pytest.raises(InputError) as raised:
        Baseline.parse(text.replace(old, new, 1), "b.json")
    assert what in raised.value.what
    assert raised.value.where == f"b.json:{line}"


def test_a_baseline_of_another_schema_cannot_be_compared() -> None:
    text = Baseline({}, {}).dump().replace('"schema": 2', '"schema": 9')
    with pytest.raises(BaselineError, match="schema 9, and this docgen compares with schema 2"):
        Baseline.parse(text, "b.json")


NAMES = st.text(min_size=1, max_size=8)
VALUES = st.floats(0, 100).map(lambda value: round(value, 4))


@given(
    st.dictionaries(NAMES, st.builds(Score, VALUES, st.text(max_size=9))),
    st.dictionaries(NAMES, st.dictionaries(NAMES, st.lists(VALUES, min_size=1, max_size=4).map(tuple), max_size=3)),
)
def test_a_baseline_reads_as_it_was_written(
    by_name: dict[str, Score], documents: dict[str, dict[str, tuple[float, ...]]]
) -> None:
    baseline = Baseline(by_name, documents)
    assert Baseline.parse(baseline.dump()) == baseline
    assert Baseline.parse(baseline.dump()).dump() == baseline.dump()


# Writers -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Saying:
    """A writer that says what it was made with; a text for each Brief in turn."""

    name: str
    texts: Sequence[str]
    mark: str = "saying"

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
TEXTS = [example.text for example in EXAMPLES]


def score_texts(tmp_path: Path, texts: Sequence[str], examples: Sequence[Example] = EXAMPLES, **options: Any) -> ScoreReport:
    """The report on a writer that says these texts."""
    part = ScoreSettings(**options.pop("score", {}))
    split = Split("corpus", "test", examples)
    return score_writer(Saying("w", texts), split, settings=Settings(score=part), root=tmp_path, **options)


def test_writers_stand_side_by_side_in_one_table(tmp_path: Path) -> None:
    perfect = Saying("perfect", TEXTS)
    report = score_texts(
        tmp_path,
        ["`load` writes `colours`.", "`KeyError` is raised."],
        beside=[perfect, PlainWriter(), ExtractiveWriter(EXAMPLES)],
    )
    row = next(line for line in report.table.splitlines() if line.startswith("claims.precision"))
    assert float(row.split()[1]) < 100 and row.split()[-3:] == ["100.0"] * 3
    writers: Any = report.summary["writers"]
    assert list(writers) == ["w", "perfect", PlainWriter().name, "extractive"]
    assert writers["perfect"]["metrics"]["ROUGE-L"] == pytest.approx(100)


def test_each_label_is_a_slice_and_every_metric_has_a_signature(tmp_path: Path) -> None:
    report = score_texts(tmp_path, TEXTS)
    head, signatures = report.table.split("signatures\n")
    assert "  error-handling " in head and "nrefs:1" in signatures and "rougeL|" in signatures
    assert metrics(report, "introduction")["chrF"] == pytest.approx(100)
    signatures_told: Any = report.summary["signatures"]
    assert set(signatures_told) == set(metrics(report))


def test_the_report_is_json_with_all_that_the_table_holds(tmp_path: Path) -> None:
    report = score_texts(tmp_path, ["", "x"], score={"fail_under_mean": {"chrF": 50}})
    body = json.loads(report.render("json"))
    assert (body["summary"]["schema"], body["summary"]["n"], body["summary"]["seed"]) == (1, 2, 0)
    assert body["summary"]["slices"]["label"]["introduction"]["metrics"]["chrF"] == 0
    assert body["findings"][0]["code"] == "score-under"
    assert any("without a text" in note for note in body["summary"]["notes"])
    low, high = body["summary"]["intervals"]["chrF"]
    assert low <= body["summary"]["metrics"]["chrF"] <= high


def test_two_writers_are_compared_on_the_same_texts(tmp_path: Path) -> None:
    examples = [example("introduction", f"`load` reads exchange rates of number {number}.") for number in range(40)]
    good, bad = [each.text for each in examples], ["It opens doors."] * 20 + [each.text for each in examples[20:]]
    report = score_texts(tmp_path, good, examples, against=Saying("other", bad))
    found = {each.metric: each for each in report.compared}
    assert found["chrF"].difference > 0 and found["chrF"].low > 0 and found["chrF"].p_randomisation < 0.01
    assert (found["chrF"].texts, found["chrF"].better, found["chrF"].worse) == (40, 20, 0)
    assert found["TER"].difference < 0 and (found["TER"].better, found["TER"].worse) == (20, 0)
    assert "w minus other" in report.table
    same = score_texts(tmp_path, good, examples, against=Saying("twin", good))
    assert all(each.difference == 0 and each.p_randomisation == 1 for each in same.compared)


def test_examples_that_look_the_same_keep_their_own_scores(tmp_path: Path) -> None:
    twice = [EXAMPLES[0], replace(EXAMPLES[0], text="Another text of it.")]
    score_texts(tmp_path, ["a", "b"], twice, score={"baseline": "scores.json"}, update_baseline=True)
    assert len(json.loads((tmp_path / "scores.json").read_text())["documents"]) == 2


@pytest.mark.parametrize("texts", [pytest.param([], id="none"), pytest.param(["a"] * 3, id="too-many")])
def test_a_writer_that_loses_texts_is_refused(tmp_path: Path, texts: list[str]) -> None:
    with pytest.raises(DocgenError, match="for 2 Briefs"):
        score_texts(tmp_path, texts)


def test_a_split_without_examples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no examples in test of corpus"):
        score_texts(tmp_path, [], [])


def test_progress_is_told_for_each_writer(tmp_path: Path) -> None:
    told: list[str] = []
    score_texts(tmp_path, ["a", "b"], beside=[PlainWriter()], progress=told.append)
    assert told == ["w: 2 sections", f"{PlainWriter().name}: 2 sections"]


@dataclass
class Counting:
    """A writer that remembers what it was asked for, and stops after so many calls."""

    asked: list[int]
    calls: int = 99
    name: str = "counting"
    mark: str = "counting"

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        if len(self.asked) == self.calls:
            raise KeyboardInterrupt
        self.asked.append(len(briefs))
        return [f"About {brief.about}." for brief in briefs]


def test_answers_are_kept_and_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    briefs = [Brief("introduction", "", f"rates.load{number}", FACTS) for number in range(40)]
    cache = Cache(tmp_path / "cache")

    def answers(writer: Counting) -> list[str]:
        return Answering(writer, cache, lambda *_: None).write(briefs)

    with pytest.raises(KeyboardInterrupt):
        answers(Counting([], calls=2))
    second = Counting([])
    assert answers(second) == [f"About {brief.about}." for brief in briefs]
    assert second.asked == [8]
    third = Counting([])
    answers(third)
    assert third.asked == []
    other = Counting([], mark="another")
    answers(other)
    assert other.asked == [16, 16, 8]
