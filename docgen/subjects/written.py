"""Documents that people wrote, as pages of sections: Markdown, reStructuredText and notebooks.

In: the text of a file. Out: a `Page` whose Markdown has a heading wherever the file has a title or describes a symbol
(`.. function:: load(path)`), each line with its place in the file. It has to be quick, and to stand without any library: the
rest of the markup stays as it is, for `claims` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from docgen.document import Document
from docgen.later import expression
from docgen.report import InputError
from docgen.subjects.page import Line, Page

_UNDERLINE = expression(r"([=\-~^\"'`*+#.:_<>])\1{2,}[ \t]*$")
_MODULE = expression(r"[ \t]*\.\.[ \t]+(?:py:)?(?:currentmodule|module|automodule)::[ \t]*([\w.]+)[ \t]*$")
_DESCRIBED = expression(
    r"([ \t]*)\.\.[ \t]+(?:py:)?(?:auto)?(?:function|method|class|exception|decorator|staticmethod|classmethod)::[ \t]*"
    r"(?:(?:async|abstract|static)[ \t]+)*([^\W\d][\w.]*)"
)
_ROLE = expression(r":(?:py:)?(?:func|meth|class|mod|attr|exc|data|obj|const):`[~!]?(?:[^`<>\n]*<)?[~!]?([^\W\d][\w.]*)")
_DEEPEST = 6  # levels of headings in Markdown


def page_of(text: str, shown: str) -> Page:
    """The page of a document, whose format the ending of `shown` tells. Raises InputError for a broken marker, and for a
    notebook that is none."""
    ending = shown.lower().rpartition(".")[2]
    if ending == "rst":
        return Page.made_of(_Restructured(text.split("\n")).lines(), shown)
    if ending == "ipynb":
        return _notebook(text, shown)
    return Page.of(Document.parse(text, shown))


# reStructuredText ----------------------------------------------------------------------------------------------------------


@dataclass
class _Restructured:
    """The lines of a file, read one after the other. `blocks` are the descriptions that a line stands in: the indent of each
    and the path of what it describes; `inner` is the indent of what the innermost holds, -1 until it is known."""

    source: Sequence[str]
    styles: list[tuple[str, bool]] = field(default_factory=list)
    module: str = ""
    title: str = ""
    level: int = 1
    blocks: list[tuple[int, str]] = field(default_factory=list)
    inner: int = -1

    def lines(self) -> Iterator[Line]:
        """Every line, titles as headings; where a description ends, the heading that it stood below comes again."""
        for number, line in enumerate(self.source, 1):
            stripped = line.strip()
            indent = len(line) - len(line.lstrip())
            was = len(self.blocks)
            while stripped and self.blocks and indent <= self.blocks[-1][0]:
                self.blocks.pop()
                self.inner = -1
            described = _DESCRIBED.match(line)
            if len(self.blocks) < was and not described and not self._is_title(number - 1):
                yield Line(self._heading(), number)
                yield Line("", number)
            if found := _MODULE.match(line):
                self.module = found[1]
            if described:
                self.blocks.append((indent, self._path(described[2])))
                self.inner = -1
                yield Line(self._heading(), number)
                continue
            if stripped and self.inner < 0:
                self.inner = indent
            yield Line(self._plain(number - 1, line), number, self._cited(line))

    def _path(self, name: str) -> str:
        outer = self.blocks[-1][1] if self.blocks else self.module
        return name if not outer or name == outer or name.startswith(f"{outer}.") else f"{outer}.{name}"

    def _heading(self) -> str:
        """The heading of the innermost description, else the title again."""
        level = min(self.level + len(self.blocks), _DEEPEST)
        return f"{'#' * level} `{self.blocks[-1][1]}`" if self.blocks else f"{'#' * self.level} {self.title or 'Text'}"

    def _is_title(self, at: int) -> bool:
        line = self.source[at]
        below = self.source[at + 1] if at + 1 < len(self.source) else ""
        above = self.source[at - 1] if at else ""
        is_text = bool(line.strip()) and not line[:1].isspace() and not _UNDERLINE.match(line)
        starts = not above.strip() or _UNDERLINE.match(above) is not None
        return is_text and starts and _UNDERLINE.match(below) is not None and len(below.rstrip()) >= min(len(line.rstrip()), 3)

    def _plain(self, at: int, line: str) -> str:
        """A line as Markdown has it: titles as headings, without the lines under and over them."""
        if self._is_title(at):
            above = self.source[at - 1] if at else ""
            style = (self.source[at + 1][0], bool(_UNDERLINE.match(above)))
            if style not in self.styles:
                self.styles.append(style)
            self.level, self.title = min(self.styles.index(style) + 1, _DEEPEST), line.strip()
            return f"{'#' * self.level} {self.title}"
        if _UNDERLINE.match(line) and not line[:1].isspace():
            return ""
        inner = line.removeprefix(" " * self.inner) if self.blocks and self.inner > 0 else line
        return f"    {inner}" if inner.lstrip().startswith("#") else inner  # a comment in code is no heading

    def _cited(self, line: str) -> tuple[str, ...]:
        scope = self.blocks[-1][1] if self.blocks else self.module
        names = (found[1].rstrip(".") for found in _ROLE.finditer(line)) if ":`" in line else ()
        return tuple(f"{scope}:{name}" if scope else name for name in names)


# Notebooks -----------------------------------------------------------------------------------------------------------------


def _notebook(text: str, shown: str) -> Page:
    fix = "save it again from Jupyter, or leave it out"
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("not a notebook: it is not JSON", f"{shown}:{getattr(error, 'lineno', 1)}", fix) from error
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    if not isinstance(cells, list):
        raise InputError("not a notebook: it has no list of cells", shown, fix)
    sources = [(cell.get("cell_type"), _source(cell)) for cell in cells if isinstance(cell, Mapping)]
    written = [source for kind, source in sources if kind == "markdown"]
    return Page.made_of(_written(written, text), shown, [source for kind, source in sources if kind == "code"])


def _source(cell: Mapping[str, object]) -> str:
    source = cell.get("source")
    return source if isinstance(source, str) else "".join(map(str, source)) if isinstance(source, list) else ""


def _written(cells: Sequence[str], text: str) -> Iterator[Line]:
    """The lines of the text cells with their place in the file, a blank line after each cell."""
    at, number = 0, 1
    for cell in cells:
        for line in cell.split("\n"):
            spellings = (json.dumps(line, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True)) if line else ()
            found = next((place for spelled in spellings if (place := text.find(spelled, at)) >= 0), -1)
            if found >= 0:
                number += text.count("\n", at, found)
                at = found
            yield Line(line, number)
        yield Line("", number)
