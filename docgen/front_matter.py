"""A model card's front matter: the fields that the Hub understands, made from facts and checked without the Hub.

In: a model's facts, and the front matter that people wrote. Out: the fields they have not declared, as YAML for a managed
region; and what is wrong with any front matter. What people wrote is never written again, so their comments, order and
quotes stay as they are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from docgen.facts import JSON, Entry
from docgen.readers.plain_values import plain_values
from docgen.report import InputError

# https://huggingface.co/docs/hub/repositories-licenses
LICENSES = frozenset(
    """apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m
    afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5
    cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0
    cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0
    cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl
    lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0
    openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license
    fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma unknown
    other""".split()
)
# https://github.com/huggingface/hub-docs/blob/main/modelcard.md: what each field may be.
_TEXTS = ("license", "license_name", "license_link", "library_name", "pipeline_tag", "base_model_relation")
_TEXTS_OR_LISTS = ("language", "base_model", "datasets", "tags", "metrics", "task_categories", "size_categories")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*|code|multilingual|mul")
_TASK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Metrics by their id at https://huggingface.co/metrics; ROUGE's variants share one.
_METRICS = {
    name: name
    for name in """accuracy f1 precision recall bleu sacrebleu chrf ter meteor wer cer perplexity exact_match mse mae
    mean_iou""".split()
} | dict.fromkeys(("rouge", "rouge1", "rouge2", "rougeL", "rougeLsum"), "rouge")
METRIC_NAMES = {
    "accuracy": "Accuracy",
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "bleu": "BLEU",
    "sacrebleu": "SacreBLEU",
    "chrf": "chrF",
    "ter": "TER",
    "meteor": "METEOR",
    "wer": "WER",
    "cer": "CER",
    "perplexity": "Perplexity",
    "exact_match": "Exact match",
    "mse": "MSE",
    "mae": "MAE",
    "mean_iou": "Mean IoU",
    "rouge": "ROUGE",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "rougeLsum": "ROUGE-Lsum",
    "loss": "Loss",
    "f1_macro": "F1 (macro)",
    "f1_micro": "F1 (micro)",
}
_COUNTS = ("samples", "steps", "num_tokens", "num_input_tokens_seen")  # results files count these; they measure nothing


def known_fields(entry: Entry) -> dict[str, JSON]:
    """The fields that a model's facts give, in the order that cards have them."""
    fields: dict[str, JSON] = {**_license(entry)}
    if entry.get("format") == "dataset":
        rows = entry.get("dataset.rows")
        return {**fields, **({"size_categories": [_size_category(rows)]} if isinstance(rows, int) else {})}
    if languages := [language for language in entry.strings("gguf.languages") if _LANGUAGE.fullmatch(language)]:
        fields["language"] = [*languages]
    base, task = entry.get("base_model"), entry.get("task")
    if isinstance(base, str) and is_on_hub(entry):
        fields["base_model"] = base
    if library := _library(entry):
        fields["library_name"] = library
    if isinstance(task, str):
        fields["pipeline_tag"] = task
    formed = {"skops": "skops", "GGUF": "gguf"}.get(str(entry.get("format")), "")
    own = ("lora" if entry.get("lora.r") is not None else "", entry.get("model_type") or "", formed)
    if tags := [str(tag) for tag in own if tag]:
        fields["tags"] = [*tags]
    names = entry.strings("data")
    if names and all(re.fullmatch(r"[\w.-]+/[\w.-]+", name) for name in names):
        fields["datasets"] = [*names]
    measured = metrics_of(entry, "eval")
    if ids := list(dict.fromkeys(_METRICS[name] for name in measured if name in _METRICS)):
        fields["metrics"] = [*ids]
    if index := _model_index(entry, measured):
        fields["model-index"] = index
    return fields


def is_on_hub(entry: Entry) -> bool:
    """Whether the base may be on the Hub: docgen's own is not, nor is a folder that the run was started from."""
    return entry.get("docgen.base.kind", "hub") == "hub" and not entry.get("base.local")


def metrics_of(entry: Entry, group: str) -> dict[str, int | float]:
    """The measured values below `group` (`eval`, `best`, `last`), by metric; what only counts is left out."""
    found: dict[str, int | float] = {}
    for fact in entry.under(group):
        name = fact.name.removeprefix(f"{group}.")
        if isinstance(fact.value, int | float) and not isinstance(fact.value, bool) and name not in _COUNTS:
            found[name] = fact.value
    return found


