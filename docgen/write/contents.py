"""The parts of an API page about a whole module: what it holds, what can go wrong in it, its constants; and the list of pages.

In: the entry of a module and what its page knows. Out: a `Region` of tables, with links to where each symbol is told of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from docgen.brief import exceptions_of
from docgen.facts import Entry
from docgen.outline import Module, Symbol, constants_of
from docgen.write.examples import example_region
from docgen.write.markdown import Region, cell, code, summary, table
from docgen.write.raising import when
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
    Its rows are other symbols' facts, asserted in their own sections."""
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
    return Region(table(("Exception", "Raised by", "When"), rows)) if rows else None


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
    """Every module that has a page, with its one-line docstring."""
    rows = [(page.links.to(module.about, module.about), cell(summary(module.doc))) for module in page.links.outline.modules]
    return Region(table(("Module", "Summary"), rows)) if rows else None


_RENDERERS: Mapping[str, Renderer] = {
    **SYMBOL_KINDS,
    "example": lambda entry, page: example_region(entry, page.examples),
    "members": members,
    "constants": constants,
    "exceptions": exceptions,
    "modules": modules,
}
KINDS = frozenset(_RENDERERS)
