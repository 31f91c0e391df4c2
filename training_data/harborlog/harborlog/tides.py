"""Tide tables of a station and the periods in which a vessel clears a sill."""

from __future__ import annotations

import csv
import math
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Iterable, Iterator

DEFAULT_CLEARANCE = 0.6
DEFAULT_STEP_MINUTES = 10
FIELDS = ("time", "height", "kind")
KINDS = ("HW", "LW")


class TideError(Exception):
    """A tide file or table cannot give the answer asked for."""


@dataclass(frozen=True)
class Turn:
    """One high water (``HW``) or low water (``LW``)."""

    time: datetime
    height: float
    kind: str


def load_turns(path: str | Path, *, encoding: str = "utf-8") -> list[Turn]:
    """Read the turns of the tide of one station from a CSV file.

    Args:
        path: CSV file with the columns of ``FIELDS``.
        encoding: Text encoding of the file.

    Returns:
        The turns, earliest first.

    Raises:
        TideError: If a column is missing or a row is not usable.
    """
    turns: list[Turn] = []
    with Path(path).open(newline="", encoding=encoding) as handle:
        reader = csv.DictReader(handle)
        missing = [name for name in FIELDS if name not in (reader.fieldnames or ())]
        if missing:
            raise TideError(f"{path}: missing column(s) {', '.join(missing)}")
        for row in reader:
            try:
                time = datetime.fromisoformat(row["time"])
                height = float(row["height"])
            except (TypeError, ValueError) as exc:
                raise TideError(f"{path}, line {reader.line_num}: {exc}") from exc
            if row["kind"] not in KINDS:
                raise TideError(f"{path}, line {reader.line_num}: unknown kind {row['kind']!r}")
            turns.append(Turn(time, height, row["kind"]))
    return sorted(turns, key=lambda turn: turn.time)


def read_turns(path: str | Path) -> list[Turn]:
    """Deprecated name of ``load_turns``."""
    warnings.warn("read_turns is deprecated, call load_turns", DeprecationWarning, stacklevel=2)
    return load_turns(path)


class TideTable:
    """The turns of the tide at one station, in time order."""

    def __init__(self, station: str, turns: Iterable[Turn]) -> None:
        self.station = station
        self.turns = sorted(turns, key=lambda turn: turn.time)
        self._times = [turn.time for turn in self.turns]
        if len(self.turns) < 2:
            raise ValueError(f"{station}: a table needs 2 turns, got {len(self.turns)}")
        for earlier, later in pairwise(self._times):
            if earlier == later:
                raise ValueError(f"{station}: two turns at {later.isoformat()}")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """First and last moment that the table covers."""
        return self._times[0], self._times[-1]

    def height_at(self, when: datetime) -> float:
        """Interpolate the height of the water with a half cosine between turns.

        Args:
            when: Moment inside the span of the table.

        Returns:
            Height above chart datum in metres.

        Raises:
            TideError: If the moment lies outside the table.
        """
        first, last = self.span
        if not first <= when <= last:
            raise TideError(f"{self.station}: no turns around {when.isoformat()}")
        right = min(bisect_right(self._times, when), len(self.turns) - 1)
        before, after = self.turns[right - 1], self.turns[right]
        share = (when - before.time) / (after.time - before.time)
        return before.height + (after.height - before.height) * (1 - math.cos(math.pi * share)) / 2

    def windows(
        self,
        draught: float,
        *,
        sill: float,
        clearance: float = DEFAULT_CLEARANCE,
        step: int = DEFAULT_STEP_MINUTES,
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the periods in which a vessel can cross a sill.

        Args:
            draught: Draught of the vessel in metres.
            sill: Depth of the sill below chart datum in metres.
            clearance: Water to keep under the keel in metres.
            step: Minutes between the moments that are tried.

        Yields:
            First and last moment of each period, in time order.

        Raises:
            ValueError: If the draught or the step is out of range.
        """
        if draught <= 0:
            raise ValueError(f"draught must be positive, got {draught}")
        if step < 1:
            raise ValueError(f"step must be at least 1 minute, got {step}")
        needed = draught + clearance - sill
        moment, last = self.span
        opened = closed = None
        while moment <= last:
            if self.height_at(moment) >= needed:
                opened, closed = opened or moment, moment
            elif opened is not None:
                yield opened, closed
                opened = None
            moment += timedelta(minutes=step)
        if opened is not None:
            yield opened, closed
