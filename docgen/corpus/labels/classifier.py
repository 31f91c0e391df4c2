"""Which kind of section a heading and its first words announce, by a linear model in plain Python.

In: a heading, and its text as Markdown. Out: a probability for each kind, and for `NONE`: installation, licences, lists of
names and whatever else answers no Brief. The weights come with docgen; `recipe.py` makes them. What a feature is stands here
alone, so that the model is asked as it was taught, and labelling needs no library.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NONE = "none"
WEIGHTS = Path(__file__).with_name("weights.json")
_WORDS_READ = 120  # words of a text that tell its kind; what follows repeats or digresses
_CHARACTERS_READ = 6000
_HEADING_READ = 300  # characters; a paragraph that was made a heading by mistake need not be read to its end
_HEADING_SHARE, _TEXT_SHARE = 2.0, 2.5  # length of each part's vector, which makes long texts no louder than short ones

_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^(?: {4}|\t)[^\n]*$|^>>> [^\n]*$", re.MULTILINE)
_INSTALLS = re.compile(r"\b(?:pip3?|conda|mamba|brew|apt(?:-get)?|npm|uv|poetry|docker)\s+(?:install|add|pull)\b|\bgit clone\b")
_LINK = re.compile(r"\]\([^)\s]*\)|https?://\S+|`[^`\n]+`__?\b")
_TICKED = re.compile(r"``?([^`\n]{1,200})``?")
# Numbers of tickets, and items that begin with what was done: what changelogs are made of.
_TICKET = re.compile(r"(?:#|\bgh-|/(?:pull|issues)/)\d+\b|\(\d{3,}(?:, \d{3,})*\)", re.IGNORECASE)
_HISTORY = re.compile(
    r"^[ \t]*+[-*+][ \t]+\W*(?:add|bump|chang|correct|deprecat|drop|fix|handl|improv|introduc|mov|remov|renam|replac|support)",
    re.IGNORECASE | re.MULTILINE,
)
_EXCEPTION = re.compile(r"\b\w*(?:Error|Exception|Warning)\b")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(%?)(?!\w)")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|[?%]")
# Possessive, and blanks within one line only: a text of line ends alone would else cost the cube of its length.
_SENTENCE_START = re.compile(r"(?:\A|[.:!?]\s++|\n\s*+(?:(?:[-*+]|\d+[.)])\s*+)?)([^\W\d_]{2,})")
_BULLET = re.compile(r"^[ \t]*+(?:[-*+]|\d+[.)])[ \t]++\S", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*+\|.*\|[ \t]*+$", re.MULTILINE)
_HUNDRED = 100  # weights are written in hundredths: more digits make the file longer and no answer better


def features(heading: str, text: str) -> dict[str, float]:
    """What the model sees, by name: `h:` words and letters of the heading, `t:` words of the text, `is:` how it is made."""
    text = text[:_CHARACTERS_READ]
    prose = _INDENTED.sub(" ", _FENCED.sub(" ", text))
    found = _scaled(_heading_features(heading), _HEADING_SHARE)
    found |= _scaled(_text_features(prose), _TEXT_SHARE)
    return found | dict(_shape(text, prose))


def _scaled(names: Iterable[str], length: float) -> dict[str, float]:
    """The distinct names as a vector of this length."""
    distinct = dict.fromkeys(names)
    return dict.fromkeys(distinct, length / math.sqrt(len(distinct))) if distinct else {}


def _heading_features(heading: str) -> Iterator[str]:
    words = heading_words(heading)
    yield from (f"h:{word}" for word in words)
    yield from (f"h:{first} {second}" for first, second in zip(["^", *words], [*words, "$"], strict=True))
    for word in words:
        padded = f"<{word}>"
        yield from (f"h~{padded[at : at + 4]}" for at in range(len(padded) - 3))


def heading_words(heading: str) -> list[str]:
    """The words of a heading in lower case, code left out, with a question mark as a word of its own."""
    return _TOKEN.findall(_TICKED.sub(" ", heading[:_HEADING_READ]).replace("’", "'").casefold())


def _text_features(prose: str) -> Iterator[str]:
    plain = _TICKED.sub(lambda found: " exceptionname " if _EXCEPTION.search(found[1]) else " codename ", _LINK.sub(" ", prose))
    plain = _NUMBER.sub(lambda found: " percentage " if found[1] else " number ", _EXCEPTION.sub(" exceptionname ", plain))
    words = _TOKEN.findall(plain.replace("’", "'").casefold())[:_WORDS_READ]
    yield from (f"t:{word}" for word in words)
    yield from (f"t:{first} {second}" for first, second in zip(words, words[1:], strict=False))
    starts = _SENTENCE_START.finditer(plain)
    yield from (f"t^{found[1].casefold()}" for found, _ in zip(starts, range(12), strict=False))


def _shape(text: str, prose: str) -> Iterator[tuple[str, float]]:
    """How a text is made: each feature from 0 to 1."""
    words, lines = max(len(prose.split()), 1), max(text.count("\n") + 1, 1)
    yield "is:code", 1 - len(prose.strip()) / max(len(text.strip()), 1) if text.strip() else 0.0
    yield "is:list", min(len(_BULLET.findall(prose)) / lines, 1.0)
    yield "is:table", min(len(_ROW.findall(prose)) / lines, 1.0)
    yield "is:links", min(5 * len(_LINK.findall(prose)) / words, 1.0)
    yield "is:tickets", min(10 * len(_TICKET.findall(text)) / words, 1.0)
    yield "is:history", min(len(_HISTORY.findall(prose)) / lines, 1.0)
    yield "is:formulas", min(10 * text.count("$") / words, 1.0)
    yield "is:numbers", min(5 * len(_NUMBER.findall(prose)) / words, 1.0)
    yield "is:exceptions", min(10 * len(_EXCEPTION.findall(prose)) / words, 1.0)
    yield "is:installed", 1.0 if _INSTALLS.search(text) else 0.0
    yield "is:short", 1 / math.sqrt(words)


@dataclass(frozen=True)
class Classifier:
    """A linear model: the weights of each feature, one for every kind in `kinds`, and what each kind has without any."""

    kinds: Sequence[str]
    intercepts: Sequence[float]
    weights: Mapping[str, Sequence[float]]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Classifier:
        """The model that comes with docgen, or another one that the recipe wrote."""
        read = json.loads(path.read_text(encoding="utf-8"))
        weights = {name: [item / _HUNDRED for item in row] for name, row in read["hundredths"].items()}
        return cls(read["kinds"], [item / _HUNDRED for item in read["intercepts"]], weights)

    def probabilities(self, heading: str, text: str) -> dict[str, float]:
        """The probability of each kind; they sum to 1."""
        sums = list(self.intercepts)
        for name, value in features(heading, text).items():
            for at, weight in enumerate(self.weights.get(name, ())):
                sums[at] += weight * value
        highest = max(sums)
        exponentials = [math.exp(item - highest) for item in sums]
        total = math.fsum(exponentials)
        return {kind: item / total for kind, item in zip(self.kinds, exponentials, strict=True)}

    def best(self, heading: str, text: str) -> tuple[str, float]:
        """The likeliest kind, which may be `NONE`, and its probability."""
        return Counter(self.probabilities(heading, text)).most_common(1)[0]

    def dumped(self) -> str:
        """The model as JSON in hundredths, a feature a line, so that a new training can be read as a difference."""
        rows = (f"{json.dumps(name, ensure_ascii=False)}:{_hundredths(self.weights[name])}" for name in sorted(self.weights))
        head = f'"kinds":{json.dumps(list(self.kinds))},\n"intercepts":{_hundredths(self.intercepts)},\n"hundredths":{{\n'
        return "{" + head + ",\n".join(rows) + "\n}}\n"


def _hundredths(weights: Sequence[float]) -> str:
    return json.dumps([round(weight * _HUNDRED) for weight in weights], separators=(",", ":"))
