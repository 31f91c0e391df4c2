"""What a module defines and a run may never use: regular expressions and frozen dataclasses that are made on their first use.

In: what `re.compile` and `dataclass(frozen=True)` take. Out: what behaves like theirs. A commit hook that looks at one file
imports some eighty such classes and five hundred expressions, and needs few of them: to make them all took half of its time.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any, AnyStr, ClassVar, cast, dataclass_transform

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


def expression(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, but an error in `text` is raised where the expression is first used."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


class _Pattern:
    """Looks like the expression, and from its first use on calls that one's methods as fast."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:  # only for what is not there yet
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update((method, getattr(compiled, method)) for method in _METHODS)
        return getattr(compiled, name)


class _Made:
    """An attribute that `dataclass` gives a class: whoever asks for it has the class made."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> Any:
        if not _has_fields(owner):
            raise AttributeError(self.name)
        _make(owner)
        return getattr(owner, self.name)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen:
    """Each class below it that has fields is a frozen dataclass, made so when the first object is, or when something asks for
    its fields. One without fields only groups those below it; one that adds fields to another's is made at once."""

    __dataclass_fields__: ClassVar[dict[str, Any]] = cast("dict[str, Any]", _Made())
    __dataclass_params__ = _Made()
    __match_args__ = cast("tuple[str, ...]", _Made())

    def __init_subclass__(cls) -> None:
        if any(_has_fields(base) for base in cls.__bases__):  # whose made methods would hide those below
            _make(cls)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        _make(type(self))
        type(self).__init__(self, *arguments, **named)

    # An object that another process has sent can be the first of its class, and was not made by calling it.

    def __repr__(self) -> str:
        _make(type(self))
        return repr(self)

    def __eq__(self, other: object) -> bool:
        _make(type(self))
        return self == other

    def __hash__(self) -> int:
        _make(type(self))
        return hash(self)


def _has_fields(owner: type) -> bool:
    return owner is not Frozen and issubclass(owner, Frozen) and bool(owner.__annotations__)


_MAKING = threading.RLock()  # a class may be made while one above it is


def _make(owner: type) -> None:
    with _MAKING:
        if "__dataclass_params__" not in owner.__dict__:
            dataclass(frozen=True)(owner)
