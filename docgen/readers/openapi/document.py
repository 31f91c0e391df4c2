"""OpenAPI 3 documents into facts: an HTTP interface with its operations, parameters and errors.

In: a YAML or JSON file. Out: `Facts` with an entry for the interface and one for each operation, called by its `operationId`.
References within the document are followed; what lies in other files is absent.
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
from docgen.report import InputError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DEEPEST = 20  # references from one to the next


def facts_of(path: Path, root: Path) -> Facts:
    """The facts of the document at `path`, with sources relative to `root`.

    Raises InputError (path:line) for a document that is no YAML or JSON, or that the specification does not allow.
    """
    shown = (
        path.resolve().relative_to(root.resolve()).as_posix() if path.resolve().is_relative_to(root.resolve()) else path.name
    )
    document = _loaded(path, shown)
    _validate(document, shown)
    return Facts(Subject("api", shown), list(_Interface(document, shown).entries()))


def _loaded(path: Path, shown: str) -> Any:
    """The document, its mappings with the lines that they begin on."""
    try:
        found: Any = YAML(typ="rt").load(StringIO(read_text(path).text))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{shown}:{mark.line + 1}" if mark is not None else shown
        raise InputError(f"not YAML or JSON: {getattr(error, 'problem', error)}", where, "mend the line") from error
    if not isinstance(found, dict):
        raise InputError("no OpenAPI document: it is no table", shown, "name a document with `openapi`, `info` and `paths`")
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

    def __init__(self, document: Any, shown: str) -> None:
        self.document, self.shown = document, shown
        information = document.get("info", {})
        self.title = one_line(str(information.get("title", ""))) or Path(shown).stem
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

    def _operations(self) -> Iterator[tuple[str, str, Any, Any]]:
        for path, item in (self.document.get("paths") or {}).items():
            item = self._followed(item)
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield str(path), method, item[method], item

    def _operation(self, path: str, method: str, operation: Any, item: Any) -> Entry:
        at = f"{self.shown}:{_line_of(self.document, ('paths', path, method))}"
        name = re.sub(r"[\W_]+", "_", str(operation.get("operationId") or f"{method}_{path}")).strip("_")
        facts = [Fact("kind", "operation", at), Fact("request", f"{method.upper()} {path}", at)]
        summary, description = str(operation.get("summary") or ""), str(operation.get("description") or "")
        facts += _told(". ".join(part.rstrip(". ") for part in (summary, description) if part.strip()), at)
        facts += [Fact("deprecated", True, at)] if operation.get("deprecated") is True else []
        facts += [Fact("tags", [str(tag) for tag in operation["tags"]], at)] if operation.get("tags") else []
        facts += self._parameters([*item.get("parameters", []), *operation.get("parameters", [])], at)
        facts += self._body(operation.get("requestBody"), at)
        facts += self._responses(operation.get("responses") or {}, at)
        return Entry(f"{self.name}.{name}", tuple(facts))

    def _parameters(self, given: list[Any], at: str) -> Iterator[Fact]:
        found = {(item.get("name"), item.get("in")): item for item in map(self._followed, given) if item.get("name")}
        if found:
            yield Fact("parameters", [str(name) for name, _ in found], at)
        for (name, place), item in found.items():
            schema = self._followed(item.get("schema") or {})
            yield from (
                Fact(f"parameters.{name}.{part}", value, at)
                for part, value in (
                    ("in", str(place)),
                    ("annotation", self._type(schema)),
                    ("default", json.dumps(schema["default"], default=str) if "default" in schema else None),
                    ("required", True if item.get("required") is True else None),
                    ("description", one_line(str(item.get("description") or schema.get("description") or ""))),
                )
                if value
            )

    def _body(self, given: Any, at: str) -> Iterator[Fact]:
        body = self._followed(given or {})
        for media, content in (body.get("content") or {}).items():
            yield Fact(f"body.{str(media).replace('.', '_')}", self._type(content.get("schema") or {}) or "any", at)
        if body.get("description"):
            yield Fact("body.description", one_line(str(body["description"])), at)
        if body:
            yield Fact("body.required", body.get("required") is True, at)

    def _responses(self, responses: Mapping[Any, Any], at: str) -> Iterator[Fact]:
        codes = [str(code) for code in responses]
        good = [code for code in codes if code[:1] in "123"]
        failed: list[JSON] = [code for code in codes if code not in good]
        for code, given in zip(codes, responses.values(), strict=True):
            response = self._followed(given or {})
            said = one_line(str(response.get("description") or ""))
            kinds = dict.fromkeys(self._type(item.get("schema") or {}) for item in (response.get("content") or {}).values())
            kind = " | ".join(filter(None, kinds))
            base = f"raises.{code}" if code in failed else f"responses.{code}"
            yield from (Fact(f"{base}.{part}", text, at) for part, text in (("description", said), ("schema", kind)) if text)
            if good and code == good[0] and kind:
                yield Fact("returns", kind, at)
        if good:
            yield Fact("responses", list[JSON](good), at)
        if failed:
            yield Fact("documented_raises", failed, at)

    def _type(self, schema: Any) -> str:
        """A schema in a word or two: the name of a component, a type, an array of them."""
        if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            return str(schema["$ref"]).rpartition("/")[2]
        kind = schema.get("type") if isinstance(schema, dict) else None
        if isinstance(kind, list):
            return " | ".join("null" if item == "null" else self._type({**schema, "type": item}) for item in kind)
        if kind == "array":
            return f"array of {self._type(schema.get('items') or {}) or 'any'}"
        if isinstance(schema, dict) and schema.get("enum"):
            return " | ".join(json.dumps(item, default=str) for item in schema["enum"][:8])
        for word in ("oneOf", "anyOf"):
            if isinstance(schema, dict) and schema.get(word):
                return " | ".join(dict.fromkeys(filter(None, map(self._type, schema[word]))))
        return str(kind) if kind else ""

    def _followed(self, item: Any) -> Any:
        """What a reference within the document stands for; empty where it leads nowhere."""
        for _ in range(_DEEPEST):
            if not isinstance(item, dict):
                return {}
            target = item.get("$ref")
            if not isinstance(target, str):
                return item
            here: Any = self.document if target.startswith("#/") else {}
            for key in target.removeprefix("#/").split("/"):
                here = here.get(key.replace("~1", "/").replace("~0", "~")) if isinstance(here, dict) else None
            item = here
        return {}


def _told(text: str, at: str) -> Iterator[Fact]:
    said = sentences(one_line(text)) if text.strip() else []
    if said:
        yield Fact("doc", said[0], at)
    if len(said) > 1:
        yield Fact("doc.description", " ".join(said[1:])[:600], at)
