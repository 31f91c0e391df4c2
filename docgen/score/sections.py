"""The sections of documents as answers to score, each with its facts and the reference it is compared with.

In: documents, and a folder of references by the same paths. Out: answers, and notes on whatever found no partner. Sections pair
by their key, or else by the headings above them; facts come from what the document's ledger names, or what lies beside it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docgen.brief import Brief
from docgen.document import Document, Passage
from docgen.facts import Entry, Facts, Subject
from docgen.files import inside, read_text
from docgen.ledger import Ledger, recorded_documents
from docgen.metrics import Answer, named
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.python_api import read_package
from docgen.report import InputError
from docgen.settings import Settings

_MOST_NAMED = 3


@dataclass(frozen=True)
class Collected:
    """The documents that were read, their sections as answers, and what found no partner."""

    paths: tuple[Path, ...]
    answers: tuple[Answer, ...]
    notes: tuple[str, ...]


def collect(documents: Sequence[Path], reference: Path | None, root: Path, settings: Settings) -> Collected:
    """Every section of `documents`; without any, of all that have a ledger.

    Raises InputError for a path that is not there, a document paired with itself, and where no document has a reference.
    """
    found = list(_documents(documents, root))
    if not found:
        fix = "name some, or run docgen write or docgen track"
        raise InputError("no documents to score: none has a ledger", str(root), fix)
    pairs = [(each, _reference_of(each, reference, len(found)) if reference else None) for each in found]
    if reference and not any(other for _, other in pairs):
        names = ", ".join(shown(each.path, root) for each in found[:_MOST_NAMED])
        what = f"no reference for any of {len(found)} documents ({names})" if len(found) > 1 else f"no reference for {names}"
        raise InputError(what, str(reference), "give the folder that holds the same paths")
    reader = _Reader(root, settings)
    answers: list[Answer] = []
    left: list[str] = []
    for each, other in pairs:
        counterparts = _Counterparts(reader.sections(other) if other else ())
        answers += reader.answers(each.path, counterparts)
        left += [f"{shown(each.path, root)}#{section.name}" for section in counterparts.left]
    notes = _notes(pairs, reference, root) if reference else ()
    if left:
        count = len(left) + sum(bool(answer.reference) for answer in answers)
        notes = (*notes, named(left, "sections of the references without a counterpart", count))
    return Collected(tuple(each.path for each in found), tuple(answers), tuple(notes))


def shown(path: Path, root: Path) -> str:
    """A path as messages and keys name it: relative to the root where it lies in it."""
    real, base = path.resolve(), root.resolve()
    return real.relative_to(base).as_posix() if real.is_relative_to(base) else path.as_posix()


def unused(name: str, used: Container[str]) -> str:
    """The name, with a number after it where it is taken already."""
    number, candidate = 1, name
    while candidate in used:
        number += 1
        candidate = f"{name} #{number}"
    return candidate


@dataclass(frozen=True)
class _Found:
    """A document, and the paths under which its reference may lie, the likeliest first."""

    path: Path
    names: tuple[str, ...]


def _documents(paths: Sequence[Path], root: Path) -> Iterator[_Found]:
    """The files that are meant, each once."""
    seen: set[Path] = set()
    for path in paths or recorded_documents(root):
        documents, bases = [path], (root, path.parent)
        if path.is_dir():
            documents, bases = sorted(path.rglob("*.md")), (path, root)
            if not documents:
                raise InputError(f"no Markdown in {path}", str(path), "name documents, or a folder that holds some")
        for document in documents:
            real = inside(document, root)
            if real not in seen:
                seen.add(real)
                yield _Found(document, tuple(dict.fromkeys(shown(document, base) for base in bases)))


def _reference_of(document: _Found, reference: Path, count: int) -> Path | None:
    if not reference.exists():
        raise InputError(f"no such file or folder: {reference}", str(reference), "check the name given as reference")
    if reference.is_file() and count > 1:
        raise InputError(f"one reference for {count} documents", str(reference), "give a folder with the same paths")
    candidates = [reference] if reference.is_file() else [reference / name for name in document.names]
    other = next((path for path in candidates if path.is_file()), None)
    if other is not None and other.resolve() == document.path.resolve():
        raise InputError("the reference is the document itself", str(other), "give another version of it")
    return other


def _notes(pairs: Sequence[tuple[_Found, Path | None]], reference: Path, root: Path) -> Iterator[str]:
    """The files on either side without one on the other."""
    if alone := [shown(each.path, root) for each, other in pairs if other is None]:
        yield named(alone, "documents without a reference", len(pairs))
    used = {other.resolve() for _, other in pairs if other}
    files = sorted(reference.rglob("*.md")) if reference.is_dir() else []
    if others := [shown(path, reference) for path in files if path.resolve() not in used]:
        yield named(others, "references without a document", len(files))


# Sections ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Section:
    """A passage to score. A managed one has its `key`; `place` has the headings above it, its own last."""

    text: str
    place: tuple[str, ...]
    kind: str
    about: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        """What messages and baselines call it."""
        return self.key or " > ".join(self.place)

    @property
    def heading(self) -> str:
        """Its own heading."""
        return self.place[-1] if self.place else ""


class _Counterparts:
    """The sections of a reference; each is taken once."""

    def __init__(self, sections: Sequence[_Section]) -> None:
        self.left = list(sections)

    def take(self, section: _Section) -> str:
        """The text of the section with the same key, else under the same headings, else under the same ones below the title
        where only one is; "" where there is none."""
        same_key = [other for other in self.left if section.key and other.key == section.key]
        here = [other for other in self.left if _place(other) == _place(section)]
        below = [other for other in self.left if _place(other)[1:] == _place(section)[1:] != ()]
        taken = next(iter(same_key or here or (below if len(below) == 1 else [])), None)
        if taken is None:
            return ""
        self.left.remove(taken)
        return taken.text


def _place(section: _Section) -> tuple[str, ...]:
    """The headings above, blind to case and punctuation; its own by its kind, so that `Errors` meets `Error Handling`."""
    words = [" ".join(re.findall(r"\w+", heading.casefold())) for heading in section.place]
    return (*words[:-1], section.kind or words[-1]) if words else ()


@dataclass
class _Reader:
    """Reads the sections of documents and what they are about; every source once."""

    root: Path
    settings: Settings
    known: dict[Subject, Facts] = field(default_factory=dict)

    def answers(self, path: Path, counterparts: _Counterparts) -> list[Answer]:
        """The sections of one document, with their facts and references."""
        found: dict[str, Answer] = {}
        subject = self._recorded(path)
        for section in self.sections(path):
            facts = self._facts(subject or self._beside(section, path))
            key = unused(f"{shown(path, self.root)}#{section.name}", found)  # headings may come twice
            found[key] = Answer(key, _brief(section, facts), section.text, counterparts.take(section))
        return list(found.values())

    def sections(self, path: Path) -> tuple[_Section, ...]:
        """The managed sections, then the passages that people wrote under headings; those with a text."""
        document = Document.parse(read_text(path).text, shown(path, self.root))
        return (*self._managed(document), *self._human(document))

    def _managed(self, document: Document) -> Iterator[_Section]:
        above = [(headed.line, (*headed.path, headed.heading)) for headed in document.headed_sections()]
        for section in document.sections:
            if section.text.strip() and not section.in_front_matter:
                place = next((place for line, place in reversed(above) if line < section.line), ())
                yield _Section(section.text, place, section.kind, section.about, section.key)

    def _human(self, document: Document) -> Iterator[_Section]:
        others = "".join(part.source if isinstance(part, Passage) else "\n" for part in document.parts)
        for headed in Document.parse(others, document.path).headed_sections():
            if headed.text.strip():
                kind = self.settings.kind_of_heading(headed.heading) or ""
                yield _Section(headed.text, (*headed.path, headed.heading), kind)

    def _recorded(self, path: Path) -> Subject | None:
        ledger = Ledger.load(self.root, path)
        return ledger.subject if ledger else None

    def _beside(self, section: _Section, path: Path) -> Subject | None:
        """The model folder that a document lies in, or the package that the section speaks of, beside the document or above."""
        base = self.root.resolve()
        folders = [folder for folder in path.resolve().parents if folder.is_relative_to(base)]
        if folders and is_model_folder(folders[0]):
            return Subject("model", shown(folders[0], self.root))
        names = dict.fromkeys(part.partition(".")[0] for part in (section.about, *section.place))
        for name in filter(str.isidentifier, names):
            for package in (folder / source / name for folder in folders for source in ("", "src")):
                if (package / "__init__.py").is_file():
                    return Subject("api", shown(package, self.root))
        return None

    def _facts(self, subject: Subject | None) -> Facts | None:
        if subject is None:
            return None
        if subject not in self.known:
            path = self.root / subject.path
            read = read_model if subject.kind == "model" else read_package
            self.known[subject] = read(path, self.root)
        return self.known[subject]


def _brief(section: _Section, facts: Facts | None) -> Brief:
    """The order that a section answers, with all that is known of what it is about, whatever its kind, and the source of that
    and of what it holds; without facts where that is nothing, or where a person's heading announces no kind."""
    kind, entry = section.kind, None
    if facts is not None and section.key:
        entry = facts.get(section.about)
    elif facts is not None:
        entry = _entry_under(section.place, facts)
        named_itself = entry is not None and _calls(section.heading, entry) and facts.subject.kind == "api"
        kind = kind or ("introduction" if named_itself else "")
    if facts is None or entry is None or not kind:
        return Brief(kind, section.heading, section.about, ())
    held = (other.excerpt for other in facts if other.about.startswith(f"{entry.about}."))
    return Brief(kind, section.heading, entry.about, entry.facts, "\n".join((entry.excerpt, *held)))


def _entry_under(place: Sequence[str], facts: Facts) -> Entry | None:
    """What the innermost heading that names something names; in a model's card that is the model."""
    if facts.subject.kind == "model":
        return next(iter(facts), None)
    found: Entry | None = None
    for heading in place:
        named_here = [entry for entry in facts if _calls(heading, entry)]
        inside_it = [entry for entry in named_here if found and entry.about.startswith(found.about + ".")]
        exact = [entry for entry in named_here if entry.about == heading]
        choice = exact or inside_it or named_here
        found = choice[0] if len(choice) == 1 else found
    return found


def _calls(heading: str, entry: Entry) -> bool:
    """Whether a heading is an entry's name, whole or its last parts, perhaps with a signature."""
    name = heading.partition("(")[0].strip()
    return bool(name) and (entry.about == name or entry.about.endswith("." + name))
