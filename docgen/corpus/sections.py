"""Labelled sections from documents, each tied to the code or model it speaks of.

In: a page, the subjects it may speak of, and a labeller. Out: an Example for each passage that has a kind, and for each managed
section that a person edited; a `Removed` for what has a kind and could not be used. The nearest heading that names a symbol
says what a section is about, else the names that it cites, so that its Brief holds real facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath
from typing import Protocol

from docgen.brief import HEADINGS, brief_for
from docgen.corpus.documents import Page, without_dialect
from docgen.corpus.removal import Removed
from docgen.corpus.store import Example, Labelled, Origin
from docgen.document import Document, Passage, Section
from docgen.facts import Entry
from docgen.settings import Settings
from docgen.subjects import Subjects
from docgen.subjects.citations import Scope
from docgen.subjects.linking import Headed, subject_of

_LINE_END = re.compile(r"\r\n|\n|\r")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE_OR_COMMENT = re.compile(
    r"(?P<kept>^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\2)|<!--.*?-->|(?P<open><!--.*)", re.DOTALL | re.MULTILINE
)
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_BLOCK_START = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|>|\||#)")
# A span of code, or a role of MyST with its target: `{name}` in backticks is code.
_MYST_ROLE = re.compile(r"(?P<ticks>`+)[^`]+(?P=ticks)|\{[\w:+-]+\}`[~!.]?(?P<target>[^`<>]+?)(?:\s*<[^`<>]*>)?`")


class Label(Protocol):
    """The kind of a section, how it was found, and how surely, from 0 to 1."""

    @property
    def kind(self) -> str: ...
    @property
    def by(self) -> Labelled: ...
    @property
    def confidence(self) -> float: ...


class Labeller(Protocol):
    """Gives sections their kind."""

    def label(self, heading: str, text: str) -> Label | None:
        """The kind of a section with this heading and text; None where it is of none."""


def sections_of(
    page: Page,
    path: str,
    subjects: Subjects,
    settings: Settings,
    *,
    source: str,
    license: str,
    origin: Origin,
    labeller: Labeller,
) -> Iterator[Example | Removed]:
    """The labelled sections of one document, with their lines in its file; passages that have no kind are left out without a
    word. `settings.corpus.keep` may name `own-text` and `untied`: an untied section then has a Brief without facts."""
    reading = _Reading(page, path, subjects, settings, source, license, origin)
    for marked in page.document.sections:
        if not marked.in_front_matter and marked.kind in {*HEADINGS, *settings.labels}:
            yield reading.managed(marked)
    written = {line for part in page.document.sections for line in _lines(part.line, part.source)}
    above: list[str] = []  # the headings that enclose a section, as the page spells them
    for section in _human(page.document).headed_sections():
        text = plain_text(section.text)
        headed = Headed(section, tuple(above[: len(section.path)]), page)
        above = [*headed.above, headed.heading]
        is_left = not text and not written.isdisjoint(_lines(section.text_line, section.text))  # of a managed section
        if not is_left and (label := labeller.label(section.heading, text)) is not None:
            yield reading.labelled(headed, text, label)


@dataclass(frozen=True)
class _Reading:
    """One document on its way into examples."""

    page: Page
    path: str
    subjects: Subjects
    settings: Settings
    source: str
    license: str
    origin: Origin

    @cached_property
    def scope(self) -> Scope:
        """What names mean in it."""
        return Scope.of(self.subjects, str(self.page.document), self.page.code)

    def managed(self, section: Section) -> Example | Removed:
        """A section between markers: an example where a person wrote or edited it. What docgen wrote is not learnt from; nor is
        a draft that a person took over an edit, since nothing tells it from the others."""
        text, entry = plain_text(section.text), self.subjects.get(section.about)
        if not text:
            return self._removed("empty", section.line, f"`{section.key}` holds no words", section.kind)
        if not section.edited and not self._keeps("own-text"):
            reason = f"`{section.key}` is docgen's own text; sections that a person edited are learnt from"
            return self._removed("own-text", section.line, reason, section.kind)
        if entry is None and not self._keeps("untied"):
            return self._removed("untied", section.line, f"`{section.key}` speaks of something that is not there", section.kind)
        example = self._example(entry, section.kind, text, section.line)
        if not section.edited:
            return replace(example, labelled="given")
        return replace(example, labelled="given", origin="approved", weight=self.settings.corpus.approved_weight)

    def labelled(self, headed: Headed, text: str, label: Label) -> Example | Removed:
        """A passage that people wrote under a heading of its kind."""
        line, heading = headed.section.line, headed.section.heading
        if not text:
            return self._removed("empty", line, f"`{heading}` holds no words", heading)
        entry, reason = subject_of(headed, label.kind, self.path, self.scope)
        if entry is None and not self._keeps("untied"):
            above = ", ".join(f"`{name}`" for name in headed.section.path) or "none"
            reason = f"`{heading}` is tied to no symbol or model: it {reason}, and no heading names one (above it: {above})"
            return self._removed("untied", line, reason, heading)
        return replace(self._example(entry, label.kind, text, line), labelled=label.by, confidence=label.confidence)

    def _keeps(self, rule: str) -> bool:
        return rule in self.settings.corpus.keep

    def _example(self, entry: Entry | None, kind: str, text: str, line: int) -> Example:
        """An example about `entry`; without facts, and about the document, where that is None."""
        brief = brief_for(entry or Entry(PurePath(self.path).stem, ()), kind, find=self.subjects.reached)
        return Example(brief, text, self.source, self.license, self.origin, path=self.path, line=self.page.line(line))

    def _removed(self, rule: str, line: int, reason: str, heading: str) -> Removed:
        return Removed(rule, self.path, self.page.line(line), reason, heading)


def _human(document: Document) -> Document:
    """The document in plain Markdown with its managed sections blanked out, every line where it was."""
    parts = [
        replace(part, source=without_dialect(part.source))
        if isinstance(part, Passage)
        else Passage("\n" * len(_lines(part.line, part.source)), part.line)
        for part in document.parts
    ]
    return replace(document, parts=tuple(parts))


def _lines(first: int, text: str) -> range:
    """The numbers of the lines of `text`, which begins on line `first`."""
    return range(first, first + len(_LINE_END.findall(text)) + (not text.endswith(("\n", "\r"))))


# The text ------------------------------------------------------------------------------------------------------------------


def plain_text(text: str) -> str:
    """A passage as its words: comments, rules and outer blank lines go, wrapped lines are joined; list items, quotes, tables
    and code keep their lines."""
    blocks: list[str] = [""]
    fence = ""
    for line in _LINE_END.split(_CODE_OR_COMMENT.sub(lambda found: found["kept"] or found["open"] or "", text)):
        line = line.rstrip()
        marked = _FENCE.match(line)
        if fence or marked:
            blocks.append(line)
            if marked and (not fence or marked[1].startswith(fence)):
                fence = "" if fence else marked[1]
        elif not _RULE.fullmatch(line) and (line or blocks[-1]):
            line = _MYST_ROLE.sub(lambda found: f"`{found['target']}`" if found["target"] else found[0], line)
            if _continues(line, blocks[-1]):
                blocks[-1] += " " + line.strip()
            else:
                blocks.append(line)
    return "\n".join(blocks).strip()


def _continues(line: str, above: str) -> bool:
    """Whether a line is the rest of the paragraph or list item above it."""
    is_code = line.startswith(("    ", "\t")) and above.startswith(("    ", "\t"))
    return bool(line and above and not is_code and not _BLOCK_START.match(line) and not _FENCE.match(above))
