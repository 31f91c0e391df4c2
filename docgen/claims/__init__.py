"""Claims: the checkable things that a text asserts, and whether the facts bear them out.

In: a text (Markdown or a docstring) and an `Entry`. Out: `verify` holds each claim against the facts, `asserted` is what a
ledger records of the text, `complete` names the lists it presents as whole. Writing, checking and scoring all ask here, so that they
never disagree about what a text says. Nothing raises, whatever the text; time grows with its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from docgen.claims.claim import Checked, Claim, ClaimKind, Stated, Verdict
from docgen.claims.defaults import StatedDefault, defaults_in
from docgen.claims.layout import Page
from docgen.claims.lists import complete_lists, listed
from docgen.claims.models import Labelled, is_metric, labelled_in
from docgen.claims.names import Vocabulary, raised_in, ticked
from docgen.claims.numbers import NumericFacts, numbers_in
from docgen.claims.stating import IMPLIED, code_spans, stated_in
from docgen.claims.values import plain_annotation, plain_signature, prints, same_default
from docgen.facts import JSON, Entry

__all__ = [
    "IMPLIED",
    "Checked",
    "Claim",
    "ClaimKind",
    "Stated",
    "Verdict",
    "asserted",
    "complete",
    "contradictions",
    "listed_names",
    "plain_annotation",
    "plain_signature",
    "same_default",
    "prints",
    "stated",
    "verify",
]


def verify(text: str, entry: Entry) -> list[Checked]:
    """Every claim of `text` with its verdict against the facts of `entry`, in the order of the text.

    Names and numbers that stand in no fact and not in the source excerpt are unknown, as is whatever speaks of another symbol;
    a stated default or labelled measurement that differs from its fact is contradicted.
    """
    page = Page.of(text)
    taken: set[int] = set()
    checked: list[Checked] = []
    for part in (_defaults(page, entry), _raises(page, entry), _numbers(page, entry), _names(page, entry)):
        for item in part:
            if item.claim.start not in taken:
                checked.append(item)
        taken |= {offset for item in checked for offset in (item.claim.start, item.claim.start + 1)}
    return sorted(checked, key=lambda item: (item.claim.start, item.claim.end, item.claim.kind))


def contradictions(text: str, entry: Entry) -> list[Checked]:
    """The contradicted claims of `verify` alone, in the order of the text, at a fraction of the cost."""
    page = Page.of(text)
    found = [item for item in _defaults(page, entry) if item.verdict == "contradicted"]
    found += [item for item in map(_labelled, labelled_in(page, entry)) if item.verdict == "contradicted"]
    return sorted(found, key=lambda item: item.claim.start)


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


def listed_names(text: str, entry: Entry, fact: str) -> tuple[frozenset[str], int]:
    """The names in the table or list of `text` that comes nearest to a list fact, and the offset where it begins."""
    return listed(Page.of(text), entry, fact)


def _defaults(page: Page, entry: Entry) -> Iterator[Checked]:
    """A default that is stated rightly in one place settles its parameter: another value beside it is one of something else."""
    found = [_default(item, entry) for item in defaults_in(page, entry)]
    settled = {item.claim.name for item in found if item.verdict == "supported"}
    for item in found:
        is_other = item.verdict == "contradicted" and item.claim.name in settled
        yield replace(item, verdict="unknown") if is_other else item


def _default(item: StatedDefault, entry: Entry) -> Checked:
    fact = entry.fact(f"parameters.{item.parameter}.default")
    agrees = same_default(item.value, str(fact.value), unit=item.unit) if fact else None
    if agrees is False and not item.heads and str(fact and fact.value).strip("'\"") == item.parameter:
        agrees = None  # the key of an attribute, called as the parameter: the text may tell the attribute's own default
    verdict: Verdict = "unknown"
    if agrees is not None:
        verdict = "supported" if agrees and item.bound else "contradicted" if not agrees and item.plain else "unknown"
    return Checked(Claim("default", item.parameter, item.value, item.start, item.end), verdict, fact)


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
    parameters: Sequence[str] = [name.lstrip("*") for name in entry.strings("parameters")]
    for token in ticked(page):
        name = token.text.strip().lstrip("*")
        kind: ClaimKind = "parameter" if name in parameters else "name"
        claim = Claim(kind, name, token.text, token.start, token.end)
        yield Checked(claim, "supported" if vocabulary.knows(token.text) else "unknown", None)
