"""Labelled sections from documents, each tied to the code or model it speaks of.

In: a document, and the facts of what it may speak of, nearest first. Out: an Example for each passage whose heading maps to a
kind, and for each managed section that a person edited. The nearest enclosing heading that names a symbol says what a section
is about, so that its Brief holds real facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from docgen.brief import HEADINGS, Brief, brief_for, shown
from docgen.claims import Checked, verify
from docgen.corpus.store import Example, Origin
from docgen.document import Document, HeadedSection, Passage
from docgen.facts import Entry, Facts
from docgen.settings import Settings

_LEAST_WORDS = 4
_EXCEPTION = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Warning)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE_OR_COMMENT = re.compile(r"(^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\2)|<!--.*?-->", re.DOTALL | re.MULTILINE)
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_BLOCK_START = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|>|\||#)")
_CALL = re.compile(r"\(.*\)(?:\s*->.*)?$")
_NAME = re.compile(r"[^\W\d][\w./-]*")
# Words that stand beside a name in headings: `class Client`, `The load function`, `Model card for triage-bert`.
_BESIDE = frozenset(
    "the a class function method module package property attribute exception decorator dataclass def async coroutine model "
    "card for".split()
)


@dataclass(frozen=True)
class Unused:
    """A labelled passage that became no example, and why."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True)
class Subjects:
    """What a document may speak of: facts in groups, those nearest to the document first."""

    groups: tuple[tuple[Facts, ...], ...]

    def get(self, about: str) -> Entry | None:
        """The entry for exactly `about`."""
        return next((found for group in self.groups for facts in group if (found := facts.get(about)) is not None), None)

    def named(self, name: str, scope: Sequence[str] = ()) -> Entry | None:
        """The entry that a heading `name` below the headings `scope` (outermost first) means: by its whole name in any group,
        else the only one of the nearest group that ends in it."""
        joined = [".".join((*scope[start:], name)) for start in range(len(scope))]
        whole = [name, *joined, *(f"{outer}.{name}" for outer in reversed(scope)), name.rpartition("/")[2]]
        if (entry := next((found for about in whole if (found := self.get(about)) is not None), None)) is not None:
            return entry
        return next((found for end in (*joined, name) for group in self.groups if (found := _ending(end, group))), None)

    @cached_property
    def only_model(self) -> Entry | None:
        """The model whose folder the document lies in."""
        models = [entry for facts in next(iter(self.groups), ()) if facts.subject.kind == "model" for entry in facts]
        return models[0] if len(models) == 1 else None


def _ending(name: str, group: Sequence[Facts]) -> Entry | None:
    """The only entry of a group whose name ends in `name`; `pkg.load` also finds `pkg.rates.load`, which `pkg` may pass on."""
    package, _, last = name.partition(".")
    for start, end in (("", f".{name}"), (f"{package}.", f".{last}")):
        found = [entry for facts in group for entry in facts if entry.about.startswith(start) and entry.about.endswith(end)]
        if len(found) == 1 and (not start or last):
            return found[0]
    return None


def sections_of(
    document: Document,
    path: str,
    subjects: Subjects,
    settings: Settings,
    *,
    source: str,
    license: str,
    origin: Origin,
) -> Iterator[Example | Unused]:
    """The labelled sections of one document; passages under headings that map to no kind are left out without a word.

    What its facts contradict, or an exception that they do not hold, makes a section unused: it would teach to invent.
    """
    yield from _edited(document, path, subjects, settings, source, license)
    written = {number for part in document.sections for number in range(part.line, part.line + _height(part.source))}
    for section in _human(document).headed_sections():
        kind = settings.kind_of_heading(section.heading)
        text = plain_text(section.text)
        words = len(text.split())
        lines = range(section.text_line, section.text_line + _height(section.text))
        if kind is None or (not words and not written.isdisjoint(lines)):
            continue
        entry = _subject(section, subjects)
        if words < _LEAST_WORDS:
            yield Unused(path, section.line, f"`{section.heading}` holds {words} word{'' if words == 1 else 's'}")
        elif entry is None:
            above = ", ".join(f"`{heading}`" for heading in section.path) or "none"
            yield Unused(path, section.line, f"`{section.heading}` is tied to no symbol or model (headings above it: {above})")
        elif fault := _fault(brief := brief_for(entry, kind), text):
            yield Unused(path, section.line, f"`{section.heading}` {fault}")
        else:
            yield Example(brief, text, source, license, origin)


