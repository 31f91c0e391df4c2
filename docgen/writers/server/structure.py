"""The names and numbers of a Brief as an expression that a server can hold its model to while it decodes.

In: a Brief's `Wording`, and one of the `WAYS` in which servers take an expression. Out: the fields to add to an order, and the
text of what comes back. One reason to change: how servers take structured output. What a server does not enforce is verified
afterwards, and what it does is verified too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from docgen.brief import Brief
from docgen.facts import JSON
from docgen.writers.wording import Wording

_MOST_CHOICES = 400  # names and units of one expression: engines compile it for every order
_META = re.compile(r"[.^$*+?()\[\]{}|\\]")
_WORD = "[A-Za-z]+(?:['/-][A-Za-z]+)*"
_PROBE = "docgen-[a-f]{4}"  # nothing that a model would say by itself
PROBE_TOKENS = 48  # of an answer to the probe, in JSON too

# In this order a server is asked; names are what docs/servers.md calls them.
WAYS = ("structured_outputs", "guided_regex", "regex", "response_format", "grammar", "json_schema")


@dataclass(frozen=True)
class Expression:
    """What an answer has to look like: a regular expression of the plainest sort, the same within a string of JSON, and a
    grammar as llama.cpp reads them (GBNF)."""

    regex: str
    in_json: str
    grammar: str

    def fields(self, way: str) -> dict[str, JSON]:
        """What to add to an order, for a server that takes expressions in this way."""
        if way == "json_schema":
            text: JSON = {"type": "string", "pattern": f"^{self.in_json}$"}
            schema: JSON = {"type": "object", "properties": {"text": text}, "required": ["text"], "additionalProperties": False}
            return {"response_format": {"type": way, "json_schema": {"name": "section", "strict": True, "schema": schema}}}
        ways: Mapping[str, JSON] = {
            "structured_outputs": {"regex": self.regex},
            "guided_regex": self.regex,
            "regex": self.regex,
            "response_format": {"type": "regex", "value": self.regex},
            "grammar": self.grammar,
        }
        return {way: ways[way]}


def expression_of(wording: Wording, quotations: Iterable[str] = ()) -> Expression | None:
    """Sentences of plain words, of the names between backticks, of the units, and of `quotations` between double quotes, where
    JSON around them does not forbid these; None where there are too many of these for a server to compile."""
    names, units, quotations = sorted(wording.names), sorted(wording.units), sorted(set(quotations))
    if len(names) + len(units) + len(quotations) > _MOST_CHOICES:
        return None
    return Expression(
        _sentences(names, units, quotations, r"(?: |\n\n|\n\n?- )"),
        _sentences(_plain(names), _plain(units), (), " "),
        _grammar(names, units, quotations),
    )


def quotations_of(brief: Brief) -> frozenset[str]:
    """What a text about a Brief may quote word for word: the messages of its exceptions and deprecations."""
    found: set[str] = set()
    for fact in brief.facts:
        if fact.name.rpartition(".")[2] in ("message", "deprecated"):
            values = fact.value if isinstance(fact.value, list) else [fact.value]
            found.update(" ".join(value.split()) for value in values if isinstance(value, str))
    return frozenset(text for text in found if text and not re.search(r'["`\\]', text))


def probe() -> Expression:
    """An expression that no model meets by chance."""
    return Expression(_PROBE, _PROBE, 'root ::= "docgen-" [a-f] [a-f] [a-f] [a-f]')


def meets_probe(text: str) -> bool:
    """Whether an answer was held to the expression of the probe."""
    return re.fullmatch(_PROBE, text) is not None


def unwrapped(content: str, way: str) -> str:
    """The text of an answer: that of the JSON around it, also where it broke off, or the content as it is."""
    if way != "json_schema":
        return content
    for end in ("", '"}', "}"):
        try:
            found = json.loads(content + end)
        except ValueError:
            continue
        text = found.get("text") if isinstance(found, dict) else None
        return text if isinstance(text, str) else ""
    return ""


def _plain(texts: Iterable[str]) -> list[str]:
    """Those that a string of JSON holds as they are: some engines match what stands in the string, others what it means."""
    return [text for text in texts if not re.search(r"[\"\\\n]", text)]


def _sentences(names: Collection[str], units: Collection[str], quotations: Collection[str], gap: str) -> str:
    quoted = [f'"{_any_of(quotations)}"'] if quotations else []
    choices = [_WORD, *([f"`{_any_of(names)}`"] if names else []), *([_any_of(units)] if units else []), *quoted]
    piece = f"(?:{'|'.join(choices)})"
    item = rf"(?:{piece}|\({piece}(?:,? {piece})*\))"
    return f"(?:{item}[,;:.!?]?{gap})*{item}[.!?]"


def _any_of(texts: Iterable[str]) -> str:
    """The longest first: engines that take the first choice that fits take the whole name then."""
    ordered = sorted(texts, key=lambda text: (-len(text), text))
    return f"(?:{'|'.join(_META.sub(_escaped, text) for text in ordered)})"


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[0]


def _grammar(names: Collection[str], units: Collection[str], quotations: Collection[str]) -> str:
    choices = ["word", *(["name"] if names else []), *(["unit"] if units else []), *(["quotation"] if quotations else [])]
    rules = [
        r"root ::= (item [,;:.!?]? gap)* item [.!?]",
        'item ::= piece | "(" piece (","? " " piece)* ")"',
        f"piece ::= {' | '.join(choices)}",
        r'gap ::= " " | "\n\n" | "\n- " | "\n\n- "',
        "word ::= [A-Za-z]+ (['/-] [A-Za-z]+)*",
    ]
    if names:
        rules.append(f'name ::= "`" ({_literals(names)}) "`"')
    if units:
        rules.append(f"unit ::= {_literals(units)}")
    if quotations:
        rules.append(f'quotation ::= "\\"" ({_literals(quotations)}) "\\""')
    return "\n".join(rules)


def _literals(texts: Iterable[str]) -> str:
    return " | ".join(json.dumps(text, ensure_ascii=False) for text in texts)
