"""Prices of trips, in cents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

BASE_FARES = {1: 240, 2: 310, 3: 390, 4: 460, 5: 520}
DISCOUNTS = {"adult": 0, "youth": 30, "senior": 40}
PEAK_SURCHARGE = 60
ROUND_TO = 5
DAY_CAP = 890
DAY_START = 4
PEAK_FROM = time(6, 30)
PEAK_UNTIL = time(9, 0)


class FareError(Exception):
    """A fare cannot be worked out."""


class FareTable:
    """Fares by the number of zones of a trip.

    :param base: fare in cents for each number of zones, from 1 without a gap
    """

    def __init__(self, base: Mapping[int, int] = BASE_FARES) -> None:
        if not base or sorted(base) != list(range(1, len(base) + 1)):
            raise FareError(f"zone counts must run from 1 without a gap, got {sorted(base)}")
        self.base = dict(base)

    @property
    def longest(self) -> int:
        return max(self.base)

    def price(self, zones: int, *, rider: str = "adult", peak: bool = False) -> int:
        """Work out the price of one trip.

        :param zones: number of zones the trip touches
        :param rider: group of the rider, a key of ``DISCOUNTS``
        :param peak: whether the trip begins in the peak
        :returns: cents, rounded down to a multiple of ``ROUND_TO``
        :raises ValueError: if ``zones`` is below 1
        :raises FareError: if the rider group is unknown
        """
        if zones < 1:
            raise ValueError(f"zones must be at least 1, got {zones}")
        if rider not in DISCOUNTS:
            raise FareError(f"unknown rider {rider!r}; choose from {', '.join(DISCOUNTS)}")
        cents = self.base[min(zones, self.longest)]
        if peak:
            cents += PEAK_SURCHARGE
        cents = cents * (100 - DISCOUNTS[rider]) // 100
        return cents - cents % ROUND_TO


def is_peak(moment: datetime) -> bool:
    return moment.weekday() < 5 and PEAK_FROM <= moment.time() < PEAK_UNTIL


def parse_amount(text: str) -> int:
    """Read an amount such as ``2.40`` or ``2,40`` as cents.

    :raises FareError: if the text is not an amount
    """
    found = re.fullmatch(r"(\d+)[.,](\d\d)", text.strip(), re.ASCII)
    if found is None:
        raise FareError(f"not an amount: {text!r}")
    return int(found[1]) * 100 + int(found[2])


@contextmanager
def trial_fares(table: FareTable, changes: Mapping[int, int]) -> Iterator[FareTable]:
    """Change fares of a table until the block ends.

    :param table: table to change
    :param changes: new fare in cents for some numbers of zones
    :raises FareError: if the table has no fare for a number of zones
    :raises ValueError: if a fare is negative
    """
    for zones, cents in changes.items():
        if zones not in table.base:
            raise FareError(f"the table has no fare for {zones} zones")
        if cents < 0:
            raise ValueError(f"fare for {zones} zones is negative: {cents}")
    saved = dict(table.base)
    table.base.update(changes)
    try:
        yield table
    finally:
        table.base = saved


def capped_totals(
    trips: Iterable[tuple[datetime, int]], *, cap: int = DAY_CAP
) -> dict[date, int]:
    """Add up fares by day of service, each day up to a cap.

    :param trips: start and price of each trip
    :param cap: most that a rider pays in a day, in cents
    :returns: cents by day; a day of service begins at the hour ``DAY_START``
    """
    totals: dict[date, int] = {}
    for moment, cents in trips:
        day = (moment - timedelta(hours=DAY_START)).date()
        totals[day] = min(cap, totals.get(day, 0) + cents)
    return totals
