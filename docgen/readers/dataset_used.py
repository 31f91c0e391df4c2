"""What a project tells of the data that a run was trained on, where that lies in the project itself.

In: the path that the run's settings give, and the model's folder. Out: facts of its rows by split, and its licence. No row is
read, nothing outside the project is looked at, and of data on the Hub nothing is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from docgen.facts import JSON, Fact
from docgen.files import inside
from docgen.readers.card import card_fields
from docgen.readers.dataset_folder import dataset_facts
from docgen.readers.json_file import read_bytes, read_json, whole_number, words
from docgen.readers.license import license_of
from docgen.readers.model_files import has_dataset_info
from docgen.report import InputError

_CORPUS_RECORD = "corpus.json"  # what `docgen corpus build` leaves beside the rows
_MOST_SPLITS = 8  # told in a table's cell


def lies_here(given: str, folder: Path, root: Path) -> bool:
    """Whether the settings in the model's `folder` name a file or folder of the project: it may look like a name on the Hub."""
    return _found(given, folder, root) is not None


def used_facts(name: str, given: str, folder: Path, root: Path) -> Iterator[Fact]:
    """The facts of the dataset called `name`, which the settings in the model's `folder` place at `given`."""
    found = _found(given, folder, root)
    if found is None:
        return
    yield Fact(f"data.{name}.local", True)
    place = found if found.is_dir() else found.parent
    if place.resolve() == folder.resolve() or place.resolve() == root.resolve():  # its licence would be the model's
        return
    shown = place.resolve().relative_to(root.resolve()).as_posix()
    if found.is_dir():
        yield from _sizes(name, place, shown)
    yield from _license(name, place, shown)


def _found(given: str, folder: Path, root: Path) -> Path | None:
    """The file or folder, named from the project or from the model's folder; None where it is elsewhere."""
    if Path(given).is_absolute() or re.match(r"[A-Za-z][\w+.-]*:", given):
        return None
    for start in (root, folder):
        try:
            path = inside(start / given, root)
        except InputError:
            continue
        if path.exists():
            return path
    return None


def _sizes(name: str, place: Path, shown: str) -> Iterator[Fact]:
    record = read_json(place / _CORPUS_RECORD, f"{shown}/{_CORPUS_RECORD}")
    rows = record.get("rows") if record else None
    if record is not None and isinstance(rows, dict):
        counts = {split: count for split, value in rows.items() if (count := whole_number(value)) is not None}
        yield from _counted(name, counts, record.source("rows"))
    elif has_dataset_info(place):
        found = list(dataset_facts(place, shown, _declared(place, shown), f"{shown}/README.md:1"))
        splits = {
            fact.name.split(".")[1]: fact for fact in found if fact.name.startswith("splits.") and fact.name.endswith(".rows")
        }
        counts = {split: fact.value for split, fact in splits.items() if isinstance(fact.value, int)}
        yield from _counted(name, counts, next((fact.source for fact in splits.values()), ""))


def _counted(name: str, counts: dict[str, int], source: str) -> Iterator[Fact]:
    if 0 < len(counts) <= _MOST_SPLITS:
        yield Fact(f"data.{name}.rows", sum(counts.values()), source)
        if len(counts) > 1:
            yield Fact(f"data.{name}.splits", [f"{split}: {count}" for split, count in counts.items()], source)


def _license(name: str, place: Path, shown: str) -> Iterator[Fact]:
    """The licence that a file holds in full, else the one that the dataset's card declares."""
    for path in _license_files(place):
        text = read_bytes(path, f"{shown}/{path.name}")
        if text is not None and (licence := license_of(text.decode("utf-8", "replace"))):
            yield Fact(f"data.{name}.license", licence, f"{shown}/{path.name}:1")
            return
    if declared := words(_declared(place, shown).get("license")):
        yield Fact(f"data.{name}.license", declared, f"{shown}/README.md:1")


def _license_files(place: Path) -> Sequence[Path]:
    return sorted(path for path in place.iterdir() if re.match(r"(LICEN[CS]E|COPYING)([.-]|$)", path.name, re.IGNORECASE))


def _declared(place: Path, shown: str) -> dict[str, JSON]:
    """The fields of the dataset's card; none where it is not to be read: it is not the card that is being written."""
    try:
        text = read_bytes(place / "README.md", f"{shown}/README.md")
        return card_fields(text.decode("utf-8-sig", "replace"), f"{shown}/README.md") if text is not None else {}
    except InputError:
        return {}
