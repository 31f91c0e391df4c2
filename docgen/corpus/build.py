"""`docgen corpus build`: sources into a corpus, split by source.

In: package folders or installed names, documents, model folders, rows, and folders of all these. Out: a corpus folder with its
dataset card, whole or not at all. Documents are tied to the packages of all sources, so that `src/` and `docs/` can be given
side by side.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.corpus.card import card
from docgen.corpus.documents import read_document
from docgen.corpus.licences import licence_of
from docgen.corpus.markdown import Subjects, Unused, sections_of
from docgen.corpus.python import examples_of
from docgen.corpus.splits import divided, split_by_source
from docgen.corpus.store import SPLITS, Example, Origin, Split, dump_rows, is_corpus, read_rows
from docgen.corpus.survey import Place, survey
from docgen.facts import JSON, Facts
from docgen.files import Batch, read_bytes, root_of
from docgen.readers.model_folder import read_model
from docgen.readers.python_api import read_package
from docgen.report import Finding, InputError, Report
from docgen.settings import Settings

_CARD = "README.md"
_TEST = re.compile(r"(?:^|\.)(?:tests?|conftest)(?:\.|$)")
_MOST_SHOWN = 20
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Gathered:
    """What one place gave: examples, and labelled passages that could not be used."""

    place: Place
    examples: tuple[Example, ...]
    unused: tuple[Unused, ...]


def build(
    sources: Sequence[str], output: Path, *, settings: Settings | None = None, progress: Progress = lambda message: None
) -> Report:
    """Writes a corpus to `output`, over one that is there. The findings name sources that gave nothing.

    Raises InputError, and writes nothing, for a source that is missing or cannot be read (path:line), for sources without a
    labelled section, and where `output` cannot be written or holds something else than a corpus.
    """
    settings = settings or Settings()
    _refuse_occupied(output)
    places = survey(sources, output, settings.paths.exclude)
    known = {place.path: _facts_of(place) for place in places}
    if not any(known.values()):
        known |= {project: facts for place in places for project, facts in _around(place)}
    gathered = []
    for place in places:
        gathered.append(_gather(place, known, settings))
        progress(f"{place.name}: {_counted(len(gathered[-1].examples))}")
    found = _distinct(example for item in gathered for example in item.examples)
    if not found:
        raise _nothing(sources, gathered)
    modules = {
        entry.about for facts in known.values() for one in facts for entry in one if entry.get("kind") in ("module", "package")
    }
    splits = split_by_source(divided(found, modules))
    unused = [item for one in gathered for item in one.unused]
    _save(output, splits, card(splits, len(unused)))
    return _report(output, splits, unused, _barren(sources, gathered))


def _refuse_occupied(output: Path) -> None:
    """Raises InputError where `output` holds anything that a corpus does not."""
    if not output.exists():
        return
    if not output.is_dir():
        raise InputError("the output is a file, not a folder", str(output), "name a new folder")
    there = sorted(path.name for path in output.iterdir() if not path.name.startswith("."))
    others = [name for name in there if not is_corpus(output) or name not in {_CARD, *(f"{split}.jsonl" for split in SPLITS)}]
    if others:
        named = ", ".join(others[:3]) + (" and more" if len(others) > 3 else "")
        raise InputError(f"the output folder holds other files: {named}", str(output), "name a new folder, or a corpus")


# Reading -----------------------------------------------------------------------------------------------------------------


def _facts_of(place: Place) -> tuple[Facts, ...]:
    """The facts of a place's packages or model."""
    if place.is_model:
        return (read_model(place.path, place.path.parent),)
    return tuple(_read_package(package) for package in place.packages)


