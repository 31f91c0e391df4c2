"""Digests made in this process, or in several: each module parsed and read as far as its digest asks for.

In: files of a package. Out: for each what its digest makes of it, and the marks of the modules that were looked at. Another
module is parsed when the first one looks at it, which few do: hardly any default is named by an imported constant.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from docgen.readers.python_api.digests import Digest, Made
from docgen.readers.python_api.documented import documented_in
from docgen.readers.python_api.entries import Asked, Reader
from docgen.readers.python_api.files import File, bytes_of, mark_of
from docgen.readers.python_api.outside import Outside
from docgen.readers.python_api.package import Module, Package
from docgen.readers.python_api.scope import FunctionNode
from docgen.readers.python_api.source import Documented, Source
from docgen.readers.python_api.workshop import Known, Parsed, too_deep
from docgen.readers.syntax import collector_paused
from docgen.report import InputError


def made(files: Sequence[File], package: Sequence[File], digest: Digest, workers: int) -> Iterator[Made | InputError]:
    """What the digest makes of `files`, in their order, by this process or as many others as `workers`."""
    workshop = DigestWorkshop(package, digest)
    if workers < 2:
        with collector_paused():
            yield from workshop.read(files, _NOTHING_KNOWN)
        return
    from docgen.readers.python_api.crew import Crew

    with Crew(workers, workshop) as crew:
        yield from crew.read(files, _NOTHING_KNOWN)


_NOTHING_KNOWN = Known({}, {})
_WORD = re.compile(r"\w+")


class DigestWorkshop:
    """Makes digests in this process."""

    def __init__(self, package: Sequence[File], digest: Digest) -> None:
        self.digest = digest
        self.modules = Modules(package)

    def parse(self, files: Sequence[File]) -> Iterator[Parsed | InputError]:
        """Nothing: each process parses what it looks at."""
        return iter(())

    def read(self, files: Sequence[File], known: Known) -> Iterator[Made | InputError]:
        """What the digest makes of each file."""
        package = Package(self.modules)
        reader = Reader(package, private=True)
        for file in files:
            package.consulted = set()
            try:
                yield self._made(file, package, reader)
            except InputError as error:
                yield error
            except RecursionError:
                yield too_deep(f"{file.shown}:{reader.line}")

    def _made(self, file: File, package: Package, reader: Reader) -> Made:
        raw, module = self.modules.own(file)
        docstrings = list(documented_in(module.source, module.name))
        asked: dict[str, Asked] = {
            docstring.about: need
            for node, docstring in docstrings
            if (need := self.digest.asks(docstring, typed=_may_be_typed(node))) is not None
        }
        texts = (docstring.text for _, docstring in docstrings if asked.get(docstring.about) == "body")
        words = frozenset(word for text in texts for word in _WORD.findall(text))
        entries = {entry.about: entry for entry in reader.told_by_code(module, asked, words)} if asked else {}
        value = self.digest.of(raw, [docstring for _, docstring in docstrings], entries)
        consulted = {name: self.modules.texts.get(name, "") for name in package.consulted - {file.name}}
        return Made(value, self.modules.texts[file.name], Outside.of(module).mark, consulted)


class Modules(Mapping[str, Module]):
    """The modules of a package, each parsed when it is first looked at; one that cannot be is missing."""

    def __init__(self, files: Sequence[File]) -> None:
        self.files = {file.name: file for file in files}
        self.texts: dict[str, str] = {}  # the marks of the bytes that were parsed
        self._parsed: dict[str, Module | InputError] = {}

    def own(self, file: File) -> tuple[bytes, Module]:
        """The bytes of a file and the module that they are. Raises InputError where they are none."""
        raw = bytes_of(file.path, file.shown)
        mark = mark_of(raw)
        if self.texts.get(file.name) != mark:
            self.texts[file.name] = mark
            try:
                self._parsed[file.name] = Module.of(file.name, file.is_package, Source.of(raw, file.shown))
            except RecursionError:
                self._parsed[file.name] = too_deep(f"{file.shown}:1")
            except InputError as error:
                self._parsed[file.name] = error
        found = self._parsed[file.name]
        if isinstance(found, InputError):
            raise found
        return raw, found

    def __getitem__(self, name: str) -> Module:
        file = self.files[name]
        try:
            found = self._parsed.get(name) or self.own(file)[1]
        except InputError as error:
            raise KeyError(name) from error
        if isinstance(found, InputError):
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def _may_be_typed(node: Documented) -> bool:
    """Whether a definition may have annotations; a class may have those of its fields and of its bases'."""
    if not isinstance(node, FunctionNode):
        return isinstance(node, ast.ClassDef)
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    return node.returns is not None or any(argument is not None and argument.annotation is not None for argument in every)
