"""Conditions of code in English: `rate < 0` gives "rate is negative".

In: the expression of a test, and what is known of the names in it. Out: words, or nothing where plain words would be harder
to read than the code or would not say the same. A wrong condition is worse than none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy

from docgen.readers.conditions.joining import clauses_in, joined, names_an_item, telling, with_items, without_self
from docgen.readers.conditions.nouns import Names, alternatives, article, listed, noun, state_of, truth, type_name
from docgen.readers.syntax import printed

_COMPARE: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("is less than", "is at least"),
    ast.GtE: ("is at least", "is less than"),
    ast.Gt: ("is greater than", "is at most"),
    ast.LtE: ("is at most", "is greater than"),
}
_FLIPPED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_ZERO = {
    "is less than": "is negative",
    "is at least": "is zero or more",
    "is greater than": "is positive",
    "is at most": "is zero or negative",
    "is": "is zero",
    "is not": "is not zero",
}
_EMPTY: Mapping[tuple[str, int | float | None], str] = {
    ("is", 0): "is empty",
    ("is at most", 0): "is empty",
    ("is less than", 1): "is empty",
    ("is not", 0): "is not empty",
    ("is greater than", 0): "is not empty",
    ("is at least", 1): "is not empty",
}
_PREDICATES = {
    "callable": ("is callable", "is not callable"),
    "exists": ("exists", "does not exist"),
    "is_absolute": ("is absolute", "is not absolute"),
    "is_dir": ("is a folder", "is not a folder"),
    "is_file": ("is a file", "is not a file"),
    "isabs": ("is absolute", "is not absolute"),
    "isalnum": ("is alphanumeric", "is not alphanumeric"),
    "isalpha": ("consists of letters", "does not consist of letters"),
    "isclass": ("is a class", "is not a class"),
    "iscoroutinefunction": ("is a coroutine function", "is not a coroutine function"),
    "isdecimal": ("consists of digits", "does not consist of digits"),
    "isdigit": ("consists of digits", "does not consist of digits"),
    "isdir": ("is a folder", "is not a folder"),
    "isfile": ("is a file", "is not a file"),
    "isfinite": ("is finite", "is not finite"),
    "isidentifier": ("is an identifier", "is not an identifier"),
    "isinf": ("is infinite", "is not infinite"),
    "islower": ("is in lower case", "is not in lower case"),
    "isnan": ("is NaN", "is not NaN"),
    "isnumeric": ("is numeric", "is not numeric"),
    "isspace": ("is blank", "is not blank"),
    "isupper": ("is in upper case", "is not in upper case"),
}
_NEGATED = {"is": "is not", "has": "has no", "can": "cannot", "supports": "does not support"}
_PLACE = "ITEM§"  # stands for one item of a collection; no identifier has this sign
_LONGEST = 90  # characters; a longer condition says less than the exception's message
_MOST = 3  # conditions joined in one


def phrase(test: ast.expr, negate: bool = False, names: Names | None = None) -> str:
    """A condition in English; empty where it has no plain wording that is short enough."""
    return phrase_all([(test, negate)], names)


def phrase_all(tests: Sequence[tuple[ast.expr | str, bool]], names: Names | None = None) -> str:
    """Conditions that hold together, each perhaps negated or in words already; empty where one has no plain wording."""
    names = names or Names()
    said: list[str] = []
    for test, negate in tests:
        words = test if isinstance(test, str) else _clause(test, negate, names)
        if not words:
            return ""
        is_choice = len(tests) > 1 and not isinstance(test, str) and _is_choice(test, negate)
        said.append(f"either {words}" if is_choice else words)
    text = joined(telling(said), "and")
    text = with_items(text, names) if len(said) == 1 else "" if names_an_item(text, names) else text
    text = without_self(text)
    return text if len(text) <= _LONGEST and clauses_in(text) <= _MOST else ""


def _clause(test: ast.expr, negate: bool, names: Names) -> str | None:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _clause(operand, not negate, names)
        case ast.NamedExpr(value=value):
            return _clause(value, negate, names)
        case ast.BoolOp(op=op, values=values):
            return _connected(isinstance(op, ast.And) != negate, values, negate, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right, negate, names)
        case ast.Compare(ops=[ast.LtE() | ast.Lt(), ast.LtE() | ast.Lt()]):
            return _between(test, negate, names)
        case ast.Call():
            return _called(test, negate, names)
        case ast.ListComp() | ast.SetComp():
            return _of_items(test, negate, names)
        case ast.BinOp(op=ast.Sub(), left=ast.Call(func=ast.Name(id="set"), args=[ours]), right=theirs) if not negate:
            return _beyond(ours, theirs, names)
        case ast.BinOp(op=ast.Mod(), left=left, right=right):
            return _multiple(left, right, not negate, names)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return _is_true(test, negate, names)
    return None


# Several clauses -------------------------------------------------------------------------------------------------------


def _connected(is_and: bool, values: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    if is_and == negate and (merged := one_test_of(values)):
        return _clause(merged, negate, names)
    if is_and != negate and (merged := one_test_of([_opposite(value) for value in values])):
        return _clause(merged, not negate, names)
    said: list[str] = []
    for value in values:
        words = _clause(value, negate, names)
        if words is None:
            return None
        said.append(f"either {words}" if is_and and _is_choice(value, negate) else words)
    if is_and:
        return joined(telling(said), "and")
    return ", or ".join(said) if any(" and " in words for words in said) else joined(said, "or")


def _is_choice(test: ast.expr, negate: bool) -> bool:
    """Whether a test joins others with `or`, so that an `and` beside it could be read in two ways."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_choice(operand, not negate)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.Or) != negate:
            return one_test_of([_opposite(value) for value in values] if negate else values) is None
    return False


