"""Subjects into documents: facts, layouts, orders, answers that have been checked, and files that are saved together.

In: targets and a writer. Out: a `Report`. Read `write` from top to bottom: nothing is written before every document of the run
is known, and a run in which nothing is stale asks the writer for nothing.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.cache import Cache
from docgen.check.saying import finding
from docgen.check.sources import Place, Sources
from docgen.document import Document, Section
from docgen.facts import JSON, Facts
from docgen.files import Batch, inside, read_text
from docgen.front_matter import misread, parse_fields, problems_of
from docgen.journal import undisturbed
from docgen.ledger import Ledger, ledger_path, recorded_documents
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.report import Finding, InputError, Report, worst_first
from docgen.settings import Settings, load_settings
from docgen.write.answers import Answer, accepted
from docgen.write.markdown import prose
from docgen.write.provenance import Written, with_provenance
from docgen.write.renewal import Draft, Saved, draft, finish, orphan
from docgen.write.snippets import run_snippet
from docgen.write.targets import Targets
from docgen.write.unchanged import Unchanged, root_for
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
    run_examples: bool = False,
    run_snippets: bool = False,
    explain: bool = False,
    root: Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
    unchanged: Unchanged | None = None,
) -> Report:
    """Writes or renews the documents of `targets`: model folders, Python packages, documents with sections.

    `writer` is a Writer, or what `choose_writer` takes: then it is made only if there is something to write. `diff` writes
    nothing and reports what would change; `accept` names edited sections (`kind:about`) whose new draft is taken; with
    `run_examples`, the code of the project that API pages show is run, and they say so where it ran well; with `run_snippets`
    that of cards is, all of which must run. With a `cache`, only sources that have changed are read; `unchanged` is told what
    the run came to. The report's findings are conflicts and orphans; with `explain` it tells what each written sentence rests
    on; its summary counts what was written and why answers were refused.

    Raises InputError, with nothing written, for a target, template or place that cannot be used, or where somebody has changed
    a document meanwhile.
    """
    tell = progress or (lambda message: None)
    root = root or root_for(targets, output)
    settings = settings or load_settings(root)
    with nullcontext() if diff else undisturbed(root, tell):
        if run_snippets:
            _run_snippets(targets, root, tell)
        tell(f"reading {', '.join(targets)}")
        plain = is_plain(writer) if isinstance(writer, str) else writer.name == PlainWriter.name
        run = tell if run_examples else None
        found = Targets(root, settings, output, template or settings.write.template, plain=plain, run=run, cache=cache)
        jobs, sources = found.jobs(targets), Sources(root, cache=cache)
        drafts = [draft(job, sources, settings, frozenset(accept)) for job in jobs]
        _refuse_unknown(accept, drafts)
        answers = _ask(drafts, writer, settings, tell, cache)
        texts = _by_document(answers)
        finished = [(item, finish(item, texts.get(item.shown, {}))) for item in drafts]
        changes = [_change(item, saved) for item, saved in finished]
        findings = [
            finding for item, saved in finished for finding in (*item.findings, *_conflicts(item), *_front_matter(item, saved))
        ]
        findings += _gone(drafts, sources)
        if not diff:
            written = _save(finished, root)
            if unchanged is not None and not findings:
                settled = [replace(change, is_new=False, renewed=0, diff="") for change in changes]
                unchanged.remember(_report((), finished, settled, {}, diff=False), written, list(found.read))
    report = _report(findings, finished, changes, answers, diff=diff)
    return with_provenance(report, _written(drafts, answers)) if explain else report


def _run_snippets(targets: Sequence[str], root: Path, tell: Progress) -> None:
    """Runs the code of every card among the targets, and has it recorded that it runs."""
    for target in targets:
        path = Path(target)
        folder = path.parent if path.name == "README.md" else path
        if is_model_folder(folder):
            facts = read_model(folder, root)
            tell(f"running the code in the card of {facts.subject.path}, offline")
            words = run_snippet(folder, next(iter(facts)), facts.subject.path, root)
            tell(f"the code in the card of {facts.subject.path} runs with {words}")


# Asking ----------------------------------------------------------------------------------------------------------------


def _ask(
    drafts: Sequence[Draft], writer: Writer | str, settings: Settings, tell: Progress, cache: Cache | None
) -> dict[tuple[str, str], Answer]:
    """The answers to every order of a run, asked for at once, by document and section key."""
    orders = [((item.shown, step.section.key), step.order) for item in drafts for step in item.steps if step.order is not None]
    if not orders:
        return {}
    chosen = choose_writer(writer, settings, cache=cache, tell=tell) if isinstance(writer, str) else writer
    tell(f"writing {_count(len(orders), 'section')} with the writer {chosen.name}")
    briefs = [brief for _, brief in orders]
    texts = chosen.write(briefs)
    if isinstance(chosen, PlainWriter):  # its texts are what any other's would be held against
        return {place: Answer(prose(text.strip())) for (place, _), text in zip(orders, texts, strict=True)}
    answers = accepted(briefs, texts, settings.write.support)
    if refused := Counter(answer.reason for answer in answers if answer.reason):
        reasons = ", ".join(f"{count} {reason}" for reason, count in refused.most_common())
        tell(f"{_count(refused.total(), 'answer')} refused for the plain statement of the facts: {reasons}")
    return {place: answer for (place, _), answer in zip(orders, answers, strict=True)}


def _written(drafts: Sequence[Draft], answers: Mapping[tuple[str, str], Answer]) -> list[Written]:
    """The sections of a run that were answered, with their orders."""
    steps = ((item.shown, step.section.key, step.order) for item in drafts for step in item.steps)
    return [Written(shown, key, order, answers[shown, key].text) for shown, key, order in steps if order is not None]


def _by_document(answers: Mapping[tuple[str, str], Answer]) -> dict[str, dict[str, str]]:
    """The texts of each document, by section key."""
    texts: dict[str, dict[str, str]] = {}
    for (shown, key), answer in answers.items():
        texts.setdefault(shown, {})[key] = answer.text
    return texts


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
    sections: int = 0
    patched: int = 0


def _change(item: Draft, saved: Saved) -> _Change:
    before = item.there.text if item.there else ""
    after = saved.document.text
    renewed = sum(1 for step in item.steps if not step.conflict and (step.order is not None or step.text is not None))
    patched = sum(step.patched for step in item.steps)
    if before == after:
        return _Change(item.shown, False, 0, "")
    old = "/dev/null" if item.there is None else item.shown
    lines = difflib.unified_diff(_lines(before), _lines(after), old, item.shown, lineterm="")
    return _Change(item.shown, item.there is None, renewed, "\n".join(lines), len(item.steps), patched)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _conflicts(item: Draft) -> Iterable[Finding]:
    for step in item.steps:
        if step.conflict:
            key = step.section.key
            message = f"conflict: this section was edited, and it {'; '.join(step.conflict)}; the new draft is below"
            fix = f"edit the section so that it holds, or take the draft: docgen write {item.shown} --accept {key}"
            yield finding("conflict-edited", item.shown, step.section.line, message, fix, section=key)


def _front_matter(item: Draft, saved: Saved) -> Iterable[Finding]:
    """What the Hub would refuse of a card's front matter. Raises InputError where adding fields to it made no YAML."""
    if not any(step.section.in_front_matter for step in item.steps):
        return
    front = Document.parse(saved.document.text, item.shown).front_matter
    if front is not None:
        for problem in (*problems_of(parse_fields(front, item.shown)), *misread(front)):
            yield finding("review-front-matter", item.shown, 1, problem, "mend it: the Hub checks this when a card is pushed")


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
        sections = Document.parse(read_text(document).text, shown).sections
        gone = [orphan(section, place.moved_to, shown) for section, place in _gone_from(sections, facts, sources)]
        if len(gone) == len(sections) > 1 and not any(found.fix.startswith("write ") for found in gone):
            record = ledger_path(sources.root, document).relative_to(sources.root.resolve()).as_posix()
            gone = [
                replace(gone[0], message="orphaned: all that this page is about is gone", fix=f"delete {shown} and {record}")
            ]
        findings += gone
    return findings


