"""Which kind of section a passage is: by the project's headings, by docgen's, else by a classifier that says how sure it is.

In: a heading and its text. Out: a `Label`, or None; `seen` has every heading that was asked about and what was found, but for
names of symbols without a label: reference pages are full of them, and nobody would map them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from docgen.corpus.labels.classifier import NONE, Classifier, heading_words
from docgen.corpus.store import Labelled
from docgen.settings import HEADINGS_OF_KIND, Settings, kind_in

_HEADING_READ = 300  # characters; no heading of a table is longer, and a paragraph that was made one by mistake says no more
_CODE = re.compile(r"`+[^`]+`+")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_CALL = re.compile(r"(?<=\w)\((?!s\)).*", re.DOTALL)  # with whatever the call gives; `error(s)` is none
_NAME = re.compile(
    r"[@.]?\w+(?:\.\w+)+|\w*_[\w.]*|@\w+|--?[^\W\d][\w-]*|\w+\(\)|(?![A-Z]+s$)[A-Z]\w*?(?:[a-z][A-Z]|[A-Z]{2}[a-z])\w*"
)
_SORTS = frozenset(
    "and async attribute attributes class classes classmethod command constant decorator def exception exceptions function "
    "functions method methods module object option or parameter property staticmethod the variable".split()
)


@dataclass(frozen=True)
class Label:
    """The kind of a section, how it was found, and how surely, from 0 to 1."""

    kind: str
    by: Labelled
    confidence: float


@dataclass(frozen=True)
class Seen:
    """A heading that was asked about; `kind` and `by` are empty where it has no label."""

    heading: str
    kind: str = ""
    by: str = ""
    confidence: float = 0.0


class Labeller:
    """Labels the sections of documents by the settings of their project."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.seen: list[Seen] = []

    def label(self, heading: str, text: str) -> Label | None:
        """The label of a section, or None where nothing claims it with enough confidence."""
        found = self._known(heading) or self._classified(heading, text)
        if found:
            self.seen.append(Seen(heading, found.kind, found.by, found.confidence))
        elif not names_only(heading):
            self.seen.append(Seen(heading))
        return found

    def _known(self, heading: str) -> Label | None:
        heading = heading[:_HEADING_READ]
        if (own := kind_in(heading, self.settings.labels)) is not None:
            return Label(own, "settings", 1.0)
        kind = kind_in(heading, HEADINGS_OF_KIND)
        return None if kind is None else Label(kind, "heading", 1.0)

    def _classified(self, heading: str, text: str) -> Label | None:
        if names_only(heading) or not heading_words(heading):
            return None
        kind, confidence = self._classifier.best(heading, text)
        is_sure = kind != NONE and confidence >= self.settings.corpus.min_confidence
        return Label(kind, "classifier", confidence) if is_sure else None

    @cached_property
    def _classifier(self) -> Classifier:
        return Classifier.load()


def names_only(heading: str) -> bool:
    """Whether a heading names symbols and says nothing of them: `Client.get`, `class Client`, `load(path)`, `--strict`."""
    plain = _CODE.sub("_", _LINK.sub(r"\1", heading[:_HEADING_READ]).replace("\\_", "_")).replace("*", "")
    words = re.split(r"[\s,/:]+", _CALL.sub("()", plain).strip(" ,/:#"))
    names = [word for word in words if word.casefold() not in _SORTS]
    if len(names) == 1 and words[0] in ("class", "def"):
        return True
    return bool(names) and all(_NAME.fullmatch(name) for name in names)
