"""The sections of documents as items to score, each with its facts and the reference it is compared with.

In: documents, and a folder of references by the same paths. Out: items, and notes on whatever found no partner. Sections pair
by their key, or else by the headings above them; whole documents by their path. Facts come from what the document's ledger
names, or what lies beside it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from docgen.brief import Brief
from docgen.document import Document, Passage
from docgen.facts import Entry, Facts, Subject
from docgen.files import inside, read_text
from docgen.ledger import Ledger, recorded_documents
from docgen.metrics import Answer, named, normalise
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.python_api import read_package
from docgen.report import InputError
from docgen.score.items import Item
from docgen.settings import Settings

_MOST_NAMED = 3
Pairing = Literal["section", "document"]
_FROM_ELSEWHERE = frozenset(("modules", "inherited", "exceptions", "example"))  # kinds that name more than their subject's own
BEGINNING = "(beginning)"  # the name of what a document says before its first heading


@dataclass(frozen=True)
class Collected:
    """The documents that were read, their texts as items, and what found no partner."""

    paths: tuple[Path, ...]
    items: tuple[Item, ...]
    notes: tuple[str, ...]


def collect(
    documents: Sequence[Path], reference: Path | None, root: Path, settings: Settings, pairing: Pairing = "section"
) -> Collected:
    """Every section of `documents`, or each of them as a whole; without any, of all that have a ledger.

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
    items: list[Item] = []
    empty: list[str] = []
    left: list[str] = []
    for each, other in pairs:
        name = shown(each.path, root)
        if pairing == "document":
            own = reader.whole(each.path, other)
        else:
            counterparts = _Counterparts(reader.sections(other) if other else ())
            own = reader.items(each.path, counterparts)
            left += [f"{name}#{section.name}" for section in counterparts.left]
        items += own
        if not own:
            empty.append(name)
    notes = _swapped([(each.path, other) for each, other in pairs if other])
    notes += [named(empty, "documents without a text to score", len(found))] if empty else []
    notes += _notes(pairs, reference, root) if reference else ()
    notes += reader.undocumented(items) if not documents else ()
    if left:
        count = len(left) + sum(bool(item.answer.reference) for item in items)
        notes.append(named(left, "sections of the references without a counterpart", count))
    return Collected(tuple(each.path for each in found), tuple(items), tuple(notes))


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


def _swapped(pairs: Sequence[tuple[Path, Path]]) -> list[str]:
    """A note where the references are what docgen wrote, and the documents are not."""
    marker = re.compile(r"^ {0,3}<!--\s*docgen:section\b", re.M)
    marked = {path for pair in pairs for path in pair if marker.search(read_text(path).text)}
    swapped = [path for path, other in pairs if other in marked and path not in marked]
    what = "without docgen's sections where the reference has them: are documents and references swapped?"
    return [named([path.as_posix() for path in swapped], what, len(pairs))] if swapped else []


