"""One document held against what it is about.

In: a document with its ledger, and the sources of the run. Out: findings, and how many sections are in which state. A section
is compared with its record, and then with the facts alone; a card with the files of its model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from docgen.check import saying
from docgen.check.comparison import Comparison
from docgen.check.informed import informed
from docgen.check.sources import Place, Sources
from docgen.claims import contradictions
from docgen.document import Document, Section
from docgen.facts import JSON, Entry, Facts, Subject
from docgen.later import expression
from docgen.ledger import Ledger, Record
from docgen.report import Finding

# What counts as gone though it may stand in a file that cannot be read.
_NAMES = frozenset({"stale-name", "stale-raise", "stale-path"})
_TYPES = (".annotation", "returns", "yields")  # the ends of the facts that an alias of the module may spell


@dataclass
class DocumentCheck:
    """One document, `shown` in messages, with its ledger. `counts` tells the states of its sections, `subjects` what they are
    about, once the findings have been asked for."""

    path: Path
    shown: str
    document: Document
    ledger: Ledger | None
    sources: Sources
    counts: Counter[str] = field(default_factory=Counter)
    subjects: dict[Subject, Facts] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        """Everything wrong in the document."""
        sections = self.document.sections
        if self.ledger is not None and self.sources.facts(self.ledger.subject) is None:
            self.counts.update(sections=len(sections), orphaned=len(sections))
            yield saying.subject_gone(self.ledger, sections[0].line if sections else 1, self.shown)
            return
        gone: set[str] = set()
        for section in sections:
            found = list(self._in_section(section))
            is_told = section.about in gone and bool(found) and found[0].fact == "about"
            gone |= {section.about for finding in found if finding.fact == "about"}
            yield from () if is_told else found  # one finding for a symbol, however many sections are about it
        facts = self._facts("")
        if facts is not None and facts.subject.kind == "model":
            yield from self._declared(facts)
            if not sections:
                yield from self._unmanaged(facts)

    def _count(self, states: Iterable[str]) -> None:
        """Counts one section under the worst of its states."""
        found = set(states)
        self.counts["sections"] += 1
        self.counts[next((state for state in saying.STATES if state in found), "fresh")] += 1

    def _facts(self, about: str) -> Facts | None:
        """The facts of what the document, or one of its sections, is about."""
        subject = self.ledger.subject if self.ledger else self.sources.subject_of(self.path, about)
        facts = self.sources.facts(subject) if subject else None
        if facts is not None and subject is not None:
            self.subjects[subject] = facts
        return facts

    # Sections ---------------------------------------------------------------------------------------------------------

    def _in_section(self, section: Section) -> list[Finding]:
        facts = self._facts(section.about)
        place = self.sources.place(facts, section.about) if facts is not None else None
        if facts is None or place is None:
            self.counts["unrecorded"] += 1
            self._count([])
            return []
        if place.moved_to and (same := self._same_to_readers(section, place, facts)) is not None:
            place = Place(same)
        if place.entry is None or place.moved_to:
            if self._is_unsure(facts):
                self._count(["unknown"])
                return []
            found = [self._orphaned(section, place, facts)]
        else:
            found = list(self._compared(section, place.entry, facts)) if section.text.strip() else []
        self._count(finding.verdict for finding in found)
        return found

    def _is_unsure(self, facts: Facts) -> bool:
        """Whether a file of the subject could not be read: then nothing of it counts as gone."""
        return any(self.sources.broken(subject) for subject, known in self.subjects.items() if known is facts)

    def _same_to_readers(self, section: Section, place: Place, facts: Facts) -> Entry | None:
        """What a section is about where only the module that defines it is another, and the package around both offers it: a
        reader reaches it as before, unless the text says otherwise."""
        outer = place.moved_to.rpartition(".")[0]
        is_offered = (
            bool(outer) and section.about.startswith(f"{outer}.") and section.about.count(".") > place.moved_to.count(".")
        )
        is_named = section.about.rpartition(".")[0] in section.text
        return facts.get(place.moved_to) if is_offered and not is_named else None

    def _compared(self, section: Section, entry: Entry, facts: Facts) -> Iterator[Finding]:
        """What the record says and is not so, then what contradicts the facts without one."""
        record = self._record(section)
        edited = section.edited and bool(section.mark)
        self.counts["edited"] += edited
        self.counts["unrecorded"] += record is None
        entry = informed(section.text, entry, facts, self.sources, (*record.asserts, *record.context) if record else ())
        # A tracked section has no mark: whatever it says was written by a person, perhaps since it was recorded.
        by_hand = edited or not section.mark
        has_types = record is not None and any(name.endswith(_TYPES) for name in record.asserts)
        aliases = self.sources.assigned(facts, entry.about) if has_types else {}
        broken = Comparison(section.text, record, entry, facts, by_hand, aliases).broken() if record else []
        for item in broken:
            if not (item.code in _NAMES and item.new is None and self._is_unsure(facts)):
                yield saying.broken(section, item, facts, self.shown)
        told = {item.start for item in broken}, {item.name for item in broken}
        for checked in contradictions(section.text, entry):
            name = checked.fact.name if checked.fact else ""
            if checked.claim.start not in told[0] and name not in told[1]:
                yield saying.contradicted(section, checked, facts, self.shown)

    def _orphaned(self, section: Section, place: Place, facts: Facts) -> Finding:
        if not place.moved_to and (new := self._likely(section, place.namesakes, facts) or self._renamed(section, facts)):
            place = Place(facts.get(new), new)
        elif place.entry is None and place.moved_to:
            place = Place(facts.get(place.moved_to), place.moved_to)
        return saying.orphaned(section, place, self._number[section.about], self.shown)

    def _likely(self, section: Section, namesakes: Sequence[str], facts: Facts) -> str:
        """The one symbol of the same name elsewhere of which everything holds that the section states; empty where there is
        none, or more than one."""
        return self._only_one(section, filter(None, map(facts.get, namesakes)), facts)

    def _renamed(self, section: Section, facts: Facts) -> str:
        """The one symbol beside a section's lost one that nothing here is about yet and of which everything holds that the
        section states; empty where there is none."""
        parent = section.about.rpartition(".")[0]
        beside = (entry for entry in facts if entry.about.rpartition(".")[0] == parent and entry.about not in self._number)
        return self._only_one(section, beside, facts) if parent else ""

    def _only_one(self, section: Section, entries: Iterable[Entry], facts: Facts) -> str:
        """The one of `entries` of which everything holds that is on record of a section."""
        record = self._record(section)
        likely = [entry.about for entry in entries if record and Comparison(section.text, record, entry, facts).holds()]
        return likely[0] if len(likely) == 1 else ""

    def _record(self, section: Section) -> Record | None:
        return self.ledger.get(section.key) if self.ledger else None

    @cached_property
    def _number(self) -> Mapping[str, int]:
        """How many sections are about each symbol."""
        return Counter(section.about for section in self.document.sections)

    # Model cards ------------------------------------------------------------------------------------------------------

    def _declared(self, facts: Facts) -> Iterator[Finding]:
        """What the front matter of a card declares and the model's files disprove."""
        for entry in facts:
            for name in ("license", "base_model"):
                fact, proven = entry.fact(f"card.{name}"), entry.fact(name)
                if fact is None or proven is None or not fact.source.startswith(f"{self.shown}:"):
                    continue
                if _disproves(name, fact.value, proven.value):
                    yield saying.declared(fact, proven, _hub(name, proven.value), self.shown)

    def _unmanaged(self, facts: Facts) -> Iterator[Finding]:
        """A card that people wrote, held against the model beside it."""
        text = str(self.document)
        for entry in facts:
            for item in contradictions(text, entry):
                place = self.shown, text.count("\n", 0, item.claim.start) + 1
                yield saying.contradicted_text(item, facts.subject, f"`{entry.about}`", place, "", "correct the text")


_LICENCES = expression(
    r"mit|isc|unlicense|zlib|(?:apache|bsd|gpl|lgpl|agpl|mpl|cc|epl|eupl|bsl|artistic|osl|afl|postgresql|ecl|wtfpl)[-\d.a-z]*"
)


def _disproves(name: str, declared: JSON, proven: JSON) -> bool:
    """Whether two values cannot both be true, spelling apart: a licence of the common ones, a base by its full Hub name."""
    if not isinstance(declared, str) or not isinstance(proven, str):
        return False
    first, second = (_hub(name, value) for value in (declared, proven))
    if name == "license":
        return first != second and all(_LICENCES.fullmatch(value) for value in (first, second))
    return first != second and first.count("/") == second.count("/") == 1


def _hub(name: str, value: JSON) -> str:
    """A value as front matter spells it."""
    text = str(value)
    return re.sub(r"-(?:only|or-later)$", "", text.lower()) if name == "license" else text
