"""`docgen train`: a corpus into an adapter, with its held-out scores and its card.

In: a corpus, or sources to build one from. Out: the adapter's folder and a Report with the scores of base, adapter and of two
writers without a model. Read `train` from top to bottom. What it calls in `training/` brings torch along, so it is imported
when it runs, after the libraries have been told to keep quiet.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.corpus.record import read_record as read_corpus_record
from docgen.corpus.store import SPLITS, Split, corpus_mark, dump_rows, read_rows
from docgen.facts import JSON
from docgen.files import root_of
from docgen.report import Finding, InputError, MissingExtra, Report
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
    from docgen.training.place import Sources
    from docgen.training.plan import Plan
    from docgen.training.processes import Processes
    from docgen.training.rows import Row, Rows
    from docgen.training.since import Seen
    from docgen.training.trainer import DocgenTrainer, Trained
    from docgen.training.tries import Tried
    from docgen.writers.local.base import Base, Quantization
    from docgen.writers.local.chat import Chat
    from docgen.writers.local.generation import Limits
    from docgen.writers.local.record import Record

Progress = Callable[..., None]
_LEARNT_FROM = 20_000  # rows that the extractive baseline holds; the words typical of a kind show in fewer
_BETTER = "try --trials, more sections, or a larger base"
_INSTEAD = {"tensorboard": ("tensorboardX",)}  # what does as well as a tracker's own module
_CHOSEN = frozenset({"epochs", "learning_rate"})  # where they are 0


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

    Raises InputError for a bad row (file:line), base or output, for a run to resume of which something has changed, where
    another run is at work, and where not as many `processes` run as were asked for (0: any number). Ctrl-C saves a checkpoint,
    then raises KeyboardInterrupt.
    """
    quiet_libraries()
    from docgen.training.checkpoints import sole
    from docgen.training.cost import measured
    from docgen.training.place import RUN, Sources, workplace
    from docgen.training.processes import end_with_starter, joined

    own = joined(processes)
    end_with_starter()
    progress = progress if own.is_main else (lambda *_: None)
    settings = settings or TrainSettings()
    sources = Sources(corpus, output, project, base, since, resume)
    if finished := own.told(_finished_report(sources, settings, quantization) if own.is_main else None):
        return finished
    with ExitStack() as until_saved:
        with measured() as cost, workplace(output, dry_run) as place:
            task = _prepare(replace(sources, place=place), settings, quantization, own, scored, progress)
            trainer = _trainer(task, place / RUN, progress)
            plan = _plan(task, trainer)
            if dry_run:
                return Report("train", task.left_out, {"dry_run": True, **asdict(plan)}, str(plan))
            progress(str(plan))
            if own.is_main:
                until_saved.enter_context(sole(place / RUN))
            trained, selected, scores = _trained(task, trainer, place / RUN, resume, progress)
        record = _record(task, trainer, trained, selected, scores, cost, output)
        return _save(task, trainer, record, scores, output, progress)


def train_tried(
    corpus: Path,
    output: Path,
    project: Settings,
    *,
    trials: int = 0,
    folds: int = 0,
    dry_run: bool = False,
    quantization: Quantization = "nf4",
    resume: bool = False,
    progress: Progress = lambda *_: None,
    **how: Any,
) -> Report:
    """`train` by the settings of a project, after so many `trials` of others or `folds` of the corpus where there are any: the
    report then has their table below its own. `how` is what `train` takes beside.

    Raises what `train` and `tried` raise.
    """
    quiet_libraries()
    from docgen.training.tries import tried

    options: dict[str, Any] = {"quantization": quantization, "resume": resume, "progress": progress}
    found: Tried | None = None
    if (trials or folds) and not dry_run:
        found = tried(corpus, output, project, trials=trials, folds=folds, **options)
    settings = found.settings if found else project.train
    options |= {"base": settings.base, "settings": settings, "project": project, "dry_run": dry_run}
    report = train(corpus, output=output, **options, **how)
    if found:
        return replace(report, summary={**report.summary, **found.record}, table=f"{report.table}\n\n{found.table}")
    if trials or folds:
        what = f"{trials} trials" if trials else f"{folds} folds"
        return replace(report, table=f"{report.table}\nthat is one run; {what} before it take at most as long each")
    return report


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


