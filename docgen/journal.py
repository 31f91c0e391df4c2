"""What is about to happen to files, written down first, so that a run that is killed in the middle leaves all old or all new.

In: a root and the replacements of a run. Out: a `Journal` beside them while they are made, and `recover`, which completes or
undoes what a killed run began; who still runs holds a lock on its journal. What somebody has edited since is left alone.
One reason to change: how several renames are made to look like one.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Any, TextIO

from docgen.later import Frozen
from docgen.report import InputError

_FOLDER = ".docgen"
_NAME = re.compile(r"unfinished-[0-9a-f]{16}\.json")
_STAGED = re.compile(r"\.docgen-[0-9a-f]{16}")
_COMMIT, _UNDO = "commit\n", "undo\n"


class Replacement(Frozen):
    """`fresh` is to take the place of `target`, whose present file is also there as `kept`; None where there is no file yet.
    `mark` is that of the new content and `was` that of the present one, empty where they are too large to tell."""

    target: Path
    fresh: Path
    kept: Path | None
    mark: str = ""
    was: str = ""

    @classmethod
    def of(cls, target: Path, content: bytes | Path) -> Replacement:
        """The replacement of a file by `content`, with names beside it that nobody has."""
        names = (target.with_name(f".docgen-{os.urandom(8).hex()}") for _ in range(2))
        fresh, kept = names
        if not isinstance(content, bytes):
            return cls(target, fresh, kept if target.exists() else None)
        return cls(target, fresh, kept if target.exists() else None, hashlib.sha256(content).hexdigest(), _mark(target))


class Journal:
    """The journal of one run below `root`. Where `root` takes no file there is none, and nothing is promised about kills."""

    def __init__(self, root: Path, replacements: Sequence[Replacement], folders: Sequence[Path]) -> None:
        """Begins it: `folders` are those that are made for the targets. Raises OSError where there is no room for it."""
        self.root = Path(os.path.realpath(root))
        self.path = self.root / _FOLDER / f"unfinished-{os.urandom(8).hex()}.json"
        self._made_folder = not self.path.parent.exists()
        self._file = self._opened()
        content = {
            "folders": [self._relative(folder) for folder in folders],
            "files": [[*map(self._relative, (one.target, one.fresh, one.kept)), one.mark, one.was] for one in replacements],
        }
        try:
            self._say(json.dumps(content) + "\n")
        except OSError:
            self.end()
            raise

    def _opened(self) -> FileIO | None:
        try:
            self.path.parent.mkdir(exist_ok=True)
            file = open(self.path, "xb", buffering=0)  # noqa: SIM115 (`end` closes it, and the end of the run does)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EEXIST, errno.ENOTDIR):
                return None
            raise
        lock(file.fileno(), wait=False)
        return file

    def committing(self) -> None:
        """Says that every new file is whole and on the disk: from here on, a killed run is completed."""
        self._say(_COMMIT)

    def undoing(self) -> None:
        """Says that a replacement has failed and those before it are taken back."""
        with suppress(OSError):
            self._say(_UNDO)

    def end(self) -> None:
        """Forgets the run, when its last file is in place or the last one is back."""
        if self._file is None:
            return
        self.path.unlink(missing_ok=True)
        self._file.close()
        if self._made_folder:
            with suppress(OSError):  # others have put something there
                os.rmdir(self.path.parent)

    def _say(self, line: str) -> None:
        if self._file is None:
            return
        rest = line.encode("utf-8", "surrogateescape")
        while rest:
            rest = rest[self._file.write(rest) :]
        os.fsync(self._file.fileno())

    def _relative(self, path: Path | None) -> str | None:
        return None if path is None else os.path.relpath(path, self.root).replace(os.sep, "/")


def recover(root: Path) -> bool:
    """Completes or undoes what killed runs have begun below `root`; whether there was anything. What is no journal of docgen's
    own making, or would lead out of the root, is left where it is. Raises InputError for one that this user may not end."""
    base = Path(os.path.realpath(root))
    ended = [_recovered(path, base) for path in _journals(base)]
    if any(ended):
        with suppress(OSError):  # it holds more than journals
            os.rmdir(base / _FOLDER)
    return any(ended)


def _journals(base: Path) -> list[Path]:
    try:
        return sorted(base / _FOLDER / name for name in os.listdir(base / _FOLDER) if _NAME.fullmatch(name))
    except OSError:
        return []


def _recovered(path: Path, root: Path) -> bool:
    try:
        return _ended(path, root)
    except OSError as error:
        what = f"a run was killed while it wrote, and what it began cannot be ended: {error.strerror or error}"
        raise InputError(what, str(path), "run docgen as the user who ran it then, or give this one its files") from error


def _ended(path: Path, root: Path) -> bool:
    """Ends what one journal says; whether it was there and nobody at work on it. Raises OSError where a file resists."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(_to_end(path))
            lock(file.fileno(), wait=False)
        except (FileNotFoundError, BlockingIOError):  # ended, or its run is still at work
            return False
        except PermissionError:
            if sys.platform == "win32":  # which says so where another has the lock
                return False
            raise
        replacements, folders, state = _read(file, root)
        if state == "":
            _drop(replacements)
        elif state == _COMMIT and all(_is_untouched(one) for one in replacements):
            for one in replacements:
                with suppress(FileNotFoundError):  # in place already
                    os.replace(one.fresh, one.target)
            _drop(replacements)
        else:
            for one in replacements:
                _take_back(one)
            _drop(replacements)
        for folder in reversed(folders):
            with suppress(OSError):
                folder.rmdir()
        path.unlink(missing_ok=True)
    return True


