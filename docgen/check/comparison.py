"""One section held against the facts of today: what it asserted and no longer holds, and which of its lists are incomplete.

In: the section's text, its record, and the entry of today. Out: `Broken` values, each with the words for a message. `write` may
ask here too, so that what is flagged is what is renewed. One reason to change: the rule table of what makes a text stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from docgen.brief import shown
from docgen.claims import IMPLIED, plain_annotation, plain_signature, same_default, stated
from docgen.facts import JSON, Entry, Fact, Facts, mark
from docgen.ledger import Record

_LISTS = frozenset({"parameters", "raises", "documented_raises", "members", "bases", "handles"})
# What a list item or citation is called in a message.
_CALLED = {
    "parameters": "parameter",
    "raises": "exception",
    "documented_raises": "exception",
    "members": "member",
    "bases": "base",
    "handles": "exception",
    "constants": "constant",
    "names": "name",
}
# Facts in words: recorded with the rest, but asserted only where the text has the words.
_WORDED = frozenset({"when", "message", "condition", "description", "doc", "example"})
_NO_FACTS = frozenset({"docgen", "card"})
_TICKS = re.compile(r"(`{1,2})([^`\n]{1,400})\1")
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)^[ \t]*\1", re.DOTALL | re.MULTILINE)
_LISTED = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])?[ \t]*[*_]{0,2}([A-Za-z_]\w*)[*_]{0,2}[ \t]*(?:[:(–—]|$)", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Broken:
    """One thing that a section says and that is not so today: `words` end a sentence that begins with the symbol's name,
    `start` is the offset in the section's text, `source` where today's fact stands."""

    code: Literal["stale", "incomplete", "review"]
    name: str
    words: str
    start: int
    source: str


@dataclass(frozen=True)
class Comparison:
    """A section's text and record beside the entry of today. `edited` says that a person has changed the text since."""

    text: str
    record: Record
    entry: Entry
    facts: Facts
    edited: bool = False

    def broken(self) -> list[Broken]:
        """Everything that no longer holds, one of each root: a parameter that is gone has lost no default too."""
        found: dict[str, Broken] = {}
        for name in sorted(self.record.asserts, key=lambda name: (name.count("."), name)):
            was = self.record.asserts[name].value
            if _root(name) in found or name.partition(".")[0] in _NO_FACTS or self._holds(name, was):
                continue
            for item in self._broken(name, was):
                found.setdefault(_root(item.name) if _is_citation(item.name) else item.name, item)
        for name in self.record.complete:
            for item in self._incomplete(name):
                found.setdefault(item.name, item)
        items = list(found.values())
        return items or self._review()

    # Does it hold? ----------------------------------------------------------------------------------------------------

    def _holds(self, name: str, was: JSON) -> bool:
        """Whether what was recorded under `name` is so today."""
        head, _, rest = name.partition(".")
        now = self.entry.get(name)
        if name in ("deprecated", "async"):
            return bool(now) == bool(was) if isinstance(was, bool) else now is not None
        if was is True and head in _CALLED and rest and now is not True:
            return self._is_there(head, rest)
        if name == "kind":
            return now == was or {now, was} == {"module", "package"}
        if name in _LISTS and isinstance(was, list):
            return _plain_items(now) == _plain_items(was)
        if isinstance(was, list) and isinstance(now, list):
            return all(item in now for item in was)
        return self._same(name, was, now)

    def _same(self, name: str, was: JSON, now: JSON) -> bool:
        if was == now:
            return True
        if not isinstance(was, str) or not isinstance(now, str):
            return False
        if name.endswith(".default") or name.startswith("constants."):
            return same_default(was, now) is True
        if name.endswith(".annotation") or name in ("returns", "yields"):
            return plain_annotation(was) == plain_annotation(now)
        if name == "signature":
            return plain_signature(was) == plain_signature(now)
        return " ".join(was.split()).rstrip(".") == " ".join(now.split()).rstrip(".")

    def _is_there(self, head: str, name: str) -> bool:
        """Whether a cited name is where it was: a parameter in its list, an exception within reach, another in the package."""
        if head == "parameters":
            names = [item.lstrip("*") for item in self.entry.strings("parameters")]
            through = any(item.startswith("**") for item in self.entry.strings("parameters")) and name in self._words
            return name in names or through
        if head in ("raises", "documented_raises", "handles"):
            return self._is_reachable(name)
        last = name.rpartition(".")[2]
        if head == "members":
            return last in self.entry.strings("members") or f"{self.entry.about}.{last}" in self.facts or last in self._words
        return all(part in self._words or part in self._symbols for part in name.split("."))

    def _is_reachable(self, exception: str) -> bool:
        """Whether an exception is raised or documented here, stands in the source, or is raised by what this calls."""
        named = {item for fact in ("raises", "documented_raises", "handles") for item in self.entry.strings(fact)}
        if exception in named or exception in self._words:
            return True
        called = set(re.findall(r"(\w+)\s*\(", self.entry.excerpt)) - {self.entry.about.rpartition(".")[2]}
        return any(
            exception in other.strings("raises") or exception in other.strings("documented_raises")
            for other in self.facts
            if other.about.rpartition(".")[2] in called or other.about.startswith(self.entry.about + ".")
        )

    @cached_property
    def _words(self) -> frozenset[str]:
        """Every identifier of the entry's facts and source."""
        return frozenset(_WORD.findall(" ".join([self.entry.about, self.entry.excerpt, *_texts(self.entry)])))

    @cached_property
    def _symbols(self) -> frozenset[str]:
        """Every name that the package defines."""
        return frozenset(part for entry in self.facts for part in entry.about.split("."))

    # What is said of it? ----------------------------------------------------------------------------------------------

    def _broken(self, name: str, was: JSON) -> Iterator[Broken]:
        if name in _LISTS and isinstance(was, list):
            yield from self._broken_list(name, was)
            return
        now = self.entry.get(name)
        if isinstance(was, list) and isinstance(now, list):
            was = [item for item in was if item not in now]
        place = self._place(name, was)
        if place is None:
            return
        code: Literal["stale", "review"] = "stale"
        if name == "deprecated" and was is False and "deprecat" in self.text.lower():
            code = "review"
        yield Broken(code, name, self._phrase(name, was), place, self._source(name))

    def _broken_list(self, name: str, was: list[JSON]) -> Iterator[Broken]:
        """The items of a recorded list that are gone, new, or in another order."""
        before, after = _plain_items(was), _plain_items(self.entry.get(name))
        if not before:
            words = f"is said to raise nothing, it raises {', '.join(after)}"
            yield Broken("stale", name, words, self._offset("rais"), self._source(name))
            return
        for item in before:
            if item not in after and not self._is_there(name, item) and self._mentions(item):
                words = f"names {_CALLED[name]} {item}, which is gone"
                yield Broken("stale", f"{name}.{item}", words, self._offset(item), self._source(name))
        for item in after:
            if item not in before and item not in self._named:
                words = f"lists {_several(name)} without {item}"
                yield Broken("incomplete", f"{name}.{item}", words, 0, self._source(f"{name}.{item}", name))
        positional = [
            [item for item in items if self.entry.get(f"parameters.{item}.kind") != "keyword-only"] for items in (before, after)
        ]
        if name == "parameters" and sorted(before) == sorted(after) and positional[0] != positional[1]:
            is_shown = f"{self.entry.about.rpartition('.')[2]}(" in self.text
            words = f"has its parameters in another order: {', '.join(after)}"
            yield Broken("stale" if is_shown else "review", name, words, 0, self._source(name))

    def _incomplete(self, name: str) -> Iterator[Broken]:
        """The items of today's list that a list in the text does not name; a list that was recorded is compared as such."""
        recorded = self.record.asserts.get(name)
        if recorded is not None and isinstance(recorded.value, list):
            return
        for item in _plain_items(self.entry.get(name)):
            if item not in self._named:
                words = f"lists {_several(name)} without {item}"
                yield Broken("incomplete", f"{name}.{item}", words, 0, self._source(f"{name}.{item}", name))

    def _place(self, name: str, was: JSON) -> int | None:
        """Where the text still says what was recorded; None where it does not, or says what is true as well."""
        if name in IMPLIED and was is not True:
            is_told = name == "async" and re.search(r"\b(?:async|await|coroutine)", self.text, re.I)
            return None if is_told else 0
        then = self._stated(name, was)
        fact = self.entry.fact(name)
        now = self._stated(name, fact.value) if fact is not None and was is not True and not isinstance(was, list) else set()
        if then:
            return None if then & now else min(then)[0]
        last = name.rpartition(".")[2]
        if last in _WORDED or (name.startswith("members.") and was is not True):
            return None
        subject = name.split(".")[1] if "." in name else ""
        if self.edited:
            still = not isinstance(was, bool) and self._mentions(subject or last) and self._shows(was)
            return self._offset(subject) if still else None
        return self._offset(subject)

    def _stated(self, name: str, value: JSON) -> set[tuple[int, int]]:
        """Where the text states that `name` is `value`, if that were so."""
        entry = _with(self.entry, name, value)
        return {(item.start, item.end) for item in stated(self.text, entry) if item.name == name and item.end}

    def _mentions(self, word: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self.text) is not None

    def _shows(self, value: JSON) -> bool:
        return self._mentions(str(value)) or self._mentions(shown(value))

    def _offset(self, word: str) -> int:
        return max(self.text.find(word), 0)

    @cached_property
    def _named(self) -> frozenset[str]:
        """Every name in the text that is marked as code or heads an item of a list."""
        texts = [found.group(2) for found in _TICKS.finditer(self.text)]
        texts += [found.group(2) for found in _FENCED.finditer(self.text)]
        return frozenset(_WORD.findall(" ".join(texts))) | frozenset(_LISTED.findall(self.text))

    def _source(self, *names: str) -> str:
        """Where today's fact stands, or the symbol itself."""
        for name in (*names, "kind"):
            if (fact := self.entry.fact(name)) is not None and fact.source:
                return fact.source
        return next((fact.source for fact in self.entry.facts if fact.source), "")

    def _phrase(self, name: str, was: JSON) -> str:
        head, _, rest = name.partition(".")
        now = self.entry.get(name)
        if name == "deprecated":
            said = f": {shown(now)}" if isinstance(now, str) else ""
            return f"is deprecated{said}" if now else "is called deprecated and no longer is"
        if name == "async":
            return "is async now" if now else "is called async and no longer is"
        if name == "kind":
            return f"is described as a {was}, it is a {now}" if now else f"is described as a {was}"
        if was is True:
            called = f"names {_CALLED[head]}" if head in _CALLED and head != "names" else "cites"
            return f"{called} {rest}, which is gone"
        last = rest.rpartition(".")[2]
        if name == "doc" or last in _WORDED:
            return f"quotes {_quoted(name)}: {_short(was)}" + (
                f"; it now reads: {_short(now)}" if now is not None else ", which is gone"
            )
        if name.endswith(".default"):
            subject = rest.removesuffix(".default")
            return f"states {subject} defaults to {_short(was)}, " + (
                f"it is {_short(now)}" if now is not None else "which has no default now"
            )
        subject = name.removeprefix("parameters.").replace(".annotation", "'s type") if head == "parameters" else name
        return f"states {subject} is {_short(was)}, " + (f"it is {_short(now)}" if now is not None else "which is gone")

    # What may matter --------------------------------------------------------------------------------------------------

    def _review(self) -> list[Broken]:
        """Facts that informed the text without being stated in it, and have changed in a way that may make it wrong."""
        changed = [name for name, before in self.record.context.items() if _matters(name) and self._changed(name, before)]
        if not changed:
            return []
        words = f"was written from facts that have changed: {', '.join(sorted(changed))}"
        return [Broken("review", "context", words, 0, self._source(*changed))]

    def _changed(self, name: str, before: str) -> bool:
        fact = self.entry.fact(name)
        cited = name.split(".")[1] if name.startswith("parameters.") else ""
        return (fact is None or mark(fact.value) != before) and (not cited or cited in self._named)


