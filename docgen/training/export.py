"""An adapter merged into its base: plain weights for any server.

In: an adapter's folder. Out: a model folder whose answers are the adapter's. The base is brought back from 4 bits to what it
was trained as, then merged: merging into 4-bit weights rounds most of the adapter away. What was saved is read again and
compared.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import torch
from peft import PeftModel
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from docgen.report import DocgenError, InputError, Report
from docgen.writers.local.base import Base, Quantization, load_model, load_tokenizer
from docgen.writers.local.chat import Chat
from docgen.writers.local.model import with_adapter
from docgen.writers.local.quiet import quiet_libraries
from docgen.writers.local.record import base_of, read_record

_MOST_APART = 0.05  # relative error of the logits; dequantised and merged ones are some 0.01 apart in bfloat16
_PROBES = ("Write the Introduction of function `load`.", "raises ValueError if the path is empty", "takes: path; timeout = 30")


def export(adapter: Path, output: Path) -> Report:
    """Writes the merged model to `output`.

    Raises InputError where `output` is not empty or the adapter does not fit its base, DocgenError where the saved model
    answers differently; then nothing is written.
    """
    quiet_libraries()
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise InputError("the output is there already and not empty", str(output), "choose another folder, or delete it")
    record = read_record(adapter)
    base = base_of(record, adapter)
    tokenizer = load_tokenizer(base)
    probes = probe(Chat.of(tokenizer, base.folder))
    adapted = with_adapter(load_model(base, record.quantization), adapter)
    expected = _logits(adapted, probes)
    del adapted
    output.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".docgen-", dir=output.parent))
    try:
        merged = merge(dequantised(base, record.quantization), adapter)
        merged.save_pretrained(stage)
        tokenizer.save_pretrained(stage)
        apart = difference(expected, _logits(load_model(Base(output.name, stage, "folder"), "none"), probes))
        if apart > _MOST_APART:
            what = f"the merged model's logits are {apart:.1%} apart from the adapter's"
            raise DocgenError(what, str(adapter), "report it, with the base's name; the adapter itself can be used as it is")
        stage.chmod(0o755)
        if output.exists():
            output.rmdir()
        os.replace(stage, output)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    size = sum(path.stat().st_size for path in output.glob("*.safetensors"))
    table = (
        f"{output}: {base.name} with {adapter.resolve().name}, {size / 1e6:,.1f} MB, logits within {apart:.2%} of the adapter's"
    )
    return Report(
        "export", summary={"folder": str(output), "base": base.name, "bytes": size, "difference": round(apart, 5)}, table=table
    )


def dequantised(base: Base, quantization: Quantization) -> PreTrainedModel:
    """The base in floating point, with the very values that its 4-bit form has: those the adapter was trained on."""
    plain = load_model(base, "none")
    if quantization == "none":
        return plain
    from bitsandbytes.functional import dequantize_4bit

    with torch.no_grad():
        for name, module in load_model(base, quantization).named_modules():
            if (state := getattr(getattr(module, "weight", None), "quant_state", None)) is not None:
                target = plain.get_submodule(name)
                weight = dequantize_4bit(module.weight.data, state)
                target.weight.copy_(weight.T if isinstance(target, Conv1D) else weight)
    return plain


def merge(model: PreTrainedModel, adapter: Path) -> PreTrainedModel:
    """The model with the adapter added to its weights. Raises InputError for a 4-bit model, which would keep little of it."""
    if any(getattr(getattr(module, "weight", None), "quant_state", None) is not None for module in model.modules()):
        raise InputError(
            "merging into 4-bit weights would round most of the adapter away", str(adapter), "dequantise the base first"
        )
    return PeftModel.from_pretrained(model, adapter).merge_and_unload(safe_merge=True)


def probe(chat: Chat) -> list[list[int]]:
    """A few texts in tokens, to compare models on."""
    return [chat.answer(text) for text in _PROBES]


@torch.inference_mode()
def _logits(model: PreTrainedModel, probes: list[list[int]]) -> list[torch.Tensor]:
    model.eval()
    return [
        model(input_ids=torch.tensor([tokens], device=model.device), use_cache=False).logits[0].float().cpu()
        for tokens in probes
    ]


def difference(expected: list[torch.Tensor], found: list[torch.Tensor]) -> float:
    """The largest relative error (in the Euclidean norm) of one probe's logits."""
    return max(float((first - second).norm() / first.norm()) for first, second in zip(expected, found, strict=True))
