"""The walk through a body that finds what it raises, and everything that has to hold at each place.

In: the syntax tree of a function. Out: `Raised` values in the order of the source, and the exceptions it catches. Nested
functions and classes are left out: what they raise, their callers meet.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.readers.conditions.clauses import one_test_of, phrase_all
from docgen.readers.conditions.messages import literal_text, message_of
from docgen.readers.conditions.nouns import Names, article, is_small, listed
from docgen.readers.conditions.scope import names_of
from docgen.readers.syntax import printed, statements_in

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
# Caught to tidy up, and raised again: nobody calls that an exception of the function.
_TOO_WIDE = frozenset("Exception BaseException KeyboardInterrupt SystemExit GeneratorExit CancelledError".split())
_LONGEST = 90  # characters of a condition in code; a longer one says less than the exception's message


@dataclass(frozen=True)
class Raised:
    """One explicit raise: the exception's name, its line, the condition in code and in English, and the message."""

    exception: str
    line: int
    condition: str = ""
    when: str = ""
    message: str = ""


@dataclass(frozen=True)
class _Guard:
    """Something that holds where a body is reached: a test or its negation, exceptions that were caught, or (without either)
    something that has no words."""

    test: ast.expr | None = None
    negated: bool = False
    caught: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        if self.test is None:
            return f"except {', '.join(self.caught)}" if self.caught else ""
        text = printed(self.test)
        return f"not ({text})" if self.negated else text

    @property
    def is_constant(self) -> bool:
        """Whether it always holds for a reader of documentation."""
        return isinstance(self.test, ast.Name) and self.test.id in ("__debug__", "TYPE_CHECKING")

    @property
    def words(self) -> str:
        """What was caught as a clause."""
        if not self.caught or "Exception" in self.caught or "BaseException" in self.caught:
            return "any exception occurs" if self.caught else ""
        return f"{article(self.caught[0])} {listed(self.caught)} occurs"


@dataclass(frozen=True)
class _Place:
    """Where a statement stands: what holds there, outermost first, which exceptions go no further, what texts names hold. In a
    handler, `caught` are the exceptions that a plain `raise` raises again, `alias` what they are called; `made` are the calls
    that made exceptions which names hold."""

    guards: tuple[_Guard, ...] = ()
    stopped: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    caught: tuple[str, ...] = ()
    alias: str = ""
    made: Mapping[str, ast.Call] = field(default_factory=dict)

    def under(self, *guards: _Guard) -> _Place:
        known = (guard if guard.test is None or is_small(guard.test) else _Guard() for guard in guards)
        return replace(self, guards=(*self.guards, *(guard for guard in known if not guard.is_constant)))

    def having_caught(self, names: tuple[str, ...], again: tuple[str, ...], alias: str) -> _Place:
        """In a handler: that an exception came tells more than how the `try` was reached."""
        return replace(self, guards=(_Guard(caught=names),), caught=again, alias=alias)


@dataclass(frozen=True)
class _Found:
    exception: str
    line: int
    guards: tuple[_Guard, ...]
    message: str


def raises_in(function: FunctionNode) -> list[Raised]:
    """The explicit raises of a function's own body that leave it, in order."""
    found = list(_walk(function.body, _Place(made=_made_before(function))))
    names = names_of(function) if any(item.guards for item in found) else Names()
    return [_described(item, names) for item in found]


def _made_before(function: FunctionNode) -> dict[str, ast.Call]:
    """The exceptions that are given a name, once, and raised by it."""
    raised = {
        statement.exc.id
        for statement in statements_in(function.body)
        if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Name) and not exception_name(statement.exc)
    }
    made = names_of(function).made if raised else {}
    return {name: call for name in raised if isinstance(call := made.get(name), ast.Call) and exception_name(call.func)}


def handled_in(function: FunctionNode) -> list[str]:
    """Names of the exceptions that a body catches or suppresses and does not raise again, in order."""
    names: dict[str, None] = {}
    for statement in statements_in(function.body):
        match statement:
            case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
                for handler in handlers:
                    if handler.type is not None and not any(
                        isinstance(inner, ast.Raise) for inner in statements_in(handler.body)
                    ):
                        names.update(dict.fromkeys(_exceptions(handler.type)))
            case ast.With(items=items):
                names.update(dict.fromkeys(name for item in items for name in _suppressed(item)))
    return list(names)


