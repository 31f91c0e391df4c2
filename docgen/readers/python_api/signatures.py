"""Parameters and signatures: of functions from their definition, of dataclasses and their like from their fields.

In: a definition and the package that it stands in. Out: `Parameter` values in the order of a call, and the signature as text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from docgen.later import Frozen
from docgen.readers.python_api.package import Module, Package
from docgen.readers.python_api.scope import Assigned, FunctionNode, decorator_names, dotted
from docgen.readers.python_api.values import Values
from docgen.readers.syntax import nodes_in, printed

ParameterKind = Literal["positional-only", "positional or keyword", "variadic positional", "keyword-only", "variadic keyword"]
_RECORD_DECORATORS = frozenset(
    """dataclass dataclasses.dataclass pydantic.dataclasses.dataclass attr.s attr.attrs attr.dataclass attr.define
    attr.frozen attr.mutable attrs.define attrs.frozen attrs.mutable define frozen mutable""".split()
)
_RECORD_BASES = frozenset(("NamedTuple", "BaseModel", "BaseSettings", "Struct"))
_FIELD_MAKERS = frozenset(("field", "Field", "ib", "attrib"))
_KNOWN_MODULES = frozenset(
    "typing typing_extensions abc enum collections pydantic pydantic_settings msgspec attr attrs builtins".split()
)
_EMPTY = {"list": "[]", "dict": "{}", "tuple": "()"}


class Parameter(Frozen):
    """One parameter. `annotation` and `written` (its default as the source has it) are texts, empty where absent; `default` has
    constants put in."""

    name: str
    kind: ParameterKind = "positional or keyword"
    annotation: str = ""
    written: str = ""
    default: str = ""
    doc: str | None = None

    @property
    def starred(self) -> str:
        """The name as a signature has it."""
        return {"variadic positional": "*", "variadic keyword": "**"}.get(self.kind, "") + self.name

    def __str__(self) -> str:
        text = f"{self.starred}: {self.annotation}" if self.annotation else self.starred
        if not self.written:
            return text
        return f"{text} = {self.written}" if self.annotation else f"{text}={self.written}"


def signature(name: str, parameters: Sequence[Parameter], returns: str) -> str:
    """A signature on one line."""
    parts: list[str] = []
    is_starred = False
    for index, parameter in enumerate(parameters):
        if parameter.kind == "keyword-only" and not is_starred:
            parts.append("*")
        is_starred = is_starred or parameter.kind in ("keyword-only", "variadic positional")
        parts.append(str(parameter))
        following = parameters[index + 1].kind if index + 1 < len(parameters) else None
        if parameter.kind == "positional-only" != following:
            parts.append("/")
    return f"{name}({', '.join(parts)})" + (f" -> {returns}" if returns else "")


def parameters_of(function: FunctionNode, module: Module, values: Values, klass: ast.ClassDef | None) -> list[Parameter]:
    """The parameters of a function, or of a method of `klass` without the object it is bound to."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    found: list[Parameter] = []

    def add(argument: ast.arg, kind: ParameterKind, default: ast.expr | None) -> None:
        annotation = annotation_text(argument.annotation) if argument.annotation is not None else ""
        written = module.source.written(default) if default is not None else ""
        shown = values.shown(default, module, klass) if default is not None else ""
        found.append(Parameter(argument.arg, kind, annotation, written, shown))

    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        add(argument, "positional-only" if index < len(arguments.posonlyargs) else "positional or keyword", default)
    if klass is not None and positional and "staticmethod" not in decorator_names(function):
        del found[0]
    if arguments.vararg is not None:
        add(arguments.vararg, "variadic positional", None)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        add(argument, "keyword-only", default)
    if arguments.kwarg is not None:
        add(arguments.kwarg, "variadic keyword", None)
    return found


# Fields ----------------------------------------------------------------------------------------------------------------


def fields_of(klass: ast.ClassDef, module: Module, package: Package, values: Values) -> list[Parameter] | None:
    """The fields of a dataclass or the like as the parameters that they are, inherited ones first; None where the class is none
    of these, or where it inherits from what cannot be read."""
    fields = _Fields(package, values).of(klass, module, 0)
    if fields is None:
        return None
    return sorted(fields.values(), key=lambda field: field.kind == "keyword-only")


