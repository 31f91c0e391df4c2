"""What to train with, found by running: trials of other settings, or folds of the corpus; both end in one table.

In: a corpus or sources, an output folder, settings. Out: `Tried`. What was tried is kept below the output folder, with a record
of all that decides how its runs go: trials and folds of something else would stand in one table with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docgen.corpus.store import corpus_mark, split_lines
from docgen.facts import JSON
from docgen.report import InputError
from docgen.settings import Settings, TrainSettings
from docgen.training.checkpoints import RUN_RECORD, RunRecord, deciding
from docgen.training.place import Sources, finished, is_begun

Progress = Callable[..., None]
GOES_ON = "the same command with --resume goes on from there"


@dataclass(frozen=True)
class Tried:
    """What trials or folds end in: the settings to train with, their table, and what the report of the run says of them."""

    settings: TrainSettings
    table: str
    record: dict[str, JSON]


def tried(
    corpus: Path,
    output: Path,
    project: Settings,
    *,
    trials: int,
    folds: int,
    quantization: str,
    resume: bool,
    progress: Progress,
) -> Tried:
    """What so many `trials` of settings or `folds` of the corpus (0: none) give. What was built and tried lies in `output`,
    where `train` then goes on.

    Raises InputError for an output that is not empty, unless a broken run is to be resumed, for one to resume of which
    something has changed, and where several processes were started.
    """
    word, name = ("--trials", "search") if trials else ("--folds", "folds")
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise InputError(f"{word} starts its runs itself, one after the other", word, "start it without torchrun")
    is_over, folder = finished(output, resume) is not None, output / name
    goes_on = is_begun(folder)
    if goes_on and not resume:
        what = f"a run with {word} is there already"
        raise InputError(what, str(folder), "add --resume to go on with it, or delete the folder")
    if is_over and not (folder / RUN_RECORD).is_file():
        raise InputError(f"the adapter there is finished, without {word}", str(output), "train into another folder")
    sources = Sources(corpus, output, project, project.train.base, None, resume)
    sources.build(progress)
    settings = _begun(sources.folder, folder, project.train, folds, quantization, goes_on, progress)
    try:
        if trials:
            from docgen.training.search import search

            found = search(sources.folder, folder, settings, trials, quantization, progress, is_over)
            return Tried(found.settings, f"{trials} trials\n{found.table}", {"trials": found.trials})
        from docgen.training.crossing import cross

        crossed = cross(sources.folder, folder, settings, folds, quantization, progress)
        head = f"{folds} folds, each scored by an adapter that has not seen it: mean ± deviation"
        return Tried(settings, f"{head}\n{crossed.table}", {"folds": crossed.record})
    except KeyboardInterrupt:
        progress(f"interrupted; {GOES_ON}")
        raise


def _begun(
    corpus: Path, folder: Path, settings: TrainSettings, folds: int, quantization: str, goes_on: bool, progress: Progress
) -> TrainSettings:
    """The settings that trials or folds begin with, nothing left to choose. They are written down, or compared with what was
    where they have begun: what was tried with others would stand in one table with it."""
    from docgen.training.adapter import versions
    from docgen.training.steps import chosen
    from docgen.writers.local.base import load_tokenizer, resolve, weight_files
    from docgen.writers.local.chat import Chat

    base = resolve(settings.base)
    parameters = sum(path.stat().st_size for path in weight_files(base.folder)) // 2
    settings = chosen(settings, sum(1 for _ in split_lines(corpus, "train")), parameters)
    chat = Chat.of(load_tokenizer(base), base.folder, base.excerpt_lines(settings.max_length))
    decides = deciding(settings) | {"quantization": quantization} | ({"folds": folds} if folds else {})
    record = RunRecord(decides, corpus_mark(corpus), base.mark, chat.prompt_mark, versions())
    if (folder / RUN_RECORD).is_file() and goes_on:
        for change in record.check_unchanged(folder):
            progress(f"a library has changed since the run began: {change}")
    else:
        record.write(folder)
    return settings
