"""OpenAPI 3 documents into facts: an HTTP interface with its operations, parameters and errors.

In: a YAML or JSON file. Out: `Facts` with an entry for the interface and one for each operation, called by its `operationId`.
References within the document are followed, and those to files beside it.
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
from docgen.readers.docstrings import one_line, sentences
from docgen.readers.openapi.references import Part, References, line_of
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
        openapi_pydantic.parse_obj(json.loads(json.dumps(document, default=str)))
    except ValidationError as error:
        # Of what may be one thing or a reference to it, each is tried; what tells most is the error that lies deepest.
        first = min(error.errors(), key=lambda item: ("Reference" in item["loc"], -len(item["loc"])))
        keys = list(_keys(document, first["loc"]))
        said = f"`{first['loc'][-1]}` is missing" if first["type"] == "missing" else first["msg"]
        what = f"OpenAPI does not allow this: {' → '.join(map(str, keys)) or 'the document'}: {said}"
        raise InputError(what, f"{shown}:{_line_of(document, keys)}", "mend the document") from error


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
        self.itself, self.references = itself, references
        self.document, self.shown = itself.content, itself.shown
        information = self.document.get("info", {})
        self.title = one_line(str(information.get("title", ""))) or Path(self.shown).stem
        self.name = re.sub(r"\W+", "_", self.title.lower()).strip("_") or "api"
        self.told = str(information.get("description") or information.get("summary") or "")

    def entries(self) -> Iterator[Entry]:
        operations = [self._operation(*found) for found in self._operations()]
        yield self._itself(operations)
        yield from operations

    def _itself(self, operations: list[Entry]) -> Entry:
        at = f"{self.shown}:1"
        facts = [Fact("kind", "module", at), Fact("title", self.title, at)]
        facts += _told(self.told, at)
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

    def _operations(self) -> Iterator[tuple[str, str, Part]]:
        """The path and the method of every operation, with the item that holds it."""
        for path, item in (self.document.get("paths") or {}).items():
            found = self._followed(self.itself.inner(item))
            for method in METHODS:
                if isinstance(found.content.get(method), dict):
                    yield str(path), method, found

    def _operation(self, path: str, method: str, item: Part) -> Entry:
        at = f"{item.shown}:{line_of(item.content, method)}"
        operation = item.content[method]
        name = re.sub(r"[\W_]+", "_", str(operation.get("operationId") or f"{method}_{path}")).strip("_")
        facts = [Fact("kind", "operation", at), Fact("request", f"{method.upper()} {path}", at)]
        summary, description = str(operation.get("summary") or ""), str(operation.get("description") or "")
        facts += _told(". ".join(part.rstrip(". ") for part in (summary, description) if part.strip()), at)
        facts += [Fact("deprecated", True, at)] if operation.get("deprecated") is True else []
        facts += [Fact("tags", [str(tag) for tag in operation["tags"]], at)] if operation.get("tags") else []
        given = [*(item.content.get("parameters") or []), *(operation.get("parameters") or [])]
        facts += self._parameters([self._followed(item.inner(one)) for one in given], at)
        facts += self._body(self._followed(item.inner(operation.get("requestBody"))), at)
        facts += self._responses(item.inner(operation.get("responses") or {}), at)
        return Entry(f"{self.name}.{name}", tuple(facts))

    def _parameters(self, given: Sequence[Part], at: str) -> Iterator[Fact]:
        found = {(one.content["name"], one.content.get("in")): one for one in given if one.content.get("name")}
        if found:
            yield Fact("parameters", [str(name) for name, _ in found], at)
        for (name, place), part in found.items():
            item, typed = part.content, part.inner(part.content.get("schema"))
            schema = self._followed(typed).content
            yield from (
                Fact(f"parameters.{name}.{part}", value, at)
                for part, value in (
                    ("in", str(place)),
                    ("annotation", self._type(self._followed(typed))),
                    ("default", json.dumps(schema["default"], default=str) if "default" in schema else None),
                    ("required", True if item.get("required") is True else None),
                    ("description", one_line(str(item.get("description") or schema.get("description") or ""))),
                )
                if value
            )

    def _body(self, given: Part, at: str) -> Iterator[Fact]:
        body = given.content
        for media, content in (body.get("content") or {}).items():
            yield Fact(f"body.{str(media).replace('.', '_')}", self._type(given.inner(content.get("schema"))) or "any", at)
        if body.get("description"):
            yield Fact("body.description", one_line(str(body["description"])), at)
        if body:
            yield Fact("body.required", body.get("required") is True, at)

    def _responses(self, given: Part, at: str) -> Iterator[Fact]:
        responses: Mapping[Any, Any] = given.content
        codes = [str(code) for code in responses]
        good = [code for code in codes if code[:1] in "123"]
        failed: list[JSON] = [code for code in codes if code not in good]
        for code, answer in zip(codes, responses.values(), strict=True):
            response = self._followed(given.inner(answer))
            said = one_line(str(response.content.get("description") or ""))
            media = (response.content.get("content") or {}).values()
            kinds = dict.fromkeys(self._type(response.inner(item.get("schema"))) for item in media)
            kind = " | ".join(filter(None, kinds))
            base = f"raises.{code}" if code in failed else f"responses.{code}"
            yield from (Fact(f"{base}.{part}", text, at) for part, text in (("description", said), ("schema", kind)) if text)
            if good and code == good[0] and kind:
                yield Fact("returns", kind, at)
        if good:
            yield Fact("responses", list[JSON](good), at)
        if failed:
            yield Fact("documented_raises", failed, at)

    def _type(self, part: Part) -> str:
        """A schema in a word or two: the name of a component, a type, an array of them."""
        schema = part.content
        if not isinstance(schema, dict):
            return ""
        if isinstance(schema.get("$ref"), str):
            return self.references.name(part)
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join("null" if item == "null" else self._type(part.inner({**schema, "type": item})) for item in kind)
        if kind == "array":
            return f"array of {self._type(part.inner(schema.get('items'))) or 'any'}"
        if schema.get("enum"):
            return " | ".join(json.dumps(item, default=str) for item in schema["enum"][:8])
        for word in ("oneOf", "anyOf"):
            if schema.get(word):
                return " | ".join(dict.fromkeys(filter(None, (self._type(part.inner(item)) for item in schema[word]))))
        every = schema.get("allOf")
        if isinstance(every, list) and len(every) == 1:
            return self._type(part.inner(every[0]))
        return str(kind) if kind else ""

    def _followed(self, part: Part) -> Part:
        """What a part stands for; empty where there is none."""
        return self.references.followed(part)


def _told(text: str, at: str) -> Iterator[Fact]:
    said = sentences(one_line(text)) if text.strip() else []
    if said:
        yield Fact("doc", said[0], at)
    if len(said) > 1:
        yield Fact("doc.description", " ".join(said[1:])[:600], at)
