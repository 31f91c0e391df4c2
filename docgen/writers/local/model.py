"""A model of docgen's on this machine: an adapter with its base, or a bare base, found, checked and loaded.

In: a folder. Out: a `Found`, cheap to make, and from it a `LocalModel` that drafts answers to Briefs. The weights are laid out
for speed here, an adapter's added to them where they are not in 4 bits, so this model must never be trained or saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from peft import PeftModel
from safetensors import SafetensorError
from transformers import PreTrainedModel

from docgen.brief import Brief, prompt_mark
from docgen.report import InputError
from docgen.writers import ADAPTER_RECORD, EMBEDDED_BASE
from docgen.writers.local.base import (
    EMBEDDED_NAME,
    Base,
    Quantization,
    base_record,
    check,
    is_quantised,
    load_model,
    load_tokenizer,
    weights_mark,
)
from docgen.writers.local.chat import Chat
from docgen.writers.local.generation import LIMITS, Draft, Limits, generate_several
from docgen.writers.local.record import base_of, check_prompt, read_record
from docgen.writers.wording import wording_of

_BASE_CONTEXT = 2048  # tokens assumed of a base that docgen has not made, for the length of its prompts


@dataclass(frozen=True)
class Found:
    """A usable model, not loaded yet. `adapter` is None for a bare base; `marks` are those of all that its answers depend
    on."""

    name: str
    base: Base
    adapter: Path | None
    quantization: Quantization
    excerpt_lines: int
    limits: Limits
    marks: tuple[str, ...]

    @property
    def is_small(self) -> bool:
        """Whether it is the embedded base, or an adapter of it: too small a model to trust its own words."""
        return self.base.kind == "embedded"

    def load(self) -> LocalModel:
        """The model, on the GPU where there is one. Takes seconds for a small model and minutes for a large one."""
        tokenizer = load_tokenizer(self.base)
        model = load_model(self.base, self.quantization, packed=True)
        if self.adapter is not None:
            adapted = with_adapter(model, self.adapter)
            model = adapted if is_quantised(model) else adapted.merge_and_unload()
        return LocalModel(model, Chat.of(tokenizer, self.base.folder, self.excerpt_lines), self.limits)


@dataclass(frozen=True)
class LocalModel:
    """A loaded model with its way of being asked."""

    model: PreTrainedModel
    chat: Chat
    limits: Limits

    def drafts(self, briefs: Sequence[Brief], seeds: Sequence[int | None] = (None,)) -> list[list[Draft]]:
        """For each Brief a draft a seed: the likeliest for None, else a drawn one."""
        prompts = [self.chat.prompt(brief) for brief in briefs]
        wordings = [wording_of(brief) for brief in briefs]
        return generate_several(self.model, self.chat, prompts, seeds, self.limits, wordings=wordings)


def find_local(folder: Path) -> Found:
    """What lies in a folder, checked against its record. Raises InputError where it is neither an adapter nor a base."""
    if (folder / ADAPTER_RECORD).is_file() or (folder / "adapter_config.json").is_file():
        return _find_adapter(folder)
    is_embedded = folder.resolve() == EMBEDDED_BASE.resolve()
    base = Base(EMBEDDED_NAME if is_embedded else folder.resolve().name, folder, "embedded" if is_embedded else "folder")
    check(base)
    lines = base.excerpt_lines(_BASE_CONTEXT)
    record = base_record(folder)
    if record is not None and isinstance(prompt := record.get("prompt"), dict):
        check_prompt(str(prompt.get("mark")), lines, folder)
    return Found(base.name, base, None, "nf4", lines, LIMITS, (base.mark, prompt_mark(lines), str(LIMITS.new_tokens)))


def _find_adapter(folder: Path) -> Found:
    record = read_record(folder)
    lines = int(record.prompt["excerpt_lines"])
    check_prompt(str(record.prompt["mark"]), lines, folder)
    base = base_of(record, folder)
    # A model that has seen no longer answer than this and is still writing has lost its way.
    limits = replace(LIMITS, new_tokens=min(LIMITS.new_tokens, max(48, record.longest_answer * 3 // 2)))
    marks = (base.mark, weights_mark(folder, "adapter_model.safetensors"), prompt_mark(lines), str(limits.new_tokens))
    return Found(folder.resolve().name, base, folder, record.quantization, lines, limits, marks)


def with_adapter(model: PreTrainedModel, adapter: Path) -> PeftModel:
    """The model with an adapter's weights on it, in float32, for answering."""
    try:
        adapted = PeftModel.from_pretrained(model, adapter, is_trainable=False)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise InputError(f"the adapter cannot be loaded: {error}", str(adapter), "train it again") from error
    adapted.eval()
    return adapted
