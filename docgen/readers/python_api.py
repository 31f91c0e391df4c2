"""Python packages into facts, statically: nothing that is read is ever imported or run.

In: a package folder, a module file or an installed package's name. Out: `Facts` with one entry for each module, class,
function, method and property. griffe gives the object model and the docstring sections; `conditions` gives the raises.
"""

from __future__ import annotations

import ast
import importlib.machinery
import logging
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import griffe

from docgen.facts import JSON, Entry, Fact, Facts, Subject
from docgen.readers.conditions import Raised, handled_in, raises_in
from docgen.readers.docstrings import Docstring, read_docstring
from docgen.report import InputError

_EXCERPT_LINES = 60
_PARAMETER_KINDS = {
    griffe.ParameterKind.positional_only: "positional-only",
    griffe.ParameterKind.keyword_only: "keyword-only",
    griffe.ParameterKind.var_positional: "variadic positional",
    griffe.ParameterKind.var_keyword: "variadic keyword",
}


def find_package(target: str) -> Path:
    """The folder (or single file) of a Python package given by path or by installed name, found without importing it.

    Raises InputError where neither exists, or where the folder holds no Python.
    """
    path = Path(target)
    if path.suffix == ".py" and path.is_file():
        return path
    if path.is_dir():
        return _package_in(path, target)
    if not target.replace("_", "a").replace(".", "a").isalnum() or target.startswith("."):
        raise InputError(f"no such file or folder: {target}", fix="give a path, or the import name of an installed package")
    spec = importlib.machinery.PathFinder.find_spec(target.partition(".")[0], [entry or "." for entry in sys.path])
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        raise InputError(f"no such file or folder, and no installed Python package called {target}",
                         fix="check the spelling, or pip install it in this environment")
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin


def _package_in(folder: Path, target: str) -> Path:
    if (folder / "__init__.py").is_file():
        return folder
    inside = [child for base in (folder, folder / "src") if base.is_dir()
              for child in sorted(base.iterdir()) if (child / "__init__.py").is_file() and child.name not in ("tests", "test", "docs")]
    if len(inside) == 1:
        return inside[0]
    found = ", ".join(str(child) for child in inside) or "none"
    raise InputError(f"{target} is not a Python package (no __init__.py; packages inside it: {found})", where=target,
                     fix="name the package folder itself")


def read_package(path: Path, root: Path | None = None, *, private: bool = False, tolerant: bool = False) -> Facts:
    """The facts of a package folder or module file. `root` is what sources are given relative to; `private` includes
    names with a leading underscore. Raises InputError (path:line) for a file that does not parse, unless `tolerant`, which
    leaves such a file out."""
    root = root or path.parent
    loaded = _load(path)
    reader = _Reader(root, private, tolerant)
    return Facts(Subject("api", _relative(path, root)), reader.entries(loaded))


def _load(path: Path) -> griffe.Module:
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"no Python files in {path}", where=str(path), fix="name a package folder or a .py file")
    logging.getLogger("griffe").setLevel(logging.CRITICAL)
    loader = griffe.GriffeLoader(search_paths=[str(path.parent)], allow_inspection=False)
    try:
        module = loader.load(path.stem if path.is_file() else path.name, try_relative_path=False, submodules=True)
    except (griffe.GriffeError, ImportError, RecursionError) as error:
        raise InputError(f"cannot be read: {str(error)[:200]}", str(path), "name a folder of Python source") from error
    if not isinstance(module, griffe.Module):
        raise InputError(f"{path} is not a Python module", where=str(path), fix="name a package folder or a .py file")
    return module


@dataclass(frozen=True)
class _Source:
    """A parsed module file: its lines and its functions by their first line."""

    path: Path
    shown: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def text(self) -> str:
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"not UTF-8 text: {error.reason}", where=self.shown, fix="save the file as UTF-8") from error

    @cached_property
    def tree(self) -> ast.Module:
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 1
            reason = getattr(error, "msg", None) or str(error) or type(error).__name__
            raise InputError(f"not valid Python: {reason}", where=f"{self.shown}:{line}", fix="mend the file, or leave it out") from error

    @cached_property
    def functions(self) -> dict[int, ast.FunctionDef | ast.AsyncFunctionDef]:
        return {node.lineno: node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}

    @cached_property
    def constants(self) -> dict[str, str]:
        """Module constants with a literal value, as source text."""
        found: dict[str, str] = {}
        for node in self.tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
            target = node.target if isinstance(node, ast.AnnAssign) else target
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if isinstance(target, ast.Name) and value is not None and _is_literal(value):
                found[target.id] = ast.unparse(value)
        return found


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _is_literal(operand)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return len(items) <= 12 and all(_is_literal(item) for item in items)
        case ast.BinOp(left=left, right=right):
            return _is_literal(left) and _is_literal(right)
    return False


