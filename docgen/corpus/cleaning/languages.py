"""Languages: prose that is in none of those a corpus is made for.

In: an example. Out: the reason why its language is another one, empty where it is wanted or cannot be told. Code, names and
links are taken out first, and a few plain words decide nothing: technical English full of names looks like any language.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from docgen.corpus.cleaning.prose import without_code
from docgen.corpus.store import Example

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LEAST_WORDS = 6  # of prose, in a script that puts spaces between them
_LEAST_LETTERS = 10  # of prose in another script
_CERTAIN = 0.95  # probability of the language that is found
_LEAST_ENGLISH = 0.15  # share of words that only English has, above which nothing else need be asked
_LARGE = frozenset(
    """ar bg bn ca cs da de el en es et eu fa fi fr ga gl he hi hr hu id is it ja ko lt lv ms nb nl nn no pl pt ro ru sk sl sr
    sv sw ta te th tr uk ur vi zh""".split()
)
_ENGLISH = frozenset(
    """the of to is and for with that this are be from by it its which if when not as on at an or will can has have into only
    must should you your their than then there these those where while whether each use used using returns return given does
    all any how what was were been but""".split()
)
_NO_PROSE = re.compile(r"\[[^\]]*\]\([^)]*\)|<[^>]+>|https?://\S+|[\w.]+\([^()]*\)")
_WORD = re.compile(r"(?<![\w.@/\\-])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w@/\\]|\.\w|\()")


def prose_words(text: str) -> list[str]:
    """The plain words of a text: no code, link, dotted or underscored name, call, or word with capitals inside it."""
    plain = _NO_PROSE.sub(" ", without_code(text))
    return [word for word in _WORD.findall(plain) if word[1:].islower() or not word.isascii() or len(word) == 1]


class Languages:
    """Tells texts in other languages than those `wanted` (ISO 639-1 codes; none for all)."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.wanted = frozenset(wanted)

    def foreign(self, example: Example) -> str:
        """Why an example is in another language."""
        found = self.of(example.text) if self.wanted else ""
        return f"is in another language ({found})" if found and found not in self.wanted else ""

    def of(self, text: str) -> str:
        """The language of a text, empty where there are too few words or too many possibilities."""
        words = prose_words(text)
        letters = sum(not character.isascii() and character.isalpha() for word in words for character in word)
        if len(words) < _LEAST_WORDS and letters < _LEAST_LETTERS:
            return ""
        english = sum(word.lower() in _ENGLISH for word in words)
        if english >= max(2, _LEAST_ENGLISH * len(words)) and "en" in self.wanted:
            return "en"
        language, probability = self._identifier.classify(" ".join(words))
        return language if probability >= _CERTAIN else ""

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # most texts show that they are English without it

        found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        found.set_languages((_LARGE | self.wanted) & set(found.labels))
        return found
