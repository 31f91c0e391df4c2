"""Which facts a text states: what a ledger records of a section.

In: a text and the entry it speaks of. Out: `Stated` values with the place of each. Values are recorded as the facts have them;
a name that is only cited is recorded as present (`true`), so that its disappearance shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.claims.claim import Stated
from docgen.claims.defaults import defaults_in
from docgen.claims.layout import Page
from docgen.claims.models import labelled_in, texts_in
from docgen.claims.names import LANGUAGE, Token, Vocabulary, is_exception, raised_in, says_it_raises_nothing, ticked
from docgen.claims.numbers import NumericFacts, numbers_in
from docgen.claims.values import plain_annotation, plain_signature, same_default
from docgen.facts import JSON, Entry

# What every text about a symbol takes for granted, without a word of its own for it.
IMPLIED = ("kind", "async", "deprecated")
_NAME = re.compile(r"\*{0,2}([A-Za-z_][\w.]*)(?:\(.*\))?", re.DOTALL)
_CODE_SHAPE = re.compile(r"[._(]|[a-z][A-Z]|\w\d")
_RETURNS = re.compile(r"\b(?:return|yield|result|giv(?:es?|ing)|hands?|produc\w+)|->", re.I)
_FEWEST_WORDS = 4  # of a passage that counts as quoted
_SIGNATURE_LENGTH = 2000


def stated_in(page: Page, entry: Entry) -> Iterator[Stated]:
    """Every fact that the page states, place by place; a fact may come more than once."""
    yield from _defaults(page, entry)
    yield from _annotations(page, entry)
    yield from _exceptions(page, entry)
    yield from _names(page, entry)
    yield from _numbers(page, entry)
    yield from _quotes(page, entry)
    yield from _signature(page, entry)
    yield from (Stated(fact.name, value, start, end) for fact, value, start, end in texts_in(page, entry))
    yield from _implied(page, entry)


def _defaults(page: Page, entry: Entry) -> Iterator[Stated]:
    for stated in defaults_in(page, entry):
        name = f"parameters.{stated.parameter}.default"
        fact = entry.fact(name)
        if fact is not None and stated.bound and same_default(stated.value, str(fact.value), unit=stated.unit):
            yield Stated(name, fact.value, stated.start, stated.end)


def _annotations(page: Page, entry: Entry) -> Iterator[Stated]:
    """Types in a table's column, and the type said to be returned."""
    for block in page.blocks:
        for cell in block.cells:
            for name in block.names if cell.header in ("type", "annotation", "types") else ():
                fact = entry.fact(f"parameters.{name}.annotation")
                text = page.text[cell.start : cell.end].strip("` ").replace("\\|", "|")
                if fact and text and plain_annotation(text) == plain_annotation(str(fact.value)):
                    yield Stated(fact.name, fact.value, cell.start, cell.end)
    returns = entry.get("returns")
    if isinstance(returns, str):
        wanted = plain_annotation(returns)
        for token in ticked(page):
            if plain_annotation(token.text) == wanted and _RETURNS.search(page.plain, max(0, token.start - 60), token.start):
                yield Stated("returns", returns, token.start, token.end)


def _exceptions(page: Page, entry: Entry) -> Iterator[Stated]:
    if (nothing := says_it_raises_nothing(page, entry)) and not entry.strings("raises"):
        yield Stated("raises", [], *nothing)
    known = {*entry.strings("raises"), *entry.strings("documented_raises")}
    for mention in raised_in(page, entry):
        if mention.name in known:
            yield Stated(f"raises.{mention.name}", True, mention.start, mention.end)


def _names(page: Page, entry: Entry) -> Iterator[Stated]:
    vocabulary = Vocabulary(entry)
    parameters = {name.lstrip("*") for name in entry.strings("parameters")}
    for token in ticked(page):
        if name := _cited(token, entry, vocabulary, parameters):
            yield Stated(name, True, token.start, token.end)
    for block in page.blocks:
        for name in block.names if block.heads else ():
            if name in parameters:
                yield Stated(f"parameters.{name}", True, block.start, block.end)


def _cited(token: Token, entry: Entry, vocabulary: Vocabulary, parameters: set[str]) -> str:
    """The fact that a name in backticks cites: a parameter, member, exception or constant, or a name of the source."""
    found = _NAME.fullmatch(token.text.strip())
    if found is None or found.group(1) in LANGUAGE:
        return ""
    name = found.group(1).rstrip(".")
    last = name.rpartition(".")[2]
    if name in parameters:
        return f"parameters.{name}"
    if entry.about == name or entry.about.endswith("." + name):
        return ""
    if last in entry.strings("members"):
        return f"members.{last}"
    for fact in ("raises", "documented_raises", "handles"):
        if last in entry.strings(fact):
            return f"{'handles' if fact == 'handles' else 'raises'}.{last}"
    if entry.fact(f"constants.{last}"):
        return f"constants.{last}"
    is_code = _CODE_SHAPE.search(token.text) or is_exception(last, frozenset())
    return f"names.{name}" if is_code and vocabulary.knows(name) and not name.replace(".", "").isdigit() else ""


