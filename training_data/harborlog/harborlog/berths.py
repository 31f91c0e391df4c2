"""Berth bookkeeping: which vessel lies where, from when and until when."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Iterable, Iterator

BERTH_CODE = re.compile(r"[A-Z]\d{2}")
DEFAULT_STAY_HOURS = 24
DEFAULT_HOLD_HOURS = 6


class BerthError(Exception):
    """A berth cannot be given as asked."""


class BerthTaken(BerthError):
    """Another stay, kept in ``stay``, overlaps the one asked for."""

    def __init__(self, stay: Stay) -> None:
        super().__init__(f"berth {stay.berth} is taken by {stay.vessel} until {stay.end.isoformat()}")
        self.stay = stay


@dataclass(frozen=True)
class Berth:
    """A place at the quay; length in metres."""

    code: str
    length: float


@dataclass(frozen=True)
class Stay:
    """A vessel at a berth for a period of time."""

    berth: str
    vessel: str
    start: datetime
    end: datetime

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


class BerthBook:
    """All berths of a quay and the stays entered for them."""

    def __init__(self, berths: Iterable[Berth]) -> None:
        self._berths: dict[str, Berth] = {}
        self._stays: list[Stay] = []
        for berth in berths:
            if not BERTH_CODE.fullmatch(berth.code):
                raise ValueError(f"berth code {berth.code!r} is not a letter and two digits")
            if berth.code in self._berths:
                raise ValueError(f"berth {berth.code} is listed twice")
            self._berths[berth.code] = berth

    def stays(self, code: str) -> list[Stay]:
        """Return the stays of one berth, earliest first."""
        return sorted((s for s in self._stays if s.berth == code), key=lambda stay: stay.start)

    def assign(
        self,
        vessel: str,
        code: str,
        start: datetime,
        *,
        hours: float = DEFAULT_STAY_HOURS,
        length: float | None = None,
    ) -> Stay:
        """Enter a stay in the book.

        Args:
            vessel: Name of the vessel.
            code: Code of the berth.
            start: Time of arrival.
            hours: Length of the stay.
            length: Length of the vessel in metres; not checked when None.

        Returns:
            The stay as entered.

        Raises:
            ValueError: If ``hours`` is not positive.
            BerthError: If the berth is unknown or too short.
            BerthTaken: If another stay overlaps.
        """
        if hours <= 0:
            raise ValueError(f"hours must be positive, got {hours}")
        berth = self._berths.get(code)
        if berth is None:
            raise BerthError(f"unknown berth {code!r}")
        if length is not None and length > berth.length:
            raise BerthError(f"{vessel} ({length} m) is longer than berth {code} ({berth.length} m)")
        end = start + timedelta(hours=hours)
        for other in self.stays(code):
            if other.overlaps(start, end):
                raise BerthTaken(other)
        stay = Stay(code, vessel, start, end)
        self._stays.append(stay)
        return stay

    def cancel(self, stay: Stay) -> bool:
        """Strike a stay from the book and tell whether it was there."""
        if stay not in self._stays:
            return False
        self._stays.remove(stay)
        return True

    def next_free(
        self, code: str, after: datetime, *, hours: float = DEFAULT_STAY_HOURS
    ) -> datetime | None:
        """Find the first moment from which a berth stays free long enough.

        Args:
            code: Code of the berth.
            after: Earliest moment of interest.
            hours: Length of the gap that is needed.

        Returns:
            The start of the gap, or None for an unknown berth.
        """
        if code not in self._berths:
            return None
        moment = after
        for stay in self.stays(code):
            if stay.overlaps(moment, moment + timedelta(hours=hours)):
                moment = stay.end
        return moment


@contextmanager
def holding(
    book: BerthBook, vessel: str, code: str, start: datetime, *, hours: float = DEFAULT_HOLD_HOURS
) -> Iterator[Stay]:
    """Hold a berth during a block and give it up if the block fails."""
    if not vessel.strip():
        raise ValueError("a berth is held for a named vessel")
    stay = book.assign(vessel, code, start, hours=hours)
    try:
        yield stay
    except Exception:
        book.cancel(stay)
        raise
