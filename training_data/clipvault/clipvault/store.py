"""A folder of clips, each stored under the digest of its content."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .digests import PREFIX, file_digest, parse_digest

MAX_CLIP_BYTES = 2_000_000_000
SUFFIXES = frozenset({".mp4", ".mov", ".wav", ".flac"})


class VaultError(Exception):
    """The vault refuses a clip."""


class ClipMissing(VaultError, KeyError):
    """No clip has this digest."""


class Vault:
    """Clips below one root folder.

    Args:
        root: The folder; it must exist.
        max_bytes: Size of the largest clip accepted.
    """

    def __init__(self, root: Path | str, *, max_bytes: int = MAX_CLIP_BYTES) -> None:
        self.root = Path(root)
        self.max_bytes = max_bytes
        if not self.root.is_dir():
            raise NotADirectoryError(f"no vault folder at {self.root}")

    def path(self, digest: str) -> Path:
        digits = parse_digest(digest)
        return self.root / digits[:2] / digits

    def put(self, source: Path | str, *, move: bool = False) -> str:
        """Store a file and return its digest.

        Args:
            source: The file to take in.
            move: Whether to remove the source afterwards.

        Returns:
            The digest, also when the clip was there already.

        Raises:
            VaultError: If the suffix or the size is not accepted.
        """
        source = Path(source)
        if source.suffix.lower() not in SUFFIXES:
            raise VaultError(f"suffix {source.suffix!r} is not accepted")
        size = source.stat().st_size
        if size == 0:
            raise VaultError(f"{source} is empty")
        if size > self.max_bytes:
            raise VaultError(f"{source} has {size} bytes, limit {self.max_bytes}")
        digest = file_digest(source)
        target = self.path(digest)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            partial = target.with_suffix(".part")
            shutil.copyfile(source, partial)
            os.replace(partial, target)
        if move:
            source.unlink()
        return digest

    @contextmanager
    def open(self, digest: str) -> Iterator[BinaryIO]:
        """Open a clip for reading in a ``with`` block."""
        path = self.path(digest)
        if not path.is_file():
            raise ClipMissing(digest)
        with path.open("rb") as stream:
            yield stream

    def delete(self, digest: str) -> None:
        path = self.path(digest)
        if not path.is_file():
            raise ClipMissing(digest)
        path.unlink()

    def clips(self, *, min_bytes: int = 0) -> Iterator[tuple[str, os.stat_result]]:
        """Yield digest and file status of each clip, in order of digest.

        Args:
            min_bytes: Leave out clips smaller than this.
        """
        for path in sorted(self.root.glob("??/*")):
            if path.suffix == ".part" or not path.is_file():
                continue
            status = path.stat()
            if status.st_size >= min_bytes:
                yield PREFIX + path.name, status

    @property
    def total_bytes(self) -> int:
        return sum(status.st_size for _, status in self.clips())
