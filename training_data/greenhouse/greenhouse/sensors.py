"""Sensor lines, polling and smoothing for the climate logger."""

from __future__ import annotations

import asyncio
import logging
import math
import warnings
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import fmean

KINDS = ("temperature", "humidity", "soil")
DRY_COUNT = 3200
WET_COUNT = 1400
POLL_TIMEOUT = 5.0
DEFAULT_WINDOW = 12

log = logging.getLogger(__name__)


class SensorError(Exception):
    """A sensor gave no usable value.

    :param sensor_id: name of the sensor on the bus
    :param reason: what went wrong, for the log
    """

    def __init__(self, sensor_id: str, reason: str) -> None:
        super().__init__(f"{sensor_id}: {reason}")
        self.sensor_id = sensor_id


@dataclass(frozen=True)
class Reading:
    """One value of one sensor."""

    sensor_id: str
    kind: str
    value: float


def parse_reading(line: str, *, sep: str = ";") -> Reading:
    """Split a logger line into its three fields.

    :param line: text such as ``bench-2;humidity;71.5``
    :param sep: field separator
    :returns: the reading, its value as a float
    :raises ValueError: if the line does not have three fields
    :raises SensorError: if the kind is unknown or the value is not finite
    """
    fields = [field.strip() for field in line.split(sep)]
    if len(fields) != 3:
        raise ValueError(f"expected 3 fields, got {len(fields)}: {line!r}")
    sensor_id, kind, text = fields
    if kind not in KINDS:
        raise SensorError(sensor_id, f"unknown kind {kind!r}")
    try:
        value = float(text)
    except ValueError:
        raise SensorError(sensor_id, f"not a number: {text!r}") from None
    if not math.isfinite(value):
        raise SensorError(sensor_id, f"not a finite value: {text!r}")
    return Reading(sensor_id, kind, value)


def readings(lines: Iterable[str]) -> Iterator[Reading]:
    """Yield the readings of a log, logging and skipping lines that do not parse."""
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        try:
            yield parse_reading(line)
        except (ValueError, SensorError) as error:
            log.warning("line skipped: %s", error)


def soil_moisture(count: int, *, dry: int = DRY_COUNT, wet: int = WET_COUNT) -> float:
    """Convert a capacitive probe's count to a percentage.

    :param count: raw count; it falls as the soil gets wetter
    :param dry: count in dry soil
    :param wet: count in saturated soil
    """
    if dry <= wet:
        raise ValueError(f"dry ({dry}) must be above wet ({wet})")
    share = (dry - count) / (dry - wet)
    return round(100 * min(1.0, max(0.0, share)), 1)


def moisture_percent(count: int) -> float:
    warnings.warn("use soil_moisture()", DeprecationWarning, stacklevel=2)
    return soil_moisture(count)


async def poll(
    sensor_id: str,
    fetch: Callable[[str], Awaitable[str]],
    *,
    timeout: float = POLL_TIMEOUT,
    retries: int = 2,
) -> Reading:
    """Ask a sensor for a line and parse it.

    :param sensor_id: name passed to ``fetch``
    :param fetch: coroutine function that returns one logger line
    :param timeout: seconds for each attempt
    :param retries: further attempts after a timeout
    """
    if retries < 0:
        raise ValueError(f"retries must not be negative, got {retries}")
    for attempt in range(retries + 1):
        try:
            line = await asyncio.wait_for(fetch(sensor_id), timeout)
        except asyncio.TimeoutError:
            log.info("%s: attempt %d timed out", sensor_id, attempt + 1)
            continue
        return parse_reading(line)
    raise SensorError(sensor_id, f"no answer after {retries + 1} attempts")


class RollingMean:
    """Mean of the latest values."""

    def __init__(self, window: int = DEFAULT_WINDOW) -> None:
        if window < 1:
            raise ValueError(f"window must be at least 1, got {window}")
        self._values: deque[float] = deque(maxlen=window)

    def add(self, value: float) -> None:
        self._values.append(value)

    @property
    def mean(self) -> float:
        """:raises LookupError: before the first value"""
        if not self._values:
            raise LookupError("no values yet")
        return fmean(self._values)
