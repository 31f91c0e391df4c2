"""Settings found by trying: some runs, each in a process of its own, the hopeless ones ended early.

In: a corpus, settings to start from, a number of trials. Out: the settings of the best one, and a table of all. The study lies
on disk as a log that is only added to, so that a broken search goes on; a trial that had begun goes on with it. Trials are
judged by the validation split alone: what the best one is worth on held-out sections, the run after it says. Each leaves its
folder, with its page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import optuna
from optuna.pruners import SuccessiveHalvingPruner
from optuna.samplers import TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from docgen.corpus.store import split_lines
from docgen.facts import JSON
from docgen.report import DocgenError, InputError
from docgen.settings import TrainSettings, setting_named
from docgen.training.evaluation import SELECTION
from docgen.training.runs import RanAway, Run, table_of, wait_for

Progress = Callable[..., None]
_RATES = (0.25, 4.0)  # of the learning rate that would be chosen
_WITHOUT = {TrialState.PRUNED: "ended early", TrialState.FAIL: "ran away"}  # trials that have no value
_RANKS, _DROPOUTS, _PROMPTS = (8, 16, 32), (0.0, 0.05, 0.1), (0.0, 0.05)


@dataclass(frozen=True)
class Found:
    """What a search ends in: the best settings, a table of all trials, and the same as JSON has it."""

    settings: TrainSettings
    table: str
    trials: list[JSON]


def search(
    corpus: Path,
    folder: Path,
    settings: TrainSettings,
    trials: int,
    quantization: str,
    progress: Progress,
    is_over: bool = False,
) -> Found:
    """The best settings of so many trials around `settings`, whose learning rate and epochs are given. What a broken search has
    left in `folder` is gone on with, unless it `is_over`: an adapter was trained by it.

    Raises InputError where there is no validation split to judge trials by, or where what is over had fewer trials, DocgenError
    where no trial came to an end.
    """
    if next(iter(split_lines(corpus, "validation")), None) is None:
        raise InputError("there is no validation split to judge trials by", str(corpus), "build the corpus from more sources")
    folder.mkdir(parents=True, exist_ok=True)
    study = _study(folder)
    if is_over and (had := len(_ended(study))) < trials:
        what, fix = f"the adapter there is finished, after {had} trials of {trials}", "train into another folder"
        raise InputError(what, str(folder.parent), fix)
    while (done := len(_ended(study))) < trials:
        trial = _next_trial(study, settings.seed)
        tried = _tried(trial, settings)
        progress("trials", done, trials)
        run = Run(corpus, folder / f"trial-{trial.number}", tried, quantization)
        try:
            _end(study, trial, wait_for(run, partial(_goes_on, trial, progress)))
        except RanAway:
            study.tell(trial, state=TrialState.FAIL)
        progress(_told(study.trials[trial.number]))
    finished = [trial for trial in study.trials if trial.state == TrialState.COMPLETE]
    if not finished:
        raise DocgenError("no trial came to an end", str(folder), "read what the runs said, and ask for other settings")
    best = max(finished, key=lambda trial: (trial.value or 0.0, -trial.number))
    return Found(_with(settings, best.params), _table(study, best.number), [_record(trial) for trial in _ended(study)])


def _study(folder: Path) -> optuna.Study:
    optuna.logging.set_verbosity(logging.ERROR)
    return optuna.create_study(
        study_name="docgen",
        storage=JournalStorage(JournalFileBackend(str(folder / "study.log"))),
        load_if_exists=True,
        direction="maximize",
        pruner=SuccessiveHalvingPruner(min_resource=1, reduction_factor=2, min_early_stopping_rate=0),
    )


def _ended(study: optuna.Study) -> list[FrozenTrial]:
    return [trial for trial in study.trials if trial.state.is_finished()]


def _next_trial(study: optuna.Study, seed: int) -> Trial:
    """The trial that a broken search was in the middle of, else a new one. It draws by its own number: a sampler that went on
    from trial to trial would begin again where a broken search goes on, and draw the first trial once more."""
    begun = [trial for trial in study.trials if trial.state == TrialState.RUNNING]
    number = begun[0].number if begun else len(study.trials)
    study.sampler = TPESampler(seed=(seed * 1000 + number) % 2**32, n_startup_trials=4)
    return Trial(study, begun[0]._trial_id) if begun else study.ask()


def _tried(trial: Trial, settings: TrainSettings) -> TrainSettings:
    """The settings of a trial: what is searched, drawn; everything else as given."""
    least, most = (_within("learning_rate", settings.learning_rate * factor) for factor in _RATES)
    drawn: dict[str, Any] = {
        "learning_rate": trial.suggest_float("learning_rate", least, most, log=True),
        "rank": trial.suggest_categorical("rank", _RANKS),
        "dropout": trial.suggest_categorical("dropout", _DROPOUTS),
        "prompt_weight": trial.suggest_categorical("prompt_weight", _PROMPTS),
    }
    return _with(settings, drawn)


def _with(settings: TrainSettings, drawn: dict[str, Any]) -> TrainSettings:
    """Settings with what a trial has drawn; alpha keeps its proportion to the rank."""
    alpha = _within("alpha", settings.alpha * int(drawn["rank"]) / settings.rank)
    return replace(settings, **{**drawn, "learning_rate": float(f"{drawn['learning_rate']:.3g}"), "alpha": alpha})


def _within(name: str, value: float) -> float:
    """The value, or the nearest one that the setting may have."""
    limits = setting_named(f"train.{name}")
    return min(max(value, limits.low or 0.0), limits.high or value)


def _goes_on(trial: Trial, progress: Progress, found: list[tuple[int, float]]) -> bool:
    """Whether a trial is still worth its time, by successive halving over its evaluations."""
    known = len(trial.study.trials[trial.number].intermediate_values)
    for number, (step, value) in enumerate(found[known:], known + 1):
        trial.report(value, number)
        progress(f"trial {trial.number}: step {step}, {SELECTION} {value:.2f}")
    return not trial.should_prune()


def _end(study: optuna.Study, trial: Trial, summary: dict[str, Any] | None) -> None:
    if summary is None:
        study.tell(trial, state=TrialState.PRUNED)
        return
    study.tell(trial, float(summary["selected"]["value"]))


def _told(trial: FrozenTrial) -> str:
    value = f"{SELECTION} {trial.value:.2f}" if trial.state == TrialState.COMPLETE else _WITHOUT[trial.state]
    drawn = ", ".join(f"{name} {_short(value)}" for name, value in trial.params.items())
    return f"trial {trial.number}: {value} ({drawn})"


def _record(trial: FrozenTrial) -> dict[str, JSON]:
    state = "complete" if trial.state == TrialState.COMPLETE else _WITHOUT[trial.state]
    return {"number": trial.number, "state": state, SELECTION: trial.value, "settings": dict(trial.params)}


def _table(study: optuna.Study, best: int) -> str:
    names = list(study.trials[best].params)
    rows = []
    for trial in sorted(_ended(study), key=lambda trial: -(trial.value or 0.0) if trial.state == TrialState.COMPLETE else 1.0):
        last = list(trial.intermediate_values.values())[-1:]
        value = trial.value if trial.state == TrialState.COMPLETE else None
        shown = f"{value:.2f}" if value is not None else " at ".join([_WITHOUT[trial.state], *(f"{one:.2f}" for one in last)])
        name = f"trial {trial.number}" + (" (chosen)" if trial.number == best else "")
        rows.append([name, *(_short(trial.params.get(name, "")) for name in names), shown])
    return table_of(["", *names, f"validation {SELECTION}"], rows)


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
