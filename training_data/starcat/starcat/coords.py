"""Angles and positions on the celestial sphere, in degrees throughout."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

J2000 = 2000.0
MAX_EPOCH_SHIFT = 500.0
MAS_PER_DEGREE = 3_600_000.0
DEFAULT_SEPARATOR = ":"


class CoordinateError(ValueError):
    """A position, angle or epoch that cannot be used."""


@dataclass(frozen=True)
class SkyPosition:
    """Equatorial position at one epoch.

    Parameters
    ----------
    ra : float
        Right ascension in degrees, wrapped into one turn.
    dec : float
        Declination in degrees, from -90 to 90.
    epoch : float, optional
        Julian year to which the position refers.
    """

    ra: float
    dec: float
    epoch: float = J2000

    def __post_init__(self) -> None:
        if not (math.isfinite(self.ra) and math.isfinite(self.dec)):
            raise CoordinateError(f"position ({self.ra}, {self.dec}) is not finite")
        if abs(self.dec) > 90.0:
            raise CoordinateError(f"declination {self.dec} is outside -90 to 90")
        object.__setattr__(self, "ra", self.ra % 360.0 % 360.0)

    @property
    def unit_vector(self) -> tuple[float, float, float]:
        ra, dec = math.radians(self.ra), math.radians(self.dec)
        return math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)

    def at_epoch(self, epoch: float, *, pm_ra: float = 0.0, pm_dec: float = 0.0) -> SkyPosition:
        """Shift the position linearly along its proper motion.

        Parameters
        ----------
        epoch : float
            Target Julian year.
        pm_ra, pm_dec : float, optional
            Proper motion in milliarcseconds per year; `pm_ra` carries the
            factor cos(dec).

        Returns
        -------
        SkyPosition
            A new position at `epoch`.
        """
        years = epoch - self.epoch
        if not abs(years) <= MAX_EPOCH_SHIFT:
            raise CoordinateError(f"cannot shift by {years:g} years, limit {MAX_EPOCH_SHIFT:g}")
        if pm_ra and abs(self.dec) == 90.0:
            raise CoordinateError("pm_ra has no direction at a celestial pole")
        ra = self.ra
        if pm_ra:
            ra += years * pm_ra / MAS_PER_DEGREE / math.cos(math.radians(self.dec))
        dec = self.dec + years * pm_dec / MAS_PER_DEGREE
        if not abs(dec) <= 90.0:
            raise CoordinateError(f"proper motion carries the declination to {dec:g}")
        return SkyPosition(ra, dec, epoch)


def parse_sexagesimal(text: str, *, hours: bool = False, separator: str = DEFAULT_SEPARATOR) -> float:
    """Convert a sexagesimal angle to decimal degrees.

    Parameters
    ----------
    text : str
        Three fields, such as ``-05:23:28.1``.
    hours : bool, optional
        Read the first field as hours instead of degrees.
    separator : str, optional
        The string between the fields.

    Returns
    -------
    float
        The angle in degrees, negative if the text starts with a minus sign.
    """
    if not separator:
        raise ValueError("separator must not be empty")
    fields = text.strip().split(separator)
    if len(fields) != 3:
        raise CoordinateError(f"expected 3 fields, got {len(fields)} in {text!r}")
    try:
        whole, minutes, seconds = int(fields[0]), int(fields[1]), float(fields[2])
    except ValueError:
        raise CoordinateError(f"non-numeric field in {text!r}") from None
    if not (0 <= minutes < 60 and 0 <= seconds < 60):
        raise CoordinateError(f"minutes and seconds must be from 0 to below 60: {text!r}")
    value = abs(whole) + minutes / 60 + seconds / 3600
    degrees = value * 15 if hours else value
    return -degrees if fields[0].startswith("-") else degrees


def format_sexagesimal(degrees: float, *, precision: int = 2) -> str:
    if precision < 0:
        raise ValueError(f"precision must not be negative, got {precision}")
    scale = 10**precision
    rest, ticks = divmod(round(abs(degrees) * 3600 * scale), 60 * scale)
    whole, minutes = divmod(rest, 60)
    width = precision + 3 if precision else 2
    sign = "-" if degrees < 0 else "+"
    return f"{sign}{whole:02d}:{minutes:02d}:{ticks / scale:0{width}.{precision}f}"


def angular_separation(first: SkyPosition, second: SkyPosition) -> float:
    """Great-circle distance between two positions.

    Parameters
    ----------
    first, second : SkyPosition
        The positions; their epochs are not compared.

    Returns
    -------
    float
        Separation in degrees, from 0 to 180.
    """
    a, b = first.unit_vector, second.unit_vector
    cross = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    dot = sum(x * y for x, y in zip(a, b))
    return math.degrees(math.atan2(math.hypot(*cross), dot))


def ra_to_hours(ra: float) -> float:
    """Deprecated: divide the right ascension by 15 instead."""
    warnings.warn("ra_to_hours is deprecated, divide by 15", DeprecationWarning, stacklevel=2)
    return ra / 15
