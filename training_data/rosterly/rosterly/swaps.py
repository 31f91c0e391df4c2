"""Swaps: one person offers a shift, another takes it."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from .shifts import Roster, RosterError, Shift

NOTICE_HOURS = 24
MAX_OPEN_OFFERS = 3
SEND_TIMEOUT = 10

log = logging.getLogger(__name__)


class SwapError(RosterError):
    """An offer cannot be made or taken."""


@dataclass(frozen=True)
class Swap:
    """A shift that its owner offers to others."""

    number: int
    owner: str
    shift: Shift


@contextmanager
def released(roster: Roster, name: str, shift: Shift) -> Iterator[None]:
    """Take a shift from a person; give it back if the block fails."""
    roster.release(name, shift)
    try:
        yield
    except BaseException:
        roster.assign(name, shift, waive_rest=True)
        raise


class SwapBoard:
    """The open offers for one roster."""

    def __init__(self, roster: Roster, *, notice: float = NOTICE_HOURS) -> None:
        if notice < 0:
            raise ValueError(f"notice must not be negative, got {notice}")
        self.roster = roster
        self.notice = timedelta(hours=notice)
        self._offers: dict[int, Swap] = {}
        self._next = 1

    def offer(self, owner: str, shift: Shift, *, now: datetime) -> Swap:
        """Put a shift on the board.

        Parameters
        ----------
        owner : str
            The person who gives the shift away.
        shift : Shift
            The shift on offer.
        now : datetime
            The time of the offer.

        Returns
        -------
        Swap
            The offer, with its number.
        """
        if shift.start - now < self.notice:
            raise SwapError(f"shift at {shift.start} starts too soon to be offered")
        mine = [swap for swap in self._offers.values() if swap.owner == owner]
        if len(mine) >= MAX_OPEN_OFFERS:
            raise SwapError(f"{owner} has {len(mine)} open offers already")
        if any(swap.shift == shift for swap in mine):
            raise SwapError(f"{owner} has offered the shift at {shift.start} before")
        swap = Swap(self._next, owner, shift)
        self._offers[swap.number] = swap
        self._next += 1
        return swap

    def accept(self, number: int, taker: str) -> Shift:
        try:
            swap = self._offers[number]
        except KeyError:
            raise SwapError(f"no open offer {number}") from None
        if taker == swap.owner:
            raise SwapError(f"{taker} cannot take an offer of their own")
        with released(self.roster, swap.owner, swap.shift):
            self.roster.assign(taker, swap.shift)
        del self._offers[number]
        return swap.shift

    def withdraw(self, number: int) -> bool:
        return self._offers.pop(number, None) is not None


async def announce(
    swap: Swap,
    names: Iterable[str],
    send: Callable[[str, str], Awaitable[None]],
    *,
    timeout: float = SEND_TIMEOUT,
) -> list[str]:
    """Tell people about an offer, all at the same time.

    Parameters
    ----------
    swap : Swap
        The offer to announce.
    names : iterable of str
        The people to tell; the owner is left out.
    send : coroutine function
        Called with a name and the text of the message.
    timeout : float, optional
        Seconds allowed for each message.

    Returns
    -------
    list of str
        The people who could not be reached.
    """
    text = f"{swap.owner} offers {swap.shift.role} at {swap.shift.start:%d.%m. %H:%M}"
    targets = [name for name in names if name != swap.owner]
    results = await asyncio.gather(
        *(asyncio.wait_for(send(name, text), timeout) for name in targets),
        return_exceptions=True,
    )
    failed = []
    for name, result in zip(targets, results):
        if isinstance(result, Exception):
            log.warning("%s not reached: %r", name, result)
            failed.append(name)
    return failed


def swap_shifts(board: SwapBoard, number: int, taker: str) -> Shift:
    """Deprecated alias of `SwapBoard.accept`."""
    warnings.warn("use SwapBoard.accept", DeprecationWarning, stacklevel=2)
    return board.accept(number, taker)
