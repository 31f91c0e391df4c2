"""The parts of a page about an HTTP interface that are rendered from facts: requests, parameters, bodies, answers and errors.

In: the entry of an interface, an operation, a body or a schema. Out: a `Region`. One reason to change: how operations are laid
out for readers. A schema that one body alone has is told with it, one that several use once for all of them, with links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from docgen.check.raisers import RAISERS
from docgen.facts import Entry, Fact, Facts
from docgen.outline import Anchors
from docgen.write.brackets import split_outside
from docgen.write.markdown import Region, cell, code, fenced, prose, summary, table
from docgen.write.tables import one, text_of

_LONGEST_DEFAULT = 60  # characters in a table
_MOST_NAMED = 20  # operations in a row of the table of errors
_MOST_VALUES = 12  # of an enumeration in a table
_HEADINGS = ("Introduction", "Error Handling", "Operations", "Schemas")


@dataclass(frozen=True)
class Operation:
    """One operation as a template loops over it. `bodies`, `answers` and `errors` are what it is sent and answers with, as far
    as that is told with the operation."""

    entry: Entry
    heading: str = ""
    anchor: str = ""
    bodies: tuple[Entry, ...] = ()
    answers: tuple[Entry, ...] = ()
    errors: tuple[Entry, ...] = ()

    @property
    def about(self) -> str:
        """The full dotted name."""
        return self.entry.about

    @property
    def name(self) -> str:
        """Its own name, as its heading has it."""
        return self.about.partition(".")[2]


@dataclass(frozen=True)
class Schema:
    """A schema that several bodies or schemas use, as a template loops over it."""

    entry: Entry
    heading: str
    anchor: str

    @property
    def about(self) -> str:
        """The full dotted name."""
        return self.entry.about


@dataclass(frozen=True)
class Interface:
    """An interface with what its page tells where."""

    facts: Facts

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Its operations, in the order of its document."""
        return tuple(self._laid_out[0])

    @cached_property
    def schemas(self) -> tuple[Schema, ...]:
        """The schemas that are told by themselves, by name."""
        return tuple(self._laid_out[1])

    @cached_property
    def _laid_out(self) -> tuple[list[Operation], list[Schema]]:
        anchors = Anchors((str(next(iter(self.facts)).get("title")), *_HEADINGS))
        parts: dict[str, list[Entry]] = {}
        for entry in self.facts:
            if entry.get("where") is not None and self.is_told_here(entry):
                parts.setdefault(str(entry.get("operation")), []).append(entry)
        operations = []
        for entry in self.facts:
            if entry.get("kind") == "operation":
                own, failed = parts.get(entry.about, []), entry.strings("documented_raises")
                bodies = tuple(part for part in own if part.get("where") == "body")
                errors = tuple(part for part in own if part.get("where") in failed)
                answers = tuple(part for part in own if part not in (*bodies, *errors))
                heading, anchor = anchors.of(entry.about.partition(".")[2], "operation")
                operations.append(Operation(entry, heading, anchor, bodies, answers, errors))
        named = [
            entry for entry in self.facts if entry.get("title") and entry.get("kind") == "schema" and not entry.get("told_with")
        ]
        shown = sorted(
            (entry for entry in named if _tells(entry)), key=lambda entry: (text_of(entry, "title").lower(), entry.about)
        )
        return operations, [Schema(entry, *anchors.of(text_of(entry, "title"), "schema")) for entry in shown]

    def is_told_here(self, body: Entry) -> bool:
        """Whether a body has a schema of its own, or one that nothing else has."""
        schema = self.facts.get(text_of(body, "schema"))
        return _tells(body) and (schema is None or schema.get("told_with") == body.about)

    @cached_property
    def _anchors(self) -> Mapping[str, str]:
        """Where each schema is told of, by its name; of several with one name none."""
        found: dict[str, str] = {}
        for schema in self.schemas:
            name = text_of(schema.entry, "title")
            found[name] = "" if name in found else schema.anchor
        return found

    def linked(self, name: str) -> str:
        """The name of a schema or type as code, with a link to where it is told of."""
        anchor = self._anchors.get(name)
        return f"[{code(name)}](#{anchor})" if anchor else code(name)

    def typed(self, text: str, kind: str = "") -> str:
        """A type as people read it, `kind` the format of a plain one: alternatives parted by commas and "or", of many the
        first, and schemas as links."""
        said = [self._one(part) for part in split_outside(text, "|") if part]
        said = [f"{part} ({kind})" if kind and part != "`null`" else part for part in said]
        if len(said) > _MOST_VALUES + 1:
            return f"{', '.join(said[:_MOST_VALUES])} or {len(said) - _MOST_VALUES} others"
        return " or ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))

    def _one(self, text: str) -> str:
        """One alternative: words for arrays and maps, the name, and its format in brackets."""
        lead, rest = "", text
        while found := re.match(r"(?:array|map) of ", rest):
            lead, rest = lead + found[0], rest[found.end() :]
        if rest.startswith("(") and rest.endswith(")"):
            return f"{lead}({self.typed(rest[1:-1])})"
        found = re.fullmatch(r"(\w+) \(([^()]+)\)", rest)
        return f"{lead}{code(found[1])} ({found[2]})" if found else f"{lead}{self.linked(rest)}"


