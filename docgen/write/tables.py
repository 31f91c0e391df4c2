"""The parts of an API page about one symbol that are rendered from facts and never generated: its signature, parameters and
attributes, what it inherits and what it raises.

In: an entry and what its page knows. Out: a `Region`: Markdown, the facts that it states, and the lists it has whole. Nothing
here is prose, so that a number or a name can only be wrong where the reader was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from docgen.brief import exceptions_of
from docgen.facts import JSON, Entry, Fact
from docgen.outline import Symbol
from docgen.write.brackets import arguments_in
from docgen.write.examples import Examples
from docgen.write.links import Links
from docgen.write.markdown import Region, annotation, cell, code, fenced, prose, summary, table
from docgen.write.raising import when

_WIDEST_SIGNATURE = 88  # characters; longer ones get a line for each parameter
LONGEST_VALUE = 60  # characters of a default or constant in a table
_MOST_INHERITED = 12  # names from one base
_FEWEST_METHODS = 6  # of a class that gets a table of them


@dataclass(frozen=True)
class Page:
    """What a region may use beside its entry: where other symbols are documented, and examples from elsewhere."""

    links: Links
    examples: Examples = field(default_factory=Examples)


Renderer = Callable[[Entry, Page], Region | None]


def reference(entry: Entry, page: Page) -> Region | None:
    """The signature, and what a caller has to know before reading on: bases and a deprecation."""
    signature = text_of(entry, "signature")
    parts, facts = [], [fact for fact in entry.facts if fact.name in ("returns", "bases", "deprecated", "async")]
    if signature:
        parts.append(fenced(_wrapped(_decorated(entry, signature)), "python"))
        parameters = entry.fact("parameters")
        facts += [fact for fact in entry.facts if re.fullmatch(r"parameters\.[^.]+\.(kind|annotation|default)", fact.name)]
        facts.append(parameters or Fact("signature", signature, _source(entry, "signature")))
    bases = [base for base in entry.strings("bases") if base != "object"]
    if not signature and entry.get("kind") == "class":
        name = entry.about.rpartition(".")[2]
        parts.append(fenced(f"class {name}({', '.join(bases)})" if bases else f"class {name}", "python"))
    if bases and (signature or any(page.links.meant(_plain_base(base), entry.about) for base in bases)):
        parts.append("Bases: " + ", ".join(_linked_base(base, entry, page) for base in bases))
    if (deprecated := entry.get("deprecated")) is not None:
        advice = deprecated if isinstance(deprecated, str) and deprecated != "deprecated" else ""
        parts.append(f"> **Deprecated.** {page.links.text(prose(advice), entry)}".rstrip())
    complete = [name for name in ("parameters", "bases") if entry.get(name) is not None and (name != "parameters" or signature)]
    return Region("\n\n".join(parts), tuple(facts), tuple(complete)) if parts else None


def _plain_base(base: str) -> str:
    """A base as a name: without its parameters, and without the module that it is reached by."""
    return base.partition("[")[0].rpartition(".")[2]


def _linked_base(base: str, entry: Entry, page: Page) -> str:
    about = page.links.meant(_plain_base(base), entry.about)
    return page.links.to(base, about) if about else code(base)


def _decorated(entry: Entry, signature: str) -> str:
    """A signature with what changes how it is called: `async`, and the decorators that a reader has to know."""
    shown = [name for name in entry.strings("decorators") if name.rpartition(".")[2] in _TELLING]
    word = "class " if entry.get("kind") == "class" else "async " if entry.get("async") is True else ""
    return "".join(f"@{name}\n" for name in shown) + word + signature


_TELLING = frozenset("classmethod staticmethod contextmanager asynccontextmanager abstractmethod dataclass overload".split())


def _wrapped(signature: str) -> str:
    """A signature on one line, or with a line for each parameter where that is too long to read."""
    above, _, last = signature.rpartition("\n")
    if len(last) <= _WIDEST_SIGNATURE:
        return signature
    before, arguments, rest = arguments_in(last)
    if not arguments:
        return signature
    lines = "".join(f"    {item},\n" for item in arguments)
    return (f"{above}\n" if above else "") + f"{before}\n{lines}{rest}"


def parameter_table(entry: Entry, page: Page) -> Region | None:
    """All parameters with their meanings; where nobody described one, only the defaults that the signature shows by name."""
    names = [name.lstrip("*") for name in entry.strings("parameters")]
    described = any(text_of(entry, f"parameters.{name}.description") for name in names)
    shown = names if described else [name for name in names if _default_is_named(entry, name)]
    if not shown:
        return None
    rows = []
    for name, base in ((name, f"parameters.{name}") for name in shown):
        kind = _typed(text_of(entry, f"{base}.annotation"), entry, page)
        default = text_of(entry, f"{base}.default")
        meaning = page.links.text(_meaning(text_of(entry, f"{base}.description"), default), entry)
        rows.append((code(_starred(entry, name)), cell(kind), cell(code(default, LONGEST_VALUE)), cell(meaning)))
    parts = {f"parameters.{name}.{part}" for name in shown for part in ("annotation", "default", "description")}
    facts = tuple(fact for fact in entry.facts if fact.name in parts or (described and fact.name == "parameters"))
    return Region(table(("Parameter", "Type", "Default", "Meaning"), rows), facts, ("parameters",) if described else ())


def _typed(text: str, entry: Entry, page: Page) -> str:
    return page.links.text(annotation(text), entry)


def _default_is_named(entry: Entry, name: str) -> bool:
    """Whether the signature gives a default by the name of a constant, whose value the facts know."""
    default = text_of(entry, f"parameters.{name}.default")
    _, arguments, _ = arguments_in(text_of(entry, "signature"))
    item = next((item for item in arguments if re.match(rf"\**{re.escape(name)}\b", item)), "")
    return bool(default) and "=" in item and not item.endswith(default)


def _starred(entry: Entry, name: str) -> str:
    return next((given for given in entry.strings("parameters") if given.lstrip("*") == name), name)


_HISTORY = re.compile(r"\s*\.\. (?:version(?:added|changed|removed)|deprecated)::")
_OPTIONAL = re.compile(r"\A\(?optional\)?[,.:;]?\s+(?=\S)", re.I)
_LEFT_OVER = re.compile(r"(?<=[.!?])\s+(?:Usage|Examples?|Note|Notes):?\Z")


def _meaning(text: str, default: str) -> str:
    """A parameter's meaning without the history that some docstrings append to it, without the title of an example that is not
    here, and without saying "optional" beside a default."""
    text = _LEFT_OVER.sub("", _HISTORY.split(text)[0])
    if default and (found := _OPTIONAL.match(text)) is not None:
        text = text[found.end() :]
        return text[:1].upper() + text[1:]
    return text


def returned(entry: Entry, page: Page) -> Region | None:
    """What comes back, in the docstring's words."""
    lines, facts = [], []
    for name, label in (("returns", "Returns"), ("yields", "Yields")):
        if meaning := text_of(entry, f"{name}.description"):
            kind = _typed(text_of(entry, name), entry, page) if name == "returns" else ""
            lines.append(f"**{label}** {kind + ': ' if kind else ''}{page.links.text(prose(meaning), entry)}")
            facts += [fact for fact in entry.facts if fact.name in (name, f"{name}.description")]
    return Region("\n\n".join(lines), tuple(facts)) if lines else None


