"""The lines of an answer that its Brief does not bear out, the most doubtful first.

In: a text and its Brief. Out: `Doubtful` lines with the probability that they were invented. One reason to change: what a line
is, and what an answer to a Brief may rest on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from docgen.brief import Brief
from docgen.metrics.readability import without_code
from docgen.readers.docstrings import sentences
from docgen.support.lines import Source, doubt

LEAST = 0.5
_KEPT = 64


@dataclass(frozen=True)
class Doubtful:
    """A sentence or list item, and the probability (0 to 1) that nothing bears it out."""

    line: str
    probability: float


def doubtful_lines(text: str, brief: Brief, least: float = LEAST) -> list[Doubtful]:
    """The sentences and list items of `text`, code blocks left out, of which the probability is at least `least`."""
    source = source_of(brief)
    lines = (part.strip() for line in without_code(text).splitlines() if line.strip() for part in sentences(line.strip()))
    found = [Doubtful(line, doubt(line, source)) for line in lines if line]
    return sorted((each for each in found if each.probability >= least), key=lambda each: -each.probability)


def source_of(brief: Brief) -> Source:
    """What an answer to a Brief may rest on. The last few are kept: most texts have several lines about the same subject."""
    return _source(brief.about, tuple(brief.sources), str(brief.get("doc", "")), tuple(brief.entry.strings("parameters")))


@lru_cache(maxsize=_KEPT)
def _source(about: str, texts: tuple[str, ...], summary: str, parameters: tuple[str, ...]) -> Source:
    return Source.of(about, texts, summary, parameters)
