"""`docgen train`: a corpus into an adapter, with its held-out scores and its card.

In: a corpus, or sources to build one from. Out: the adapter's folder and a Report with the scores of base, adapter and of two
writers without a model. Read `train` from top to bottom. What it calls in `training/` brings torch along, so it is imported
when it runs, after the libraries have been told to keep quiet.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.corpus.build import build
from docgen.corpus.store import SPLITS, Split, corpus_mark
from docgen.files import root_of
from docgen.report import Finding, InputError, Report
from docgen.settings import Settings, TrainSettings
from docgen.write import write
from docgen.writers import ADAPTER_RECORD
from docgen.writers.extractive import ExtractiveWriter
from docgen.writers.local.quiet import quiet_libraries
from docgen.writers.plain import PlainWriter

if TYPE_CHECKING:
    from docgen.training.evaluation import Scored
    from docgen.training.rows import Row, Rows
    from docgen.training.trainer import DocgenTrainer, Trained
    from docgen.writers.local.base import Base, Quantization
    from docgen.writers.local.chat import Chat
    from docgen.writers.local.generation import Limits
    from docgen.writers.local.record import Record

Progress = Callable[..., None]
_RUN = "checkpoints"  # in the output folder, until the adapter is finished


def train(
    corpus: Path,
    *,
    output: Path,
    base: str = "sm",
    settings: TrainSettings | None = None,
    project: Settings | None = None,
    resume: bool = False,
    dry_run: bool = False,
    quantization: Quantization = "nf4",
    progress: Progress = lambda *_: None,
) -> Report:
    """Trains an adapter of `base` on `corpus`, a built corpus or a folder of sources, and saves it in `output`. Sources are
    built into a corpus by the settings of their `project`.

    `resume` goes on with a broken run; `dry_run` checks everything, times two steps and writes nothing. The findings are rows
    that could not be used. Raises InputError for a bad row (file:line), base or output, and for a run to resume of which
    something has changed. Ctrl-C saves a checkpoint, then raises KeyboardInterrupt.
    """
    quiet_libraries()
    from docgen.training.trainer import load_best, run

    settings = settings or TrainSettings()
    if not dry_run and (finished := _finished(output, resume)):
        return finished
    with _workplace(output, dry_run) as place:
        task = _prepare(lambda: _built(corpus, place, project, progress), base, settings, quantization, progress)
        trainer = _trainer(task, place / _RUN, progress)
        planned = _plan(task, trainer, progress)
        if dry_run:
            return Report("train", task.left_out, {"dry_run": True, **planned}, _plan_text(planned))
        checkpoint = _begin(task, place / _RUN, resume, progress)
        before = _score_base(task, trainer, progress)  # the trainer's model as it is now, the adapter off
        trained = run(trainer, settings.seed, checkpoint)
        if trained.interrupted:
            progress(f"interrupted at step {trainer.state.global_step}; the same command with --resume goes on from there")
            raise KeyboardInterrupt
        selected = load_best(trainer, place / _RUN)
        after = _score(task, trainer, "the adapter", progress)
        scores = {"base": before, "adapter": after, **_score_baselines(task)} if task.held else {}
        record = _record(task, trained, selected, scores, output)
        return _save(task, trainer, record, output, progress)


# What there is to do -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """All that a run needs: rows to learn from, rows to choose the checkpoint by, and rows of the split `scored` to score
    on."""

    base: Base
    chat: Chat
    corpus_mark: str
    settings: TrainSettings
    quantization: Quantization
    rows: Rows
    validation: tuple[Row, ...]
    held: tuple[Row, ...]
    scored: Split
    left_out: tuple[Finding, ...]
    counts: dict[str, int]
    limits: Limits


def _prepare(
    built: Callable[[], Path], base: str, settings: TrainSettings, quantization: Quantization, progress: Progress
) -> Task:
    """Reads and checks everything that can be read before the model is loaded; `built` gives the corpus."""
    from docgen.training.rows import read_rows_of
    from docgen.writers.local.base import load_tokenizer, resolve
    from docgen.writers.local.chat import Chat
    from docgen.writers.local.generation import LIMITS

    chosen = resolve(base)
    tokenizer = load_tokenizer(chosen)
    chat = Chat.of(tokenizer, chosen.folder, chosen.excerpt_lines(settings.max_length))
    folder = built()
    longest = min(settings.max_length, chosen.context)
    splits = {split: read_rows_of(folder, split, chat, longest) for split in SPLITS}
    rows = splits["train"]
    if not rows.kept:
        raise InputError("no rows to learn from", str(folder / "train.jsonl"), "build the corpus from more sources")
    scored: Split = "test" if splits["test"].kept else "validation"
    return Task(
        base=chosen,
        chat=chat,
        corpus_mark=corpus_mark(folder),
        settings=settings,
        quantization=quantization,
        rows=rows,
        validation=_evenly(splits["validation"].kept, settings.eval_rows),
        held=_evenly(splits[scored].kept, settings.eval_rows),
        scored=scored,
        left_out=tuple(finding for split in SPLITS for finding in splits[split].dropped),
        counts={split: len(splits[split].dropped) for split in SPLITS},
        limits=replace(LIMITS, new_tokens=min(LIMITS.new_tokens, rows.longest_answer * 5 // 4)),
    )


def _built(corpus: Path, place: Path, project: Settings | None, progress: Progress) -> Path:
    """The corpus itself, or one built from the sources that `corpus` names. One that a broken run has built is taken as it
    is."""
    if (corpus / "train.jsonl").is_file():
        return corpus
    folder = place / "corpus"
    if not (folder / "train.jsonl").is_file():
        progress(f"building a corpus from {corpus}")
        build([str(corpus)], folder, settings=project, progress=progress)
    return folder


def _evenly(rows: Sequence[Row], most: int) -> tuple[Row, ...]:
    """At most so many rows, from all over the split: its sources lie one after the other."""
    return tuple(rows) if len(rows) <= most else tuple(rows[number * len(rows) // most] for number in range(most))


# Training ----------------------------------------------------------------------------------------------------------------


def _trainer(task: Task, folder: Path, progress: Progress) -> DocgenTrainer:
    """The loaded model in a trainer."""
    from docgen.training.trainer import Held, Steps, make_trainer
    from docgen.writers.local.base import load_model

    progress(f"loading {task.base.name}" + (" in 4 bits" if task.quantization == "nf4" else ""))
    model = load_model(task.base, task.quantization)
    steps = Steps.of(len(task.rows), task.settings, model.num_parameters())
    held = Held(task.chat, task.validation, task.limits) if task.validation else None
    return make_trainer(model, task.chat, task.rows, held, task.settings, steps, folder, progress)


def _plan(task: Task, trainer: DocgenTrainer, progress: Progress) -> dict:
    """What the run will do, and how long it takes by the time of two steps; said before anything is done."""
    from docgen.training.trainer import seconds_a_step

    plan = {
        "rows": len(task.rows),
        "tokens": task.rows.tokens,
        "validation_rows": len(task.validation),
        "left_out": len(task.left_out),
        "steps": trainer.args.max_steps,
        "seconds": round(seconds_a_step(trainer) * trainer.args.max_steps, 3),
        "drawn": task.rows.drawn,
    }
    progress(_plan_text(plan))
    return plan


def _plan_text(plan: dict) -> str:
    by_weight = ", ".join(f"{name} {times:.1f}x" for name, times in plan["drawn"].items())
    drawn = f"; rows drawn by weight: {by_weight}" if by_weight else ""
    left_out = f"; {plan['left_out']} rows left out" if plan["left_out"] else ""
    seconds = float(plan["seconds"])
    time = f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
    return (
        f"plan: {plan['rows']} rows of {plan['tokens']:,} tokens, {plan['steps']} steps in about {time}, "
        f"the checkpoint chosen by {plan['validation_rows']} validation rows{left_out}{drawn}"
    )


def _begin(task: Task, folder: Path, resume: bool, progress: Progress) -> Path | None:
    """Writes the run's record, or compares with it where a run is resumed: then the checkpoint to go on from, if there is
    one."""
    from docgen.training.adapter import versions
    from docgen.training.checkpoints import RUN_RECORD, RunRecord, newest_checkpoint

    settings = {name: value for name, value in asdict(task.settings).items() if name != "base"}
    record = RunRecord(
        settings | {"quantization": task.quantization}, task.corpus_mark, task.base.mark, task.chat.prompt_mark, versions()
    )
    if not resume or not (folder / RUN_RECORD).is_file():
        record.write(folder)
        return None
    for change in record.check_unchanged(folder):
        progress(f"a library has changed since the run began: {change}")
    checkpoint = newest_checkpoint(folder)
    progress(f"going on from {checkpoint.name}" if checkpoint else "no whole checkpoint: beginning again")
    return checkpoint


# Scoring -----------------------------------------------------------------------------------------------------------------


def _score_base(task: Task, trainer: DocgenTrainer, progress: Progress) -> Scored:
    """The base alone, on the same rows and in the same way as the adapter."""
    with trainer.model.disable_adapter():
        return _score(task, trainer, "the base", progress)


def _score(task: Task, trainer: DocgenTrainer, who: str, progress: Progress) -> Scored:
    from docgen.training.evaluation import score_model

    return score_model(
        trainer.model, task.chat, task.held, task.limits, lambda done: progress(f"scoring {who}", done, len(task.held))
    )


def _score_baselines(task: Task) -> dict[str, Scored]:
    """Two writers without a model: a model that scores no better has learnt nothing."""
    from docgen.training.evaluation import score_texts

    briefs = [row.example.brief for row in task.held]
    extractive = ExtractiveWriter([row.example for row in task.rows])
    return {
        name: score_texts(task.held, writer.write(briefs))
        for name, writer in (("extractive", extractive), ("statements", PlainWriter()))
    }


# Keeping -----------------------------------------------------------------------------------------------------------------


def _record(task: Task, trained: Trained, selected: dict, scores: dict[str, Scored], output: Path) -> Record:
    """The adapter's record."""
    from docgen.training.adapter import peak_memory, versions
    from docgen.writers.local.record import BaseReference, Record

    rows = {"train": len(task.rows), "validation": len(task.validation), "scored": len(task.held)}
    return Record(
        base=BaseReference.to(task.base, output),
        prompt={"mark": task.chat.prompt_mark, "excerpt_lines": task.chat.excerpt_lines},
        corpus={"mark": task.corpus_mark, "rows": {**rows}},
        quantization=task.quantization,
        settings={name: value for name, value in asdict(task.settings).items() if name != "base"},
        versions=versions(),
        longest_answer=task.rows.longest_answer,
        selected=selected,
        scores={task.scored: {name: dict(found.metrics) for name, found in scores.items()}} if scores else {},
        signatures=dict(scores["statements"].signatures) if scores else {},
        dropped=task.counts,
        seconds=round(trained.seconds, 1),
        tokens_per_second=round(trained.tokens / max(trained.seconds, 1e-9), 1),
        peak_memory_bytes=peak_memory(),
    )


