"""Claims: the checkable things that a text asserts, and whether the facts bear them out.

In: a text (Markdown or a docstring) and an `Entry`. Out: `verify` holds each claim against the facts, `asserted` is what a
ledger records of the text, `complete` names the lists it presents as whole. Writing, checking and scoring all ask here, so
that they never disagree about what a text says. Nothing raises, whatever the text; time grows with its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from docgen.claims.claim import Checked, Claim, ClaimKind, Stated, Verdict
from docgen.claims.constants import constants_in
from docgen.claims.counts import counts_in
from docgen.claims.defaults import StatedDefault, defaults_in
from docgen.claims.implied import IMPLIED
from docgen.claims.layout import Page
from docgen.claims.lists import complete_lists
from docgen.claims.models import Labelled, is_metric, labelled_in
from docgen.claims.names import Vocabulary, raised_in, says_it_raises_nothing, ticked
from docgen.claims.numbers import NumericFacts, numbers_in
from docgen.claims.screen import may_contradict, may_contradict_entry
from docgen.claims.signatures import shown_in
from docgen.claims.stating import code_spans, stated_in
from docgen.claims.types import same_type, types_in
from docgen.claims.values import plain_annotation, plain_signature, prints, same_default
from docgen.claims.versions import versions_in
from docgen.claims.works import named_in
from docgen.facts import JSON, Entry

__all__ = [
    "IMPLIED",
    "LONGEST_EXCERPT",
    "Checked",
    "Claim",
    "ClaimKind",
    "Stated",
    "Verdict",
    "asserted",
    "complete",
    "contradictions",
    "may_contradict",
    "plain_annotation",
    "plain_signature",
    "same_default",
    "prints",
    "stated",
    "verify",
]


_ASIDE = 60  # characters after a stated value in which the source's own may be given as well
_ASIDE_OPENS = r"['\"`]*\s*[(,;:=–-]\s*(?:(?:i\.?e\.?|that\s+is|which\s+is|meaning|currently|=)[,:]?\s*)?"
LONGEST_EXCERPT = 60  # lines that readers keep: a body of so many may go on


def verify(text: str, entry: Entry) -> list[Checked]:
    """Every claim of `text` with its verdict against the facts of `entry`, in the order of the text.

    Names and numbers that stand in no fact and not in the source excerpt are unknown, as is whatever speaks of another symbol;
    a stated default or labelled measurement that differs from its fact is contradicted.
    """
    page = Page.of(text)
    taken: set[int] = set()
    checked: list[Checked] = []
    for part in (*_plain(page, entry), _raises(page, entry), _numbers(page, entry), _names(page, entry)):
        for item in part:
            if item.claim.start not in taken:
                checked.append(item)
        taken |= {offset for item in checked for offset in (item.claim.start, item.claim.start + 1)}
    return sorted(checked, key=lambda item: (item.claim.start, item.claim.end, item.claim.kind))


def contradictions(text: str, entry: Entry) -> list[Checked]:
    """The contradicted claims of `verify` alone, in the order of the text, at a fraction of the cost."""
    if not may_contradict_entry(text, entry):
        return []
    page = Page.of(text)
    parts = (*_plain(page, entry), map(_labelled, labelled_in(page, entry)))
    found: dict[int, Checked] = {}
    for item in (item for part in parts for item in part if item.verdict == "contradicted"):
        found.setdefault(item.claim.start, item)
    return [found[start] for start in sorted(found)]


def _plain(page: Page, entry: Entry) -> tuple[Iterator[Checked], ...]:
    """The claims that are found by their own words, those that say most first."""
    sorts = (_defaults, _constants, _counts, _signatures, _types, _models, _versions, _raising_nothing)
    return tuple(sort(page, entry) for sort in sorts)


def asserted(text: str, entry: Entry) -> dict[str, JSON]:
    """The facts that `text` states, with their values as `entry` has them.

    `True` stands for a name that is cited (`parameters.x`, `raises.X`, `members.x`, `names.x`), and False for what is silently
    taken for granted: that a symbol is not `deprecated`, not `async`.
    """
    found: dict[str, JSON] = {}
    for item in stated(text, entry):
        if found.get(item.name) in (None, True):
            found[item.name] = item.value
    return found


def stated(text: str, entry: Entry) -> list[Stated]:
    """The facts that `text` states, place by place; one fact may be stated more than once."""
    return list(stated_in(Page.of(text), entry))


def complete(text: str, entry: Entry) -> list[str]:
    """The list facts (`parameters`, `raises`, `members`) that `text` enumerates wholly in a table or list."""
    return list(complete_lists(Page.of(text), entry))


def _defaults(page: Page, entry: Entry) -> Iterator[Checked]:
    """Every stated default. Where a text states two values for one parameter, it is open which of them is something else's."""
    items = list(defaults_in(page, entry))
    values: dict[str, set[str]] = {}
    for item in items:
        if item.bound:
            values.setdefault(item.parameter, set()).add(item.value.strip("'\""))
    for item in items:
        checked = _default(item, page, entry)
        is_one_of_several = checked.verdict == "contradicted" and len(values[item.parameter]) > 1
        yield replace(checked, verdict="unknown") if is_one_of_several else checked


