"""When an exception is raised, as one cell of a table: the docstring's words, the conditions of the code, or the message.

In: an entry and one of its exceptions. Out: Markdown. The prose of error handling says the same in sentences.
"""

from __future__ import annotations

import re

from docgen.facts import Entry
from docgen.marking import marked_condition, marked_names
from docgen.statements.parameters import not_given
from docgen.write.markdown import code, prose

_LEAD = re.compile(r"\A(?:(?:is )?raised )?(?:if|when|whenever)\s+(?=\S)", re.I)
_CAUGHT = re.compile(r"\Aexcept (?P<caught>[\w., ]+?)(?: and (?P<rest>.+))?\Z", re.DOTALL)


def when(entry: Entry, exception: str) -> str:
    """When `exception` is raised; empty where nothing tells."""
    names = [name.lstrip("*") for name in entry.strings("parameters")]
    described = entry.get(f"raises.{exception}.description")
    if isinstance(described, str) and described:
        return _LEAD.sub("", prose(marked_names(described, names)).rstrip("."))
    plain, exact = entry.strings(f"raises.{exception}.when"), entry.strings(f"raises.{exception}.condition")
    if len(plain) == len(exact):
        said = [
            marked_condition(words, names) if _reads_well(words) else _in_code(condition)
            for words, condition in zip(plain, exact, strict=True)
        ]
    else:
        said = [marked_condition(words, names) for words in (*plain, *not_given(entry, exception))]
    if said:
        return prose("; ".join(said))
    if messages := entry.strings(f"raises.{exception}.message"):
        return prose("; ".join(_quoted(message) for message in messages))
    return "a subclass does not implement it" if exception == "NotImplementedError" else ""


def telling(entry: Entry, exception: str) -> str:
    """The part of an exception's facts that `when` is from: `description`, `when`, `condition`, `message`; empty for none."""
    if entry.get(f"raises.{exception}.description"):
        return "description"
    if entry.strings(f"raises.{exception}.when"):
        return "when"
    if any(not_given(entry, exception)):
        return "condition"
    return "message" if entry.strings(f"raises.{exception}.message") else ""


def _in_code(condition: str) -> str:
    """A condition as code; the exceptions that were caught before it in words, as `except` alone is no expression."""
    found = _CAUGHT.match(condition)
    if found is None:
        return code(condition)
    caught = " or ".join(code(name.strip()) for name in found["caught"].split(","))
    return f"on {caught}" + (f", where {code(found['rest'])}" if found["rest"] else "")


def _quoted(message: str) -> str:
    return f"the message is “{message.rstrip('.')}”"


def _reads_well(words: str) -> bool:
    """Whether a condition in words is easier to read than its code."""
    return not re.search(r"[()\[\]{}=<>]", words) and words.count(" and ") + words.count(" or ") < 2
