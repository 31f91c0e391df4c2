"""Names in backticks and exceptions said to be raised: where they stand in a text, and whether the facts know them.

In: a `Page` and an entry. Out: `Token` and `Mention` values, and a `Vocabulary` of every word of the entry's facts and source.
A name counts as known where each of its parts is: `http.load(path, timeout=30)` needs all four.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from functools import cached_property

from docgen.claims.layout import Block, Page
from docgen.claims.values import Printed
from docgen.facts import Entry, leaves
from docgen.later import Frozen, expression

_TICKED = expression(r"(?<!`)(`{1,3})(?!`)((?:[^`\n]|\n(?![ \t]*\n)){1,200})\1(?!`)")
_ROLE_BEFORE = expression(r"(?::[\w:+-]{2,40}:|\{[\w:]{2,40}\})$")
_TITLED = expression(r"[^<>]*<\s*([^<>\n]+?)\s*>$")  # `load <pkg.io.load>` in a role
_CODE_FONT = expression(r"<(code|tt|kbd)>([^<>\n]{1,200})</\1>", re.I)
# The target of a link into an API page: `[load](api.md#pkg.load)`, `[load][pkg.load]`.
_LINKED = expression(
    r"\](?:\([^()\s]{0,300}#(?:module-)?((?:[^\W\d]\w*\.){1,12}[^\W\d]\w*)\)|\[((?:[^\W\d]\w*\.){1,12}[^\W\d]\w*)\])"
)
_IDENTIFIER = expression(r"[^\W\d]\w*")
_NUMBER = expression(r"(?:(?<![\w.)\]])-)?(?<![\w.])\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]*[^\W\d])")
# Words of the language, which claim nothing about the subject.
LANGUAGE = frozenset(
    """None True False self cls NotImplemented Ellipsis int float str bool bytes bytearray complex list dict tuple set frozenset
    object type Any Optional Union Callable Iterable Iterator Sequence Mapping and or not in is if else for lambda await async
    def class return yield raise import from with as try except finally true false null none""".split()
)
BUILTIN_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
_EXCEPTION_ENDING = expression(
    r"(?:Error|Exception|Warning|Exit|Interrupt|Failure|Fault|Timeout|NotFound|Denied|Abort|Invalid)$"
)
_EXCEPTION = r"(?<![\w.])`{0,2}~?(?P<name>(?:[A-Za-z_]\w{0,60}\.){0,6}_?[A-Z]\w{1,80})(?:\([^`\n)]{0,60}\))?`{0,2}"
_ROLE = r"(?::(?:py:)?(?:exc|class):)?"
_RAISES = expression(r"\b(?:[Rr]ais(?:es?|ing)|[Tt]hrow(?:s|ing)?)\s+(?:an?\s+|the\s+|either\s+)?" + _ROLE + _EXCEPTION)
_ALSO = expression(r"\s*(?:,\s*(?:or|and)?|or|and|/)\s*(?:an?\s+)?" + _ROLE + _EXCEPTION)
_IS_RAISED = expression(
    _ROLE + _EXCEPTION + r"(?:\s+(?:exception|error))?\s+(?:is|are|will\s+be|gets|may\s+be|can\s+be|being)\s+(?:raised|thrown)"
)
_EXPECT = expression(r"\b(?:[Ee]xpect|[Gg]ets?|[Gg]et)\s+(?:an?\s+)?" + _EXCEPTION)
_DENIED = expression(
    r"\b(?:no|never|not|n't|without|nothing|neither|nor|no longer|instead of|rather than)\b[^.;:]{0,60}$", re.I
)
_NOTHING = expression(
    r"(?<![\w.])`{0,2}(?P<before>[\w.]{1,100})(?:\(\))?`{0,2}(?:\s+itself)?\s+raises\s+(?:nothing|no\s+exceptions?)\b"
    r"(?!\s+(?:if|when|for|on|unless|in|while|where|but|except|other|than)\b)"
    r"|\b[Nn]o\s+exceptions?\s+(?:is|are)\s+raised\s+by\s+`{0,2}(?P<after>[\w.]{1,100})"
)
_NO_RAISE = expression(r"raises\s+(?:nothing|no)\b|exceptions?\s+(?:is|are)\s+raised")
_IT = frozenset({"it", "this", "function", "method", "class"})
_TELLS_WHEN = expression(r"(?:if|when|for|on|by|in case|is raised|where|unless|because|with|the|an?)\b|$|[A-Z`]|,|and\b|or\b")
_RAISES_SECTIONS = frozenset({"raises", "exceptions", "errors", "error handling", "failure modes", "warns"})


class Token(Frozen):
    """What stands in backticks or another code font, from `start` to `end` without the marks; of a role or link, its target."""

    text: str
    start: int
    end: int


def ticked(page: Page) -> Iterator[Token]:
    """Every text in code font outside of code blocks, and every symbol that a link leads to."""
    plain = page.plain
    for found in _TICKED.finditer(plain):
        start, text = found.start(2), found.group(2)
        if text[:1] in "~!" or text[-1:] == ">":
            text, start = _target(
                text, start, _ROLE_BEFORE.search(plain, max(0, found.start() - 44), found.start()) is not None
            )
        yield Token(text, start, start + len(text))
    for found in _CODE_FONT.finditer(plain) if "</" in plain else ():
        yield Token(found.group(2), found.start(2), found.end(2))
    for found in _LINKED.finditer(page.text) if "](" in page.text or "][" in page.text else ():
        if found.start() and not plain[found.start() - 1].isspace():  # the link's own text was not blanked out
            group = 1 if found.group(1) else 2
            yield Token(found.group(group), found.start(group), found.end(group))


def _target(text: str, start: int, is_role: bool) -> tuple[str, int]:
    """What a role between backticks leads to, and where that stands."""
    if is_role and (titled := _TITLED.match(text)):
        text, start = titled.group(1), start + titled.start(1)
    bare = text.lstrip("~!") if is_role or text[:1] in "~!" else text
    return bare, start + len(text) - len(bare)


class Vocabulary(Frozen):
    """The words and numbers that the facts and the source excerpt of an entry hold."""

    entry: Entry

    @cached_property
    def sources(self) -> str:
        """Every text of the entry, one after the other, blanks unified."""
        parts = [self.entry.about, self.entry.excerpt]
        for fact in self.entry.facts:
            joined = fact.name.replace(".", "_")  # `eval_loss`, `lora_alpha`: how trainers and configurations spell it
            parts += [fact.name, joined, *map(str, leaves(fact.value))]
        return " ".join(" ".join(parts).split())

    @cached_property
    def words(self) -> frozenset[str]:
        """Every identifier."""
        return frozenset(_IDENTIFIER.findall(self.sources))

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """Every number, sorted: those that are values and those that stand in texts."""
        found = {float(text.replace("_", "")) for text in _NUMBER.findall(self.sources) if len(text) < 40}
        return tuple(sorted(number for number in found | {abs(number) for number in found} if abs(number) != float("inf")))

    @cached_property
    def exceptions(self) -> frozenset[str]:
        """Exceptions that the entry raises, documents or handles, or that its members do."""
        named = {*self.entry.strings("handles"), *_exceptions_of(self.entry)}
        return frozenset(name.rpartition(".")[2] for name in named)

    def knows(self, text: str) -> bool:
        """Whether a text in backticks stands in the entry: each of its names and numbers, or the whole as it is."""
        plain = " ".join(text.split())
        if plain.strip("'\"") in LANGUAGE:
            return True
        names, digits = _IDENTIFIER.findall(plain), _NUMBER.findall(plain)
        if not names and not digits:
            return plain in self.sources
        if all(name in self.words or name in LANGUAGE for name in names) and all(self.has_number(number) for number in digits):
            return True
        return not plain.replace(".", "a").replace("_", "a").isalnum() and plain in self.sources

    def has_number(self, text: str) -> bool:
        """Whether a number stands in the entry, at the precision printed."""
        printed = Printed.of(text)
        return printed is not None and printed.within(self.numbers)

    def raises(self, name: str) -> bool:
        """Whether the exception is raised, documented or handled, or stands in the source."""
        last = name.rpartition(".")[2]
        return last in self.exceptions or last in self.words


class Mention(Frozen):
    """An exception that a text says is raised, by the last part of its name, and where the text does so."""

    name: str
    start: int
    end: int


def raised_in(page: Page, entry: Entry) -> Iterator[Mention]:
    """Every place where a text says that an exception is raised, each once, in order."""
    known = _exceptions_of(entry)
    found: dict[int, Mention] = {}
    for block in page.blocks:
        for mention in _in_block(page, block, known):
            found.setdefault(mention.start, mention)
    yield from (found[start] for start in sorted(found))


def _exceptions_of(entry: Entry) -> frozenset[str]:
    """The exceptions that an entry raises or documents, and those of members that a Brief tells of."""
    of_members = (fact.name for fact in entry.facts if fact.name.startswith("members.") and fact.name.endswith(".raises"))
    return frozenset(item for name in ("raises", "documented_raises", *of_members) for item in entry.strings(name))


def says_it_raises_nothing(page: Page, entry: Entry) -> tuple[int, int] | None:
    """Where a text says that its subject raises no exception of its own, without conditions; None where it does not."""
    for found in _NOTHING.finditer(page.plain) if _NO_RAISE.search(page.plain) else ():
        subject = found["before"] or found["after"]
        if subject.lower() in _IT or subject.rpartition(".")[2] == entry.about.rpartition(".")[2]:
            return page.plain.index("raise", found.start()), found.end()
    return None


def _in_block(page: Page, block: Block, known: frozenset[str]) -> Iterator[Mention]:
    text = page.plain[block.start : block.end]
    for name in block.names if block.heads else ():
        if is_exception(name, known) and (block.section in _RAISES_SECTIONS or block.cells or _heads_raise(text, name)):
            at = text.find(name)
            yield Mention(name.rpartition(".")[2], block.start + at, block.start + at + len(name))
    for pattern in (_RAISES, _IS_RAISED, _EXPECT):
        for match in pattern.finditer(text):
            denied = _DENIED.search(text, max(0, match.start() - 80), match.start())
            current: re.Match[str] | None = None if denied else match
            while current is not None:
                name = current.group("name")
                if is_exception(name, known):
                    start = block.start + current.start("name")
                    yield Mention(name.rpartition(".")[2], start, start + len(name))
                current = _ALSO.match(text, current.end()) if pattern is _RAISES else None


def _heads_raise(text: str, name: str) -> bool:
    """Whether a list item tells when the exception in front of it is raised."""
    after = text[text.find(name) + len(name) :].lstrip("`*:–—- (),")
    return _TELLS_WHEN.match(after) is not None


def is_exception(name: str, known: frozenset[str]) -> bool:
    """Whether a name is that of an exception, by what is raised here, by Python's own, or by the way it ends."""
    last = name.rpartition(".")[2]
    return last in known or last in BUILTIN_EXCEPTIONS or (last[:1].isupper() and _EXCEPTION_ENDING.search(last) is not None)
