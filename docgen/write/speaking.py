"""Whether there is anything to say in a section, so that a layout places no empty one and no second telling of the same.

In: the job of a document. Out: a test of a kind of section and what it is about, for templates.
"""

from __future__ import annotations

from collections.abc import Callable

from docgen.brief import Brief, brief_for, exceptions_of, exceptions_to_name
from docgen.report import InputError
from docgen.statements import state
from docgen.statements.code import summary_of
from docgen.support import unsupported_words
from docgen.write.job import Job

_MODULES = ("module", "package")
# Words of a statement that announce names, or that the signature shows, and say nothing of them.
_LEAD_INS = (
    "entry points public names others class function method property module package offers has provides contains holds takes "
    "parameters returns asynchronous deprecated defaults type use call get iterate check need set make tell tells control "
    "controls hold holds true false whether serves"
)
_IN_TABLES = ("returns", "returns.description", "yields.description", "deprecated")


def speaks(job: Job, plain: bool) -> Callable[[str, str], bool]:
    """Whether a section of a kind has something to say about a symbol. With `plain` no model will write: then prose that only
    repeats the tables and the introduction beside it has not."""

    def has_something(kind: str, about: str) -> bool:
        entry = job.facts.get(about)
        if entry is None:
            raise InputError(
                f"the template places a section about `{about}`, which is not there", str(job.document), "mend the template"
            )
        return job.renders(kind, entry) is not None if kind in job.kinds else _has_prose(job.brief(entry, kind), plain)

    return has_something


def _has_prose(brief: Brief, plain: bool) -> bool:
    """Whether a section of prose has something of its own to say: exceptions to handle, more to use than the introduction and
    the signature tell. Of a symbol without a docstring a model may find words for an introduction; plain facts don't."""
    if brief.kind == "error-handling":
        is_module = brief.symbol_kind in _MODULES  # the methods of a class have sections of their own
        return bool(exceptions_to_name(brief) if is_module else exceptions_of(brief.entry))
    if brief.symbol_kind == "operation" and not brief.get("doc"):  # its name and its tables are all that is known
        return False
    stated = state(brief)
    if not stated or brief.is_model or brief.kind not in ("introduction", "use-case"):
        return bool(stated)
    told = [_LEAD_INS, brief.about, *brief.entry.strings("parameters"), *brief.entry.strings("members")]
    told += [
        str(fact.value) for fact in brief.facts if fact.name == "returns" or fact.name.endswith((".default", ".annotation"))
    ]
    if brief.kind == "introduction":
        return bool(summary_of(brief).text) or not plain or bool(unsupported_words(stated, [*told, *_shown(brief)]))
    if plain:
        told += _shown(brief)
    elif brief.symbol_kind in _MODULES:  # where to begin is worth a line of a model, though the contents are listed below
        told = ["entry points public names others"]
    return bool(unsupported_words(stated, [*told, state(brief_for(brief.entry, "introduction"))]))


def _shown(brief: Brief) -> list[str]:
    """What the tables beside a section tell."""
    return [
        str(fact.value)
        for fact in brief.facts
        if fact.name in _IN_TABLES
        or fact.name.startswith("members.")
        or (fact.name.startswith("parameters.") and fact.name.endswith(".description"))
    ]
