"""Packages read module by module, by several processes where that is worth it, and only what has changed since the last time.

In: a package folder or module file. Out: `ModuleFacts` and `BrokenFile`s in the order of the package, or all as `Facts`. What a
module rests on is noted while it is read: its text, and the outsides of the modules that were consulted for it. Where these are
as they were, so are its entries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cache import Cache, code_mark
from docgen.facts import Entry, Facts, Subject
from docgen.later import Frozen
from docgen.readers.python_api.documented import RawDocstring, docstrings_of
from docgen.readers.python_api.files import BrokenFile, File, bytes_of, files_of, mark_of, size_of
from docgen.readers.python_api.finding import shown_path
from docgen.readers.python_api.kept import Entries, Kept, load_docstrings
from docgen.readers.python_api.outside import Outside
from docgen.readers.python_api.package import Package
from docgen.readers.python_api.source import Source
from docgen.readers.python_api.workshop import Known, Read, Workshop
from docgen.readers.syntax import collector_paused
from docgen.report import InputError

if TYPE_CHECKING:
    from docgen.readers.python_api.crew import Crew

_KIND = "python-module"  # of what is kept
_WORTH_A_PROCESS = 400_000  # bytes of source: to start a process and tell it of the others costs as much as reading these
_READER = ("facts", "readers.conditions", "readers.docstrings", "readers.python_api", "readers.syntax")


class ModuleFacts(Frozen):
    """One module's entries. `mark` changes if and only if something does that they rest on: its own text, what the modules that
    were consulted show to others, or the reader. The rest is made when it is first asked for."""

    name: str
    path: str
    mark: str
    _entries: Entries = field(repr=False)
    _docstrings: bytes = field(repr=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """An entry for the module and each symbol in it; none where nothing of it is public."""
        return self._entries.values

    @property
    def docstrings(self) -> tuple[RawDocstring, ...]:
        """Its docstrings as written, those of private symbols too."""
        return load_docstrings(self._docstrings, self.path)

    @property
    def kept(self) -> bytes:
        """The entries as bytes, for `kept_entries`."""
        return self._entries.kept


def kept_entries(kept: bytes, path: str) -> tuple[Entry, ...]:
    """The entries that `ModuleFacts.kept` stands for, of the module at `path`."""
    return Entries(path, kept=kept).values


def read_package(
    path: Path,
    root: Path | None = None,
    *,
    private: bool = False,
    tolerant: bool = False,
    cache: Cache | None = None,
    workers: int = 1,
) -> Facts:
    """The facts of a package folder or module file. `root` is what sources are given relative to; `private` includes
    names with a leading underscore, which are otherwise read only where a public module passes them on.

    With a `cache`, only what has changed is read; with more `workers` than one, by as many processes at most. Raises InputError
    (path:line) for a file that cannot be read, unless `tolerant`, which leaves such a file out, and where there is no Python.
    """
    root = root or path.parent
    reading = Reading(path, root, private=private, cache=cache)
    entries: list[Entry] = []
    with collector_paused(), closing(reading.results(workers, tolerant=tolerant, marked=False)) as results:
        for _, found in results:
            if not isinstance(found, InputError):
                entries += found.entries.values
            elif not tolerant:
                raise found
        return Facts(Subject("api", shown_path(path, root)), entries)


def read_modules(
    path: Path, root: Path | None = None, *, private: bool = False, cache: Cache | None = None, workers: int = 1
) -> Iterator[ModuleFacts | BrokenFile]:
    """The modules of a package folder or module file in its order, packages before what they hold, with the parameters of
    `read_package`. Raises InputError where there is no Python at all."""
    reading = Reading(path, root or path.parent, private=private, cache=cache)
    with closing(reading.results(workers, tolerant=True)) as results:
        while True:
            with collector_paused():  # not while others use what they were given
                found = next(results, None)
            if found is None:
                return
            file, result = found
            if isinstance(result, InputError):
                yield broken(file, result)
            else:
                yield reading.told(file, result)


def broken(file: File, error: InputError) -> BrokenFile:
    """A file with the line and the reason that an error tells."""
    return BrokenFile(file.shown, int(error.where.rpartition(":")[2]), error.what)


def docstrings_by_file(
    path: Path, root: Path, cache: Cache | None
) -> Iterator[tuple[File, Sequence[RawDocstring] | InputError]]:
    """The docstrings in each file of a package folder or module file, or why it cannot be read. Nothing is parsed whose facts
    `cache` has, private ones included. Raises InputError where there is no Python at all."""
    reading = Reading(path, root, private=True, cache=cache)
    reading.look_up()
    for file in reading.files:
        with collector_paused():
            found = reading.docstrings(file)
        yield file, found


Result = tuple[File, Kept | InputError]


class Reading:
    """One reading of one package."""

    def __init__(self, path: Path, root: Path, *, private: bool, cache: Cache | None) -> None:
        self.private, self.cache = private, cache or Cache(None)
        self.files = files_of(path, root)
        from importlib import metadata  # only here: other uses of this module do without

        self.code = f"{code_mark(*_READER)} {metadata.version('griffelib')}"
        self.errors: dict[str, InputError] = {}
        self.kept: dict[str, Kept] = {}
        self.texts: dict[str, str] = {}  # the marks of the files' bytes
        self.outsides: dict[str, Outside] = {}

    def results(self, workers: int, *, tolerant: bool, marked: bool = True) -> Generator[Result, None, None]:
        """What becomes of each file, in order; of what is not kept only the entries, unless `marked`. Unless `tolerant`, a file
        that does not parse is raised before any is read."""
        self.look_up()
        keeping = marked or self.cache.folder is not None
        unknown = [file for file in self.files if file.name not in self.kept and file.name not in self.errors]
        with _team(unknown, workers, self.private, keeping=keeping) as team:
            for file, parsed in zip(unknown, team.parse(unknown), strict=True):
                if isinstance(parsed, InputError):
                    self.errors[file.name] = parsed
                else:
                    self.texts[file.name], self.outsides[file.name] = parsed.mark, parsed.outside
            if self.errors and not tolerant:
                raise next(self.errors[file.name] for file in self.files if file.name in self.errors)
            known = self._known()
            changed = [file for file in self.files if file.name not in self.errors and not self._holds(file, known)]
            parsed_before = [file for file in changed if file.name in self.kept]
            more = workers if isinstance(team, Workshop) else 1
            with _team(parsed_before, more, self.private, keeping=keeping) as others:
                fresh = (team if isinstance(others, Workshop) else others).read(changed, known)
                yield from self._in_order(fresh, {file.name for file in changed}, known)

    def look_up(self) -> None:
        """Finds what is kept of files with the same bytes."""
        for file in self.files if self.cache.folder is not None else ():
            try:
                self.texts[file.name] = text = mark_of(bytes_of(file.path, file.shown))
            except InputError as error:
                self.errors[file.name] = error
                continue
            content = self.cache.get(_KIND, self.key(file, text))
            if content is not None:
                self.kept[file.name] = kept = Kept.loaded(content, file.shown)
                self.outsides[file.name] = kept.outside

    def docstrings(self, file: File) -> Sequence[RawDocstring] | InputError:
        """The docstrings in a file, as written; parsed only where they are not kept."""
        if file.name in self.errors:
            return self.errors[file.name]
        if kept := self.kept.get(file.name):
            return load_docstrings(kept.docstrings, file.shown)
        try:
            source = Source.of(bytes_of(file.path, file.shown), file.shown)
            return tuple(docstrings_of(source, file.name))
        except InputError as error:
            return error

    def told(self, file: File, found: Kept) -> ModuleFacts:
        """What was found of a file, with a hash of all that it rests on."""
        grounds = [self.key(file, self.texts[file.name]), found.passed_on, sorted(found.consulted.items())]
        mark = hashlib.sha256(json.dumps(grounds).encode()).hexdigest()[:32]
        return ModuleFacts(file.name, file.shown, mark, found.entries, found.docstrings)

    def keep(self, file: File, fresh: Kept) -> None:
        """Puts what was just read of a file where the next reading looks."""
        if self.cache.folder is not None:
            self.cache.put(_KIND, self.key(file, self.texts[file.name]), fresh.dumped())

    def _known(self) -> Known:
        outsides = {file.name: (file, self.outsides[file.name]) for file in self.files if file.name in self.outsides}
        if self.private:
            return Known(outsides, {})
        modules = {name: outside.module(name, file.is_package, file.shown) for name, (file, outside) in outsides.items()}
        return Known(outsides, Package(modules).passed_on())

    def _holds(self, file: File, known: Known) -> bool:
        """Whether what is kept of a file still rests on the same things."""
        kept = self.kept.get(file.name)
        return (
            kept is not None
            and kept.passed_on == list(known.passed_on.get(file.name, ()))
            and kept.consulted == self.marks(kept.consulted)
        )

    def _in_order(self, fresh: Iterator[Read | InputError], changed: set[str], known: Known) -> Iterator[Result]:
        for file in self.files:
            if file.name in self.errors:
                yield file, self.errors[file.name]
            elif file.name in changed:
                result = next(fresh)
                yield file, result if isinstance(result, InputError) else self._taken(file, result, known)
            else:
                yield file, self.kept[file.name]

    def _taken(self, file: File, result: Read, known: Known) -> Kept:
        """A module that was just read, also for the next time."""
        passed_on = list(known.passed_on.get(file.name, ()))
        fresh = Kept(self.outsides[file.name], passed_on, self.marks(result.consulted), result.entries, result.docstrings)
        if result.mark != self.texts[file.name]:  # changed meanwhile: what it is to others is that of another text
            self.texts[file.name] = result.mark
        else:
            self.keep(file, fresh)
        return fresh

    def key(self, file: File, text: str) -> str:
        """What is kept of a file with these bytes is found by it."""
        return " ".join((self.code, str(self.private), file.name, str(file.is_package), text))

    def marks(self, names: Iterable[str]) -> dict[str, str]:
        """The marks of modules as others see them; empty for one that is not there."""
        return {name: self.outsides[name].mark if name in self.outsides else "" for name in names}


@contextmanager
def _team(files: Sequence[File], workers: int, private: bool, *, keeping: bool) -> Iterator[Workshop | Crew]:
    """Who reads: this process alone, or as many others as are worth their cost."""
    count = min(workers, sum(size_of(file.path) for file in files) // _WORTH_A_PROCESS)
    if count < 2:
        yield Workshop(private, keeping=keeping)
        return
    from docgen.readers.python_api.crew import Crew  # only here: most packages are too small, and it takes as long as they do

    with Crew(count, Workshop(private)) as crew:
        yield crew