def _save(task: Task, trainer: DocgenTrainer, record: Record, output: Path, progress: Progress) -> Report:
    """The adapter's folder and its card, facts only; then the checkpoints are of no more use."""
    from docgen.training.adapter import save_adapter

    progress(f"saving {output}")
    save_adapter(output, output / _RUN / "finished", trainer.model, task.chat.tokenizer, trainer.state, record)
    write([str(output)], writer="none", root=root_of(output), settings=Settings())
    shutil.rmtree(output / _RUN)
    return _report(record, output, task.left_out)


def _report(record: Record, output: Path, left_out: Sequence[Finding] = ()) -> Report:
    from docgen.training.evaluation import table

    chosen = record.selected
    how = f", chosen by validation {chosen['metric']} {chosen['value']}" if "metric" in chosen else ""
    speed = f"{record.seconds:.0f} s, {record.tokens_per_second:,.0f} tokens a second"
    lines = [f"{output}: adapter of {record.base.name}, step {chosen.get('step')}{how}; {speed}"]
    for split, scores in record.scores.items():
        lines += ["", f"scores on the {split} split", table(scores)]
    return Report("train", tuple(left_out), {"output": str(output), **asdict(record)}, "\n".join(lines))


# The output folder -------------------------------------------------------------------------------------------------------


def _finished(output: Path, resume: bool) -> Report | None:
    """The report of an adapter that is finished already, where a run is resumed; None where there is something to do.

    Raises InputError where `output` holds something that a run would overwrite.
    """
    from docgen.training.checkpoints import RUN_RECORD
    from docgen.writers.local.record import read_record

    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return None
    if not resume or not output.is_dir():
        fix = "docgen train --resume goes on with a broken run; else choose another folder, or delete this one"
        raise InputError("the output is there already and not empty", str(output), fix)
    if (output / ADAPTER_RECORD).is_file() and not (output / _RUN).exists():
        return _report(read_record(output), output)
    if not (output / _RUN / RUN_RECORD).is_file() and {path.name for path in output.iterdir()} - {"corpus", _RUN}:
        raise InputError("no run to resume", str(output), "choose another folder, or delete this one")
    return None


@contextmanager
def _workplace(output: Path, dry_run: bool) -> Iterator[Path]:
    """Where the run keeps its files: the output folder, or for a dry run one that is gone afterwards."""
    if not dry_run:
        yield output  # made with its first file, so that what is refused before leaves none
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
