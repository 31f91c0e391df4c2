"""The lines of a text that assert something, and which name each of them speaks of.

In: Markdown or a docstring in Google, NumPy or Sphinx style. Out: a `Page` of blocks (paragraphs, list items, table rows)
whose offsets are those of the text. Code, comments, link targets, doctests and history ("Changed in version 2") are blanked
out: they assert nothing about today, but for the names that code of today uses. Every step is a single pass over the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.later import Frozen, expression

_FENCE = expression(r"[ \t]*(?:>[ \t]?)*(`{3,}|~{3,})")
_COMMENT = expression(r"<!--.*?-->|<!--.*\Z", re.DOTALL)
_TARGET = expression(r"\]\([^()\s]*\)|(?<![`'\"])https?://[^\s<>()`'\"]+")  # an address in quotes or code font is a value
_DIRECTIVE = expression(r"([ \t]*)\.\.[ \t]+([\w:-]+)::")
_ASSERTING = frozenset(
    "note warning important tip hint caution attention seealso admonition topic danger error rubric container".split()
)
_HISTORY = expression(r"[ \t*_(+-]*(?:changed|added|new|deprecated|removed)\s+(?:in|since)\s+(?:version|release|v?\d)", re.I)
# Directives whose content is code, and those whose first line is a signature.
_CODE = frozenset("code code-block code-cell sourcecode ipython doctest testcode prompt jupyter-execute plot".split())
_DESCRIBING = expression(r"(?:py:)?(?:function|method|class|exception|decorator|staticmethod|classmethod)$")
_OLD_TITLES = frozenset(
    "changelog,change log,changes,history,release notes,what's new,what is new,version history,revision history".split(",")
)
# The title of one version's notes: `v2.14.3 (2026-11-04)`, `Version 1.2`, but not `2.1 Installation`.
_VERSION_TITLE = expression(
    r"(?:version |release |v)?\d{1,4}(?:\.\d{1,4}){1,3}(?:[.-]?(?:a|b|rc|dev|post)\d{0,3})?\]?"
    r"(?:\s*[-–—:,]?\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\([^()]{0,30}\d{4}[^()]{0,10}\)|\(?unreleased\)?))?"
)

_BULLET = expression(r"(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_TITLE = expression(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
_UNDERLINE = expression(r"[ \t]*([-=~^\"'`*+#_])\1{2,}[ \t]*$")
_RULES = tuple("-=~^\"'`*+#_")
_SETTLED = expression(r"[ \t]*([A-Za-z][A-Za-z ]{1,28}):{1,2}[ \t]*$")
_DELIMITER_CELL = expression(r"\s*:?-+:?\s*")
FIELD = expression(
    r":(param|parameter|arg|argument|key|keyword|kwarg|type|raises?|except|exception|returns?|rtype|yields?|ivar|cvar|var|"
    r"vartype)\b([^:\n]{0,80}):"
)
RAISING_FIELDS = frozenset({"raise", "raises", "except", "exception"})
PARAMETER_FIELDS = frozenset({"param", "parameter", "arg", "argument", "key", "keyword", "kwarg"})
# `:raises KeyError, ValueError:`, ":raise `~rates.RateError`:", but not the words between.
_EXCEPTION_NAME = expression(r"(?<![\w.])(?:[A-Za-z_]\w*\.)*_?[A-Z]\w*")
# A name that a line is about: ticked or bold at the front of a list item or cell, or plain before a colon.
_MARKED = expression(r"(?:\*\*|__)?(`{1,2})\*{0,2}([A-Za-z_][\w.]*)(?:=|\([^`\n]*\))?\1(?:\*\*|__)?|(\*{1,2})([A-Za-z_]\w*)\3")
_FURTHER = r"(?:[ \t]*,[ \t]*\*{0,2}[A-Za-z_]\w*){0,8}"
_PLAIN = expression(rf"\\?\*{{0,2}}([A-Za-z_]\w*{_FURTHER})[ \t]*(?:\((?:[^()\n]|\([^()\n]*\))*\))?[ \t]*:(?=\s|$)")
_ALONE = expression(rf"\*{{0,2}}([A-Za-z_][\w.]*{_FURTHER})[ \t]*$")
_SECTIONS = frozenset(
    "other parameters,parameters,args,arguments,keyword args,keyword arguments,params,attributes,returns,return,yields,"
    "receives,raises,exceptions,warns,warnings,notes,note,examples,example,see also,references,methods,members,errors,warning,"
    "todo,other arguments,options,usage".split(",")
)
_JOINED = expression(r"[ \t]*(?:,|/|and\b|or\b)[ \t]*")


class Cell(Frozen):
    """One cell of a table row, its header in lower case."""

    start: int
    end: int
    header: str


class Block(Frozen):
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


class Page(Frozen):
    """A text ready for reading: `text` as it was, `plain` of the same length with what asserts nothing blanked out, `code` with
    all but the code of today blanked out."""

    text: str
    plain: str
    blocks: tuple[Block, ...]
    code: str

    @classmethod
    def of(cls, text: str) -> Page:
        """The page of any text; never raises."""
        plain, code = _plain_and_code(text)
        return cls(text, plain, tuple(_Blocks(plain).read()), code)


def is_history(title: str) -> bool:
    """Whether what stands under a title tells of other times than today."""
    plain = title.strip(" *`[]").lower().rstrip(":")
    return plain in _OLD_TITLES or _VERSION_TITLE.fullmatch(plain) is not None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Offset and content of every line, without its end."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _plain_and_code(text: str) -> tuple[str, str]:
    text = text.replace("\r", " ").replace("\f", " ").replace("\v", " ")
    text = _COMMENT.sub(lambda found: _blank(found.group()), text) if "<!--" in text else text
    shown = [line for _, line in _lines(text)]
    text = _TARGET.sub(lambda found: _blank(found.group()), text) if "](" in text or "://" in text else text
    silenced = _Silenced()
    plain: list[str] = []
    code: list[str] = []
    for (_, line), whole in zip(_lines(text), shown, strict=True):
        plain.append(silenced.line(line))
        code.append(whole if silenced.is_code and not silenced.old else " " * len(line))
    return "\n".join(plain), "\n".join(code)


@dataclass
class _Silenced:
    """Blanks the lines that assert nothing, one after the other."""

    fence: str = ""
    doctest: bool = False
    literal: int = -1  # the indent that a directive's or literal block's lines exceed; -1 outside
    waiting: int = -1  # the indent of a line that ended in `::`
    history: bool = False
    history_indent: int = 0
    old: int = 0  # the level of a changelog's title; 0 outside
    above: str = ""
    coded: bool = False  # whether what a directive or `::` holds is code
    is_code: bool = False  # whether the line just read is

    def line(self, line: str) -> str:
        """The line, or as many blanks."""
        self.is_code = False
        kept = self._fenced(line)
        if kept is None:
            kept = self._kept(line)
        else:
            self.is_code = bool(self.fence) and not _FENCE.match(line)
        self.above = line
        return line if kept else " " * len(line)

    def _fenced(self, line: str) -> bool | None:
        """False for a line of a code block; None where it is none."""
        fence = _FENCE.match(line) if "```" in line or "~~~" in line else None
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
        if stripped[0] == "#" and (title := _TITLE.match(stripped)):
            self._title(len(title.group(1)), title.group(2))
        if self.literal >= 0:
            if indent > self.literal:
                self.is_code = self.coded
                return False
            self.literal = -1
        if self.waiting >= 0:
            self.literal, self.waiting = (self.waiting, -1) if indent > self.waiting else (-1, -1)
            if self.literal >= 0:
                self.is_code = self.coded = True
                return False
        return self._asserts(line, stripped, indent)

    def _asserts(self, line: str, stripped: str, indent: int) -> bool:
        if stripped.startswith(">>>"):
            self.doctest = True
        if stripped.startswith("..") and (directive := _DIRECTIVE.match(line)):
            called = directive.group(2).lower()
            if called in _ASSERTING:
                return True
            self.literal, self.coded = indent, called in _CODE
            self.is_code = _DESCRIBING.match(called) is not None
            return False
        if self.history and indent < self.history_indent:
            self.history = False  # the next item, without a blank line before it
        if _HISTORY.match(line):
            self.history, self.history_indent = True, indent
        if stripped.endswith("::") and not self.history:
            self.waiting = indent
        self.is_code = self.doctest
        return not (self.doctest or self.history or self.old)

    def _title(self, level: int, title: str) -> None:
        if is_history(title):
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
        self.opened: tuple[tuple[str, ...], bool, bool, str, int] = ((), False, False, "", 0)
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
            if _is_underline(line):
                yield from self._close()
                continue
            yield from self._line(offset, line)
        yield from self._close()

    def _close(self) -> Iterator[Block]:
        if self.start >= 0:
            names, heads, listed, section, group = self.opened
            yield Block(self.start, self.end, names, heads, section, group, listed)
        self.start = -1

    def _is_title(self, number: int, stripped: str) -> bool:
        title = _TITLE.match(stripped) if stripped[0] == "#" else None
        if title:
            name = title.group(2)
        elif number + 1 < len(self.lines) and len(stripped) < 60 and _is_underline(self.lines[number + 1][1]):
            name = stripped
        elif stripped[-1] == ":" and (settled := _SETTLED.match(stripped)) and settled.group(1).lower() in _SECTIONS:
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
        listed = bool(names) and len(self.stack) == 1
        self.opened = (self.stack[-1].names if self.stack else (), bool(names), listed, self.section, self.group)

    def _names(self, line: str, at: int, bullet: bool) -> tuple[str, ...] | None:
        """The names that a line begins with; empty for one that begins an item without any; None for running text."""
        if line[at : at + 1] == ":" and (found := FIELD.match(line, at)):
            if found.group(1) in RAISING_FIELDS:
                return tuple(_EXCEPTION_NAME.findall(found.group(2)))
            words = found.group(2).replace("\\", "").split()
            return (words[-1].lstrip("*"),) if words and found.group(1) not in ("returns", "return", "rtype") else ()
        if bullet and (marked := _MARKED.match(line, at)):
            return self._more(line, marked)
        if ":" in line and (plain := _PLAIN.match(line, at)):
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


def _is_underline(line: str) -> bool:
    return line.lstrip(" \t")[:1] in _RULES and _UNDERLINE.match(line) is not None


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
