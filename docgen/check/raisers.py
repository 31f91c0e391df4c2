"""What the members of a module or class raise, held against a table that tells it of all of them.

In: a section's record, and the entry of today with the facts of its members (`members.put.raises`). Out: `Change`s: a member
that is gone, an exception that it raises no more or that is new, a condition that is. One reason to change: what such a table
promises its readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docgen.facts import JSON, Entry
from docgen.later import Frozen
from docgen.ledger import Record

RAISERS = "members.raises"  # the list that a table gives whole which has a row for each exception of each member
_RAISES = ".raises"
_CONDITIONS = (".when", ".condition")


class Change(Frozen):
    """One row that is not so today, or is not there: `words` end a sentence that begins with the name of the table's subject,
    `near` are the words by which the row is known, `name` the fact, `old` and `new` its values."""

    code: str
    name: str
    words: str
    near: tuple[str, ...]
    old: JSON = None
    new: JSON = None


def is_of_raisers(name: str) -> bool:
    """Whether a fact is the list of what one member raises: `members.put.raises`."""
    return name.startswith("members.") and name.endswith(_RAISES) and name != RAISERS


def gone(name: str, was: list[str], entry: Entry, is_reachable: Callable[[str, str], bool | None]) -> Iterator[Change]:
    """What a member raised by its recorded list and raises no more. `is_reachable` tells of a member and an exception whether
    it is raised by what the member calls; None where there is no such member."""
    member = _member(name)
    reached = [(item, is_reachable(member, item)) for item in was]
    if any(is_there is None for _, is_there in reached):
        yield Change("stale-name", f"members.{member}", f"names member {member}, which is gone", (member,), member)
        return
    now = entry.strings(name)
    lost = [item for item, is_there in reached if item not in now and not is_there]
    new = [item for item in now if item not in was]
    for item in lost:
        instead = new[0] if len(lost) == len(new) == 1 else None
        became = f"now {instead}" if instead else "which it does no more"
        yield Change(
            "stale-raise", f"{name}.{item}", f"says that {member} raises {item}, {became}", (member, item), item, instead
        )


def added(record: Record, entry: Entry) -> Iterator[Change]:
    """What the members raise today and the table does not tell."""
    for fact in entry.facts:
        if not is_of_raisers(fact.name):
            continue
        member, was = _member(fact.name), _recorded(record, fact.name)
        now = entry.strings(fact.name)
        new = [item for item in now if item not in was]
        if len(new) == 1 and len(set(was) - set(now)) == 1:
            continue  # told as the one that took the other's place
        for item in new:
            words = f"lists what its members raise, and not that {member} raises {item}"
            yield Change("incomplete-raises", f"{fact.name}.{item}", words, (member,), None, item)
        for item in was if set(was) & set(now) else ():
            yield from _further(record, entry, f"{fact.name}.{item}", member, item)


def _further(record: Record, entry: Entry, name: str, member: str, exception: str) -> Iterator[Change]:
    """A condition beside those that are on record, all of which still hold."""
    for ending in _CONDITIONS:
        was, now = _recorded(record, name + ending), entry.strings(name + ending)
        further = [item for item in now if item not in was]
        if was and further and set(was) <= set(now):
            words = f"says that {member} raises {exception} if {', '.join(was)}, now also if {', '.join(further)}"
            yield Change("stale-condition", name + ending, words, (member, exception), [*was], [*now])
            return


def _member(name: str) -> str:
    return name.removeprefix("members.").removesuffix(_RAISES)


def _recorded(record: Record, name: str) -> list[str]:
    assertion = record.asserts.get(name)
    value = assertion.value if assertion is not None else None
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
