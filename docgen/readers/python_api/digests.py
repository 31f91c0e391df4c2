"""What a caller makes of each module of a package, kept until something changes that it rests on.

In: a package and a `Digest`, which makes a value of docstrings and of their symbols' facts. Out: the value of each module, or
why it cannot be read, in the order of the package. Only what is asked for is read, by several processes where that is worth it.
One small file in the cache has the values of the whole package, each with the marks of all that it rests on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from docgen.cache import Cache, code_mark
from docgen.facts import JSON, Entry
from docgen.later import Frozen
from docgen.readers.python_api.files import File, bytes_of, files_of, mark_of, size_of
from docgen.report import InputError

if TYPE_CHECKING:
    from docgen.readers.python_api.documented import RawDocstring
    from docgen.readers.python_api.entries import Asked

_KIND = "python-digest"  # of what is kept
_WORTH_A_PROCESS = 250_000  # bytes of source: to start a process costs as much as reading these
_READER = ("facts", "readers.conditions", "readers.docstrings", "readers.python_api", "readers.syntax")


class Digest(Protocol):
    """What is made of a module, in whichever process."""

    @property
    def mark(self) -> str:
        """Changes whenever another value may be made of the same module."""

    def asks(self, docstring: RawDocstring, *, typed: bool) -> Asked | None:
        """How much is needed of a docstring's symbol; `typed` where it may have an annotation."""

    def of(self, raw: bytes, docstrings: Sequence[RawDocstring], entries: Mapping[str, Entry]) -> JSON:
        """The value of a module: made of its bytes, its docstrings and the facts that were asked for, as far as the code tells
        them."""


class Made(Frozen):
    """What was just made of a module: its value, the marks of its bytes and of what it shows to others, and the marks of the
    bytes of each module that was looked at, empty for one that was missed."""

    value: JSON
    text: str
    outside: str
    consulted: Mapping[str, str]


class _Row(Frozen):
    """What is kept of a module; `consulted` are the marks of what the modules that were looked at show."""

    shown: str
    text: str
    outside: str
    consulted: Mapping[str, str]
    value: JSON


def digests(
    path: Path, root: Path, digest: Digest, *, cache: Cache, workers: int = 1
) -> Iterator[tuple[File, JSON | InputError]]:
    """What `digest` makes of each module of a package folder or module file, by as many processes as `workers` at most. Raises
    InputError where there is no Python at all."""
    files = files_of(path, root)
    key = " ".join((code_mark(*_READER), digest.mark, files[0].name, files[0].shown))
    before = _loaded(cache.get(_KIND, key))
    rows = {file.name: row for file in files if (row := before.get(file.name)) and _is_same(file, row)}
    errors: dict[str, InputError] = {}
    changed = [file for file in files if file.name not in rows]
    _make(changed, files, digest, workers, rows, errors)
    late = [file for file in files if (row := rows.get(file.name)) and row.consulted != _outsides(row.consulted, rows)]
    _make(late, files, digest, workers, rows, errors)
    if rows.keys() != before.keys() or any(rows[name] is not before[name] for name in rows):
        cache.put(_KIND, key, _dumped(rows))
    for file in files:
        yield file, errors[file.name] if file.name in errors else rows[file.name].value


def _is_same(file: File, row: _Row) -> bool:
    with suppress(InputError):
        return row.shown == file.shown and row.text == mark_of(bytes_of(file.path, file.shown))
    return False


def _make(
    files: Sequence[File],
    package: Sequence[File],
    digest: Digest,
    workers: int,
    rows: dict[str, _Row],
    errors: dict[str, InputError],
) -> None:
    """Puts what is made of files among the rows, or among the errors."""
    if not files:
        return
    from docgen.readers.python_api.digesting import made  # only here: mostly nothing has changed, and it takes longer than that

    count = min(workers, sum(size_of(file.path) for file in files) // _WORTH_A_PROCESS)
    results: dict[str, Made] = {}
    for file, result in zip(files, made(files, package, digest, count), strict=True):
        rows.pop(file.name, None)
        if isinstance(result, InputError):
            errors[file.name] = result
        else:
            results[file.name] = result
            rows[file.name] = _Row(file.shown, result.text, result.outside, {}, result.value)
    for file in files:
        if one := results.get(file.name):
            is_steady = all((rows[name].text if name in rows else "") == text for name, text in one.consulted.items())
            text = one.text if is_steady else ""  # a file changed meanwhile: good for now, and made again the next time
            rows[file.name] = _Row(file.shown, text, one.outside, _outsides(one.consulted, rows), one.value)


def _outsides(names: Iterable[str], rows: Mapping[str, _Row]) -> dict[str, str]:
    """The marks of what modules show; empty for one that is not there."""
    return {name: rows[name].outside if name in rows else "" for name in names}


def _loaded(content: bytes | None) -> dict[str, _Row]:
    return {name: _Row(*row) for name, row in json.loads(content).items()} if content else {}


def _dumped(rows: Mapping[str, _Row]) -> bytes:
    told = {name: [row.shown, row.text, row.outside, row.consulted, row.value] for name, row in rows.items()}
    return json.dumps(told, separators=(",", ":")).encode()
