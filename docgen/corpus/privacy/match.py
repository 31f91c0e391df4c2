"""What was found in a text that must not stand there, and how it is shown and masked.

In and out: `Match`, a place in a text with its sort. What is shown of it is never enough to use it: at most the first four
characters of a token whose make they tell, the first of personal data, and nothing of a password.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SECRET = "[secret]"
_SHORTEST_SHOWN = 16  # characters of a secret from which its first four give nothing away


@dataclass(frozen=True)
class Match:
    """The text from `start` to `end` is a `sort` of thing (`AWS access key`, `e-mail address`), and `mask` stands for it."""

    sort: str
    mask: str
    start: int
    end: int

    @property
    def is_secret(self) -> bool:
        """Whether it opens something; otherwise it tells of a person or of an internal network."""
        return self.mask == SECRET

    def shown(self, text: str) -> str:
        """The match as reports show it: `AKIA…(20 characters)`."""
        value = text[self.start : self.end]
        if self.is_secret:
            head = value[:4] if len(value) >= _SHORTEST_SHOWN and value.isprintable() and self.sort != "password" else ""
        else:
            head = value[:1]
        return f"{head}…({len(value)} characters)"


def apart(matches: Iterable[Match]) -> list[Match]:
    """Matches in the order of the text, without those that overlap an earlier-named one; secrets are named first."""
    taken: list[Match] = []
    for match in sorted(matches, key=lambda match: (not match.is_secret, match.start, -match.end)):
        if match.start < match.end and all(match.end <= other.start or other.end <= match.start for other in taken):
            taken.append(match)
    return sorted(taken, key=lambda match: match.start)


def masked(text: str, matches: Sequence[Match], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` with the masks of the matches that lie in it; `matches` are apart and in order."""
    end = len(text) if end is None else end
    parts, at = [], start
    for match in matches:
        if start < match.end and match.start < end:
            parts += [text[at : max(at, match.start)], match.mask]
            at = match.end
    return "".join([*parts, text[at:end]])
