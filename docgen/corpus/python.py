"""Labelled sections from the docstrings of Python packages.

In: the entries of a package. Out: an Example for each docstring part that answers a Brief: the summary as an introduction, what
is said of parameters and results as a use case, the Raises section as error handling. The Brief loses what became the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.brief import Brief, brief_for
from docgen.corpus.store import Example
from docgen.facts import Entry
from docgen.statements import Choose, first, state

_NOT_PROSE = re.compile(r"https?:|>>>|::|\\|\$|[{}|<>=*]|\[\d|_`|\b(?:TODO|FIXME|XXX|deprecated)\b|@|#")
_WORDS = (4, 60)  # words of a section worth learning from


def examples_of(entry: Entry, source: str, license: str, choose: Choose = first) -> Iterator[Example]:
    """The sections that an entry's docstring holds. `choose` draws among equal phrasings (the first by default)."""
    documented = entry.get("doc") is not None
    if documented:
        yield from _as_examples(_introduction(entry, choose), source, license)
    for kind in ("use-case", "error-handling"):
        told = entry.get("documented_raises") if kind == "error-handling" else _described(entry)
        if told:
            brief = brief_for(entry, kind)
            yield from _as_examples((brief, state(brief, choose)), source, license)


def _as_examples(answered: tuple[Brief, str], source: str, license: str) -> Iterator[Example]:
    brief, text = answered
    if is_prose(text):
        yield Example(brief, text, source, license, "docstring")


def _introduction(entry: Entry, choose: Choose) -> tuple[Brief, str]:
    """The summary as the answer to a Brief that does not hold it."""
    whole = brief_for(entry, "introduction")
    said = Brief(whole.kind, whole.heading, whole.about, tuple(fact for fact in whole.facts if fact.name in ("kind", "doc")))
    return without_docstring(whole), state(said, choose)


def without_docstring(brief: Brief) -> Brief:
    """The Brief as if the symbol had no docstring: what is left was read from code alone."""
    from_docstring = re.compile(r"^doc$|^doc\.|\.description$|^members\.|^documented_raises$|^deprecated$")
    return Brief(
        brief.kind,
        brief.heading,
        brief.about,
        tuple(fact for fact in brief.facts if not from_docstring.search(fact.name)),
        brief.excerpt,
    )


def _described(entry: Entry) -> bool:
    return any(fact.name.startswith("parameters.") and fact.name.endswith(".description") for fact in entry.facts)


def is_prose(text: str) -> bool:
    """Whether a text is English prose of a useful length, free of markup, links and leftovers."""
    count = len(text.split())
    plain = re.sub(r"`[^`]*`", "x", text)
    return _WORDS[0] <= count <= _WORDS[1] and text.isascii() and not _NOT_PROSE.search(plain) and text.count("`") % 2 == 0
