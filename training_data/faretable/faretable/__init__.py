"""Public transport fares and zones."""

from faretable.fares import FareError, FareTable, capped_totals, is_peak, parse_amount, trial_fares
from faretable.zones import UnknownStop, ZoneError, ZoneMap, load_zones

__all__ = [
    "FareError",
    "FareTable",
    "UnknownStop",
    "ZoneError",
    "ZoneMap",
    "capped_totals",
    "is_peak",
    "load_zones",
    "parse_amount",
    "trial_fares",
]
