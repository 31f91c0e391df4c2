"""What is wrong with an answer, by the sort of error.

In: a Brief, the text for it, perhaps a reference. Out: `Fault`s, each with the words that show it. One reason to change: what
counts as an error of a writer, and when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from docgen.brief import Brief
from docgen.claims import verify
from docgen.corpus.cleaning.unfinished import unfinished
from docgen.corpus.store import Example
from docgen.metrics import covered_facts, required_facts
from docgen.score.worst import told
from docgen.support import support, unsupported_words
from docgen.writers.local import goes_round

# The sorts in the order in which they are told, and what each says.
SORTS: Mapping[str, str] = MappingProxyType(
    {
        "no answer": "the writer gave nothing, or nothing usable",
        "contradicted fact": "the text says what a fact denies",
        "invented name": "the text names what no fact holds",
        "missing fact": "a fact that the text should state is not in it",
        "off-topic": "most of the text's words stand nowhere in its sources",
        "repetition": "the text says something twice",
        "unfinished": "the text breaks off, or is a placeholder",
        "copied source": "the text holds a run of source code",
        "too short": "the text has less than two fifths of its reference's words",
        "too long": "the text has more than two and a half times its reference's words",
    }
)
# The share of content words that stand in the sources, under which a text speaks of something else: of 170 validation and test
# sections of training_data 7 have less, of the same texts under each other's facts 168.
_OFF_TOPIC = 0.3
_COPIED = 9  # words of source code in a row that prose does not share with it by chance
_SHORT, _LONG = 0.4, 2.5
_FEWEST_WORDS = 10  # by which a text must be shorter or longer
_WORD = re.compile(r"\w+")
_ENDED = re.compile(r"(?:[.!?:…][)\"'`*_”’]*|\||```|`|\))\s*\Z")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a text: a sort of `SORTS`, and the words that show it."""

    sort: str
    detail: str


def faults(brief: Brief, text: str, reference: str = "") -> list[Fault]:
    """Everything wrong with a text, in the order of `SORTS`."""
    if not text.strip():
        return [Fault("no answer", "")]
    found = [*_of_claims(brief, text), *_of_facts(brief, text, reference), *_of_wording(brief, text, reference)]
    order = list(SORTS)
    return sorted(found, key=lambda fault: order.index(fault.sort))


def _of_claims(brief: Brief, text: str) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for each in verify(text, brief.entry) if brief.facts else ():
        sort = {"contradicted": "contradicted fact", "unknown": "invented name"}.get(each.verdict, "")
        detail = told(each) if each.verdict == "contradicted" else f"`{each.claim.name or each.claim.value}`"
        if sort and (sort, detail) not in seen:
            seen.add((sort, detail))
            yield Fault(sort, detail)


def _of_facts(brief: Brief, text: str, reference: str) -> Iterator[Fault]:
    if not brief.facts:
        return
    required = required_facts(brief, reference)
    stated = covered_facts(text, brief.entry, required)
    yield from (Fault("missing fact", f"`{name}`") for name in required if name not in stated)


def _of_wording(brief: Brief, text: str, reference: str) -> Iterator[Fault]:
    sources = brief.sources if brief.facts else [reference]
    if any(sources) and (share := support(text, sources)) < _OFF_TOPIC:
        strange = ", ".join(dict.fromkeys(unsupported_words(text, sources)))
        yield Fault("off-topic", f"{100 * share:.0f} % of its words stand in the sources; not {_cut(strange)}")
    if goes_round(text):
        yield Fault("repetition", _cut(_repeated(text)))
    placeholder = unfinished(Example(brief, text, "", "", "approved"))
    if placeholder or not _ENDED.search(text):
        yield Fault("unfinished", placeholder or f"ends with “{text.rstrip()[-40:]}”")
    if run := _copied(brief, text, reference):
        yield Fault("copied source", _cut(run))
    if reference:
        words, wanted = len(_WORD.findall(text)), len(_WORD.findall(reference))
        if words < _SHORT * wanted and wanted - words >= _FEWEST_WORDS:
            yield Fault("too short", f"{words} words, the reference {wanted}")
        if words > _LONG * wanted and words - wanted >= _FEWEST_WORDS:
            yield Fault("too long", f"{words} words, the reference {wanted}")


def _repeated(text: str) -> str:
    """The passage that a text says twice: a sentence, else three words in a row."""
    sentences = [sentence.strip() for sentence in re.split(r"(?<=[.!?])\s+|\n+", text) if sentence.strip()]
    twice = next((sentence for place, sentence in enumerate(sentences) if sentence in sentences[:place]), "")
    words = re.findall(r"[\w.]*\w", text)
    runs = [" ".join(words[place : place + 3]) for place in range(len(words) - 2)]
    return twice or max(runs, key=runs.count, default="")


def _copied(brief: Brief, text: str, reference: str) -> str:
    """The first run of the source's code that stands in the text, and not in the prose of the facts or the reference."""
    prose = " ".join([reference, *(str(fact.value) for fact in brief.facts if fact.name not in ("signature", "example"))])
    own = _runs(brief.excerpt) - _runs(prose)
    words = _WORD.findall(text)
    for place in range(len(words) - _COPIED + 1):
        run = tuple(words[place : place + _COPIED])
        if run in own:
            return " ".join(run)
    return ""


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text)
    return {tuple(words[place : place + _COPIED]) for place in range(len(words) - _COPIED + 1)}


def _cut(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
