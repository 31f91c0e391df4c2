"""A Markdown document as managed sections and human passages.

In: text. Out: `Document`, whose `str` is that text byte for byte, with its sections by key, new texts merged in, and the
passages under its headings. One reason to change: the grammar of markers. Which lines are code is left to markdown-it, so
that a marker shown as an example is never taken for one.
"""

from __future__ import annotations

import bisect
import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any, NoReturn

from markdown_it import MarkdownIt
from markdown_it.token import Token

from docgen.facts import mark
from docgen.later import Frozen, expression
from docgen.report import InputError

_LINE = expression(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")  # str.splitlines also splits at form feeds and Unicode separators
_LINE_END = expression(r"\r\n|\n|\r")
_WORD = r"[ \t]*docgen:(?:section|end)(?!\w|-(?!->))"
_MARKER_IN_MARKDOWN = expression(r" {0,3}<!--" + _WORD)
_MARKER_IN_YAML = expression(r"[ \t]*#" + _WORD)
_OPENING = expression(r"docgen:section[ \t]+(?P<kind>\w[\w.-]*)[ \t]+of=(?P<about>\S.*)")
_CLOSING = expression(r"docgen:end(?:[ \t]+mark=(?P<mark>[0-9A-Fa-f]+))?")
_DEEPEST = 200
_BLOCK_SCALAR = expression(r"(?P<lead> *(?:- +)*)(?P<key>[^ #][^#]*:[ \t]+)?[|>][-+0-9]*[ \t]*(?:#.*)?")


class Passage(Frozen):
    """Text that people own: everything outside markers. `line` is that of its first character."""

    source: str
    line: int
    in_front_matter: bool = False


class Section(Frozen):
    """Text between markers. `line` is that of the opening marker, `mark` what the closing one records (empty where it has
    none), `text` the lines between them as they are in the file."""

    kind: str
    about: str
    text: str
    line: int
    mark: str
    opening: str
    closing: str
    in_front_matter: bool = False

    @property
    def key(self) -> str:
        """`kind:about`, unique in a document."""
        return section_key(self.kind, self.about)

    @property
    def source(self) -> str:
        """The section with its markers."""
        return self.opening + self.text + self.closing

    @property
    def edited(self) -> bool:
        """Whether a person has changed the text since it was marked; a section without mark or text awaits its first one."""
        return text_mark(self.text) != self.mark and bool(self.mark or self.text.strip())

    def line_at(self, offset: int) -> int:
        """The line of the document that holds the character of the text at `offset`."""
        return self.line + 1 + self.text.count("\n", 0, offset)

    def with_text(self, text: str) -> Section:
        """The section with a new text and its mark; line ends and outer blank lines stay as they are here."""
        new_mark, newline = text_mark(text), _line_end(self.opening)
        if new_mark != text_mark(self.text):
            before, after = _outer_blanks(self.text, "" if self.in_front_matter else newline)
            lines = _filled(text)
            text = before + "".join(line + newline for line in lines) + after if lines else ""
        else:
            text = self.text
        closing = self.closing
        if new_mark != self.mark:
            indent = closing[: len(closing) - len(closing.lstrip())]
            closing = indent + _closing_marker(new_mark, self.in_front_matter) + _line_end(closing)
        return replace(self, text=text, mark=new_mark, closing=closing)


class HeadedSection(Frozen):
    """A passage under one heading, up to the next heading of any level. `path` has the enclosing headings, outermost first;
    `line` is that of the heading and `text_line` that of the first line of `text`."""

    level: int
    heading: str
    line: int
    text: str
    path: tuple[str, ...]
    text_line: int


class Document(Frozen):
    """A Markdown text as a sequence of passages and sections; `path` is for messages only."""

    parts: tuple[Passage | Section, ...]
    path: str = field(default="<text>", compare=False)

    @classmethod
    def parse(cls, text: str, path: str = "<text>") -> Document:
        """The document whose `str` is `text`; InputError with the line of a marker that is malformed, nested, unclosed, without
        a beginning, or second of its key."""
        lines = _LINE.findall(text)
        front = _front_matter_length(lines)
        sections: list[Section] = []
        if "docgen:" in text:
            for scanned in (_yaml_markers(lines, front), _markdown_markers(lines, front)):
                sections += _paired(lines, scanned, path)
        _refuse_duplicates(sections, path)
        return cls(tuple(_parts(lines, front, sections)), path)

    def __str__(self) -> str:
        return "".join(part.source for part in self.parts)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The managed sections in order."""
        return tuple(part for part in self.parts if isinstance(part, Section))

    @cached_property
    def human(self) -> tuple[Passage, ...]:
        """The passages that people own, in order; none is empty."""
        return tuple(part for part in self.parts if isinstance(part, Passage))

    @cached_property
    def _by_key(self) -> Mapping[str, Section]:
        return {section.key: section for section in self.sections}

    def get(self, key: str) -> Section | None:
        """The section with this `kind:about`, or None."""
        return self._by_key.get(key)

    @property
    def front_matter(self) -> str | None:
        """The YAML between `---` lines at the very start, or None."""
        lines = _LINE.findall("".join(part.source for part in self.parts if part.in_front_matter))
        return "".join(lines[1:-1]) if lines else None

    def with_sections(self, texts: Mapping[str, str]) -> Document:
        """The document with these sections renewed and marked and everything else untouched, in time linear in its size.
        InputError where there is no such section, or where a text would break out of its own."""
        for key in texts:
            if key not in self._by_key:
                near = difflib.get_close_matches(key, self._by_key, n=1)
                fix = f"did you mean `{near[0]}`?" if near else f"name one of its {len(self._by_key)} sections"
                raise InputError(f"no section `{key}`", self.path, fix)
        renewed = tuple(
            part.with_text(texts[part.key]) if isinstance(part, Section) and part.key in texts else part for part in self.parts
        )
        return self if renewed == self.parts else _reparsed(renewed, self.path)

    def headed_sections(self) -> tuple[HeadedSection, ...]:
        """Every passage under a heading (`#` or underlined) of the document itself, not of its quotes and lists."""
        lines = _LINE.findall(str(self))
        return tuple(_headed(lines, _front_matter_length(lines)))


def section_key(kind: str, about: str) -> str:
    """What names a section in messages, ledgers and on the command line."""
    return f"{kind}:{about}"


def text_mark(text: str) -> str:
    """The mark of a section's text, blind to line ends, trailing blanks, outer blank lines and Unicode composition, so that
    a formatter or another system does not make it look edited."""
    plain = "\n".join(line.rstrip() for line in _filled(unicodedata.normalize("NFC", text)))
    return mark(plain.encode("utf-8", "backslashreplace").decode())  # lone surrogates have no bytes


def render_section(kind: str, about: str, text: str, *, front_matter: bool = False) -> str:
    """A new marked region, without final line end, for a template to place on lines of its own. InputError where the text
    holds a marker, leaves a code fence open or would otherwise break out."""
    opening = f"docgen:section {kind} of={about}"
    named = _OPENING.fullmatch(opening)
    if not named or named["about"] != about.strip() or not about.isprintable() or "-->" in about:
        raise InputError(f"kind {kind!r} and name {about!r} do not fit into a marker", "", "use plain words on one line")
    opening = f"# {opening}\n" if front_matter else f"<!-- {opening} -->\n"
    closing = _closing_marker("", front_matter) + "\n"
    section = Section(kind, about, "", 1, "", opening, closing, front_matter).with_text(text)
    if text.strip():
        outside = Passage("---\n", 1, True) if front_matter else Passage("\n", 1)
        _reparsed([outside, section, outside], section.key)
    return section.source.removesuffix("\n")


def _reparsed(parts: Sequence[Passage | Section], path: str) -> Document:
    """The document whose text reads as these very parts; InputError where a text breaks out of its section."""
    fix = "leave markers out of the text, and close its code fences"
    try:
        document = Document.parse("".join(part.source for part in parts), path)
    except InputError as error:
        raise InputError(f"the new text breaks the document: {error.what}", error.where, fix) from error
    if [part.source for part in parts] != [part.source for part in document.parts]:
        raise InputError("the new text breaks out of its section", path, fix)
    return document


def _filled(text: str) -> list[str]:
    """The lines from the first to the last that is not blank, without their ends."""
    lines = _LINE_END.split(text)
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _outer_blanks(text: str, default: str) -> tuple[str, str]:
    """The blank lines that `text` begins and ends with; `default` for both where there is nothing between them."""
    lines = _LINE.findall(text)
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if not filled:
        return default, default
    return "".join(lines[: filled[0]]), "".join(lines[filled[-1] + 1 :])


def _closing_marker(new_mark: str, in_front_matter: bool) -> str:
    words = f"docgen:end mark={new_mark}" if new_mark else "docgen:end"
    return f"# {words}" if in_front_matter else f"<!-- {words} -->"


# Reading markers


class _Scanned(Frozen):
    """The lines (from 0) that hold markers in one region of a document, and those where they are text."""

    markers: tuple[int, ...]
    shown: tuple[int, ...]
    in_front_matter: bool


def _front_matter_length(lines: Sequence[str]) -> int:
    """How many lines the front matter takes with both its delimiters; 0 where there is none."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((number for number in range(2, len(lines) + 1) if lines[number - 1].rstrip() in ("---", "...")), 0)


def _yaml_markers(lines: Sequence[str], front: int) -> _Scanned:
    """Markers among the comments of the front matter; in a block of literal text they are text."""
    markers: list[int] = []
    shown: list[int] = []
    literal_above = -1  # the indent that a literal text has to exceed; negative outside of one
    for number in range(1, front - 1):
        line = lines[number]
        if literal_above >= 0 and line.strip() and len(line) - len(line.lstrip(" ")) <= literal_above:
            literal_above = -1
        if _MARKER_IN_YAML.match(line):
            (markers if literal_above < 0 else shown).append(number)
        if literal_above < 0 and (scalar := _BLOCK_SCALAR.fullmatch(line.rstrip())):
            lead = scalar["lead"]
            literal_above = len(lead) if scalar["key"] else max(lead.rfind("-"), 0)
    return _Scanned(tuple(markers), tuple(shown), True)


def _markdown_markers(lines: Sequence[str], front: int) -> _Scanned:
    """Markers below the front matter; in code they are text."""
    found = [number for number in range(front, len(lines)) if _MARKER_IN_MARKDOWN.match(lines[number])]
    code = _code(lines, front) if found else []
    starts = [start for start, _ in code]
    markers: list[int] = []
    shown: list[int] = []
    for number in found:
        before = bisect.bisect_right(starts, number) - 1
        (shown if before >= 0 and number < code[before][1] else markers).append(number)
    return _Scanned(tuple(markers), tuple(shown), False)


def _code(lines: Sequence[str], front: int) -> list[tuple[int, int]]:
    """First and past-the-last line of every code block, in order."""
    if not any("```" in line or "~~~" in line for line in lines):
        return []  # a marker has at most three blanks before it, so only a fence can make it code
    blocks = _markdown().parse(_below(lines, front))
    return [(token.map[0], token.map[1]) for token in blocks if token.type in ("fence", "code_block") and token.map]


def _below(lines: Sequence[str], front: int) -> str:
    """The text with its front matter blanked out, so that line numbers hold."""
    return "\n" * front + "".join(lines[front:])


def _markdown() -> MarkdownIt:
    """A reader of block structure, which leaves what is inside paragraphs unread. Below its deepest nesting it reads nothing
    more of a document, not even the code after a list: so that is deeper than people write, and as deep as Python can go."""
    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).disable("inline")


