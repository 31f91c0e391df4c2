"""What a function's own text tells of the names in it: types by annotation and default, and what its locals were made from.

In: the syntax tree of a function. Out: `Names`. Only what holds everywhere in the body counts: a name that is bound twice
tells nothing.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from docgen.readers.conditions.nouns import Kind, Names, noun
from docgen.readers.syntax import nodes_in, printed

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("optional", re.compile(r".*(?:\bOptional\[|\|\s*None\b|\bNone\s*\|).*", re.DOTALL)),
    ("flag", re.compile(r"bool|np\.bool_?")),
    ("text", re.compile(r"str|bytes|bytearray|Text|AnyStr")),
    ("number", re.compile(r"int|float|complex|Decimal|timedelta")),
    (
        "collection",
        re.compile(
            r"(?:\w+\.)*(?:list|dict|set|tuple|frozenset|deque|List|Dict|Set|Tuple|FrozenSet|Sequence|MutableSequence|Mapping|MutableMapping|Collection|Iterable)\b.*",
            re.DOTALL,
        ),
    ),
)
_BINDING = frozenset((ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.ExceptHandler))
_MAKES: dict[str, Kind] = {
    **dict.fromkeys(("set", "list", "dict", "tuple", "sorted", "frozenset"), "collection"),
    **dict.fromkeys(("isinstance", "issubclass", "hasattr", "callable", "bool", "any", "all"), "flag"),
    **dict.fromkeys(("len", "int", "sum"), "number"),
}


def names_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Names:
    """What is known of the names in a function."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every = [*plain, *filter(None, (arguments.vararg, arguments.kwarg))]
    parameters = frozenset(argument.arg for argument in every)
    times: Counter[str] = Counter(parameters)
    made: dict[str, ast.expr] = {}
    runs: list[ast.For | ast.AsyncFor] = []
    caught: set[str] = set()
    for node in nodes_in(function):
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                times[node.id] += 1
            continue
        if node.__class__ not in _BINDING:
            continue
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                made[name] = value
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                made[name] = value
            case ast.For() | ast.AsyncFor():
                runs.append(node)
            case ast.ExceptHandler(name=str(name)):
                caught.add(name)
    made = {name: value for name, value in made.items() if times[name] == 1}
    kinds = {name: kind for name, value in made.items() if (kind := _kind_of_value(value))}
    kinds |= dict(_kinds_of_parameters(arguments, times))
    bare = Names(kinds, parameters, made, bound=frozenset(times) - parameters, caught=frozenset(caught) - parameters)
    items = {name: words for run in runs for name, words in _items(run, bare) if times[name] == 1}
    return replace(bare, items=items)


def _kinds_of_parameters(arguments: ast.arguments, times: Counter[str]) -> Iterator[tuple[str, Kind]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    padded: list[ast.expr | None] = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    for argument, default in (
        *zip(positional, padded, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ):
        if times[argument.arg] > 1:
            continue
        kind = _kind_of_annotation(argument.annotation) if argument.annotation is not None else None
        is_none = isinstance(default, ast.Constant) and default.value is None
        kind = "optional" if is_none else kind or (_kind_of_value(default) if default is not None else None)
        if kind is not None:
            yield argument.arg, kind
    for variadic in filter(None, (arguments.vararg, arguments.kwarg)):
        yield variadic.arg, "collection"


def _kind_of_annotation(annotation: ast.expr) -> Kind | None:
    text = (
        annotation.value if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str) else printed(annotation)
    )
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), None)


def _kind_of_value(value: ast.expr) -> Kind | None:
    match value:
        case ast.Constant(value=bool()) | ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return "flag"
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            return "text"
        case ast.Constant(value=int() | float()):
            return "number"
        case ast.List() | ast.Tuple() | ast.Dict() | ast.Set() | ast.ListComp() | ast.SetComp() | ast.DictComp():
            return "collection"
        case ast.Call(func=ast.Name(id=name)):
            return _MAKES.get(name)
        case ast.BinOp(op=ast.Sub() | ast.BitAnd(), left=ast.Set() | ast.Call(func=ast.Name(id="set" | "frozenset"))):
            return "collection"
    return None


def _items(run: ast.For | ast.AsyncFor, names: Names) -> Iterator[tuple[str, str]]:
    """A loop's variables as what they are: an item, a key or a value of a collection."""
    match run.target, run.iter:
        case ast.Name(id=name), ast.Call(func=ast.Attribute(value=mapping, attr="keys" | "values" as part), args=[]):
            whole = noun(mapping, names)
            if whole:
                yield name, f"a {part.removesuffix('s')} of {whole}"
        case ast.Name(id=name), collection if whole := noun(collection, names):
            yield name, f"an item of {whole}"
        case ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=value)]), ast.Call(
            func=ast.Attribute(value=mapping, attr="items"), args=[]
        ):
            if whole := noun(mapping, names):
                yield key, f"a key of {whole}"
                yield value, f"a value of {whole}"
        case ast.Tuple(elts=[_, ast.Name(id=name)]), ast.Call(func=ast.Name(id="enumerate"), args=[collection, *_]):
            if whole := noun(collection, names):
                yield name, f"an item of {whole}"