class _Reader:
    """Walks one loaded package and yields an entry for each symbol."""

    def __init__(self, root: Path, private: bool, tolerant: bool = False) -> None:
        self.root, self.private, self.tolerant = root, private, tolerant
        self.sources: dict[Path, _Source] = {}

    def entries(self, module: griffe.Module) -> Iterator[Entry]:
        source = self._source(module)
        if source is None:  # a namespace folder without a file of its own
            facts: list[Fact] = []
        else:
            try:
                _ = source.tree  # a broken file is an error before anything of it is used
            except InputError:
                if self.tolerant:
                    return
                raise
            facts = self._module_facts(module, source)
            yield Entry(module.path, tuple(facts), "")
        for name, member in module.members.items():
            if member.is_alias or not self._shown(name):
                continue
            match member:
                case griffe.Module():
                    yield from self.entries(member)
                case griffe.Class() if source is not None:
                    yield from self._class_entries(member, source)
                case griffe.Function() if source is not None:
                    yield self._function_entry(member, source)

    def _shown(self, name: str) -> bool:
        return self.private or not name.startswith("_") or name in ("__init__", "__call__", "__enter__", "__main__")

    def _source(self, module: griffe.Module) -> _Source | None:
        path = module.filepath
        if not isinstance(path, Path) or path.suffix != ".py":
            return None
        if path not in self.sources:
            self.sources[path] = _Source(path, _relative(path, self.root))
        return self.sources[path]

    def _module_facts(self, module: griffe.Module, source: _Source) -> list[Fact]:
        at = f"{source.shown}:1"
        facts = [Fact("kind", "package" if module.is_package or module.is_subpackage else "module", at)]
        facts += _doc_facts(read_docstring(module.docstring), at)
        exported = [str(name) for name in module.exports or ()]
        own = [name for name, member in module.members.items() if not member.is_alias and not member.is_module
               and not name.startswith("_") and (not exported or name in exported)]
        public = exported or own
        facts += _member_facts(module, public, at)
        facts += [Fact(f"constants.{name}", value, at) for name, value in source.constants.items() if name in public]
        return facts

    def _class_entries(self, klass: griffe.Class, source: _Source) -> Iterator[Entry]:
        at = f"{source.shown}:{klass.lineno}"
        facts = [Fact("kind", "class", at)]
        if klass.bases:
            facts.append(Fact("bases", [str(base) for base in klass.bases], at))
        docstring = read_docstring(klass.docstring)
        facts += _doc_facts(docstring, at)
        facts += _decorator_facts(klass, at)
        initialiser = klass.members.get("__init__")
        if isinstance(initialiser, griffe.Function):
            own = read_docstring(initialiser.docstring)
            merged = Docstring(docstring.summary, docstring.description, {**own.parameters, **docstring.parameters}, raises=own.raises)
            facts += self._parameter_facts(initialiser, merged, source, at)
            facts += self._raise_facts(initialiser, merged, source)
        elif any("dataclass" in str(decorator.value) for decorator in klass.decorators):
            facts += _field_facts(klass, docstring, at)
        public = [name for name, member in klass.members.items() if not name.startswith("_") and not member.is_alias and not member.is_attribute]
        facts += _member_facts(klass, public, at)
        yield Entry(klass.path, tuple(facts), _excerpt(initialiser if isinstance(initialiser, griffe.Function) else klass, source))
        for name, member in klass.members.items():
            if member.is_alias or not self._shown(name) or name == "__init__":
                continue
            if isinstance(member, griffe.Function):
                yield self._function_entry(member, source)
            elif isinstance(member, griffe.Class):
                yield from self._class_entries(member, source)
            elif isinstance(member, griffe.Attribute) and "property" in member.labels:
                yield self._property_entry(member, source)

    def _property_entry(self, attribute: griffe.Attribute, source: _Source) -> Entry:
        at = f"{source.shown}:{attribute.lineno}"
        facts = [Fact("kind", "property", at), *_doc_facts(read_docstring(attribute.docstring), at)]
        if attribute.annotation is not None:
            facts.append(Fact("returns", str(attribute.annotation), at))
        return Entry(attribute.path, tuple(facts), _excerpt(attribute, source))

    def _function_entry(self, function: griffe.Function, source: _Source) -> Entry:
        at = f"{source.shown}:{function.lineno}"
        is_method = isinstance(function.parent, griffe.Class)
        docstring = read_docstring(function.docstring)
        facts = [Fact("kind", "method" if is_method else "function", at)]
        facts += _doc_facts(docstring, at)
        facts += _decorator_facts(function, at)
        facts += self._parameter_facts(function, docstring, source, at)
        facts += _return_facts(function, docstring, at)
        facts += self._raise_facts(function, docstring, source)
        used = _names_in(source.functions.get(_def_line(function, source)))
        facts += [Fact(f"constants.{name}", value, at) for name, value in source.constants.items() if name in used]
        return Entry(function.path, tuple(facts), _excerpt(function, source))

    def _parameter_facts(self, function: griffe.Function, docstring: Docstring, source: _Source, at: str) -> list[Fact]:
        is_method = isinstance(function.parent, griffe.Class) and "staticmethod" not in function.labels
        parameters = list(function.parameters)[1 if is_method else 0 :]
        facts: list[Fact] = [Fact("signature", _signature(function, parameters), at)]
        if not parameters:
            return facts
        facts.append(Fact("parameters", [_starred(parameter) for parameter in parameters], at))
        for parameter in parameters:
            base = f"parameters.{parameter.name.lstrip('*')}"
            if parameter.kind in _PARAMETER_KINDS:
                facts.append(Fact(f"{base}.kind", _PARAMETER_KINDS[parameter.kind], at))
            if parameter.annotation is not None:
                facts.append(Fact(f"{base}.annotation", str(parameter.annotation), at))
            if parameter.default is not None and not parameter.name.startswith("*") and not _is_variadic(parameter):
                facts.append(Fact(f"{base}.default", self._resolved(str(parameter.default), function, source), at))
            if text := docstring.parameters.get(parameter.name.lstrip("*")):
                facts.append(Fact(f"{base}.description", text, at))
        return facts

    def _resolved(self, default: str, function: griffe.Function, source: _Source) -> str:
        """A default with a module constant replaced by its literal value, also one imported from the same package."""
        if not default.isidentifier():
            return default
        if default in source.constants:
            return source.constants[default]
        member = function.module.members.get(default)
        if isinstance(member, griffe.Alias) and "." in member.target_path:
            try:
                target = function.package.modules_collection[member.target_path.rpartition(".")[0]]
            except KeyError:
                return default
            origin = self._source(target) if isinstance(target, griffe.Module) else None
            if origin is not None:
                return origin.constants.get(member.target_path.rpartition(".")[2], default)
        return default

    def _raise_facts(self, function: griffe.Function, docstring: Docstring, source: _Source) -> list[Fact]:
        node = source.functions.get(_def_line(function, source))
        raised = raises_in(node) if node is not None else []
        facts = list(_grouped(raised, source.shown))
        at = f"{source.shown}:{function.lineno}"
        if docstring.raises:
            facts.append(Fact("documented_raises", list(docstring.raises), at))
            facts += [Fact(f"raises.{name}.description", text, at) for name, text in docstring.raises.items() if text]
        if node is not None and (handled := handled_in(node)):
            facts.append(Fact("handles", list(handled), at))
        return facts


