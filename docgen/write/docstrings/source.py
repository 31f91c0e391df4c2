"""A module with new docstrings and everything else as it was: comments, layout, line ends and encoding.

In: the bytes of a module, the docstrings to add and the values to patch. Out: its bytes with them, after the proof that without
docstrings its syntax tree is the one that it was.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst
from libcst import (
    BaseSuite,
    ClassDef,
    CSTNode,
    EmptyLine,
    Expr,
    FunctionDef,
    IndentedBlock,
    Module,
    SimpleStatementLine,
    SimpleString,
)

from docgen.report import InputError

_CODING = re.compile(r"coding[=:]")
Compose = Callable[[int], Sequence[str]]
"""The lines of a docstring in a body that is indented by so many steps."""


@dataclass(frozen=True)
class Patch:
    """A value in a docstring that is another one today: what stands at `start` of the docstring's text, and what should."""

    start: int
    old: str
    new: str


@dataclass(frozen=True)
class Edited:
    """A module with its changes: `added` and `patched` are the symbols, `left` those whose layout has no room for them."""

    content: bytes
    added: tuple[str, ...] = ()
    patched: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def undocumented(content: bytes, name: str, shown: str) -> dict[str, Mapping[str, str]]:
    """What in the module called `name` has no docstring, by its dotted path: the module itself, unless it is empty, its classes
    and functions; of classes with the public attributes that their bodies set and the annotations of these. What is defined
    twice is left out, as which of the two counts is not known here. Raises InputError for a module that cannot be read."""
    found = _Definitions(name)
    module = _parsed(content, shown)
    if module.body and module.get_docstring() is None:
        found.without[name], found.times[name] = {}, 1
    module.visit(found)
    return {about: attributes for about, attributes in found.without.items() if found.times[about] == 1}


def edited(
    content: bytes,
    name: str,
    shown: str,
    missing: Mapping[str, Compose],
    patches: Mapping[tuple[str, str], Sequence[Patch]],
    quotes: str,
    *,
    opens_below: bool = False,
) -> Edited:
    """The module with a docstring for each symbol in `missing` and with `patches` in those that are there.

    Raises InputError where the result would differ in more than docstrings; nothing is written here.
    """
    module = _parsed(content, shown)
    writer = _Writer(name, missing, patches, quotes, module.default_indent, module.default_newline, opens_below)
    result = module.visit(writer)
    fresh = result.bytes
    if bare_tree(content) != bare_tree(fresh):
        raise InputError("new docstrings would change the code", shown, "report it: nothing was written")
    return Edited(fresh, tuple(writer.added), tuple(writer.patched), tuple(writer.left))


def bare_tree(content: bytes) -> str:
    """The syntax tree of a module without its docstrings, as text."""
    tree = ast.parse(content)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and _is_docstring(node.body):
            node.body = node.body[1:]
    return ast.dump(tree)


def _is_docstring(body: Sequence[ast.stmt]) -> bool:
    first = body[0] if body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _parsed(content: bytes, shown: str) -> Module:
    try:
        return libcst.parse_module(content)
    except (libcst.ParserSyntaxError, UnicodeDecodeError, LookupError, RecursionError) as error:
        line = getattr(error, "raw_line", 1)
        raise InputError("not Python that can be parsed", f"{shown}:{line}", "mend the file") from error


class _Definitions(libcst.CSTVisitor):
    """Finds the classes and functions of a module, not those inside functions."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.path, self.times = [name], Counter[str]()
        self.without: dict[str, Mapping[str, str]] = {}

    def visit_ClassDef(self, node: ClassDef) -> bool:
        self._enter(node)
        return True

    def leave_ClassDef(self, original_node: ClassDef) -> None:
        self.path.pop()

    def visit_FunctionDef(self, node: FunctionDef) -> bool:
        self._enter(node)
        self.path.pop()
        return False

    def _enter(self, node: ClassDef | FunctionDef) -> None:
        self.path.append(node.name.value)
        about = ".".join(self.path)
        self.times[about] += 1
        if node.get_docstring() is None:
            self.without[about] = dict(_attributes(node)) if isinstance(node, ClassDef) else {}


def _attributes(node: ClassDef) -> Iterator[tuple[str, str]]:
    """The public names that a class's body sets, each with its annotation."""
    lines = node.body.body if isinstance(node.body, IndentedBlock) else ()
    for statement in (small for line in lines if isinstance(line, SimpleStatementLine) for small in line.body):
        match statement:
            case libcst.AnnAssign(target=libcst.Name(value=name), annotation=annotation) if not name.startswith("_"):
                yield name, Module([]).code_for_node(annotation.annotation)
            case libcst.Assign(targets=[libcst.AssignTarget(target=libcst.Name(value=name))]) if not name.startswith("_"):
                yield name, ""


