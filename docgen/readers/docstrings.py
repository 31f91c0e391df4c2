"""A docstring as data: summary, description and sections, whatever style it is written in.

In: a griffe docstring in Google, NumPy or Sphinx style. Out: `Docstring`, its text in plain Markdown on one line a field.
griffe parses the sections; here the style is recognised and reStructuredText roles become backticks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import griffe

_NUMPY = re.compile(r"^[ \t]*(Parameters|Returns|Raises|Yields|Notes|Examples|Attributes|See Also|Other Parameters)[ \t]*\n[ \t]*-{3,}", re.M)
_SPHINX = re.compile(r"^[ \t]*:(param|parameter|arg|type|returns?|rtype|raises?|raise|except|exception|ivar|yields?)\b[^:\n]*:", re.M)
_ROLE = re.compile(r":(?:[a-z]+:)?[a-z]+:`~?([^`<]+?)(?:\s*<[^`>]+>)?`")
_LITERAL = re.compile(r"``([^`]+)``")
_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]+>`_{1,2}")
_DIRECTIVE = re.compile(r"^[ \t]*\.\.[ \t]+([\w:-]+)::[ \t]*(.*)$")
_LONGEST_SUMMARY = 300
_LONGEST_DESCRIPTION = 600


@dataclass(frozen=True)
class Docstring:
    """What a docstring says. Absent parts are empty."""

    summary: str = ""
    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    raises: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    yields: str = ""
    example: str = ""
    deprecated: str = ""


def read_docstring(docstring: griffe.Docstring | None) -> Docstring:
    """Parses a docstring in the style it shows; a missing one is empty."""
    if docstring is None or not docstring.value.strip():
        return Docstring()
    text = docstring.value
    if _NUMPY.search(text):
        sections = griffe.parse_numpy(docstring)
    elif _SPHINX.search(text):
        sections = griffe.parse_sphinx(docstring)
    else:
        sections = griffe.parse_google(docstring)
    return _collect(sections, text)


def _collect(sections: list[griffe.DocstringSection], text: str) -> Docstring:
    paragraphs: list[str] = []
    parameters: dict[str, str] = {}
    raises: dict[str, str] = {}
    attributes: dict[str, str] = {}
    single = {"returns": "", "yields": "", "example": ""}
    for section in sections:
        match section:
            case griffe.DocstringSectionText():
                paragraphs += _paragraphs(section.value)
            case griffe.DocstringSectionParameters() | griffe.DocstringSectionOtherParameters():
                for item in section.value:
                    parameters.setdefault(item.name.lstrip("*"), one_line(item.description))
            case griffe.DocstringSectionRaises():
                for problem in section.value:
                    name = str(problem.annotation or "").rpartition(".")[2].strip("`~ ")
                    if name.isidentifier():
                        raises[name] = "; ".join(filter(None, [raises.get(name, ""), one_line(problem.description)]))
            case griffe.DocstringSectionAttributes():
                attributes.update({item.name: one_line(item.description) for item in section.value})
            case griffe.DocstringSectionReturns() | griffe.DocstringSectionYields():
                key = "returns" if isinstance(section, griffe.DocstringSectionReturns) else "yields"
                single[key] = " ".join(one_line(item.description) for item in section.value if item.description)
            case griffe.DocstringSectionExamples():
                single["example"] = "\n".join(value for kind, value in section.value if kind is griffe.DocstringSectionKind.examples)
    summary = paragraphs[0] if paragraphs else ""
    if len(summary) > _LONGEST_SUMMARY:
        summary = sentences(summary)[0]
    rest = " ".join(paragraphs[1:])
    return Docstring(summary, _cut(rest), parameters, raises, attributes, single["returns"], single["yields"], single["example"], _deprecation(text))


def _paragraphs(text: str) -> list[str]:
    """Prose paragraphs on one line each; directives, code, doctest, lists and section titles are left out."""
    kept: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").splitlines()
        if not lines or _DIRECTIVE.match(lines[0]) or lines[0].startswith(("    ", "\t", ">>>", "- ", "* ", "| ", "+-", "```", "..", "#")):
            continue
        if re.match(r"^\s*\d+[.)]\s", lines[0]) or any(re.fullmatch(r"\s*[-=~^*]{3,}\s*", line) for line in lines):
            continue
        paragraph = one_line(block)
        if paragraph.endswith("::"):
            paragraph = paragraph[:-1]
        kept.append(paragraph)
    return kept


def _deprecation(text: str) -> str:
    lines = text.splitlines()
    for index, line in enumerate(lines):
        found = _DIRECTIVE.match(line)
        if found and found.group(1) == "deprecated":
            following = " ".join(item.strip() for item in lines[index + 1 : index + 4] if item.startswith((" ", "\t")))
            return one_line(f"{found.group(2)} {following}") or "deprecated"
    return ""


def one_line(text: str) -> str:
    """Text on one line with reStructuredText roles, links and literals as plain backticks."""
    text = _ROLE.sub(r"`\1`", text)
    text = _LINK.sub(r"\1", text)
    return " ".join(_LITERAL.sub(r"`\1`", text).split())


def sentences(text: str) -> list[str]:
    """Splits prose at sentence ends; at least one item."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text)


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    kept = ""
    for sentence in sentences(text):
        if len(kept) + len(sentence) > _LONGEST_DESCRIPTION:
            break
        kept = f"{kept} {sentence}".strip()
    return kept