def raised(entry: Entry, page: Page) -> Region | None:
    """The exceptions of one symbol with their conditions."""
    rows = [
        (page.links.named(name, entry.about), cell(page.links.condition(when(entry, name), entry)))
        for name in exceptions_of(entry)
    ]
    if not rows:
        return None
    facts = tuple(fact for fact in entry.facts if fact.name.partition(".")[0] in ("raises", "documented_raises"))
    return Region(
        table(("Exception", "When"), rows), facts, tuple(name for name in ("raises", "documented_raises") if entry.get(name))
    )


# What a class holds ------------------------------------------------------------------------------------------------------


def properties(entry: Entry, page: Page) -> Region | None:
    """The properties of a class. They are symbols of their own, so their facts are not the class's to assert."""
    symbol = page.links.outline.symbol(entry.about)
    rows = [
        (code(item.name), cell(_typed(text_of(item.entry, "returns"), entry, page)), _summarised(item.doc, entry, page))
        for item in (symbol.properties if symbol else ())
    ]
    return Region(_table_or_line(("Property", "Type", "Meaning"), rows)) if rows else None


def attributes(entry: Entry, page: Page) -> Region | None:
    """The public attributes of a class: those that somebody gave a type, a value or a meaning, and after them the others."""
    told = ("annotation", "value", "description")
    properties_of = page.links.outline.symbol(entry.about)
    apart = {item.name for item in properties_of.properties} if properties_of else set()
    names = [name for name in entry.strings("attributes") if name not in apart]
    rows, plain, facts = [], [], []
    for name in names:
        kind, value, meaning = (text_of(entry, f"attributes.{name}.{part}") for part in told)
        if not (kind or value or meaning):
            plain.append(code(name))
            continue
        meaning = page.links.text(_meaning(meaning, ""), entry)
        rows.append((code(name), cell(_typed(kind, entry, page)), cell(code(value, LONGEST_VALUE)), cell(meaning)))
        facts += [fact for part in told for fact in one(entry, f"attributes.{name}.{part}")]
    parts = [_table_or_line(("Attribute", "Type", "Value", "Meaning"), rows)] if rows else []
    if plain:
        label = "Other attributes" if rows else "Attributes"
        parts.append(f"{label}: {', '.join(plain)}.")
    return Region("\n\n".join(parts), tuple(facts)) if parts else None


