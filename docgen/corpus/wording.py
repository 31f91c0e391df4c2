"""Loaded and non-inclusive wording in prose, with what to write instead.

In: a text and a project's own terms. Out: a `Flag` for each term. Code is silent, and so are the field's own terms (a dummy
variable, He initialization): the list in `wording.txt` names them as exceptions. A model repeats its corpus's words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LIST = Path(__file__).with_name("wording.txt")
# Code, addresses, and names with a file's ending: nobody's choice of words.
_CODE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t]*(?P=fence)|\Z)|(?P<ticks>`{1,2})[^`\n]+(?P=ticks)"
    r"|<[^<>\s][^<>\n]*>|\b[a-z]+://\S+|^(?:>>>|\.\.\.) [^\n]*|\b[\w-]+/[\w./-]+\.\w{1,5}\b",
    re.M,
)
_LONGEST_ACRONYM = 4  # letters: HE and SANE in capitals are other words than he and sane


@dataclass(frozen=True)
class Flag:
    """A term at `start` to `end`, as the text spells it, with what to write instead and why."""

    term: str
    start: int
    end: int
    suggestion: str
    reason: str


@dataclass(frozen=True)
class _Term:
    """What one line of the list says; without a suggestion it is an exception."""

    forms: tuple[str, ...]
    suggestion: str
    reason: str


def flagged(text: str, terms: Mapping[str, str] | None = None) -> Iterator[Flag]:
    """Every term of docgen's list and of `terms` (term to suggestion) in the prose of a text, in order.

    A project's term wins over docgen's of the same name; with an empty suggestion it silences that.
    """
    pattern, known = _compiled(tuple(sorted((terms or {}).items())))
    prose = _CODE.sub(lambda code: " " * len(code.group()), text) if _may_hold_code(text) else text
    for found in pattern.finditer(prose):
        entry, is_acronym = known[_plain(found.group())], found.group().isupper() and len(found.group()) <= _LONGEST_ACRONYM
        if entry.suggestion and not is_acronym:
            yield Flag(text[found.start() : found.end()], *found.span(), entry.suggestion, entry.reason)


def _may_hold_code(text: str) -> bool:
    return any(mark in text for mark in ("`", "~~~", "://", "<", ">>>", "/"))


def _plain(term: str) -> str:
    return " ".join(term.lower().replace("’", "'").split())


@cache
def _compiled(own: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, _Term]]:
    """One pattern for all forms, longer ones first, and the term that each form belongs to."""
    known: dict[str, _Term] = {}
    ours = (_Term((term,), suggestion, "a term of this project") for term, suggestion in own)
    for entry in (*_listed(_LIST.read_text(encoding="utf-8")), *ours):
        known |= {_plain(form): entry for form in entry.forms}
    return re.compile(rf"(?<![\w.@#$/-])(?:{_alternatives(known)})(?![\w@]|[-./]\w|\()", re.I), known


def _alternatives(forms: Iterable[str]) -> str:
    """The forms as alternatives, by their first letter, so that a word is held against few of them."""
    by_letter: dict[str, list[str]] = defaultdict(list)
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        by_letter[form[0]].append(r"\s+".join(map(re.escape, form[1:].split(" "))))
    return "|".join(rf"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


def _listed(text: str) -> Iterator[_Term]:
    """The terms of a list, by its lines."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            forms, suggestion, reason = (*(part.strip() for part in line.split("|")), "", "")[:3]
            yield _Term(tuple(_forms(forms)), suggestion, reason)


def _forms(forms: str) -> Iterator[str]:
    """A term and its forms written out: `blacklist, -s` gives `blacklist` and `blacklists`."""
    stem = ""
    for form in (form.strip() for form in forms.split(",")):
        if form.startswith("-"):
            yield stem + form[1:]
        else:
            stem = form
            yield form
