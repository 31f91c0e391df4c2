"""Model cards: what a model is, what to use it for, where it ends, how it scored.

In: a Brief about a model. Out: sentences that say nothing that the Brief does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.brief import Brief, shown
from docgen.facts import JSON, Entry, Fact
from docgen.statements.choice import Choose
from docgen.statements.english import article, listed

_MOST_LABELS = 10  # named in a sentence
_MOST_METRICS = 4
_NO_METRICS = ("samples", "runtime", "per_second", "epoch", "step", "steps", "num_tokens", "batch_size")
_METRICS = {
    "auc": "AUC",
    "bleu": "BLEU",
    "cer": "CER",
    "chrf": "chrF",
    "f1": "F1",
    "mae": "MAE",
    "mse": "MSE",
    "rmse": "RMSE",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougel": "ROUGE-L",
    "rougelsum": "ROUGE-Lsum",
    "wer": "WER",
}


def introduction(brief: Brief, choose: Choose) -> list[str]:
    """What the model is and was made from, its size, its input and its licence."""
    name, entry = f"`{brief.about}`", brief.entry
    if entry.get("format") == "dataset":
        return _dataset_introduction(name, entry)
    what, base, size = _noun(entry), entry.get("base_model"), entry.get("parameters.total")
    head = choose([f"{name} is {what}", f"This is {name}, {what}", f"{name} is the name of {what}"])
    if isinstance(base, str):
        head += choose([f", fine-tuned from `{base}`", f", trained on top of `{base}`", f", based on `{base}`"])
    said = [head + "."]
    if size is not None:
        verb = "adds" if entry.get("lora.r") is not None else "has"  # the base's are not among them
        said.append(choose([f"It {verb} {_number(size)} parameters.", f"Its weights hold {_number(size)} parameters."]))
    if (rank := entry.get("lora.r")) is not None:
        alpha = entry.get("lora.alpha")
        said.append(f"The adapter has rank {shown(rank)}" + (f" and alpha {shown(alpha)}." if alpha is not None else "."))
    if isinstance(steps := entry.get("sklearn.steps"), list) and steps:
        kinds = [f"`{str(entry.get(f'sklearn.steps.{step}')).rpartition('.')[2]}`" for step in steps]
        said.append(f"Its steps are {listed(kinds)}.")
    if (count := entry.get("sklearn.feature_count")) is not None:
        said.append(f"It was fitted on {_counted(count, 'feature')}.")
    if (kind := entry.get("quantization.type")) is not None and entry.get("format") == "GGUF":
        said.append(f"Its weights are quantised as {shown(kind)}.")
    if said_of := _signature(entry):
        said.append(said_of)
    if (length := _context(entry)) is not None:
        said.append(choose([f"It reads up to {length} tokens.", f"Its context is {length} tokens long."]))
    if isinstance(licence := entry.get("license"), str):
        said.append(choose([f"The licence is {licence}.", f"It is released under {licence}."]))
    return said


def _dataset_introduction(name: str, entry: Entry) -> list[str]:
    """How large a dataset is, in which splits, and with which columns."""
    rows, splits, columns = entry.get("dataset.rows"), entry.strings("splits"), entry.strings("features")
    configurations = entry.strings("dataset.configurations")
    head = f"{name} is a dataset"
    if isinstance(rows, int):
        head += f" of {rows:,} row{'' if rows == 1 else 's'}"
    said = [head + "."]
    if 1 < len(splits) <= _MOST_LABELS and not configurations:
        said.append(f"Its splits are {listed([f'`{split}`' for split in splits])}.")
    if 0 < len(columns) <= _MOST_LABELS:
        noun = "column is" if len(columns) == 1 else "columns are"
        said.append(f"Its {noun} {listed([f'`{column}`' for column in columns])}.")
    if 1 < len(configurations) <= _MOST_LABELS:
        said.append(f"Its configurations are {listed([f'`{one}`' for one in configurations])}.")
    elif configurations:
        said.append(f"It has {len(configurations)} configurations.")
    if isinstance(licence := entry.get("license"), str):
        said.append(f"The licence is {licence}.")
    return said


def _signature(entry: Entry) -> str:
    """What goes into a graph and what comes out of it, by name."""
    ways = [entry.strings(way) for way in ("inputs", "outputs")]
    if not all(0 < len(names) <= _MOST_METRICS for names in ways):
        return ""
    taken, given = (listed([f"`{name}`" for name in names]) for names in ways)
    return f"It takes {taken} and returns {given}."


def use_case(brief: Brief, choose: Choose) -> list[str]:
    """What the model is for, what it needs at run time, what goes in and what comes out."""
    name, entry = f"`{brief.about}`", brief.entry
    task, base = entry.get("task"), entry.get("base_model")
    is_docgens = any(True for _ in entry.under("docgen"))
    said = [f"Use {name} to write documentation with docgen."] if is_docgens else []
    said = said or ([f"Use {name} for {_task(task)}."] if isinstance(task, str) else [])
    if entry.get("lora.r") is not None and isinstance(base, str):
        said.append(
            choose([f"Load it on top of `{base}`, the base it was trained on.", f"It needs its base, `{base}`, at run time."])
        )
    labels = entry.strings("labels")
    if 1 < len(labels) <= _MOST_LABELS:
        said.append(f"Its labels are {listed(labels)}.")
    if (rate := entry.get("audio.sampling_rate")) is not None:
        said.append(f"It expects audio sampled at {shown(rate)} Hz.")
    if isinstance(side := entry.get("image_size"), int):
        said.append(f"It takes images of {side} by {side} pixels.")
    return _named(said, name)


def limitations(brief: Brief, choose: Choose) -> list[str]:
    """What the model cannot take, cannot do without, and how little it has seen."""
    name, entry = f"`{brief.about}`", brief.entry
    said = []
    if (length := _context(entry)) is not None:
        said.append(
            choose(
                [
                    f"Inputs longer than {length} tokens do not fit the context of {name}.",
                    f"The context of {name} ends at {length} tokens.",
                ]
            )
        )
    is_adapter = entry.get("lora.r") is not None
    if is_adapter and isinstance(base := entry.get("base_model"), str):
        said.append(f"It is an adapter and works only with `{base}`.")
    if (bits := entry.get("quantization.bits")) is not None:
        subject = "Its base was" if is_adapter else "Its weights are"
        said.append(f"{subject} quantised to {shown(bits)} bits.")
    if said and (samples := entry.get("training.samples")) is not None:  # alone, it would be no limit
        said.append(f"It was trained on {_counted(samples, 'example')}.")
    return _named(said, name)


def evaluation(brief: Brief, choose: Choose) -> list[str]:
    """The scores of the evaluation, the best checkpoint and where training ended."""
    entry, name = brief.entry, f"`{brief.about}`"
    metrics = [fact for fact in entry.under("eval") if _is_metric(fact)]
    said = []
    if metrics:
        parts = [_with_article(f"{_metric(fact.name)} of {shown(fact.value)}") for fact in metrics[:_MOST_METRICS]]
        scores = _joined(parts)
        samples = entry.get("eval.samples")
        split = f"On {_counted(samples, 'sample')}" if samples is not None else "On the evaluation split"
        said.append(choose([f"{split}, {name} reaches {scores}.", f"The evaluation of {name} gave {scores}."]))
    best, step = entry.get("best.metric"), entry.get("best.step")
    if best is not None and step is not None:
        label = entry.get("best.name")
        score = (
            _with_article(f"{_metric(label)} of {shown(best)}") if isinstance(label, str) else f"a best metric of {shown(best)}"
        )
        said.append(f"The best checkpoint is that of step {shown(step)}, with {score}.")
    last = entry.get("last.step")
    if not said and last is not None:
        measured = [fact for fact in entry.under("last") if _is_metric(fact)][:_MOST_METRICS]
        if measured:
            scores = _joined([_with_article(f"{_metric(fact.name)} of {shown(fact.value)}") for fact in measured])
            said.append(f"The last evaluation of {name}, at step {shown(last)}, gave {scores}.")
    elif last is not None and last != step:
        said.append(f"Training ended at step {shown(last)}.")
    return said


def _noun(entry: Entry) -> str:
    task, architecture, kind = entry.get("task"), entry.get("architecture"), entry.get("model_type")
    noun, form = "model", entry.get("format")
    if isinstance(estimator := entry.get("sklearn.estimator"), str):
        noun = f"scikit-learn `{estimator.rpartition('.')[2]}`"
    elif form in ("ONNX", "GGUF"):
        noun = f"{kind} model in the {form} format" if isinstance(kind, str) else f"model in the {form} format"
    elif entry.get("lora.r") is not None:
        noun = "LoRA adapter"
    elif isinstance(architecture, str):
        noun = f"`{architecture}` model"
    elif isinstance(kind, str):
        noun = f"{kind} model"
    return _with_article(noun) + (f" for {_task(task)}" if isinstance(task, str) else "")


_IDS = frozenset("fill-mask text2text-generation image-text-to-text audio-text-to-text any-to-any".split())  # no English


def _task(task: str) -> str:
    """A task in a sentence: text generation, or its id where that is no noun."""
    return f"`{task}`" if task in _IDS else task.replace("-", " ")


def _context(entry: Entry) -> str | None:
    """The longest input in tokens; a model that hears counts its frames instead."""
    length = entry.get("context_length")
    return shown(length) if length is not None and entry.get("audio.sampling_rate") is None else None


def _named(said: Sequence[str], name: str) -> list[str]:
    """Sentences of which the first names its subject."""
    first, *rest = said or [""]
    return [re.sub(r"\AIt\b", name, re.sub(r"\AIts (\w+)", rf"The \1 of {name}", first)), *rest] if said else []


def _is_metric(fact: Fact) -> bool:
    is_number = isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
    return is_number and not fact.name.endswith(_NO_METRICS)


def _metric(name: str) -> str:
    """A metric as prose calls it: macro F1, ROUGE-L, mean token accuracy."""
    words = name.rpartition(".")[2].removeprefix("eval_").replace("_", " ").split()
    return " ".join(_METRICS.get(word.lower(), word) for word in words)


def _joined(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _with_article(noun: str) -> str:
    return f"{article(noun)} {noun}"


def _number(value: JSON) -> str:
    """A number of parameters: millions as 13.8M, thousands with commas."""
    return f"{value:,}" if isinstance(value, int) and 10_000 <= value < 1_000_000 else shown(value)


def _counted(number: object, noun: str) -> str:
    count = shown(number) if isinstance(number, int | float | str) else str(number)
    return f"{count} {noun}" if number == 1 else f"{count} {noun}s"
