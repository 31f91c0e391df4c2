"""Whether an answer says of exceptions only what the facts say of them: which are raised, and when.

In: a Brief and a text. Out: yes or no. A condition belongs to the exception beside it, so each is held against the reasons of
that exception alone: a fluent sentence that joins the right names in a wrong condition is the worst that a small model writes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from docgen.brief import Brief, exceptions_of, exceptions_to_name, members_that
from docgen.facts import Entry
from docgen.support import content_words, stem, support
from docgen.writers.exchanged import exchanges

_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_CODE = re.compile(r"`([^`]+)`")
_IS_RAISED = re.compile(r"`([^`]+)` (?:is|are|can be|may be) (?:raised|thrown)\b(?! (?:above|beyond|to|from)\b)")
_RAISES = re.compile(
    r"(?:\b(?:raises?|throws?|[Yy]ou get|[Ee]xpect)|^[-*]) (?:an? |the )?"
    r"(`[A-Z][^`]*`(?:(?:, | and | or |, and |, or )`[A-Z][^`]*`)*)",
    re.M,
)
_CAUSE = re.compile(
    r"\b(?:if|when|whenever|unless|after|on|from|except|catch(?:es)?|handles?) (?:an? |the )?(?:`[^`]+`(?:, | or | and ))*\Z"
)
_NAME = re.compile(r"\w+")
_QUOTE = re.compile(r"[\"“]([^\"”]+)[\"”]")
_MOST_CONDITIONS = 3  # of one exception that a whole answer tells
_HALF = 0.5  # of a condition's words, from which it is told
_CONDITION = re.compile(r"\b(?:if|when|whenever|unless|where|as soon as|signals that|means that)\b|`: ", re.IGNORECASE)
_IN_A_CONDITION = re.compile(r"\b(?:if|when|whenever|unless|while|where|after|once)\b[^,.;]*\Z", re.IGNORECASE)
_SMALLER = "less|below|smaller|under(?= [`\\d])|lower|negative|fewer|shorter|earlier|before|at most"
_GREATER = "greater|above|larger|more|exceeds?|over(?= [`\\d])|longer|beyond|later|after|at least|positive"
_COMPARES = re.compile(rf"\b(?:(?P<smaller>{_SMALLER})|(?P<greater>{_GREATER}))\b", re.IGNORECASE)
_SIGNS = re.compile(r"\b(?:zero|positive|empty|equals?|true|false|missing|given|passed|set)\b", re.IGNORECASE)  # code has signs
_DENIES = re.compile(r"\b(?:not|no|none|neither|nor|never|without|cannot|false)\b", re.IGNORECASE)
_TRUTH = re.compile(r"\b(?:true|false)\b", re.IGNORECASE)
_STATES = re.compile(r"\b(?:is|are|was|has|have|does|do|can|cannot|holds|contains|occurs)\b")
_UNLESS = re.compile(r"\bunless\b", re.IGNORECASE)
_IS_THERE = re.compile(r"\b(?:given|passed|set)\b")
_ALTERNATIVES = re.compile(r"[,;.]\s|\b(?:and|or|but|if|when|unless|while)\b", re.IGNORECASE)
_PARTS = ("when", "condition", "message", "description")


def is_true_of_exceptions(brief: Brief, text: str, least_support: float) -> bool:
    """Whether every exception that a text calls raised is one of the facts, and no condition beside it is another exception's,
    turned, or of another parameter; so large a share of its content words as `least_support` stands in the reasons that the
    facts give for the exception."""
    reasons, raisers = _reasons(brief), _raisers(brief)
    known = set(reasons) or {name for name in _CODE.findall(" ".join(brief.sources)) if name[:1].isupper()}
    if any(name not in known for name in _IS_RAISED.findall(text)):
        return False
    if brief.kind != "error-handling":
        return True
    for found in _RAISES.finditer(text):
        is_cause = _IN_A_CONDITION.search(text[: found.start()]) is not None  # "when the block raises an `Exception`"
        if not is_cause and any(name not in known for name in _CODE.findall(found[1])):
            return False
    entries = (brief.entry, *members_that(brief.entry))
    conditions = list(_conditions(text, reasons))
    if exchanges(conditions, reasons):
        return False
    for name, clause in conditions:
        raising = [entry for entry in entries if name in exceptions_of(entry)]
        if _names_another(clause, name, reasons[name], raising) or _is_turned(clause, name, raising):
            return False
        if _held(clause, reasons[name], raisers) < least_support:
            return False
    return True


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
    """All that the facts tell of why each exception is raised, by the subject and by its members, and in its own docstring."""
    found: dict[str, str] = {}
    for entry in (brief.entry, *members_that(brief.entry)):
        for name in exceptions_of(entry):
            told = [text for part in _PARTS for text in _texts(entry, f"raises.{name}.{part}")]
            found[name] = " ".join([found.get(name) or str(brief.get(f"members.{name}", "")), *told]).strip()
    return found


def _texts(entry: Entry, name: str) -> list[str]:
    value = entry.get(name)
    return [value] if isinstance(value, str) else entry.strings(name)


def _raisers(brief: Brief) -> set[str]:
    """What may stand in such a sentence as the one that raises."""
    members = [member.about for member in members_that(brief.entry)]
    return {brief.short, brief.about, *members, *(name.rpartition(".")[2] for name in members), *brief.entry.strings("handles")}


def _conditions(text: str, reasons: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each exception with the condition that a sentence gives beside it: up to the next exception or a semicolon, and before
    it where the condition comes first."""
    for sentence in _SENTENCES.split(text):
        places = [found for found in _CODE.finditer(sentence) if found[1] in reasons]
        for number, found in enumerate(places):
            end = places[number + 1].start() if number + 1 < len(places) else len(sentence)
            lead = sentence[: found.start()] if not number else ""
            said = lead + sentence[found.end() - 1 : end]
            if condition := _CONDITION.search(said):
                yield found[1], said[condition.start() + (condition[0] == "`: ") :].partition(";")[0]