def _prepare(
    sources: Sources, settings: TrainSettings, quantization: Quantization, own: Processes, scored: bool, progress: Progress
) -> Task:
    """Reads and checks everything that can be read before the model is loaded."""
    from docgen.training.forgetting import passages_of
    from docgen.training.rows import read_rows_of
    from docgen.writers.local.base import load_tokenizer, resolve
    from docgen.writers.local.chat import Chat
    from docgen.writers.local.generation import LIMITS
    from docgen.writers.local.record import base_of, read_record

    passages_of(_general_text(settings))
    _check_installed(settings.report_to)
    before = read_record(sources.since) if sources.since else None
    chosen = base_of(before, sources.since) if before and sources.since else resolve(sources.base)
    tokenizer = load_tokenizer(chosen)
    chat = Chat.of(tokenizer, chosen.folder, chosen.excerpt_lines(settings.max_length))
    if own.is_main:
        sources.build(progress)
    own.wait()
    folder = sources.folder
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


def _check_installed(trackers: Sequence[str]) -> None:
    """Raises MissingExtra for a tracker that is not installed."""
    for name in trackers:
        if not any(importlib.util.find_spec(module) for module in (name, *_INSTEAD.get(name, ()))):
            raise MissingExtra(f"`{name}` is not installed", "--report-to", f"pip install {name}")


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
        if len(found) < count:
            progress(f"only {len(found)} answers of the base, of {count} that were asked for, came to an end and are replayed")
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_bytes(dump_rows(row.example for row in found))
        os.replace(part, kept)
    task.processes.wait()
    return task.rows.with_more((row_of(example, task.chat) for example in read_rows(kept)), folder)


def _trained(
    task: Task, trainer: DocgenTrainer, folder: Path, resume: bool, progress: Progress
) -> tuple[Trained, dict[str, JSON], dict[str, Scored]]:
    """Trains, and scores before and after. Raises KeyboardInterrupt where that was interrupted, a checkpoint saved."""
    from docgen.training.trainer import load_best, run
    from docgen.training.tries import GOES_ON

    checkpoint = _begin(task, folder, resume, progress)
    before = _score_base(task, trainer, progress)  # the trainer's model as it is now, the adapter off
    trained = run(trainer, trainer.settings.seed, checkpoint)
    if trained.interrupted:
        progress(f"interrupted at step {trainer.state.global_step}; {GOES_ON}")
        raise KeyboardInterrupt
    selected = load_best(trainer, folder)
    after = _score(task, trainer, "the adapter", progress)
    scores = {"base": before, "adapter": after, **_score_baselines(task)} if task.held else {}
    return trained, selected, scores


def _plan(task: Task, trainer: DocgenTrainer) -> Plan:
    """What the run will do."""
    from docgen.training.plan import Plan
    from docgen.training.trainer import Held

    validation, scored = (Held(task.chat, rows, task.limits) for rows in (task.validation, task.held))
    return Plan.of(trainer, trainer.settings, task.rows, validation, scored, sum(task.counts.values()))


def _begin(task: Task, folder: Path, resume: bool, progress: Progress) -> Path | None:
    """Writes the run's record, or compares with it where a run is resumed: then the checkpoint to go on from, if there is
    one."""
    from docgen.training.adapter import versions
    from docgen.training.checkpoints import WEIGHTS, RunRecord, deciding
    from docgen.writers.local.base import weights_mark

    settings = deciding(task.settings) | {"quantization": task.quantization, "processes": task.processes.size}
    settings |= {"since": weights_mark(task.since.adapter, WEIGHTS) if task.since else ""}
    record = RunRecord(settings, task.corpus_mark, task.base.mark, task.chat.prompt_mark, versions())
    if not task.processes.is_main:
        return task.processes.told(None)
    return task.processes.told(_checkpoint(record, folder, resume, task.processes.size, progress))


