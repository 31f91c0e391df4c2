"""In-memory star catalogues: reading them and searching them by position or brightness."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .coords import SkyPosition, angular_separation

DEFAULT_MAX_RESULTS = 1000
REQUIRED_COLUMNS = ("id", "ra", "dec", "mag")

logger = logging.getLogger(__name__)


class CatalogueError(Exception):
    """A catalogue that cannot be read, or a query with too many results."""


class UnknownStarError(CatalogueError, KeyError):
    """No star in the catalogue has the identifier asked for."""


@dataclass(frozen=True)
class Star:
    identifier: str
    position: SkyPosition
    magnitude: float


class Catalogue:
    """Stars by identifier, kept in the order in which they were given.

    Parameters
    ----------
    stars : iterable of Star
        The entries, each with an identifier of its own.
    name : str, optional
        A name for messages.
    """

    def __init__(self, stars: Iterable[Star], *, name: str = "unnamed") -> None:
        self.name = name
        self._stars: dict[str, Star] = {}
        for star in stars:
            if star.identifier in self._stars:
                raise CatalogueError(f"duplicate identifier {star.identifier!r} in {name}")
            self._stars[star.identifier] = star

    def __len__(self) -> int:
        return len(self._stars)

    def __iter__(self) -> Iterator[Star]:
        return iter(self._stars.values())

    @classmethod
    def from_csv(
        cls, path: str | Path, *, name: str | None = None, strict: bool = True
    ) -> Catalogue:
        """Build a catalogue from a CSV file with a header line.

        Parameters
        ----------
        path : str or Path
            A UTF-8 file with at least the columns in ``REQUIRED_COLUMNS``.
        name : str, optional
            Name of the catalogue; the stem of the file name by default.
        strict : bool, optional
            Stop at the first bad row. If false, bad rows are logged and skipped.

        Returns
        -------
        Catalogue
        """
        path = Path(path)
        stars = []
        with path.open(newline="", encoding="utf-8") as handle:
            reader = csv.DictReader(handle)
            found = reader.fieldnames or ()
            missing = [column for column in REQUIRED_COLUMNS if column not in found]
            if missing:
                raise CatalogueError(f"{path.name} lacks the columns {', '.join(missing)}")
            for row in reader:
                try:
                    position = SkyPosition(float(row["ra"]), float(row["dec"]))
                    stars.append(Star(row["id"], position, float(row["mag"])))
                except (TypeError, ValueError) as error:
                    if strict:
                        raise CatalogueError(f"{path.name}:{reader.line_num}: {error}") from error
                    logger.warning("%s:%d skipped: %s", path.name, reader.line_num, error)
        return cls(stars, name=name or path.stem)

    def get(self, identifier: str) -> Star:
        try:
            return self._stars[identifier]
        except KeyError:
            raise UnknownStarError(f"{identifier!r} is not in {self.name}") from None

    def cone_search(
        self,
        centre: SkyPosition,
        radius: float,
        *,
        faintest: float | None = None,
        max_results: int = DEFAULT_MAX_RESULTS,
    ) -> list[tuple[float, Star]]:
        """Find the stars around a position, nearest first.

        Parameters
        ----------
        centre : SkyPosition
            Axis of the cone.
        radius : float
            Half-angle of the cone in degrees, above 0 and at most 180.
        faintest : float, optional
            Largest magnitude to keep; all magnitudes by default.
        max_results : int, optional
            Number of matches that is still accepted.

        Returns
        -------
        list of (float, Star)
            Separation in degrees and star.
        """
        if not 0 < radius <= 180:
            raise ValueError(f"radius must be above 0 and at most 180, got {radius}")
        matches = []
        for star in self:
            if faintest is not None and star.magnitude > faintest:
                continue
            separation = angular_separation(centre, star.position)
            if separation <= radius:
                matches.append((separation, star))
        if len(matches) > max_results:
            raise CatalogueError(f"{len(matches)} matches exceed max_results={max_results}")
        return sorted(matches, key=lambda match: match[0])

    def brighter_than(self, magnitude: float) -> Iterator[Star]:
        """Yield the stars whose magnitude is below the given one, in catalogue order."""
        for star in self:
            if star.magnitude < magnitude:
                yield star
