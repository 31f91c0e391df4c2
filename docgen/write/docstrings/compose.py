"""One docstring put together from facts, in a project's style.

In: an entry, a summary and the words of the package. Out: the text between the quotes, its lines without indentation.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from docgen.facts import Entry
from docgen.write.brackets import split_outside
from docgen.write.docstrings.style import Sections, Style
from docgen.write.docstrings.words import Words

_NOTHING = ("", "None", "NoReturn", "Never", "typing.NoReturn", "t.NoReturn")
_GENERATORS = ("Iterator", "Generator", "Iterable", "AsyncIterator", "AsyncGenerator", "AsyncIterable")


@dataclass(frozen=True)
class _Item:
    """One line of a section: a name with its type and its words."""

    name: str
    kind: str
    words: str


@dataclass(frozen=True)
class Composer:
    """Writes docstrings in one style. `indent` is what one step of the source is indented by."""

    style: Style
    words: Words
    indent: str = "    "

    def docstring(
        self, entry: Entry, summary: str, attributes: Mapping[str, str], depth: int, *, with_sections: bool = True
    ) -> list[str]:
        """The lines of a docstring in a body that is indented by `depth` steps: the summary, and unless the style is plain the
        `attributes` (annotations by name), and what is taken, given back and raised."""
        width = self.style.width - depth * len(self.indent)
        lines = _filled(summary, width - len(self.style.quotes), "")
        if with_sections and self.style.sections != "plain":
            lines += self._sections(entry, attributes, width)
        return lines

    def _sections(self, entry: Entry, declared: Mapping[str, str], width: int) -> list[str]:
        fields = [self._taken(entry, name) for name in entry.strings("parameters")]
        attributes = [
            _Item(name, kind, self.words.parameter(entry, name) if is_field else self.words.attribute(name))
            for is_field in [_is_record(entry)]
            for name, kind in declared.items()
        ]
        raised = [self._raised(entry, name) for name in entry.strings("raises")]
        given = list(self._given(entry))
        if self.style.sections == "sphinx":
            told = [line for item in attributes for line in self._sphinx_attribute(item, width)]
            body = [*self._sphinx([] if attributes and _is_record(entry) else fields, given, raised, width)]
            return [*told, *(["", *body] if body else [])]
        if attributes and _is_record(entry):
            fields = []
        heading_of = {"google": "Args", "numpy": "Parameters"}
        lines: list[str] = []
        for heading, items in (
            ("Attributes", attributes),
            (heading_of[self.style.sections], fields),
            *given,
            ("Raises", raised),
        ):
            if items:
                lines += ["", *self._section(heading, items, width)]
        return lines

    def _given(self, entry: Entry) -> Iterator[tuple[str, list[_Item]]]:
        """What comes back, and what a generator yields."""
        returns = str(entry.get("returns", ""))
        if entry.get("kind") in ("class", "property"):
            return
        outer = returns.partition("[")[0].rpartition(".")[2]
        if entry.get("generator") is True:
            inner = returns.partition("[")[2].removesuffix("]") if outer in _GENERATORS else ""
            if inner:
                yield "Yields", [_Item("", split_outside(inner, ",")[0], self.words.result(entry))]
        elif returns not in _NOTHING:
            yield "Returns", [_Item("", returns, self.words.result(entry))]

    def item(self, kind: str, style: Sections, name: str, entry: Entry, indent: str, *, is_typed: bool) -> list[str]:
        """The lines of one item more in a list that is there, of a parameter or an exception; none where nothing is known of it
        but its name."""
        own = replace(self, style=replace(self.style, sections=style, typed=is_typed))
        item = own._raised(entry, name) if kind == "raises" else own._taken(entry, name)
        if not self.words.tell(entry, kind, name) and not (item.kind and is_typed):
            return []
        width = self.style.width - len(indent.expandtabs(len(self.indent)))
        if style == "sphinx":
            fields = [] if kind == "raises" else [item]
            lines = own._sphinx(fields, [], [item] if kind == "raises" else [], width)
        else:
            lines = own._numpy_item(item, width) if style == "numpy" else own._google_item(item, width)
        return [f"{indent}{line}" for line in lines]

    def _taken(self, entry: Entry, name: str) -> _Item:
        plain = name.lstrip("*")
        return _Item(name, str(entry.get(f"parameters.{plain}.annotation", "")), self.words.parameter(entry, plain))

    def _raised(self, entry: Entry, name: str) -> _Item:
        return _Item(name, "", self.words.exception(entry, name))

    def _section(self, title: str, items: list[_Item], width: int) -> Iterator[str]:
        if self.style.sections == "numpy":
            yield from (title, "-" * len(title))
            for item in items:
                yield from self._numpy_item(item, width)
            return
        yield f"{title}:"
        for item in items:
            for line in self._google_item(item, width - len(self.indent)):
                yield self.indent + line

    def _numpy_item(self, item: _Item, width: int) -> Iterator[str]:
        kind = item.kind if self.style.typed or not item.name else ""
        yield " : ".join(filter(None, [item.name, kind])) or "object"
        yield from _filled(item.words, width, self.indent, first=self.indent)

    def _google_item(self, item: _Item, width: int) -> Iterator[str]:
        kind = f" ({item.kind})" if item.kind and item.name and self.style.typed else ""
        lead = f"{item.name}{kind}: " if item.name else f"{item.kind}: " if item.kind and self.style.typed else ""
        yield from _filled(lead + item.words, width, self.indent)

    def _sphinx_attribute(self, item: _Item, width: int) -> Iterator[str]:
        yield from ("", f".. attribute :: {item.name}")
        if item.kind and self.style.typed:
            yield f"{self.indent}:type: {item.kind}"
        yield ""
        yield from _filled(item.words, width, self.indent, first=self.indent)

    def _sphinx(
        self, fields: list[_Item], given: list[tuple[str, list[_Item]]], raised: list[_Item], width: int
    ) -> Iterator[str]:
        for item in fields:
            yield from _filled(f":param {item.name}: {item.words}", width, self.indent)
            if item.kind and self.style.typed:
                yield f":type {item.name}: {item.kind}"
        for title, items in given:
            yield from _filled(f":{title.lower()}: {items[0].words}", width, self.indent)
            if items[0].kind and self.style.typed:
                yield f":{title[0].lower()}type: {items[0].kind}"
        for item in raised:
            yield from _filled(f":raises {item.name}: {item.words}", width, self.indent)


def _is_record(entry: Entry) -> bool:
    """Whether a class's parameters are its fields."""
    return any(
        name.rpartition(".")[2] in ("dataclass", "define", "frozen", "mutable") for name in entry.strings("decorators")
    ) or any(base.rpartition(".")[2] in ("NamedTuple", "BaseModel", "TypedDict") for base in entry.strings("bases"))


def _filled(text: str, width: int, indent: str, first: str = "") -> list[str]:
    """Text in lines of at most `width` characters; a long word stays whole."""
    return textwrap.wrap(
        text, max(width, 40), initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
