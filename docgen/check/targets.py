"""Which documents and packages one run looks at.

In: the paths of the command line, or none. Out: `Targets`. Folders are searched for documents that docgen knows: with a
ledger, with markers, or a model's card; environments, installed packages and hidden folders are left out.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.check.sources import is_searched
from docgen.ledger import recorded_documents
from docgen.readers.model_folder import is_model_folder
from docgen.report import InputError

_MARKDOWN = (".md", ".markdown")
_MARKER = b"docgen:section"


@dataclass(frozen=True)
class Targets:
    """Documents to hold against their sources, packages whose docstrings to read. `named` says that paths were given: then only
    those packages are meant, and otherwise those that the documents are about."""

    documents: tuple[Path, ...]
    packages: tuple[Path, ...]
    named: bool


def targets_of(paths: Sequence[Path | str], root: Path, exclude: Sequence[str]) -> Targets:
    """What to check. Raises InputError for a path that does not exist, or is neither Markdown nor Python nor a folder."""
    recorded = [path for path in recorded_documents(root) if not _is_excluded(path, root, exclude)]
    if not paths:
        marked = _documents_in(root, root, exclude)
        return Targets(tuple(sorted({*recorded, *marked})), (), False)
    documents: list[Path] = []
    packages: list[Path] = []
    for given in paths:
        path = _existing(given, root)
        if path.is_dir():
            inside = [document for document in recorded if document.is_relative_to(path)]
            documents += [*inside, *_documents_in(path, root, exclude), *_cards_in(path, root, exclude)]
            packages += [path] if (path / "__init__.py").is_file() else []
        elif path.suffix.lower() in _MARKDOWN:
            documents.append(path)
        elif path.suffix == ".py":
            packages.append(path)
        else:
            raise InputError(f"not Markdown, Python or a folder: {given}", str(given), "name a .md file, a package or a folder")
    return Targets(tuple(sorted(set(documents))), tuple(dict.fromkeys(packages)), True)


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
    return (path for path in _markdown_in(folder, root, exclude) if _MARKER in path.read_bytes())


def _cards_in(folder: Path, root: Path, exclude: Sequence[str]) -> Iterator[Path]:
    """The cards of the model folders below a folder."""
    return (path for path in _markdown_in(folder, root, exclude) if path.name == "README.md" and is_model_folder(path.parent))


def _markdown_in(folder: Path, root: Path, exclude: Iterable[str]) -> Iterator[Path]:
    exclude = tuple(exclude)
    for place, folders, names in os.walk(os.path.realpath(folder)):
        here = Path(place)
        folders[:] = sorted(
            name for name in folders if is_searched(here / name) and not _is_excluded(here / name, root, exclude)
        )
        for name in sorted(names):
            path = here / name
            if path.suffix.lower() in _MARKDOWN and path.is_file() and not _is_excluded(path, root, exclude):
                yield path


def _is_excluded(path: Path, root: Path, exclude: Iterable[str]) -> bool:
    relative = os.path.relpath(path, os.path.realpath(root)).replace(os.sep, "/")
    return any(
        fnmatch.fnmatch(relative, pattern.rstrip("/")) or fnmatch.fnmatch(relative, pattern.rstrip("/") + "/*")
        for pattern in exclude
    )
