"""The facts of everything that documents may speak of, kept on disk and read when they are asked for.

In: the entries of packages and models, one after the other. Out: `Names` whose facts are loaded a module at a time. A build
knows every symbol of its sources, and memory must not grow with them.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from docgen.cache import Cache, code_mark
from docgen.facts import JSON, Entry, Fact, Facts, Subject, SubjectKind
from docgen.readers.python_api import ModuleFacts, kept_entries
from docgen.subjects import Names

_KEPT = 50  # modules in memory
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE subject (number INTEGER PRIMARY KEY, place INTEGER, kind TEXT, path TEXT, names TEXT);
CREATE TABLE module (number INTEGER PRIMARY KEY, subject INTEGER, path TEXT, mark TEXT, entries BLOB);
"""
_NAMES, _OUTLINES = "names", "outlines"  # of what is kept
_CODE = ("corpus.known", "facts", "readers.python_api", "subjects")
# The facts that names are made of (`docgen.subjects`): those that are read, and those that lend their own name.
_SHOWN = re.compile(r"(?:kind|doc|members|attributes)$|members\.")
_NAMED = re.compile(r"attributes\.|constants\.")


class Shelf:
    """A file of facts, filled by one process and then opened by any number of others, which read. `marks` has what was added,
    by name; `consulted` what was loaded since it was last cleared."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._kept: OrderedDict[int, _Module] = OrderedDict()
        self._firsts: dict[int, int] = {}  # the number of each subject's first module
        self.marks: dict[str, str] = {}
        self.consulted: dict[str, str] = {}
        if not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._connection.executescript(_TABLES)

    def add_package(self, place: int, name: str) -> int:
        """Begins a package; the number to add its modules with."""
        return self._add_subject(place, Subject("api", name))

    def add_module(self, package: int, module: ModuleFacts) -> None:
        """Adds what is known of one module."""
        self._add(package, module.path, module.mark, module.kept)

    def add_model(self, place: int, facts: Facts) -> None:
        """Adds what is known of a model."""
        content = _content(facts).encode()
        self._add(self._add_subject(place, facts.subject), "", hashlib.sha256(content).hexdigest(), content)

    def _add_subject(self, place: int, subject: Subject) -> int:
        row = (place, subject.kind, subject.path)
        added = self._connection.execute("INSERT INTO subject (place, kind, path) VALUES (?, ?, ?)", row)
        return cast("int", added.lastrowid)

    def _add(self, subject: int, path: str, mark: str, content: bytes) -> None:
        self.marks[_name(subject, path)] = mark
        row = (subject, path, mark, content)
        self._connection.execute("INSERT INTO module (subject, path, mark, entries) VALUES (?, ?, ?, ?)", row)

    def note_names(self, cache: Cache) -> str:
        """Notes the names of every subject for those that only read, and returns a mark of them all. Names change more seldom
        than modules do: those of a subject are made anew where the `cache` has none for its modules as they are seen from
        outside. The entries of one subject are in memory meanwhile."""
        found, code = hashlib.sha256(), code_mark(*_CODE)
        for number, place, subject, _ in self._subjects():
            noted = self._noted(number, subject, cache, code)
            self._connection.execute("UPDATE subject SET names = ? WHERE number = ?", (noted, number))
            found.update(f"{place}\0{subject.path}\0{noted}\0".encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    def _noted(self, subject: int, of: Subject, cache: Cache, code: str) -> str:
        """The names of a subject, with the place among its modules of each entry's own."""
        query = "SELECT number, path, mark FROM module WHERE subject = ? ORDER BY number"
        modules: list[tuple[int, str, str]] = self._connection.execute(query, (subject,)).fetchall()
        key = f"{code} {of.kind} {of.path}"
        known: dict[str, str] = json.loads(cache.get(_OUTLINES, key) or b"{}")
        loaded = {number: self._loaded(number) for number, _, mark in modules if mark not in known}
        outlines = {mark: known[mark] if mark in known else _outline(loaded[number]) for number, _, mark in modules}
        if loaded:
            cache.put(_OUTLINES, key, json.dumps(outlines).encode())
        key = f"{key} {json.dumps([[path, outlines[mark]] for _, path, mark in modules])}"
        if (kept := cache.get(_NAMES, key)) is not None:
            return kept.decode()
        entries = [loaded[number] if number in loaded else self._loaded(number) for number, _, _ in modules]
        names = Names.of(Facts(of, (entry for found in entries for entry in found)))
        stands_in = {entry.about: place for place, found in enumerate(entries) for entry in found}
        noted = json.dumps([dict(names.kinds), dict(names.others), stands_in])
        cache.put(_NAMES, key, noted.encode())
        return noted

    def _loaded(self, number: int) -> Sequence[Entry]:
        query = "SELECT path, entries FROM module WHERE number = ?"
        ((path, content),) = self._connection.execute(query, (number,)).fetchall()
        return _entries(path, content)

    def names(self) -> dict[int, tuple[Names, ...]]:
        """The names of every subject, by place, once they are noted."""
        found: dict[int, tuple[Names, ...]] = {}
        for number, place, subject, noted in self._subjects():
            kinds, others, stands_in = json.loads(noted)
            found[place] = (*found.get(place, ()), Names(subject, kinds, others, partial(self._entry, number, stands_in)))
        return found

    def _subjects(self) -> list[tuple[int, int, Subject, str]]:
        rows = self._connection.execute("SELECT number, place, kind, path, names FROM subject ORDER BY number").fetchall()
        return [(number, place, Subject(cast("SubjectKind", kind), path), noted) for number, place, kind, path, noted in rows]

    def _entry(self, subject: int, stands_in: Mapping[str, int], about: str) -> Entry | None:
        place = stands_in.get(about)
        if place is None:
            return None
        number = self._first(subject) + place
        if number not in self._kept:
            query = "SELECT path, mark, entries FROM module WHERE number = ?"
            ((path, mark, content),) = self._connection.execute(query, (number,)).fetchall()
            entries = {entry.about: entry for entry in _entries(path, content)}
            self._kept[number] = _Module(_name(subject, path), mark, entries)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        module = self._kept[number]
        self.consulted[module.name] = module.mark
        return module.entries.get(about)

    def _first(self, subject: int) -> int:
        """The number of a subject's first module; the others follow, since subjects are added one after the other."""
        if subject not in self._firsts:
            query = "SELECT MIN(number) FROM module WHERE subject = ?"
            ((self._firsts[subject],),) = self._connection.execute(query, (subject,)).fetchall()
        return self._firsts[subject]

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


@dataclass(frozen=True)
class _Module:
    """A module in memory, with its name on the shelf."""

    name: str
    mark: str
    entries: Mapping[str, Entry]


def _name(subject: int, path: str) -> str:
    return f"{subject}:{path}"


def _outline(entries: Iterable[Entry]) -> str:
    """A mark of all that names are made of."""
    told: list[JSON] = []
    for entry in entries:
        shown: list[JSON] = [[fact.name, fact.value] for fact in entry.facts if _SHOWN.match(fact.name)]
        told.append([entry.about, shown, [fact.name for fact in entry.facts if _NAMED.match(fact.name)]])
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _content(facts: Facts) -> str:
    return json.dumps([[entry.about, [[fact.name, fact.value, fact.source] for fact in entry.facts]] for entry in facts])


def _entries(path: str, content: bytes) -> Sequence[Entry]:
    """The entries of a module at `path`, or of a model, which has none."""
    if path:
        return kept_entries(content, path)
    models = cast("list[tuple[str, list[tuple[str, JSON, str]]]]", json.loads(content))
    return [Entry(about, tuple(Fact(*fact) for fact in facts)) for about, facts in models]
