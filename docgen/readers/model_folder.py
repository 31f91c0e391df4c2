"""A folder with a model or a dataset, as a training run or an export leaves it, becomes one entry of facts.

In: a folder in the layout of the Hugging Face libraries, or with ONNX, GGUF or skops files; no library is needed for any of
them. Out: `Facts` with one entry, about the folder's name. Absolute paths are no facts, what differs between two equal runs
stands below `run`, and what the files do not say is absent.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.facts import Entry, Fact, Facts, Subject, words_of
from docgen.readers.adapter_config import adapter_facts, base_facts
from docgen.readers.base_record import RECORD, base_record_facts
from docgen.readers.card import card_facts, card_fields
from docgen.readers.dataset_folder import dataset_facts
from docgen.readers.gguf_file import gguf_facts
from docgen.readers.json_file import JsonFile, read_bytes, read_json, whole_number
from docgen.readers.license import license_of
from docgen.readers.model_config import config_facts
from docgen.readers.model_files import (
    ADAPTER,
    CHECKPOINT,
    CONFIG,
    INDEX,
    KNOWN,
    OWN_RECORD,
    RESULTS,
    STATE,
    files_of_formats,
    has_dataset_info,
    is_model_folder,
    looked_for,
)
from docgen.readers.onnx_file import onnx_facts
from docgen.readers.run_costs import emissions_facts, record_facts, state_time_facts, time_facts, version_facts
from docgen.readers.run_settings import settings_facts
from docgen.readers.safetensors_header import Tensor, parameter_count, read_tensors, stored_elements, weight_files
from docgen.readers.sentence_transformers import MODULES, is_modules, sentence_facts
from docgen.readers.skops_file import skops_facts
from docgen.readers.snippet_record import snippet_facts
from docgen.readers.tokenizer_files import tokenizer_facts, vocabulary_size
from docgen.readers.training_run import results_facts, state_facts
from docgen.report import InputError

__all__ = ["is_model_folder", "read_model"]


def read_model(path: Path, root: Path) -> Facts:
    """The facts of the folder of a model or dataset at `path`, with sources relative to `root`.

    Raises InputError where `path` is no such folder, or one of its files cannot be read: JSON or YAML that does not parse,
    weights that are cut short.
    """
    if not path.is_dir():
        kind = "a file" if path.exists() else "nothing there"
        raise InputError(
            f"`{path.name}` is not a folder: {kind}", _shown(path, root), "pass the folder that holds the model's files"
        )
    folder = _Folder(path, root, _latest_checkpoint(path, root))
    if not folder.has_known_file():
        what = f"`{_absolute(path).name}` is no model folder: {looked_for(path)}"
        raise InputError(what, folder.shown, "pass the folder that the training run or `save_pretrained` wrote")
    entry = Entry(_absolute(path).name, tuple(_stateable(folder.facts())))
    return Facts(Subject("model", folder.shown), [entry])


def _shown(path: Path, root: Path) -> str:
    """The path as messages name it: relative to the repository where it lies inside."""
    absolute, base = _absolute(path), _absolute(root)
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else path.as_posix()


def _absolute(path: Path) -> Path:
    """The path from the root, links not followed: in the Hub's cache every file is a link to one named by a hash."""
    return Path(os.path.abspath(path))


def _latest_checkpoint(path: Path, root: Path) -> Path | None:
    """The checkpoint folder of the highest step that was written to its end; None where the run's own state lies at the top.

    The state is the last file that a trainer writes to a checkpoint: without a whole one the checkpoint is half a checkpoint.
    """
    if (path / STATE).is_file():
        return None
    steps = {int(found[1]): folder for folder in path.iterdir() if (found := CHECKPOINT.fullmatch(folder.name))}
    for _, folder in sorted(steps.items(), reverse=True):
        try:
            if read_json(folder / STATE, _shown(folder / STATE, root)) is not None:
                return folder
        except InputError:  # a crash while saving leaves this; the checkpoint before it is whole
            continue
    return None


