"""Shifts and the roster that assigns people to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

MAX_SHIFT_HOURS = 12
MIN_REST_HOURS = 11
ROLES = ("desk", "floor", "lead")


class RosterError(Exception):
    """The roster cannot be changed in this way."""


class RestViolation(RosterError):
    """Two shifts of one person lie too close together."""


@dataclass(frozen=True, order=True)
class Shift:
    """A stretch of work in one role.

    Attributes
    ----------
    start, end : datetime
        The first and the last moment.
    role : str
        One of ``ROLES``.
    """

    start: datetime
    end: datetime
    role: str = "floor"

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"shift ends at {self.end}, not after its start")
        if self.hours > MAX_SHIFT_HOURS:
            raise ValueError(f"shift of {self.hours:g} hours, limit {MAX_SHIFT_HOURS}")
        if self.role not in ROLES:
            raise ValueError(f"unknown role {self.role!r}")

    @property
    def hours(self) -> float:
        return (self.end - self.start).total_seconds() / 3600


def rest_hours(first: Shift, second: Shift) -> float:
    """Measure the rest between two shifts.

    Parameters
    ----------
    first, second : Shift
        The shifts, in either order.

    Returns
    -------
    float
        Hours from the end of the earlier shift to the start of the later one;
        negative if they overlap.
    """
    earlier, later = sorted((first, second))
    return (later.start - earlier.end).total_seconds() / 3600


class Roster:
    """Who works when.

    Parameters
    ----------
    people : iterable of str
        The names that may be assigned.
    min_rest : float, optional
        Hours of rest between two shifts of one person.
    """

    def __init__(
        self, people: Iterable[str], *, min_rest: float = MIN_REST_HOURS
    ) -> None:
        self._shifts: dict[str, list[Shift]] = {name: [] for name in people}
        self.min_rest = min_rest

    def assign(self, name: str, shift: Shift, *, waive_rest: bool = False) -> None:
        """Give a shift to a person.

        Parameters
        ----------
        name : str
            A person on the roster.
        shift : Shift
            The shift to add.
        waive_rest : bool, optional
            Whether to accept a short rest. Overlaps are refused all the same.

        Raises
        ------
        KeyError
            If the roster has no such person.
        RosterError
            If the shift overlaps another one.
        RestViolation
            If the rest is too short.
        """
        if name not in self._shifts:
            raise KeyError(name)
        for other in self._shifts[name]:
            rest = rest_hours(shift, other)
            if rest < 0:
                raise RosterError(f"{name} already works from {other.start}")
            if rest < self.min_rest and not waive_rest:
                raise RestViolation(f"{name} would rest {rest:g} of {self.min_rest:g} hours")
        self._shifts[name].append(shift)
        self._shifts[name].sort()

    def release(self, name: str, shift: Shift) -> None:
        if shift not in self._shifts.get(name, ()):
            raise RosterError(f"{name} does not have the shift at {shift.start}")
        self._shifts[name].remove(shift)

    def on_day(self, day: date, *, role: str | None = None) -> Iterator[tuple[str, Shift]]:
        """Yield the people whose shifts start on a day.

        Parameters
        ----------
        day : date
            The day of the start; a night shift counts for its first day.
        role : str, optional
            Only shifts in this role.
        """
        for name in sorted(self._shifts):
            for shift in self._shifts[name]:
                if shift.start.date() == day and role in (None, shift.role):
                    yield name, shift
