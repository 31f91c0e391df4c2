"""One document brought up to date: what is kept, rendered, ordered from the writer, or left to a person to decide.

In: a job and the document that is there. Out: a `Draft`: the merged document with a `Step` for each section, and once its
orders are answered the text and the ledger to save. A section is renewed when a fact that it asserts no longer holds, as
`check` sees it, and never because the source text or the writer changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from docgen.brief import Brief
from docgen.check.comparison import Comparison, raised_through, true_today
from docgen.check.informed import informed
from docgen.check.review import context_mark
from docgen.check.saying import finding
from docgen.check.sources import Place, Sources
from docgen.claims import asserted, complete, contradictions
from docgen.document import Document, Section, section_key, text_mark
from docgen.facts import Entry, Fact, Facts
from docgen.files import Text, read_text
from docgen.ledger import Ledger, Record
from docgen.report import Finding
from docgen.settings import Settings
from docgen.statements import state
from docgen.write.answers import names_exceptions, states_docstring
from docgen.write.markdown import Region
from docgen.write.merge import merge
from docgen.write.patching import patched
from docgen.write.targets import Job

# Facts that informed a section without being asserted call for a review when they change; these say nothing to a reader.
_NO_CONTEXT = frozenset("kind signature constants members example decorators handles".split())
_NO_CONTEXT_PARTS = frozenset("condition message kind".split())


@dataclass(frozen=True)
class Step:
    """What happens to one section: `text` replaces it, `order` asks the writer for its text; neither leaves it as it is. With
    `conflict`, what a person's text says and is not so today, the new text is only a draft. `record` is what the
    ledger says of a section whose text is known. `moved` is the text with the line numbers of today: it replaces the section
    where its document is written anyway, as a source whose lines have moved renews nothing. A `patched` text is the one that is
    there, with other values."""

    section: Section
    text: str | None = None
    order: Brief | None = None
    conflict: tuple[str, ...] = ()
    record: Record | None = None
    moved: str | None = None
    patched: bool = False


@dataclass(frozen=True)
class Draft:
    """A document on its way: `there` is the file as it was (None for a new one), `merged` has a place for every section."""

    job: Job
    sources: Sources
    shown: str
    there: Text | None
    merged: Document
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...] = ()
    kept_records: Mapping[str, Record] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved:
    """What is to be written: the document and its ledger; `drafts` are the new texts that wait for a person, by key."""

    document: Text
    ledger: Ledger
    drafts: Mapping[str, str]


def draft(job: Job, sources: Sources, settings: Settings, accept: Collection[str]) -> Draft:
    """The document of a job with what has to happen to each of its sections."""
    there = read_text(job.document) if job.document.exists() else None
    shown = _shown(job.document, sources.root)
    existing = Document.parse(there.text if there else "", shown)
    ledger = Ledger.load(sources.root, job.document) or Ledger(job.facts.subject)
    fresh = Document.parse(job.layout, f"the layout of {shown}")
    wanted = {section.key for section in fresh.sections}
    places = {section.about: sources.place(job.facts, section.about) for section in existing.sections}
    existing, ledger = _relocated(existing, ledger, places, wanted)
    is_new = not str(existing).strip()
    removed = {} if is_new else {key: record for key, record in ledger.sections.items() if key in wanted - _keys(existing)}
    merged = merge(existing, fresh, removed, settings.kind_of_heading) if job.layout else existing
    steps = []
    for section in merged.sections:
        entry = job.facts.get(section.about) or sources.place(job.facts, section.about).entry
        steps.append(_step(job, sources, section, entry, ledger.get(section.key), section.key in accept))
    return Draft(job, sources, shown, there, merged, tuple(steps), tuple(_orphans(existing, places, shown)), removed)


def _keys(document: Document) -> set[str]:
    return {section.key for section in document.sections}


def _relocated(
    existing: Document, ledger: Ledger, places: Mapping[str, Place], wanted: Collection[str]
) -> tuple[Document, Ledger]:
    """The document and its ledger with the sections of symbols that have moved under their new names: same text, same place."""
    there, parts, records = _keys(existing), [], dict(ledger.sections)
    for part in existing.parts:
        entry = places[part.about].entry if isinstance(part, Section) else None
        if isinstance(part, Section) and entry is not None and entry.about != part.about:
            key = section_key(part.kind, entry.about)
            if key in wanted and key not in there:
                if (record := records.pop(part.key, None)) is not None:
                    records[key] = record
                before, _, after = part.opening.rpartition(part.about)
                part = replace(part, opening=before + entry.about + after)
        parts.append(part)
    if records.keys() == ledger.sections.keys() and tuple(parts) == existing.parts:
        return existing, ledger
    return Document.parse("".join(part.source for part in parts), existing.path), replace(ledger, sections=records)


def finish(draft: Draft, answers: Mapping[str, str]) -> Saved:
    """The document with the texts that are known and the answers to the orders, by section key."""
    texts: dict[str, str] = {}
    drafts: dict[str, str] = {}
    records: dict[str, Record] = dict(draft.kept_records)
    is_written = any(not step.conflict and (step.order is not None or step.text is not None) for step in draft.steps)
    for step in draft.steps:
        key = step.section.key
        text = answers.get(key, step.moved if is_written and step.moved is not None else step.text)
        if step.conflict:
            drafts[key] = text or ""
        elif text is not None:
            texts[key] = text
        if (record := _record(draft, step, text)) is not None:
            records[key] = record
    final = str(draft.merged.with_sections(texts))
    document = draft.there.with_text(final) if draft.there else Text(final)
    return Saved(document, Ledger(draft.job.facts.subject, records), drafts)


def _record(draft: Draft, step: Step, text: str | None) -> Record | None:
    """What the ledger says of a section from now on."""
    entry = draft.job.facts.get(step.section.about)
    if step.record is not None or entry is None or step.conflict or text is None or step.order is None:
        return step.record
    return _prose_record(text, entry, draft.job.facts, draft.sources, step.order)


def _step(job: Job, sources: Sources, section: Section, entry: Entry | None, record: Record | None, accept: bool) -> Step:
    if entry is None:
        return Step(section, record=record)
    if section.kind in job.kinds:
        return _rendered(job, sources, section, job.renders(section.kind, entry) or Region(""), entry, record, accept)
    return _told(job, sources, section, job.brief(entry, section.kind), entry, record, accept)


def _rendered(
    job: Job, sources: Sources, section: Section, region: Region, entry: Entry, record: Record | None, accept: bool
) -> Step:
    """A region that comes from facts alone: renewed whenever it would read otherwise, unless a person has edited it."""
    if section.edited and not accept:
        if broken := _broken(job, sources, section, record, entry, region.text):
            return Step(section, region.text, conflict=broken, record=record)
        return Step(section, record=_stated(section.text, entry, job.facts, sources))
    unchanged = section.mark and text_mark(region.text) == section.mark and not section.edited
    fresh = Record.of(region.facts, region.complete)
    if not unchanged or record != fresh:
        known = informed(region.text, entry, job.facts, sources, fresh.asserts)
        fresh = true_today(region.text, fresh, known, job.facts)
    if not unchanged and not section.edited and _without_lines(section.text) == _without_lines(region.text):
        return Step(section, record=fresh, moved=region.text)
    return Step(section, None if unchanged else region.text, record=fresh)


def _without_lines(text: str) -> str:
    """A region as it is but for the numbers of the lines in the source that it names."""
    return text_mark(re.sub(r"(?<=\.py:)\d+(?=`)", "", text))


def _told(
    job: Job, sources: Sources, section: Section, brief: Brief, entry: Entry, record: Record | None, accept: bool
) -> Step:
    """A section of prose: ordered where it is new, or says what is not so today."""
    if not (section.edited or section.text.strip()):
        return Step(section, order=brief)
    broken = _broken(job, sources, section, record, entry, state(brief))
    is_other = _has_other_docstring(record, brief) and not (section.edited and states_docstring(brief, section.text))
    if is_other:
        broken = (*broken, "was written from another docstring")
    if broken or accept:
        text = None if is_other or not broken else _patched(job, sources, section, record, entry)
        if section.edited and not accept:
            return Step(section, text, None if text is not None else brief, conflict=broken, record=record)
        if text is None:
            return Step(section, order=brief)
        return Step(section, text, record=_prose_record(text, entry, job.facts, sources, brief), patched=True)
    if record is not None and not section.edited:
        record = _looked_at(record, informed(section.text, entry, job.facts, sources, record.asserts))
        return Step(section, record=replace(record, context=_context(section.text, brief, record)))
    return Step(section, record=_prose_record(section.text, entry, job.facts, sources, brief))


def _broken(job: Job, sources: Sources, section: Section, record: Record | None, entry: Entry, plain: str) -> tuple[str, ...]:
    """What a section says and that is not so today, in the words of `check`. What the `plain` statement of the facts would be
    blamed for as well is no fault of the section."""
    known = informed(section.text, entry, job.facts, sources, record.asserts) if record else entry
    found = Comparison(section.text, record, known, job.facts, section.edited).broken() if record else []
    words = [item.words for item in found if item.verdict != "review"]
    if not words and (wrong := contradictions(section.text, entry)) and not contradictions(plain, entry):
        words = [f"states {item.claim.name} is {item.claim.value}" for item in wrong]
    return tuple(dict.fromkeys(words))


def _patched(job: Job, sources: Sources, section: Section, record: Record | None, entry: Entry) -> str | None:
    """The text of a section with the values of today, where no more than values has changed."""
    if record is None:
        return None
    known = informed(section.text, entry, job.facts, sources, record.asserts)
    found = Comparison(section.text, record, known, job.facts, section.edited).broken()
    return patched(section.text.strip(), [item for item in found if item.verdict != "review"], record, known, job.facts)


def _looked_at(record: Record, entry: Entry) -> Record:
    """The record without the conditions of which the source does not tell any more: `check` asked to look at them."""
    asserts = {
        name: assertion
        for name, assertion in record.asserts.items()
        if not name.endswith((".when", ".condition")) or entry.fact(name) is not None
    }
    return record if len(asserts) == len(record.asserts) else replace(record, asserts=asserts)


def _has_other_docstring(record: Record | None, brief: Brief) -> bool:
    """Whether the docstring that an introduction was written from, perhaps in other words, is another now."""
    was = record.asserts.get("doc") if record is not None and brief.kind == "introduction" else None
    return was is not None and was.value != brief.get("doc")


def _prose_record(text: str, entry: Entry, facts: Facts, sources: Sources, brief: Brief) -> Record:
    """What the ledger says of a text: the facts it states, the lists it gives whole, and what else informed it."""
    told: list[Fact] = []
    whole: set[str] = set()
    if brief.kind == "introduction" and (doc := entry.fact("doc")) and states_docstring(brief, text):
        told.append(doc)
    if brief.kind == "error-handling" and entry.strings("raises") and names_exceptions(brief, text):
        told += [fact for fact in entry.facts if fact.name == "raises"]
        whole.add("raises")
    record = _stated(text, entry, facts, sources, told, whole)
    return replace(record, context=_context(text, brief, record))


def _context(text: str, brief: Brief, record: Record) -> dict[str, str]:
    """The marks of what informed a text without being asserted in it. What holds today has been looked at today."""
    informing = (fact for fact in brief.facts if fact.name not in record.asserts and _informs(fact, text))
    return {fact.name: context_mark(fact.name, fact.value) for fact in informing}


def _stated(
    text: str, entry: Entry, facts: Facts, sources: Sources, told: Collection[Fact] = (), whole: Collection[str] = ()
) -> Record:
    """The record of what a text states, and of what else it has `told` in words of its own."""
    entry = informed(text, entry, facts, sources)
    stated = [Fact(name, value) for name, value in asserted(text, entry).items()] + raised_through(text, entry, facts)
    return true_today(text, Record.of([*stated, *told], {*complete(text, entry), *whole}), entry, facts)


def _informs(fact: Fact, text: str) -> bool:
    first, _, rest = fact.name.partition(".")
    if first == "members" and fact.name.endswith(".when"):
        raiser, _, exception = rest.removesuffix(".when").partition(".raises.")
        return f"`{raiser}`" in text and f"`{exception}`" in text
    if first in _NO_CONTEXT or fact.name.rpartition(".")[2] in _NO_CONTEXT_PARTS:
        return False
    return not (first == "parameters" and rest) or f"`{rest.partition('.')[0]}`" in text


def _orphans(existing: Document, places: Mapping[str, Place], shown: str) -> Iterator[Finding]:
    for section in existing.sections:
        place = places.get(section.about)
        if place is not None and place.entry is None:
            yield orphan(section, place.moved_to, shown)


def orphan(section: Section, moved_to: str, shown: str) -> Finding:
    """The finding that what a section is about is not there any more."""
    message = f"orphaned: `{section.about}` is gone" + (f"; there is a `{moved_to}`" if moved_to else "")
    fix = f"write `of={moved_to}` in its marker, or delete the section" if moved_to else "delete the section"
    return finding("orphaned-symbol", shown, section.line, message, fix, section=section.key, about="about", old=section.about)


def _shown(document: Path, root: Path) -> str:
    path = document.resolve()
    return path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else str(document)
