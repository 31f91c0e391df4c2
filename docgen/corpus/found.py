"""What of secrets and personal data was found in the sources of a corpus, as a report may show it.

In and out: `Found`, counts and places. It stands apart from what finds them, which a build needs for new texts alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_MOST_PLACES = 1000


@dataclass(frozen=True)
class Place:
    """One thing found: where, of which sort, and as much of it as a report may show."""

    path: str
    line: int
    sort: str
    redacted: str


@dataclass
class Found:
    """All that was found: `counts` by sort, and the first thousand `places`."""

    counts: Counter[str] = field(default_factory=Counter)
    places: list[Place] = field(default_factory=list)

    def add(self, place: Place) -> None:
        """Takes in one more place."""
        self.counts[place.sort] += 1
        if len(self.places) < _MOST_PLACES:
            self.places.append(place)

    def join(self, other: Found) -> None:
        """Takes in what another process found."""
        self.counts.update(other.counts)
        self.places += other.places[: _MOST_PLACES - len(self.places)]
