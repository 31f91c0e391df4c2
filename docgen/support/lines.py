"""How doubtful a line is: the probability that it says what its source does not, by a small model in plain Python.

In: a line, and a `Source`: what it may rest on. Out: a number from 0 to 1. Beside the share of words that stand nowhere in the
source, the model weighs how rare they are, whether a kin of theirs is there, which of the subject's own words the line
has, and its names and numbers. `docgen.corpus.doubt_recipe` fits it; what a feature is stands here alone.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

from docgen.facts import words_of
from docgen.support.words import content_words, stem

WEIGHTS = Path(__file__).with_name("weights.json")
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile(r"`([^`\n]+)`|\b([a-z]\w*_\w+|[A-Z][a-z0-9]+[A-Z]\w*|\w+\(\))")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|none|neither)\b|n't\b", re.IGNORECASE)
_KIN = 4  # letters that two words must share at their beginning to count as kin
_THOUSAND = 1000

# A tree is a number of thousandths, or a feature's name, a threshold, and the trees for values up to it and above it.
Tree: TypeAlias = "int | tuple[str, float, Tree, Tree]"


@dataclass(frozen=True)
class Source:
    """What a line may rest on: all its `texts` in one, what they are `about`, the `summary` and the names of parameters."""

    about: str
    text: str
    summary: str = ""
    parameters: tuple[str, ...] = ()

    @classmethod
    def of(cls, about: str, texts: Iterable[str], summary: str = "", parameters: Iterable[str] = ()) -> Source:
        """The source that these texts make."""
        return cls(about, "\n".join(texts), summary, tuple(parameters))

    @cached_property
    def sequence(self) -> list[str]:
        """The stems of its words in order."""
        return _stems(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The different stems."""
        return frozenset(self.sequence)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Two stems in a row."""
        return frozenset(zip(self.sequence, self.sequence[1:], strict=False))

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """How its longer words begin."""
        return frozenset(word[:_KIN] for word in self.stems if len(word) >= _KIN)

    @cached_property
    def lowered(self) -> str:
        """The text in lower case, for names."""
        return self.text.lower()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers it holds."""
        return frozenset(_NUMBER.findall(self.text))

    @cached_property
    def own(self) -> frozenset[str]:
        """The words of the subject's path."""
        return frozenset(_stems(self.about))

    @cached_property
    def short(self) -> frozenset[str]:
        """The words of its last part."""
        return frozenset(_stems(self.about.rpartition(".")[2]))

    @cached_property
    def named(self) -> frozenset[str]:
        """The words of its parameters."""
        return frozenset(_stems(" ".join(self.parameters)))

    @cached_property
    def summed(self) -> frozenset[str]:
        """The content of its summary."""
        return frozenset(map(stem, content_words(self.summary)))


def _stems(text: str) -> list[str]:
    return [stem(word) for name in _TOKEN.findall(text) for word in words_of(name)]


@dataclass(frozen=True)
class Rarity:
    """How many of `sources` texts hold each stem; those that fewer than a handful hold are left out."""

    sources: int
    holding: Mapping[str, int]

    def of(self, word: str) -> float:
        """How rare a stem is: 0 for one that stands everywhere."""
        return math.log((self.sources + 1) / (self.holding.get(word, 1) + 1))


def features(line: str, source: Source, rarity: Rarity) -> dict[str, float]:
    """What the model sees, by name."""
    stems = [stem(word) for word in content_words(line)]
    count = max(len(stems), 1)
    unseen = [word for word in stems if word not in source.stems]
    strange = [word for word in unseen if len(word) < _KIN or word[:_KIN] not in source.beginnings]
    seen = set(stems) & source.stems
    weight, weights = sum(map(rarity.of, stems)) or 1.0, [rarity.of(word) for word in strange]
    seen_weights = [rarity.of(word) for word in seen]
    said = _stems(line)
    following = list(zip(said, said[1:], strict=False))
    found = {
        "unseen": len(unseen) / count,
        "strange": len(strange) / count,
        "unseen.rare": sum(map(rarity.of, unseen)) / weight,
        "strange.rare": sum(weights) / weight,
        "strange.sum": math.log1p(sum(weights)),
        "strange.rarest": max(weights, default=0.0),
        "seen.mean": sum(seen_weights) / count,
        "seen.sum": math.log1p(sum(seen_weights)),
        "seen.rarest": max(seen_weights, default=0.0),
        "pairs": sum(pair in source.pairs for pair in following) / max(len(following), 1),
        "words": math.log1p(len(stems)),
        "source": math.log1p(len(source.stems)),
    }
    return found | _of_subject(frozenset(stems), count, source) | _of_details(line, source)


def _of_subject(stems: frozenset[str], count: int, source: Source) -> dict[str, float]:
    return {
        "own": len(source.own & stems) / count,
        "short": len(source.short & stems) / max(len(source.short), 1),
        "parameters": len(source.named & stems) / count,
        "summary": len(source.summed & stems) / count,
        "summary.any": float(not source.summed.isdisjoint(stems)),
        "own.any": float(not source.own.isdisjoint(stems)),
    }


def _of_details(line: str, source: Source) -> dict[str, float]:
    names = [(ticked or plain).strip("()").lower() for ticked, plain in _NAME.findall(line)]
    unknown = [name for name in names if name not in source.lowered]
    numbers = _NUMBER.findall(line)
    negates = bool(_NEGATION.search(line))
    return {
        "names": float(bool(names)),
        "names.unknown": len(unknown) / max(len(names), 1),
        "numbers": float(bool(numbers)),
        "numbers.unknown": float(any(number not in source.numbers for number in numbers)),
        "negates": float(negates),
        "negates.alone": float(negates and not _NEGATION.search(source.text)),
    }


@dataclass(frozen=True)
class Doubts:
    """The model: how rare words are, where a sum begins, and trees whose values are added to it."""

    rarity: Rarity
    start: float
    trees: Sequence[Tree]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Doubts:
        """The model that comes with docgen, or another one that the recipe wrote."""
        read = json.loads(path.read_text(encoding="utf-8"))
        return cls(Rarity(read["sources"], read["holding"]), read["start"], read["trees"])

    def of(self, line: str, source: Source) -> float:
        """The probability that nothing in `source` bears the line out; 0 for a line without content words."""
        if not content_words(line):
            return 0.0
        seen = features(line, source, self.rarity)
        total = self.start + sum(_value(tree, seen) for tree in self.trees) / _THOUSAND
        return 1 / (1 + math.exp(-total))

    def dumped(self) -> str:
        """The model as JSON, a tree a line."""
        holding = json.dumps(dict(sorted(self.rarity.holding.items())), ensure_ascii=False, separators=(",", ":"))
        trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in self.trees)
        head = f'"sources":{self.rarity.sources},\n"start":{round(self.start, 4)},\n"holding":{holding}'
        return "{" + f'{head},\n"trees":[\n{trees}\n]' + "}\n"


def _value(tree: Tree, seen: Mapping[str, float]) -> int:
    while not isinstance(tree, int):
        name, threshold, low, high = tree
        tree = low if seen[name] <= threshold else high
    return tree


@cache
def _model() -> Doubts:
    return Doubts.load()


def doubt(line: str, source: Source) -> float:
    """The probability (0 to 1) that nothing in `source` bears the line out, by the model that comes with docgen."""
    return _model().of(line, source)
