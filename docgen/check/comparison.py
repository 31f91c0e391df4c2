"""One section held against the facts of today: what it asserted and no longer holds, and which of its lists are incomplete.

In: the section's text, its record, and the entry of today. Out: `Broken` values, each with the words for a message. `write` may
ask here too, so that what is flagged is what is renewed. One reason to change: the rule table of what makes a text stale.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property

from docgen.brief import shown
from docgen.check.coding import code_of
from docgen.check.raisers import RAISERS, Change, added, gone, is_of_raisers
from docgen.check.renames import renamed_exceptions, renamed_parameters
from docgen.check.review import Review
from docgen.claims import IMPLIED, LONGEST_EXCERPT, plain_annotation, plain_signature, same_default, stated
from docgen.claims.counts import count_of
from docgen.claims.implied import TOLD
from docgen.claims.layout import Page
from docgen.claims.names import Vocabulary, raised_in
from docgen.claims.positions import POSITIONS, keeps_positions, positional
from docgen.claims.versions import least_of
from docgen.facts import JSON, Entry, Fact, Facts, keys_of
from docgen.later import Frozen, expression
from docgen.ledger import Record

# Lists of HTTP interfaces. Their items stand in tables, each by itself in a row; several may share a word.
_OF_BODIES = frozenset({"fields", "responses", "alternatives"})
_LISTS = frozenset({"parameters", "raises", "documented_raises", "members", "bases", "handles"}) | _OF_BODIES
# What may come to be known of such an item, or of a parameter, as messages call it.
_PARTS = {"default": "default", "schema": "body", "description": "meaning", "deprecated": "deprecation"}
_PARTS |= {"limits": "limits", "access": "access", "format": "format"}
_REQUIRED = {"yes": "required", "no": "optional"}
# What a list item or citation is called in a message.
_CALLED = {
    "parameters": "parameter",
    "raises": "exception",
    "documented_raises": "exception",
    "members": "member",
    "bases": "base",
    "handles": "exception",
    "fields": "field",
    "responses": "answer",
    "alternatives": "alternative",
    "constants": "constant",
    "names": "name",
    "imports": "import path",
}
# Facts in words: recorded with the rest, but asserted only where the text has the words.
_WORDED = frozenset({"when", "message", "condition", "description", "doc", "example"})
_SAID_OF_KIND = {
    "async": "async",
    "generator": "a generator",
    "static": "a static method",
    "class_method": "a class method",
}
_NO_FACTS = frozenset({"docgen", "card"})
_TICKS = expression(r"(`{1,2})([^`\n]{1,400})\1")
_FENCED = expression(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n(.*?)^[ \t]*\1", re.DOTALL | re.MULTILINE)
_LISTED = expression(r"^[ \t]*(?:[-*+]|\d+[.)])?[ \t]*[*_]{0,2}([A-Za-z_]\w*)[*_]{0,2}[ \t]*(?:[:(–—]|$)", re.MULTILINE)
_WORD = expression(r"[^\W\d]\w*")


class Broken(Frozen):
    """One thing that a section says and that is not so today: `words` end a sentence that begins with the symbol's name,
    `start` is the offset in the section's text, `source` where today's fact stands. `old` is what the fact `name` was, `new`
    what it is or is called now, None where it is gone."""

    code: str
    name: str
    words: str
    start: int
    source: str
    old: JSON = None
    new: JSON = None

    @property
    def verdict(self) -> str:
        """`stale`, `incomplete` or `review`."""
        return self.code.partition("-")[0]


class Comparison(Frozen):
    """A section's text and record beside the entry of today. `edited` says that a person has changed the text since, `aliases`
    are the names that the entry's module gives to expressions."""

    text: str
    record: Record
    entry: Entry
    facts: Facts
    edited: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)

    def broken(self) -> list[Broken]:
        """Everything that no longer holds, one of each root: a parameter that is gone has lost no default too."""
        found: dict[str, Broken] = {}
        for name in sorted(self.record.asserts, key=lambda name: (name.count("."), name)):
            was = self.record.asserts[name].value
            if name.partition(".")[0] in _NO_FACTS or any(above in found for above in _within_list(name)):
                continue
            if self._holds(name, was):
                continue
            if RAISERS in self.record.complete and any(name.startswith(f"{other}.") for other in found):
                continue  # of a row that is gone
            for item in self._broken(name, was):
                found.setdefault(_root(item.name) if _is_citation(item.name) else item.name, item)
        for name in self.record.complete:
            for item in self._incomplete(name):
                found.setdefault(item.name, item)
        items = [item for item in found.values() if item.verdict != "incomplete" or item.new not in self._replacements]
        olds = " ".join(shown(item.old) for item in items if not item.name.startswith("names."))
        items = [item for item in items if not (item.name.startswith("names.") and str(item.old) in olds)]
        kinds = [item for item in items if item.code == "stale-kind"]
        items = [item for item in items if item not in kinds[1:]]
        return items or self._review()

    def holds(self) -> bool:
        """Whether everything that was recorded is so of the entry, and that is more than what any symbol may have."""
        told = [name for name in self.record.asserts if name not in IMPLIED and name.partition(".")[0] not in ("names", "kind")]
        return len(told) > 1 and all(self._holds(name, self.record.asserts[name].value) for name in self.record.asserts)

    # Does it hold? ----------------------------------------------------------------------------------------------------

    def _holds(self, name: str, was: JSON) -> bool:
        """Whether what was recorded under `name` is so today."""
        head, _, rest = name.partition(".")
        now = self.entry.get(name)
        if head == "count":
            return count_of(self.entry, rest) == was
        if name in IMPLIED and name != "kind":
            return bool(now) == bool(was) if isinstance(was, bool) else now is not None
        if was is True and head in _CALLED and rest and now is not True:
            return self._is_there(head, rest)
        if name == POSITIONS and isinstance(was, list):
            return keeps_positions(was, self.entry)
        if name == "kind":
            return now == was or {now, was} == {"module", "package"}
        if name in _LISTS and isinstance(was, list):
            return _plain_items(now) == _plain_items(was)
        if isinstance(was, list) and isinstance(now, list):
            return all(item in now for item in was)
        if is_of_raisers(name) and isinstance(was, list):
            return not was
        if keys_of(name) and now is None:  # the table may have another name now
            alike = (fact for fact in self.entry.under("constants") if keys_of(fact.name) == keys_of(name))
            return any(self._same(name, was, fact.value) for fact in alike)
        if head == "constants" and now is None:  # the value is what is stated: its name may be another now
            return any(self._same(fact.name, was, fact.value) for fact in self.entry.under("constants"))
        return self._same(name, was, now)

    def _same(self, name: str, was: JSON, now: JSON) -> bool:
        if was == now:
            return True
        if not isinstance(was, str) or not isinstance(now, str):
            return False
        if name.endswith(".default") or name.startswith("constants."):
            return same_default(self._member(was), self._member(now)) is True
        if name.endswith(".annotation") or name in ("returns", "yields"):
            return plain_annotation(self._written_out(was)) == plain_annotation(self._written_out(now))
        if name == "signature":
            return plain_signature(was) == plain_signature(now)
        if name == "requires_python":
            return least_of(was) == least_of(now)
        return " ".join(was.split()).rstrip(".") == " ".join(now.split()).rstrip(".")

    def _member(self, value: str) -> str:
        """The value of a member of one of the package's enumerations, of which only the name is given; else `value`."""
        owner, _, name = value.removesuffix(".value").rpartition(".")
        if not owner.replace(".", "").isidentifier():
            return value
        last = owner.rpartition(".")[2]
        found = {
            member
            for entry in self.facts
            if entry.about.rpartition(".")[2] == last and isinstance(member := entry.get(f"attributes.{name}.value"), str)
        }
        return found.pop() if len(found) == 1 else value

    def _written_out(self, annotation: str) -> str:
        """An annotation with the aliases of its module put in."""
        return (
            _WORD.sub(lambda found: self.aliases.get(found.group(), found.group()), annotation) if self.aliases else annotation
        )

    def _is_there(self, head: str, name: str) -> bool:
        """Whether a cited name is where it was: a parameter in its list, an exception within reach, another in the package."""
        if head == "parameters":
            names = [item.lstrip("*") for item in self.entry.strings("parameters")]
            through = any(item.startswith("**") for item in self.entry.strings("parameters")) and name in self._words
            return name in names or through
        if head in ("raises", "documented_raises", "handles"):
            return self.is_reachable(name)
        if head in _OF_BODIES:
            return name in self.entry.strings(head)
        if head == "imports":
            return self._leads(name)
        last = name.rpartition(".")[2]
        if head == "members":
            return last in self.entry.strings("members") or f"{self.entry.about}.{last}" in self.facts or last in self._words
        is_cut = self.entry.excerpt.count("\n") >= LONGEST_EXCERPT - 1  # and the name may stand behind the cut
        owner = name.rpartition(".")[0].rpartition(".")[2]
        return is_cut or self._is_open(owner) or all(part in self._words or part in self._symbols for part in name.split("."))

    def _is_open(self, name: str) -> bool:
        """Whether a class of the package has members from a base outside of it, of which nothing is known here."""
        found = (entry for entry in self.facts if entry.about.rpartition(".")[2] == name and entry.get("kind") == "class")
        bases = (base.partition("[")[0].rpartition(".")[2] for entry in found for base in entry.strings("bases"))
        return bool(name) and any(base not in self._symbols and not hasattr(builtins, base) for base in bases)

    def _leads(self, path: str) -> bool:
        """Whether an import path leads to what the package defines, or to what one of its modules names as its own."""
        outer, _, last = path.rpartition(".")
        module = self.facts.get(outer)
        return path in self.facts or (module is not None and last in module.strings("members"))

    def is_reachable(self, exception: str) -> bool:
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
        """Every name that the package defines: symbols, and the variables of its modules and classes."""
        variables = (name for entry in self.facts for fact in ("members", "attributes") for name in entry.strings(fact))
        modules = (entry for entry in self.facts if entry.get("kind") in ("module", "package"))
        constants = (fact.name.split(".")[1] for module in modules for fact in module.under("constants"))
        parts = (part for entry in self.facts for part in entry.about.split("."))
        return frozenset(parts) | frozenset(variables) | frozenset(constants)

    # What is said of it? ----------------------------------------------------------------------------------------------

    def _broken(self, name: str, was: JSON) -> Iterator[Broken]:
        if name in _LISTS and isinstance(was, list):
            yield from self._broken_list(name, was)
            return
        if is_of_raisers(name) and isinstance(was, list):
            changes = gone(name, [str(item) for item in was], self.entry, self._is_reachable_from)
            yield from (self._changed(change) for change in changes)
            return
        now = self.entry.get(name)
        if isinstance(was, list) and isinstance(now, list):
            was = [item for item in was if item not in now]
        place = self._place(name, was)
        if place is None:
            return
        code = code_of("stale", name, self.facts.subject) if was is not True or name in IMPLIED else self._code_of_name(name)
        if name == "deprecated" and was is False and "deprecat" in self.text.lower():
            code = "review-deprecated"
        if now is None and self._is_out_of_sight(name):
            code = "review-context"
        cited = name.rpartition(".")[2] if was is True else None
        old: JSON = cited if cited is not None else was
        new: JSON = self._renamed.get(cited) if cited is not None else now
        source = self._source(f"{name.partition('.')[0]}.{new}" if cited is not None and new else name, name)
        yield Broken(code, name, self._phrase(name, was), place, source, old, new)

    def _code_of_name(self, name: str) -> str:
        """The code for a name that is cited and gone: that of a constant has no value to be wrong about."""
        return "stale-name" if name.startswith("constants.") else code_of("stale", name, self.facts.subject)

    def _broken_list(self, name: str, was: list[JSON]) -> Iterator[Broken]:
        """The items of a recorded list that are gone, new, or in another order."""
        before, after = _plain_items(was), _plain_items(self.entry.get(name))
        if not before:
            words = f"is said to raise nothing, it raises {', '.join(after)}"
            yield Broken("stale-raise", name, words, self._offset("rais"), self._source(name), [], [*after])
            return
        for item in _outermost(before, after):
            if not self._is_there(name, item) and (self._is_rendered(name) or self._mentions(item)):
                words = f"names {_CALLED[name]} {item}, {self._fate(item)}"
                code, new = code_of("stale", f"{name}.{item}", self.facts.subject), self._renamed.get(item)
                place = self._row(item) if self._is_rendered(name) else self._offset(item)
                yield Broken(code, f"{name}.{item}", words, place, self._source(name), item, new)
        for item in _outermost(after, before):
            if self._is_rendered(name) or (f"`{item}`" not in self.text if name in _OF_BODIES else item not in self._named):
                yield self._lacking(name, item)
        positional = [
            [item for item in items if self.entry.get(f"parameters.{item}.kind") != "keyword-only"] for items in (before, after)
        ]
        if name == "parameters" and sorted(before) == sorted(after) and positional[0] != positional[1]:
            is_shown = f"{self.entry.about.rpartition('.')[2]}(" in self.text
            words = f"has its parameters in another order: {', '.join(after)}"
            code = "stale-signature" if is_shown else "review-order"
            yield Broken(code, name, words, 0, self._source(name), [*before], [*after])

    def _incomplete(self, name: str) -> Iterator[Broken]:
        """The items of today's list that a list in the text does not name; a list that was recorded is compared as such."""
        if name == RAISERS:
            yield from (self._changed(change) for change in added(self.record, self.entry))
            return
        recorded = self.record.asserts.get(name)
        if recorded is not None and isinstance(recorded.value, list):
            yield from self._further(name, [str(item) for item in recorded.value])
            return
        for item in _plain_items(self.entry.get(name)):
            if item not in self._named:
                yield self._lacking(name, item)

    def _further(self, name: str, items: list[str]) -> Iterator[Broken]:
        """What is known of the items of a list of an HTTP interface today, and a table of them does not tell."""
        for item in items if self._is_rendered(name) else ():
            if name == "responses" or f"{name}.{item}.required" in self.record.asserts:
                for part in _PARTS:
                    fact = self.entry.fact(f"{name}.{item}.{part}")
                    if fact is not None and fact.name not in self.record.asserts:
                        words = f"does not tell the {_PARTS[part]} of {item}: {_short(fact.value)}"
                        code = code_of("stale", fact.name, self.facts.subject)
                        yield Broken(code, fact.name, words, self._row(item), fact.source, None, fact.value)

    def _is_rendered(self, name: str) -> bool:
        """Whether the list `name` stands in a table of an HTTP interface, as docgen wrote it: all of it is from facts."""
        return not self.edited and self._is_http and name in self.record.complete

    @cached_property
    def _is_http(self) -> bool:
        return self.entry.get("kind") in ("operation", "schema") or self.entry.get("title") is not None

    def _lacking(self, name: str, item: str) -> Broken:
        """That a list in the text does not name an item of today's list `name`."""
        code, source = code_of("incomplete", name, self.facts.subject), self._source(f"{name}.{item}", name)
        return Broken(code, f"{name}.{item}", f"lists {_several(name)} without {item}", 0, source, None, item)

    def _is_out_of_sight(self, name: str) -> bool:
        """Whether a condition cannot be told any more of what is still raised: it speaks of local names now, or a function that
        is called asks for it. It may well be what it was."""
        raiser, _, rest = f".{name}".rpartition(".raises.")
        exception, _, last = rest.rpartition(".")
        if last not in ("when", "condition"):
            return False
        member = raiser.removeprefix(".members").removeprefix(".")
        return bool(self._is_reachable_from(member, exception) if member else self.is_reachable(exception))

    def _changed(self, change: Change) -> Broken:
        """What became of a row of a table of exceptions, and where that row is."""
        source = self._source(*_above(change.name))
        return Broken(change.code, change.name, change.words, self._row(*change.near), source, change.old, change.new)

    def _row(self, *words: str) -> int:
        """Where the first line that has these words as code begins; where none has, the first with the last of them."""
        lines = self.text.split("\n")
        found = [number for number, line in enumerate(lines) if all(f"`{word}`" in line for word in words)]
        found += [number for number, line in enumerate(lines) if words and f"`{words[-1]}`" in line]
        row = found[0] if found else 0
        return sum(len(line) + 1 for line in lines[:row])

    def _is_reachable_from(self, member: str, exception: str) -> bool | None:
        """Whether a member raises or documents an exception, or a function that it calls does; None where it is gone."""
        entry = self.facts.get(f"{self.entry.about}.{member}")
        if entry is None or entry.get("kind") == "class":
            return None if entry is None else exception in entry.strings("raises") + entry.strings("documented_raises")
        return Comparison(self.text, Record(), entry, self.facts).is_reachable(exception)

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        """What parameters and exceptions that are gone are called now, where that can be told."""
        known = self._named | {self.entry.about.rpartition(".")[2]}
        return renamed_parameters(self.record, self.entry, known) | renamed_exceptions(self.record, self.entry, known)

    @cached_property
    def _replacements(self) -> frozenset[JSON]:
        return frozenset(self._renamed.values())

    def _fate(self, name: str) -> str:
        """What became of a name that is gone."""
        new = self._renamed.get(name)
        if new is None:
            return "which is gone"
        is_other = name in self._symbols or hasattr(builtins, name) or new not in self._symbols
        is_parameter = new in _plain_items(self.entry.get("parameters"))
        return f"which is now called {new}" if is_parameter or not is_other else f"and {new} is raised in its place"

    def _place(self, name: str, was: JSON) -> int | None:
        """Where the text still says what was recorded; None where it does not, or says what is true as well."""
        if name in IMPLIED and was is not True:
            is_told = name in TOLD and TOLD[name].search(self.text)
            return None if is_told else 0
        then = self._stated(name, was)
        fact = self.entry.fact(name)
        now = self._stated(name, fact.value) if fact is not None and was is not True and not isinstance(was, list) else set()
        if then:
            return None if then & now else min(then)[0]
        last = name.rpartition(".")[2]
        if RAISERS in self.record.complete and name.startswith("members."):
            raiser, _, exception = name.removeprefix("members.").rpartition(".")[0].partition(".raises.")
            return None if self.edited else self._row(raiser, exception)
        if self._is_http and not self.edited and name.partition(".")[0] in (*self.record.complete, "raises", "doc"):
            return self._row(*self._item(name))
        if last in _WORDED or (name.startswith("members.") and was is not True):
            return None
        subject = name.split(".")[1] if "." in name else ""
        if self.edited:
            still = not isinstance(was, bool) and self._mentions(subject or last) and self._shows(was)
            return self._offset(subject) if still else None
        return self._offset(subject)

    def _item(self, name: str) -> Iterator[str]:
        """The item of a recorded list that a fact is of, which heads its row: the longest that the fact's name begins with."""
        head = name.partition(".")[0]
        recorded = self.record.asserts.get("documented_raises" if head == "raises" else head)
        items = recorded.value if recorded is not None and isinstance(recorded.value, list) else []
        found = [str(item) for item in items if name.startswith(f"{head}.{item}.")]
        return iter(sorted(found, key=len)[-1:])

    def _stated(self, name: str, value: JSON) -> set[tuple[int, int]]:
        """Where the text states that `name` is `value`, if that were so."""
        entry = _with(self.entry, name, value)
        places = (item for item in stated(self.text, entry) if item.name == name and item.end)
        return {(item.start, item.end) for item in places if value is True or item.value is not True}

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
        heads = (name for block in Page.of(self.text).blocks for name in block.names)  # fields too: ":param text: …"
        return frozenset(_WORD.findall(" ".join([*texts, *heads]))) | frozenset(_LISTED.findall(self.text))

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
        if head == "count":
            return f"is said to have {was} {'exceptions' if rest == 'raises' else rest}, it has {count_of(self.entry, rest)}"
        if name in _SAID_OF_KIND:
            return f"is {_SAID_OF_KIND[name]} now" if now else f"was {_SAID_OF_KIND[name]} and no longer is"
        if name == POSITIONS:
            return f"is called with {shown(was)} by position, the order is now {shown([*positional(self.entry)])}"
        if name == "requires_python":
            return f"is said to require Python {was}, it requires {now}" if now else f"is said to require Python {was}"
        if name == "version":
            return f"is said to be at version {was}, it is at {now}" if now else f"is said to be at version {was}"
        if name == "kind":
            return f"is described as a {was}, it is a {now}" if now else f"is described as a {was}"
        if was is True:
            called = f"names {_CALLED[head]}" if head in _CALLED and head != "names" else "cites"
            return f"{called} {rest}, {self._fate(rest)}"
        last = rest.rpartition(".")[2]
        if last in ("when", "condition") and ".raises." in f".{name}":
            return _of_condition(name, was, now)
        if name == "doc" or last in _WORDED:
            return f"quotes {_quoted(name)}: {_short(was)}" + (
                f"; it now reads: {_short(now)}" if now is not None else ", which is gone"
            )
        if name.endswith(".default"):
            subject = rest.removesuffix(".default")
            return f"states {subject} defaults to {_short(was)}, " + (
                f"it is {_short(now)}" if now is not None else "which has no default now"
            )
        if name.endswith(".required"):
            then, today = _REQUIRED.get(str(was), str(was)), _REQUIRED.get(str(now), "gone")
            return f"says that {rest.removesuffix('.required')} is {then}, it is {today}"
        name = name.removeprefix("fields.")
        subject = name.removeprefix("parameters.").replace(".annotation", "'s type") if name.endswith(".annotation") else name
        subject = subject.removeprefix("constants.")
        return f"states {subject} is {_short(was)}, " + (f"it is {_short(now)}" if now is not None else "which is gone")

    # What may matter --------------------------------------------------------------------------------------------------

    def _review(self) -> list[Broken]:
        """What may make a text wrong that states nothing wrong."""
        review = Review(self.text, self.record, self.entry)
        if order := review.new_order():
            words = f"has its parameters in another order: {', '.join(order)}"
            return [Broken("review-order", "parameters", words, 0, self._source("parameters"), None, [*order])]
        if changed := review.changed():
            words = f"was written from facts that have changed: {', '.join(changed)}"
            return [Broken("review-context", "context", words, 0, self._source(*changed), None, [*changed])]
        return []