def _paired(lines: Sequence[str], scanned: _Scanned, path: str) -> Iterator[Section]:
    """The sections that the markers of one region make."""
    opened: tuple[int, str, str] | None = None
    for number in scanned.markers:
        words = _words(lines[number], scanned.in_front_matter)
        if opening := _OPENING.fullmatch(words):
            kind, about = opening["kind"], opening["about"]
            if not about.isprintable():
                _refuse_malformed(lines[number], f"{path}:{number + 1}")
            if opened:
                _refuse_nested(opened, section_key(kind, about), number, path)
            opened = number, kind, about
        elif closing := _CLOSING.fullmatch(words):
            if not opened:
                fix = "delete the line, or put back the `docgen:section` marker above it"
                raise InputError("an end marker without a section", f"{path}:{number + 1}", fix)
            start, kind, about = opened
            text = "".join(lines[start + 1 : number])
            recorded = (closing["mark"] or "").lower()
            yield Section(kind, about, text, start + 1, recorded, lines[start], lines[number], scanned.in_front_matter)
            opened = None
        else:
            _refuse_malformed(lines[number], f"{path}:{number + 1}")
    if opened:
        _refuse_unclosed(opened, lines, scanned, path)


def _words(line: str, in_front_matter: bool) -> str:
    """What a marker says, without the comment around it; empty where the line holds more than the comment."""
    line = line.strip()
    if in_front_matter:
        return line.removeprefix("#").strip()
    inner, dashes, after = line.removeprefix("<!--").partition("-->")
    return inner.strip() if dashes and not after else ""


