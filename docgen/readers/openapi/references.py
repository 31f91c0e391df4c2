"""What the references of an OpenAPI document stand for: parts of the document, and of files beside it.

In: a document, and where it lies. Out: the parts, each with the file that it is in. Nothing is fetched from a network, and no
file outside the project is read: a reference is text that somebody else may have written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docgen.files import inside
from docgen.report import InputError

Load = Callable[[Path, str], Any]
_DEEPEST = 20  # references from one to the next
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")


@dataclass(frozen=True)
class Part:
    """A part of a document, and the file that holds it as messages name it. `whole` is that file's content."""

    content: Any
    shown: str
    path: Path
    whole: Any

    def inner(self, content: Any) -> Part:
        """Something within this part."""
        return Part(content, self.shown, self.path, self.whole)


@dataclass
class References:
    """Follows references; each file is read once. `load` reads one, `root` is the project, which they do not leave."""

    root: Path
    load: Load
    _files: dict[Path, Part] = field(default_factory=dict)

    def followed(self, part: Part) -> Part:
        """What a part stands for, which is itself where it is no reference, and empty where it is no table.

        Raises InputError, with the line of the reference, for one that leads to a network, out of the project, nowhere, or in
        a circle.
        """
        seen: list[str] = []
        while isinstance(part.content, dict) and isinstance(target := part.content.get("$ref"), str):
            seen.append(target)
            if len(seen) > _DEEPEST:
                raise InputError(f"references go in a circle: {' → '.join(seen[:4])} …", _line(part), "mend one of them")
            part = self._target(part, target)
        return part if isinstance(part.content, dict) else part.inner({})

    def name(self, part: Part) -> str:
        """What a referenced schema is called: its component's name or its file's. Raises InputError as `followed` does, but for
        a schema on a network, of which no more than the name is needed."""
        target = str(part.content["$ref"])
        if not _SCHEME.match(target):
            self._target(part, target)
        file, _, pointer = target.partition("#")
        last = _unescaped(pointer.rpartition("/")[2]) or Path(unquote(file)).name.split(".")[0]
        return last or part.path.name.split(".")[0]

    def is_far(self, part: Part) -> bool:
        """Whether a part is a reference to a network, which docgen does not follow."""
        return isinstance(part.content, dict) and _SCHEME.match(str(part.content.get("$ref") or "")) is not None

    def place(self, part: Part) -> tuple[str, str]:
        """Where a reference leads: a file as messages name it, and a place in that: two that mean the same have one."""
        target = str(part.content["$ref"])
        if _SCHEME.match(target):
            return "", target
        file, _, pointer = target.partition("#")
        return (self._file(part, unquote(file), target) if file else part).shown, _unescaped(pointer)

    def _target(self, part: Part, target: str) -> Part:
        if _SCHEME.match(target):
            what = f"a reference to another machine, `{target}`: docgen reads no network"
            raise InputError(what, _line(part), "put the document beside this one and name its file")
        file, _, pointer = target.partition("#")
        there = self._file(part, unquote(file), target) if file else part.inner(part.whole)
        here = there.whole
        for key in map(_unescaped, pointer.removeprefix("/").split("/") if pointer else ()):
            found = _step(here, key)
            if found is None:
                what = f"the reference `{target}` leads nowhere: {there.shown} has no `{key}` there"
                raise InputError(what, _line(part), "mend the reference")
            here = found[0]
        return there.inner(here)

    def _file(self, part: Part, name: str, target: str) -> Part:
        """The file that a reference names, from where the reference stands."""
        try:
            path = inside(part.path.parent / name, self.root)
        except InputError as error:
            what = f"the reference `{target}` {error.what}; docgen reads no other files"
            raise InputError(what, _line(part), "copy the file into the project") from error
        if path not in self._files:
            shown = path.relative_to(self.root.resolve()).as_posix()
            if not path.is_file():
                raise InputError(
                    f"the reference `{target}` leads nowhere: there is no file {shown}",
                    _line(part),
                    "name a file that is there",
                )
            content = self.load(path, shown)
            self._files[path] = Part(content, shown, path, content)
        return self._files[path]


def _step(here: Any, key: str) -> tuple[Any] | None:
    """What lies one key deeper, in a tuple; None where nothing does."""
    if isinstance(here, dict):
        found = next((name for name in here if str(name) == key), None)  # codes of responses may be numbers
        return None if found is None else (here[found],)
    if isinstance(here, list) and key.isdecimal() and int(key) < len(here):
        return (here[int(key)],)
    return None


def _unescaped(key: str) -> str:
    return unquote(key).replace("~1", "/").replace("~0", "~")


def _line(part: Part) -> str:
    return f"{part.shown}:{next(_lines(part.content, '$ref'), 1)}"


def _lines(content: Any, key: str) -> Iterator[int]:
    """The line of a key, counted from 1, where the parser has told it."""
    try:
        yield int(content.lc.key(key)[0]) + 1
    except (AttributeError, KeyError, TypeError):
        return


def line_of(content: Any, key: str) -> int:
    """The line of a key in a table, counted from 1."""
    return next(_lines(content, key), 1)
