"""`docgen track`: documents that people wrote, put under check.

In: documents. Out: a ledger of what the sections assert whose subject is known, and a report of every passage: what it is tied
to and how many facts it states, or why not. Markdown gets markers around these sections, comments that carry no mark, so the
text stays a person's. Other formats stay byte for byte as they are: there the ledger knows a passage by its headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from docgen.cache import Cache
from docgen.check.comparison import raised_through, true_today
from docgen.check.informed import cited_elsewhere, informed
from docgen.check.recorded import MARKABLE, placed
from docgen.check.sources import Sources
from docgen.claims import IMPLIED, asserted, complete
from docgen.document import Document, HeadedSection, Section, section_key
from docgen.facts import JSON, Entry, Fact, Facts
from docgen.files import Batch, Text, inside, read_text
from docgen.journal import undisturbed
from docgen.ledger import Ledger, Record, ledger_path
from docgen.report import Finding, InputError, Report, worst_first
from docgen.settings import Settings
from docgen.subjects.page import Page
from docgen.subjects.tying import Tie, ties_in
from docgen.subjects.written import page_of

_UNTIED = (
    "untied: no section here speaks of a symbol or model that docgen finds",
    "put its name into a heading above, or mark a section: <!-- docgen:section introduction of=package.name -->",
)
_UNTIED_ELSEWHERE = (_UNTIED[0], "put its name into a heading above, or cite it by a role: :func:`package.name`")
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
    """One document as it will be saved: `before` and `text` are what it is and becomes, `text` None where it stays so."""

    path: Path
    shown: str
    before: Text
    text: Text | None
    ledger: Ledger
    added: int
    passages: tuple[Passage, ...]


def track(
    documents: Sequence[Path],
    *,
    root: Path,
    settings: Settings,
    cache: Cache | None = None,
    progress: Callable[[str], object] | None = None,
) -> Report:
    """Records what the passages of `documents` assert that can be tied to code or a model; all are saved, or none.

    The findings are documents that nothing could be tied in. With a `cache`, only sources that have changed are read. Raises
    InputError for a document that cannot be read, for one outside `root`, and for one that somebody has saved meanwhile.
    """
    with undisturbed(root, progress or (lambda message: None)):
        return _track_all(documents, root, settings, cache)


def _track_all(documents: Sequence[Path], root: Path, settings: Settings, cache: Cache | None) -> Report:
    sources = Sources(root, cache=cache)
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
        message, fix = _UNTIED if path.suffix.lower() in MARKABLE else _UNTIED_ELSEWHERE
        findings.append(Finding("untied", "error", shown, 1, "", message, fix))
    _save(tracked, root)
    return _report(tracked, left, findings)


def _save(tracked: Sequence[_Tracked], root: Path) -> None:
    batch = Batch(root)
    for item in tracked:
        if read_text(item.path) != item.before:
            raise InputError("changed while docgen was at work; nothing was written", item.shown, "run it again")
        if item.text is not None:
            batch.add(item.path, item.text.content, item.text.mode)
        batch.add(ledger_path(root, item.path), item.ledger.dump().encode())
    batch.commit()


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
    ledger = Ledger.load(sources.root, path)
    if path.suffix.lower() not in MARKABLE:
        return _track_as_it_is(path, there, shown, ledger, sources, settings)
    document = Document.parse(there.text, shown)
    choices = [(facts, *_ties(document, facts, sources, settings)) for facts in _subjects(path, document, ledger, sources)]
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
    records = {
        section.key: record for section in after.sections if (record := _record(section, facts, ledger, sources)) is not None
    }
    return _Tracked(path, shown, there, marked, Ledger(facts.subject, records), len(ties), tuple(passages))


def _track_as_it_is(
    path: Path, there: Text, shown: str, ledger: Ledger | None, sources: Sources, settings: Settings
) -> _Tracked | list[Passage]:
    """The ledger of a document that can hold no markers."""
    page = page_of(there.text, shown)
    choices = [
        (
            facts,
            *_recorded(
                list(ties_in(page, there.text, shown, sources.subjects(facts), settings)), facts, shown, sources, settings
            ),
        )
        for facts in _subjects(path, Document(()), ledger, sources)
    ]
    known = [choice for choice in choices if choice[1]]
    if not known:
        return min((passages for _, _, passages in choices), key=len, default=[])
    facts, records, passages = max(known, key=lambda choice: len(choice[1]))
    added = len(records.keys() - (ledger.sections.keys() if ledger else ()))
    return _Tracked(path, shown, there, None, Ledger(facts.subject, records), added, tuple(passages))


def _recorded(
    ties: Sequence[Tie], facts: Facts, shown: str, sources: Sources, settings: Settings
) -> tuple[dict[str, Record], list[Passage]]:
    """The records of the passages that can be tied, each with its place; and how every passage fared."""
    records: dict[str, Record] = {}
    passages: list[Passage] = []
    for place, tie in placed(ties):
        kind = settings.kind_of_heading(tie.section.heading)
        passage = _passage(tie, shown, kind, facts, sources)
        passages.append(passage)
        if tie.entry is not None and not passage.reason:
            key = section_key(_unused(kind or PASSAGE, tie.entry.about, records), tie.entry.about)
            records[key] = replace(_stated(tie.text, tie.entry, facts, sources), heading=place)
    return records, passages


def _subjects(path: Path, document: Document, ledger: Ledger | None, sources: Sources) -> Iterator[Facts]:
    """The facts of what a document may be about: what its ledger names, the model beside it, or the project's packages."""
    abouts = ["", *(section.about for section in document.sections)]
    subjects = [ledger.subject] if ledger else [*(sources.subject_of(path, about) for about in abouts), *sources.packages()]
    for subject in dict.fromkeys(subjects):
        if subject is not None and (facts := sources.facts(subject)) is not None:
            yield facts


