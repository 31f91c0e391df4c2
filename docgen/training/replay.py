"""Rows that a base writes itself, to learn beside the corpus: what it could do before, it is asked again.

In: a model without its adapter. Out: rows whose answers are the base's own. The questions are too, or they are about Python's
library, which every machine has: the embedded base knows no others. Nothing is downloaded and no one else's text is copied.
Only what came to an end is kept.
"""

from __future__ import annotations

import random
import sysconfig
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from docgen.brief import Brief, brief_for
from docgen.corpus.store import Example
from docgen.readers.python_api import read_package
from docgen.training.rows import Row
from docgen.writers.local.chat import Chat
from docgen.writers.local.generation import Limits, generate, generate_several
from docgen.writers.wording import wording_of

_PACKAGES = ("json", "email", "http", "urllib", "logging", "xml", "importlib", "concurrent")
_KINDS = ("introduction", "use-case", "error-handling")
_TRIES = 2  # questions asked for each row that is wanted
_OWN = "replay"  # the kind of a Brief whose excerpt is a question of the base's own


def replayed(
    model: Any,
    chat: Chat,
    count: int,
    limits: Limits,
    longest: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
    *,
    own_questions: bool = False,
) -> list[Row]:
    """At most `count` rows of the base's own, of at most `longest` tokens; the same for the same seed."""
    wanted = count * _TRIES
    briefs = _questions(model, chat, wanted, limits, longest, seed) if own_questions else _briefs(seed)[:wanted]
    prompts = [_prompt(brief, chat) for brief in briefs]
    fitting = [
        (brief, prompt) for brief, prompt in zip(briefs, prompts, strict=True) if len(prompt) + limits.new_tokens <= longest
    ]
    drafts = generate(
        model,
        chat,
        [prompt for _, prompt in fitting],
        limits,
        wordings=None if own_questions else [wording_of(brief) for brief, _ in fitting],
        seed=seed,
        progress=progress,
    )
    found = [
        row_of(Example(brief, draft.text, "replay", "", "synthetic"), chat)
        for (brief, _), draft in zip(fitting, drafts, strict=True)
        if draft.ended and draft.text
    ]
    return found[:count]


def row_of(example: Example, chat: Chat) -> Row:
    """A row that an earlier part of the run has kept as an example."""
    return Row(example, array("i", _prompt(example.brief, chat)), array("i", chat.answer(example.text)))


def _prompt(brief: Brief, chat: Chat) -> list[int]:
    return chat.asked(brief.excerpt) if brief.kind == _OWN else chat.prompt(brief)


def _questions(model: Any, chat: Chat, count: int, limits: Limits, longest: int, seed: int) -> list[Brief]:
    """Questions that the base goes on with where a question begins, each another."""
    room = Limits(max(1, longest - limits.new_tokens - len(chat.opening)), limits.batch)
    drawn = random.Random(f"{seed}:questions")
    seeds = [drawn.getrandbits(32) for _ in range(count)]
    texts = [
        draft.text
        for start in range(0, count, limits.batch)
        for draft in generate_several(model, chat, [chat.opening], seeds[start : start + limits.batch], room)[0]
        if draft.ended and draft.text and chat.control_token(draft.text) is None
    ]
    return [Brief(_OWN, "Replay", "the base", (), text) for text in dict.fromkeys(texts)]


def _briefs(seed: int) -> list[Brief]:
    """Briefs about Python's own library, in random order."""
    found = list(_all_briefs(Path(sysconfig.get_path("stdlib")), _PACKAGES))
    random.Random(f"{seed}:replay").shuffle(found)
    return found


def _all_briefs(library: Path, packages: Sequence[str]) -> Iterator[Brief]:
    for name in packages:
        for entry in read_package(library / name, tolerant=True):
            if entry.get("doc"):
                yield from (brief_for(entry, kind) for kind in _KINDS if kind != "error-handling" or entry.get("raises"))
