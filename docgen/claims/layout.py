"""The lines of a text that assert something, and which name each of them speaks of.

In: Markdown or a docstring in Google, NumPy or Sphinx style. Out: a `Page` of blocks (paragraphs, list items, table rows)
whose offsets are those of the text. Code, comments, link targets, doctests and history ("Changed in version 2") are blanked
out: they assert nothing about today. Every step is a single pass over the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t]*(?:>[ \t]?)*(`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--.*?-->|<!--.*\Z", re.DOTALL)
_TARGET = re.compile(r"\]\([^()\s]*\)|https?://[^\s<>()`'\"]+")
_DIRECTIVE = re.compile(r"([ \t]*)\.\.[ \t]+([\w:-]+)::")
_ASSERTING = frozenset(
    "note warning important tip hint caution attention seealso admonition topic danger error rubric container".split()
)
_HISTORY = re.compile(r"[ \t*_(+-]*(?:changed|added|new|deprecated|removed)\s+(?:in|since)\s+(?:version|release|v?\d)", re.I)
_OLD_TITLES = frozenset(
    "changelog,change log,changes,history,release notes,what's new,what is new,version history,revision history".split(",")
)

_BULLET = re.compile(r"(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_TITLE = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
_UNDERLINE = re.compile(r"[ \t]*([-=~^\"'`*+#])\1{2,}[ \t]*$")
_SETTLED = re.compile(r"[ \t]*([A-Za-z][A-Za-z ]{1,28}):{1,2}[ \t]*$")
_DELIMITER_CELL = re.compile(r"\s*:?-+:?\s*")
_FIELD = re.compile(
    r":(param|parameter|arg|argument|key|keyword|kwarg|type|raises?|except|exception|returns?|rtype|yields?|ivar|cvar|var|"
    r"vartype)\b([^:\n]{0,80}):"
)
# A name that a line is about: ticked or bold at the front of a list item or cell, or plain before a colon.
_MARKED = re.compile(r"(?:\*\*|__)?(`{1,2})\*{0,2}([A-Za-z_][\w.]*)(?:\([^`\n]*\))?\1(?:\*\*|__)?|(\*{1,2})([A-Za-z_]\w*)\3")
_FURTHER = r"(?:[ \t]*,[ \t]*\*{0,2}[A-Za-z_]\w*){0,8}"
_PLAIN = re.compile(rf"\\?\*{{0,2}}([A-Za-z_]\w*{_FURTHER})[ \t]*(?:\((?:[^()\n]|\([^()\n]*\))*\))?[ \t]*:(?=\s|$)")
_ALONE = re.compile(rf"\*{{0,2}}([A-Za-z_][\w.]*{_FURTHER})[ \t]*$")
_SECTIONS = frozenset(
    "other parameters,parameters,args,arguments,keyword args,keyword arguments,params,attributes,returns,return,yields,"
    "receives,raises,exceptions,warns,warnings,notes,note,examples,example,see also,references,methods,members,errors,warning,"
    "todo,other arguments,options,usage".split(",")
)
_JOINED = re.compile(r"[ \t]*(?:,|/|and\b|or\b)[ \t]*")


@dataclass(frozen=True)
class Cell:
    """One cell of a table row, its header in lower case."""

    start: int
    end: int
    header: str


@dataclass(frozen=True)
class Block:
    """Text from `start` to `end` that belongs together. `names` are those the enclosing list item, field or row begins with,
    `heads` says that this block is where they stand, `section` is the lower-case title above it, `group` the list or table."""

    start: int
    end: int
    names: tuple[str, ...] = ()
    heads: bool = False
    section: str = ""
    group: int = 0
    listed: bool = False
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Page:
    """A text ready for reading: `text` as it was, `plain` of the same length with what asserts nothing blanked out."""

    text: str
    plain: str
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, text: str) -> Page:
        """The page of any text; never raises."""
        plain = _plain(text)
        return cls(text, plain, tuple(_Blocks(plain).read()))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Offset and content of every line, without its end."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _plain(text: str) -> str:
    text = text.replace("\r", " ").replace("\f", " ").replace("\v", " ")
    text = _COMMENT.sub(lambda found: _blank(found.group()), text) if "<!--" in text else text
    text = _TARGET.sub(lambda found: _blank(found.group()), text)
    silenced = _Silenced()
    return "\n".join(silenced.line(line) for _, line in _lines(text))


@dataclass
class _Silenced:
    """Blanks the lines that assert nothing, one after the other."""

    fence: str = ""
    doctest: bool = False
    literal: int = -1  # the indent that a directive's or literal block's lines exceed; -1 outside
    waiting: int = -1  # the indent of a line that ended in `::`
    history: bool = False
    old: int = 0  # the level of a changelog's title; 0 outside
    above: str = ""

    def line(self, line: str) -> str:
        """The line, or as many blanks."""
        kept = self._fenced(line)
        if kept is None:
            kept = self._kept(line)
        self.above = line
        return line if kept else " " * len(line)

    def _fenced(self, line: str) -> bool | None:
        """False for a line of a code block; None where it is none."""
        fence = _FENCE.match(line)
        if fence and not self.fence and not self._is_underline(fence, line):
            self.fence = fence.group(1)
        elif fence and self.fence and fence.group(1).startswith(self.fence) and not line[fence.end() :].strip():
            self.fence = ""
            return False
        return False if self.fence else None

    def _is_underline(self, fence: re.Match[str], line: str) -> bool:
        """Whether tildes underline a reStructuredText title, or backticks are code within a line."""
        rest = line[fence.end() :]
        return "`" in rest or (fence.group(1)[0] == "~" and not rest.strip() and bool(self.above.strip()))

    def _kept(self, line: str) -> bool:
        stripped, indent = line.strip(), len(line) - len(line.lstrip())
        if not stripped:
            self.doctest = self.history = False
            return True
        if title := _TITLE.match(stripped):
            self._title(len(title.group(1)), title.group(2))
        if self.literal >= 0:
            if indent > self.literal:
                return False
            self.literal = -1
        if self.waiting >= 0:
            self.literal, self.waiting = (self.waiting, -1) if indent > self.waiting else (-1, -1)
            if self.literal >= 0:
                return False
        return self._asserts(line, stripped, indent)

    def _asserts(self, line: str, stripped: str, indent: int) -> bool:
        if stripped.startswith(">>>"):
            self.doctest = True
        if directive := _DIRECTIVE.match(line):
            if directive.group(2).lower() in _ASSERTING:
                return True
            self.literal = indent
            return False
        if _HISTORY.match(line):
            self.history = True
        if stripped.endswith("::") and not self.history:
            self.waiting = indent
        return not (self.doctest or self.history or self.old)

    def _title(self, level: int, title: str) -> None:
        if title.strip().lower().rstrip(":") in _OLD_TITLES:
            self.old = level
        elif self.old and level <= self.old:
            self.old = 0


@dataclass
class _Item:
    """A list item, field or definition that later, deeper lines belong to."""

    indent: int
    names: tuple[str, ...]


class _Blocks:
    """Cuts a plain text into blocks, keeping track of the items and the title that each line is under."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.lines = list(_lines(plain))
        self.stack: list[_Item] = []
        self.section, self.group, self.in_table = "", 0, False
        self.start = -1  # of the block being read
        self.end = 0
        self.opened: tuple[tuple[str, ...], bool, bool] = ((), False, False)
        self.header: list[str] = []

    def read(self) -> Iterator[Block]:
        """Every block, in order."""
        for number, (offset, line) in enumerate(self.lines):
            stripped = line.strip()
            if not stripped:
                yield from self._close()
                self.in_table = False
                continue
            if self._is_title(number, stripped):
                yield from self._close()
                continue
            if stripped.startswith("|"):
                yield from self._close()
                yield from self._row(number, offset, line)
                continue
            self.in_table = False
            if _UNDERLINE.match(line):
                yield from self._close()
                continue
            yield from self._line(offset, line)
        yield from self._close()

    def _close(self) -> Iterator[Block]:
        if self.start >= 0:
            names, heads, listed = self.opened
            yield Block(self.start, self.end, names, heads, self.section, self.group, listed)
        self.start = -1

    def _is_title(self, number: int, stripped: str) -> bool:
        title = _TITLE.match(stripped)
        if title:
            name = title.group(2)
        elif number + 1 < len(self.lines) and len(stripped) < 60 and _UNDERLINE.match(self.lines[number + 1][1]):
            name = stripped
        elif (settled := _SETTLED.match(stripped)) and settled.group(1).lower() in _SECTIONS:
            name = settled.group(1)
        else:
            return False
        self.section, self.stack = name.strip(" `*:").lower(), []
        self.group += 1
        return True

    def _line(self, offset: int, line: str) -> Iterator[Block]:
        indent = len(line) - len(line.lstrip())
        bullet = _BULLET.match(line, indent)
        names = self._names(line, bullet.end() if bullet else indent, bullet is not None)
        deeper = bool(self.stack) and indent > self.stack[-1].indent
        if names is None and self.start >= 0 and (deeper or not self.stack):
            self.end = offset + len(line)
            return
        yield from self._close()
        while self.stack and indent <= self.stack[-1].indent:
            self.stack.pop()
        if names is not None:
            self.stack.append(_Item(indent, names))
        elif not self.stack:
            self.group += 1  # a paragraph of its own ends whatever list was above
        self.start, self.end = offset + (bullet.end() if bullet else indent), offset + len(line)
        self.opened = (self.stack[-1].names if self.stack else (), bool(names), bool(names) and len(self.stack) == 1)

    def _names(self, line: str, at: int, bullet: bool) -> tuple[str, ...] | None:
        """The names that a line begins with; empty for one that begins an item without any; None for running text."""
        if line[at : at + 1] == ":" and (found := _FIELD.match(line, at)):
            words = found.group(2).replace("\\", "").split()
            return (words[-1].lstrip("*"),) if words and found.group(1) not in ("returns", "return", "rtype") else ()
        if bullet and (marked := _MARKED.match(line, at)):
            return self._more(line, marked)
        if plain := _PLAIN.match(line, at):
            names = tuple(name.strip(" \t*") for name in plain.group(1).split(","))
            return None if not bullet and names[0].lower() in _NOT_NAMES else names
        is_outer = not self.stack or at <= self.stack[-1].indent
        if not bullet and is_outer and self.section in _DEFINING and (alone := _ALONE.match(line, at)):
            return tuple(name.strip(" \t*") for name in alone.group(1).split(","))
        return () if bullet else None

    def _more(self, line: str, first: re.Match[str]) -> tuple[str, ...]:
        """The first marked name and those joined to it by commas."""
        names, marked = [], first
        while True:
            names.append((marked.group(2) or marked.group(4)).lstrip("*"))
            joined = _JOINED.match(line, marked.end())
            following = _MARKED.match(line, joined.end()) if joined and len(names) < 9 else None
            if following is None:
                return tuple(names)
            marked = following

    def _row(self, number: int, offset: int, line: str) -> Iterator[Block]:
        cells = list(_cells(offset, line))
        texts = [self.plain[start:end] for start, end in cells]
        if not self.in_table:
            self.in_table, self.group = True, self.group + 1
            self.stack = []
            following = self.lines[number + 1][1].strip() if number + 1 < len(self.lines) else ""
            is_header = following.startswith("|") and _is_delimiter(following)
            self.header = [text.strip(" *`").lower() for text in texts] if is_header else []
            if is_header:
                return
        if _is_delimiter(line.strip()):
            return
        marked = _MARKED.match(texts[0].strip()) if texts else None
        word = texts[0].strip().strip("*`") if texts else ""
        names = self._more(texts[0].strip(), marked) if marked else (word,) if word.isidentifier() else ()
        headers = [*self.header, *[""] * len(cells)]
        headed = tuple(Cell(start, end, header) for (start, end), header in zip(cells, headers, strict=False))
        yield Block(offset, offset + len(line), names, bool(names), self.section, self.group, bool(names), headed)


_NOT_NAMES = frozenset("default defaults note notes example examples warning important tip todo see usage eg ie".split())
_DEFINING = frozenset({"parameters", "other parameters", "raises", "exceptions", "warns", "errors"})


def _cells(offset: int, line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each cell of a table row, without the blanks around it; `\\|` does not end a cell."""
    bars = [found.start() for found in re.finditer(r"(?<!\\)\|", line)]
    ends = [*bars[1:], len(line)]
    for bar, end in zip(bars, ends, strict=True):
        inner = line[bar + 1 : end]
        if end == len(line) and not inner.strip():
            return
        start = offset + bar + 1 + len(inner) - len(inner.lstrip())
        yield start, max(start, offset + bar + 1 + len(inner.rstrip()))


def _is_delimiter(line: str) -> bool:
    inner = line.strip().strip("|")
    return bool(inner) and all(_DELIMITER_CELL.fullmatch(cell) for cell in inner.split("|"))