def _gone_from(sections: Sequence[Section], facts: Facts, sources: Sources) -> list[tuple[Section, Place]]:
    """The sections whose subject is gone, with where it may be now."""
    places = [(section, sources.place(facts, section.about)) for section in sections]
    return [(section, place) for section, place in places if place.entry is None]


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
        "patched": sum(change.patched for change in changed),
        "asked": len(answers),
        "refused": dict(sorted(refused.items())),
        "drafts": waiting,
    }
    lines = [f"the draft of {key}:\n\n{text}\n" for key, text in sorted(waiting.items())]
    if diff:
        lines += [change.diff for change in changed]
    else:
        lines += [_done(change) for change in changed]
        lines += [_told(changes, changed, refused)]
    return Report("write", worst_first(findings), summary, "\n".join(line for line in lines if line))


def _done(change: _Change) -> str:
    """What was done to one document: how many of its sections are others now, and in how many of these only values are."""
    if change.is_new:
        return f"wrote {change.shown} ({_count(change.renewed, 'section')})"
    values = f", {change.patched} by its values alone" if change.patched else ""
    return f"renewed {change.shown} ({change.renewed} of {_count(change.sections, 'section')}{values})"


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


def _save(finished: Sequence[tuple[Draft, Saved]], root: Path) -> dict[Path, bytes]:
    """Writes every document with its ledger, or nothing; what the files hold then. Raises InputError where a document is not
    what the run began with: somebody has saved it meanwhile."""
    batch, contents = Batch(root), dict[Path, bytes]()
    for item, saved in finished:
        document = item.job.document
        if (read_text(document).text if document.exists() else None) != (item.there.text if item.there else None):
            raise InputError("changed while docgen was at work; nothing was written", item.shown, "run docgen write again")
        contents[document] = saved.document.content
        batch.add(document, contents[document], saved.document.mode)
        for picture, content in item.job.pictures.items():
            if not picture.is_file() or picture.read_text(encoding="utf-8") != content:
                batch.add(picture, content.encode())
        path = ledger_path(root, inside(document, root))
        contents[path] = saved.ledger.dump().encode()
        batch.add(path, contents[path])
    batch.commit()
    return contents