def _stateable(facts: Iterator[Fact]) -> Iterator[Fact]:
    """The facts that have a value, each name once: where two files say the same thing the first is the source."""
    seen: set[str] = set()
    for fact in facts:
        empty = (
            fact.value is None
            or fact.value in ("", [], {})
            or (isinstance(fact.value, float) and not math.isfinite(fact.value))
        )
        if not empty and fact.name not in seen:
            seen.add(fact.name)
            yield fact


@dataclass(frozen=True)
class _Folder:
    """One model folder. Files that are missing at the top are looked for in `checkpoint`."""

    path: Path
    root: Path
    checkpoint: Path | None

    @property
    def shown(self) -> str:
        return _shown(self.path, self.root)

    def has_known_file(self) -> bool:
        """Whether anything here speaks of a model."""
        return (
            self.checkpoint is not None
            or any((self.path / name).is_file() for name in KNOWN)
            or any(self.path.glob("*.safetensors"))
            or is_modules(self.path / MODULES)
            or bool(files_of_formats(self.path))
            or has_dataset_info(self.path)
        )

    def facts(self) -> Iterator[Fact]:
        """All facts in the order a card tells them; names may repeat."""
        config, adapter, state = self._json(CONFIG), self._json(ADAPTER), self._json(STATE)
        if is_modules(self.path / MODULES):  # first, as it knows more of the model than the configuration of its transformer
            config = config or self._json("0_Transformer/config.json")  # where older versions put it
            yield from sentence_facts(self.path / MODULES, _shown(self.path / MODULES, self.root), self._json)
        if config:
            yield from config_facts(config)
        if adapter:
            yield from adapter_facts(adapter)
        elif config and state:
            yield from base_facts(config)
        yield from self._weights()
        yield from self._tokenizer()
        if generation := self._json("generation_config.json"):
            yield from _generation_facts(generation)
        yield from self._preprocessor()
        yield from self._license()
        for name in RESULTS:
            if results := self._json(name):
                yield from results_facts(results, name)
        if state:
            yield from state_facts(state)
        if record := self._json(OWN_RECORD):
            yield from _record_facts(record, ())
        if record := self._json(RECORD):
            yield from base_record_facts(record)
        yield from settings_facts(self.path, self.shown, self.root)
        yield from self._other_formats()
        yield from self._card()
        yield from self._costs()
        yield from snippet_facts(self.path, self.shown, self.root)

    def _other_formats(self) -> Iterator[Fact]:
        """What files of other formats say, and a dataset's own description."""
        files = files_of_formats(self.path)
        for ending, facts_of in ((".skops", skops_facts), (".onnx", onnx_facts), (".gguf", gguf_facts)):
            own = [path for path in files if path.suffix.lower() == ending]
            if own:
                yield from facts_of(own, [_shown(path, self.root) for path in own])
        if has_dataset_info(self.path):
            card = self.path / "README.md"
            text = read_bytes(card, _shown(card, self.root))
            declared = card_fields(text.decode("utf-8-sig", "replace"), _shown(card, self.root)) if text is not None else {}
            yield from dataset_facts(self.path, self.shown, declared, f"{_shown(card, self.root)}:1")

    def _costs(self) -> Iterator[Fact]:
        """What the run took."""
        results = {name: file for name in RESULTS if (file := self._json(name))}
        yield from time_facts(results)
        if state := self._json(STATE):
            yield from state_time_facts(state)
        if record := self._json(OWN_RECORD):
            yield from record_facts(record)
        yield from emissions_facts(self.path, self.shown)
        for name in (CONFIG, ADAPTER):
            if file := self._json(name):
                yield from version_facts(file)

    def _at(self, name: str) -> Path:
        """Where the file called `name` lies, or would."""
        path = self.path / name
        return self.checkpoint / name if self.checkpoint and not path.is_file() else path

    def _json(self, name: str) -> JsonFile | None:
        path = self._at(name)
        return read_json(path, _shown(path, self.root))

    def _weights(self) -> Iterator[Fact]:
        """How many parameters are stored, where all weight files are here."""
        index = self._json(INDEX)
        shards = index.get("weight_map") if index else None
        if isinstance(shards, dict):
            named = sorted({str(name) for name in shards.values()})
            if any(Path(name).name != name for name in named):  # an index may not point outside its folder
                return
            files = [self._at(name) for name in named]
        else:
            folder = self.path
            if self.checkpoint and not any(self.path.glob("*.safetensors")):
                folder = self.checkpoint
            files = [folder / name for name in weight_files(folder)]
        read = [read_tensors(file, _shown(file, self.root)) for file in files]
        tensors: list[Tensor] = [tensor for found in read if found for tensor in found]
        if not tensors or None in read:
            return
        source = index.source("weight_map") if index and shards else f"{_shown(files[0], self.root)}:1"
        yield Fact("parameters.total", parameter_count(tensors), source)
        yield Fact("parameters.dtypes", dict(stored_elements(tensors)), source)

    def _tokenizer(self) -> Iterator[Fact]:
        if config := self._json("tokenizer_config.json"):
            yield from tokenizer_facts(config)
        template = self._at("chat_template.jinja")
        if template.is_file():
            yield Fact("tokenizer.chat_template", True, f"{_shown(template, self.root)}:1")
        if tokenizer := self._json("tokenizer.json"):
            yield Fact("tokenizer.vocab_size", vocabulary_size(tokenizer), tokenizer.source("model", "vocab"))

    def _preprocessor(self) -> Iterator[Fact]:
        if preprocessor := self._json("preprocessor_config.json"):
            for key in ("sampling_rate", "chunk_length"):  # hertz, seconds
                yield Fact(f"audio.{key}", whole_number(preprocessor.get(key)), preprocessor.source(key))

    def _license(self) -> Iterator[Fact]:
        """The licence, where every licence file here is recognised as the same one."""
        names = sorted(
            file.name for file in self.path.iterdir() if re.match(r"(LICEN[CS]E|COPYING)([.-]|$)", file.name, re.IGNORECASE)
        )
        texts = {name: read_bytes(self.path / name, _shown(self.path / name, self.root)) for name in names}
        found = {license_of(text.decode("utf-8", "replace")) for text in texts.values() if text is not None}
        if len(found) == 1:
            yield Fact("license", found.pop(), f"{_shown(self.path / names[0], self.root)}:1")

    def _card(self) -> Iterator[Fact]:
        shown = _shown(self.path / "README.md", self.root)
        text = read_bytes(self.path / "README.md", shown)
        if text is not None:
            yield from card_facts(text.decode("utf-8-sig", "replace"), shown)