@dataclass
class _Writer(libcst.CSTTransformer):
    """Adds and patches docstrings on the way through a module."""

    name: str
    missing: Mapping[str, Compose]
    patches: Mapping[tuple[str, str], Sequence[Patch]]
    quotes: str
    indent: str
    newline: str
    opens_below: bool
    added: list[str] = field(default_factory=list)
    patched: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.path, self.indents = [self.name], [""]

    def visit_ClassDef(self, node: ClassDef) -> bool:
        self._enter(node)
        return True

    def visit_FunctionDef(self, node: FunctionDef) -> bool:
        self._enter(node)
        return True

    def leave_ClassDef(self, original_node: ClassDef, updated_node: ClassDef) -> ClassDef:
        return updated_node.with_changes(body=self._body(updated_node.body, is_class=True))

    def leave_FunctionDef(self, original_node: FunctionDef, updated_node: FunctionDef) -> FunctionDef:
        return updated_node.with_changes(body=self._body(updated_node.body, is_class=False))

    def leave_Module(self, original_node: Module, updated_node: Module) -> Module:
        if self.name in self.missing and updated_node.body and (lines := self.missing[self.name](0)):
            self.added.append(self.name)
            return self._headed(updated_node, SimpleStatementLine([Expr(SimpleString(self._literal(lines, "")))]))
        first = self._patched_statement(updated_node.body[0], self.name) if updated_node.body else None
        return updated_node if first is None else updated_node.with_changes(body=[first, *updated_node.body[1:]])

    def _headed(self, module: Module, docstring: SimpleStatementLine) -> Module:
        """The module with a docstring below its first comments, above those that belong to its first statement."""
        header, first, own = list(module.header), module.body[0], list[EmptyLine]()
        while header and header[-1].comment is not None and not _CODING.search(header[-1].comment.value):
            own.insert(0, header.pop())
        if not header or header[-1].comment is not None:  # one block from the first line on: a licence, say
            header, own = [*header, *own], []
        is_definition = isinstance(first, ClassDef | FunctionDef)
        while len(header) > 1 and header[-1].comment is None and header[-2].comment is None:
            own.insert(0, header.pop())
        blank = sum(line.comment is None for line in own[:2])
        gap = [EmptyLine(indent=False)] * max(0, (2 if is_definition else 1) - blank)
        first = first.with_changes(leading_lines=[*gap, *own, *_leading(first)])
        return module.with_changes(header=header, body=[docstring, first, *module.body[1:]])

    def visit_IndentedBlock(self, node: IndentedBlock) -> bool:
        self.indents.append(self.indents[-1] + (node.indent if node.indent is not None else self.indent))
        return True

    def leave_IndentedBlock(self, original_node: IndentedBlock, updated_node: IndentedBlock) -> IndentedBlock:
        self.indents.pop()
        return updated_node

    def _enter(self, node: ClassDef | FunctionDef) -> None:
        self.path.append(node.name.value)

    def _body(self, body: BaseSuite, *, is_class: bool) -> BaseSuite:
        about = ".".join(self.path)
        self.path.pop()
        if about not in self.missing:
            return self._patched(body, about)
        if not isinstance(body, IndentedBlock):
            self.left.append(about)
            return body
        own = self.indents[-1] + (body.indent if body.indent is not None else self.indent)
        lines = self.missing[about](max(1, round(len(own.expandtabs(4)) / max(1, len(self.indent.expandtabs(4))))))
        if not lines:
            return body
        self.added.append(about)
        statement = SimpleStatementLine([Expr(SimpleString(self._literal(lines, own)))])
        rest = list(body.body)
        if (
            is_class
            and rest
            and not any(isinstance(line, EmptyLine) and line.comment is None for line in _leading(rest[0])[:1])
        ):
            rest[0] = rest[0].with_changes(leading_lines=[EmptyLine(indent=False), *_leading(rest[0])])
        return body.with_changes(body=[statement, *rest])

    def _literal(self, lines: Sequence[str], indent: str) -> str:
        """The docstring as it stands in the source."""
        shown = [line.replace("\\", "\\\\").replace(self.quotes, "\\" + self.quotes) for line in lines]
        below = [f"{indent}{line}" if line.strip() else "" for line in shown[1:]]
        opening = self.quotes + (self.newline + indent if self.opens_below and below else "")
        if not below:
            gap = "" if not shown[0].endswith(self.quotes[0]) else " "
            return f"{opening}{shown[0]}{gap}{self.quotes}"
        return self.newline.join([opening + shown[0], *below, indent + self.quotes])

    def _patched(self, body: BaseSuite, about: str) -> BaseSuite:
        first = self._patched_statement(body.body[0], about) if isinstance(body, IndentedBlock) and body.body else None
        return body if first is None else body.with_changes(body=[first, *body.body[1:]])

    def _patched_statement(self, first: CSTNode, about: str) -> CSTNode | None:
        """The docstring of a symbol with its patches; None where it has none, or where its source is not what its text is. That
        of an initialiser counts as its class's."""
        statement = first.body[0] if isinstance(first, SimpleStatementLine) and first.body else None
        string = statement.value if isinstance(statement, Expr) else None
        if not isinstance(string, SimpleString):
            return None
        about = about.removesuffix(".__init__")
        patches = self.patches.get((about, str(string.evaluated_value)))
        if not patches:
            return None
        if (literal := _with_patches(string, patches)) is None:
            self.left.append(about)
            return None
        self.patched.append(about)
        return first.with_deep_changes(string, value=literal)


def _leading(statement: CSTNode) -> Sequence[EmptyLine]:
    lines = getattr(statement, "leading_lines", ())
    return list(lines)


def _with_patches(string: SimpleString, patches: Sequence[Patch]) -> str | None:
    """A literal with its patches; None where what they name is not there letter by letter."""
    inner, text = string.raw_value, string.evaluated_value
    newlines_kept = inner.replace("\r\n", "\n")
    if not isinstance(text, str) or newlines_kept != text:
        return None
    for patch in sorted(patches, key=lambda item: -item.start):
        if text[patch.start : patch.start + len(patch.old)] != patch.old:
            return None
        new = patch.new if "r" in string.prefix.lower() else patch.new.replace("\\", "\\\\")
        if string.quote in new or ("\n" in new and len(string.quote) == 1):
            return None
        text = text[: patch.start] + new + text[patch.start + len(patch.old) :]
    fresh = text.replace("\n", "\r\n") if "\r\n" in inner else text
    return f"{string.prefix}{string.quote}{fresh}{string.quote}"
