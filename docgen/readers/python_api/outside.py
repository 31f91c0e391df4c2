"""What other modules can rest on in a module: its text without the bodies of functions, and its surface.

In: a parsed source. Out: `Outside`, a value that can be kept and handed to another process; `Module`s made from it answer
others as the whole module does. An edit inside a function changes nothing here, so it concerns that module alone.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from docgen.later import Frozen
from docgen.readers.python_api.package import Module
from docgen.readers.python_api.scope import FunctionNode, Import, Surface
from docgen.readers.python_api.source import Source, docstring_node, first_line
from docgen.readers.syntax import statements_in


class Outside(Frozen):
    """A module as others see it. Two with the same mark are the same to everything outside."""

    text: str
    surface: Surface
    mark: str

    @classmethod
    def of(cls, module: Module) -> Outside:
        """The outside of a module that has its whole text."""
        text = _without_bodies(module.source)
        content = "\0".join((text, *sorted(module.surface.rebound)))
        mark = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return cls(text, module.surface, mark)

    def module(self, name: str, is_package: bool, shown: str) -> Module:
        """The module for others to look at; its tree is parsed when the first one does."""
        return Module(name, is_package, Source(shown, self.text), self.surface)

    def kept(self) -> list[Any]:
        """As a JSON value."""
        imports = {
            name: None if item is None else [item.module, item.name, item.explicit] for name, item in self.surface.names.items()
        }
        exports = None
        if self.surface.exports is not None:
            exports = [item if isinstance(item, str) else [item.module, item.name] for item in self.surface.exports]
        surface = self.surface
        return [self.text, imports, dict(surface.docs), list(surface.stars), exports, sorted(surface.rebound), self.mark]

    @classmethod
    def from_kept(cls, kept: list[Any]) -> Outside:
        """What `kept` has made a JSON value of."""
        text, imports, docs, stars, exports, rebound, mark = kept
        names = {name: None if item is None else Import(*item) for name, item in imports.items()}
        listed = None
        if exports is not None:
            listed = tuple(item if isinstance(item, str) else Import(*item) for item in exports)
        return cls(text, Surface(names, docs, tuple(stars), listed, frozenset(rebound)), mark)


def _without_bodies(source: Source) -> str:
    """The text with `...` for what functions do after their docstring, where that begins on a line of its own."""
    lines = source.lines
    kept: list[str] = []
    done = 0
    for function in sorted(_functions(source.tree.body), key=lambda function: function.lineno):
        body = function.body[docstring_node(function) is not None :]
        if not body:
            continue
        first, last = first_line(body[0]), function.end_lineno or function.lineno
        indent = lines[first - 1][: body[0].col_offset]
        if indent.isspace():
            kept += [*lines[done : first - 1], f"{indent}..."]
            done = last
    return "\n".join([*kept, *lines[done:]])


def _functions(body: Sequence[ast.stmt]) -> Iterator[FunctionNode]:
    """The functions of a body and of the classes in it, those inside other functions left out."""
    for statement in statements_in(body):
        if isinstance(statement, FunctionNode):
            yield statement
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body)
