"""What the body of a module or class binds: functions, classes, attributes, imports, and what it says it exports.

In: a list of statements. Out: `Scope`, and of a module its `Surface`: the names alone, which can be kept. Of several
definitions of one name the one that users meet counts: the last of a sequence, the first branch of an `if`, the body of a
`try`, the implementation and not its overloads.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docgen.later import Frozen
from docgen.readers.python_api.source import docstring_of

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Import(Frozen):
    """A name that comes from elsewhere: `name` of `module`, or the module itself where `name` is empty. `explicit` for
    `from x import y as y`, which says that it is passed on."""

    module: str
    name: str
    explicit: bool = False


class Assigned(Frozen):
    """A name with a value, an annotation or both, and the docstring below it."""

    node: ast.stmt
    value: ast.expr | None
    annotation: ast.expr | None
    doc: str | None = None


Bound = FunctionNode | ast.ClassDef | Import | Assigned


@dataclass
class Scope:
    """The names of one body. `times` counts their bindings; `stars` are modules that all is imported from; `exports` is
    `__all__` as expressions, None where there is none or where it is made in ways that cannot be followed."""

    package: str = ""
    bound: dict[str, Bound] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    stars: list[str] = field(default_factory=list)
    exports: list[ast.expr] | None = None
    is_followed: bool = True

    def constant(self, name: str) -> ast.expr | None:
        """The value of a name that is bound once and never again."""
        found = self.bound.get(name)
        return found.value if isinstance(found, Assigned) and self.times[name] == 1 else None


class Surface(Frozen):
    """What other modules see of a module by name. `names` are in the order of their binding, None for what it defines itself;
    `docs` has the docstrings of these, and under the empty name that of the module.
    `exports` is `__all__`, names and the lists of other modules as imports of theirs; None where there is none or part of it
    cannot be read. `rebound` are names that functions declare `global`: they may be anything by the time they are used.
    """

    names: Mapping[str, Import | None]
    docs: Mapping[str, str]
    stars: tuple[str, ...]
    exports: tuple[str | Import, ...] | None
    rebound: frozenset[str]


def surface_of(scope: Scope, doc: str | None, rebound: frozenset[str]) -> Surface:
    """The surface of a module with the docstring `doc` whose body binds `scope`."""
    names = {name: bound if isinstance(bound, Import) else None for name, bound in scope.bound.items()}
    docs = {name: text for name, bound in scope.bound.items() if (text := _doc_of(bound))}
    return Surface(names, {"": doc} | docs if doc else docs, tuple(scope.stars), _listed(scope), rebound)


def _doc_of(bound: Bound) -> str | None:
    if isinstance(bound, Import):
        return None
    return bound.doc if isinstance(bound, Assigned) else docstring_of(bound)


def _listed(scope: Scope) -> tuple[str | Import, ...] | None:
    if scope.exports is None or not scope.is_followed:
        return None
    found: list[str | Import] = []
    for item in scope.exports:
        match item:
            case ast.Constant(value=str(name)):
                found.append(name)
            case ast.Starred(value=ast.Attribute(value=owner, attr="__all__")):
                found.append(Import(dotted(owner), "__all__"))
            case _:
                return None
    return tuple(found)


def scope_of(body: Sequence[ast.stmt], package: str = "") -> Scope:
    """Reads a body. `package` is what relative imports in it start from."""
    scope = Scope(package)
    _read(body, scope, secondary=False)
    return scope


def _read(body: Sequence[ast.stmt], scope: Scope, *, secondary: bool) -> None:
    for number, statement in enumerate(body):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                _bind_function(scope, statement, secondary)
            case ast.ClassDef(name=name):
                _bind(scope, name, statement, secondary)
            case ast.Import() | ast.ImportFrom():
                _bind_imports(scope, statement, secondary)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                following = body[number + 1] if number + 1 < len(body) else None
                _bind_values(scope, statement, _text_of(following), secondary)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr=method), args=[argument])):
                _export_more(scope, argument if method == "extend" else ast.List([argument]) if method == "append" else None)
            case ast.If(body=inner, orelse=orelse) | ast.For(body=inner, orelse=orelse) | ast.While(body=inner, orelse=orelse):
                _read(inner, scope, secondary=secondary)
                _read(orelse, scope, secondary=True)
            case ast.With(body=inner):
                _read(inner, scope, secondary=secondary)
            case ast.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=final):
                _read([*inner, *orelse, *final], scope, secondary=secondary)
                for handler in handlers:
                    _read(handler.body, scope, secondary=True)


def _bind(scope: Scope, name: str, bound: Bound, secondary: bool) -> None:
    scope.times[name] += 1
    if not (secondary and name in scope.bound):
        scope.bound[name] = bound


def _bind_function(scope: Scope, function: FunctionNode, secondary: bool) -> None:
    names = decorator_names(function)
    is_accessor = any(name.rpartition(".")[2] in ("setter", "deleter", "getter") for name in names)
    is_overload = any(name.rpartition(".")[2] == "overload" for name in names)
    if not ((is_accessor or is_overload) and function.name in scope.bound):
        _bind(scope, function.name, function, secondary)


def _bind_imports(scope: Scope, statement: ast.Import | ast.ImportFrom, secondary: bool) -> None:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            _bind(scope, name, Import(alias.name if alias.asname else name, ""), secondary)
        return
    module = statement.module or ""
    if statement.level:
        parts = scope.package.split(".") if scope.package else []
        base = parts[: len(parts) - statement.level + 1]
        module = ".".join([*base, *([module] if module else [])])
    for alias in statement.names:
        if alias.name == "*":
            scope.stars.append(module)
        else:
            name = alias.asname or alias.name
            _bind(scope, name, Import(module, alias.name, alias.asname == alias.name), secondary)


def _bind_values(scope: Scope, statement: ast.Assign | ast.AnnAssign | ast.AugAssign, doc: str | None, secondary: bool) -> None:
    match statement:
        case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
            _export_more(scope, value)
        case ast.AugAssign(target=ast.Name(id=name)):
            scope.times[name] += 2  # whatever it was, its first value no longer tells
        case ast.AnnAssign(target=ast.Name(id=name), value=value, annotation=annotation):
            _bind(scope, name, Assigned(statement, value, annotation, doc), secondary)
            if name == "__all__" and value is not None:
                _export(scope, value)
        case ast.Assign(targets=targets, value=value):
            for name, part in (pair for target in targets for pair in _targets(target, value)):
                _bind(scope, name, Assigned(statement, part, None, doc), secondary)
                if name == "__all__":
                    _export(scope, part)


def _targets(target: ast.expr, value: ast.expr | None) -> list[tuple[str, ast.expr | None]]:
    match target, value:
        case ast.Name(id=name), _:
            return [(name, value)]
        case ast.Tuple(elts=names) | ast.List(elts=names), ast.Tuple(elts=values) | ast.List(elts=values) if len(names) == len(
            values
        ):
            return [pair for inner, part in zip(names, values, strict=True) for pair in _targets(inner, part)]
        case ast.Tuple(elts=names) | ast.List(elts=names), _:
            return [pair for inner in names for pair in _targets(inner, None)]
    return []


def _export(scope: Scope, value: ast.expr | None) -> None:
    scope.exports = []
    _export_more(scope, value)


def _export_more(scope: Scope, value: ast.expr | None) -> None:
    """Adds to `__all__`: literal lists, sums of them, and other modules' lists, which stay expressions until they are known."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                scope.exports = [*(scope.exports or []), *items]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                waiting += [right, left]
            case ast.Attribute(attr="__all__") as others:
                scope.exports = [*(scope.exports or []), ast.Starred(others)]
            case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[inner]):
                waiting.append(inner)
            case ast.Name(id="__all__"):
                pass
            case _:
                scope.is_followed = False


def decorator_names(node: FunctionNode | ast.ClassDef) -> list[str]:
    """The names of a definition's decorators, without what they are called with."""
    if not node.decorator_list:
        return []
    return [
        name
        for decorator in node.decorator_list
        if (name := dotted(decorator.func if isinstance(decorator, ast.Call) else decorator))
    ]


def dotted(node: ast.expr | None) -> str:
    """A dotted name as text; empty for any other expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = dotted(value)
            return f"{base}.{attr}" if base else ""
    return ""


def _text_of(statement: ast.stmt | None) -> str | None:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
    return None
