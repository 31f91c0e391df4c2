"""Changes of one fact of a module's source, each with whether the documentation states that fact.

In: the bytes of a module. Out: its documented functions, the source without their docstrings, and `Mutant`s of it. Positions
are those of the syntax tree, so everything but the mutated place stays byte for byte. Docstrings hardly ever give the value of
a constant; so the module's public ones are documented as API pages do it, in a table.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
_HISTORY = re.compile(r"^([ \t]*)\.\. (?:version\w+|deprecated)::.*(?:\n(?:\1[ \t]+.*|[ \t]*))*", re.MULTILINE)
_LONGEST = 60  # characters of a constant's value
_RAISES = re.compile(
    r"^[ \t]*(?:Raises|Exceptions)[ \t]*:?[ \t]*\n(?P<body>(?:[ \t]*-{3,}\n)?(?:.+\n?|\n(?=[ \t]))*)", re.MULTILINE
)


@dataclass(frozen=True)
class Documented:
    """A function with its documentation; `about` is its dotted name."""

    about: str
    text: str


@dataclass(frozen=True)
class Mutant:
    """A source with one fact changed; `stated` says whether the documentation of `about` states it."""

    kind: str
    about: str
    what: str
    source: bytes
    stated: bool


def documented(content: bytes, name: str) -> tuple[bytes, list[Documented]]:
    """The module without the docstrings of its functions, and these. Raises SyntaxError for what is no Python."""
    functions, edits = [], []
    for about, _, holder in functions_in(ast.parse(content), name):
        text = ast.get_docstring(holder)
        if not text or "docgen:" in text or "```" in text or "~~~" in text or "<!--" in text:
            continue
        edits.append((*span_of(content, holder.body[0]), b"..."))
        functions.append(Documented(about, inspect.cleandoc(text)))
    return edited(content, edits), functions


def constants_of(source: bytes, name: str) -> Documented | None:
    """A section about the module with a table of its public constants; None where it has none that are assigned once."""
    rows = [f"| `{constant}` | `{ast.unparse(value)}` |" for constant, value in _constants(ast.parse(source))]
    table = ["The module has these constants.", "", "| Constant | Value |", "| --- | --- |", *rows]
    return Documented(name, "\n".join(table)) if rows else None


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.Constant]]:
    """The public constants of a module that are plain literals on a line, and assigned once."""
    times = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant() as value)
            ):
                is_plain = (
                    len(ast.unparse(value)) <= _LONGEST and "|" not in ast.unparse(value) and "`" not in ast.unparse(value)
                )
                if (
                    times[name] == 1
                    and not name.startswith("_")
                    and name.isupper()
                    and is_plain
                    and _another(value) is not None
                ):
                    yield name, value


def mutants_of(source: bytes, functions: Sequence[Documented]) -> Iterator[Mutant]:
    """Every mutant of the documented functions."""
    texts = {function.about: function.text for function in functions}
    name = functions[0].about.partition(".")[0]
    tree = ast.parse(source)
    for constant, value in _constants(tree) if name in texts else ():
        what = f"{constant} = {ast.unparse(value)} becomes {_another(value)}"
        mutated = edited(source, [(*span_of(source, value), str(_another(value)).encode())])
        yield Mutant("constant", name, what, mutated, stated=f"| `{constant}` | `{ast.unparse(value)}` |" in texts[name])
    for about, node, holder in functions_in(tree, name):
        if about in texts:
            site = _Site(source, tree, about, node, _HISTORY.sub("", texts[about]))
            yield from site.defaults()
            yield from site.parameters()
            yield from site.raises_removed()
            yield from site.raise_added()
            yield from site.constants()
            if node is holder:
                yield from site.deprecated()
                yield from site.renamed()


@dataclass(frozen=True)
class _Site:
    """One function in its module, with the text that documents it."""

    source: bytes
    tree: ast.Module
    about: str
    node: Function
    text: str

    def _mutant(self, kind: str, what: str, edits: Sequence[tuple[int, int, bytes]], stated: bool) -> Iterator[Mutant]:
        mutated = edited(self.source, edits)
        try:
            ast.parse(mutated)
        except SyntaxError:
            return
        yield Mutant(kind, self.about, what, mutated, stated)

    def defaults(self) -> Iterator[Mutant]:
        """Each literal default becomes another value of its type."""
        for argument, default in _with_defaults(self.node.args):
            new = _another(default)
            if new is not None:
                old = ast.unparse(default)
                stated = _states_default(described(self.text, argument.arg), old)
                what = f"{argument.arg}={old} becomes {new}"
                yield from self._mutant("default", what, [(*span_of(self.source, default), new.encode())], stated)

    def parameters(self) -> Iterator[Mutant]:
        """Each parameter is renamed, and removed."""
        if self.node.args.kwarg is not None or self.node.args.vararg is not None:
            return
        for argument in [*self.node.args.args, *self.node.args.kwonlyargs]:
            if argument.arg in ("self", "cls") or argument.arg.startswith("_"):
                continue
            stated = bool(described(self.text, argument.arg)) or f"`{argument.arg}`" in self.text
            start = offset(self.source, argument.lineno, argument.col_offset)
            new = f"{argument.arg}_given".encode()
            what = f"{argument.arg} is renamed"
            yield from self._mutant("parameter renamed", what, [(start, start + len(argument.arg.encode()), new)], stated)
            if (span := _brackets(self.source, self.node)) is not None:
                without = ast.unparse(_without(self.node.args, argument.arg)).encode()
                yield from self._mutant("parameter removed", f"{argument.arg} is removed", [(*span, without)], stated)

    def raises_removed(self) -> Iterator[Mutant]:
        """All that is raised of one exception is raised no more."""
        listed = _raised_in(self.text)
        for name, nodes in _raises(self.node).items():
            still = any(isinstance(node, ast.Name) and node.id == name for node in _names_outside(self.node, nodes))
            if not still:
                edits = [(*span_of(self.source, node), b"pass") for node in nodes]
                stated = name in listed and not self._is_raised_by_callee(name)
                yield from self._mutant("raise removed", f"{name} is not raised", edits, stated)

    def _is_raised_by_callee(self, name: str) -> bool:
        """Whether a function of the module that this one may call raises the exception too."""
        used = {
            node.id if isinstance(node, ast.Name) else node.attr
            for node in ast.walk(self.node)
            if isinstance(node, ast.Name | ast.Attribute)
        }
        others = (
            node for node in ast.walk(self.tree) if isinstance(node, Function) and node.name in used and node is not self.node
        )
        return any(name in _raises(node) for node in others)

    def raise_added(self) -> Iterator[Mutant]:
        """Something else is raised at the beginning."""
        known, listed = set(_raises(self.node)), _raised_in(self.text)
        stated = bool(known) and known <= listed
        yield from self._begun("raise added", "raise ZeroDivisionError", "ZeroDivisionError is raised", stated)

    def deprecated(self) -> Iterator[Mutant]:
        """A warning says that the function is deprecated."""
        call = 'warnings.warn("use another", DeprecationWarning)'
        if "deprecat" not in self.text.lower() and "eprecat" not in (
            ast.get_source_segment(self.source.decode(), self.node) or ""
        ):
            yield from self._begun("deprecation", call, "is deprecated", True)

    def _begun(self, kind: str, statement: str, what: str, stated: bool) -> Iterator[Mutant]:
        first = self.node.body[1] if len(self.node.body) > 1 else None
        if first is None or first.lineno == self.node.lineno:
            return
        decorated = getattr(first, "decorator_list", None)
        line = decorated[0].lineno if decorated else first.lineno
        start = offset(self.source, line, 0)
        if self.source[start:].split(b"\n", 1)[0].strip() == b"":
            return
        indent = b" " * self.node.body[0].col_offset
        guard = b"if __name__:\n" + indent + b"    " if kind == "raise added" else b""
        yield from self._mutant(kind, what, [(start, start, indent + guard + statement.encode() + b"\n")], stated)

    def constants(self) -> Iterator[Mutant]:
        """A constant of the module that the body uses gets another value."""
        used = {node.id for node in ast.walk(self.node) if isinstance(node, ast.Name)}
        for statement in self.tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as value) if name in used:
                    new = _another(value)
                    if new is not None:
                        given = [arg.arg for arg, default in _with_defaults(self.node.args) if _is_name(default, name)]
                        stated = _states_constant(self.text, name, value) or any(
                            _states_default(described(self.text, parameter), ast.unparse(value)) for parameter in given
                        )
                        edit = (*span_of(self.source, value), new.encode())
                        yield from self._mutant("constant", f"{name} = {ast.unparse(value)} becomes {new}", [edit], stated)

    def renamed(self) -> Iterator[Mutant]:
        """The function is at another import path."""
        line = offset(self.source, self.node.lineno, self.node.col_offset)
        found = re.compile(rb"(?:async\s+)?def\s+(" + self.node.name.encode() + rb")\b").match(self.source, line)
        if found:
            edit = (found.start(1), found.end(1), self.node.name.encode() + b"_elsewhere")
            alike = [node for node in ast.walk(self.tree) if isinstance(node, Function) and node.name == self.node.name]
            yield from self._mutant("import path", "is renamed", [edit], len(alike) == 1)  # else one may be inherited


# What the documentation states, told by plain searches ---------------------------------------------------------------------


def described(text: str, name: str) -> str:
    """The lines that describe a parameter: its own, and the deeper ones below it."""
    field_of = r"(?::(?:param|parameter|arg|argument|keyword)[^:\n]*?\b)?"
    heads = rf"[ \t]*(?:[-*][ \t]+)?{field_of}[`*]{{0,2}}{re.escape(name)}[`*]{{0,2}}[ \t]*(?:\([^\n]*?\))?[ \t]*:"
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if re.match(heads, line):
            indent = len(line) - len(line.lstrip())
            rest = [line]
            for following in lines[number + 1 :]:
                if following.strip() and len(following) - len(following.lstrip()) <= indent:
                    break
                rest.append(following)
            return "\n".join(rest)
    return ""


def _states_default(described: str, value: str) -> bool:
    """Whether the description says in plain words that this value is the default."""
    spelled = rf"[`'\"*]*{re.escape(value.strip(chr(39)))}[`'\"*]*"
    told = rf"\bdefaults?(?:\s+(?:value|to|is|of|=|:))*\s*[:=]?\s*{spelled}(?![\w.]*\w)"
    return bool(value.strip("'")) and re.search(told, described, re.I) is not None


def _raised_in(text: str) -> set[str]:
    """The exceptions that the text lists as raised."""
    names = set(re.findall(r":(?:raises?|except|exception)\s+[`~]*(?:\w+\.)*(\w+)", text))
    for found in _RAISES.finditer(text):
        names |= set(re.findall(r"^[ \t]*[`~:\w]*?\b([A-Z]\w+)`?[ \t]*(?::|$)", found["body"], re.MULTILINE))
    return names


def _states_constant(text: str, name: str, value: ast.Constant) -> bool:
    """Whether the text has the constant's value beside its name; one that is spelled like its name cannot be told from it."""
    shown = str(value.value)
    if shown == name or len(shown) < 2 or isinstance(value.value, bool) or value.value is None:
        return False
    return re.search(rf"(?<![\w.]){re.escape(shown)}(?![\w.]*\w)", text) is not None and name in text


