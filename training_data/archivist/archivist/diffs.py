"""Line diffs: finding changes, applying them, merging two edits."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

DEFAULT_FUZZ = 0


class PatchError(Exception):
    """Changes that do not fit the text."""


@dataclass(frozen=True)
class Hunk:
    """Lines to take out at a position and lines to put there."""

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.old)


def changed_lines(before: str, after: str, *, ignore_space: bool = False) -> list[Hunk]:
    """Hunks that turn one text into the other."""
    a, b = before.splitlines(), after.splitlines()
    left, right = a, b
    if ignore_space:
        left = [" ".join(line.split()) for line in a]
        right = [" ".join(line.split()) for line in b]
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return [
        Hunk(i1, tuple(a[i1:i2]), tuple(b[j1:j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _find(lines: list[str], hunk: Hunk, fuzz: int) -> int | None:
    for shift in sorted(range(-fuzz, fuzz + 1), key=abs):
        start = hunk.start + shift
        if 0 <= start <= len(lines) and tuple(lines[start : start + len(hunk.old)]) == hunk.old:
            return start
    return None


def apply_patch(text: str, hunks: Iterable[Hunk], *, fuzz: int = DEFAULT_FUZZ) -> str:
    """Text with the hunks applied, last one first."""
    if fuzz < 0:
        raise ValueError(f"fuzz must not be negative: {fuzz}")
    lines = text.splitlines()
    ordered = sorted(hunks, key=lambda hunk: hunk.start)
    for first, second in zip(ordered, ordered[1:]):
        if second.start < first.end:
            raise PatchError(f"hunks at {first.start} and {second.start} overlap")
    for hunk in reversed(ordered):
        start = _find(lines, hunk, fuzz)
        if start is None:
            raise PatchError(f"hunk at {hunk.start} does not fit")
        lines[start : start + len(hunk.old)] = hunk.new
    return "\n".join(lines) + ("\n" if text.endswith("\n") else "")


def similarity(before: str, after: str) -> float:
    """Share of equal lines, from 0 to 1."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return matcher.ratio()


def merge(base: str, mine: str, theirs: str, *, prefer: str | None = None) -> str:
    if prefer not in (None, "mine", "theirs"):
        raise ValueError(f"prefer must be mine or theirs: {prefer!r}")
    first, second = changed_lines(base, mine), changed_lines(base, theirs)
    if prefer == "theirs":
        first, second = second, first
    kept = list(first)
    for hunk in second:
        if hunk in first:
            continue
        clash = any(hunk.start <= known.end and known.start <= hunk.end for known in first)
        if clash and prefer is None:
            raise PatchError(f"both texts change the base near line {hunk.start + 1}")
        if not clash:
            kept.append(hunk)
    return apply_patch(base, kept)
