"""Which answers of a writer may stand. What is refused is replaced by the plain statement of the Brief's facts.

In: Briefs and a writer's texts. Out: `Answer`: the text that may stand, and why it is not the writer's own where it is
not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.brief import Brief
from docgen.report import InputError
from docgen.statements import state
from docgen.write.markdown import prose
from docgen.writers.refusals import names_exceptions, refusal, states_docstring

__all__ = ["Answer", "accepted", "names_exceptions", "refusal", "states_docstring"]


@dataclass(frozen=True)
class Answer:
    """The text of one section, and the `reason` for which it is the plain statement; empty where it is the writer's own."""

    text: str
    reason: str = ""


def accepted(briefs: Sequence[Brief], texts: Sequence[str], least_support: float) -> list[Answer]:
    """An answer for each Brief: the writer's text, or the plain statement where something is wrong with it. `least_support` is
    the share of a text's content words that its sources must hold.

    Raises InputError where the writer gave another number of texts than it was asked for.
    """
    if len(texts) != len(briefs):
        raise InputError(f"the writer answered {len(texts)} of {len(briefs)} Briefs", fix="mend the writer: one text a Brief")
    answers = []
    for brief, text in zip(briefs, texts, strict=True):
        plain, text = prose(state(brief)), prose(text.strip())
        reason = "" if text == plain else refusal(brief, text, least_support)
        answers.append(Answer(plain, reason) if reason else Answer(text))
    return answers
