"""What is known: subjects and the facts that readers found in their sources.

In: nothing. Out: `Subject`, `Fact`, `Facts`, made by `readers/` and used by everything above. A fact that could not be
read is absent, never None and never "unknown", so whatever is present may be stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Literal, Union

from docgen.later import Frozen, expression

JSON = Union[None, bool, int, float, str, list["JSON"], dict[str, "JSON"]]  # noqa: UP007 (recursive alias on 3.11)

SubjectKind = Literal["api", "model"]


class Subject(Frozen):
    """What a document is about: `path` is an importable package name or a folder, relative to the repository."""

    kind: SubjectKind
    path: str


class Fact(Frozen):
    """One thing read from a source. `name` is dotted and relative to the symbol it belongs to (`parameters.timeout.default`,
    `raises.ValueError.when`, `lora.r`); `source` is `file:line`, for messages only and no part of equality."""

    name: str
    value: JSON
    source: str = field(default="", compare=False)


class Entry(Frozen):
    """All that is known of one symbol or model: its facts in reading order and the source text they were read from."""

    about: str
    facts: tuple[Fact, ...]
    excerpt: str = ""

    def get(self, name: str, default: JSON = None) -> JSON:
        """The value of the fact called `name`, or `default` where it is absent."""
        return next((fact.value for fact in self.facts if fact.name == name), default)

    def fact(self, name: str) -> Fact | None:
        """The fact called `name`, with its source."""
        return next((fact for fact in self.facts if fact.name == name), None)

    def strings(self, name: str) -> list[str]:
        """The fact called `name` as a list of strings; empty where it is absent or something else."""
        value = self.get(name)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters as prose has them, without stars."""
        return [name.lstrip("*") for name in self.strings("parameters")]

    def under(self, prefix: str) -> Iterator[Fact]:
        """Facts whose name is `prefix` or lies below it."""
        return (fact for fact in self.facts if fact.name == prefix or fact.name.startswith(prefix + "."))


class Facts:
    """The facts of one subject, by what they are about: `facts["pkg.mod.load"].get("parameters.timeout.default")`."""

    def __init__(self, subject: Subject, entries: Iterable[Entry]) -> None:
        self.subject = subject
        self.entries: Mapping[str, Entry] = MappingProxyType({entry.about: entry for entry in entries})

    def __getitem__(self, about: str) -> Entry:
        return self.entries[about]

    def __contains__(self, about: object) -> bool:
        return about in self.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, about: str) -> Entry | None:
        """The entry for `about`, or None where the subject has no such symbol."""
        return self.entries.get(about)


def mark(value: JSON, length: int = 6) -> str:
    """A short hash of any JSON value: the same on every machine and Python, `length` hexadecimal digits."""
    import hashlib  # only here, and json: hardly a check of docstrings marks anything
    import json

    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def leaves(value: JSON) -> Iterator[JSON]:
    """Everything that a value holds, one after the other: itself, or its items and keys; None is nothing."""
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from leaves(item)
    elif value is not None:
        yield value


_KEYS = expression(r"\[('[^']*'|\"[^\"]*\"|-?\d+)\]")


def keys_of(name: str) -> tuple[str, ...]:
    """The keys in the name of a table's item, `constants._MODELS['gpt2']`; none for a fact of another sort."""
    return tuple(key.strip("'\"") for key in _KEYS.findall(name)) if "[" in name else ()


_WORD = expression(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def words_of(name: str) -> list[str]:
    """A name split into lower-case words: `HTTPServer.load_rates2` gives `http server load rates 2`."""
    return [word.lower() for word in _WORD.findall(name)]
