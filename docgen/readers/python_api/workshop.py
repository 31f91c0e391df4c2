"""One process's part in reading a package: the files that fall to it, parsed, then read beside what is known of the others.

In: files, then the outsides of all modules. Out: what each file is to others, and its entries with the names of the modules
that they rest on. Everything that goes in and out can be sent to another process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docgen.later import Frozen
from docgen.readers.python_api.documented import docstrings_of
from docgen.readers.python_api.entries import Reader
from docgen.readers.python_api.files import File, bytes_of, mark_of
from docgen.readers.python_api.kept import Entries, dump_docstrings
from docgen.readers.python_api.outside import Outside
from docgen.readers.python_api.package import Module, Package
from docgen.readers.python_api.source import Source
from docgen.report import InputError


class Parsed(Frozen):
    """A file that parses: a hash of its bytes, and what it is to others."""

    mark: str
    outside: Outside


class Read(Frozen):
    """The entries and docstrings of a module, the hash of the bytes they come from, and the names of the modules that were
    looked at or missed for the entries."""

    mark: str
    entries: Entries
    docstrings: bytes
    consulted: tuple[str, ...]


class Known(Frozen):
    """What every process knows of the whole package: the outsides of its modules, and the names in each that public modules
    make public."""

    outsides: Mapping[str, tuple[File, Outside]]
    passed_on: Mapping[str, Sequence[str]]


_HELD = 1_000_000  # bytes of source whose trees wait to be read, about 35 times as much memory; the rest is parsed again


class Workshop:
    """Parses and reads in this process. Where it is `keeping` what it finds, for later or for others, it holds the trees of a
    megabyte of source at a time; else outsides have only their surface, and docstrings are left out."""

    def __init__(self, private: bool, *, keeping: bool = True) -> None:
        self.private, self.keeping = private, keeping
        self._own: dict[str, tuple[str, Module]] = {}
        self._held = 0

    def parse(self, files: Sequence[File]) -> Iterator[Parsed | InputError]:
        """Parses files, each for itself: one that cannot be used gives the error that says why."""
        for file in files:
            try:
                mark, module = _load(file)
                outside = Outside.of(module) if self.keeping else Outside("", module.surface, "")
                self._held += len(module.source.text)
                if not self.keeping or self._held <= _HELD:
                    self._own[file.name] = mark, module
                yield Parsed(mark, outside)
            except InputError as error:
                yield error

    def read(self, files: Sequence[File], known: Known) -> Iterator[Read | InputError]:
        """Reads the modules in files that parse."""
        modules = {name: outside.module(name, file.is_package, file.shown) for name, (file, outside) in known.outsides.items()}
        package = Package(modules | {name: module for name, (_, module) in self._own.items()})
        reader = Reader(package, self.private)
        for file in files:
            package.consulted = set()
            try:
                mark, module = self._own.get(file.name) or _load(file)
                entries = Entries(file.shown, reader.entries(module, known.passed_on.get(file.name, ())))
                docstrings = dump_docstrings(docstrings_of(module.source, module.name)) if self.keeping else b""
                yield Read(mark, entries, docstrings, tuple(sorted(package.consulted)))
            except InputError as error:
                yield error
            except RecursionError:
                yield too_deep(f"{file.shown}:{reader.line}")


def _load(file: File) -> tuple[str, Module]:
    raw = bytes_of(file.path, file.shown)
    try:
        return mark_of(raw), Module.of(file.name, file.is_package, Source.of(raw, file.shown))
    except RecursionError:
        raise too_deep(f"{file.shown}:1") from None


def too_deep(where: str) -> InputError:
    """What is told of a module that neither Python nor the reader can walk."""
    return InputError("nested too deeply to be read", where, "mend the file, or leave it out")