def _numbers(page: Page, entry: Entry) -> Iterator[Stated]:
    facts = NumericFacts(entry)
    labelled = {found.start: found for found in labelled_in(page, entry)}
    code = code_spans(page)
    for number in numbers_in(page):
        named = labelled.get(number.start)
        if number.start in code or (named and named.fact is None):
            continue
        fact = facts.fact_of(number) or (named.fact if named else None)
        if fact is not None:
            yield Stated(fact.name, fact.value, number.start, number.end)


def code_spans(page: Page) -> frozenset[int]:
    """The offsets of every digit that stands in a longer text in backticks: it belongs to that name."""
    spans: set[int] = set()
    for token in ticked(page):
        if not re.fullmatch(r"[-+−]?[\d.,_eE%+-]+", token.text.strip()):
            spans.update(range(token.start, token.end))
    return frozenset(spans)


def _quotes(page: Page, entry: Entry) -> Iterator[Stated]:
    """Passages of the docstring, conditions and messages that stand in the text word for word."""
    text, offsets = _normal(page.plain)
    for fact in entry.facts:
        head, _, last = fact.name.rpartition(".")
        if last == "condition" and isinstance(fact.value, list):
            code = {" ".join(token.text.split()): token for token in ticked(page)}
            shown: list[JSON] = [item for item in fact.value if isinstance(item, str) and item in code]
            if shown:
                token = code[str(shown[0])]
                yield Stated(fact.name, shown, token.start, token.end)
        elif last in ("when", "message") and isinstance(fact.value, list):
            quoted = [(item, at) for item in fact.value if isinstance(item, str) and (at := _find(text, item, 2)) >= 0]
            if quoted:
                items: list[JSON] = [item for item, _ in quoted]
                yield Stated(fact.name, items, offsets[quoted[0][1]], offsets[quoted[0][1]] + 1)
        elif isinstance(fact.value, str) and (last in ("doc", "description") or head == "members"):
            for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z`])", fact.value):
                at = _find(text, sentence, _FEWEST_WORDS)
                if at < 0 and last == "doc":  # a plain statement puts the verb into another form: "Read x" as "reads x"
                    at = _find(text, sentence.partition(" ")[2], _FEWEST_WORDS)
                if at >= 0:
                    yield Stated(fact.name, fact.value, offsets[at], offsets[at] + 1)


def _find(text: str, passage: str, fewest: int) -> int:
    plain, _ = _normal(passage)
    plain = plain.strip(" .:;,")
    return text.find(plain) if plain.count(" ") + 1 >= fewest else -1


_MARKS = frozenset("`*\"'“”‘’\\")


def _normal(text: str) -> tuple[str, list[int]]:
    """A text in lower case, without quotes and emphasis, blanks unified; and where each character came from."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in _MARKS:
            continue
        lowered = character.lower()
        character = " " if character.isspace() else lowered if len(lowered) == 1 else character
        if character != " " or (characters and characters[-1] != " "):
            characters.append(character)
            offsets.append(offset)
    return "".join(characters), offsets


def _signature(page: Page, entry: Entry) -> Iterator[Stated]:
    """The whole signature, also where it is shown as code."""
    signature = entry.get("signature")
    if not isinstance(signature, str) or not entry.strings("parameters"):
        return
    name, wanted = signature.partition("(")[0], plain_signature(signature)
    for found in re.finditer(rf"(?<![\w.]){re.escape(name)}\(", page.text):
        shown = _call_at(page.text, found.start())
        if shown and plain_signature(shown) in (wanted, wanted.partition(" -> ")[0]):
            yield Stated("signature", signature, found.start(), found.start() + len(shown))


def _call_at(text: str, start: int) -> str:
    """The text from a name to its closing bracket, and the annotation after an arrow; empty where none closes."""
    depth = 0
    for offset in range(start, min(len(text), start + _SIGNATURE_LENGTH)):
        if text[offset] in "([{":
            depth += 1
        elif text[offset] in ")]}":
            depth -= 1
            if depth == 0:
                arrow = re.compile(r"\s*->\s*([^`\n:]{1,200})").match(text, offset + 1)
                return text[start : arrow.end() if arrow else offset + 1]
    return ""


def _implied(page: Page, entry: Entry) -> Iterator[Stated]:
    kind = entry.get("kind")
    if not isinstance(kind, str) or not page.plain.strip():
        return
    yield Stated("kind", kind, 0, 0)
    text = page.plain.lower()
    if entry.get("deprecated") is None:
        yield Stated("deprecated", False, 0, 0)
    elif (at := text.find("deprecat")) >= 0:
        yield Stated("deprecated", True, at, at + 8)
    if kind in ("function", "method"):
        if not entry.get("async"):
            yield Stated("async", False, 0, 0)
        elif found := re.search(r"\b(?:async\w*|await\w*|coroutines?)\b", text):
            yield Stated("async", True, *found.span())
