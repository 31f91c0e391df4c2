"""A docstring as data: summary, description and sections, whatever style it is written in.

In: a docstring in Google, NumPy, Sphinx or Epytext style, or plain. Out: `Docstring`, its texts in plain Markdown, a line each.
griffe parses the sections; here the style is recognised and what the sections hold is put in order.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from docgen.later import Frozen, expression
from docgen.readers.docstrings.plain_text import doctests, flowing, one_line, paragraphs, sentences, title

if TYPE_CHECKING:
    import griffe

__all__ = ["Docstring", "one_line", "read_docstring", "sentences", "style_of"]

_TITLES = (
    "Args|Arguments|Attributes|Class Attributes|Deprecated|Examples?|Keyword Args|Keyword Arguments|Notes?|"
    "Other Parameters|Params|Parameters|"
    "Raises|Exceptions|References|Returns?|See Also|Todo|Warnings?|Warns|Yields?"
)
_NUMPY = expression(rf"^[ \t]*(?:{_TITLES})[ \t]*\n[ \t]*-{{3,}}", re.MULTILINE)
_SPHINX = expression(
    r"^[ \t]*:(?:param|parameter|arg|argument|key|keyword|type|returns?|rtype|raises?|except|exception|[ic]?var)\b[^:\n]*:",
    re.MULTILINE,
)
_GOOGLE = expression(rf"^[ \t]*(?:{_TITLES}):[^\n]*\n[ \t]+\S", re.MULTILINE)
# The first that shows.
_STYLES: dict[Literal["numpy", "sphinx", "google"], re.Pattern[str]] = {"numpy": _NUMPY, "sphinx": _SPHINX, "google": _GOOGLE}
_EPYTEXT = expression(r"^([ \t]*)@(param|type|return|rtype|raise|ivar|cvar|keyword)\b([^:\n]*):", re.MULTILINE)
_DEPRECATED = expression(r"^\.\.[ \t]+deprecated::[ \t]*(.*(?:\n(?:[ \t]+\S.*|[ \t]*))*)", re.MULTILINE)
_VERSION = expression(r"v?\d[\w.]*\b[.:,]?\s*|version\s+\S+?[.:,]?(?:\s+|$)")
_ABOUT_PARAMETER = expression(
    r"\*\w+\*|`\w+`\s*(?:parameter|argument|keyword|is\b|$)|The `?\w+`? (?:parameter|argument|keyword)\b"
)
_SAYS_DEPRECATED = expression(
    r"\W*deprecated\b\W*?(?:[:.,]\W*(?P<advice>.+)|\s+(?:since|in|as of|alias)\b.*|\W*)$", re.IGNORECASE | re.DOTALL
)
_LONGEST_DESCRIPTION = 600


class Docstring(Frozen):
    """What a docstring says. Absent parts are empty; `deprecated` is what to do instead, or just "deprecated"."""

    summary: str = ""
    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    raises: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    yields: str = ""
    example: str = ""
    deprecated: str = ""


def read_docstring(text: str | None) -> Docstring:
    """Parses a docstring in the style it shows; a missing one is empty."""
    if not text or not text.strip():
        return Docstring()
    text = inspect.cleandoc(text)
    text = _EPYTEXT.sub(r"\1:\2\3:", text) if "@" in text else text
    prose, sections = _sections(text)
    found = paragraphs(prose)
    said = [sentence for paragraph in found for sentence in sentences(paragraph)] or [title(prose)]
    parts = _Parts()
    for section in sections:
        parts.take(section)
    return Docstring(
        summary=said[0],
        description=_cut(said[1:]),
        parameters=parts.parameters,
        raises=parts.raises,
        attributes=parts.attributes,
        returns=parts.returns,
        yields=parts.yields,
        example=parts.example or doctests(prose),
        deprecated=_deprecation(text, said[0], parts.deprecated),
    )


def style_of(text: str) -> Literal["numpy", "sphinx", "google"] | None:
    """The style that a docstring's sections show; None for one without any."""
    return next((style for style, heading in _STYLES.items() if heading.search(text)), None)