def _to_end(path: Path) -> TextIO:
    """The open journal; one of another user may be only readable, and be ended all the same where its folder is this one's."""
    try:
        return open(path, "r+", encoding="utf-8", errors="surrogateescape")
    except PermissionError:
        return open(path, encoding="utf-8", errors="surrogateescape")


def _read(file: TextIO, root: Path) -> tuple[list[Replacement], list[Path], str]:
    """What a journal says; nothing of one that breaks off in its first line, or that docgen has not written."""
    lines = file.readlines()
    try:
        content: Any = json.loads(lines[0]) if lines and lines[0].endswith("\n") else {}
        replacements = [
            Replacement(_below(root, target), _below(root, fresh), _below(root, kept) if kept else None, str(mark), str(was))
            for target, fresh, kept, mark, was in content.get("files", [])
        ]
        folders = [_below(root, name) for name in content.get("folders", [])]
    except (ValueError, AttributeError, TypeError):
        return [], [], ""
    if not all(_is_own(one) for one in replacements):
        return [], [], ""
    return replacements, folders, lines[-1] if len(lines) > 1 else ""


def _below(root: Path, name: object) -> Path:
    """The path that a journal names. Raises ValueError where that is not below `root`."""
    path = root / str(name)
    if not Path(os.path.realpath(path.parent)).is_relative_to(root):
        raise ValueError(f"{name} leads out of {root}")
    return path


def _is_own(one: Replacement) -> bool:
    """Whether the files of a replacement lie together and are called as docgen calls them: a journal may come with a clone."""
    staged = [path for path in (one.fresh, one.kept) if path is not None]
    return all(path.parent == one.target.parent and _STAGED.fullmatch(path.name) for path in staged)


def _is_untouched(one: Replacement) -> bool:
    """Whether a target that is still to be replaced is what it was when the run began."""
    if not one.fresh.exists():
        return True
    return _mark(one.target) == (one.was or _mark(one.kept)) if one.kept is not None else not os.path.lexists(one.target)


def _take_back(one: Replacement) -> None:
    """Puts the old file back where the new one has come to its place; a file that was not there before goes. What somebody has
    changed since stays."""
    if one.fresh.exists() or (one.mark and _mark(one.target) != one.mark):
        return
    if one.kept is not None:
        with suppress(FileNotFoundError):  # back already
            os.replace(one.kept, one.target)
    else:
        one.target.unlink(missing_ok=True)


def _drop(replacements: Sequence[Replacement]) -> None:
    for one in replacements:
        one.fresh.unlink(missing_ok=True)
        if one.kept is not None:
            one.kept.unlink(missing_ok=True)


def _mark(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


# Locks -----------------------------------------------------------------------------------------------------------------


@contextmanager
def alone(root: Path, tell: Callable[[str], object]) -> Iterator[None]:
    """Keeps other runs that write below `root` waiting while the block runs; waits for one that is at work, and tells so. The
    lock ends with its process, however that ends. Where the file system knows no locks, nobody waits."""
    try:
        descriptor = os.open(*_to_lock(Path(os.path.realpath(root))))
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            try:
                lock(descriptor, wait=False)
            except (BlockingIOError, PermissionError):
                tell(f"waiting for another docgen that writes in {root}")
                lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def undisturbed(root: Path, tell: Callable[[str], object]) -> Iterator[None]:
    """For a run that writes below `root`: keeps others waiting, and first ends what one that was killed has begun."""
    with alone(root, tell):
        if recover(root):
            tell("a run was killed while it wrote: now its files are all as it left them, or all as before")
        yield


def settled(root: Path, tell: Callable[[str], object]) -> None:
    """For a run that reads what others write below `root`: returns when nothing there is half in place. Waits for a run that is
    about to put its files there, and ends what a killed one began."""
    if _journals(Path(os.path.realpath(root))):
        with undisturbed(root, tell):
            pass


def _to_lock(root: Path) -> tuple[str, int]:
    """What stands for a root: the folder itself, which takes a lock and shows no trace of it, except on Windows."""
    if sys.platform == "win32":
        import tempfile

        name = hashlib.sha256(os.fspath(root).encode()).hexdigest()[:16]
        return os.path.join(tempfile.gettempdir(), f"docgen-{name}.lock"), os.O_RDWR | os.O_CREAT
    else:
        return os.fspath(root), os.O_RDONLY


def lock(descriptor: int, *, wait: bool) -> None:
    """Locks an open file for this process. Raises OSError where another has it and `wait` is not asked for."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
