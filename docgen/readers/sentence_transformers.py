"""Models that turn texts into vectors, as the Sentence Transformers library saves them: a transformer with what comes after it.

In: the parsed `modules.json` and the files that it names. Out: `task`, `context_length` and `embedding.*` facts. They tell more
than `config.json` does, which knows of the transformer alone: how long a text may be, and what becomes of its tokens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from docgen.facts import JSON, Fact
from docgen.readers.json_file import JsonFile, read_bytes, whole_number, words

MODULES = "modules.json"
_LIBRARY = "sentence_transformers."
_POOLINGS = {
    "pooling_mode_cls_token": "first token",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "maximum",
    "pooling_mode_mean_sqrt_len_tokens": "sum over the root of the length",
    "pooling_mode_weightedmean_tokens": "weighted mean",
    "pooling_mode_lasttoken": "last token",
}
Read = Callable[[str], JsonFile | None]


def is_modules(path: Path) -> bool:
    """Whether a `modules.json` is that of this library; other programs have one too."""
    try:
        return path.is_file() and f'"{_LIBRARY}'.encode() in path.read_bytes()
    except OSError:
        return False


def sentence_facts(path: Path, shown: str, read: Read) -> Iterator[Fact]:
    """The facts of a folder with the `modules.json` at `path`; `read` gives a file of the folder, None where it is not there.
    None for a list that is not of modules. Raises InputError where one of them cannot be read."""
    try:
        modules: JSON = json.loads((read_bytes(path, shown) or b"").decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
        return
    if not isinstance(modules, list):
        return
    kinds = [str(module.get("type") or "") for module in modules if isinstance(module, dict)]
    places = [str(module.get("path") or "") for module in modules if isinstance(module, dict)]
    source = f"{shown}:1"
    yield Fact("task", "feature-extraction" if any("sparse" in kind for kind in kinds) else "sentence-similarity", source)
    yield Fact("embedding.modules", [kind.rpartition(".")[2] for kind in kinds], source)
    if any(not kind.startswith(_LIBRARY) for kind in kinds):
        yield Fact("embedding.other_code", [kind for kind in kinds if not kind.startswith(_LIBRARY)], source)
    for name in ("sentence_bert_config.json", "sentence_roberta_config.json", "sentence_xlnet_config.json"):
        if limit := read(name):
            yield Fact("context_length", whole_number(limit.get("max_seq_length")), limit.source("max_seq_length"))
    size: Fact | None = None
    for kind, place in zip(kinds, places, strict=True):
        settings = read(f"{place}/config.json") if place and ".." not in Path(place).parts else None
        if settings is not None and kind.endswith(".Pooling"):
            modes = _poolings(settings)
            yield Fact("embedding.pooling", ", ".join(modes), settings.source("word_embedding_dimension"))
            width = whole_number(settings.get("word_embedding_dimension"))
            size = Fact("embedding.size", (width or 0) * len(modes) or None, settings.source("word_embedding_dimension"))
        elif settings is not None and kind.endswith(".Dense"):
            size = Fact("embedding.size", whole_number(settings.get("out_features")), settings.source("out_features"))
    if size is not None:
        yield size
    if any(kind.endswith(".Normalize") for kind in kinds):
        yield Fact("embedding.normalized", True, source)
    if record := read("config_sentence_transformers.json"):
        yield Fact("embedding.similarity", words(record.get("similarity_fn_name")), record.source("similarity_fn_name"))
        prompts = record.get("prompts")
        if isinstance(prompts, dict):
            for name, prompt in prompts.items():
                yield Fact(f"embedding.prompts.{name}", words(prompt), record.source("prompts", name))


def _poolings(settings: JsonFile) -> list[str]:
    """How the tokens' vectors become one; several are put one after the other."""
    if isinstance(mode := settings.get("pooling_mode"), str):
        return [mode]
    return [name for key, name in _POOLINGS.items() if settings.get(key) is True]
