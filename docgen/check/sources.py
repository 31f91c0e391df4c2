"""The facts of today for what documents are about, each source read once in a run.

In: the subject of a ledger, or what a marker names. Out: its `Facts`, what of it cannot be read, and where a symbol is now: in
its place, still reachable there under its public name, moved, or gone. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cache import Cache
from docgen.facts import Entry, Fact, Facts, Subject
from docgen.later import Frozen
from docgen.readers.model_files import is_model_folder
from docgen.readers.openapi import is_openapi, read_openapi
from docgen.readers.python_api.files import BrokenFile
from docgen.readers.python_api.finding import find_package
from docgen.report import InputError

if TYPE_CHECKING:
    from docgen.readers.python_api import ModuleFacts
    from docgen.subjects import Subjects

_SKIPPED = frozenset("node_modules __pycache__ __pypackages__ site-packages venv env build dist".split())
_NO_SUBJECTS = frozenset("tests test testing docs doc examples benchmarks scripts tools".split())
_MOST_CITED = 0.5  # of a package's files: to read all with several processes takes no longer
_DEPTH = 4  # folders below the root in which a package that moved is looked for


class Place(Frozen):
    """Where a symbol is: `entry` is None where it is gone; `moved_to` names it where its public path is another now. Where it
    is gone and several have its name, these are its `namesakes`."""

    entry: Entry | None
    moved_to: str = ""
    namesakes: tuple[str, ...] = ()


class Sources:
    """Reads the subjects of one run below `root`. A `tolerant` one leaves out the files that cannot be read, and names them."""

    def __init__(self, root: Path, *, tolerant: bool = False, cache: Cache | None = None, workers: int = 1) -> None:
        self.root, self.tolerant, self.cache, self.workers = root, tolerant, cache or Cache(None), workers
        self._facts: dict[Subject, Facts | None] = {}
        self._broken: dict[Subject, tuple[BrokenFile, ...]] = {}
        self._bound: dict[Path, _Names] = {}
        self._tails: dict[Facts, dict[tuple[str, ...], list[Entry]]] = {}
        self._subjects: dict[Facts, Subjects] = {}
        self._with_members: dict[tuple[Facts, str], Entry] = {}

    def facts(self, subject: Subject) -> Facts | None:
        """The facts of a subject; None where it is gone. Raises InputError (path:line) for a source that cannot be parsed."""
        if subject not in self._facts:
            path = self.path(subject)
            self._facts[subject] = None if path is None else self._read(subject, path)
        return self._facts[subject]

    def broken(self, subject: Subject) -> tuple[BrokenFile, ...]:
        """The files of a subject that cannot be read, once its facts have been asked for."""
        return self._broken.get(subject, ())

    def path(self, subject: Subject) -> Path | None:
        """The folder or file of a subject; None where it is gone."""
        path = self.root / subject.path
        if subject.kind == "model":
            return path if is_model_folder(path) else None
        return path if _is_python(path) or is_openapi(path) else self._moved_package(subject.path)

    def subject_of(self, document: Path, about: str) -> Subject | None:
        """What a document without a ledger is about: the model in its folder, or the package that `about` begins with."""
        if is_model_folder(document.parent):
            return Subject("model", self._relative(document.parent))
        name = about.partition(".")[0]
        for folder in (self.root, self.root / "src"):
            if name.isidentifier() and _is_python(folder / name):
                return Subject("api", self._relative(folder / name))
        return None

    def packages(self) -> tuple[Subject, ...]:
        """The packages of the project: those in the root or its `src`, tests, documents and the like aside."""
        found = (path.parent for place in ("*", "src/*") for path in sorted(self.root.glob(f"{place}/__init__.py")))
        return tuple(Subject("api", self._relative(folder)) for folder in found if folder.name not in _NO_SUBJECTS)

    def place(self, facts: Facts, about: str) -> Place:
        """Where the symbol `about` is in today's facts."""
        if entry := facts.get(about):
            return Place(entry)
        if facts.subject.kind == "model":
            return Place(next(iter(facts), None))
        parent, _, name = about.rpartition(".")
        candidates = self._alike(facts, about) if parent else []
        if inherited := _inherited(facts, parent, name):
            return Place(inherited)
        if parent and parent not in facts and (above := self.place(facts, parent)).entry is not None:
            moved = facts.get(f"{above.entry.about}.{name}")
            if moved is not None:
                return Place(moved, moved.about if above.moved_to else "")
        if candidates and (module := facts.get(parent)) and name in self._names(module).imported:
            return Place(candidates[0])
        if (other := facts.get(f"{parent}.{self.assigned(facts, about).get(name, '')}")) is not None:
            return Place(other)
        # One definition may be there under several names: its own and those it is exported by.
        shortest: dict[str, str] = {}
        for entry in candidates:
            source = fact.source if (fact := entry.fact("kind")) else entry.about
            shortest[source] = min(shortest.get(source, entry.about), entry.about, key=lambda path: (len(path), path))
        found = tuple(sorted(shortest.values()))
        return Place(None, found[0]) if len(found) == 1 else Place(None, "", found)

    def _alike(self, facts: Facts, about: str) -> list[Entry]:
        """The entries that keep the name of `about`, wherever they are."""
        if facts not in self._tails:
            tails = self._tails[facts] = {}
            for entry in facts:
                tails.setdefault(_tail(entry.about), []).append(entry)
        return self._tails[facts].get(_tail(about), [])

    def _read(self, subject: Subject, path: Path) -> Facts:
        if subject.kind == "model":
            return self._read_model(subject, path)
        if is_openapi(path):
            return read_openapi(path, self.root)
        from docgen.readers.python_api import read_modules, read_package  # only here: where all is kept, nothing is read

        if not self.tolerant:
            return self._complete(read_package(path, self.root, private=True, cache=self.cache), path)
        modules = list(read_modules(path, self.root, private=True, cache=self.cache, workers=self.workers))
        return self._made(subject, path, modules)

    def cited(self, subject: Subject, words: Collection[str]) -> Facts | None:
        """The facts of a package as far as texts with these words can speak of it: all where they are read already, or where
        most of them would be."""
        path = self.path(subject)
        if subject in self._facts or path is None or is_openapi(path):
            return self.facts(subject)
        from docgen.readers.python_api import cited_files, read_cited

        files, number = cited_files(path, self.root, words)
        if len(files) > number * _MOST_CITED:
            return self.facts(subject)
        return self._made(subject, path, list(read_cited(path, self.root, files, self.cache)))

    def _made(self, subject: Subject, path: Path, modules: Sequence[ModuleFacts | BrokenFile]) -> Facts:
        """The facts in modules of a package; those that cannot be read are noted."""
        self._broken[subject] = tuple(module for module in modules if isinstance(module, BrokenFile))
        read = [module for module in modules if not isinstance(module, BrokenFile)]
        entries = [entry for module in read for entry in module.entries]
        shown = subject.path if self._relative(path) == subject.path else self._relative(path)
        return self._complete(Facts(Subject("api", shown), entries), path)

    def _complete(self, facts: Facts, path: Path) -> Facts:
        """The facts of a package with what its pages and its distribution tell of it as a whole."""
        from docgen.outline import with_exports  # only here, as everything that documents alone need
        from docgen.readers.distribution import with_distribution

        return with_distribution(with_exports(facts), path, self.root)

    def _read_model(self, subject: Subject, path: Path) -> Facts:
        from docgen.readers.model_folder import read_model

        try:
            return read_model(path, self.root)
        except InputError as error:
            if not self.tolerant:
                raise
            self._broken[subject] = (broken_at(error, subject.path),)
            return Facts(subject, ())

    def _moved_package(self, path: str) -> Path | None:
        """The one package of the same name elsewhere below the root, or an installed one."""
        name = Path(path).name
        found = [folder for folder in _folders(self.root) if folder.name == name and (folder / "__init__.py").is_file()]
        if len(found) == 1:
            return found[0]
        try:
            return find_package(path) if not found and path.isidentifier() else None
        except InputError:
            return None

    def assigned(self, facts: Facts, about: str) -> Mapping[str, str]:
        """The names and types that names of the module of `about` stand for: `Seconds = float | None`."""
        module = _module_of(facts, about.rpartition(".")[0])
        return self._names(module).assigned if module is not None else {}

    def subjects(self, facts: Facts) -> Subjects:
        """What a document about one package or model may speak of."""
        from docgen.subjects import Names, Subjects  # only here: what is on record needs no ties

        if facts not in self._subjects:
            self._subjects[facts] = Subjects(((Names.of(facts),),))
        return self._subjects[facts]

    def with_members(self, facts: Facts, entry: Entry) -> Entry:
        """The entry of a module or class with what its members raise."""
        from docgen.brief import with_members

        if (facts, entry.about) not in self._with_members:
            self._with_members[facts, entry.about] = with_members(entry, facts.get)
        return self._with_members[facts, entry.about]

    def tables(self, facts: Facts, about: str) -> tuple[Fact, ...]:
        """The items of the tables in the module of `about`, as facts."""
        module = _module_of(facts, about)
        return self._names(module).tables if module is not None else ()

    def _names(self, module: Entry) -> _Names:
        kind = module.fact("kind")
        path = self.root / (kind.source.rpartition(":")[0] if kind else "")
        if path not in self._bound:
            self._bound[path] = _Names.of(path, self._relative(path))
        return self._bound[path]

    def _relative(self, path: Path) -> str:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self.root)).replace(os.sep, "/")