# Trees and bytes ------------------------------------------------------------------------------------------------------------


def functions_in(tree: ast.Module, name: str) -> Iterator[tuple[str, Function, Function | ast.ClassDef]]:
    """The public functions, methods and initialisers that are defined once: the dotted name, the definition, and what holds the
    docstring, which is the class for an initialiser without one."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for prefix, body in [(name, tree.body), *((f"{name}.{node.name}", node.body) for node in classes)]:
        times = Counter(node.name for node in body if isinstance(node, Function | ast.ClassDef))
        for node in body:
            if isinstance(node, Function) and times[node.name] == 1 and not node.name.startswith("_"):
                yield f"{prefix}.{node.name}", node, node
    for node in classes:
        for item in node.body:
            if isinstance(item, ast.FunctionDef) and item.name == "__init__" and ast.get_docstring(item) is None:
                yield f"{name}.{node.name}", item, node


def offset(source: bytes, line: int, column: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = source.index(b"\n", at) + 1
    return at + column


def span_of(source: bytes, node: ast.stmt | ast.expr) -> tuple[int, int]:
    return (
        offset(source, node.lineno, node.col_offset),
        offset(source, node.end_lineno or node.lineno, node.end_col_offset or 0),
    )


def edited(source: bytes, edits: Sequence[tuple[int, int, bytes]]) -> bytes:
    for start, end, new in sorted(edits, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _with_defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    yield from zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    yield from ((arg, default) for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default)


def _another(node: ast.expr) -> str | None:
    """Another value of the same type; None for what is no plain literal."""
    match node:
        case ast.Constant(value=bool(value)):
            return str(not value)
        case ast.Constant(value=int(value)):
            return str(value + 7)
        case ast.Constant(value=float(value)):
            return str(value * 2 + 1)
        case ast.Constant(value=str(value)) if value:
            return repr("another_" + value[:3])
        case ast.Constant(value=None):
            return "77"
    return None


def _without(arguments: ast.arguments, name: str) -> ast.arguments:
    """The arguments without one."""
    positional = [*arguments.posonlyargs, *arguments.args]
    first = len(positional) - len(arguments.defaults)
    at = next((index for index, argument in enumerate(positional) if argument.arg == name), None)
    defaults = [default for index, default in enumerate(arguments.defaults) if at is None or index + first != at]
    keywords = [
        (arg, default) for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if arg.arg != name
    ]
    return ast.arguments(
        posonlyargs=[argument for argument in arguments.posonlyargs if argument.arg != name],
        args=[argument for argument in arguments.args if argument.arg != name],
        vararg=arguments.vararg,
        kwonlyargs=[argument for argument, _ in keywords],
        kw_defaults=[default for _, default in keywords],
        kwarg=arguments.kwarg,
        defaults=defaults,
    )


def _brackets(source: bytes, node: Function) -> tuple[int, int] | None:
    """What stands between the brackets of a definition."""
    start = offset(source, node.lineno, 0)
    depth, first = 0, None
    for token in tokenize.tokenize(io.BytesIO(source[start:]).readline):
        if token.type == tokenize.OP and token.string in "([{":
            depth += 1
            if first is None:
                first = start + _offset_of(source[start:], token.end)
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
            if depth == 0 and first is not None:
                return first, start + _offset_of(source[start:], token.start)
    return None


def _offset_of(source: bytes, place: tuple[int, int]) -> int:
    line = offset(source, place[0], 0)
    return line + len(source[line:].decode(errors="replace")[: place[1]].encode())


def _raises(node: Function) -> dict[str, list[ast.Raise]]:
    """What a function raises by name, nested functions left out."""
    found: dict[str, list[ast.Raise]] = {}
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        item = waiting.pop()
        if isinstance(item, Function | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(item, ast.Raise):
            raised = item.exc.func if isinstance(item.exc, ast.Call) else item.exc
            name = raised.id if isinstance(raised, ast.Name) else raised.attr if isinstance(raised, ast.Attribute) else ""
            if name[:1].isupper():
                found.setdefault(name, []).append(item)
        waiting += ast.iter_child_nodes(item)
    return found


def _names_outside(node: Function, raised: Sequence[ast.Raise]) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [node]
    while waiting:
        item = waiting.pop()
        if item not in raised:
            yield item
            waiting += ast.iter_child_nodes(item)