def methods(entry: Entry, page: Page) -> Region | None:
    """What a class with many methods offers, a line each with links: its contents."""
    symbol = page.links.outline.symbol(entry.about)
    if symbol is None or len(symbol.methods) < _FEWEST_METHODS:
        return None
    rows = [
        (page.links.to(method.about.rpartition(".")[2], method.about), _summarised(method.doc, method.entry, page))
        for method in symbol.methods
    ]
    return Region(_table_or_line(("Method", "Summary"), rows))


def inherited(entry: Entry, page: Page) -> Region | None:
    """What a class has from documented bases, the nearest first, without what it defines itself."""
    own = {*entry.strings("members"), *entry.strings("attributes")}
    lines = []
    for base in _bases(entry, page):
        there = [item for item in (*base.methods, *base.properties) if item.about.rpartition(".")[2] not in own]
        if there:
            names = ", ".join(page.links.to(item.about.rpartition(".")[2], item.about) for item in there[:_MOST_INHERITED])
            more = f" and {len(there) - _MOST_INHERITED} more" if len(there) > _MOST_INHERITED else ""
            lines.append(f"From {page.links.to(base.about.rpartition('.')[2], base.about)}: {names}{more}.")
        own |= {item.about.rpartition(".")[2] for item in (*base.methods, *base.properties)}
    return Region("\n\n".join(lines)) if lines else None


def _bases(entry: Entry, page: Page) -> Iterator[Symbol]:
    """The documented classes that a class inherits from, nearest first, each once."""
    seen, waiting = {entry.about}, [entry]
    while waiting:
        heir = waiting.pop(0)
        for base in heir.strings("bases"):
            symbol = page.links.outline.symbol(page.links.meant(_plain_base(base), heir.about))
            if symbol is not None and symbol.about not in seen:
                seen.add(symbol.about)
                waiting.append(symbol.entry)
                yield symbol


# Pieces ------------------------------------------------------------------------------------------------------------------


def _table_or_line(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; where nothing but names is known, a line of them."""
    if any(any(row[1:]) for row in rows):
        return table(header, rows)
    plural = f"{header[0][:-1]}ies" if header[0].endswith("y") else f"{header[0]}s"
    return f"{plural if len(rows) > 1 else header[0]}: {', '.join(row[0] for row in rows)}."


def _summarised(doc: str, near: Entry, page: Page) -> str:
    return cell(page.links.text(summary(doc), near))


def one(entry: Entry, name: str) -> tuple[Fact, ...]:
    """The fact called `name`, if there is one."""
    fact = entry.fact(name)
    return (fact,) if fact else ()


def text_of(entry: Entry, name: str) -> str:
    """The fact called `name` as text; empty where it is absent or something else."""
    value: JSON = entry.get(name)
    return value if isinstance(value, str) else ""


def _source(entry: Entry, name: str) -> str:
    fact = entry.fact(name)
    return fact.source if fact else ""


SYMBOL_KINDS: Mapping[str, Renderer] = {
    "reference": reference,
    "parameters": parameter_table,
    "returns": returned,
    "raises": raised,
    "properties": properties,
    "attributes": attributes,
    "methods": methods,
    "inherited": inherited,
}
