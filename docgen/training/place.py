"""The folder that an adapter is trained into: what a run, trials and folds keep there, and whether there is anything to do.

In: the folder, and what was named to learn from. Out: `Sources`, whose corpus is built there where they are none yet; the
record of an adapter that is finished; an InputError for what a run would write over. A killed run may leave anything half-made,
and what it leaves is either gone on with, cleared away or in nobody's way.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docgen.corpus.build import build
from docgen.report import InputError
from docgen.settings import Settings
from docgen.training.checkpoints import RUN_RECORD
from docgen.writers import ADAPTER_RECORD
from docgen.writers.local.record import Record, read_record

Progress = Callable[..., None]
RUN = "checkpoints"  # until the adapter is finished
TRIED = frozenset({"search", "folds"})  # what trials and folds leave
_OWN = frozenset({"corpus", RUN, "runs"})  # what a run makes before it is finished
_HIDDEN = ".docgen-"  # begins the name of what a killed process has left


@dataclass(frozen=True)
class Sources:
    """What was named on the command line, and where the run keeps its files. `resume`: what a broken one has left is used."""

    corpus: Path
    place: Path
    project: Settings | None
    base: str
    since: Path | None
    resume: bool

    @property
    def folder(self) -> Path:
        """The corpus itself, or where the one lies that is built from the sources that it names."""
        return self.corpus if (self.corpus / "train.jsonl").is_file() else self.place / "corpus"

    def build(self, progress: Progress) -> None:
        """Builds the corpus where sources were named. One that a broken run, trials or folds have built is taken as it is."""
        is_kept = self.resume or any(is_begun(self.place / name) for name in TRIED)
        if self.folder == self.corpus or (is_kept and (self.folder / "train.jsonl").is_file()):
            return
        progress(f"building a corpus from {self.corpus}")
        build([str(self.corpus)], self.folder, settings=self.project, progress=progress)


def is_begun(folder: Path) -> bool:
    """Whether trials or folds lie in a folder: what was refused leaves no more than the record that it began with."""
    return folder.is_dir() and any(path.name != RUN_RECORD for path in folder.iterdir())


def finished(output: Path, resume: bool) -> Record | None:
    """The record of an adapter that is finished already, where a run is resumed; None where there is something to do.

    Raises InputError where `output` holds something that a run would overwrite.
    """
    if not output.exists():
        return None
    found = {path.name for path in output.iterdir() if not path.name.startswith(_HIDDEN)} if output.is_dir() else {output.name}
    if output.is_dir() and not found - TRIED - {"corpus"}:
        return None
    if not resume or not output.is_dir():
        fix = "docgen train --resume goes on with a broken run; else choose another folder, or delete this one"
        raise InputError("the output is there already and not empty", str(output), fix)
    if (output / RUN / RUN_RECORD).is_file():
        return None
    if (output / ADAPTER_RECORD).is_file():
        clear(output)
        return read_record(output)
    if found - TRIED - _OWN:
        raise InputError("no run to resume", str(output), "choose another folder, or delete this one")
    return None


def clear(output: Path) -> None:
    """Takes away what a run needed on its way."""
    for path in (output / RUN, *output.glob(f"{_HIDDEN}rows-*")):
        if path.exists():
            shutil.rmtree(path)


@contextmanager
def workplace(output: Path, dry_run: bool) -> Iterator[Path]:
    """Where the run keeps its files: the output folder, or for a dry run one that is gone afterwards."""
    if not dry_run:
        yield output  # made with its first file, so that what is refused before leaves none
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
