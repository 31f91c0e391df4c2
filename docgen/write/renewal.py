"""One document brought up to date: what is kept, rendered, ordered from the writer, or left to a person to decide.

In: a job and the document that is there. Out: a `Draft`: the merged document with a `Step` for each section, and once its
orders are answered the text and the ledger to save. A section is renewed when a fact that it asserts no longer holds, and
never because the source text or the writer changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from docgen.brief import Brief
from docgen.claims import asserted, complete, verify
from docgen.document import Document, Section, text_mark
from docgen.facts import JSON, Entry, Fact, mark
from docgen.files import Text, read_text
from docgen.ledger import Ledger, Record
from docgen.report import Finding
from docgen.settings import Settings
from docgen.write.answers import names_exceptions, states_docstring
from docgen.write.markdown import Region
from docgen.write.merge import merge
from docgen.write.targets import Job

# What a section states as a whole, in other words than the fact's: an introduction the docstring, error handling the exceptions.
_WHOLE = ("doc", "raises", "documented_raises")
# Facts that informed a section without being asserted call for a review when they change; these say nothing to a reader.
_NO_CONTEXT = frozenset("kind signature constants members example decorators handles".split())
_NO_CONTEXT_PARTS = frozenset("annotation condition message kind".split())


@dataclass(frozen=True)
class Step:
    """What happens to one section: `text` replaces it, `order` asks the writer for its text; neither leaves it as it is. With
    `conflict`, the facts that a person's text still states as they were, the new text is only a draft. `record` is what the
    ledger says of a section whose text is known."""

    section: Section
    text: str | None = None
    order: Brief | None = None
    conflict: tuple[str, ...] = ()
    record: Record | None = None


@dataclass(frozen=True)
class Draft:
    """A document on its way: `there` is the file as it was (None for a new one), `merged` has a place for every section."""

    job: Job
    shown: str
    there: Text | None
    merged: Document
    steps: tuple[Step, ...]
    ledger: Ledger
    findings: tuple[Finding, ...] = ()
    kept_records: Mapping[str, Record] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved:
    """What is to be written: the document and its ledger; `drafts` are the new texts that wait for a person, by key."""

    document: Text
    ledger: Ledger
    drafts: Mapping[str, str]


def draft(job: Job, root: Path, settings: Settings, accept: Collection[str]) -> Draft:
    """The document of a job with what has to happen to each of its sections."""
    there = read_text(job.document) if job.document.exists() else None
    shown = _shown(job.document, root)
    existing = Document.parse(there.text if there else "", shown)
    ledger = Ledger.load(root, job.document) or Ledger(job.facts.subject)
    fresh = Document.parse(job.layout, f"the layout of {shown}")
    wanted = {section.key for section in fresh.sections}
    removed = {key: record for key, record in ledger.sections.items() if key in wanted and existing.get(key) is None}
    if not str(existing).strip():
        removed = {}
    merged = merge(existing, fresh, removed, settings.kind_of_heading) if job.layout else existing
    steps = tuple(_step(job, section, ledger.get(section.key), section.key in accept) for section in merged.sections)
    findings = tuple(_orphans(job, existing, shown))
    return Draft(job, shown, there, merged, steps, ledger, findings, removed)


def finish(draft: Draft, answers: Mapping[str, str]) -> Saved:
    """The document with the texts that are known and the answers to the orders, by section key."""
    texts: dict[str, str] = {}
    drafts: dict[str, str] = {}
    records: dict[str, Record] = dict(draft.kept_records)
    for step in draft.steps:
        key = step.section.key
        text = answers.get(key, step.text)
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
    return prose_record(text, entry, step.order)


def _step(job: Job, section: Section, record: Record | None, accept: bool) -> Step:
    entry = job.facts.get(section.about)
    if entry is None:
        return Step(section, record=record)
    if section.kind in job.kinds:
        return _rendered(section, job.renders(section.kind, entry) or Region(""), entry, record, accept)
    return _told(section, job.brief(entry, section.kind), entry, record, accept)


def _rendered(section: Section, region: Region, entry: Entry, record: Record | None, accept: bool) -> Step:
    """A region that comes from facts alone: renewed whenever it would read otherwise, unless a person has edited it."""
    if section.edited and not accept:
        broken = _changed(record, entry) if record else ()
        return Step(section, region.text if broken else None, conflict=broken, record=record)
    fresh = Record.of(region.facts, region.complete)
    unchanged = section.mark and text_mark(region.text) == section.mark and not section.edited
    return Step(section, None if unchanged else region.text, record=fresh)


def _told(section: Section, brief: Brief, entry: Entry, record: Record | None, accept: bool) -> Step:
    """A section of prose: ordered where it is new or a fact that it asserts has changed."""
    if accept or not (section.edited or section.text.strip()):
        return Step(section, order=brief)
    broken = _broken(section.text, record, entry) if record else ()
    if section.edited:
        still = tuple(name for name in broken if record and _is_outdated(section.text, name, record, entry, brief))
        if still:
            return Step(section, order=brief, conflict=still, record=record)
        return Step(section, record=prose_record(section.text, entry, brief))
    if record is None:
        if any(item.verdict == "contradicted" for item in verify(section.text, entry)):
            return Step(section, order=brief)
        return Step(section, record=prose_record(section.text, entry, brief))
    return Step(section, order=brief) if broken else Step(section, record=record)


def _changed(record: Record, entry: Entry) -> tuple[str, ...]:
    """The names of what a rendered region showed and that reads otherwise now."""
    return tuple(name for name, was in record.asserts.items() if not _holds(name, entry.get(name), was.value))


def _broken(text: str, record: Record, entry: Entry) -> tuple[str, ...]:
    """The names of what a text asserted and that holds no longer: it does not state them any more, though it reads the same."""
    now = asserted(text, entry)
    now |= {name: value for name in _WHOLE if (value := entry.get(name)) is not None}
    return tuple(name for name, was in record.asserts.items() if not _holds(name, now.get(name), was.value))


def _holds(name: str, now: JSON, was: JSON) -> bool:
    """Whether a value is what it was; only for parameters does the order of a list matter."""
    if isinstance(now, list) and isinstance(was, list) and name != "parameters":
        return sorted(map(mark, now)) == sorted(map(mark, was))
    return now is not None and mark(now) == mark(was)


def _is_outdated(text: str, name: str, record: Record, entry: Entry, brief: Brief) -> bool:
    """Whether a person's text still says what was true: their edit may be what brought it up to date."""
    if name == "doc":
        return not states_docstring(brief, text)
    if name in _WHOLE:
        return not names_exceptions(brief, text)
    former = Fact(name, record.asserts[name].value)
    others = tuple(fact for fact in entry.facts if fact.name != name)
    return name in asserted(text, Entry(entry.about, (*others, former), entry.excerpt))


