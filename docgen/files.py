"""Reads text as its bytes spell it, and writes the files of a run all together or not at all.

In: paths and bytes. Out: `Text` (characters with their encoding, byte order mark and mode), `Batch`, and the root that a
path belongs to. One reason to change: how docgen touches the disk. A tool that half-writes a folder, follows a link out
of the repository or changes line ends is not run twice.
"""

from __future__ import annotations

import codecs
import errno
import os
import signal
import stat
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from docgen.journal import Journal, Replacement
from docgen.later import Frozen, expression
from docgen.report import InputError

_LINE_END = expression(r"\r\n|\n|\r")
# What a disk answers that is full, has gone or may not be written to.
_REFUSALS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM})
_TOLD_BY_OTHERS = expression(r"\(os error (\d+)\)")  # how libraries written in Rust name such an answer
_CUT_SHORT = ("inline_container.cc", "PytorchStreamWriter failed")  # torch's words for it, which don't
_INTERRUPTIONS = tuple(
    number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
)
_WRITABLE_PLACE = "see that the place exists, is writable and has room"
_BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Text(Frozen):
    """The characters of a file, line ends as they are, and what else its bytes say. `mode` is its permission bits, or
    None for a file that does not exist yet."""

    text: str
    encoding: str = "utf-8"
    byte_order_mark: bytes = b""
    mode: int | None = None

    @property
    def newline(self) -> str:
        """The line end used most: `\\n`, `\\r\\n` or `\\r`; `\\n` where there is none."""
        ends = _LINE_END.findall(self.text)
        return max(("\n", "\r\n", "\r"), key=ends.count)

    @property
    def content(self) -> bytes:
        """The bytes of the file; InputError where a character has none in this encoding."""
        try:
            return self.byte_order_mark + self.text.encode(self.encoding)
        except UnicodeEncodeError as error:
            what = f"character U+{ord(self.text[error.start]):04X} cannot be written as {self.encoding}"
            raise InputError(what, f"<text>:{_line_at(self.text, error.start)}", "remove it") from error

    def with_text(self, text: str) -> Text:
        """The same file with other characters, whose line ends are kept as given."""
        return replace(self, text=text)


def read_bytes(path: Path) -> bytes:
    """The content of a regular file; InputError where it is missing, something else or unreadable."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for ever
            raise InputError("not a file", str(path), "name a file")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("no such file", str(path), "check the name") from error
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {_reason(error)}", str(path), "make it readable") from error


def read_text(path: Path) -> Text:
    """The text of a file in UTF-8, or in what its byte order mark says; InputError with the line of what cannot be decoded."""
    content = read_bytes(path)
    mark, encoding = next((pair for pair in _BYTE_ORDER_MARKS if content.startswith(pair[0])), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding, "replace")
        seen = f"byte 0x{error.object[error.start]:02x} is not {encoding}"
        raise InputError(seen, f"{path}:{_line_at(before, len(before))}", "save the file as UTF-8") from error
    if "\0" in text:
        where = f"{path}:{_line_at(text, text.index(chr(0)))}"
        raise InputError("a null character: binary, or UTF-16 without a byte order mark", where, "save the file as UTF-8")
    return Text(text, encoding, mark, stat.S_IMODE(os.stat(path).st_mode))


def write_text(path: Path, text: Text, root: Path | None = None) -> None:
    """Writes one file whole or not at all; `root` is where it must stay, by default what `root_of` says."""
    batch = Batch(root if root is not None else root_of(path))
    batch.add(path, text.content, text.mode)
    batch.commit()


def root_of(path: Path) -> Path:
    """The root that `path` belongs to: its git repository, else the folder above it with a `pyproject.toml` or `docgen.toml`,
    else the current folder, or where that does not hold `path`, its own folder."""
    start = Path(os.path.abspath(path))
    for names in ((".git",), ("pyproject.toml", "docgen.toml")):
        for folder in (start, *start.parents):
            if any(os.path.exists(folder / name) for name in names):
                return folder
    if start.is_relative_to(Path.cwd()):
        return Path.cwd()
    return start if start.is_dir() else start.parent


def inside(path: Path, root: Path) -> Path:
    """Where `path` really is, symbolic links followed; InputError where that is not in `root`."""
    try:
        real, base = Path(os.path.realpath(path)), Path(os.path.realpath(root))
    except (OSError, ValueError) as error:
        raise InputError(f"not a usable path: {_reason(error)}", repr(str(path)), "check the name") from error
    if real.is_relative_to(base):
        return real
    if Path(os.path.abspath(path)).is_relative_to(os.path.abspath(root)):
        raise InputError(f"a symbolic link leads out of {root}, to {real}", str(path), "replace the link by a file or folder")
    raise InputError(f"lies outside {root}", str(path), "name a path inside it, or run docgen from where the path belongs")


class _File(Frozen):
    shown: str  # the path as it was given, for messages
    content: bytes | Path  # or the finished file that has it
    mode: int | None


class Batch:
    """Files below `root` that are written together: collect with `add`, then `commit` all or none.

    Where the process is killed between two renames, `recover` makes all files new, or all old.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[Path, _File] = {}

    def add(self, path: Path, content: bytes, mode: int | None = None) -> None:
        """Collects one file; a file that exists keeps its own mode. InputError where `path` leaves the root, or was added
        with other content before."""
        target = inside(path, self.root)
        other = self._files.get(target)
        if other is not None and other.content != content:
            raise InputError(f"two different contents for one file, also named {other.shown}", str(path), "write it once")
        self._files[target] = _File(str(path), content, mode)

    def add_file(self, path: Path, finished: Path) -> None:
        """Collects a file that is written already and may be too large for memory: `commit` copies it."""
        self._files[inside(path, self.root)] = _File(str(path), finished, None)

    def refuse_unwritable(self) -> None:
        """Raises InputError where `commit` would for a file that cannot be written, before there is anything to write."""
        _refuse(self._files)

    def commit(self) -> tuple[Path, ...]:
        """Writes every file that differs from the disk and returns their real paths. InputError where one cannot be written:
        then all are as before. An interruption takes effect before the first or after the last."""
        with _interruptions_held():
            files = {target: file for target, file in self._files.items() if not _holds(target, file.content)}
            _refuse(files)
            _write_all(files, self.root)
        return tuple(files)


