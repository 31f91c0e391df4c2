"""Sections of model cards in many phrasings.

In: a Brief about a model and a random generator. Out: a paragraph that states some of its facts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from docgen.brief import Brief, shown
from docgen.corpus.compose.phrases import joined, one, say
from docgen.statements.english import article, ended, listed

_Say = Callable[[Brief, random.Random], str]


def section(brief: Brief, draw: random.Random) -> str:
    """One section of a model card: up to four sentences drawn from those that its kind allows and its facts bear out."""
    first, *others = _SECTIONS.get(brief.kind, _SECTIONS["introduction"])
    if brief.kind != "evaluation":  # an evaluation tells all that was measured
        others = [say for say in others if draw.random() < _SHARE_TOLD][:_MOST_FURTHER]
    return " ".join(filter(None, (say(brief, draw) for say in [first, *others])))


def _subject(brief: Brief, draw: random.Random) -> str:
    return draw.choice(("It", "The model" if brief.get("lora.r") is None else "The adapter", f"`{brief.about}`"))


def _origin(brief: Brief, draw: random.Random) -> str:
    base, task = brief.get("base_model"), str(brief.get("task")).replace("-", " ")
    sort = "LoRA adapter" if brief.get("lora.r") is not None else f"`{brief.get('architecture')}` model"
    stated = {"name": f"`{brief.about}`", "sort": sort, "a": article(sort), "task": task, "base": base}
    return say(draw, _FROM_BASE if base and draw.random() < _SHARE_TOLD else _BY_SORT, **stated)


def _size(brief: Brief, draw: random.Random) -> str:
    told = [
        (brief.get("layers"), "{} layers"),
        (brief.get("heads"), "{} attention heads"),
        (brief.get("hidden_size"), "a hidden size of {}"),
    ]
    parts = [words.format(value) for value, words in told if value is not None and draw.random() < _SHARE_TOLD]
    if (total := brief.get("parameters.total")) is not None:
        parts.append(f"{shown(total)} parameters")
    draw.shuffle(parts)
    return ended(f"{_subject(brief, draw)} has {joined(parts)}") if parts else ""


def _adapter(brief: Brief, draw: random.Random) -> str:
    if brief.get("lora.r") is None:
        return ""
    parts = [f"{name} {shown(value)}" for name in ("rank", "alpha", "dropout") if (value := brief.get(_LORA[name])) is not None]
    modules = brief.entry.strings("lora.target_modules")
    on = f" on {listed(modules)}" if modules and draw.random() < _SHARE_TOLD else ""
    return say(
        draw, "The adapter has {told}{on}\nIt has {told}{on}\nIts LoRA weights have {told}{on}", told=joined(parts), on=on
    )


def _trained(brief: Brief, draw: random.Random) -> str:
    epochs, samples, steps = (brief.get(f"training.{name}") for name in ("epochs", "samples", "steps"))
    parts = [f"for {epochs} epoch{'' if epochs == 1 else 's'}"] if epochs is not None else []
    parts += [one(draw, "on {count} samples\non {count} examples", count=samples)] if samples is not None else []
    parts += [f"in {steps} steps"] if steps is not None and draw.random() < 0.4 else []
    return ended(f"{_subject(brief, draw)} was trained {' '.join(parts)}") if parts else ""


def _last(brief: Brief, draw: random.Random) -> str:
    best, last = brief.get("best.step"), brief.get("last.step")
    if best is None or best == last or draw.random() < 0.5:
        return ""
    return say(draw, "Training ended at step {last}\nThe last step is {last}", last=last)


def _over_trained(brief: Brief, draw: random.Random) -> str:
    best, last = brief.get("best.step"), brief.get("last.step")
    return say(draw, _PAST_BEST, best=best, last=last) if best is not None and best != last else ""


def _best(brief: Brief, draw: random.Random) -> str:
    if (value := brief.get("best.metric")) is None:
        return ""
    name = _called(str(brief.get("best.name")))
    stated = {"name": name, "a_name": _with_article(name), "value": shown(value)}
    return say(draw, _BEST, **stated, step=brief.get("best.step"), last=brief.get("last.step"))


def _scores(brief: Brief, draw: random.Random) -> str:
    scored = [(fact.name.partition(".")[2], shown(fact.value)) for fact in brief.facts if fact.name.startswith("eval.")]
    draw.shuffle(scored)
    told = [f"{_with_article(_called(name))} of {value}" for name, value in scored]
    return say(draw, _SCORED, told=joined(told)) if told else ""


def _stating(fact: str, phrasings: str, *, of_adapters: bool = False) -> _Say:
    """A sentence about one fact, where the Brief holds it; `of_adapters`: and is about an adapter."""

    def statement(brief: Brief, draw: random.Random) -> str:
        value = brief.get(fact)
        if value is None or value == [] or (of_adapters and brief.get("lora.r") is None):
            return ""
        told = (
            listed([str(item) for item in value])
            if isinstance(value, list)
            else shown(value).replace("-", " ")
            if fact == "task"
            else value
        )
        return say(draw, phrasings, value=told, name=f"`{brief.about}`")

    return statement


def _called(metric: str) -> str:
    return _METRIC_NAMES.get(metric, metric.replace("_", " "))


def _with_article(name: str) -> str:
    return f"an {name}" if name[:1].lower() in "aeio" or name in ("F1", "MSE", "AUC") else f"a {name}"


_SHARE_TOLD = 0.65  # of the sentences that could be said
_MOST_FURTHER = 3  # sentences after the first
_LORA = {"rank": "lora.r", "alpha": "lora.alpha", "dropout": "lora.dropout"}
_METRIC_NAMES = {
    "auc": "AUC", "bleu": "BLEU", "chrf": "chrF", "f1": "F1", "macro_f1": "macro F1", "mse": "MSE", "rouge1": "ROUGE-1",
    "rougeL": "ROUGE-L", "wer": "WER",
}  # fmt: skip
_FROM_BASE = """
{name} is {a} {sort} for {task}, fine-tuned from `{base}`
{name} is `{base}`, fine-tuned for {task}
This is {a} {sort} for {task}, made from `{base}`
{name} adapts `{base}` to {task}
{name}, {a} {sort} for {task}, was trained from `{base}`
"""
_BY_SORT = """
{name} is {a} {sort} for {task}
This {sort} for {task} is called {name}
{name} is made for {task}
"""
_BEST = """
The best checkpoint is step {step} of {last}, chosen by {name}: {value}
At its best, step {step}, it reaches {a_name} of {value}
The best {name}, {value}, was reached at step {step}
Step {step} gives the best {name}: {value}
"""
_SCORED = """
On the evaluation split it reaches {told}
On held-out examples it has {told}
It scores {told}
Evaluated, it shows {told}
"""
_PAST_BEST = """
The best step was {best} of {last}, so the last one is worse
Training went on to step {last} after its best at {best}
"""
_context = _stating(
    "context_length",
    """
    It reads at most {value} tokens
    Inputs longer than {value} tokens do not fit
    Keep inputs within {value} tokens
    Its context is {value} tokens long
    The context ends at {value} tokens; shorten longer inputs before the call
    """,
)
_purpose = _stating(
    "task",
    """
    Use {name} for {value}
    {name} is meant for {value}
    Call it for {value}
    Pass it your inputs for {value}
    """,
)
_needs_base = _stating(
    "base_model",
    """
    Load it on top of `{value}`
    It needs its base, `{value}`, at run time
    The adapter works only with `{value}`
    First load `{value}`, then the adapter
    """,
    of_adapters=True,
)
_licence = _stating("license", "The licence is {value}\nIt is released under {value}\nIt comes under the {value} licence")
_labels = _stating("labels", "Each input gets one of the labels {value}\nIts labels are {value}\nIt tells {value} apart")
_inputs = _stating("image_size", "It takes images of {value} by {value} pixels\nResize images to {value} by {value} pixels")
_loading = _stating("quantization.bits", "Its base is loaded in {value} bits\nThe weights load in {value} bits")
_quantised = _stating("quantization.bits", "Its base was quantised to {value} bits\nThe base runs in {value} bits")
_only_seen = _stating(
    "training.samples",
    "It has seen only {value} examples\nIt was trained on {value} samples, so try it on inputs of your own first",
)
_SECTIONS: Mapping[str, tuple[_Say, ...]] = {
    "introduction": (_origin, _size, _adapter, _trained, _context, _licence),
    "use-case": (_purpose, _needs_base, _labels, _inputs, _context, _loading),
    "limitations": (_context, _only_seen, _needs_base, _quantised, _over_trained),
    "evaluation": (_best, _last, _scores),
}
