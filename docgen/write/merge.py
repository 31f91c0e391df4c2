"""A fresh layout merged into the document that is there: what people own stays, what is missing comes to its place.

In: the existing document and the laid-out one, whose sections are empty. Out: the existing one with an empty region for each
section that it lacks. What stands under a heading that a person wrote is theirs; a section that a person took out stays out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from docgen.document import Document, Section
from docgen.files import Text

KindOf = Callable[[str], str | None]
"""The kind of section that a heading announces."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_TITLE = "#"  # a title is the title, whatever it says


@dataclass(frozen=True)
class _Heading:
    """A heading of a document: `path` names it and those around it, below the title, so that two documents can be compared."""

    start: int
    level: int
    path: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    """What a layout puts under one heading (None before the first): the sections, and the template's text around them."""

    heading: _Heading | None
    sections: tuple[Section, ...]
    text: str


def merge(existing: Document, fresh: Document, removed: Iterable[str], kind_of: KindOf) -> Document:
    """`existing` with every section of `fresh` that it lacks, empty, at the place that `fresh` gives it. Not added: sections
    whose keys are in `removed`, and those under a heading that `existing` has with no managed section below it."""
    if not str(existing).strip():
        return Document.parse(str(fresh), existing.path)
    settled = {*removed, *(section.key for section in existing.sections)}
    if all(section.key in settled for section in fresh.sections):
        return existing
    merged = _with_front_matter(existing, fresh, frozenset(removed))
    return _Merge(merged, fresh, frozenset(removed), kind_of).document()


class _Merge:
    def __init__(self, existing: Document, fresh: Document, removed: frozenset[str], kind_of: KindOf) -> None:
        self.existing, self.text, self.removed = existing, str(existing), removed
        self.newline = Text(self.text).newline
        self.headings = _headings(existing, kind_of)
        self.groups = _groups(fresh, kind_of)
        self.ends = _section_ends(existing)
        self.insertions: list[tuple[int, str]] = []

    def document(self) -> Document:
        for number, group in enumerate(self.groups):
            wanted = [section for section in group.sections if section.key not in self.removed and section.key not in self.ends]
            if not wanted:
                continue
            if any(section.key in self.ends for section in group.sections):
                for section in wanted:
                    self._into(group, section)
            elif self._known(group) is None and not self._taken_out(group):
                self.insertions.append((self._place(number), group.text))
        return Document.parse(_inserted(self.text, self.insertions, self.newline), self.existing.path)

    def _known(self, group: _Group) -> _Heading | None:
        """The existing document's heading of the same name in the same place."""
        if group.heading is None:
            return None
        return next((heading for heading in self.headings if heading.path == group.heading.path), None)

    def _taken_out(self, group: _Group) -> bool:
        return any(section.key in self.removed for section in group.sections)

    def _into(self, group: _Group, section: Section) -> None:
        """Puts a section into a group that is there: after the one before it, else before the one that follows."""
        keys = [item.key for item in group.sections]
        at = keys.index(section.key)
        text = _with_label(group, section)
        before = next((key for key in reversed(keys[:at]) if key in self.ends), None)
        if before is not None:
            self.insertions.append((self.ends[before][1], text))
            return
        after = next(key for key in keys[at:] if key in self.ends)
        self.insertions.append((self.ends[after][0], text))

    def _place(self, number: int) -> int:
        """Where a new group goes: behind the nearest earlier one that is there, before the nearest later one, or at the end."""
        group = self.groups[number]
        level = group.heading.level if group.heading else 1
        for earlier in reversed(self.groups[:number]):
            if (start := self._start(earlier)) is not None:
                inner = earlier.heading is not None and earlier.heading.level < level
                return self._next_heading(start, 6 if inner else level)
        for later in self.groups[number + 1 :]:
            if (start := self._start(later)) is not None:
                return start
        return len(self.text)

    def _start(self, group: _Group) -> int | None:
        """Where a group begins in the existing document: at its heading, or else at its first section."""
        if (heading := self._known(group)) is not None:
            return heading.start
        starts = [self.ends[section.key][0] for section in group.sections if section.key in self.ends]
        if not starts:
            return None
        above = [heading.start for heading in self.headings if heading.start < starts[0]]
        return above[-1] if above else starts[0]

    def _next_heading(self, start: int, level: int) -> int:
        return next(
            (heading.start for heading in self.headings if heading.start > start and heading.level <= level), len(self.text)
        )


