"""The subject written with brackets: signatures shown, and calls that use its parameters by name.

In: a `Page` and the entry it speaks of. Out: the places where the whole signature stands, the keywords of calls, and what a
directive or heading that shows a signature says of defaults. A call in an example gives whatever it likes to a parameter: it
cites the name and states no default.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from docgen.claims.layout import Page
from docgen.facts import Entry
from docgen.later import Frozen, expression

_LONGEST = 2000  # characters of a signature
_ARROW = expression(r"\s*->\s*([^`\n:]{1,200})")
# What stands before a name of which the signature follows, and not a call: a directive, a Markdown heading.
_ANNOUNCED = expression(
    r"^[ \t]*\.\.[ \t]+(?:py:)?\w+::[ \t]*(?:async[ \t]+)?[\w.]*$|^#{1,6}[ \t]+[`*_\\]*(?:class |def |async def )*[\w.]*$"
)
_PATH_BEFORE = expression(r"(?<![\w.])(?:[^\W\d]\w*\.)+$")
_DEFINED = expression(r"\b(?:def|class)[ \t]+[\w.]*$")


class Shown(Frozen):
    """The subject's name from `start` with what stands in brackets after it. `announced` says that a directive or heading gives
    the signature of the subject itself; `defined` that a definition of that name is shown, its own or one in its place."""

    text: str
    start: int
    announced: bool
    defined: bool

    @cached_property
    def arguments(self) -> ast.arguments | None:
        """What the brackets hold, read as a signature; None where they hold something else."""
        head, _, rest = self.text.partition("(")
        try:
            tree = ast.parse(f"def {head.rpartition('.')[2]}({rest}: ...")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        node = tree.body[0]
        return node.args if isinstance(node, ast.FunctionDef) else None

    @cached_property
    def keywords(self) -> tuple[str, ...]:
        """The parameters that it names: those of a signature, or those that a call gives by keyword."""
        if (self.announced or self.defined) and (arguments := self.arguments) is not None:
            return tuple(argument.arg for argument in _all(arguments) if argument.arg not in ("self", "cls"))
        try:
            node = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
        return tuple(word.arg for word in node.keywords if word.arg) if isinstance(node, ast.Call) else ()


class ShownDefault(Frozen):
    """A signature of the subject's own shows `value` as the default of `parameter`."""

    parameter: str
    value: str
    start: int
    end: int


def shown_in(page: Page, entry: Entry) -> Iterator[Shown]:
    """Every place in text or code of today where the subject's name has brackets after it, each once."""
    outer, _, name = entry.about.rpartition(".")
    if not name or entry.get("signature") is None:
        return
    seen: set[int] = set()
    for text in (page.plain, page.code):
        at = text.find(f"{name}(")
        while at >= 0:
            path = _PATH_BEFORE.search(text, max(0, at - 200), at)
            start = path.start() if path else at
            if start not in seen and _is_own(path.group().rstrip(".") if path else "", outer, text[start - 1 : start]):
                seen.add(start)
                if call := _call_at(text, start):
                    line = text[text.rfind("\n", 0, start) + 1 : start]
                    yield Shown(call, start, _ANNOUNCED.match(line) is not None, _DEFINED.search(line) is not None)
            at = text.find(f"{name}(", at + 1)


def _is_own(path: str, outer: str, before: str) -> bool:
    """Whether a name with `path` in front of it is that of a symbol in `outer`; `before` is the character before both."""
    if before and (before.isalnum() or before in "_.)]"):
        return False
    return not path or f".{outer}".endswith(f".{path}") or path == outer.partition(".")[0]


def shown_defaults(page: Page, entry: Entry) -> Iterator[ShownDefault]:
    """The defaults in every signature that a directive or heading gives of the subject."""
    for shown in shown_in(page, entry):
        arguments = shown.arguments if shown.announced else None
        if arguments is None:
            continue
        for argument, default in _with_defaults(arguments):
            start, end = _place(shown, default)
            yield ShownDefault(argument.arg, ast.unparse(default), start, end)


def _with_defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    yield from zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    keyword = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    yield from ((argument, default) for argument, default in keyword if default is not None)


def _all(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)


def _place(shown: Shown, node: ast.expr) -> tuple[int, int]:
    """Where a part of a signature stands in the text: its own place on one plain line, else that of the name."""
    path = shown.text.partition("(")[0].rpartition(".")[0]
    before = len("def ") - (len(path) + 1 if path else 0)
    if "\n" in shown.text or not shown.text.isascii() or node.end_col_offset is None:
        return shown.start, shown.start + len(shown.text)
    return shown.start + node.col_offset - before, shown.start + node.end_col_offset - before


def _call_at(text: str, start: int) -> str:
    """The text from a name to its closing bracket, and the annotation after an arrow; empty where none closes."""
    depth = 0
    for found in re.compile(r"[()\[\]{}]").finditer(text, start, min(len(text), start + _LONGEST)):
        depth += 1 if found.group() in "([{" else -1
        if depth == 0:
            arrow = _ARROW.match(text, found.end())
            return text[start : arrow.end() if arrow else found.end()]
    return ""
