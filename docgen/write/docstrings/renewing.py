"""Docstrings that people wrote, brought up to what the code says today: values, types, lists of what is taken and raised.

In: a docstring, the entry it speaks of and the package's way of writing. Out: the same text where nothing is wrong with it. A
parameter that the signature has lost loses its item, one under a like name at the same place gets the new name and keeps its
words, and one that came gets an item in the words of new docstrings; so does an exception. All other words stay as they are.
"""

from __future__ import annotations

import builtins
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docgen.claims import Checked, contradictions
from docgen.facts import Entry, Facts, words_of
from docgen.write.docstrings.compose import Composer
from docgen.write.docstrings.lists import Kind, Listing, listings_in
from docgen.write.docstrings.source import Patch

_ROUNDS = 4  # an item that was renamed may have another type as well
_ALIKE = 0.6  # of two names, as `difflib` measures
_WHOLE = 0.9  # share of a package's lists that leave nothing out, from which on the others are to follow
# What leaves a signature as it is written.
_PLAIN_DECORATORS = frozenset(
    "staticmethod classmethod abstractmethod override final cache lru_cache contextmanager asynccontextmanager "
    "dataclass define frozen mutable attrs runtime_checkable total_ordering no_type_check".split()
)


@dataclass(frozen=True)
class Renewing:
    """Renews the docstrings of one package; `wholes` are the kinds of lists that its docstrings give whole."""

    composer: Composer
    facts: Facts
    wholes: frozenset[Kind]

    @classmethod
    def of(cls, composer: Composer, facts: Facts, docstrings: Sequence[tuple[str, str]]) -> Renewing:
        """`docstrings` are all of the package's: what each is about, and its text."""
        told: dict[Kind, list[bool]] = {"parameters": [], "raises": []}
        bare = cls(composer, facts, frozenset())
        for about, text in docstrings:
            entry = facts.get(about)
            for kind, names in _listed(text).items() if entry is not None else ():
                told[kind].append(entry is not None and not bare._missing(kind, entry, names))
        return cls(
            composer, facts, frozenset(kind for kind, whole in told.items() if whole and sum(whole) >= _WHOLE * len(whole))
        )

    def patches(self, text: str, entry: Entry) -> list[Patch]:
        """What to replace in a docstring: nothing where it holds, and nothing that would be contradicted itself."""
        fresh = text
        for _ in range(_ROUNDS):
            before = fresh
            for step in (self._values, self._parameters, self._raises):
                fresh = _applied(fresh, step(fresh, entry))
            if fresh == before:
                break
        if fresh == text:
            return []
        if len(contradictions(fresh, entry)) > len(contradictions(text, entry)):
            fresh = _applied(text, self._values(text, entry))
        return list(_differences(text, fresh))

    def _values(self, text: str, entry: Entry) -> list[Patch]:
        """Defaults, constants and types that are other ones in the code."""
        return [patch for item in contradictions(text, entry) if (patch := _value(text, item)) is not None]

    def _parameters(self, text: str, entry: Entry) -> list[Patch]:
        """The items of parameters that came or went."""
        listings = [listing for listing in listings_in(text) if listing.kind == "parameters"]
        names = [name for name in entry.strings("parameters") if not name.startswith("*")]
        is_known = entry.fact("parameters") is not None or entry.get("kind") in ("function", "method")
        if not listings or not is_known:
            return []
        listed = [name for listing in listings for name in listing.names]
        missing = self._missing("parameters", entry, listed)
        gone = [name for name in listed if name not in names]
        renamed = {} if _takes_more(entry) else _renamed(gone, missing, listed, names)
        if _takes_more(entry) or not _is_plain(entry):
            gone = [name for name in gone if name in renamed]
        patches = [
            Patch(spot, old, new)
            for listing in listings
            for item in listing.items
            for old, new in renamed.items()
            if item.names == (old,)
            for spot in item.spots
        ]
        lost = {name for name in gone if name not in renamed}
        for listing in listings:
            patches += _removals(text, listing, lost)
        is_open = any(name not in names and name not in gone for name in listed)  # something here goes by another name
        has_own = any(name in names or name in renamed for name in listings[0].names)
        if "parameters" not in self.wholes or is_open or not has_own:
            return patches
        came = [name for name in missing if name not in renamed.values()]
        return patches + list(
            self._additions(text, listings[0], came, {new: old for old, new in renamed.items()}, names, entry)
        )

    def _raises(self, text: str, entry: Entry) -> list[Patch]:
        """The items of exceptions that are raised and not told of, in lists that tell of others."""
        listings = [listing for listing in listings_in(text) if listing.kind == "raises"]
        if not listings or "raises" not in self.wholes:
            return []
        missing = self._missing("raises", entry, [name for listing in listings for name in listing.names])
        return list(self._additions(text, listings[-1], missing, {}, [*listings[-1].names, *missing], entry))

    def _missing(self, kind: Kind, entry: Entry, listed: Sequence[str]) -> list[str]:
        """What the code has of a kind and a list leaves out. An exception counts as told where one of its bases is."""
        if kind == "parameters":
            return [name for name in entry.strings("parameters") if not name.startswith("*") and name not in listed]
        told = {name.rpartition(".")[2] for name in listed}
        return [name for name in entry.strings("raises") if not told & self._bases(name.rpartition(".")[2])]

    def _bases(self, name: str) -> set[str]:
        """An exception with the exceptions it is one of, by their short names."""
        found, waiting = set[str](), [name]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            builtin = getattr(builtins, name, None)
            if isinstance(builtin, type):
                found |= {base.__name__ for base in builtin.__mro__}
            waiting += self.composer.words.bases.get(name, ())
        return found

    def _additions(
        self,
        text: str,
        listing: Listing,
        came: Sequence[str],
        former: Mapping[str, str],
        order: Sequence[str],
        entry: Entry,
    ) -> Iterator[Patch]:
        """An item for each name, after the one that comes before it in `order` and has one; `former` are names in the text."""
        at_name = {name: item for item in listing.items for name in item.names}
        is_typed = sum(item.is_typed for item in listing.items) * 2 >= len(listing.items)
        gathered: dict[int, list[str]] = {}
        for name in came:
            before = [at_name.get(former.get(other, other)) for other in order[: order.index(name)]]
            after = next((item for item in reversed(before) if item is not None), None)
            at = after.end if after is not None else listing.items[0].spans[0][0]
            lines = self.composer.item(listing.kind, listing.style, name, entry, listing.indent, is_typed=is_typed)
            if not lines:
                continue
            gathered.setdefault(at, []).extend(["", *lines] if listing.is_spaced and after is not None else lines)
            if listing.is_spaced and after is None:
                gathered[at].append("")
        for at, lines in gathered.items():
            new = "\n".join(lines)
            yield Patch(at, "", f"{new}\n" if text[:at].endswith("\n") else f"\n{new}")


