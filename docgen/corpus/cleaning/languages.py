"""Languages: prose that is in none of those a corpus is made for.

In: an example. Out: the reason why its language is another one, empty where it is wanted or cannot be told. Code, names and
links are taken out first, and a few plain words decide nothing: technical English full of names looks like any language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from docgen.corpus.cleaning.length import TOKENIZER
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
# Short words of other languages that English has not: hardly a sentence does without them.
_OTHERS = frozenset(
    """al alla auf av bei ci co com cu da dan dans das de dei del della den der des det di din du een ein eine einem einen
    el em en entre er est et ett fi fuer gli het hoe ich il im ist je jest kan ke ki la las le les lo los mai med mit na
    nach nel nicht nie niet nu nur och oder og om op os ou par para pas pe por pour que qui sa se si sich sie sur til um
    un una und une uno van ve von voor ya yang za zu zum zur""".split()
)
_FAMILIAR = 0.4  # share of the longer words that documentation in English uses, from which on it is English
_LONG = 4  # letters
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
        if "en" in self.wanted and (english >= max(2, _LEAST_ENGLISH * len(words)) or self._is_familiar(words)):
            return "en"
        language, probability = self._identifier.classify(" ".join(words))
        return language if probability >= _CERTAIN else ""

    def _is_familiar(self, words: Sequence[str]) -> bool:
        """Whether words are those of English documentation: one-line summaries often have nothing else of English in them."""
        lower = [word.lower() for word in words]
        long = [word for word in lower if len(word) >= _LONG and word.isascii()]
        if not long or not all(word.isascii() for word in words) or not _OTHERS.isdisjoint(lower):
            return False
        return sum(word in self._vocabulary for word in long) >= _FAMILIAR * len(long)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """The words that the embedded base has whole: those that are frequent in the English documentation it has learned."""
        tokens = json.loads(TOKENIZER.read_bytes())["model"]["vocab"]
        begins = "\N{LATIN CAPITAL LETTER G WITH DOT ABOVE}"  # stands for the space before a word
        return frozenset(token.removeprefix(begins) for token in tokens if token.startswith(begins))

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # most texts show that they are English without it

        found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        found.set_languages((_LARGE | self.wanted) & set(found.labels))
        return found