def one_test_of(tests: Sequence[ast.expr]) -> ast.expr | None:
    """`x == 1 or x == 2` as `x in (1, 2)`, and the like for types: one test for all; None where they are of different sorts."""
    parts = [_membership(test) for test in tests]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts) or len(found) < 2 or len({(sort, printed(subject)) for sort, subject, _ in found}) > 1:
        return None
    sort, subject, _ = found[0]
    together = ast.Tuple([item for _, _, items in found for item in items], ast.Load())
    if sort == "in":
        return ast.Compare(subject, [ast.In()], [together])
    return ast.Call(ast.Name("isinstance", ast.Load()), [subject, together], [])


def _membership(test: ast.expr) -> tuple[str, ast.expr, list[ast.expr]] | None:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[ast.Constant() | ast.Attribute() as right]):
            return "in", left, [right]
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Tuple() | ast.List() | ast.Set() as right]):
            return "in", left, right.elts
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, types]):
            return "isinstance", subject, alternatives(types)
    return None


def _opposite(test: ast.expr) -> ast.expr:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]):
            return ast.Compare(left, [ast.Eq()], [right])
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
            return ast.Compare(left, [ast.In()], [right])
    return ast.UnaryOp(ast.Not(), test)


# One clause ------------------------------------------------------------------------------------------------------------


def _is_true(node: ast.expr, negate: bool, names: Names) -> str | None:
    """A value tested for truth. A local one is said by what it was made from, where that has words."""
    if isinstance(node, ast.Name) and node.id in names.made:
        words = _clause(names.made[node.id], negate, names.without(node.id))
        if words is not None:
            return words
    if isinstance(node, ast.Attribute) and (state := state_of(node)):
        return f"the object is {'not ' if negate else ''}{state}"
    if isinstance(node, ast.Attribute) and (words := _predicate(node.value, node.attr, negate, names)):
        return words
    name = noun(node, names)
    states = truth(node, name, names) if name else None
    return f"{name} {states[int(negate)]}" if states else None


def _predicate(owner: ast.expr, name: str, negate: bool, names: Names) -> str | None:
    """`stream.is_closed`, as an attribute or a call: "stream is closed"."""
    verb, _, rest = name.lstrip("_").partition("_")
    subject = noun(owner, names)
    if not rest or subject is None or verb not in _NEGATED:
        return None
    said = _NEGATED[verb] if negate else verb
    return f"{subject} {said} {rest.replace('_', ' ')}"


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, negate: bool, names: Names) -> str | None:
    if isinstance(left, ast.Constant) and type(op) in _FLIPPED and not isinstance(right, ast.Constant):
        return _compared(right, _FLIPPED[type(op)](), left, negate, names)
    match op:
        case ast.In() | ast.NotIn():
            return _contained(left, right, isinstance(op, ast.NotIn) != negate, names)
        case ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot():
            return _same(left, op, right, isinstance(op, ast.NotEq | ast.IsNot) != negate, names)
    subject, limit = noun(left, names), noun(right, names)
    if subject is None or limit is None:
        return None
    relation = _COMPARE[type(op)][int(negate)]
    return _against_number(subject, relation, right) or f"{subject} {relation} {limit}"


def _against_number(subject: str, relation: str, right: ast.expr) -> str | None:
    """Comparisons with 0 and 1 that have words of their own: empty, negative, zero."""
    number = right.value if isinstance(right, ast.Constant) and isinstance(right.value, int | float) else None
    if isinstance(number, bool):
        return None
    counted = subject.removeprefix("the length of ")
    empty = _EMPTY.get((relation, number)) if counted != subject else None
    if empty:
        return f"{counted} {empty}"
    return f"{subject} {_ZERO[relation]}" if number == 0 else None


