"""Names drawn anew in a row, in its facts and its text alike, so that a model can only copy them.

In: an Example and a random generator. Out: the same with other identifiers, each in the style it had: `parse_barcode` becomes
`hold_lantern`, `BarcodeError` becomes `HarborError`. Words that are also prose stay.
"""

from __future__ import annotations

import builtins
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from docgen.brief import Brief
from docgen.corpus.augment.renaming import nouns
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact
from docgen.statements.verbs import VERBS

_IDENTIFIER = re.compile(r"[A-Za-z]\w*\Z")
_NAMING = ("parameters", "members", "raises", "documented_raises")
_ENDING = re.compile(r"(?:Error|Exception|Warning)\Z")
_KEPT = re.compile(r"(?:Error|Exception|Warning|self|cls|None|True|False)\Z")
_BUILT_IN = frozenset(
    name for name in vars(builtins) if name.endswith(("Error", "Warning", "Iteration", "Exit", "Interrupt", "Exception"))
)


def renamed(example: Example, draw: random.Random) -> Example:
    """The example with its subject, parameters, members and own exceptions called otherwise."""
    brief = example.brief
    found = [name for name in dict.fromkeys(_names(brief)) if _may_change(name, example.text)]
    changed = {name: _drawn(name, draw) for name in found}
    if not changed or len(set(changed.values())) < len(changed):
        return example
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, changed), key=len, reverse=True))})(?![\w-])")

    def other(text: str) -> str:
        return pattern.sub(lambda name: changed[name[0]], text)

    facts = tuple(
        fact if fact.name == "kind" else Fact(other(fact.name), _in_value(fact.value, other), fact.source)
        for fact in brief.facts
    )
    asked = Brief(brief.kind, brief.heading, other(brief.about), facts, other(brief.excerpt))
    return replace(example, brief=asked, text=other(example.text))


def _names(brief: Brief) -> Iterator[str]:
    yield brief.short
    for fact in brief.facts:
        if isinstance(fact.value, list) and fact.name.rpartition(".")[2] in (
            "parameters",
            "members",
            "raises",
            "documented_raises",
        ):
            yield from (item.lstrip("*") for item in fact.value if isinstance(item, str))


def _may_change(name: str, text: str) -> bool:
    """Whether a name is one, is no built-in's, and stands in the text in backticks only."""
    if not _IDENTIFIER.match(name) or name in _BUILT_IN or _KEPT.match(name) or len(name) < 2:
        return False
    plain = re.sub(r"`[^`]*`", "`", text)
    return re.search(rf"\b{re.escape(name)}\b", plain) is None


def _drawn(name: str, draw: random.Random) -> str:
    """A name of the same style."""
    if found := _ENDING.search(name):
        return "".join(draw.choice(nouns()).capitalize() for _ in range(draw.choice((1, 1, 2)))) + found[0]
    if name.isupper() and len(name) > 1:
        return "_".join(draw.sample(nouns(), draw.choice((1, 2)))).upper()
    if name[:1].isupper():
        return "".join(word.capitalize() for word in draw.sample(nouns(), draw.choice((1, 2))))
    words = [draw.choice(sorted(VERBS)), draw.choice(nouns())] if "_" in name or draw.random() < 0.3 else [draw.choice(nouns())]
    return "_".join(words)


def _in_value(value: JSON, other: Callable[[str], str]) -> JSON:
    if isinstance(value, str):
        return other(value)
    if isinstance(value, list):
        return [_in_value(item, other) for item in value]
    if isinstance(value, dict):
        return {key: _in_value(item, other) for key, item in value.items()}
    return value
