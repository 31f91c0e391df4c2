"""Parcel routing and label codes."""

from .labels import Label, LabelError, LabelRoll, check_digits, encode, make_label, parse_label, scan
from .routes import Leg, NoRoute, Route, RouteMap, dispatch, load_map

__all__ = [
    "Label",
    "LabelError",
    "LabelRoll",
    "Leg",
    "NoRoute",
    "Route",
    "RouteMap",
    "check_digits",
    "dispatch",
    "encode",
    "load_map",
    "make_label",
    "parse_label",
    "scan",
]
