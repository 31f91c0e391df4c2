"""The words that a small writer may use: those of its Brief, and those of documentation in general.

In: a Brief and a text. Out: the text's words that are neither. What a small model adds of its own is fluent and mostly wrong:
"the number of rows" where the facts speak of a path. The general words stand in `vocabulary.txt`, for people to review.
"""

from __future__ import annotations

import functools
from pathlib import Path

from docgen.brief import Brief
from docgen.support import content_words, stem, stems_of

_LITTLE = frozenset("a an and for from of or that the this to with".split())
_LIST = Path(__file__).with_suffix(".txt")


def foreign_words(brief: Brief, text: str) -> list[str]:
    """Content words of a text whose stem stands neither in the Brief nor in the general vocabulary, in their order."""
    own, general = stems_of(brief.sources), general_stems()
    return [word for word in content_words(text) if (stem(word) not in own and stem(word) not in general) or _is_glued(word)]


def _is_glued(word: str) -> bool:
    """Whether a word is no word, but a little one with an ending: "thely"."""
    return word.endswith("ly") and word.removesuffix("ly") in _LITTLE


@functools.cache
def general_words() -> frozenset[str]:
    """The words of the general vocabulary, as the list has them."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@functools.cache
def general_stems() -> frozenset[str]:
    """Their stems."""
    return stems_of(general_words())
