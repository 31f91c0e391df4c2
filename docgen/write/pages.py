"""The pages of one Python package: a page for each public module, and the index of them.

In: a package's facts and what was asked for. Out: a `Job` for each page. One reason to change: which pages a package has, and
what they know of each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from docgen.document import Document
from docgen.facts import Entry, Facts
from docgen.files import read_text
from docgen.ledger import Ledger
from docgen.outline import Module, Outline
from docgen.readers.examples import examples_of
from docgen.report import InputError
from docgen.settings import Settings
from docgen.subjects import Subjects
from docgen.write.contents import KINDS, render
from docgen.write.examples import Examples, ran_in
from docgen.write.job import Job
from docgen.write.layouts import Layouts
from docgen.write.links import Links
from docgen.write.markdown import Region
from docgen.write.running import Progress, run_examples
from docgen.write.speaking import speaks
from docgen.write.tables import Page

INDEX = "index.md"
README_SECTION = "readme_section"  # the template of the part of a README that is about the package
_DOCUMENTS = (".md", ".markdown")


@dataclass(frozen=True)
class Package:
    """A package with its facts; `path` is its folder or file."""

    facts: Facts
    path: Path

    @cached_property
    def outline(self) -> Outline:
        """What of it is public."""
        return Outline.of(self.facts)

    @cached_property
    def examples(self) -> Examples:
        """The uses of it in its README and its tests."""
        return Examples.chosen(examples_of(self.path), self.subjects.reached)

    @cached_property
    def subjects(self) -> Subjects:
        """What a page of it may speak of."""
        return Subjects(((self.facts,),))


@dataclass(frozen=True)
class Pages:
    """The pages of one package in one run. `plain` says that no model will write; where `run` is given, the examples on
    them are run, and it is told how that went."""

    package: Package
    root: Path
    settings: Settings
    layouts: Layouts
    template: str
    plain: bool
    run: Progress | None

    def all(self, only: str, output: Path | None) -> Iterator[Job]:
        """The job of every page below the module `only` (empty for all), and of the index. Raises InputError where nothing is
        public, or where one file was asked for and there are more pages."""
        folder = output or self.root / self.settings.paths.docs / "api"
        modules = [module for module in self.package.outline.modules if self._is_meant(module, only)]
        if not modules:
            what = f"nothing public to document in `{only or self.package.facts.subject.path}`"
            raise InputError(what, str(self.package.path), "name a package with public functions, classes or constants")
        if self.template == README_SECTION:  # of the package as a whole: one part of one page
            document = output if output and output.suffix.lower() in _DOCUMENTS else (output or self.root) / "README.md"
            yield self.part_of_readme(document)
            return
        if folder.suffix.lower() in _DOCUMENTS:
            if len(modules) > 1:
                raise InputError(f"{len(modules)} pages for one file", str(folder), "give a folder to -o")
            yield self.page(modules[0], folder, (modules[0].page,))
            return
        written = [module.page for module in modules]
        for module in modules:
            yield self.page(module, folder / module.page, written)
        if not only and len(modules) > 1:
            yield self.index(self._index_path(folder), written)

    def page(self, module: Module, document: Path, written: Collection[str] = ()) -> Job:
        """The job of a module's page; `written` are the names of the pages that the run writes."""
        job = self._job(document, module.page, written)
        layout = self.layouts.render(
            self.template or "api_module", speaks(job, self.plain), module=module, package=self.package.outline.package
        )
        return replace(job, layout=layout)

    def index(self, document: Path, written: Collection[str] = ()) -> Job:
        """The job of the page that lists the others."""
        job, outline = self._job(document, document.name, written), self.package.outline
        layout = self.layouts.render("api_index", speaks(job, self.plain), modules=outline.modules, package=outline.package)
        return replace(job, layout=layout)

    def part_of_readme(self, document: Path) -> Job:
        """The job of the part of a README that is about the package; it has no links, as the pages are elsewhere."""
        job, outline = self._job(document, None, ()), self.package.outline
        module = next((module for module in outline.modules if module.about == outline.package), None)
        layout = self.layouts.render(
            self.template, speaks(job, self.plain), modules=outline.modules, module=module, package=outline.package
        )
        return replace(job, layout=layout)

    def within(self, document: Path) -> Job:
        """The job of a document that people laid out: it has no links, as the pages are elsewhere."""
        return self._job(document, None, ())

    def _job(self, document: Path, page: str | None, written: Collection[str]) -> Job:
        there = (path.name for path in document.parent.glob("*.md")) if page is not None else ()
        links = Links(self.package.outline, page, frozenset((*written, *there, *filter(None, [page]))))
        examples = self.package.examples
        if document.is_file():
            examples = examples.knowing(ran_in(Document.parse(read_text(document).text, str(document))))
        if self.run is not None and page is not None:
            examples = examples.knowing(run_examples(self._shown_on(page), examples, self.package.path, self.run))
        context = Page(links, examples)

        def renders(kind: str, entry: Entry) -> Region | None:
            return render(kind, entry, context)

        return Job(document, self.package.facts, "", renders, KINDS, found=self.package.subjects)

    def _shown_on(self, page: str) -> list[Entry]:
        """Whatever a page may show an example of."""
        module = next((module for module in self.package.outline.modules if module.page == page), None)
        return [module.entry, *(symbol.entry for symbol in module.everything)] if module else []

    def _is_meant(self, module: Module, only: str) -> bool:
        """Whether a module is the one that was named, or below it, and the settings do not leave its file out."""
        kind = module.entry.fact("kind")
        file = kind.source.rpartition(":")[0] if kind else ""
        patterns = (pattern.rstrip("/") for pattern in self.settings.paths.exclude)
        excluded = any(fnmatch(file, pattern) or fnmatch(file, f"{pattern}/*") for pattern in patterns)
        return not excluded and (not only or module.about == only or module.about.startswith(f"{only}."))

    def _index_path(self, folder: Path) -> Path:
        """`index.md`, unless that is another package's already."""
        taken = (folder / INDEX).exists() and Ledger.load(self.root, folder / INDEX)
        is_others = taken and taken.subject != self.package.facts.subject
        return folder / (f"{self.package.outline.package}-{INDEX}" if is_others else INDEX)


def laid_out_module(outline: Outline, document: Document, name: str) -> Module | None:
    """The module whose page a document called `name` is; None where people laid it out."""
    module = outline.get(name)
    is_page = module is not None and any(section.about == module.about for section in document.sections)
    return module if is_page else None
