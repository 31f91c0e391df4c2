"""A package as its modules together: where a name that one of them uses is defined, and which names each one makes public.

In: the files of a package. Out: `Package`. Names are followed through imports, re-exports and stars, never beyond the package.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from docgen.readers.python_api.finding import module_files
from docgen.readers.python_api.scope import Bound, Import, Scope, dotted, scope_of
from docgen.readers.python_api.source import Source
from docgen.report import InputError

_LONGEST_CHAIN = 20  # imports that one name is followed through; cyclic ones end here


@dataclass(frozen=True)
class Module:
    """One module of a package."""

    name: str
    source: Source

    @property
    def is_package(self) -> bool:
        """Whether it is the `__init__.py` of a folder."""
        return self.source.path.name == "__init__.py"

    @cached_property
    def scope(self) -> Scope:
        """What its body binds."""
        return scope_of(self.source.tree.body, self.name if self.is_package else self.name.rpartition(".")[0])

    @cached_property
    def rebound(self) -> frozenset[str]:
        """Names that its functions declare `global`: they may be anything by the time they are used."""
        return frozenset(name for node in ast.walk(self.source.tree) if isinstance(node, ast.Global) for name in node.names)


@dataclass(frozen=True)
class Origin:
    """Where a name is defined."""

    module: Module
    name: str
    bound: Bound

    @property
    def about(self) -> str:
        """The full dotted path."""
        return f"{self.module.name}.{self.name}"


@dataclass(frozen=True)
class Package:
    """The modules of a package by their dotted names, packages before what they hold."""

    modules: Mapping[str, Module]

    def resolve(self, module: Module, name: str) -> Origin | None:
        """Where a name that `module` can use is defined; None for what comes from outside, or is a module."""
        for _ in range(_LONGEST_CHAIN):
            bound = module.scope.bound.get(name) or self._starred(module, name)
            if not isinstance(bound, Import):
                return Origin(module, name, bound) if bound is not None else None
            following = self.modules.get(bound.module)
            if following is None or not bound.name:
                return None
            module, name = following, bound.name
        return None

    def module_behind(self, module: Module, name: str) -> Module | None:
        """The module that a name stands for, where it is one of the package: `import a.b as c`, `from . import d`."""
        bound = module.scope.bound.get(name)
        if isinstance(bound, Import):
            return self.modules.get(f"{bound.module}.{bound.name}" if bound.name else bound.module)
        return None

    def public(self, module: Module) -> list[str]:
        """The names that a module offers: `__all__` where it has one that can be read; else what it defines, and, for a
        package, what it imports from its own modules. No name that begins with an underscore, and no submodule."""
        listed = self._exports(module, 0)
        if listed is not None:
            return list(dict.fromkeys(listed))
        return list(dict.fromkeys([*self._defined(module), *self._passed_on(module)]))

    def _defined(self, module: Module) -> Iterator[str]:
        for name, bound in module.scope.bound.items():
            is_own = not isinstance(bound, Import)
            is_passed_on = isinstance(bound, Import) and (module.is_package or bound.explicit)
            if not name.startswith("_") and (is_own or (is_passed_on and self.resolve(module, name) is not None)):
                yield name

    def _passed_on(self, module: Module) -> Iterator[str]:
        """What `from x import *` brings into a package."""
        for star in module.scope.stars if module.is_package else ():
            if (source := self.modules.get(star)) is not None and source is not module:
                yield from (
                    name for name in self._offered(source, 0) if not name.startswith("_") and self.resolve(source, name)
                )

    def _exports(self, module: Module, depth: int) -> list[str] | None:
        """`__all__` with other modules' lists put in; None where there is none or part of it cannot be read."""
        scope = module.scope
        if scope.exports is None or not scope.is_followed or depth > _LONGEST_CHAIN:
            return None
        names: list[str] = []
        for item in scope.exports:
            match item:
                case ast.Constant(value=str(name)):
                    names.append(name)
                case ast.Starred(value=ast.Attribute(value=owner, attr="__all__")):
                    other = self.module_behind(module, dotted(owner)) or self.modules.get(f"{scope.package}.{dotted(owner)}")
                    inner = self._exports(other, depth + 1) if other is not None else None
                    if inner is None:
                        return None
                    names += inner
                case _:
                    return None
        return names

    def _offered(self, module: Module, depth: int) -> list[str]:
        """What a star takes from a module: its `__all__`, else every plain name that it binds."""
        listed = self._exports(module, 0)
        if listed is not None or depth > _LONGEST_CHAIN:
            return listed or []
        own = [name for name in module.scope.bound if not name.startswith("_")]
        inner = [
            name
            for star in module.scope.stars
            if (source := self.modules.get(star)) and source is not module
            for name in self._offered(source, depth + 1)
        ]
        return [*own, *inner]

    def _starred(self, module: Module, name: str) -> Bound | None:
        """A name that a star brings in, as an import of it."""
        for star in module.scope.stars:
            source = self.modules.get(star)
            if source is not None and source is not module and name in self._star_names(source):
                return Import(star, name)
        return None

    def _star_names(self, module: Module) -> frozenset[str]:
        if module.name not in self._stars:
            self._stars[module.name] = frozenset(self._offered(module, 0))
        return self._stars[module.name]

    @cached_property
    def _stars(self) -> dict[str, frozenset[str]]:
        return {}


def load(path: Path, root: Path, *, tolerant: bool) -> Package:
    """Reads the modules of a package folder or module file. Raises InputError (path:line) for a file that does not parse,
    unless `tolerant`, and where there is no Python at all."""
    modules: dict[str, Module] = {}
    is_empty = True
    for name, file in module_files(path):
        is_empty = False
        module = Module(name, Source(file, shown_path(file, root)))
        try:
            _ = module.source.tree  # a broken file is an error before anything of it is used
        except InputError:
            if not tolerant:
                raise
            continue
        modules.setdefault(name, module)
    if is_empty:
        raise InputError(f"no Python modules in {path}", str(path), "name a package folder or a .py file")
    return Package(modules)


def shown_path(path: Path, root: Path) -> str:
    """A path relative to `root`, for messages; its name where it lies elsewhere."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name
