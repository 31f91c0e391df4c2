"""What each sentence of a written section rests on: the facts that it states or takes its words from, with their places.

In: a Brief and the text that answers it. Out: `Basis` values, one a sentence, and their lines for a terminal. A reader who
doubts a sentence sees where to look, and a sentence with words from nowhere says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from docgen.brief import Brief, shown
from docgen.claims import stated, verify
from docgen.facts import JSON, Fact
from docgen.report import Report
from docgen.support import content_words, stem, stems_of

_MOST = 4  # facts that a sentence takes its words from; further ones say little
_LONGEST = 72  # characters of a value that is shown
_WITHOUT = frozenset(("kind", "signature"))  # facts that hold every word of other facts
_SENTENCE = re.compile(r"[^\s].*?(?:[.!?][)\"'`*”]*(?=\s|$)|:(?=\n|$)|$)", re.M)


@dataclass(frozen=True)
class Basis:
    """A sentence, the `facts` that it rests on, those that it states first, and the content words that stand in none of all."""

    sentence: str
    facts: tuple[Fact, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """A section that was written: the document, the section's key, the order and its answer."""

    document: str
    key: str
    brief: Brief
    text: str


def basis_of(brief: Brief, text: str) -> list[Basis]:
    """What each sentence of a text rests on."""
    entry = brief.entry
    claimed = [(item.start, entry.fact(item.name)) for item in stated(text, entry)]
    claimed += [(item.claim.start, item.fact) for item in verify(text, entry) if item.verdict == "supported"]
    found = []
    for match in _SENTENCE.finditer(text):
        own = [fact for start, fact in claimed if fact is not None and match.start() <= start < match.end()]
        found.append(_basis(brief, match.group().removeprefix("- "), own))
    return found


def _basis(brief: Brief, sentence: str, stated_facts: Iterable[Fact]) -> Basis:
    """The facts of one sentence: those it states, then those that hold most of the words that are left, one after the other."""
    chosen = list({fact.name: fact for fact in stated_facts if fact.name not in _WITHOUT}.values())
    most = len(chosen) + _MOST
    left = {stem(word) for word in content_words(sentence)} - stems_of([brief.short])
    held = {fact.name: (fact, _stems(fact)) for fact in brief.facts if fact.name not in _WITHOUT}
    for fact in chosen:
        left -= _stems(fact)
    while left and held and len(chosen) < most:
        name, (fact, stems) = max(held.items(), key=lambda item: len(left & item[1][1]))
        if not left & stems:
            break
        if fact not in chosen:
            chosen.append(fact)
        left -= stems
        del held[name]
    known = stems_of(brief.sources)
    words = [word for word in content_words(sentence) if stem(word) not in known]
    return Basis(sentence, tuple(chosen), tuple(dict.fromkeys(words)))


def _stems(fact: Fact) -> frozenset[str]:
    return stems_of([fact.name, *_values(fact.value)])


def _values(value: JSON) -> list[str]:
    return [shown(item) for item in value] if isinstance(value, list) else [] if isinstance(value, dict) else [shown(value)]


# For people -----------------------------------------------------------------------------------------------------------


def with_provenance(report: Report, sections: Sequence[Written]) -> Report:
    """The report with what each sentence of the sections rests on, in its text and its summary."""
    bases = [(section, basis_of(section.brief, section.text)) for section in sections if section.text]
    lines = [line for section, found in bases for line in _lines(section, found)]
    told: list[JSON] = [
        {
            "document": section.document,
            "section": section.key,
            "sentences": [
                {
                    "text": basis.sentence,
                    "facts": [{"name": fact.name, "value": fact.value, "source": fact.source} for fact in basis.facts],
                    "words": list(basis.words),
                }
                for basis in found
            ],
        }
        for section, found in bases
    ]
    table = "\n".join([*lines, report.table]) if lines else report.table
    return replace(report, table=table, summary={**report.summary, "provenance": told})


def _lines(section: Written, found: Sequence[Basis]) -> Iterator[str]:
    yield f"{section.document}: {section.key}"
    for basis in found:
        yield f"  {basis.sentence}"
        for fact in basis.facts:
            value = " ".join(shown(fact.value).split()) if not isinstance(fact.value, dict) else ", ".join(fact.value)
            value = value if len(value) <= _LONGEST else value[: _LONGEST - 1].rstrip() + "…"
            yield f"    {fact.name}: {value}" + (f"  ({fact.source})" if fact.source else "")
        if basis.words:
            yield f"    in no fact: {', '.join(basis.words)}"
        elif not basis.facts:
            yield f"    its name: {section.brief.about}"
    yield ""