def _refuse(files: Mapping[Path, _File]) -> None:
    refusals = [(file.shown, reason) for target, file in files.items() if (reason := _refusal(target))]
    if refusals:
        shown, reason = refusals[0]
        others = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        raise InputError(f"{reason}{others}; nothing was written", shown, "make it writable, or choose another place")


def _holds(target: Path, content: bytes | Path) -> bool:
    try:
        if not stat.S_ISREG(os.stat(target).st_mode):
            return False
        if isinstance(content, Path):
            import filecmp

            return filecmp.cmp(target, content, shallow=False)
        return target.read_bytes() == content
    except OSError:
        return False  # missing or unreadable: the checks before writing tell which


def _refusal(target: Path) -> str:
    """Why `target` cannot be written; empty where it can."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        pass
    except OSError as error:
        return f"cannot be written: {_reason(error)}"
    else:
        if not stat.S_ISREG(mode):
            return "not a file"
        if not _writable(target):
            return "the file is read-only"
    folder = next(folder for folder in target.parents if folder.exists())
    if not folder.is_dir():
        return f"{folder.name} is not a folder"
    return "" if _writable(folder) else f"the folder {folder.name} is read-only"


def _writable(path: Path) -> bool:
    """Whether this user may write and somebody may: root is stopped by a read-only mode too, since it says what is wanted."""
    return os.access(path, os.W_OK) and bool(path.stat().st_mode & 0o222)


def _write_all(files: Mapping[Path, _File], root: Path) -> None:
    """Writes every new content beside its target, then renames them into place; a failure undoes whatever was done.

    Undoing needs only renames in folders where one has just succeeded, and where those fail, deleting the kept originals
    fails too.
    """
    replacements = [Replacement.of(target, file.content) for target, file in files.items()]
    missing = {folder: None for target in files for folder in reversed(target.parents) if not folder.exists()}
    with ExitStack() as folders, ExitStack() as leftovers, ExitStack() as originals:
        journal = None
        if len(files) > 1:  # one rename needs none
            with _failures_told(next(iter(files.values())).shown):
                journal = Journal(root, replacements, list(missing))
            folders.callback(journal.end)
        for one, file in zip(replacements, files.values(), strict=True):
            with _failures_told(file.shown):
                _stage(one, file, folders, leftovers)
        if journal is not None:
            with _failures_told(next(iter(files.values())).shown):
                journal.committing()
        try:
            _rename_all(replacements, files, originals)
        except BaseException:
            if journal is not None:
                journal.undoing()
            raise
        originals.pop_all()
        folders.pop_all()
        if journal is not None:
            folders.callback(journal.end)


def _rename_all(replacements: Sequence[Replacement], files: Mapping[Path, _File], originals: ExitStack) -> None:
    for one, file in zip(replacements, files.values(), strict=True):
        with _failures_told(file.shown):
            os.replace(one.fresh, one.target)
        if one.kept is None:
            originals.callback(one.target.unlink)
        else:
            originals.callback(os.replace, one.kept, one.target)


def _stage(one: Replacement, file: _File, folders: ExitStack, leftovers: ExitStack) -> None:
    """Writes the content beside the target, and keeps what the target is now under another name."""
    for folder in reversed([folder for folder in one.target.parents if not folder.exists()]):
        folder.mkdir()
        folders.callback(_remove_if_empty, folder)
    leftovers.callback(one.fresh.unlink, missing_ok=True)
    if one.kept is None:
        _write_new(one.fresh, file.content, file.mode)
        return
    there = one.target.stat()
    _write_new(one.fresh, file.content, stat.S_IMODE(there.st_mode), (there.st_uid, there.st_gid))
    leftovers.callback(one.kept.unlink, missing_ok=True)
    try:
        os.link(one.target, one.kept)
    except OSError:  # a file system without hard links, or somebody else's file
        import shutil

        shutil.copy2(one.target, one.kept)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):  # somebody has put a file into it meanwhile
        folder.rmdir()


def _write_new(path: Path, content: bytes | Path, mode: int | None, owner: tuple[int, int] | None = None) -> None:
    """Creates `path` and waits until the disk has it; without `mode` it gets the ordinary one of a new file."""
    private = 0o666 if mode is None else 0o600  # nobody reads it before it has the mode of the file it replaces
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, private)) as stream:
        if isinstance(content, Path):
            with open(content, "rb") as finished:
                import shutil

                shutil.copyfileobj(finished, stream, 1 << 20)
        else:
            stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if sys.platform != "win32" and owner is not None and owner != (path.stat().st_uid, path.stat().st_gid):
        with suppress(OSError):  # only root may give files away; the file is then the writer's, as with any editor
            os.chown(path, *owner)
    if mode is not None:
        os.chmod(path, mode)


@contextmanager
def _failures_told(shown: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot be written: {_reason(error)}; nothing was written", shown, _WRITABLE_PLACE) from error


def refusal(error: BaseException) -> str:
    """What the disk answered, where it is that which an error is about: full, gone, read-only; else empty. Libraries tell it in
    many ways."""
    told, module = str(error), type(error).__module__
    if isinstance(error, OSError):
        if error.errno in _REFUSALS:
            return os.strerror(error.errno)
        return _reason(error) if "temporary directory" in told else ""
    if (found := _TOLD_BY_OTHERS.search(told)) and int(found[1]) in _REFUSALS:
        return os.strerror(int(found[1]))
    if module == "sqlite3" and any(words in told for words in ("is full", "disk I/O error", "readonly")):
        return told
    return "a file was cut short" if any(words in told for words in _CUT_SHORT) else ""


@contextmanager
def refusals_told(place: Path, fix: str = _WRITABLE_PLACE) -> Iterator[None]:
    """Turns what a full or read-only disk answers while the block writes below `place`, whichever library is told so, into one
    InputError."""
    try:
        yield
    except Exception as error:  # some libraries raise no other class
        if not (reason := refusal(error)):
            raise
        shown = error.filename if isinstance(error, OSError) and isinstance(error.filename, str) else str(place)
        raise InputError(f"cannot be written: {reason}", shown, fix) from error


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Keeps Ctrl-C and termination waiting while the block runs. Outside the main thread neither arrives anyway."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    previous = {number: signal.getsignal(number) for number in _INTERRUPTIONS}
    for number, handler in previous.items():
        if handler is not None:  # None: installed by foreign code, which could not be put back
            signal.signal(number, lambda number, _frame: arrived.append(number))
    try:
        yield
    finally:
        for number, handler in previous.items():
            if handler is not None:
                signal.signal(number, handler)
        for held in dict.fromkeys(arrived):
            signal.raise_signal(held)


def _line_at(text: str, offset: int) -> int:
    """The line, counted from 1, that holds the character at `offset`."""
    return len(_LINE_END.findall(text, 0, offset)) + 1


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
