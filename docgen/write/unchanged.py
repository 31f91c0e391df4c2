"""What a run rested on and came to, so that the next one can tell at a glance that nothing has changed.

In: what was asked for, and the places that a run reads. Out: the report of a run after which everything was up to date, as long
as every file in those places is the one that it was, by size, times and number. When in doubt nothing is recalled, and the run
is made: a file that only looks changed costs a second, and one that only looks unchanged would cost the truth.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import docgen
from docgen.cache import Cache
from docgen.facts import JSON
from docgen.files import root_of
from docgen.readers.model_files import is_model_folder
from docgen.readers.python_api.finding import find_package
from docgen.report import InputError, Report

_KIND = "unchanged"
_MOST_FILES = 20_000  # in all places together: to look at them takes a tenth of a second
_SETTLED = 20_000_000  # nanoseconds: a file touched within one tick of the clock could change again and show the same time
_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg", ".git", "docgen.toml")
_HIGHEST = 3  # folders above a package in which its project may begin
_DOCUMENTS = (".md", ".markdown")

_Seen = Mapping[str, tuple[int, ...]]
"""Files by path: size, both times, number of the file and of its disk."""


class Unchanged:
    """One run asked for `targets` with `options` (whatever else its outcome rests on, as text). `root` is the repository."""

    def __init__(self, cache: Cache, root: Path, targets: Sequence[str], options: object) -> None:
        self.cache, self.root = cache, Path(os.path.realpath(root))
        self.places = _places(self.root, targets)
        beside = [str(place) for place in self.places or ()]
        asked = [str(self.root), os.getcwd(), list(targets), beside, repr(options), sys.version, sys.path]
        self._key = json.dumps(asked, sort_keys=True)
        self._before: _Seen | None = None

    def recalled(self) -> Report | None:
        """The report of the last such run, where that left everything up to date and no file has changed since."""
        self._before = _seen(self.places) if self.places is not None else None
        kept = self.cache.get(_KIND, self._key) if self._before is not None else None
        if kept is None or self._before is None:
            return None
        mark, summary, table = json.loads(kept)
        return Report("write", (), summary, table) if mark == _mark(self._before) else None

    def remember(self, report: Report, written: Mapping[Path, bytes], read: Collection[Path]) -> None:
        """Keeps what a run came to: `report` is what is to be said while nothing changes. It wrote the files in `written`, and
        read packages from the places in `read`. Nothing is kept where another has touched a file since `recalled` looked."""
        if self._before is None or self.places is None or not all(_is_in(place, self.places) for place in read):
            return
        after = _seen(self.places)
        own = {os.path.realpath(path) for path in written}
        if after is None or any(self._before.get(path) != after.get(path) for path in {*self._before, *after} - own):
            return
        newest = max((max(seen[1:3]) for path, seen in after.items() if path not in own), default=0)
        if time.time_ns() - newest < _SETTLED or not all(_is_as_written(path, content) for path, content in written.items()):
            return
        kept: list[JSON] = [_mark(after), report.summary, report.table]
        self.cache.put(_KIND, self._key, json.dumps(kept).encode())


def root_for(targets: Sequence[str], output: Path | None) -> Path:
    """The repository that the documents of these targets belong to: never that of a package which is only read."""
    if output is not None:
        return root_of(output)
    beside = (Path(target) for target in targets if target.lower().endswith(_DOCUMENTS) or is_model_folder(Path(target)))
    return root_of(next(beside, Path.cwd()))


# Places ----------------------------------------------------------------------------------------------------------------


def _places(root: Path, targets: Sequence[str]) -> tuple[Path, ...] | None:
    """The folders and files that a run on these targets may read: the repository, packages outside of it with the records of
    their installation, and docgen itself. None for targets whose facts may come from elsewhere, as those of models may."""
    own = Path(docgen.__file__).parent
    found = [root, own, own.parent / "templates"]
    if _has_project_above(root) and not any((root / name).exists() for name in _PROJECT):
        return None
    for target in targets:
        path = Path(target)
        if path.suffix.lower() in _DOCUMENTS:
            if is_model_folder(path.parent):
                return None
            continue
        if not path.exists() and not all(part.isidentifier() for part in target.split(".")):
            return None
        if path.exists() and (path.suffix != ".py" if path.is_file() else is_model_folder(path)):
            return None
        try:
            package = Path(os.path.realpath(find_package(target, root)))
        except InputError:
            return None
        while (package.parent / "__init__.py").is_file():
            package = package.parent
        if not package.is_relative_to(root) and _has_project_above(package):
            return None
        found += [package, *sorted(package.parent.glob("*.dist-info/METADATA"))]
    return tuple(dict.fromkeys(found))


def _has_project_above(path: Path) -> bool:
    """Whether `path` is part of a project around it: examples are read in all of that."""
    return any((folder / name).exists() for folder in list(path.parents)[:_HIGHEST] for name in _PROJECT)


def _is_in(place: Path, places: Sequence[Path]) -> bool:
    real = Path(os.path.realpath(place))
    return any(real == folder or real.is_relative_to(folder) for folder in places)


def _seen(places: Sequence[Path]) -> _Seen | None:
    """Every file in these places; None where there are too many, where a folder is a link, or where something is in the way."""
    seen: dict[str, tuple[int, ...]] = {}
    try:
        for place in places:
            for path, status in _files(os.fspath(place)):
                seen[path] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
                if len(seen) > _MOST_FILES:
                    return None
    except OSError:
        return None
    return seen


def _files(place: str) -> Iterator[tuple[str, os.stat_result]]:
    """The files at or below a place with what the disk says of them, but for what no run reads."""
    if not os.path.isdir(place):
        if os.path.exists(place):
            yield place, os.stat(place)
        return
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.is_symlink() and entry.is_dir():
                raise OSError("what is in the folder behind a link cannot be told from here")
            if not entry.is_dir():
                yield entry.path, entry.stat()
            elif _is_read(entry):
                yield from _files(entry.path)


def _is_read(folder: os.DirEntry[str]) -> bool:
    is_hidden = folder.name.startswith(".") and folder.name != ".docgen"
    is_skipped = is_hidden or folder.name in ("__pycache__", "node_modules")
    return not is_skipped and not os.path.exists(os.path.join(folder.path, "pyvenv.cfg"))


def _mark(seen: _Seen) -> str:
    return hashlib.sha256(json.dumps(sorted(seen.items())).encode("utf-8", "surrogatepass")).hexdigest()


def _is_as_written(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False
