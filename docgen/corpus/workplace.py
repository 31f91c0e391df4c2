"""Where a build keeps what is not finished yet: a hidden folder beside the corpus, gone when the build is, however that ends.

In: the folder of the corpus. Out: a `Workplace`, and `Spool`s in it, which hold any number of rows and little memory. What a
killed build has left is cleared away by the next one.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from docgen.journal import lock, undisturbed

_PREFIX = ".docgen-build-"


@contextmanager
def workplace(output: Path, *, beside: bool = False) -> Iterator[Path]:
    """A folder of this run's own, on the disk of `output`: in it where it exists, else, or where it is wanted so, `beside`
    it."""
    home = next(folder for folder in (output, *output.absolute().parents)[beside:] if folder.is_dir())
    for left in home.glob(f"{_PREFIX}*") if sys.platform != "win32" else ():  # where nobody knows who still works in them
        _clear(left)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
    try:
        with ExitStack() as until_done:
            with suppress(OSError):  # a file system without locks
                until_done.enter_context(_held(folder))
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def filled(output: Path, tell: Callable[[str], object]) -> Iterator[None]:
    """For the moment in which files come into `output`: it is there, and no other run puts any into it. It goes again where it
    was made for this and stayed empty."""
    made = [folder for folder in (output, *output.absolute().parents) if not folder.exists()]
    output.mkdir(parents=True, exist_ok=True)
    try:
        with undisturbed(output, tell):
            yield
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


def _clear(folder: Path) -> None:
    """Deletes a folder that no build holds any more."""
    with suppress(OSError), _held(folder):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Holds the folder itself, until the block or the process ends: a file in it for that could be deleted before the rest is.
    Raises OSError where another process holds it."""
    if sys.platform == "win32":
        yield  # no folder can be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        lock(descriptor, wait=False)
        yield
    finally:
        os.close(descriptor)


class Spool:
    """Lines in a file of the workplace: added at its end, read anywhere."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "w+b", buffering=1 << 16)  # noqa: SIM115 (closed with the spool)
        self._end = 0
        self._at_end = True

    def add(self, line: bytes) -> int:
        """Adds a line, its end included, and returns its place."""
        if not self._at_end:
            self._file.seek(self._end)
            self._at_end = True
        place = self._end
        self._file.write(line)
        self._end += len(line)
        return place

    def __getitem__(self, place: int) -> bytes:
        self._at_end = False
        self._file.seek(place)
        return self._file.readline()

    def __iter__(self) -> Iterator[bytes]:
        """Every line, in the order in which they were added. Nothing may be added meanwhile."""
        self._at_end = False
        self._file.seek(0)
        yield from self._file

    def close(self) -> None:
        """Closes the file; the workplace deletes it."""
        self._file.close()
