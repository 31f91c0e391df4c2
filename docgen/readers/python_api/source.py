"""One file of Python source: its text in whatever encoding it declares, its lines and its syntax tree.

In: a path. Out: `Source`, or one InputError with path and line that says why the file cannot be read.
"""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from docgen.report import InputError

_EXCERPT_LINES = 60
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A parsed module file; `shown` is how messages name it."""

    path: Path
    shown: str

    @cached_property
    def text(self) -> str:
        """The text, decoded as a coding cookie or UTF-8 says. Raises InputError where it is neither."""
        raw = self.path.read_bytes()
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
            return raw.decode(encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError) as error:
            line = raw.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
            what = f"not UTF-8 text, and no encoding is declared that it is in: {error}"
            raise InputError(what, f"{self.shown}:{line}", "save the file as UTF-8") from error

    @cached_property
    def lines(self) -> list[str]:
        """The lines as Python counts them: a form feed ends none."""
        return re.split(r"\r\n|\r|\n", self.text)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. Raises InputError (path:line) where the file does not parse."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an invalid escape in somebody's string is not docgen's to report
                return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 1
            reason = getattr(error, "msg", None) or str(error) or type(error).__name__
            raise InputError(f"not valid Python: {reason}", f"{self.shown}:{line}", "mend the file, or leave it out") from error

    def at(self, node: ast.AST | None) -> str:
        """Where a node stands, as `path:line`."""
        return f"{self.shown}:{getattr(node, 'lineno', 1)}"

    def excerpt(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """The source of a definition without its docstring, at most 60 lines."""
        first = min((decorator.lineno for decorator in node.decorator_list), default=node.lineno)
        lines = self.lines[first - 1 : node.end_lineno]
        docstring = docstring_node(node)
        if docstring is not None and docstring.lineno > node.lineno:
            lines[docstring.lineno - first : (docstring.end_lineno or docstring.lineno) - first + 1] = []
        return textwrap.dedent("\n".join(lines[:_EXCERPT_LINES]))

    def written(self, node: ast.expr) -> str:
        """An expression as Python prints it, numbers as the source has them: `1e-6`. Empty for one too deep to print."""
        try:
            if node.lineno == node.end_lineno and _has_numbers_only(node):
                line = self.lines[node.lineno - 1].encode()
                return line[node.col_offset : node.end_col_offset].decode()
            return ast.unparse(node)
        except RecursionError:
            return ""


def _has_numbers_only(node: ast.expr) -> bool:
    constants = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return bool(constants) and all(type(value) in (int, float, complex) for value in constants)


def docstring_node(node: Documented) -> ast.Constant | None:
    """The string that opens a body, if one does."""
    match node.body[:1]:
        case [ast.Expr(value=ast.Constant(value=str()) as constant)]:
            return constant
    return None


def docstring_of(node: Documented) -> str | None:
    """The docstring as written."""
    found = docstring_node(node)
    return found.value if found is not None and isinstance(found.value, str) else None
