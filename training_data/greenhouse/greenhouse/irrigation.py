"""Valves, watering times and the daily schedule."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta

DEFAULT_FLOW = 4.0
MAX_MINUTES = 45
GRACE_MINUTES = 10

log = logging.getLogger(__name__)


class ValveError(RuntimeError):
    """A valve must not be opened now."""


class Valve:
    """A solenoid valve on the relay board.

    :param number: relay number
    :param switch: called with the relay number and the wanted state
    """

    def __init__(self, number: int, switch: Callable[[int, bool], None]) -> None:
        self.number = number
        self._switch = switch
        self._open = False

    @property
    def is_open(self) -> bool:
        return self._open

    def open(self) -> None:
        self._switch(self.number, True)
        self._open = True

    def close(self) -> None:
        self._switch(self.number, False)
        self._open = False


@contextmanager
def open_valve(
    valve: Valve, *, interlock: Callable[[], bool] | None = None
) -> Iterator[Valve]:
    """Hold a valve open for the length of a ``with`` block.

    :param valve: the valve, closed on entry
    :param interlock: asked before opening; a false answer forbids it
    :raises ValveError: if the valve is open already or the interlock forbids it
    """
    if valve.is_open:
        raise ValveError(f"valve {valve.number} is already open")
    if interlock is not None and not interlock():
        raise ValveError(f"interlock forbids valve {valve.number}")
    try:
        valve.open()
        yield valve
    finally:
        valve.close()


def watering_minutes(
    litres: float, *, flow: float = DEFAULT_FLOW, limit: float = MAX_MINUTES
) -> float:
    """Work out how long a valve has to stay open.

    :param litres: water wanted
    :param flow: litres a minute through the valve
    :param limit: longest time allowed, in minutes
    :returns: minutes, at most ``limit``
    """
    if litres < 0:
        raise ValueError(f"litres must not be negative, got {litres}")
    if flow <= 0:
        raise ValueError(f"flow must be positive, got {flow}")
    minutes = litres / flow
    if minutes > limit:
        log.warning("%.1f minutes cut to %.1f", minutes, limit)
        return limit
    return minutes


@dataclass(frozen=True)
class Slot:
    """A daily watering of one zone."""

    zone: str
    start: time
    minutes: float


class Schedule:
    """The slots of a day, in order of their start."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []

    def add(self, zone: str, start: time, minutes: float) -> Slot:
        if not 0 < minutes <= MAX_MINUTES:
            raise ValueError(f"minutes must be in (0, {MAX_MINUTES}], got {minutes}")
        slot = Slot(zone, start, minutes)
        self._slots.append(slot)
        self._slots.sort(key=lambda item: item.start)
        return slot

    def remove(self, zone: str) -> int:
        """Drop every slot of a zone.

        :returns: how many were dropped
        :raises KeyError: if the zone has none
        """
        kept = [slot for slot in self._slots if slot.zone != zone]
        dropped = len(self._slots) - len(kept)
        if not dropped:
            raise KeyError(zone)
        self._slots = kept
        return dropped

    def due(self, now: datetime, *, grace: float = GRACE_MINUTES) -> list[Slot]:
        """Find the slots that started a short while ago.

        :param now: the moment to compare with
        :param grace: minutes after its start in which a slot counts as due
        :returns: the due slots, earliest first; empty if there are none
        """
        found = []
        for slot in self._slots:
            start = datetime.combine(now.date(), slot.start, tzinfo=now.tzinfo)
            if timedelta(0) <= now - start <= timedelta(minutes=grace):
                found.append(slot)
        return found
