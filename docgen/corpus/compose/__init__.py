"""Sections composed from facts, in many phrasings, marked `synthetic`: what the embedded base learns to put into words.

In: a random generator, and the entries of packages or drawn models. Out: Examples whose text says only what the prompt of their
Brief shows. Docstrings lack error handling and model cards; a base that has never put such facts into words cannot begin to.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from docgen.brief import brief_for
from docgen.corpus.compose import code, errors, models
from docgen.corpus.compose.drawn import draw_model
from docgen.corpus.compose.names import renamed
from docgen.corpus.python import is_prose
from docgen.corpus.store import Example
from docgen.facts import Entry
from docgen.statements import state

_PLAIN = 0.35  # share of sections that take the phrasings of the plain statement
_RENAMED = 0.3  # share whose names are drawn anew: they can only be copied, not remembered
_NOTHING_RAISED = 0.04  # share of symbols that raise nothing for which that is said
_LONGEST = 100  # words
_CHECKED = 60  # words that are looked at: a longer text is more of the same
_SAY = {"introduction": code.introduction, "use-case": code.use_case, "error-handling": errors.error_handling}
Find = Callable[[str], Entry | None]


def compose_code(entry: Entry, source: str, license: str, draw: random.Random, find: Find | None = None) -> Iterator[Example]:
    """Sections that state an entry's facts, docstring included. With `find`, error handling tells of members too."""
    for kind in _SAY:
        brief = brief_for(entry, kind, find=find)
        if kind == "error-handling" and not errors.raises(brief) and draw.random() > _NOTHING_RAISED:
            continue
        say = (
            errors.error_handling
            if kind == "error-handling"
            else code.introduction
            if kind == "introduction"
            else code.use_case
        )
        text = state(brief, draw.choice) if draw.random() < _PLAIN else say(brief, draw)
        if text and _is_prose(text):
            example = Example(brief, text, source, license, "synthetic")
            yield renamed(example, draw) if draw.random() < _RENAMED else example


def _is_prose(text: str) -> bool:
    """Whether a composed text is prose, or a list of it, of a useful length."""
    pieces = [piece.removeprefix("- ") for piece in text.split("\n") if piece]
    return len(text.split()) <= _LONGEST and is_prose(" ".join(" ".join(pieces).split()[:_CHECKED]))


def compose_models(count: int, draw: random.Random) -> Iterator[Example]:
    """`count` sections about drawn models."""
    kinds = ("introduction", "use-case", "limitations", "evaluation")
    for index in range(count):
        brief = brief_for(draw_model(draw), kinds[index % len(kinds)])
        text = state(brief, draw.choice) if draw.random() < _PLAIN else models.section(brief, draw)
        if text:
            yield Example(brief, text, "composed", "Apache-2.0", "synthetic")
