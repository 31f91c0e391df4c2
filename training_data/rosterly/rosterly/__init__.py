"""Shift rosters, and swaps between the people on them."""

from .shifts import RestViolation, Roster, RosterError, Shift, rest_hours
from .swaps import Swap, SwapBoard, SwapError, announce, swap_shifts

__all__ = [
    "RestViolation",
    "Roster",
    "RosterError",
    "Shift",
    "Swap",
    "SwapBoard",
    "SwapError",
    "announce",
    "rest_hours",
    "swap_shifts",
]