def _described(found: _Found, names: Names) -> Raised:
    """A raise with its condition: all that has to hold, or, where that has no words, the innermost test alone."""
    found = replace(found, guards=_telling(found.guards, found.exception))
    for first in range(len(found.guards)):
        guards = found.guards[first:]
        code = " and ".join(
            f"({guard.code})" if isinstance(guard.test, ast.BoolOp) and len(guards) > 1 else guard.code for guard in guards
        )
        when = phrase_all([(guard.words if guard.test is None else guard.test, guard.negated) for guard in guards], names)
        is_last = first == len(found.guards) - 1
        if len(code) <= _LONGEST and (when or is_last):
            return Raised(found.exception, found.line, code, when, found.message)
    return Raised(found.exception, found.line, message=found.message)


def _telling(guards: tuple[_Guard, ...], exception: str) -> tuple[_Guard, ...]:
    """Guards without the first, where that says no more than that something went wrong."""
    if not guards or not guards[0].caught:
        return guards
    if guards[0].caught == (exception,):
        return guards[1:] or (_Guard(),)
    return guards[1:] if len(guards) > 1 and guards[0].words.startswith("any ") else guards


# The walk --------------------------------------------------------------------------------------------------------------


def _walk(body: Sequence[ast.stmt], place: _Place) -> Iterator[_Found]:
    for number, statement in enumerate(body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                place = (
                    replace(place, texts={**place.texts, name: text}) if (text := literal_text(value, place.texts)) else place
                )
            case ast.Raise(exc=None):
                yield from _raised_again(statement.lineno, place.under(*_not_left_before(body[:number])))
            case ast.Raise(exc=ast.Name(id=name)) if name == place.alias:
                yield from _raised_again(statement.lineno, place.under(*_not_left_before(body[:number])))
            case ast.Raise(exc=ast.expr() as exc):
                yield from _raised(exc, statement.lineno, place.under(*_not_left_before(body[:number])))
            case ast.If():
                yield from _branches(statement, place)
            case ast.Try() | ast.TryStar():
                yield from _attempts(statement, place)
            case ast.Match():
                for case, guard in _cases(statement):
                    yield from _walk(case.body, place.under(guard))
            case ast.With() | ast.AsyncWith():
                stopped = frozenset(name for item in statement.items for name in _suppressed(item))
                yield from _walk(statement.body, replace(place, stopped=place.stopped | stopped))
            case ast.For() | ast.AsyncFor() | ast.While():
                yield from _walk(statement.body, place)
                yield from _walk(statement.orelse, place)


_UNKNOWN = ast.Constant(...)  # a test without words


def _not_left_before(statements: Sequence[ast.stmt]) -> tuple[_Guard, ...]:
    """What holds after statements some of which may leave their body: that none of them did."""
    left: list[ast.expr] = []
    for statement in statements:
        if isinstance(statement, ast.If):
            left += _left_after(statement)
        elif any(isinstance(inner, ast.Return) for inner in statements_in([statement])):
            left.append(_UNKNOWN)
    if not left:
        return ()
    return (_Guard() if _UNKNOWN in left else _Guard(_any_of(left), True),)


def _branches(statement: ast.If, place: _Place) -> Iterator[_Found]:
    tests: list[ast.expr] = []
    otherwise: list[ast.stmt] = [statement]
    while len(otherwise) == 1 and isinstance(branch := otherwise[0], ast.If):
        yield from _walk(branch.body, place.under(_Guard(branch.test)))
        tests.append(branch.test)
        otherwise = branch.orelse
    yield from _walk(otherwise, place.under(_Guard(_any_of(tests), True)))


def _left_after(statement: ast.If) -> list[ast.expr]:
    """The tests under which an `if` leaves the body around it; unknown where that takes more than its tests."""
    tests, branch = [], statement
    while True:
        is_over = _leaves(branch.body)
        if is_over and not isinstance(branch.body[-1], ast.Raise):
            tests.append(branch.test)
        elif any(isinstance(inner, ast.Return | ast.Continue | ast.Break) for inner in statements_in(branch.body)):
            return [_UNKNOWN]
        match branch.orelse:
            case []:
                return tests
            case [ast.If() as following]:
                branch = following
            case _:
                return [_UNKNOWN]


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _any_of(tests: Sequence[ast.expr]) -> ast.expr:
    if len(tests) == 1:
        return tests[0]
    return one_test_of(tests) or ast.BoolOp(ast.Or(), list(tests))


def _attempts(statement: ast.Try | ast.TryStar, place: _Place) -> Iterator[_Found]:
    swallowed = frozenset(name for handler in statement.handlers if not _raises_again(handler) for name in _caught(handler))
    within = list(_walk(statement.body, replace(place, stopped=place.stopped | swallowed)))
    yield from within
    told = _TOO_WIDE | {item.exception for item in within}
    for handler in statement.handlers:
        names = _caught(handler)
        again = tuple(name for name in names if name not in told)
        yield from _walk(handler.body, place.having_caught(names, again, handler.name or ""))
    yield from _walk(statement.orelse, place)
    yield from _walk(statement.finalbody, place)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """Whether a handler raises what it caught."""
    for inner in statements_in(handler.body):
        match inner:
            case ast.Raise(exc=None):
                return True
            case ast.Raise(exc=ast.Name(id=name)) if name == handler.name:
                return True
    return False


def _caught(handler: ast.ExceptHandler) -> tuple[str, ...]:
    return tuple(_exceptions(handler.type)) if handler.type is not None else ("Exception",)


def _suppressed(item: ast.withitem) -> list[str]:
    match item.context_expr:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
            return [name for argument in args for name in _exceptions(argument)]
    return []


def _cases(statement: ast.Match) -> Iterator[tuple[ast.match_case, _Guard]]:
    """The cases of a `match`, each with what holds in it; only plain values have words."""
    before: list[ast.expr] | None = []
    for case in statement.cases:
        values = _values(case.pattern) if case.guard is None else None
        if isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None:
            yield case, _Guard(_is_one_of(statement.subject, before), True) if before else _Guard()
        else:
            yield case, _Guard(_is_one_of(statement.subject, values)) if values else _Guard()
        before = None if values is None or before is None else [*before, *values]


def _is_one_of(subject: ast.expr, values: Sequence[ast.expr]) -> ast.expr:
    return ast.Compare(subject, [ast.In()], [ast.Tuple(list(values), ast.Load())])


def _values(pattern: ast.pattern) -> list[ast.expr] | None:
    match pattern:
        case ast.MatchValue(value=value):
            return [value]
        case ast.MatchSingleton(value=constant):
            return [ast.Constant(constant)]
        case ast.MatchOr(patterns=patterns):
            found = [_values(item) for item in patterns]
            return None if None in found else [value for values in found if values for value in values]
    return None


# One raise -------------------------------------------------------------------------------------------------------------


def _raised_again(line: int, place: _Place) -> Iterator[_Found]:
    """What a handler caught and raises again, that the body of its `try` does not raise by name."""
    yield from (_Found(name, line, place.guards, "") for name in place.caught if not _is_stopped(name, place.stopped))


def _raised(exc: ast.expr, line: int, place: _Place) -> Iterator[_Found]:
    exc = place.made.get(exc.id, exc) if isinstance(exc, ast.Name) else exc
    call = exc if isinstance(exc, ast.Call) else None
    name = exception_name(call.func if call else exc)
    if name and not _is_stopped(name, place.stopped):
        yield _Found(name, line, place.guards, message_of(call, place.texts) if call else "")


def exception_name(node: ast.expr) -> str:
    """The last part of a dotted name that looks like a class; empty for variables, whose type is not known."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name if name.lstrip("_")[:1].isupper() and not name.isupper() else ""
    return ""


def _exceptions(node: ast.expr) -> list[str]:
    types = node.elts if isinstance(node, ast.Tuple) else [node]
    return [name for item in types if (name := exception_name(item))]


def _is_stopped(name: str, stopped: frozenset[str]) -> bool:
    """Whether an exception meets a handler for it or, as far as Python's own tell, for a class above it."""
    if name in stopped or "Exception" in stopped or "BaseException" in stopped:
        return bool(stopped)
    raised = getattr(builtins, name, None)
    above = {kind.__name__ for kind in raised.__mro__} if isinstance(raised, type) else set()
    return bool(above & stopped)
