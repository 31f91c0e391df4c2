"""The tables of a module: the dictionaries of literals that it gives names, private ones too.

In: a module's syntax tree. Out: a fact for each item: `constants._MODELS['gpt2']['context']`. They are no part of a symbol's
entry, which would grow by hundreds: who asks, asks for the few that a text names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from docgen.facts import Fact, keys_of

_MOST = 400  # items of a table
_DEEPEST = 2  # keys that lead to a value
_LONGEST = 60  # characters of a key or value


def tables_in(tree: ast.Module, source: str) -> Iterator[Fact]:
    """The items of every table of a module; `source` is its path."""
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as table)
            ) if len(table.keys) <= _MOST:
                for path, value, line in _items(table, 1):
                    yield Fact(f"constants.{name}{path}", value, f"{source}:{line}")


def _items(table: ast.Dict, depth: int) -> Iterator[tuple[str, str, int]]:
    for key, value in zip(table.keys, table.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str | int) or len(str(key.value)) > _LONGEST:
            continue
        path = f"[{key.value!r}]"
        if len(keys_of(path)) != 1:  # a key with quotes in it
            continue
        if isinstance(value, ast.Dict) and depth < _DEEPEST:
            yield from ((path + inner, text, line) for inner, text, line in _items(value, depth + 1))
        elif _is_literal(value) and len(text := ast.unparse(value)) <= _LONGEST:
            yield path, text, value.lineno


def _is_literal(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=str() | int() | float()):
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
    return False
