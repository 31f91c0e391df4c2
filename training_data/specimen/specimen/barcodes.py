"""Barcodes on sample tubes, such as ``BLD-004217-B``.

A barcode names the material, a serial number and a check letter that guards
against misread digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MATERIALS = {"BLD": "blood", "SLV": "saliva", "TIS": "tissue", "URN": "urine"}
SERIAL_DIGITS = 6
CHECK_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


class BarcodeError(Exception):
    """A barcode is malformed or its check letter is wrong."""


@dataclass(frozen=True)
class Barcode:
    """The parts of a barcode."""

    prefix: str
    serial: int
    check: str

    @property
    def material(self) -> str:
        return MATERIALS[self.prefix]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.serial:0{SERIAL_DIGITS}d}-{self.check}"


def check_letter(prefix: str, serial: int) -> str:
    """Compute the check letter of a prefix and a serial number.

    Raises
    ------
    ValueError
        If `serial` is negative or has too many digits.
    """
    if not 0 <= serial < 10**SERIAL_DIGITS:
        raise ValueError(f"serial must have at most {SERIAL_DIGITS} digits, got {serial}")
    digits = f"{serial:0{SERIAL_DIGITS}d}"
    total = sum(map(ord, prefix))
    total += sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return CHECK_LETTERS[total % len(CHECK_LETTERS)]


def parse_barcode(text: str, *, verify: bool = True) -> Barcode:
    """Split a barcode into its parts.

    Parameters
    ----------
    text : str
        The scanned text. Case and surrounding blanks do not matter.
    verify : bool, default True
        Whether to compare the check letter.

    Returns
    -------
    Barcode
        Prefix, serial number and check letter.

    Raises
    ------
    BarcodeError
        If the text is not a barcode or fails the check.
    """
    parts = text.strip().upper().split("-")
    if len(parts) != 3:
        raise BarcodeError(f"expected three parts with dashes, got {text!r}")
    prefix, digits, check = parts
    if prefix not in MATERIALS:
        raise BarcodeError(f"unknown material {prefix!r}; known are {', '.join(MATERIALS)}")
    if len(digits) != SERIAL_DIGITS or not digits.isdecimal():
        raise BarcodeError(f"serial must have {SERIAL_DIGITS} digits, got {digits!r}")
    serial = int(digits)
    if verify and check != check_letter(prefix, serial):
        raise BarcodeError(f"check letter {check!r} does not fit {prefix}-{digits}")
    return Barcode(prefix, serial, check)


def read_scans(lines: Iterable[str], *, skip_bad: bool = False) -> Iterator[Barcode]:
    """Yield the barcodes of a scanner log, one to a line.

    Parameters
    ----------
    lines : iterable of str
        Lines of the log; blank ones are passed over.
    skip_bad : bool, default False
        Whether to leave out lines that are not barcodes.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield parse_barcode(line)
        except BarcodeError as exc:
            if not skip_bad:
                raise BarcodeError(f"line {number}: {exc}") from exc


def next_barcode(prefix: str, last: Barcode | None = None) -> Barcode:
    serial = 1 if last is None else last.serial + 1
    return Barcode(prefix, serial, check_letter(prefix, serial))