def _edited(
    document: Document, path: str, subjects: Subjects, settings: Settings, source: str, license: str
) -> Iterator[Example | Unused]:
    """Managed sections of prose that a person has edited. The others are docgen's own words: it does not learn from those."""
    for section in document.sections:
        if section.in_front_matter or section.kind not in {*HEADINGS, *settings.labels}:
            continue
        text, entry = plain_text(section.text), subjects.get(section.about)
        if not section.edited:
            yield Unused(
                path, section.line, f"`{section.key}` is docgen's own text; sections that a person edited are learnt from"
            )
        elif entry is None:
            yield Unused(path, section.line, f"`{section.key}` speaks of something that is not there")
        elif fault := _fault(brief := brief_for(entry, section.kind), text):
            yield Unused(path, section.line, f"`{section.key}` {fault}")
        elif len(text.split()) >= _LEAST_WORDS:
            yield Example(brief, text, source, license, "approved")


def _fault(brief: Brief, text: str) -> str:
    """What a text says that its Brief contradicts, or which exception it names that its Brief lacks; empty where neither."""
    checked = verify(text, brief.entry)
    for item in checked:
        if item.verdict == "contradicted" and item.fact is not None:
            return f"says {item.claim.value} of `{item.claim.name}`, which is {shown(item.fact.value)}"
    unknown = [item.claim.value for item in checked if item.verdict == "unknown" and _is_exception(item)]
    if brief.kind != "error-handling" or not unknown:
        return ""
    named = ", ".join(f"`{name}`" for name in dict.fromkeys(unknown))
    return f"names {named}, unknown to the facts of `{brief.about}`"


def _is_exception(item: Checked) -> bool:
    return item.claim.kind == "raises" or bool(_EXCEPTION.fullmatch(item.claim.value))


def _human(document: Document) -> Document:
    """The document with its managed sections blanked out, every line where it was."""
    parts = [part if isinstance(part, Passage) else Passage("\n" * _height(part.source), part.line) for part in document.parts]
    return replace(document, parts=tuple(parts))


def _height(text: str) -> int:
    return len(_LINE_END.findall(text)) + (not text.endswith(("\n", "\r")))


def plain_text(text: str) -> str:
    """A passage as its words: comments, rules and outer blank lines go, wrapped lines are joined; list items, quotes, tables
    and code keep their lines."""
    blocks: list[str] = [""]
    fence = ""
    for line in _LINE_END.split(_CODE_OR_COMMENT.sub(lambda found: found[1] or "", text)):
        line = line.rstrip()
        marked = _FENCE.match(line)
        if fence or marked:
            blocks.append(line)
            if marked and (not fence or marked[1].startswith(fence)):
                fence = "" if fence else marked[1]
        elif not _RULE.fullmatch(line) and (line or blocks[-1]):
            if _continues(line, blocks[-1]):
                blocks[-1] += " " + line.strip()
            else:
                blocks.append(line)
    return "\n".join(blocks).strip()


def _continues(line: str, above: str) -> bool:
    """Whether a line is the rest of the paragraph or list item above it."""
    is_code = line.startswith(("    ", "\t")) and above.startswith(("    ", "\t"))
    return bool(line and above and not is_code and not _BLOCK_START.match(line) and not _FENCE.match(above))


def _subject(section: HeadedSection, subjects: Subjects) -> Entry | None:
    """The entry that the nearest enclosing heading names, in the scope of the headings above it."""
    names = [name for heading in section.path if (name := _named(heading))]
    for depth in range(len(names), 0, -1):
        if (entry := subjects.named(names[depth - 1], names[: depth - 1])) is not None:
            return entry
    return subjects.only_model


def _named(heading: str) -> str:
    """The name that a heading consists of, words for its kind, a signature or a description after a dash beside it; empty where
    it is a sentence."""
    head = re.split(r"\s[-–—]\s|:(?:\s|$)", heading.strip())[0]
    words = [word for word in _CALL.sub("", head.strip()).split() if word.lower() not in _BESIDE]
    return words[0] if len(words) == 1 and _NAME.fullmatch(words[0]) else ""
