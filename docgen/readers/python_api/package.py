"""A package as its modules together: where a name that one of them uses is defined, and which names each one makes public.

In: the modules of a package. Out: `Package`. Names are followed through imports, re-exports and stars, never beyond the
package, and by surfaces alone, so that hardly any tree is needed. Every module that an answer rests on is noted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from docgen.later import Frozen
from docgen.readers.python_api.scope import Bound, Import, Scope, Surface, scope_of, surface_of
from docgen.readers.python_api.source import Source, docstring_of
from docgen.readers.syntax import statements_in

_LONGEST_CHAIN = 20  # imports that one name is followed through; cyclic ones end here


class Module(Frozen):
    """One module of a package. Its source is the whole text, or, as others see it, that without the bodies of functions."""

    name: str
    is_package: bool
    source: Source
    surface: Surface

    @classmethod
    def of(cls, name: str, is_package: bool, source: Source) -> Module:
        """A module from its whole text. Raises InputError (path:line) where that does not parse."""
        scope = scope_of(source.tree.body, package_of(name, is_package))
        rebound = frozenset(_rebound(source.tree) if "global" in source.text else ())
        module = cls(name, is_package, source, surface_of(scope, docstring_of(source.tree), rebound))
        module.__dict__["scope"] = scope
        return module

    @cached_property
    def scope(self) -> Scope:
        """What its body binds."""
        return scope_of(self.source.tree.body, package_of(self.name, self.is_package))

    @cached_property
    def _classes(self) -> dict[int, Scope]:
        return {}

    def inside(self, klass: ast.ClassDef) -> Scope:
        """What the body of one of its classes binds."""
        if id(klass) not in self._classes:  # the tree lives as long as the module
            self._classes[id(klass)] = scope_of(klass.body)
        return self._classes[id(klass)]


def package_of(name: str, is_package: bool) -> str:
    """What the relative imports of a module start from."""
    return name if is_package else name.rpartition(".")[0]


def _rebound(tree: ast.Module) -> Iterator[str]:
    for statement in statements_in(tree.body, nested=True):
        if isinstance(statement, ast.Global):
            yield from statement.names


class Origin(Frozen):
    """Where a name is defined."""

    module: Module
    name: str

    @property
    def bound(self) -> Bound:
        """What the name is bound to there."""
        return self.module.scope.bound[self.name]


class Package:
    """The modules of a package by their dotted names, packages before what they hold. `consulted` gathers the names of those
    that were looked at or missed, until it is emptied."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self.consulted: set[str] = set()
        self._stars: dict[str, tuple[dict[str, str], frozenset[str]]] = {}

    def at(self, name: str) -> Module | None:
        """The module of that name, if it is one of the package."""
        self.consulted.add(name)
        return self.modules.get(name)

    def resolve(self, module: Module, name: str) -> Origin | None:
        """Where a name that `module` can use is defined; None for what comes from outside, or is a module."""
        for _ in range(_LONGEST_CHAIN):
            names = module.surface.names
            imported = names[name] if name in names else self._starred(module, name)
            if imported is None:
                return Origin(module, name) if name in names else None
            following = self.at(imported.module)
            if following is None or not imported.name:
                return None
            module, name = following, imported.name
        return None

    def module_behind(self, module: Module, name: str) -> Module | None:
        """The module that a name stands for, where it is one of the package: `import a.b as c`, `from . import d`."""
        imported = module.surface.names.get(name)
        if imported is not None:
            return self.at(f"{imported.module}.{imported.name}" if imported.name else imported.module)
        return None

    def public(self, module: Module) -> list[str]:
        """The names that a module offers: `__all__` where it has one that can be read; else what it defines, and, for a
        package, what it imports from its own modules. No name that begins with an underscore, and no submodule."""
        listed = self._exports(module, 0)
        if listed is not None:
            return list(dict.fromkeys(listed))
        return list(dict.fromkeys([*self._defined(module), *self._passed_on(module)]))

    def passed_on(self) -> dict[str, list[str]]:
        """For each module the names of it that public modules make public, sorted."""
        found: dict[str, set[str]] = {}
        for module in self.modules.values():
            if not any(part.startswith("_") for part in module.name.split(".")[1:]):
                for name in self.public(module):
                    if (origin := self.resolve(module, name)) is not None:
                        found.setdefault(origin.module.name, set()).add(origin.name)
        return {name: sorted(names) for name, names in found.items()}

    def _defined(self, module: Module) -> Iterator[str]:
        for name, imported in module.surface.names.items():
            is_passed_on = imported is not None and (module.is_package or imported.explicit)
            if not name.startswith("_") and (imported is None or (is_passed_on and self.resolve(module, name) is not None)):
                yield name

    def _passed_on(self, module: Module) -> Iterator[str]:
        """What `from x import *` brings into a package."""
        for source in self._star_sources(module) if module.is_package else ():
            yield from (name for name in self._offered(source) if not name.startswith("_") and self.resolve(source, name))

    def _star_sources(self, module: Module) -> Iterator[Module]:
        for star in module.surface.stars:
            if star != module.name and (source := self.at(star)) is not None:
                yield source

    def _exports(self, module: Module, depth: int) -> list[str] | None:
        """`__all__` with other modules' lists put in; None where there is none or part of it cannot be read."""
        exports = module.surface.exports
        if exports is None or depth > _LONGEST_CHAIN:
            return None
        names: list[str] = []
        for item in exports:
            if isinstance(item, str):
                names.append(item)
                continue
            relative = f"{package_of(module.name, module.is_package)}.{item.module}"
            other = self.module_behind(module, item.module) or self.at(relative)
            inner = self._exports(other, depth + 1) if other is not None else None
            if inner is None:
                return None
            names += inner
        return names

    def _offered(self, module: Module) -> list[str]:
        """What a star takes from a module: its `__all__`, else every plain name that it binds."""
        names: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [module]
        while waiting:
            module = waiting.pop()
            if module.name in seen:
                continue
            seen.add(module.name)
            listed = self._exports(module, 0)
            if listed is None:
                listed = [name for name in module.surface.names if not name.startswith("_")]
                waiting += reversed(list(self._star_sources(module)))
            names.update(dict.fromkeys(listed))
        return list(names)

    def _starred(self, module: Module, name: str) -> Import | None:
        """A name that a star brings in, as an import of it. What the answer rests on is noted each time that it is given."""
        if not module.surface.stars:
            return None
        if module.name not in self._stars:
            before, self.consulted = self.consulted, set()
            sources = list(self._star_sources(module))
            found = {name: source.name for source in reversed(sources) for name in self._offered(source)}
            self._stars[module.name] = found, frozenset(self.consulted)
            self.consulted = before
        brought, consulted = self._stars[module.name]
        self.consulted |= consulted
        return Import(brought[name], name) if name in brought else None
