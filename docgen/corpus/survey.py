"""What lies in the sources of a corpus: projects, packages, model folders, documents and rows, each with a name of its own.

In: paths and names as people give them. Out: `Place`s in the order given, whatever lies in two sources once. Nothing is parsed
here: a survey is cheap, and knows every name before the first split is made.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
_SAYS_NOTHING = frozenset({"src", "lib", "python", "packages", "doc", "docs"})  # folders that every project has


@dataclass
class Place:
    """What belongs together: packages with the documents around them, a model folder, a document by itself, or rows.

    `path` is the folder or file, `given` the source that it was found in, and `name` what the corpus calls it."""

    path: Path
    given: str
    name: str = ""
    packages: list[Path] = field(default_factory=list)
    documents: list[Path] = field(default_factory=list)
    rows: list[Path] = field(default_factory=list)
    is_model: bool = False


def survey(sources: Sequence[str], output: Path, exclude: Sequence[str] = ()) -> list[Place]:
    """All places in `sources`, named. Left out are `output`, hidden folders, tests, build results and what the globs `exclude`
    (relative to the root of its repository).

    Raises InputError for a source that is missing, of an unknown format, or a folder without anything of use.
    """
    found: list[tuple[int, list[Place]]] = []
    seen: set[Path] = set()
    located = [(_located(source), number) for number, source in enumerate(sources)]
    for path, number in sorted(located, key=lambda item: len(item[0].parts)):  # a folder before what lies in it
        places = list(_places(path, sources[number], output.resolve(), exclude))
        if not places:
            raise InputError(
                "nothing to learn from: no document, Python package or model folder in it",
                sources[number],
                f"give a folder that holds {', '.join(SUFFIXES)} files or packages with an __init__.py, or name a .py file",
            )
        found.append((number, [place for place in places if _is_news(place, seen)]))
    ordered = [place for _, places in sorted(found, key=lambda item: item[0]) for place in places]
    _name(ordered)
    return ordered


def _located(source: str) -> Path:
    """Where a source lies: a file, a folder, or the package that is installed under this name."""
    path = Path(source)
    if path.is_file() and path.suffix.lower() not in (*SUFFIXES, ".py", ".jsonl"):
        raise InputError(
            f"not a document or package: `{path.suffix or path.name}` files are not read",
            source,
            f"give {', '.join(SUFFIXES)}, a .jsonl of examples, a package or a folder",
        )
    return Path(os.path.realpath(path if path.exists() else find_package(source)))


def _places(path: Path, given: str, output: Path, exclude: Sequence[str]) -> Iterator[Place]:
    if path.suffix == ".jsonl" and path.is_file():
        yield Place(path, given, rows=[path])
    elif path.is_file() and path.suffix.lower() in SUFFIXES:
        is_card = is_model_folder(path.parent)
        yield Place(path.parent if is_card else path, given, documents=[path], is_model=is_card)
    elif path.is_file() or (path / "__init__.py").is_file():
        yield Place(path, given, packages=[path])
    elif is_corpus(path):
        yield Place(path, given, rows=[path / f"{split}.jsonl" for split in SPLITS if (path / f"{split}.jsonl").is_file()])
    else:
        yield from _walk(path, given, output, exclude)


def _walk(top: Path, given: str, output: Path, exclude: Sequence[str]) -> Iterator[Place]:
    """The places of a folder: its projects and model folders, and the documents that lie in none of them."""
    owners: dict[Path, Place] = {}
    loose: list[Place] = []
    root = root_of(top)
    for at, folders, files in os.walk(top, onerror=_unreadable):
        folder = Path(at)
        owner = next((owners[place] for place in (folder, *folder.parents) if place in owners), None)
        if is_model_folder(folder):
            owner = owners[folder] = Place(folder, given, is_model=True)
            folders.clear()  # checkpoints, and whatever else a training leaves
        elif packages := _packages_in(folder, exclude, root):
            if owner is None or not set(packages) <= set(owner.packages):
                owner = owners[folder] = Place(folder, given, packages=packages)
        for name in sorted(files):
            path = folder / name
            if path.suffix.lower() not in SUFFIXES or not _stays(path, top) or _is_excluded(path, exclude, root):
                continue
            if owner is not None:
                owner.documents.append(path)
            else:
                loose.append(Place(path, given, documents=[path]))
        folders[:] = sorted(name for name in folders if _wanted(folder / name, output, exclude, root))
    yield from sorted([*(place for place in owners.values() if place.packages or place.documents), *loose], key=lambda place: place.path)


def _packages_in(folder: Path, exclude: Sequence[str], root: Path) -> list[Path]:
    """The packages of a project's folder, directly in it or in its `src`; none inside a package."""
    if (folder / "__init__.py").is_file():
        return []
    bases = [base for base in (folder, folder / "src") if base.is_dir()]
    children = [child for base in bases for child in sorted(base.iterdir()) if (child / "__init__.py").is_file()]
    return [child for child in children if _wanted(child, folder, exclude, root)]


def _wanted(folder: Path, output: Path, exclude: Sequence[str], root: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in _PASSED_OVER
    return not hidden and folder != output and not is_corpus(folder) and not _is_excluded(folder, exclude, root)


def _is_excluded(path: Path, exclude: Sequence[str], root: Path) -> bool:
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    return any(fnmatchcase(shown, glob.rstrip("/")) for glob in exclude)


def _stays(path: Path, top: Path) -> bool:
    """Whether a file lies in the folder that was given: a link may lead anywhere."""
    return not path.is_symlink() or path.resolve().is_relative_to(top)


def _unreadable(error: OSError) -> NoReturn:
    raise InputError(f"cannot be read: {error.strerror}", str(error.filename), "make it readable, or exclude it") from error


def _is_news(place: Place, seen: set[Path]) -> bool:
    """Whether a place holds something that no earlier source held; what was there already is taken out of it."""
    for held in (place.packages, place.documents, place.rows):
        held[:] = [path for path in held if path not in seen]
        seen.update(held)
    return bool(place.packages or place.documents or place.rows)


def _name(places: Sequence[Place]) -> None:
    """Gives each place the shortest end of its path that no other place has: two projects of one name are two sources."""
    parts = {place.path: _telling_parts(place) for place in places}
    length = dict.fromkeys(parts, 1)
    while True:
        names = {path: "/".join(parts[path][-count:]) for path, count in length.items()}
        clashing = [name for name, count in Counter(names.values()).items() if count > 1]
        longer = [path for path, name in names.items() if name in clashing and length[path] < len(parts[path])]
        if not longer:
            break
        for path in longer:
            length[path] += 1
    for place in places:
        place.name = names[place.path]


def _telling_parts(place: Place) -> list[str]:
    """The parts of a place's path, without its suffix and without a last folder that says nothing."""
    parts = list(place.path.parts)
    if place.path.is_file():
        parts[-1] = place.path.stem
    elif parts[-1] in _SAYS_NOTHING and len(parts) > 2:
        parts = parts[:-1]
    return parts
