"""Check: which documents say something that their sources no longer bear out.

In: paths, or every document that has a ledger or markers. Out: a `Report`; nothing is written. The ledger tells what a section
asserted, the readers what is so today; a text, or a docstring, that contradicts its source is found without any history. A
change of the source that touches nothing a text says is no finding.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from docgen.check.comparison import Broken, Comparison
from docgen.check.sources import Place, Sources
from docgen.check.targets import Targets, targets_of
from docgen.claims import Checked, contradictions
from docgen.document import Document, Section
from docgen.facts import JSON, Entry, Fact, Facts
from docgen.files import read_text
from docgen.ledger import Ledger, Record
from docgen.report import Finding, Report, worst_first
from docgen.settings import Settings

_IGNORED = re.compile(r"<!--\s*docgen:ignore\s+([\w-]+)[^>]*-->")
_STATES = ("stale", "incomplete", "contradicted", "orphaned", "conflict", "review")


def check(paths: Sequence[Path | str] = (), *, root: Path, settings: Settings | None = None) -> Report:
    """Everything that is stale, incomplete, contradicted, orphaned or in conflict in documents and docstrings below `root`.

    Without `paths`: every document with a ledger or markers, and the docstrings of the packages they are about. With paths:
    those documents, the documents in those folders, and the docstrings of those packages. Raises InputError for a path that
    does not exist, and for a document, ledger or source that cannot be read (path:line).
    """
    settings = settings or Settings()
    run = _Run(root, Sources(root))
    targets = targets_of(paths, root, settings.paths.exclude)
    for document in targets.documents:
        run.check_document(document)
    run.check_packages(targets)
    findings = worst_first(_weighed(run.findings, settings))
    return Report("check", findings, run.summary(), run.sentence(findings))


def _weighed(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """Findings with the severity that the project gives them."""
    for finding in findings:
        if settings.check.warn and finding.severity == "error":
            yield replace(finding, severity="review")
        elif settings.check.strict and not settings.check.warn and finding.severity == "review":
            yield replace(finding, severity="error")
        else:
            yield finding


@dataclass
class _Run:
    """One run: what has been found and counted so far."""

    root: Path
    sources: Sources
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    packages: dict[Path, Facts] = field(default_factory=dict)

    def check_document(self, path: Path) -> None:
        """Holds one document against what it is about."""
        shown = self._shown(path)
        ledger = Ledger.load(self.root, path)
        if not path.exists():
            fix = f"delete .docgen/ledger/{shown}.json, or bring the document back"
            self.findings.append(
                Finding("orphaned", "review", shown, 1, "", "orphaned: the document of this ledger is gone", fix)
            )
            return
        document = Document.parse(read_text(path).text, shown)
        self.counts["documents"] += 1
        checked = _DocumentCheck(self, path, shown, document, ledger)
        found = list(checked.findings())
        self.findings += _without_ignored(found, str(document), document.sections)

    def check_packages(self, targets: Targets) -> None:
        """Holds the docstrings of packages against their own signatures."""
        chosen = targets.packages if targets.named else tuple(self.packages)
        for path in chosen:
            facts = self.packages.get(path) or self.sources.facts_at(path)
            self.counts["packages"] += 1
            for raw in self.sources.docstrings(path):
                entry = facts.get(raw.about)
                for item in contradictions(raw.text, entry) if entry else ():
                    line = raw.line_at(item.claim.start)
                    words = f"the docstring of `{raw.about}` {_said(item)}"
                    fix = "correct the docstring, or the source"
                    self.findings.append(
                        Finding("contradicted", "error", raw.path, line, raw.about, f"contradicted: {words}", fix)
                    )

    def count(self, states: Iterable[str]) -> None:
        """Counts one section under the worst of its states."""
        found = set(states)
        self.counts["sections"] += 1
        self.counts[next((state for state in _STATES if state in found), "fresh")] += 1

    def summary(self) -> dict[str, JSON]:
        """The counts of the run, all of them also where they are 0."""
        names = ("documents", "sections", "fresh", *_STATES, "edited", "unrecorded", "packages")
        return {name: self.counts[name] for name in names}

    def sentence(self, findings: Sequence[Finding]) -> str:
        """The counts in words."""
        counts = self.counts
        told = ", ".join(f"{counts[state]} {state}" for state in ("fresh", *_STATES) if counts[state])
        documents, sections = _counted(counts["documents"], "document"), _counted(counts["sections"], "section")
        beside = sum(
            not finding.section or finding.code == "contradicted" and finding.path.endswith(".py") for finding in findings
        )
        return (
            f"{documents}, {sections}"
            + (f": {told}" if told else "")
            + (f"; {_counted(beside, 'finding')} elsewhere" if beside else "")
        )

    def _shown(self, path: Path) -> str:
        real, base = path.resolve(), self.root.resolve()
        return real.relative_to(base).as_posix() if real.is_relative_to(base) else str(path)


@dataclass(frozen=True)
class _DocumentCheck:
    """One document with its ledger."""

    run: _Run
    path: Path
    shown: str
    document: Document
    ledger: Ledger | None

    def findings(self) -> Iterator[Finding]:
        """Everything wrong in the document."""
        if self.ledger is not None and self.run.sources.facts(self.ledger.subject) is None:
            yield self._subject_gone(self.ledger)
            return
        gone: set[str] = set()
        for section in self.document.sections:
            found = list(self._in_section(section))
            self.run.count(finding.code for finding in found)
            is_told = section.about in gone and found[0].code == "orphaned"
            gone |= {section.about for finding in found if finding.code == "orphaned"}
            yield from () if is_told else found  # one finding for a symbol, however many sections are about it
        facts = self._facts("")
        if facts is not None and facts.subject.kind == "model":
            yield from self._declared(facts)
            if not self.document.sections:
                yield from self._unmanaged(facts)

    def _facts(self, about: str) -> Facts | None:
        """The facts of what the document, or one of its sections, is about."""
        subject = self.ledger.subject if self.ledger else self.run.sources.subject_of(self.path, about)
        facts = self.run.sources.facts(subject) if subject else None
        if facts is not None and subject is not None and subject.kind == "api":
            package = self.run.sources.path(subject)
            if package is not None:
                self.run.packages.setdefault(package, facts)
        return facts

    def _in_section(self, section: Section) -> Iterator[Finding]:
        facts = self._facts(section.about)
        if facts is None:
            self.run.counts["unrecorded"] += 1
            return
        place = self.run.sources.place(facts, section.about)
        if place.entry is None or place.moved_to:
            yield self._orphaned(section, place)
            return
        if not section.text.strip():
            return
        record = self.ledger.get(section.key) if self.ledger else None
        if record is None:
            self.run.counts["unrecorded"] += 1
        yield from self._compared(section, record, place.entry, facts)

    def _compared(self, section: Section, record: Record | None, entry: Entry, facts: Facts) -> Iterator[Finding]:
        """What the record says and is not so, then what contradicts the facts without one."""
        edited = section.edited and bool(section.mark)
        self.run.counts["edited"] += edited
        # A tracked section has no mark: whatever it says was written by a person, perhaps since it was recorded.
        by_hand = edited or not section.mark
        broken = Comparison(section.text, record, entry, facts, by_hand).broken() if record else []
        places = {item.start for item in broken}
        for item in broken:
            yield self._broken(section, item, edited)
        for checked in contradictions(section.text, entry):
            name = checked.fact.name if checked.fact else ""
            if checked.claim.start not in places and all(item.name != name for item in broken):
                line = _line(section, checked.claim.start)
                message = f"contradicted: `{_short_name(section.about, facts)}` {_said(checked)}"
                yield self._finding("contradicted", line, section.key, message, self._fix(section, edited))

    def _broken(self, section: Section, item: Broken, edited: bool) -> Finding:
        code = "conflict" if edited and item.code != "review" else item.code
        why = "conflict: edited by hand, but" if code == "conflict" else f"{code}:"
        at = f" ({item.source})" if item.source else ""
        facts = self._facts(section.about)
        name = _short_name(section.about, facts) if facts else section.about
        return self._finding(
            code, _line(section, item.start), section.key, f"{why} `{name}` {item.words}{at}", self._fix(section, edited)
        )

    def _finding(self, code: str, line: int, section: str, message: str, fix: str) -> Finding:
        return Finding(code, "review" if code == "review" else "error", self.shown, line, section, message, fix)

    def _fix(self, section: Section, edited: bool) -> str:
        if edited:
            return f"correct the text, or take docgen's: docgen write {self.shown} --accept {section.key}"
        if not section.mark:
            return f"correct the text, then docgen track {self.shown}"
        return f"docgen write {self.shown}"

    def _subject_gone(self, ledger: Ledger) -> Finding:
        kind = "package" if ledger.subject.kind == "api" else "model folder"
        line = self.document.sections[0].line if self.document.sections else 1
        self.run.counts["sections"] += len(self.document.sections)
        self.run.counts["orphaned"] += len(self.document.sections)
        message = f"orphaned: the {kind} {ledger.subject.path}, which this document is about, is gone"
        fix = f"delete the document with its ledger, or bring {ledger.subject.path} back"
        return self._finding("orphaned", line, "", message, fix)

    def _orphaned(self, section: Section, place: Place) -> Finding:
        if place.moved_to:
            message = f"orphaned: `{section.about}` has moved to `{place.moved_to}`"
            fix = f"write of={place.moved_to} in the marker, then docgen write {self.shown}"
        else:
            number = sum(other.about == section.about for other in self.document.sections)
            these = "this section is" if number == 1 else f"{number} sections here are"
            message = f"orphaned: `{section.about}` is gone, and {these} about it"
            fix = "delete what is about it, or name what replaced it in the marker"
        return self._finding("orphaned", section.line, section.key, message, fix)

    def _declared(self, facts: Facts) -> Iterator[Finding]:
        """What the front matter of a card declares and the model's files disprove."""
        for entry in facts:
            for name in ("license", "base_model"):
                declared, proven = entry.fact(f"card.{name}"), entry.fact(name)
                if (
                    declared
                    and proven
                    and _disproves(name, declared.value, proven.value)
                    and declared.source.startswith(f"{self.shown}:")
                ):
                    line = int(declared.source.rpartition(":")[2])
                    message = (
                        f"contradicted: the front matter states {name} {declared.value}, it is {proven.value} ({proven.source})"
                    )
                    yield self._finding(
                        "contradicted", line, "front-matter", message, f"write {name}: {_hub(name, proven.value)}"
                    )

    def _unmanaged(self, facts: Facts) -> Iterator[Finding]:
        """A card that people wrote, held against the model beside it."""
        text = str(self.document)
        for entry in facts:
            for item in contradictions(text, entry):
                line = text.count("\n", 0, item.claim.start) + 1
                message = f"contradicted: `{entry.about}` {_said(item)}"
                yield self._finding("contradicted", line, "", message, "correct the text")


