"""When two spellings are the same value: literals, numbers at the precision printed, annotations.

In: what a text says and what the source says. Out: same, different, or None where neither can be told: a constant's name beside
a number may well be that number. One reason to change: what counts as the same.
"""

from __future__ import annotations

import ast
import bisect
import math
import re
from collections.abc import Collection, Sequence

from docgen.later import Frozen, expression

_LONGEST = 200  # characters of a literal worth parsing
_WORDS = {"true": True, "false": False, "none": None, "null": None, "nil": None}
# Defaults that stand for "not given": what the text calls the default is then worked out in the body.
_SENTINELS = frozenset(
    {"deprecated", "warn", "default", "auto", "missing", "sentinel", "unset", "infer", "<no value>", "no_default"}
)
_IN_CHANGE = expression(r"deprecat|chang|_in_\d")  # 'changing_from_sigmoid_to_relu_in_2.0'
# What a number in one unit is in another: time, bytes, shares.
_RATIOS = (60, 3600, 86400, 24, 7, 1e3, 1e6, 1e9, 1e12, 1024, 1024**2, 1024**3, 1024**4, 100)


class Literal(Frozen):
    """The value of a literal expression."""

    value: object


def literal(text: str) -> Literal | None:
    """The value that `text` spells as Python or as prose does (`true`, `1,000`); None where it is no literal."""
    text = text.strip()
    if text.lower() in _WORDS:
        return Literal(_WORDS[text.lower()])
    if re.fullmatch(r"[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    return _parsed(text.replace("−", "-"))


def _parsed(text: str) -> Literal | None:
    if not text or len(text) > _LONGEST:
        return None
    try:
        return Literal(_value(ast.parse(text, mode="eval").body))
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr) -> object:
    """The value of a literal expression; ValueError for any other."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _number(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return _computed(_number(left), op, _number(right))
        case ast.Tuple(elts=items):
            return tuple(_value(item) for item in items)
        case ast.List(elts=items):
            return [_value(item) for item in items]
        case ast.Set(elts=items):
            return frozenset(_value(item) for item in items)
        case ast.Dict(keys=keys, values=values) if all(key is not None for key in keys):
            return {_value(key): _value(value) for key, value in zip(keys, values, strict=True) if key is not None}
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(word))], keywords=[]):
            return float(word)
        case ast.Call(func=ast.Name(id="set" | "frozenset" | "dict" | "list" | "tuple" as kind), args=[], keywords=[]):
            return {"set": frozenset(), "frozenset": frozenset(), "dict": {}, "list": [], "tuple": ()}[kind]
        case ast.Attribute(value=ast.Name(id="math" | "np" | "numpy" | "torch" | "jnp"), attr="inf" | "Inf" | "infty"):
            return math.inf
    raise ValueError("no literal")


def _number(node: ast.expr) -> int | float:
    value = _value(node)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    return value


def _computed(left: int | float, op: ast.operator, right: int | float) -> int | float:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.FloorDiv():
            return left // right
        case ast.Pow() if abs(left) <= 1024 and abs(right) <= 64:
            return float(left) ** right if right < 0 else left ** int(right)
        case ast.LShift() if isinstance(left, int) and isinstance(right, int) and 0 <= right <= 64:
            return left << right
    raise ValueError("no arithmetic of literals")


def same_default(stated: str, default: str, *, unit: bool = False) -> bool | None:
    """Whether a text that calls `stated` the default agrees with the source's `default` expression.

    `unit` says that a unit follows it in the text. None where the two cannot be compared: a sentinel, a name, another unit.
    """
    left, right = _tidy(stated), _tidy(default)
    if left == right or left.strip("'\"") == right.strip("'\""):
        return True
    first, second = literal(left), literal(right)
    if first is None or second is None:
        return _same_names(left, right)
    if _is_sentinel(second.value):
        return True if first.value == second.value and type(first.value) is type(second.value) else None
    return _same_values(first.value, second.value, left, unit)


def _tidy(text: str) -> str:
    text = " ".join(text.split()).strip("`").strip()
    return text.replace("“", '"').replace("”", '"').replace("‘", "'").replace("’", "'")


def _same_names(left: str, right: str) -> bool | None:
    """Names agree where one ends with the other (`np.nan`, `numpy.nan`); otherwise they say nothing of each other."""
    if re.fullmatch(r"[\w.]+", left) and re.fullmatch(r"[\w.]+", right):
        tails = left.rpartition(".")[2].lower(), right.rpartition(".")[2].lower()
        return True if tails[0] == tails[1] else None
    return True if re.sub(r"\s|^lambda", "", left) == re.sub(r"\s|^lambda", "", right) else None


def _is_sentinel(value: object) -> bool:
    """Whether a default stands for "not given"."""
    if value is None or value is Ellipsis:
        return True
    if isinstance(value, str) and (value.lower() in _SENTINELS or _IN_CHANGE.search(value)):
        return True
    return not isinstance(value, bool | int | float) and not value


def _same_values(stated: object, actual: object, spelled: str, unit: bool) -> bool | None:
    if stated != actual and str(stated).lower() == str(actual).lower():
        return None  # None beside 'none', 30 beside '30': prose does not quote
    if isinstance(stated, str) and isinstance(actual, str):
        plain = re.sub(r"[\W_]", "", stated).lower(), re.sub(r"[\W_]", "", actual).lower()
        if stated != actual and (plain[0].startswith(plain[1]) or plain[1].startswith(plain[0])):
            return None  # 'low' is short for 'lowpass'
        return stated == actual
    if isinstance(actual, bool) or isinstance(stated, bool):
        return _same_booleans(stated, actual, spelled)
    if isinstance(stated, int | float) and isinstance(actual, int | float):
        return _same_numbers(stated, actual, spelled, unit)
    if isinstance(stated, list | tuple | frozenset) and isinstance(actual, list | tuple | frozenset):
        return _same_items(stated, actual)
    if isinstance(stated, list | tuple | frozenset):
        return None  # one item may stand for a list of it
    if stated is None:
        return False if spelled == "None" else None  # "default: none" may say that there are no such things
    if isinstance(stated, str) != isinstance(actual, str):
        word = str(actual if isinstance(actual, str) else stated)
        return None if isinstance(stated, str) or re.search(r"\d", word) else False  # '-30y' is 30 years ago
    return True if stated == actual else None


def _same_items(stated: Collection[object], actual: Collection[object]) -> bool | None:
    """Whether two collections hold the same; a set has no order to compare."""
    if len(stated) != len(actual):
        return None
    if isinstance(stated, frozenset) or isinstance(actual, frozenset):
        held = list(actual)
        return all(item in held for item in stated)
    return list(stated) == list(actual)


def _same_booleans(stated: object, actual: object, spelled: str) -> bool | None:
    if spelled == "None" or (isinstance(stated, bool | int) and isinstance(actual, bool | int) and {stated, actual} <= {0, 1}):
        return stated == actual
    return None


def _same_numbers(stated: int | float, actual: int | float, spelled: str, unit: bool) -> bool | None:
    are_whole = isinstance(stated, int) and isinstance(actual, int)  # of which every digit counts
    if (stated == actual if are_whole else math.isclose(stated, actual, rel_tol=1e-6)) or prints(spelled, actual):
        return True
    if unit and stated and actual:
        ratio = abs(actual / stated)
        if any(math.isclose(ratio, scale) or math.isclose(ratio, 1 / scale) for scale in _RATIOS):
            return None  # minutes beside seconds, kilobytes beside bytes
    return False


_PRINTED = expression(r"([-+−]?)([\d_,]*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?\s*(%|percent|[KkMBGT]|thousand|million|billion)?")
_SCALES: dict[str, tuple[float, ...]] = {
    "": (1,),
    "%": (1, 0.01),
    "percent": (1, 0.01),
    "k": (1e3, 1024),
    "thousand": (1e3,),
    "m": (1e6,),
    "million": (1e6,),
    "b": (1e9,),
    "g": (1e9,),
    "billion": (1e9,),
    "t": (1e12,),
}


class Printed(Frozen):
    """A number as a text prints it: the ranges of values that print so."""

    ranges: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, text: str) -> Printed | None:
        """The printed number, with its unit if it has one: `0.8978`, `1,024`, `13.8M`, `90 %`, `1e-5`."""
        found = _PRINTED.fullmatch(text.strip())
        if found is None or not (found.group(2) or found.group(3)):
            return None
        sign, whole, fraction, exponent, unit = found.groups()
        digits = (whole or "").replace(",", "").replace("_", "") or "0"
        try:
            power = int(exponent or 0)
            value = float(f"{digits}.{fraction or '0'}e{power}")
            step = 10.0 ** (power - len(fraction or ""))
        except (ValueError, OverflowError):
            return None
        value = -value if sign in ("-", "−") else value
        exact = fraction is None and not exponent and not unit
        # A whole number is a whole number: 13 does not print 13.4. With a unit or decimals it is rounded.
        half = 0.0 if exact else step / 2 * (1 + 1e-9)
        scales = _SCALES[(unit or "").lower()]
        ranges = tuple(((value - half) * scale, (value + half) * scale) for scale in scales)
        return cls(ranges) if all(math.isfinite(edge) for pair in ranges for edge in pair) else None

    def covers(self, value: int | float) -> bool:
        """Whether `value` prints so."""
        return any(low <= value <= high for low, high in self.ranges)

    def within(self, values: Sequence[float]) -> bool:
        """Whether any of the sorted `values` prints so."""
        firsts = ((bisect.bisect_left(values, low), high) for low, high in self.ranges)
        return any(index < len(values) and values[index] <= high for index, high in firsts)


def prints(text: str, value: int | float) -> bool:
    """Whether `text` is `value` at the precision printed: 0.8978000283 is `0.8978`, 13824000 is `13.8M`."""
    printed = Printed.of(text)
    return printed is not None and printed.covers(value)


_ALIASES = {name.title(): name for name in ("list", "dict", "tuple", "set", "type")} | {"FrozenSet": "frozenset", "Text": "str"}


def plain_annotation(text: str) -> str:
    """An annotation in one spelling: `Optional[List[int]]`, `"list[int] | None"` and `None | list[int]` are the same."""
    return _annotation(" ".join(text.split()))


def _annotation(text: str) -> str:
    if len(text) > 10 * _LONGEST:
        return text
    try:
        return _spelled(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text


def _spelled(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return _annotation(text)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _ALIASES.get(name, name)
        case ast.BinOp(op=ast.BitOr()):
            return " | ".join(sorted(_members(node)))
        case ast.Subscript(value=ast.Name(id="Optional" | "Union") | ast.Attribute(attr="Optional" | "Union")):
            return " | ".join(sorted(_members(node)))
        case ast.Subscript(value=value, slice=ast.Tuple(elts=items)):
            return f"{_spelled(value)}[{', '.join(_spelled(item) for item in items)}]"
        case ast.Subscript(value=value, slice=inner):
            return f"{_spelled(value)}[{_spelled(inner)}]"
        case ast.List(elts=items):
            return f"[{', '.join(_spelled(item) for item in items)}]"
    return ast.unparse(node)


def _members(node: ast.expr) -> set[str]:
    """The members of a union, however it is written."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _members(left) | _members(right)
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner) if name in ("Optional", "Union"):
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return set().union(*(_members(item) for item in items)) | ({"None"} if name == "Optional" else set())
    return {_spelled(node)}


def plain_signature(text: str) -> str:
    """A signature with its annotations and defaults in one spelling; the text itself where it is none."""
    text = " ".join(text.split())
    head, bracket, _ = text.partition("(")
    if not bracket or len(text) > 20 * _LONGEST:
        return text
    try:
        tree = ast.parse(f"def {head.split()[-1] if head.split() else 'f'}{text[len(head) :].rstrip(':')}: ...")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return text
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg) and argument.annotation is not None:
            argument.annotation = ast.Constant(plain_annotation(ast.unparse(argument.annotation)))
    returns = f" -> {plain_annotation(ast.unparse(function.returns))}" if function.returns is not None else ""
    return f"{function.name}({ast.unparse(function.args)}){returns}"
