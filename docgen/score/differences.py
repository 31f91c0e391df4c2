"""Two texts word by word: what the one says that the other does not.

In: a text and its reference. Out: the passages of either that stand only there, or both in one line as `[-missing-] {+added+}`.
Words are compared without regard to white space, so that a text that is only wrapped in another way shows no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\w+|[^\w\s]")
LONGEST = 1500  # words of each side that are compared; the time grows with their product


@dataclass(frozen=True)
class Differences:
    """Where (`start`, `end`) the text says something that its reference does not, and the other way round; `is_cut` where one
    was too long to be compared to its end."""

    added: tuple[tuple[int, int], ...]
    missing: tuple[tuple[int, int], ...]
    is_cut: bool = False


def differences(text: str, reference: str) -> Differences:
    """The passages in which the two differ."""
    ours, theirs = (list(_TOKEN.finditer(side)) for side in (text, reference))
    is_cut = max(len(ours), len(theirs)) > LONGEST
    ours, theirs = ours[:LONGEST], theirs[:LONGEST]
    added, missing = [], []
    for operation, start, end, other_start, other_end in _operations(ours, theirs):
        if operation != "equal":
            if end > start:
                added.append((ours[start].start(), ours[end - 1].end()))
            if other_end > other_start:
                missing.append((theirs[other_start].start(), theirs[other_end - 1].end()))
    return Differences(tuple(added), tuple(missing), is_cut)


def inline(text: str, reference: str, most: int = 400) -> str:
    """Both in one line of at most about `most` characters: `opens a [-file-] {+connection+}`. What is the same for long is
    left out, so that the differences show."""
    ours, theirs = (_TOKEN.findall(side)[:LONGEST] for side in (text, reference))
    spaced = [_spaced(side) for side in (text, reference)]
    parts: list[str] = []
    for operation, start, end, other_start, other_end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if operation == "equal":
            parts.append(_shortened("".join(spaced[0][start:end]), not parts))
            continue
        missing, added = "".join(spaced[1][other_start:other_end]), "".join(spaced[0][start:end])
        told = [f"[-{missing.strip()}-]" if missing else "", f"{{+{added.strip()}+}}" if added else ""]
        parts.append(" ".join(filter(None, told)) + " " * (added or missing).endswith(" "))
    line = " ".join("".join(parts).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _spaced(text: str) -> list[str]:
    """The words, each with a blank after it where the text has white space."""
    found = list(_TOKEN.finditer(text))[:LONGEST]
    return [word[0] + " " * text[word.end() : word.end() + 1].isspace() for word in found]


def _shortened(words: str, is_first: bool) -> str:
    """A passage that both share: its beginning and end where it is long."""
    kept = 40
    if len(words) <= 2 * kept + 5:
        return words
    return f"{'' if is_first else words[:kept]}… {words[-kept:].lstrip()}"


def _operations(ours: list[re.Match[str]], theirs: list[re.Match[str]]) -> list[tuple[str, int, int, int, int]]:
    first, second = ([word[0] for word in side] for side in (ours, theirs))
    return list(SequenceMatcher(None, first, second, autojunk=False).get_opcodes())
