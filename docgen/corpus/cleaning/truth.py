"""Whether a text keeps to its facts: what they contradict, what they do not know, and how much of it they bear out.

In: an example. Out: a reason, or the share of its statements that have support. What a model learns from texts that say more
than their Brief is to invent.
"""

from __future__ import annotations

import re

from docgen.brief import shown
from docgen.claims import Checked, contradictions, verify
from docgen.corpus.cleaning.prose import without_blocks
from docgen.corpus.store import Example
from docgen.readers.docstrings import sentences
from docgen.support import content_words, share_known, stems_of

_EXCEPTION = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Warning)")
_LEAST_SUPPORT = 0.5  # share of a statement's content words that its facts hold


def contradicted(example: Example) -> str:
    """Why an example is false: a claim of its text that a fact of its Brief contradicts."""
    found = next((item for item in contradictions(example.text, example.brief.entry) if item.fact is not None), None)
    if found is None or found.fact is None:
        return ""
    return f"says {found.claim.value} of `{found.claim.name}`, which is {shown(found.fact.value)}"


def invented(example: Example) -> str:
    """Why an example invents: what it says goes wrong names exceptions that the facts do not hold."""
    if example.brief.kind != "error-handling":
        return ""
    checked = verify(example.text, example.brief.entry)
    unknown = [item.claim.value for item in checked if item.verdict == "unknown" and _is_exception(item)]
    named = ", ".join(f"`{name}`" for name in dict.fromkeys(unknown))
    return f"names {named}, unknown to the facts of `{example.brief.about}`" if named else ""


def _is_exception(item: Checked) -> bool:
    return item.claim.kind == "raises" or bool(_EXCEPTION.fullmatch(item.claim.value))


def statements(text: str) -> list[str]:
    """The sentences of a text and its list items, code blocks left out, that say something."""
    parts = [part for line in without_blocks(text).splitlines() for part in sentences(line.strip())]
    return [part for part in parts if content_words(part)]


def statements_supported(example: Example) -> float | None:
    """The share (0 to 1) of the statements that the Brief supports; None for a text without any, or a Brief without facts."""
    said = statements(example.text)
    if not said or not example.brief.facts:
        return None
    known = stems_of(example.brief.sources)
    return sum(share_known(statement, known) >= _LEAST_SUPPORT for statement in said) / len(said)
