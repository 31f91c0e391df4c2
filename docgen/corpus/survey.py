"""What lies in the sources of a corpus: projects, packages, model folders, documents and rows, each with a name of its own.

In: paths and names as people give them. Out: `Place`s in the order given; what lies in two sources is there once. Nothing is
parsed here, so every name is known before the first file is read.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NoReturn

from docgen.corpus.documents import SUFFIXES
from docgen.corpus.store import SPLITS, is_corpus
from docgen.files import root_of
from docgen.readers.model_folder import is_model_folder
from docgen.readers.python_api import find_package
from docgen.report import InputError

_PASSED_OVER = frozenset({"node_modules", "build", "dist", "site-packages", "venv", "__pycache__", "tests", "test"})
_SAYS_NOTHING = frozenset({"src", "lib", "python", "packages", "doc", "docs"})  # folders that many projects have


@dataclass(frozen=True)
class Place:
    """What belongs together: packages with the documents around them, a model folder, a document by itself, or rows.

    `path` is the folder or file, `given` the source that it was found in, and `name` what the corpus calls it."""

    path: Path
    given: str
    packages: tuple[Path, ...] = ()
    documents: tuple[Path, ...] = ()
    rows: tuple[Path, ...] = ()
    is_model: bool = False
    name: str = ""

    @property
    def top(self) -> Path:
        """The folder that was given, where it was one."""
        return Path(os.path.realpath(self.given))


def survey(sources: Sequence[str], output: Path, exclude: Sequence[str] = ()) -> list[Place]:
    """All places in `sources`, named. Left out are `output`, hidden folders, tests, build results and what the globs `exclude`
    (relative to the root of its repository).

    Raises InputError for a source that is missing or of an unknown format, and for a folder without anything of use.
    """
    found: dict[int, list[Place]] = {}
    seen: set[Path] = set()
    located = [(_located(source), number) for number, source in enumerate(sources)]
    for path, number in sorted(located, key=lambda item: len(item[0].parts)):  # a folder before what lies in it
        places = list(_places(path, sources[number], _Bounds(path, root_of(path), output.resolve(), tuple(exclude))))
        if not places:
            raise InputError(
                "nothing to learn from: no document, Python package or model folder in it",
                sources[number],
                f"give a folder with {', '.join(SUFFIXES)} files or packages that have an __init__.py, or name a .py file",
            )
        found[number] = [fresh for place in places if (fresh := _without(place, seen))]
    return _named([place for number in sorted(found) for place in found[number]])


def _located(source: str) -> Path:
    """Where a source lies: a file, a folder, or the package that is installed under this name."""
    path = Path(source)
    if path.is_file() and path.suffix.lower() not in (*SUFFIXES, ".py", ".jsonl"):
        raise InputError(
            f"not a document or package: {path.suffix or path.name} files are not read",
            source,
            f"give {', '.join(SUFFIXES)}, a .jsonl of examples, a package or a folder",
        )
    return Path(os.path.realpath(path if path.exists() else find_package(source)))


@dataclass(frozen=True)
class _Bounds:
    """How far a walk goes: inside `top`, not into `output`, nor into what is hidden, passed over or excluded."""

    top: Path
    root: Path
    output: Path
    exclude: tuple[str, ...]

    def folder(self, path: Path) -> bool:
        """Whether the walk goes into a folder."""
        hidden = path.name.startswith(".") or path.name in _PASSED_OVER
        return not hidden and path != self.output and not is_corpus(path) and self.file(path)

    def file(self, path: Path) -> bool:
        """Whether a file is read: no link that leads out of the source, and not excluded."""
        if path.is_symlink() and not path.resolve().is_relative_to(self.top):
            return False
        shown = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()
        return not any(fnmatchcase(shown, glob.rstrip("/")) for glob in self.exclude)


def _places(path: Path, given: str, bounds: _Bounds) -> Iterator[Place]:
    if path.is_file() and path.suffix.lower() == ".jsonl":
        yield Place(path, given, rows=(path,))
    elif path.is_file() and path.suffix.lower() in SUFFIXES:
        is_card = is_model_folder(path.parent)
        yield Place(path.parent if is_card else path, given, documents=(path,), is_model=is_card)
    elif path.is_file() or (path / "__init__.py").is_file():
        yield Place(path, given, packages=(path,))
    elif is_corpus(path):
        yield Place(path, given, rows=tuple(path / f"{split}.jsonl" for split in SPLITS))
    else:
        yield from sorted(_walk(given, bounds), key=lambda place: place.path)


def _walk(given: str, bounds: _Bounds) -> Iterator[Place]:
    """The places of a folder: its projects and model folders, and the documents that lie in none of them."""
    owners: dict[Path, Place] = {}
    documents: dict[Path, list[Path]] = {}
    for at, folders, files in os.walk(bounds.top, onerror=_unreadable):
        folder = Path(at)
        owner = next((owners[place] for place in (folder, *folder.parents) if place in owners), None)
        if is_model_folder(folder):
            owner = owners[folder] = Place(folder, given, is_model=True)
            folders.clear()  # checkpoints, and whatever else a training leaves
        elif packages := _packages_in(folder, owner, bounds):
            owner = owners[folder] = Place(folder, given, packages=packages)
        for path in (folder / name for name in sorted(files)):
            if path.suffix.lower() in SUFFIXES and bounds.file(path):
                documents.setdefault(owner.path if owner else path, []).append(path)
        folders[:] = sorted(name for name in folders if bounds.folder(folder / name))
    for path in owners.keys() | documents.keys():
        place = replace(owners.get(path, Place(path, given)), documents=tuple(documents.get(path, ())))
        if place.packages or place.documents:
            yield place


def _packages_in(folder: Path, owner: Place | None, bounds: _Bounds) -> tuple[Path, ...]:
    """The packages of a project's folder, directly in it or in its `src`; none where `owner` has them already."""
    taken = owner.packages if owner else ()
    if (folder / "__init__.py").is_file() or any(folder.is_relative_to(package) for package in taken):
        return ()
    bases = [base for base in (folder, folder / "src") if base.is_dir()]
    children = [child for base in bases for child in sorted(base.iterdir()) if (child / "__init__.py").is_file()]
    return tuple(child for child in children if child not in taken and bounds.folder(child))


