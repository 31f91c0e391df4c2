"""What one row shows by itself: contradictions with its facts, statements without support, loaded wording, private matters.

In: a row with its example. Out: faults. Nothing is compared with other rows here, so that a corpus passes by row for row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from docgen.brief import shown
from docgen.claims import Checked, contradictions
from docgen.corpus.audit.faults import Fault
from docgen.corpus.audit.rows import Row
from docgen.corpus.privacy import Privacy
from docgen.corpus.removal import Removed
from docgen.corpus.store import Example
from docgen.corpus.wording import flagged
from docgen.page import Span
from docgen.settings import CorpusSettings
from docgen.support import unsupported_words

LEAST_SUPPORT = 0.5  # share of a text's statements
_MOST_WORDS = 8  # named in one message
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Inspector:
    """Looks at rows one by one; `wording` counts the loaded terms that it has met, each with what to write instead."""

    def __init__(self, settings: CorpusSettings) -> None:
        self.wording: Counter[tuple[str, str]] = Counter()
        self._terms = settings.terms
        self._secrets = Privacy(replace(settings, secrets="remove", personal="keep"))
        self._personal = Privacy(replace(settings, secrets="mask", personal="remove"))
        self._keeps_personal = settings.personal == "keep"

    def faults(self, row: Row, example: Example) -> list[Fault]:
        """What is wrong with a row. Of one with private matters nothing else is told: a message could repeat them."""
        if private := self._private(row, example):
            return [private]
        return [*contradicted(row, example), *unsupported(row, example), *self._worded(row, example)]

    def _worded(self, row: Row, example: Example) -> Iterator[Fault]:
        flags = list(flagged(example.text, self._terms))
        if not flags:
            return
        instead = {flag.term.casefold(): flag for flag in flags}
        self.wording.update((flag.term.casefold(), flag.suggestion) for flag in flags)
        message = "; ".join(f"`{term}`: {flag.reason or 'loaded'}" for term, flag in instead.items())
        spans = tuple(Span(flag.start, flag.end, "odd", f"write {flag.suggestion}") for flag in flags)
        fix = "; ".join(f"for {term} write {flag.suggestion}" for term, flag in instead.items())
        yield Fault("corpus-wording", message, row, badness=len(flags), spans=spans, fix=fix)

    def _private(self, row: Row, example: Example) -> Fault | None:
        before = self._secrets.found.counts.total()
        guarded = self._secrets.guard(example)
        if isinstance(guarded, Removed):
            return Fault("corpus-secret", f"holds a secret: {guarded.reason}", row)
        if self._secrets.found.counts.total() == before:
            return None
        if guarded != example:
            return Fault("corpus-secret", "its path or source holds a secret", row)
        guarded = self._personal.guard(example)
        if self._keeps_personal or not isinstance(guarded, Removed):
            return None
        return Fault("corpus-personal", f"holds personal data: {guarded.reason}", row)


def contradicted(row: Row, example: Example) -> Iterator[Fault]:
    """A text that states other values than its facts."""
    wrong = contradictions(example.text, example.brief.entry)
    if wrong:
        told = "; ".join(dict.fromkeys(map(_told, wrong)))
        spans = tuple(Span(item.claim.start, item.claim.end, "wrong", _told(item)) for item in wrong)
        yield Fault("corpus-contradiction", f"contradicts its facts: {told}", row, badness=len(wrong), spans=spans)


def _told(item: Checked) -> str:
    claim, value = item.claim, shown(item.fact.value) if item.fact else ""
    if claim.kind == "raises" and not claim.name:
        return f"`{claim.value}`, and the facts hold {value}"
    if claim.kind == "default":
        return f"`{claim.name}` defaults to {claim.value} in the text and to {value} in the facts"
    return f"`{claim.name}` is {claim.value} in the text and {value} in the facts"


def unsupported(row: Row, example: Example) -> Iterator[Fault]:
    """A text of which little stands in its facts."""
    if row.support is None or row.support >= LEAST_SUPPORT:
        return
    words = list(dict.fromkeys(unsupported_words(example.text, example.brief.sources)))
    named = ", ".join(f"`{word}`" for word in words[:_MOST_WORDS]) + (" and others" if len(words) > _MOST_WORDS else "")
    spans = tuple(_spans_of(example.text, frozenset(words)))
    yield Fault(
        "corpus-unsupported",
        f"{row.support:.0%} of its statements rest on its facts; nowhere in them: {named or 'what they say'}",
        row,
        badness=len(words) * (1 - row.support),
        spans=spans,
    )


def _spans_of(text: str, words: frozenset[str]) -> Iterator[Span]:
    """Where the words stand in the text."""
    for found in _WORD.finditer(text):
        if not words.isdisjoint(unsupported_words(found[0], ())):
            yield Span(found.start(), found.end(), "unseen", "stands in no fact")
