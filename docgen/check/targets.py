"""Which documents and packages one run looks at.

In: the paths of the command line, or none. Out: `Targets`. Folders are searched for documents that docgen knows (with a
ledger, with markers, or a model's card) and for those that people wrote; environments, installed packages and hidden folders
are left out.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from docgen.check.sources import is_searched
from docgen.later import Frozen
from docgen.ledger import recorded_documents
from docgen.readers.model_files import is_model_folder
from docgen.report import InputError
from docgen.subjects.formats import SUFFIXES

_MARKDOWN = (".md", ".markdown")
_MARKER = b"docgen:section"


class Targets(Frozen):
    """Documents to hold against their sources, packages whose docstrings to read. `named` says that paths were given: then only
    those packages are meant, and otherwise those that the documents are about. `written` are documents of which the passages
    outside of markers are judged too."""

    documents: tuple[Path, ...]
    packages: tuple[Path, ...]
    named: bool
    written: tuple[Path, ...] = ()


def targets_of(paths: Sequence[Path | str], root: Path, exclude: Sequence[str], docs: Path | None = None) -> Targets:
    """What to check; `docs` is the folder of hand-written documents that are checked though no path is named. Raises InputError
    for a path that does not exist, or is neither a document nor Python nor a folder."""
    recorded = [path for path in recorded_documents(root) if not _is_excluded(path, root, exclude)]
    if not paths:
        marked = _documents_in(root, root, exclude)
        return Targets(tuple(sorted({*recorded, *marked})), (), False, tuple(_written_below(docs, root, exclude)))
    documents: list[Path] = []
    written: list[Path] = []
    packages: list[Path] = []
    for given in paths:
        path = _existing(given, root)
        if path.is_dir():
            inside = [document for document in recorded if document.is_relative_to(path)]
            documents += [*inside, *_documents_in(path, root, exclude), *_cards_in(path, root, exclude)]
            packages += [path] if (path / "__init__.py").is_file() else []
            written += _files_in(path, root, exclude, SUFFIXES)
        elif path.suffix.lower() in SUFFIXES:
            documents += [path] if path.suffix.lower() in _MARKDOWN or path in recorded else []
            written.append(path)
        elif path.suffix == ".py":
            packages.append(path)
        else:
            fix = f"name a document ({', '.join(SUFFIXES)}), a package or a folder"
            raise InputError(f"not a document, Python or a folder: {given}", str(given), fix)
    return Targets(tuple(sorted(set(documents))), tuple(dict.fromkeys(packages)), True, tuple(dict.fromkeys(written)))


def _written_below(docs: Path | None, root: Path, exclude: Sequence[str]) -> Iterator[Path]:
    """The documents of the folder `docs`, and the READMEs beside it; none where no folder is asked for."""
    if docs is not None:
        beside = sorted(path for path in root.glob("README.*") if path.suffix.lower() in SUFFIXES)
        yield from (path for path in beside if not _is_excluded(path, root, exclude))
        yield from _files_in(docs, root, exclude, SUFFIXES)


def _existing(given: Path | str, root: Path) -> Path:
    """A path as the user meant it: from where they are, or from the root."""
    for path in (Path(given), root / given):
        if path.exists():
            return Path(os.path.realpath(path))
    raise InputError(
        f"no such file or folder: {given}", str(given), "check the name; without a path every known document is checked"
    )


def _documents_in(folder: Path, root: Path, exclude: Sequence[str]) -> Iterator[Path]:
    """The documents below a folder that have markers."""
    return (path for path in _markdown_in(folder, root, exclude) if _has_marker(path))


def _has_marker(path: Path) -> bool:
    """Whether a document has a marker, or cannot be read, which is to be told."""
    try:
        return _MARKER in path.read_bytes()
    except OSError:
        return True


def _cards_in(folder: Path, root: Path, exclude: Sequence[str]) -> Iterator[Path]:
    """The cards of the model folders below a folder."""
    return (path for path in _markdown_in(folder, root, exclude) if path.name == "README.md" and is_model_folder(path.parent))


def _markdown_in(folder: Path, root: Path, exclude: Iterable[str]) -> Iterator[Path]:
    return _files_in(folder, root, exclude, _MARKDOWN)


def _files_in(folder: Path, root: Path, exclude: Iterable[str], suffixes: Sequence[str]) -> Iterator[Path]:
    exclude = tuple(exclude)
    for place, folders, names in os.walk(os.path.realpath(folder)):
        here = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if is_searched(here / name) and not _is_own(here / name) and not _is_excluded(here / name, root, exclude)
        )
        for name in sorted(names):
            path = here / name
            if path.suffix.lower() in suffixes and path.is_file() and not _is_excluded(path, root, exclude):
                yield path


def _is_own(folder: Path) -> bool:
    """Whether a folder is a repository of its own, a submodule for instance: its documents are checked there."""
    return os.path.lexists(folder / ".git")


def _is_excluded(path: Path, root: Path, exclude: Iterable[str]) -> bool:
    relative = os.path.relpath(path, os.path.realpath(root)).replace(os.sep, "/")
    return any(
        fnmatch.fnmatch(relative, pattern.rstrip("/")) or fnmatch.fnmatch(relative, pattern.rstrip("/") + "/*")
        for pattern in exclude
    )
