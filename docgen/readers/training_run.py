"""What a training run left behind: `trainer_state.json` and the results files beside it.

In: parsed files. Out: how long the run was, the metrics at its best and at its last evaluation, and the final results.
Times, speeds and amounts of memory differ on every machine and are no facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docgen.facts import JSON, Fact
from docgen.readers.json_file import JsonFile, number, whole_number, words

# What a metric may be called; anything else in a file is no name, and would be markup on a card.
_NAME = re.compile(r"\w[\w .@%+/:()=-]{0,79}")
_VOLATILE = re.compile(r"(^|_)runtime$|_per_sec(ond)?$|_time$|^total_flos$|(^|_)mem_")


def last_folder(path: str) -> str:
    """The last part of a local path, whichever slashes it is written with."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def state_facts(state: JsonFile) -> Iterator[Fact]:
    """The facts of one `trainer_state.json`: the run as a whole, its best step and its last evaluation."""
    yield from _run(state)
    evaluations = _evaluations(state)
    yield from _best(state, evaluations)
    yield from _last(state, evaluations)
    yield from _curves(state)


def _run(state: JsonFile) -> Iterator[Fact]:
    steps, planned_steps = whole_number(state.get("global_step")), whole_number(state.get("max_steps"))
    epoch, planned_epochs = number(state.get("epoch")), whole_number(state.get("num_train_epochs"))
    # Trainers that drop the last partial batch end at epoch 2.99 of 3.
    whole = epoch is not None and planned_epochs is not None and abs(planned_epochs - epoch) < 0.1
    yield Fact("training.epochs", planned_epochs if whole else epoch, state.source("num_train_epochs" if whole else "epoch"))
    if steps is None:
        return
    yield Fact("training.steps", steps, state.source("global_step"))
    if planned_steps and steps < planned_steps:
        yield Fact("training.planned_steps", planned_steps, state.source("max_steps"))
        yield Fact("training.planned_epochs", planned_epochs, state.source("num_train_epochs"))
    yield Fact("training.batch_size", whole_number(state.get("train_batch_size")), state.source("train_batch_size"))
    yield Fact("training.tokens", whole_number(state.get("num_input_tokens_seen")), state.source("num_input_tokens_seen"))
    for index, logged in reversed(list(enumerate(_logged(state)))):
        if "train_runtime" in logged:
            source = state.source_in_list("log_history", index, "step", "train_loss")
            yield Fact("training.loss", number(logged.get("train_loss")), source)
    yield Fact("training.peak_learning_rate", peak_learning_rate(_logged(state)), state.source("log_history"))


def peak_learning_rate(history: Iterable[dict[str, JSON]]) -> int | float | None:
    """The highest learning rate that a trainer has logged: of the setting itself it only says that it is not lower."""
    rates = [rate for entry in history if (rate := number(entry.get("learning_rate"))) is not None]
    return max(rates, default=None)


def logged_points(state: JsonFile) -> dict[str, list[tuple[float, float]]]:
    """The curves of a run, as (step, value) by what was logged: `loss`, `eval_loss`, `eval_accuracy`. Of a step that was logged
    twice, as after a resume, the later value counts; what came after the training's summary was made with other weights."""
    logged = _logged(state)
    ends = [index for index, entry in enumerate(logged) if "train_runtime" in entry]
    found: dict[str, dict[float, float]] = {}
    for entry in logged[: ends[-1]] if ends else logged:
        step = number(entry.get("step"))
        for key, value in entry.items():
            is_metric = key == "loss" or (key.startswith("eval_") and _NAME.fullmatch(key) and not _VOLATILE.search(key))
            if step is not None and is_metric and (measured := number(value)) is not None:
                found.setdefault(key, {})[float(step)] = float(measured)
    return {key: sorted(points.items()) for key, points in found.items() if len(points) > 1}


def _curves(state: JsonFile) -> Iterator[Fact]:
    """Where each loss began and ended, of those that make a curve."""
    for key, points in logged_points(state).items():
        if key.endswith("loss"):
            yield Fact(f"curves.{key}", [points[0][1], points[-1][1]], state.source("log_history"))


Evaluation = tuple[int, dict[str, JSON]]  # the index in `log_history`, and what was logged


def _logged(state: JsonFile) -> list[dict[str, JSON]]:
    history = state.get("log_history")
    return [entry if isinstance(entry, dict) else {} for entry in history] if isinstance(history, list) else []


