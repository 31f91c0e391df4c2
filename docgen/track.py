"""`docgen track`: documents that people wrote, put under check.

In: documents. Out: the same documents with markers around the sections whose subject is known, a ledger of what these assert
today, and a report of every passage: what it is tied to and how many facts it states, or why not. Markers are comments and all
that is added: without them nobody could tell later which text was meant. They carry no mark, so the text stays a person's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from docgen.check.comparison import raised_through, true_today
from docgen.check.sources import Sources
from docgen.claims import IMPLIED, asserted, complete
from docgen.document import Document, HeadedSection, Section, section_key
from docgen.facts import JSON, Entry, Fact, Facts
from docgen.files import Batch, Text, inside, read_text
from docgen.ledger import Ledger, Record, ledger_path
from docgen.report import Finding, InputError, Report, worst_first
from docgen.settings import Settings
from docgen.subjects import Subjects
from docgen.subjects.page import Page
from docgen.subjects.tying import Tie, ties_in
from docgen.subjects.written import page_of

_MARKABLE = (".md", ".markdown")
_UNTIED = (
    "untied: no section here speaks of a symbol or model that docgen finds",
    "put its name into a heading above, or mark a section: <!-- docgen:section introduction of=package.name -->",
)
_UNMARKABLE = (
    "untied: only Markdown holds the markers that a record needs",
    "name it to docgen check, which holds it against the sources as it is",
)
PASSAGE = "passage"  # the kind of a section whose heading means no other
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_STATES_NOTHING = "states nothing that can be checked"


@dataclass(frozen=True)
class Passage:
    """One passage of a document: the line and words of its heading, what it is tied to and how many facts it states; a `reason`
    where it is not tracked."""

    path: str
    line: int
    heading: str
    about: str
    facts: int
    reason: str = ""

    def __str__(self) -> str:
        tied = f"`{self.about}`, {_counted(self.facts, 'fact')}" if not self.reason else f"untied: {self.reason}"
        return f"  {self.path}:{self.line}: {self.heading or 'no heading'}: {tied}"


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
    passages: tuple[Passage, ...]


def track(documents: Sequence[Path], *, root: Path, settings: Settings) -> Report:
    """Marks what can be tied to code or a model in `documents` and records what it asserts; all are saved, or none.

    The findings are documents that nothing could be tied in. Raises InputError for a document that cannot be read, and for one
    outside `root`.
    """
    sources = Sources(root)
    tracked: list[_Tracked] = []
    left: list[Passage] = []
    findings: list[Finding] = []
    for path in dict.fromkeys(inside(path, root) for path in documents):
        shown = path.relative_to(root.resolve()).as_posix()
        found = _track(path, shown, sources, settings)
        if isinstance(found, _Tracked):
            tracked.append(found)
            continue
        left += found
        message, fix = _UNTIED if path.suffix.lower() in _MARKABLE else _UNMARKABLE
        findings.append(Finding("untied", "error", shown, 1, "", message, fix))
    batch = Batch(root)
    for item in tracked:
        batch.add(item.path, item.text.content, item.text.mode)
        batch.add(ledger_path(root, item.path), item.ledger.dump().encode())
    batch.commit()
    return _report(tracked, left, findings)


def _report(tracked: Sequence[_Tracked], left: Sequence[Passage], findings: Sequence[Finding]) -> Report:
    lines = []
    for item in tracked:
        facts = sum(len(record.asserts.keys() - IMPLIED) for record in item.ledger.sections.values())
        sections = len(item.ledger.sections)
        lines.append(
            f"tracked {item.shown}: {_counted(sections, 'section')} ({item.added} new), {_counted(facts, 'fact')} asserted"
        )
        lines += map(str, item.passages)
    lines += map(str, left)
    if tracked:
        lines.append("next: docgen check")
    passages = [*(passage for item in tracked for passage in item.passages), *left]
    summary: dict[str, JSON] = {
        "documents": len(tracked),
        "sections": sum(len(item.ledger.sections) for item in tracked),
        "tied": sum(not passage.reason for passage in passages),
        "untied": sum(bool(passage.reason) for passage in passages),
        "passages": [asdict(passage) for passage in passages],
    }
    return Report("track", worst_first(findings), summary, "\n".join(lines))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _track(path: Path, shown: str, sources: Sources, settings: Settings) -> _Tracked | list[Passage]:
    """The document with its new markers and ledger; where nothing in it can be tied, its passages with the reasons."""
    there = read_text(path)
    if path.suffix.lower() not in _MARKABLE:
        return _unmarkable(there.text, shown, sources, settings)
    document = Document.parse(there.text, shown)
    ledger = Ledger.load(sources.root, path)
    choices = [(facts, *_ties(document, facts, settings)) for facts in _subjects(path, document, ledger, sources)]
    known = [choice for choice in choices if choice[1] or any(part.about in choice[0] for part in document.sections)]
    if not known:
        return min((passages for _, _, passages in choices), key=len, default=[])
    facts, ties, passages = max(known, key=lambda choice: len(choice[1]))
    marked = there.with_text(_marked(there, ties))
    after = Document.parse(marked.text, shown)
    expected = {section_key(tie.kind, tie.entry.about) for tie in ties} | {section.key for section in document.sections}
    if {section.key for section in after.sections} != expected:
        raise InputError("markers do not stand where they were put", shown, "close the code fences and comments in it")
    ledger = ledger if ledger is not None and ledger.subject == facts.subject else Ledger(facts.subject)
    records = {section.key: record for section in after.sections if (record := _record(section, facts, ledger)) is not None}
    return _Tracked(path, shown, marked, Ledger(facts.subject, records), len(ties), tuple(passages))


def _unmarkable(text: str, shown: str, sources: Sources, settings: Settings) -> list[Passage]:
    """The passages of a document that can hold no markers, with what they would be tied to."""
    page = page_of(text, shown)
    groups = tuple(facts for subject in sources.packages() if (facts := sources.facts(subject)) is not None)
    return [
        _passage(tie, shown, settings.kind_of_heading(tie.section.heading))
        for tie in ties_in(page, text, shown, Subjects((groups,)), settings)
    ]


def _subjects(path: Path, document: Document, ledger: Ledger | None, sources: Sources) -> Iterator[Facts]:
    """The facts of what a document may be about: what its ledger names, the model beside it, or the project's packages."""
    abouts = ["", *(section.about for section in document.sections)]
    subjects = [ledger.subject] if ledger else [*(sources.subject_of(path, about) for about in abouts), *sources.packages()]
    for subject in dict.fromkeys(subjects):
        if subject is not None and (facts := sources.facts(subject)) is not None:
            yield facts


