"""Where a fine-tuned model comes from: PEFT's `adapter_config.json`, and the base that a full fine-tune was loaded from.

In: the parsed files. Out: `base_model`, `base_revision`, `base.local`, `adapter.*` and `lora.*`. A base is named as the Hub
names it wherever that can be seen; of a local path only the last folder is said, as the rest is true on one machine only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.facts import JSON, Fact
from docgen.readers.json_file import JsonFile, number, whole_number, words
from docgen.readers.model_config import task_of
from docgen.readers.training_run import last_folder

_ADAPTER_TASKS = {
    "CAUSAL_LM": "text-generation",
    "SEQ_2_SEQ_LM": "text2text-generation",
    "SEQ_CLS": "text-classification",
    "TOKEN_CLS": "token-classification",
    "QUESTION_ANS": "question-answering",
    "FEATURE_EXTRACTION": "feature-extraction",
}


def adapter_facts(adapter: JsonFile) -> Iterator[Fact]:
    """The facts of an `adapter_config.json` of PEFT; those of LoRA only for LoRA, whose fields the others reuse."""
    task = _ADAPTER_TASKS.get(words(adapter.get("task_type")) or "")
    yield Fact("task", task, adapter.source("task_type"))
    yield Fact("task", _task_of_base(adapter), adapter.source("auto_mapping"))
    base, revision = base_name(adapter.get("base_model_name_or_path"))
    yield Fact("base_model", base, adapter.source("base_model_name_or_path"))
    yield Fact("base.local", is_local(adapter.get("base_model_name_or_path")), adapter.source("base_model_name_or_path"))
    yield Fact("base_revision", words(adapter.get("revision")) or revision, adapter.source("revision"))
    kind = words(adapter.get("peft_type"))
    yield Fact("adapter.type", kind, adapter.source("peft_type"))
    yield Fact("adapter.virtual_tokens", whole_number(adapter.get("num_virtual_tokens")), adapter.source("num_virtual_tokens"))
    if kind not in ("LORA", None):
        return
    yield Fact("lora.r", whole_number(adapter.get("r")), adapter.source("r"))
    yield Fact("lora.alpha", number(adapter.get("lora_alpha")), adapter.source("lora_alpha"))
    yield Fact("lora.dropout", number(adapter.get("lora_dropout")), adapter.source("lora_dropout"))
    for key in ("target_modules", "modules_to_save"):
        yield Fact(f"lora.{key}", _modules(adapter.get(key)), adapter.source(key))
    for name, key in (("dora", "use_dora"), ("rslora", "use_rslora")):
        if adapter.get(key) is True:
            yield Fact(f"lora.{name}", True, adapter.source(key))


def _task_of_base(adapter: JsonFile) -> str | None:
    """What the base is for, by the class that it was loaded as; PEFT notes it where nobody told the task."""
    name, module = words(adapter.get("auto_mapping", "base_model_class")), adapter.get("auto_mapping", "parent_library")
    found = re.fullmatch(r"transformers\.models\.(\w+)\.\w+", module) if isinstance(module, str) else None
    if name is None or found is None:
        return None
    return task_of(JsonFile(adapter.shown, "", {"model_type": found[1]}), name)


def _modules(value: JSON) -> JSON:
    """The names in a stable order: PEFT keeps them in a set and writes them in another order each time."""
    return [*sorted(item for item in value if isinstance(item, str))] if isinstance(value, list) else words(value)


_CACHED = re.compile(r".*[\\/]models--(?P<owner>[^\\/]+?)--(?P<name>[^\\/]+)[\\/]snapshots[\\/](?P<revision>[0-9a-f]+)[\\/]?$")
_LOCAL = re.compile(r"[\\/~.]|[A-Za-z]:[\\/]|.*\\|[^/]*/[^/]*/|[^/]*/$")


def base_name(value: JSON) -> tuple[str | None, str | None]:
    """The name and revision of a base model or a dataset. A Hub name stays as it is, a path into the Hub's cache becomes one
    again, and of any other local path the last folder remains."""
    written = words(value)
    if written is None:
        return None, None
    if cached := _CACHED.match(written):
        return f"{cached['owner']}/{cached['name']}", cached["revision"]
    name = last_folder(written) if _LOCAL.match(written) else written
    return (None if name in ("", ".", "..") else name), None


def is_local(value: JSON) -> bool | None:
    """True where a base was loaded from a folder that only one machine has; None elsewhere, as a fact that is no news."""
    written = words(value) or ""
    return True if _LOCAL.match(written) and not _CACHED.match(written) else None


def base_facts(config: JsonFile) -> Iterator[Fact]:
    """The base of a fully fine-tuned model: what the run loaded, which older libraries recorded in its configuration.

    Only asked where a trainer's state shows that there was a run: elsewhere the same key holds the model's own name.
    """
    base, revision = base_name(config.get("_name_or_path"))
    if base and not re.fullmatch(r"checkpoint-\d+", base):
        yield Fact("base_model", base, config.source("_name_or_path"))
        yield Fact("base.local", is_local(config.get("_name_or_path")), config.source("_name_or_path"))
        yield Fact("base_revision", revision, config.source("_name_or_path"))
