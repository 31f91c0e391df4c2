"""One example, and what a piece of Python uses of a package.

In: source text. Out: `Example`; the dotted paths that a syntax tree reaches through its imports.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docgen.readers.syntax import nodes_in


@dataclass(frozen=True)
class Example:
    """Code that uses a package. `language` is python or pycon, `source` the file that it is from, `uses` the dotted paths of
    the package that it reaches, as its imports name them."""

    code: str
    language: str
    source: str
    uses: tuple[str, ...]

    @property
    def length(self) -> int:
        """Its number of lines."""
        return self.code.count("\n") + 1


def parsed(code: str) -> ast.Module | None:
    """The tree of a piece of code, of an interactive session without what it prints; None where it is no Python."""
    try:
        if ">>>" in code:
            code = "".join(part.source for part in doctest.DocTestParser().get_examples(code))
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def imported(tree: ast.Module) -> dict[str, str]:
    """The names that a module's imports bind at its top level, each with the dotted path it stands for. Relative ones are left
    out."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"}
    return found


def used(tree: ast.AST, names: Mapping[str, str], package: str) -> tuple[str, ...]:
    """The paths of `package` that a tree reaches through `names`, in the order of the text, each once."""
    found: dict[str, None] = {}
    for path in _paths(tree, names):
        if path == package or path.startswith(f"{package}."):
            found.setdefault(path)
    return tuple(path for path in found if not any(other.startswith(f"{path}.") for other in found))


def _paths(tree: ast.AST, names: Mapping[str, str]) -> Iterator[str]:
    for node in nodes_in(tree):
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name) and inner.id in names and isinstance(inner.ctx, ast.Load):
            yield ".".join([names[inner.id], *reversed(parts)])
