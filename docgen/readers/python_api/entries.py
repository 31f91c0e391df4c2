"""The facts of a package: one entry for each module, class, function, method and property.

In: a package as modules. Out: the entries of each. What cannot be read is absent; what a package passes on under another name
stays where it is defined.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from docgen.facts import JSON, Entry, Fact
from docgen.later import expression
from docgen.readers.docstrings import Docstring, one_line, read_docstring
from docgen.readers.python_api.deprecation import deprecation
from docgen.readers.python_api.package import Module, Package
from docgen.readers.python_api.scope import Assigned, FunctionNode, Scope, decorator_names
from docgen.readers.python_api.signatures import Parameter, annotation_text, fields_of, parameters_of, signature
from docgen.readers.python_api.source import docstring_of, mentions
from docgen.readers.python_api.values import Values
from docgen.readers.syntax import children_of, nodes_in

if TYPE_CHECKING:
    from docgen.readers.conditions import Raised

_PUBLIC_ANYWAY = ("__call__", "__enter__", "__main__")
_INITIALISERS = ("__init__", "__new__")
_RAISE = expression(r"\braise\b")  # `pytest.raises` is none
_WORD = expression(r"\w+")

# How much of a symbol is asked for: what its signature tells, or also what its body raises and which constants it uses.
Asked = Literal["signature", "body"]


class Reader:
    """Reads the modules of one package. `private` includes names with a leading underscore, which are otherwise read only where
    a public module passes them on. `line` is where the definition begins that is being read."""

    def __init__(self, package: Package, private: bool) -> None:
        self.package, self.private, self.values = package, private, Values(package)
        self.line = 1
        self._docstrings: dict[str, Docstring] = {}
        self._constants: dict[str, dict[str, str]] = {}
        self._asked: Mapping[str, Asked] | None = None
        self._words: Container[str] | None = None

    def entries(self, module: Module, passed_on: Collection[str]) -> Iterator[Entry]:
        """The entries of a module that has its whole text. `passed_on` are the names of it that public modules make public."""
        is_open = self.private or not any(
            part.startswith("_") and part not in _PUBLIC_ANYWAY for part in module.name.split(".")[1:]
        )
        if is_open or passed_on:
            yield from self._module(module, is_open, passed_on)

    def told_by_code(self, module: Module, asked: Mapping[str, Asked], words: Container[str]) -> Iterator[Entry]:
        """The entries of some symbols of a module that has its whole text, as far as asked, without what docstrings tell. Of
        constants, those alone that are among `words`. A module is read once by a reader."""
        self._asked, self._words = asked, words
        yield from self._module(module, True, ())
        self._asked = self._words = None

    def _is_asked(self, about: str) -> bool:
        return self._asked is None or about in self._asked

    def _has_body(self, about: str) -> bool:
        return self._asked is None or self._asked[about] == "body"

    def _is_read(self, name: str) -> bool:
        return self.private or not name.startswith("_") or name in _PUBLIC_ANYWAY

    def _docstring(self, text: str | None) -> Docstring:
        if text is None or self._asked is not None:
            return Docstring()
        if text not in self._docstrings:
            self._docstrings[text] = read_docstring(text)
        return self._docstrings[text]

    # Modules

    def _module(self, module: Module, is_open: bool, passed_on: Collection[str]) -> Iterator[Entry]:
        if self._is_asked(module.name):
            yield self._module_itself(module)
        for name, bound in module.scope.bound.items():
            if not (is_open and self._is_read(name)) and name not in passed_on:
                continue
            about = f"{module.name}.{name}"
            if isinstance(bound, ast.ClassDef):
                yield from self._class(bound, about, module)
            elif isinstance(bound, FunctionNode) and self._is_asked(about):
                yield self._function(bound, about, module, None)

    def _module_itself(self, module: Module) -> Entry:
        at, tree = module.source.at(None), module.source.tree
        docstring = self._docstring(docstring_of(tree))
        public = self.package.public(module)
        facts = [Fact("kind", "package" if module.is_package else "module", at)]
        facts += _doc_facts(docstring, deprecation(docstring, (), tree.body if module.source.is_deprecating else ()), at)
        facts += self._members(public, module, at)
        constants = self.values.constants(module, self._words)
        facts += [Fact(f"constants.{name}", value, at) for name, value in constants if self.private or name in public]
        return Entry(module.name, tuple(facts), "")

    def _members(self, public: Sequence[str], module: Module, at: str) -> Iterator[Fact]:
        if public:
            yield Fact("members", list(public), at)
        for name in public if self._asked is None else ():  # what follows are docstrings
            origin = self.package.resolve(module, name)
            inner = self.package.at(f"{module.name}.{name}")
            home, own = (origin.module, origin.name) if origin is not None else (inner, "")
            text = home.surface.docs.get(own) if home is not None else None
            if summary := self._docstring(text).summary:
                yield Fact(f"members.{name}", summary, at)

    # Classes

    def _class(self, klass: ast.ClassDef, about: str, module: Module) -> Iterator[Entry]:
        if self._is_asked(about):
            yield self._class_itself(klass, about, module)
        yield from self._inside(klass, module.inside(klass), about, module)

    def _class_itself(self, klass: ast.ClassDef, about: str, module: Module) -> Entry:
        self.line = klass.lineno
        at, scope = module.source.at(klass), module.inside(klass)
        docstring = self._docstring(docstring_of(klass))
        initialiser = next((bound for name in _INITIALISERS if isinstance(bound := scope.bound.get(name), FunctionNode)), None)
        facts = [Fact("kind", "class", at)]
        if bases := [annotation_text(base) for base in klass.bases]:
            facts.append(Fact("bases", list(bases), at))
        warned = _warning(initialiser, module.source.code(initialiser), module) if initialiser is not None else ()
        facts += _doc_facts(docstring, deprecation(docstring, klass.decorator_list, warned), at)
        facts += _flags(klass, at)
        checked = initialiser
        parameters: list[Parameter] | None
        if initialiser is not None:
            own = self._docstring(docstring_of(initialiser))
            docstring = replace(
                docstring, parameters=own.parameters | docstring.parameters, raises=own.raises | docstring.raises
            )
            parameters = parameters_of(initialiser, module, self.values, klass)
        else:
            parameters = fields_of(klass, module, self.package, self.values)
            after = scope.bound.get("__post_init__")
            checked = after if isinstance(after, FunctionNode) and parameters is not None else None
        if parameters is not None:
            facts += self._parameters(klass.name, parameters, "", docstring, at)
        code = module.source.code(checked) if checked is not None else ""
        if self._has_body(about):
            facts += _raise_facts(checked, code, docstring, module, at)
        if self._asked is None:
            facts += self._class_members(klass, scope, at)
            facts += self._attributes(klass, scope, docstring, parameters or (), module, at)
        if checked is not None and self._has_body(about):
            facts += [Fact(f"constants.{name}", value, at) for name, value in self._constants_in(checked, code, module)]
        return Entry(about, tuple(facts), module.source.excerpt(initialiser or klass))

    def _inside(self, klass: ast.ClassDef, scope: Scope, about: str, module: Module) -> Iterator[Entry]:
        for name, bound in scope.bound.items():
            if name == "__init__" or not self._is_read(name):
                continue
            if isinstance(bound, ast.ClassDef):
                yield from self._class(bound, f"{about}.{name}", module)
            elif isinstance(bound, FunctionNode) and self._is_asked(f"{about}.{name}"):
                yield self._function(bound, f"{about}.{name}", module, klass)

    def _class_members(self, klass: ast.ClassDef, scope: Scope, at: str) -> Iterator[Fact]:
        members = {
            name: bound
            for name, bound in scope.bound.items()
            if not name.startswith("_") and isinstance(bound, FunctionNode | ast.ClassDef)
        }
        if members:
            yield Fact("members", list(members), at)
        for name, bound in members.items():
            if summary := self._docstring(docstring_of(bound)).summary:
                yield Fact(f"members.{name}", summary, at)

    def _attributes(
        self, klass: ast.ClassDef, scope: Scope, docstring: Docstring, parameters: Sequence[Parameter], module: Module, at: str
    ) -> Iterator[Fact]:
        """The public attributes that a class body, its initialiser and its docstring name, fields apart."""
        own = {name: bound for name, bound in scope.bound.items() if isinstance(bound, Assigned)}
        found = {**dict.fromkeys(own), **dict.fromkeys(_set_on_self(scope)), **dict.fromkeys(docstring.attributes)}
        names = [
            name
            for name in found
            if name.isidentifier() and not name.startswith("_") and all(name != item.name for item in parameters)
        ]
        if names:
            yield Fact("attributes", list(names), at)
        for name in names:
            bound = own.get(name)
            if bound is not None and bound.annotation is not None and (annotation := annotation_text(bound.annotation)):
                yield Fact(f"attributes.{name}.annotation", annotation, module.source.at(bound.node))
            if bound is not None and bound.value is not None and (value := self.values.literal(bound.value, module, klass)):
                yield Fact(f"attributes.{name}.value", value, module.source.at(bound.node))
            if text := docstring.attributes.get(name) or (one_line(bound.doc) if bound is not None and bound.doc else ""):
                yield Fact(f"attributes.{name}.description", text, at)

    # Functions

    def _function(self, function: FunctionNode, about: str, module: Module, klass: ast.ClassDef | None) -> Entry:
        self.line = function.lineno
        at, code = module.source.at(function), module.source.code(function)
        docstring = self._docstring(docstring_of(function))
        is_property = klass is not None and any(name.endswith(("property", "reify")) for name in decorator_names(function))
        facts = [Fact("kind", "property" if is_property else "function" if klass is None else "method", at)]
        facts += _doc_facts(docstring, deprecation(docstring, function.decorator_list, _warning(function, code, module)), at)
        facts += _flags(function, at, generator="yield" in code and _yields(function))
        returns = annotation_text(function.returns) if function.returns is not None else ""
        if not is_property:
            facts += self._parameters(
                function.name, parameters_of(function, module, self.values, klass), returns, docstring, at
            )
        told = (("returns", returns), ("returns.description", docstring.returns), ("yields.description", docstring.yields))
        facts += [Fact(name, text, at) for name, text in told if text]
        if self._has_body(about):
            facts += _raise_facts(function, code, docstring, module, at)
            facts += [Fact(f"constants.{name}", value, at) for name, value in self._constants_in(function, code, module)]
        return Entry(about, tuple(facts), module.source.excerpt(function))

    def _parameters(
        self, name: str, parameters: Sequence[Parameter], returns: str, docstring: Docstring, at: str
    ) -> Iterator[Fact]:
        yield Fact("signature", signature(name, parameters, returns), at)
        if parameters:
            yield Fact("parameters", [parameter.starred for parameter in parameters], at)
        for parameter in parameters:
            base = f"parameters.{parameter.name}"
            if parameter.kind != "positional or keyword":
                yield Fact(f"{base}.kind", parameter.kind, at)
            described = (
                docstring.parameters.get(parameter.name)
                or docstring.attributes.get(parameter.name)
                or one_line(parameter.doc or "")
            )
            for part, text in (
                ("annotation", parameter.annotation),
                ("default", parameter.default),
                ("description", described),
            ):
                if text:
                    yield Fact(f"{base}.{part}", text, at)

    def _constants_in(self, function: FunctionNode, code: str, module: Module) -> Iterator[tuple[str, str]]:
        """The module's constants, own and imported, that a function uses, in the order of its tree."""
        known = self._usable(module)
        missing = known.keys() & set(_WORD.findall(code)) if code.isascii() and known else set(known)
        for node in nodes_in(function) if missing else ():
            if isinstance(node, ast.Name) and node.id in missing:
                yield node.id, known[node.id]
                missing.remove(node.id)
                if not missing:
                    return

    def _usable(self, module: Module) -> dict[str, str]:
        """The constants that a module's functions can use by their name; of imported names those that are written like one."""
        if module.name not in self._constants:
            words = self._words
            imported = [
                name
                for name, origin in module.surface.names.items()
                if origin is not None and name.isupper() and (words is None or name in words)
            ]
            found = {name: text for name in imported if (text := self.values.constant(module, name)) is not None}
            self._constants[module.name] = dict(self.values.constants(module, words)) | found
        return self._constants[module.name]


