"""The scores of an earlier run, as a file that a repository keeps.

In: what was scored. Out: JSON with each metric's signature and, of each document, the sums that its metrics are made of, and
the same read back. With sums the metrics of any documents together can be computed again. It is sorted and has a line for each
document, so that two branches meet in a merge only where they are about the same one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from docgen.facts import JSON
from docgen.metrics import Score
from docgen.report import BaselineError, InputError
from docgen.score.scored import Scored

SCHEMA = 2
_DIGITS = 4


@dataclass(frozen=True)
class Baseline:
    """Each metric with its signature, and the row of sums behind each metric of each document."""

    metrics: Mapping[str, Score]
    documents: Mapping[str, Mapping[str, tuple[float, ...]]]

    @classmethod
    def of(cls, found: Scored) -> Baseline:
        """The baseline that this run makes."""
        documents: dict[str, dict[str, tuple[float, ...]]] = {document: {} for document in found.documents}
        for name in found.metrics:
            each = found.statistics[name]
            for document, row, is_there in zip(found.documents, each.rows.tolist(), each.present.tolist(), strict=True):
                if is_there:
                    documents[document][name] = tuple(row)
        return cls(found.scores.metrics, documents)

    def dump(self) -> str:
        """The text of its file: sorted, four decimals, the same on every machine."""
        metrics = {name: {"signature": each.signature, "value": _rounded(each.value)} for name, each in self.metrics.items()}
        documents = {
            key: {name: [_rounded(number) for number in row] for name, row in rows.items()}
            for key, rows in self.documents.items()
        }
        parts = [f' "documents": {_lines(documents)}', f' "metrics": {_lines(metrics)}', f' "schema": {SCHEMA}']
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @classmethod
    def parse(cls, text: str, path: str = "<baseline>") -> Baseline:
        """The baseline that `text` spells. InputError with the line for what is none: a NaN among the numbers, for instance;
        BaselineError for one of another schema."""
        return _Reader(text, path).baseline()


def _rounded(number: float) -> int | float:
    """Counts as whole numbers, everything else to four decimals."""
    return int(number) if float(number).is_integer() else round(number, _DIGITS)


def _lines(rows: Mapping[str, Mapping[str, object]]) -> str:
    """A JSON object with a row on each line."""
    if not rows:
        return "{}"
    told = (
        f"  {json.dumps(key, ensure_ascii=False)}: "
        + json.dumps(dict(rows[key]), ensure_ascii=False, sort_keys=True, allow_nan=False)
        for key in sorted(rows)
    )
    return "{\n" + ",\n".join(told) + "\n }"


class _Reader:
    """Turns the text of a baseline into one, and refuses what it does not know."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path

    def baseline(self) -> Baseline:
        content = self._object(self._content(), "the baseline", "")
        if content.get("schema") != SCHEMA:
            seen = json.dumps(content.get("schema"))[:40]
            where = f"{self.path}:{self._line_of(json.dumps('schema'))}"
            what = f"the baseline has schema {seen}, and this docgen compares with schema {SCHEMA}"
            raise BaselineError(what, where, "make it again with --update-baseline")
        metrics = {name: self._score(name, value) for name, value in self._object(content.get("metrics"), "metrics").items()}
        documents = {
            key: {name: self._row(name, row) for name, row in self._object(rows, key).items()}
            for key, rows in self._object(content.get("documents"), "documents").items()
        }
        return Baseline(metrics, documents)

    def _content(self) -> JSON:
        try:
            content: JSON = json.loads(self.text, parse_constant=self._constant, object_pairs_hook=self._once)
        except json.JSONDecodeError as error:
            self._refuse(f"not JSON: {error.msg}", line=error.lineno)
        except (ValueError, RecursionError) as error:  # an integer of thousands of digits, or brackets nested as deep
            self._refuse(f"not JSON that can be read: {error}")
        return content

    def _once(self, pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
        """An object whose names all differ; a merge may have left two lines of one document."""
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            self._refuse(f"`{twice}` stands in it twice", json.dumps(twice, ensure_ascii=False))
        return found

    def _score(self, name: str, value: JSON) -> Score:
        found = self._object(value, name)
        signature = found.get("signature")
        if not isinstance(signature, str):
            self._refuse(f"`{name}` has no signature", json.dumps(name))
        return Score(self._value(name, found.get("value")), signature)

    def _row(self, name: str, row: JSON) -> tuple[float, ...]:
        if not isinstance(row, list) or not row:
            self._refuse(f"`{name}` is {json.dumps(row)[:40]}, not a list of numbers", json.dumps(name))
        return tuple(self._value(name, number) for number in row)

    def _value(self, name: str, value: JSON) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
            return float(value)
        self._refuse(f"`{name}` is {json.dumps(value)[:40]}, not a number", json.dumps(name))

    def _object(self, value: JSON, name: str, near: str | None = None) -> dict[str, JSON]:
        if not isinstance(value, dict):
            near = json.dumps(name, ensure_ascii=False) if near is None else near
            self._refuse(f"`{name}` is {json.dumps(value)[:40]}, not an object", near)
        return value

    def _constant(self, constant: str) -> NoReturn:
        self._refuse(f"{constant} is not a number to compare with", constant)

    def _refuse(self, what: str, near: str = "", line: int = 0) -> NoReturn:
        where = f"{self.path}:{line or self._line_of(near)}"
        raise InputError(f"not a baseline: {what}", where, "make it again with --update-baseline")

    def _line_of(self, near: str) -> int:
        return self.text.count("\n", 0, max(self.text.find(near), 0)) + 1
