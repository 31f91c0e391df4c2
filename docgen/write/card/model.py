"""What a model or a dataset is made of, and what goes in and out: tables for every format that docgen reads.

In: an entry. Out: regions. One reason to change: which facts a reader of a card looks up.
"""

from __future__ import annotations

from docgen.brief import shown
from docgen.facts import JSON, Entry
from docgen.write.card.parts import Written, fact_table, is_dataset
from docgen.write.markdown import Region, cell, code, prose, table

_ARCHITECTURE = (
    ("Format", "format", "#"),
    ("Name in the file", "gguf.name", "#"),
    ("Holds", "gguf.contents", "#"),
    ("Architecture", "architecture", "`#`"),
    ("Kind of model", "model_type", "`#`"),
    ("Task", "task", "#"),
    ("Base model", "base_model", "#"),
    ("Base revision", "base_revision", "`#`"),
    ("Parameters", "parameters.total", "#"),
    ("Precision", "dtype", "#"),
    ("Stored as", "parameters.dtypes", "#"),
    ("Numbers stored as weights", "weights.elements", "#"),
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
    ("Steps", "embedding.modules", "#"),
    ("Pooling", "embedding.pooling", "#"),
    ("Numbers in a vector", "embedding.size", "#"),
    ("Vectors of length 1", "embedding.normalized", "yes"),
    ("Similarity", "embedding.similarity", "#"),
    ("Prompt for queries", "embedding.prompts.query", "“#”"),
    ("Prompt for documents", "embedding.prompts.document", "“#”"),
    ("Code that loading runs", "code", "#"),
    ("Image size", "image_size", "# pixels"),
    ("Patch size", "patch_size", "# pixels"),
    ("Sampling rate", "audio.sampling_rate", "# Hz"),
    ("Length of a chunk", "audio.chunk_length", "# s"),
    ("Labels", "labels", "#"),
    ("Number of labels", "label_count", "#"),
    ("Tokenizer's kind", "gguf.tokenizer", "`#`"),
    ("Exported by", "onnx.producer", "#"),
    ("Operator set", "onnx.opset.ai.onnx", "#"),
    ("Operators", "onnx.operators", "#"),
)
_ESTIMATOR = (
    ("Estimator", "sklearn.estimator", "`#`"),
    ("Number of features", "sklearn.feature_count", "#"),
    ("Names of the features", "features", "#"),
    ("Classes", "labels", "#"),
    ("Types from elsewhere", "sklearn.other_types", "#"),
)
_ADAPTER = (
    ("Type", "adapter.type", "#"),
    ("Base model", "base_model", "#"),
    ("Base revision", "base_revision", "`#`"),
    ("Rank", "lora.r", "#"),
    ("Alpha", "lora.alpha", "#"),
    ("Dropout", "lora.dropout", "#"),
    ("Target modules", "lora.target_modules", "#"),
    ("Modules trained in full", "lora.modules_to_save", "#"),
    ("DoRA", "lora.dora", "yes"),
    ("Rank-stabilised scale", "lora.rslora", "yes"),
    ("Virtual tokens", "adapter.virtual_tokens", "#"),
    ("Parameters", "parameters.total", "#"),
    ("Stored as", "parameters.dtypes", "#"),
)
_QUANTIZATION = (
    ("Method", "quantization.method", "`#`"),
    ("Bits", "quantization.bits", "#"),
    ("Type", "quantization.type", "#"),
    ("Double quantisation", "quantization.double", "yes"),
    ("Computed in", "quantization.compute_dtype", "#"),
    ("Group size", "quantization.group_size", "#"),
)


def generation(entry: Entry, written: Written) -> Region | None:
    facts = [fact for fact in entry.under("generation") if not fact.name.endswith(("_token_id", "_token_ids"))]
    rows = [(cell(code(fact.name.removeprefix("generation."))), cell(code(shown(fact.value)))) for fact in facts]
    return Region(table(("Default", "Value"), rows), tuple(facts)) if rows else None


def architecture(entry: Entry, written: Written) -> Region | None:
    """What the model is made of. What follows from another row is left out: the kind of model from the architecture, how it is
    stored from its precision."""
    if entry.get("sklearn.estimator") or is_dataset(entry):  # told in tables of their own
        return None
    stored = entry.get("parameters.dtypes")
    hidden = {"model_type"} if entry.get("architecture") else set()
    if isinstance(stored, dict) and len(stored) == 1 and entry.get("dtype"):
        hidden.add("parameters.dtypes")
    if entry.get("audio.sampling_rate") is not None:  # a model that hears counts frames, of which nobody knows the length
        hidden.add("context_length")
    if entry.get("labels"):
        hidden.add("label_count")
    if entry.get("adapter.type") is not None:  # told in a table of its own
        hidden |= {"task", *(name for _, name, _ in _ADAPTER)}
    wanted = [row for row in _ARCHITECTURE if row[1] not in hidden]
    return fact_table(wanted, ("Model", "Value"))(entry, written)


