"""The recipes for scores in CI: what docs/ci.md says is run as it stands, on a project with documents of docgen's."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

REPOSITORY = Path(__file__).parent.parent
PAGE = (REPOSITORY / "docs" / "ci.md").read_text(encoding="utf-8").partition("\n## Scores\n")[2].partition("\n## ")[0]
SOURCE = '''"""Exchange rates."""


def load(path: str, timeout: float = 30.0) -> dict[str, float]:
    """Read exchange rates from a file.

    Args:
        path: Where the file lies.
        timeout: Seconds to wait.
    """
    if timeout < 0:
        raise ValueError("timeout is negative")
    return {}
'''


def blocks(language: str) -> list[str]:
    """The page's blocks of code in one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose documents docgen has written, with the settings of the page and a baseline, and `docgen` on the path."""
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates" / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "docgen.toml").write_text(blocks("toml")[0], encoding="utf-8")
    command = tmp_path / ".bin" / "docgen"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m docgen "$@"\n', encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    (tmp_path / ".bin" / "pip").symlink_to("/bin/true")  # what installs docgen has been done
    for words in ("docgen write rates --writer none", "docgen score --update-baseline"):
        ended = shell(tmp_path, words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    return tmp_path


def shell(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a CI system does with a line of a script."""
    path = f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(REPOSITORY), "DOCGEN_CACHE": str(folder / ".cache")}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment | variables, capture_output=True, text=True, timeout=240)


def spoil(project: Path) -> None:
    """Changes a default that the documents state."""
    source = project / "rates" / "__init__.py"
    source.write_text(SOURCE.replace("30.0", "10.0"), encoding="utf-8")


def jobs(language: str) -> Iterator[dict[str, Any]]:
    """The jobs of the page: those of GitHub have steps, those of GitLab a script."""
    for block in blocks(language):
        content = YAML(typ="safe").load(block)
        yield from content.get("jobs", content).values()


@pytest.mark.parametrize(("is_spoilt", "code"), [pytest.param(False, 0, id="true"), pytest.param(True, 1, id="false")])
def test_the_job_for_github_annotates_and_summarises(project: Path, is_spoilt: bool, code: int) -> None:
    if is_spoilt:
        spoil(project)
    (job,) = (job for job in jobs("yaml") if "steps" in job)
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    summary = project / "summary-of-the-step"
    summary.write_text("# Another step\n", encoding="utf-8")
    ended = [shell(project, script, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)) for script in scripts][-1]
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert ("::error file=" in ended.stdout) == is_spoilt
    told = summary.read_text(encoding="utf-8")
    assert told.startswith("# Another step\n") and "docgen score: " in told
    assert (project / "scores.md").read_text(encoding="utf-8").startswith("<!-- docgen score -->\n")
    assert (project / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    results = json.loads((project / "scores.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert ("contradicted-default" in {result["ruleId"] for result in results}) == is_spoilt
    uploaded = next(step["with"]["path"] for step in job["steps"] if "upload-artifact" in step.get("uses", ""))
    assert (project / uploaded).is_file()


@pytest.mark.parametrize(("is_spoilt", "code"), [pytest.param(False, 0, id="true"), pytest.param(True, 1, id="false")])
def test_the_job_for_gitlab_leaves_its_artifacts(project: Path, is_spoilt: bool, code: int) -> None:
    if is_spoilt:
        spoil(project)
    (job,) = (job for job in jobs("yaml") if "script" in job)
    ended = shell(project, "\n".join(job["script"]), GITLAB_CI="true")
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert all((project / path).is_file() for path in job["artifacts"]["paths"])
    report = ElementTree.parse(project / job["artifacts"]["reports"]["junit"]).getroot()
    assert int(report.attrib["failures"]) == 0 if not is_spoilt else int(report.attrib["failures"]) > 0


def test_the_makefile_scores_and_renews_the_baseline(project: Path) -> None:
    (project / "Makefile").write_text(blocks("make")[0], encoding="utf-8")
    assert shell(project, "make scores").returncode == 0
    spoil(project)
    assert shell(project, "make scores").returncode != 0
    before = (project / ".docgen" / "scores.json").read_bytes()
    shell(project, "make baseline")
    assert (project / ".docgen" / "scores.json").read_bytes() != before


def test_the_tests_for_pytest_pass_while_the_documents_are_true(project: Path) -> None:
    (project / "test_docs.py").write_text(blocks("python")[0], encoding="utf-8")
    is_installed = any(found.value == "docgen.testing" for found in entry_points(group="pytest11"))
    plugin = "" if is_installed else "-p docgen.testing"
    line = f'"{sys.executable}" -m pytest {plugin} -q -p no:cacheprovider test_docs.py'
    ended = shell(project, line)
    assert "2 passed" in ended.stdout, ended.stdout
    spoil(project)
    assert "2 failed" in shell(project, line).stdout


def test_the_history_grows_by_a_line_a_run(project: Path) -> None:
    path = project / ".docgen" / "scores.jsonl"
    before = len(path.read_bytes().splitlines())
    assert shell(project, "docgen score").returncode == 0
    assert len(path.read_bytes().splitlines()) == before + 1
