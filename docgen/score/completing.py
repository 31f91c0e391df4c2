"""Completeness of documents: what all sections about one thing say of it together.

In: the items of documents, with their scores. Out: the same scores, where completeness is that of each document and each thing
it is about, and not of its sections one by one: nobody expects an introduction to list every exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from docgen.brief import Brief
from docgen.metrics import Score, Scores, Statistics, completeness
from docgen.score.items import Item

METRIC = "completeness"
_OF_MODELS = ("introduction", "use-case", "limitations")


def completed(scores: Scores, items: Sequence[Item]) -> Scores:
    """The scores with completeness by document and subject: it stands with the first item about each."""
    each = scores.statistics.get(METRIC)
    if each is None or METRIC not in scores.metrics:
        return scores
    groups: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(items):
        if item.answer.brief.facts:
            groups.setdefault((item.document, item.answer.brief.about), []).append(place)
    rows = np.full((len(items), 2), np.nan)
    for places in groups.values():
        rows[places[0]] = _row([items[place] for place in places])
    found = Statistics(rows, each.combine, each.single)
    values = {item.key: value for item, value in zip(items, found.items.tolist(), strict=True) if value == value}
    by_item = {
        key: {name: value for name, value in own.items() if name != METRIC} | ({METRIC: values[key]} if key in values else {})
        for key, own in scores.items.items()
    }
    score = Score(found.total, f"{scores.metrics[METRIC].signature}|of:document+sections")
    return replace(
        scores,
        metrics=dict(scores.metrics) | {METRIC: score},
        items=by_item,
        statistics=dict(scores.statistics) | {METRIC: found},
    )


def _row(items: Sequence[Item]) -> tuple[int, int]:
    """How many of the facts and sections that there are to write of one thing its sections have, and how many there are."""
    brief = items[0].answer.brief
    text = "\n\n".join(item.answer.text for item in items)
    found = completeness(text, brief.entry, expected(brief), [item.answer.brief.kind for item in items])
    total = found.facts + found.sections
    return total.covered, total.required


def expected(brief: Brief) -> tuple[str, ...]:
    """The kinds of section that a reader looks for: of a model's card those that templates lay out, with an evaluation where
    something was measured; of code an introduction, and error handling where something is raised."""
    if brief.is_model:
        is_measured = any(fact.name.partition(".")[0] == "eval" for fact in brief.facts)
        return (*_OF_MODELS, *(["evaluation"] if is_measured else []))
    is_raising = any(fact.name in ("raises", "documented_raises") and fact.value for fact in brief.facts)
    return ("introduction", *(["error-handling"] if is_raising else []))