# Tying -------------------------------------------------------------------------------------------------------------------


def _ties(document: Document, facts: Facts, sources: Sources, settings: Settings) -> tuple[list[_Tie], list[Passage]]:
    """The sections outside of markers that speak of something in `facts`, each with a kind of its own for its subject; and how
    every passage fared."""
    taken = {section.key for section in document.sections}
    ties: list[_Tie] = []
    passages: list[Passage] = []
    for tie in ties_in(Page.of(document), str(document), document.path, sources.subjects(facts), settings):
        kind = settings.kind_of_heading(tie.section.heading)
        passage = _passage(tie, document.path, kind, facts, sources)
        passages.append(passage)
        if tie.entry is None or passage.reason:
            continue
        kind = _unused(kind or PASSAGE, tie.entry.about, taken)
        taken.add(section_key(kind, tie.entry.about))
        ties.append(_Tie(tie.section, kind, tie.entry))
    return ties, passages


def _passage(tie: Tie, shown: str, kind: str | None, facts: Facts, sources: Sources) -> Passage:
    """How a passage fares; one that states nothing stays as it is, unless its heading means a kind of section."""
    if tie.entry is None:
        return Passage(shown, tie.line, tie.section.heading, "", 0, tie.reason)
    text = tie.section.text if shown.lower().endswith(MARKABLE) else tie.text
    found = asserted(text, informed(text, tie.entry, facts, sources)).keys() - set(IMPLIED)
    stated = len(found | {fact.name for fact in cited_elsewhere(text, tie.entry, facts, sources)})
    reason = "" if stated or kind else _STATES_NOTHING
    return Passage(shown, tie.line, tie.section.heading, tie.entry.about, stated, reason)


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


def _record(section: Section, facts: Facts, ledger: Ledger, sources: Sources) -> Record | None:
    """What a section asserts today; one that docgen wrote and nobody has edited keeps the record it was written with."""
    entry, before = facts.get(section.about), ledger.get(section.key)
    if entry is None or (before is not None and section.mark and not section.edited):
        return before
    return _stated(section.text, entry, facts, sources)


def _stated(text: str, entry: Entry, facts: Facts, sources: Sources) -> Record:
    """What a text asserts today."""
    entry = informed(text, entry, facts, sources)
    found = asserted(text, entry)
    beyond = [fact for fact in cited_elsewhere(text, entry, facts, sources) if fact.name not in found]
    stated = [Fact(name, value) for name, value in found.items()] + beyond + raised_through(text, entry, facts)
    return true_today(text, Record.of(stated, complete(text, entry)), entry, facts)
