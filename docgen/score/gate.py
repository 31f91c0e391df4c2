"""What a score must not fall below: minima for each document and for the mean, and the scores of an earlier run.

In: what was scored. Out: a finding for each metric that is too low, with what pulls it down. A baseline is compared only
where it was made in the same way, and metrics of wording fail only where there are enough documents that chance fails no build.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from docgen.files import Text, read_text, write_text
from docgen.metrics import METRICS, Statistics
from docgen.report import BaselineError, Finding, InputError, Severity
from docgen.score.baseline import Baseline
from docgen.score.scored import SEED, Scored, direction, is_text, ordered
from docgen.score.sections import shown
from docgen.score.statistics import FEWEST_TEXTS, TEXT_TOLERANCE, Comparison, fails
from docgen.score.statistics import compare as paired

TOLERANCE = TEXT_TOLERANCE  # points, of facts too: one word more in one document moves its support
_ROUNDING = 0.005  # points that a baseline's decimals may make
_MOST_NAMED = 3


@dataclass(frozen=True)
class Change:
    """How a metric of the documents that both runs have has changed since the baseline, with its 95 % interval; `by_document`
    each document's own change."""

    metric: str
    before: float
    now: float
    comparison: Comparison
    by_document: Mapping[str, float]


@dataclass(frozen=True)
class Judged:
    """What is too low, what was not compared, and how each metric has changed since the baseline."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Gate:
    """Minima by metric, of every document and of the whole; a baseline's file, compared with or with `update` written; and how
    many points a metric may lose against it (`regressions`; else `TOLERANCE`, and no contradicted claim more)."""

    minima: Mapping[str, float] = field(default_factory=dict)
    mean_minima: Mapping[str, float] = field(default_factory=dict)
    baseline: Path | None = None
    update: bool = False
    regressions: Mapping[str, float] = field(default_factory=dict)
    root: Path | None = None

    @classmethod
    def of(
        cls,
        minima: Mapping[str, float],
        mean_minima: Mapping[str, float],
        baseline: Path | None,
        update: bool,
        regressions: Mapping[str, float],
        root: Path | None,
    ) -> Gate:
        """The gate; InputError for a metric that can have no minimum, a number that is none, or an update of nothing."""
        if update and baseline is None:
            raise InputError("no baseline to update", fix="name its file with --baseline")
        lost = {metric_named(name, "an allowed loss"): _loss(name, value) for name, value in regressions.items()}
        return cls(_least(minima), _least(mean_minima), baseline, update, lost, root)

    def judge(self, found: Scored, where: str) -> Judged:
        """What is too low in `found`, told at `where`. InputError where there is no baseline to read, BaselineError where it
        was made in another way."""
        under = (*_documents_under(found, self.minima, where), *_means_under(found, self.mean_minima, where))
        if self.baseline is None:
            return Judged(under)
        path = shown(self.baseline, self.root) if self.root else str(self.baseline)
        if self.update:
            write_text(self.baseline, Text(Baseline.of(found).dump()), self.root)
            return Judged(under, (f"baseline written: {path}",))
        if not self.baseline.exists():
            raise InputError("no such baseline", path, "check the name, or make it with --update-baseline")
        before = Baseline.parse(read_text(self.baseline).text, path)
        compared = compare(found, before, where, path, self.regressions)
        return Judged((*under, *compared.findings), compared.notes, compared.changes)


def _least(minima: Mapping[str, float]) -> dict[str, float]:
    return {metric_named(name, "a minimum", needs_higher=True): _number(name, value) for name, value in minima.items()}


def metric_named(name: str, what: str, *, needs_higher: bool = False) -> str:
    """The metric that is meant, whatever its case. InputError for none, or for one that `what` makes no sense of."""
    usable = [metric for metric in METRICS if direction(metric) > 0 or (direction(metric) < 0 and not needs_higher)]
    known = next((metric for metric in METRICS if metric.casefold() == name.casefold()), None)
    if known in usable:
        return known
    if known:
        why = "is better when lower" if direction(known) < 0 else "has no better and worse"
        fix = "docgen check fails on every contradiction" if known == "contradicted" else f"use one of {', '.join(usable)}"
        raise InputError(f"{known} cannot have {what}: it {why}", fix=fix)
    close = difflib.get_close_matches(name.casefold(), [metric.casefold() for metric in usable], 1, 0.5)
    meant = [metric for metric in usable if metric.casefold() in close]
    raise InputError(
        f"unknown metric `{name}`", fix=f"did you mean {meant[0]}?" if meant else f"use one of {', '.join(usable)}"
    )


def _number(name: str, value: float) -> float:
    if not 0 <= value <= 100:
        raise InputError(f"the minimum of {name} is {value:g}", fix="give a number from 0 to 100")
    return value


def _loss(name: str, value: float) -> float:
    if not math.isfinite(value) or value < 0:
        raise InputError(f"{name} may lose {value} points", fix="give the points that it may lose, from 0 on")
    return value


# Minima ------------------------------------------------------------------------------------------------------------------


def _documents_under(found: Scored, minima: Mapping[str, float], where: str) -> list[Finding]:
    """A finding for each document and metric under its minimum, and for each minimum that nothing could be held against."""
    findings = []
    paths = {item.document: (item.path, max(1, item.line)) for item in reversed(found.items)}
    for name, least in minima.items():
        having = {document: values[name] for document, values in found.documents.items() if name in values}
        if not having:
            findings.append(_not_computed(name, least, where))
        severity, why = _severity(name, len(having))
        for document, value in having.items():
            if value < least:
                path, line = paths[document]
                message = f"{name} of {document} is {value:.2f}, under its minimum of {least:g}{why}"
                findings.append(Finding("score-under", severity, path, line, "", message, _lowest_items(found, document, name)))
    return findings


def _lowest_items(found: Scored, document: str, name: str) -> str:
    own = {item.key: found.of(item)[name] for item in found.items if item.document == document and name in found.of(item)}
    return _lowest(own) if own else ""


def _lowest(values: Mapping[str, float]) -> str:
    first = sorted(values, key=lambda key: (values[key], key))[:_MOST_NAMED]
    return "begin with the lowest: " + ", ".join(f"{key} ({values[key]:.1f})" for key in first)


def _means_under(found: Scored, minima: Mapping[str, float], where: str) -> list[Finding]:
    findings = []
    for name, least in minima.items():
        value = found.value(name)
        if value is None:
            findings.append(_not_computed(name, least, where))
            continue
        if value >= least:
            continue
        having = {document: values[name] for document, values in found.documents.items() if name in values}
        severity, why = _severity(name, len(having))
        message = f"{name} is {value:.2f}, under its minimum of {least:g}{why}"
        findings.append(Finding("score-under", severity, where, 1, "", message, _lowest(having)))
    return findings


def _severity(name: str, documents: int) -> tuple[Severity, str]:
    """What a metric that is too low counts as: wordings of few documents are told, and fail nothing."""
    if is_text(name) and documents < FEWEST_TEXTS:
        return "review", f" ({_counted(documents)}: a metric of wording fails from {FEWEST_TEXTS} on)"
    return "error", ""


def _counted(documents: int) -> str:
    return f"{documents} document" + "s" * (documents != 1)


def _not_computed(name: str, least: float, where: str) -> Finding:
    needs = "a reference" if is_text(name) else "facts"
    message = f"{name} has a minimum of {least:g} and could not be computed: no text has {needs}"
    return Finding("score-under", "error", where, 1, "", message, "give what is missing, or drop the minimum")


# The baseline ------------------------------------------------------------------------------------------------------------


def compare(
    now: Scored, before: Baseline, where: str, path: str = "<baseline>", regressions: Mapping[str, float] | None = None
) -> Judged:
    """What has become worse since the baseline, over the documents that both runs have.

    A metric fails where it has lost more than is allowed, and so has, with 95 % confidence (paired bootstrap), what it would
    lose in other documents like these; more contradicted claims than allowed (0) always fail; metrics of wording need
    `FEWEST_TEXTS`. Raises BaselineError for another signature, a metric that this run lacks, or no document in common.
    """
    _refuse_other_ways(now, before, path)
    shared = [key for key in before.documents if key in now.documents]
    if before.documents and not shared:
        what = f"none of its {_counted(len(before.documents))} is among these {len(now.documents)}"
        raise BaselineError(f"the baseline cannot be compared: {what}", path, "score the same documents, or --update-baseline")
    allowed = dict.fromkeys(before.metrics, TOLERANCE) | {"contradicted": 0.0} | dict(regressions or {})
    findings, changes = [], []
    for name in ordered(before.metrics):
        change = _change(name, now, before, shared, path)
        if change is not None and direction(name):
            changes.append(change)
            if name == "contradicted":
                findings += _more_contradicted(now, before, where, allowed[name])
            else:
                findings += _worse(change, where, allowed[name])
    return Judged(tuple(findings), tuple(_notes(now, before, shared)), tuple(changes))


def _notes(now: Scored, before: Baseline, shared: Sequence[str]) -> list[str]:
    notes = []
    if len(shared) < FEWEST_TEXTS and any(is_text(name) for name in before.metrics):
        few = f"{_counted(len(shared))} in common, fewer than {FEWEST_TEXTS}"
        notes.append(f"metrics of wording fail nothing against the baseline: {few}")
    if new := len(now.documents) - len(shared):
        notes.append(f"{new} of {_counted(len(now.documents))} not in the baseline")
    if gone := len(before.documents) - len(shared):
        notes.append(f"{gone} of {_counted(len(before.documents))} of the baseline not scored in this run")
    return notes


def _refuse_other_ways(now: Scored, before: Baseline, path: str) -> None:
    for name, earlier in before.metrics.items():
        current = now.scores.metrics.get(name)
        fix = "score in the same way, or accept this one with --update-baseline"
        if current is None:
            raise BaselineError(f"the baseline has {name}, and this run has not", path, fix)
        if current.signature != earlier.signature:
            what = f"the baseline's {name} was computed in another way: {earlier.signature}, now {current.signature}"
            raise BaselineError(what, path, fix)


def _change(name: str, now: Scored, before: Baseline, shared: Sequence[str], path: str) -> Change | None:
    """How a metric of the shared documents has changed; None where none of them has it in both runs."""
    each = now.statistics[name]
    width = each.rows.shape[1]
    places = {document: place for place, document in enumerate(now.documents)}
    both = [key for key in shared if name in before.documents[key] and each.present[places[key]]]
    if not both:
        return None
    if any(len(before.documents[key][name]) != width for key in both):
        fix = "make it again with --update-baseline"
        raise InputError(f"not a baseline: `{name}` of a document has not {width} numbers", path, fix)
    earlier = Statistics(np.array([before.documents[key][name] for key in both]), each.combine, each.single)
    current = Statistics(each.rows[[places[key] for key in both]], each.combine, each.single)
    result = paired(current, earlier, SEED)
    lost = {key: float(value) for key, value in zip(both, (current.items - earlier.items).tolist(), strict=True)}
    return Change(name, earlier.total, current.total, result, lost)


def _more_contradicted(now: Scored, before: Baseline, where: str, allowed: float) -> list[Finding]:
    """The finding for more contradicted claims than the baseline has, in new documents too."""
    name = "contradicted"
    current, earlier = now.value(name) or 0.0, before.metrics[name].value
    if current <= earlier + allowed:
        return []
    message = f"{current:.0f} claims are contradicted by their facts, {earlier:.0f} in the baseline"
    known = {key: rows[name][0] for key, rows in before.documents.items() if name in rows}
    grown = {key: values.get(name, 0.0) - known.get(key, 0.0) for key, values in now.documents.items()}
    worst = sorted((key for key in grown if grown[key] > 0), key=lambda key: (-grown[key], key))[:_MOST_NAMED]
    return [Finding("score-worse", "error", where, 1, "", message, "mend " + ", ".join(worst))]


def _worse(change: Change, where: str, allowed: float) -> list[Finding]:
    """The finding for a metric that has surely lost more than is allowed."""
    name, sign, found = change.metric, direction(change.metric), change.comparison
    if not fails(found, is_text=is_text(name), higher_is_better=sign > 0, tolerance=allowed + _ROUNDING):
        return []
    message = (
        f"{name} of {_counted(found.texts)} is {change.now:.2f}, {change.before:.2f} in the baseline: "
        f"{found.difference:+.2f} (95 % interval {found.low:+.2f} to {found.high:+.2f}), and {allowed:g} is allowed"
    )
    worst = sorted(change.by_document, key=lambda key: (sign * change.by_document[key], key))[:_MOST_NAMED]
    told = ", ".join(f"{key} ({change.by_document[key]:+.1f})" for key in worst)
    return [Finding("score-worse", "error", where, 1, "", message, f"look at what lost most: {told}; or --update-baseline")]
