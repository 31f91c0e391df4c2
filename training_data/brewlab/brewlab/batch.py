"""Batches in the fermenter: gravity readings, stages and alcohol."""

from __future__ import annotations

import enum
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

MIN_GRAVITY = 0.98
MAX_GRAVITY = 1.2
STABLE_DAYS = 3
STABLE_TOLERANCE = 0.001
ABV_FACTOR = 131.25


class BatchError(Exception):
    """A step that the batch does not allow in its present state."""


class Stage(enum.IntEnum):
    PLANNED = 0
    FERMENTING = 1
    CONDITIONING = 2
    PACKAGED = 3


@dataclass(frozen=True)
class Reading:
    """One gravity reading.

    :param taken: when it was taken
    :param gravity: specific gravity
    :param celsius: temperature of the sample, if you measured it
    """

    taken: datetime
    gravity: float
    celsius: float | None = None


def alcohol_by_volume(original: float, final: float) -> float:
    if final > original:
        raise ValueError(f"final gravity {final} is above the original {original}")
    return (original - final) * ABV_FACTOR


class Batch:
    """One brew from planning to packaging.

    :param name: label on the fermenter
    :param original_gravity: gravity before fermentation
    """

    def __init__(self, name: str, original_gravity: float) -> None:
        if not MIN_GRAVITY <= original_gravity <= MAX_GRAVITY:
            raise ValueError(f"original gravity {original_gravity} is not plausible")
        self.name = name
        self.original_gravity = original_gravity
        self.stage = Stage.PLANNED
        self.readings: list[Reading] = []

    @property
    def abv(self) -> float:
        """Alcohol by volume at the last reading, 0 before the first one."""
        if not self.readings:
            return 0.0
        return alcohol_by_volume(self.original_gravity, self.readings[-1].gravity)

    def add_reading(
        self, gravity: float, taken: datetime, *, celsius: float | None = None
    ) -> Reading:
        """Append a gravity reading.

        :param gravity: specific gravity of the sample
        :param taken: time of the sample, later than the last one
        :param celsius: temperature of the sample
        :returns: the stored reading
        """
        if self.stage is Stage.PLANNED:
            raise BatchError(f"{self.name} is not fermenting yet")
        if not MIN_GRAVITY <= gravity <= MAX_GRAVITY:
            raise ValueError(f"gravity {gravity} is outside {MIN_GRAVITY} to {MAX_GRAVITY}")
        if self.readings and taken <= self.readings[-1].taken:
            raise ValueError(f"reading at {taken} is not later than the last one")
        reading = Reading(taken, gravity, celsius)
        self.readings.append(reading)
        return reading

    def is_stable(
        self, *, days: int = STABLE_DAYS, tolerance: float = STABLE_TOLERANCE
    ) -> bool:
        """Tell whether the gravity has stopped moving.

        :param days: length of the window that ends at the last reading
        :param tolerance: largest spread of gravity within the window
        :returns: False as well when the readings do not span the window
        """
        if not self.readings:
            return False
        start = self.readings[-1].taken - timedelta(days=days)
        before = [r.gravity for r in self.readings if r.taken <= start]
        if not before:
            return False
        window = [before[-1], *(r.gravity for r in self.readings if r.taken > start)]
        return max(window) - min(window) <= tolerance

    def advance(self, *, force: bool = False) -> Stage:
        """Move the batch to its next stage.

        :param force: package the batch although the gravity still moves
        :returns: the stage that was entered
        :raises BatchError: if there is no next stage, or the gravity moves
        """
        if self.stage is Stage.PACKAGED:
            raise BatchError(f"{self.name} is packaged, there is no next stage")
        following = Stage(self.stage + 1)
        if following is Stage.PACKAGED and not force and not self.is_stable():
            raise BatchError(f"{self.name} is not stable, package it with force=True")
        self.stage = following
        return following

    @contextmanager
    def dry_run(self) -> Iterator[Batch]:
        """Undo stage changes and new readings when the block ends."""
        stage, count = self.stage, len(self.readings)
        try:
            yield self
        finally:
            self.stage = stage
            del self.readings[count:]


def plato_to_gravity(plato: float) -> float:
    """Deprecated: enter specific gravity instead."""
    warnings.warn("plato_to_gravity is deprecated", DeprecationWarning, stacklevel=2)
    return 1 + plato / (258.6 - 0.8796 * plato)