def _same(left: ast.expr, op: ast.cmpop, right: ast.expr, differs: bool, names: Names) -> str | None:
    made = names.made.get(left.id) if isinstance(left, ast.Name) else left
    match made, right:
        case ast.BinOp(op=ast.Mod(), left=number, right=divisor), ast.Constant(value=0):
            return _multiple(number, divisor, differs, names)
        case ast.Call(func=ast.Attribute(value=mapping, attr="get"), args=[key], keywords=[]), ast.Constant(value=None) if (
            not isinstance(key, ast.Constant)
        ):
            return _contained(key, mapping, not differs, names)
        case ast.Call() | ast.Compare(), ast.Constant(value=bool() as wanted) if isinstance(op, ast.Eq | ast.NotEq):
            return _clause(left, differs == wanted, names)
    subject, other = noun(left, names), noun(right, names)
    is_not = "is not" if differs else "is"
    if subject and _is_empty(right):
        return f"{subject} {is_not} empty"
    if subject is None or other is None:
        return None
    if (
        subject.startswith("the type of ")
        or isinstance(op, ast.Eq | ast.NotEq)
        and not isinstance(right, ast.Constant | ast.UnaryOp)
    ):
        return f"{subject} {'differs from' if differs else 'equals'} {other}"
    return _against_number(subject, is_not, right) or f"{subject} {is_not} {other}"


def _is_empty(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value="" | b"") | ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "tuple"), args=[], keywords=[]):
            return True
    return False


def _contained(left: ast.expr, right: ast.expr, is_out: bool, names: Names) -> str | None:
    subject = noun(left, names)
    if subject is None:
        return None
    match right:
        case ast.Tuple(elts=[_, *_] as elements) | ast.List(elts=[_, *_] as elements) | ast.Set(elts=elements):
            items = [item for element in elements if (item := noun(element, names))]
            return f"{subject} {_one_of(items, is_out)}" if len(items) == len(elements) else None
        case ast.Call(func=ast.Attribute(value=value, attr="keys"), args=[]):
            right = value
    whole = noun(right, names)
    if whole is None:
        return None
    if isinstance(left, ast.Constant):
        return f"{whole} {'does not contain' if is_out else 'contains'} {subject}"
    return f"{subject} {'is not in' if is_out else 'is in'} {whole}"


def _one_of(items: Sequence[str], is_out: bool) -> str:
    if len(items) == 2 and is_out:
        return f"is neither {items[0]} nor {items[1]}"
    return f"is not one of {listed(items)}" if is_out and len(items) > 1 else f"is {'not ' if is_out else ''}{listed(items)}"


def _between(test: ast.Compare, negate: bool, names: Names) -> str | None:
    first, last = test.ops
    least, subject, most = (noun(node, names) for node in (test.left, *test.comparators))
    if least is None or subject is None or most is None:
        return None
    if type(first) is type(last):
        relation = "between" if isinstance(first, ast.LtE) else "strictly between"
        return f"{subject} is {'not ' if negate else ''}{relation} {least} and {most}"
    below = _COMPARE[_FLIPPED[type(first)]][int(negate)]
    above = _COMPARE[type(last)][int(negate)].removeprefix("is ")
    return f"{subject} {below} {least} {'or' if negate else 'and'} {above} {most}"


def _multiple(number: ast.expr, divisor: ast.expr, differs: bool, names: Names) -> str | None:
    subject, unit = noun(number, names), noun(divisor, names)
    if subject is None or unit is None or isinstance(number, ast.Constant):
        return None
    if unit == "2":
        return f"{subject} is {'odd' if differs else 'even'}"
    return f"{subject} is {'not ' if differs else ''}a multiple of {unit}"


def _beyond(ours: ast.expr, theirs: ast.expr, names: Names) -> str | None:
    """`set(ours) - set(theirs)` tested for truth."""
    match theirs:
        case ast.Call(func=ast.Name(id="set"), args=[inner]):
            theirs = inner
    subject, other = noun(ours, names), noun(theirs, names)
    return f"an item of {subject} is not in {other}" if subject and other else None


# Calls -----------------------------------------------------------------------------------------------------------------


def _called(test: ast.Call, negate: bool, names: Names) -> str | None:
    owner = test.func.value if isinstance(test.func, ast.Attribute) else None
    name, args = type_name(test.func), test.args
    if not name or test.keywords or any(isinstance(argument, ast.Starred) for argument in args):
        return None
    if (say := _CALLS.get((name, len(args)))) is not None:
        return say(owner, args, negate, names)
    if name in _PREDICATES:
        subject = noun(args[0], names) if args else noun(owner, names) if owner is not None else None
        return f"{subject} {_PREDICATES[name][int(negate)]}" if subject else None
    return _predicate(owner, name, negate, names) if owner is not None and not args else None


