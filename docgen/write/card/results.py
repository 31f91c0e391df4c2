"""How good a model is: its metrics by checkpoint, and docgen's own scores of adapters and bases.

In: a model's entry. Out: regions. The best checkpoint's numbers and the last one's stand in columns of their own, because a
card that prints one while meaning the other is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from docgen.brief import shown
from docgen.facts import Entry
from docgen.front_matter import METRIC_NAMES, metrics_of
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
    return METRIC_NAMES.get(name) or METRIC_NAMES.get(name.lower()) or name.replace("_", " ").replace(".", ", ")


def scores(entry: Entry, written: Written) -> Region | None:
    """The held-out scores in an adapter's record: a row a metric of a split, a column a writer."""
    facts = [fact for fact in entry.under("docgen.scores") if isinstance(fact.value, int | float)]
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for fact in facts:
        parts = fact.name.removeprefix("docgen.scores.").split(".")
        split = parts.pop(0) if parts[0] in _SPLITS and len(parts) > 2 else ""
        rows.setdefault((split, ".".join(parts[1:])), {})[parts[0]] = shown(fact.value)
    found = list(dict.fromkeys(writer for scores in rows.values() for writer in scores))
    writers = sorted(found, key=lambda name: [*_WRITERS, *found].index(name))
    if not rows:
        return None
    header = ("Split", "Metric", *(_WRITERS.get(name, name.title()) for name in writers))
    lines = [
        (split, metric_name(metric), *(scores.get(name, "") for name in writers)) for (split, metric), scores in rows.items()
    ]
    return Region(table(header, lines), tuple(facts))


_SPLITS = ("train", "validation", "test")
_WRITERS = {"base": "Base", "adapter": "Adapter", "extractive": "Extractive baseline", "none": "Facts stated plainly"}


def record(entry: Entry, written: Written) -> Region | None:
    """The rest of an adapter's record: what it was trained on and how."""
    facts = [fact for fact in entry.under("docgen") if fact.name.split(".")[1] in _RECORDED]
    rows = [(_label(fact.name), cell(code(fact.value) if isinstance(fact.value, str) else shown(fact.value))) for fact in facts]
    return Region(table(("Setting", "Value"), rows), tuple(facts)) if rows else None


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
    ("Loss on held-out packages, nats a token", "pretraining.held_out_loss", "#"),
)
_RECORDED = ("base", "corpus", "quantization", "settings", "selected")  # versions are told with what the run took


def _label(name: str) -> str:
    """`docgen.settings.learning_rate` is Learning rate, `docgen.base.mark` is Base: mark."""
    parts = [part.replace("_", " ") for part in name.split(".")[1:] if part != "settings"]
    words = ": ".join(parts)
    return words[:1].upper() + words[1:]


pretraining = fact_table(_PRETRAINING, ("Training", "Value"))
