"""The parts of a page about an HTTP interface that are rendered from facts: requests, parameters, bodies, answers and errors.

In: the entry of an interface or operation. Out: a `Region`. One reason to change: how operations are laid out for readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from docgen.facts import Entry, Fact, Facts
from docgen.write.markdown import Region, annotation, cell, code, fenced, prose, summary, table
from docgen.write.tables import one, text_of

_LONGEST_DEFAULT = 60  # characters in a table


@dataclass(frozen=True)
class Operation:
    """One operation as a template loops over it."""

    entry: Entry

    @property
    def about(self) -> str:
        """The full dotted name."""
        return self.entry.about

    @property
    def name(self) -> str:
        """Its own name, as its heading has it."""
        return self.about.partition(".")[2]


def operations_of(facts: Facts) -> tuple[Operation, ...]:
    """The operations of an interface, in the order of its document."""
    return tuple(Operation(entry) for entry in facts if entry.get("kind") == "operation")


def render_operation(kind: str, entry: Entry, facts: Facts) -> Region | None:
    """The region of this kind about `entry`; None where its facts say nothing for it, or where the kind is one of prose."""
    renderer = _RENDERERS.get(kind)
    return renderer(entry, facts) if renderer else None


def _request(entry: Entry, facts: Facts) -> Region | None:
    request = text_of(entry, "request")
    if not request:
        return None
    deprecated = "\n\n> **Deprecated.**" if entry.get("deprecated") else ""
    return Region(fenced(request, "http") + deprecated, (*one(entry, "request"), *one(entry, "deprecated")))


def _parameters(entry: Entry, facts: Facts) -> Region | None:
    rows, stated = [], [*one(entry, "parameters")]
    for name in entry.strings("parameters"):
        base = f"parameters.{name}"
        required = "yes" if entry.get(f"{base}.required") is True else "no"
        kind, default = (
            annotation(text_of(entry, f"{base}.annotation")),
            code(text_of(entry, f"{base}.default"), _LONGEST_DEFAULT),
        )
        meaning = text_of(entry, f"{base}.description")
        rows.append((code(name), text_of(entry, f"{base}.in"), cell(kind), required, cell(default), cell(meaning)))
        stated += entry.under(base)
    if not rows:
        return None
    return Region(table(("Parameter", "In", "Type", "Required", "Default", "Meaning"), rows), tuple(stated), ("parameters",))


def _body(entry: Entry, facts: Facts) -> Region | None:
    kinds = [fact for fact in entry.under("body") if fact.name not in ("body.description", "body.required")]
    if not kinds:
        return None
    needed = "required" if entry.get("body.required") is True else "optional"
    shown = ", ".join(
        f"{annotation(str(fact.value))} as {code(fact.name.removeprefix('body.').replace('_', '.'))}" for fact in kinds
    )
    said = text_of(entry, "body.description")
    return Region(f"**Body** ({needed}): {shown}." + (f" {prose(said)}" if said else ""), tuple(entry.under("body")))


def _answers(entry: Entry, facts: Facts) -> Region | None:
    rows = list(_rows(entry, entry.strings("responses"), "responses"))
    stated = tuple(fact for fact in entry.under("responses"))
    return Region(table(("Answer", "Body", "Meaning"), rows), stated, ("responses",)) if rows else None


def _errors(entry: Entry, facts: Facts) -> Region | None:
    rows = list(_rows(entry, entry.strings("documented_raises"), "raises"))
    stated: tuple[Fact, ...] = (*one(entry, "documented_raises"), *entry.under("raises"))
    return Region(table(("Error", "Body", "Meaning"), rows), stated, ("documented_raises",)) if rows else None


def _rows(entry: Entry, codes: list[str], base: str) -> Iterator[tuple[str, str, str]]:
    for status in codes:
        kind = annotation(text_of(entry, f"{base}.{status}.schema"))
        meaning = text_of(entry, f"{base}.{status}.description")
        yield code(status), cell(kind), cell(meaning if meaning else _phrase(status))


def _phrase(status: str) -> str:
    """What HTTP calls a status; empty for a range or `default`."""
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return ""


def _members(entry: Entry, facts: Facts) -> Region | None:
    """The operations of an interface with their requests, those of one tag together."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for operation in operations_of(facts):
        tag = next(iter(operation.entry.strings("tags")), "")
        doc = text_of(operation.entry, "doc")
        row = (
            f"[{code(operation.name)}](#{operation.name.lower()})",
            code(text_of(operation.entry, "request")),
            cell(summary(doc)),
        )
        groups.setdefault(tag, []).append(row)
    header = ("Operation", "Request", "Summary")
    tables = [
        (f"**{prose(tag) or 'Other'}**\n\n" if len(groups) > 1 else "") + table(header, rows) for tag, rows in groups.items()
    ]
    stated = [fact for fact in entry.facts if fact.name.startswith("members")]
    return Region("\n\n".join(tables), tuple(stated), ("members",)) if tables else None


def _all_errors(entry: Entry, facts: Facts) -> Region | None:
    """Every error of an interface with the operations that answer with it. Its rows are asserted in their sections."""
    found: dict[str, dict[str, list[str]]] = {}
    for operation in operations_of(facts):
        for status in operation.entry.strings("documented_raises"):
            meaning = text_of(operation.entry, f"raises.{status}.description") or _phrase(status)
            found.setdefault(status, {}).setdefault(meaning, []).append(f"[{code(operation.name)}](#{operation.name.lower()})")
    rows = [
        (code(status), cell(meaning), ", ".join(names))
        for status, meanings in sorted(found.items())
        for meaning, names in meanings.items()
    ]
    return Region(table(("Error", "Meaning", "Operations"), rows)) if rows else None


def _servers(entry: Entry, facts: Facts) -> Region | None:
    servers = entry.strings("servers")
    version = text_of(entry, "api.version")
    lines = [f"Version: {code(version)}"] if version else []
    lines += [f"{'Servers' if len(servers) > 1 else 'Server'}: {', '.join(map(code, servers))}"] if servers else []
    return Region("\n\n".join(lines), (*one(entry, "servers"), *one(entry, "api.version"))) if lines else None


_RENDERERS: Mapping[str, Callable[[Entry, Facts], Region | None]] = {
    "request": _request,
    "parameters": _parameters,
    "body": _body,
    "answers": _answers,
    "errors": _errors,
    "operations": _members,
    "exceptions": _all_errors,
    "servers": _servers,
}
OPERATION_KINDS = frozenset(_RENDERERS)
