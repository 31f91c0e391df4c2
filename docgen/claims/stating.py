"""Which facts a text states: what a ledger records of a section.

In: a text and the entry it speaks of. Out: `Stated` values with the place of each. Values are recorded as the facts have them;
a name that is only cited is recorded as present (`true`), so that its disappearance shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from docgen.claims.claim import Stated
from docgen.claims.constants import constants_in, items_in
from docgen.claims.counts import counts_in
from docgen.claims.defaults import defaults_in, fallbacks_in
from docgen.claims.implied import implied_in
from docgen.claims.layout import Page
from docgen.claims.models import labelled_in, texts_in
from docgen.claims.names import LANGUAGE, Token, Vocabulary, is_exception, raised_in, says_it_raises_nothing, ticked
from docgen.claims.numbers import NumericFacts, numbers_in
from docgen.claims.paths import paths_in
from docgen.claims.positions import positions_in
from docgen.claims.signatures import shown_in
from docgen.claims.types import same_type, types_in
from docgen.claims.values import plain_annotation, plain_signature, same_default
from docgen.claims.versions import versions_in
from docgen.facts import JSON, Entry
from docgen.later import expression

_NAME = expression(r"\*{0,2}([A-Za-z_][\w.]*)(?:\(.*\))?", re.DOTALL)
_CODE_SHAPE = expression(r"[._(]|[a-z][A-Z]|\w\d")
_RETURNS = expression(r"\b(?:return|yield|result|giv(?:es?|ing)|hands?|produc\w+)|->", re.I)
_COMMENT = expression(r"^((?:[^'\"#]|'[^']*'|\"[^\"]*\")*)#.*")  # a line of code up to its comment
_FEWEST_WORDS = 4  # of a passage that counts as quoted


def stated_in(page: Page, entry: Entry) -> Iterator[Stated]:
    """Every fact that the page states, place by place; a fact may come more than once."""
    yield from _defaults(page, entry)
    yield from _annotations(page, entry)
    yield from _counts_and_constants(page, entry)
    yield from _exceptions(page, entry)
    yield from _names(page, entry)
    yield from (Stated(f"imports.{item.path}", True, item.start, item.end) for item in paths_in(page, entry))
    yield from _numbers(page, entry)
    yield from _quotes(page, entry)
    yield from _signature(page, entry)
    yield from positions_in(page, entry)
    yield from items_in(page, entry)
    yield from (Stated(fact.name, value, start, end) for fact, value, start, end in texts_in(page, entry))
    yield from (
        Stated(item.fact.name, item.fact.value, item.start, item.end) for item in versions_in(page, entry) if item.holds
    )
    yield from implied_in(page, entry)


def _defaults(page: Page, entry: Entry) -> Iterator[Stated]:
    for stated in defaults_in(page, entry):
        name = f"parameters.{stated.parameter}.default"
        fact = entry.fact(name)
        if fact is not None and stated.bound and same_default(stated.value, str(fact.value), unit=stated.unit):
            yield Stated(name, fact.value, stated.start, stated.end)
    for parameter, start, end in fallbacks_in(page, entry):
        if (fact := entry.fact(f"parameters.{parameter}.default")) is not None and fact.value == "None":
            yield Stated(fact.name, fact.value, start, end)


def _counts_and_constants(page: Page, entry: Entry) -> Iterator[Stated]:
    for count in counts_in(page, entry):
        if count.number == count.counted:
            yield Stated(count.fact.name, count.counted, count.start, count.end)
    for constant in constants_in(page, entry):
        if same_default(constant.value, str(constant.fact.value), unit=constant.unit):
            yield Stated(constant.fact.name, constant.fact.value, constant.start, constant.end)


def _annotations(page: Page, entry: Entry) -> Iterator[Stated]:
    """Types of parameters, and the type said to be returned."""
    for item in types_in(page, entry):
        fact = entry.fact(item.name)
        if fact is not None and same_type(item.text, str(fact.value)):
            yield Stated(fact.name, fact.value, item.start, item.end)
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
    vocabulary = Vocabulary(replace(entry, excerpt=_without_comments(entry.excerpt)))
    parameters = set(entry.parameters)
    for token in ticked(page):
        if name := _cited(token, entry, vocabulary, parameters):
            yield Stated(name, True, token.start, token.end)
    for block in page.blocks:
        for name in block.names if block.heads else ():
            if name in parameters:
                yield Stated(f"parameters.{name}", True, block.start, block.end)


def _without_comments(code: str) -> str:
    """Code without its comments: what a comment alone mentions is not cited from the source."""
    return "\n".join(_COMMENT.sub(r"\1", line) if "#" in line else line for line in code.split("\n"))


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
    if "." in name and name.partition(".")[0] in LANGUAGE:
        return ""  # `dict.update` is the language's, whether or not the source has it
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
        near = facts.fact_of(number)
        fact = named.fact if named and near not in named.facts else near
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
    code = {" ".join(token.text.split()): token for token in ticked(page)}
    for fact in entry.facts:
        head, _, last = fact.name.rpartition(".")
        if last == "condition" and isinstance(fact.value, list):
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
    plain = _simply_normal(passage) if passage.isascii() else _normal(passage)[0]
    plain = plain.strip(" .:;,")
    return text.find(plain) if plain.count(" ") + 1 >= fewest else -1


_MARKS = frozenset("`*\"'“”‘’\\")


_WITHOUT_MARKS = str.maketrans("", "", "".join(_MARKS))


def _simply_normal(text: str) -> str:
    """What `_normal` makes of plain ASCII, at a fraction of the cost."""
    return " ".join(text.translate(_WITHOUT_MARKS).lower().split())


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
    """The whole signature, also where it is shown as code, and the parameters that calls give by name."""
    signature = entry.get("signature")
    parameters = frozenset(entry.parameters)
    if not isinstance(signature, str) or not parameters:
        return
    wanted = plain_signature(signature)
    for shown in shown_in(page, entry):
        path, bracket, rest = shown.text.partition("(")
        end = shown.start + len(shown.text)
        if plain_signature(path.rpartition(".")[2] + bracket + rest) in (wanted, wanted.partition(" -> ")[0]):
            yield Stated("signature", signature, shown.start, end)
        else:
            yield from (Stated(f"parameters.{name}", True, shown.start, end) for name in shown.keywords if name in parameters)