def render_operation(kind: str, entry: Entry, interface: Interface) -> Region | None:
    """The region of this kind about `entry`; None where its facts say nothing for it, or where the kind is one of prose."""
    renderer = _RENDERERS.get(kind)
    return renderer(entry, interface) if renderer else None


def _tells(entry: Entry) -> bool:
    """Whether there is more to tell of a schema than its name, or of a body than its type, which stands above."""
    return bool(entry.get("fields") or (entry.get("alternatives") and not entry.get("where")))


def _request(entry: Entry, interface: Interface) -> Region | None:
    request = text_of(entry, "request")
    if not request:
        return None
    deprecated = "\n\n> **Deprecated.**" if entry.get("deprecated") else ""
    return Region(fenced(request, "http") + deprecated, (*one(entry, "request"), *one(entry, "deprecated")))


def _parameters(entry: Entry, interface: Interface) -> Region | None:
    rows, stated = [], [*one(entry, "parameters")]
    for name in entry.strings("parameters"):
        base = f"parameters.{name}"
        kind = interface.typed(text_of(entry, f"{base}.annotation"), text_of(entry, f"{base}.format"))
        default = code(text_of(entry, f"{base}.default"), _LONGEST_DEFAULT)
        where, required = text_of(entry, f"{base}.in"), text_of(entry, f"{base}.required")
        rows.append((code(name), where, cell(kind), required, cell(default), cell(_meaning(entry, base))))
        stated += entry.under(base)
    if not rows:
        return None
    return Region(table(("Parameter", "In", "Type", "Required", "Default", "Meaning"), rows), tuple(stated), ("parameters",))


def _meaning(entry: Entry, base: str) -> str:
    """What a parameter or field means, after what a reader has to know first, and with what its values have to keep to."""
    said = ["**Deprecated.**"] if entry.get(f"{base}.deprecated") else []
    said += [f"{access.capitalize()}."] if (access := text_of(entry, f"{base}.access")) else []
    said += [f"Only of {_listed(forms)}."] if (forms := entry.strings(f"{base}.forms")) else []
    words, limits = text_of(entry, f"{base}.description"), text_of(entry, f"{base}.limits")
    said += [words if not limits or words.endswith((".", "!", "?", "…")) else f"{words}."] if words else []
    said += [f"{limits[:1].upper()}{limits[1:]}."] if limits else []
    return " ".join(said)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(map(code, names[:-1])), code(names[-1])]))


def _body(entry: Entry, interface: Interface) -> Region | None:
    kinds: dict[str, list[str]] = {}
    for fact in entry.under("body"):
        if fact.name not in ("body.description", "body.required"):
            kinds.setdefault(str(fact.value), []).append(code(fact.name.removeprefix("body.")))
    if not kinds:
        return None
    needed = "required" if entry.get("body.required") == "yes" else "optional"
    shown = ", ".join(f"{interface.typed(kind)} as {' or '.join(media)}" for kind, media in kinds.items())
    said = text_of(entry, "body.description")
    return Region(f"**Body** ({needed}): {shown}." + (f" {prose(said)}" if said else ""), tuple(entry.under("body")))


def _answers(entry: Entry, interface: Interface) -> Region | None:
    rows = list(_rows(entry, entry.strings("responses"), "responses", interface))
    stated = tuple(fact for fact in entry.under("responses"))
    return Region(table(("Answer", "Body", "Meaning"), rows), stated, ("responses",)) if rows else None


def _errors(entry: Entry, interface: Interface) -> Region | None:
    rows = list(_rows(entry, entry.strings("documented_raises"), "raises", interface))
    stated: tuple[Fact, ...] = (*one(entry, "documented_raises"), *entry.under("raises"))
    return Region(table(("Error", "Body", "Meaning"), rows), stated, ("documented_raises",)) if rows else None


def _rows(entry: Entry, codes: list[str], base: str, interface: Interface) -> Iterator[tuple[str, str, str]]:
    for status in codes:
        kind = interface.typed(text_of(entry, f"{base}.{status}.schema"))
        meaning = text_of(entry, f"{base}.{status}.description")
        yield code(status), cell(kind), cell(meaning if meaning else _phrase(status))


def _phrase(status: str) -> str:
    """What HTTP calls a status; empty for a range or `default`."""
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return ""


