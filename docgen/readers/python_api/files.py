"""The files of a package as they lie on the disk: which there are, their bytes, and a mark of these.

In: a package folder or module file. Out: `File`s, and their content or one InputError that says why it cannot be had. A file
that would cost more than all others together is refused too: it holds tables, not code.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from docgen.later import Frozen
from docgen.readers.python_api.finding import module_files, shown_path
from docgen.report import InputError

_LARGEST = 8_000_000  # bytes


class File(Frozen):
    """A module's file: its dotted name, where it lies, and how messages name it."""

    name: str
    path: Path
    shown: str

    @property
    def is_package(self) -> bool:
        """Whether it is the `__init__.py` of a folder."""
        return self.path.name == "__init__.py"


class BrokenFile(Frozen):
    """A file that cannot be read: its path as messages show it, the line, and why."""

    path: str
    line: int
    reason: str


def files_of(path: Path, root: Path) -> list[File]:
    """The files of a package, the first of each name. Raises InputError where there is no Python at all."""
    found: dict[str, File] = {}
    folder = path if path.is_dir() else path.parent
    shown = shown_path(folder, root)
    for name, file in module_files(path):
        is_plain = path.is_dir() and not (file.is_symlink() and file.exists())  # the folders on the way are real ones
        place = "/".join((shown, *file.relative_to(folder).parts)) if is_plain else shown_path(file, root)
        found.setdefault(name, File(name, file, place))
    if not found:
        raise InputError(f"no Python modules in {path}", str(path), "name a package folder or a .py file")
    return list(found.values())


def bytes_of(path: Path, shown: str) -> bytes:
    """The content of a file. Raises InputError for what is no ordinary file, cannot be read, or is larger than 8 MB."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise InputError("not an ordinary file", f"{shown}:1", "leave it out")
        if found.st_size > _LARGEST:
            what = f"larger than {_LARGEST // 1_000_000} MB ({found.st_size / 1e6:.1f} MB)"
            raise InputError(what, f"{shown}:1", "split the file, or leave it out")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise InputError(what, f"{shown}:1", "mend its permissions or its link, or leave it out") from error


def size_of(path: Path) -> int:
    """The bytes of a file; none where it cannot be asked."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def mark_of(raw: bytes) -> str:
    """A hash of a file's bytes."""
    return hashlib.sha256(raw).hexdigest()[:32]
