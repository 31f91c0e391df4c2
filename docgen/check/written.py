"""What people wrote, without markers or a ledger, held against the sources.

In: a document in Markdown, reStructuredText or a notebook, and the sources of the run. Out: findings for what its passages say
of the project's symbols and that is not so. Only passages that are tied to one symbol beyond doubt are judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from docgen.check import saying
from docgen.check.sources import Sources
from docgen.claims import contradictions
from docgen.facts import Facts, Subject
from docgen.report import Finding
from docgen.settings import Settings
from docgen.subjects import Names, Subjects
from docgen.subjects.tying import ties_in
from docgen.subjects.written import page_of


@dataclass
class Written:
    """Hand-written documents of one run, and the packages of the project that they may speak of."""

    sources: Sources
    settings: Settings

    @cached_property
    def packages(self) -> tuple[Facts, ...]:
        """The facts of the project's packages."""
        found = (self.sources.facts(subject) for subject in self.sources.packages())
        return tuple(facts for facts in found if facts is not None)

    @cached_property
    def subjects(self) -> Subjects:
        """What documents may speak of."""
        return Subjects((tuple(Names.of(facts) for facts in self.packages),))

    def findings(self, text: str, shown: str) -> Iterator[Finding]:
        """What a document says and its sources disprove. Raises InputError for one that cannot be read."""
        page = page_of(text, shown)
        for tie in ties_in(page, text, shown, self.subjects, self.settings) if self.packages else ():
            if tie.entry is None:
                continue
            for item in contradictions(tie.text, tie.entry):
                place, called = (shown, tie.line_at(item.claim.start)), f"`{tie.entry.about}`"
                yield saying.contradicted_text(
                    item, self._subject(tie.entry.about), called, place, tie.entry.about, "correct the text"
                )

    def _subject(self, about: str) -> Subject:
        return next((facts.subject for facts in self.packages if about in facts), Subject("api", about.partition(".")[0]))
