"""The parts of an API page that are rendered from facts and never generated: signatures, parameters, members, exceptions.

In: an entry and the outline of its package. Out: a `Region`: Markdown, the facts that it states, and the lists it has whole.
Nothing here is prose, so that a number or a name can only be wrong where the reader was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from docgen.brief import exceptions_of
from docgen.facts import JSON, Entry, Fact
from docgen.outline import Outline, Symbol, constants_of
from docgen.write.markdown import Region, cell, code, fenced, prose, summary, table

_WIDEST_SIGNATURE = 88  # characters; longer ones get a line for each parameter
_LONGEST_VALUE = 60  # characters of a default or constant in a table


Renderer = Callable[[Entry, Outline], Region | None]


def render(kind: str, entry: Entry, outline: Outline) -> Region | None:
    """The region of this kind about `entry`; None where its facts say nothing for it, or where the kind is one of prose."""
    renderer = _RENDERERS.get(kind)
    return renderer(entry, outline) if renderer else None


# One symbol ------------------------------------------------------------------------------------------------------------


def _reference(entry: Entry, outline: Outline) -> Region | None:
    """The signature, and what a caller has to know before reading on: bases and a deprecation."""
    signature = _text(entry, "signature")
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
    elif bases:
        parts.append("Bases: " + ", ".join(code(base) for base in bases))
    if (deprecated := entry.get("deprecated")) is not None:
        parts.append(
            "> **Deprecated.**"
            + (f" {prose(deprecated)}" if isinstance(deprecated, str) and deprecated != "deprecated" else "")
        )
    complete = [name for name in ("parameters", "bases") if entry.get(name) is not None and (name != "parameters" or signature)]
    return Region("\n\n".join(parts), tuple(facts), tuple(complete)) if parts else None


def _decorated(entry: Entry, signature: str) -> str:
    """A signature with what changes how it is called: `async`, and the decorators that a reader has to know."""
    shown = [name for name in entry.strings("decorators") if name.rpartition(".")[2] in _TELLING]
    word = "class " if entry.get("kind") == "class" else "async " if entry.get("async") is True else ""
    return "".join(f"@{name}\n" for name in shown) + word + signature


_TELLING = frozenset("classmethod staticmethod contextmanager asynccontextmanager abstractmethod dataclass overload".split())


def _wrapped(signature: str) -> str:
    """A signature on one line, or with a line for each parameter where that is too long to read."""
    last = signature.rpartition("\n")[2]
    opening = last.find("(")
    if len(last) <= _WIDEST_SIGNATURE or opening < 0:
        return signature
    inner, rest = _parameters(last[opening + 1 :])
    if not inner:
        return signature
    lines = "".join(f"    {item},\n" for item in inner)
    return signature[: len(signature) - len(last)] + f"{last[: opening + 1]}\n{lines}{rest}"


def _parameters(text: str) -> tuple[list[str], str]:
    """The items up to the closing bracket, split at the commas that are not inside brackets or quotes; and the rest."""
    items, depth, start, quote = [], 0, 0, ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote and text[index - 1] != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}" and depth:
            depth -= 1
        elif character in ",)" and not depth:
            items.append(text[start:index].strip())
            start = index + 1
            if character == ")":
                return [item for item in items if item], text[index:]
    return [], text


def _parameter_table(entry: Entry, outline: Outline) -> Region | None:
    """All parameters with their meanings; where nobody described one, only the defaults that the signature shows by name."""
    names = [name.lstrip("*") for name in entry.strings("parameters")]
    described = any(_text(entry, f"parameters.{name}.description") for name in names)
    shown = names if described else [name for name in names if _default_is_named(entry, name)]
    if not shown:
        return None
    rows = []
    for name, base in ((name, f"parameters.{name}") for name in shown):
        kind, default = code(_text(entry, f"{base}.annotation")), code(_text(entry, f"{base}.default"), _LONGEST_VALUE)
        rows.append((code(_starred(entry, name)), cell(kind), cell(default), cell(_today(_text(entry, f"{base}.description")))))
    parts = {f"parameters.{name}.{part}" for name in shown for part in ("annotation", "default", "description")}
    facts = tuple(fact for fact in entry.facts if fact.name in parts or (described and fact.name == "parameters"))
    return Region(table(("Parameter", "Type", "Default", "Meaning"), rows), facts, ("parameters",) if described else ())


def _default_is_named(entry: Entry, name: str) -> bool:
    """Whether the signature gives a default by the name of a constant, whose value the facts know."""
    default = _text(entry, f"parameters.{name}.default")
    items, _ = _parameters(_text(entry, "signature").partition("(")[2])
    item = next((item for item in items if re.match(rf"\**{re.escape(name)}\b", item)), "")
    return bool(default) and "=" in item and not item.endswith(default)


def _starred(entry: Entry, name: str) -> str:
    return next((given for given in entry.strings("parameters") if given.lstrip("*") == name), name)


def _today(meaning: str) -> str:
    """A meaning without the history that some docstrings append to it."""
    return re.split(r"\s*\.\. (?:version(?:added|changed|removed)|deprecated)::", meaning)[0]


def _returns(entry: Entry, outline: Outline) -> Region | None:
    """What comes back, in the docstring's words."""
    lines, facts = [], []
    for name, label in (("returns", "Returns"), ("yields", "Yields")):
        if meaning := _text(entry, f"{name}.description"):
            kind = code(_text(entry, name)) if name == "returns" else ""
            lines.append(f"**{label}** {kind + ': ' if kind else ''}{prose(meaning)}")
            facts += [fact for fact in entry.facts if fact.name in (name, f"{name}.description")]
    return Region("\n\n".join(lines), tuple(facts)) if lines else None


