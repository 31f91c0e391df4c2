"""What the members of a module or class raise, told of the whole.

In: a Brief that holds what members raise. Out: a sentence for each of a few exceptions, else a list by exception. Only
reasons that make sense from outside are told: what a variable of a body holds, nobody sees.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from docgen.brief import Brief, exceptions_of, members_that
from docgen.claims.names import LANGUAGE
from docgen.facts import Entry
from docgen.marking import marked_condition
from docgen.statements.choice import Choose
from docgen.statements.english import ended, listed
from docgen.statements.reasons import reason_of

_MOST_REASONS = 4  # told of one exception; where there are more, only the names of what raises it
_MOST_NAMES = 10  # of those
_ADRIFT = re.compile(r"\w+ (?:it|they|this|these|that|those)\b")  # words of a docstring that mean something said before
_FUNCTIONS = frozenset(dir(builtins))
_JOINED = re.compile(r" (?:and|or) ")
_INSIDE = re.compile(r" occurs\b")  # an exception that the body turns into another


def raised_by_members(brief: Brief, choose: Choose) -> list[str]:
    """What the subject and its members raise; empty where the Brief tells of no member that raises anything."""
    entry = brief.entry
    members = list(members_that(entry))
    if not members:
        return []
    found: dict[str, dict[str, list[str]]] = {}  # by exception and reason, what raises it
    for raiser in (replace(entry, about=brief.short), *members):
        outward = _outward(raiser, _seen(entry, raiser))
        for exception in exceptions_of(raiser):
            reason = reason_of(outward, exception, choose)
            found.setdefault(exception, {}).setdefault(reason, []).append(raiser.about)
    said = [(names, exception, reason) for exception, reasons in found.items() for reason, names in reasons.items()]
    if len(said) < 3 and all(len(names) <= _MOST_NAMES for names, _, _ in said):
        if len(said) == len(found) == 2 and said[0][0] == said[1][0] and not any(reason for _, _, reason in said):
            return [_sentence(said[0][0], listed(list(found)), "")]
        return [_sentence(names, f"`{exception}`", reason) for names, exception, reason in said]
    if len(found) == 1:
        return [ended(f"`{exception}` is raised {_by_whom(reasons)}") for exception, reasons in found.items()]
    lead = choose(["The following exceptions are raised:", "These exceptions can be raised:", "Callers should expect:"])
    return [lead, *(f"- `{exception}` {ended(_by_whom(reasons))}" for exception, reasons in found.items())]


def _sentence(names: Sequence[str], exceptions: str, reason: str) -> str:
    verb = "raises" if len(names) == 1 else "raise"
    return ended(f"{listed(names)} {verb} {exceptions} {reason}".rstrip())


def _by_whom(reasons: Mapping[str, Sequence[str]]) -> str:
    """What raises one exception, and why where that is short: "by `put` if `size` is zero; and by `open`"."""
    names = [name for group in reasons.values() for name in group]
    if len(names) > _MOST_NAMES:
        return "by " + ", ".join(f"`{name}`" for name in names[: _MOST_NAMES - 1]) + " and others"
    if len(reasons) > _MOST_REASONS:
        return f"by {listed(names)}"
    parts = [f"by {listed(group)} {reason}".rstrip() for reason, group in reasons.items()]
    return parts[0] if len(parts) == 1 else f"{'; '.join(parts[:-1])}; and {parts[-1]}"


def _seen(subject: Entry, raiser: Entry) -> frozenset[str]:
    """The names that users of a member know: its parameters, and what the class that holds it is made of."""
    holder = raiser.about.rpartition(".")[0]
    owner = f"members.{holder}." if holder else ""
    names = (*subject.strings(f"{owner}parameters"), *subject.strings(f"{owner}attributes"), *raiser.strings("parameters"))
    return frozenset(name.lstrip("*") for name in names)


def _outward(raiser: Entry, seen: Collection[str]) -> Entry:
    """What raises, with those of its reasons that make sense from outside."""
    facts = []
    for fact in raiser.facts:
        head, _, last = fact.name.rpartition(".")
        if last == "description" and isinstance(fact.value, str) and _ADRIFT.match(fact.value):
            continue
        if last in ("when", "condition"):
            whens, codes = raiser.strings(f"{head}.when"), raiser.strings(f"{head}.condition")
            codes = codes if len(codes) == len(whens) else [""] * len(whens)
            kept = [(when, code) for when, code in zip(whens, codes, strict=True) if _is_clear(when, code, seen)]
            fact = replace(fact, value=[when if last == "when" else code for when, code in kept])
        elif last == "message":
            fact = replace(fact, value=[text for text in raiser.strings(fact.name) if _tells(text, seen)])
        facts.append(fact)
    return replace(raiser, facts=tuple(facts))


def _is_clear(when: str, code: str, seen: Collection[str]) -> bool:
    """Whether a condition is short, and speaks only of names that are known from outside."""
    names = _names_in(code) if code else re.findall(r"`([A-Za-z_]\w*)", marked_condition(when, seen))
    if _INSIDE.search(when) or len(_JOINED.findall(when)) > 1:
        return False
    return all(name in seen or name in LANGUAGE or name[0].isupper() for name in names)


def _tells(message: str, seen: Collection[str]) -> bool:
    """Whether a message says something by its own words, and what is put into it is known from outside."""
    holes = re.findall(r"\{([^{}]*)\}", message)
    return all(hole in seen for hole in holes) and len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^{}]*\}", "", message))) > 2


def _names_in(code: str) -> Collection[str]:
    """The names that an expression reads, without those that it binds itself and Python's own functions."""
    try:
        nodes = list(ast.walk(ast.parse(code, mode="eval")))
    except SyntaxError:
        return ["?"]
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return read - bound - (called & _FUNCTIONS)
