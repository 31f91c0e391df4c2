"""One file of Python source: its text in whatever encoding it declares, its lines and its syntax tree.

In: bytes. Out: `Source`, or one InputError with path and line that says why they are no Python that can be read.
"""

from __future__ import annotations

import ast
import codecs
import io
import os
import tokenize
import warnings
from functools import cached_property
from itertools import accumulate

from docgen.later import Frozen
from docgen.readers.syntax import nodes_in, printed
from docgen.report import InputError

_EXCERPT_LINES = 60
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Source(Frozen):
    """The text of a module; `shown` is how messages name its file. Lines end in a newline, whatever the file has."""

    shown: str
    text: str

    @classmethod
    def of(cls, raw: bytes, shown: str) -> Source:
        """Bytes decoded as a coding cookie or UTF-8 says. Raises InputError where they are neither."""
        try:
            has_cookie = b"coding" in b"".join(raw.split(b"\n", 2)[:2])
            encoding = tokenize.detect_encoding(io.BytesIO(raw).readline)[0] if has_cookie else "utf-8"
            text = raw.removeprefix(codecs.BOM_UTF8).decode(encoding.removesuffix("-sig"))
        except (SyntaxError, UnicodeError, LookupError) as error:
            line = raw.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
            what = f"not UTF-8 text, and no encoding is declared that it is in: {error}"
            raise InputError(what, f"{shown}:{line}", "save the file as UTF-8") from error
        return cls(shown, text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)

    @cached_property
    def lines(self) -> list[str]:
        """The lines as Python counts them: a form feed ends none."""
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.lines)]

    @cached_property
    def is_deprecating(self) -> bool:
        """Whether a warning in it may be one of deprecation."""
        return "warn" in self.text and ("Deprecat" in self.text or "RemovedIn" in self.text)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. Raises InputError (path:line) where the file does not parse."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an invalid escape in somebody's string is not docgen's to report
                return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            zero = self.text.find("\0")
            line = getattr(error, "lineno", None) or self.text.count("\n", 0, max(zero, 0)) + 1
            reason = getattr(error, "msg", None) or str(error) or "nested too deeply"
            raise InputError(f"not valid Python: {reason}", f"{self.shown}:{line}", "mend the file, or leave it out") from error

    def at(self, node: ast.AST | None) -> str:
        """Where a node stands, as `path:line`."""
        return f"{self.shown}:{getattr(node, 'lineno', 1)}"

    def code(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """The text of a function with its decorators, without its docstring: where a word that is no part of it need not be
        looked for in its tree."""
        start, end = self._starts[first_line(function) - 1], self._starts[function.end_lineno or function.lineno]
        docstring = docstring_node(function)
        if docstring is None or docstring.lineno == function.lineno:
            return self.text[start:end]
        after = self._starts[docstring.end_lineno or docstring.lineno]
        return self.text[start : self._starts[docstring.lineno - 1]] + self.text[after - 1 : end]

    def excerpt(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """The source of a definition without its docstring, at most 60 lines."""
        first = first_line(node)
        docstring = docstring_node(node)
        if docstring is not None and docstring.lineno > node.lineno:
            last = docstring.end_lineno or docstring.lineno
            lines = self.lines[first - 1 : docstring.lineno - 1]
            lines += self.lines[last : min(node.end_lineno or last, last + _EXCERPT_LINES)]
        else:
            lines = self.lines[first - 1 : node.end_lineno]
        return _dedented(lines[:_EXCERPT_LINES])

    def written(self, node: ast.expr) -> str:
        """An expression as Python prints it, numbers as the source has them: `1e-6`. Empty for one too deep to print."""
        try:
            if node.lineno == node.end_lineno and _has_numbers_only(node):
                line = self.lines[node.lineno - 1].encode()
                return line[node.col_offset : node.end_col_offset].decode()
            return printed(node)
        except RecursionError:
            return ""


def mentions(code: str, name: str) -> bool:
    """Whether an identifier may stand in code. It can be spelled in several ways: `\ufb01t` is `fit`."""
    return name in code or not code.isascii()


def first_line(node: ast.stmt) -> int:
    """The line where a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno


def _dedented(lines: list[str]) -> str:
    """What `textwrap.dedent` makes of lines, without its regular expressions."""
    told = ["" if not line.strip(" \t") else line for line in lines]
    margin = os.path.commonprefix(list(filter(None, told)))
    width = len(margin) - len(margin.lstrip(" \t"))
    return "\n".join(line[width:] for line in told)


def _has_numbers_only(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float, complex)
    if isinstance(node, ast.Name):
        return False
    constants = [part.value for part in nodes_in(node) if isinstance(part, ast.Constant)]
    return bool(constants) and all(type(value) in (int, float, complex) for value in constants)


def docstring_node(node: Documented) -> ast.Constant | None:
    """The string that opens a body, if one does."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None


def docstring_of(node: Documented) -> str | None:
    """The docstring as written."""
    found = docstring_node(node)
    return found.value if found is not None and isinstance(found.value, str) else None