def _default(item: StatedDefault, page: Page, entry: Entry) -> Checked:
    fact = entry.fact(f"parameters.{item.parameter}.default")
    agrees = same_default(item.value, str(fact.value), unit=item.unit) if fact else None
    verdict: Verdict = "unknown"
    if agrees:
        verdict = "supported" if item.bound else "unknown"
    elif agrees is False and item.plain and fact is not None and not _leaves_doubt(item, str(fact.value), page, entry):
        verdict = "contradicted"
    return Checked(Claim("default", item.parameter, item.value, item.start, item.end), verdict, fact)


def _leaves_doubt(item: StatedDefault, default: str, page: Page, entry: Entry) -> bool:
    """Whether a differing value may be right all the same."""
    own = default.strip("'\"")
    if own == item.parameter and not item.heads:
        return True  # the key of an attribute, called as the parameter: the text may tell the attribute's own default
    after = page.plain[item.end : item.end + _ASIDE]
    if own and re.match(rf"{_ASIDE_OPENS}['\"`]*{re.escape(own)}(?!\w)", after, re.I):
        return True  # "None (that is, 'linear')"
    return re.fullmatch(r"-?0(?:\.0*)?", own) is not None and _is_filled_in(item.parameter, entry.excerpt)


def _is_filled_in(name: str, excerpt: str) -> bool:
    """Whether a 0 may stand for "not given": the body asks whether there is a value, or is not here to be looked at."""
    name = re.escape(name)
    asked = rf"\b{name}\s+or\b|\b(?:not|if)\s+{name}\b(?!\s*[<>=!.(])|\b{name}\s*(?:==|<=|>|!=)\s*0\b"
    is_whole = 0 < excerpt.count("\n") < LONGEST_EXCERPT - 1
    return not is_whole or re.search(asked, excerpt) is not None


def _constants(page: Page, entry: Entry) -> Iterator[Checked]:
    for item in constants_in(page, entry):
        agrees = same_default(item.value, str(item.fact.value), unit=item.unit)
        if agrees or (agrees is False and item.plain):
            claim = Claim("constant", item.fact.name.partition(".")[2], item.value, item.start, item.end)
            yield Checked(claim, "supported" if agrees else "contradicted", item.fact)


def _counts(page: Page, entry: Entry) -> Iterator[Checked]:
    for item in counts_in(page, entry):
        if item.number == item.counted or item.plain:
            noun = item.fact.name.partition(".")[2]
            claim = Claim("count", f"the number of {noun}", page.text[item.start : item.end], item.start, item.end)
            yield Checked(claim, "supported" if item.number == item.counted else "contradicted", item.fact)


