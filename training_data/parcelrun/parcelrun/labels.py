"""Label codes: making, parsing and handing them out."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Iterable, Iterator

LABEL = re.compile(r"(?P<depot>[A-Z]{3})-(?P<service>[SXR])-(?P<serial>[0-9]{7})-(?P<check>[0-9]{2})")
SERVICES = {"S": "standard", "X": "express", "R": "return"}
MAX_SERIAL = 9_999_999
MODULUS = 97


class LabelError(ValueError):
    """A text is not a valid label."""


@dataclass(frozen=True)
class Label:
    depot: str
    service: str
    serial: int

    def __str__(self) -> str:
        check = check_digits(self.depot, self.service, self.serial)
        return f"{self.depot}-{self.service}-{self.serial:07d}-{check}"


def check_digits(depot: str, service: str, serial: int) -> str:
    """Return the two check digits of a label."""
    value = 0
    for character in f"{depot}{service}{serial:07d}":
        value = (value * 36 + int(character, 36)) % MODULUS
    return f"{value:02d}"


def make_label(depot: str, serial: int, *, service: str = "S") -> Label:
    """Build a label after checking its parts."""
    if not re.fullmatch(r"[A-Z]{3}", depot):
        raise LabelError(f"depot {depot!r} is not three capital letters")
    if service not in SERVICES:
        raise LabelError(f"unknown service {service!r}")
    if not 0 <= serial <= MAX_SERIAL:
        raise LabelError(f"serial {serial} is not between 0 and {MAX_SERIAL}")
    return Label(depot, service, serial)


def encode(depot: str, serial: int) -> str:
    """Deprecated: use str(make_label(...))."""
    warnings.warn("encode is deprecated, use make_label", DeprecationWarning, stacklevel=2)
    return str(make_label(depot, serial))


def parse_label(text: str, *, strict: bool = True) -> Label | None:
    """Turn the text of a label into a Label."""
    match = LABEL.fullmatch(text.strip().upper())
    if match is None:
        if strict:
            raise LabelError(f"{text!r} does not look like a label")
        return None
    label = Label(match["depot"], match["service"], int(match["serial"]))
    expected = check_digits(label.depot, label.service, label.serial)
    if match["check"] != expected:
        raise LabelError(f"{text!r} has check digits {match['check']}, expected {expected}")
    return label


def scan(lines: Iterable[str]) -> Iterator[tuple[int, Label]]:
    for number, line in enumerate(lines, start=1):
        for match in LABEL.finditer(line):
            label = Label(match["depot"], match["service"], int(match["serial"]))
            if str(label) == match[0]:
                yield number, label


class LabelRoll:
    """Labels of one depot with rising serials."""

    def __init__(self, depot: str, *, start: int = 1, stop: int = MAX_SERIAL) -> None:
        if start > stop:
            raise ValueError(f"start {start} is beyond stop {stop}")
        self.depot = depot
        self.stop = stop
        self._next = start

    @property
    def left(self) -> int:
        """How many labels the roll still holds."""
        return self.stop - self._next + 1

    def take(self, *, service: str = "S") -> Label:
        if self.left == 0:
            raise RuntimeError(f"label roll of {self.depot} is used up at {self.stop}")
        label = make_label(self.depot, self._next, service=service)
        self._next += 1
        return label
