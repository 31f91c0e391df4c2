"""Counts that a text gives of its subject: "takes three parameters", "raises two exceptions", "the four methods".

In: a `Page` and the entry it speaks of. Out: `StatedCount` values beside what the facts count. Only sentences about the subject
itself are plain: "a function that takes two arguments" describes what is passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.claims.layout import Page
from docgen.facts import Entry, Fact
from docgen.later import Frozen, expression

_WORDS = {
    word: number
    for number, word in enumerate(
        "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
    )
}
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(_WORDS)})"
_LISTS = {
    "parameters": r"(?:parameters?|arguments?)",
    "raises": r"(?:exceptions?|errors)",
    "members": r"(?:methods|functions|classes|members)",
}
_VERBS = {
    "parameters": r"(?:takes|accepts|has|expects|needs)",
    "raises": r"(?:raises|may\s+raise|can\s+raise)",
    "members": r"(?:has|offers|provides|defines)",
}
_EXACTLY = r"(?:exactly\s+|only\s+|just\s+)?"
_SUBJECT = expression(
    r"(?:^|[.:]\s)\s*(?:It|This\s+(?:function|method|class|module|constructor)|`{1,2}(?P<own>\w{1,80})(?:\(\))?`{1,2})\s+$"
)
_PATTERNS = {
    fact: expression(rf"\b(?:{_VERBS[fact]}|[Tt]he|[Ii]ts|[Aa]ll)\s+{_EXACTLY}{_NUMBER}\s+{noun}\b", re.I)
    for fact, noun in _LISTS.items()
}
_VERBED = expression(rf"\b(?:{'|'.join(_VERBS.values())})\s+{_EXACTLY}{_NUMBER}\s+(?:{'|'.join(_LISTS.values())})\b")
_VERB_WORDS = ("takes", "accepts", "has", "expects", "needs", "raise", "offers", "provides", "defines")
_COUNTED = expression(r"\b(?:parameters?|arguments?|exceptions?|errors|methods|functions|classes|members)\b", re.I)
# After the count: not all of them are meant.
_SOME = expression(
    r"\s*(?:at\s+most|or\s+more|or\s+fewer|at\s+least|above|below|before|that|which|of\s+(?:the|which|them))\b", re.I
)


class StatedCount(Frozen):
    """A text says that the list `fact` has `number` items, and it has `counted`; `plain` where that is beyond doubt said of the
    subject itself."""

    fact: Fact
    number: int
    counted: int
    start: int
    end: int
    plain: bool


def count_of(entry: Entry, name: str) -> int | None:
    """How many items the list fact `name` has; a fact `count.NAME` comes before it. None where there is no such list."""
    told = entry.get(f"count.{name}")
    if isinstance(told, int):
        return told
    items = entry.get(name)
    return len(items) if isinstance(items, list) else 0 if entry.get("signature") is not None and name == "parameters" else None


def is_counting(text: str) -> bool:
    """Whether a text may say of its subject how many it has or takes of something; "the three methods" says it of them."""
    lowered = text.lower()
    return any(word in lowered for word in _VERB_WORDS) and _VERBED.search(lowered) is not None


def counts_in(page: Page, entry: Entry) -> Iterator[StatedCount]:
    """Every count of the subject's parameters, exceptions or members."""
    if entry.get("kind") is None:
        return
    own = (None, entry.about.rpartition(".")[2])
    for block in page.blocks:
        text = page.plain[block.start : block.end]
        for name, pattern in _PATTERNS.items() if _COUNTED.search(text) else ():
            counted = count_of(entry, name)
            for found in pattern.finditer(text) if counted is not None else ():
                word = found["number"].lower()
                number = int(word) if word.isdecimal() else _WORDS[word]
                source = entry.fact(name) or entry.fact("signature")
                fact = Fact(f"count.{name}", counted, source.source if source else "")
                subject = _SUBJECT.search(text, max(0, found.start() - 120), found.start())
                is_own = subject is not None and subject["own"] in own
                is_clear = subject is not None and (block is page.blocks[0] or not subject.group().strip().endswith("It"))
                plain = is_own and is_clear and name == "parameters" and not _SOME.match(text, found.end())
                plain = plain and not _is_open(entry, number)
                span = block.start + found.start("number"), block.start + found.end("number")
                yield StatedCount(fact, number, counted or 0, *span, plain)


def _is_open(entry: Entry, number: int) -> bool:
    """Whether a count of parameters may be right all the same: of those that have to be given, or where any number may be."""
    names = entry.strings("parameters")
    required = sum(entry.fact(f"parameters.{name}.default") is None for name in names)
    return any(name.startswith("*") for name in names) or required <= number <= len(names)
