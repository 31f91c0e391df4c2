"""What a score must not fall below: minima by metric, and the scores of an earlier run.

In: scores. Out: a finding for each metric that is too low, with the sections that pull it down. A baseline is compared only
where it was made in the same way, and text metrics only where there are enough sections that chance does not fail a build.
"""

from __future__ import annotations

import difflib
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import NoReturn

from docgen.facts import JSON
from docgen.files import Text, read_text, write_text
from docgen.metrics import FACT_METRICS, METRICS, TEXT_METRICS, Score, Scores
from docgen.report import BaselineError, Finding, InputError

SCHEMA = 1
TOLERANCE = 2.0  # points; with 25 sections, 95 % of the changes of BLEU that mean nothing are smaller
FEWEST_SECTIONS = 30  # that two runs must share before a text metric may fail
HIGHER_IS_BETTER = (*TEXT_METRICS, *FACT_METRICS)
_RESAMPLES = 1000
_DIGITS = 4  # of a value in a baseline
_MOST_NAMED = 3


@dataclass(frozen=True)
class Judged:
    """What is too low, and what was not compared."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    """Minima by metric, and a baseline's file: compared with, or with `update` written."""

    minima: Mapping[str, float] = field(default_factory=dict)
    baseline: Path | None = None
    update: bool = False
    root: Path | None = None

    @classmethod
    def of(cls, minima: Mapping[str, float], baseline: Path | None, update: bool, root: Path | None) -> Gate:
        """The gate; InputError for a metric that has no minimum, a minimum that is no number, or an update of nothing."""
        if update and baseline is None:
            raise InputError("no baseline to update", fix="name its file with --baseline")
        return cls({_metric(name): _number(name, value) for name, value in minima.items()}, baseline, update, root)

    def judge(self, scores: Scores, where: str) -> Judged:
        """What is too low in `scores` of what `where` names. InputError where there is no baseline to read, BaselineError where
        it was made in another way."""
        under = tuple(finding for name, least in self.minima.items() for finding in _under(scores, name, least, where))
        if self.baseline is None:
            return Judged(under)
        if self.update:
            write_text(self.baseline, Text(Baseline.of(scores).dump()), self.root)
            return Judged(under, (f"baseline written: {self.baseline}",))
        if not self.baseline.exists():
            fix = "check the name, or make it with --update-baseline"
            raise InputError("no such baseline", str(self.baseline), fix)
        compared = compare(scores, Baseline.parse(read_text(self.baseline).text, str(self.baseline)), where, str(self.baseline))
        return Judged((*under, *compared.findings), compared.notes)


def _metric(name: str) -> str:
    """The metric that is meant, whatever its case."""
    known = next((metric for metric in METRICS if metric.casefold() == name.casefold()), None)
    if known in HIGHER_IS_BETTER:
        return known
    if known:
        why = "is better when lower" if known == "contradicted" else "has no better and worse"
        raise InputError(f"no minimum for {known}: it {why}", fix=f"use one of {', '.join(HIGHER_IS_BETTER)}")
    close = difflib.get_close_matches(name.casefold(), [metric.casefold() for metric in HIGHER_IS_BETTER], 1, 0.5)
    meant = [metric for metric in HIGHER_IS_BETTER if metric.casefold() in close]
    fix = f"did you mean {meant[0]}?" if meant else f"use one of {', '.join(HIGHER_IS_BETTER)}"
    raise InputError(f"unknown metric `{name}`", fix=fix)


