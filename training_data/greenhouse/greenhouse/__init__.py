"""Climate sensors and irrigation control for a small glasshouse."""

from .irrigation import Schedule, Slot, Valve, ValveError, open_valve, watering_minutes
from .sensors import (
    Reading,
    RollingMean,
    SensorError,
    parse_reading,
    poll,
    readings,
    soil_moisture,
)

__all__ = [
    "Reading",
    "RollingMean",
    "Schedule",
    "SensorError",
    "Slot",
    "Valve",
    "ValveError",
    "open_valve",
    "parse_reading",
    "poll",
    "readings",
    "soil_moisture",
    "watering_minutes",
]
