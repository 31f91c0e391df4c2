"""Check: which documents say something that their sources no longer bear out.

In: paths, or every document that has a ledger or markers. Out: a `Report`; nothing is written but a baseline that is asked for.
The ledger tells what a section asserted, the readers what is so today; a text, or a docstring, that contradicts its source is
found without any history. A change of the source that touches nothing a text says is no finding.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cache import Cache
from docgen.check import saying
from docgen.check.baseline import Baseline
from docgen.check.docstrings import check_docstrings
from docgen.check.ignores import Ignore, ignores_in_document, ignores_in_rst, without_ignored
from docgen.check.severity import weighed
from docgen.check.sources import Sources, broken_at
from docgen.check.targets import Targets, targets_of
from docgen.check.weakening import weakening
from docgen.facts import JSON, Facts, Subject
from docgen.files import read_text
from docgen.ledger import Ledger
from docgen.readers.model_files import is_model_folder
from docgen.readers.openapi import is_openapi
from docgen.readers.python_api.files import BrokenFile
from docgen.report import Finding, InputError, Report, worst_first
from docgen.settings import Settings

if TYPE_CHECKING:
    from docgen.check.written import Written
    from docgen.document import Document

_MEND_SOURCE = "mend the file; until then nothing is said of what it defines"
_MEND_DOCUMENT = "mend it, or leave the document out with `exclude` under [paths]"


def check(
    paths: Sequence[Path | str] = (),
    *,
    root: Path,
    settings: Settings | None = None,
    against: str = "HEAD",
    update_baseline: bool = False,
    cache: Cache | None = None,
    workers: int = 1,
) -> Report:
    """Everything that is stale, incomplete, contradicted, orphaned or in conflict in documents and docstrings below `root`.

    Without `paths`: every document with a ledger or markers, and the docstrings of the packages they are about. With paths:
    those documents, the documents in those folders, and the docstrings of those packages. What cannot be read is a finding of
    its own. Settings and baseline are compared with those of the git revision `against`; `update_baseline` makes the
    baseline what is found today. With a `cache`, only what has changed is read, by as many processes as `workers` at most; the
    report is the same. Raises InputError for a path that does not exist, BaselineError for a broken baseline.
    """
    settings = settings or Settings()
    docs = root / settings.paths.docs if settings.check.written else None
    targets = targets_of(paths, root, settings.paths.exclude, docs)
    sources = Sources(root, tolerant=True, cache=cache, workers=workers)
    run = _Run(root, sources, targets, settings)
    for document in targets.documents:
        run.check_document(document)
    for document in targets.written:
        if document not in targets.documents:
            run.check_written(document)
    run.check_packages(targets)
    baseline = Baseline.load(root) if settings.check.baseline or update_baseline else Baseline(root, {})
    gone = {path for path in baseline.files if not targets.named and not os.path.lexists(root / path)}
    places = run.places | gone
    found = list(weighed(run.findings, settings.check))
    if update_baseline:
        return _updated(baseline, found, places)
    new = list(baseline.new(found))
    run.counts["baseline"] = len(found) - len(new)
    notes = [*baseline.outdated(run.findings, places), *weakening(root, against)]
    findings = worst_first([*new, *weighed(notes, settings.check)])
    return Report("check", findings, run.summary(), run.sentence(findings), tuple(sorted(run.places)))


def _updated(baseline: Baseline, found: Sequence[Finding], places: set[str]) -> Report:
    """The report of a run that made the baseline what is found today; what it cannot hold is still told."""
    after = baseline.updated(found, places)
    after.save(baseline)
    was, now = ({(path, key) for path, entries in each.files.items() for key in entries} for each in (baseline, after))
    words = f"baseline: {saying.counted(len(now), 'entry', 'entries')} in {saying.counted(len(after.files), 'file', 'files')}"
    summary: dict[str, JSON] = {"entries": len(now), "added": len(now - was), "removed": len(was - now)}
    left = worst_first(after.new(found))
    return Report("check", left, summary, f"{words} ({len(now - was)} new, {len(was - now)} gone)")


def _ignores(text: str, shown: str) -> list[Ignore]:
    """The comments of a document that silence findings."""
    from docgen.document import Document

    return ignores_in_rst(text) if shown.lower().endswith(".rst") else ignores_in_document(Document.parse(text, shown))


@dataclass
class _Run:
    """One run: what has been found and counted so far; `places` are the files that were looked at."""

    root: Path
    sources: Sources
    targets: Targets
    settings: Settings
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    subjects: dict[Subject, Facts] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)

    def check_document(self, path: Path) -> None:
        """Holds one document against what it is about; one that cannot be read, or its ledger, is unknown."""
        from docgen.check.documents import DocumentCheck  # only here: the docstrings of a package need none of it

        shown = saying.shown_path(path, self.root)
        self.places.add(shown)
        try:
            ledger = Ledger.load(self.root, path)
        except InputError as error:
            is_inside = path.resolve().is_relative_to(self.root.resolve())
            self._unreadable("unknown-ledger" if is_inside else "unknown-document", error, shown)
            return
        if not os.path.lexists(path):
            self.findings.append(saying.document_gone(shown))
            return
        self.counts["documents"] += 1
        try:
            text = read_text(path).text
            document, beside = self._parts(path, text, shown, ledger)
            ignores = _ignores(text, shown)
        except InputError as error:
            self._unreadable("unknown-document", error, shown)
            return
        checked = DocumentCheck(path, shown, document, ledger, self.sources)
        self.findings += without_ignored([*checked.findings(), *beside], ignores, shown)
        self.counts += checked.counts
        for subject in checked.subjects.keys() - self.subjects.keys():
            self._tell(self.sources.broken(subject))
        self.subjects |= checked.subjects

    def _parts(self, path: Path, text: str, shown: str, ledger: Ledger | None) -> tuple[Document, list[Finding]]:
        """The sections of a document, and what is wrong beside them. Those of one without markers are the passages that its
        ledger has on record."""
        from docgen.check.recorded import MARKABLE, recorded_in
        from docgen.document import Document

        if path.suffix.lower() in MARKABLE or ledger is None:
            return Document.parse(text, shown), self._written(path, text, shown)
        sections, others = recorded_in(list(self.written.ties(text, shown)), ledger)
        is_asked = path in self.targets.written
        return Document(sections, shown), list(self.written.wrong_in(others, shown)) if is_asked else []

    def check_written(self, path: Path) -> None:
        """Holds a document of another format than Markdown, or one without markers, against the packages of the project."""
        shown = saying.shown_path(path, self.root)
        try:
            text = read_text(path).text
            found = self._written(path, text, shown)
            ignores = _ignores(text, shown)
        except InputError as error:
            self._unreadable("unknown-document", error, shown)
            return
        self.places.add(shown)
        self.counts["documents"] += 1
        self.findings += without_ignored(found, ignores, shown)

    @cached_property
    def written(self) -> Written:
        """The judge of hand-written documents."""
        from docgen.check.written import Written

        return Written(self.sources, self.settings, (*self.targets.documents, *self.targets.written))

    def _written(self, path: Path, text: str, shown: str) -> list[Finding]:
        """What is wrong outside of markers; a model's card is judged as such."""
        is_asked = path in self.targets.written and not is_model_folder(path.parent)
        return list(self.written.findings(text, shown)) if is_asked else []

    def check_packages(self, targets: Targets) -> None:
        """Holds the docstrings of packages against their own signatures."""
        about = {path: None for subject in self.subjects if (path := self._package(subject)) is not None}
        for path in targets.packages if targets.named else about:
            self.counts["packages"] += 1
            for checked in check_docstrings(path, self.root, self.sources.cache, self.sources.workers):
                self.findings += checked.findings
                if checked.has_any:
                    self.places.add(checked.path)
                if checked.broken is not None:
                    self._tell([broken_at(checked.broken, checked.path)])

    def _package(self, subject: Subject) -> Path | None:
        path = self.sources.path(subject) if subject.kind == "api" else None
        return None if path is None or is_openapi(path) else path

    def _tell(self, files: Iterable[BrokenFile]) -> None:
        """Tells files of a subject that cannot be read, each once."""
        told = {(finding.path, finding.line) for finding in self.findings if finding.verdict == "unknown"}
        for file in files:
            if (file.path, file.line) not in told:
                self.findings.append(saying.unreadable("unknown-source", file, _MEND_SOURCE))

    def _unreadable(self, code: str, error: InputError, shown: str) -> None:
        file = broken_at(error, shown)
        if code == "unknown-document":
            file = BrokenFile(shown, file.line if file.path.endswith(shown) else 1, file.reason)
        self.counts["unreadable"] += 1
        self.findings.append(saying.unreadable(code, file, error.fix or _MEND_DOCUMENT))

    def summary(self) -> dict[str, JSON]:
        """The counts of the run, all of them also where they are 0."""
        names = ("documents", "sections", "fresh", *saying.STATES, "edited", "unrecorded", "packages", "baseline", "unreadable")
        return {name: self.counts[name] for name in names}

    def sentence(self, findings: Sequence[Finding]) -> str:
        """The counts in words."""
        counts = self.counts
        told = ", ".join(f"{counts[state]} {state}" for state in ("fresh", *_BY_RANK) if counts[state])
        beside = sum(":" not in finding.section and finding.section != "front-matter" for finding in findings)
        parts = [
            f"{saying.counted(counts['documents'], 'document')}, {saying.counted(counts['sections'], 'section')}"
            + (f": {told}" if told else ""),
            "nothing is under check yet: docgen track DOC, or docgen write TARGET" if self._is_idle() else "",
            f"docstrings of {saying.counted(counts['packages'], 'package')}" if self.targets.packages else "",
            f"{saying.counted(beside, 'finding')} elsewhere" if beside else "",
            f"{counts['baseline']} in the baseline" if counts["baseline"] else "",
        ]
        return "; ".join(filter(None, parts))

    def _is_idle(self) -> bool:
        """Whether a run without paths had nothing to look at."""
        return not (self.targets.named or self.counts["documents"] or self.findings)


_BY_RANK = (*saying.STATES[1:], saying.STATES[0])  # unknown last: it is no fault of a document
