"""What the command line names, as the documents to write and the facts to write them from.

In: paths, names of packages, documents. Out: a `Job` for each document: where it lies, its facts, and its fresh layout. One
reason to change: what may be named, and where its documents go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from docgen.brief import Brief, brief_for, exceptions_of, exceptions_to_name
from docgen.check.sources import Sources
from docgen.document import Document
from docgen.facts import JSON, Entry, Facts
from docgen.files import inside, read_text, root_of
from docgen.front_matter import parse_fields
from docgen.ledger import FOLDER, Ledger
from docgen.outline import Module, Outline, with_exports
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.python_api import find_package, read_package
from docgen.report import InputError
from docgen.settings import Settings
from docgen.statements import state
from docgen.subjects import Subjects
from docgen.support import unsupported_words
from docgen.write.card import CARD_KINDS, Declared, is_docgen_adapter, is_docgen_base, render_card
from docgen.write.layouts import Layouts
from docgen.write.markdown import Region
from docgen.write.tables import KINDS, render

CARD = "README.md"
INDEX = "index.md"
_DOCUMENTS = (".md", ".markdown")
_MODULES = ("module", "package")
Renders = Callable[[str, Entry], Region | None]


@dataclass(frozen=True)
class Job:
    """One document to write: `layout` is its fresh layout, empty where people laid it out; `renders` gives the regions that
    come from facts alone, and `kinds` names those."""

    document: Path
    facts: Facts
    layout: str
    renders: Renders
    kinds: frozenset[str]

    def brief(self, entry: Entry, kind: str) -> Brief:
        """The order for a section of prose. What the methods of a class raise is told with the class where the layout has no
        sections about them."""
        tells_methods = entry.get("kind") == "class" and f" of={entry.about}." in self.layout
        return brief_for(entry, kind, find=None if tells_methods else self._subjects.reached)

    @cached_property
    def _subjects(self) -> Subjects:
        return Subjects(((self.facts,),))


@dataclass(frozen=True)
class Source:
    """A subject with its facts; `only` is the module that was named, where it was not the whole package."""

    facts: Facts
    path: Path
    only: str = ""


class Targets:
    """Finds jobs. `root` is the repository: documents outside of it are refused. `plain` says that no model will write."""

    def __init__(self, root: Path, settings: Settings, output: Path | None, template: str | None, *, plain: bool) -> None:
        self.root, self.settings, self.output, self.template, self.plain = root, settings, output, template, plain
        self.layouts, self.sources = Layouts(root), Sources(root)
        self.read: dict[Path, Facts] = {}

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
        elif is_model_folder(path):
            yield self._card(self._model(path), self._card_path(path))
        else:
            yield from self._pages(self._package(target))

    # Packages

    def _package(self, target: str) -> Source:
        found = find_package(target)
        top = found
        while (top.parent / "__init__.py").is_file():  # a module's name begins at the outermost package
            top = top.parent
        only = "" if top == found else ".".join((*found.parent.relative_to(top.parent).parts, found.stem))
        if not only and "." in target and not Path(target).exists():
            only = target
        if top not in self.read:
            # Private modules too: a package may export what they define, and then it is documented as the package's.
            self.read[top] = with_exports(read_package(top, self.root, private=True))
        return Source(self.read[top], top, only.removesuffix(".__init__"))

    def _pages(self, source: Source) -> Iterator[Job]:
        outline = Outline.of(source.facts)
        folder = self.output or self.root / self.settings.paths.docs / "api"
        modules = [module for module in outline.modules if self._is_meant(module, source.only)]
        if not modules:
            what = f"nothing public to document in `{source.only or source.facts.subject.path}`"
            raise InputError(what, str(source.path), "name a package with public functions, classes or constants")
        if folder.suffix.lower() in _DOCUMENTS:
            if len(modules) > 1:
                raise InputError(f"{len(modules)} pages for one file", str(folder), "give a folder to -o")
            yield self._page(source, outline, modules[0], folder)
            return
        for module in modules:
            yield self._page(source, outline, module, folder / module.page)
        if not source.only and len(modules) > 1:
            yield self._index(source, outline, self._index_path(source, outline, folder))

    def _is_meant(self, module: Module, only: str) -> bool:
        """Whether a module is the one that was named, or below it, and the settings do not leave its file out."""
        kind = module.entry.fact("kind")
        file = kind.source.rpartition(":")[0] if kind else ""
        patterns = (pattern.rstrip("/") for pattern in self.settings.paths.exclude)
        excluded = any(fnmatch(file, pattern) or fnmatch(file, f"{pattern}/*") for pattern in patterns)
        return not excluded and (not only or module.about == only or module.about.startswith(f"{only}."))

    def _index_path(self, source: Source, outline: Outline, folder: Path) -> Path:
        """`index.md`, unless that is another package's already."""
        taken = (folder / INDEX).exists() and Ledger.load(self.root, folder / INDEX)
        return folder / (f"{outline.package}-{INDEX}" if taken and taken.subject != source.facts.subject else INDEX)

    def _page(self, source: Source, outline: Outline, module: Module, document: Path) -> Job:
        job = _api_job(source.facts, outline, document)
        layout = self.layouts.render(
            self.template or "api_module", _speaks(job, self.plain), module=module, package=outline.package
        )
        return _laid_out(job, layout)

    def _index(self, source: Source, outline: Outline, document: Path) -> Job:
        job = _api_job(source.facts, outline, document)
        layout = self.layouts.render("api_index", _speaks(job, self.plain), modules=outline.modules, package=outline.package)
        return _laid_out(job, layout)

    # Models

    def _model(self, path: Path) -> Source:
        return Source(read_model(path, self.root), path)

    def _card_path(self, folder: Path) -> Path:
        if self.output is None:
            return folder / CARD
        return self.output if self.output.suffix.lower() in _DOCUMENTS else self.output / f"{folder.resolve().name}.md"

    def _card(self, source: Source, document: Path) -> Job:
        entry = next(iter(source.facts))
        declared = _declared(document)
        job = _card_job(Facts(source.facts.subject, [_undeclared(entry, declared)]), document, declared)
        name = self.template or _template_of(entry)
        picture = "loss.svg" if (source.path / "loss.svg").is_file() else ""
        layout = self.layouts.render(name, _speaks(job, self.plain), model=entry.about, picture=picture)
        return _laid_out(job, layout)

    # Documents

    def _existing(self, path: Path) -> Job:
        """The job of a document that is there: it keeps its layout, unless it is a page that docgen lays out."""
        document = Document.parse(read_text(path).text, str(path))
        if path.name == CARD and is_model_folder(path.parent):
            return self._card(self._model(path.parent), path)
        if not document.sections:
            fix = f"put sections into it (<!-- docgen:section KIND of=NAME -->), or docgen track {path} to have it checked"
            raise InputError("no docgen sections in this document", str(path), fix)
        source = self._source_of(document, path)
        if source.facts.subject.kind == "model":
            declared = _declared(path)
            entry = next(iter(source.facts))
            return _card_job(Facts(source.facts.subject, [_undeclared(entry, declared)]), path, declared)
        outline = Outline.of(source.facts)
        module = outline.get(path.stem)
        if module is not None and any(section.about == module.about for section in document.sections):
            return self._page(source, outline, module, path)
        if path.name.endswith(INDEX) and any(section.kind == "modules" for section in document.sections):
            return self._index(source, outline, path)
        return _api_job(source.facts, outline, path)

    def _source_of(self, document: Document, path: Path) -> Source:
        """The subject of a document: what its ledger says, else what its sections are about."""
        ledger = Ledger.load(self.root, path)
        about = document.sections[0].about
        subject = ledger.subject if ledger else self.sources.subject_of(path, about)
        found = self.sources.path(subject) if subject else None
        if subject is None:
            return self._package(str(next(self.root.glob(f"{about.partition('.')[0]}.py"), about.partition(".")[0])))
        if found is None:
            what = f"the {'package' if subject.kind == 'api' else 'model folder'} {subject.path}, which this is about, is gone"
            raise InputError(what, str(path), f"bring it back, or delete the document and its ledger below {FOLDER}")
        return self._model(found) if subject.kind == "model" else self._package(str(found))


