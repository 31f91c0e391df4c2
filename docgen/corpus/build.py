"""`docgen corpus build`: sources into a corpus, split by source.

In: package folders or installed names, documents, model folders, rows, and folders of all these. Out: a corpus folder with its
record and its card, whole or not at all. Read `build` from top to bottom. Rows go through the disk, so that memory holds a
little of each and no more; all cores read, and what has not changed since the last time comes from the cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from docgen.cache import Cache
from docgen.corpus.arranging import arrange
from docgen.corpus.card import CARD, card
from docgen.corpus.crew import Crew
from docgen.corpus.gathering import Gatherer
from docgen.corpus.reading import Reading, count_files
from docgen.corpus.record import RECORD, Record, read_record
from docgen.corpus.reporting import report_of
from docgen.corpus.stock import Stock
from docgen.corpus.store import SPLITS, is_corpus
from docgen.corpus.survey import survey
from docgen.corpus.workplace import filled, workplace
from docgen.corpus.writing import write_splits
from docgen.files import Batch, refusals_told
from docgen.journal import settled
from docgen.report import InputError, Report
from docgen.settings import Settings

_OWN = frozenset((CARD, RECORD, *(f"{split}.jsonl" for split in SPLITS)))
_FILES_A_WORKER = 25  # fewer are read sooner than a process is started
Progress = Callable[..., None]


def build(
    sources: Sequence[str],
    output: Path,
    *,
    settings: Settings | None = None,
    progress: Progress = lambda *_: None,
    cache: Cache | None = None,
    workers: int = 0,
    strict: bool = False,
    full_report: bool = False,
) -> Report:
    """Writes a corpus to `output`, over one that is there. The findings name files that could not be read, which `strict` makes
    errors, and sources that gave nothing. `workers` processes read (0: one a core); the result is the same for any number.

    Raises InputError, and writes nothing, for a source that is missing, for sources without a labelled section, and where
    `output` cannot be written or holds something else than a corpus.
    """
    settings, cache = settings or Settings(), cache or Cache(None)
    settled(output, progress)
    _refuse_occupied(output)
    earlier = read_record(output)
    found = survey(sources, output, settings)
    files = count_files(found.places)
    workers = max(1, min(workers or os.cpu_count() or 1, files // _FILES_A_WORKER))
    with refusals_told(output), workplace(output) as folder:
        gatherer = Gatherer(settings, cache, folder / "facts")
        with Crew(gatherer, workers, gatherer.prepare) as crew, closing(Stock(folder)) as stock:
            for removed in found.removed:
                stock.leave_out(removed)
            reading = Reading(
                found.places, files, gatherer, crew, stock, cache, workers, lambda done: progress("reading", done, files)
            )
            reading.packages(folder / "facts")
            reading.documents()
            reading.rows()
            if not stock.numbers():
                raise _nothing(sources, stock)
            progress(f"{len(stock.numbers())} rows: looking for repetitions")
            arranged = arrange(stock, settings.corpus, reading.modules, earlier.splits if earlier else {})
            record = write_splits(stock, arranged, folder, settings)
            _save(output, folder, record, earlier, progress)
            return report_of(record, stock, output, reading.barren(), reading.bases(), strict=strict, full=full_report)


def _refuse_occupied(output: Path) -> None:
    """Raises InputError where `output` holds anything that a corpus does not, or cannot be written."""
    if output.exists() and not output.is_dir():
        raise InputError("the output is a file, not a folder", str(output), "name a new folder")
    there = sorted(path.name for path in output.iterdir() if not path.name.startswith(".")) if output.exists() else []
    others = [name for name in there if not is_corpus(output) or name not in _OWN]
    if others:
        named = ", ".join(others[:3]) + (" and more" if len(others) > 3 else "")
        raise InputError(f"the output folder holds other files: {named}", str(output), "name a new folder, or a corpus")
    batch = Batch(output)
    for name in _OWN:
        batch.add(output / name, b"")
    batch.refuse_unwritable()  # now, and not after an hour of work


def _save(output: Path, folder: Path, record: Record, earlier: Record | None, progress: Progress) -> None:
    """All files of the corpus, or none. Raises InputError where it is not the `earlier` one any more: its splits were kept."""
    with filled(output, progress):
        if read_record(output) not in (earlier, record):
            raise InputError("another build wrote it meanwhile; nothing was written", str(output), "run it again")
        batch = Batch(output)
        for split in SPLITS:
            batch.add_file(output / f"{split}.jsonl", folder / f"{split}.jsonl")
        batch.add(output / RECORD, record.to_bytes())
        batch.add(output / CARD, card(record).encode("utf-8", "backslashreplace"))
        batch.commit()


def _nothing(sources: Sequence[str], stock: Stock) -> InputError:
    """The error for sources that gave no example at all."""
    fix = (
        "give documents with headings such as Introduction, Use Case or Error Handling below the name of what they speak of, "
        "or a package with docstrings; [labels] in docgen.toml maps other headings"
    )
    first = next(stock.all_removed(), None)
    count = stock.removed.total()
    told = f"; {count} were left out, the first at {first.path}:{first.line}: {first.reason}" if first else ""
    return InputError(f"no labelled sections in {', '.join(sources)}{told}", fix=fix)
