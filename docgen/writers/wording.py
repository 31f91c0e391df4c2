"""What an answer may spell: the names between backticks, and every other word that holds a digit or an underscore.

In: a Brief. Out: a `Wording`, which confines a model while it decodes and finds the strays in a finished text. Plain words are
free here; a number or a name of code is a copy of a fact or an invention, and nothing between.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from docgen.brief import Brief, shown
from docgen.facts import JSON
from docgen.support import FUNCTION_WORDS

JOINERS = frozenset(".,:/+-^\u2010\u2011\u2012\u2013\u2212")  # inside a number or before it: `1.5`, `1e-05`, `-1`, `2:1`
_LITERALS = ("None", "True", "False")
_LONGEST = 60  # characters of a name; what is longer is no name that prose would hold
_PROSE = frozenset(("doc", "description", "message", "example", "deprecated"))
_EXCEPTIONS = frozenset(("raises", "documented_raises", "handles"))  # of a member too
_CODE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*|'[^'`]*'|\"[^\"`]*\"")
_QUOTED = re.compile(r"`([^`\n]+)`")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")

# What a character does to the word it stands in: `code` makes it one that must be known, `letter` and `joiner` go on with it, a
# `gap` ends it. A `banned` one shows nothing, or changes what the next one means.
Sort = Literal["code", "letter", "joiner", "gap", "tick", "banned"]


@functools.cache
def sort_of(character: str) -> Sort:
    """The sort of a character."""
    if character == "`":
        return "tick"
    if character in JOINERS:
        return "joiner"
    if character == "_" or character.isnumeric():
        return "code"
    if character.isalnum() or character == "%":
        return "letter"
    is_blank = character in "\n\t"
    return "banned" if character in "\\\ufffd" or (unicodedata.category(character) in ("Cc", "Cf") and not is_blank) else "gap"


@dataclass(frozen=True)
class Wording:
    """`names` may stand between backticks, `units` outside of them: whole words with a digit or an underscore, as they are
    written in a fact."""

    names: frozenset[str]
    units: frozenset[str]

    def strays(self, text: str) -> list[str]:
        """The names and numbers of a text that stand in no fact, in their order."""
        found = []
        for number, passage in enumerate(text.split("`")):
            if number % 2:
                found += [passage] if passage.strip() not in self.names else []
            else:
                found += [unit for unit in units_in(passage) if unit not in self.units]
        return found


def wording_of(brief: Brief) -> Wording:
    """What an answer to a Brief may spell: names and numbers of its facts, of what they are about, and Python's literals."""
    return Wording(names_of(brief), frozenset(_units(brief)))


def names_of(brief: Brief) -> frozenset[str]:
    """What an answer to a Brief may write between backticks."""
    names = {brief.short, brief.about, *_LITERALS}
    for fact in brief.facts:
        last = fact.name.rpartition(".")[2]
        for text in () if last == "kind" else _strings(fact.value):  # `function` and `keyword-only` name nothing
            names.update(_QUOTED.findall(text))
            if last in ("when", "condition"):
                names.update(word for word in _CODE.findall(text) if word.lower() not in FUNCTION_WORDS)
            elif last not in _PROSE and (last in _EXCEPTIONS or not fact.name.startswith("members.")):
                names.update((text, text.lstrip("*")))
    return frozenset(name for name in names if 0 < len(name) <= _LONGEST and "`" not in name)


def units_in(text: str) -> Iterator[str]:
    """The words of a text that hold a digit or an underscore, with the signs that join them: `utf-8`, `-1`, `1,000`,
    `max_size`. Signs at the end, as of a sentence, are left out."""
    run: list[str] = []
    for character in [*text, " "]:
        if sort_of(character) in ("code", "letter", "joiner"):
            run.append(character)
        elif run:
            word = "".join(run).rstrip("".join(JOINERS))
            if any(sort_of(letter) == "code" for letter in word) and word.strip("_"):
                yield word
            run = []


def _units(brief: Brief) -> Iterator[str]:
    """Units of all that a Brief states, whole, and in their parts where they stand in a list: `0,10` gives `0` and `10` too."""
    for text in _texts(brief):
        for unit in units_in(text):
            yield unit
            if not _THOUSANDS.fullmatch(unit):
                parts = (part.rstrip("".join(JOINERS)) for part in re.split(r"[,:/]", unit))
                yield from (part for part in parts if next(units_in(part), None) == part)


def _texts(brief: Brief) -> Iterator[str]:
    yield from (brief.about, brief.short)
    for fact in brief.facts:
        yield from (fact.name, fact.name.replace(".", " "), *_forms(fact.value))


def _forms(value: JSON) -> Iterator[str]:
    """A value in each way in which a text may print it."""
    if isinstance(value, list):
        for item in value:
            yield from _forms(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *_forms(item))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (shown(value), str(value), f"{value:,}")
    elif isinstance(value, str):
        yield value


def _strings(value: JSON) -> Iterable[str]:
    if isinstance(value, list):
        return [shown(item) for item in value]
    return [] if value is None or isinstance(value, dict) else [shown(value)]