def root_for(targets: Sequence[str], output: Path | None) -> Path:
    """The repository that the documents of these targets belong to: never that of a package which is only read."""
    if output is not None:
        return root_of(output)
    beside = (Path(target) for target in targets if target.lower().endswith(_DOCUMENTS) or is_model_folder(Path(target)))
    return root_of(next(beside, Path.cwd()))


def _api_job(facts: Facts, outline: Outline, document: Path) -> Job:
    return Job(document, facts, "", lambda kind, entry: render(kind, entry, outline), KINDS)


def _card_job(facts: Facts, document: Path, declared: Declared) -> Job:
    return Job(document, facts, "", lambda kind, entry: render_card(kind, entry, declared), CARD_KINDS)


def _laid_out(job: Job, layout: str) -> Job:
    return Job(job.document, job.facts, layout, job.renders, job.kinds)


def _declared(document: Path) -> dict[str, JSON]:
    """The fields of the front matter that people wrote: those outside docgen's own region."""
    if not document.is_file():
        return {}
    parsed = Document.parse(read_text(document).text, str(document))
    front = "".join(part.source for part in parsed.human if part.in_front_matter)
    return parse_fields("".join(front.splitlines(keepends=True)[1:-1]), str(document)) if front else {}


def _undeclared(entry: Entry, declared: Declared) -> Entry:
    """The entry without what the card's reader took from docgen's own region: docgen must not quote itself."""
    kept = tuple(
        fact for fact in entry.facts if not fact.name.startswith("card.") or fact.name.removeprefix("card.") in declared
    )
    return Entry(entry.about, kept, entry.excerpt)


