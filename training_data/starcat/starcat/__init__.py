"""Star catalogue queries and celestial coordinates."""

from .catalogue import Catalogue, CatalogueError, Star, UnknownStarError
from .coords import (
    CoordinateError,
    SkyPosition,
    angular_separation,
    format_sexagesimal,
    parse_sexagesimal,
    ra_to_hours,
)

__all__ = [
    "Catalogue",
    "CatalogueError",
    "CoordinateError",
    "SkyPosition",
    "Star",
    "UnknownStarError",
    "angular_separation",
    "format_sexagesimal",
    "parse_sexagesimal",
    "ra_to_hours",
]