def _instance(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    subject, types = noun(args[0], names), [type_name(item) for item in alternatives(args[1])]
    if owner is not None or subject is None or not all(types):
        return None
    is_not = "is not" if negate else "is"
    if len(types) == 1 and types[0].isupper():
        return f"{subject} {is_not} an instance of {types[0]}"
    words = types[0] if types[0] == "None" else f"{article(types[0])} {types[0]}"
    return f"{subject} {is_not} {listed([words, *types[1:]])}"


def _subclass(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    subject, types = noun(args[0], names), [type_name(item) for item in alternatives(args[1])]
    return f"{subject} is {'not ' if negate else ''}a subclass of {listed(types)}" if subject and all(types) else None


def _attribute(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    subject = noun(args[0], names)
    if subject is None or not isinstance(args[1], ast.Constant):
        return None
    return f"{subject} has {'no' if negate else 'an'} attribute {printed(args[1])}"


def _starts(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    return _affixed("does not start with" if negate else "starts with", owner, args[0], names)


def _ends(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    return _affixed("does not end with" if negate else "ends with", owner, args[0], names)


def _affixed(verb: str, owner: ast.expr | None, affix: ast.expr, names: Names) -> str | None:
    subject, parts = noun(owner, names) if owner is not None else None, [noun(item, names) for item in alternatives(affix)]
    return f"{subject} {verb} {listed([part for part in parts if part])}" if subject and all(parts) else None


def _matches(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    pattern, text = (args[0], args[1]) if len(args) == 2 else (owner, args[0])
    if pattern is None or isinstance(pattern, ast.Constant):  # a regular expression itself is no English
        return None
    subject, wanted = noun(text, names), noun(pattern, names)
    return f"{subject} {'does not match' if negate else 'matches'} {wanted}" if subject and wanted else None


def _any(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    return _quantified(args[0] if args else owner, "no item" if negate else "an item", False, names)


def _all(owner: ast.expr | None, args: Sequence[ast.expr], negate: bool, names: Names) -> str | None:
    return _quantified(args[0] if args else owner, "an item" if negate else "every item", negate, names)


def _quantified(body: ast.expr | None, head: str, negate: bool, names: Names) -> str | None:
    """`any(x < 0 for x in xs)`, `(xs < 0).any()` and `numpy.any(xs < 0)` as "an item of xs is negative"."""
    match body:
        case (
            ast.GeneratorExp(elt=test, generators=[ast.comprehension(ifs=[]) as run])
            | ast.ListComp(elt=test, generators=[ast.comprehension(ifs=[]) as run])
        ):
            return _about_item(run, test, head, negate, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if collection := noun(left, names):
            words = _compared(ast.Name(_PLACE), op, right, negate, names)
            return words.replace(_PLACE, f"{head} of {collection}") if words else None
    return None


def _of_items(body: ast.ListComp | ast.SetComp, negate: bool, names: Names) -> str | None:
    """`[x for x in xs if test]` tested for truth."""
    match body.generators:
        case [ast.comprehension(ifs=[test]) as run]:
            return _about_item(run, test, "no item" if negate else "an item", False, names)
    return None


def _about_item(run: ast.comprehension, test: ast.expr, head: str, negate: bool, names: Names) -> str | None:
    collection = noun(run.iter, names)
    if collection is None or not isinstance(run.target, ast.Name):
        return None
    words = _clause(_Renamed(run.target.id).visit(deepcopy(test)), negate, names)
    stands_alone = words is not None and words.count(_PLACE) == 1 and not re.search(rf"{_PLACE}[.\[]", words)
    return words.replace(_PLACE, f"{head} of {collection}") if words and stands_alone else None


class _Renamed(ast.NodeTransformer):
    """Puts the sign for an item in the place of a loop's variable."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(_PLACE, node.ctx) if node.id == self.name else node


_Say = Callable[[ast.expr | None, Sequence[ast.expr], bool, Names], str | None]
_CALLS: Mapping[tuple[str, int], _Say] = {
    ("isinstance", 2): _instance,
    ("issubclass", 2): _subclass,
    ("hasattr", 2): _attribute,
    ("startswith", 1): _starts,
    ("endswith", 1): _ends,
    ("match", 1): _matches,
    ("match", 2): _matches,
    ("fullmatch", 1): _matches,
    ("fullmatch", 2): _matches,
    ("search", 1): _matches,
    ("search", 2): _matches,
    ("any", 0): _any,
    ("any", 1): _any,
    ("all", 0): _all,
    ("all", 1): _all,
}
