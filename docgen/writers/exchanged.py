"""Whether what a text says of several things was exchanged among them: one exception's condition, one parameter's description.

In: what is said of each name, and what the facts tell of each. Out: yes or no. Words alone decide, so a free wording of the own
facts passes, and so does what stands in no fact: support judges that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docgen.support import support

# Shares of the words of what is said: by how much more of two must stand in each other's facts for them to be exchanged; how
# much of one must stand in another's facts for it to be said of that one, and how much more than in its own.
_EXCHANGED, _ANOTHERS, _NEARER = 0.2, 0.7, 0.4


def exchanges(said: Sequence[tuple[str, str]], facts: Mapping[str, str]) -> bool:
    """Whether two of the things said fit each other's names better than their own, or one is nearly all in the facts of another
    name and far less in its own."""
    held = [(name, {other: support(words, [told]) for other, told in facts.items()}) for name, words in said if name in facts]
    for number, (name, own) in enumerate(held):
        if max(own.values()) >= max(_ANOTHERS, own[name] + _NEARER):
            return True
        if any(own[other] + theirs[name] > own[name] + theirs[other] + _EXCHANGED for other, theirs in held[number + 1 :]):
            return True
    return False
