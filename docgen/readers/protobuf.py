"""The wire format of protocol buffers: numbered fields, read where they lie and never copied.

In: the bytes of a message. Out: its fields in order. A file of gigabytes costs only the fields that are asked for, since the
rest is passed over by its length, and nothing has to be installed for it.
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _EIGHT_BYTES, _DELIMITED, _FOUR_BYTES = 0, 1, 2, 5
Field = tuple[int, "int | memoryview"]
"""A field's number, and its whole number or its bytes."""


def fields(message: memoryview) -> Iterator[Field]:
    """The fields of a message. Raises ValueError where it is none, or ends inside a field."""
    at, end = 0, len(message)
    while at < end:
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise ValueError(f"no field number at byte {at}")
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == _DELIMITED:
            length, at = _varint(message, at)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"a field of the unknown kind {kind} at byte {at}")
        if at + length > end:
            raise ValueError(f"a field of {length} bytes at byte {at} of {end}")
        yield number, message[at : at + length]
        at += length


def whole_numbers(value: int | memoryview) -> Iterator[int]:
    """The whole numbers of one occurrence of a repeated field: one, or several packed together."""
    if isinstance(value, int):
        yield _signed(value)
        return
    at = 0
    while at < len(value):
        number, at = _varint(value, at)
        yield _signed(number)


def text(value: int | memoryview) -> str:
    """A field as text; what is not UTF-8 in it is marked."""
    return "" if isinstance(value, int) else bytes(value).decode("utf-8", "replace")


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """The number that begins at a place, and the place after it."""
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError(f"a number without an end at byte {at}")
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