class _Names(Frozen):
    """The names that a module imports, and so offers under its own path, those that it gives to other names and types, and the
    items of its tables."""

    imported: frozenset[str]
    assigned: Mapping[str, str]
    tables: tuple[Fact, ...]

    @classmethod
    def of(cls, path: Path, shown: str) -> _Names:
        """The names of a file; none of one that cannot be parsed."""
        from docgen.readers.syntax import collector_paused, statements_in
        from docgen.readers.tables import tables_in

        try:
            with collector_paused():
                tree = ast.parse(path.read_bytes()) if path.is_file() else ast.Module([], [])
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.Module([], [])
        statements = statements_in(tree.body, nested=True)
        imports = (node for node in statements if isinstance(node, ast.ImportFrom | ast.Import))
        imported = frozenset(alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names)
        pairs = (pair for node in tree.body if (pair := _assignment(node)) is not None)
        return cls(imported, {name: ast.unparse(value) for name, value in pairs}, tuple(tables_in(tree, shown)))


def _module_of(facts: Facts, about: str) -> Entry | None:
    """The innermost module that holds a symbol, or is it; None where none is known."""
    while about:
        entry = facts.get(about)
        if entry is not None and entry.get("kind") in ("module", "package"):
            return entry
        about = about.rpartition(".")[0]
    return None


