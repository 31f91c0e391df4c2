"""What a default or a constant amounts to: names replaced by the literals they stand for, where nothing can change them.

In: an expression, and the module and class it stands in. Out: source text. A name stands for its value only if it is bound
once, to a literal; sentinels, calls and members of enumerations stay names, because that is what a caller passes.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from docgen.later import Frozen
from docgen.readers.python_api.package import Module, Package
from docgen.readers.python_api.scope import Assigned, Scope, dotted
from docgen.readers.syntax import has_at_most, nodes_in, printed

_MOST_ITEMS = 12  # of a literal collection that counts as a constant
_LONGEST = 300  # characters of a constant's value
_MOST_PARTS = 199  # of an expression: tables of thousands of terms are no defaults
_LITERALS = (ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, ast.Set)
_DEEPEST = 8  # names that are followed for one value
_ENUMERATIONS = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")


class Values(Frozen):
    """Resolves the expressions of one package."""

    package: Package

    def shown(self, node: ast.expr, module: Module, klass: ast.ClassDef | None = None) -> str:
        """The text of a default, constants put in; that of the expression itself where it holds anything but constants."""
        if isinstance(node, ast.Constant):
            return module.source.written(node)
        if not has_at_most(node, _MOST_PARTS):
            return ""
        literal = self._literal(node, module, module.inside(klass) if klass is not None else None, 0)
        return literal if literal is not None else module.source.written(node)

    def literal(self, node: ast.expr, module: Module, klass: ast.ClassDef | None = None) -> str:
        """The text of a literal, or of what comes to one; empty for all else, and for what is too long to quote."""
        text = self._literal(node, module, module.inside(klass) if klass is not None else None, 0)
        return text if text is not None and len(text) <= _LONGEST else ""

    def constants(self, module: Module, only: Container[str] | None = None) -> Iterator[tuple[str, str]]:
        """The names of a module that stand for a literal, with its text; `only` some of them, if given."""
        for name, bound in module.scope.bound.items():
            is_asked = isinstance(bound, Assigned) and (only is None or name in only)
            if is_asked and not (name.startswith("__") and name.endswith("__")):
                text = self.constant(module, name)
                if text is not None:
                    yield name, text

    def constant(self, module: Module, name: str) -> str | None:
        """The literal that a name stands for, also where it is imported from the package; None where it may be anything."""
        value = self._literal(ast.Name(name, ast.Load()), module, None, 0)
        return value if value is not None and len(value) <= _LONGEST else None

    def _literal(self, node: ast.expr, module: Module, inner: Scope | None, depth: int) -> str | None:
        """The source text of an expression that comes to a literal."""
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Name | ast.Attribute):
            return self._named(node, module, inner, depth)
        if isinstance(node, ast.Constant):
            return module.source.written(node)
        if not isinstance(node, _LITERALS) or not has_at_most(node, _MOST_PARTS) or not _is_literal(node):
            return None
        names = [part for part in nodes_in(node) if isinstance(part, ast.Name | ast.Attribute)]
        if not names:
            return module.source.written(node)
        known = {ast.dump(part): text for part in names if (text := self._named(part, module, inner, depth)) is not None}
        if len(known) < len({ast.dump(part) for part in names}):
            return None
        return ast.unparse(_Filled(known).visit(ast.parse(ast.unparse(node), mode="eval").body))

    def _named(self, node: ast.Name | ast.Attribute, module: Module, inner: Scope | None, depth: int) -> str | None:
        if isinstance(node, ast.Name):
            if inner is not None and node.id in inner.bound:
                value = inner.constant(node.id)
                return self._literal(value, module, inner, depth + 1) if value is not None else None
            origin = self.package.resolve(module, node.id)
            if origin is None or not isinstance(origin.bound, Assigned):
                return None
            value = origin.module.scope.constant(origin.name)
            if value is None or origin.name in origin.module.surface.rebound:
                return None
            return self._member(value, origin.module) or self._literal(value, origin.module, None, depth + 1)
        return self._attribute(node, module, depth)

    def _attribute(self, node: ast.Attribute, module: Module, depth: int) -> str | None:
        """`settings.TIMEOUT` of a module, `Client.TIMEOUT` of a class."""
        owner = dotted(node.value)
        if not owner:
            return None
        other = self._module(owner, module)
        if other is not None:
            return self._named(ast.Name(node.attr, ast.Load()), other, None, depth + 1)
        origin = self.package.resolve(module, owner) if "." not in owner else None
        if origin is None or not isinstance(origin.bound, ast.ClassDef) or _is_enumeration(origin.bound):
            return None
        body = origin.module.inside(origin.bound)
        value = body.constant(node.attr)
        return self._literal(value, origin.module, body, depth + 1) if value is not None else None

    def _member(self, value: ast.expr, module: Module) -> str | None:
        """A constant that stands for a member of an enumeration is shown as that member."""
        if not isinstance(value, ast.Attribute) or not isinstance(value.value, ast.Name):
            return None
        origin = self.package.resolve(module, value.value.id)
        is_member = origin is not None and isinstance(origin.bound, ast.ClassDef) and _is_enumeration(origin.bound)
        return printed(value) if is_member else None

    def _module(self, name: str, module: Module) -> Module | None:
        first, _, rest = name.partition(".")
        found = self.package.module_behind(module, first)
        return self.package.at(f"{found.name}.{rest}") if found is not None and rest else found


def _is_literal(node: ast.expr) -> bool:
    """Whether an expression holds constants and names alone, in ways that make another constant of them."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not() | ast.Invert(), operand=operand):
            return _is_literal(operand)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return len(items) <= _MOST_ITEMS and all(_is_literal(item) for item in items)
        case ast.BinOp(left=left, right=right):
            return _is_literal(left) and _is_literal(right)
        case ast.Name() | ast.Attribute():
            return bool(dotted(node))
    return False


def _is_enumeration(klass: ast.ClassDef) -> bool:
    return any(dotted(base).rpartition(".")[2] in _ENUMERATIONS for base in klass.bases)


class _Filled(ast.NodeTransformer):
    """Puts literals in the place of names."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        text = self.known.get(ast.dump(node))
        return ast.parse(text, mode="eval").body if text is not None else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        text = self.known.get(ast.dump(node))
        return ast.parse(text, mode="eval").body if text is not None else node
