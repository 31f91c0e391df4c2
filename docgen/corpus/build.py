"""`docgen corpus build`: sources into a corpus, split by source.

In: package folders or installed names, Markdown files, model folders and folders of all these. Out: a corpus folder with its dataset
card. A source (a project, a package, a document) lies in one split only, chosen by its name, so that it stays there next time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docgen.corpus.markdown import Unused, sections_of
from docgen.corpus.python import examples_of
from docgen.corpus.store import SPLITS, Example, Origin, Split, dump_rows
from docgen.document import Document
from docgen.facts import Facts
from docgen.files import Batch, read_text
from docgen.readers.license import license_of
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.python_api import find_package, read_package
from docgen.report import InputError, Report
from docgen.settings import Settings

_PASSED_OVER = frozenset({"node_modules", "build", "dist", "site-packages", "venv", "__pycache__", "tests", "test"})
_SHARES: tuple[tuple[Split, float], ...] = (("train", 0.70), ("validation", 0.85), ("test", 1.0))  # upper bounds of the hash
Progress = Callable[[str], None]


@dataclass
class Harvest:
    """What the sources gave: examples, and labelled passages that could not be used."""

    examples: list[Example] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)

    def take(self, items: Iterator[Example | Unused]) -> None:
        """Sorts items into the two."""
        for item in items:
            (self.unused if isinstance(item, Unused) else self.examples).append(item)  # type: ignore[arg-type]


def build(sources: Sequence[str], output: Path, *, settings: Settings | None = None, progress: Progress = lambda message: None) -> Report:
    """Writes a corpus to `output`. Raises InputError for a missing source, a broken one, or sources without a labelled section."""
    settings = settings or Settings()
    harvest = Harvest()
    for source in sources:
        before = len(harvest.examples)
        _collect(source, harvest, settings)
        progress(f"{source}: {len(harvest.examples) - before} sections")
    if not harvest.examples:
        raise InputError(f"no labelled sections in {', '.join(sources)}", fix="give Markdown with headings such as Introduction, Use Case or Error Handling, "
                         "or a package with docstrings; [tool.docgen.labels] maps other headings")
    splits = split_by_source(_distinct(harvest.examples))
    _save(output, splits, harvest)
    return _report(output, splits, harvest)


def _collect(source: str, harvest: Harvest, settings: Settings) -> None:
    path = Path(source)
    if path.is_dir() and not (path / "__init__.py").is_file():
        before = len(harvest.examples)
        _collect_folder(path.resolve(), path.resolve(), harvest, settings)
        if len(harvest.examples) == before:
            raise InputError(f"no labelled sections in {source}", source, "give a folder with Markdown documents, Python packages or model folders")
        return
    if path.is_file() and path.suffix.lower() in (".md", ".markdown"):
        harvest.take(_document(path.resolve(), [], settings, path.resolve().parent, path.name, "markdown"))
        return
    package = find_package(source)
    facts = read_package(package)
    licence = _licence(package.parent) or _licence(package)
    harvest.examples += [example for entry in facts for example in examples_of(entry, package.stem, licence)]


def _collect_folder(folder: Path, root: Path, harvest: Harvest, settings: Settings) -> None:
    """A model folder, a project (packages with their documents), or a folder of these."""
    if is_model_folder(folder):
        facts = [read_model(folder, folder.parent)]
        for path in sorted(folder.glob("*.md")):
            harvest.take(_document(path, facts, settings, folder, folder.name, "card"))
        return
    packages = [child for base in (folder, folder / "src") if base.is_dir() for child in sorted(base.iterdir()) if (child / "__init__.py").is_file() and _wanted(child)]
    if packages:
        facts = [read_package(package, folder) for package in packages]
        found = Harvest()
        for path in sorted(folder.rglob("*.md")):
            if all(_wanted(part) for part in path.relative_to(folder).parents if part.name):
                found.take(_document(path, facts, settings, folder, folder.name, "markdown"))
        if not found.examples:  # a project without labelled documents still has its docstrings
            found.examples = [example for known in facts for entry in known for example in examples_of(entry, folder.name, _licence(folder))]
        harvest.examples += found.examples
        harvest.unused += found.unused
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and _wanted(path) and not path.is_symlink():
            _collect_folder(path, root, harvest, settings)
        elif path.suffix.lower() == ".md" and not (folder == root and path.name == "README.md"):
            harvest.take(_document(path, [], settings, folder, path.stem, "markdown"))


def _wanted(path: Path) -> bool:
    return not path.name.startswith(".") and path.name not in _PASSED_OVER


def _document(path: Path, facts: Sequence[Facts], settings: Settings, folder: Path, source: str, origin: Origin) -> Iterator[Example | Unused]:
    document = Document.parse(read_text(path).text, str(path))
    yield from sections_of(document, str(path), facts, settings, source=source, license=_licence(folder), origin=origin)


def _licence(folder: Path) -> str:
    """The SPDX id of the nearest LICENSE file at or above a folder."""
    for place in (folder, *folder.parents):
        for path in sorted(place.glob("LICENSE*")):
            if path.is_file() and (found := license_of(read_text(path).text)):
                return found
        if (place / ".git").exists():
            break
    return ""


def _distinct(examples: Sequence[Example]) -> list[Example]:
    """Examples without exact repetitions of a text under the same kind."""
    kept: dict[tuple[str, str], Example] = {}
    for example in examples:
        kept.setdefault((example.brief.kind, " ".join(example.text.split())), example)
    return list(kept.values())


def split_by_source(examples: Sequence[Example]) -> dict[Split, list[Example]]:
    """Examples by split: each source whole, at a place that its name alone decides; with three sources or more none is left empty."""
    sources = sorted({example.source for example in examples}, key=_place)
    of: dict[str, Split] = {source: next(split for split, bound in _SHARES if _place(source) < bound) for source in sources}
    for split, at in (("train", 0), ("test", -1), ("validation", -2)):
        if split not in of.values() and len(sources) >= len(SPLITS):
            of[sources[at]] = split  # type: ignore[assignment]
    return {split: [example for example in examples if of[example.source] == split] for split in SPLITS}


def _place(source: str) -> float:
    return int(hashlib.sha256(f"split:{source}".encode()).hexdigest()[:8], 16) / 2**32


def _save(output: Path, splits: dict[Split, list[Example]], harvest: Harvest) -> None:
    output.mkdir(parents=True, exist_ok=True)
    batch = Batch(output)
    for split, examples in splits.items():
        batch.add(output / f"{split}.jsonl", dump_rows(examples))
    batch.add(output / "README.md", _card(splits, harvest).encode())
    batch.commit()


def _card(splits: dict[Split, list[Example]], harvest: Harvest) -> str:
    """The dataset card: what is in it, from where, under which licence."""
    everything = [example for examples in splits.values() for example in examples]
    kinds = sorted({example.brief.kind for example in everything})
    rows = [f"| {kind} | " + " | ".join(str(sum(example.brief.kind == kind for example in splits[split])) for split in SPLITS) + " |" for kind in kinds]
    sources = Counter((example.source, example.license or "not stated", example.origin) for example in everything)
    where = {example.source: split for split, examples in splits.items() for example in examples}
    lines = [
        "---", "configs:", "- config_name: default", "  data_files:", *(f"  - split: {split}\n    path: {split}.jsonl" for split in SPLITS if splits[split]), "---", "",
        "# Documentation sections", "", f"{len(everything)} labelled sections from {len(where)} sources, split by source.", "",
        "| label | " + " | ".join(SPLITS) + " |", "|---|" + "---:|" * len(SPLITS), *rows, "",
        "| source | licence | origin | split | sections |", "|---|---|---|---|---:|",
        *(f"| {name} | {licence} | {origin} | {where[name]} | {count} |" for (name, licence, origin), count in sorted(sources.items())), "",
    ]
    if harvest.unused:
        lines += [f"{len(harvest.unused)} labelled passages were left out: too short, or tied to no symbol or model.", ""]
    return "\n".join(lines)


def _report(output: Path, splits: dict[Split, list[Example]], harvest: Harvest) -> Report:
    counts = {split: len(examples) for split, examples in splits.items()}
    kinds = Counter(example.brief.kind for examples in splits.values() for example in examples)
    table = [f"{output}: {sum(counts.values())} sections ({', '.join(f'{count} {split}' for split, count in counts.items())})"]
    table += [f"  {kind}: {count}" for kind, count in sorted(kinds.items())]
    table += [f"  left out {item.path}:{item.line}: {item.reason}" for item in harvest.unused[:20]]
    if len(harvest.unused) > 20:
        table.append(f"  and {len(harvest.unused) - 20} more left out")
    return Report("corpus build", summary={"corpus": str(output), "splits": dict(counts), "kinds": dict(sorted(kinds.items())), "left_out": len(harvest.unused)}, table="\n".join(table))
