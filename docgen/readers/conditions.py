"""When a function raises, in words: the explicit `raise` statements of a body and the condition each stands under.

In: the syntax tree of a function. Out: `Raised` values with the condition as code and as English. Own code, because no
library relates a raise to its condition, and Error Handling sections rest on exactly that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARE = {
    ast.Eq: ("is", "is not"),
    ast.NotEq: ("is not", "is"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("is in", "is not in"),
    ast.NotIn: ("is not in", "is in"),
    ast.Lt: ("is less than", "is at least"),
    ast.GtE: ("is at least", "is less than"),
    ast.Gt: ("is greater than", "is at most"),
    ast.LtE: ("is at most", "is greater than"),
}
_ZERO = {
    "is less than": "is negative",
    "is at least": "is zero or more",
    "is greater than": "is positive",
    "is at most": "is zero or negative",
    "is": "is zero",
    "is not": "is not zero",
}
_EMPTY = {"is": "is empty", "is at most": "is empty", "is not": "is not empty", "is greater than": "is not empty"}
_PREDICATES = {
    "exists": ("exists", "does not exist"),
    "is_file": ("is a file", "is not a file"),
    "isfile": ("is a file", "is not a file"),
    "is_dir": ("is a folder", "is not a folder"),
    "isdir": ("is a folder", "is not a folder"),
    "callable": ("is callable", "is not callable"),
    "isidentifier": ("is an identifier", "is not an identifier"),
    "isdigit": ("consists of digits", "does not consist of digits"),
    "isfinite": ("is finite", "is not finite"),
    "isnan": ("is NaN", "is not NaN"),
    "isinf": ("is infinite", "is not infinite"),
    "is_absolute": ("is absolute", "is not absolute"),
}
_UNSPEAKABLE = re.compile(r"\w\(| for \w+ in |\[.*:|\blambda\b|[-+*/%&|]")
_LONGEST = 90  # characters of a condition; a longer one says less than the exception's message


@dataclass(frozen=True)
class Raised:
    """One explicit raise: the exception's name, its line, the condition in code and in English, and the message."""

    exception: str
    line: int
    condition: str = ""
    when: str = ""
    message: str = ""


def raises_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Raised]:
    """The explicit raises of a function's own body, in order; nested functions and classes are left out."""
    return list(_walk(function.body, ()))


_Guard = tuple[ast.expr | str, bool]  # a test (or the name of a caught exception) and whether it is negated


def _walk(body: list[ast.stmt], guards: tuple[_Guard, ...]) -> Iterator[Raised]:
    for statement in body:
        match statement:
            case ast.Raise(exc=exc) if exc is not None:
                if raised := _raised(exc, statement.lineno, guards):
                    yield raised
            case ast.If(test=test, body=then, orelse=orelse):
                yield from _walk(then, (*guards, (test, False)))
                yield from _walk(orelse, guards if _is_elif(orelse) else (*guards, (test, True)))
            case ast.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=final):
                yield from _walk(inner, guards)
                for handler in handlers:
                    yield from _walk(handler.body, (*guards, (_caught(handler), False)))
                yield from _walk(orelse, guards)
                yield from _walk(final, guards)
            case ast.For() | ast.AsyncFor() | ast.While():
                yield from _walk(statement.body, guards)
                yield from _walk(statement.orelse, guards)
            case ast.With() | ast.AsyncWith():
                yield from _walk(statement.body, guards)
            case ast.Match(cases=cases):
                for case in cases:
                    yield from _walk(case.body, guards)


def _is_elif(orelse: list[ast.stmt]) -> bool:
    return len(orelse) == 1 and isinstance(orelse[0], ast.If)


def _caught(handler: ast.ExceptHandler) -> str:
    return ast.unparse(handler.type) if handler.type is not None else "Exception"


def handled_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Names of the exceptions that a body catches and does not raise again, in order."""
    names: dict[str, None] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            if not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
                types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                names.update(dict.fromkeys(name for item in types if (name := _exception_name(item))))
    return list(names)


def _raised(exc: ast.expr, line: int, guards: tuple[_Guard, ...]) -> Raised | None:
    call = exc if isinstance(exc, ast.Call) else None
    name = _exception_name(call.func if call else exc)
    if not name:
        return None
    message = _message(call) if call else ""
    if not guards:
        return Raised(name, line, message=message)
    test, negate = guards[-1]
    if isinstance(test, str):
        return Raised(name, line, f"except {test}", f"a {_plain_names(test)} occurs", message)
    code = f"not ({ast.unparse(test)})" if negate else ast.unparse(test)
    when = phrase(test, negate)
    if len(code) > _LONGEST or len(when) > _LONGEST:
        return Raised(name, line, message=message)
    # A comprehension or a call of a call in words is no longer words: the message says it better.
    return Raised(name, line, code, "" if _UNSPEAKABLE.search(when) else when, message)


def _plain_names(text: str) -> str:
    return " or ".join(part.strip().rpartition(".")[2] for part in text.strip("()").split(","))


def _exception_name(node: ast.expr) -> str:
    """The last part of a dotted name that looks like a class; empty for variables, whose type is not known."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name if name.lstrip("_")[:1].isupper() and not name.isupper() else ""
    return ""