def _held(clause: str, reasons: str, raisers: set[str]) -> float:
    """The share of a condition's words, or of its names where that is less, that the reasons hold."""
    names = [name for name in _CODE.findall(clause) if name not in raisers]
    known = sum(set(_NAME.findall(name)) <= set(_NAME.findall(reasons)) for name in names)
    words = support(_SIGNS.sub(" ", _COMPARES.sub(" ", clause)), [reasons, *raisers])
    return min(words, known / len(names) if names else 1.0)


def _names_another(clause: str, name: str, reasons: str, raising: Sequence[Entry]) -> bool:
    """Whether a condition speaks of a parameter that its exception's reasons leave out, while these name others, or hold the
    rest of what it says."""
    parameters = {parameter.lstrip("*") for entry in raising for parameter in entry.strings("parameters")}
    spelt = {word for code in _CODE.findall(clause) for word in _NAME.findall(code)}
    if parameters & spelt <= set(_NAME.findall(reasons)):
        return False
    stated = {word for text in _stated(name, raising, ("when", "condition")) for word in _NAME.findall(text)}
    prose = _SIGNS.sub(" ", _COMPARES.sub(" ", _CODE.sub(" ", clause)))
    return bool(parameters & stated) or support(prose, [reasons]) >= _HALF


def _is_turned(clause: str, name: str, raising: Sequence[Entry]) -> bool:
    """Whether a condition compares the other way round than a reason in the same words, or denies what it says."""
    told = [case for text in _stated(name, raising, ("when", "description")) for case in _cases(text)]
    for case in _cases(clause):
        alike = {other.direction for other in told if other.direction and other.words <= case.words}
        if case.direction and alike and case.direction not in alike:
            return True
        denials = {other.is_denied for other in told if not other.direction and other.words == case.words}
        if not case.direction and denials == {not case.is_denied}:
            return True
    return False


def _stated(name: str, raising: Sequence[Entry], parts: Sequence[str]) -> Iterator[str]:
    """What the facts of entries state of when they raise an exception."""
    return (text for entry in raising for part in parts for text in _texts(entry, f"raises.{name}.{part}"))


class _Case(NamedTuple):
    """One alternative of a condition: its words, the direction in which it compares, and whether it is denied."""

    words: frozenset[str]
    direction: str
    is_denied: bool


def _cases(condition: str) -> Iterator[_Case]:
    """The alternatives of a condition that say something of a thing: `kind` is not in `KINDS`, `step` is less than 1."""
    for part in _ALTERNATIVES.split(_UNLESS.sub("if not", condition)):
        is_denied = len(_DENIES.findall(part)) % 2 == 1
        directions = {"smaller" if bool(found["smaller"]) is not is_denied else "greater" for found in _COMPARES.finditer(part)}
        words = frozenset(map(stem, content_words(_TRUTH.sub(" ", _COMPARES.sub(" ", part)))))
        if words and len(directions) < 2 and _STATES.search(part) and not _IS_THERE.search(part):
            yield _Case(words, "".join(directions), is_denied)
