"""What is read of a module between runs and between processes: as values, as bytes, whichever is at hand.

In: entries and docstrings. Out: compact JSON, and the same again. Places are kept as line numbers alone, so that a checkout
elsewhere can use them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property

from docgen.facts import Entry, Fact
from docgen.later import Frozen
from docgen.readers.python_api.documented import RawDocstring
from docgen.readers.python_api.outside import Outside


class Entries:
    """The entries of the module at `path`, given as values or as what `kept` gave earlier; the other form is made on demand."""

    def __init__(self, path: str, values: Iterable[Entry] | None = None, kept: bytes = b"") -> None:
        self.path = path
        if values is not None:
            self.__dict__["values"] = tuple(values)
        else:
            self.__dict__["kept"] = kept

    @cached_property
    def values(self) -> tuple[Entry, ...]:
        """The entries."""
        places: dict[int, str] = {}
        found: list[Entry] = []
        for about, excerpt, facts in json.loads(self.kept):
            told = []
            for name, value, line in facts:
                if line not in places:
                    places[line] = f"{self.path}:{line}"
                told.append(Fact(name, value, places[line]))
            found.append(Entry(about, tuple(told), excerpt))
        return tuple(found)

    @cached_property
    def kept(self) -> bytes:
        """The entries as bytes."""
        start = len(self.path) + 1
        rows = [
            [entry.about, entry.excerpt, [[fact.name, fact.value, int(fact.source[start:])] for fact in entry.facts]]
            for entry in self.values
        ]
        return json.dumps(rows, separators=(",", ":")).encode()


def dump_docstrings(docstrings: Iterable[RawDocstring]) -> bytes:
    """The docstrings of a module as bytes."""
    rows = [[docstring.about, docstring.text, docstring.lines] for docstring in docstrings]
    return json.dumps(rows, separators=(",", ":")).encode()


def load_docstrings(kept: bytes, path: str) -> tuple[RawDocstring, ...]:
    """What `dump_docstrings` gave, of the file that messages now call `path`."""
    return tuple(RawDocstring(about, path, text, tuple(lines)) for about, text, lines in json.loads(kept))


class Kept(Frozen):
    """All that is kept of a module: what it is to others, its entries and docstrings, and what the entries rest on besides its
    text: the names that public modules pass on, and the marks of the modules that were consulted."""

    outside: Outside
    passed_on: list[str]
    consulted: dict[str, str]
    entries: Entries
    docstrings: bytes

    def dumped(self) -> bytes:
        """As bytes."""
        grounds = json.dumps([self.outside.kept(), self.passed_on, self.consulted], separators=(",", ":"))
        return b"\n".join((grounds.encode(), self.docstrings, self.entries.kept))

    @classmethod
    def loaded(cls, content: bytes, path: str) -> Kept:
        """What `dumped` gave, of the file that messages now call `path`."""
        grounds, docstrings, entries = content.split(b"\n")
        outside, passed_on, consulted = json.loads(grounds)
        return cls(Outside.from_kept(outside), passed_on, consulted, Entries(path, kept=entries), docstrings)
