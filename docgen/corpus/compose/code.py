"""Introductions and use cases of code in many phrasings: the docstring's sentences, members, parameters and results, combined.

In: a Brief about code and a random generator. Out: a paragraph of one to four sentences.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from docgen.brief import Brief, shown
from docgen.corpus.compose.phrases import joined, say
from docgen.marking import marked_literals, marked_names
from docgen.readers.docstrings import sentences
from docgen.statements.code import summary_of
from docgen.statements.english import ended, listed, lower_first
from docgen.statements.parameters import Described, is_told
from docgen.statements.summary import Summary, told_further

_MOST_NAMES = 5
_MOST_TAKEN = 6
_MOST_SHOWN = 12  # parameters or members that a prompt lists
_LONGEST_MEMBER = 80  # characters of a member's doc, of a type, and of descriptions: the prompt cuts longer ones
_LONGEST_TYPE = 40
_LONGEST_DESCRIPTION = 118
_LONGEST_RESULT = 100
_PURPOSE = """
Use {name} to {purpose}
Call {name} to {purpose}
{name} suits code that has to {purpose}
Call it to {purpose}
When you have to {purpose}, call {name}
To {purpose}, call {name}
Reach for {name} when you need to {purpose}
A caller that wants to {purpose} uses {name}
"""
_TASK = """
To {purpose}, call {name}
Call {name} when you need to {purpose}
Use {name} to {purpose}
{name} is there to {purpose}
"""
_SOME_MEMBERS = """
It holds {told} and others
It offers {told}, among others
It provides {told} and more
It has {told} and others
"""
_ALL_MEMBERS = """
It holds {told}
It offers {told}
It provides {told}
Its names are {told}
"""
_TAKES = """
It takes {all}{gives}
Its parameters are {all}
"""
_TAKES_SOME = """
It takes {required} and, if wanted, {optional}{gives}
It needs {required}; {optional} {are} optional
"""
_NEEDS = """
It needs {required}{gives}
You give it {required}
"""
_DEFAULT = """
`{name}` defaults to `{value}`
`{name}` is `{value}` by default
By default, `{name}` is `{value}`
Without another value, `{name}` is `{value}`
"""
_HOLDERS = ("module", "package", "class")


def introduction(brief: Brief, draw: random.Random) -> str:
    """What the symbol does or is, then some of: its description, its members, what it takes and gives."""
    summary = summary_of(brief)
    phrasings = summary.sentences()
    if not phrasings:
        return ""
    said = [draw.choice(phrasings)]
    said += _description(brief, summary, draw)
    if brief.symbol_kind in _HOLDERS and brief.entry.strings("members") and draw.random() < 0.75:
        said += _members(brief, draw)
    elif brief.entry.strings("parameters") and draw.random() < 0.6:
        said += _takes(brief, draw)
    return _marked(said[:4], brief)


def use_case(brief: Brief, draw: random.Random) -> str:
    """What to use the symbol for, and what to pass."""
    summary = summary_of(brief)
    if brief.symbol_kind in _HOLDERS and brief.entry.strings("members"):
        return _marked(_tasks(brief, draw), brief)
    purpose, name = summary.purpose(), summary.name
    said = [say(draw, _PURPOSE, name=name, purpose=purpose)] if purpose else []
    return _marked([*said, *_passed(brief, summary, draw), *_result(brief, draw)], brief)


def _description(brief: Brief, summary: Summary, draw: random.Random) -> list[str]:
    """The first one or two sentences of the description, where they stand on their own."""
    text, found = brief.get("doc.description"), list[str]()
    for sentence in sentences(text)[: draw.choice((0, 1, 1, 2))] if isinstance(text, str) else ():
        if len(" ".join([*found, sentence])) > 170 or not (more := told_further(summary, sentence)):
            break
        found.append(more)
    return found


def _members(brief: Brief, draw: random.Random) -> list[str]:
    """Members with what they do, or their names alone."""
    described = [item.rstrip(".") for item in _described_members(brief)[: draw.randint(1, 3)]]
    if described and draw.random() < 0.75:
        if draw.random() < 0.6:
            return [ended(joined(described, draw.choice((", and ", ", while "))))]
        return [ended(item) for item in described]
    names = brief.entry.strings("members")
    chosen = names[: draw.randint(2, _MOST_NAMES)]
    told = ", ".join(f"`{item}`" for item in chosen) if len(names) > len(chosen) else listed(chosen)
    return [say(draw, _SOME_MEMBERS if len(names) > len(chosen) else _ALL_MEMBERS, told=told)]


def _summaries(brief: Brief) -> Iterator[tuple[str, Summary]]:
    """The members whose docs the prompt shows, each with its summary."""
    for name in brief.entry.strings("members")[:_MOST_SHOWN]:
        doc = brief.get(f"members.{name}")
        if isinstance(doc, str) and len(doc) < _LONGEST_MEMBER:
            yield name, Summary(name, "class" if name[:1].isupper() else "function", doc)


def _described_members(brief: Brief) -> list[str]:
    """A sentence for each member whose doc tells what it does: "`load` reads a file."."""
    told = [(name, summary.sentences()[:1]) for name, summary in _summaries(brief)]
    return [item for name, items in told for item in items if item.startswith(f"`{name}` ")]


def _tasks(brief: Brief, draw: random.Random) -> list[str]:
    """Which member to use for what."""
    tasks = [(f"`{name}`", purpose) for name, summary in _summaries(brief) if (purpose := summary.purpose())]
    chosen = tasks[: draw.randint(1, 3)]
    if len(chosen) > 1 and draw.random() < 0.5:
        told = joined([f"{name} to {purpose}" for name, purpose in chosen], ", and ")
        return [say(draw, "Use {told}\nCall {told}", told=told)]
    return [say(draw, _TASK, name=name, purpose=purpose) for name, purpose in chosen]


def _parameters(brief: Brief) -> list[str]:
    names = [name.lstrip("*") for name in brief.entry.strings("parameters")]
    return [name for name in names if not name.startswith("_")]


def _takes(brief: Brief, draw: random.Random) -> list[str]:
    """Required and optional parameters told apart, with a default, and the type that comes back."""
    names = _parameters(brief)[:_MOST_TAKEN]
    optional = [name for name in names if brief.get(f"parameters.{name}.default") is not None]
    required = [name for name in names if name not in optional]
    if not names:
        return []
    returns = brief.get("returns")
    gives = (
        f" and returns `{returns}`" if isinstance(returns, str) and returns != "None" and len(returns) < _LONGEST_TYPE else ""
    )
    phrasings = _TAKES + (_TAKES_SOME if required and optional else _NEEDS if required else "")
    stated = {
        "all": listed(names),
        "required": listed(required) if required else "",
        "optional": listed(optional) if optional else "",
    }
    said = [say(draw, phrasings, **stated, gives=gives, are="is" if len(optional) == 1 else "are")]
    told = [(name, value) for name in optional if is_told(value := shown(brief.get(f"parameters.{name}.default")))]
    if told and draw.random() < 0.5:
        name, value = draw.choice(told)
        said.append(say(draw, _DEFAULT, name=name, value=value))
    return said


def _passed(brief: Brief, summary: Summary, draw: random.Random) -> list[str]:
    """What to pass: parameters with their descriptions, and those with a default."""
    said, wanted = list[str](), draw.randint(1, 4)
    for name in _parameters(brief)[:_MOST_SHOWN]:
        text, value = brief.get(f"parameters.{name}.description"), brief.get(f"parameters.{name}.default")
        default = shown(value) if value is not None else ""
        if isinstance(text, str) and 0 < len(text) < _LONGEST_DESCRIPTION:
            said += filter(None, [Described(name, text, default, summary).sentence(draw.choice)])
        elif is_told(default) and draw.random() < 0.6:
            said.append(say(draw, _DEFAULT, name=name, value=default))
        if len(said) == wanted:
            break
    return said


def _result(brief: Brief, draw: random.Random) -> list[str]:
    """What comes back, where it is described as a thing."""
    text = brief.get("returns.description")
    if not isinstance(text, str) or len(text) > _LONGEST_RESULT or text.count("`") % 2 or draw.random() > 0.4:
        return []
    told = sentences(text)[0].rstrip(".") if text else ""
    is_thing = told.partition(" ")[0].lower() in ("the", "a", "an") and len(told.split()) > 1
    return (
        [say(draw, "It returns {told}\nYou get back {told}\nThe result is {told}", told=lower_first(told))] if is_thing else []
    )


def _marked(said: Sequence[str], brief: Brief) -> str:
    names = [name.lstrip("*") for name in brief.entry.strings("parameters")]
    return " ".join(marked_names(marked_literals(item), names) for item in said)