# Sections ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Section:
    """A passage to score, whose first line is `line`. A managed one has its `key`; `place` has the headings above it, its own
    last."""

    text: str
    place: tuple[str, ...]
    line: int
    kind: str
    about: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        """What messages and baselines call it."""
        return self.key or " > ".join(self.place) or BEGINNING

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
    names: dict[Subject, frozenset[str]] = field(default_factory=dict)

    def items(self, path: Path, counterparts: _Counterparts) -> list[Item]:
        """The sections of one document, with their facts and references."""
        found: dict[str, Item] = {}
        subject, document = self._recorded(path), shown(path, self.root)
        for section in self.sections(path):
            facts = self._facts(subject or self._beside(section, path))
            key = unused(f"{document}#{section.name}", found)  # headings may come twice
            brief = _brief(section, facts, self._elsewhere(section, facts))
            answer = Answer(key, brief, section.text, counterparts.take(section))
            found[key] = Item(answer, document, document, document, section.line)
        return list(found.values())

    def undocumented(self, items: Sequence[Item]) -> Iterator[str]:
        """A note for each package with public functions and classes that no section is about."""
        told = {item.answer.brief.about for item in items}
        for subject, facts in self.known.items():
            kinds = ("function", "class") if subject.kind == "api" else ()
            public = [entry.about for entry in facts if entry.get("kind") in kinds and "._" not in f".{entry.about}"]
            if lacking := [about for about in public if about not in told]:
                yield named(lacking, f"public functions and classes of {subject.path} without a section", len(public))

    def whole(self, path: Path, other: Path | None) -> list[Item]:
        """One document as a single text without its front matter, with its reference; none where it is empty."""
        document, text = shown(path, self.root), self._body(path)
        answer = Answer(document, Brief("", document, "", ()), text, self._body(other) if other else "")
        return [Item(answer, document, document, document, 1)] if normalise(text) else []

    def sections(self, path: Path) -> tuple[_Section, ...]:
        """The managed sections, then the passages that people wrote under headings or before the first; those with a text."""
        document = Document.parse(read_text(path).text, shown(path, self.root))
        return (*self._managed(document), *self._human(document))

    def _body(self, path: Path) -> str:
        document = Document.parse(read_text(path).text, shown(path, self.root))
        parts = (part.source if isinstance(part, Passage) else part.text for part in document.parts if not part.in_front_matter)
        return "".join(parts)

    def _managed(self, document: Document) -> Iterator[_Section]:
        above = [(headed.line, (*headed.path, headed.heading)) for headed in document.headed_sections()]
        for section in document.sections:
            if normalise(section.text) and not section.in_front_matter:
                place = next((place for line, place in reversed(above) if line < section.line), ())
                text, line = _filled(section.text, section.line + 1)
                yield _Section(text, place, line, section.kind, section.about, section.key)

    def _human(self, document: Document) -> Iterator[_Section]:
        """What stands outside markers, each line at its number."""
        parts = (part.source if isinstance(part, Passage) else "\n" * part.source.count("\n") for part in document.parts)
        others = Document.parse("".join(parts), document.path)
        headed = others.headed_sections()
        before, start = _beginning(others, headed[0].line if headed else 0)
        if before.strip():
            text, line = _filled(before, start)
            yield _Section(text, (), line, "")
        for section in headed:
            if normalise(section.text):
                kind = self.settings.kind_of_heading(section.heading) or ""
                text, line = _filled(section.text, section.text_line)
                yield _Section(text, (*section.path, section.heading), line, kind)

    def _elsewhere(self, section: _Section, facts: Facts | None) -> str:
        """What a table of docgen's names of the whole package and its project: other modules, members of bases, places."""
        if facts is None or facts.subject.kind != "api" or not section.key or section.kind not in _FROM_ELSEWHERE:
            return ""
        if facts.subject not in self.names:
            self.names[facts.subject] = frozenset(_names_in(facts))
        words = set(re.findall(r"[\w.:/-]*\w", section.text))
        files = {word for word in words if section.kind == "example" and "." in word and (self.root / word).is_file()}
        return " ".join(sorted(words & self.names[facts.subject] | files))

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


def _filled(text: str, line: int) -> tuple[str, int]:
    """A text without the blank lines that it begins with, and the number of its first line."""
    rest = text.lstrip("\r\n")
    return rest, line + text[: len(text) - len(rest)].count("\n")


def _beginning(document: Document, heading: int) -> tuple[str, int]:
    """What people wrote before the line of the first heading (0: there is none), without front matter, and its own line."""
    before = "".join(part.source for part in document.parts if part.in_front_matter)
    lines = str(document).split("\n")
    start = before.count("\n")
    text = "\n".join(lines[start : heading - 1 if heading else None])
    return (text if re.search(r"\w", normalise(text)) else ""), start + 1


def _names_in(facts: Facts) -> Iterator[str]:
    """The names of a package's symbols and attributes, whole and alone, and the places of its facts as tables give them."""
    for entry in facts:
        yield from (entry.about, entry.about.rpartition(".")[2], *entry.strings("members"), *entry.strings("attributes"))
        yield from (fact.source.rpartition("/")[2] for fact in entry.facts)


def _brief(section: _Section, facts: Facts | None, elsewhere: str = "") -> Brief:
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
    return Brief(kind, section.heading, entry.about, entry.facts, "\n".join((entry.excerpt, *held, elsewhere)))


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
