"""Whether an answer says of exceptions only what the facts say of them: which are raised, and when.

In: a Brief and a text. Out: yes or no. A condition belongs to the exception beside it, so each is held against the reasons of
that exception alone: a fluent sentence that joins the right names in a wrong condition is the worst that a small model writes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from docgen.brief import Brief, exceptions_of, exceptions_to_name, members_that
from docgen.facts import Entry
from docgen.support import support

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_CODE = re.compile(r"`([^`]+)`")
_IS_RAISED = re.compile(r"`([^`]+)` (?:is|are|can be|may be) (?:raised|thrown)\b")
_RAISES = re.compile(
    r"(?:\b(?:raises?|throws?|[Yy]ou get|[Ee]xpect)|^[-*]) (?:an? |the )?"
    r"(`[A-Z][^`]*`(?:(?:, | and | or |, and |, or )`[A-Z][^`]*`)*)",
    re.M,
)
_CAUSE = re.compile(
    r"\b(?:if|when|whenever|unless|after|on|from|except|catch(?:es)?|handles?) (?:an? |the )?(?:`[^`]+`(?:, | or | and ))*\Z"
)
_QUOTE = re.compile(r"[\"“]([^\"”]+)[\"”]")
_MOST_CONDITIONS = 3  # of one exception that a whole answer tells
_HALF = 0.5  # of a condition's words, from which it is told
_CONDITION = re.compile(r"\b(?:if|when|whenever|unless|where|as soon as|signals that|means that)\b|`: ", re.IGNORECASE)
_SMALLER = "less|below|smaller|under|lower|negative|fewer|shorter|earlier"
_GREATER = "greater|above|larger|more|exceeds?|over|longer|beyond|later"
_COMPARES = re.compile(rf"\b(?P<not>not )?(?:(?P<smaller>{_SMALLER})|(?P<greater>{_GREATER}))\b", re.IGNORECASE)
_SIGNS = re.compile(r"\b(?:zero|positive|empty|equals?|true|false|missing|given|passed|set)\b", re.IGNORECASE)  # code has signs
# What allows both directions: a range, a difference, or words that leave the direction open.
_EITHER = re.compile(r"!=|\b(?:between|range|differs?|equal|must|invalid|out of|within|limit)\b", re.IGNORECASE)
_PARTS = ("when", "condition", "message", "description")


def is_true_of_exceptions(brief: Brief, text: str, least_support: float) -> bool:
    """Whether every exception that a text calls raised is one of the facts, and every condition beside it rests on a reason
    that the facts give for it: so large a share of its content words at least."""
    reasons, raisers = _reasons(brief), _raisers(brief)
    known = set(reasons) or {name for name in _CODE.findall(" ".join(brief.sources)) if name[:1].isupper()}
    if any(name not in known for name in _IS_RAISED.findall(text)):
        return False
    if brief.kind != "error-handling":
        return True
    if any(name not in known for run in _RAISES.findall(text) for name in _CODE.findall(run)):
        return False
    return all(_rests_on(part, reasons[name], raisers, least_support) for name, part in _said(text, reasons))


def names_exceptions(brief: Brief, text: str) -> bool:
    """Whether a text tells of every exception that it is raised or documented, those of members as far as a prompt tells them.
    "If a `KeyError` occurs" tells of none."""
    told = {found[1] for found in _CODE.finditer(text) if not _CAUSE.search(text[: found.start()])}
    return told.issuperset(exceptions_to_name(brief))


def tells_conditions(brief: Brief, text: str) -> bool:
    """Whether a text tells each condition of an exception of the subject's own, where the facts give a few and all in words."""
    entry = brief.entry
    parameters = {name.lstrip("*") for name in entry.strings("parameters")}
    for name in exceptions_of(entry):
        whens = entry.strings(f"raises.{name}.when")
        if len(whens) > _MOST_CONDITIONS or len(whens) < 2 or len(entry.strings(f"raises.{name}.condition")) != len(whens):
            continue
        for when in whens:
            named = set(re.findall(r"\w+", when)) & parameters
            words = set(re.findall(r"\w+", text))
            if (named and not named & words) or (not named and support(when, [text]) < _HALF):
                return False
    return True


def misquotes(brief: Brief, text: str) -> bool:
    """Whether a message is quoted otherwise than it stands in the code: it may be cut short, but not reworded."""
    if brief.kind != "error-handling":
        return False
    told = " ".join(" ".join([*_reasons(brief).values(), *_prose_of(brief)]).split())
    return any(
        quoted != quoted.strip() or " ".join(html.unescape(quoted).split()).rstrip(".,") not in told
        for quoted in _QUOTE.findall(text)
    )


def _prose_of(brief: Brief) -> Iterator[str]:
    return (str(fact.value) for fact in brief.facts if isinstance(fact.value, str))


def _reasons(brief: Brief) -> dict[str, str]:
    """All that the facts tell of why each exception is raised, by the subject and by its members."""
    found: dict[str, str] = {}
    for entry in (brief.entry, *members_that(brief.entry)):
        for name in exceptions_of(entry):
            told = [text for part in _PARTS for text in _texts(entry, f"raises.{name}.{part}")]
            found[name] = " ".join([found.get(name, ""), *told]).strip()
    return found


def _texts(entry: Entry, name: str) -> list[str]:
    value = entry.get(name)
    return [value] if isinstance(value, str) else entry.strings(name)


def _raisers(brief: Brief) -> set[str]:
    """What may stand in such a sentence as the one that raises."""
    members = [member.about for member in members_that(brief.entry)]
    return {brief.short, brief.about, *members, *(name.rpartition(".")[2] for name in members), *brief.entry.strings("handles")}


def _said(text: str, reasons: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each exception with what a sentence says beside it: up to the next one, and before it where a condition comes first."""
    for sentence in _SENTENCES.split(text):
        places = [found for found in _CODE.finditer(sentence) if found[1] in reasons]
        for number, found in enumerate(places):
            end = places[number + 1].start() if number + 1 < len(places) else len(sentence)
            lead = sentence[: found.start()] if not number else ""
            yield found[1], lead + sentence[found.end() - 1 : end]


def _rests_on(said: str, reasons: str, raisers: set[str], least_support: float) -> bool:
    """Whether the names, the words and the comparison of a condition stand in the reasons."""
    condition = _CONDITION.search(said)
    if condition is None:
        return True
    if not reasons:
        return False
    clause = said[condition.start() + (condition[0] == "`: ") :]
    words = set(re.findall(r"\w+", reasons))
    names = [name for name in _CODE.findall(clause) if name not in raisers]
    if any(not set(re.findall(r"\w+", name)) <= words for name in names):
        return False
    if support(_SIGNS.sub(" ", _COMPARES.sub(" ", clause)), [reasons, *raisers]) < least_support:
        return False
    return _EITHER.search(reasons) is not None or _directions(clause) <= _directions(reasons)


def _directions(text: str) -> set[str]:
    """The directions in which a condition compares: in code by its signs, in words by theirs."""
    found = set()
    for each in _COMPARES.finditer(text):
        is_smaller = bool(each["smaller"]) is not bool(each["not"])
        found.add("smaller" if is_smaller else "greater")
    found |= {"smaller"} if re.search(r"<|\b(?:positive|zero|empty|at least)\b", text) else set()
    return found | ({"greater"} if re.search(r">|\bat most\b", text) else set())