def _said(item: Checked) -> str:
    """What a contradicted claim says, what is so, and where that stands."""
    fact = item.fact
    now = f"it is {fact.value}" + (f" ({fact.source})" if fact.source else "") if fact else "it is not"
    if item.claim.kind == "raises":
        return f"is said to raise nothing, it raises {', '.join(_names(fact))}" + (
            f" ({fact.source})" if fact and fact.source else ""
        )
    if item.claim.kind == "default":
        return f"states {item.claim.name} defaults to {item.claim.value}, {now}"
    return f"states {item.claim.name} is {item.claim.value}, {now}"


def _names(fact: Fact | None) -> list[str]:
    return [str(item) for item in fact.value] if fact and isinstance(fact.value, list) else []


def _short_name(about: str, facts: Facts) -> str:
    """A symbol as messages call it: without the path of its package and module."""
    parts = about.split(".")
    if facts.subject.kind == "model" or len(parts) < 2:
        return about
    return ".".join(parts[-2:]) if parts[-2][:1].isupper() else parts[-1]


def _line(section: Section, offset: int) -> int:
    return section.line + 1 + section.text.count("\n", 0, offset) if offset else section.line


_LICENCES = re.compile(
    r"mit|isc|unlicense|zlib|(?:apache|bsd|gpl|lgpl|agpl|mpl|cc|epl|eupl|bsl|artistic|osl|afl|postgresql|ecl|wtfpl)[-\d.a-z]*"
)


