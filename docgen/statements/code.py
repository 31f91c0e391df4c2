"""Introductions and use cases of code: what a symbol does, what it takes, what to use it for.

In: a Brief about code. Out: sentences that say nothing that the Brief does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.brief import HOLDERS, Brief, shown
from docgen.marking import marked_literals, marked_names
from docgen.readers.docstrings import sentences
from docgen.statements.choice import Choose
from docgen.statements.english import article, ended, has_finite_verb, listed, lower_first, noun_phrase, upper_first
from docgen.statements.parameters import Described, is_told
from docgen.statements.summary import Summary, told_further
from docgen.statements.verbs import verb_of
from docgen.support import support

_MOST_PARAMETERS = 3  # described in one section; the reference table has them all
_MOST_NAMES = 6
_MOST_TASKS, _LONGEST_TASK = 3, 90  # members whose tasks a use case tells, and the characters of one
_LONGEST_RESULT = 120  # characters of a result's description in a sentence
_REPEATED = 0.8  # share of a sentence's words that stand before it: it says nothing new


def introduction(brief: Brief, choose: Choose) -> list[str]:
    """What the symbol is or does; where its docstring does not tell, what it takes and returns, or what it holds."""
    summary = summary_of(brief)
    phrasings = summary.sentences()
    said = [choose(phrasings)] if phrasings else []
    if said and (more := _further(brief, summary, said[0])) and choose(["description", "", ""]):
        said.append(more)
    members, parameters = brief.entry.strings("members"), brief.entry.strings("parameters")
    is_deprecated = brief.get("deprecated") is not None
    if not said and not members and not parameters and brief.get("returns") is None and not is_deprecated:
        return []
    if members and summary.kind in HOLDERS and (not said or choose(["", "members"])):
        said.append(_members(summary, members, choose, led=bool(said)))
    elif (not said and not (is_deprecated and not parameters)) or (len(said) == 1 and choose(["", "takes", "takes"])):
        said.append(_takes(summary, brief, choose, led=bool(said)))
    if brief.get("async") is True and said and "async" not in " ".join(said).lower() and choose(["async", ""]):
        said.append("It is asynchronous.")
    said += _deprecation(brief, summary, led=bool(said))
    return _marked(said, brief)


def use_case(brief: Brief, choose: Choose) -> list[str]:
    """What to use the symbol for, what to pass and what comes back."""
    summary = summary_of(brief)
    said = [item for item in [_purpose(summary, choose), *_advice(brief, summary, choose)] if item]
    members = brief.entry.strings("members")
    if not said and (tasks := _tasks(brief, members, choose)):
        said.append(tasks)
    elif members and len(said) < 2:
        said.append(_entry_points(summary, members, choose, led=bool(said)))
    result = _result(brief, choose)
    is_check = bool(said) and " to check whether " in said[0] and re.search(r"\b(?:True|whether)\b", result)
    is_told_already = is_check or support(result, [*said, brief.short]) >= _REPEATED
    if result and not is_told_already and choose(["result", ""]):
        said.append(result)
    return _marked(said, brief)


def _marked(said: Sequence[str], brief: Brief) -> list[str]:
    """Sentences with the literals and parameters that they name in backticks."""
    names = brief.entry.parameters
    whole = (_BARE_RESULT.sub(lambda found: f"{found[1]} {article(found[2])} `{found[2]}`", item) for item in said)
    return [marked_names(marked_literals(_DOUBLED.sub(r"\1", item)), names) for item in whole]


_BARE_RESULT = re.compile(r"\b(returns|gives|get|yields|sends|takes) `([A-Z]\w*)`(?= (?:object|instance)\b)")
_DOUBLED = re.compile(r"\b(the|a|an|and|of|to|in|is|for|or|with) \1\b")


def summary_of(brief: Brief) -> Summary:
    """The summary of what a Brief is about."""
    doc = brief.get("doc")
    return Summary(brief.short, brief.symbol_kind, doc if isinstance(doc, str) else "", tuple(brief.entry.strings("bases")))


def _further(brief: Brief, summary: Summary, opening: str) -> str:
    """The first sentence of the description, where it stands on its own and says something new."""
    text = brief.get("doc.description")
    sentence = told_further(summary, sentences(text)[0]) if isinstance(text, str) and text else ""
    return sentence if sentence and support(sentence, [opening]) < _REPEATED else ""


def _members(summary: Summary, members: Sequence[str], choose: Choose, *, led: bool) -> str:
    names = listed(members)
    if len(members) > _MOST_NAMES:
        names = ", ".join(f"`{item}`" for item in members[:_MOST_NAMES]) + " and others"
    subject = "It" if led else f"The {summary.kind} {summary.name}"
    verbs = ["offers", "has", "provides"] if summary.kind == "class" else ["provides", "contains", "offers", "holds"]
    return f"{subject} {choose(verbs)} {names}."


def _tasks(brief: Brief, members: Sequence[str], choose: Choose) -> str:
    """What to call the first members for whose summaries tell it: "To read a file, use `read`; to write rows, use `write`"."""
    told = []
    for name in members:
        doc = brief.get(f"members.{name}")
        summary = Summary(name, "class" if name[:1].isupper() else "function", doc if isinstance(doc, str) else "")
        purpose = "" if summary.is_error else summary.purpose()
        if purpose and len(purpose) < _LONGEST_TASK and not re.search(r"`|[;:]|\b(?:it|this|that|its)\b", purpose):
            told.append(f"to {purpose.rstrip('.')}, use `{name}`")
    if not told or choose(["tasks", "names", "names", "names"]) != "tasks":
        return ""
    return upper_first("; ".join(told[:_MOST_TASKS])) + "."


def _entry_points(summary: Summary, members: Sequence[str], choose: Choose, *, led: bool) -> str:
    labels = ["public names", "entry points"] if summary.kind == "class" else ["entry points", "public names"]
    label, shown_names = choose(labels), listed(members[:_MOST_NAMES])
    if len(members) == 1:
        return f"Its {label[:-1]} is {shown_names}." if led else f"The {label[:-1]} of {summary.name} is {shown_names}."
    subject = f"Its {label}" if led else f"The {label} of {summary.name}"
    return f"{subject} are {shown_names}{' among others' if len(members) > _MOST_NAMES else ''}."


def _takes(summary: Summary, brief: Brief, choose: Choose, *, led: bool) -> str:
    parameters = _public_parameters(brief)
    subject = choose(["It", summary.name]) if led else f"The {summary.kind} {summary.name}"
    returns = brief.get("returns")
    is_told_type = isinstance(returns, str) and returns not in ("None", "") and len(returns) < 40 and not led
    if summary.kind == "property":
        return f"{subject} is of type `{returns}`." if is_told_type else ""
    gives = f" and returns `{returns}`" if is_told_type else ""
    if not parameters:
        return f"{subject} takes no parameters{gives}." if gives or not led else ""
    among = " among others" if len(parameters) > _MOST_NAMES else ""
    text = f"{subject} takes {listed(parameters[:_MOST_NAMES])}{among}{gives}"
    default = next((item for item in parameters[:_MOST_NAMES] if is_told(_default(brief, item))), None)
    if default is not None and choose(["", "default"]):
        value = _default(brief, default)
        text += choose([f"; `{default}` defaults to `{value}`", f", where `{default}` is `{value}` by default"])
    return text + "."


def _public_parameters(brief: Brief) -> list[str]:
    names = brief.entry.parameters
    return [name for name in names if not name.startswith("_")] or names


def _default(brief: Brief, item: str) -> str:
    value = brief.get(f"parameters.{item}.default")
    return shown(value) if value is not None else ""


def _deprecation(brief: Brief, summary: Summary, *, led: bool) -> list[str]:
    """That the symbol is deprecated, in its own words where it has some."""
    message = brief.get("deprecated")
    subject = "It" if led else summary.name
    if message is None or message is False:
        return []
    if not isinstance(message, str) or message == "deprecated":
        return [f"{subject} is deprecated."]
    first, *rest = sentences(summary.renamed(message).strip())
    if first.lower().startswith(("since ", "as of ", "in favor of ", "in favour of ", "because ")):
        kept = [ended(item) for item in rest[:1] if "deprecated since" not in item]
        return [ended(f"{subject} is deprecated {lower_first(first)}"), *map(upper_first, kept)]
    if "deprecat" in first.lower() and has_finite_verb(first):
        return [
            ended(upper_first(first) if not first.startswith(summary.name) or not led else "It" + first[len(summary.name) :])
        ]
    return [ended(f"{subject} is deprecated: {lower_first(first)}")]


# Use case --------------------------------------------------------------------------------------------------------------


def _purpose(summary: Summary, choose: Choose) -> str:
    name, kind = summary.name, summary.kind
    if purpose := summary.purpose():
        return ended(
            choose([f"Use {name} to {purpose}", f"Call {name} to {purpose}", f"Call {name} when you need to {purpose}",
                    f"{name} is for code that has to {purpose}", f"To {purpose}, call {name}"])
        )  # fmt: skip
    noun = summary.noun
    if noun is None or re.search(r"\b(?:exception|error)\b", noun.text.partition(" for ")[0]) or kind == "property":
        return ""
    if (
        kind == "class"
        and re.match(r"(?:abstract )?(?:base|super|parent)[ -]?class\b", noun.text, re.I)
        or noun.head in ("mixin", "baseclass", "superclass")
    ):
        return ended(f"Use {name} as {noun.definite if noun.head != 'mixin' else noun.indefinite}")
    if kind in ("module", "package"):
        return ""
    if kind == "class" and noun.text.startswith("the "):
        return ended(f"Use {name} as {noun.text}") if summary.is_agent or noun.head.endswith(("er", "or", "policy")) else ""
    if kind == "class" and noun.number == "count":
        return ended(choose([f"Use {name} where you need {noun.indefinite}", f"{name} serves as {noun.indefinite}"]))
    if kind in ("function", "method") and not summary.is_agent:
        return ended(choose([f"Use {name} to get {noun.definite}", f"Call {name} to get {noun.definite}"]))
    return ""


def _advice(brief: Brief, summary: Summary, choose: Choose) -> list[str]:
    """What to pass: described parameters first, then those with a default."""
    described, defaulted = [], []
    for item in _public_parameters(brief):
        text, default = brief.get(f"parameters.{item}.description"), _default(brief, item)
        said = Described(item, text, default, summary).sentence(choose) if isinstance(text, str) and text else ""
        if said:
            described.append(said)
        elif is_told(default):
            options = [
                f"`{item}` defaults to `{default}`.",
                f"Leave out `{item}` to get `{default}`.",
                f"`{item}` is `{default}` unless you pass another value.",
            ]
            defaulted.append(choose(options))
    return [*described[:_MOST_PARAMETERS], *defaulted][:_MOST_PARAMETERS]


_RESULT_LEAD = re.compile(r"\A(?:returns?|yields?)\s+", re.I)


def _result(brief: Brief, choose: Choose) -> str:
    """What comes back, in the docstring's words."""
    text = brief.get("returns.description")
    if not isinstance(text, str) or brief.symbol_kind == "property":
        return ""
    said = _RESULT_LEAD.sub("", sentences(text)[0]).rstrip(" .;,")
    if (
        not (0 < len(said) < _LONGEST_RESULT)
        or said.count("`") % 2
        or said.count("(") != said.count(")")
        or re.search(r":\Z|::|>>>|https?:|[a-z0-9)] (?:The|An?|If|List|Array|Number|Indices|Vertices|[A-Z][a-z]+ of) ", said)
    ):
        return ""
    if re.match(r"`?(?:True|False|None)`?(?= (?:if|when|iff|on|otherwise|for|upon|in|or)\b|\Z)", said):
        return ended(f"It returns {said}") if said not in ("None", "`None`") else ""
    if re.match(r"whether\b", said, re.I):
        return ended(f"It returns {lower_first(said)}")
    if verb_of(said) is not None or has_finite_verb(said) or (noun := noun_phrase(said)) is None:
        return ""
    container = noun.text.partition(" ")[0] in (
        "list",
        "dict",
        "tuple",
        "set",
        "string",
        "iterator",
        "generator",
        "new",
        "instance",
        "copy",
        "array",
        "dictionary",
    )
    body = noun.indefinite if container else noun.definite
    return ended(choose([f"It returns {body}", f"The result is {body}", f"You get back {body}"]))