def _doc_facts(docstring: Docstring, deprecated: JSON, at: str) -> Iterator[Fact]:
    told = (
        ("doc", docstring.summary),
        ("doc.description", docstring.description),
        ("deprecated", deprecated),
        ("example", docstring.example),
    )
    yield from (Fact(name, value, at) for name, value in told if value)


def _flags(node: FunctionNode | ast.ClassDef, at: str, *, generator: bool = False) -> Iterator[Fact]:
    """Decorators, and what makes a callable one of a special sort."""
    names = decorator_names(node)
    if names:
        yield Fact("decorators", list(names), at)
    last = {name.rpartition(".")[2] for name in names}
    flags = {
        "async": isinstance(node, ast.AsyncFunctionDef),
        "generator": generator,
        "abstract": any(name.startswith("abstract") for name in last),
        "static": "staticmethod" in last,
        "class_method": "classmethod" in last,
    }
    yield from (Fact(name, True, at) for name, holds in flags.items() if holds)


def _warning(function: FunctionNode, code: str, module: Module) -> Sequence[ast.stmt]:
    """The body of a function that may warn of deprecation; nothing of the others."""
    return function.body if module.source.is_deprecating and mentions(code, "warn") else ()


def _yields(function: FunctionNode) -> bool:
    """Whether a body yields; what is nested in it does not count."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += children_of(node)
    return False


def _raise_facts(function: FunctionNode | None, code: str, docstring: Docstring, module: Module, at: str) -> Iterator[Fact]:
    """What is raised and handled. `code` is the text of the function: it says at once that most do neither."""
    if function is not None and "raise" in code and _RAISE.search(code):
        from docgen.readers.conditions import raises_in  # only here: a start on a small file hardly needs it

        yield from _grouped(raises_in(function), module.source.shown)
    if docstring.raises:
        yield Fact("documented_raises", list(docstring.raises), at)
        yield from (Fact(f"raises.{name}.description", text, at) for name, text in docstring.raises.items() if text)
    if function is not None and ("except" in code or mentions(code, "suppress")):
        from docgen.readers.conditions import handled_in

        if handled := handled_in(function):
            yield Fact("handles", list(handled), at)


def _grouped(raised: Sequence[Raised], shown: str) -> Iterator[Fact]:
    by_name: dict[str, list[Raised]] = {}
    for item in raised:
        by_name.setdefault(item.exception, []).append(item)
    if by_name:
        yield Fact("raises", list(by_name), f"{shown}:{raised[0].line}")
    for name, items in by_name.items():
        at = f"{shown}:{items[0].line}"
        for part in ("when", "condition", "message"):
            values: list[JSON] = list(dict.fromkeys(text for item in items if (text := getattr(item, part))))
            if values:
                yield Fact(f"raises.{name}.{part}", values, at)


def _set_on_self(scope: Scope) -> Iterator[str]:
    """The attributes that an initialiser sets on its object, in order."""
    initialiser = scope.bound.get("__init__")
    if not isinstance(initialiser, FunctionNode) or not initialiser.args.args:
        return
    own = initialiser.args.args[0].arg
    for node in nodes_in(initialiser):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr, ctx=ast.Store()) if name == own:
                yield attr
