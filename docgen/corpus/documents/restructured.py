"""reStructuredText as Markdown, by docutils, every line with the line that it came from.

In: the text of a page, Sphinx's dialect included. Out: a `Page` of headings, prose, lists, tables and code. What only points
elsewhere is left out; no file is read and nothing is run. Roles become the names that a reader sees, and say what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.parsers.rst.states import Inliner
from docutils.utils import new_document

from docgen.corpus.documents.directives import CITED, register_for
from docgen.report import InputError
from docgen.subjects.page import Line, Page

_LONGEST_LINE = 10_000  # characters; docutils' patterns are slow on longer ones
_SILENT = 5  # above every level at which docutils reports or stops
_TITLED = re.compile(r"(.+?)\s*<([^<>]+)>", re.DOTALL)
_LOOKS_LIKE_CODE = re.compile(r"[\w.*\[\]()'\"=/<>:-]*[._()\[\]=*/'\"][\w.*\[\]()'\"=/<>:-]*|[A-Z]+[a-z0-9]+[A-Z]\w*|\w+\(\)")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_BREAKS_OUT = re.compile(r"[ \t]*(?=#{1,6}(?:\s|$)|>|(?:[-=]\s*)+$|```|~~~|<!--|\+\s)")
_MARKUP = re.compile(r"\A\s*\.\.[^\n]*\n|^[ \t]*:[\w-]+:.*$|^[ \t]*[+|=-][-+|= ]*$", re.MULTILINE)
_OBJECT_ROLES = frozenset("func class meth mod attr exc obj data const any property type deco function method".split())
_CODE_ROLES = frozenset(
    "code literal file command option envvar program samp kbd makevar regexp mimetype dfn token keyword pypi setting".split()
)
_FIELD = re.compile(
    r"(type|param|parameter|arg|argument|key|keyword|kwarg|ivar|cvar|var|raises?|except|exception)\s+(?:.*\s)?(\S+)"
)
_STEERING = frozenset("orphan nocomments tocdepth nosearch".split())
_TOLD = (nodes.definition, nodes.field_body, nodes.description)
_TEXT_ROLES = frozenset("doc ref term math guilabel abbr sub sup numref eq emphasis strong".split())
_SKIPPED = (
    *(nodes.comment, nodes.target, nodes.substitution_definition, nodes.footnote, nodes.citation, nodes.pending),
    *(nodes.raw, nodes.image, nodes.footnote_reference, nodes.citation_reference, nodes.math_block, nodes.decoration),
)


def restructured_page(text: str, shown: str) -> Page:
    """The page of a reStructuredText document. Raises InputError where docutils cannot read it."""
    _refuse_long_lines(text, shown)
    inliner = _Roles()
    tree = _parsed(text, shown, inliner)
    return Page.made_of(_Writer(tree).lines(), shown, [f"import {module}" for module in sorted(inliner.modules)])


def _refuse_long_lines(text: str, shown: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            what = f"a line of {len(line):,} characters, of at most {_LONGEST_LINE:,}"
            raise InputError(what, f"{shown}:{number}", "wrap the line, or exclude the file")


def _parsed(text: str, shown: str, inliner: Inliner) -> nodes.document:
    register_for(text)
    settings = get_default_settings(Parser)
    settings.report_level = settings.halt_level = _SILENT
    settings.warning_stream = False
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.syntax_highlight = "none"
    tree = new_document(shown, settings)
    try:
        Parser(inliner=inliner).parse(text, tree)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # docutils has no error of its own for markup that it stumbles over.
        reason = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:120]
        raise InputError(f"docutils cannot read it: {reason or type(error).__name__}", shown, "exclude the file") from error
    return tree


class _Roles(Inliner):
    """Reads inline markup. A role becomes the words that a reader sees, as code where they are a name; what it names is kept,
    and `scope` is the module or class that names are relative to."""

    def __init__(self) -> None:
        super().__init__()
        self.scope = self.module = ""
        self.modules: set[str] = set()

    def init_customizations(self, settings: Any) -> None:
        """Takes over docutils' patterns, which only its own class can build; addresses in prose stay prose."""
        plain = Inliner()
        plain.init_customizations(settings)
        self.__dict__.update({**plain.__dict__, **self.__dict__}, implicit_dispatch=[])

    def within(self, name: str) -> str:
        """The full path of `name` where it stands, as far as the page tells."""
        return name if not self.module or name.startswith(f"{self.module}.") else f"{self.module}.{name}"

    def cited(self, name: str) -> str:
        """A name with its scope, `bank.http:load`, or by itself where there is none."""
        if self.module:
            self.modules.add(self.module)
        return f"{self.scope}:{name}" if self.scope else name

    def interpreted(
        self, rawsource: str, text: str, role: str | None, lineno: int
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The nodes for one role, none of which is looked up: any name is as good as another."""
        plain = nodes.unescape(text)
        sort = (role or "").lower().rpartition(":")[2]
        titled = _TITLED.fullmatch(plain)
        title, target = (titled[1], titled[2]) if titled else (plain, plain)
        words = title.rstrip("()").rpartition(".")[2].lstrip("~!") if title.startswith("~") else title.lstrip("!.")
        if sort in _OBJECT_ROLES:
            name = _NAME.match(target.lstrip("~!."))
            shown: nodes.Node = nodes.literal(rawsource, words, **{CITED: (self.cited(name[0]),) if name else ()})
        elif sort in ("pep", "rfc"):
            shown = nodes.Text(f"{sort.upper()} {words}")
        elif sort in _CODE_ROLES or (sort not in _TEXT_ROLES and not titled and _LOOKS_LIKE_CODE.fullmatch(words)):
            shown = nodes.literal(rawsource, words)
        else:
            shown = nodes.Text(f"${plain}$" if sort == "math" else words)
        lost = plain.count("\n") - shown.astext().count("\n")  # lines of the target, without which the others move up
        return [nodes.Text("\n" * lost), shown] if lost > 0 else [shown], []


# Writing -----------------------------------------------------------------------------------------------------------------


class _Writer:
    """Walks a doctree and writes its lines."""

    def __init__(self, tree: nodes.document) -> None:
        self.tree = tree
        self._number = 1  # of the line last written, in the file
        self._lines: list[Line] = []

    def lines(self) -> list[Line]:
        """All lines of the document."""
        for child in self.tree.children:
            if not (isinstance(child, nodes.field_list) and not self._lines):  # `:orphan:` and its like
                self._block(child, "", 0)
        return self._lines

    def _write(self, text: str, indent: str, number: int | None, cited: Sequence[str] = ()) -> None:
        """Lines of text, the first from line `number` of the file and the others from those after it."""
        first = self._number if number is None else number
        for offset, line in enumerate(text.split("\n")):
            self._number = first + offset
            filled = f"{indent}{line}".rstrip() if line.strip() else ""
            self._lines.append(Line(filled, self._number, tuple(cited) if not offset else ()))

    def _blank(self) -> None:
        if self._lines and self._lines[-1].text:
            self._lines.append(Line("", self._number))

    def _block(self, node: nodes.Node, indent: str, level: int) -> None:
        """One block element with everything inside of it, and a blank line after it."""
        if isinstance(node, _SKIPPED):
            return
        if isinstance(node, nodes.section):
            self._section(node, level)
        elif isinstance(node, nodes.literal_block | nodes.doctest_block):
            self._code(node, indent)
        elif isinstance(node, nodes.bullet_list | nodes.enumerated_list):
            self._list(node, indent, level)
        elif isinstance(node, nodes.definition_list_item | nodes.field | nodes.option_list_item):
            self._described(node, indent, level)
        elif isinstance(node, nodes.table):
            self._table(node, indent)
        elif isinstance(node, nodes.system_message):
            self._unread(node, indent)
        elif isinstance(node, nodes.line_block):
            for line in node.findall(nodes.line):
                self._paragraph(line, indent)
        elif isinstance(node, nodes.TextElement):
            self._paragraph(node, indent)
        else:
            for child in node.children:
                self._block(child, indent, level)
        self._blank()

    def _section(self, node: nodes.section, level: int) -> None:
        for child in node.children:
            if isinstance(child, nodes.title):
                self._blank()
                heading = " ".join(_inline(child).split())
                under = _line_of(child)  # docutils notes where the line of signs below stands
                self._write(f"{'#' * min(level + 1, 6)} {heading}", "", under and under - 1, _cited(child))
                self._blank()
            else:
                self._block(child, "", level + 1)

    def _paragraph(self, node: nodes.TextElement, indent: str) -> None:
        text, number, cited = _lines_in(node), _line_of(node), _cited(node)
        if text:
            self._write(text, indent, number, cited)
        elif cited:
            self._lines.append(Line("", number or self._number, cited))

    def _code(self, node: nodes.TextElement, indent: str) -> None:
        language = "python" if isinstance(node, nodes.doctest_block) else str(node.get("language", ""))
        text = node.astext()
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", text)), default=2))
        number = _line_of(node)
        self._write(f"{fence}{language}", indent, number)
        self._write(text, indent, number)
        self._write(fence, indent, None)

    def _list(self, node: nodes.Element, indent: str, level: int) -> None:
        start = int(node.get("start", 1)) if isinstance(node, nodes.enumerated_list) else 0
        for position, item in enumerate(node.children):
            sign = f"{start + position}. " if start else "- "
            before = len(self._lines)
            for child in item.children:
                self._block(child, indent + " " * len(sign), level)
            self._sign(before, indent, sign)
            if all(isinstance(child, nodes.paragraph) for child in item.children) and len(item.children) == 1:
                self._drop_blank()

    def _described(self, node: nodes.Element, indent: str, level: int) -> None:
        """A term and what is said of it, as an item of a list."""
        before, inner = len(self._lines), indent + "  "
        terms = [child for child in node.children if isinstance(child, nodes.term | nodes.field_name)]
        terms += list(node.findall(nodes.option)) if isinstance(node, nodes.option_list_item) else []
        term = ", ".join(_field(_inline(child)) if isinstance(child, nodes.field_name) else _inline(child) for child in terms)
        if isinstance(node, nodes.field) and term in _STEERING:
            return
        number, cited = _line_of(node), [name for child in terms for name in _cited(child)]
        told = [block for child in node.children if isinstance(child, _TOLD) for block in child.children]
        if told and isinstance(told[0], nodes.paragraph):
            self._write(f"{term}: {_lines_in(told[0])}", inner, number, [*cited, *_cited(told.pop(0))])
        else:
            self._write(f"{term}:" if told else term, inner, number, cited)
        for block in told:
            self._blank()
            self._block(block, inner, level)
        self._sign(before, indent, "- ")

    def _sign(self, before: int, indent: str, sign: str) -> None:
        """Puts the sign of a list in front of the first line written since `before`."""
        for index in range(before, len(self._lines)):
            line = self._lines[index]
            if line.text:
                text = indent + sign + line.text[len(indent) + len(sign) :]
                self._lines[index] = Line(text, line.number, line.cited)
                return

    def _drop_blank(self) -> None:
        if self._lines and not self._lines[-1].text and not self._lines[-1].cited:
            self._lines.pop()

    def _table(self, node: nodes.table, indent: str) -> None:
        for title in (child for child in node.children if isinstance(child, nodes.title)):
            self._block(title, indent, 0)
        has_head = False
        for row in node.findall(nodes.row):
            cells = [" ".join(_inline(block) for block in entry.findall(_is_text)) for entry in row.children]
            self._write(f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |", indent, _line_of(row), _cited(row))
            if not has_head:
                self._write(f"|{' --- |' * len(cells)}", indent, self._number)
                has_head = True

    def _unread(self, node: nodes.system_message, indent: str) -> None:
        """What docutils could not read: the words of the markup, as they stand there."""
        for block in node.findall(nodes.literal_block):
            for line in _MARKUP.sub("", block.astext()).split("\n"):
                if line.strip():
                    self._write(_BREAKS_OUT.sub(r"\\", line.strip(), count=1), indent, None)


def _lines_in(node: nodes.Node) -> str:
    """The lines of a paragraph, none of which Markdown would take for the beginning of something else."""
    lines = _inline(node).strip("\n").split("\n")
    return "\n".join(_BREAKS_OUT.sub(r"\\", line.strip(), count=1) for line in lines).rstrip()


def _field(name: str) -> str:
    """The name of a field as a reader sees it: `:param int url:` is about `url`."""
    found = _FIELD.fullmatch(name)
    if not found:
        return name
    before = {"r": "raises ", "e": "raises ", "t": "type of "}.get(found[1][0], "")
    return f"{before}`{found[2]}`"


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph | nodes.literal_block)


def _line_of(node: nodes.Node) -> int | None:
    """The line of a node; of what is inside of it where it has none."""
    if node.line is not None:
        return int(node.line)
    return next((int(child.line) for child in node.findall() if getattr(child, "line", None) is not None), None)


def _cited(node: nodes.Node) -> tuple[str, ...]:
    """The symbols that the roles in a node name."""
    return tuple(name for child in node.findall(nodes.Element) for name in child.get(CITED, ()))


def _inline(node: nodes.Node) -> str:
    return "".join(_words(node))


def _words(node: nodes.Node) -> Iterator[str]:
    """The text of a node with Markdown's signs."""
    if isinstance(node, nodes.Text):
        yield node.astext()
    elif isinstance(node, nodes.literal | nodes.option):
        text = node.astext()
        fence = "``" if "`" in text else "`"
        yield f"{fence}{text}{fence}" if text.strip() else text
    elif isinstance(node, nodes.substitution_reference):
        yield _substituted(node)
    elif not isinstance(node, _SKIPPED):
        sign = "*" if isinstance(node, nodes.emphasis) else "**" if isinstance(node, nodes.strong) else ""
        yield sign
        for child in node.children:
            yield from _words(child)
        yield sign


def _substituted(node: nodes.substitution_reference) -> str:
    """What a page defines for `|name|`; the name where it does not."""
    document = node.document
    name = node.get("refname", node.astext())
    known = document.substitution_defs.get(name) if document is not None else None
    return node.astext() if known is None else "".join(map(_inline, known.children))
