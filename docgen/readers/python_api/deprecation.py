"""Whether a definition is deprecated, and what it says to use instead.

In: a definition. Out: the message, True where there is none, None where it is not deprecated. A warning under a condition is
about an argument, and deprecates nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Literal

from docgen.readers.docstrings import Docstring, one_line
from docgen.readers.python_api.scope import dotted

Deprecated = str | Literal[True] | None


def deprecation(docstring: Docstring, decorators: Sequence[ast.expr], body: Sequence[ast.stmt]) -> Deprecated:
    """What a docstring, a decorator or an unconditional warning says of deprecation; a message before a bare fact."""
    found = [
        docstring.deprecated if docstring.deprecated != "deprecated" else docstring.deprecated and True,
        *map(_by_decorator, decorators),
        _by_warning(body),
    ]
    return next((text for text in found if isinstance(text, str) and text), True if any(found) else None)


def _by_decorator(decorator: ast.expr) -> Deprecated:
    call = decorator if isinstance(decorator, ast.Call) else None
    name = dotted(call.func if call else decorator).rpartition(".")[2]
    if name not in ("deprecated", "deprecate", "deprecated_class", "deprecated_function"):
        return None
    from docgen.readers.conditions import literal_text  # only here: few things are deprecated

    arguments = [*call.args, *(keyword.value for keyword in call.keywords)] if call else []
    texts = [text for argument in arguments if " " in (text := literal_text(argument))]
    return one_line(texts[0]) if texts else True


def _by_warning(body: Sequence[ast.stmt]) -> Deprecated:
    if not body:
        return None
    from docgen.readers.conditions import literal_text

    texts: dict[str, str] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if text := literal_text(value):
                texts[name] = text
            case ast.Expr(value=ast.Call(func=func, args=[message, *rest], keywords=keywords)) if (
                dotted(func).rpartition(".")[2] == "warn"
            ):
                categories = [*rest[:1], *(keyword.value for keyword in keywords if keyword.arg == "category")]
                if any("Deprecat" in dotted(category) or "RemovedIn" in dotted(category) for category in categories):
                    return one_line(literal_text(message, texts)) or True
    return None
