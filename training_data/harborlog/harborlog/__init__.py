"""Tide and berth bookkeeping for a port office."""

from .berths import Berth, BerthBook, BerthError, BerthTaken, Stay, holding
from .tides import TideError, TideTable, Turn, load_turns, read_turns

__all__ = [
    "Berth",
    "BerthBook",
    "BerthError",
    "BerthTaken",
    "Stay",
    "TideError",
    "TideTable",
    "Turn",
    "holding",
    "load_turns",
    "read_turns",
]
