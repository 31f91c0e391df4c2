"""The embedded base's examples: sections harvested from the docstrings of permissively licensed packages.

In: a folder with one installed package a subfolder. Out: JSON Lines of Examples, a table of packages with version, licence and
counts. Only supported text is kept: a section whose words its Brief does not hold teaches a small model to invent.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from docgen.corpus.compose import Find, compose_code, compose_models
from docgen.corpus.python import examples_of
from docgen.corpus.store import Example, dump_rows
from docgen.facts import Entry
from docgen.readers.python_api import read_package
from docgen.report import InputError
from docgen.support import support

PACKAGES = "packages.json"  # written last: where it is, the harvest is whole
_PERMISSIVE = re.compile(r"\b(?:MIT|BSD|Apache|ISC|PSF|Python Software Foundation|0BSD|Unlicense|Zlib|HPND|CC0)\b", re.I)
_RESTRICTED = re.compile(r"\b(?:A?GPL|LGPL|MPL|Mozilla|EUPL|GNU|Proprietary|Commons Clause)\b", re.I)
_SKIPPED = re.compile(r"(?:^|\.)(?:tests?|testing|_?vendor(?:ed)?|conftest|migrations|externals|third_party)(?:\.|$)")
SUPPORT = 0.6  # least share of a harvested section's content words that its Brief holds
COMPOSED_SUPPORT = 0.85
MOST_OF_ONE = 6_000  # sections of one kind from one package, so that none sets the tone
HELD_OUT = ("networkx", "requests", "marshmallow", "trimesh")  # whole packages never trained on


@dataclass(frozen=True)
class Package:
    """One harvested package."""

    name: str
    version: str
    license: str
    functions: int
    sections: int


def harvest(
    packages: Path,
    output: Path,
    *,
    authored: Sequence[Example],
    models: int,
    seed: int,
    progress: Callable[[str], None],
    least: float = SUPPORT,
) -> list[Package]:
    """Writes `train.jsonl` and `validation.jsonl` (whole packages held out) to `output` and returns what was harvested.

    `models` is the number of composed sections about drawn models; a docstring's section needs at least the share `least` of
    its content words in its Brief (0: any section is taken). The same packages and seed give the same bytes. Raises
    InputError where no folder holds a permissively licensed package.
    """
    children = sorted(packages.iterdir()) if packages.is_dir() else []
    folders = [child for child in children if not child.name.startswith(".") and licence_of(child)[1]]
    if not folders:
        raise InputError(
            "no permissively licensed packages found", str(packages), "docgen base build without --packages installs them"
        )
    output.mkdir(parents=True, exist_ok=True)
    (output / PACKAGES).unlink(missing_ok=True)
    seen: set[bytes] = set()
    table: list[Package] = []
    with (
        multiprocessing.Pool() as pool,
        (output / "train.jsonl").open("wb") as train,
        (output / "validation.jsonl").open("wb") as held,
    ):
        # In order: of two packages that say the same, always the same one is kept.
        for name, found, functions in pool.imap(_harvest_one, [(folder, seed, least) for folder in folders]):
            fresh = [example for example in found if _first_time(example, seen)]
            (held if name in HELD_OUT else train).write(dump_rows(fresh))
            version, licence = licence_of(packages / name)
            table.append(Package(name, version, licence, functions, len(fresh)))
            progress(f"{name} {version} ({licence}): {functions} functions, {len(fresh)} sections")
        train.write(dump_rows(compose_models(models, random.Random(seed))))
        train.write(dump_rows(authored))
    temporary = output / f"{PACKAGES}.part"
    temporary.write_text(json.dumps([vars(package) for package in table], indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, output / PACKAGES)
    return table


def _first_time(example: Example, seen: set[bytes]) -> bool:
    """Whether neither this text about this name nor the same text of another symbol was seen before."""
    key = hashlib.sha1(f"{example.brief.kind}|{re.sub(r'`[^`]*`', '', example.text).lower()}".encode()).digest()[:10]
    if key in seen:
        return False
    seen.add(key)
    return True


def _harvest_one(task: tuple[Path, int, float]) -> tuple[str, list[Example], int]:
    """The sections of one package, in an order drawn from seed and name, and how many functions it has."""
    folder, seed, least = task
    draw = random.Random(f"{seed}:{folder.name}")
    found: list[Example] = []
    functions = 0
    licence = licence_of(folder)[1]
    for entry, find in _entries(folder):
        functions += entry.get("kind") in ("function", "method")
        found += [item for item in examples_of(entry, folder.name, licence, draw.choice) if is_supported(item, least)]
        composed = compose_code(entry, folder.name, licence, draw, find)
        found += [item for item in composed if is_supported(item, COMPOSED_SUPPORT)]
    draw.shuffle(found)
    counts: Counter[str] = Counter()
    kept = []
    for example in found:
        key = f"{example.brief.kind}:{example.origin}"
        counts[key] += 1
        if counts[key] <= MOST_OF_ONE:
            kept.append(example)
    return folder.name, kept, functions


def is_supported(example: Example, least: float) -> bool:
    """Whether at least this share of the text's content words stands in its Brief."""
    return support(example.text, example.brief.sources) >= least


def _entries(folder: Path) -> Iterator[tuple[Entry, Find]]:
    """Every symbol of the packages in a folder, with what finds others of its package; one that cannot be read is left out."""
    for child in sorted(folder.iterdir()):
        is_package = (child / "__init__.py").is_file() or (child.suffix == ".py" and child.is_file())
        if not is_package or _SKIPPED.search(child.stem):
            continue
        try:
            facts = read_package(child, private=True, tolerant=True)
        except InputError:
            continue
        find = {entry.about: entry for entry in facts}.get
        yield from ((entry, find) for entry in facts if not _SKIPPED.search(entry.about))


def licence_of(folder: Path) -> tuple[str, str]:
    """Version and permissive licence of an installed package, by its metadata; an empty licence where it is not permissive."""
    for metadata in sorted(folder.glob("*.dist-info/METADATA")):
        headers = HeaderParser().parsestr(metadata.read_text(encoding="utf-8", errors="replace"))
        classifiers = [line for line in headers.get_all("Classifier", []) if line.startswith("License")]
        named = [headers.get("License-Expression", ""), *(line.rpartition("::")[2].strip() for line in classifiers)]
        lines = (headers.get("License", "") or "").splitlines() or [""]  # some hold the whole text; its title says enough
        text = "; ".join(filter(None, named)) or lines[0]
        is_permissive = _PERMISSIVE.search(text) and not _RESTRICTED.search(text)
        return headers.get("Version", ""), text[:60] if is_permissive else ""
    return "", ""
