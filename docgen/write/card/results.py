"""How good a model is: its metrics by checkpoint, and docgen's own scores of adapters and bases.

In: a model's entry. Out: regions. The best checkpoint's numbers and the last one's stand in columns of their own, because a
card that prints one while meaning the other is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from docgen.brief import shown
from docgen.facts import Entry
from docgen.front_matter import METRIC_NAMES, metrics_of
from docgen.settings import TrainSettings
from docgen.write.card.parts import Written, fact_table
from docgen.write.markdown import Region, cell, code, table


def results(entry: Entry, written: Written) -> Region | None:
    """A row a metric, a column a checkpoint: the best, the last, and the final evaluation where it is neither's."""
    columns = {group: metrics_of(entry, group) for group in ("best", "last", "eval", "test", "predict")}
    for group, own in (("best", ("metric", "step", "epoch")), ("last", ("step", "epoch"))):
        columns[group] = {name: value for name, value in columns[group].items() if name not in own}
    if entry.get("best.step") is not None and entry.get("best.step") == entry.get("last.step"):
        columns["last"] = {}
    measured_at = next((group for group in ("best", "last") if _agree(columns["eval"], columns[group])), "")
    if measured_at:
        columns[measured_at] = {**columns[measured_at], **columns.pop("eval")}
    columns = {group: metrics for group, metrics in columns.items() if metrics}
    names = list(dict.fromkeys(name for metrics in columns.values() for name in metrics))
    if not names:
        return None
    rows = [
        (cell(metric_name(name)), *(shown(metrics[name]) if name in metrics else "" for metrics in columns.values()))
        for name in names
    ]
    facts = tuple(fact for group in ("best", "last", "eval", "test", "predict") for fact in entry.under(group))
    return Region(table(("Metric", *(_column(entry, group) for group in columns)), rows), facts)


def _agree(final: Mapping[str, int | float], checkpoint: Mapping[str, int | float]) -> bool:
    """Whether a final evaluation measured a checkpoint: they share metrics, and all of those are equal."""
    shared = final.keys() & checkpoint.keys()
    return bool(shared) and all(final[name] == checkpoint[name] for name in shared)


def _column(entry: Entry, group: str) -> str:
    """The head of a column: which checkpoint its numbers are."""
    if group not in ("best", "last"):
        return {"eval": "Final evaluation", "test": "Test", "predict": "Prediction"}[group]
    step, epoch, checkpoint = entry.get(f"{group}.step"), entry.get(f"{group}.epoch"), entry.get(f"{group}.checkpoint")
    at = cell(code(str(checkpoint))) if checkpoint else f"step {shown(step)}" if step is not None else ""
    at += f", epoch {shown(epoch)}" if at and epoch is not None else ""
    both = group == "best" and step is not None and step == entry.get("last.step")
    label = "Best and last" if both else group.title()
    return f"{label} ({at})" if at else label


def metric_name(name: str) -> str:
    """A metric as people write it: `rougeL` is ROUGE-L."""
    known = METRIC_NAMES.get(name) or METRIC_NAMES.get(name.lower()) or _OWN_METRICS.get(name)
    words = name.replace("_", " ").replace(".", ", ")
    return known or words[:1].upper() + words[1:]


# What `docgen train` measures beside the field's metrics.
_OWN_METRICS = {
    "contradicted": "Contradicted claims",
    "ended": "Answers that come to an end, %",
    "length": "Length beside the reference's",
    "loss": "Loss, nats a token",
    "support": "Supported words, %",
}


def scores(entry: Entry, written: Written) -> Region | None:
    """The held-out scores in an adapter's record: a row a metric of a split, a column a writer."""
    facts = [fact for fact in entry.under("docgen.scores") if isinstance(fact.value, int | float)]
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for fact in facts:
        parts = fact.name.removeprefix("docgen.scores.").split(".")
        split = parts.pop(0) if parts[0] in _SPLITS and len(parts) > 2 else ""
        value = int(fact.value) if isinstance(fact.value, float) and fact.value.is_integer() else fact.value
        metric = ".".join(parts[1:])
        rows.setdefault((split, metric), {})[parts[0]] = shown(value) + _chance(entry, split, parts[0], metric)
    found = list(dict.fromkeys(writer for scores in rows.values() for writer in scores))
    writers = sorted(found, key=lambda name: [*_WRITERS, *found].index(name))
    if not rows:
        return None
    header = ("Split", "Metric", *(_WRITERS.get(name, name.title()) for name in writers))
    lines = [
        (split, metric_name(metric), *(scores.get(name, "") for name in writers)) for (split, metric), scores in rows.items()
    ]
    bounds = [*entry.under("docgen.intervals"), *entry.under("docgen.differences")]
    return Region(table(header, lines) + (f"\n\n{_CHANCE}" if bounds else ""), (*facts, *bounds))


def _chance(entry: Entry, split: str, writer: str, metric: str) -> str:
    """The 95 % interval of a score, and a mark where the adapter's differs from its base's beyond chance."""
    own, difference = (_bounds(entry, f"{name}.{metric}") for name in (f"intervals.{split}.{writer}", f"differences.{split}"))
    decimals = 2 if metric in ("length", "loss") else 1
    told = f" ({own[0]:.{decimals}f} to {own[1]:.{decimals}f})" if own else ""
    is_marked = writer == "adapter" and difference is not None and (difference[0] > 0 or difference[1] < 0)
    return told + (" \\*" if is_marked else "")


