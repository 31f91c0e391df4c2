"""The lists in a docstring that people wrote, of parameters and of exceptions: where each item stands, line by line.

In: the text of a docstring as its file has it. Out: its `Listing`s in Google, NumPy or Sphinx style. A list that is laid out in
any other way is left out as a whole: who edits half of what they understand breaks the other half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["parameters", "raises"]
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("args", "arguments", "params", "parameters", "other parameters"), "parameters"),
    **dict.fromkeys(("keyword args", "keyword arguments", "other arguments"), "parameters"),
    **dict.fromkeys(("raises", "exceptions"), "raises"),
}
_TITLE = re.compile(r"([A-Z][A-Za-z]+(?: [A-Za-z]+)?):[ \t]*")
_UNDERLINE = re.compile(r"-{3,}[ \t]*")
_FIELD = re.compile(r":(?P<field>\w+)(?:[ \t]+(?P<rest>[^:\n]*))?:")
_PARAMETER_FIELDS = frozenset("param parameter arg argument key keyword kwarg".split())
_RAISE_FIELDS = frozenset("raise raises except exception".split())
_NAME = r"\\?\*{0,2}[A-Za-z_]\w*"
_ITEMS = {
    ("google", "parameters"): re.compile(rf"({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)[ \t]*(\(.*?\))?[ \t]*:(?:[ \t]|$)"),
    ("google", "raises"): re.compile(r"([A-Za-z_][\w.]*)()[ \t]*:(?:[ \t]|$)"),
    ("numpy", "parameters"): re.compile(rf"({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)[ \t]*(:.*)?$"),
    ("numpy", "raises"): re.compile(r"([A-Za-z_][\w.]*)()[ \t]*$"),
}


@dataclass(frozen=True)
class Item:
    """An item of a list: the `names` it is about, the whole lines it takes (`spans`, offsets), where its only name is spelled
    (`spots`), and whether it tells a type."""

    names: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    spots: tuple[int, ...] = ()
    is_typed: bool = False

    @property
    def end(self) -> int:
        """Where its last line ends."""
        return self.spans[-1][1]


@dataclass(frozen=True)
class Listing:
    """One list: its style, the offset of its title (of its first item in Sphinx style), its items and the indentation of these;
    `is_spaced` says that blank lines stand between them."""

    kind: Kind
    style: Literal["google", "numpy", "sphinx"]
    title: str
    start: int
    indent: str
    items: tuple[Item, ...]
    is_spaced: bool = False

    @property
    def names(self) -> list[str]:
        """What the items are about, in their order."""
        return [name for item in self.items for name in item.names]


@dataclass(frozen=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def words(self) -> str:
        return self.text.strip()

    @property
    def indent(self) -> str:
        content = self.text.rstrip("\n")
        return content[: len(content) - len(content.lstrip())]


def listings_in(text: str) -> list[Listing]:
    """The lists of parameters and exceptions that a docstring holds and that are laid out as their style asks for."""
    start, lines = 0, []
    for line in text.splitlines(keepends=True):
        lines.append(_Line(start, line))
        start += len(line)
    found = [*_titled(lines)] or [*_fields(lines)]
    return [listing for listing in found if listing.items]


def _titled(lines: Sequence[_Line]) -> Iterator[Listing]:
    for number, line in enumerate(lines[:-1]):
        below = lines[number + 1]
        if (kind := _KINDS.get(line.words.lower())) and _UNDERLINE.fullmatch(below.words) and below.indent == line.indent:
            found = _items("numpy", kind, line.indent, _numpy_body(lines[number + 2 :], line.indent))
            if found:
                yield Listing(kind, "numpy", line.words, line.start, line.indent, *found)
        elif (title := _TITLE.fullmatch(line.words)) and (kind := _KINDS.get(title[1].lower())):
            body = _google_body(lines[number + 1 :], line.indent)
            indent = next((other.indent for other in body if other.words), "")
            found = _items("google", kind, indent, body) if len(indent) > len(line.indent) else None
            if found:
                yield Listing(kind, "google", title[1], line.start, indent, *found)


def _numpy_body(lines: Sequence[_Line], indent: str) -> list[_Line]:
    """The lines of a section: up to the next title, or a line further out."""
    body: list[_Line] = []
    for number, line in enumerate(lines):
        following = lines[number + 1].words if number + 1 < len(lines) else ""
        is_next = bool(_UNDERLINE.fullmatch(following)) and bool(line.words) and line.indent == indent
        if is_next or line.words.startswith("..") or (line.words and not line.indent.startswith(indent)):
            break
        body.append(line)
    return body


def _google_body(lines: Sequence[_Line], indent: str) -> list[_Line]:
    body: list[_Line] = []
    for line in lines:
        if line.words and (len(line.indent) <= len(indent) or not line.indent.startswith(indent)):
            break
        body.append(line)
    return body


def _items(
    style: Literal["google", "numpy"], kind: Kind, indent: str, body: Sequence[_Line]
) -> tuple[tuple[Item, ...], bool] | None:
    """The items of a section and whether blank lines stand between them; None where a line is none that it should hold."""
    items: list[Item] = []
    is_blank = is_spaced = False
    for line in body:
        if not line.words:
            is_blank = True
            continue
        if line.indent == indent:
            found = _ITEMS[style, kind].match(line.words)
            if found is None:
                return None
            names = tuple(name.strip(" \t\\*") for name in found[1].split(","))
            spot = line.start + len(indent) + found.start(1) + len(found[1]) - len(found[1].lstrip("\\*"))
            items.append(Item(names, ((line.start, line.end),), (spot,) if len(names) == 1 else (), bool(found[2])))
            is_spaced = is_spaced or (is_blank and len(items) > 1)
        elif items and len(line.indent) > len(indent):
            last = items[-1]
            items[-1] = Item(last.names, ((last.spans[0][0], line.end),), last.spots, last.is_typed)
        else:
            return None
        is_blank = False
    return tuple(items), is_spaced


def _fields(lines: Sequence[_Line]) -> Iterator[Listing]:
    """The lists of a docstring in Sphinx style, whose fields may stand in any order."""
    groups: dict[Kind, dict[str, Item]] = {"parameters": {}, "raises": {}}
    typed: dict[str, tuple[tuple[int, int], int]] = {}
    indents: dict[Kind, str] = {}
    for number, line in enumerate(lines):
        found = _FIELD.match(line.words)
        if found is None:
            continue
        span = line.start, _field_end(lines, number)
        words = (found["rest"] or "").split()
        if not words:
            continue
        name = words[-1].strip("\\*")
        spot = line.start + line.text.index(":") + found.start("rest") + (found["rest"] or "").rindex(name)
        kind: Kind | None = None
        if found["field"] == "type":
            typed[name] = span, spot
        elif found["field"] in _PARAMETER_FIELDS and name.isidentifier():
            kind = "parameters"
        elif found["field"] in _RAISE_FIELDS and re.fullmatch(r"[\w.]+", name) and len(words) == 1:
            kind = "raises"
        if kind is not None:
            groups[kind].setdefault(name, Item((name,), (span,), (spot,), len(words) > 1))
            indents.setdefault(kind, line.indent)
    for name, (span, spot) in typed.items():
        if (item := groups["parameters"].get(name)) is not None:
            spans, spots = tuple(sorted((*item.spans, span))), tuple(sorted((*item.spots, spot)))
            groups["parameters"][name] = Item(item.names, spans, spots, is_typed=True)
    for kind, items in groups.items():
        if items:
            first = min(item.spans[0][0] for item in items.values())
            yield Listing(kind, "sphinx", "", first, indents[kind], tuple(items.values()))


def _field_end(lines: Sequence[_Line], number: int) -> int:
    """Where the lines of a field end: the deeper ones below belong to it, blank lines after it do not."""
    end = lines[number].end
    first = lines[number]
    for line in lines[number + 1 :]:
        if not line.words:
            continue
        if len(line.indent) <= len(first.indent):
            break
        end = line.end
    return end
