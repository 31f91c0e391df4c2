"""Results kept between runs, found again by what they were made from.

In: a kind, a key that holds everything a result rests on, and its bytes. Out: the bytes again, or None. What is lost is made
anew, so nothing here is an error: no folder, a read-only or full disk and a damaged file are all as if nothing was kept, the
folder may be deleted at any time, and any number of runs may share it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

_LIMIT = 1 << 30  # bytes, all kinds together
_SHELVES = 256  # folders inside the cache, one for two digits; each is bounded for itself, so that tidying looks at few files
_SEAL = 16  # bytes of a checksum before the content: a machine that stops can leave a file half written
_STILL_USED = 24 * 3600  # seconds after which reading a file says once more that it is used


def cache_folder() -> Path | None:
    """Where results are kept: `$DOCGEN_CACHE`, or docgen's folder among the user's caches; None for a user without a home, as a
    container may have. Nothing is made there yet."""
    if chosen := os.environ.get("DOCGEN_CACHE"):
        found = os.path.expanduser(chosen)
        return None if found.startswith("~") else Path(found)
    import platformdirs  # only here: it costs as much as reading two modules

    try:
        folder = platformdirs.user_cache_path("docgen", appauthor=False)
    except RuntimeError:  # as newer ones tell it
        return None
    return folder if folder.is_absolute() else None


def code_mark(*parts: str) -> str:
    """A hash of docgen's own source in the named parts (`readers.docstrings`, `facts`) and of the Python that runs it: with it
    in a key, a changed reader never meets what an older one has made."""
    found = hashlib.sha256(repr(sys.version_info).encode())
    for part in parts:
        place = Path(__file__).parent.joinpath(*part.split("."))
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
        for file in files:
            found.update(f"\0{file.relative_to(Path(__file__).parent).as_posix()}\0".encode() + file.read_bytes())
    return found.hexdigest()


class Cache:
    """A folder of results, each written whole or not at all; without a folder nothing is kept.

    It holds about `limit` bytes at most: what was used longest ago goes first, and one result may take a 256th of it.
    """

    def __init__(self, folder: Path | None, limit: int = _LIMIT) -> None:
        self.folder, self.limit = folder, limit

    def get(self, kind: str, key: str) -> bytes | None:
        """What was last put under a key; None where that is not known, or no longer. A kind is a plain word."""
        if self.folder is None:
            return None
        try:
            with open(self._place(self.folder, kind, key), "rb") as file:
                sealed = file.read()
                if time.time() - os.fstat(file.fileno()).st_mtime > _STILL_USED:
                    os.utime(file.name)
        except OSError:
            return None
        content = sealed[_SEAL:]
        return content if sealed[:_SEAL] == _seal(content) else None

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keeps a result, in the place of an earlier one under the same key."""
        if self.folder is None or len(content) + _SEAL > self.limit // _SHELVES:
            return
        place = self._place(self.folder, kind, key)
        draft = f"{place}.{os.urandom(8).hex()}"
        with suppress(OSError):
            os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)  # what was read may be private
            try:
                with open(draft, "xb") as file:
                    file.write(_seal(content) + content)
                os.replace(draft, place)
            except BaseException:
                with suppress(OSError):
                    os.unlink(draft)
                raise
            if os.path.basename(place)[2] == "0":  # of sixteen results one, whichever run makes it
                self._tidy(os.path.dirname(place))

    def _place(self, folder: Path, kind: str, key: str) -> str:
        name = hashlib.sha256(f"{kind}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
        return os.path.join(folder, name[:2], f"{name}.{kind}")

    def _tidy(self, shelf: str) -> None:
        """Deletes what was used longest ago from one shelf, until the rest fits in its share of the limit."""
        with os.scandir(shelf) as entries:
            found = sorted(((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries), reverse=True)
        room = self.limit // _SHELVES
        for _, size, path in found:
            room -= size
            if room < 0:
                os.unlink(path)


def _seal(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SEAL).digest()