def _evaluations(state: JsonFile) -> list[Evaluation]:
    """The evaluations of the run, in order.

    One logged after the training's summary carries the last step's number but was made with whichever weights were
    loaded by then, the best ones as a rule; such ones count only where there are no others.
    """
    logged = list(enumerate(_logged(state)))
    ends = [index for index, entry in logged if "train_runtime" in entry]
    evaluations = [(index, entry) for index, entry in logged if any(key.startswith("eval_") for key in entry)]
    return [item for item in evaluations if not ends or item[0] < ends[-1]] or evaluations


def _best(state: JsonFile, evaluations: list[Evaluation]) -> Iterator[Fact]:
    value = number(state.get("best_metric"))
    if value is None:
        return
    yield Fact("best.metric", value, state.source("best_metric"))
    checkpoint = words(state.get("best_model_checkpoint"))
    step = whole_number(state.get("best_global_step")) or _step_in(checkpoint)
    at_best = [item for item in evaluations if step is None or item[1].get("step") == step]
    equal = {metric for _, entry in at_best for metric, measured in _metrics(entry).items() if measured == value}
    if len(equal) == 1:
        yield Fact("best.name", equal.pop(), state.source("best_metric"))
    if step is not None:
        key = "best_global_step" if whole_number(state.get("best_global_step")) else "best_model_checkpoint"
        yield Fact("best.step", step, state.source(key))
    if checkpoint:
        yield Fact("best.checkpoint", last_folder(checkpoint), state.source("best_model_checkpoint"))
    if step is not None:
        yield from _measured(state, "best", at_best)


def _step_in(checkpoint: str | None) -> int | None:
    found = re.fullmatch(r"checkpoint-(\d+)", last_folder(checkpoint)) if checkpoint else None
    return int(found[1]) if found else None


def _last(state: JsonFile, evaluations: list[Evaluation]) -> Iterator[Fact]:
    if not evaluations:
        return
    index, entry = evaluations[-1]
    step = whole_number(entry.get("step"))
    yield Fact("last.step", step, state.source_in_list("log_history", index, "step", "step"))
    # Several evaluation sets are logged as several entries of one step.
    yield from _measured(state, "last", [item for item in evaluations if item[1].get("step") == entry.get("step")])


def _measured(state: JsonFile, prefix: str, evaluations: Iterable[Evaluation]) -> Iterator[Fact]:
    for index, entry in evaluations:
        yield Fact(f"{prefix}.epoch", number(entry.get("epoch")), state.source_in_list("log_history", index, "step", "epoch"))
        for metric, value in _metrics(entry).items():
            source = state.source_in_list("log_history", index, "step", f"eval_{metric}")
            yield Fact(f"{prefix}.{metric}", value, source)


def _metrics(entry: dict[str, JSON]) -> dict[str, int | float]:
    """The metrics of one evaluation, without the `eval_` that the trainer puts before each."""
    return {
        key.removeprefix("eval_"): measured
        for key, value in entry.items()
        if key.startswith("eval_")
        and _NAME.fullmatch(key)
        and not _VOLATILE.search(key)
        and (measured := number(value)) is not None
    }


_SPLITS = ("eval", "train", "test", "predict")
_PLAIN = {"train.loss": "training.loss", "train.samples": "training.samples"}


def results_facts(results: JsonFile, name: str) -> Iterator[Fact]:
    """The metrics of one results file: `eval_rougeL` becomes `eval.rougeL`.

    A metric without its split's name is the split's that the file is named after, and `perplexity`, which training scripts
    write so, is the evaluation's in every file.
    """
    own = name.removesuffix("_results.json")
    for key, value in results.content.items():
        split, _, metric = key.partition("_")
        if split not in _SPLITS or not metric:
            split, metric = ("eval" if key == "perplexity" else own), key
        if split not in _SPLITS or metric == "epoch":
            continue
        for dotted, measured in _numbers(metric, value):
            fact = _PLAIN.get(f"{split}.{dotted}", f"{split}.{dotted}")
            yield Fact(fact, measured, results.source(key))


def _numbers(name: str, value: JSON) -> Iterator[tuple[str, int | float]]:
    """The numbers in a value, each with its dotted name; a metric for each class is an object."""
    if not _NAME.fullmatch(name) or _VOLATILE.search(name.rpartition(".")[2]):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(f"{name}.{key}", item)
    elif (measured := number(value)) is not None:
        yield name, measured