def _bounds(entry: Entry, name: str) -> tuple[float, float] | None:
    low, high = entry.get(f"docgen.{name}.low"), entry.get(f"docgen.{name}.high")
    return (low, high) if isinstance(low, int | float) and isinstance(high, int | float) else None


_CHANCE = (
    "In brackets, between which values 95 of 100 resamples of the held-out sections lie; \\* adapter and base differ beyond "
    "chance, the same sections resampled for both."
)
_SPLITS = ("train", "validation", "test")
_WRITERS = {"base": "Base", "adapter": "Adapter", "extractive": "Extractive baseline", "none": "Facts stated plainly"}


def record(entry: Entry, written: Written) -> Region | None:
    """The rest of an adapter's record: the settings that differ from docgen's own come first, those that do not last."""
    told = [fact for fact in entry.under("docgen") if fact.name.split(".")[1] in _RECORDED]
    facts = sorted(told, key=lambda fact: _RECORDED.index(fact.name.split(".")[1]))
    defaults = {f"docgen.settings.{item.name}": item.default for item in fields(TrainSettings)}
    facts.sort(key=lambda fact: fact.name in defaults and fact.value == defaults[fact.name])
    rows = [(_label(fact.name), _plain(fact.value), _default(fact.name, defaults)) for fact in facts]
    return Region(table(("Setting", "Value", "Default"), rows), tuple(facts)) if rows else None


def _default(name: str, defaults: Mapping[str, object]) -> str:
    if name.endswith((".epochs", ".learning_rate")):
        return "by the size of corpus and base"
    return _plain(defaults.get(name))


def _plain(value: object) -> str:
    """A setting's value: words as code, numbers as they are."""
    return cell(code(value)) if isinstance(value, str) else cell(shown(value)) if isinstance(value, int | float) else ""


def base_scores(entry: Entry, written: Written) -> Region | None:
    """A base's scores on whole packages it never saw: a row a metric of a kind of section, a column a writer."""
    facts = list(entry.under("pretraining.scores"))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for fact in facts:
        kind, writer, metric = fact.name.removeprefix("pretraining.scores.").split(".", 2)
        rows.setdefault((kind, metric), {})[writer] = shown(fact.value)
    writers = list(dict.fromkeys(writer for scores in rows.values() for writer in scores))
    lines = [
        (kind, metric_name(metric), *(scores.get(name, "") for name in writers)) for (kind, metric), scores in rows.items()
    ]
    header = ("Section", "Metric", *(_WRITERS.get(name, name.title()) for name in writers))
    return Region(table(header, lines), tuple(facts)) if rows else None


def sources(entry: Entry, written: Written) -> Region | None:
    """The packages whose docstrings a base was trained on, each with its licence; those held out are marked."""
    facts = list(entry.under("pretraining.packages"))
    held_out = entry.strings("pretraining.held_out_packages")
    rows = []
    for fact in facts:
        name = fact.name.removeprefix("pretraining.packages.")
        version, licence, functions, sections = (
            (shown(part) for part in fact.value) if isinstance(fact.value, list) else [""] * 4
        )
        rows.append((cell(name), version, cell(licence), functions, sections, "held out" if name in held_out else "trained on"))
    header = ("Package", "Version", "Licence", "Functions", "Sections found", "Use")
    return Region(table(header, rows), tuple(facts)) if rows else None


_PRETRAINING = (
    ("Packages", "pretraining.package_count", "#"),
    ("Functions read", "pretraining.functions", "#"),
    ("Rows", "pretraining.rows", "#"),
    ("Tokens seen", "pretraining.tokens", "#"),
    ("Steps", "pretraining.steps", "#"),
    ("Minutes on CPU cores", "pretraining.minutes", "#"),
    ("Stages before this one, with other rows", "pretraining.earlier_stages", "#"),
    ("Steps of those", "pretraining.earlier_steps", "#"),
    ("Tokens seen in those", "pretraining.earlier_tokens", "#"),
    ("Tokens a step, at most", "pretraining.tokens_a_step", "#"),
    ("Learning rate of the matrices (Muon)", "pretraining.matrix_rate", "#"),
    ("Learning rate of the rest (AdamW)", "pretraining.embedding_rate", "#"),
    ("Least share of supported words in a section", "pretraining.support", "#"),
    ("The same in a docstring's introduction", "pretraining.introduction_support", "#"),
    ("Mean of its weights and of those it began with", "pretraining.averaged", "#"),
    ("Loss on held-out packages, nats a token", "pretraining.held_out_loss", "#"),
)
_RECORDED = ("settings", "quantization", "selected", "base")  # data and versions are told elsewhere


def _label(name: str) -> str:
    """`docgen.settings.learning_rate` is Learning rate, `docgen.base.mark` is Base: mark."""
    parts = [part.replace("_", " ") for part in name.split(".")[1:] if part != "settings"]
    words = ": ".join(parts)
    return words[:1].upper() + words[1:]


pretraining = fact_table(_PRETRAINING, ("Training", "Value"))
