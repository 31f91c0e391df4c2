"""Which code a broken fact or a disproved claim has.

In: a verdict and the name of a fact, or a claim. Out: the name of a code in `docgen.report.codes`. One reason to change: which
findings people silence apart from each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.facts import Subject

if TYPE_CHECKING:
    from docgen.claims import Claim

# By the first part of a fact's name, unless its last part says more.
_OF_FIRST = {
    "parameters": "parameter",
    "raises": "raise",
    "documented_raises": "raise",
    "handles": "raise",
    "returns": "return",
    "fields": "parameter",
    "responses": "return",
    "yields": "return",
    "constants": "constant",
    "count": "count",
    "version": "version",
    "requires_python": "version",
    "signature": "signature",
    "positions": "signature",
    "kind": "kind",
    "async": "kind",
    "generator": "kind",
    "static": "kind",
    "class_method": "kind",
    "deprecated": "deprecated",
    "doc": "quote",
    "example": "quote",
    "members": "name",
    "bases": "name",
    "names": "name",
    "imports": "path",
    "decorators": "name",
    "eval": "metric",
    "train": "metric",
    "best": "metric",
    "last": "metric",
}
_OF_LAST = {
    "default": "default",
    "annotation": "type",
    "kind": "signature",
    "description": "quote",
    "message": "quote",
    "when": "condition",
    "condition": "condition",
}
_OF_CLAIM = {
    "default": "default",
    "raises": "raise",
    "metric": "metric",
    "type": "type",
    "return": "return",
    "signature": "signature",
    "count": "count",
    "constant": "constant",
    "version": "version",
    "path": "path",
}
_LISTS = {
    "parameters": "parameters",
    "raises": "raises",
    "documented_raises": "raises",
    "handles": "raises",
    "fields": "parameters",
}


def code_of(verdict: str, fact: str, subject: Subject) -> str:
    """The code for a fact of this name that is `stale`, or a list of this name that is `incomplete`."""
    first, _, rest = fact.partition(".")
    if verdict == "incomplete":
        return f"incomplete-{_LISTS.get(first, 'members')}"
    if subject.kind == "model" and first == "parameters":  # of which a model has a number
        return f"{verdict}-model"
    above, _, last = rest.rpartition(".")
    if first == "members" and ".raises." in rest:  # of a member: `members.put.raises.KeyError.when`
        return f"{verdict}-{_OF_LAST.get(last, 'raise')}"
    if first in ("parameters", "raises", "fields") and not above:  # a parameter may be called `default`
        last = ""
    is_detailed = first in ("parameters", "raises", "returns", "yields", "fields", "responses")
    what = (_OF_LAST.get(last) if is_detailed else None) or _OF_FIRST.get(first)
    return f"{verdict}-{what or ('model' if subject.kind == 'model' else 'fact')}"


def code_of_claim(claim: Claim, subject: Subject) -> str:
    """The code for a claim that is contradicted."""
    return f"contradicted-{_OF_CLAIM.get(claim.kind) or ('model' if subject.kind == 'model' else 'fact')}"
