"""Syntax trees walked and printed at the speed that whole packages need.

In: nodes of `ast`. Out: the nodes below them, and simple expressions as text. `ast.walk` and `ast.unparse` do the same for any
tree; most of the time of reading a package was theirs.
"""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_LEAVES = frozenset((ast.Name, ast.Constant, ast.Load, ast.Store, ast.Del, ast.Pass))
_BLOCKS = ("body", "orelse", "finalbody")


@contextmanager
def collector_paused() -> Iterator[None]:
    """Switches the collector of cyclic garbage off: syntax trees have no cycles, and to look for some in millions of new nodes
    again and again takes longer than to parse them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()  # and back: what is new is now as old as the rest, and not gone through at once
                gc.unfreeze()
            gc.enable()


def children_of(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below one, those of leaves (contexts) left out."""
    found: list[ast.AST] = []
    if node.__class__ not in _LEAVES:
        for value in node.__dict__.values():
            if value.__class__ is list:
                found += [part for part in value if isinstance(part, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def nodes_in(root: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, level by level as `ast.walk` has them, without the contexts of names."""
    found = [root]
    for node in found:  # grows on the way
        yield node
        if node.__class__ not in _LEAVES:  # as in children_of, which costs a call for each node
            for value in node.__dict__.values():
                if value.__class__ is list:
                    found += [part for part in value if isinstance(part, ast.AST)]
                elif isinstance(value, ast.AST):
                    found.append(value)


def has_at_most(root: ast.AST, most: int) -> bool:
    """Whether a tree is of at most so many nodes, contexts included; a larger one may be too deep to walk."""
    count = 0
    for node in nodes_in(root):
        count += 2 if node.__class__ is ast.Name and "ctx" in node.__dict__ else 1
        if count > most:
            return False
    return True


def statements_in(body: Sequence[ast.stmt], *, nested: bool = False) -> Iterator[ast.stmt]:
    """Every statement of a body and of the blocks in it, in order. With `nested`, also those of functions and classes."""
    waiting = list(reversed(body))
    while waiting:
        statement = waiting.pop()
        yield statement
        fields = statement.__dict__
        if "body" not in fields and "cases" not in fields:
            continue
        if not nested and isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inner: list[ast.stmt] = []
        for part in _BLOCKS:
            inner += fields.get(part, ())
        for holder in (*fields.get("handlers", ()), *fields.get("cases", ())):
            inner += holder.body
        waiting += reversed(inner)


def printed(node: ast.expr) -> str:
    """An expression as `ast.unparse` prints it."""
    return _simple(node) or ast.unparse(node)


def _simple(node: ast.expr) -> str:
    """Names, attributes, constants, and what annotations make of them; empty for all else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=str() | bool() | None as value, kind=None):
            return repr(value)
        case ast.Attribute(value=ast.Name() | ast.Attribute() as value, attr=attr):
            base = _simple(value)
            return base and f"{base}.{attr}"
        case ast.Subscript(value=ast.Name() | ast.Attribute() as value, slice=index):
            base, inside = _simple(value), _items(index.elts) if isinstance(index, ast.Tuple) else _simple(index)
            return f"{base}[{inside}]" if base and inside else ""
        case ast.BinOp(
            left=left, op=ast.BitOr(), right=ast.Name() | ast.Attribute() | ast.Constant() | ast.Subscript() as right
        ):
            first, second = _simple(left), _simple(right)
            return f"{first} | {second}" if first and second else ""
    return ""


def _items(nodes: Sequence[ast.expr]) -> str:
    texts = [_simple(node) for node in nodes]
    return ", ".join(texts) if len(texts) > 1 and all(texts) else ""
