"""`docgen train`: a corpus into an adapter, with its held-out scores and its card.

In: a corpus, or sources to build one from. Out: the adapter's folder and a Report with the scores of base, adapter and of two
writers without a model. Read `train` from top to bottom. What it calls in `training/` brings torch along, so it is imported
when it runs, after the libraries have been told to keep quiet.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.corpus.build import build
from docgen.corpus.record import read_record as read_corpus_record
from docgen.corpus.store import SPLITS, Split, corpus_mark, dump_rows, read_rows, split_lines
from docgen.facts import JSON
from docgen.files import root_of
from docgen.report import Finding, InputError, Report
from docgen.settings import Settings, TrainSettings
from docgen.write import write
from docgen.writers import ADAPTER_RECORD
from docgen.writers.extractive import ExtractiveWriter
from docgen.writers.local.quiet import quiet_libraries
from docgen.writers.plain import PlainWriter

if TYPE_CHECKING:
    from docgen.training.checkpoints import RunRecord
    from docgen.training.cost import Cost
    from docgen.training.evaluation import Scored
    from docgen.training.plan import Plan
    from docgen.training.processes import Processes
    from docgen.training.rows import Row, Rows
    from docgen.training.since import Seen
    from docgen.training.trainer import DocgenTrainer, Trained
    from docgen.writers.local.base import Base, Quantization
    from docgen.writers.local.chat import Chat
    from docgen.writers.local.generation import Limits
    from docgen.writers.local.record import Record

Progress = Callable[..., None]
_RUN = "checkpoints"  # in the output folder, until the adapter is finished
_LEARNT_FROM = 20_000  # rows that the extractive baseline holds; the words typical of a kind show in fewer
_BETTER = "try --trials, more sections, or a larger base"
_TRIED = frozenset({"search", "folds"})  # what `tried` leaves there
_NOT_DECIDING = frozenset(
    {"base", "report_to", "max_forgetting", "general_text"}
)  # settings that change nothing about how a run goes


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
    since: Path | None = None,
    processes: int = 0,
    scored: bool = True,
    progress: Progress = lambda *_: None,
) -> Report:
    """Trains an adapter of `base` on `corpus`, a built corpus or a folder of sources, and saves it in `output`. Sources are
    built into a corpus by the settings of their `project`.

    `resume` goes on with a broken run; `dry_run` checks everything, times two steps and writes nothing; `since` is an adapter
    to go on from with what it has not seen. Without `scored` no held-out rows are scored. The findings are rows that could
    not be used as they are, and an adapter that forgets too much.

    Raises InputError for a bad row (file:line), base or output, for a run to resume of which something has changed, and where
    not as many `processes` run as were asked for (0: any number). Ctrl-C saves a checkpoint, then raises KeyboardInterrupt.
    """
    quiet_libraries()
    from docgen.training.cost import measured
    from docgen.training.processes import joined
    from docgen.training.trainer import load_best, run

    own = joined(processes)
    progress = progress if own.is_main else (lambda *_: None)
    settings = settings or TrainSettings()
    if not dry_run and (finished := own.told(_finished(output, resume) if own.is_main else None)):
        return finished
    with measured() as cost, _workplace(output, dry_run) as place:
        sources = _Sources(corpus, place, project, base, since)
        task = _prepare(sources, settings, quantization, own, scored, progress)
        trainer = _trainer(task, place / _RUN, progress)
        plan = _plan(task, trainer)
        if dry_run:
            return Report("train", task.left_out, {"dry_run": True, **asdict(plan)}, str(plan))
        progress(str(plan))
        checkpoint = _begin(task, place / _RUN, resume, progress)
        before = _score_base(task, trainer, progress)  # the trainer's model as it is now, the adapter off
        trained = run(trainer, settings.seed, checkpoint)
        if trained.interrupted:
            progress(f"interrupted at step {trainer.state.global_step}; the same command with --resume goes on from there")
            raise KeyboardInterrupt
        selected = load_best(trainer, place / _RUN)
        after = _score(task, trainer, "the adapter", progress)
        scores = {"base": before, "adapter": after, **_score_baselines(task)} if task.held else {}
    return _save(task, trainer, _record(task, trainer, trained, selected, scores, cost, output), scores, output, progress)


def tried(
    corpus: Path,
    output: Path,
    project: Settings,
    *,
    trials: int,
    folds: int,
    quantization: Quantization,
    resume: bool,
    progress: Progress,
) -> tuple[TrainSettings, str]:
    """The settings to train with, and a table, after so many `trials` of others or `folds` of the corpus (0: none). What was
    built and tried lies in `output`, where `train` then goes on.

    Raises InputError for an output that is not empty, unless a broken run is to be resumed.
    """
    quiet_libraries()
    from docgen.training.steps import chosen
    from docgen.writers.local.base import resolve, weight_files

    if _finished(output, resume):
        return project.train, ""
    built = _Sources(corpus, output, project, project.train.base, None).built(progress)
    parameters = sum(path.stat().st_size for path in weight_files(resolve(project.train.base).folder)) // 2
    rows = sum(1 for _ in split_lines(built, "train"))
    settings = chosen(project.train, rows, parameters)
    if trials:
        from docgen.training.search import search

        found = search(built, output, settings, trials, quantization, resume, progress)
        return found.settings, f"{trials} trials\n{found.table}"
    from docgen.training.crossing import cross

    crossed = cross(built, output, settings, folds, quantization, resume, progress)
    return settings, f"{folds} folds, each scored by an adapter that has not seen it: mean ± deviation\n{crossed.table}"


# What there is to do -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """All that a run needs: rows to learn from, rows to choose the checkpoint by, and rows of the split `scored` to score
    on."""

    base: Base
    chat: Chat
    corpus_mark: str
    licenses: Mapping[str, int]  # rows to learn from by their licence, "" where none is stated
    settings: TrainSettings
    quantization: Quantization
    rows: Rows
    validation: tuple[Row, ...]
    held: tuple[Row, ...]
    scored: Split
    left_out: tuple[Finding, ...]
    counts: dict[str, int]
    limits: Limits
    processes: Processes
    since: Since | None = None


@dataclass(frozen=True)
class Since:
    """The adapter to go on from, what it was trained on, and how many of the rows it has not seen."""

    adapter: Path
    record: Record
    seen: Seen
    new: int


@dataclass(frozen=True)
class _Sources:
    """What was named on the command line, and where the run keeps its files."""

    corpus: Path
    place: Path
    project: Settings | None
    base: str
    since: Path | None

    def built(self, progress: Progress) -> Path:
        """The corpus itself, or one built from the sources that it names. One that a broken run has built is taken as it
        is."""
        if (self.corpus / "train.jsonl").is_file():
            return self.corpus
        folder = self.place / "corpus"
        if not (folder / "train.jsonl").is_file():
            progress(f"building a corpus from {self.corpus}")
            build([str(self.corpus)], folder, settings=self.project, progress=progress)
        return folder


def _prepare(
    sources: _Sources, settings: TrainSettings, quantization: Quantization, own: Processes, scored: bool, progress: Progress
) -> Task:
    """Reads and checks everything that can be read before the model is loaded."""
    from docgen.training.forgetting import passages_of
    from docgen.training.rows import read_rows_of
    from docgen.writers.local.base import load_tokenizer, resolve
    from docgen.writers.local.chat import Chat
    from docgen.writers.local.generation import LIMITS
    from docgen.writers.local.record import base_of, read_record

    passages_of(_general_text(settings))
    before = read_record(sources.since) if sources.since else None
    chosen = base_of(before, sources.since) if before and sources.since else resolve(sources.base)
    tokenizer = load_tokenizer(chosen)
    chat = Chat.of(tokenizer, chosen.folder, chosen.excerpt_lines(settings.max_length))
    if own.is_main:
        sources.built(progress)
    own.wait()
    folder = sources.built(progress)
    longest = min(settings.max_length, chosen.context)
    splits = {split: read_rows_of(folder, split, chat, longest, settings.overlong, sources.place) for split in SPLITS}
    rows = splits["train"]
    if not len(rows):
        raise InputError("no rows to learn from", str(folder / "train.jsonl"), "build the corpus from more sources")
    since = None
    if sources.since and before:
        rows, since = _news(sources.since, before, rows, settings.seed)
    held: Split = "test" if len(splits["test"]) else "validation"
    return Task(
        base=chosen,
        chat=chat,
        corpus_mark=corpus_mark(folder),
        licenses=_licenses(folder),
        settings=settings,
        quantization=before.quantization if before else quantization,
        rows=rows,
        validation=_evenly(splits["validation"].kept, settings.eval_rows),
        held=_evenly(splits[held].kept, settings.eval_rows) if scored else (),
        scored=held,
        left_out=tuple(finding for split in SPLITS for finding in splits[split].dropped),
        counts={split: sum(found.code == "row-left-out" for found in splits[split].dropped) for split in SPLITS},
        limits=replace(LIMITS, new_tokens=min(LIMITS.new_tokens, rows.longest_answer * 5 // 4)),
        processes=own,
        since=since,
    )


def _licenses(corpus: Path) -> Mapping[str, int]:
    """How many rows of the train split are under which licence, by the corpus's record."""
    record = read_corpus_record(corpus)
    found = Counter[str]()
    for source in record.sources.values() if record else ():
        found.update(source.licenses if source.split == "train" else {})
    return dict(sorted(found.items()))


