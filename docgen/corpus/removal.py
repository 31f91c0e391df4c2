"""What became no example, and by which rule: the one list of reasons that a build counts, reports and lets people switch off.

In and out: `Removed`, one passage, file or row with its rule. `RULES` says what each rule means; those that `keep` may name
leave a row in the corpus when they are switched off. A removal that nobody can see or undo is a fault of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

RULES = {
    "unreadable": "the file cannot be read or parsed",
    "own-text": "docgen's own words, unedited",
    "untied": "tied to no symbol or model",
    "superseded": "a docstring of what people have written sections about",
    "empty": "no words under the heading",
    "tiny": "too few words to learn from",
    "long": "more tokens than the limit",
    "todo": "unfinished: a TODO or placeholder",
    "generated": "written by a generator, not a person",
    "boilerplate": "the same passage stands in many documents",
    "language": "in another language",
    "mojibake": "garbled by a wrong encoding, beyond repair",
    "contradicted": "contradicts its own facts",
    "invented": "names an exception that its facts do not hold",
    "duplicate": "repeats another row",
    "near-duplicate": "nearly repeats another row",
    "secret": "holds a secret",
    "personal": "holds personal data",
    "license": "under a licence that is not wanted",
}
REPAIRED = "mojibake repaired"  # what is counted of examples that stay
FIXED = frozenset(("unreadable", "secret", "personal", "license"))  # steered by options of their own, or by nothing
REVERSIBLE = tuple(rule for rule in RULES if rule not in FIXED)


@dataclass(frozen=True)
class Removed:
    """A passage (or a whole file) that became no example. `reason` is for people and never holds a secret."""

    rule: str
    path: str
    line: int
    reason: str
    heading: str = ""
