"""Error handling in many phrasings: of one symbol, and of a module or class by what its members raise.

In: a Brief about code and a random generator. Out: a paragraph or a list that names each exception with its reason.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from docgen.brief import Brief, exceptions_of, members_that
from docgen.corpus.compose.phrases import joined, one, say
from docgen.statements.english import ended, listed, upper_first
from docgen.statements.reasons import reason_of

_MOST = 8  # exceptions of members in one section: the prompt shows no more than a dozen lines


@dataclass(frozen=True)
class _Raise:
    """One exception, who raises it (empty for the subject itself), and why: "if `x` is negative", or nothing."""

    who: str
    exception: str
    reason: str


def raises(brief: Brief) -> bool:
    """Whether the Brief holds an exception that the subject or a member raises."""
    return bool(exceptions_of(brief.entry)) or any(True for _ in members_that(brief.entry))


def error_handling(brief: Brief, draw: random.Random) -> str:
    """Which exceptions are raised, by whom and when."""
    of_members = _of_members(brief, draw)
    own = [_Raise("", name, _varied(reason_of(brief.entry, name, draw.choice), draw)) for name in exceptions_of(brief.entry)]
    if of_members:
        own = [replace(item, who=brief.short) for item in own]
        return _told_of_members(brief, [*own, *of_members][:_MOST], draw)
    return _told_of_one(brief, own[:_MOST], draw) if own else _nothing(brief, draw)


def _of_members(brief: Brief, draw: random.Random) -> list[_Raise]:
    found = []
    for member in members_that(brief.entry):
        for name in exceptions_of(member):
            found.append(_Raise(member.about, name, _varied(reason_of(member, name, draw.choice), draw)))
    return found


def _varied(reason: str, draw: random.Random) -> str:
    if reason.startswith("if "):
        joiner = draw.choice(("if", "if", "when", "when", "whenever", "as soon as"))
        return joiner + reason[2:]
    return reason


def _clause(reason: str) -> str:
    """The condition itself, without its conjunction; empty where there is none."""
    found = re.match(r"(?:if|when|whenever|as soon as) (?P<clause>.*)\Z", reason)
    return found["clause"] if found and not re.search(r", or (?:if|when)\b", found["clause"]) else ""


def _nothing(brief: Brief, draw: random.Random) -> str:
    name, handled = f"`{brief.short}`", brief.entry.strings("handles")
    said = say(draw, _RAISES_NOTHING, name=name)
    return f"{said} {say(draw, _HANDLES, handled=listed(handled))}" if handled else said


def _told_of_one(brief: Brief, found: Sequence[_Raise], draw: random.Random) -> str:
    name = f"`{brief.short}`"
    if draw.random() < (0.25 if len(found) < 3 else 0.6):
        return _bullets(brief, found, draw)
    if len(found) > 1 and draw.random() < 0.35:
        told = joined([f"`{item.exception}` {item.reason}".strip() for item in found], ", and ")
        return say(draw, _SUBJECT_RAISES, name=name, kind=brief.symbol_kind, told=told)
    return " ".join(_sentence(item, "It" if number else name, draw) for number, item in enumerate(found))


def _sentence(item: _Raise, subject: str, draw: random.Random) -> str:
    """One exception and its reason; `subject` is what raises it, as a sentence begins with it."""
    clause = _clause(item.reason)
    inner = "it" if subject == "It" else subject
    phrasings = _RAISED + (_RAISED_WHERE if clause else "")
    return say(draw, phrasings, name=subject, inner=inner, exception=f"`{item.exception}`", reason=item.reason, clause=clause)


_RAISES_NOTHING = """
{name} raises nothing of its own
{name} raises no exception itself
No exception comes from {name} itself
There is nothing that {name} raises of its own
"""
_HANDLES = """
It handles {handled}
It catches {handled} itself
It deals with {handled} itself
"""
_SUBJECT_RAISES = """
{name} raises {told}
The {kind} {name} raises {told}
It raises {told}
Calling {name} raises {told}
"""
_RAISED = """
{exception} is raised {reason}
{name} raises {exception} {reason}
You get {exception} {reason}
Expect {exception} {reason}
"""
_RAISED_WHERE = """
{exception} means that {clause}
{exception} signals that {clause}
If {clause}, {exception} is raised
When {clause}, {inner} raises {exception}
{exception} {reason}
"""
_LEADS = """
The following exceptions are raised:
You can meet these exceptions:
These exceptions are raised:
{name} raises:
"""


def _bullets(brief: Brief, found: Sequence[_Raise], draw: random.Random) -> str:
    style = draw.choice(("clause", "raised", "reason"))
    lines = []
    for item in found:
        if style == "clause" and (clause := _clause(item.reason)):
            lines.append(ended(f"- `{item.exception}`: {clause}"))
        else:
            told = f"- `{item.exception}` {'is raised ' if style == 'raised' else ''}{item.reason}"
            lines.append(ended(told.rstrip()))
    return _listed_under_lead(brief, lines, draw)


def _listed_under_lead(brief: Brief, lines: Sequence[str], draw: random.Random) -> str:
    lead = one(draw, _LEADS, name=f"`{brief.short}`") + "\n\n" if draw.random() < 0.6 else ""
    return lead + "\n".join(lines)


def _told_of_members(brief: Brief, found: Sequence[_Raise], draw: random.Random) -> str:
    said = _by_member(brief, found, draw) if draw.random() < 0.45 else _by_exception(brief, found, draw)
    return _with_warning(brief, said, draw) if draw.random() < 0.7 else said


def _who(about: str, draw: random.Random) -> str:
    """A member as prose calls it; a class stands for its constructor."""
    short = about.rpartition(".")[2]
    if short[:1].isupper():
        return draw.choice((f"`{short}`", f"the constructor of `{short}`", f"`{short}`"))
    return draw.choice((f"`{short}`", f"`{about}`"))


def _by_member(brief: Brief, found: Sequence[_Raise], draw: random.Random) -> str:
    groups = _grouped(found, lambda item: item.who)
    is_list = len(groups) > 2 and draw.random() < 0.4
    said = []
    for who, items in groups.items():
        told = f"{_who(who, draw)} raises " + joined([f"`{item.exception}` {item.reason}".strip() for item in items], ", and ")
        said.append(ended(f"- {told}" if is_list else upper_first(told)))
    return _listed_under_lead(brief, said, draw) if is_list else " ".join(said)


def _by_exception(brief: Brief, found: Sequence[_Raise], draw: random.Random) -> str:
    groups = _grouped(found, lambda item: item.exception)
    if len(groups) < 2 or draw.random() < 0.5:
        return " ".join(ended(f"`{name}` is raised {_by_whom(items, draw)}") for name, items in groups.items())
    lines = []
    for name, items in groups.items():
        clauses = [_clause(item.reason) for item in items]
        if all(clauses) and draw.random() < 0.35:
            told = "; ".join(f"{text} ({_who(item.who, draw)})" for text, item in zip(clauses, items, strict=True))
            lines.append(ended(f"- `{name}`: {told}"))
        else:
            lines.append(ended(f"- `{name}`{draw.choice((' is raised', ''))} {_by_whom(items, draw)}"))
    return _listed_under_lead(brief, lines, draw)


def _grouped(found: Sequence[_Raise], key: Callable[[_Raise], str]) -> dict[str, list[_Raise]]:
    groups: dict[str, list[_Raise]] = {}
    for item in found:
        groups.setdefault(key(item), []).append(item)
    return groups


def _by_whom(items: Sequence[_Raise], draw: random.Random) -> str:
    return joined([f"by {_who(item.who, draw)} {item.reason}".strip() for item in items], ", and ")


def _with_warning(brief: Brief, said: str, draw: random.Random) -> str:
    """With what the first member that warns does, where the Brief tells that."""
    for member in list(members_that(brief.entry, "warns"))[:1]:
        warned = listed(member.strings("warns")[:2])
        told = one(
            draw,
            "{who} warns with {warned}\n{who} emits {warned}\n{who} issues a {warned}",
            who=_who(member.about, draw),
            warned=warned,
        )
        said += ("\n\n" if "\n- " in said or said.startswith("- ") else " ") + ended(upper_first(told))
    return said