_LEAD_INS = "entry points public names others"  # words of a statement that announce names and say nothing of them


# What there is to say ----------------------------------------------------------------------------------------------------


def _speaks(job: Job, plain: bool) -> Callable[[str, str], bool]:
    def speaks(kind: str, about: str) -> bool:
        entry = job.facts.get(about)
        if entry is None:
            raise InputError(
                f"the template places a section about `{about}`, which is not there", str(job.document), "mend the template"
            )
        return job.renders(kind, entry) is not None if kind in job.kinds else _speaks_prose(job.brief(entry, kind), plain)

    return speaks


def _speaks_prose(brief: Brief, plain: bool) -> bool:
    """Whether a section of prose has something of its own to say: exceptions to handle, more to use than the introduction and
    the signature tell. Of a symbol without a docstring a model may find words for an introduction; `plain` facts don't."""
    if brief.kind == "error-handling":
        is_module = brief.symbol_kind in _MODULES  # the methods of a class have sections of their own
        return bool(exceptions_to_name(brief) if is_module else exceptions_of(brief.entry))
    stated = state(brief)
    if not stated or brief.is_model:
        return bool(stated)
    told = [_LEAD_INS, brief.about, *brief.entry.strings("parameters"), *brief.entry.strings("members")]
    told += [
        str(fact.value) for fact in brief.facts if fact.name == "returns" or fact.name.endswith((".default", ".annotation"))
    ]
    if brief.kind == "use-case":
        if brief.symbol_kind in _MODULES:  # where to begin is worth a line, though the contents are listed below
            told = [_LEAD_INS]
        return bool(unsupported_words(stated, [*told, state(brief_for(brief.entry, "introduction"))]))
    if brief.kind == "introduction" and plain and brief.get("doc") is None and brief.symbol_kind not in _MODULES:
        return bool(unsupported_words(stated, told))
    return True


def _template_of(entry: Entry) -> str:
    """The template for a model: docgen's own adapters and bases have cards that tell how they were trained."""
    return "adapter_card" if is_docgen_adapter(entry) else "base_card" if is_docgen_base(entry) else "model_card"
