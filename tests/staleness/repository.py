"""Plays a row: a repository made by script, its document put on record, its sources changed, and the real check run.

In: a `Case` and an empty folder. Out: the codes before and after the change. One reason to change: how a document comes under
check.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from docgen.check import check
from docgen.document import Document, render_section, section_key
from docgen.report import Finding, Report
from docgen.settings import Settings
from docgen.track import track
from docgen.write import write
from staleness.case import Case, sources
from staleness.models import CARD, CARD_PATH, MODEL_FILES, weights
from staleness.web import DOCSTRING, PAGE, WEB


def play(case: Case, root: Path) -> tuple[list[str], list[Finding]]:
    """The codes that the check gives about a case's text before its change, and its findings afterwards."""
    (root / ".git").mkdir()
    sources(root, WEB if case.about.startswith("web") else MODEL_FILES)
    if not case.about.startswith("web"):
        weights(root)
    for change in case.given:
        change(root)
    keys = _put_on_record(case, root)
    before = [finding.code for finding in _about(case, keys, _checked(case, root))]
    for change in case.changes:
        change(root)
    return before, _about(case, keys, _checked(case, root))


def _put_on_record(case: Case, root: Path) -> set[str]:
    """Writes the document of a case and records it in the way of its form; returns the keys of the sections that hold it."""
    if case.form == "docstring":
        path = root / "web" / "http.py"
        text = path.read_text(encoding="utf-8")
        assert DOCSTRING in text
        says = textwrap.indent(case.says, "    ").strip()
        path.write_text(text.replace(DOCSTRING, f'"""{says}\n    """', 1), encoding="utf-8")
        return {case.about}
    path, layout = (root / PAGE, "# HTTP\n\n{}\n") if case.about.startswith("web") else (root / CARD_PATH, CARD)
    path.parent.mkdir(parents=True, exist_ok=True)
    if case.form in ("tracked", "plain"):
        heading = f"## `{case.about}`\n\n" if case.about.startswith("web") else "## Facts\n\n"
        path.write_text(layout.format(heading + case.says), encoding="utf-8")
        if case.form == "plain":
            return set()
        report = track([path], root=root, settings=Settings())
        assert not report.findings, report.render("text")
    else:
        path.write_text(layout.format(render_section(case.kind, case.about, case.says)), encoding="utf-8")
        if case.form == "managed":
            write([str(path)], root=root, settings=Settings())
        return {section_key(case.kind, case.about)}  # a card gets sections of its own besides
    return {section.key for section in Document.parse(path.read_text(encoding="utf-8")).sections}


def _checked(case: Case, root: Path) -> Report:
    named = {"docstring": ["web"], "plain": [PAGE if case.about.startswith("web") else CARD_PATH]}
    return check([root / path for path in named.get(case.form, [])], root=root)


def _about(case: Case, keys: set[str], report: Report) -> list[Finding]:
    """The findings about the case's own text, and those that no section has."""
    known = {*keys, "front-matter", ""}
    return [finding for finding in report.findings if case.form == "plain" or finding.section in known]