def _with_label(group: _Group, section: Section) -> str:
    """A section with the template's text between it and what stands above: its label."""
    before = group.text[: group.text.index(section.source.rstrip("\r\n"))]
    label = before.rpartition("-->")[2] if "-->" in before else before.partition("\n")[2]
    return f"{label.strip()}\n\n{section.source.strip()}" if label.strip() else section.source.strip()


def _inserted(text: str, insertions: Sequence[tuple[int, str]], newline: str) -> str:
    """`text` with each insertion at its offset, blank lines around it; several at one offset keep their order."""
    offsets = sorted({offset for offset, _ in insertions}, reverse=True)
    for offset in offsets:
        parts = [part.strip("\n") for place, part in insertions if place == offset]
        before, after = text[:offset], text[offset:]
        middle = "\n\n".join(parts).replace("\n", newline)
        text = (
            before
            + _gap(before, newline)
            + middle
            + newline
            + (newline if after.strip(" \t")[:1] not in ("", "\r", "\n") else "")
            + after
        )
    return text


def _gap(before: str, newline: str) -> str:
    """What is missing between `before` and a new block for one blank line."""
    if not before.strip():
        return ""
    ends = before[len(before.rstrip("\r\n")) :].count(newline)
    return newline * max(0, 2 - ends)


def _headings(document: Document, kind_of: KindOf) -> list[_Heading]:
    """The headings outside managed sections, each with the path of those around it below the title."""
    text = str(document)
    starts, managed = _line_starts(text), list(_section_ends(document).values())
    above: list[tuple[int, str]] = []
    headings = []
    for item in document.headed_sections():
        start = starts[item.line - 1]
        if any(first <= start < last for first, last in managed):
            continue
        above = [(level, name) for level, name in above if level < item.level]
        if item.level > 1:
            above.append((item.level, kind_of(item.heading) or " ".join(item.heading.casefold().split())))
        headings.append(_Heading(start, item.level, tuple(name for _, name in above) or (_TITLE,)))
    return headings


def _groups(fresh: Document, kind_of: KindOf) -> list[_Group]:
    """The layout cut at its headings."""
    text, starts = str(fresh), _line_starts(str(fresh))
    headings = _headings(fresh, kind_of)
    sections = [(starts[section.line - 1], section) for section in fresh.sections if not section.in_front_matter]
    groups = []
    first = headings[0].start if headings else len(text)
    bounds = [
        (None, 0, first),
        *((heading, heading.start, end) for heading, end in zip(headings, _ends(headings, text), strict=True)),
    ]
    for heading, start, end in bounds:
        inside = tuple(section for place, section in sections if start <= place < end)
        if inside:
            groups.append(_Group(heading, inside, text[start:end]))
    return groups


def _ends(headings: Sequence[_Heading], text: str) -> list[int]:
    return [*(heading.start for heading in headings[1:]), len(text)]


def _section_ends(document: Document) -> dict[str, tuple[int, int]]:
    """Where each section begins and ends in the text, markers included."""
    places, offset = {}, 0
    for part in document.parts:
        if isinstance(part, Section):
            places[part.key] = (offset, offset + len(part.source))
        offset += len(part.source)
    return places


def _line_starts(text: str) -> list[int]:
    """The offset of every line, and of the end."""
    return [0, *(found.end() for found in _LINE_END.finditer(text)), len(text)]


def _with_front_matter(existing: Document, fresh: Document, removed: frozenset[str]) -> Document:
    """`existing` with the layout's region of front matter, in its own front matter or in a new one."""
    section = next((section for section in fresh.sections if section.in_front_matter), None)
    if section is None or section.key in removed or existing.get(section.key) is not None:
        return existing
    text = str(existing)
    newline = Text(text).newline
    block = section.source.replace("\n", newline)
    front = "".join(part.source for part in existing.parts if part.in_front_matter)
    if not front:
        return Document.parse(f"---{newline}{block}---{newline}{newline}{text}", existing.path)
    closing = front.rstrip("\r\n").rfind(newline) + len(newline)
    return Document.parse(front[:closing] + block + text[closing:], existing.path)
