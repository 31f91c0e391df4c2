"""What the command line names, as the documents to write and the facts to write them from.

In: paths, names of packages, documents. Out: a `Job` for each document: where it lies, its facts, and its fresh layout. One
reason to change: what may be named, and where its documents go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.cache import Cache
from docgen.check.sources import Sources
from docgen.document import Document
from docgen.facts import Entry, Facts
from docgen.files import inside, read_text
from docgen.ledger import FOLDER, Ledger, recorded_documents
from docgen.outline import with_exports
from docgen.readers.distribution import with_distribution
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.openapi import is_openapi, read_openapi
from docgen.readers.python_api import find_package, read_package
from docgen.report import InputError
from docgen.settings import Settings
from docgen.write.card import CARD_KINDS, Written, render_card, template_of
from docgen.write.job import Job
from docgen.write.layouts import Layouts
from docgen.write.operations import OPERATION_KINDS, Interface, render_operation
from docgen.write.pages import INDEX, Package, Pages, laid_out_module
from docgen.write.pictures import picture_of
from docgen.write.running import Progress
from docgen.write.speaking import speaks
from docgen.write.unchanged import root_for

__all__ = ["CARD", "INDEX", "Job", "Targets", "root_for"]

CARD = "README.md"
_DOCUMENTS = (".md", ".markdown")
_READ_ONLY = (".rst", ".ipynb")


@dataclass(frozen=True)
class Model:
    """A model folder with its facts."""

    facts: Facts
    path: Path


class Targets:
    """Finds jobs. `root` is the repository: documents outside of it are refused. `plain` says that no model will write; where
    `run` is given, the examples on pages are run, and it is told how that went."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        output: Path | None,
        template: str | None,
        *,
        plain: bool,
        run: Progress | None = None,
        cache: Cache | None = None,
    ) -> None:
        self.root, self.settings, self.output, self.template = root, settings, output, template
        self.plain, self.run = plain, run
        self.layouts, self.sources, self.cache = Layouts(root), Sources(root, cache=cache), cache
        self.read: dict[Path, Package] = {}

    def jobs(self, targets: Sequence[str]) -> list[Job]:
        """The jobs of all targets, one a document. Raises InputError for a target that is nothing docgen can write."""
        found: dict[Path, Job] = {}
        for target in targets:
            for job in self._jobs(target):
                found.setdefault(inside(job.document, self.root), job)
        return list(found.values())

    def _jobs(self, target: str) -> Iterator[Job]:
        path = Path(target)
        if path.suffix.lower() in _DOCUMENTS and (path.is_file() or not path.exists()):
            yield self._existing(path)
        elif path.suffix.lower() in _READ_ONLY and path.is_file():
            raise InputError(
                "docgen writes Markdown, and no such file", target, f"correct the text, then docgen track {target}"
            )
        elif recorded := self._recorded_in(path):
            yield from map(self._existing, recorded)
        elif is_openapi(path):
            yield self._interface(read_openapi(path, self.root), self._interface_path(path))
        elif is_model_folder(path) or (path.is_dir() and not _holds_python(path)):
            # Of a folder that is neither, the reader of models says what it looked for.
            yield self._card(self._model(path), self._card_path(path))
        else:
            package, only = self._package(target)
            yield from self._pages(package).all(only, self.output)

    def _recorded_in(self, folder: Path) -> list[Path]:
        """The documents on record in a folder that is nothing else: `docgen write docs` renews them."""
        if not folder.is_dir() or is_model_folder(folder) or any(folder.rglob("__init__.py")):
            return []
        here = folder.resolve()
        found = (path for path in recorded_documents(self.root) if path.is_relative_to(here) and path.is_file())
        return [path for path in found if path.suffix.lower() in _DOCUMENTS]

    # Packages

    def _package(self, target: str) -> tuple[Package, str]:
        """The package that `target` names, and the module of it where it names one."""
        top = found = find_package(
            target, self.root
        ).resolve()  # of `module.py` and `..`, the parents are not those in the path
        while (top.parent / "__init__.py").is_file():  # a module's name begins at the outermost package
            top = top.parent
        only = "" if top == found else ".".join((*found.parent.relative_to(top.parent).parts, found.stem))
        if not only and "." in target and not Path(target).exists():
            only = target
        if top not in self.read:
            # Private modules too: a package may export what they define, and then it is documented as the package's.
            facts = with_exports(read_package(top, self.root, private=True, cache=self.cache))
            self.read[top] = Package(with_distribution(facts, top, self.root), top)
        return self.read[top], only.removesuffix(".__init__")

    def _pages(self, package: Package) -> Pages:
        return Pages(package, self.root, self.settings, self.layouts, self.template or "", self.plain, self.run)

    # HTTP interfaces

    def _interface_path(self, path: Path) -> Path:
        folder = self.output or self.root / self.settings.paths.docs / "api"
        return folder if folder.suffix.lower() in _DOCUMENTS else folder / f"{path.stem}.md"

    def _interface(self, facts: Facts, document: Path) -> Job:
        interface, entry = Interface(facts), next(iter(facts))
        job = _operations_job(interface, document)
        layout = self.layouts.render(
            self.template or "api_http",
            speaks(job, self.plain),
            interface=entry.about,
            title=str(entry.get("title")),
            operations=interface.operations,
            schemas=interface.schemas,
        )
        return replace(job, layout=layout)

    # Models

    def _model(self, path: Path) -> Model:
        return Model(read_model(path, self.root), path)

    def _card_path(self, folder: Path) -> Path:
        if self.output is None:
            return folder / CARD
        return self.output if self.output.suffix.lower() in _DOCUMENTS else self.output / f"{folder.resolve().name}.md"

    def _card(self, source: Model, document: Path) -> Job:
        entry = next(iter(source.facts))
        written = Written.in_document(document)
        job = _card_job(Facts(source.facts.subject, [_undeclared(entry, written)]), document, written)
        name = self.template or template_of(entry)
        layout = self.layouts.render(name, speaks(job, self.plain), model=entry.about)
        return replace(job, layout=layout, pictures=picture_of(source.path, document, written.picture, layout))

    # Documents

    def _existing(self, path: Path) -> Job:
        """The job of a document that is there: it keeps its layout, unless it is a page that docgen lays out."""
        document = Document.parse(read_text(path).text, str(path))
        if path.name == CARD and is_model_folder(path.parent):
            return self._card(self._model(path.parent), path)
        if not document.sections:
            fix = f"put sections into it (<!-- docgen:section KIND of=NAME -->), or docgen track {path} to have it checked"
            raise InputError("no docgen sections in this document", str(path), fix)
        if (facts := self._openapi_of(path)) is not None:
            return self._interface(facts, path) if _is_laid_out(document) else _operations_job(Interface(facts), path)
        source = self._source_of(document, path)
        if isinstance(source, Model):
            written = Written.in_document(path)
            entry = next(iter(source.facts))
            return _card_job(Facts(source.facts.subject, [_undeclared(entry, written)]), path, written)
        pages = self._pages(source)
        if (module := laid_out_module(source.outline, document, path.stem)) is not None:
            return pages.page(module, path)
        if path.name.endswith(INDEX) and any(section.kind == "modules" for section in document.sections):
            return pages.index(path)
        return pages.within(path)

    def _openapi_of(self, path: Path) -> Facts | None:
        """The facts of the OpenAPI document that a page is about, by its ledger."""
        ledger = Ledger.load(self.root, path)
        source = self.root / ledger.subject.path if ledger is not None else path
        return read_openapi(source, self.root) if is_openapi(source) else None

    def _source_of(self, document: Document, path: Path) -> Package | Model:
        """The subject of a document: what its ledger says, else what its sections are about."""
        ledger = Ledger.load(self.root, path)
        about = document.sections[0].about
        subject = ledger.subject if ledger else self.sources.subject_of(path, about)
        found = self.sources.path(subject) if subject else None
        if subject is None:
            return self._package(str(next(self.root.glob(f"{about.partition('.')[0]}.py"), about.partition(".")[0])))[0]
        if found is None:
            what = f"the {'package' if subject.kind == 'api' else 'model folder'} {subject.path}, which this is about, is gone"
            raise InputError(what, str(path), f"bring it back, or delete the document and its ledger below {FOLDER}")
        return self._model(found) if subject.kind == "model" else self._package(str(found))[0]


def _holds_python(folder: Path) -> bool:
    """Whether a folder holds packages, or is plain modules side by side under a name that can be imported."""
    return any(folder.rglob("__init__.py")) or (folder.resolve().name.isidentifier() and any(folder.glob("*.py")))


def _operations_job(interface: Interface, document: Path) -> Job:
    return Job(document, interface.facts, "", lambda kind, entry: render_operation(kind, entry, interface), OPERATION_KINDS)


def _is_laid_out(document: Document) -> bool:
    """Whether docgen laid a page about an interface out: it has the list of operations."""
    return any(section.kind == "operations" for section in document.sections)


def _card_job(facts: Facts, document: Path, written: Written) -> Job:
    return Job(document, facts, "", lambda kind, entry: render_card(kind, entry, written), CARD_KINDS)


def _undeclared(entry: Entry, written: Written) -> Entry:
    """The entry without what the card's reader took from docgen's own region: docgen must not quote itself."""
    kept = tuple(
        fact for fact in entry.facts if not fact.name.startswith("card.") or fact.name.removeprefix("card.") in written.fields
    )
    return Entry(entry.about, kept, entry.excerpt)