# Bodies ------------------------------------------------------------------------------------------------------------------


def _fields(entry: Entry, interface: Interface) -> Region | None:
    """What a body or a schema holds: what it is one of, and its fields. Nothing for a body whose schema is told by itself."""
    where = text_of(entry, "where")
    if not _tells(entry) or (where and not interface.is_told_here(entry)):
        return None
    media = f" as {code(text_of(entry, 'media'))}" if entry.get("media") else ""
    if where == "body":
        parts = [f"The body{media}:"] if media else []
    else:
        parts = [f"The body of {code(where)}{media}:"] if where else []
    parts += [prose(doc)] if not where and (doc := text_of(entry, "doc")) else []
    stated, complete = [*one(entry, "doc")] if not where else [], []
    if (forms := entry.strings("alternatives")) and not where:
        told = f", told by {code(text_of(entry, 'discriminator'))}" if entry.get("discriminator") else ""
        parts.append(f"One of {interface.typed(' | '.join(forms))}{told}.")
        stated += [*one(entry, "alternatives"), *one(entry, "discriminator")]
        complete.append("alternatives")
    if names := entry.strings("fields"):
        parts.append(_field_table(entry, names, interface))
        stated += entry.under("fields")
        complete.append("fields")
    return Region("\n\n".join(parts), tuple(stated), tuple(complete))


def _field_table(entry: Entry, names: Sequence[str], interface: Interface) -> str:
    rows = []
    for name in names:
        base = f"fields.{name}"
        kind, default = (
            interface.typed(text_of(entry, f"{base}.annotation")),
            code(text_of(entry, f"{base}.default"), _LONGEST_DEFAULT),
        )
        rows.append(
            (cell(code(name)), cell(kind), text_of(entry, f"{base}.required"), cell(default), cell(_meaning(entry, base)))
        )
    return table(("Field", "Type", "Required", "Default", "Meaning"), rows)


# Of the whole interface --------------------------------------------------------------------------------------------------


def _members(entry: Entry, interface: Interface) -> Region | None:
    """The operations of an interface with their requests, those of one tag together."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for operation in interface.operations:
        tag = next(iter(operation.entry.strings("tags")), "")
        doc = text_of(operation.entry, "doc")
        row = (_link(operation), code(text_of(operation.entry, "request")), cell(summary(doc)))
        groups.setdefault(tag, []).append(row)
    header = ("Operation", "Request", "Summary")
    tables = [
        (f"**{prose(tag) or 'Other'}**\n\n" if len(groups) > 1 else "") + table(header, rows) for tag, rows in groups.items()
    ]
    stated = [fact for fact in entry.facts if fact.name.startswith("members")]
    return Region("\n\n".join(tables), tuple(stated), ("members",)) if tables else None


def _all_errors(entry: Entry, interface: Interface) -> Region | None:
    """Every error of an interface with the operations that answer with it."""
    found: dict[str, dict[str, list[str]]] = {}
    stated: list[Fact] = []
    for operation in interface.operations:
        base, source = f"members.{operation.name}.raises", operation.entry.fact("documented_raises")
        if source is not None:
            stated.append(Fact(base, source.value, source.source))
        for status in operation.entry.strings("documented_raises"):
            meaning = text_of(operation.entry, f"raises.{status}.description") or _phrase(status)
            found.setdefault(status, {}).setdefault(meaning, []).append(_link(operation))
            said = one(operation.entry, f"raises.{status}.description")
            stated += [Fact(f"{base}.{status}.description", fact.value, fact.source) for fact in said]
    number = len(interface.operations)
    rows = [
        (code(status), cell(meaning), ", ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} of {number} operations")
        for status, meanings in sorted(found.items())
        for meaning, names in meanings.items()
    ]
    return Region(table(("Error", "Meaning", "Operations"), rows), tuple(stated), (RAISERS,)) if rows else None


def _link(operation: Operation) -> str:
    return f"[{code(operation.name)}](#{operation.anchor})"


def _servers(entry: Entry, interface: Interface) -> Region | None:
    servers = entry.strings("servers")
    version = text_of(entry, "api.version")
    lines = [f"Version: {code(version)}"] if version else []
    lines += [f"{'Servers' if len(servers) > 1 else 'Server'}: {', '.join(map(code, servers))}"] if servers else []
    return Region("\n\n".join(lines), (*one(entry, "servers"), *one(entry, "api.version"))) if lines else None


_RENDERERS: Mapping[str, Callable[[Entry, Interface], Region | None]] = {
    "request": _request,
    "parameters": _parameters,
    "body": _body,
    "fields": _fields,
    "answers": _answers,
    "errors": _errors,
    "operations": _members,
    "exceptions": _all_errors,
    "servers": _servers,
}
OPERATION_KINDS = frozenset(_RENDERERS)