def _refuse_malformed(line: str, where: str) -> NoReturn:
    seen = line.strip()
    seen = seen if len(seen) <= 80 else seen[:79] + "…"
    fix = "write `<!-- docgen:section KIND of=NAME -->` or `<!-- docgen:end mark=… -->` (`# …` in front matter) on its own line"
    raise InputError(f"marker not understood: {seen}", where, f"{fix}, or show it in a code fence")


def _refuse_nested(opened: tuple[int, str, str], key: str, number: int, path: str) -> NoReturn:
    start, kind, about = opened
    what = f"section `{key}` begins inside section `{section_key(kind, about)}`, which began on line {start + 1}"
    raise InputError(what, f"{path}:{number + 1}", "put the `docgen:end` marker of the first one above this line")


def _refuse_unclosed(opened: tuple[int, str, str], lines: Sequence[str], scanned: _Scanned, path: str) -> NoReturn:
    start, kind, about = opened
    ends = (n + 1 for n in scanned.shown if n > start and _CLOSING.fullmatch(_words(lines[n], scanned.in_front_matter)))
    hidden = next(ends, 0)
    what = f"section `{section_key(kind, about)}` has no end marker"
    if hidden:
        what, fix = f"{what}: the one on line {hidden} is inside code", f"close the code fence above line {hidden}"
    else:
        fix = f"put `{_closing_marker('', scanned.in_front_matter)}` on a line of its own after its text"
    raise InputError(what, f"{path}:{start + 1}", fix)


