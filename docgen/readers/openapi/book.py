"""What the bodies of an interface hold, as facts: an entry for each body, and one for each schema with a name that they use.

In: the schema of every body. Out: entries of the kind `schema`, with `fields` by their dotted names. One reason to change: what
is told of a schema, and where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docgen.facts import JSON, Entry, Fact, mark
from docgen.readers.openapi.describing import described, told
from docgen.readers.openapi.references import Part, line_of
from docgen.readers.openapi.schemas import Field, Schemas, limits

Place = tuple[str, str]


@dataclass(frozen=True)
class Body:
    """A body that something is sent or answered with: `about` names its entry, `operation` that of its operation, `where` is
    `body` or the code of an answer."""

    about: str
    operation: str
    where: str
    media: str
    schema: Part
    line: str


@dataclass
class Book:
    """Tells of the schemas of one interface, called `name`."""

    name: str
    schemas: Schemas
    _abouts: dict[Place, str] = field(default_factory=dict)
    _uses: dict[Place, list[str]] = field(default_factory=dict)

    def entries(self, bodies: Sequence[Body]) -> Iterator[Entry]:
        """The entries of these bodies, and of the schemas with a name that they use, directly or not."""
        bodies = self._different(bodies)
        waiting: dict[Place, Part] = {}
        for body in bodies:
            self._use(body.about, body.schema, waiting, is_body=True)
        found: dict[Place, Part] = {}
        while waiting:
            place = next(iter(waiting))
            found[place] = waiting.pop(place)
            for item in self.schemas.fields(found[place]):
                for schema in item.schemas:
                    self._use(self._abouts[place], schema, waiting)
            for schema in self._forms(found[place]):
                self._use(self._abouts[place], schema, waiting)
            waiting = {other: part for other, part in waiting.items() if other not in found}
        yield from (self._of_body(body) for body in bodies)
        yield from (self._of_schema(place, part) for place, part in found.items())

    def _different(self, bodies: Sequence[Body]) -> list[Body]:
        """The bodies without those that hold what another one in the same place holds, as another media type; a body that is
        alone has none."""
        places: dict[Place, dict[str, Body]] = {}
        for body in bodies:
            facts = (*self._held(body.schema, ""), Fact("words", self.schemas.words(body.schema)))
            held = mark([[fact.name, fact.value] for fact in facts])
            places.setdefault((body.operation, body.where), {}).setdefault(held, body)
        return [body if len(alike) > 1 else replace(body, media="") for alike in places.values() for body in alike.values()]

    def _use(self, user: str, schema: Part, waiting: dict[Place, Part], *, is_body: bool = False) -> None:
        """Notes which schemas with a name `user` uses: a body those of its fields too."""
        used = list(self.schemas.references_in(schema))
        itself = self._itself(schema) if is_body else None
        if is_body and itself is None:
            used += [
                part for item in self.schemas.fields(schema) for one in item.schemas for part in self.schemas.references_in(one)
            ]
        for part in used:
            if self.schemas.references.is_far(part):
                continue
            place = self.schemas.references.place(part)
            if place not in self._abouts:
                self._abouts[place] = self._called(self.schemas.references.name(part))
                waiting[place] = part
            by = user if itself is not None else f"{user} inside"
            if by not in self._uses.setdefault(place, []):
                self._uses[place].append(by)

    def _itself(self, schema: Part) -> Part | None:
        """The schema with a name that a body is, or is an array of; None where it is something of its own."""
        used = list(self.schemas.references_in(schema))
        words = self.schemas.words(schema).replace("array of ", "")
        is_it = (
            len(used) == 1 and words == self.schemas.references.name(used[0]) and not self.schemas.references.is_far(used[0])
        )
        return used[0] if is_it else None

    def _forms(self, part: Part) -> list[Part]:
        here = self.schemas.there(part)
        return [here.inner(item) for word in ("oneOf", "anyOf") for item in here.content.get(word) or ()]

    def _called(self, name: str) -> str:
        """The dotted name for the entry of a schema: another for each."""
        base = f"{self.name}.schemas.{re.sub(r'[^0-9A-Za-z_]+', '_', name).strip('_') or 'schema'}"
        taken = set(self._abouts.values())
        return next(
            about for number in range(1, len(taken) + 2) if (about := f"{base}_{number}" if number > 1 else base) not in taken
        )

    # Entries ------------------------------------------------------------------------------------------------------------

    def _of_body(self, body: Body) -> Entry:
        facts = [
            Fact("kind", "schema", body.line),
            Fact("operation", body.operation, body.line),
            Fact("where", body.where, body.line),
        ]
        facts += [Fact("media", body.media, body.line)] if body.media else []
        if (itself := self._itself(body.schema)) is not None:
            facts.append(Fact("schema", self._abouts[self.schemas.references.place(itself)], body.line))
        return Entry(body.about, (*facts, *self._held(body.schema, body.line)))

    def _of_schema(self, place: Place, part: Part) -> Entry:
        there = self.schemas.there(part)
        line = f"{there.shown}:{_first_line(there.content)}"
        facts = [Fact("kind", "schema", line), Fact("title", self.schemas.references.name(part), line)]
        if len(self._uses[place]) == 1 and not self._uses[place][0].endswith(" inside"):
            facts.append(Fact("told_with", self._uses[place][0], line))
        return Entry(self._abouts[place], (*facts, *told(_description(self.schemas.full(part)), line), *self._held(part, line)))

    def _held(self, part: Part, line: str) -> Iterator[Fact]:
        """What a schema is one of, and its fields."""
        here = self.schemas.there(part).content
        if forms := self.schemas.alternatives(part):
            yield Fact("alternatives", list[JSON](forms), line)
            discriminator = here.get("discriminator")
            if isinstance(discriminator, dict) and discriminator.get("propertyName"):
                yield Fact("discriminator", str(discriminator["propertyName"]), line)
        fields = self.schemas.fields(part)
        if fields:
            yield Fact("fields", [item.name for item in fields], line)
        for item in fields:
            yield from self._of_field(item)

    def _of_field(self, item: Field) -> Iterator[Fact]:
        schema = self.schemas.full(item.schemas[0])
        kind = " | ".join(dict.fromkeys(filter(None, map(self.schemas.words, item.schemas))))
        is_named = self.schemas.named(item.schemas[0]) is not None
        access = "read-only" if schema.get("readOnly") is True else "write-only" if schema.get("writeOnly") is True else ""
        parts: dict[str, JSON] = {
            "annotation": kind,
            "required": "yes" if item.required else "no",
            "default": json.dumps(schema["default"], default=str, ensure_ascii=False) if "default" in schema else "",
            "limits": "" if is_named else limits(schema),
            "access": access,
            "deprecated": "yes" if schema.get("deprecated") is True else "",
            "forms": list[JSON](item.forms),
            "description": described(_description(schema) or str(schema.get("title") or "")),
        }
        yield from (Fact(f"fields.{item.name}.{part}", value, item.line) for part, value in parts.items() if value)


def _first_line(content: Any) -> int:
    """The line of the first key of a table."""
    return line_of(content, next(iter(content), "")) if content else 1


def _description(schema: Mapping[str, Any]) -> str:
    said = schema.get("description")
    return said if isinstance(said, str) else ""
