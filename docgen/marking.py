"""Backticks: which words of a text are code.

In: conditions in words as the reader makes them, or prose as people write it. Out: the same text, names and literals in
backticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# The English that conditions are written in; all else in them comes from code.
_ENGLISH = frozenset(
    """a an absolute and any are at attribute between both blank by can cannot case class consist consists contain
    contains coroutine differs digits divided does either empty end ends equals even every exception exist exists
    false file finite folder from function given greater has identifier in infinite instance is item key largest least
    length less letters lower match matches minus missing most multiple negative neither no nor not numeric object
    occurs odd of one or plus positive set smallest start starts strictly subclass sum support supports than the times
    true type upper value with zero more callable alphanumeric absolute""".split()
)
_TOKEN = re.compile(
    r"`[^`]*`|(?<!\w)'[^']*'|\"[^\"]*\"|-?\d[\w.]*|[A-Za-z_]\w*(?:\.\w+|\[[^\[\]]*\])*(?:'s)?|\((?:\w+, )+\w+\)|\(\w+,\)"
)
_TYPES = frozenset("int str float bool bytes bytearray complex dict list tuple set frozenset type object callable".split())
# Of those, the ones that are a variable's name where they stand as a subject without an article.
_NOUNS = frozenset("attribute case class exception file folder function instance item key length object set type value".split())
_BEFORE_SUBJECT = frozenset(("", "and", "or", "either", "both", "neither", "nor"))
_VERB = re.compile(r" (?:is|are|has|does|equals|differs|contains|starts|ends|consists|matches|exists)\b")
_PREDICATE = frozenset("is has can cannot support supports".split())
_BEFORE_TYPES = frozenset(("a", "an", "or", "from", "equals"))


def marked_condition(text: str, names: Iterable[str] = ()) -> str:
    """A condition from code with everything in backticks that is no English: "`rate` is negative", "`x` is not a `str`"."""
    known = frozenset(names)
    parts: list[str] = []
    last, before, is_free = 0, "", False  # free: after "is" or "has" come words of English that no list holds
    for found in _TOKEN.finditer(text):
        token, word = found[0], found[0].lower()
        if (word in _PREDICATE and token not in known) or (word == "not" and before in ("and", "or")):
            is_free = True
        elif word not in ("not", "no") and (word in _ENGLISH or token != word or not token.isalpha()):
            is_free = False
        is_subject = before in _BEFORE_SUBJECT and _VERB.match(text, found.end()) is not None
        is_code = _is_code(token, before, known, is_free=is_free) or (is_subject and word in _NOUNS)
        parts += [text[last : found.start()], f"`{token}`" if is_code else token]
        last, before = found.end(), word
    return "".join([*parts, text[last:]])


def _is_code(token: str, before: str, known: frozenset[str], *, is_free: bool) -> bool:
    token = token.removesuffix("'s")
    if token.startswith("`") or re.fullmatch(r"-?\d[\w.]*", token):
        return False
    if not token.isalpha() or not token.islower():
        return token != "NaN"
    if token in _TYPES and before in _BEFORE_TYPES:
        return True
    if token in _ENGLISH:
        return token in known and before not in ("a", "an", "absolute", "is", "not", "the", "of")
    return token in known or not is_free


_LITERAL = re.compile(r"(?<![\w`.'\"-])(?:True|False|None)(?![\w`'\"-])(?!\.\w)")


def marked_literals(text: str) -> str:
    """Prose with `True`, `False` and `None` in backticks where they are values: not where a sentence begins with the word."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if part.startswith("`") else _with_literals(part, is_start=not number) for number, part in enumerate(parts)
    )


def _with_literals(text: str, *, is_start: bool) -> str:
    return _LITERAL.sub(lambda found: _literal(found, is_start), text)


def _literal(found: re.Match[str], is_start: bool) -> str:
    before = found.string[: found.start()].rstrip()
    begins = (not before and is_start) or before.endswith((".", "!", "?", ":"))
    after = found.string[found.end() :].lstrip()
    if begins and not re.match(r"(?:if|when|iff|to|for|otherwise|else|or|disables|enables|means)\b|[,.;)]", after):
        return found[0]
    return f"`{found[0]}`"


_SUBJECT_BEFORE = r"(?:\A|\b(?:if|when|and|or|both|either|neither|nor|unless|where|that)|,)\s+"
_SUBJECT_AFTER = r"(?=\s+(?:is|are|was|were|has|have|does|do|cannot|can|must|exceeds?|contains?|lies|equals?)\b)"


def marked_names(text: str, names: Iterable[str]) -> str:
    """Prose with the names of parameters in backticks: those that can be nothing else, and plain words where they stand as a
    subject without an article ("if rate is negative")."""
    for name in sorted(names, key=len, reverse=True):
        if not name or name not in text or name.upper() in ("A", "I") and len(name) == 1:
            continue
        bare = rf"(?<![\w.`'\"-]){re.escape(name)}(?![\w`'\"-]|\.\w|\()"
        pattern = bare if not (name.isalpha() and name.islower()) else rf"(?P<before>{_SUBJECT_BEFORE}){bare}{_SUBJECT_AFTER}"
        parts = re.split(r"(`[^`]*`)", text)
        text = "".join(part if part.startswith("`") else re.sub(pattern, _ticked, part) for part in parts)
    return text


def _ticked(found: re.Match[str]) -> str:
    before = found.groupdict().get("before") or ""
    return f"{before}`{found[0][len(before) :]}`"