def _number(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise InputError(f"the minimum of {name} is {value}", fix="give a number from 0 to 100")
    return value


def _under(scores: Scores, name: str, least: float, where: str) -> list[Finding]:
    found = scores.metrics.get(name)
    if found is None:
        needs = "a reference" if name in TEXT_METRICS else "facts"
        message = f"{name} has a minimum of {least:g} and could not be computed: no section has {needs}"
        return [Finding("score-under", "error", where, 1, "", message, "give what is missing, or drop the minimum")]
    if found.value >= least:
        return []
    lowest = sorted((values[name], key) for key, values in scores.items.items() if name in values)[:_MOST_NAMED]
    fix = "begin with the lowest: " + ", ".join(f"{key} ({value:.1f})" for value, key in lowest)
    return [Finding("score-under", "error", where, 1, "", f"{name} is {found.value:.2f}, under its minimum of {least:g}", fix)]


# The baseline ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Baseline:
    """Scores of an earlier run: each metric with its signature, and each section's own values to compare pair by pair."""

    metrics: Mapping[str, Score]
    items: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, scores: Scores) -> Baseline:
        """The baseline that these scores make."""
        return cls(scores.metrics, scores.items)

    def dump(self) -> str:
        """The text of its file: sorted, four decimals, the same on every machine."""
        rounded = {name: round(each.value, _DIGITS) for name, each in self.metrics.items()}
        metrics = {name: {"signature": self.metrics[name].signature, "value": rounded[name]} for name in rounded}
        items = {key: {name: round(value, _DIGITS) for name, value in values.items()} for key, values in self.items.items()}
        content = {"schema": SCHEMA, "metrics": metrics, "items": items}
        return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def parse(cls, text: str, path: str = "<baseline>") -> Baseline:
        """The baseline that `text` spells. InputError with the line for what is none: a NaN among the numbers, for instance."""
        return _Reader(text, path).baseline()