def _assignment(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """A name and the name or type that a statement gives it."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value):
            if isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp):
                return name, value
    return None


def broken_at(error: InputError, otherwise: str) -> BrokenFile:
    """The file, line and reason that an error names; `otherwise` where it names none."""
    path, _, line = error.where.rpartition(":")
    return (
        BrokenFile(path, int(line), error.what)
        if path and line.isdecimal()
        else BrokenFile(error.where or otherwise, 1, error.what)
    )


def _is_python(path: Path) -> bool:
    return (path.suffix == ".py" and path.is_file()) or (path.is_dir() and next(path.glob("*.py"), None) is not None)


def _tail(about: str) -> tuple[str, ...]:
    """What a symbol keeps when its module moves: its name, and its class's."""
    parts = about.split(".")
    is_member = len(parts) > 1 and parts[-2][:1].isupper()
    return tuple(parts[-2:] if is_member else parts[-1:])


def _inherited(facts: Facts, parent: str, name: str) -> Entry | None:
    """The method that a class has from one of its bases."""
    seen: set[str] = set()
    waiting = [parent]
    while waiting and len(seen) < 100:
        entry = facts.get(waiting.pop())
        for base in entry.strings("bases") if entry else ():
            last = base.partition("[")[0].rpartition(".")[2]
            for other in facts:
                if other.about.rpartition(".")[2] == last and other.get("kind") == "class" and other.about not in seen:
                    seen.add(other.about)
                    waiting.append(other.about)
                    if found := facts.get(f"{other.about}.{name}"):
                        return found
    return None


def _folders(root: Path) -> Iterator[Path]:
    """The folders below `root` that may hold packages."""
    for place, folders, _ in os.walk(root):
        depth = len(Path(place).relative_to(root).parts)
        folders[:] = [] if depth >= _DEPTH else sorted(name for name in folders if is_searched(Path(place, name)))
        yield from (Path(place, name) for name in folders)


def is_searched(folder: Path) -> bool:
    """Whether documents and packages of the project may lie in a folder: no hidden one, no environment, nothing installed."""
    return folder.name not in _SKIPPED and not folder.name.startswith(".") and not (folder / "pyvenv.cfg").exists()
