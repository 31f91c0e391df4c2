"""Synthetic rows that are as true as those they come from: nouns renamed, numbers changed, facts left out that no text states.

In: the examples of the training split. Out: further ones, `synthetic` and of their parent's source. Each is held against its
own facts by `docgen.claims` and thrown away where a claim fares otherwise than its parent's did.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from docgen.brief import Brief
from docgen.claims import stated, verify
from docgen.corpus.augment.renaming import mapping_for, renamed
from docgen.corpus.augment.values import changed
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact, mark
from docgen.support import support

_TRIES = 4  # draws for one synthetic row
# What a Brief may lose without saying something else: descriptions, types, messages. Without a default a parameter would be
# required, and without its exceptions a function would raise nothing.
_DROPPABLE = re.compile(
    r"parameters\.[^.]+\.(?:description|annotation)|doc\.description|(?:returns|yields)(?:\.description)?|members\.[^.]+|constants\..+"
    r"|raises\.[^.]+\.(?:message|condition|description)|bases|handles|card\..+|tokenizer\..+|generation\..+|training\..+|(?:eval|train|last)\..+"
)
_NAMES = ("parameters", "members", "raises", "documented_raises")
_DROPPED = 0.5  # share of the droppable facts that go


def augmented(examples: Iterable[Example], share: float, seed: int) -> Iterator[Example]:
    """Up to `share` synthetic rows for each of `examples`, fewer where a row allows no change that keeps it true.

    The rows that an example gives depend on it and on `seed` alone. Synthetic examples give none.
    """
    for example in examples:
        if example.origin == "synthetic" or not example.text.strip():
            continue
        draw = random.Random(f"{seed}:{mark([example.brief.mark, example.brief.excerpt, example.text], 16)}")
        wanted = int(share) + (draw.random() < share % 1)
        seen = {example.text}
        for _ in range(wanted * _TRIES if wanted and not _is_contradicted(example) else 0):
            made = _variant(example, draw)
            if made and made.text not in seen and is_as_true(made, example):
                seen.add(made.text)
                yield made
                if len(seen) > wanted:
                    break


def is_as_true(made: Example, parent: Example) -> bool:
    """Whether each claim of a text fares as in its parent, none is contradicted, and no word has lost its support."""
    fared = [(item.claim.kind, item.verdict) for item in verify(made.text, made.brief.entry)]
    before = [(item.claim.kind, item.verdict) for item in verify(parent.text, parent.brief.entry)]
    return fared == before and _support(made) >= _support(parent) - 1e-9


def _is_contradicted(example: Example) -> bool:
    return any(item.verdict == "contradicted" for item in verify(example.text, example.brief.entry))


def _support(example: Example) -> float:
    return support(example.text, example.brief.sources)


def _variant(example: Example, draw: random.Random) -> Example | None:
    """An example with another noun, another number, or both, and some facts fewer; None where its text would stay."""
    made = with_other_names(example, draw)
    if draw.random() < 0.8 or made.text == example.text:
        made = changed(made, draw) or made
    if made.text == example.text:
        return None
    made = without_unstated(made, draw)
    measured = None if example.support is None else _support(made)
    return replace(made, origin="synthetic", labelled="given", confidence=1.0, weight=1.0, support=measured)


def with_other_names(example: Example, draw: random.Random) -> Example:
    """The example with nouns of its names changed, in every name and every sentence."""
    brief = example.brief
    if brief.is_model:  # its name tells what it is for, and so does the rest of its card
        return example
    names = [brief.about, *(name for fact in _NAMES for name in brief.entry.strings(fact))]
    prose = " \n ".join([example.text, *_prose(brief.facts)])
    words = mapping_for(names, prose, [example.text, *brief.sources, brief.heading], draw)
    if not words:
        return example
    facts = tuple(Fact(renamed(fact.name, words), _renamed(fact.value, words), fact.source) for fact in brief.facts)
    own = Brief(brief.kind, brief.heading, renamed(brief.about, words), facts, renamed(brief.excerpt, words))
    return replace(example, brief=own, text=renamed(example.text, words))


def _prose(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        if isinstance(fact.value, str) and (fact.name.startswith("members.") or re.search(r"(?:^doc|description)$", fact.name)):
            yield fact.value


def _renamed(value: JSON, words: Mapping[str, str]) -> JSON:
    if isinstance(value, str):
        return renamed(value, words)
    if isinstance(value, list):
        return [_renamed(item, words) for item in value]
    if isinstance(value, dict):
        return {renamed(key, words): _renamed(item, words) for key, item in value.items()}
    return value


def without_unstated(example: Example, draw: random.Random) -> Example:
    """The example without some of the facts that its text does not state and that say nothing by their absence."""
    brief = example.brief
    told = {item.name for item in stated(example.text, brief.entry)}
    told |= {item.fact.name for item in verify(example.text, brief.entry) if item.fact}
    kept = tuple(
        fact for fact in brief.facts if fact.name in told or not _DROPPABLE.fullmatch(fact.name) or draw.random() >= _DROPPED
    )
    fewer = replace(example, brief=replace(brief, facts=kept))
    return fewer if is_as_true(fewer, example) else example