def signature(entry: Entry, written: Written) -> Region | None:
    """What goes into a model and what comes out, each with its type."""
    rows, facts = [], []
    for way, label in (("inputs", "input"), ("outputs", "output")):
        for name in entry.strings(way):
            kind = entry.fact(f"{way}.{name}")
            rows.append((label, cell(code(name)), cell(code(shown(kind.value))) if kind else ""))
            facts += [kind] if kind else []
    listed = [fact for way in ("inputs", "outputs") if (fact := entry.fact(way))]
    return Region(table(("Way", "Name", "Type"), rows), (*listed, *facts)) if rows else None


def estimator(entry: Entry, written: Written) -> Region | None:
    """The estimator, and the steps it is made of."""
    region = fact_table(_ESTIMATOR, ("Model", "Value"))(entry, written)
    if region is None or entry.get("sklearn.estimator") is None:
        return None
    steps = [fact for name in entry.strings("sklearn.steps") if (fact := entry.fact(f"sklearn.steps.{name}"))]
    rows = [(cell(code(fact.name.removeprefix("sklearn.steps."))), cell(code(shown(fact.value)))) for fact in steps]
    text = region.text + (f"\n\n{table(('Step', 'Estimator'), rows)}" if rows else "")
    return Region(text, (*region.facts, *steps))


_MOST_PARAMETERS = 80


def estimator_settings(entry: Entry, written: Written) -> Region | None:
    """The parameters that the estimator was made with, by the names that `set_params` takes."""
    facts = list(entry.under("sklearn.parameters"))
    rows = [(cell(code(fact.name.removeprefix("sklearn.parameters."))), cell(code(_literal(fact.value)))) for fact in facts]
    return Region(table(("Parameter", "Value"), rows), tuple(facts)) if 0 < len(rows) <= _MOST_PARAMETERS else None


def _literal(value: JSON) -> str:
    """A parameter as Python writes it."""
    return value if isinstance(value, str) and value == "None" else repr(value)


def files(entry: Entry, written: Written) -> Region | None:
    """The files to choose from, where there are several of one model."""
    names = entry.strings("files")
    facts = list(entry.under("files"))
    rows = [(cell(code(name)), cell(code(shown(entry.get(f"files.{name}", ""))))) for name in names]
    return Region(table(("File", "Quantisation"), rows), tuple(facts)) if len(rows) > 1 else None


def features(entry: Entry, written: Written) -> Region | None:
    """The columns of a dataset, each with its type and, of labels, its classes."""
    if not is_dataset(entry):
        return None
    rows = []
    for name in entry.strings("features"):
        labels = ", ".join(code(label) for label in entry.strings(f"features.{name}.labels"))
        rows.append((cell(code(name)), cell(shown(entry.get(f"features.{name}", ""))), cell(labels)))
    return Region(table(("Column", "Type", "Classes"), rows), tuple(entry.under("features"))) if rows else None


def splits(entry: Entry, written: Written) -> Region | None:
    """The splits of a dataset with their sizes."""
    rows = []
    for name in entry.strings("splits"):
        count, size = entry.get(f"splits.{name}.rows"), entry.get(f"splits.{name}.bytes")
        rows.append((cell(code(name)), "" if count is None else f"{count:,}", _bytes(size) if isinstance(size, int) else ""))
    return Region(table(("Split", "Rows", "Size in memory"), rows), tuple(entry.under("splits"))) if rows else None


def _bytes(size: int) -> str:
    """A size in the units of the Hub: 1 kB is 1,000 bytes."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= limit:
            return f"{size / limit:.3g} {unit}"
    return f"{size} bytes"


def description(entry: Entry, written: Written) -> Region | None:
    """What a file says of itself in words."""
    facts = [fact for name in ("dataset.description", "onnx.description") if (fact := entry.fact(name))]
    return Region("\n\n".join(prose(shown(fact.value)) for fact in facts), tuple(facts)) if facts else None


def adapter(entry: Entry, written: Written) -> Region | None:
    """What an adapter is and what it sits on."""
    is_adapter = entry.get("adapter.type") is not None or entry.get("lora.r") is not None
    return fact_table(_ADAPTER, ("Adapter", "Value"))(entry, written) if is_adapter else None


quantization = fact_table(_QUANTIZATION, ("Quantisation", "Value"))
