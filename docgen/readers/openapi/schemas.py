"""Schemas of OpenAPI documents: their types in words, and what they hold as fields with dotted names.

In: parts of a document that are schemas. Out: words and `Field`s. A schema with a name is told once, by itself, so that a field
of its type is one row; what has no name is told where it stands: `address.city`, `items[].id`, `prices.*.amount`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docgen.readers.openapi.references import Part, References, line_of

_SCALARS = ("string", "integer", "number", "boolean", "null")
_DEEPEST = 4  # names of one dotted name, but for the first
_MOST_FOLLOWED = 12  # schemas composed of schemas, one within the other
_UNIONS = ("oneOf", "anyOf")
_STRUCTURE = ("properties", "allOf", "oneOf", "anyOf", "items", "additionalProperties", "enum")


@dataclass(frozen=True)
class Field:
    """One field of a body. `schemas` are what it may be, mostly one; `forms` names the alternatives of its holder that have it,
    where not all do; `line` is `file:line`."""

    name: str
    schemas: tuple[Part, ...]
    required: bool
    line: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schemas:
    """Reads schemas, following the references in them. All of it raises InputError as `References` does."""

    references: References

    # In words -----------------------------------------------------------------------------------------------------------

    def words(self, part: Part, *, formats: bool = True, depth: int = 0) -> str:
        """A schema in a word or two: the name of a component, a type, an array of them; alternatives parted by bars. With
        `formats`, that of a value stands in brackets: `string (date)`. Empty where anything may be there."""
        schema = part.content
        if not isinstance(schema, dict) or depth > _MOST_FOLLOWED:
            return ""
        if (named := self.named(part)) is not None:
            said = self.references.name(named)
        elif isinstance(schema.get("$ref"), str):
            said = self.words(self.there(part), formats=formats, depth=depth + 1)
        else:
            said = self._kind(part, formats, depth + 1)
        is_null = schema.get("nullable") is True and "null" not in said.split(" | ")
        return f"{said} | null" if said and is_null else said

    def _kind(self, part: Part, formats: bool, depth: int) -> str:
        schema: Mapping[str, Any] = part.content
        kind = schema.get("type")
        if "const" in schema:
            return _value(schema["const"])
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return " | ".join(dict.fromkeys(map(_value, schema["enum"])))
        if isinstance(kind, list):
            each = [{**schema, "type": item, "nullable": False} for item in kind]
            return " | ".join(self._each(part, each, formats, depth))
        if kind == "array":
            return f"array of {self._item(part.inner(schema.get('items')), formats, depth)}"
        for word in _UNIONS:
            if isinstance(schema.get(word), list) and schema[word]:
                return " | ".join(self._each(part, schema[word], formats, depth)) or str(kind or "")
        if isinstance(schema.get("allOf"), list) and schema["allOf"] and not kind:
            told = self._each(part, schema["allOf"], formats, depth)
            return told[0] if len(told) == 1 else "object" if told else ""
        if isinstance(values := schema.get("additionalProperties"), dict) and values and not schema.get("properties"):
            return f"map of {self._item(part.inner(values), formats, depth)}"
        if not kind:
            return "object" if schema.get("properties") else ""
        return f"{kind} ({schema['format']})" if formats and schema.get("format") and kind in _SCALARS else str(kind)

    def _each(self, part: Part, schemas: Sequence[Any], formats: bool, depth: int) -> list[str]:
        """Several schemas within a part in words, each word once."""
        said = (self.words(part.inner(schema), formats=formats, depth=depth) for schema in schemas)
        return list(dict.fromkeys(filter(None, said)))

    def _item(self, part: Part, formats: bool, depth: int) -> str:
        """What an array or a map is of."""
        said = self.words(part, formats=formats, depth=depth) or "any"
        return f"({said})" if " | " in said else said

    def named(self, part: Part) -> Part | None:
        """The reference that a schema is, where it leads to one that is told by itself: one with fields or alternatives, not a
        plain value or an array of those. A reference with nothing but words or limits beside it, by `allOf`, is one too."""
        schema = part.content
        if not isinstance(schema, dict):
            return None
        if isinstance(schema.get("$ref"), str):
            return part if self.references.is_far(part) or not self._is_plain(part, _MOST_FOLLOWED) else None
        every = schema.get("allOf")
        if not isinstance(every, list) or any(schema.get(word) for word in _STRUCTURE if word != "allOf"):
            return None
        told = [
            part.inner(item) for item in every if isinstance(item, dict) and any(item.get(key) for key in (*_STRUCTURE, "$ref"))
        ]
        return self.named(told[0]) if len(told) == 1 else None

    def _is_plain(self, part: Part, depth: int) -> bool:
        """Whether a schema is a value, or an array or map of values or of what has a name: words say all of it."""
        there = self.there(part)
        schema = there.content
        if not depth or any(schema.get(word) for word in (*_UNIONS, "allOf", "properties")):
            return False
        values = schema.get("additionalProperties")
        if schema.get("type") == "array" or (isinstance(values, dict) and values):
            held = there.inner(schema.get("items") if schema.get("type") == "array" else values)
            is_reference = isinstance(held.content, dict) and isinstance(held.content.get("$ref"), str)
            if is_reference and (self.references.is_far(held) or self.named(held) is not None):
                return True
            return self._is_plain(held, depth - 1)
        kinds = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type")]
        return "const" in schema or bool(schema.get("enum")) or all(kind in _SCALARS for kind in kinds)

    def references_in(self, part: Part, depth: int = 0) -> Iterator[Part]:
        """The references to schemas that are told by themselves, as far as the words for a schema have them."""
        schema = part.content
        if not isinstance(schema, dict) or depth > _MOST_FOLLOWED:
            return
        if (named := self.named(part)) is not None:
            yield named
        elif isinstance(schema.get("$ref"), str):
            yield from self.references_in(self.there(part), depth + 1)
        else:
            each = [schema.get("items"), schema.get("additionalProperties")]
            each += [item for word in _UNIONS for item in schema.get(word) or ()]
            for item in each:
                yield from self.references_in(part.inner(item), depth + 1)

    def there(self, part: Part) -> Part:
        """What a schema stands for; empty where that is on a network."""
        return part.inner({}) if self.references.is_far(part) else self.references.followed(part)

    def full(self, part: Part, depth: int = _MOST_FOLLOWED) -> dict[str, Any]:
        """The keys of a schema, with those of what it refers to, or of the one thing that it is where it is not null."""
        own = part.content if isinstance(part.content, dict) else {}
        inner = [self.there(part)] if isinstance(own.get("$ref"), str) else []
        for word in (*_UNIONS, "allOf"):
            forms = [item for item in own.get(word) or () if not (isinstance(item, dict) and item.get("type") == "null")]
            inner += [part.inner(forms[0])] if len(forms) == 1 else []
        return {**(self.full(inner[0], depth - 1) if inner and depth else {}), **own}

    # As fields ----------------------------------------------------------------------------------------------------------

    def fields(self, part: Part) -> list[Field]:
        """The fields of a schema, and of what it holds without a name: in the order of the document, none twice."""
        return list({field.name: field for field in self._within(part, "", 0)}.values())

    def _within(self, part: Part, prefix: str, depth: int) -> Iterator[Field]:
        if depth and self.named(part) is not None:
            return
        step, held = self._held(part)
        if depth and step and self.named(held) is not None:
            return
        found, needed = self._own(held, _MOST_FOLLOWED)
        for name, field in found.items():
            path = f"{prefix}{step}.{name}".removeprefix(".")
            yield replace(field, name=path, required=field.required or name in needed)
            if depth < _DEEPEST:
                yield from self._within(field.schemas[0], path, depth + 1)

    def _held(self, part: Part) -> tuple[str, Part]:
        """What an array or a map holds, with how a dotted name says so; of an array of arrays, the inner one's."""
        step, here = "", self.there(part)
        for _ in range(_DEEPEST):
            values = here.content.get("additionalProperties")
            if here.content.get("type") == "array" or "items" in here.content:
                step, held = f"{step}[]", here.inner(here.content.get("items"))
            elif isinstance(values, dict) and values and not here.content.get("properties"):
                step, held = f"{step}.*", here.inner(values)
            else:
                break
            if self.named(held) is not None:
                return step, held
            here = self.there(held)
        return step, here

    def _own(self, part: Part, depth: int) -> tuple[dict[str, Field], set[str]]:
        """The fields of one schema by name, with those of what it is composed of; and the names that it requires."""
        if not depth:
            return {}, set()
        here = self.there(part)
        schema, found = here.content, dict[str, Field]()
        needed = {str(name) for name in schema.get("required") or ()} if isinstance(schema.get("required"), list) else set()
        for item in schema.get("allOf") or ():
            inner, also = self._own(here.inner(item), depth - 1)
            found, needed = {**found, **inner}, needed | also
        for word in _UNIONS:
            found = {**found, **self._of_forms([here.inner(item) for item in schema.get(word) or ()], depth - 1)}
        properties = schema.get("properties")
        for name, item in properties.items() if isinstance(properties, dict) else ():
            line = f"{here.shown}:{line_of(properties, name)}"
            found[str(name)] = Field(str(name), (here.inner(item),), str(name) in needed, line)
        return found, needed

    def _of_forms(self, forms: list[Part], depth: int) -> dict[str, Field]:
        """The fields of alternatives without a name; for a field that not all of them have, those that do."""
        told: list[tuple[str, dict[str, Field]]] = []
        for number, form in enumerate(forms, 1):
            if not isinstance(form.content, dict) or self.named(form) is not None:
                continue
            own, needed = self._own(form, depth)
            if own:
                label = str(form.content.get("title") or "") or _told_by_value(own) or f"form {number}"
                told.append((label, {name: replace(one, required=name in needed) for name, one in own.items()}))
        found: dict[str, Field] = {}
        for name in dict.fromkeys(name for _, own in told for name in own):
            having = [(label, own[name]) for label, own in told if name in own]
            is_common = len(having) == len(forms) or len(told) == 1  # other than the one that has fields, there are only values
            labels = () if is_common else tuple(label for label, _ in having)
            schemas = tuple(part for _, one in having for part in one.schemas)
            found[name] = Field(name, schemas, all(one.required for _, one in having), having[0][1].line, labels)
        return found

    def alternatives(self, part: Part) -> list[str]:
        """The alternatives of a schema in words, where it is one of several; empty for another."""
        here = self.there(part)
        forms = [here.inner(item) for word in _UNIONS for item in here.content.get(word) or ()]
        said = list(dict.fromkeys(filter(None, map(self.words, forms))))
        return said if len(said) > 1 else []


