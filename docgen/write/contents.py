"""The parts of an API page about a whole module: what it holds, what can go wrong in it, its constants; and the list of pages.

In: the entry of a module and what its page knows. Out: a `Region` of tables, with links to where each symbol is told of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from docgen.brief import exceptions_of, with_members
from docgen.check.raisers import RAISERS
from docgen.facts import Entry, Fact
from docgen.outline import Module, Symbol, constants_of
from docgen.write.examples import example_region
from docgen.write.markdown import Region, cell, code, summary, table
from docgen.write.raising import telling, when
from docgen.write.tables import LONGEST_VALUE, SYMBOL_KINDS, Page, Renderer, one

_FEWEST_GROUPED = 8  # names of a module whose contents are told apart by kind
_ERROR = re.compile(r"(?:Error|Exception|Warning|Interrupt|Exit)\Z")


def render(kind: str, entry: Entry, page: Page) -> Region | None:
    """The region of this kind about `entry`; None where its facts say nothing for it, or where the kind is one of prose."""
    renderer = _RENDERERS.get(kind)
    return renderer(entry, page) if renderer else None


def members(entry: Entry, page: Page) -> Region | None:
    """What a module offers, with links to where it is documented; of a large one by kind."""
    module = page.links.outline.get(entry.about)
    if module is None:
        return None
    shown = list(_offered(module, page))
    if len(shown) < 2 and not module.exports:  # a list of the one symbol below it says nothing
        return None
    groups: dict[str, list[tuple[str, str]]] = {}
    for symbol in shown:
        row = (
            page.links.to(symbol.about.rpartition(".")[2], symbol.about),
            cell(page.links.text(summary(symbol.doc), symbol.entry)),
        )
        groups.setdefault(_group(symbol), []).append(row)
    if len(shown) < _FEWEST_GROUPED or len(groups) == 1:
        text = table(("Name", "Summary"), [row for rows in groups.values() for row in rows])
    else:
        text = "\n\n".join(table((title, "Summary"), groups[title]) for title in _GROUPS if title in groups)
    own = {symbol.name for symbol in module.symbols}
    facts = [fact for fact in entry.facts if fact.name.startswith("members.") and fact.name.removeprefix("members.") in own]
    return Region(text, (*facts, *one(entry, "members")), ("members",))


_GROUPS = ("Class", "Function", "Exception")


def _group(symbol: Symbol) -> str:
    if not symbol.is_class:
        return "Function"
    names = (symbol.about.rpartition(".")[2], *symbol.entry.strings("bases"))
    return "Exception" if any(_ERROR.search(name.rpartition(".")[2]) for name in names) else "Class"


def _offered(module: Module, page: Page) -> Iterator[Symbol]:
    """The symbols of a module, and those that it passes on."""
    yield from module.symbols
    yield from (symbol for about in module.exports if (symbol := page.links.outline.symbol(about)) is not None)


def constants(entry: Entry, page: Page) -> Region | None:
    """The constants of a module with their values."""
    names = constants_of(entry)
    rows = [(code(name), cell(code(str(entry.get(f"constants.{name}")), LONGEST_VALUE))) for name in names]
    if not rows:
        return None
    return Region(table(("Constant", "Value"), rows), tuple(fact for name in names for fact in one(entry, f"constants.{name}")))


def exceptions(entry: Entry, page: Page) -> Region | None:
    """What the functions of a module raise, by exception, with the place in the source; for what only a docstring tells, that.
    It states what every member raises, and when."""
    module = page.links.outline.get(entry.about)
    raisers: dict[str, list[Symbol]] = {}
    for symbol in module.everything if module else ():
        for name in exceptions_of(symbol.entry):
            raisers.setdefault(name, []).append(symbol)
    rows = [
        (
            page.links.named(name, entry.about),
            ", ".join(filter(None, [page.links.to(_called(symbol), symbol.about), _place(symbol.entry, name)])),
            cell(page.links.condition(when(symbol.entry, name), symbol.entry)),
        )
        for name, items in sorted(raisers.items())
        for symbol in items
    ]
    if not rows:
        return None
    symbols = {symbol.about: symbol for items in raisers.values() for symbol in items}
    return Region(table(("Exception", "Raised by", "When"), rows), tuple(_told(entry, page, symbols.values())), (RAISERS,))


def _told(entry: Entry, page: Page, raisers: Iterable[Symbol]) -> Iterator[Fact]:
    """What these members of a module raise, and what tells when."""
    symbol = page.links.outline.symbol
    known = with_members(entry, lambda about: found.entry if (found := symbol(about)) is not None else None)
    for raiser in raisers:
        whole = f"members.{raiser.about.removeprefix(f'{entry.about}.')}.raises"
        parts = (f"{whole}.{name}.{telling(raiser.entry, name)}" for name in known.strings(whole))
        yield from (fact for name in (whole, *parts) if (fact := known.fact(name)) is not None)


def _called(symbol: Symbol) -> str:
    """A symbol as users call it: a property with its class."""
    return symbol.name if symbol.entry.get("kind") != "property" else ".".join(symbol.about.split(".")[-2:])


def _place(entry: Entry, exception: str) -> str:
    """Where a symbol raises an exception: the name of the file, and the line."""
    if exception not in entry.strings("raises"):
        return "by its docstring"
    fact = next(
        (
            fact
            for part in ("condition", "when", "message")
            if (fact := entry.fact(f"raises.{exception}.{part}")) is not None and fact.source
        ),
        entry.fact("raises") or entry.fact("kind"),
    )
    return code(fact.source.rpartition("/")[2]) if fact and fact.source else ""


def modules(entry: Entry, page: Page) -> Region | None:
    """The modules that have a page, each with its one-line docstring: on a package's own page those directly in it, elsewhere
    all of them, and of many by package."""
    outline = page.links.outline
    own = outline.get(entry.about)
    if own is not None and page.links.page == own.page:
        inner = [module for module in outline.modules if module.about.rpartition(".")[0] == entry.about]
        return Region(_listed_modules(inner, page, entry.about)) if inner else None
    if not outline.modules:
        return None
    if len(outline.modules) <= _MOST_UNGROUPED:
        return Region(_listed_modules(outline.modules, page))
    parts = []
    for about, inside in _by_package(outline.modules).items():
        title = page.links.to(about, about)
        package = outline.get(about)
        parts.append(f"## {title}" if page.links.page is not None else f"**{title}**")
        is_told = about == entry.about and page.links.page is not None  # by the introduction of this very page
        parts += [cell(summary(package.doc))] if package is not None and package.doc and not is_told else []
        parts += [_listed_modules(inside, page, about)] if inside else []
    return Region("\n\n".join(parts))


_MOST_UNGROUPED = 25  # modules in one list
_FEWEST_INSIDE = 2  # modules of a package that is told of by itself


def _listed_modules(listed: Sequence[Module], page: Page, package: str = "") -> str:
    """A table of modules, called as they are within `package`."""
    rows = [
        (page.links.to(module.about.removeprefix(f"{package}."), module.about), cell(summary(module.doc))) for module in listed
    ]
    return table(("Module", "Summary"), rows)


def _by_package(listed: Sequence[Module]) -> dict[str, list[Module]]:
    """Modules by the package that they are in, which is the group's title; a package of a single module counts as a module, and
    that one stands beside it."""
    inside = Counter(module.about.rpartition(".")[0] for module in listed)
    top = listed[0].about.partition(".")[0]
    titles = {top, *(name for name, count in inside.items() if name and count >= _FEWEST_INSIDE)}
    groups: dict[str, list[Module]] = {name: [] for name in sorted(titles)}
    for module in listed:
        if module.about not in titles:
            name = module.about.rpartition(".")[0]
            while name not in titles:
                name = name.rpartition(".")[0]
            groups[name].append(module)
    return groups


_RENDERERS: Mapping[str, Renderer] = {
    **SYMBOL_KINDS,
    "example": lambda entry, page: example_region(entry, page.examples),
    "members": members,
    "constants": constants,
    "exceptions": exceptions,
    "modules": modules,
}
KINDS = frozenset(_RENDERERS)
