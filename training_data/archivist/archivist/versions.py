"""Numbered versions of text documents, one file for each version."""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FIRST_LABEL = "1.0"
MAX_SIZE = 1_000_000
ENCODING = "utf-8"

LABEL = re.compile(r"(\d+)\.(\d+)")
NAME = re.compile(r"[a-z][a-z0-9-]*")


class LabelError(ValueError):
    """A version label that is not two numbers with a dot."""


@dataclass(frozen=True, order=True)
class Version:
    """Major and minor number of one version."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def parse_label(label: str) -> Version:
    """Turn a label such as 2.1 into a version."""
    match = LABEL.fullmatch(label)
    if match is None:
        raise LabelError(f"not a version label: {label!r}")
    return Version(int(match.group(1)), int(match.group(2)))


def next_label(label: str | None, *, major: bool = False) -> str:
    """Label that follows the given one; the first label for None."""
    if label is None:
        return FIRST_LABEL
    version = parse_label(label)
    if major:
        return str(Version(version.major + 1, 0))
    return str(Version(version.major, version.minor + 1))


class Store:
    """Versions of documents below one folder."""

    def __init__(self, root: str | Path, *, max_size: int = MAX_SIZE) -> None:
        self.root = Path(root)
        self.max_size = max_size

    def labels(self, name: str) -> list[str]:
        """Labels of a document, oldest first; none for an unknown one."""
        if NAME.fullmatch(name) is None:
            return []
        folder = self.root / name
        found = [path.stem for path in folder.glob("*.txt") if LABEL.fullmatch(path.stem)]
        return sorted(found, key=parse_label)

    def save(self, name: str, text: str, *, major: bool = False, force: bool = False) -> str:
        """Write a new version and return its label."""
        if NAME.fullmatch(name) is None:
            raise ValueError(f"not a document name: {name!r}")
        size = len(text.encode(ENCODING))
        if size > self.max_size:
            raise ValueError(f"{name}: {size} bytes, at most {self.max_size} allowed")
        labels = self.labels(name)
        last = labels[-1] if labels else None
        if last is not None and not force and self.load(name, last) == text:
            raise FileExistsError(f"{name}: same text as version {last}")
        label = next_label(last, major=major)
        path = self.root / name / f"{label}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(ENCODING))
        return label

    def load(self, name: str, label: str | None = None) -> str:
        """Text of one version, the newest unless a label is given."""
        labels = self.labels(name)
        if not labels:
            raise LookupError(f"no document {name!r}")
        if label is None:
            label = labels[-1]
        if label not in labels:
            raise LookupError(f"{name}: no version {label}")
        return (self.root / name / f"{label}.txt").read_bytes().decode(ENCODING)

    async def load_async(self, name: str, label: str | None = None) -> str:
        return await asyncio.to_thread(self.load, name, label)

    def history(self, name: str) -> Iterator[tuple[str, str]]:
        """Label and text of each version, oldest first."""
        for label in self.labels(name):
            yield label, self.load(name, label)

    def latest(self, name: str) -> str:
        """Deprecated: call load without a label."""
        warnings.warn("latest is deprecated, call load", DeprecationWarning, stacklevel=2)
        return self.load(name)
