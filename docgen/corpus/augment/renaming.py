"""Another noun for a noun of a row, in names and prose alike: `parse_barcode` of a barcode becomes `parse_ticket` of a ticket.

In: a row's texts and a random generator. Out: which word becomes which, and texts with the words changed. A word changes only
where the row shows that it is a thing that can be counted, and no term of programming: the sentences stay grammatical.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from docgen.facts import words_of
from docgen.statements.verbs import VERBS
from docgen.support import FUNCTION_WORDS, stem

_FOLDER = Path(__file__).parent
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+")  # the words of docgen.facts.words_of, where they stand
_SHORTEST = 4  # letters of a word that is changed
_MOST = 3  # words changed in one row
# Endings of words that are no countable things: qualities, deeds, sciences, adverbs and adjectives.
_NO_THING = re.compile(
    r"(?:ion|ian|ior|hood|gram|ment|ity|ness|ance|ence|ing|ism|ics|ly|ed|al|ic|ive|ous|able|ible|ful|less|ary"
    r"|ant|ent|ish|ize|ise|ify|ware|ss|us|is|as|os)$"
)
_ONE = "a|an|the|each|every|one|another|this|that|its|their|any|no|of|per"
_MANY = "the|these|those|all|its|their|any|no|of|two|several|many|which"
_AFTER = (
    "of in is to for from that which with on at by and or are as has have into was were when where does must can may will"
    " without so than if only itself becomes stays remains"
)
_CODE = re.compile(r"`{1,2}([^`\n]*)`{1,2}")
_CLASS = re.compile(r"\b(?:[A-Z][a-z]+)+\b")
_DOER = re.compile(r"(?:[^aeiou]er|or|ist)$")
_PLURAL = re.compile(r"[^suioa]s$")


@cache
def nouns() -> tuple[str, ...]:
    """The nouns that may take another's place; each takes a plain `s`."""
    return tuple((_FOLDER / "nouns.txt").read_text(encoding="utf-8").split())


@cache
def _generic() -> frozenset[str]:
    words = (_FOLDER / "generic.txt").read_text(encoding="utf-8").split()
    return frozenset(words) | VERBS | FUNCTION_WORDS


def mapping_for(names: Sequence[str], prose: str, everything: Iterable[str], draw: random.Random) -> dict[str, str]:
    """Which words become which: up to three nouns of `names`, of which the subject's is the first, singular and plural.

    `everything` are all texts of the row: no new word stands in any of them. Empty where no noun can be changed.
    """
    row = _Row(" \n ".join(everything), names[0] if names else "")
    old = [word for word in dict.fromkeys(_singulars(names)) if row.has_thing(word) and _is_noun(word, prose)]
    changed: dict[str, str] = {}
    for word in draw.sample(old, min(len(old), draw.randint(1, _MOST))):
        fitting = [
            noun for noun in nouns() if _fits(noun, word) and stem(noun) not in row.stems and noun not in changed.values()
        ]
        if fitting:
            changed |= dict(zip(_forms(word), _forms(draw.choice(fitting)), strict=True))
    return changed


class _Row:
    """The words of a row: how often each stands there, which share a stem, and those that name its subject and classes."""

    def __init__(self, text: str, about: str) -> None:
        self.text = text.lower()
        self.words = Counter(words_of(text))
        named = (about.rpartition(".")[2], *_CLASS.findall(text))
        self.things = frozenset(word for name in named for word in _singulars([name]))
        self.stems: dict[str, set[str]] = {}
        for word in self.words:
            self.stems.setdefault(stem(word), set()).add(word)

    def has_thing(self, word: str) -> bool:
        """Whether a word is a thing of the row: its subject or a class is called so, or it stands there as one and as many.

        A word that also stands in another form, or within a longer word, would be left behind there.
        """
        forms = {*_forms(word)}
        is_thing = word in self.things or forms <= self.words.keys()
        standing = sum(self.words[form] for form in forms if form.startswith(word))
        return is_thing and self.stems.get(stem(word), set()) <= forms and self.text.count(word) == standing


def renamed(text: str, changed: Mapping[str, str]) -> str:
    """A text with its words changed, in the case that they have."""
    return _PIECE.sub(lambda piece: _styled(piece.group(), changed), text) if changed else text


def _styled(piece: str, changed: Mapping[str, str]) -> str:
    new = changed.get(piece.lower())
    if new is None:
        return piece
    return new.upper() if piece.isupper() else new.capitalize() if piece[0].isupper() else new


def _singulars(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for word in words_of(name):
            singular = word[:-3] + "y" if word.endswith("ies") else word[:-1] if _PLURAL.search(word) else word
            if len(singular) >= _SHORTEST and singular.isalpha():
                yield singular


def _forms(word: str) -> tuple[str, str]:
    """A noun in the singular and the plural."""
    if re.search(r"[^aeiou]y$", word):
        return word, word[:-1] + "ies"
    return word, word + ("es" if re.search(r"(?:[sxz]|ch|sh)$", word) else "s")


def _fits(noun: str, word: str) -> bool:
    """Whether a noun goes with the same article, and does something where the word does: a customer, a courier."""
    return (
        noun != word and (noun[0] in "aeiou") == (word[0] in "aeiou") and bool(_DOER.search(noun)) == bool(_DOER.search(word))
    )


def _is_noun(word: str, prose: str) -> bool:
    """Whether the prose uses a word as a countable noun: after an article, and before what may follow a noun."""
    if word in _generic() or _NO_THING.search(word) or _is_deed(word):
        return False
    singular, plural = _forms(word)
    prose = _CODE.sub(lambda code: code.group(1) if code.group(1).isalnum() else "`", prose)
    phrase = (
        rf"\b(?:(?:{_ONE})\s+(?:[a-z]+\s+)?{singular}|(?:{_MANY})\s+{plural})(?=[.;:)]|$|\s+(?:{_AFTER.replace(' ', '|')})\b)"
    )
    return re.search(phrase, prose, re.I) is not None


def _is_deed(word: str) -> bool:
    """Whether a word is what does a verb, as a loader or a retriever: a role in code, not a thing in its world."""
    root = re.sub(r"(?:er|or)$", "", word)
    return root != word and bool({root, root + "e", root[:-1]} & VERBS)
