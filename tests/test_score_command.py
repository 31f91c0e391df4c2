"""`docgen score` as it is typed: files in every format, what goes where, and what a wrong command line is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

SOURCE = '''"""Exchange rates."""


def load(path, timeout=30):
    """Read exchange rates from a file."""
'''
GUIDE = """# `rates`

## `load`

### Introduction

`load` reads exchange rates from a file. `timeout` defaults to 10.

### Use Case

Use `load` | where `rates` lie in <b>files</b>, @everyone.
"""
HEAVY = {"torch", "transformers", "nltk", "pandas", "datasets", "matplotlib", "sklearn", "rouge_score"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package, a guide that contradicts it, and references."""
    files = {
        "rates/__init__.py": SOURCE,
        "docs/guide.md": GUIDE,
        "approved/guide.md": GUIDE.replace("to 10", "to 30"),
        "docgen.toml": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def docgen(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DOCGEN_CACHE": str(folder / ".cache")} | variables
    environment |= {"PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", "docgen", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)


def test_one_run_writes_every_format(project: Path) -> None:
    names = ["r.html", "r.json", "r.xml", "r.sarif", "r.md", "r.svg", "r.txt"]
    outputs = [word for name in names for word in ("-o", f"out/{name}")]
    ended = docgen(project, "score", "docs", "--reference", "approved", "--history", "out/h.jsonl", *outputs)
    assert ended.returncode == 0, ended.stderr
    made = {name: (project / "out" / name).read_text(encoding="utf-8") for name in names}
    assert all(text.endswith("\n") for text in made.values())
    page = made["r.html"]
    assert (
        '<mark class="wrong"' in page
        and "its source 30" in page
        and "<script" not in page
        and "http:" not in page
        and "https:" not in page
    )
    body = json.loads(made["r.json"])
    assert body["summary"]["metrics"]["contradicted"] == 1 and body["summary"]["items"][0]["line"] == 7
    suite = ElementTree.fromstring(made["r.xml"].encode())
    assert (suite.attrib["failures"], suite.attrib["tests"]) == ("0", "1")
    (result,) = json.loads(made["r.sarif"])["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("contradicted-default", "warning")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 7
    assert "docs claims.F1: " in made["r.svg"]
    assert made["r.txt"].rstrip("\n") == ended.stdout.rstrip("\n")
    assert len((project / "out" / "h.jsonl").read_bytes().splitlines()) == 1


def test_what_a_document_says_is_no_markup_of_a_comment(project: Path) -> None:
    hostile = "### Use <b>@everyone</b> | [x](y)"
    (project / "docs" / "guide.md").write_text(GUIDE.replace("### Use Case", hostile), encoding="utf-8")
    docgen(project, "score", "docs", "--reference", "approved", "-o", "r.md")
    told = (project / "r.md").read_text(encoding="utf-8")
    outside = re.sub(r"```.*?```|`[^`\n]*`", "", told, flags=re.S)
    assert "everyone" in outside and "@everyone" not in outside
    assert re.search(r"(?<!\\)<b>|(?<!\\)\[x\]", outside) is None


def test_names_without_a_section_are_counted_where_all_documents_are_scored(project: Path) -> None:
    source = SOURCE + '\n\ndef save(path):\n    """Write rates."""\n\n\ndef _hidden(path):\n    """Nothing."""\n'
    (project / "rates" / "__init__.py").write_text(source, encoding="utf-8")
    docgen(project, "track", "docs/guide.md")
    note = "1 of 2 public functions and classes of rates without a section: rates.save"
    assert note in docgen(project, "score").stdout
    assert note not in docgen(project, "score", "docs/guide.md").stdout


def test_the_summary_of_a_step_grows(project: Path) -> None:
    summary = project / "summary"
    summary.write_text("before\n", encoding="utf-8")
    ended = docgen(project, "score", "docs", "--format", "github", "-o", str(summary), GITHUB_STEP_SUMMARY=str(summary))
    assert ended.stdout.startswith("::warning file=docs/guide.md,line=7,title=contradicted-default::")
    assert summary.read_text(encoding="utf-8").startswith("before\n<!-- docgen score -->\n### docgen score: ")


def test_the_second_run_plots_the_first_and_a_revision_is_recorded(project: Path) -> None:
    for words in (["init", "-q"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    for _ in range(2):
        docgen(project, "score", "docs", "--history", "h.jsonl", "-o", "r.html")
    runs = [json.loads(line) for line in (project / "h.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({run["revision"] for run in runs}) == 1 and len(runs[0]["revision"]) == 12
    assert "2 runs, " in (project / "r.html").read_text(encoding="utf-8")


def test_swapped_documents_and_references_are_noticed(project: Path) -> None:
    section = "<!-- docgen:section introduction of=rates.load -->\n`load` reads.\n<!-- docgen:end mark=000000 -->\n"
    (project / "approved" / "guide.md").write_text(f"# `rates`\n\n## `load`\n\n### Introduction\n\n{section}", encoding="utf-8")
    told = docgen(project, "score", "docs", "--reference", "approved").stdout
    assert "are documents and references swapped?" in told


def test_an_empty_document_is_named_and_not_scored(project: Path) -> None:
    (project / "docs" / "empty.md").write_text("# Title\n\n<!-- nothing -->\n", encoding="utf-8")
    body = json.loads(docgen(project, "score", "docs", "--format", "json").stdout)
    assert "1 of 2 documents without a text to score: docs/empty.md" in body["summary"]["notes"]
    assert {item["document"] for item in body["summary"]["items"]} == {"docs/guide.md"}


def test_whole_documents_are_compared_without_regard_to_headings(project: Path) -> None:
    (project / "approved" / "guide.md").write_text(GUIDE.replace("###", "####").replace("Use Case", "Cases"), encoding="utf-8")
    words = ("score", "docs", "--reference", "approved", "--pair", "document", "--format", "json")
    (item,) = json.loads(docgen(project, *words).stdout)["summary"]["items"]
    assert item["document"] == "docs/guide.md" and item["metrics"]["ROUGE-L"] > 90


def test_a_baseline_on_the_command_line_is_relative_to_the_current_folder(project: Path) -> None:
    made = docgen(project / "docs", "score", "guide.md", "--baseline", "b.json", "--update-baseline")
    assert made.returncode == 0 and (project / "docs" / "b.json").is_file()
    text = (project / "docs" / "b.json").read_text(encoding="utf-8")
    (project / "docs" / "b.json").write_text(text.replace("|micro", "|macro"), encoding="utf-8")
    ended = docgen(project / "docs", "score", "guide.md", "--baseline", "b.json")
    assert ended.returncode == 3 and ended.stderr.startswith("docs/b.json: the baseline's ")
    (project / "docs" / "b.json").write_text(text.replace('"value": 1', '"value": NaN', 1), encoding="utf-8")
    ended = docgen(project / "docs", "score", "guide.md", "--baseline", "b.json")
    assert ended.returncode == 2 and "NaN is not a number" in ended.stderr


def test_texts_of_a_file_are_scored(project: Path) -> None:
    (project / "t.jsonl").write_text('{"id": "a", "text": "reads a file"}\n{"id": "b", "text": "x"}\n', encoding="utf-8")
    (project / "r.jsonl").write_text('{"id": "a", "text": "reads one file"}\n', encoding="utf-8")
    ended = docgen(project, "score", "t.jsonl", "--reference", "r.jsonl")
    assert ended.returncode == 0, ended.stderr
    assert "1 of 2 rows without a reference, left out: b" in ended.stdout and "[-one-] {+a+}" in ended.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["docs", "-o", "report.pdf"], "no format is known for report.pdf", id="an unknown ending"),
        pytest.param(["docs", "--debug"], "--debug needs --corpus", id="debug of documents"),
        pytest.param(["docs", "--against", "none"], "--against needs --corpus", id="against without a corpus"),
        pytest.param(["t.jsonl", "docs"], "give one file of texts", id="texts and documents"),
        pytest.param(["docs", "--update-baseline"], "no baseline to update", id="no baseline"),
        pytest.param(["docs", "--max-regression", "chrF=-1"], "chrF may lose -1", id="a negative loss"),
        pytest.param(["docs", "--fail-under-mean", "chrf"], "chrF=40", id="no number"),
    ],
)
def test_a_wrong_command_line_ends_in_2_and_says_why(project: Path, words: list[str], told: str) -> None:
    (project / "t.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    ended = docgen(project, "score", *words)
    assert ended.returncode == 2 and told in ended.stderr and ended.stdout == ""


def test_scoring_imports_no_model_library(project: Path) -> None:
    watched = (
        "import sys; from docgen.cli import run; run(['score', 'docs', '--reference', 'approved', '-o', 'r.html']); "
        "print(' '.join({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    ended = subprocess.run(
        [sys.executable, "-c", watched], cwd=project, env=environment, capture_output=True, text=True, timeout=240
    )
    assert not HEAVY & set(ended.stderr.splitlines()[-1].split())
