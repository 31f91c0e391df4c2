"""A first look at a text: whether it can contradict its symbol at all.

In: a text, the symbol's name, and whether its code has annotations. Out: how much of the symbol has to be read to judge it;
nothing for most docstrings, which state no default, no type, no constant and no count.
"""

from __future__ import annotations

import re
from typing import Literal

from docgen.claims.constants import STATED
from docgen.claims.counts import is_counting
from docgen.claims.defaults import may_state_default
from docgen.claims.types import names_a_type
from docgen.facts import Entry
from docgen.later import expression

_NOTHING = expression(r"raises\s+no|exceptions?\s+(?:is|are)\s+raised")
_VALUES = expression(r"^[ \t]*\|[^\n]*\bvalues?[ \t]*\|", re.M | re.I)  # the header of a table of values
_ANNOUNCING = expression(r"^[ \t]*\.\.[ \t]|^#{1,6}[ \t]", re.M)


def may_contradict(text: str, name: str, *, typed: bool) -> Literal["signature", "body"] | None:
    """What a text may contradict of the symbol `name`, a function, class or module: its signature, or also what its body does;
    None where nothing in the text is of a sort that can be wrong. `typed` says that a parameter or what is returned has an
    annotation."""
    has_constant = "`" in text and (STATED.search(text) or ("|" in text and _VALUES.search(text)))
    if has_constant or ("raise" in text and _NOTHING.search(text)):
        return "body"
    is_about_signature = (
        may_state_default(text)
        or (typed and names_a_type(text))
        or (f"{name}(" in text and _ANNOUNCING.search(text))
        or is_counting(text)
    )
    return "signature" if is_about_signature else None


def may_contradict_entry(text: str, entry: Entry) -> bool:
    """As `may_contradict`, of the symbol that the entry is about; a model's card may always."""
    is_typed = any(fact.name in ("returns", "yields") or fact.name.endswith(".annotation") for fact in entry.facts)
    name = entry.about.rpartition(".")[2]
    if entry.get("kind") is None or (entry.get("requires_python") is not None and "ython" in text):
        return True
    return may_contradict(text, name, typed=is_typed) is not None
