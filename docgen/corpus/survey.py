"""What lies in the sources of a corpus: projects, packages, model folders, documents and rows, each with a name of its own.

In: paths and names as people give them, and what settings include and leave out. Out: `Place`s in the order given, and what
could not be looked at; what lies in two sources is there once. Nothing is parsed here, so every name is known before the
first file is read.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from docgen.corpus.formats import METADATA, SUFFIXES, is_document, is_model_card
from docgen.corpus.ignoring import Ignored
from docgen.corpus.licences import metadata_of
from docgen.corpus.removal import Removed
from docgen.corpus.store import SPLITS, is_corpus
from docgen.files import root_of
from docgen.readers.model_files import is_model_folder
from docgen.readers.python_api import find_package
from docgen.report import InputError
from docgen.settings import Settings

_PASSED_OVER = frozenset({"node_modules", "build", "dist", "site-packages", "venv", "__pycache__", "tests", "test"})
_SAYS_NOTHING = frozenset({"src", "lib", "python", "packages", "doc", "docs"})  # folders that many projects have


@dataclass(frozen=True)
class Place:
    """What belongs together: packages with the documents around them, a model, a document by itself, or rows.

    `path` is the folder or file, `given` the source that it was found in, and `name` what the corpus calls it. `consulted` are
    packages that the documents may speak of though the settings leave them out, `left_out` the files and folders in its own
    packages that give no rows, because the settings or `.gitignore` files leave them out; a model with `is_card` has but its
    card, the only document, which `read_card` reads."""

    path: Path
    given: str
    packages: tuple[Path, ...] = ()
    documents: tuple[Path, ...] = ()
    rows: tuple[Path, ...] = ()
    consulted: tuple[Path, ...] = ()
    left_out: frozenset[Path] = frozenset()
    is_model: bool = False
    is_card: bool = False
    name: str = ""

    @property
    def top(self) -> Path:
        """The folder that was given, where it was one."""
        return Path(os.path.realpath(self.given))


@dataclass(frozen=True)
class Survey:
    """What was found, and the files and folders that could not be looked at."""

    places: tuple[Place, ...]
    removed: tuple[Removed, ...] = ()


def survey(sources: Sequence[str], output: Path, settings: Settings) -> Survey:
    """All places in `sources`, named. Left out are `output`, hidden folders, tests, build results, what `.gitignore` files
    and the globs of `settings` leave out, and links to what is there anyway or lies outside.

    Globs hold for paths below the source or below the root of its repository. Raises InputError for a source that is missing
    or of an unknown format, and for a folder without anything of use.
    """
    found: dict[int, list[Place]] = {}
    removed: dict[str, Removed] = {}
    seen: set[Path] = set()
    located = [(_located(source), number) for number, source in enumerate(sources)]
    for path, number in sorted(located, key=lambda item: len(item[0].parts)):  # a folder before what lies in it
        bounds = _Bounds.of(path, output.resolve(), settings)
        places = [_without_excluded(place, bounds) for place in _places(path, sources[number], bounds)]
        removed |= {item.path: item for item in bounds.removed}
        if not places and not bounds.removed:
            raise InputError(
                "nothing to learn from: no document, Python package or model folder in it",
                sources[number],
                f"give a folder with {', '.join(SUFFIXES)} files or packages that have an __init__.py, or name a .py file",
            )
        found[number] = [fresh for place in places if (fresh := _without(place, seen))]
    return Survey(tuple(_named([place for number in sorted(found) for place in found[number]])), tuple(removed.values()))


def shown(path: Path) -> str:
    """A path as messages and rows name it: relative to the current folder where it lies in it."""
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


def _located(source: str) -> Path:
    """Where a source lies: a file, a folder, or the package that is installed under this name."""
    path = Path(source)
    if path.is_file() and not is_document(path) and path.suffix.lower() not in (".py", ".jsonl"):
        raise InputError(
            f"not a document or package: {path.suffix or path.name} files are not read",
            source,
            f"give {', '.join(SUFFIXES)}, a .jsonl of examples, a package or a folder",
        )
    return Path(os.path.realpath(path if path.exists() else find_package(source)))


# How far a walk goes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bounds:
    """How far a walk goes: inside `top`, not into `output`, nor into what is hidden, passed over, ignored or excluded.
    `removed` collects what it could not look at."""

    top: Path
    root: Path
    output: Path
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    ignored: Ignored | None
    removed: list[Removed] = field(default_factory=list)

    @classmethod
    def of(cls, top: Path, output: Path, settings: Settings) -> _Bounds:
        """The bounds of a walk through the source `top`."""
        root = root_of(top)
        folder = top if top.is_dir() else top.parent
        ignored = Ignored(folder, root) if settings.corpus.gitignore else None
        return cls(top, root, output, settings.corpus.include, settings.paths.exclude, ignored)

    def folder(self, path: Path) -> bool:
        """Whether the walk goes into a folder."""
        hidden = path.name.startswith(".") or path.name in _PASSED_OVER
        if hidden or path.is_symlink() or path == self.output or is_corpus(path):
            return False
        return not self.leaves_out(path, is_folder=True)

    def file(self, path: Path) -> bool:
        """Whether a file is read."""
        if path.is_symlink() and not self._is_reached_by(path):
            return False
        if self.leaves_out(path, is_folder=False) or not self.includes(path):
            return False
        if path.exists() and not path.is_file():
            self.remove(path, "not an ordinary file")  # to open a pipe would wait for ever
            return False
        return True

    def _is_reached_by(self, link: Path) -> bool:
        """Whether a link is the way to a file of this source: its target lies in it, and would not be met as a document."""
        target = Path(os.path.realpath(link))
        if not target.is_file() and not target.is_dir():
            self.remove(link, "a link that leads to nothing, or to itself")
        return target.is_file() and target.is_relative_to(self.top) and not is_document(target)

    def includes(self, path: Path) -> bool:
        """Whether the settings take a file or package; without globs they take all."""
        return not self.include or self._matches(path, self.include)

    def remove(self, path: Path, reason: str) -> None:
        """Notes what could not be looked at."""
        self.removed.append(Removed("unreadable", shown(path), 1, reason))

    def leaves_out(self, path: Path, *, is_folder: bool) -> bool:
        """Whether `.gitignore` files or the settings leave a file or folder out."""
        ignored = self.ignored is not None and self.ignored.leaves_out(path, is_folder=is_folder)
        return ignored or self._matches(path, self.exclude)

    def _matches(self, path: Path, globs: Iterable[str]) -> bool:
        bases = {base for base in (self.root, self.top) if path.is_relative_to(base)}
        names = [path.relative_to(base).as_posix() for base in bases] or [path.as_posix()]
        patterns = {spelling for glob in globs for spelling in (glob.rstrip("/"), glob.rstrip("/").replace("**/", ""))}
        return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


# Places ----------------------------------------------------------------------------------------------------------------------


def _places(path: Path, given: str, bounds: _Bounds) -> Iterator[Place]:
    if path.is_file() and path.suffix.lower() == ".jsonl":
        yield Place(path, given, rows=(path,))
    elif path.is_file() and is_document(path):
        yield _document(path, given)
    elif path.is_file() or (path / "__init__.py").is_file():
        metadata = metadata_of(path)
        yield Place(path, given, packages=(path,), documents=(metadata,) if metadata else ())
    elif is_corpus(path):
        yield Place(path, given, rows=tuple(path / f"{split}.jsonl" for split in SPLITS))
    else:
        yield from sorted(_walk(given, bounds), key=lambda place: place.path)


def _without_excluded(place: Place, bounds: _Bounds) -> Place:
    """The place with those of its modules noted that the settings or `.gitignore` files leave out."""
    if not bounds.exclude and bounds.ignored is None:
        return place
    left_out: set[Path] = set()
    for package in place.packages:
        for at, folders, files in os.walk(package):
            is_out = Path(at) in left_out
            here = [*((Path(at, name), True) for name in folders), *((Path(at, name), False) for name in files)]
            left_out.update(path for path, is_folder in here if is_out or bounds.leaves_out(path, is_folder=is_folder))
    return replace(place, left_out=frozenset(left_out))


def _document(path: Path, given: str) -> Place:
    """A document that was given by itself: a model's card, or another one."""
    if is_model_folder(path.parent):
        return Place(path.parent, given, documents=(path,), is_model=True)
    return _card(path, given) if is_model_card(path) else Place(path, given, documents=(path,))


