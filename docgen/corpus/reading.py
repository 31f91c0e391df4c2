"""Reads all files of a build's sources with a crew of processes, each file once.

In: places. Out: rows in the stock, in the order of the places whoever was faster. Packages and models come first, since
documents speak of them; a file that cannot be read is left out with its reason, and costs nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from docgen.cache import Cache
from docgen.corpus.crew import Crew
from docgen.corpus.gathering import DocumentJob, Gathered, Gatherer, Job, ModuleJob, RowsJob, unreadable
from docgen.corpus.known import Shelf
from docgen.corpus.licences import Licences, licence_of
from docgen.corpus.removal import Removed
from docgen.corpus.stock import Stock
from docgen.corpus.survey import Place
from docgen.facts import Facts
from docgen.files import root_of
from docgen.readers.model_folder import read_model
from docgen.readers.python_api import BrokenFile, ModuleFacts, read_modules
from docgen.readers.python_api.finding import module_files
from docgen.report import InputError

_TEST = re.compile(r"(?:^|\.)(?:tests?|conftest)(?:\.|$)")
_ROWS_A_JOB = 500


def count_files(places: Sequence[Place]) -> int:
    """How many files there are to read."""
    modules = sum(
        1 for place in places for package in place.packages for _, path in module_files(package) if path not in place.left_out
    )
    return modules + sum(len(place.documents) + len(place.rows) for place in places)


@dataclass
class Reading:
    """One reading of all places. `progress` is told how many of the `files` are done."""

    places: Sequence[Place]
    files: int
    gatherer: Gatherer
    crew: Crew[Job, Gathered]
    stock: Stock
    cache: Cache
    workers: int
    progress: Callable[[int], None]
    modules: set[str] = field(default_factory=set)
    _done: int = 0
    _gave: set[str] = field(default_factory=set)
    _licenses: dict[int, str] = field(default_factory=dict)  # that models state, by place
    _names: str = ""  # a mark of those that documents may cite
    _marks: Mapping[str, str] = field(default_factory=dict)  # of what they stand in

    def packages(self, shelf: Path) -> None:
        """Reads packages and models, and leaves on the shelf what documents may speak of."""
        with closing(Shelf(shelf)) as known:
            self._take(self._module_jobs(known))
            is_bare = not any(place.packages or place.is_model for place in self.places)
            for number, place in enumerate(self.places):
                if place.is_model:
                    self._add_model(known, number, place)
                for package in (*place.consulted, *(_around(place) if is_bare else ())):
                    self._add_consulted(known, number, place, package)
            self._marks = known.marks
            if any(place.documents for place in self.places):
                self._names = known.note_names(self.cache)

    def documents(self) -> None:
        """Reads documents."""
        self._take(job for number, place in enumerate(self.places) for job in self._document_jobs(number, place))

    def rows(self) -> None:
        """Reads rows."""
        for number, place in enumerate(self.places):
            self._take(job for path in place.rows for job in self._rows_jobs(number, place, path))

    def barren(self) -> list[str]:
        """The sources that have places and gave no example; one that lies in another source has none and is no fault."""
        return [source for source in dict.fromkeys(place.given for place in self.places) if source not in self._gave]

    def bases(self) -> list[Path]:
        """The folders that the paths in rows and messages are relative to."""
        found = (_base(place, path) for place in self.places for path in (*place.packages, *place.documents, *place.rows))
        return list(dict.fromkeys(found))

    def _take(self, jobs: Iterable[Job]) -> None:
        for gathered in self.crew.answers(jobs, lambda job: self.gatherer.kept(job, self._marks)):
            self.stock.add(gathered)
            if gathered.rows:
                self._gave.add(self.places[gathered.place].given)
            self._done += 1
            self.progress(min(self._done, self.files))  # rows come in parts

    # Packages and models

    def _module_jobs(self, known: Shelf) -> Iterator[ModuleJob]:
        for number, place in enumerate(self.places):
            for package in place.packages:
                base, licence = _base(place, package), licence_of(package, place.top)
                subject = known.add_package(number, package.stem)
                for module in self._modules_of(package, base, place.left_out):
                    if _TEST.search(module.name):
                        self._done += 1
                        continue  # nobody documents tests, and they document nothing
                    known.add_module(subject, module)
                    yield ModuleJob(number, place.name, licence, module.path, base / module.path, module)

    def _modules_of(self, package: Path, base: Path, left_out: Collection[Path] = ()) -> Iterator[ModuleFacts]:
        """The modules of a package but for the broken ones and those left out; what these pass on is known all the same."""
        for module in read_modules(package, base, cache=self.cache, workers=self.workers):
            if left_out and base / module.path in left_out:
                continue
            if isinstance(module, BrokenFile):
                self.stock.leave_out(Removed("unreadable", module.path, module.line, module.reason))
                self._done += 1
            else:
                self.modules.add(module.name)
                yield module

    def _add_model(self, known: Shelf, number: int, place: Place) -> None:
        try:
            facts = _card_facts(place) if place.is_card else read_model(place.path, place.path.parent)
        except InputError as error:
            self.stock.leave_out(unreadable(error, _shown(place, place.path)))
            return
        stated = [entry.get(name) for entry in facts for name in ("license", "card.license")]
        self._licenses[number] = next((name for name in stated if isinstance(name, str)), "")
        known.add_model(number, facts)

    def _add_consulted(self, known: Shelf, number: int, place: Place, package: Path) -> None:
        """A package that documents may speak of, and that gives no rows."""
        subject = known.add_package(number, package.stem)
        for module in self._modules_of(package, _base(place, package)):
            known.add_module(subject, module)

    # Documents and rows

    def _document_jobs(self, number: int, place: Place) -> Iterator[DocumentJob]:
        licences = Licences(place.top)
        for path in place.documents:
            licence = self._licenses.get(number) or licences.of(path)
            yield DocumentJob(number, place.name, licence, _shown(place, path), path, place.is_model, self._names)

    def _rows_jobs(self, number: int, place: Place, path: Path) -> Iterator[RowsJob]:
        shown, line = _shown(place, path), 1
        try:
            with path.open("rb") as file:
                while lines := tuple(islice(file, _ROWS_A_JOB)):
                    yield RowsJob(number, shown, line, lines)
                    line += len(lines)
        except OSError as error:
            self.stock.leave_out(Removed("unreadable", shown, line, f"cannot be read: {error.strerror}"))


def _card_facts(place: Place) -> Facts:
    from docgen.corpus.documents import read_card  # most builds have no card without its model

    return read_card(place.documents[0], _shown(place, place.documents[0]))


def _around(place: Place) -> list[Path]:
    """The packages of the project around a place's documents; none where there is no project."""
    root = root_of(place.path)
    for folder in place.path.parents if place.documents else ():
        found = sorted(path.parent for pattern in ("*/__init__.py", "src/*/__init__.py") for path in folder.glob(pattern))
        if packages := [package for package in found if not _TEST.search(package.name)]:
            return packages
        if folder == root:
            break
    return []


def _base(place: Place, path: Path) -> Path:
    """What paths of a place are told relative to, so that they can be opened from here, or else read the same anywhere."""
    if path.is_relative_to(Path.cwd()):
        return Path.cwd()
    return place.top.parent if path.is_relative_to(place.top) else path.parent


def _shown(place: Place, path: Path) -> str:
    return path.relative_to(_base(place, path)).as_posix()