def _example(entry: Entry, outline: Outline) -> Region | None:
    text = _text(entry, "example").strip("\n")
    return (
        Region(fenced(text, "pycon" if text.lstrip().startswith(">>>") else "python"), _one(entry, "example")) if text else None
    )


def _raises(entry: Entry, outline: Outline) -> Region | None:
    """The exceptions of one symbol with their conditions."""
    rows = [(code(name), cell(_when(entry, name))) for name in exceptions_of(entry)]
    if not rows:
        return None
    facts = tuple(fact for fact in entry.facts if fact.name.partition(".")[0] in ("raises", "documented_raises"))
    return Region(
        table(("Exception", "When"), rows), facts, tuple(name for name in ("raises", "documented_raises") if entry.get(name))
    )


def _when(entry: Entry, exception: str) -> str:
    """When an exception is raised: the docstring's words, else the conditions of the code, else the message."""
    if described := _text(entry, f"raises.{exception}.description"):
        return described
    plain, exact = entry.strings(f"raises.{exception}.when"), entry.strings(f"raises.{exception}.condition")
    if len(plain) == len(exact):
        plain = [words if _reads_well(words) else code(condition) for words, condition in zip(plain, exact, strict=True)]
    if plain:
        return "; ".join(plain)
    return "; ".join(f'"{message}"' for message in entry.strings(f"raises.{exception}.message"))


def _reads_well(words: str) -> bool:
    """Whether a condition in words is easier to read than its code."""
    return not re.search(r"[()\[\]{}=<>]", words) and words.count(" and ") + words.count(" or ") < 2


def _properties(entry: Entry, outline: Outline) -> Region | None:
    """The properties of a class. They are symbols of their own, so their facts are not the class's to assert."""
    symbol = next((item for item in _symbols(outline) if item.about == entry.about), None)
    rows = [
        (code(item.name), cell(code(_text(item.entry, "returns"))), cell(summary(item.doc)))
        for item in (symbol.properties if symbol else ())
    ]
    return Region(table(("Property", "Type", "Meaning"), rows)) if rows else None


# One module ------------------------------------------------------------------------------------------------------------


def _members(entry: Entry, outline: Outline) -> Region | None:
    """What a module offers, with links to where it is documented."""
    module = outline.get(entry.about)
    if module is None:
        return None
    rows = [
        (_linked(symbol.name, outline.link(symbol.about, module.page)), cell(summary(symbol.doc))) for symbol in module.symbols
    ]
    docs = {symbol.about: symbol.doc for symbol in _symbols(outline)}
    rows += [
        (_linked(about.rpartition(".")[2], outline.link(about, module.page)), cell(summary(docs.get(about, ""))))
        for about in module.exports
    ]
    if len(rows) < 2 and not module.exports:  # a list of the one symbol below it says nothing
        return None
    shown = {symbol.name for symbol in module.symbols}
    facts = [fact for fact in entry.facts if fact.name.startswith("members.") and fact.name.removeprefix("members.") in shown]
    return Region(table(("Name", "Summary"), rows), (*facts, *_one(entry, "members")), ("members",))


def _constants(entry: Entry, outline: Outline) -> Region | None:
    names = constants_of(entry)
    rows = [(code(name), cell(code(str(entry.get(f"constants.{name}")), _LONGEST_VALUE))) for name in names]
    if not rows:
        return None
    return Region(
        table(("Constant", "Value"), rows), tuple(fact for name in names for fact in _one(entry, f"constants.{name}"))
    )


def _exceptions(entry: Entry, outline: Outline) -> Region | None:
    """What the functions of a module raise, by exception. Its rows are other symbols' facts, asserted in their own sections."""
    module = outline.get(entry.about)
    raisers: dict[str, list[tuple[Symbol, str]]] = {}
    for symbol in module.everything if module else ():
        for name in exceptions_of(symbol.entry):
            raisers.setdefault(name, []).append((symbol, _when(symbol.entry, name)))
    if module is None or not raisers:
        return None
    rows = [
        (code(name) if index == 0 else "", _linked(symbol.name, outline.link(symbol.about, module.page)), cell(when))
        for name, items in sorted(raisers.items())
        for index, (symbol, when) in enumerate(items)
    ]
    return Region(table(("Exception", "Raised by", "When"), rows))


def _modules(entry: Entry, outline: Outline) -> Region | None:
    """Every module that has a page, with its one-line docstring."""
    rows = [(_linked(module.about, module.page), cell(summary(module.doc))) for module in outline.modules]
    return Region(table(("Module", "Summary"), rows)) if rows else None


def _symbols(outline: Outline) -> Iterator[Symbol]:
    return (symbol for module in outline.modules for symbol in module.everything)


def _linked(name: str, link: str | None) -> str:
    return f"[{code(name)}]({link})" if link else code(name)


def _one(entry: Entry, name: str) -> tuple[Fact, ...]:
    fact = entry.fact(name)
    return (fact,) if fact else ()


def _text(entry: Entry, name: str) -> str:
    value: JSON = entry.get(name)
    return value if isinstance(value, str) else ""


def _source(entry: Entry, name: str) -> str:
    fact = entry.fact(name)
    return fact.source if fact else ""


_RENDERERS: Mapping[str, Renderer] = {
    "reference": _reference,
    "parameters": _parameter_table,
    "returns": _returns,
    "example": _example,
    "raises": _raises,
    "properties": _properties,
    "members": _members,
    "constants": _constants,
    "exceptions": _exceptions,
    "modules": _modules,
}
KINDS = frozenset(_RENDERERS)