def prose_record(text: str, entry: Entry, brief: Brief) -> Record:
    """What the ledger says of a text: the facts it states, the lists it gives whole, and what else informed it."""
    stated = asserted(text, entry)
    whole = set(complete(text, entry))
    if brief.kind == "introduction" and brief.get("doc") is not None and states_docstring(brief, text):
        stated["doc"] = brief.get("doc")
    if brief.kind == "error-handling" and names_exceptions(brief, text):
        stated |= {name: value for name in ("raises", "documented_raises") if (value := entry.get(name)) is not None}
        whole |= {"raises"} & stated.keys()
    context = [fact for fact in brief.facts if fact.name not in stated and _informs(fact, text)]
    return Record.of([Fact(name, value) for name, value in stated.items()], whole, context)


def _informs(fact: Fact, text: str) -> bool:
    first, _, rest = fact.name.partition(".")
    if first in _NO_CONTEXT or fact.name.rpartition(".")[2] in _NO_CONTEXT_PARTS:
        return False
    return not (first == "parameters" and rest) or f"`{rest.partition('.')[0]}`" in text


def _orphans(job: Job, existing: Document, shown: str) -> Iterator[Finding]:
    for section in existing.sections:
        if job.facts.get(section.about) is None:
            message = f"orphaned: `{section.about}` is gone, and this section is about it"
            yield Finding(
                "orphaned",
                "error",
                shown,
                section.line,
                section.key,
                message,
                "delete the section, or name in it what replaced it",
            )


def _shown(document: Path, root: Path) -> str:
    path = document.resolve()
    return path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else str(document)
