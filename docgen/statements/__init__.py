"""Facts put into words without a model: the plain statement of a Brief, and the many phrasings of the same facts.

In: a Brief and a way to choose among phrasings. Out: prose that says nothing else. The first phrasing is what every writer
falls back to; the recipe of the embedded base draws the others, so that the base learns to put facts into words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from docgen.brief import Brief
from docgen.statements import code, errors, models
from docgen.statements.choice import Choose, first

__all__ = ["Choose", "first", "join", "state"]

_Say = Callable[[Brief, Choose], list[str]]
_CODE: Mapping[str, _Say] = {
    "introduction": code.introduction,
    "use-case": code.use_case,
    "error-handling": errors.error_handling,
}
_MODEL: Mapping[str, _Say] = {
    "introduction": models.introduction,
    "use-case": models.use_case,
    "limitations": models.limitations,
    "evaluation": models.evaluation,
}


def state(brief: Brief, choose: Choose = first) -> str:
    """What the facts of a Brief say, as prose; empty where they say nothing for this kind of section."""
    if brief.is_model:
        return join(_MODEL.get(brief.kind, models.introduction)(brief, choose))
    return join(_CODE.get(brief.kind, code.introduction)(brief, choose))


def join(sentences: Sequence[str]) -> str:
    """Sentences as a paragraph; bullets, which begin with a dash, as a list after it."""
    prose = " ".join(item for item in sentences if item and not item.startswith("- "))
    bullets = "\n".join(item for item in sentences if item.startswith("- "))
    return f"{prose}\n\n{bullets}" if prose and bullets else prose or bullets
