"""Support: the share of a text's content words that its sources hold.

In: a text and the words it may rest on. Out: a share from 0 to 1, and the words that stand nowhere. A text that brings its
own nouns and verbs says something the sources don't; small models do that fluently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docgen.facts import words_of

_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FUNCTION_WORDS = frozenset(
    """a an the this that these those it its they them their he she his her we our you your i me my one ones some any
    all each every both either neither no not none nor and or but if then else when where while until unless because
    so as than though although whether which who whom whose what how why of in on at by to from for with without
    within into onto out over under above below between among across through during before after about against per via
    up down off again further more most less least very too also only just even still already yet here there is are
    was were be been being am do does did done doing have has had having can could may might must shall should will
    would use uses used using user call calls called calling return returns returned returning give gives given giving
    get gets take takes taken taking raise raises raised raising pass passes passed passing set sets default defaults
    value values name names named parameter parameters argument arguments function functions method methods class
    classes module modules object objects instance package need needs needed want wants let lets make makes made keep
    keeps kept see such same other another own first last new e g i ie eg etc s t re ve ll d m otherwise instead
    optional optionally required once always never nothing something anything everything error errors exception
    exceptions fail fails failed failure caller callers handle handles handled catch catches model models section
    sections result results""".split()
)


def stem(word: str) -> str:
    """A word without its common English endings, so that `reads` and `reading` meet `read`."""
    word = word.lower()
    for ending, kept in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""), ("ly", ""), ("ion", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + kept
            break
    word = word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl" else word
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def content_words(text: str) -> list[str]:
    """The words of a text that carry content, names split into words, in order."""
    return [
        word
        for name in _TOKEN.findall(text)
        for word in words_of(name)
        if len(word) > 1 and word not in FUNCTION_WORDS and not word.isdigit()
    ]


def stems_of(sources: Iterable[str]) -> frozenset[str]:
    """The stems of all words of `sources`, to hold several texts against them."""
    return frozenset(map(stem, {word for source in sources for name in _TOKEN.findall(source) for word in words_of(name)}))


def unsupported_words(text: str, sources: Iterable[str]) -> list[str]:
    """Content words of `text` whose stem stands in none of `sources`."""
    known = stems_of(sources)
    return [word for word in content_words(text) if stem(word) not in known]


def support(text: str, sources: Iterable[str]) -> float:
    """Share (0 to 1) of the content words of `text` that stand in `sources`; 1 for a text without content words."""
    return share_known(text, stems_of(sources))


def share_known(text: str, known: frozenset[str]) -> float:
    """Share (0 to 1) of the content words of `text` whose stem is `known`; 1 for a text without content words."""
    words = content_words(text)
    return sum(stem(word) in known for word in words) / len(words) if words else 1.0
