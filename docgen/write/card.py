"""The parts of a model card that are rendered from facts and never generated: tables, usage, licence, front matter.

In: a model's entry, and the front-matter fields that people declared. Out: a `Region`: Markdown with the facts that it states.
The best checkpoint's numbers and the last one's stand in columns of their own, because a card that prints one while meaning the
other is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from docgen.brief import shown
from docgen.facts import JSON, Entry, Fact
from docgen.front_matter import METRIC_NAMES, dump_fields, known_fields, metrics_of, unknown_fields
from docgen.write.loading import loading_code
from docgen.write.markdown import Region, cell, code, fenced, table

Declared = Mapping[str, JSON]
Renderer = Callable[[Entry, Declared], Region | None]

_HUB = "https://huggingface.co/"

# Label and fact of each row; `#` stands for the value.
_ARCHITECTURE = (
    ("Architecture", "architecture", "`#`"),
    ("Task", "task", "#"),
    ("Base model", "base_model", "#"),
    ("Base revision", "base_revision", "`#`"),
    ("Parameters", "parameters.total", "#"),
    ("Precision", "dtype", "#"),
    ("Context length", "context_length", "# tokens"),
    ("Longest output", "target_length", "# tokens"),
    ("Sliding window", "sliding_window", "# tokens"),
    ("Hidden size", "hidden_size", "#"),
    ("Layers", "layers", "#"),
    ("Decoder layers", "decoder_layers", "#"),
    ("Attention heads", "heads", "#"),
    ("Key-value heads", "kv_heads", "#"),
    ("Feed-forward size", "intermediate_size", "#"),
    ("Experts", "experts", "#"),
    ("Experts per token", "experts_per_token", "#"),
    ("Vocabulary", "vocab_size", "# tokens"),
    ("Tokenizer", "tokenizer.class", "`#`"),
    ("Longest input of the tokenizer", "tokenizer.model_max_length", "# tokens"),
    ("Image size", "image_size", "# pixels"),
    ("Patch size", "patch_size", "# pixels"),
    ("Sampling rate", "audio.sampling_rate", "# Hz"),
    ("Length of a chunk", "audio.chunk_length", "# s"),
    ("Labels", "labels", "#"),
    ("Number of labels", "label_count", "#"),
)
_ADAPTER = (
    ("Type", "adapter.type", "#"),
    ("Rank", "lora.r", "#"),
    ("Alpha", "lora.alpha", "#"),
    ("Dropout", "lora.dropout", "#"),
    ("Target modules", "lora.target_modules", "#"),
    ("Modules trained in full", "lora.modules_to_save", "#"),
    ("DoRA", "lora.dora", "yes"),
    ("Rank-stabilised scale", "lora.rslora", "yes"),
    ("Virtual tokens", "adapter.virtual_tokens", "#"),
)
_QUANTIZATION = (
    ("Method", "quantization.method", "`#`"),
    ("Bits", "quantization.bits", "#"),
    ("Type", "quantization.type", "#"),
    ("Double quantisation", "quantization.double", "yes"),
    ("Computed in", "quantization.compute_dtype", "#"),
    ("Group size", "quantization.group_size", "#"),
)
_TRAINING = (
    ("Examples", "training.samples", "#"),
    ("Examples evaluated", "eval.samples", "#"),
    ("Epochs", "training.epochs", "#"),
    ("Epochs planned", "training.planned_epochs", "#"),
    ("Steps", "training.steps", "#"),
    ("Steps planned", "training.planned_steps", "#"),
    ("Batch size per device", "training.batch_size", "#"),
    ("Tokens seen", "training.tokens", "#"),
    ("Mean training loss", "training.loss", "#"),
)


def render_card(kind: str, entry: Entry, declared: Declared) -> Region | None:
    """The region of this kind; None where the facts say nothing for it, or where the kind is one of prose. `declared` are the
    fields of the front matter that people wrote."""
    renderer = _RENDERERS.get(kind)
    return renderer(entry, declared) if renderer else None


def is_docgen_adapter(entry: Entry) -> bool:
    """Whether docgen train made this model: its record is there."""
    return any(True for _ in entry.under("docgen"))


def is_docgen_base(entry: Entry) -> bool:
    """Whether docgen base build made this model: the record of its training is there."""
    return any(True for _ in entry.under("pretraining"))


# Tables ----------------------------------------------------------------------------------------------------------------


def _rows(rows: Sequence[tuple[str, str, str]], header: tuple[str, str]) -> Renderer:
    def render(entry: Entry, declared: Declared) -> Region | None:
        found = ((label, _declared_or_read(entry, name), form) for label, name, form in rows)
        facts = [(label, fact, form) for label, fact, form in found if fact is not None]
        if not facts:
            return None
        lines = [(label, cell(form.replace("#", _value(fact)))) for label, fact, form in facts]
        return Region(table(header, lines), tuple(fact for _, fact, _ in facts))

    return render


def _declared_or_read(entry: Entry, name: str) -> Fact | None:
    """The fact of a row. What a model is for is what people say; what it was made from is what its files say, if they do."""
    declared = {"task": "card.pipeline_tag", "base_model": "card.base_model"}.get(name, "")
    names = (declared, name) if name == "task" else (name, declared)
    return next((fact for candidate in names if candidate and (fact := entry.fact(candidate)) is not None), None)


def _value(fact: Fact) -> str:
    """A fact's value in a table: names as code, Hub names as links, text words as they are."""
    if fact.name in ("base_model", "card.base_model"):
        return _hub_link(str(fact.value))
    if fact.name == "adapter.type":
        return "LoRA" if fact.value == "LORA" else shown(fact.value)
    if isinstance(fact.value, list):
        separator = " × " if fact.name == "image_size" else ", "
        return separator.join(code(item) if isinstance(item, str) else shown(item) for item in fact.value)
    return shown(fact.value)


