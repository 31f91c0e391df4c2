"""Docstrings as they stand in a module, with their lines: what is held against the facts word for word.

In: a parsed source. Out: a `RawDocstring` for the module and each class, function and method in it that has one. The facts keep
docstrings in pieces and without layout; a message has to name the very line.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from docgen.later import Frozen
from docgen.readers.python_api.scope import FunctionNode
from docgen.readers.python_api.source import Documented, Source, docstring_node


class RawDocstring(Frozen):
    """The docstring of `about` as written, indented as in the file `path`; `lines` has the numbers of its lines there."""

    about: str
    path: str
    text: str
    lines: tuple[int, ...]

    def line_at(self, offset: int) -> int:
        """The line of the file that holds the character at `offset`."""
        return self.lines[min(self.text.count("\n", 0, offset), len(self.lines) - 1)]


def docstrings_of(source: Source, name: str) -> Iterator[RawDocstring]:
    """Every docstring of the module called `name`, the initialiser's under the name of its class.

    A name that is defined twice (an overload, a property's setter) is left out: which of the two counts is not known here.
    """
    yield from (docstring for _, docstring in documented_in(source, name))


def documented_in(source: Source, name: str) -> Iterator[tuple[Documented, RawDocstring]]:
    """The docstrings of `docstrings_of`, each after the definition that it stands in."""
    yield from _of(source.tree, name, source)


def _of(node: Documented, about: str, source: Source) -> Iterator[tuple[Documented, RawDocstring]]:
    found = docstring_node(node)
    if found is not None and isinstance(found.value, str):
        last = found.end_lineno or found.lineno
        # A backslash at a line's end joins it to the next, in the docstring but not in the file.
        joined = {number + 1 for number in range(found.lineno, last) if source.lines[number - 1].rstrip().endswith("\\")}
        lines = tuple(number for number in range(found.lineno, last + 1) if number not in joined)
        yield node, RawDocstring(about, source.shown, found.value, lines)
    if isinstance(node, FunctionNode):
        return
    named = [item for item in node.body if isinstance(item, ast.ClassDef | FunctionNode)]
    times = Counter(item.name for item in named)
    for item in named:
        if times[item.name] == 1:
            yield from _of(item, about if item.name == "__init__" else f"{about}.{item.name}", source)
