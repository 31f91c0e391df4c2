"""Check again whenever something changes, and tell only what that has changed.

In: how to check, and how to wait. Out: a `Change` after each run that found something else than the one before. Modification
times are looked at, not contents, so that waiting costs next to nothing.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.check.baseline import key_of
from docgen.check.sources import is_searched
from docgen.report import DocgenError, Finding, Report

_KEPT = ".docgen"  # hidden, and looked into all the same: ledgers and the baseline


@dataclass(frozen=True)
class Change:
    """What a run found that the one before did not, what is mended, and the line that counts; or the error that ended it."""

    new: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    table: str
    error: str = ""

    def __str__(self) -> str:
        mended = (
            f"{finding.path}:{finding.line}: mended: {finding.section or finding.path} [{finding.code}]"
            for finding in self.mended
        )
        return "\n".join(filter(None, [*mended, *map(str, self.new), self.error, self.table]))


def watch(root: Path, check: Callable[[], Report], wait: Callable[[], object]) -> Iterator[Change]:
    """The changes of what `check` finds, the first run's findings to begin with, until `wait` or whoever takes them ends it."""
    before: dict[tuple[str, str], Finding] = {}
    last, seen = "", None
    while True:
        now = _times(root)
        if now != seen:
            seen = now
            try:
                report = check()
            except DocgenError as error:  # a settings file half typed: it is told, and looked at again
                if str(error) != last:
                    yield Change((), (), "", last := str(error))
            else:
                found = {(finding.path, key_of(finding)): finding for finding in report.findings}
                new = tuple(finding for key, finding in found.items() if key not in before)
                mended = tuple(finding for key, finding in before.items() if key not in found)
                before = found
                if new or mended or report.table != last:
                    yield Change(new, mended, last := report.table)
            gc.collect()  # reading pauses the collector, and what each run has read would stay
        wait()


def _times(root: Path) -> dict[str, tuple[int, int]]:
    """The modification time and size of every file below `root` that a check may read."""
    found: dict[str, tuple[int, int]] = {}
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name == _KEPT or is_searched(Path(place, name))]
        for name in names:
            path = os.path.join(place, name)
            try:
                status = os.stat(path)
            except OSError:
                continue  # gone since it was listed, or a link to nothing
            found[path] = status.st_mtime_ns, status.st_size
    return found
