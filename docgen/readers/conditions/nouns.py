"""Expressions as nouns: what a condition speaks of, and what is known of it.

In: expressions, and the `Names` of the function they stand in. Out: words, or None where code has no plain ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from docgen.readers.syntax import has_at_most, printed

Kind = Literal["flag", "text", "collection", "number", "optional"]

_MEASURES = {
    "abs": "the absolute value of {}",
    "len": "the length of {}",
    "max": "the largest item of {}",
    "min": "the smallest item of {}",
    "str": "{}",
    "sum": "the sum of {}",
    "type": "the type of {}",
}
_MOST_PARTS = 100
_SAME_TEXT = ("lower", "upper", "strip", "casefold", "lstrip", "rstrip")
_OPERATIONS: Mapping[type[ast.operator], str] = {ast.Add: "plus", ast.Sub: "minus", ast.Mult: "times", ast.Div: "divided by"}
_FLAG = re.compile(
    r"_*(?:(?:is|has|can|should|allow|use|enable|disable|ignore|skip|force|needs?|wants?|was|will|must)(?:_.*)?|(?:.*_)?(?:\w+ed|\w+able|strict|found|open|done|valid"
    r"|ready|active|alive|ok|empty|running|frozen|readonly|present|success|inplace))"
)
_STATE = re.compile(
    r"(?:closed|open|started|stopped|running|finished|done|ready|active|connected|frozen|fitted|initiali[sz]ed|locked)"
)
_PLURAL = re.compile(r".*[a-rt-z]s")
_SINGULAR = re.compile(r".*(?:ss|us|is|as|params|kwargs)")
_TRUTH: Mapping[Kind | None, tuple[str, str]] = {
    "flag": ("is true", "is false"),
    "text": ("is not empty", "is empty"),
    "collection": ("is not empty", "is empty"),
    "number": ("is not zero", "is zero"),
    "optional": ("is given", "is not given"),
    None: ("is set", "is not set"),
}


@dataclass(frozen=True)
class Names:
    """What is known of the names in a function: the `kinds` of values (by expression), its `parameters`, the expressions that
    `made` its local names, and what its loops' variables are `items` of. `bound` has every local name,
    `caught` those of handled exceptions."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    made: Mapping[str, ast.expr] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    caught: frozenset[str] = frozenset()

    def without(self, name: str) -> Names:
        """The same, but one local name is not looked into again."""
        return replace(self, made={key: value for key, value in self.made.items() if key != name})


def noun(node: ast.expr, names: Names) -> str | None:
    """An expression as a noun: names and constants as they stand, `len(x)` as "the length of x", `self.x` as "x". None for what
    only the source can tell a reader: local names that were made of nothing sayable, private names and attributes."""
    match node:
        case ast.Name(id="self" | "cls"):
            return "the object"
        case ast.Name(id=name) if name in names.caught:
            return "the exception"
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names.caught:
            return f"the exception's {attr.lstrip('_')}"
        case ast.Name(id=name):
            made = names.made.get(name)
            if made is not None and (words := noun(made, names.without(name))):
                return words
            return None if _is_inside(name, names) else name
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            return None if name.startswith("_") else f"self.{name}" if name in names.parameters else name
        case ast.Attribute(value=value, attr=name):
            return None if name.startswith("_") else _inside(value, f".{name}", names)
        case ast.Subscript(value=value, slice=ast.Constant() | ast.Name() | ast.UnaryOp() as index):
            return _inside(value, f"[{printed(index)}]", names)
        case ast.Tuple(elts=[ast.Name(), *_] as elements) if all(isinstance(element, ast.Name) for element in elements):
            return printed(node)
        case ast.Constant(value=value):
            return None if value is Ellipsis else printed(node)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return printed(node)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _MEASURES:
            measured = noun(argument, names)
            return _MEASURES[name].format(measured) if measured else None
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=[], keywords=[]) if name in _SAME_TEXT:
            return noun(value, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            first, second = noun(left, names), noun(right, names)
            is_plain = first and second and not re.search(r"['\" ]", first + second)
            return f"{first} {_OPERATIONS[type(op)]} {second}" if is_plain else None
    return None


def _is_inside(name: str, names: Names) -> bool:
    """Whether a name means nothing outside of the body or module that it stands in."""
    return name not in names.parameters and name not in names.items and (name in names.bound or name.startswith("_"))


def _inside(value: ast.expr, part: str, names: Names) -> str | None:
    base = noun(value, names)
    return f"{base}{part}" if base and " " not in base else None


def truth(node: ast.expr, name: str, names: Names) -> tuple[str, str] | None:
    """How to say that a value is true, and that it is not, by its type, its default or its name; None for a local variable that
    tells nothing."""
    kind = names.kinds.get(printed(node))
    last = name.rpartition(".")[2]
    if kind is None and _FLAG.fullmatch(last):
        kind = "flag"
    elif kind is None and _PLURAL.fullmatch(last) and not _SINGULAR.fullmatch(last):
        kind = "collection"
    elif kind is None and isinstance(node, ast.Name) and node.id in names.parameters:
        return "is given", "is empty or missing"
    elif kind is None and isinstance(node, ast.Name) and node.id in names.bound:
        return None
    return _TRUTH[kind]


def state_of(node: ast.Attribute) -> str:
    """The adjective in a private flag, `self._closed`, which is the state of the object; empty for another attribute."""
    last = node.attr.lstrip("_")
    is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    return last.replace("_", " ") if is_own and node.attr.startswith("_") and _STATE.fullmatch(last) else ""


def is_small(node: ast.expr) -> bool:
    """Whether an expression can be short in words: one of more than a hundred parts cannot, and may be too deep to walk."""
    return has_at_most(node, _MOST_PARTS)


def listed(items: Sequence[str], joiner: str = "or") -> str:
    """Items as prose: "a, b or c"."""
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}" if len(items) > 1 else "".join(items)


def alternatives(node: ast.expr) -> list[ast.expr]:
    """The members of a tuple, or of a union written with `|`; else the expression itself."""
    match node:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return elements
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*alternatives(left), *alternatives(right)]
    return [node]


def type_name(node: ast.expr) -> str:
    """The last part of a type's name; empty for what is no name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Constant(value=None) | ast.Call(func=ast.Name(id="type"), args=[ast.Constant(value=None)]):
            return "None"
    return ""


_SPOKEN = frozenset("RAM NAN MAP LAN MAC SAT ROW SET SUM MIN MAX HEX RAW SIM NAT SEC MOD MUL SUB".split())


def article(word: str) -> str:
    """`a` or `an`, by how the word sounds: an int, a user, an HTTPError, a UUID, an F1, a ROUGE."""
    bare = word.lstrip("`'\"_")
    if re.match(r"(?:uni(?![nm])|us[aeu]|uti|uuid|url|uri|eu|one|once)", bare, re.I):
        return "a"
    if bare.startswith(("nd", "mp3")):
        return "an"
    capitals = re.match(r"[A-Z]{2,}(?![a-z])|[A-Z](?=[A-Z][a-z]|\d|\b)|[A-Z]{2,}(?=[A-Z][a-z])", bare)
    is_spoken = capitals is not None and (
        capitals[0] in _SPOKEN or (len(capitals[0]) > 3 and re.search("[AEIOU]", capitals[0]))
    )
    if capitals is not None and not is_spoken:
        return "an" if bare[0] in "AEFHILMNORSX" else "a"
    return "an" if bare[:1].lower() in "aeiou" else "a"
