"""The local model as a writer: several drafts a Brief, of which the best founded is kept.

In: the folder of an adapter or of a base, and Briefs. Out: a text each. Small models write well and falsely in equal measure,
so what decides is first what a draft claims, then what it forgets, then what its sources hold, and only then how likely it
was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.brief import Brief, exceptions_to_name
from docgen.claims import verify
from docgen.facts import mark
from docgen.settings import Settings
from docgen.support import support
from docgen.writers.local.quiet import quiet_libraries

if TYPE_CHECKING:
    from docgen.writers.local.generation import Draft
    from docgen.writers.local.model import LocalModel

_SEED = 20_240
_TIMES = 3  # as often as this, three words in a row are a loop and no style
Rank = tuple[int, int, float, float]


class LocalWriter:
    """Writes with a quantised model on this machine. The model is loaded when the first text is asked for; equal Briefs in
    equal order get equal texts.

    Raises InputError for a folder that is neither an adapter nor a base, an adapter of another base, or one taught with other
    prompts.
    """

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        quiet_libraries()  # before the first import of what they quiet
        from docgen.writers.local.model import find_local

        self._candidates = (settings or Settings()).write.candidates
        self._found = find_local(folder)
        self._model: LocalModel | None = None

    @property
    def name(self) -> str:
        """The adapter's folder, or the base's name."""
        return self._found.name

    @property
    def mark(self) -> str:
        """Changes when its answers may: with the weights, the prompts, or the number of candidates."""
        return mark(["local", *self._found.marks, self._candidates], 12)

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """The best draft for each Brief; "" where all of them broke off, went round in circles, or had no room."""
        if not briefs:
            return []
        self._model = self._model or self._found.load()
        drafts = [[draft] for draft in self._model.drafts(briefs)]
        for number in range(1, self._candidates):
            for own, drawn in zip(drafts, self._model.drafts(briefs, seed=_SEED * number), strict=True):
                own.append(drawn)
        return [best(brief, own) for brief, own in zip(briefs, drafts, strict=True)]


def best(brief: Brief, drafts: Sequence[Draft]) -> str:
    """The text of the best usable draft, the first of equals; "" where none is usable."""
    usable = [draft for draft in drafts if draft.ended and draft.text and not goes_round(draft.text)]
    return min(usable, key=lambda draft: rank(brief, draft)).text if usable else ""


def rank(brief: Brief, draft: Draft) -> Rank:
    """How good a draft is, better ones smaller: claims that its facts deny or don't hold, exceptions it forgets, then its
    lack of support, then how unlikely the model found it."""
    entry = brief.entry
    false = sum(checked.verdict != "supported" for checked in verify(draft.text, entry))
    forgotten = (
        [name for name in exceptions_to_name(brief) if not _names(draft.text, name)] if brief.kind == "error-handling" else []
    )
    return false, len(forgotten), -round(support(draft.text, brief.sources), 4), -draft.log_probability


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def goes_round(text: str) -> bool:
    """Whether a text repeats itself as a model that has lost the thread does: a sentence twice, a word three times running, or
    three words in a row three times."""
    sentences = [
        " ".join(sentence.split()).lower() for sentence in re.split(r"(?<=[.!?])\s+|\n+", text) if len(sentence.split()) > 2
    ]
    words = re.findall(r"[\w.]*\w", text.lower())
    runs = Counter(zip(words, words[1:], words[2:], strict=False))
    return (
        len(set(sentences)) < len(sentences)
        or any(first == second == third for first, second, third in runs)
        or any(count >= _TIMES for count in runs.values())
    )