def _grouped(raised: list[Raised], shown: str) -> Iterator[Fact]:
    by_name: dict[str, list[Raised]] = {}
    for item in raised:
        by_name.setdefault(item.exception, []).append(item)
    if by_name:
        yield Fact("raises", list(by_name), f"{shown}:{raised[0].line}")
    for name, items in by_name.items():
        at = f"{shown}:{items[0].line}"
        for part in ("when", "condition", "message"):
            values: list[JSON] = list(dict.fromkeys(getattr(item, part) for item in items if getattr(item, part)))
            if values:
                yield Fact(f"raises.{name}.{part}", values, at)


def _doc_facts(docstring: Docstring, at: str) -> list[Fact]:
    facts = []
    if docstring.summary:
        facts.append(Fact("doc", docstring.summary, at))
    if docstring.description:
        facts.append(Fact("doc.description", docstring.description, at))
    if docstring.deprecated:
        facts.append(Fact("deprecated", docstring.deprecated, at))
    if docstring.example:
        facts.append(Fact("example", docstring.example, at))
    return facts


def _decorator_facts(target: griffe.Function | griffe.Class, at: str) -> list[Fact]:
    facts: list[Fact] = []
    names = [str(decorator.value).partition("(")[0] for decorator in target.decorators]
    if names:
        facts.append(Fact("decorators", list(names), at))
    for decorator in target.decorators:
        text = str(decorator.value)
        if text.partition("(")[0].rpartition(".")[2] == "deprecated":
            quoted = re.search(r"""["'](.+?)["']""", text)
            facts.append(Fact("deprecated", quoted.group(1) if quoted else True, at))
    if isinstance(target, griffe.Function) and "async" in target.labels:
        facts.append(Fact("async", True, at))
    return facts