def _read_package(package: Path) -> Facts:
    """The facts of a package; InputError (path:line) for a file of it that does not parse, which griffe leaves out."""
    for path in sorted(package.rglob("*.py")) if package.is_dir() else [package]:
        try:
            ast.parse(read_bytes(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line, reason = getattr(error, "lineno", None) or 1, getattr(error, "msg", None) or str(error)
            raise InputError(
                f"not valid Python: {reason}", f"{_shown(path)}:{line}", "mend the file, or leave it out"
            ) from error
    return read_package(package)


def _shown(path: Path) -> str:
    """A path as messages name it: relative to the current folder where it lies in it."""
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


def _gather(place: Place, known: Mapping[Path, tuple[Facts, ...]], settings: Settings) -> Gathered:
    """The examples of one place. Where people have labelled sections, those; where a project has none, its docstrings."""
    found: list[Example | Unused] = [example for path in place.rows for example in read_rows(path)]
    if place.documents:
        others = tuple(facts for path, group in known.items() if path != place.path for facts in group)
        subjects = Subjects((known[place.path], others))
        found += [item for path in place.documents for item in _sections(path, place, subjects, settings)]
    examples = [item for item in found if isinstance(item, Example)]
    if not examples and place.packages:
        examples = list(_docstrings(place, known[place.path]))
    return Gathered(place, tuple(examples), tuple(item for item in found if isinstance(item, Unused)))


def _around(place: Place) -> Iterator[tuple[Path, tuple[Facts, ...]]]:
    """The project around documents that were given without any code: its folder, and the facts of its packages."""
    root = root_of(place.path)
    for folder in place.path.parents if place.documents else ():
        found = sorted(path.parent for pattern in ("*/__init__.py", "src/*/__init__.py") for path in folder.glob(pattern))
        if packages := [package for package in found if not _TEST.search(package.name)]:
            yield folder, tuple(_read_package(package) for package in packages)
            return
        if folder == root:
            return


def _sections(path: Path, place: Place, subjects: Subjects, settings: Settings) -> Iterator[Example | Unused]:
    shown = _shown(path)
    page = read_document(path, shown)
    licence = _licence(place, subjects) if place.is_model else licence_of(path.parent, place.top)
    origin: Origin = "card" if place.is_model else "markdown"
    for item in sections_of(page.document, shown, subjects, settings, source=place.name, license=licence, origin=origin):
        yield replace(item, line=page.line(item.line)) if isinstance(item, Unused) else item


def _licence(place: Place, subjects: Subjects) -> str:
    """The licence of a model's folder, or what its card declares."""
    model = subjects.only_model
    stated = [model.get("license"), model.get("card.license")] if model else []
    return next((name for name in stated if isinstance(name, str)), "") or licence_of(place.path, place.top)


def _docstrings(place: Place, facts: Sequence[Facts]) -> Iterator[Example]:
    for package, known in zip(place.packages, facts, strict=True):
        licence = licence_of(package, place.top)
        for entry in known:
            if not _TEST.search(entry.about):
                yield from examples_of(entry, place.name, licence)


def _distinct(examples: Iterable[Example]) -> list[Example]:
    """Examples without repetitions of a text under the same kind, and without docstrings where people wrote a section."""
    kept: dict[tuple[str, str], Example] = {}
    for example in examples:
        kept.setdefault((example.brief.kind, " ".join(example.text.split())), example)
    written = {(item.brief.kind, item.brief.about) for item in kept.values() if item.origin != "docstring"}
    return [item for item in kept.values() if item.origin != "docstring" or (item.brief.kind, item.brief.about) not in written]


# Writing -----------------------------------------------------------------------------------------------------------------


def _save(output: Path, splits: Mapping[Split, Sequence[Example]], text: str) -> None:
    batch = Batch(output)
    for split, examples in splits.items():
        batch.add(output / f"{split}.jsonl", dump_rows(examples))
    batch.add(output / _CARD, text.encode("utf-8", "backslashreplace"))
    batch.commit()


def _nothing(sources: Sequence[str], gathered: Sequence[Gathered]) -> InputError:
    """The error for sources that gave no example at all."""
    fix = (
        "give documents with headings such as Introduction, Use Case or Error Handling below the name of what they speak of, "
        "or a package with docstrings; [labels] in docgen.toml maps other headings"
    )
    unused = [item for one in gathered for item in one.unused]
    first = (
        f"; {len(unused)} were left out, the first at {unused[0].path}:{unused[0].line}: {unused[0].reason}" if unused else ""
    )
    return InputError(f"no labelled sections in {', '.join(sources)}{first}", fix=fix)


def _barren(sources: Sequence[str], gathered: Sequence[Gathered]) -> Iterator[Finding]:
    """A finding for each source that has places and gave no example; one that lies in another source is no fault."""
    for source in dict.fromkeys(sources):
        found = [item for item in gathered if item.place.given == source]
        if found and not any(item.examples for item in found):
            reason = next((f": {item.unused[0].reason}" for item in found if item.unused), "")
            fix = "put its sections under headings that [labels] knows, below the name of what they speak of; or leave it out"
            yield Finding("source-unused", "review", source, 1, "", f"no labelled section came of this source{reason}", fix)


def _report(
    output: Path, splits: Mapping[Split, Sequence[Example]], unused: Sequence[Unused], findings: Iterable[Finding]
) -> Report:
    counts = {split: len(examples) for split, examples in splits.items()}
    kinds = sorted(example.brief.kind for examples in splits.values() for example in examples)
    by_kind = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    table = [f"{output}: {_counted(sum(counts.values()))} ({', '.join(f'{count} {split}' for split, count in counts.items())})"]
    table += [f"  {kind}: {count}" for kind, count in by_kind.items()]
    table += [f"  left out {item.path}:{item.line}: {item.reason}" for item in unused[:_MOST_SHOWN]]
    if len(unused) > _MOST_SHOWN:
        table.append(f"  and {len(unused) - _MOST_SHOWN} more left out")
    summary: dict[str, JSON] = {
        "corpus": str(output),
        "splits": {str(split): count for split, count in counts.items()},
        "kinds": {**by_kind},
        "left_out": len(unused),
    }
    return Report("corpus build", tuple(findings), summary, "\n".join(table))


def _counted(number: int) -> str:
    return f"{number} section{'' if number == 1 else 's'}"
