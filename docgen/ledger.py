"""The committed record of what each section of a document asserted when it was written or reviewed.

In: facts by section key. Out: one small JSON file per document, `.docgen/ledger/<document path>.json`, the same bytes on
every machine: sorted keys, no times, no absolute paths, no line numbers. One reason to change: the format of that file.
Checking compares it with the facts of today, so a clone without history is enough.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NoReturn, get_args

from docgen.facts import JSON, Fact, Subject, SubjectKind, leaves, mark
from docgen.files import inside, read_text
from docgen.later import Frozen, expression
from docgen.report import InputError

SCHEMA = 1
FOLDER = Path(".docgen", "ledger")
_HALF = expression("[\ud800-\udfff]")  # of a character, as JSON can spell it and UTF-8 cannot


class Assertion(Frozen):
    """The value that a fact had, so that a message can say `302 → 303`, and its mark."""

    value: JSON
    mark: str

    @classmethod
    def of(cls, value: JSON) -> Assertion:
        """The assertion that a fact has this value."""
        return cls(value, mark(value))


class Record(Frozen):
    """What one section asserts, by fact name; which lists it presents as complete; and the marks of the facts that informed it
    without being asserted, which when changed call for a review only. `heading` says where a passage stands that no marker
    names: its heading below those above it."""

    asserts: Mapping[str, Assertion] = field(default_factory=dict)
    complete: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""

    @classmethod
    def of(cls, asserted: Iterable[Fact], complete: Iterable[str] = (), context: Iterable[Fact] = ()) -> Record:
        """The record of these facts, lists and context, in any order."""
        return cls(
            {fact.name: Assertion.of(fact.value) for fact in asserted},
            tuple(sorted(set(complete))),
            {fact.name: mark(fact.value) for fact in context},
        )


class Ledger(Frozen):
    """The records of one document by section key (`kind:about`), and what the document is about."""

    subject: Subject
    sections: Mapping[str, Record] = field(default_factory=dict)

    @classmethod
    def load(cls, root: Path, document: Path) -> Ledger | None:
        """The ledger of `document`, or None where it has none. InputError with the line where the file is not a ledger."""
        path = ledger_path(root, document)
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            pass  # it may be there: reading it says what is in the way
        shown = _named(path, root)
        return cls.parse(read_text(path).text, shown, _named(document, root))

    @classmethod
    def parse(cls, text: str, path: str = "<ledger>", document: str = "DOCUMENT") -> Ledger:
        """The ledger that `text` spells; `path` and `document` are for messages."""
        return _Reader(text, path, document).ledger()

    def dump(self) -> str:
        """The text of the ledger file. InputError where a value is NaN or infinite, or the subject's path absolute."""
        subject = self.subject
        if PurePosixPath(subject.path).is_absolute() or PureWindowsPath(subject.path).is_absolute():
            raise InputError(f"absolute path `{subject.path}` in a ledger", "", "name the subject relative to the repository")
        sections = {key: _plain(key, record) for key, record in self.sections.items()}
        content = {"schema": SCHEMA, "subject": {"kind": subject.kind, "path": subject.path}, "sections": sections}
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"

    def get(self, key: str) -> Record | None:
        """The record of one section, or None."""
        return self.sections.get(key)

    def with_record(self, key: str, record: Record) -> Ledger:
        """The ledger with the record of one section added or replaced."""
        return replace(self, sections={**self.sections, key: record})

    def without(self, key: str) -> Ledger:
        """The ledger without one section; the same where it has no such record."""
        return replace(self, sections={name: record for name, record in self.sections.items() if name != key})


def ledger_path(root: Path, document: Path) -> Path:
    """Where the ledger of `document` is; InputError where the document is not in `root`. A link and its target share one."""
    base = Path(os.path.realpath(root))
    relative = inside(document, root).relative_to(base)
    return base / FOLDER / relative.with_name(relative.name + ".json")


def recorded_documents(root: Path) -> tuple[Path, ...]:
    """Every document below `root` that has a ledger, sorted, whether or not the document still exists. InputError where one of
    the folders cannot be read."""
    base = Path(os.path.realpath(root))
    ledgers = inside(base / FOLDER, base)
    return tuple(sorted(base / path.relative_to(ledgers).with_suffix("") for path in _json_files(ledgers)))


def _json_files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder, onerror=_refuse_unreadable):  # which does not follow links
        yield from (Path(place, name) for name in names if name.endswith(".json"))


def _refuse_unreadable(error: OSError) -> None:
    """Raises InputError for a folder that cannot be read: what lies in it would pass unchecked."""
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        raise InputError(f"cannot be read: {error.strerror or error}", str(error.filename), "make it readable") from error


def _named(path: Path, root: Path) -> str:
    return inside(path, root).relative_to(os.path.realpath(root)).as_posix()


def _plain(key: str, record: Record) -> JSON:
    asserts: dict[str, JSON] = {}
    for name, assertion in record.asserts.items():
        if not _finite(assertion.value):
            what = f"`{name}` is {assertion.value}, which JSON cannot say"
            raise InputError(what, key, "remove the number from its source: it cannot be compared")
        asserts[name] = {"value": assertion.value, "mark": assertion.mark}
    plain: dict[str, JSON] = {"asserts": asserts, "complete": [*sorted(set(record.complete))]}
    if record.context:
        plain["context"] = dict(record.context)
    if record.heading:
        plain["heading"] = record.heading
    return plain


