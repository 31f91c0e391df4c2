"""What a text claims, and what became of it when held against the facts."""

from __future__ import annotations

from typing import Literal

from docgen.facts import JSON, Fact
from docgen.later import Frozen

ClaimKind = Literal[
    "name",
    "number",
    "default",
    "raises",
    "parameter",
    "metric",
    "type",
    "signature",
    "count",
    "constant",
    "model",
    "return",
    "version",
    "path",
]
Verdict = Literal["supported", "contradicted", "unknown"]


class Claim(Frozen):
    """One checkable thing that a text says at `start` to `end`: `name` is what it is about (a parameter, an exception, a fact),
    `value` what is said of it, as the text spells it."""

    kind: ClaimKind
    name: str
    value: str
    start: int
    end: int


class Checked(Frozen):
    """A claim with its verdict, and the fact that decided it."""

    claim: Claim
    verdict: Verdict
    fact: Fact | None = None


class Stated(Frozen):
    """A fact that a text states, with its value, and where the text does so."""

    name: str
    value: JSON
    start: int
    end: int