def _disproves(name: str, declared: JSON, proven: JSON) -> bool:
    """Whether two values cannot both be true, spelling apart: a licence of the common ones, a base by its full Hub name."""
    if not isinstance(declared, str) or not isinstance(proven, str):
        return False
    first, second = (_hub(name, value) for value in (declared, proven))
    if name == "license":
        return first != second and all(_LICENCES.fullmatch(value) for value in (first, second))
    return first != second and first.count("/") == second.count("/") == 1


def _hub(name: str, value: JSON) -> str:
    """A value as front matter spells it."""
    text = str(value)
    return re.sub(r"-(?:only|or-later)$", "", text.lower()) if name == "license" else text


def _without_ignored(findings: Iterable[Finding], text: str, sections: Sequence[Section]) -> Iterator[Finding]:
    """Findings but for those of a code that a `docgen:ignore` comment in the section, or in the two lines above it, names."""
    if "docgen:ignore" not in text:
        yield from findings
        return
    starts = [section.line for section in sections]
    ignored = set()
    for comment in _IGNORED.finditer(text):
        line = text.count("\n", 0, comment.start()) + 1
        index = bisect.bisect_right(starts, line + 2) - 1
        ignored.add((sections[index].key if index >= 0 else "", comment.group(1)))
    yield from (finding for finding in findings if (finding.section, finding.code) not in ignored)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