def _told_by_value(fields: Mapping[str, Field]) -> str:
    """The value of the first field that may have but one: it tells a form from the others. Empty where none does."""
    for field in fields.values():
        schema = field.schemas[0].content
        values = [schema["const"]] if isinstance(schema, dict) and "const" in schema else []
        values = values or (schema.get("enum") if isinstance(schema, dict) else None) or []
        if len(values) == 1 and isinstance(values[0], str):
            return str(values[0])
    return ""


def limits(schema: Mapping[str, Any]) -> str:
    """What a value has to keep to beside its type, in words; empty where it may be anything of that type."""
    said = list(_bounds(schema))
    for least, most, noun in (
        ("minLength", "maxLength", "character"),
        ("minItems", "maxItems", "item"),
        ("minProperties", "maxProperties", "key"),
    ):
        low, high = schema.get(least), schema.get(most)
        low = low if isinstance(low, int) and low > 0 else None
        if low is not None and low == high:
            said.append(f"exactly {_counted(low, noun)}")
        elif low is not None and isinstance(high, int):
            said.append(f"{low} to {_counted(high, noun)}")
        elif low is not None:
            said.append(f"at least {_counted(low, noun)}")
        elif isinstance(high, int):
            said.append(f"at most {_counted(high, noun)}")
    if schema.get("uniqueItems") is True:
        said.append("no item twice")
    if schema.get("multipleOf") is not None:
        said.append(f"a multiple of {schema['multipleOf']}")
    if isinstance(pattern := schema.get("pattern"), str) and "`" not in pattern and len(pattern) <= _LONGEST_PATTERN:
        said.append(f"matches `{pattern}`")
    return ", ".join(said)


_LONGEST_PATTERN = 80


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    """The bounds of a number; OpenAPI 3.0 says with a second key whether a bound is outside, 3.1 has a key for that."""
    for word, inside, outside in (("minimum", "at least", "more than"), ("maximum", "at most", "less than")):
        bound, apart = schema.get(word), schema.get(f"exclusive{word.capitalize()}")
        if isinstance(apart, int | float) and not isinstance(apart, bool):
            yield f"{outside} {apart}"
        elif bound is not None:
            yield f"{outside if apart is True else inside} {bound}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _value(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)
