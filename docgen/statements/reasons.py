"""Why an exception is raised, as the words that follow "is raised".

In: what is known of a symbol, and one of its exceptions. Out: "if `rate` is negative", or nothing. The code's own conditions
count first, where all of them have words; else what the docstring says; else the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.facts import Entry
from docgen.marking import marked_condition, marked_literals, marked_names
from docgen.readers.docstrings import sentences
from docgen.statements.choice import Choose
from docgen.statements.english import has_finite_verb, lower_first, noun_phrase
from docgen.statements.parameters import not_given
from docgen.statements.verbs import verb_of

_MOST_CONDITIONS = 3  # of one exception in a sentence
_LONGEST_REASON = 160  # characters of a docstring's words
_LEAD = re.compile(
    r"\A(?:this (?:exception|error) |it |will be |gets |an? (?:exception|error) )?(?:is |are |be )?"
    r"(?:raised|thrown|raises|throws)(?: an? (?:exception|error))?\b[,:]?\s*",
    re.I,
)
_HAPPENS = re.compile(r"\b(?:fail(?:s|ed)?|exceed(?:s|ed)?|contains?|matches|occur(?:s|red)?|happen(?:s|ed)?|exists?)\b")
_CONJUNCTIONS = (
    "if",
    "when",
    "whenever",
    "in",
    "on",
    "for",
    "because",
    "unless",
    "after",
    "while",
    "upon",
    "during",
    "where",
    "by",
    "as",
    "once",
    "until",
    "from",
    "only",
)


def reason_of(entry: Entry, exception: str, choose: Choose) -> str:
    """Why an exception is raised: the conditions of the code, else the docstring's words, else the message."""
    names = entry.parameters
    whens = entry.strings(f"raises.{exception}.when") or not_given(entry, exception)
    described = entry.get(f"raises.{exception}.description")
    words = _because(described) if isinstance(described, str) and described else ""
    spoken = len(whens) == len(entry.strings(f"raises.{exception}.condition"))
    if whens and (not words or (spoken and choose(["words", "code"]) == "code")):
        return _conditions([marked_condition(when, names) for when in whens], choose)
    if words:
        return marked_names(words, names)
    return _message(entry.strings(f"raises.{exception}.message"))


def _conditions(whens: Sequence[str], choose: Choose) -> str:
    joiner = choose(["if", "when"])
    kept = [when for when in whens if when.count(" and ") + when.count(" or ") < 2 or len(whens) == 1][:_MOST_CONDITIONS] or [
        whens[0]
    ]
    is_nested = any(re.search(r" (?:and|or) ", when) for when in kept)
    if len(kept) < 3:
        return f"{joiner} " + (f", or {joiner} " if is_nested and len(kept) > 1 else choose([" or ", f", or {joiner} "])).join(
            kept
        )
    return (
        f"{joiner} {f', {joiner} '.join(kept[:-1])}, or {joiner} {kept[-1]}"
        if is_nested
        else f"{joiner} {', '.join(kept[:-1])}, or {kept[-1]}"
    )


def _because(described: str) -> str:
    """A docstring's words for an exception as what follows "is raised"; empty where they are no reason."""
    text = sentences(described.partition("; ")[0])[0].rstrip(" .")
    text = _LEAD.sub("", text)
    if (
        not text
        or len(text) > _LONGEST_REASON
        or text.count("`") % 2
        or text.count("(") != text.count(")")
        or re.search(r":\Z|::|https?:", text)
    ):
        return ""
    text = re.sub(r"(?<=\bor )(?:If|When|For)\b", lambda found: found[0].lower(), marked_literals(text))
    head = text.partition(" ")[0].lower().strip(",")
    if head in _CONJUNCTIONS:
        return text[:1].lower() + text[1:]
    if re.match(r"should\b", text, re.I):
        return ""
    if has_finite_verb(text) or _HAPPENS.search(text):
        return f"if {lower_first(text)}" if verb_of(text) is None else ""
    if verb_of(text) is not None:
        return ""
    noun = noun_phrase(text)
    return f"for {noun.indefinite}" if noun is not None else ""


def _message(messages: Sequence[str]) -> str:
    """The first message that can be quoted: no backticks, no quotation marks, and holes that are plain names."""
    for message in messages:
        holes = re.findall(r"\{([^{}]*)\}", message)
        if (
            not re.search(r"[`\"]|%[sdrf(]", message)
            and all(re.fullmatch(r"[\w.]+", hole) for hole in holes)
            and len(message) < _LONGEST_REASON
        ):
            return f'with the message "{message.rstrip(".")}"'
    return ""
