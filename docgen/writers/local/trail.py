"""What an answer has said so far, and the tokens that would make it go round.

In: tokens as they come. Out: those that would complete a run which the answer has had before. People rarely say so long a run
twice (2 of the 432 sections of training_data, both before a number; 2 in 100 of 3,000 of packages); a small model that does
goes on doing it, to the limit. A name between backticks counts as one, however many tokens it takes: it may stand as often as
it likes, and nothing is forbidden inside it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

RUN = 8  # words, signs and names in a row


@dataclass
class Trail:
    """An answer's tokens, each name as one; `quoting` are the tokens that begin or end a name, `numeric` those with a digit,
    which are never forbidden: another number would be false."""

    quoting: frozenset[int]
    numeric: frozenset[int] = frozenset()
    units: list[int | tuple[int, ...]] = field(default_factory=list)
    _name: list[int] = field(default_factory=list)
    _next: dict[tuple[int | tuple[int, ...], ...], set[int]] = field(default_factory=dict)

    def grow(self, token: int) -> None:
        """Takes the next token in."""
        if token in self.quoting:
            self._name.append(token)
            if len(self._name) > 1:
                self.units.append(tuple(self._name))
                self._name = []
        elif self._name:
            self._name.append(token)
        else:
            if len(self.units) >= RUN - 1 and token not in self.numeric:
                self._next.setdefault(self._last, set()).add(token)
            self.units.append(token)

    @property
    def again(self) -> Collection[int]:
        """The tokens that would complete a run that has been said."""
        return () if self._name else self._next.get(self._last, ())

    @property
    def _last(self) -> tuple[int | tuple[int, ...], ...]:
        return tuple(self.units[1 - RUN :])