def _return_facts(function: griffe.Function, docstring: Docstring, at: str) -> list[Fact]:
    facts = []
    if function.returns is not None:
        facts.append(Fact("returns", str(function.returns), at))
    if docstring.returns:
        facts.append(Fact("returns.description", docstring.returns, at))
    if docstring.yields:
        facts.append(Fact("yields.description", docstring.yields, at))
    return facts


def _field_facts(klass: griffe.Class, docstring: Docstring, at: str) -> list[Fact]:
    """A dataclass's fields, which are its parameters."""
    fields = [(name, member) for name, member in klass.members.items()
              if isinstance(member, griffe.Attribute) and member.annotation is not None and "property" not in member.labels and not name.startswith("_")]
    if not fields:
        return []
    facts = [Fact("parameters", [name for name, _ in fields], at)]
    for name, member in fields:
        facts.append(Fact(f"parameters.{name}.annotation", str(member.annotation), at))
        if member.value is not None and "field(" not in str(member.value):
            facts.append(Fact(f"parameters.{name}.default", str(member.value), at))
        described = docstring.parameters.get(name) or docstring.attributes.get(name)
        if described:
            facts.append(Fact(f"parameters.{name}.description", described, at))
    return facts


def _member_facts(parent: griffe.Module | griffe.Class, public: list[str], at: str) -> list[Fact]:
    if not public:
        return []
    facts = [Fact("members", list(public), at)]
    for name in public:
        member = parent.members.get(name)
        if member is not None and not member.is_alias and member.docstring is not None:
            summary = read_docstring(member.docstring).summary
            if summary:
                facts.append(Fact(f"members.{name}", summary, at))
    return facts


def _is_variadic(parameter: griffe.Parameter) -> bool:
    return parameter.kind in (griffe.ParameterKind.var_positional, griffe.ParameterKind.var_keyword)


def _starred(parameter: griffe.Parameter) -> str:
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    return stars.get(parameter.kind, "") + parameter.name.lstrip("*") if parameter.kind else parameter.name


def _signature(function: griffe.Function, parameters: list[griffe.Parameter]) -> str:
    parts: list[str] = []
    starred = False
    for index, parameter in enumerate(parameters):
        if parameter.kind is griffe.ParameterKind.keyword_only and not starred:
            parts.append("*")
            starred = True
        starred = starred or parameter.kind is griffe.ParameterKind.var_positional
        text = _starred(parameter)
        if parameter.annotation is not None:
            text += f": {parameter.annotation}"
        if parameter.default is not None and not _is_variadic(parameter):
            text += f" = {parameter.default}" if parameter.annotation is not None else f"={parameter.default}"
        parts.append(text)
        following = parameters[index + 1].kind if index + 1 < len(parameters) else None
        if parameter.kind is griffe.ParameterKind.positional_only and following is not griffe.ParameterKind.positional_only:
            parts.append("/")
    name = function.parent.name if function.name == "__init__" and function.parent is not None else function.name
    returns = f" -> {function.returns}" if function.returns is not None and function.name != "__init__" else ""
    return f"{name}({', '.join(parts)}){returns}"


def _def_line(target: griffe.Function, source: _Source) -> int:
    """The line of `def`, which the syntax tree counts from, where griffe counts from the first decorator."""
    first = target.lineno or 0
    if first in source.functions:
        return first
    last = target.endlineno or first
    return next((line for line in range(first, last + 1) if line in source.functions), first)


def _names_in(node: ast.AST | None) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} if node is not None else set()


def _excerpt(target: griffe.Function | griffe.Class | griffe.Attribute, source: _Source) -> str:
    """The source of a symbol without its docstring, at most 60 lines."""
    first, last = (target.lineno or 1) - 1, target.endlineno or target.lineno or 1
    lines = source.lines[first:last]
    docstring = target.docstring
    if docstring is not None and docstring.lineno and docstring.endlineno:
        start, end = docstring.lineno - 1 - first, docstring.endlineno - first
        lines = lines[:start] + lines[end:] if 0 <= start < len(lines) else lines
    return textwrap.dedent("\n".join(lines[:_EXCERPT_LINES]))


def _relative(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name
