"""What is called otherwise today, and is the same thing all the same.

In: what a section recorded and the entry of today. Out: old names with their new ones. A rename that is told as a removal sends
people looking for what is still there; a wrong one sends them to the wrong place, so what is not plain is no rename.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from docgen.check.review import context_mark
from docgen.facts import JSON, Entry, mark, words_of
from docgen.later import Frozen
from docgen.ledger import Record

_EMPTY_WORDS = frozenset({"error", "exception", "warning"})  # of the names of exceptions: they tell nothing apart


def renamed_parameters(record: Record, entry: Entry, named: Collection[str]) -> dict[str, str]:
    """Parameters that are gone, with what each is called now: the one new parameter in its place in the order, with its default
    and annotation, or with its words. `named` are the names that the text has already."""
    return _Renames(_Recorded.of(record, "parameters"), entry, named, ("default", "annotation")).found()


def renamed_exceptions(record: Record, entry: Entry, named: Collection[str]) -> dict[str, str]:
    """Exceptions that are gone, with the one that is raised instead: under the same condition, with the same message, or as the
    only new one in a list that was known whole."""
    return _Renames(_Recorded.of(record, "raises"), entry, named, ("when", "message", "condition")).found()


class _Recorded(Frozen):
    """What a ledger knows of one list: the names that were cited, whether these are all of it, and the marks of every fact
    below it. The list itself may be known by its mark alone."""

    head: str
    cited: tuple[str, ...]
    is_whole: bool
    marks: Mapping[str, str]

    @classmethod
    def of(cls, record: Record, head: str) -> _Recorded:
        marks = {**record.context, **{name: assertion.mark for name, assertion in record.asserts.items()}}
        found = record.asserts[head].value if head in record.asserts else None
        items = [item.lstrip("*") for item in found if isinstance(item, str)] if isinstance(found, list) else []
        below = (name.split(".")[1] for name in marks if name.startswith(f"{head}."))
        is_whole = isinstance(found, list) or head in record.complete
        return cls(head, tuple(dict.fromkeys([*items, *below])), is_whole, marks)


class _Renames(Frozen):
    """The search for one list's new names; `told` are the facts below an item by which it is known again."""

    recorded: _Recorded
    entry: Entry
    named: Collection[str]
    told: tuple[str, ...]

    def found(self) -> dict[str, str]:
        """Old names and new ones, each in one pair only."""
        today = [item.lstrip("*") for item in self.entry.strings(self.recorded.head)]
        gone = [name for name in self.recorded.cited if name not in today]
        new = [name for name in today if name not in self.recorded.cited and name not in self.named]
        pairs = {name: likely[0] for name in gone if len(likely := list(self._likely(name, gone, new))) == 1}
        times = list(pairs.values())
        return {old: name for old, name in pairs.items() if times.count(name) == 1}

    def _likely(self, old: str, gone: Collection[str], new: Iterable[str]) -> Iterator[str]:
        candidates = list(new)
        # Of a list that was known whole, the only new one stands for the only one that is gone.
        is_alone = self.recorded.head == "raises" and self.recorded.is_whole and len(gone) == len(candidates) == 1
        for name in candidates:
            same, other = self._agreement(old, name)
            if self._is_in_place(old, name) or (not other and (same or is_alone or _is_alike(old, name))):
                yield name

    def _agreement(self, old: str, new: str) -> tuple[bool, bool]:
        """Whether what was known of the old item holds for the new one, and whether something else does. A default of None or
        a common type alone tells nothing."""
        head = self.recorded.head
        known = {part: mark_of for part in self.told if (mark_of := self.recorded.marks.get(f"{head}.{old}.{part}"))}
        values = {part: self.entry.get(f"{head}.{new}.{part}") for part in known}
        same = {
            part
            for part, value in values.items()
            if value is not None and known[part] in (mark(value), context_mark(f"{head}.{new}.{part}", value))
        }
        telling = same - {"annotation"} if values.get("default") not in ("None", None) or head == "raises" else set()
        return bool(telling), bool(known.keys() - same)

    def _is_in_place(self, old: str, new: str) -> bool:
        """Whether today's list, with the old name for the new one, is the list that was recorded."""
        recorded = self.recorded.marks.get(self.recorded.head)
        today = self.entry.get(self.recorded.head)
        if recorded is None or not isinstance(today, list):
            return False
        before: list[JSON] = [_put_back(item, old, new) for item in today]
        return mark(before) == recorded


def _put_back(item: JSON, old: str, new: str) -> JSON:
    if not isinstance(item, str) or item.lstrip("*") != new:
        return item
    return item[: len(item) - len(new)] + old


def _is_alike(old: str, new: str) -> bool:
    """Whether one name has all the words of the other: `timeout`, `timeout_seconds`."""
    first, second = (frozenset(words_of(name)) - _EMPTY_WORDS for name in (old, new))
    return bool(first and second) and (first <= second or second <= first)