# What the library keeps for itself, and what changes how an answer is returned but not which.
_PLUMBING = ("_", "transformers_version", "output_", "return_dict", "use_cache")
_LONGEST_LIST = 16  # Whisper suppresses ninety tokens by number; nobody documents them


def _generation_facts(generation: JsonFile) -> Iterator[Fact]:
    """The settings of `generation_config.json` that are plain values or short lists of them."""
    for key, value in generation.content.items():
        if key.startswith(_PLUMBING) or isinstance(value, dict):
            continue
        if isinstance(value, list) and (
            len(value) > _LONGEST_LIST or any(isinstance(item, list | dict | None) for item in value)
        ):
            continue
        yield Fact(f"generation.{key}", value, generation.source(key))


_VOLATILE_WORDS = frozenset(
    "runtime time timestamp date datetime started finished created updated elapsed duration seconds host hostname machine "
    "user username pid uuid cwd directory path flos flops memory speed throughput".split()
)
_VOLATILE_KEYS = frozenset({"run", "run_id", "run_name", "transformers_version", "docgen_version"})
_ABSOLUTE = re.compile(r"/|~[\\/]|[A-Za-z]:[\\/]|\\\\|file:")


def _record_facts(record: JsonFile, keys: tuple[str, ...]) -> Iterator[Fact]:
    """The plain values of docgen's own record of a training, each under its dotted name."""
    section = record.get(*keys)
    for key, value in section.items() if isinstance(section, dict) else ():
        if key in _VOLATILE_KEYS or key.endswith("_per_second") or not _VOLATILE_WORDS.isdisjoint(words_of(key)):
            continue
        if isinstance(value, dict):
            yield from _record_facts(record, (*keys, key))
        elif not isinstance(value, list) and not (isinstance(value, str) and _ABSOLUTE.match(value)):
            yield Fact(".".join(("docgen", *keys, key)), value, record.source(*keys, key))
