"""Types that a text gives for parameters and for what is returned, in the ways people write them.

In: a `Page` and the entry it speaks of. Out: `StatedType` values, and `same_type`, which holds one against an annotation. Type
lines of NumPy, Google and Sphinx docstrings, bullets with a type in brackets and table columns count; prose does not. Prose
types (`list of str`, `int or None`) are put into the language's own words first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.claims.layout import Block, Page
from docgen.claims.values import plain_annotation
from docgen.facts import Entry
from docgen.later import Frozen, expression

_PARAMETER_SECTIONS = frozenset(
    "parameters,other parameters,args,arguments,keyword args,keyword arguments,params,other arguments,options,".split(",")
)
_RETURN_SECTIONS = {"returns": "returns", "return": "returns", "yields": "yields", "yield": "yields"}
# `limit : int, optional`, `limit (int, optional): …`, `**limit** (`int`) – …`, each after the name.
_BRACKET = r"[(\[][ \t]*(?P<bracket>[^\n()]{1,80}(?:\([^\n()]{0,60}\)[^\n()]{0,60})?)[)\]]"
_AFTER_NAME = expression(rf"[`*_]*[ \t]*(?:{_BRACKET}|:[ \t]+(?P<colon>[^\n]{{1,160}}))")
_SPHINX_TYPED = expression(
    r":(?:param|parameter|arg|argument|key|keyword|kwarg)[ \t]+(?P<type>[^:\n]{1,80}?)[ \t]+\\?\*{0,2}(?P<name>\w+)[ \t]*:"
)
_SPHINX_TYPE = expression(r":(?:type[ \t]+\\?\*{0,2}(?P<name>\w+)|(?P<returns>rtype))[ \t]*:[ \t]*(?P<type>[^\n]{1,160})")
_RETURNED = expression(r"(?:(?P<named>\w+)[ \t]*:[ \t]+)?(?P<type>[^\n]{1,160})")
# What ends a type: the words about being optional or having a default, and a comment after it.
_BESIDE = expression(
    r"[ \t]*(?:[,;(][ \t]*\*{0,2}(?:optional|required|keyword|positional|default|by default|must\b|shape\b|in\b|at least)"
    r"|\bdefault(?:s|ing)?\b|\bof shape\b|\bof length\b|\bwith shape\b|[ ]-[ ]|\.(?:\s|$)|--|–|—)",
    re.I,
)
_WORDED = {
    "string": "str",
    "strings": "str",
    "integer": "int",
    "integers": "int",
    "boolean": "bool",
    "booleans": "bool",
    "ints": "int",
    "floats": "float",
    "bools": "bool",
    "strs": "str",
    "dictionary": "dict",
}
_CONTAINER = expression(r"(?P<outer>list|set|tuple|iterable|sequence)s? of (?P<inner>.+)", re.I)
_ROLE = expression(r":[\w:]{2,20}:`[~!]?([^`<>]{1,80}?)(?:[ ]*<[^`<>]{0,80}>)?`")
# Types that are never each other, and stand for nothing wider. An int may be given where a float is asked for.
_APART = frozenset({"str", "int", "bool", "bytes", "dict", "list", "float"})
_NAMED = expression(rf"\b(?:{'|'.join(sorted({*_APART, *_WORDED, 'text'}))})\b", re.I)


class StatedType(Frozen):
    """A text says that what the fact `name` tells of (`parameters.x.annotation`, `returns`) has the type `text`."""

    name: str
    text: str
    start: int
    end: int


def names_a_type(text: str) -> bool:
    """Whether a text names a type that can be another than the one of an annotation."""
    return _NAMED.search(text) is not None


def types_in(page: Page, entry: Entry) -> Iterator[StatedType]:
    """Every type stated for a parameter, or for what is returned, each place once."""
    parameters = frozenset(name for name in entry.strings("parameters") if not name.startswith("*"))  # not of one item each
    for block in page.blocks:
        if block.cells:
            yield from _in_row(page, block, parameters)
        elif block.section in _RETURN_SECTIONS:
            yield from _returned(page, block, _RETURN_SECTIONS[block.section])
        elif block.heads and block.section in _PARAMETER_SECTIONS:
            yield from _of_item(page, block, parameters)
        if not block.cells:
            yield from _of_fields(page, block, parameters)


def _in_row(page: Page, block: Block, parameters: frozenset[str]) -> Iterator[StatedType]:
    """The type column of a parameter's row."""
    for cell in block.cells:
        text = page.text[cell.start : cell.end].strip("` ").replace("\\|", "|")
        for name in block.names if cell.header in ("type", "annotation", "types") and text else ():
            if name in parameters:
                yield StatedType(f"parameters.{name}.annotation", text, cell.start, cell.end)


