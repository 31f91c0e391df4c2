"""What a YAML file holds, as facts can hold it.

In: a parsed value. Out: the same with nothing in it that cannot be written or compared. A few lines of aliases can stand for
billions of values or for themselves, and whoever only walks over them never comes back.
"""

from __future__ import annotations

from typing import cast

from docgen.facts import JSON

_MOST_VALUES = 1 << 18  # of one file; cards with results of hundreds of benchmarks have tens of thousands
_LARGEST = 10**300  # of whole numbers that a float holds


def plain_values(parsed: object) -> JSON:
    """The value with half characters marked, and without whole numbers that count nothing. Raises ValueError where aliases make
    it endless."""
    return _Plain().of(parsed)


class _Plain:
    def __init__(self) -> None:
        self.count = 0

    def of(self, value: object) -> JSON:
        self.count += 1
        if self.count > _MOST_VALUES:
            raise ValueError(f"it stands for more than {_MOST_VALUES:,} values, by aliases of aliases")
        if isinstance(value, str):
            return _whole(value)
        if isinstance(value, dict):
            return {_whole(key) if isinstance(key, str) else key: self.of(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.of(item) for item in value]
        if isinstance(value, int) and not -_LARGEST < value < _LARGEST:
            return None
        return cast("JSON", value)


def _whole(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
