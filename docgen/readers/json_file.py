"""One JSON file of a model folder, with the line each key stands on.

In: a path. Out: a `JsonFile`, or None where there is nothing to read (no file, or only a Git LFS pointer to one). NaN and
Infinity, which trainers do write, become None, and None is never a fact: a run that diverged has no such metric.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docgen.facts import JSON
from docgen.report import InputError

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_LARGEST = 1 << 26  # bytes; the largest tokenizers have half as many
_MOST_BRACKETS = 1 << 22  # of lists and objects, each of which takes twenty times its size in memory
_MOST_DIGITS = 300  # of a whole number that a float holds
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class JsonFile:
    """A JSON object: `shown` is its path as messages name it, relative to the repository."""

    shown: str
    text: str
    content: dict[str, JSON]

    def get(self, *keys: str) -> JSON:
        """The value below `keys`, or None where any of them is missing."""
        value: JSON = self.content
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def source(self, *keys: str) -> str:
        """`file:line` of the last of `keys`; of the nearest one around it where the key itself is not found."""
        offset = 0
        for key in keys:
            offset = self._offset_of(key, offset)
        return self.source_at(offset)

    def source_at(self, offset: int) -> str:
        """`file:line` of a character offset in the text."""
        return f"{self.shown}:{self.text.count(chr(10), 0, offset) + 1}"

    def source_in_list(self, list_key: str, index: int, member_key: str, key: str) -> str:
        """`file:line` of `key` in the object number `index` of a flat list; `member_key` is one that every object has."""
        start = self._offset_of(list_key, 0)
        members = list(_key_pattern(member_key).finditer(self.text, start))
        if index >= len(members):
            return self.source_at(start)
        opening = self.text.rfind("{", start, members[index].start())
        found = _key_pattern(key).search(self.text, max(opening, start))
        return self.source_at(found.start() if found else start)

    def _offset_of(self, key: str, start: int) -> int:
        """The least indented occurrence after `start`: the same key may stand deeper inside something else."""
        found = list(_key_pattern(key).finditer(self.text, start))
        if not found:
            return start
        return min(found, key=lambda match: match.start() - self.text.rfind("\n", 0, match.start())).start()


def _key_pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:")


def read_json(path: Path, shown: str) -> JsonFile | None:
    """The JSON object in the file at `path`; None where the file is absent or is a Git LFS pointer.

    Raises InputError with the line where the file is not UTF-8, not JSON or not an object.
    """
    found = read_bytes(path, shown)
    if found is None:
        return None
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"`{path.name}` is not UTF-8: byte 0x{found[error.start]:02x}", f"{shown}:{line}", "save it as UTF-8"
        ) from None
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        what = f"`{path.name}` holds more than {_MOST_BRACKETS:,} lists and objects"
        raise InputError(what, f"{shown}:1", f"write `{path.name}` again, or remove it from the folder")
    return JsonFile(shown, text, _parse_object(text, path.name, shown))


def read_bytes(path: Path, shown: str) -> bytes | None:
    """What is in the file at `path`; None where it is absent or a Git LFS pointer. Raises InputError where it is unreadable, or
    larger than any such file is."""
    if not path.is_file():
        return None
    try:
        if (size := path.stat().st_size) > _LARGEST:
            what = f"`{path.name}` has {size:,} bytes, and {_LARGEST:,} are the most that are read"
            raise InputError(what, shown, "remove the file from the folder, or make it smaller")
        found = path.read_bytes()
    except OSError as error:
        raise InputError(f"`{path.name}` cannot be read: {error.strerror}", shown, "make the file readable") from None
    return None if found.startswith(LFS_POINTER) else found


def _parse_object(text: str, name: str, shown: str) -> dict[str, JSON]:
    fix = f"write `{name}` again, or remove it from the folder"
    try:
        content: JSON = json.loads(text, parse_constant=_nothing, parse_float=_finite, parse_int=_whole)
        if _HALF_CHARACTER.search(text):  # half a character can neither be written nor compared
            content = json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        seen = _line(text, error.lineno)
        what = f"`{name}` is not JSON: {error.msg} at column {error.colno} of `{seen}`"
        raise InputError(what, f"{shown}:{error.lineno}", fix) from None
    except (ValueError, RecursionError) as error:  # an integer of thousands of digits, or brackets nested as deep
        raise InputError(f"`{name}` is not JSON that can be read: {error}", f"{shown}:1", fix) from None
    if not isinstance(content, dict):
        kind = type(content).__name__
        raise InputError(f"`{name}` holds a JSON {kind}, not an object: `{_line(text, 1)}`", f"{shown}:1", fix)
    return content


def _nothing(constant: str) -> None:
    return None


def _finite(written: str) -> float | None:
    """The number, or None where it is too large to be one: `1e999` would become infinity."""
    number = float(written)
    return number if math.isfinite(number) else None


def _whole(written: str) -> int | None:
    """The number, or None where it is too large for what is computed with it. Raises ValueError for thousands of digits."""
    number = int(written)
    return number if len(written) <= _MOST_DIGITS else None


def _line(text: str, number: int, width: int = 60) -> str:
    lines = text.split("\n")
    line = lines[min(number, len(lines)) - 1].strip()
    return line if len(line) <= width else line[:width] + "…"


def whole_number(value: JSON) -> int | None:
    """The value where it is a positive whole number, else None: configurations write 0 and -1 for "not used"."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def number(value: JSON) -> int | float | None:
    """The value where it is a number and no boolean, else None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def words(value: JSON) -> str | None:
    """The value where it is a string that says something, else None."""
    return value if isinstance(value, str) and value.strip() else None


Check = Callable[[JSON], JSON]
Places = tuple[tuple[str, ...], ...]  # paths of the objects to look in, the nearest first


def first_of(config: JsonFile, places: Places, keys: tuple[str, ...], check: Check) -> tuple[str, ...] | None:
    """The path of the first key, place by place, whose value passes `check`; None where there is none."""
    for place in places:
        for key in keys:
            if check(config.get(*place, key)) is not None:
                return (*place, key)
    return None
