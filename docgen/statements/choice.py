"""How one of several phrasings of the same facts is chosen.

In: phrasings, the plainest first. Out: one of them. The plain statement takes the first each time; a recipe of training text
draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Choose = Callable[[Sequence[str]], str]


def first(phrasings: Sequence[str]) -> str:
    """The plain choice."""
    return phrasings[0]