def _matters(name: str) -> bool:
    return (
        name in ("raises", "deprecated", "async")
        or name.endswith(".default")
        or (name.startswith("raises.") and name.endswith(".when"))
    )


def _with(entry: Entry, name: str, value: JSON) -> Entry:
    """The entry as if `name` had this value; a citation as if the name were still in its list."""
    head, _, rest = name.partition(".")
    if value is True and head in _LISTS and rest:
        listed: list[JSON] = [*entry.strings(head), rest]
        return _with(entry, head, listed)
    others = tuple(fact for fact in entry.facts if fact.name != name)
    changed = replace(entry, facts=(*others, Fact(name, value)))
    owner = rest.partition(".")[0]
    if head == "parameters" and rest and owner not in [item.lstrip("*") for item in entry.strings("parameters")]:
        return _with(changed, "parameters", [*entry.strings("parameters"), owner])
    if head == "names":
        return replace(changed, excerpt=f"{entry.excerpt}\n{rest}")
    return changed


def _root(name: str) -> str:
    """`parameters.timeout` for `parameters.timeout.default`: once the one is gone, the other is no news."""
    head, _, rest = name.partition(".")
    return f"{head}.{rest.partition('.')[0]}" if head in _LISTS and rest else name


def _is_citation(name: str) -> bool:
    return name == _root(name)


def _plain_items(value: JSON) -> list[str]:
    return [item.lstrip("*") for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _several(name: str) -> str:
    return {"raises": "its exceptions", "documented_raises": "its exceptions"}.get(name, f"its {name}")


def _quoted(name: str) -> str:
    return "the docstring" if name == "doc" else f"the words of {name}"


def _short(value: JSON) -> str:
    text = shown(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _texts(entry: Entry) -> Iterator[str]:
    for fact in entry.facts:
        yield fact.name
        yield shown(fact.value) if not isinstance(fact.value, dict) else " ".join(fact.value)
