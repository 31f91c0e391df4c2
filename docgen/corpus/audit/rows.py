"""A corpus as the audit holds it: every row in a few hundred bytes, and its example again from the file when it is wanted.

In: a corpus folder. Out: `Row`s with their examples, once from beginning to end, and single examples later. A corpus may be
larger than memory; what is counted and compared of it is not.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.corpus.cleaning.truth import statements_supported
from docgen.corpus.store import SPLITS, Example, Labelled, Origin, Split, load_row
from docgen.report import InputError


@dataclass(frozen=True, slots=True)
class Row:
    """Where an example stands (`line` of its split's file, which begins at byte `offset`), and what is counted of it. `path`
    and `stands_at` are the document's, `text_mark` changes with the text's words, `brief_mark` with the Brief."""

    split: Split
    line: int
    offset: int
    kind: str
    about: str
    source: str
    license: str
    origin: Origin
    labelled: Labelled
    path: str
    stands_at: int
    words: int
    support: float | None
    confidence: float
    weight: float
    text_mark: bytes
    brief_mark: str

    @property
    def document(self) -> str:
        """`docs/http.md:41`; empty where nobody has recorded it."""
        return f"{self.path}:{self.stands_at}" if self.path and self.stands_at else self.path

    @property
    def short(self) -> str:
        """`train:12`."""
        return f"{self.split}:{self.line}"


def file_of(corpus: Path, split: Split) -> Path:
    """The file of a split."""
    return corpus / f"{split}.jsonl"


def read(corpus: Path) -> Iterator[tuple[Row, Example]]:
    """Every row with its example, split by split. Raises InputError for a folder that is no corpus or a bad row (file:line)."""
    for split in SPLITS:
        path = file_of(corpus, split)
        if not path.is_file():
            raise InputError(f"not a corpus: {path.name} is missing", str(corpus), f"docgen corpus build SOURCE... -o {corpus}")
        offset = 0
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    example = load_row(line, f"{path}:{number}")
                    yield _row(example, split, number, offset), example
                offset += len(line)


def _row(example: Example, split: Split, line: int, offset: int) -> Row:
    own, brief = sys.intern, example.brief  # a corpus has few kinds, sources and documents
    words = example.text.split()
    return Row(
        split=split,
        line=line,
        offset=offset,
        kind=own(brief.kind),
        about=brief.about,
        source=own(example.source),
        license=own(example.license),
        origin=example.origin,
        labelled=example.labelled,
        path=own(example.path),
        stands_at=example.line,
        words=len(words),
        support=statements_supported(example) if example.support is None else example.support,
        confidence=example.confidence,
        weight=example.weight,
        text_mark=hashlib.blake2b(" ".join(words).casefold().encode("utf-8", "surrogatepass"), digest_size=12).digest(),
        brief_mark=brief.mark,
    )


def texts_of(corpus: Path) -> Iterator[str]:
    """The text of every row, in the order of `read`, which has found all of them sound."""
    for split in SPLITS:
        with file_of(corpus, split).open("rb") as lines:
            yield from (json.loads(line)["text"] for line in lines if line.strip())


def examples_of(corpus: Path, rows: Sequence[Row]) -> list[Example]:
    """The examples of some rows, in their order."""
    found = []
    for row in rows:
        path = file_of(corpus, row.split)
        with path.open("rb") as lines:
            lines.seek(row.offset)
            found.append(load_row(lines.readline(), f"{path}:{row.line}"))
    return found