def unknown_fields(entry: Entry, declared: Mapping[str, JSON]) -> list[str]:
    """The fields that a card should have and that neither files nor people tell, in the order of a card."""
    told = {*known_fields(entry), *declared, *(fact.name for fact in entry.facts)}
    return [name for name in _wanted(entry) if name not in told]


def _wanted(entry: Entry) -> tuple[str, ...]:
    """The fields that people look for in a card of this kind: a model of numbers speaks no language and has no base."""
    form = entry.get("format")
    if form == "dataset":
        return ("language", "license", "task_categories")
    if form in ("skops", "ONNX"):
        return ("license", "pipeline_tag", "datasets")
    return ("language", "license", "base_model", "pipeline_tag", "datasets")


def _library(entry: Entry) -> str:
    """The library that loads the model, as the Hub names it; empty where that is not clear."""
    form = entry.get("format")
    if entry.get("adapter.type") or entry.get("lora.r") is not None:
        return "peft"
    if entry.get("embedding.modules"):
        return "sentence-transformers"
    if entry.get("architecture"):
        return "transformers"
    return {"skops": "sklearn", "ONNX": "onnx", "GGUF": "gguf"}.get(str(form), "")


_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
_LARGER_SIZES = ((10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"), (10**11, "10B<n<100B"))


def _size_category(rows: int) -> str:
    """How many rows a dataset has, as the Hub sorts them."""
    return next((name for limit, name in (*_SIZES, *_LARGER_SIZES) if rows < limit), "100B<n<1T")


def _license(entry: Entry) -> dict[str, JSON]:
    license_id, recorded = entry.get("license"), entry.get("dataset.license")
    if license_id is None and isinstance(recorded, str) and recorded.lower() in LICENSES:
        license_id = recorded  # free text as a rule; an id where it is one
    if not isinstance(license_id, str):
        return {}
    if license_id.lower() in LICENSES:
        return {"license": license_id.lower()}
    return {"license": "other", "license_name": license_id.lower(), "license_link": "LICENSE"}


def _model_index(entry: Entry, measured: Mapping[str, int | float]) -> list[JSON]:
    """The results in the Hub's form. It demands a task and a dataset: without either there is none."""
    task, datasets = entry.get("card.pipeline_tag", entry.get("task")), entry.get("card.datasets")
    dataset = datasets[0] if isinstance(datasets, list) and len(datasets) == 1 else datasets
    if not isinstance(task, str) or not isinstance(dataset, str) or not measured:
        return []
    metrics: list[JSON] = [
        {"type": name, "value": value, "name": METRIC_NAMES.get(name, name)} for name, value in measured.items()
    ]
    result: JSON = {
        "task": {"type": task},
        "dataset": {"name": dataset.rpartition("/")[2], "type": dataset},
        "metrics": metrics,
    }
    return [{"name": entry.about, "results": [result]}]


# Reading and writing YAML ----------------------------------------------------------------------------------------------

# What YAML 1.1 takes for something other than text: the Hub's Python library reads `language: no` as false.
_NOT_TEXT = re.compile(
    r"(?i:y|yes|n|no|true|false|on|off|null|~|)|[-+]?(\d[\d_,]*\.?[\d_]*|\.\d[\d_]*)(e[-+]?\d+)?|0[xob][\da-f_]+|"
    r"\d+(:[0-5]?\d)+(\.\d*)?|\d{4}-\d\d?-\d\d?.*|[-+]?\.(inf|nan)|[=<]+",
    re.IGNORECASE,
)


def dump_fields(fields: Mapping[str, JSON]) -> str:
    """Fields as block YAML that versions 1.1 and 1.2 read alike."""
    yaml = YAML(pure=True)
    yaml.default_flow_style, yaml.allow_unicode, yaml.width = False, True, 4096
    text = io.StringIO()
    yaml.dump({name: _quoted(value) for name, value in fields.items()}, text)
    # YAML 1.1 takes `1e-07` for text: it wants a point in a number.
    return re.sub(r"(: -?\d+)(e[-+]?\d+)$", r"\1.0\2", text.getvalue(), flags=re.MULTILINE)


def _quoted(value: JSON) -> object:
    if isinstance(value, str):
        return SingleQuotedScalarString(value) if _NOT_TEXT.fullmatch(value) else value
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    if isinstance(value, dict):
        return {key: _quoted(item) for key, item in value.items()}
    return value


def parse_fields(front_matter: str, where: str) -> dict[str, JSON]:
    """The fields of a front matter; `where` is the document's path. Raises InputError with the line where it is not YAML of
    named fields, or names one twice."""
    fix = "mend the YAML between the two `---` lines"
    try:
        loaded = plain_values(YAML(typ="safe", pure=True).load(front_matter))
    except (YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        problem = error.problem if isinstance(error, MarkedYAMLError) else str(error)
        told = " ".join(str(problem).split())[:200]
        raise InputError(f"the front matter is not YAML: {told}", f"{where}:{mark.line + 2 if mark else 1}", fix) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise InputError("the front matter holds no named fields", f"{where}:1", fix)
    return loaded


def misread(front_matter: str) -> list[str]:
    """What programs that read YAML 1.1, the Hub's Python library among them, take for something else than it is, a sentence
    each: the language `no` without quotes is false to them."""
    old = YAML(typ="safe", pure=True)
    old.version = (1, 1)
    try:
        fields, meant = old.load(front_matter), YAML(typ="safe", pure=True).load(front_matter)
    except (YAMLError, ValueError, RecursionError):
        return []
    if not isinstance(fields, dict) or not isinstance(meant, dict):
        return []
    return [
        f"`{name}: {text}` is {str(value).lower()} to programs that read YAML 1.1; write `'{text}'`"
        for name in _TEXTS_OR_LISTS + _TEXTS
        for text, value in zip(_items_or_one(meant.get(name)), _items_or_one(fields.get(name)), strict=False)
        if isinstance(text, str) and not isinstance(value, str)
    ]


def _items_or_one(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else [value]


# Checking --------------------------------------------------------------------------------------------------------------


def problems_of(fields: Mapping[str, JSON]) -> list[str]:
    """What the Hub would refuse or misread, a sentence each."""
    return [*_field_problems(fields), *_index_problems(fields.get("model-index"))]


def _field_problems(fields: Mapping[str, JSON]) -> Iterator[str]:
    for name, value in fields.items():
        if name in _TEXTS and not isinstance(value, str):
            yield f"`{name}` must be text, found {_short(value)}"
        elif name in _TEXTS_OR_LISTS and not _is_texts(value):
            yield f"`{name}` must be text or a list of texts, found {_short(value)}"
    license_id = fields.get("license")
    if isinstance(license_id, str) and license_id not in LICENSES:
        yield f"`license: {license_id}` is no license id of the Hub; write `license: other` with a `license_name`"
    if license_id == "other" and "license_name" not in fields:
        yield "`license: other` needs a `license_name`"
    for language in _items(fields.get("language")):
        if not _LANGUAGE.fullmatch(language):
            yield f"`language: {language}` is no ISO 639 code such as `en`"
    tag = fields.get("pipeline_tag")
    if isinstance(tag, str) and not _TASK.fullmatch(tag):
        yield f"`pipeline_tag: {tag}` is no task id such as `text-generation`"


def _short(value: JSON) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _index_problems(index: JSON) -> Iterator[str]:
    """A model-index as the Hub demands it: a name and results, each with task.type, dataset.type, dataset.name and metrics."""
    if index is None:
        return
    if not isinstance(index, list) or not index:
        yield "`model-index` must be a list of models"
        return
    for model in index:
        results = model.get("results") if isinstance(model, dict) else None
        if not isinstance(model, dict) or not isinstance(model.get("name"), str) or not isinstance(results, list):
            yield "`model-index`: each model needs a `name` and a list of `results`"
            continue
        for result in results:
            for path in ("task.type", "dataset.type", "dataset.name"):
                if not isinstance(_below(result, path), str):
                    yield f"`model-index`: a result needs `{path}`"
            metrics = _below(result, "metrics")
            for metric in metrics if isinstance(metrics, list) else [None]:
                if not isinstance(metric, dict) or not isinstance(metric.get("type"), str) or metric.get("value") is None:
                    yield "`model-index`: each metric needs a `type` and a `value`"


def _below(value: JSON, path: str) -> JSON:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _items(value: JSON) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _is_texts(value: JSON) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))
