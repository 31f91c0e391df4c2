"""What is public in a package, as the tree that its pages follow.

In: the facts of a package. Out: `Outline`: a module a page, the symbols on it in the order of the source, and where each one
can be linked to. Test suites, names with a leading underscore and what `__all__` leaves out are not public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import count

from docgen.facts import Entry, Facts
from docgen.later import Frozen

_MODULES = ("module", "package")
_TESTS = frozenset(("tests", "test", "testing", "conftest", "_tests"))
# Folders for copies of other projects' packages: their pages are elsewhere.
_VENDORED = frozenset(("vendor", "vendored", "vendors", "externals", "extern", "third_party", "thirdparty"))
# The headings of a page that are no symbol's.
_HEADINGS = ("Introduction", "Use Case", "Error Handling", "Contents", "Constants")


class Symbol(Frozen):
    """A class, function, method or property. `name` is what users of its module call it, `heading` what stands above it on its
    page, in Markdown: it gives an anchor that no other heading there has. `methods` holds inner classes too."""

    entry: Entry
    name: str
    heading: str
    anchor: str
    methods: tuple[Symbol, ...] = ()
    properties: tuple[Symbol, ...] = ()

    @property
    def about(self) -> str:
        """The full dotted path."""
        return self.entry.about

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return self.entry.get("kind") == "class"

    @property
    def doc(self) -> str:
        """Its one-line docstring; empty where it has none."""
        return _text(self.entry, "doc")


class Module(Frozen):
    """A module or package with what is documented on its page; `exports` are symbols that it only passes on."""

    entry: Entry
    symbols: tuple[Symbol, ...]
    exports: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """The full dotted path."""
        return self.entry.about

    @property
    def page(self) -> str:
        """The name of its page."""
        return f"{self.about}.md"

    @property
    def doc(self) -> str:
        """Its one-line docstring; empty where it has none."""
        return _text(self.entry, "doc")

    @property
    def classes(self) -> tuple[Symbol, ...]:
        """The classes on the page."""
        return tuple(symbol for symbol in self.symbols if symbol.is_class)

    @property
    def functions(self) -> tuple[Symbol, ...]:
        """The functions on the page."""
        return tuple(symbol for symbol in self.symbols if not symbol.is_class)

    @property
    def everything(self) -> Iterator[Symbol]:
        """Every symbol on the page, methods and properties after their class."""
        for symbol in self.symbols:
            yield symbol
            yield from symbol.methods
            yield from symbol.properties


class Outline(Frozen):
    """The public modules of a package, in the order of their names."""

    package: str
    modules: tuple[Module, ...]

    @classmethod
    def of(cls, facts: Facts) -> Outline:
        """The outline of a package's facts, best after `with_exports`."""
        return _Reader(facts).outline()

    def get(self, about: str) -> Module | None:
        """The module called `about`, or None where it has no page."""
        return self._by_name.get(about)

    def symbol(self, about: str) -> Symbol | None:
        """The symbol called `about`, or None where it stands on no page."""
        return self._symbols.get(about)

    def page_of(self, about: str) -> str:
        """The page that a symbol or module is documented on; empty where it is on none."""
        return self._places.get(about, ("", ""))[0]

    def classes(self, name: str) -> list[str]:
        """The documented classes called `name`, by their full dotted path."""
        return self._classes.get(name, [])

    def link(self, about: str, page: str) -> str | None:
        """Where a link on `page` finds a symbol or module; None where it is on no page."""
        there, anchor = self._places.get(about, ("", ""))
        if not there:
            return None
        return f"#{anchor}" if there == page else there + (f"#{anchor}" if anchor else "")

    @cached_property
    def _by_name(self) -> Mapping[str, Module]:
        return {module.about: module for module in self.modules}

    @cached_property
    def _symbols(self) -> Mapping[str, Symbol]:
        return {symbol.about: symbol for module in self.modules for symbol in module.everything}

    @cached_property
    def _classes(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for symbol in self._symbols.values():
            if symbol.is_class:
                found.setdefault(symbol.about.rpartition(".")[2], []).append(symbol.about)
        return found

    @cached_property
    def _places(self) -> Mapping[str, tuple[str, str]]:
        places = {module.about: (module.page, "") for module in self.modules}
        for module in self.modules:
            places |= {symbol.about: (module.page, symbol.anchor) for symbol in module.everything}
        return places


def with_exports(facts: Facts) -> Facts:
    """The facts with what public modules export from private ones under its public name too: `pkg.Client` beside
    `pkg._client.Client`. A private module has no page, and where it lies is nobody's business."""
    reader = _Reader(facts)
    public = [entry for entry in facts if entry.get("kind") in _MODULES and _is_public_module(entry.about)]
    exported: dict[str, Entry] = {}
    for module in public:
        for origin in reader.exports(module):
            if not _is_public_module(origin.about.rpartition(".")[0]):
                name = f"{module.about}.{origin.about.rpartition('.')[2]}"
                for entry in reader.below(origin):
                    about = name + entry.about.removeprefix(origin.about)
                    exported.setdefault(about, replace(entry, about=about))
    return Facts(facts.subject, [*facts, *exported.values()])


class _Reader:
    """Builds an outline: entries by the name of what holds them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.held: dict[str, list[Entry]] = {}
        self.named: dict[str, list[Entry]] = {}
        for entry in facts:
            parent, _, name = entry.about.rpartition(".")
            self.held.setdefault(parent, []).append(entry)
            self.named.setdefault(name, []).append(entry)

    def outline(self) -> Outline:
        root = next((entry.about for entry in self.facts), "")
        entries = [entry for entry in self.facts if entry.get("kind") in _MODULES and _is_public_module(entry.about)]
        modules = [self._module(entry) for entry in entries]
        shown = [module for module in modules if module.symbols or module.exports or constants_of(module.entry)]
        return Outline(root.partition(".")[0], tuple(sorted(shown, key=lambda module: module.about)))

    def exports(self, module: Entry) -> list[Entry]:
        """What a module names as its own and that is defined elsewhere in the package, in one place alone."""
        names = {held.about.rpartition(".")[2] for held in self.held.get(module.about, [])}
        origins = (self._origin(name) for name in module.strings("members") if name not in names)
        return [origin for origin in origins if origin is not None]

    def below(self, entry: Entry) -> Iterator[Entry]:
        """An entry and everything that it holds."""
        yield entry
        for held in self.held.get(entry.about, []):
            yield from self.below(held)

    def _module(self, entry: Entry) -> Module:
        public, anchors = entry.strings("members"), Anchors((entry.about, *_HEADINGS))
        own = [held for held in self.held.get(entry.about, []) if held.get("kind") not in _MODULES]
        listed = [held for held in own if held.about.rpartition(".")[2] in public]
        exports = tuple(origin.about for origin in self.exports(entry))
        if not listed and not exports:  # an `__all__` that is computed, and so cannot be read
            listed = [held for held in own if not held.about.rpartition(".")[2].startswith("_")]
        return Module(entry, tuple(self._symbol(held, "", anchors) for held in listed), exports)

    def _origin(self, name: str) -> Entry | None:
        kinds = ("class", "function")
        found = [entry for entry in self.named.get(name, []) if entry.get("kind") in kinds and self._is_top(entry)]
        return found[0] if len(found) == 1 else None

    def _is_top(self, entry: Entry) -> bool:
        parent = self.facts.get(entry.about.rpartition(".")[0])
        return parent is not None and parent.get("kind") in _MODULES

    def _symbol(self, entry: Entry, prefix: str, anchors: Anchors) -> Symbol:
        name = prefix + entry.about.rpartition(".")[2]
        heading, anchor = anchors.of(name, str(entry.get("kind")))
        inside = [held for held in self.held.get(entry.about, []) if _is_public_member(held)]
        methods = [self._symbol(held, f"{name}.", anchors) for held in inside if held.get("kind") in ("method", "class")]
        properties = [held for held in inside if held.get("kind") == "property"]
        shown = tuple(Symbol(held, held.about.rpartition(".")[2], heading, anchor) for held in properties)
        return Symbol(entry, name, heading, anchor, tuple(methods), shown)


class Anchors:
    """The headings of one page and the anchors that renderers make of them. Of two that differ in case or signs alone GitHub,
    MkDocs and MyST number the second each in its own way; so the second one's heading says what it is: "`session` function".
    `others` are the headings that are no symbol's."""

    def __init__(self, others: Iterable[str]) -> None:
        self.seen = {_slug(heading) for heading in others}

    def of(self, name: str, kind: str) -> tuple[str, str]:
        """The heading of the next symbol on the page, and its anchor."""
        headings = (f"`{name}`{f' {kind}' * times}" for times in count())
        heading = next(heading for heading in headings if _slug(heading) not in self.seen)
        self.seen.add(_slug(heading))
        return heading, _slug(heading)


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _is_public_module(about: str) -> bool:
    """Whether a module's name says that it is for users; that of the package itself may begin as it likes."""
    inner = about.split(".")[1:]
    return not any(part.startswith(("_", "test_")) or part.endswith("_test") or part in _TESTS | _VENDORED for part in inner)


def _is_public_member(entry: Entry) -> bool:
    name = entry.about.rpartition(".")[2]
    return not name.startswith("_") or name == "__call__"


def constants_of(entry: Entry) -> list[str]:
    """The names of a module's public constants whose value is known."""
    public = entry.strings("members")
    names: Iterable[str] = (fact.name.removeprefix("constants.") for fact in entry.under("constants"))
    return [name for name in names if name in public and not name.startswith("__")]


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
