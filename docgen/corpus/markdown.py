"""Labelled sections from Markdown documents, each tied to the code or model it speaks of.

In: a document and the facts of its project. Out: an Example for each passage whose heading maps to a kind. The nearest enclosing
heading that names a symbol says what a section is about, so that its Brief holds real facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.brief import brief_for
from docgen.corpus.store import Example, Origin
from docgen.document import Document, HeadedSection
from docgen.facts import Entry, Facts
from docgen.settings import Settings

_MARKER_LINE = re.compile(r"^\s*<!-- docgen:.*-->\s*$")
_LEAST_WORDS = 4


@dataclass(frozen=True)
class Unused:
    """A labelled passage that became no example, and why."""

    path: str
    line: int
    reason: str


def sections_of(document: Document, path: str, facts: Sequence[Facts], settings: Settings, *, source: str, license: str, origin: Origin) -> Iterator[Example | Unused]:
    """The labelled sections of one document; passages under headings that map to no kind are left out without a word."""
    headed = document.headed_sections()
    for section in headed:
        kind = settings.kind_of_heading(section.heading)
        if kind is None:
            continue
        text = plain_text(section.text)
        if len(text.split()) < _LEAST_WORDS:
            yield Unused(path, section.line, f"`{section.heading}` holds {len(text.split())} words")
            continue
        entry = _subject(section, facts)
        if entry is None:
            yield Unused(path, section.line, f"`{section.heading}` is tied to no symbol or model (headings above it: {', '.join(section.path) or 'none'})")
            continue
        yield Example(brief_for(entry, kind), text, source, license, origin)


def plain_text(text: str) -> str:
    """A passage without docgen's markers and outer blank lines, its wrapped lines joined; list items keep their lines."""
    kept = [line.rstrip() for line in text.splitlines() if not _MARKER_LINE.match(line)]
    blocks: list[str] = []
    for line in kept:
        starts_block = not line or not blocks or not blocks[-1] or re.match(r"\s*(?:[-*+]|\d+[.)]|>|\||#|```)", line)
        if starts_block:
            blocks.append(line)
        else:
            blocks[-1] += " " + line.strip()
    return "\n".join(blocks).strip()


def _subject(section: HeadedSection, facts: Sequence[Facts]) -> Entry | None:
    """The entry that the nearest enclosing heading names, in the scope of the headings above it."""
    names = [found.group(1) for heading in section.path if (found := re.search(r"`?([A-Za-z_][\w.-]*)`?(?:\(.*\))?\s*$", heading.strip()))]
    for depth in range(len(names), 0, -1):
        for known in facts:
            if (entry := resolve(names[depth - 1], names[: depth - 1], known)) is not None:
                return entry
    models = [entry for known in facts if known.subject.kind == "model" for entry in known]
    return models[0] if len(models) == 1 and len(facts) == 1 else None


def resolve(name: str, scope: Sequence[str], facts: Facts) -> Entry | None:
    """The entry called `name`: exactly, below an enclosing heading's symbol, or the only one that ends in it."""
    candidates = [name, *(f"{outer}.{name}" for outer in reversed(scope))]
    if len(scope) > 1:
        candidates += [f"{'.'.join(scope[start:])}.{name}" for start in range(len(scope))]
    for candidate in candidates:
        if (entry := facts.get(candidate)) is not None:
            return entry
    ending = [entry for entry in facts if entry.about.endswith("." + name)]
    return ending[0] if len(ending) == 1 else None
