"""`docgen track`: documents that people wrote, put under check.

In: documents. Out: the same documents with markers around the sections whose subject is known, and a ledger of what these
assert today. Markers are comments and all that is added: without them nobody could tell later which text was meant. They
carry no mark, so the text stays a person's, and `write` never renews it unasked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.check.sources import Sources
from docgen.claims import IMPLIED, asserted, complete
from docgen.corpus.markdown import Subjects
from docgen.document import Document, HeadedSection, Section, section_key
from docgen.facts import Entry, Fact, Facts
from docgen.files import Batch, Text, inside, read_text
from docgen.ledger import Ledger, Record, ledger_path
from docgen.report import Finding, InputError, Report, worst_first
from docgen.settings import Settings

PASSAGE = "passage"  # the kind of a section whose heading means no other
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_CITED = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)(?:\([^`]*\))?`(?!`)")
_NAME_IN_HEADING = re.compile(
    r"(?:(?:the|class|function|method|module|package)\s+)*([A-Za-z_][\w.-]*)(?:\(.*\))?", re.IGNORECASE
)
_SYMBOLS = frozenset({"function", "class", "method"})


@dataclass(frozen=True)
class _Tie:
    """A section that speaks of a known thing, and the kind that its marker will name."""

    section: HeadedSection
    kind: str
    entry: Entry


@dataclass(frozen=True)
class _Tracked:
    """One document as it will be saved."""

    path: Path
    shown: str
    text: Text
    ledger: Ledger
    added: int


def track(documents: Sequence[Path], *, root: Path, settings: Settings) -> Report:
    """Marks what can be tied to code or a model in `documents` and records what it asserts; all are saved, or none.

    The findings are documents that nothing could be tied in. Raises InputError for a document that cannot be read, and for one
    outside `root`.
    """
    sources = Sources(root)
    tracked: list[_Tracked] = []
    findings: list[Finding] = []
    for path in dict.fromkeys(inside(path, root) for path in documents):
        shown = path.relative_to(root.resolve()).as_posix()
        found = _track(path, shown, sources, settings)
        if found is None:
            message = "untied: no section here speaks of a symbol or model that docgen finds"
            fix = "put its name into a heading above, or mark a section: <!-- docgen:section introduction of=package.name -->"
            findings.append(Finding("untied", "error", shown, 1, "", message, fix))
        else:
            tracked.append(found)
    batch = Batch(root)
    for item in tracked:
        batch.add(item.path, item.text.content, item.text.mode)
        batch.add(ledger_path(root, item.path), item.ledger.dump().encode())
    batch.commit()
    return _report(tracked, findings)


def _report(tracked: Sequence[_Tracked], findings: Sequence[Finding]) -> Report:
    lines = []
    for item in tracked:
        facts = sum(len(record.asserts.keys() - IMPLIED) for record in item.ledger.sections.values())
        sections = len(item.ledger.sections)
        lines.append(
            f"tracked {item.shown}: {_counted(sections, 'section')} ({item.added} new), {_counted(facts, 'fact')} asserted"
        )
    if tracked:
        lines.append("next: docgen check")
    summary = {"documents": len(tracked), "sections": sum(len(item.ledger.sections) for item in tracked)}
    return Report("track", worst_first(findings), {**summary}, "\n".join(lines))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _track(path: Path, shown: str, sources: Sources, settings: Settings) -> _Tracked | None:
    """The document with its new markers and ledger; None where nothing in it can be tied."""
    there = read_text(path)
    document = Document.parse(there.text, shown)
    ledger = Ledger.load(sources.root, path)
    choices = [(facts, _ties(document, facts, settings)) for facts in _subjects(path, document, ledger, sources)]
    choices = [(facts, ties) for facts, ties in choices if ties or any(part.about in facts for part in document.sections)]
    if not choices:
        return None
    facts, ties = max(choices, key=lambda choice: len(choice[1]))
    marked = there.with_text(_marked(there, ties))
    after = Document.parse(marked.text, shown)
    expected = {section_key(tie.kind, tie.entry.about) for tie in ties} | {section.key for section in document.sections}
    if {section.key for section in after.sections} != expected:
        raise InputError("markers do not stand where they were put", shown, "close the code fences and comments in it")
    ledger = ledger if ledger is not None and ledger.subject == facts.subject else Ledger(facts.subject)
    records = {section.key: record for section in after.sections if (record := _record(section, facts, ledger)) is not None}
    return _Tracked(path, shown, marked, Ledger(facts.subject, records), len(ties))


def _subjects(path: Path, document: Document, ledger: Ledger | None, sources: Sources) -> Iterator[Facts]:
    """The facts of what a document may be about: what its ledger names, the model beside it, or the project's packages."""
    packages = (folder.parent.name for place in ("*", "src/*") for folder in sorted(sources.root.glob(f"{place}/__init__.py")))
    abouts = ["", *(section.about for section in document.sections), *packages]
    subjects = [ledger.subject] if ledger else [sources.subject_of(path, about) for about in abouts]
    for subject in dict.fromkeys(subjects):
        if subject is not None and (facts := sources.facts(subject)) is not None:
            yield facts