def _signatures(page: Page, entry: Entry) -> Iterator[Checked]:
    """The parameters in a signature that a directive or heading gives of the subject, where it has no such parameter."""
    names = entry.strings("parameters")
    fact = entry.fact("signature")
    if fact is None or any(name.startswith("*") for name in names):
        return
    for shown in shown_in(page, entry):
        wrong = [name for name in shown.keywords if name not in names] if shown.announced else []
        if wrong:
            claim = Claim("signature", "the signature", shown.text, shown.start, shown.start + len(shown.text))
            yield Checked(claim, "contradicted", fact)


def _types(page: Page, entry: Entry) -> Iterator[Checked]:
    for item in types_in(page, entry):
        fact = entry.fact(item.name)
        agrees = same_type(item.text, str(fact.value)) if fact else None
        if agrees is not None:
            name = item.name.removeprefix("parameters.").removesuffix(".annotation")
            kind: ClaimKind = "return" if name in ("returns", "yields") else "type"
            claim = Claim(kind, name, item.text, item.start, item.end)
            yield Checked(claim, "supported" if agrees else "contradicted", fact)


def _models(page: Page, entry: Entry) -> Iterator[Checked]:
    for item in named_in(page, entry):
        claim = Claim("model", item.fact.name, item.value, item.start, item.end)
        yield Checked(claim, "supported" if item.holds else "contradicted", item.fact)


def _versions(page: Page, entry: Entry) -> Iterator[Checked]:
    for item in versions_in(page, entry):
        if item.holds is not None:
            claim = Claim("version", item.fact.name, item.value, item.start, item.end)
            yield Checked(claim, "supported" if item.holds else "contradicted", item.fact)


def _raising_nothing(page: Page, entry: Entry) -> Iterator[Checked]:
    if nothing := says_it_raises_nothing(page, entry):
        fact = entry.fact("raises")
        yield Checked(Claim("raises", "", page.text[slice(*nothing)], *nothing), "contradicted" if fact else "supported", fact)


def _raises(page: Page, entry: Entry) -> Iterator[Checked]:
    vocabulary = Vocabulary(entry)
    for mention in raised_in(page, entry):
        verdict: Verdict = "supported" if vocabulary.raises(mention.name) else "unknown"
        fact = entry.fact("raises") if mention.name in entry.strings("raises") else entry.fact("documented_raises")
        claim = Claim("raises", mention.name, mention.name, mention.start, mention.end)
        yield Checked(claim, verdict, fact if verdict == "supported" else None)


def _numbers(page: Page, entry: Entry) -> Iterator[Checked]:
    facts, vocabulary = NumericFacts(entry), Vocabulary(entry)
    labelled = {item.start: item for item in labelled_in(page, entry)}
    code = code_spans(page)
    for number in numbers_in(page):
        if number.start in code:
            continue
        if item := labelled.get(number.start):
            yield _labelled(item)
            continue
        found = facts.fact_of(number)
        known = found is not None or vocabulary.has_number(number.text)
        kind: ClaimKind = "metric" if found and is_metric(found) else "number"
        claim = Claim(kind, found.name if found else "", number.text, number.start, number.end)
        yield Checked(claim, "supported" if known else "unknown", found)


def _labelled(item: Labelled) -> Checked:
    fact = item.fact or item.facts[0]
    claim = Claim("metric" if is_metric(fact) else "number", fact.name, item.number, item.start, item.end)
    return Checked(claim, "supported" if item.fact else "contradicted", fact)


def _names(page: Page, entry: Entry) -> Iterator[Checked]:
    vocabulary = Vocabulary(entry)
    parameters = frozenset(entry.parameters)
    for token in ticked(page):
        name = token.text.strip().lstrip("*")
        kind: ClaimKind = "parameter" if name in parameters else "name"
        claim = Claim(kind, name, token.text, token.start, token.end)
        yield Checked(claim, "supported" if vocabulary.knows(token.text) else "unknown", None)
