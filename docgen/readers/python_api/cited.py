"""The modules of a package that a text can speak of, and no others.

In: a package and the words of texts. Out: its modules that are called by one of the words, or define something that is, with
the packages they lie in. What a name means rests on the modules that have the name: to read those gives the same answer as to
read all. Others are parsed where a module that is read passes on what they define, and what is read is kept as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from docgen.cache import Cache
from docgen.later import expression
from docgen.readers.python_api.digesting import Modules
from docgen.readers.python_api.documented import docstrings_of
from docgen.readers.python_api.entries import Reader
from docgen.readers.python_api.files import BrokenFile, File, bytes_of, files_of
from docgen.readers.python_api.kept import Entries, Kept, dump_docstrings
from docgen.readers.python_api.modules import ModuleFacts, Reading, broken
from docgen.readers.python_api.outside import Outside
from docgen.readers.python_api.package import Package
from docgen.readers.python_api.workshop import too_deep
from docgen.readers.syntax import collector_paused
from docgen.report import InputError

_KIND = "python-outside"  # of what is kept: the mark of a module's outside
_DEFINED = expression(r"\b(?:def|class)\s+([^\W\d]\w*)")


def cited_files(path: Path, root: Path, words: Collection[str]) -> tuple[list[File], int]:
    """The files to read for texts with these words, in the order of the package, and the number of all. Raises InputError where
    there is no Python at all."""
    files = files_of(path, root)
    names = {file.name for number, file in enumerate(files) if not number or _is_cited(file, words)}
    above = {".".join(parts[:end]) for name in names for parts in [name.split(".")] for end in range(1, len(parts))}
    return [file for file in files if file.name in names or file.name in above], len(files)


def _is_cited(file: File, words: Collection[str]) -> bool:
    if file.name.rpartition(".")[2] in words:
        return True
    try:
        text = bytes_of(file.path, file.shown).decode("utf-8", "replace")
    except InputError:
        return True  # to be told by who reads it
    return any(found[1] in words for found in _DEFINED.finditer(text))


def read_cited(path: Path, root: Path, files: Iterable[File], cache: Cache) -> Iterator[ModuleFacts | BrokenFile]:
    """The modules in these files of a package, private names included, as `read_modules` gives them."""
    reading = _CitedReading(path, root, private=True, cache=cache)
    with collector_paused():
        reading.look_up()
    for file in files:
        with collector_paused():
            found = reading.read(file)
        yield broken(file, found) if isinstance(found, InputError) else reading.told(file, found)


class _CitedReading(Reading):
    """A reading that parses no module before something looks at it."""

    def __init__(self, path: Path, root: Path, *, private: bool, cache: Cache) -> None:
        super().__init__(path, root, private=private, cache=cache)
        self.modules = Modules(self.files)
        self.package = Package(self.modules)
        self.reader = Reader(self.package, private)

    def read(self, file: File) -> Kept | InputError:
        """What a file holds: what is kept of it where that still rests on the same things."""
        if file.name in self.errors:
            return self.errors[file.name]
        kept = self.kept.get(file.name)
        if kept is not None and not kept.passed_on and kept.consulted == self.marks(kept.consulted):
            return kept
        try:
            return self._read(file)
        except InputError as error:
            return error
        except RecursionError:
            return too_deep(f"{file.shown}:{self.reader.line}")

    def _read(self, file: File) -> Kept:
        _, module = self.modules.own(file)
        self.package.consulted = set()
        entries = Entries(file.shown, self.reader.entries(module, ()))
        docstrings = dump_docstrings(docstrings_of(module.source, module.name))
        self.texts[file.name] = self.modules.texts[file.name]
        self.outsides[file.name] = outside = Outside.of(module)
        fresh = Kept(outside, [], self.marks(sorted(self.package.consulted)), entries, docstrings)
        self.keep(file, fresh)
        return fresh

    def marks(self, names: Iterable[str]) -> dict[str, str]:
        """The marks of modules as others see them; empty for one that is not there."""
        files = self.modules.files
        return {name: self._outside(files[name]) if name in files else "" for name in names}

    def _outside(self, file: File) -> str:
        """The mark of a module's outside, without parsing it where that is kept; empty where it does not parse."""
        if file.name in self.outsides:
            return self.outsides[file.name].mark
        if file.name in self.errors:
            return ""
        key = self.key(file, self.texts[file.name]) if file.name in self.texts else ""
        if key and (kept := self.cache.get(_KIND, key)) is not None:
            return kept.decode()
        module = self.modules.get(file.name)
        if module is None:
            return ""
        self.outsides[file.name] = outside = Outside.of(module)
        self.texts[file.name] = self.modules.texts[file.name]
        self.cache.put(_KIND, self.key(file, self.texts[file.name]), outside.mark.encode())
        return outside.mark
