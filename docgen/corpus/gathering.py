"""What one file gives a corpus, from the cache where nothing has changed that it rests on.

In: a module's entries, a document or rows, as jobs that any process can do. Out: `Gathered`. A module's result rests on the
module; a document's on itself, on all names that it may cite, and on the modules whose facts it was given. What makes results
(`making`) is imported where one has to be made, since that takes longer than to look up hundreds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from functools import cached_property
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

from docgen.cache import Cache, code_mark
from docgen.corpus.duplicates import NO_PRINTS, Prints, Rank, rank
from docgen.corpus.found import Found, Place
from docgen.corpus.removal import Removed
from docgen.corpus.store import Example, Origin
from docgen.facts import JSON, mark
from docgen.files import read_bytes
from docgen.readers.python_api import ModuleFacts
from docgen.report import InputError
from docgen.settings import Settings

if TYPE_CHECKING:
    from docgen.corpus.making import Maker

_KIND = "corpus"  # of cached results
# What a result rests on beside its file: whatever of docgen is run to make it.
_CODE = (
    *("corpus", "readers", "claims", "statements"),
    *("brief", "document", "facts", "front_matter", "outline", "settings", "subjects", "support"),
)
_DOCGEN = Path(__file__).parent.parent
_WEIGHTS = (_DOCGEN / "corpus" / "labels" / "weights.json", _DOCGEN / "bases" / "sm" / "tokenizer.json")
_GLOBAL = ("include", "gitignore", "near_duplicate", "balance", "augment", "terms")  # settings that no single file feels


@dataclass(frozen=True)
class ModuleJob:
    """A module to make examples from. `file` is where it lies, `license` that of its package, which its own header outdoes."""

    place: int
    source: str
    license: str
    path: str
    file: Path
    module: ModuleFacts


@dataclass(frozen=True)
class DocumentJob:
    """A document to read: `file` on the disk, called `path` in rows and messages. `names` is a mark of all names that
    it may speak of."""

    place: int
    source: str
    license: str
    path: str
    file: Path
    is_card: bool
    names: str


@dataclass(frozen=True)
class RowsJob:
    """Lines of a file of rows, the first of which has the number `line`."""

    place: int
    path: str
    line: int
    lines: tuple[bytes, ...]


Job = ModuleJob | DocumentJob | RowsJob


@dataclass(frozen=True, slots=True)
class Light:
    """What of an example stays in memory: enough to compare, split and count it. `subject` is the kind of what it is about,
    `rank` its order among its repetitions."""

    kind: str
    about: str
    source: str
    license: str
    subject: str
    origin: Origin
    path: str
    line: int
    heading: str
    labelled: str
    words: int
    weight: float
    rank: Rank


@dataclass(frozen=True)
class Headed:
    """A heading and how it was labelled; `kind` and `by` are empty where it was not."""

    path: str
    line: int
    heading: str
    kind: str
    by: str
    confidence: float


@dataclass(frozen=True)
class Gathered:
    """What one job gave: rows as they are written, with the prints of their texts, what was left out, repaired and found, and
    the headings met. `rests_on` has the marks of the modules and models whose facts it was given, by their names there."""

    place: int
    rows: tuple[tuple[Light, bytes], ...] = ()
    prints: Prints = NO_PRINTS
    removed: tuple[Removed, ...] = ()
    repairs: Counter[str] = field(default_factory=Counter)
    private: Found = field(default_factory=Found)
    headings: tuple[Headed, ...] = ()
    rests_on: Mapping[str, str] = field(default_factory=dict)


class Gatherer:
    """What every process of a build does with a job. `shelf` has what documents may speak of."""

    def __init__(self, settings: Settings, cache: Cache, shelf: Path) -> None:
        self.settings, self.cache, self.shelf = settings, cache, shelf
        steering = {name: value for name, value in asdict(settings.corpus).items() if name not in _GLOBAL}
        labels: list[JSON] = [[kind, list(headings)] for kind, headings in settings.labels.items()]
        self.mark = mark([json.dumps(steering, sort_keys=True), labels, code_mark(*_CODE), *map(_mark_of, _WEIGHTS)], 32)

    def kept(self, job: Job, marks: Mapping[str, str]) -> Gathered | None:
        """What the cache has for a job where nothing has changed that it rests on; `marks` are those on the shelf."""
        try:
            kept = self.cache.get(_KIND, self._key(job))
        except InputError:
            return None
        found = _from_bytes(kept, job.place) if kept is not None else None
        is_current = found is not None and all(marks.get(name) == one for name, one in found.rests_on.items())
        return found if is_current else None

    def __call__(self, job: Job) -> Gathered:
        """What the job gives, also for the next time. A file that cannot be read is a removal, not an error."""
        try:
            key = self._key(job)
            gathered = self._maker.make(job)
        except InputError as error:
            return Gathered(job.place, removed=(unreadable(error, job.path),))
        except RecursionError:
            return Gathered(job.place, removed=(Removed("unreadable", job.path, 1, "nested too deeply"),))
        self.cache.put(_KIND, key, _to_bytes(gathered))
        return gathered

    def prepare(self) -> None:
        """Imports what a first result takes."""
        self._maker.prepare()

    @cached_property
    def _maker(self) -> Maker:
        from docgen.corpus.making import Maker

        return Maker(self.settings, self.shelf)

    def _key(self, job: Job) -> str:
        match job:
            case ModuleJob():
                rests_on = [job.source, job.license, job.path, job.module.mark]
            case DocumentJob():
                content = hashlib.sha256(read_bytes(job.file)).hexdigest()
                rests_on = [job.source, job.license, job.path, str(job.is_card), content, str(job.place), job.names]
            case RowsJob():
                rests_on = [job.path, str(job.line), hashlib.sha256(b"".join(job.lines)).hexdigest()]
        return "\0".join([type(job).__name__, self.mark, *rests_on])


def _mark_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()


def unreadable(error: InputError, path: str) -> Removed:
    """A file that gave nothing, with the line and the reason that an error tells."""
    line = re.search(r":(\d+)$", error.where)
    return Removed("unreadable", path, int(line[1]) if line else 1, error.what)


def light(example: Example) -> Light:
    """What of an example stays in memory."""
    return Light(
        kind=intern(example.brief.kind),
        about=example.brief.about,
        source=intern(example.source),
        license=intern(example.license),
        subject=intern(example.brief.symbol_kind if example.brief.facts else "without facts"),
        origin=example.origin,
        path=intern(example.path),
        line=example.line,
        heading=intern(example.brief.heading),
        labelled=example.labelled,
        words=len(example.text.split()),
        weight=example.weight,
        rank=rank(example),
    )


# The cache ---------------------------------------------------------------------------------------------------------------


def _to_bytes(gathered: Gathered) -> bytes:
    """A result without its place, which is that of one run: a line of JSON, the rows as they are written, and the prints."""
    content = {
        "rows": [[*astuple(found), len(line)] for found, line in gathered.rows],
        "removed": [astuple(item) for item in gathered.removed],
        "repairs": gathered.repairs,
        "private": [gathered.private.counts, [astuple(place) for place in gathered.private.places]],
        "headings": [astuple(item) for item in gathered.headings],
        "rests_on": dict(gathered.rests_on),
    }
    lines = b"".join(line for _, line in gathered.rows)
    return b"".join((json.dumps(content, ensure_ascii=True).encode(), b"\n", lines, gathered.prints.to_bytes()))


def _from_bytes(content: bytes, place: int) -> Gathered:
    at = content.index(b"\n") + 1
    kept = json.loads(content[:at])
    counts, places = kept["private"]
    rows = []
    for *fields, length in kept["rows"]:
        rows.append((_light(fields), content[at : at + length]))
        at += length
    return Gathered(
        place,
        tuple(rows),
        Prints.from_bytes(content[at:], len(rows)),
        tuple(Removed(*fields) for fields in kept["removed"]),
        Counter(kept["repairs"]),
        Found(Counter(counts), [Place(*fields) for fields in places]),
        tuple(Headed(*fields) for fields in kept["headings"]),
        kept["rests_on"],
    )


def _light(fields: Sequence[Any]) -> Light:
    return Light(**dict(zip(Light.__slots__, fields, strict=True)) | {"rank": tuple(fields[-1])})