def _checkpoint(record: RunRecord, folder: Path, resume: bool, processes: int, progress: Progress) -> Path | None:
    from docgen.training.checkpoints import RUN_RECORD, newest_checkpoint
    from docgen.training.place import TRIED

    if not resume or not (folder / RUN_RECORD).is_file():
        record.write(folder)
        if resume and not any((folder.parent / name).is_dir() for name in TRIED):
            progress(f"no run to go on with in {folder.parent}: beginning")
        return None
    for change in record.check_unchanged(folder):
        progress(f"a library has changed since the run began: {change}")
    checkpoint = newest_checkpoint(folder, processes)
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
    from docgen.training.checkpoints import deciding
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
        settings=deciding(trainer.settings),
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
    from docgen.training.checkpoints import RUN_RECORD
    from docgen.training.place import RUN, clear
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
        save_adapter(output, output / RUN / "finished", trainer.model, task.chat.tokenizer, trainer.state, record, more)
        write([str(output)], writer="none", root=root_of(output), settings=Settings())
        (output / RUN / RUN_RECORD).unlink()  # first: without it the run is over, whatever is still there
        clear(output)
    task.processes.wait()
    return _report(record, output, found)


def forgetful(record: Record, settings: TrainSettings, output: Path) -> Iterator[Finding]:
    """The finding that the adapter forgets more than it may."""
    rise = float(str(record.forgetting.get("rise", 0.0)))
    if settings.max_forgetting and rise > settings.max_forgetting:
        what = f"the loss on general text rose by {rise:.3f} nats a token, and may rise by {settings.max_forgetting:g}"
        fix = "lower --learning-rate or --epochs, or add --replay 0.2"
        yield Finding("forgetting", "error", str(output / ADAPTER_RECORD), 1, "", what, fix)


def _report(record: Record, output: Path, left_out: Sequence[Finding] = ()) -> Report:
    from docgen.training.evaluation import table, too_few

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
    lines += [] if record.scores else ["no section was held out and scored"]
    if record.scores and (warning := too_few(_scored_rows(record))):
        lines.append(warning)
    return Report("train", tuple(left_out), {"output": str(output), **asdict(record)}, "\n".join(lines))


def _scored_rows(record: Record) -> int:
    rows = record.corpus.get("rows")
    return int(str(rows.get("scored", 0))) if isinstance(rows, dict) else 0


# The output folder -------------------------------------------------------------------------------------------------------


def _finished_report(sources: Sources, settings: TrainSettings, quantization: Quantization) -> Report | None:
    """The report of an adapter that is finished already, where a run is resumed, with what it fails by the settings of today.

    Raises InputError where it was trained in another way than is asked for: no word would say that it was not trained again.
    """
    from docgen.training.place import finished

    if (record := finished(sources.place, sources.resume)) is None:
        return None
    _check_same(record, sources, settings, quantization)
    report = _report(record, sources.place, tuple(forgetful(record, settings, sources.place)))
    return replace(report, table=f"finished already, and not trained again\n{report.table}")


def _check_same(record: Record, sources: Sources, settings: TrainSettings, quantization: Quantization) -> None:
    """Raises InputError where the finished adapter of a record has another setting, base or corpus."""
    from docgen.training.checkpoints import deciding
    from docgen.writers.local.base import resolve

    asked = deciding(_like(settings, record) if sources.since else settings)
    if not sources.since:  # with it, the earlier adapter decides these
        asked |= {"quantization": quantization, "base": resolve(sources.base).mark}
    if sources.folder == sources.corpus:
        asked["corpus"] = corpus_mark(sources.corpus)
    own = {"quantization": record.quantization, "base": record.base.mark, "corpus": record.corpus.get("mark")}
    has = {**record.settings, **own}
    for name, value in asked.items():
        if name in has and has[name] != value and (value or name not in _CHOSEN):
            what = f"the adapter there is finished, with another `{name}`: {json.dumps(has[name])}, now {json.dumps(value)}"
            raise InputError(what, str(sources.place), "ask for the same again, or train into another folder")
