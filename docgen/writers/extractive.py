"""The baseline without a model: the sentences that a Brief already holds, chosen like those of its kind.

In: training examples, from which come the words and the length typical of each kind of section. Out: texts made of sentences
that the Brief's own texts and its plain statement hold, ranked by BM25. A model that scores no better has learned nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from docgen.brief import Brief
from docgen.corpus.store import Example
from docgen.facts import JSON, mark, words_of
from docgen.report import InputError
from docgen.statements import state
from docgen.support import stem

_QUERY_WORDS = 24
_SATURATION, _LENGTH_WEIGHT = 1.5, 0.75  # k1 and b of BM25 (Robertson and Zaragoza 2009), at their usual values
_SHORTEST = 3  # words of a fact's text that may be a sentence
_SAME = 0.8  # share of a sentence's words that others have said already, from which it says nothing new
_CODE = re.compile(r"\.(?:annotation|default|condition|kind|message)$|^(?:kind|signature|returns|yields|constants\..*)$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"(])")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class _Kind:
    """What is typical of one kind of section: the stems that set it apart, and its median length in words."""

    query: tuple[str, ...]
    words: int


class ExtractiveWriter:
    """Writes by choosing among the sentences of each Brief. Raises InputError without an example to learn from."""

    name = "extractive"

    def __init__(self, examples: Sequence[Example]) -> None:
        if not examples:
            raise InputError("no examples to learn the kinds of section from", fix="give it the train split of a corpus")
        by_kind: dict[str, list[str]] = {}
        for example in examples:
            by_kind.setdefault(example.brief.kind, []).append(example.text)
        texts = [example.text for example in examples]
        self._kinds = {kind: _typical(own, texts) for kind, own in sorted(by_kind.items())}
        self._any = _typical(texts, texts)
        self._ranking = _Ranking.of([sentence for text in texts for sentence in sentences(text)])

    @property
    def mark(self) -> str:
        """Changes when what was learned changes."""
        learned: dict[str, JSON] = {kind: [typical.words, *typical.query] for kind, typical in self._kinds.items()}
        return mark(["extractive", learned], 12)

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief, at least a sentence where it holds one; "" where it holds none."""
        return [self._write(brief) for brief in briefs]

    def _write(self, brief: Brief) -> str:
        typical = self._kinds.get(brief.kind, self._any)
        found = candidates(brief)
        ranked = sorted(range(len(found)), key=lambda number: (-self._ranking.score(found[number], typical.query), number))
        chosen: list[int] = []
        length = 0
        for number in ranked:
            words = len(found[number].split())
            said = {word for other in chosen for word in stems(found[other])}
            if (not chosen or length + words <= typical.words) and not _repeats(found[number], said):
                chosen.append(number)
                length += words
        return " ".join(found[number] for number in sorted(chosen))


def _repeats(sentence: str, said: set[str]) -> bool:
    own = set(stems(sentence))
    return bool(own) and len(own & said) / len(own) >= _SAME


def _typical(own: Sequence[str], texts: Sequence[str]) -> _Kind:
    """The words that stand in more of `own` than of all `texts`, by how much they tell a text of this kind from others."""
    here, everywhere = (Counter(word for text in group for word in set(stems(text))) for group in (own, texts))
    told = {}
    for word, count in here.items():
        share, usual = count / len(own), everywhere[word] / len(texts)
        told[word] = share * math.log(share / usual)
    query = sorted((word for word in told if told[word] > 0), key=lambda word: (-told[word], word))[:_QUERY_WORDS]
    return _Kind(tuple(query), round(median(len(text.split()) for text in own)))


def stems(text: str) -> list[str]:
    """The stems of a text's words, names split into words, in order."""
    return [stem(word) for name in _NAME.findall(text) for word in words_of(name)]


def sentences(text: str) -> list[str]:
    """The sentences of a prose text; each bullet is one or more."""
    lines = re.split(r"\n\s*\n|\n(?=\s*[-*] )", text)
    joined = (" ".join(line.split()).removeprefix("- ").removeprefix("* ") for line in lines)
    return [sentence for line in joined for sentence in _SENTENCE_END.split(line) if sentence]


def candidates(brief: Brief) -> list[str]:
    """Every sentence that the Brief offers, without repetition: its plain statement's, then those of its texts."""
    found = [*sentences(state(brief)), *(sentence for text in _texts(brief) for sentence in sentences(text))]
    return list(dict.fromkeys(map(_ended, found)))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else sentence.rstrip(",;:") + "."


def _texts(brief: Brief) -> Iterator[str]:
    """The facts that are prose, with the name that they describe before them."""
    for fact in brief.facts:
        if isinstance(fact.value, str) and len(fact.value.split()) >= _SHORTEST and not _CODE.search(fact.name):
            head, _, rest = fact.name.partition(".")
            about = rest.removesuffix(".description") if head in ("parameters", "raises", "members") else ""
            yield f"`{about}`: {fact.value}" if about else fact.value


@dataclass(frozen=True)
class _Ranking:
    """BM25 with the frequencies of a collection of sentences."""

    counts: Mapping[str, int]
    size: int
    length: float

    @classmethod
    def of(cls, collection: Sequence[str]) -> _Ranking:
        split = [stems(sentence) for sentence in collection]
        counts = Counter(word for words in split for word in set(words))
        return cls(counts, len(split), sum(map(len, split)) / max(len(split), 1) or 1.0)

    def score(self, sentence: str, query: Sequence[str]) -> float:
        """How well a sentence meets the query: 0 for no word in common, without an upper limit."""
        words = stems(sentence)
        counts = Counter(words)
        slope = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * len(words) / self.length)
        return math.fsum(
            self._rarity(word) * counts[word] * (_SATURATION + 1) / (counts[word] + slope) for word in query if counts[word]
        )

    def _rarity(self, word: str) -> float:
        count = self.counts.get(word, 0)
        return math.log(1 + (self.size - count + 0.5) / (count + 0.5))
