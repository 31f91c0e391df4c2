"""Labels of sections: whose word counts first, what the classifier says and leaves unsaid, and where its weights come from."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.corpus.labels import Label, Labeller, Seen, names_only
from docgen.corpus.labels.classifier import NONE, WEIGHTS, Classifier, features
from docgen.settings import HEADINGS_OF_KIND, CorpusSettings, Settings

if TYPE_CHECKING:
    from docgen.corpus.labels.recipe import Answer, Row

STARTER = Path(__file__).parent.parent / "training_data"
WHEN = (
    "Reach for it when rates have to be looked up in a loop. Open a client once, call `load` for each currency, then close it."
)


def labeller(least: float = 0.8, **labels: tuple[str, ...]) -> Labeller:
    """A labeller of a project with these labels of its own; an underscore stands for the hyphen of a kind."""
    own = {kind.replace("_", "-"): headings for kind, headings in labels.items()}
    return Labeller(Settings(labels=own, corpus=CorpusSettings(min_confidence=least)))


# Order -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "heading"), [(kind, heading) for kind, known in HEADINGS_OF_KIND.items() for heading in known]
)
def test_headings_of_the_table_have_their_kind(kind: str, heading: str) -> None:
    assert labeller().label(f"2. {heading.title()}:", "") == Label(kind, "heading", 1.0)


def test_a_projects_own_heading_comes_before_docgens() -> None:
    assert labeller(limitations=("Usage",)).label("Usage", WHEN) == Label("limitations", "settings", 1.0)


def test_a_projects_own_heading_counts_as_its_own_where_docgen_agrees() -> None:
    assert labeller(use_case=("Usage",)).label("Usage", WHEN) == Label("use-case", "settings", 1.0)


def test_a_projects_own_kind_of_section_is_found() -> None:
    assert labeller(operations=("Day two",)).label("Day two", "Restart it.") == Label("operations", "settings", 1.0)


def test_a_projects_own_heading_comes_before_the_classifier() -> None:
    heading = "When it goes wrong"
    assert labeller().label(heading, "It raises `RateError`.") != labeller(use_case=(heading,)).label(
        heading, "It raises `RateError`."
    )


# The classifier ----------------------------------------------------------------------------------------------------------

FREE = [
    (
        "Why pocketrates?",
        "Looking up rates by hand is slow. pocketrates keeps a year of them on disk and answers at once.",
        "introduction",
    ),
    ("Getting your first rate", WHEN, "use-case"),
    (
        "When it goes wrong",
        "`load` raises `RateError` when the server refuses. Catch it and try again a minute later.",
        "error-handling",
    ),
    ("What it does not do", "It does not convert old currencies, and rates older than a year are not kept.", "limitations"),
    ("Scores on the held-out year", "The error was 0.4% over 365 days, against 1.1% for the baseline.", "evaluation"),
]


@pytest.mark.parametrize(("heading", "text", "kind"), FREE, ids=[row[2] for row in FREE])
def test_a_free_heading_is_labelled_by_the_classifier(heading: str, text: str, kind: str) -> None:
    label = labeller(0.5).label(heading, text)
    assert label is not None
    assert (label.kind, label.by) == (kind, "classifier")
    assert 0.5 <= label.confidence <= 1


NOTHING = [
    ("Installation", "```\npip install pocketrates\n```"),
    ("Installing from source", "Clone the repository and run `make install`."),
    ("License", "MIT, see LICENSE."),
    ("Changelog", "- 1.2: faster\n- 1.1: first release"),
    ("Version 2.0.1", "Released on 4 May. Fixed a crash in `load`."),
    ("Contributing", "Fork it, write a test and open a pull request."),
    ("API reference", "See the [reference](api.md)."),
    ("Citation", "```bibtex\n@article{rates}\n```"),
    ("Requirements", "Python 3.11 and a C compiler."),
    ("Configuration", "| option | default |\n|---|---|\n| `timeout` | 30 |"),
    ("Running the tests", "Install the extra `dev` and run `pytest`."),
]


@pytest.mark.parametrize(("heading", "text"), NOTHING, ids=[row[0] for row in NOTHING])
def test_a_section_of_no_kind_stays_unlabelled(heading: str, text: str) -> None:
    assert labeller().label(heading, text) is None


@pytest.mark.parametrize("least", [0.0, 0.5, 0.8, 0.95, 1.0])
def test_no_label_is_less_sure_than_the_project_wants(least: float) -> None:
    asked = labeller(least)
    for heading, text, _ in FREE:
        kind, confidence = Classifier.load().best(heading, text)
        label = asked.label(heading, text)
        assert label == (Label(kind, "classifier", confidence) if kind != NONE and confidence >= least else None)


def test_a_heading_of_the_table_is_sure_enough_for_any_project() -> None:
    assert labeller(1.0).label("Usage", WHEN) is not None


SYMBOLS = [
    *("`Client`", "`Client` class", "The `load` function", "`load`, `save` and `drop`", "[`Client`](api.md#client)"),
    *("class Client", "def load", "*class* rates.Client", "exception HTTPStatusError", "AsyncClient", "HTTPError"),
    *("load()", "load_rates(path, *, limit=1) -> Rates", "rates.load", "__init__", "\\_\\_init\\_\\_", "@property", "--strict"),
    "v1.2.3",
]


@pytest.mark.parametrize("heading", SYMBOLS)
def test_a_heading_that_only_names_a_symbol_is_never_classified(heading: str) -> None:
    assert names_only(heading)
    assert labeller(0.0).label(heading, WHEN) is None


@pytest.mark.parametrize(
    "heading", ["Using `load`", "FAQs", "Error(s)", "Command line", "The class", "Why `Client`?", "Use e.g. this", "Ausnahmen"]
)
def test_a_heading_that_says_something_is_no_symbol(heading: str) -> None:
    assert not names_only(heading)


def test_probabilities_are_of_every_kind_and_sum_to_one() -> None:
    said = Classifier.load().probabilities("Getting started", WHEN)
    assert set(said) == {*HEADINGS_OF_KIND, NONE}
    assert sum(said.values()) == pytest.approx(1)


def test_labelling_imports_the_standard_library_alone() -> None:
    program = (
        "import sys; known = set(sys.modules); from docgen.corpus.labels import Labeller; "
        "from docgen.settings import Settings; "
        "assert Labeller(Settings()).label('How to use it from Python', 'Call `load` with a path.'); "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - known} - sys.stdlib_module_names)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split() == ["docgen"]


# What was seen -----------------------------------------------------------------------------------------------------------


def test_every_heading_is_seen_with_how_it_was_labelled_in_order() -> None:
    asked = labeller(use_case=("Recipes",))
    labels = [
        asked.label(heading, text)
        for heading, text in [("Recipes", WHEN), ("Overview", ""), FREE[1][:2], ("License", "MIT."), ("License", "")]
    ]
    classified = labels[2]
    assert classified is not None
    assert asked.seen == [
        Seen("Recipes", "use-case", "settings", 1.0),
        Seen("Overview", "introduction", "heading", 1.0),
        Seen(FREE[1][0], "use-case", "classifier", classified.confidence),
        Seen("License"),
        Seen("License"),
    ]


@pytest.mark.parametrize("heading", SYMBOLS)
def test_a_symbol_without_a_label_is_not_among_what_was_seen(heading: str) -> None:
    asked = labeller(limitations=("`Vault`",))
    asked.label(heading, WHEN)
    asked.label("`Vault`", WHEN)
    assert asked.seen == [Seen("`Vault`", "limitations", "settings", 1.0)]


# Hostile text ------------------------------------------------------------------------------------------------------------

HOSTILE = {
    "empty": "",
    "blanks": " \t ",
    "marks": "###",
    "emoji": "🎉🎉",
    "right to left": "\u202eשימוש\u202c",
    "lone surrogates": "Usage \ud800\udfff\udc00",
    "null": "Usage\0",
    "combining marks": "e" + "\u0301" * 5000,
    "one huge word": "a" * 100_000,
    "huge heading": "usage of it " * 20_000,
    "braces": "{" * 100_000,
    "angles": "<" * 100_000,
    "brackets": "[" * 50_000 + "](" * 50_000,
    "numbering": "1." * 50_000 + "i." * 50_000,
    "back ticks": "`" * 100_001,
    "underscores": "_a" * 50_000 + "!",
    "line ends": "\n" * 100_000,
    "lines of blanks": "\n " * 50_000,
    "fences": "```x\n" * 20_000,
    "pipes": "| " * 50_000 + "x",
    "dots": ". " * 50_000,
    "numbers": "1," * 50_000,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_headings_and_texts_are_labelled_at_once_or_not_at_all(hostile: str) -> None:
    asked = labeller(0.0, limitations=("Caveats", *HOSTILE))
    asked.label("Usage", "")  # loads the weights
    started = time.perf_counter()
    for heading, text in ((hostile, ""), (hostile, hostile), ("Getting started", hostile)):
        label = asked.label(heading, text)
        assert label is None or 0 <= label.confidence <= 1
    assert time.perf_counter() - started < 2


@given(heading=st.text(st.characters(), max_size=60), text=st.text(st.characters(), max_size=300))
def test_any_heading_and_text_gives_a_label_or_none(heading: str, text: str) -> None:
    label = labeller(0.0).label(heading, text)
    assert label is None or label.kind in HEADINGS_OF_KIND


def test_what_a_long_text_says_late_costs_nothing_and_changes_nothing() -> None:
    assert features("Usage", WHEN * 2000) == features("Usage", WHEN * 4000)


# The weights -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """What the weights are made of."""
    pytest.importorskip("sklearn", reason="the recipe trains with scikit-learn")
    from docgen.corpus.labels import recipe

    return recipe.authored() + recipe.starter(STARTER)


@pytest.fixture(scope="module")
def answers(rows: list[Row]) -> list[Answer]:
    """Every section answered by a model that did not see its document."""
    from docgen.corpus.labels import recipe

    return list(recipe.held_out(rows))


def test_the_weights_are_small_and_are_written_as_they_are_read() -> None:
    assert WEIGHTS.stat().st_size < 400_000
    assert Classifier.load().dumped() == WEIGHTS.read_text(encoding="utf-8")


def test_inference_says_what_scikit_learn_says(rows: list[Row]) -> None:
    from docgen.corpus.labels import recipe

    sections = recipe.taught(rows)
    vectors = [features(row.heading, row.text) for row in sections]
    vectorizer, model = recipe.regression(vectors, sections)
    ours = recipe.exported(vectorizer, model)
    asked = recipe.authored()
    expected = model.predict_proba(vectorizer.transform([features(row.heading, row.text) for row in asked]))
    for row, probabilities in zip(asked, expected.tolist(), strict=True):
        assert list(ours.probabilities(row.heading, row.text).values()) == pytest.approx(probabilities, abs=1e-6)


def test_the_weights_that_docgen_has_are_those_that_the_recipe_makes(rows: list[Row], answers: list[Answer]) -> None:
    from docgen.corpus.labels import recipe

    made = recipe.calibrated(recipe.fitted(rows), recipe.temperature_of(answers))
    shipped = Classifier.load()
    assert shipped.kinds == made.kinds
    for row in recipe.authored():
        said = made.probabilities(row.heading, row.text)
        assert shipped.probabilities(row.heading, row.text) == pytest.approx(said, abs=0.05), (
            "run docgen.corpus.labels.recipe again"
        )


def test_sections_of_documents_held_out_are_labelled_well(answers: list[Answer]) -> None:
    from docgen.corpus.labels import recipe

    assert recipe.macro_f1([answer for answer in answers if answer.row.heading]) > 0.75
    assert recipe.macro_f1([answer for answer in answers if not answer.row.heading]) > 0.9


def test_no_document_is_in_what_its_own_answers_were_learnt_from(rows: list[Row], answers: list[Answer]) -> None:
    assert sorted(answer.row.heading + answer.row.text for answer in answers) == sorted(
        row.heading + row.text for row in rows if row.document
    )


def test_leaving_features_out_costs_nothing(rows: list[Row], answers: list[Answer]) -> None:
    from docgen.corpus.labels import recipe

    whole = list(recipe.held_out(rows, most=None))
    assert recipe.macro_f1(answers) > recipe.macro_f1(whole) - 0.01
    assert (
        recipe.log_loss(answers, recipe.temperature_of(answers)) < recipe.log_loss(whole, recipe.temperature_of(whole)) + 0.01
    )


def test_a_temperature_undoes_too_much_confidence(answers: list[Answer]) -> None:
    from docgen.corpus.labels import recipe

    boastful = [replace(answer, said={kind: value**3 for kind, value in answer.said.items()}) for answer in answers]
    assert recipe.temperature_of(boastful) > 2 * recipe.temperature_of(answers)


def test_authored_rows_are_told_apart_and_have_a_kind() -> None:
    lines = WEIGHTS.with_name("authored.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    assert {row["kind"] for row in read} == {*HEADINGS_OF_KIND, NONE}
    assert all(row["heading"] for row in read)
    assert len({(row["document"], row["heading"], row["text"]) for row in read}) == len(read)
