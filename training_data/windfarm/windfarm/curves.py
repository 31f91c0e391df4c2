"""Tabulated power curves: reading, interpolation and yearly yield.

Wind speeds are in metres per second, power is in kilowatts.
"""

from __future__ import annotations

import bisect
import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

STANDARD_DENSITY = 1.225
DEFAULT_CUT_OUT = 25.0
HOURS_PER_YEAR = 8760
MIN_POINTS = 3


class CurveError(ValueError):
    """A table that cannot serve as a power curve."""


@dataclass(frozen=True)
class PowerCurve:
    """Power curve of one turbine type.

    Parameters
    ----------
    turbine : str
        Name of the turbine type.
    speeds : tuple of float
        Wind speeds in m/s, strictly increasing.
    powers : tuple of float
        Electrical power in kW, one value for each speed.
    cut_out : float, optional
        Wind speed above which the turbine is stopped.
    """

    turbine: str
    speeds: tuple[float, ...]
    powers: tuple[float, ...]
    cut_out: float = DEFAULT_CUT_OUT

    def __post_init__(self) -> None:
        if len(self.speeds) != len(self.powers):
            raise CurveError(f"{self.turbine}: speeds and powers differ in length")
        if len(self.speeds) < MIN_POINTS:
            raise CurveError(f"{self.turbine}: fewer than {MIN_POINTS} points")
        if any(b <= a for a, b in zip(self.speeds, self.speeds[1:])):
            raise CurveError(f"{self.turbine}: speeds must increase strictly")

    @property
    def rated_power(self) -> float:
        return max(self.powers)

    def power(self, speed: float, *, density: float = STANDARD_DENSITY) -> float:
        """Electrical power at a wind speed, corrected for air density.

        Parameters
        ----------
        speed : float
            Wind speed at hub height in m/s.
        density : float, optional
            Air density in kg/m3.

        Returns
        -------
        float
            Power in kW; zero below the first point and above cut-out.

        Raises
        ------
        ValueError
            If `speed` is negative or `density` is not positive.
        """
        if speed < 0:
            raise ValueError(f"speed must not be negative: {speed}")
        if density <= 0:
            raise ValueError(f"density must be positive: {density}")
        if speed > self.cut_out:
            return 0.0
        scaled = speed * (density / STANDARD_DENSITY) ** (1 / 3)
        if scaled < self.speeds[0]:
            return 0.0
        if scaled >= self.speeds[-1]:
            return self.powers[-1]
        right = bisect.bisect_right(self.speeds, scaled)
        x0, x1 = self.speeds[right - 1], self.speeds[right]
        y0, y1 = self.powers[right - 1], self.powers[right]
        return y0 + (y1 - y0) * (scaled - x0) / (x1 - x0)


def read_curve(path: str | Path, *, turbine: str | None = None, delimiter: str = ";") -> PowerCurve:
    """Read a power curve from a delimited text file.

    Parameters
    ----------
    path : str or Path
        File with a header line and the columns `speed` and `power`.
    turbine : str, optional
        Name of the turbine type; the stem of the file name when omitted.
    delimiter : str, optional
        Character between two columns.

    Returns
    -------
    PowerCurve
        The curve, its points sorted by wind speed.
    """
    path = Path(path)
    points: list[tuple[float, float]] = []
    with path.open(newline="", encoding="utf-8") as stream:
        rows = csv.DictReader(stream, delimiter=delimiter)
        for column in ("speed", "power"):
            if column not in (rows.fieldnames or ()):
                raise CurveError(f"{path.name}: no column {column!r}")
        for row in rows:
            try:
                points.append((float(row["speed"]), float(row["power"])))
            except (TypeError, ValueError) as exc:
                raise CurveError(f"{path.name}, line {rows.line_num}: not a number") from exc
    points.sort()
    speeds = tuple(speed for speed, _ in points)
    powers = tuple(power for _, power in points)
    return PowerCurve(turbine or path.stem, speeds, powers)


def annual_energy(curve: PowerCurve, hours: Mapping[float, float], *, availability: float = 0.97) -> float:
    """Energy in kWh from a year's distribution of wind speeds."""
    if not 0 < availability <= 1:
        raise ValueError(f"availability must be above 0 and at most 1: {availability}")
    total = sum(hours.values())
    if total > HOURS_PER_YEAR:
        raise ValueError(f"{total} hours are more than a year has")
    return availability * sum(curve.power(speed) * spent for speed, spent in hours.items())


def iter_deviations(
    curve: PowerCurve, samples: Iterable[tuple[float, float]], tolerance: float = 0.1
) -> Iterator[tuple[float, float, float]]:
    for speed, measured in samples:
        gap = measured - curve.power(speed)
        if abs(gap) > tolerance * curve.rated_power:
            yield speed, measured, gap
