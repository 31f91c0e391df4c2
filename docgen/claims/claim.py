"""What a text claims, and what became of it when held against the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from docgen.facts import JSON, Fact

ClaimKind = Literal[
    "name", "number", "default", "raises", "parameter", "metric", "type", "signature", "count", "constant", "model"
]
Verdict = Literal["supported", "contradicted", "unknown"]


@dataclass(frozen=True)
class Claim:
    """One checkable thing that a text says at `start` to `end`: `name` is what it is about (a parameter, an exception, a fact),
    `value` what is said of it, as the text spells it."""

    kind: ClaimKind
    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Checked:
    """A claim with its verdict, and the fact that decided it."""

    claim: Claim
    verdict: Verdict
    fact: Fact | None = None


@dataclass(frozen=True)
class Stated:
    """A fact that a text states, with its value, and where the text does so."""

    name: str
    value: JSON
    start: int
    end: int