def _general_text(settings: TrainSettings) -> Path:
    """The text that forgetting is measured by."""
    from docgen.training.forgetting import GENERAL_TEXT

    return Path(settings.general_text) if settings.general_text else GENERAL_TEXT


def _news(adapter: Path, record: Record, rows: Rows, seed: int) -> tuple[Rows, Since]:
    """The rows that an adapter has not seen, with as many that it has."""
    from docgen.training.since import news, read_seen

    seen = read_seen(adapter)
    chosen, new = news(rows, seen, seed)
    return chosen, Since(adapter, record, seen, new)


def _evenly(rows: Sequence[Row], most: int) -> tuple[Row, ...]:
    """At most so many rows, from all over the split: its sources lie one after the other."""
    return tuple(rows) if len(rows) <= most else tuple(rows[number * len(rows) // most] for number in range(most))


# Training ----------------------------------------------------------------------------------------------------------------


def _trainer(task: Task, folder: Path, progress: Progress) -> DocgenTrainer:
    """The loaded model in a trainer."""
    from docgen.training.lean_layers import MOST_OPEN, hold_open, opened_size
    from docgen.training.steps import Steps, chosen
    from docgen.training.trainer import Held, make_trainer
    from docgen.writers.local.base import load_model

    progress(f"loading {task.base.name}" + (" in 4 bits" if task.quantization == "nf4" else ""))
    model = load_model(task.base, task.quantization)
    parameters = model.num_parameters()
    if model.device.type == "cpu" and 0 < opened_size(model) <= MOST_OPEN:
        hold_open(model)
    settings = chosen(task.settings, len(task.rows), parameters)
    if task.since:
        settings = _like(settings, task.since.record)
    rows = _with_replay(task, model, settings, folder, progress)
    steps = Steps.of(len(rows), settings, parameters, task.processes.size)
    held = Held(task.chat, task.validation, task.limits) if task.validation else None
    trainer = make_trainer(model, task.chat, rows, held, settings, steps, folder, progress)
    if task.since:
        _go_on_from(task, trainer, task.since, progress)
    return trainer


def _like(settings: TrainSettings, record: Record) -> TrainSettings:
    """The settings with the shape of an earlier adapter, which its weights have."""
    shape = {name: record.settings[name] for name in ("rank", "alpha", "rslora", "dora", "freeze") if name in record.settings}
    return replace(settings, **shape)  # type: ignore[arg-type]  # they were settings when they were written


def _go_on_from(task: Task, trainer: DocgenTrainer, since: Since, progress: Progress) -> None:
    """Gives the trainer the earlier adapter's weights, and tells how far the new sections are from what it knows."""
    from docgen.training.evaluation import loss
    from docgen.training.since import drift, mark_of
    from docgen.training.trainer import load_weights

    load_weights(trainer, since.adapter)
    new = [row for row in task.rows if mark_of(row) not in since.seen.marks]
    was = next((found["adapter"].get("loss") for found in since.record.scores.values() if "adapter" in found), None)
    found = drift(new, since.seen, loss(trainer.model, task.chat, new), was)
    progress(
        f"{since.new} new or corrected rows since {since.adapter.name}, and {len(task.rows) - since.new} known ones beside"
    )
    progress(str(found))
    trainer.drift = found


def _with_replay(task: Task, model: Any, settings: TrainSettings, folder: Path, progress: Progress) -> Rows:
    """The rows, with the base's own beside them where settings want that. They are kept, so that a resumed run has the same."""
    from docgen.training.replay import replayed, row_of

    count = round(len(task.rows) * settings.replay)
    if not count:
        return task.rows
    kept = folder / "replay.jsonl"
    if task.processes.is_main and not kept.is_file():
        found = replayed(
            model,
            task.chat,
            count,
            task.limits,
            min(settings.max_length, task.base.context),
            settings.seed,
            lambda done: progress("sampling the base", done),
            own_questions=settings.replay_from == "base" or (settings.replay_from == "auto" and task.base.kind != "embedded"),
        )
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_bytes(dump_rows(row.example for row in found))
        os.replace(part, kept)
    task.processes.wait()
    return task.rows.with_more((row_of(example, task.chat) for example in read_rows(kept)), folder)


def _plan(task: Task, trainer: DocgenTrainer) -> Plan:
    """What the run will do."""
    from docgen.training.plan import Plan

    return Plan.of(trainer, trainer.settings, task.rows, len(task.validation), sum(task.counts.values()))


def _begin(task: Task, folder: Path, resume: bool, progress: Progress) -> Path | None:
    """Writes the run's record, or compares with it where a run is resumed: then the checkpoint to go on from, if there is
    one."""
    from docgen.training.adapter import versions
    from docgen.training.checkpoints import WEIGHTS, RunRecord
    from docgen.writers.local.base import weights_mark

    settings = {name: value for name, value in asdict(task.settings).items() if name not in _NOT_DECIDING}
    settings |= {"quantization": task.quantization, "processes": task.processes.size}
    settings |= {"since": weights_mark(task.since.adapter, WEIGHTS) if task.since else ""}
    record = RunRecord(json_of(settings), task.corpus_mark, task.base.mark, task.chat.prompt_mark, versions())
    if not task.processes.is_main:
        return task.processes.told(None)
    return task.processes.told(_checkpoint(record, folder, resume, progress))


def _checkpoint(record: RunRecord, folder: Path, resume: bool, progress: Progress) -> Path | None:
    from docgen.training.checkpoints import RUN_RECORD, newest_checkpoint

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
    from docgen.training.evaluation import Among, score_model

    among = Among(task.processes.index, task.processes.size)
    return score_model(
        trainer.model,
        task.chat,
        task.held,
        task.limits,
        lambda done: progress(f"scoring {who}", done, len(task.held)),
        among,
    )


def _score_baselines(task: Task) -> dict[str, Scored]:
    """Two writers without a model: a model that scores no better has learnt nothing."""
    from docgen.training.evaluation import score_texts

    briefs = [row.example.brief for row in task.held]
    extractive = ExtractiveWriter([row.example for row in _evenly(task.rows.kept, _LEARNT_FROM)])
    return {
        name: score_texts(task.held, writer.write(briefs))
        for name, writer in (("extractive", extractive), ("statements", PlainWriter()))
    }


# Keeping -----------------------------------------------------------------------------------------------------------------


def _record(
    task: Task, trainer: DocgenTrainer, trained: Trained, selected: dict, scores: dict[str, Scored], cost: Cost, output: Path
) -> Record:
    """The adapter's record."""
    from docgen.training.adapter import peak_memory, versions
    from docgen.training.chance import differences, intervals
    from docgen.training.forgetting import forgetting
    from docgen.writers.local.record import BaseReference, Record

    drift = [trainer.drift.record] if trainer.drift else []
    earlier = [*task.since.record.history, {"corpus": task.since.record.corpus.get("mark")}] if task.since else []
    rows = {"train": len(task.rows), "validation": len(task.validation), "scored": len(task.held)}
    return Record(
        base=BaseReference.to(task.base, output),
        prompt={"mark": task.chat.prompt_mark, "excerpt_lines": task.chat.excerpt_lines},
        corpus={"mark": task.corpus_mark, "rows": {**rows}, "licenses": {**task.licenses}},
        quantization=task.quantization,
        settings=json_of({name: value for name, value in asdict(trainer.settings).items() if name not in _NOT_DECIDING}),
        versions=versions(),
        longest_answer=task.rows.longest_answer,
        selected=selected,
        scores={task.scored: {name: dict(found.metrics) for name, found in scores.items()}} if scores else {},
        intervals={task.scored: intervals(scores)} if scores else {},
        differences={task.scored: differences(scores["adapter"], scores["base"])} if scores else {},
        signatures=dict(scores["statements"].signatures) if scores else {},
        dropped=task.counts,
        seconds=round(trained.seconds, 1),
        tokens_per_second=round(trained.tokens / max(trained.seconds, 1e-9), 1),
        peak_memory_bytes=peak_memory(),
        forgetting=forgetting(trainer.model, task.chat, _general_text(task.settings)).record,
        cost=cost.record,
        history=[*earlier, *drift],
    )


def _save(
    task: Task, trainer: DocgenTrainer, record: Record, scores: dict[str, Scored], output: Path, progress: Progress
) -> Report:
    """The adapter's folder and its card, facts only; then the checkpoints are of no more use."""
    from docgen.training.adapter import save_adapter
    from docgen.training.run_page import PAGE, run_page
    from docgen.training.since import SEEN, Seen

    found = (*task.left_out, *forgetful(record, task.settings, output))
    if task.processes.is_main:
        progress(f"saving {output}")
        seen = Seen.of(task.rows)
        more = {
            SEEN: (seen.with_older(task.since.seen) if task.since else seen).content,
            PAGE: run_page(record, trainer.state.log_history, task.held, scores, task.left_out),
        }
        save_adapter(output, output / _RUN / "finished", trainer.model, task.chat.tokenizer, trainer.state, record, more)
        write([str(output)], writer="none", root=root_of(output), settings=Settings())
        shutil.rmtree(output / _RUN)
    task.processes.wait()
    return _report(record, output, found)


def forgetful(record: Record, settings: TrainSettings, output: Path) -> Iterator[Finding]:
    """The finding that the adapter forgets more than it may."""
    rise = float(str(record.forgetting["rise"]))
    if settings.max_forgetting and rise > settings.max_forgetting:
        what = f"the loss on general text rose by {rise:.3f} nats a token, and may rise by {settings.max_forgetting:g}"
        fix = "lower --learning-rate or --epochs, or add --replay 0.2"
        yield Finding("forgetting", "error", str(output / ADAPTER_RECORD), 1, "", what, fix)


def _report(record: Record, output: Path, left_out: Sequence[Finding] = ()) -> Report:
    from docgen.training.evaluation import table

    chosen = record.selected
    how = f", chosen by validation {chosen['metric']} {chosen['value']}" if "metric" in chosen else ""
    speed = f"{record.seconds:.0f} s, {record.tokens_per_second:,.0f} tokens a second"
    lines = [f"{output}: adapter of {record.base.name}, step {chosen.get('step')}{how}; {speed}"]
    if "rise" in record.forgetting:
        before, after = record.forgetting["before"], record.forgetting["after"]
        lines.append(
            f"loss on general text {before:.3f} before, {after:.3f} after: {float(str(record.forgetting['rise'])):+.3f}"
        )
    for split, scores in record.scores.items():
        lines += ["", f"scores on the {split} split", table(scores, record.intervals.get(split), record.differences.get(split))]
        base, adapter = (scores.get(name, {}).get("chrF", 0.0) for name in ("base", "adapter"))
        if adapter < base:
            lines.append(f"the adapter writes no better than its base: chrF {adapter:.1f} against {base:.1f}; {_BETTER}")
    return Report("train", tuple(left_out), {"output": str(output), **asdict(record)}, "\n".join(lines))


def json_of(settings: Mapping[str, Any]) -> dict[str, JSON]:
    """Settings as JSON has them: a tuple is a list."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}


# The output folder -------------------------------------------------------------------------------------------------------


def _finished(output: Path, resume: bool) -> Report | None:
    """The report of an adapter that is finished already, where a run is resumed; None where there is something to do.

    Raises InputError where `output` holds something that a run would overwrite.
    """
    from docgen.training.checkpoints import RUN_RECORD
    from docgen.writers.local.record import read_record

    if not output.exists() or (output.is_dir() and not {path.name for path in output.iterdir()} - _TRIED):
        return None
    if output.is_dir() and (output / "corpus").is_dir() and not {path.name for path in output.iterdir()} - _TRIED - {"corpus"}:
        return None  # of a search or of folds
    if not resume or not output.is_dir():
        fix = "docgen train --resume goes on with a broken run; else choose another folder, or delete this one"
        raise InputError("the output is there already and not empty", str(output), fix)
    if (output / ADAPTER_RECORD).is_file() and not (output / _RUN).exists():
        return _report(read_record(output), output)
    if not (output / _RUN / RUN_RECORD).is_file() and {path.name for path in output.iterdir()} - _TRIED - {"corpus", _RUN}:
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
