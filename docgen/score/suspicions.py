"""Input that makes scores meaningless without looking wrong: references of other texts, of another language, or swapped.

In: items with references. Out: a note for each suspicion, with counts and names. Nothing is left out for it: only a person can
tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from unicodedata import name as character_name

from docgen.metrics import named
from docgen.score.items import Item
from docgen.support import FUNCTION_WORDS

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 12  # under which a text's language is not judged
_USUAL, _RARE = 0.2, 0.05  # share of English function words of a text that is English, and of one that is not
_MOST_COMPARED = 400  # texts that are held against each other's references
_NEARER = 0.15  # by how much a reference of another must be nearer to count


def suspicions(items: Sequence[Item]) -> list[str]:
    """What looks odd about texts and their references taken together."""
    paired = [item for item in items if item.answer.reference.strip() and item.answer.text.strip()]
    notes = []
    if foreign := [item.key for item in paired if _differ(language(item.answer.text), language(item.answer.reference))]:
        notes.append(named(foreign, "in another language than the reference", len(paired)))
    if len(crossed := _crossed(paired)) > max(1, len(paired) // 10):
        notes.append(named(crossed, "nearer to the reference of another text: are texts and references in step?", len(paired)))
    if len(same := _repeated(paired)) > len(paired) // 2 and len(paired) > 2:
        notes.append(named(same, "with the same reference as another text", len(paired)))
    return notes


def _differ(first: str, second: str) -> bool:
    return bool(first and second) and first != second


def language(text: str) -> str:
    """The script that most letters are of, `ENGLISH` or `OTHER` where that is Latin; "" where there are too few words to
    tell."""
    words = _WORD.findall(re.sub(r"`[^`]*`|```.*?```", " ", text, flags=re.S))
    letters = "".join(words)
    if len(letters) < _FEWEST_WORDS:
        return ""
    if not letters.isascii():
        scripts = Counter(character_name(letter, "").partition(" ")[0] for letter in letters[:2000])
        if (script := scripts.most_common(1)[0][0]) != "LATIN":
            return script
    if len(words) < _FEWEST_WORDS:
        return ""
    share = sum(word.lower() in FUNCTION_WORDS for word in words) / len(words)
    return "ENGLISH" if share >= _USUAL else "OTHER" if share <= _RARE else ""


def _crossed(items: Sequence[Item]) -> list[str]:
    """The texts that share clearly more of their words with the reference of another than with their own."""
    sample = items[:_MOST_COMPARED]
    texts = [_words(item.answer.text) for item in sample]
    references = [_words(item.answer.reference) for item in sample]
    found = []
    for place, (item, words) in enumerate(zip(sample, texts, strict=True)):
        own = _overlap(words, references[place])
        others = (_overlap(words, other) for number, other in enumerate(references) if number != place)
        if words and max(others, default=0.0) > own + _NEARER:
            found.append(item.key)
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) - FUNCTION_WORDS


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard similarity."""
    either = len(first | second)
    return len(first & second) / either if either else 0.0


def _repeated(items: Sequence[Item]) -> list[str]:
    counts = Counter(item.answer.reference.strip() for item in items)
    return [item.key for item in items if counts[item.answer.reference.strip()] > 1]
