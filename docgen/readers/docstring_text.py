"""Docstrings as they stand in the source, with their lines: what is held against the facts word for word.

In: a package folder or module file. Out: a `RawDocstring` for each module, class, function and method that has one. The facts
keep docstrings in pieces and without layout; a message has to name the very line.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.report import InputError

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class RawDocstring:
    """The docstring of `about` as written, indented as in the file `path`; `lines` has the numbers of its lines there."""

    about: str
    path: str
    text: str
    lines: tuple[int, ...]

    def line_at(self, offset: int) -> int:
        """The line of the file that holds the character at `offset`."""
        return self.lines[min(self.text.count("\n", 0, offset), len(self.lines) - 1)]


def docstrings_in(package: Path, root: Path) -> Iterator[RawDocstring]:
    """Every docstring of a package or module file, the initialiser's under the name of its class.

    A name that is defined twice (an overload, a property's setter) is left out: which of the two counts is not known here.
    Raises InputError (path:line) for a file that does not parse.
    """
    files = [package] if package.is_file() else sorted(package.rglob("*.py"))
    for file in files:
        relative = file.relative_to(package.parent).with_suffix("")
        parts = relative.parts[:-1] if relative.name == "__init__" and len(relative.parts) > 1 else relative.parts
        shown = (
            file.resolve().relative_to(root.resolve()).as_posix()
            if file.resolve().is_relative_to(root.resolve())
            else str(file)
        )
        content = file.read_bytes()
        yield from _of(_tree(content, shown), ".".join(parts), shown, content.split(b"\n"))


def _tree(content: bytes, shown: str) -> ast.Module:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        reason = getattr(error, "msg", None) or str(error) or type(error).__name__
        raise InputError(f"not valid Python: {reason}", f"{shown}:{line}", "mend the file, or leave it out") from error


def _of(node: _Documented, about: str, shown: str, source: list[bytes]) -> Iterator[RawDocstring]:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        last = first.end_lineno or first.lineno
        # A backslash at a line's end joins it to the next, in the docstring but not in the file.
        joined = {number + 1 for number in range(first.lineno, last) if source[number - 1].rstrip().endswith(b"\\")}
        lines = tuple(number for number in range(first.lineno, last + 1) if number not in joined)
        yield RawDocstring(about, shown, first.value.value, lines)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    named = [item for item in node.body if isinstance(item, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
    times = Counter(item.name for item in named)
    for item in named:
        if times[item.name] == 1:
            yield from _of(item, about if item.name == "__init__" else f"{about}.{item.name}", shown, source)