def _hub_link(name: str) -> str:
    return f"[{code(name)}]({_HUB}{name})" if re.fullmatch(r"[\w.-]+/[\w.-]+", name) else code(name)


def _training(entry: Entry, declared: Declared) -> Region | None:
    region = _rows(_TRAINING, ("Training", "Value"))(entry, declared)
    # The number of steps alone is told beside the results; a table for it would say little.
    return region if region and len(region.facts) > 1 else None


def _generation(entry: Entry, declared: Declared) -> Region | None:
    facts = [fact for fact in entry.under("generation") if not fact.name.endswith(("_token_id", "_token_ids"))]
    rows = [(code(fact.name.removeprefix("generation.")), cell(code(shown(fact.value)))) for fact in facts]
    return Region(table(("Default", "Value"), rows), tuple(facts)) if rows else None


# Results ---------------------------------------------------------------------------------------------------------------


def _results(entry: Entry, declared: Declared) -> Region | None:
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
        (metric_name(name), *(shown(metrics[name]) if name in metrics else "" for metrics in columns.values()))
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
    at = code(str(checkpoint)) if checkpoint else f"step {shown(step)}" if step is not None else ""
    at += f", epoch {shown(epoch)}" if at and epoch is not None else ""
    both = group == "best" and step is not None and step == entry.get("last.step")
    label = "Best and last" if both else group.title()
    return f"{label} ({at})" if at else label


def metric_name(name: str) -> str:
    """A metric as people write it: `rougeL` is ROUGE-L."""
    return METRIC_NAMES.get(name) or METRIC_NAMES.get(name.lower()) or name.replace("_", " ").replace(".", ", ")


def _scores(entry: Entry, declared: Declared) -> Region | None:
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


def _record(entry: Entry, declared: Declared) -> Region | None:
    """The rest of an adapter's record: what it was trained on and how."""
    facts = [fact for fact in entry.under("docgen") if fact.name.split(".")[1] in _RECORDED]
    rows = [(_label(fact.name), cell(code(fact.value) if isinstance(fact.value, str) else shown(fact.value))) for fact in facts]
    return Region(table(("Setting", "Value"), rows), tuple(facts)) if rows else None


