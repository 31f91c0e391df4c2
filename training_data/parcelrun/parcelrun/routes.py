"""Routes between depots and the dispatch of parcels along them."""

from __future__ import annotations

import asyncio
import heapq
import logging
from dataclasses import dataclass
from typing import Awaitable, Callable, Iterable

DEFAULT_RETRIES = 2
DEFAULT_PAUSE = 0.5
DEFAULT_HANDLING = 20

log = logging.getLogger(__name__)


class NoRoute(LookupError):
    """Two depots are not connected."""

    def __init__(self, origin: str, target: str) -> None:
        super().__init__(f"no route from {origin} to {target}")
        self.origin = origin
        self.target = target


@dataclass(frozen=True)
class Leg:
    origin: str
    target: str
    minutes: int


@dataclass(frozen=True)
class Route:
    depots: tuple[str, ...]
    minutes: int


class RouteMap:
    """Depots and the legs between them."""

    def __init__(self, *, handling: int = DEFAULT_HANDLING) -> None:
        self.handling = handling
        self._legs: dict[str, dict[str, int]] = {}

    def add_leg(self, leg: Leg, *, both_ways: bool = True) -> None:
        """Add a leg, or replace the one between the same depots."""
        if leg.minutes <= 0:
            raise ValueError(f"leg {leg.origin}-{leg.target} takes {leg.minutes} minutes")
        if leg.origin == leg.target:
            raise ValueError(f"leg starts and ends at {leg.origin}")
        self._legs.setdefault(leg.origin, {})[leg.target] = leg.minutes
        back = self._legs.setdefault(leg.target, {})
        if both_ways:
            back[leg.origin] = leg.minutes

    def neighbours(self, depot: str) -> list[str]:
        return sorted(self._legs.get(depot, ()))

    def fastest(self, origin: str, target: str, *, avoid: Iterable[str] = ()) -> Route:
        """Find the route with the fewest minutes, handling at stops included."""
        for depot in (origin, target):
            if depot not in self._legs:
                raise KeyError(f"unknown depot {depot!r}")
        closed = set(avoid)
        if origin in closed or target in closed:
            raise ValueError("avoid must not contain origin or target")
        queue = [(0, (origin,))]
        while queue:
            minutes, depots = heapq.heappop(queue)
            here = depots[-1]
            if here == target:
                return Route(depots, minutes)
            if here in closed:
                continue
            closed.add(here)
            wait = self.handling if len(depots) > 1 else 0
            for there, travel in self._legs[here].items():
                if there not in closed:
                    heapq.heappush(queue, (minutes + wait + travel, (*depots, there)))
        raise NoRoute(origin, target)


def load_map(rows: Iterable[str], *, handling: int = DEFAULT_HANDLING) -> RouteMap:
    """Build a map from rows such as "AMS BRU 150"."""
    result = RouteMap(handling=handling)
    for number, row in enumerate(rows, start=1):
        if not row.strip() or row.startswith("#"):
            continue
        parts = row.split()
        if len(parts) != 3 or not parts[2].isdecimal():
            raise ValueError(f"row {number}: expected two depots and minutes, got {row!r}")
        result.add_leg(Leg(parts[0], parts[1], int(parts[2])))
    return result


async def dispatch(
    codes: Iterable[str],
    send: Callable[[str], Awaitable[None]],
    *,
    retries: int = DEFAULT_RETRIES,
    pause: float = DEFAULT_PAUSE,
) -> list[str]:
    """Send label codes one after another and return those that failed."""
    if retries < 0:
        raise ValueError(f"retries must not be negative, got {retries}")
    failed = []
    for code in codes:
        for attempt in range(retries + 1):
            try:
                await send(code)
                break
            except OSError as exc:
                log.warning("%s: attempt %d failed: %s", code, attempt + 1, exc)
                if attempt < retries:
                    await asyncio.sleep(pause)
        else:
            failed.append(code)
    return failed