def _card(path: Path, given: str) -> Place:
    """A model card without the model's files. A README has its folder's name."""
    home = path.parent if path.stem.lower() == "readme" else path
    return Place(home, given, documents=(path,), is_model=True, is_card=True)


def _walk(given: str, bounds: _Bounds) -> Iterator[Place]:
    """The places of a folder: its projects and models, and the documents that lie in none of them."""
    owners: dict[Path, Place] = {}
    documents: dict[Path, list[Path]] = {}

    def unreadable(error: OSError) -> None:
        bounds.remove(Path(os.fsdecode(error.filename)), f"cannot be read: {error.strerror}")

    for at, folders, files in os.walk(bounds.top, onerror=unreadable):
        folder = Path(at)
        owner = next((owners[place] for place in (folder, *folder.parents) if place in owners), None)
        if _is_model(folder, unreadable):
            owner = owners[folder] = Place(folder, given, is_model=True)
            folders.clear()  # checkpoints, and whatever else a training leaves
        elif packages := _packages_in(folder, owner, bounds):
            owner = owners[folder] = _project(folder, given, packages, bounds)
        for path in _documents_in(folder, files, bounds):
            if folder not in owners and is_model_card(path):
                yield _card(path, given)
            else:
                documents.setdefault(owner.path if owner else path, []).append(path)
        folders[:] = sorted(name for name in folders if bounds.folder(folder / name))
    for path in owners.keys() | documents.keys():
        place = replace(owners.get(path, Place(path, given)), documents=tuple(documents.get(path, ())))
        if place.packages or place.documents:
            yield place