# Tying -------------------------------------------------------------------------------------------------------------------


def _ties(document: Document, facts: Facts, settings: Settings) -> tuple[list[_Tie], list[Passage]]:
    """The sections outside of markers that speak of something in `facts`, each with a kind of its own for its subject; and how
    every passage fared."""
    taken = {section.key for section in document.sections}
    ties: list[_Tie] = []
    passages: list[Passage] = []
    for tie in ties_in(Page.of(document), str(document), document.path, Subjects(((facts,),)), settings):
        kind = settings.kind_of_heading(tie.section.heading)
        passage = _passage(tie, document.path, kind)
        passages.append(passage)
        if tie.entry is None or passage.reason:
            continue
        kind = _unused(kind or PASSAGE, tie.entry.about, taken)
        taken.add(section_key(kind, tie.entry.about))
        ties.append(_Tie(tie.section, kind, tie.entry))
    return ties, passages


def _passage(tie: Tie, shown: str, kind: str | None) -> Passage:
    """How a passage fares; one that states nothing stays as it is, unless its heading means a kind of section."""
    if tie.entry is None:
        return Passage(shown, tie.line, tie.section.heading, "", 0, tie.reason)
    facts = len(asserted(tie.section.text, tie.entry).keys() - set(IMPLIED))
    return Passage(shown, tie.line, tie.section.heading, tie.entry.about, facts, "" if facts or kind else _STATES_NOTHING)


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
    stated += raised_through(section.text, entry, facts)
    return true_today(section.text, Record.of(stated, complete(section.text, entry)), entry, facts)