def _message(call: ast.Call) -> str:
    """The message given to an exception, with f-string holes written as `{name}`; empty if it is not a literal."""
    for argument in call.args[:1]:
        match argument:
            case ast.Constant(value=str(text)):
                return " ".join(text.split())
            case ast.JoinedStr(values=values):
                return " ".join("".join(_piece(value) for value in values).split())
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
                return " ".join(text.split())
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
                return " ".join(text.split())
    return ""


def _piece(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    return "{" + ast.unparse(value.value) + "}" if isinstance(value, ast.FormattedValue) else ""


def phrase(test: ast.expr, negate: bool = False) -> str:
    """A condition in English, attributes of `self` without their prefix. See `_phrase`."""
    return re.sub(r"\b(?:self|cls)\._?", "", _phrase(test, negate))


def _phrase(test: ast.expr, negate: bool = False) -> str:
    """A condition in English: `rate < 0` gives "rate is negative"; what has no plain wording keeps its code."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _phrase(operand, not negate)
        case ast.BoolOp(op=op, values=values):
            joiner = " and " if isinstance(op, ast.And) != negate else " or "
            return joiner.join(_phrase(value, negate) for value in values)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compare(left, op, right, negate)
        case ast.Compare(left=low, ops=[ast.LtE() | ast.Lt() as first, ast.LtE() | ast.Lt() as last], comparators=[middle, high]):
            return _between(low, first, middle, last, high, negate)
        case ast.Call(func=func, args=args):
            return _call(test, func, args, negate)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return f"{ast.unparse(test)} is {'empty or false' if negate else 'set'}"
        case ast.NamedExpr(value=value):
            return _phrase(value, negate)
    code = ast.unparse(test)
    return f"not {code}" if negate else code


def _between(low: ast.expr, first: ast.cmpop, middle: ast.expr, last: ast.cmpop, high: ast.expr, negate: bool) -> str:
    if type(first) is not type(last):
        code = ast.unparse(ast.Compare(low, [first, last], [middle, high]))
        return f"not {code}" if negate else code
    relation = "between" if isinstance(first, ast.LtE) else "strictly between"
    return f"{ast.unparse(middle)} is {'not ' if negate else ''}{relation} {ast.unparse(low)} and {ast.unparse(high)}"


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr, negate: bool) -> str:
    relation = _COMPARE[type(op)][int(negate)]
    if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant) and isinstance(op, ast.Lt | ast.Gt | ast.LtE | ast.GtE):
        flipped = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}[type(op)]
        return _compare(right, flipped(), left, negate)
    subject, zero = ast.unparse(left), isinstance(right, ast.Constant) and right.value == 0 and type(right.value) in (int, float)
    if zero and isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and left.args:
        if relation in _EMPTY:
            return f"{ast.unparse(left.args[0])} {_EMPTY[relation]}"
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and left.args:
        subject = f"the length of {ast.unparse(left.args[0])}"
    if zero and relation in _ZERO:
        return f"{subject} {_ZERO[relation]}"
    if isinstance(right, ast.Tuple | ast.List | ast.Set) and isinstance(op, ast.In | ast.NotIn):
        items = [ast.unparse(item) for item in right.elts]
        listed = " or ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
        return f"{subject} {relation.removesuffix(' in')} {listed}"
    return f"{subject} {relation} {ast.unparse(right)}"


def _call(test: ast.Call, func: ast.expr, args: list[ast.expr], negate: bool) -> str:
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if name == "isinstance" and len(args) == 2:
        types = ast.unparse(args[1]).strip("()").replace(" | ", ", ").rstrip(",")
        listed = " or ".join(part.strip() for part in types.split(","))
        article = "an" if listed[:1].lower() in "aeio" else "a"
        return f"{ast.unparse(args[0])} is {'not ' if negate else ''}{article} {listed}"
    if name in _PREDICATES:
        subject = ast.unparse(args[0]) if args else ast.unparse(func.value) if isinstance(func, ast.Attribute) else ""
        if subject:
            return f"{subject} {_PREDICATES[name][int(negate)]}"
    if name in ("startswith", "endswith") and isinstance(func, ast.Attribute) and len(args) == 1:
        verb = ("ends with", "does not end with") if name == "endswith" else ("starts with", "does not start with")
        return f"{ast.unparse(func.value)} {verb[int(negate)]} {ast.unparse(args[0])}"
    code = ast.unparse(test)
    return f"{code} is {'false' if negate else 'true'}"