class _Reader:
    """Turns the text of a baseline into one, and refuses what it does not know."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path

    def baseline(self) -> Baseline:
        content = self._object(self._content(), "the baseline", "")
        if content.get("schema") != SCHEMA:
            self._refuse(f"schema {json.dumps(content.get('schema'))}, where this docgen reads {SCHEMA}", '"schema"')
        metrics = {name: self._score(name, value) for name, value in self._object(content.get("metrics"), "metrics").items()}
        items = {
            key: {name: self._value(name, value) for name, value in self._object(values, key).items()}
            for key, values in self._object(content.get("items"), "items").items()
        }
        return Baseline(metrics, items)

    def _content(self) -> JSON:
        try:
            content: JSON = json.loads(self.text, parse_constant=self._constant)
        except json.JSONDecodeError as error:
            self._refuse(f"not JSON: {error.msg}", line=error.lineno)
        except (ValueError, RecursionError) as error:  # an integer of thousands of digits, or brackets nested as deep
            self._refuse(f"not JSON that can be read: {error}")
        return content

    def _score(self, name: str, value: JSON) -> Score:
        found = self._object(value, name)
        signature = found.get("signature")
        if not isinstance(signature, str):
            self._refuse(f"`{name}` has no signature", json.dumps(name))
        return Score(self._value(name, found.get("value")), signature)

    def _value(self, name: str, value: JSON) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            self._refuse(f"`{name}` is {json.dumps(value)[:40]}, not a number", json.dumps(name))
        return float(value)

    def _object(self, value: JSON, name: str, near: str | None = None) -> dict[str, JSON]:
        if not isinstance(value, dict):
            near = json.dumps(name, ensure_ascii=False) if near is None else near
            self._refuse(f"`{name}` is {json.dumps(value)[:40]}, not an object", near)
        return value

    def _constant(self, constant: str) -> NoReturn:
        self._refuse(f"{constant} is not a number to compare with", constant)

    def _refuse(self, what: str, near: str = "", line: int = 0) -> NoReturn:
        position = max(self.text.find(near), 0)
        where = f"{self.path}:{line or self.text.count(chr(10), 0, position) + 1}"
        raise InputError(f"not a baseline: {what}", where, "make it again with --update-baseline")


def compare(now: Scores, before: Baseline, where: str, path: str = "<baseline>") -> Judged:
    """What has become worse since the baseline.

    A metric fails where it has lost more than `TOLERANCE` points, and so has, with 95 % confidence (paired bootstrap), the mean
    of the sections that both runs have; more contradicted claims always fail; text metrics need `FEWEST_SECTIONS` shared ones.
    Raises BaselineError for another signature, a metric that this run lacks, or no section in common.
    """
    _refuse_other_ways(now, before, path)
    shared = [key for key in before.items if key in now.items]
    if before.items and not shared:
        what = f"none of its {len(before.items)} sections is among these {len(now.items)}"
        raise BaselineError(f"the baseline cannot be compared: {what}", path, "score the same documents, or --update-baseline")
    findings, notes = [], []
    if len(shared) < FEWEST_SECTIONS and any(name in before.metrics for name in TEXT_METRICS):
        few = f"{len(shared)} sections in common, fewer than {FEWEST_SECTIONS}"
        notes.append(f"text metrics not compared with the baseline: {few}")
    if len(now.items) > len(shared):
        notes.append(f"{len(now.items) - len(shared)} of {len(now.items)} sections are not in the baseline")
    for name in before.metrics:
        if name == "contradicted":
            findings += _more_contradicted(now, before, where)
        elif name in FACT_METRICS or (name in TEXT_METRICS and len(shared) >= FEWEST_SECTIONS):
            findings += _worse(name, now, before, where, shared)
    return Judged(tuple(findings), tuple(notes))


def _refuse_other_ways(now: Scores, before: Baseline, path: str) -> None:
    for name, earlier in before.metrics.items():
        current = now.metrics.get(name)
        fix = "score in the same way, or accept this one with --update-baseline"
        if current is None:
            raise BaselineError(f"the baseline has {name}, and this run has not", path, fix)
        if current.signature != earlier.signature:
            what = f"the baseline's {name} was computed in another way: {earlier.signature}, now {current.signature}"
            raise BaselineError(what, path, fix)


def _more_contradicted(now: Scores, before: Baseline, where: str) -> list[Finding]:
    name = "contradicted"
    current, earlier = now.metrics[name].value, before.metrics[name].value
    if current <= earlier:
        return []
    message = f"{current:.0f} claims are contradicted by their facts, {earlier:.0f} in the baseline"
    grown = {key: values.get(name, 0.0) - before.items.get(key, {}).get(name, 0.0) for key, values in now.items.items()}
    worst = sorted((key for key in grown if grown[key] > 0), key=lambda key: (-grown[key], key))[:_MOST_NAMED]
    return [Finding("score-worse", "error", where, 1, "", message, "mend " + ", ".join(worst))]


def _worse(name: str, now: Scores, before: Baseline, where: str, shared: Sequence[str]) -> list[Finding]:
    change = now.metrics[name].value - before.metrics[name].value
    both = [key for key in shared if name in now.items[key] and name in before.items[key]]
    changes = {key: now.items[key][name] - before.items[key][name] for key in both}
    if change >= -TOLERANCE or not changes:
        return []
    low, high = interval(list(changes.values()))
    if high >= -TOLERANCE:
        return []
    message = (
        f"{name} is {now.metrics[name].value:.2f}, {-change:.2f} below the baseline's {before.metrics[name].value:.2f} "
        f"(95 % interval of the mean change of {len(changes)} sections: {low:.2f} to {high:.2f})"
    )
    worst = sorted(changes, key=lambda key: (changes[key], key))[:_MOST_NAMED]
    lost = ", ".join(f"{key} ({changes[key]:+.1f})" for key in worst)
    fix = f"look at what lost most: {lost}; or accept it with --update-baseline"
    return [Finding("score-worse", "error", where, 1, "", message, fix)]


def interval(changes: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean of `changes`, from 1,000 draws with replacement; the same at every call."""
    draw = random.Random(0)
    means = sorted(fmean(draw.choices(changes, k=len(changes))) for _ in range(_RESAMPLES))
    return means[round(0.025 * _RESAMPLES)], means[round(0.975 * _RESAMPLES) - 1]