def _of_item(page: Page, block: Block, parameters: frozenset[str]) -> Iterator[StatedType]:
    """The type in the line that a parameter's name begins."""
    line = page.text[block.start : block.end].partition("\n")[0]
    names = [name for name in block.names if name in parameters]
    if line.startswith(":") or not names:
        return
    last = max(line.find(name) + len(name) for name in block.names)
    if found := _AFTER_NAME.match(line, last):
        part = "bracket" if found["bracket"] else "colon"
        for name in names:
            yield from _stated(f"parameters.{name}.annotation", found[part], block.start + found.start(part))


def _of_fields(page: Page, block: Block, parameters: frozenset[str]) -> Iterator[StatedType]:
    """`:param int limit:`, `:type limit: int` and `:rtype: int`."""
    text = page.text[block.start : block.end]
    for pattern in (_SPHINX_TYPED, _SPHINX_TYPE) if ":" in text else ():
        for found in pattern.finditer(text):
            name = found["name"]
            if name is None:
                yield from _stated("returns", found["type"], block.start + found.start("type"))
            elif name in parameters:
                yield from _stated(f"parameters.{name}.annotation", found["type"], block.start + found.start("type"))


def _returned(page: Page, block: Block, fact: str) -> Iterator[StatedType]:
    """The type that begins an item of a section about what is returned: `int`, `count : int`, `int: The count.`"""
    line = page.text[block.start : block.end].partition("\n")[0]
    if line.lstrip().startswith(":") or not (found := _RETURNED.match(line)):
        return
    head, colon, _ = line.partition(":")
    if found["named"] and plain_annotation(found["named"]) not in _APART:
        yield from _stated(fact, found["type"], block.start + found.start("type"))
    yield from _stated(fact, head if colon else line, block.start)


def _stated(fact: str, text: str, start: int) -> Iterator[StatedType]:
    end = _BESIDE.search(text)
    kept = (text[: end.start()] if end else text).rstrip(" \t,;:*")
    if kept.strip("`* "):
        yield StatedType(fact, kept.strip(), start, start + len(kept))


def same_type(stated: str, annotation: str) -> bool | None:
    """Whether a type in a text is the one of an annotation, spelling apart; None where that is open. `int` beside `int | None`
    is open: prose leaves out what stands for "not given"."""
    left, right = plain_annotation(_in_code(stated)), plain_annotation(annotation)
    if left == right or left.lower() == right.lower():
        return True
    if {left, right} <= _APART and not {left, right} <= {"int", "float", "bool"}:
        return False
    return None


def _in_code(text: str) -> str:
    """A type as prose writes it, in the language's words: `list of str` is `list[str]`, `int or None` is `int | None`."""
    text = " ".join(_ROLE.sub(r"\1", text).replace("`", "").replace("*", "").split())
    if re.match(r"\{.*\}$", text):
        return f"Literal[{text[1:-1]}]"
    parts = re.split(r",?\s+or\s+", text)
    if len(parts) == 1 and "[" not in text and re.fullmatch(r"\w+(?:\s*,\s*\w+)+", text):
        parts = re.split(r"\s*,\s*", text)
    return " | ".join(_one(part.strip()) for part in parts)


def _one(text: str) -> str:
    text = re.sub(r"^(?:an?|the)\s+", "", text, flags=re.I)
    if found := _CONTAINER.fullmatch(text):
        return f"{found['outer'].lower()}[{_one(found['inner'])}]"
    if keyed := re.fullmatch(r"dict(?:ionary)? (?:of|from) (\w+) to (\w+)", text, re.I):
        return f"dict[{_one(keyed[1])}, {_one(keyed[2])}]"
    return _WORDED.get(text.lower(), text)
