"""Rows that a base writes itself, to learn beside the corpus: what it could do before, it is asked again.

In: a model without its adapter. Out: rows whose answers are the base's own. They are asked about Python's own library, which
every machine has, so that nothing is downloaded and no one else's text is copied. Only answers that came to an end are kept.
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
from docgen.writers.local.generation import Limits, generate
from docgen.writers.wording import wording_of

_PACKAGES = ("json", "email", "http", "urllib", "logging", "xml", "importlib", "concurrent")
_KINDS = ("introduction", "use-case", "error-handling")
_TRIES = 2  # Briefs asked for each row that is wanted


def replayed(
    model: Any, chat: Chat, count: int, limits: Limits, longest: int, seed: int, progress: Callable[[int], None] | None = None
) -> list[Row]:
    """At most `count` rows of the base's own, of at most `longest` tokens; the same for the same seed."""
    briefs = _briefs(seed)[: count * _TRIES]
    prompts = [chat.prompt(brief) for brief in briefs]
    fitting = [
        (brief, prompt) for brief, prompt in zip(briefs, prompts, strict=True) if len(prompt) + limits.new_tokens <= longest
    ]
    drafts = generate(
        model,
        chat,
        [prompt for _, prompt in fitting],
        limits,
        wordings=[wording_of(brief) for brief, _ in fitting],
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
    return Row(example, array("i", chat.prompt(example.brief)), array("i", chat.answer(example.text)))


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
