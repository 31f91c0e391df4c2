"""Subjects into documents: facts, layouts, orders, answers that have been checked, and files that are saved together.

In: targets and a writer. Out: a `Report`. Read `write` from top to bottom: nothing is written before every document of the run
is known, and a run in which nothing is stale asks the writer for nothing.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.check.sources import Sources
from docgen.document import Document
from docgen.facts import JSON
from docgen.files import Batch, inside, read_text
from docgen.front_matter import parse_fields, problems_of
from docgen.ledger import Ledger, ledger_path, recorded_documents
from docgen.report import Finding, InputError, Report, worst_first
from docgen.settings import Settings, load_settings
from docgen.write.answers import Answer, accepted
from docgen.write.renewal import Draft, Saved, draft, finish, orphan
from docgen.write.targets import Targets, root_for
from docgen.writers import Writer, choose_writer, is_plain
from docgen.writers.plain import PlainWriter

Progress = Callable[[str], object]


def write(
    targets: Sequence[str],
    *,
    output: Path | None = None,
    writer: Writer | str = "none",
    template: str | None = None,
    diff: bool = False,
    accept: Sequence[str] = (),
    root: Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Writes or renews the documents of `targets`: model folders, Python packages, documents with sections.

    `writer` is a Writer, or what `choose_writer` takes: then it is made only if there is something to write. `diff` writes
    nothing and reports what would change; `accept` names edited sections (`kind:about`) whose new draft is taken. The report's
    findings are conflicts and orphans; its summary counts what was written and why answers were refused.

    Raises InputError, with nothing written, for a target, template or place that cannot be used.
    """
    tell = progress or (lambda message: None)
    root = root or root_for(targets, output)
    settings = settings or load_settings(root)
    tell(f"reading {', '.join(targets)}")
    plain = is_plain(writer) if isinstance(writer, str) else writer.name == PlainWriter.name
    jobs = Targets(root, settings, output, template or settings.write.template, plain=plain).jobs(targets)
    sources = Sources(root)
    drafts = [draft(job, sources, settings, frozenset(accept)) for job in jobs]
    _refuse_unknown(accept, drafts)
    answers = _ask(drafts, writer, settings, tell)
    finished = [(item, finish(item, _texts(item, answers))) for item in drafts]
    changes = [_change(item, saved) for item, saved in finished]
    findings = [
        finding for item, saved in finished for finding in (*item.findings, *_conflicts(item), *_front_matter(item, saved))
    ]
    findings += _gone(drafts, sources)
    if not diff:
        _save(finished, root)
    return _report(findings, finished, changes, answers, diff=diff)


# Asking ----------------------------------------------------------------------------------------------------------------


def _ask(drafts: Sequence[Draft], writer: Writer | str, settings: Settings, tell: Progress) -> dict[tuple[str, str], Answer]:
    """The answers to every order of a run, asked for at once, by document and section key."""
    orders = [((item.shown, step.section.key), step.order) for item in drafts for step in item.steps if step.order is not None]
    if not orders:
        return {}
    chosen = choose_writer(writer, settings) if isinstance(writer, str) else writer
    tell(f"writing {_count(len(orders), 'section')} with the writer {chosen.name}")
    briefs = [brief for _, brief in orders]
    answers = accepted(briefs, chosen.write(briefs), settings.write.support)
    if refused := Counter(answer.reason for answer in answers if answer.reason):
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
        tell(f"{_count(refused.total(), 'answer')} refused for the plain statement of the facts: {reasons}")
    return {place: answer for (place, _), answer in zip(orders, answers, strict=True)}


def _texts(item: Draft, answers: Mapping[tuple[str, str], Answer]) -> dict[str, str]:
    return {key: answer.text for (shown, key), answer in answers.items() if shown == item.shown}


def _refuse_unknown(accept: Sequence[str], drafts: Sequence[Draft]) -> None:
    keys = {step.section.key for item in drafts for step in item.steps}
    for key in accept:
        if key not in keys:
            close = difflib.get_close_matches(key, sorted(keys), 1, 0.5)
            fix = f"did you mean `{close[0]}`?" if close else "name a section as messages do, kind:about"
            raise InputError(f"no section `{key}` in these documents", fix=fix)


# Reporting -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Change:
    """What a run does to one document: the diff is empty where it stays as it is."""

    shown: str
    is_new: bool
    renewed: int
    diff: str


