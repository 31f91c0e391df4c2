"""What is scored, one text at a time, with where it comes from; and the groups that scores are told apart by.

In: answers of documents, of a writer or of a file of pairs. Out: `Item`s, and slices of them by label, source and length. One
reason to change: by what scores are sliced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from docgen.metrics import Answer

Dimension = Literal["label", "source", "length"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
_WORD = re.compile(r"\w+")
_LENGTHS = (20, 50, 100, 200)  # words at which a longer group begins
_MOST_SLICES = 12  # of one dimension; the smaller ones are one slice together
REST = "others"


@dataclass(frozen=True)
class Item:
    """An answer with the `document` that it is a part of (a row of a corpus is its own), the `source` that slices name, and
    where the text stands (`path`, `line`; line 0 where it stands in no file)."""

    answer: Answer
    document: str
    source: str
    path: str
    line: int = 0

    @property
    def key(self) -> str:
        """What messages and baselines call it."""
        return self.answer.key

    @property
    def label(self) -> str:
        """The kind of section."""
        return self.answer.brief.kind or "other"

    @property
    def words(self) -> int:
        """Words of the reference, of the text itself where there is none."""
        return len(_WORD.findall(self.answer.reference or self.answer.text))


def by_document(items: Sequence[Item]) -> dict[str, list[Item]]:
    """The items of each document, in order."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.document, []).append(item)
    return found


def sliced(items: Sequence[Item], dimension: Dimension) -> dict[str, list[Item]]:
    """The items by label, source or length; nothing where all fall into one slice. Of many slices the small ones are
    `others` together."""
    found: dict[str, list[Item]] = {}
    for item in items:
        name = item.label if dimension == "label" else item.source if dimension == "source" else length_of(item.words)
        found.setdefault(name, []).append(item)
    if dimension == "length":
        order = [length_of(least) for least in (0, *_LENGTHS)]
        found = {name: found[name] for name in order if name in found}
    else:
        found = _largest(found)
    return found if len(found) > 1 else {}


def _largest(slices: Mapping[str, list[Item]]) -> dict[str, list[Item]]:
    """The largest slices by name, and the rest as one."""
    if len(slices) <= _MOST_SLICES:
        return dict(sorted(slices.items()))
    ranked = sorted(slices, key=lambda name: (-len(slices[name]), name))
    kept = {name: slices[name] for name in sorted(ranked[: _MOST_SLICES - 1])}
    rest = [item for name in ranked[_MOST_SLICES - 1 :] for item in slices[name]]
    return kept | {REST: rest}


def length_of(words: int) -> str:
    """The group of lengths that so many words fall into: `20 to 49 words`."""
    place = sum(words >= least for least in _LENGTHS)
    if place == len(_LENGTHS):
        return f"{_LENGTHS[-1]} words and more"
    return f"{_LENGTHS[place - 1] if place else 0} to {_LENGTHS[place] - 1} words"
