"""Makes what one file gives a corpus: its labelled examples, safe and clean, and what of it was left out.

In: a job. Out: `Gathered`. Private words are taken out here, before a row is written anywhere.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from docgen.corpus.cleaning import Cleaner
from docgen.corpus.duplicates import printed
from docgen.corpus.gathering import DocumentJob, Gathered, Headed, Job, Light, ModuleJob, RowsJob, light, unreadable
from docgen.corpus.known import Shelf
from docgen.corpus.labels import Labeller
from docgen.corpus.licences import header_licence, permitted
from docgen.corpus.privacy import Privacy, redacted
from docgen.corpus.python import documented
from docgen.corpus.removal import Removed
from docgen.corpus.store import Example, Origin, dump_row, from_row, parsed
from docgen.report import InputError
from docgen.settings import Settings
from docgen.subjects import Names, Subjects

_TEST = re.compile(r"(?:^|\.)(?:tests?|conftest)(?:\.|$)")


class Maker:
    """What it takes to make results; one of them makes any number, one after the other."""

    def __init__(self, settings: Settings, shelf: Path) -> None:
        self.settings, self._path = settings, shelf
        self._tools = _Tools(settings)

    def prepare(self) -> None:
        """Readies the tools for a first job."""
        self._tools.begin()

    def make(self, job: Job) -> Gathered:
        """What a job gives. Raises InputError where its file cannot be read."""
        tools = self._tools
        tools.begin()
        self._shelf.consulted.clear()
        found: Iterable[Example | Removed]
        match job:
            case ModuleJob():
                found = _docstrings(job)
            case DocumentJob():
                found = self._sections(job, tools.labeller)
            case RowsJob():
                found = _written(job)
        rows, texts, removed = list[tuple[Light, bytes]](), list[str](), list[Removed]()
        for item in (tools.treated(item) for item in found):
            if isinstance(item, Removed):
                removed.append(_told(item))
            else:
                rows.append((light(item), dump_row(item)))
                texts.append(item.text)
        headings = tuple(tools.headings(job.path))
        rests_on = dict(self._shelf.consulted)
        return Gathered(
            job.place,
            tuple(rows),
            printed(texts),
            tuple(removed),
            tools.cleaner.counts,
            tools.privacy.found,
            headings,
            rests_on,
        )

    def _sections(self, job: DocumentJob, labeller: Labeller) -> Iterator[Example | Removed]:
        from docgen.corpus.documents import read_document  #  many builds have no document that is new
        from docgen.corpus.sections import sections_of

        page = read_document(job.file, job.path)
        nearest, others = self._known.get(job.place, ()), (one for place, one in self._known.items() if place != job.place)
        subjects = Subjects((nearest, tuple(names for group in others for names in group)))
        origin: Origin = "card" if job.is_card else "markdown"
        source, licence = job.source, job.license
        yield from sections_of(
            page, job.path, subjects, self.settings, source=source, license=licence, origin=origin, labeller=labeller
        )

    @cached_property
    def _known(self) -> Mapping[int, tuple[Names, ...]]:
        return self._shelf.names()

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self._path)


class _Tools:
    """What an example goes through on its way into the corpus; `begin` sets the counts back for a job."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.licenses = frozenset(name.casefold() for name in settings.corpus.licenses)
        self.cleaner = Cleaner(settings.corpus)
        self.labeller = Labeller(settings)

    def begin(self) -> None:
        """Makes everything that counts anew."""
        self.labeller.seen = []
        self.privacy = Privacy(self.settings.corpus)
        self.cleaner.counts = Counter()

    def treated(self, item: Example | Removed) -> Example | Removed:
        """The example as it may be written, or why it is left out. Nothing looks at it before what is private is gone."""
        if isinstance(item, Example):
            item = self._licensed(item)
        if isinstance(item, Example):
            item = self.privacy.guard(item)
        return self.cleaner.clean(item) if isinstance(item, Example) else item

    def _licensed(self, example: Example) -> Example | Removed:
        if not self.licenses or permitted(example.license, self.licenses):
            return example
        reason = f"under {example.license}" if example.license else "under no licence that is known"
        return Removed("license", example.path, example.line, reason, example.brief.heading)

    def headings(self, path: str) -> Iterator[Headed]:
        """The headings that were labelled, and those that were not."""
        for seen in self.labeller.seen:
            yield Headed(path, 0, redacted(seen.heading), seen.kind, seen.by, seen.confidence)


def _told(removed: Removed) -> Removed:
    """A removal as it may be shown: the words that were left out may be private too."""
    return replace(removed, path=redacted(removed.path), reason=redacted(removed.reason), heading=redacted(removed.heading))


# Reading -----------------------------------------------------------------------------------------------------------------


def _docstrings(job: ModuleJob) -> Iterator[Example]:
    licence = header_licence(job.file) or job.license
    written: dict[str, str] = {}
    for docstring in job.module.docstrings:  # a class's own, and its initialiser's
        written[docstring.about] = f"{written.get(docstring.about, '')}\n\n{inspect.cleandoc(docstring.text)}".strip()
    for entry in job.module.entries:
        if not _TEST.search(entry.about):
            fact = entry.fact("doc") or entry.fact("kind")
            line = re.search(r":(\d+)$", fact.source if fact else "")
            for example in documented(entry, job.source, licence, written.get(entry.about, "")):
                yield replace(example, path=job.path, line=int(line[1]) if line else 0, labelled="given")


def _written(job: RowsJob) -> Iterator[Example | Removed]:
    """Rows that are rows already; a bad one costs itself alone."""
    for number, line in enumerate(job.lines, job.line):
        if line.strip():
            where = f"{job.path}:{number}"
            try:
                example = from_row(parsed(line, where), where)
            except InputError as error:
                yield unreadable(error, job.path)
            else:
                yield example if example.path else replace(example, path=job.path, line=number)