def _listed(text: str) -> dict[Kind, list[str]]:
    found: dict[Kind, list[str]] = {}
    for listing in listings_in(text):
        found.setdefault(listing.kind, []).extend(listing.names)
    return found


def _takes_more(entry: Entry) -> bool:
    """Whether a function takes what its signature does not name."""
    return any(name.startswith("*") for name in entry.strings("parameters"))


def _is_plain(entry: Entry) -> bool:
    """Whether nothing can have given a function more parameters than its source shows."""
    return all(name.partition("(")[0].rpartition(".")[2] in _PLAIN_DECORATORS for name in entry.strings("decorators"))


def _renamed(gone: Sequence[str], missing: Sequence[str], listed: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """The parameters that have another name today: alike, and at the same place among those that stayed."""
    stayed = [name for name in listed if name in names]

    def place(name: str, among: Sequence[str]) -> int:
        return sum(other in stayed for other in among[: among.index(name)])

    found: dict[str, str] = {}
    for old in gone:
        for new in missing:
            if new not in found.values() and place(old, listed) == place(new, names) and _are_alike(old, new):
                found[old] = new
                break
    return found


def _are_alike(old: str, new: str) -> bool:
    shared = set(words_of(old)) & set(words_of(new))
    return bool(shared) or difflib.SequenceMatcher(None, old, new).ratio() >= _ALIKE


def _removals(text: str, listing: Listing, lost: set[str]) -> list[Patch]:
    """The lines of the items that are about nothing else; the whole list where nothing stays of it."""
    going = [item for item in listing.items if set(item.names) <= lost]
    if not going:
        return []
    spans = [span for item in going for span in item.spans]
    if len(going) == len(listing.items) and listing.style != "sphinx":
        before = text[: listing.start].rstrip(" \t\n")
        start, end = len(before) if before else listing.start, going[-1].end
        spans = [(start, end - 1 if text[:end].endswith("\n") else end)]
    elif listing.is_spaced:
        spans = [(start, _next_line(text, end)) for start, end in spans]
    return [Patch(start, text[start:end], "") for start, end in spans]


def _next_line(text: str, at: int) -> int:
    """The start of the next line that holds something, `at` where none does."""
    rest = text[at:]
    blank = len(rest) - len(rest.lstrip("\n \t"))
    return at + rest.rfind("\n", 0, blank) + 1 if rest.strip() else at


def _value(text: str, item: Checked) -> Patch | None:
    """The value of a claim that is another one in the code; None for claims of other kinds, and where it cannot be placed."""
    value = item.fact.value if item.fact is not None else None
    if item.claim.kind not in ("default", "type", "return", "constant") or not isinstance(value, str) or not item.claim.value:
        return None
    start = text.rfind(item.claim.value, item.claim.start, item.claim.end)
    return Patch(start, item.claim.value, value) if start >= 0 else None


def _applied(text: str, patches: Sequence[Patch]) -> str:
    for patch in sorted(patches, key=lambda item: (item.start, len(item.old)), reverse=True):
        text = text[: patch.start] + patch.new + text[patch.start + len(patch.old) :]
    return text


def _differences(text: str, fresh: str) -> Iterator[Patch]:
    """Line by line, what makes one text of the other."""
    old, new = text.splitlines(keepends=True), fresh.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for tag, first, last, fresh_first, fresh_last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Patch(starts[first], "".join(old[first:last]), "".join(new[fresh_first:fresh_last]))
