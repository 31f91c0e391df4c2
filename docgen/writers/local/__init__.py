"""The local model as a writer: several drafts a Brief, of which the best founded is kept, and others where none may stand.

In: the folder of an adapter or of a base, and Briefs. Out: a text each. Small models write well and falsely in equal measure,
so what decides is first what a draft claims, then what it forgets and which words it brings along, then what its sources hold,
and only then how likely it was and how much it says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.brief import Brief, exceptions_to_name
from docgen.claims import verify
from docgen.facts import mark
from docgen.settings import Settings
from docgen.support import support
from docgen.writers.local.quiet import quiet_libraries
from docgen.writers.naming import without_twins
from docgen.writers.refusals import refusal
from docgen.writers.vocabulary import foreign_words

if TYPE_CHECKING:
    from docgen.writers.local.generation import Draft
    from docgen.writers.local.model import LocalModel

_SEED = 20_240
_TRIES = 2  # rounds of drafts before a Brief goes without an answer
_TIMES = 3  # as often as this, three words in a row are a loop and no style
Rank = tuple[int, int, int, float, float, int]


class LocalWriter:
    """Writes with a quantised model on this machine. The model is loaded when the first text is asked for; equal Briefs in
    equal order get equal texts.

    Raises InputError for a folder that is neither an adapter nor a base, an adapter of another base, or one taught with other
    prompts.
    """

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        quiet_libraries()  # before the first import of what they quiet
        from docgen.writers.local.model import find_local

        wanted = (settings or Settings()).write
        self._candidates, self._least_support = wanted.candidates, wanted.support
        self._found = find_local(folder)
        self._keeps_words = self._found.is_small if wanted.vocabulary == "auto" else wanted.vocabulary == "brief"
        self._model: LocalModel | None = None

    @property
    def name(self) -> str:
        """The adapter's folder, or the base's name."""
        return self._found.name

    @property
    def mark(self) -> str:
        """Changes when its answers may: with the weights, the prompts, or how drafts are made and chosen."""
        return mark(["local", *self._found.marks, self._candidates, self._least_support, self._keeps_words], 12)

    @property
    def model(self) -> LocalModel:
        """The model, loaded when it is first asked for."""
        self._model = self._model or self._found.load()
        return self._model

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """The best draft for each Brief, drawn again where none may stand; "" where all of them broke off, went round in
        circles, or had no room."""
        if not briefs:
            return []
        drafts: list[list[Draft]] = [[] for _ in briefs]
        for number in range(_TRIES):
            open_ones = [place for place, own in enumerate(drafts) if not any(self._may_stand(briefs[place], it) for it in own)]
            found = self.model.drafts([briefs[place] for place in open_ones], self._seeds(number))
            for place, more in zip(open_ones, found, strict=True):
                drafts[place] += [replace(draft, text=without_twins(draft.text)) for draft in more]
        return [best(brief, own, self._least_support, self._keeps_words) for brief, own in zip(briefs, drafts, strict=True)]

    def _seeds(self, number: int) -> list[int | None]:
        """What the drafts of a round are drawn with; the first of all is the likeliest."""
        first = number * self._candidates
        return [_SEED * place if place else None for place in range(first, first + self._candidates)]

    def _may_stand(self, brief: Brief, draft: Draft) -> bool:
        return may_stand(brief, draft, self._least_support, self._keeps_words)


def may_stand(brief: Brief, draft: Draft, least_support: float, keeps_words: bool) -> bool:
    """Whether a draft may stand on a page."""
    if not draft.ended or goes_round(draft.text) or refusal(brief, draft.text, least_support):
        return False
    return not (keeps_words and foreign_words(brief, draft.text))


def best(brief: Brief, drafts: Sequence[Draft], least_support: float = 0.0, keeps_words: bool = False) -> str:
    """The text of the best draft that may stand, the first of equals, else of the best that is whole; "" where none is. With
    `keeps_words`, a draft with words that are neither the Brief's nor general is none."""
    whole = [draft for draft in drafts if draft.ended and draft.text and not goes_round(draft.text)]
    if keeps_words:
        whole = [draft for draft in whole if not foreign_words(brief, draft.text)]
    standing = [draft for draft in whole if not refusal(brief, draft.text, least_support)]
    return min(standing or whole, key=lambda draft: rank(brief, draft)).text if whole else ""


def rank(brief: Brief, draft: Draft) -> Rank:
    """How good a draft is, better ones smaller: claims that its facts deny or don't hold, exceptions it forgets, words that
    are neither the Brief's nor general, its lack of support, how unlikely the model found it, to a tenth of a nat a token, and
    how short it is."""
    entry = brief.entry
    false = sum(checked.verdict != "supported" for checked in verify(draft.text, entry))
    forgotten = (
        [name for name in exceptions_to_name(brief) if not _names(draft.text, name)] if brief.kind == "error-handling" else []
    )
    foreign = len(foreign_words(brief, draft.text))
    held = round(support(draft.text, brief.sources), 4)
    return false, len(forgotten), foreign, -held, -round(draft.log_probability, 1), -len(draft.text.split())


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