def true_today(text: str, record: Record, entry: Entry, facts: Facts) -> Record:
    """A record without what would be flagged as soon as it is written: nobody could do anything about it."""
    flagged = {item.name for item in Comparison(text, record, entry, facts).broken()}
    flagged |= {name for name in (*record.asserts, *record.complete) if any(item.startswith(f"{name}.") for item in flagged)}
    flagged |= {RAISERS} if any(item.startswith("members.") and ".raises" in item for item in flagged) else set()
    asserts = {name: assertion for name, assertion in record.asserts.items() if name not in flagged}
    return replace(record, asserts=asserts, complete=tuple(name for name in record.complete if name not in flagged))


def raised_through(text: str, entry: Entry, facts: Facts) -> list[Fact]:
    """The exceptions that a text says are raised and that not the entry itself but what it calls raises: a ledger has them, so
    that it shows when nothing in reach raises one any more."""
    known = Vocabulary(entry)
    names = {mention.name for mention in raised_in(Page.of(text), entry) if not known.raises(mention.name)}
    comparison = Comparison(text, Record(), entry, facts)
    return [Fact(f"raises.{name}", True) for name in sorted(names) if comparison.is_reachable(name)]


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


def _above(name: str) -> Iterator[str]:
    """A fact's name and those that it is part of, the innermost first."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _within_list(name: str) -> Iterator[str]:
    """A fact of one item of a list and what it is part of: of `fields.address.city.default`, up to `fields.address`."""
    return (above for above in _above(name) if "." in above) if name.partition(".")[0] in _LISTS else iter((name,))


def _outermost(items: list[str], others: list[str]) -> list[str]:
    """The items that are not among `others`; of a field and those in it the first alone."""
    only = [item for item in items if item not in others]
    return [item for item in only if not any(item.startswith((f"{above}.", f"{above}[", f"{above}.*")) for above in only)]


def _is_citation(name: str) -> bool:
    return name == _root(name)


def _plain_items(value: JSON) -> list[str]:
    return [item.lstrip("*") for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _several(name: str) -> str:
    return {"raises": "its exceptions", "documented_raises": "its exceptions"}.get(name, f"its {name}")


def _of_condition(name: str, was: JSON, now: JSON) -> str:
    """That an exception is raised under another condition, by the symbol itself or by the member that a name leads to."""
    raiser, _, exception = name.removesuffix(".when").rpartition("raises.")
    whose = f"{raiser.removeprefix('members.').rstrip('.')} raises" if raiser else "it raises"
    then = f"now if {_short(now)}" if now else "which the source does not tell any more"
    return f"says that {whose} {exception} if {_short(was)}, {then}"


def _quoted(name: str) -> str:
    return "the docstring" if name == "doc" else f"the words of {name}"


def _short(value: JSON) -> str:
    text = shown(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _texts(entry: Entry) -> Iterator[str]:
    for fact in entry.facts:
        yield fact.name
        yield shown(fact.value) if not isinstance(fact.value, dict) else " ".join(fact.value)
