"""Secrets and personal data kept out of a corpus: found, counted, shown redacted, and removed or masked by policy.

In: an Example. Out: the same with masks in place of what was found, or why it was removed. A row is looked at as a whole, so
that text, excerpt and facts that say the same still say the same once masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from docgen.brief import Brief
from docgen.corpus.found import Found, Place
from docgen.corpus.privacy.addresses import mails_in, phones_in
from docgen.corpus.privacy.hosts import homes_in, hosts_in
from docgen.corpus.privacy.match import Match, apart, masked
from docgen.corpus.privacy.people import people_in
from docgen.corpus.privacy.secrets import secrets_in
from docgen.corpus.removal import Removed
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact
from docgen.report import InputError
from docgen.settings import CorpusSettings

__all__ = ["Found", "Place", "Privacy", "redacted"]

_POLICIES = {"secrets": ("remove", "mask"), "personal": ("mask", "remove", "keep")}
_SHORTEST_REPEATED = 6  # characters of a match that is masked wherever else it stands in its row
_BREAK = "\n\n\x1f\n\n"  # between two texts of a row: no rule matches across it
_NAMES = ("path", "source")  # they say where a row comes from; a secret in them is masked and removes nothing


class Privacy:
    """Guards a corpus by the policies of its settings; `found` says what was met, whatever the policy did with it."""

    def __init__(self, settings: CorpusSettings) -> None:
        """Raises InputError for a policy that there is not."""
        for name, known in _POLICIES.items():
            value = getattr(settings, name)
            if value not in known:
                words = " or ".join(f"`{word}`" for word in known)
                raise InputError(f"corpus.{name} must be {words}, found `{value}`", fix=f'write {name} = "{known[0]}"')
        self.found = Found()
        self._policy = {True: settings.secrets, False: settings.personal}

    def guard(self, example: Example) -> Example | Removed:
        """The example as it may be written: itself, masked, or removed with a reason that holds nothing of a secret."""
        row = _Row(example)
        matches = row.matches()
        if not matches:
            return example
        safe = row.masked([match for match in matches if self._policy[match.is_secret] != "keep"])
        seen: set[tuple[str, str]] = set()
        for match in matches:
            value = row.text[match.start : match.end]
            if (match.sort, value) not in seen:
                seen.add((match.sort, value))
                self.found.add(Place(safe.path, safe.line, match.sort, match.shown(row.text)))
        for match in matches:
            where = row.where(match)
            if self._policy[match.is_secret] == "remove" and where not in _NAMES:
                rule = "secret" if match.is_secret else "personal"
                reason = f"{match.sort} {match.shown(row.text)} in the {where}"
                return Removed(rule, safe.path, safe.line, reason, safe.brief.heading)
        return safe


@dataclass(frozen=True)
class _Part:
    """One text of a row: what it is called in messages, and where it stands in the row's whole text."""

    called: str
    start: int
    end: int


class _Row:
    """An example as one text, looked through once."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.parts: list[_Part] = []
        pieces, length = [], 0
        for called, introduced, text in _texts(example):
            self.parts.append(_Part(called, length + len(introduced), length + len(introduced) + len(text)))
            pieces += [introduced, text, _BREAK]
            length += len(introduced) + len(text) + len(_BREAK)
        self.text = "".join(pieces)

    def matches(self) -> list[Match]:
        """What was found, each where it stands, in order; the same value is found wherever else it stands in the row."""
        found = _found_in(self.text)
        return self._within(apart([*found, *self._repeated(found)])) if found else []

    def _repeated(self, found: list[Match]) -> Iterator[Match]:
        """Every other place of the values that are long enough to be no chance."""
        for value, match in {self.text[match.start : match.end]: match for match in found if match.mask != "[user]"}.items():
            at = self.text.find(value) if len(value) >= _SHORTEST_REPEATED else -1
            while at >= 0:
                end = at + len(value)
                if not (_is_word(self.text[at - 1 : at], value[0]) or _is_word(self.text[end : end + 1], value[-1])):
                    yield replace(match, start=at, end=end)
                at = self.text.find(value, end)

    def _within(self, found: list[Match]) -> list[Match]:
        """Matches cut to the texts that they stand in: the name that introduces a fact is not part of any."""
        return [
            replace(match, start=max(match.start, part.start), end=min(match.end, part.end))
            for match in found
            for part in self.parts
            if match.start < part.end and part.start < match.end
        ]

    def where(self, match: Match) -> str:
        """What the text with a match is called."""
        return next(part.called for part in self.parts if part.start <= match.start < part.end)

    def masked(self, matches: list[Match]) -> Example:
        """The example with masks."""
        if not matches:
            return self.example
        texts = iter([masked(self.text, matches, part.start, part.end) for part in self.parts])
        example = self.example
        text, excerpt, heading, about, path, source = (next(texts) for _ in range(6))
        facts = tuple(Fact(fact.name, _refilled(fact.value, texts), fact.source) for fact in example.brief.facts)
        brief = Brief(example.brief.kind, heading, about, facts, excerpt)
        return replace(example, brief=brief, text=text, path=path, source=source)


def _texts(example: Example) -> Iterator[tuple[str, str, str]]:
    """Every text of a row with what it is called and what introduces it: a default beside its parameter's name tells more."""
    brief = example.brief
    yield "text", "", example.text
    yield "excerpt", "", brief.excerpt
    yield "heading", "", brief.heading
    yield "name", "", brief.about
    yield "path", "", example.path
    yield "source", "", example.source
    for fact in brief.facts:
        yield from (("facts", introduced, text) for introduced, text in _strings(fact.value, _introduced(fact.name)))


def _introduced(name: str) -> str:
    head, _, last = name.rpartition(".")
    if last == "default" or head == "constants":
        return f"{(head if last == 'default' else name).rpartition('.')[2]} = "
    return ""


def _strings(value: JSON, introduced: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a value, at any depth, keys too."""
    if isinstance(value, str):
        yield introduced, value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, introduced)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield "", key
            yield from _strings(item, f'"{key}": ' if isinstance(item, str) else "")


def _refilled(value: JSON, texts: Iterator[str]) -> JSON:
    """The value with its strings replaced by `texts`, in the order of `_strings`."""
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, list):
        return [_refilled(item, texts) for item in value]
    if isinstance(value, dict):
        return {next(texts): _refilled(item, texts) for item in value.values()}
    return value


def _is_word(beside: str, edge: str) -> bool:
    return (beside.isalnum() or beside == "_") and edge.isalnum()


def redacted(text: str) -> str:
    """A text with a mask for every secret and all personal data in it."""
    return masked(text, apart(_found_in(text)))


def _found_in(text: str) -> list[Match]:
    lowered = text.lower()
    personal = (
        mails_in(text),
        phones_in(text, lowered),
        people_in(text, lowered),
        hosts_in(text, lowered),
        homes_in(text, lowered),
    )
    return [*secrets_in(text), *chain.from_iterable(personal)]
