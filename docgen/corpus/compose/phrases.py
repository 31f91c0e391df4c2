"""Phrasings of one statement, of which a random generator draws one.

In: phrasings with the names of what they state in braces. Out: a sentence.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from docgen.statements.english import ended


def say(draw: random.Random, phrasings: str, **stated: object) -> str:
    """One of the phrasings, a line each, as a sentence about what is stated."""
    return ended(one(draw, phrasings, **stated))


def one(draw: random.Random, phrasings: str, **stated: object) -> str:
    """One of the phrasings, a line each, without a full stop."""
    return draw.choice([line.strip() for line in phrasings.splitlines() if line.strip()]).format(**stated)


def joined(items: Sequence[str], before_last: str = " and ") -> str:
    """Items with commas and a word before the last one."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + before_last + items[-1]
