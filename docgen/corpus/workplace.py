"""Where a build keeps what is not finished yet: a hidden folder beside the corpus, gone when the build is, however that ends.

In: the folder of the corpus. Out: a `Workplace`, and `Spool`s in it, which hold any number of rows and little memory. What a
killed build has left is cleared away by the next one.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_PREFIX = ".docgen-build-"
_LOCK = "lock"


@contextmanager
def workplace(output: Path) -> Iterator[Path]:
    """A folder of this run's own, on the disk of `output`: in it where it exists, else beside it."""
    home = next(folder for folder in (output, *output.absolute().parents) if folder.is_dir())
    for left in home.glob(f"{_PREFIX}*"):
        _clear(left)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
    try:
        with open(folder / _LOCK, "wb") as lock:
            _locked(lock)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(folder: Path) -> None:
    """Deletes a folder that no build holds any more."""
    with suppress(OSError), open(folder / _LOCK, "rb+") as lock:
        if _locked(lock):
            shutil.rmtree(folder, ignore_errors=True)


def _locked(file: IO[bytes]) -> bool:
    """Takes the lock of a file, which ends with the process; False where another process has it."""
    if sys.platform == "win32":
        return False  # an open file cannot be deleted there, and a folder that stays does no harm
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


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
