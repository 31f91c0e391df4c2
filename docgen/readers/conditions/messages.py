"""The messages that exceptions are raised with.

In: the call that makes an exception. Out: its message as one line of text, empty where it is not literal.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from docgen.readers.conditions.nouns import is_small
from docgen.readers.syntax import printed

_MESSAGE_KEYWORDS = ("message", "msg", "detail", "reason")


def message_of(call: ast.Call, texts: Mapping[str, str]) -> str:
    """The message given to an exception, with f-string holes written as `{name}`; empty if it is not a literal."""
    named = [keyword.value for keyword in call.keywords if keyword.arg in _MESSAGE_KEYWORDS]
    first = literal_text(call.args[0], texts) if call.args else ""
    others = (text for value in (*call.args[1:], *named) if " " in (text := literal_text(value, texts)))
    return first or next(others, "")


def literal_text(node: ast.expr, texts: Mapping[str, str] | None = None) -> str:
    """The text of a string expression on one line, holes written as `{name}`; `texts` are what names stand for. Empty for what
    is no string, or too long to be a message."""
    if not _may_be_text(node) or not (isinstance(node, ast.Constant) or is_small(node)):
        return ""
    return " ".join(_raw_text(node, texts or {}).split())


def _may_be_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in ("format", "strip", "_", "gettext")
    return isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Name)


def _raw_text(node: ast.expr, texts: Mapping[str, str]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else _hole(part) for part in values)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _raw_text(left, texts), _raw_text(right, texts)
            return (first or _hole(left)) + (second or _hole(right)) if first or second else ""
        case ast.Call(func=ast.Attribute(value=inner, attr="format" | "strip")):
            return _raw_text(inner, texts)
        case ast.Call(func=ast.Name(id="_" | "gettext"), args=[inner]):
            return _raw_text(inner, texts)
        case ast.Name(id=name):
            return texts.get(name, "")
    return ""


def _hole(node: ast.expr) -> str:
    return "{" + printed(node.value if isinstance(node, ast.FormattedValue) else node) + "}"