def _change(item: Draft, saved: Saved) -> _Change:
    before = item.there.text if item.there else ""
    after = saved.document.text
    renewed = sum(1 for step in item.steps if not step.conflict and (step.order is not None or step.text is not None))
    if before == after:
        return _Change(item.shown, False, 0, "")
    old = "/dev/null" if item.there is None else item.shown
    lines = difflib.unified_diff(_lines(before), _lines(after), old, item.shown, lineterm="")
    return _Change(item.shown, item.there is None, renewed, "\n".join(lines))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _conflicts(item: Draft) -> Iterable[Finding]:
    for step in item.steps:
        if step.conflict:
            key = step.section.key
            message = f"conflict: this section was edited, and it {'; '.join(step.conflict)}; the new draft is below"
            fix = f"edit the section so that it holds, or take the draft: docgen write {item.shown} --accept {key}"
            yield Finding("conflict", "error", item.shown, step.section.line, key, message, fix)


def _front_matter(item: Draft, saved: Saved) -> Iterable[Finding]:
    """What the Hub would refuse of a card's front matter. Raises InputError where adding fields to it made no YAML."""
    if not any(step.section.in_front_matter for step in item.steps):
        return
    front = Document.parse(saved.document.text, item.shown).front_matter
    if front is not None:
        for problem in problems_of(parse_fields(front, item.shown)):
            yield Finding(
                "front-matter", "review", item.shown, 1, "", problem, "mend it: the Hub checks this when a card is pushed"
            )


def _gone(drafts: Sequence[Draft], sources: Sources) -> list[Finding]:
    """Pages of modules that are no longer there: their documents were not written, and no template lists them."""
    written = {item.job.document.resolve() for item in drafts}
    subjects = {item.job.facts.subject: item.job.facts for item in drafts if item.job.facts.subject.kind == "api"}
    findings = []
    for document in recorded_documents(sources.root):
        ledger = Ledger.load(sources.root, document) if document.exists() and document not in written else None
        facts = subjects.get(ledger.subject) if ledger else None
        if facts is None:
            continue
        shown = document.relative_to(sources.root.resolve()).as_posix()
        for section in Document.parse(read_text(document).text, shown).sections:
            place = sources.place(facts, section.about)
            if place.entry is None:
                findings.append(orphan(section, place.moved_to, shown))
    return findings


def _report(
    findings: Iterable[Finding],
    finished: Sequence[tuple[Draft, Saved]],
    changes: Sequence[_Change],
    answers: Mapping[tuple[str, str], Answer],
    *,
    diff: bool,
) -> Report:
    refused = Counter(answer.reason for answer in answers.values() if answer.reason)
    waiting: dict[str, JSON] = {key: text for _, saved in finished for key, text in saved.drafts.items()}
    changed = [change for change in changes if change.diff]
    summary: dict[str, JSON] = {
        "documents": len(changes),
        "written": [change.shown for change in changed],
        "sections": sum(len(item.steps) for item, _ in finished),
        "renewed": sum(change.renewed for change in changed),
        "asked": len(answers),
        "refused": dict(sorted(refused.items())),
        "drafts": waiting,
    }
    lines = [f"the draft of {key}:\n\n{text}\n" for key, text in sorted(waiting.items())]
    if diff:
        lines += [change.diff for change in changed]
    else:
        lines += [
            f"{'wrote' if change.is_new else 'renewed'} {change.shown} ({_count(change.renewed, 'section')})"
            for change in changed
        ]
        lines += [_told(changes, changed, refused)]
    return Report("write", worst_first(findings), summary, "\n".join(line for line in lines if line))


def _told(changes: Sequence[_Change], changed: Sequence[_Change], refused: Counter[str]) -> str:
    """The last line: what stayed, and how many answers did not stand."""
    same = len(changes) - len(changed)
    parts = [f"{_count(same, 'document')} up to date"] if same else []
    if refused:
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
        parts.append(f"{_count(refused.total(), 'section')} stated plainly from the facts ({reasons})")
    return "; ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


# Saving ----------------------------------------------------------------------------------------------------------------


def _save(finished: Sequence[tuple[Draft, Saved]], root: Path) -> None:
    """Writes every document with its ledger, or nothing."""
    batch = Batch(root)
    for item, saved in finished:
        batch.add(item.job.document, saved.document.content, saved.document.mode)
        path = ledger_path(root, inside(item.job.document, root))
        batch.add(path, saved.ledger.dump().encode())
    batch.commit()
