"""Labelled sections from the docstrings of Python packages.

In: the entries of a package, and their docstrings as written. Out: an Example for each docstring part that answers a Brief: the
summary and what the description adds to it as an introduction; what is said of parameters and results, in notes and beside
examples as a use case; the Raises section as error handling. The Brief loses what became the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from docgen.brief import Brief, brief_for
from docgen.corpus.asides import asides_of
from docgen.corpus.store import Example
from docgen.facts import Entry
from docgen.marking import marked_names
from docgen.readers.docstrings import sentences
from docgen.statements import Choose, first, state
from docgen.statements.code import summary_of
from docgen.statements.summary import told_further
from docgen.statements.verbs import verb_of
from docgen.support import share_known, stems_of

_NOT_PROSE = re.compile(r"https?:|>>>|::|\\|\$|[{}|<>=*]|\[\d|_`|\b(?:TODO|FIXME|XXX|deprecated)\b|@|#")
_WORDS = (4, 60)  # words of a section worth learning from
# Markup that is left over, unfinished text, and what is no sentence; comparisons and other scripts may stand.
_LEFT_OVER = re.compile(
    r"https?:|>>>|::|\\|\$|[{}|]|\[\d+\]|_`|`_\b|(?<!\S)\.\. "
    r"|\b(?:TODO|FIXME|XXX|deprecated)\b|@\w|##|\*\w|\bself\.|\s=\s|\w\[\w"
)
_MOST_FURTHER = 2  # sentences of the description in an introduction
_LEAST_BORNE_OUT = 0.5  # share of such a sentence's words that code shows: a model cannot guess the others
_MOST_ADVICE = 3  # sentences of notes and examples in a use case
# Sentences that tell how or when to use a thing, and those of them that tell of the code, its history or its mathematics.
_TELLS_USE = re.compile(
    r"\A(?:If|When|Unless|Use|Call|Pass|Set|To [a-z]+|For [a-z]+ing|By default|Prefer|Avoid|Make sure|Ensure|Do not|Consider)\b"
    r"|\b(?:should|must|need to|needs to|has to|can be (?:used|called|passed|set|given)|may be (?:used|called|passed|set|given)"
    r"|is (?:useful|meant|intended|required|recommended|ignored|not defined)|is called (?:by|when|once|with|each|before|after)"
    r"|are (?:required|ignored)|instead of|rather than"
    r"|only (?:if|when|works)|before (?:calling|using|\w+ing)|after (?:calling|using|\w+ing)|defaults? to|by default)\b"
)
_TELLS_OTHER = re.compile(
    r"\b(?:versions?|implementation|implemented|internally|algorithms?|paper|copyright|authors?|theorem|proof|complexity|bug|issue"
    r"|first|second|third|now|previous(?:ly)?|doctest|let's|let us|output|prints?|factor|if and only if|what you are doing"
    r"|to \w+ (?:it|them)|it will|such|these|those|this (?!function|method|class|module))\b|\d\.\d|\A[^`]*(?:`[^`]*`[^`]*)*=",
    re.IGNORECASE,
)
_HALF_SAID = re.compile(r"(?:If|When|Unless|To)\b(?!.*(?:, | then ))")  # a condition without what follows from it
_ADVISES = re.compile(r"(?:Use|Call|Pass|Set|Prefer|Avoid|Make sure|Ensure|Do not|Consider)\b")
_REPEATED = 0.8  # share of its words that stand before it: it says nothing new


def examples_of(
    entry: Entry, source: str, license: str, choose: Choose = first, is_wanted: Callable[[str], bool] | None = None
) -> Iterator[Example]:
    """The sections that an entry's docstring holds. `choose` draws among equal phrasings (the first by default), `is_wanted`
    says which texts are worth learning from (short English prose by default)."""
    is_wanted = is_wanted or is_prose
    if entry.get("doc") is not None:
        yield from _as_examples(_introduction(entry, choose), source, license, is_wanted)
    for kind in ("use-case", "error-handling"):
        told = entry.get("documented_raises") if kind == "error-handling" else _described(entry)
        if told:
            brief = brief_for(entry, kind)
            yield from _as_examples((brief, state(brief, choose)), source, license, is_wanted)


def documented(entry: Entry, source: str, license: str, docstring: str = "") -> Iterator[Example]:
    """The sections that an entry's docstring holds, as a corpus takes them: with more of the description, with what its notes
    and examples tell of its use, and of any length."""
    advice = _advice(entry, docstring) if docstring else []
    has_use = False
    for example in examples_of(entry, source, license, is_wanted=_is_clean):
        further = []
        if example.brief.kind == "introduction":
            further = _description(entry, example)
        elif example.brief.kind == "use-case":
            has_use = True
            further = [told for told in advice if share_known(told, stems_of([example.text])) < _REPEATED]
        yield replace(example, text=" ".join([example.text, *further])) if further else example
    if advice and not has_use:
        brief = without_docstring(brief_for(entry, "use-case"))
        text = " ".join(advice)
        yield from _as_examples((brief, _named(text, entry)), source, license, _is_clean)


def _description(entry: Entry, example: Example) -> list[str]:
    """The sentences that follow the summary, as long as each stands on its own and code bears it out."""
    text, summary = entry.get("doc.description"), summary_of(brief_for(entry, "introduction"))
    known, told = stems_of([*example.brief.sources, example.text]), list[str]()
    for sentence in sentences(text)[:_MOST_FURTHER] if isinstance(text, str) else ():
        more = told_further(summary, sentence)
        is_new = share_known(more, stems_of([example.text, *told])) < _REPEATED
        if not more or not _is_clean(more) or not is_new or share_known(more, known) < _LEAST_BORNE_OUT:
            break
        told.append(_marked(more, entry))
    return told


def _advice(entry: Entry, docstring: str) -> list[str]:
    """What notes and the prose beside examples tell of how or when to use the entry: sentences that stand on their own, and
    that code bears out."""
    said = [sentence for sentence in asides_of(docstring) if _is_advice(sentence)]
    if not said:
        return []
    brief, told = without_docstring(brief_for(entry, "use-case")), list[str]()
    known, summary = stems_of(brief.sources), summary_of(brief_for(entry, "introduction"))
    for sentence in said:
        more = told_further(summary, sentence)
        if more and _is_clean(more) and share_known(more, known) >= _LEAST_BORNE_OUT and _is_new(more, told):
            told.append(_marked(more, entry))
    return told[:_MOST_ADVICE]


def _is_advice(sentence: str) -> bool:
    """Whether a sentence tells how or when to use a thing. What examples say they do ("Create a graph") is not advice."""
    if not _TELLS_USE.search(sentence) or _TELLS_OTHER.search(sentence) or _HALF_SAID.match(sentence):
        return False
    return verb_of(sentence) is None or _ADVISES.match(sentence) is not None


def _is_new(text: str, told: list[str]) -> bool:
    return not told or share_known(text, stems_of(told)) < _REPEATED


def _marked(text: str, entry: Entry) -> str:
    return marked_names(text, [name.lstrip("*") for name in entry.strings("parameters")])


def _named(text: str, entry: Entry) -> str:
    """A text that begins with its subject's name where it began with a pronoun for it."""
    return re.sub(r"\AIt\b", f"`{entry.about.rpartition('.')[2]}`", text)


def _is_clean(text: str) -> bool:
    """Whether a text is prose or a list without left-over markup."""
    plain = re.sub(r"`[^`]*`", "x", text)
    return not _LEFT_OVER.search(plain) and text.count("`") % 2 == 0 and len(text.split()) >= _WORDS[0]


def _as_examples(answered: tuple[Brief, str], source: str, license: str, is_wanted: Callable[[str], bool]) -> Iterator[Example]:
    brief, text = answered
    if is_wanted(text):
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