class _Fields(Frozen):
    package: Package
    values: Values

    def of(self, klass: ast.ClassDef, module: Module, depth: int) -> dict[str, Parameter] | None:
        if depth > 10 or not self._is_record(klass, module, depth):
            return None
        fields: dict[str, Parameter] = {}
        for base in reversed(klass.bases):
            origin = self.package.resolve(module, dotted(base))
            if origin is not None and isinstance(origin.bound, ast.ClassDef):
                fields |= self.of(origin.bound, origin.module, depth + 1) or {}
            elif not self._is_known(base, module):
                return None
        return fields | {field.name: field for field in self._own(klass, module)}

    def _is_record(self, klass: ast.ClassDef, module: Module, depth: int) -> bool:
        if depth > 10:
            return False
        for decorator in klass.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            if dotted(call.func if call else decorator) in _RECORD_DECORATORS:
                return not (call and any(keyword.arg == "init" and _is_false(keyword.value) for keyword in call.keywords))
        return any(self._makes_record(base, module, depth) for base in klass.bases)

    def _makes_record(self, base: ast.expr, module: Module, depth: int) -> bool:
        """Whether what has this base has fields for parameters: pydantic's models and their like, not a dataclass's heirs."""
        if dotted(base).rpartition(".")[2] in _RECORD_BASES:
            return True
        origin = self.package.resolve(module, dotted(base))
        if origin is None or not isinstance(origin.bound, ast.ClassDef) or origin.bound.decorator_list:
            return False
        return self._is_record(origin.bound, origin.module, depth + 1)

    def _is_known(self, base: ast.expr, module: Module) -> bool:
        """Whether a base class from outside is one without fields."""
        name = dotted(base.value if isinstance(base, ast.Subscript) else base)
        first, names = name.partition(".")[0], module.surface.names
        if first not in names:
            return bool(name)  # a builtin
        imported = names[first]
        return imported is not None and imported.module.partition(".")[0] in _KNOWN_MODULES

    def _own(self, klass: ast.ClassDef, module: Module) -> Iterator[Parameter]:
        decorators = decorator_names(klass)
        is_attrs = any(name.startswith("attr") or name in ("define", "frozen", "mutable") for name in decorators)
        is_plain = bool(_RECORD_DECORATORS & set(decorators))
        everything_by_name = any(
            keyword.arg == "kw_only" and not _is_false(keyword.value)
            for call in (*klass.decorator_list, klass)
            for keyword in getattr(call, "keywords", ())
        )
        for name, bound in module.inside(klass).bound.items():
            if not isinstance(bound, Assigned) or (name.startswith("_") and not is_plain and not is_attrs):
                continue
            annotation = annotation_text(bound.annotation) if bound.annotation is not None else ""
            maker = (
                bound.value
                if isinstance(bound.value, ast.Call) and dotted(bound.value.func).rpartition(".")[2] in _FIELD_MAKERS
                else None
            )
            if annotation.rpartition(".")[2] == "KW_ONLY":
                everything_by_name = True
                continue
            if not (annotation or (maker and is_attrs)) or annotation.partition("[")[0].rpartition(".")[2] in (
                "ClassVar",
                "Final",
            ):
                continue
            options = {keyword.arg: keyword.value for keyword in maker.keywords if keyword.arg} if maker else {}
            if (given := options.get("init")) is not None and _is_false(given):
                continue
            by_name = everything_by_name or ("kw_only" in options and not _is_false(options["kw_only"]))
            inner = annotation.partition("InitVar[")[2].removesuffix("]") or annotation
            field = Parameter(
                name.lstrip("_") if is_attrs else name,
                "keyword-only" if by_name else "positional or keyword",
                inner,
                doc=bound.doc,
            )
            yield self._with_default(field, bound.value, maker, options, module)

    def _with_default(
        self, field: Parameter, value: ast.expr | None, maker: ast.Call | None, options: dict[str, ast.expr], module: Module
    ) -> Parameter:
        given = value if maker is None else options.get("default") or next(iter(maker.args), None)
        factory = options.get("default_factory") or options.get("factory")
        if given is not None and not (isinstance(given, ast.Constant) and given.value is Ellipsis):
            text = self.values.shown(given, module)
            return replace(field, default=text, written=module.source.written(given))
        if factory is None:
            return field
        name = dotted(factory)
        made = (
            _EMPTY.get(name, f"{name}()")
            if name
            else module.source.written(factory.body)
            if isinstance(factory, ast.Lambda)
            else ""
        )
        return replace(field, default=made, written=made)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


# Annotations -----------------------------------------------------------------------------------------------------------


def annotation_text(node: ast.expr) -> str:
    """An annotation as text, forward references without their quotes; empty for one too deep to print."""
    if isinstance(node, ast.Name):
        return node.id
    try:
        has_text = any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in nodes_in(node))
        if not has_text:
            return printed(node)
        return ast.unparse(_Unquoted().visit(ast.parse(ast.unparse(node), mode="eval").body))
    except (RecursionError, SyntaxError):
        return ""


class _Unquoted(ast.NodeTransformer):
    """Takes the quotes off forward references; a Literal's strings keep theirs."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = dotted(node.value).rpartition(".")[2]
        if name == "Literal":
            return node
        if name == "Annotated" and isinstance(node.slice, ast.Tuple) and node.slice.elts:
            node.slice.elts[0] = self.visit(node.slice.elts[0])
            return node
        node.slice = self.visit(node.slice)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str):
            try:
                return ast.parse(node.value.strip(), mode="eval").body
            except SyntaxError:
                return node
        return node
