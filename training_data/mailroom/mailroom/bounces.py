"""Reading bounces and keeping a list of addresses not to write to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SOFT_LIMIT = 3

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
PHRASES = {
    "mailbox full": "soft",
    "try again later": "soft",
    "user unknown": "hard",
    "no such user": "hard",
}


class SuppressedError(Exception):
    """An address on the suppression list."""


@dataclass(frozen=True)
class Bounce:
    """One bounce: whom it concerns and how grave it is."""

    address: str
    kind: str
    text: str = ""


def classify(text: str, *, fallback: str = "soft") -> str:
    """Tell a hard bounce from a soft one.

    Args:
        text: Text of the bounce message.
        fallback: Answer when the text gives no sign.

    Returns:
        "hard", "soft", "delivered", or the fallback.
    """
    match = STATUS.search(text)
    if match:
        return {"2": "delivered", "4": "soft", "5": "hard"}[match.group(1)]
    lowered = text.lower()
    for phrase, kind in PHRASES.items():
        if phrase in lowered:
            return kind
    return fallback


def hard_only(bounces: Iterable[Bounce]) -> Iterator[Bounce]:
    for bounce in bounces:
        if bounce.kind == "hard":
            yield bounce


class SuppressionList:
    """Addresses that bounced too often or for good.

    Args:
        soft_limit: Soft bounces after which an address is suppressed.
    """

    def __init__(self, soft_limit: int = SOFT_LIMIT) -> None:
        if soft_limit < 1:
            raise ValueError(f"soft_limit must be at least 1: {soft_limit}")
        self.soft_limit = soft_limit
        self._soft: Counter[str] = Counter()
        self._suppressed: set[str] = set()

    def __contains__(self, address: str) -> bool:
        return address.lower() in self._suppressed

    def record(self, bounce: Bounce) -> bool:
        """Count a bounce; true when its address is now suppressed.

        Raises:
            ValueError: If the kind is none of hard, soft and delivered.
        """
        address = bounce.address.lower()
        if bounce.kind == "hard":
            self._suppressed.add(address)
        elif bounce.kind == "soft":
            self._soft[address] += 1
            if self._soft[address] >= self.soft_limit:
                self._suppressed.add(address)
        elif bounce.kind == "delivered":
            self._soft.pop(address, None)
        else:
            raise ValueError(f"unknown kind of bounce: {bounce.kind!r}")
        return address in self._suppressed

    def check(self, address: str) -> None:
        """Refuse a suppressed address.

        Raises:
            SuppressedError: If the address is on the list.
        """
        if address in self:
            raise SuppressedError(f"{address} is suppressed")

    def release(self, address: str) -> None:
        """Take an address off the list.

        Raises:
            KeyError: If it is not on the list.
        """
        address = address.lower()
        if address not in self._suppressed:
            raise KeyError(f"{address} is not suppressed")
        self._suppressed.discard(address)
        self._soft.pop(address, None)
