"""Docstrings added and put right in the source of packages, in one run all or nothing.

In: packages of the project and a writer. Out: a Report; the files of the packages, changed in nothing but docstrings. A
docstring that people wrote keeps every word but a value that the code contradicts.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from docgen.brief import brief_for
from docgen.claims import contradictions
from docgen.facts import JSON, Entry, Facts
from docgen.files import Batch, inside, read_bytes, root_of
from docgen.journal import undisturbed
from docgen.outline import Outline, with_exports
from docgen.readers.docstring_text import RawDocstring, docstrings_in
from docgen.readers.docstrings import sentences
from docgen.readers.python_api import find_package, read_package
from docgen.readers.python_api.finding import module_files, shown_path
from docgen.report import InputError, Report
from docgen.settings import Settings, load_settings
from docgen.statements.code import summary_of
from docgen.statements.english import ended, upper_first
from docgen.statements.summary import Summary
from docgen.statements.verb_phrases import VerbPhrase
from docgen.write.answers import accepted
from docgen.write.docstrings.compose import Composer
from docgen.write.docstrings.renewing import Renewing
from docgen.write.docstrings.source import Edited, Patch, edited, undocumented
from docgen.write.docstrings.style import style_in
from docgen.write.docstrings.words import Words
from docgen.writers import Writer, choose_writer, is_plain
from docgen.writers.plain import PlainWriter

Progress = Callable[[str], object]


def write_docstrings(
    targets: Sequence[str],
    *,
    writer: Writer | str = "none",
    diff: bool = False,
    root: Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Adds the missing docstrings of the public modules, classes and functions of packages, and renews in those that are there
    what the code says otherwise. `diff` writes nothing and shows what would change.

    Raises InputError, with nothing written, for a package that is not there, not the project's, or cannot be parsed, and where
    somebody has saved one of its files meanwhile.
    """
    tell = progress or (lambda message: None)
    packages = [find_package(target, root) for target in targets]
    root = root or root_of(packages[0])
    settings = settings or load_settings(root)
    changes: list[_Change] = []
    with nullcontext() if diff else undisturbed(root, tell):
        for package in packages:
            inside(package, root)
            tell(f"reading {package.name}")
            changes += _Package.read(package, root, settings).changes(writer, tell)
        changed = [change for change in changes if change.after.content != change.before]
        if not diff:
            _save(changed, root)
    return _report(changes, changed, diff=diff)


def _save(changed: Sequence[_Change], root: Path) -> None:
    """Writes every file, or nothing. Raises InputError where one is not what the run began with."""
    batch = Batch(root)
    for change in changed:
        if read_bytes(change.path) != change.before:
            raise InputError("changed while docgen was at work; nothing was written", change.shown, "run it again")
        batch.add(change.path, change.after.content)
    batch.commit()


@dataclass(frozen=True)
class _Change:
    """One file before and after."""

    path: Path
    shown: str
    before: bytes
    after: Edited