def _finite(value: JSON) -> bool:
    """Whether no number in `value`, however deep, is NaN or infinite."""
    waiting: list[JSON] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, float) and not math.isfinite(each):
            return False
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, (list, tuple)):
            waiting.extend(each)
    return True


class _Reader:
    """Turns the text of a ledger file into a `Ledger`, strictly: what it does not know it refuses."""

    def __init__(self, text: str, path: str, document: str) -> None:
        self.text, self.path = text, path
        verb = "track" if document.endswith((".rst", ".ipynb")) else "write"  # which has no markers to write between
        self.fix = f"delete the file and run docgen {verb} {document}"
        self.offset = 0  # where the section begins that is being read

    def ledger(self) -> Ledger:
        ledger = self._object(self._content(), "the ledger")
        schema = ledger.get("schema")
        if type(schema) is not int or schema != SCHEMA:
            self._refuse(f"schema {_short(schema)}, where this docgen reads schema {SCHEMA}", '"schema"')
        self._keys(ledger, "the ledger", ("schema", "subject", "sections"))
        sections = self._object(ledger["sections"], '"sections"')
        return Ledger(self._subject(ledger["subject"]), {key: self._record(key, sections[key]) for key in sections})

    def _content(self) -> JSON:
        try:
            content: JSON = json.loads(
                self.text, parse_constant=self._constant, parse_float=self._float, object_pairs_hook=self._pairs
            )
        except json.JSONDecodeError as error:
            self._refuse(f"not JSON: {error.msg}", line=error.lineno)
        except RecursionError:
            self._refuse("nested too deeply for a ledger")
        except ValueError as error:  # a whole number with thousands of digits
            self._refuse(str(error))
        return content

    def _subject(self, value: JSON) -> Subject:
        subject = self._object(value, '"subject"', ("kind", "path"))
        kind, path = next((kind for kind in get_args(SubjectKind) if kind == subject["kind"]), None), subject["path"]
        if kind is None or not isinstance(path, str):
            self._refuse(f"subject {_short(value)} is no api and no model", '"subject"')
        return Subject(kind, path)

    def _record(self, key: str, value: JSON) -> Record:
        name = _quoted(key)
        self.offset = max(self.text.find(name), 0)
        if not all(key.partition(":")):
            self._refuse(f"{name} is no section key, `kind:about`", name)
        told = {"context": {}, "heading": "", **self._object(value, name)}
        record = self._keys(told, name, ("asserts", "complete", "context", "heading"))
        asserts, context = self._object(record["asserts"], '"asserts"'), self._object(record["context"], '"context"')
        return Record(
            {fact: self._assertion(fact, asserts[fact]) for fact in asserts},
            tuple(self._strings(record["complete"], '"complete"')),
            dict(zip(context, self._strings(list(context.values()), '"context"'), strict=True)),
            self._strings([record["heading"]], '"heading"')[0],
        )

    def _assertion(self, fact: str, value: JSON) -> Assertion:
        assertion = self._object(value, _quoted(fact), ("value", "mark"))
        recorded, expected = assertion["mark"], mark(assertion["value"])
        if any(isinstance(leaf, str) and not leaf.isascii() and _HALF.search(leaf) for leaf in leaves(assertion["value"])):
            self._refuse(f"{_quoted(fact)} holds half a character", _quoted(fact))
        if recorded != expected:
            what = f"mark {_short(recorded)} of {_quoted(fact)} does not belong to its value, whose mark is {expected}"
            self._refuse(what, _quoted(fact))
        return Assertion(assertion["value"], expected)

    def _object(self, value: JSON, name: str, keys: tuple[str, ...] = ()) -> dict[str, JSON]:
        """`value`, if it is a JSON object; and if `keys` are given, has exactly these."""
        if not isinstance(value, dict):
            self._refuse(f"{name} is {_short(value)}, not an object", name)
        return self._keys(value, name, keys) if keys else value

    def _keys(self, value: dict[str, JSON], name: str, keys: tuple[str, ...]) -> dict[str, JSON]:
        for wrong in sorted(set(keys) ^ set(value)):
            self._refuse(f"{name} {'lacks' if wrong in keys else 'has an unknown'} key `{wrong}`", name)
        return value

    def _strings(self, value: JSON, name: str) -> list[str]:
        if not isinstance(value, list):
            self._refuse(f"{name} is {_short(value)}, not a list", name)
        return [item if isinstance(item, str) else self._refuse(f"{name} holds {_short(item)}", name) for item in value]

    def _pairs(self, pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
        content: dict[str, JSON] = {}
        for name, value in pairs:
            if name in content:
                self._refuse(f"{_quoted(name)} is there twice", _quoted(name))
            content[name] = value
        return content

    def _constant(self, name: str) -> NoReturn:
        self._refuse(f"{name} is not a JSON value", name)

    def _float(self, digits: str) -> float:
        number = float(digits)
        if not math.isfinite(number):
            self._refuse(f"the number {digits[:40]} is too large", digits)
        return number

    def _refuse(self, what: str, near: str = "", line: int = 0) -> NoReturn:
        """Raises InputError at `line`, or at the first line of the section that holds `near`."""
        position = max(self.text.find(near, self.offset), self.offset)
        raise InputError(what, f"{self.path}:{line or self.text.count(chr(10), 0, position) + 1}", self.fix)


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _short(value: JSON) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:59] + "…"
