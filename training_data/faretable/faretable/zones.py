"""Stops and the ring zones they lie in.

Zone 1 is the centre; the numbers grow outwards.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

MAX_ZONE = 7
DEFAULT_DELIMITER = ";"


class ZoneError(Exception):
    """A zone list is not in order."""


class UnknownStop(LookupError):
    """The zone map has no such stop."""


class ZoneMap:
    """Zones by the names of their stops.

    :param stops: zone number of each stop
    """

    def __init__(self, stops: Mapping[str, int]) -> None:
        self._stops = dict(stops)

    def __len__(self) -> int:
        return len(self._stops)

    def __contains__(self, stop: str) -> bool:
        return stop in self._stops

    def zone_of(self, stop: str) -> int:
        if stop not in self._stops:
            raise UnknownStop(f"no stop named {stop!r}")
        return self._stops[stop]

    def stops_in(self, zone: int) -> Iterator[str]:
        """Yield the stops of a zone in the order of their names.

        :param zone: number of the zone
        """
        for stop in sorted(self._stops):
            if self._stops[stop] == zone:
                yield stop

    def crossed(self, origin: str, destination: str, *, via: Sequence[str] = ()) -> list[int]:
        """List the zones that a trip touches.

        :param origin: stop where the trip begins
        :param destination: stop where it ends
        :param via: stops in between, in the order of the trip
        :returns: zone numbers, lowest first, each one once
        :raises ValueError: if the trip goes nowhere
        :raises UnknownStop: if a stop is not on the map
        """
        if origin == destination and not via:
            raise ValueError(f"the trip begins and ends at {origin!r}")
        route = [origin, *via, destination]
        for stop in route:
            if stop not in self._stops:
                raise UnknownStop(f"no stop named {stop!r}")
        touched: set[int] = set()
        for here, there in pairwise(route):
            low, high = sorted((self._stops[here], self._stops[there]))
            touched.update(range(low, high + 1))
        return sorted(touched)

    def lookup(self, stop: str) -> int | None:
        """Deprecated: call ``zone_of`` instead."""
        warnings.warn("lookup is deprecated, call zone_of", DeprecationWarning, stacklevel=2)
        return self._stops.get(stop)


def load_zones(path: str | Path, *, delimiter: str = DEFAULT_DELIMITER) -> ZoneMap:
    """Read a zone map from a CSV file.

    Each row has a stop and its zone; further columns are left alone, and rows
    that begin with ``#`` are comments.

    :param path: the file, in UTF-8
    :param delimiter: character between the columns
    :raises ValueError: if the delimiter is not one character
    :raises ZoneError: if a row is not in order
    """
    if len(delimiter) != 1:
        raise ValueError(f"delimiter must be one character, got {delimiter!r}")
    stops: dict[str, int] = {}
    with open(path, newline="", encoding="utf-8") as handle:
        for row in csv.reader(handle, delimiter=delimiter):
            if not row or row[0].startswith("#"):
                continue
            if len(row) < 2:
                raise ZoneError(f"no zone given for {row[0]!r}")
            stop, text = row[0].strip(), row[1].strip()
            if not text.isdecimal() or not 1 <= int(text) <= MAX_ZONE:
                raise ZoneError(f"zone of {stop!r} must be 1 to {MAX_ZONE}, got {text!r}")
            zone = int(text)
            if stops.setdefault(stop, zone) != zone:
                raise ZoneError(f"{stop!r} is in zone {stops[stop]} and in zone {zone}")
    return ZoneMap(stops)