def _is_model(folder: Path, unreadable: Callable[[OSError], None]) -> bool:
    try:
        return is_model_folder(folder)
    except OSError as error:  # a folder whose files may be listed but not looked at
        unreadable(error)
        return False


def _documents_in(folder: Path, files: Iterable[str], bounds: _Bounds) -> Iterator[Path]:
    """The documents that lie directly in a folder; of what an installer has left, the metadata alone."""
    is_installed = folder.suffix == ".dist-info"
    for path in (folder / name for name in sorted(files)):
        is_wanted = path.name == METADATA if is_installed else path.suffix.lower() in SUFFIXES
        if is_wanted and folder.parent.suffix != ".dist-info" and bounds.file(path):
            yield path


def _project(folder: Path, given: str, packages: Sequence[Path], bounds: _Bounds) -> Place:
    """A project with its packages, of which the settings may leave out some as sources."""
    taken = tuple(path for path in packages if bounds.includes(path) or bounds.includes(path / "__init__.py"))
    return Place(folder, given, packages=taken, consulted=tuple(path for path in packages if path not in taken))


def _packages_in(folder: Path, owner: Place | None, bounds: _Bounds) -> tuple[Path, ...]:
    """The packages of a project's folder, directly in it or in its `src`; none where `owner` has them already."""
    taken = (*owner.packages, *owner.consulted) if owner else ()
    if (folder / "__init__.py").is_file() or any(folder.is_relative_to(package) for package in taken):
        return ()
    found: list[Path] = []
    for base in (folder, folder / "src"):
        try:
            children = sorted(base.iterdir()) if base.is_dir() else []
        except OSError:
            continue  # the walk meets it again and notes it
        found += [child for child in children if _is_package(child)]
    return tuple(child for child in found if child not in taken and bounds.folder(child))


def _is_package(folder: Path) -> bool:
    try:
        return (folder / "__init__.py").is_file()
    except OSError:
        return False


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


# Names -----------------------------------------------------------------------------------------------------------------------


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
    if path.name == METADATA:
        return (*path.parts[:-2], path.parent.name.partition("-")[0])
    if path.is_file():
        return path.with_suffix("").parts if is_only else path.parts
    return path.parts[:-1] if path.name in _SAYS_NOTHING and len(path.parts) > 2 else path.parts
