"""The texts to look at first: what is wrong in each, and how it differs from its reference.

In: scored items. Out: the worst of them, worst first. Contradicted claims come before any number: they are what a reader is
misled by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docgen.claims import Checked, verify
from docgen.metrics import Doubtful, doubtful_lines
from docgen.score.differences import inline
from docgen.score.items import Item
from docgen.score.scored import Scored, direction

_DOUBTED = 0.7  # probability of a statement that is told: 6 % of what people wrote and 67 % of inventions reach it
_MOST_DOUBTED = 3


@dataclass(frozen=True)
class Worst:
    """An item with its values by metric, its contradicted claims in words, its differences from the reference in a line
    ("" without one), and its statements that nothing bears out."""

    item: Item
    values: Mapping[str, float]
    contradicted: tuple[str, ...]
    difference: str
    unsupported: tuple[str, ...] = ()


def worst(found: Scored, count: int, metric: str) -> list[Worst]:
    """The `count` worst items: by contradicted claims, then by `metric`, then by chrF. What is perfect is not among them."""
    faulty = (item for item in found.items if _is_faulty(found.of(item), metric))
    ranked = sorted(faulty, key=lambda item: (badness(found.of(item), metric), item.key))
    return [_told(item, found.of(item)) for item in ranked[:count]]


def checked(item: Item) -> list[Checked]:
    """Every claim of an item's text with its verdict; none without facts."""
    return verify(item.answer.text, item.answer.brief.entry) if item.answer.brief.facts else []


def badness(values: Mapping[str, float], metric: str) -> tuple[float, float, float]:
    """What orders texts or documents from the worst to the best: contradicted claims, then `metric`, then chrF."""
    sign = direction(metric) or 1
    return -values.get("contradicted", 0.0), sign * values.get(metric, 100.0), values.get("chrF", 100.0)


def _is_faulty(values: Mapping[str, float], metric: str) -> bool:
    best = 0.0 if direction(metric) < 0 else 100.0
    return values.get("contradicted", 0.0) > 0 or any(
        values.get(name, best) != best for name in {metric, "chrF"} & values.keys()
    )


def _told(item: Item, values: Mapping[str, float]) -> Worst:
    wrong = [told(each) for each in checked(item) if each.verdict == "contradicted"] if values.get("contradicted") else []
    difference = inline(item.answer.text, item.answer.reference) if item.answer.reference.strip() else ""
    return Worst(item, values, tuple(dict.fromkeys(wrong)), difference, tuple(each.line for each in unsupported(item)))


def unsupported(item: Item) -> list[Doubtful]:
    """The statements of an item's text that its source most likely does not bear out, the most doubtful first. Something to
    review, never a gate: what people wrote is now and then doubted too."""
    if not item.answer.brief.facts or item.answer.brief.is_model:
        return []
    found = doubtful_lines(item.answer.text, item.answer.brief, _DOUBTED)
    return [each for each in found if not each.line.startswith(("|", "<"))][:_MOST_DOUBTED]


def told(each: Checked) -> str:
    """A contradicted claim in words: `timeout: the text says 10, its source 30`."""
    claim, fact = each.claim, each.fact
    name = claim.name or claim.kind
    said = " ".join(claim.value.split()) or "so"
    if fact is None or isinstance(fact.value, list | dict):
        return f"`{name}`: the text says {said}, its source does not"
    return f"`{name}`: the text says {said}, its source {fact.value}"
