"""The facts of today for what documents are about, each source read once in a run.

In: the subject of a ledger, or what a marker names. Out: its `Facts`, and where a symbol is now: in its place, still reachable
there under its public name, moved, or gone. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.facts import Entry, Facts, Subject
from docgen.outline import with_exports
from docgen.readers.docstring_text import RawDocstring, docstrings_in
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.python_api import find_package, read_package
from docgen.report import InputError

_SKIPPED = frozenset("node_modules __pycache__ __pypackages__ site-packages venv env build dist".split())
_DEPTH = 4  # folders below the root in which a package that moved is looked for


@dataclass(frozen=True)
class Place:
    """Where a symbol is: `entry` is None where it is gone; `moved_to` names it where its public path is another now."""

    entry: Entry | None
    moved_to: str = ""


class Sources:
    """Reads the subjects of one run below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._facts: dict[Subject, Facts | None] = {}
        self._imports: dict[Path, frozenset[str]] = {}

    def facts(self, subject: Subject) -> Facts | None:
        """The facts of a subject; None where it is gone. Raises InputError (path:line) for a source that cannot be parsed."""
        if subject not in self._facts:
            path = self.path(subject)
            self._facts[subject] = None if path is None else self._read(subject, path)
        return self._facts[subject]

    def path(self, subject: Subject) -> Path | None:
        """The folder or file of a subject; None where it is gone."""
        path = self.root / subject.path
        if subject.kind == "model":
            return path if is_model_folder(path) else None
        return path if _is_python(path) else self._moved_package(subject.path)

    def facts_at(self, package: Path) -> Facts:
        """The facts of a package or module file that a user named."""
        found = self.facts(Subject("api", self._relative(package)))
        return found if found is not None else self._read(Subject("api", str(package)), package)

    def docstrings(self, package: Path) -> Iterator[RawDocstring]:
        """The docstrings of a package or module file, as written."""
        return docstrings_in(package, self.root)

    def subject_of(self, document: Path, about: str) -> Subject | None:
        """What a document without a ledger is about: the model in its folder, or the package that `about` begins with."""
        if is_model_folder(document.parent):
            return Subject("model", self._relative(document.parent))
        name = about.partition(".")[0]
        for folder in (self.root, self.root / "src"):
            if name.isidentifier() and _is_python(folder / name):
                return Subject("api", self._relative(folder / name))
        return None

    def place(self, facts: Facts, about: str) -> Place:
        """Where the symbol `about` is in today's facts."""
        if entry := facts.get(about):
            return Place(entry)
        if facts.subject.kind == "model":
            return Place(next(iter(facts), None))
        parent, _, name = about.rpartition(".")
        candidates = [entry for entry in facts if _tail(entry.about) == _tail(about)] if parent else []
        if inherited := _inherited(facts, parent, name):
            return Place(inherited)
        if parent and parent not in facts and (above := self.place(facts, parent)).entry is not None:
            moved = facts.get(f"{above.entry.about}.{name}")
            if moved is not None:
                return Place(moved, moved.about if above.moved_to else "")
        if candidates and (module := facts.get(parent)) and name in self._imported(module):
            return Place(candidates[0])
        # One definition may be there under several names: its own and those it is exported by.
        is_one = len({fact.source for entry in candidates if (fact := entry.fact("kind"))}) == 1
        return Place(None, min((entry.about for entry in candidates), key=len) if is_one else "")

    def _read(self, subject: Subject, path: Path) -> Facts:
        if subject.kind == "model":
            return read_model(path, self.root)
        return with_exports(read_package(path, self.root, private=True))

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

    def _imported(self, module: Entry) -> frozenset[str]:
        """The names that a module imports, and so offers under its own path."""
        kind = module.fact("kind")
        path = self.root / (kind.source.rpartition(":")[0] if kind else "")
        if path not in self._imports:
            try:
                tree = ast.parse(path.read_bytes()) if path.is_file() else ast.Module([], [])
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                tree = ast.Module([], [])
            imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import))
            names = (alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names)
            self._imports[path] = frozenset(names)
        return self._imports[path]

    def _relative(self, path: Path) -> str:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self.root)).replace(os.sep, "/")


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