def _sections(text: str) -> tuple[str, list[griffe.DocstringSection]]:
    """The prose of a docstring and its other sections, parsed in the style that its headings show."""
    style = style_of(text)
    if style is None:
        return inspect.cleandoc(text.rstrip()), []
    import griffe  # only here: it takes longer than to read a small package whose docstrings have no sections

    try:
        if style == "google":
            docstring = griffe.Docstring(text)
            parsed = griffe.parse_google(docstring, warnings=False, returns_multiple_items=False, returns_named_value=False)
        else:
            parse = griffe.parse_numpy if style == "numpy" else griffe.parse_sphinx
            parsed = parse(griffe.Docstring(text), warnings=False)
    except (LookupError, TypeError, ValueError):  # griffe expects something under each heading; without it, all is prose
        return text, []
    texts = [section.value for section in parsed if isinstance(section, griffe.DocstringSectionText)]
    return "\n\n".join(texts), [section for section in parsed if not isinstance(section, griffe.DocstringSectionText)]


@dataclass
class _Parts:
    """What the sections of one docstring hold, as they are read."""

    parameters: dict[str, str] = field(default_factory=dict)
    raises: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    yields: str = ""
    example: str = ""
    deprecated: str = ""

    def take(self, section: griffe.DocstringSection) -> None:
        """Adds what one section says."""
        import griffe

        match section:
            case griffe.DocstringSectionParameters() | griffe.DocstringSectionOtherParameters():
                for item in section.value:
                    for name in item.name.split(","):
                        self.parameters.setdefault(name.strip(" *\\`"), flowing(item.description))
            case griffe.DocstringSectionRaises():
                for problem in section.value:
                    self._raised(str(problem.annotation or ""), flowing(problem.description))
            case griffe.DocstringSectionAttributes():
                self.attributes.update({item.name.strip("`"): flowing(item.description) for item in section.value})
            case griffe.DocstringSectionReturns():
                self.returns = _joined(item.description for item in section.value)
            case griffe.DocstringSectionYields():
                self.yields = _joined(item.description for item in section.value)
            case griffe.DocstringSectionExamples():
                self.example = "\n".join(value for kind, value in section.value if kind is griffe.DocstringSectionKind.examples)
            case griffe.DocstringSectionAdmonition():
                kind, contents = str(section.value.kind).lower(), section.value.description
                self.deprecated = self.deprecated or (_joined([contents]) or "deprecated" if kind == "deprecated" else "")
                self.example = self.example or (inspect.cleandoc(contents) if kind == "example" and ">>>" in contents else "")

    def _raised(self, names: str, words: str) -> None:
        """An item of a Raises section; NumPy's may name several exceptions at once."""
        for part in re.split(r",|/|\bor\b|\|", one_line(names)):
            name = part.rpartition(".")[2].strip("`~! ()")
            if name.isidentifier():
                self.raises[name] = "; ".join(filter(None, [self.raises.get(name, ""), words]))


def _joined(descriptions: Iterable[str]) -> str:
    return " ".join(filter(None, map(flowing, descriptions)))


def _deprecation(text: str, summary: str, section: str) -> str:
    """What a docstring says of its subject's deprecation: a directive, a section, or a summary that begins so."""
    for found in _DEPRECATED.finditer(text):
        words = one_line(found[1])
        version = _VERSION.match(words)
        advice = words[version.end() :].strip() if version is not None else words
        if _ABOUT_PARAMETER.match(advice):
            continue
        if version is None:
            return advice or "deprecated"
        since = f"Since version {version[0].removeprefix('version').strip(' .:,')}"
        return f"{since}. {advice[:1].upper()}{advice[1:]}" if advice else since
    if section:
        return section
    stated = _SAYS_DEPRECATED.match(summary)
    return (stated["advice"] or "deprecated") if stated else ""


def _cut(said: list[str]) -> str:
    """As many whole sentences as fit."""
    kept = ""
    for sentence in said:
        if len(kept) + len(sentence) > _LONGEST_DESCRIPTION:
            break
        kept = f"{kept} {sentence}".strip()
    return kept