# Tying -------------------------------------------------------------------------------------------------------------------


def _ties(document: Document, facts: Facts, settings: Settings) -> list[_Tie]:
    """The sections outside of markers that speak of something in `facts`, each with a kind of its own for its subject."""
    subjects = Subjects(((facts,),))
    taken = {section.key for section in document.sections}
    ties: list[_Tie] = []
    for section in document.headed_sections():
        kind = settings.kind_of_heading(section.heading)
        entry = _entry(section, subjects) if section.text.strip() and "docgen:" not in section.text else None
        if entry is None or (kind is None and not asserted(section.text, entry).keys() - IMPLIED):
            continue
        kind = _unused(kind or PASSAGE, entry.about, taken)
        taken.add(section_key(kind, entry.about))
        ties.append(_Tie(section, kind, entry))
    return ties


def _entry(section: HeadedSection, subjects: Subjects) -> Entry | None:
    """What a section speaks of: what the nearest heading names, its own included, else the only symbol that its text cites."""
    names = [found[1] for heading in (*section.path, section.heading) if (found := _NAME_IN_HEADING.fullmatch(heading.strip()))]
    for depth in range(len(names), 0, -1):
        if (entry := subjects.named(names[depth - 1], names[: depth - 1])) is not None:
            return entry
    if subjects.only_model is not None:
        return subjects.only_model
    cited = {entry.about: entry for name in _CITED.findall(section.text) if (entry := subjects.named(name))}
    symbols = [symbol for symbol in cited.values() if symbol.get("kind") in _SYMBOLS]
    return symbols[0] if len(symbols) == 1 else None


def _unused(kind: str, about: str, taken: Collection[str]) -> str:
    """The kind, with a number after it where a section about the same thing has it already."""
    number, candidate = 1, kind
    while section_key(candidate, about) in taken:
        number += 1
        candidate = f"{kind}-{number}"
    return candidate


def _marked(there: Text, ties: Sequence[_Tie]) -> str:
    """The text with markers around the sections, just inside their outer blank lines; every other byte as it was."""
    lines = _LINE.findall(there.text)
    newline = there.newline
    for tie in reversed(ties):
        body = _LINE.findall(tie.section.text)
        filled = [tie.section.text_line - 1 + number for number, line in enumerate(body) if line.strip()]
        start, end = filled[0], filled[-1] + 1
        if not lines[end - 1].endswith(("\r", "\n")):
            lines[end - 1] += newline
        lines[end:end] = [f"<!-- docgen:end -->{newline}"]
        lines[start:start] = [f"<!-- docgen:section {tie.kind} of={tie.entry.about} -->{newline}"]
    return "".join(lines)


# Recording ---------------------------------------------------------------------------------------------------------------


def _record(section: Section, facts: Facts, ledger: Ledger) -> Record | None:
    """What a section asserts today; one that docgen wrote and nobody has edited keeps the record it was written with."""
    entry, before = facts.get(section.about), ledger.get(section.key)
    if entry is None or (before is not None and section.mark and not section.edited):
        return before
    stated = [Fact(name, value) for name, value in asserted(section.text, entry).items()]
    return Record.of(stated, complete(section.text, entry))
