"""Clauses put together: what they share said once, what one of them implies left out.

In: clauses in words. Out: one clause. Text alone, no code: a clause is a subject, a verb that the wording uses, and the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.readers.conditions.nouns import Names, listed

_VERB = re.compile(
    r" (?=(?:is|are|has|does|exists|equals|differs|contains|starts|ends|consists|matches|supports|can|cannot|occurs)\b)"
)


def clauses_in(text: str) -> int:
    """How many clauses a condition joins, by its verbs."""
    return len(_VERB.findall(text))


def joined(parts: Sequence[str], joiner: str) -> str:
    """Clauses joined, what they share said once: "n is less than 1 or greater than 5", "both a and b are None"."""
    parts = list(dict.fromkeys(parts))
    text, (subject, rest) = parts[0], _split(parts[0])
    subjects = [_split(part)[0] for part in parts]
    is_same = all(_split(part)[1] == rest for part in parts) and not any(name.startswith("either ") for name in subjects)
    if len(parts) > 1 and rest.startswith("is ") and is_same:
        if joiner == "or":
            return f"{listed(subjects)} {rest}"
        if len(parts) == 2 and rest.startswith("is not "):
            return f"neither {listed(subjects, 'nor')} is {rest.removeprefix('is not ')}"
        return f"{'both ' if len(parts) == 2 else ''}{listed(subjects, 'and')} are {rest.removeprefix('is ')}"
    for part in parts[1:]:
        other, more = _split(part)
        if subject and other == subject and " or " not in rest + more:
            is_alike = rest.startswith("is not ") == more.startswith("is not ") or more.startswith("is not ")
            text += f" {joiner} " + (more.removeprefix("is ") if rest.startswith("is ") and is_alike else more)
        else:
            text += f" {joiner} {part}"
            subject, rest = other, more
    return text


def _split(clause: str) -> tuple[str, str]:
    found = _VERB.search(clause)
    return (clause[: found.start()], clause[found.end() :]) if found else ("", clause)


def telling(said: Sequence[str]) -> list[str]:
    """Clauses without those that another one implies: "x is not None" says nothing beside "x is negative"."""
    kept = []
    for clause in said:
        subject, rest = _split(clause)
        others = [other for other in said if other != clause]
        is_there = rest in ("is not None", "is given", "is set", "is not empty") and subject not in ("", "the object")
        is_typed = rest.startswith(("is a ", "is an ")) and any(
            re.match(rf"{re.escape(subject)} is '", other) for other in others
        )
        spoken_of = re.compile(rf"(?<![\w.]){re.escape(subject)}\b")
        if not (is_typed or (is_there and any(spoken_of.search(other) for other in others))):
            kept.append(clause)
    return kept or [*said[:1]]


def with_items(words: str, names: Names) -> str:
    """A clause about a loop's variable as one about an item of what it runs over; empty where that is not said by putting the
    one for the other."""
    for name, item in names.items.items():
        found = list(_standing(name).finditer(words))
        if len(found) > 1 or (found and found[0][2]):
            return ""
        if found:
            words = words[: found[0].start()] + item + words[found[0].end() :]
    return words


def names_an_item(words: str, names: Names) -> bool:
    """Whether a text has the variable of a loop in it, which means nothing to who has not read the loop."""
    return any(_standing(name).search(words) for name in names.items)


def _standing(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.'\"])({re.escape(name)})(?![\w'\"])([.\[]?)")


def without_self(text: str) -> str:
    """The attribute of an object under its bare name, unless something else in the text goes by that name."""
    return re.sub(
        r"(?<![\w.])self\.(_*)(\w+)",
        lambda found: f"the object's {found[2]}" if re.search(rf"(?<![\w.]){found[2]}\b", text) else found[2],
        text,
    )