def _refuse_duplicates(sections: Iterable[Section], path: str) -> None:
    first: dict[str, int] = {}
    for section in sections:
        line = first.setdefault(section.key, section.line)
        if line != section.line:
            what = f"section `{section.key}` is on line {line} and again on line {section.line}"
            raise InputError(what, f"{path}:{section.line}", "delete one of the two with its markers")


def _parts(lines: Sequence[str], front: int, sections: Sequence[Section]) -> Iterator[Passage | Section]:
    """Sections and what lies between them; the end of the front matter parts passages too."""
    position = 0
    for section in sections:
        yield from _passages(lines, position, section.line - 1, front)
        yield section
        position = section.line - 1 + len(_LINE.findall(section.source))
    yield from _passages(lines, position, len(lines), front)


def _passages(lines: Sequence[str], start: int, end: int, front: int) -> Iterator[Passage]:
    for first, last in ((start, min(end, front)), (max(start, front), end)):
        if first < last:
            yield Passage("".join(lines[first:last]), first + 1, first < front)


# Reading headings


def _headed(lines: Sequence[str], front: int) -> Iterator[HeadedSection]:
    markdown, links = _markdown(), dict[str, Any]()
    tokens = markdown.parse(_below(lines, front), links)
    starts = [(number, token) for number, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    ends = [token.map[0] for _, token in starts[1:] if token.map]
    above: list[tuple[int, str]] = []
    for (number, token), end in zip(starts, [*ends, len(lines)], strict=False):
        first, text_line = token.map or (0, 0)
        level = int(token.tag[1])
        while above and above[-1][0] >= level:
            above.pop()
        heading = _plain(markdown, tokens[number + 1].content, links)
        text = "".join(lines[text_line:end])
        yield HeadedSection(level, heading, first + 1, text, tuple(name for _, name in above), text_line + 1)
        above.append((level, heading))


def _plain(markdown: MarkdownIt, content: str, links: dict[str, Any]) -> str:
    """A heading as a reader sees it: code and link texts stay, the signs around them go."""
    inline: list[Token] = []
    markdown.inline.parse(content, markdown, links, inline)
    breaks = {"softbreak": " ", "hardbreak": " ", "html_inline": ""}
    return " ".join("".join(breaks.get(token.type, token.content) for token in inline).split())
