"""The facts of today for what documents are about, each source read once in a run.

In: the subject of a ledger, or what a marker names. Out: its `Facts`, what of it cannot be read, and where a symbol is now: in
its place, still reachable there under its public name, moved, or gone. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docgen.cache import Cache
from docgen.facts import Entry, Facts, Subject
from docgen.outline import with_exports
from docgen.readers.model_files import is_model_folder
from docgen.readers.python_api.files import BrokenFile
from docgen.readers.python_api.finding import find_package
from docgen.report import InputError

_SKIPPED = frozenset("node_modules __pycache__ __pypackages__ site-packages venv env build dist".split())
_NO_SUBJECTS = frozenset("tests test testing docs doc examples benchmarks scripts tools".split())
_DEPTH = 4  # folders below the root in which a package that moved is looked for


@dataclass(frozen=True)
class Place:
    """Where a symbol is: `entry` is None where it is gone; `moved_to` names it where its public path is another now."""

    entry: Entry | None
    moved_to: str = ""


class Sources:
    """Reads the subjects of one run below `root`. A `tolerant` one leaves out the files that cannot be read, and names them."""

    def __init__(self, root: Path, *, tolerant: bool = False, cache: Cache | None = None, workers: int = 1) -> None:
        self.root, self.tolerant, self.cache, self.workers = root, tolerant, cache or Cache(None), workers
        self._facts: dict[Subject, Facts | None] = {}
        self._broken: dict[Subject, tuple[BrokenFile, ...]] = {}
        self._bound: dict[Path, _Names] = {}
        self._tails: dict[Facts, dict[tuple[str, ...], list[Entry]]] = {}

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
        return path if _is_python(path) else self._moved_package(subject.path)

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
        is_one = len({fact.source for entry in candidates if (fact := entry.fact("kind"))}) == 1
        return Place(None, min((entry.about for entry in candidates), key=len) if is_one else "")

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
        from docgen.readers.python_api import read_modules, read_package  # only here: where all is kept, nothing is read

        if not self.tolerant:
            return with_exports(read_package(path, self.root, private=True))
        modules = list(read_modules(path, self.root, private=True, cache=self.cache, workers=self.workers))
        self._broken[subject] = tuple(module for module in modules if isinstance(module, BrokenFile))
        read = [module for module in modules if not isinstance(module, BrokenFile)]
        entries = [entry for module in read for entry in module.entries]
        shown = subject.path if self._relative(path) == subject.path else self._relative(path)
        return with_exports(Facts(Subject("api", shown), entries))

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
        parent = about.rpartition(".")[0]
        while parent and parent not in facts:
            parent = parent.rpartition(".")[0]
        module = facts.get(parent)
        while module is not None and module.get("kind") not in ("module", "package"):
            module = facts.get(module.about.rpartition(".")[0])
        return self._names(module).assigned if module is not None else {}

    def _names(self, module: Entry) -> _Names:
        kind = module.fact("kind")
        path = self.root / (kind.source.rpartition(":")[0] if kind else "")
        if path not in self._bound:
            self._bound[path] = _Names.of(path)
        return self._bound[path]

    def _relative(self, path: Path) -> str:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self.root)).replace(os.sep, "/")


@dataclass(frozen=True)
class _Names:
    """The names that a module imports, and so offers under its own path, and those that it gives to other names and types."""

    imported: frozenset[str]
    assigned: Mapping[str, str]

    @classmethod
    def of(cls, path: Path) -> _Names:
        """The names of a file; none of one that cannot be parsed."""
        try:
            tree = ast.parse(path.read_bytes()) if path.is_file() else ast.Module([], [])
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.Module([], [])
        imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import))
        imported = frozenset(alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names)
        pairs = (pair for node in tree.body if (pair := _assignment(node)) is not None)
        return cls(imported, {name: ast.unparse(value) for name, value in pairs})


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
