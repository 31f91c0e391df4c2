"""Power curves and curtailment orders for a small fleet of wind turbines."""

from windfarm.curtailment import (
    CurtailmentError,
    Order,
    Schedule,
    curtailed,
    dispatch,
)
from windfarm.curves import (
    CurveError,
    PowerCurve,
    annual_energy,
    iter_deviations,
    read_curve,
)

__all__ = [
    "CurtailmentError",
    "CurveError",
    "Order",
    "PowerCurve",
    "Schedule",
    "annual_energy",
    "curtailed",
    "dispatch",
    "iter_deviations",
    "read_curve",
]
