"""What people wrote, without markers or a ledger, held against the sources.

In: a document in Markdown, reStructuredText or a notebook, and the sources of the run. Out: findings for what its passages say
of the project's symbols and that is not so. Only passages that are tied to one symbol beyond doubt are judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from docgen.check import saying
from docgen.check.imports import Imports
from docgen.check.sources import Sources
from docgen.claims import contradictions
from docgen.facts import Facts, Subject
from docgen.files import read_text
from docgen.later import expression
from docgen.report import Finding, InputError
from docgen.settings import Settings
from docgen.subjects import Names, Subjects
from docgen.subjects.tying import HISTORY, Tie, ties_in
from docgen.subjects.written import page_of

_WORD = expression(r"[^\W\d]\w*")
_FENCE = expression(r"[ \t]*(?:>[ \t]?)*(`{3,}|~{3,})(.*)$")
_UNDERLINE = expression(r"[ \t]*([=\-~^\"'`*+#.:_<>])\1{2,}[ \t]*$")
# Lines of which every word counts: headings, directives, sessions, imports.
_TELLING = expression(r"^[ \t]*(?:#|>>>|\.\.\.|In \[|\.\.[ \t])|::|\bimport\b|<code>")
_NAME_LIKE = expression(r"\b(?:\w+(?:\.\w+)+|\w*_\w+|\w+(?=\())")  # from a word's beginning: lines may have megabytes
_ESCAPE = expression(r"\\[nrt]")  # between the words of a notebook's JSON


@dataclass
class Written:
    """Hand-written `documents` of one run, and the packages of the project that they may speak of."""

    sources: Sources
    settings: Settings
    documents: Sequence[Path]

    @cached_property
    def packages(self) -> tuple[Facts, ...]:
        """The facts of the project's packages, as far as the documents can speak of them."""
        words = frozenset(word for path in self.documents for word in words_of(path))
        found = (self.sources.cited(subject, words) for subject in self.sources.packages())
        return tuple(facts for facts in found if facts is not None)

    @cached_property
    def subjects(self) -> Subjects:
        """What documents may speak of."""
        return Subjects((tuple(Names.of(facts) for facts in self.packages),))

    def ties(self, text: str, shown: str) -> Iterator[Tie]:
        """The passages of a document with what they speak of. Raises InputError for one that cannot be read."""
        yield from ties_in(page_of(text, shown), text, shown, self.subjects, self.settings)

    def findings(self, text: str, shown: str) -> Iterator[Finding]:
        """What a document says and its sources disprove. Raises InputError for one that cannot be read."""
        yield from self.wrong_in(self.ties(text, shown), shown)

    def wrong_in(self, ties: Iterable[Tie], shown: str) -> Iterator[Finding]:
        """What passages of a document say and the sources disprove."""
        for tie in ties:
            yield from self._imports(tie, shown)
            if tie.entry is None:
                continue
            for item in contradictions(tie.text, tie.entry):
                place, called = (shown, tie.line_at(item.claim.start)), f"`{tie.entry.about}`"
                yield saying.contradicted_text(
                    item, self._subject(tie.entry.about), called, place, tie.entry.about, "correct the text"
                )

    def _imports(self, tie: Tie, shown: str) -> Iterator[Finding]:
        """The imports of a passage that would fail; history shows those of its time."""
        if tie.reason == HISTORY or "import" not in tie.text:
            return
        for item in self.imports.wrong_in(tie.text, " ".join((shown, *tie.section.path, tie.section.heading))):
            yield saying.wrong_import(item, (shown, tie.line_at(item.start)), tie.entry.about if tie.entry else "")

    @cached_property
    def imports(self) -> Imports:
        """The judge of imports."""
        return Imports(self.packages, self.sources.root)

    def _subject(self, about: str) -> Subject:
        return next((facts.subject for facts in self.packages if about in facts), Subject("api", about.partition(".")[0]))


def words_of(path: Path) -> Iterator[str]:
    """The words of a document that may be names of symbols; none of one that cannot be read, which is told when it is checked.
    Of a notebook, most of which is code, all."""
    try:
        text = read_text(path).text
    except InputError:
        return
    if path.suffix.lower() == ".ipynb":
        yield from _WORD.findall(_ESCAPE.sub(" ", text))
        return
    lines, opened = text.split("\n"), ""
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        is_title = number + 1 < len(lines) and _UNDERLINE.match(lines[number + 1]) is not None
        whole = bool(opened) or fence is not None or is_title or _TELLING.search(line) is not None
        if fence and not opened:
            opened = fence[1]
        elif fence and fence[1].startswith(opened) and not fence[2].strip():
            opened = ""
        marked = line[line.index("`") : line.rindex("`")] if "`" in line else ""
        for part in (line,) if whole else (marked, *_NAME_LIKE.findall(line)):
            yield from _WORD.findall(part)
