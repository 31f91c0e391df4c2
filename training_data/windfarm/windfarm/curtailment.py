"""Curtailment orders: keeping a schedule and sending limits to turbines.

An order caps the output of one turbine, in kilowatts, for a span of time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

DEFAULT_TIMEOUT = 15.0
DEFAULT_RETRIES = 2

log = logging.getLogger(__name__)


class CurtailmentError(RuntimeError):
    """An order that conflicts with another or could not be delivered."""


class Controller(Protocol):
    """What `curtailed` needs of a turbine controller."""

    def get_limit(self, turbine: str) -> float: ...

    def set_limit(self, turbine: str, limit_kw: float) -> None: ...


@dataclass(frozen=True)
class Order:
    """Cap on one turbine from `start` up to, not including, `end`."""

    turbine: str
    start: datetime
    end: datetime
    limit_kw: float
    reason: str = "grid"

    def overlaps(self, other: Order) -> bool:
        return self.turbine == other.turbine and self.start < other.end and other.start < self.end


class Schedule:
    """Orders that do not overlap on any turbine."""

    def __init__(self) -> None:
        self._orders: list[Order] = []

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, order: Order, *, replace: bool = False) -> list[Order]:
        """Enter an order in the schedule.

        Parameters
        ----------
        order : Order
            The order to enter.
        replace : bool, optional
            Drop the orders it overlaps instead of refusing it.

        Returns
        -------
        list of Order
            The orders that were dropped.

        Raises
        ------
        ValueError
            If the order ends before it starts or its limit is negative.
        CurtailmentError
            If it overlaps an order and `replace` is false.
        """
        if order.end <= order.start:
            raise ValueError(f"{order.turbine}: order ends at or before its start")
        if order.limit_kw < 0:
            raise ValueError(f"{order.turbine}: limit must not be negative: {order.limit_kw}")
        clashes = [known for known in self._orders if known.overlaps(order)]
        if clashes and not replace:
            raise CurtailmentError(f"{order.turbine}: overlaps {len(clashes)} order(s)")
        self._orders = [known for known in self._orders if known not in clashes]
        self._orders.append(order)
        self._orders.sort(key=lambda known: known.start)
        return clashes

    def limit_at(self, turbine: str, when: datetime) -> float | None:
        for order in self._orders:
            if order.turbine == turbine and order.start <= when < order.end:
                return order.limit_kw
        return None


async def dispatch(
    order: Order,
    send: Callable[[str, float], Awaitable[bool]],
    *,
    timeout: float = DEFAULT_TIMEOUT,
    retries: int = DEFAULT_RETRIES,
) -> int:
    """Send an order's limit to its turbine until it is acknowledged.

    Parameters
    ----------
    order : Order
        The order to send.
    send : callable
        Coroutine function taking turbine and limit; true means acknowledged.
    timeout : float, optional
        Seconds to wait for each attempt.
    retries : int, optional
        Further attempts after the first.

    Returns
    -------
    int
        Number of the attempt that was acknowledged, counted from 1.
    """
    if retries < 0:
        raise ValueError(f"retries must not be negative: {retries}")
    for attempt in range(1, retries + 2):
        try:
            if await asyncio.wait_for(send(order.turbine, order.limit_kw), timeout):
                return attempt
            log.warning("%s: attempt %d refused", order.turbine, attempt)
        except asyncio.TimeoutError:
            log.warning("%s: attempt %d timed out", order.turbine, attempt)
    raise CurtailmentError(f"{order.turbine}: no acknowledgement in {retries + 1} attempt(s)")


@contextlib.contextmanager
def curtailed(controller: Controller, turbine: str, limit_kw: float) -> Iterator[float]:
    """Hold a turbine at a limit for the length of a with block."""
    before = controller.get_limit(turbine)
    controller.set_limit(turbine, min(limit_kw, before))
    try:
        yield before
    finally:
        controller.set_limit(turbine, before)