def _base_scores(entry: Entry, declared: Declared) -> Region | None:
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


def _sources(entry: Entry, declared: Declared) -> Region | None:
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
    ("Minutes on two CPU cores", "pretraining.minutes", "#"),
    ("Tokens a step, at most", "pretraining.tokens_a_step", "#"),
    ("Learning rate of the matrices (Muon)", "pretraining.matrix_rate", "#"),
    ("Learning rate of the rest (AdamW)", "pretraining.embedding_rate", "#"),
    ("Least share of supported words in a section", "pretraining.support", "#"),
    ("Loss on held-out packages, nats a token", "pretraining.held_out_loss", "#"),
)
_RECORDED = ("base", "corpus", "quantization", "settings", "selected", "versions")


def _label(name: str) -> str:
    """`docgen.settings.learning_rate` is Learning rate, `docgen.base.mark` is Base: mark."""
    parts = [part.replace("_", " ") for part in name.split(".")[1:] if part != "settings"]
    words = ": ".join(parts)
    return words[:1].upper() + words[1:]


# Use, licence, front matter --------------------------------------------------------------------------------------------


def _usage(entry: Entry, declared: Declared) -> Region | None:
    """How to load this artefact."""
    if is_docgen_adapter(entry):
        return Region(fenced(f"docgen write PACKAGE --writer {entry.about}", "bash"))
    lines = loading_code(entry)
    facts = tuple(fact for fact in entry.facts if fact.name in ("task", "base_model", "adapter.type", "architecture"))
    return Region(fenced(lines, "python"), facts) if lines else None


def _licence(entry: Entry, declared: Declared) -> Region | None:
    fact = entry.fact("license")
    if fact is None:
        return Region(f"{cell(shown(declared['license']))}.") if isinstance(declared.get("license"), str) else None
    file = fact.source.partition(":")[0].rpartition("/")[2]
    return Region(
        f"{shown(fact.value)}" + (f"; see [{file}]({file})." if re.match(r"(?i)licen[cs]e|copying", file) else "."), (fact,)
    )


def _front_matter(entry: Entry, declared: Declared) -> Region | None:
    """The fields that the facts give and that people have not declared."""
    known = known_fields(entry)
    if "license" in declared:
        known = {name: value for name, value in known.items() if not name.startswith("license")}
    fields = {name: value for name, value in known.items() if name not in declared}
    names = {"license": "license", "license_name": "license", "base_model": "base_model", "pipeline_tag": "task"}
    facts = [fact for field, name in names.items() if field in fields and (fact := entry.fact(name)) is not None]
    if "model-index" in fields:
        facts += entry.under("eval")
    return Region(dump_fields(fields).rstrip("\n"), tuple(facts_by_name(facts))) if fields else None


def facts_by_name(facts: Sequence[Fact]) -> list[Fact]:
    """Each fact once, by its name."""
    return list({fact.name: fact for fact in facts}.values())


def _missing(entry: Entry, declared: Declared) -> Region | None:
    """What a reader of the card would want and no file tells, for the person who knows it."""
    unknown = unknown_fields(entry, declared)
    if not unknown:
        return None
    listed = ", ".join(f"`{name}`" for name in unknown)
    return Region(f"<!-- Not told by any file here: {listed}. If you know, add it to the front matter above. -->")


_RENDERERS: Mapping[str, Renderer] = {
    "architecture": _rows(_ARCHITECTURE, ("Model", "Value")),
    "adapter": _rows(_ADAPTER, ("Adapter", "Value")),
    "quantization": _rows(_QUANTIZATION, ("Quantisation", "Value")),
    "training": _training,
    "generation": _generation,
    "results": _results,
    "scores": _scores,
    "base-scores": _base_scores,
    "pretraining": _rows(_PRETRAINING, ("Training", "Value")),
    "sources": _sources,
    "record": _record,
    "usage": _usage,
    "licence": _licence,
    "front-matter": _front_matter,
    "missing": _missing,
}
CARD_KINDS = frozenset(_RENDERERS)
