"""OpenAPI 3 documents into facts: an HTTP interface with its operations, parameters, bodies and errors.

In: a YAML or JSON file. Out: `Facts` with an entry for the interface, one for each operation, called by its `operationId`, and
those of the bodies and schemas that they use. References within the document are followed, and those to files beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import openapi_pydantic
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from docgen.facts import JSON, Entry, Fact, Facts, Subject
from docgen.files import read_text
from docgen.readers.docstrings import one_line
from docgen.readers.openapi.book import Body, Book
from docgen.readers.openapi.describing import described, told
from docgen.readers.openapi.references import Part, References, line_of
from docgen.readers.openapi.schemas import Schemas, limits
from docgen.report import InputError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def facts_of(path: Path, root: Path) -> Facts:
    """The facts of the document at `path`, with sources relative to `root`.

    Raises InputError (path:line) for a document that is no YAML or JSON, that the specification does not allow, or with a
    reference that cannot be followed.
    """
    shown = (
        path.resolve().relative_to(root.resolve()).as_posix() if path.resolve().is_relative_to(root.resolve()) else path.name
    )
    document = _loaded(path, shown)
    _validate(document, shown)
    base = root if path.resolve().is_relative_to(root.resolve()) else path.parent
    itself = Part(document, shown, path.resolve(), document)
    return Facts(Subject("api", shown), list(_Interface(itself, References(base, _loaded)).entries()))


def _loaded(path: Path, shown: str) -> Any:
    """The document, its mappings with the lines that they begin on."""
    try:
        found: Any = YAML(typ="rt").load(StringIO(read_text(path).text))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{shown}:{mark.line + 1}" if mark is not None else shown
        raise InputError(f"not YAML or JSON: {getattr(error, 'problem', error)}", where, "mend the line") from error
    if not isinstance(found, dict):
        raise InputError("no OpenAPI document: it is no table", shown, "write a table of names and their values")
    return found


def _validate(document: Any, shown: str) -> None:
    """Raises InputError with the place of the first thing that OpenAPI 3 does not allow."""
    try:
        openapi_pydantic.parse_obj(_without_truths(json.loads(json.dumps(document, default=str))))
    except ValidationError as error:
        # References stand in places where only others allow them, and are followed: each file is written in its own way.
        faults = [item for item in error.errors() if not (isinstance(item["input"], dict) and "$ref" in item["input"])]
        if not faults:
            return
        # Of what may be one thing or a reference to it, each is tried; what tells most is the error that lies deepest.
        first = min(faults, key=lambda item: ("Reference" in item["loc"], -len(item["loc"])))
        keys = list(_keys(document, first["loc"]))
        said = f"`{first['loc'][-1]}` is missing" if first["type"] == "missing" else first["msg"]
        what = f"OpenAPI does not allow this: {' → '.join(map(str, keys)) or 'the document'}: {said}"
        raise InputError(what, f"{shown}:{_line_of(document, keys)}", "mend the document") from error


# Where a schema stands, and where schemas stand by names of their own.
_SCHEMA_KEYS = frozenset(
    "items contains propertyNames not if then else unevaluatedItems unevaluatedProperties contentSchema".split()
)
_SCHEMAS_KEYS = frozenset("properties patternProperties dependentSchemas $defs".split())


def _without_truths(content: Any) -> Any:
    """A document with empty schemas for those that are `true` or `false`: OpenAPI 3.1 allows these, and the parser does not."""
    if isinstance(content, list):
        return [_without_truths(item) for item in content]
    if not isinstance(content, dict):
        return content
    found = {}
    for key, value in content.items():
        if key in _SCHEMA_KEYS and isinstance(value, bool):
            value = {}
        elif key in _SCHEMAS_KEYS and isinstance(value, dict):
            value = {name: {} if isinstance(item, bool) else item for name, item in value.items()}
        found[key] = _without_truths(value)
    return found


def _keys(document: Any, place: Sequence[int | str]) -> Iterator[int | str]:
    """The keys of a place in the document, without the names of what the parser took its parts for."""
    here = document
    for key in place:
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            continue
        yield key


def _line_of(document: Any, place: Sequence[int | str]) -> int:
    """The line of the innermost key on the way to a place."""
    line, here = 1, document
    for key in place:
        try:
            lines = here.lc
            line = (lines.key(key) if isinstance(here, dict) else lines.item(key))[0] + 1
            here = here[key]
        except (KeyError, IndexError, TypeError, AttributeError):  # the way leads through what the document lacks
            break
    return int(line)


class _Interface:
    """One document on its way to facts."""

    def __init__(self, itself: Part, references: References) -> None:
        self.itself, self.references, self.schemas = itself, references, Schemas(references)
        self.bodies: list[Body] = []
        self.document, self.shown = itself.content, itself.shown
        information = self.document.get("info", {})
        self.title = one_line(_text(information, "title")) or Path(self.shown).stem
        self.name = re.sub(r"\W+", "_", self.title.lower()).strip("_") or "api"
        self.told = _text(information, "description") or _text(information, "summary")

    def entries(self) -> Iterator[Entry]:
        operations = [self._operation(*found) for found in self._operations()]
        yield self._itself(operations)
        yield from operations
        yield from Book(self.name, self.schemas).entries(self.bodies)

    def _itself(self, operations: list[Entry]) -> Entry:
        at = f"{self.shown}:1"
        facts = [Fact("kind", "module", at), Fact("title", self.title, at)]
        facts += told(self.told, at)
        version = self.document.get("info", {}).get("version")
        facts += [Fact("api.version", str(version), at)] if version else []
        servers: list[JSON] = [str(item["url"]) for item in self.document.get("servers", []) if item.get("url")]
        facts += [Fact("servers", servers, at)] if servers else []
        names: list[JSON] = [entry.about.removeprefix(f"{self.name}.") for entry in operations]
        facts += [Fact("members", names, at)] if names else []
        for entry in operations:
            if isinstance(doc := entry.get("doc"), str):
                facts.append(Fact(f"members.{entry.about.removeprefix(f'{self.name}.')}", doc, at))
        return Entry(self.name, tuple(facts))

    def _operations(self) -> Iterator[tuple[str, str, Part, Part]]:
        """The path and the method of every operation, with the item that holds it and with itself."""
        for path, item in (self.document.get("paths") or {}).items():
            found = self._followed(self.itself.inner(item))
            for method in METHODS:
                if isinstance(found.content.get(method), dict):
                    yield str(path), method, found, self._followed(found.inner(found.content[method]))

    def _operation(self, path: str, method: str, item: Part, part: Part) -> Entry:
        operation = part.content
        at = f"{item.shown}:{line_of(item.content, method)}"
        name = re.sub(r"[\W_]+", "_", str(operation.get("operationId") or f"{method}_{path}")).strip("_")
        facts = [Fact("kind", "operation", at), Fact("request", f"{method.upper()} {path}", at)]
        summary, description = _text(operation, "summary"), _text(operation, "description")
        facts += told(". ".join(part.rstrip(". ") for part in (summary, description) if part.strip()), at)
        facts += [Fact("deprecated", True, at)] if operation.get("deprecated") is True else []
        facts += [Fact("tags", [str(tag) for tag in operation["tags"]], at)] if operation.get("tags") else []
        given = [item.inner(one) for one in item.content.get("parameters") or []]
        given += [part.inner(one) for one in operation.get("parameters") or []]
        facts += self._parameters([self._followed(one) for one in given], at)
        about = f"{self.name}.{name}"
        facts += self._body(self._followed(part.inner(operation.get("requestBody"))), about, at)
        facts += self._responses(self._followed(part.inner(operation.get("responses") or {})), about, at)
        return Entry(about, tuple(facts))

    def _parameters(self, given: Sequence[Part], at: str) -> Iterator[Fact]:
        found = {(one.content["name"], one.content.get("in")): one for one in given if one.content.get("name")}
        if found:
            yield Fact("parameters", [str(name) for name, _ in found], at)
        for (name, place), part in found.items():
            item, content = part.content, list((part.content.get("content") or {}).values())
            typed = self._followed(part.inner(item.get("schema") or (content[0].get("schema") if content else None)))
            schema = typed.content
            yield from (
                Fact(f"parameters.{name}.{part}", value, at)
                for part, value in (
                    ("in", str(place)),
                    ("annotation", self.schemas.words(typed, formats=False)),
                    ("format", str(schema.get("format") or "")),
                    ("default", json.dumps(schema["default"], default=str) if "default" in schema else None),
                    ("required", "yes" if item.get("required") is True else "no"),
                    ("limits", limits(schema)),
                    ("deprecated", "yes" if item.get("deprecated") is True else ""),
                    ("description", described(_text(item, "description") or _text(schema, "description"))),
                )
                if value
            )

    def _body(self, given: Part, about: str, at: str) -> Iterator[Fact]:
        body = given.content
        for media, content in (body.get("content") or {}).items():
            kind = self.schemas.words(given.inner(content.get("schema")))
            yield Fact(f"body.{media}", kind or "any", at)
        self._note(about, "body", given)
        if said := described(_text(body, "description")):
            yield Fact("body.description", said, at)
        if body:
            yield Fact("body.required", "yes" if body.get("required") is True else "no", at)

    def _note(self, about: str, where: str, given: Part) -> None:
        """Notes the schemas of a body to tell of: one of each media type."""
        for number, (media, content) in enumerate((given.content.get("content") or {}).items(), 1):
            name = f"{about}_{where}" + (f"_{number}" if number > 1 else "")
            line = f"{given.shown}:{line_of(given.content, 'content')}"
            self.bodies.append(Body(name, about, where, str(media), given.inner(content.get("schema")), line))

    def _responses(self, given: Part, about: str, at: str) -> Iterator[Fact]:
        responses: Mapping[Any, Any] = {
            code: answer for code, answer in given.content.items() if not str(code).startswith("x-")
        }
        codes = [str(code) for code in responses]
        good = [code for code in codes if code[:1] in "123"]
        failed: list[JSON] = [code for code in codes if code not in good]
        for code, answer in zip(codes, responses.values(), strict=True):
            response = self._followed(given.inner(answer))
            said = described(_text(response.content, "description"))
            media = (response.content.get("content") or {}).values()
            kinds = dict.fromkeys(self.schemas.words(response.inner(item.get("schema"))) for item in media)
            kind = " | ".join(filter(None, kinds))
            base = f"raises.{code}" if code in failed else f"responses.{code}"
            self._note(about, code, response)
            yield from (Fact(f"{base}.{part}", text, at) for part, text in (("description", said), ("schema", kind)) if text)
            if good and code == good[0] and kind:
                yield Fact("returns", kind, at)
        if good:
            yield Fact("responses", list[JSON](good), at)
        if failed:
            yield Fact("documented_raises", failed, at)

    def _followed(self, part: Part) -> Part:
        """What a part stands for; empty where there is none."""
        return self.references.followed(part)


def _text(content: Mapping[str, Any], key: str) -> str:
    """A text in a table; empty where there is none, or a reference to one."""
    value = content.get(key)
    return value if isinstance(value, str) else ""
