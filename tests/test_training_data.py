"""The starter corpus: true to its sources, whole, evenly made, and counted rightly on its card."""

from __future__ import annotations

import ast
import json
import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from docgen.claims import verify
from docgen.corpus.audit import audit
from docgen.corpus.build import build
from docgen.corpus.sections import plain_text
from docgen.corpus.store import SPLITS, Example, read_split
from docgen.document import Document
from docgen.readers.license import license_of
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.report import Report
from docgen.settings import kind_of_heading

ROOT = Path(__file__).parent.parent / "training_data"
FOLDERS = sorted(path for path in ROOT.iterdir() if path.is_dir())
MODELS = [path for path in FOLDERS if is_model_folder(path)]
PACKAGES = [path for path in FOLDERS if path not in MODELS]
API_LABELS = ["introduction", "use-case", "error-handling"]
CARD = (ROOT / "README.md").read_text(encoding="utf-8")
PRAISE = re.compile(
    r"\b(?:powerful|robust|seamless\w*|easy to use|easily|simply|effortless\w*|cutting.edge|state-of-the-art|intuitive|elegant|"
    r"blazing\w*|versatile|user-friendly|leverag\w+|utili[sz]e\w*|crucial|comprehensive|is used to|of course|obviously)\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"\*\*|!\[|\]\(|^\s*\||^\s*```|^\s*>|https?:|<[a-z]+>", re.MULTILINE)


@dataclass(frozen=True)
class Labelled:
    """One labelled section of a page."""

    folder: Path
    page: Path
    line: int
    heading: str
    above: tuple[str, ...]
    label: str
    text: str

    @property
    def words(self) -> int:
        return len(plain_text(self.text).split())

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def sections_of(folder: Path) -> Iterator[Labelled]:
    pages = sorted(folder.glob("*.md")) if folder in MODELS else sorted((folder / "docs").glob("*.md"))
    for page in pages:
        for head in Document.parse(page.read_text(encoding="utf-8")).headed_sections():
            if label := kind_of_heading(head.heading):
                yield Labelled(folder, page, head.line, head.heading, head.path, label, head.text)


ALL = [section for folder in FOLDERS for section in sections_of(folder)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("starter") / "corpus"


@pytest.fixture(scope="module")
def report(corpus: Path) -> Report:
    return build([str(ROOT)], corpus)


@pytest.fixture(scope="module")
def rows(corpus: Path, report: Report) -> list[Example]:
    return [row for split in SPLITS for row in read_split(corpus, split)]


# True to the sources


def test_every_name_and_number_of_a_section_stands_in_its_facts(rows: list[Example]) -> None:
    wrong = [
        f"{row.brief.kind} of {row.brief.about}: {item.claim.value} is {item.verdict}"
        for row in rows
        for item in verify(row.text, row.brief.entry)
        if item.verdict != "supported"
    ]
    assert not wrong, "\n".join(wrong)


def test_every_section_comes_in(report: Report, rows: list[Example]) -> None:
    removed = report.summary["removed"]
    assert isinstance(removed, dict) and {"superseded"} <= set(removed) <= {"superseded", "untied"}
    assert removed.get("untied", 0) <= 2, "sections of the card, which speak of no package"
    assert len(rows) == len(ALL), "all that is left out are docstrings"
    assert {row.source for row in rows} == {folder.name for folder in FOLDERS}


def test_the_audit_finds_no_fault_but_what_it_cannot_know(corpus: Path, report: Report) -> None:
    codes = Counter(finding.code for finding in audit(corpus, most=None).findings)
    assert set(codes) <= {"corpus-unsupported", "corpus-label"}, "what people add of their own knowledge, and doubts"
    assert codes["corpus-label"] <= 4 and codes["corpus-unsupported"] < 80


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_a_package_parses_imports_and_has_what_it_exports(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 11))
    code = f"import {folder.name} as package; [getattr(package, name) for name in package.__all__]"
    subprocess.run([sys.executable, "-W", "error", "-B", "-c", code], cwd=folder, check=True, timeout=60)


# Whole and even


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_every_subject_of_a_package_has_all_three_labels_under_one_set_of_headings(folder: Path) -> None:
    sections = list(sections_of(folder))
    subjects: dict[tuple[Path, str], list[str]] = {}
    for section in sections:
        subjects.setdefault((section.page, section.above[-1]), []).append(section.label)
    assert set(map(tuple, subjects.values())) == {tuple(API_LABELS)}
    assert len(subjects) >= 6 and len({section.heading for section in sections}) == 3


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_every_card_has_its_four_sections(folder: Path) -> None:
    labels = [section.label for section in sections_of(folder)]
    assert sorted({*labels} - {"error-handling"}) == ["evaluation", "introduction", "limitations", "use-case"]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("section", ALL, ids=str)
def test_a_section_is_plain_prose_of_a_useful_length(section: Labelled) -> None:
    plain = re.sub(r"`[^`]*`", "x", section.text)
    assert section.text.count("`") % 2 == 0
    assert not FORBIDDEN.search(plain), FORBIDDEN.search(plain)
    assert not PRAISE.search(plain), PRAISE.search(plain)
    assert 12 <= section.words <= 80


def test_no_two_sections_say_the_same() -> None:
    said = Counter(" ".join(re.sub(r"`[^`]*`", "x", section.text).split()).lower() for section in ALL)
    assert not [text for text, count in said.items() if count > 1]


# The models' files agree with each other


def read(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_the_results_are_one_set_of_numbers(folder: Path) -> None:
    train, evaluated = read(folder, "train_results.json"), read(folder, "eval_results.json")
    assert read(folder, "all_results.json") == train | evaluated
    if "perplexity" in evaluated:
        assert math.exp(evaluated["eval_loss"]) == pytest.approx(evaluated["perplexity"], abs=6e-4)


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_the_best_checkpoint_is_the_best_of_the_log(folder: Path) -> None:
    state = read(folder, "trainer_state.json")
    logged = [entry for entry in state["log_history"] if any(key.startswith("eval_") for key in entry)]
    (model,) = read_model(folder, ROOT)
    name = f"eval_{model.get('best.name')}"
    falls = name in ("eval_loss", "eval_wer")
    best = (min if falls else max)(logged, key=lambda entry: entry[name])
    assert (best["step"], best[name]) == (state["best_global_step"], state["best_metric"])
    assert str(state["best_model_checkpoint"]).endswith(f"checkpoint-{best['step']}")
    assert state["global_step"] == state["max_steps"] == logged[-1]["step"]


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_the_front_matter_states_the_metrics_and_the_licence_of_the_folder(folder: Path) -> None:
    (model,) = read_model(folder, ROOT)
    front = (folder / "README.md").read_text(encoding="utf-8").partition("---\n")[2].partition("---\n")[0]
    known = {round(float(fact.value), 4) for fact in model.under("eval") if isinstance(fact.value, int | float)}
    assert {float(value) for value in re.findall(r"value: ([\d.]+)", front)} <= known
    assert str(model.get("license")).lower() == model.get("card.license")


# The card


def test_the_card_counts_what_is_there(corpus: Path, report: Report, rows: list[Example]) -> None:
    where = {row.source: split for split in SPLITS for row in read_split(corpus, split)}
    expected = [
        f"{len(ALL)} labelled sections",
        f"{len(PACKAGES)} small Python packages",
        f"{len(MODELS)} folders of fine-tuned",
    ]
    for label, counted in Counter(section.label for section in ALL).items():
        words = [section.words for section in ALL if section.label == label]
        expected.append(f"| {counted} | {int(median(words))} | {min(words)} | {max(words)} |")
        by_split = Counter(where[section.folder.name] for section in ALL if section.label == label)
        expected.append(f"| `{label}` | " + " | ".join(str(by_split[split]) for split in SPLITS) + " |")
    assert [line for line in expected if line not in CARD] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_the_card_lists_every_source_with_its_sections_and_split(folder: Path, corpus: Path, report: Report) -> None:
    split = next(split for split in SPLITS if any(row.source == folder.name for row in read_split(corpus, split)))
    (line,) = [line for line in CARD.splitlines() if line.startswith(f"| `{folder.name}` |")]
    assert line.endswith(f"| {len(list(sections_of(folder)))} | {split} |")


def test_everything_is_under_the_licence_that_the_card_names(rows: list[Example]) -> None:
    assert license_of((ROOT / "LICENSE").read_text(encoding="utf-8")) == "Apache-2.0"
    assert "license: apache-2.0\n" in CARD
    assert {row.license for row in rows if row.origin == "markdown"} == {"Apache-2.0"}
