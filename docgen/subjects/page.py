"""A document of any format as Markdown, with what its translation knows beside the text.

In: nothing. Out: `Page`, made by the readers of this folder. Sections are found in Markdown only, so every format comes to it
here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cached_property

from docgen.document import Document
from docgen.later import Frozen

DESCRIBED = "="  # in front of a cited symbol that the passage is the description of


class Line(Frozen):
    """One line of Markdown: the line of the file (from 1) that it came from, and the symbols that its roles name."""

    text: str
    number: int
    cited: tuple[str, ...] = ()


class Page(Frozen):
    """A document; `lines` has the line of its file (from 1) for each of its own lines. `cited` has the symbols that roles and
    directives name by line of the document, `scope:name` where they are relative to a module or class; `code` the code that
    stands beside the text."""

    document: Document
    lines: Sequence[int]
    cited: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    code: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Document) -> Page:
        """The page of a Markdown document as it is in its file."""
        return cls(document, range(1, str(document).count("\n") + 2))

    @classmethod
    def made_of(cls, lines: Iterable[Line], shown: str, code: Iterable[str] = ()) -> Page:
        """The page of lines that were translated; `shown` is the document's path in messages."""
        found = list(lines)
        cited = {number: line.cited for number, line in enumerate(found, 1) if line.cited}
        document = Document.parse("".join(f"{line.text}\n" for line in found), shown)
        return cls(document, [line.number for line in found], cited, tuple(code))

    def line(self, number: int) -> int:
        """The line of the file that holds line `number` of the document."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else number

    def source_line(self, number: int) -> str:
        """Line `number` of the document, with its markup."""
        return self._source[number - 1] if 0 < number <= len(self._source) else ""

    @cached_property
    def _source(self) -> Sequence[str]:
        return str(self.document).split("\n")