def _unreadable(error: OSError) -> NoReturn:
    raise InputError(f"cannot be read: {error.strerror}", str(error.filename), "make it readable, or exclude it") from error


def _without(place: Place, seen: set[Path]) -> Place | None:
    """The place without what `seen` holds, which gets the rest; None where nothing of it is left."""
    fresh = replace(
        place,
        packages=tuple(path for path in place.packages if path not in seen),
        documents=tuple(path for path in place.documents if path not in seen),
        rows=tuple(path for path in place.rows if path not in seen),
    )
    held = (*fresh.packages, *fresh.documents, *fresh.rows)
    seen.update(held)
    return fresh if held else None


def _named(places: Sequence[Place]) -> list[Place]:
    """The places, each called by the shortest end of its path that no other has: two projects of one name are two sources."""
    stems = Counter(place.path.with_suffix("") for place in places)
    parts = {place.path: _telling_parts(place.path, stems[place.path.with_suffix("")] == 1) for place in places}
    length = dict.fromkeys(parts, 1)
    while longer := [path for path in _clashing(parts, length) if length[path] < len(parts[path])]:
        for path in longer:
            length[path] += 1
    return [replace(place, name="/".join(parts[place.path][-length[place.path] :])) for place in places]


def _clashing(parts: Mapping[Path, Sequence[str]], length: Mapping[Path, int]) -> list[Path]:
    ends = {path: tuple(parts[path][-count:]) for path, count in length.items()}
    counts = Counter(ends.values())
    return [path for path, end in ends.items() if counts[end] > 1]


def _telling_parts(path: Path, is_only: bool) -> Sequence[str]:
    """The parts of a path: a folder's without a last one that says nothing, a file's without its suffix where `is_only` one has
    its stem."""
    if path.is_file():
        return path.with_suffix("").parts if is_only else path.parts
    return path.parts[:-1] if path.name in _SAYS_NOTHING and len(path.parts) > 2 else path.parts