@dataclass(frozen=True)
class _File:
    """One module: its symbols without a docstring, and the patches of the docstrings that say what is not so."""

    name: str
    path: Path
    shown: str
    content: bytes
    missing: Mapping[str, tuple[Entry, Mapping[str, str]]]
    patches: Mapping[tuple[str, str], Sequence[Patch]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Package:
    """One package that is to get docstrings."""

    facts: Facts
    composer: Composer
    files: tuple[_File, ...]
    settings: Settings

    @classmethod
    def read(cls, package: Path, root: Path, settings: Settings) -> _Package:
        facts = read_package(package, root, private=True)
        docstrings = list(docstrings_in(package, root))
        raw = [_opening(docstring, root) for docstring in docstrings]
        style = style_in([docstring.text for docstring in docstrings], raw, root)
        public = _public(facts)
        composer = Composer(style, Words.of(facts))
        renewing = Renewing.of(composer, facts, [(docstring.about, docstring.text) for docstring in docstrings])
        files = []
        for name, path in module_files(package):
            content, shown = read_bytes(path), shown_path(path, root)
            without = undocumented(content, name, shown)
            own = {
                about: (entry, attributes)
                for about, attributes in without.items()
                if (entry := facts.get(about)) is not None and about in public
            }
            patches = {
                (item.about, item.text): found
                for item in docstrings
                if item.path == shown and (entry := facts.get(item.about)) is not None
                if (found := renewing.patches(item.text, entry))
            }
            files.append(_File(name, path, shown, content, own, patches))
        return cls(facts, composer, tuple(files), settings)

    def changes(self, writer: Writer | str, tell: Progress) -> Iterator[_Change]:
        """Every file of the package as it will be."""
        style = self.composer.style
        summaries = self._summaries(writer, self.composer.words, tell)
        for file in self.files:
            missing = {
                about: partial(_lines, self.composer, entry, summaries[about], attributes)
                for about, (entry, attributes) in file.missing.items()
                if summaries[about]
            }
            after = edited(
                file.content,
                file.name,
                file.shown,
                missing,
                file.patches,
                style.quotes,
                opens_below=style.opens_below,
            )
            yield _Change(file.path, file.shown, file.content, after)

    def _summaries(self, writer: Writer | str, words: Words, tell: Progress) -> dict[str, str]:
        """A summary for each symbol without a docstring: the writer's where its answer stands, else what the name says."""
        entries = [entry for file in self.files for entry, _ in file.missing.values()]
        third = self.composer.style.third_person
        found = {entry.about: words.summary(entry, third=third) for entry in entries}
        plain = is_plain(writer) if isinstance(writer, str) else writer.name == PlainWriter.name
        if plain or not entries:
            return found
        chosen = choose_writer(writer, self.settings) if isinstance(writer, str) else writer
        tell(f"writing {len(entries)} summaries with the writer {chosen.name}")
        briefs = [brief_for(entry, "introduction") for entry in entries]
        for entry, brief, answer in zip(
            entries, briefs, accepted(briefs, chosen.write(briefs), self.settings.write.support), strict=True
        ):
            if not answer.reason and (said := _as_summary(answer.text, summary_of(brief), third=third)):
                found[entry.about] = said
        return found


def _as_summary(answer: str, summary: Summary, *, third: bool) -> str:
    """The first sentence of an answer as a summary, which leaves its subject out; empty where it has another form."""
    first = sentences(answer.strip())[0]
    phrase = VerbPhrase.of(first.removeprefix(f"{summary.name} ")) if first.startswith(f"{summary.name} ") else None
    if phrase is None or "takes `" in first:
        return ""
    said = phrase.third if third else phrase.imperative
    return ended(upper_first(said)) if said else ""


def _lines(composer: Composer, entry: Entry, summary: str, attributes: Mapping[str, str], depth: int) -> list[str]:
    """The docstring of an entry; the summary alone where the rest would say what the code contradicts."""
    if entry.get("kind") in ("module", "package"):
        return composer.docstring(entry, summary, attributes, depth, with_sections=False)
    whole = composer.docstring(entry, summary, attributes, depth)
    if contradictions("\n".join(whole), entry):
        return composer.docstring(entry, summary, attributes, depth, with_sections=False)
    return whole


def _public(facts: Facts) -> set[str]:
    """The symbols that a package documents, by where they are defined."""
    outline = Outline.of(with_exports(facts))
    modules = {module.about for module in outline.modules}
    places = {
        (about.rpartition(".")[2], fact.source)
        for module in outline.modules
        for symbol in module.everything
        for about in [symbol.about]
        if (fact := symbol.entry.fact("kind")) is not None
    }
    return modules | {
        entry.about
        for entry in facts
        if (fact := entry.fact("kind")) is not None and (entry.about.rpartition(".")[2], fact.source) in places
    }


def _opening(docstring: RawDocstring, root: Path) -> str:
    """The first line of a docstring as the file has it."""
    path = root / docstring.path
    try:
        return path.read_text(encoding="utf-8").splitlines()[docstring.lines[0] - 1].strip()
    except (OSError, UnicodeDecodeError, IndexError):
        return ""


def _report(changes: Sequence[_Change], changed: Sequence[_Change], *, diff: bool) -> Report:
    added, patched = (sum(len(getattr(change.after, name)) for change in changed) for name in ("added", "patched"))
    left: list[JSON] = [about for change in changes for about in change.after.left]
    summary: dict[str, JSON] = {
        "files": len(changes),
        "written": [change.shown for change in changed],
        "added": added,
        "patched": patched,
        "left": left,
    }
    lines = [_diff(change) for change in changed] if diff else [_told(change) for change in changed]
    if left:
        lines.append(
            f"left without: {', '.join(map(str, left))} (a body on the line of its definition, or escapes in the text)"
        )
    if not changed:
        lines.append(f"{len(changes)} files: nothing public without a docstring, nothing to put right")
    return Report("write", (), summary, "\n".join(lines))


def _told(change: _Change) -> str:
    parts = [
        f"{len(names)} {word}" for names, word in ((change.after.added, "added"), (change.after.patched, "put right")) if names
    ]
    return f"{change.shown}: docstrings: {', '.join(parts)}"


def _diff(change: _Change) -> str:
    before, after = (
        text.decode("utf-8", "replace").replace("\r\n", "\n").split("\n") for text in (change.before, change.after.content)
    )
    return "\n".join(difflib.unified_diff(before, after, change.shown, change.shown, lineterm=""))
