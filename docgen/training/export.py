"""An adapter merged into its base: plain weights for any server.

In: an adapter's folder. Out: a model folder whose answers are the adapter's. The base is brought back from 4 bits to what it
was trained as, then merged: merging into 4-bit weights rounds most of the adapter away. What was saved is read again and
compared.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from peft import PeftModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.pytorch_utils import Conv1D

from docgen.corpus.workplace import workplace
from docgen.facts import JSON
from docgen.files import Batch, refusals_told
from docgen.report import DocgenError, InputError, Report
from docgen.training.evaluation import Scored, score_model
from docgen.training.evaluation import table as score_table
from docgen.training.rows import Row, read_rows_of
from docgen.writers.local.base import Base, Quantization, load_model, load_tokenizer
from docgen.writers.local.chat import Chat
from docgen.writers.local.generation import LIMITS, Limits
from docgen.writers.local.model import with_adapter
from docgen.writers.local.quiet import quiet_libraries
from docgen.writers.local.record import Record, base_of, read_record

Progress = Callable[..., None]
_MOST_APART = 0.05  # relative error of the logits; dequantised and merged ones are some 0.01 apart in bfloat16
_NOISE = 3.0  # points; greedy answers of two roundings part at some token in one of ten sections
_ROWS = 64  # held-out sections that are compared
_PROBES = ("Write the Introduction of function `load`.", "raises ValueError if the path is empty", "takes: path; timeout = 30")


def export(
    adapter: Path, output: Path, corpus: Path | None = None, rows: int = _ROWS, progress: Progress = lambda *_: None
) -> Report:
    """Writes the merged model to `output`. With a `corpus`, adapter and merged model write so many of its held-out sections,
    and both are scored.

    Raises InputError where `output` is not empty, the adapter does not fit its base or the corpus holds nothing out,
    DocgenError where the saved model answers differently; then nothing is written.
    """
    quiet_libraries()
    _refuse_occupied(output)
    record = read_record(adapter)
    base = base_of(record, adapter)
    tokenizer = load_tokenizer(base)
    probes = probe(Chat.of(tokenizer, base.folder))
    held = _held(adapter, record, base, tokenizer, corpus, rows)
    progress(f"loading {base.name} and {adapter.resolve().name}")
    adapted = with_adapter(load_model(base, record.quantization), adapter)
    expected = _logits(adapted, probes)
    own = held.scored(adapted, "the adapter", progress) if held else None
    del adapted
    with refusals_told(output), workplace(output, beside=True) as place:
        stage = place / "model"
        stage.mkdir()
        progress("merging")
        merged = merge(dequantised(base, record.quantization), adapter)
        merged.save_pretrained(stage)
        tokenizer.save_pretrained(stage)
        _complete(stage, base)
        progress("comparing what was saved")
        loaded = load_model(Base(output.name, stage, "folder"), "none")
        apart = difference(expected, _logits(loaded, probes))
        if apart > _MOST_APART:
            what = f"the merged model's logits are {apart:.1%} apart from the adapter's"
            raise DocgenError(what, str(adapter), "report it, with the base's name; the adapter itself can be used as it is")
        merged_scores = held.scored(loaded, "the merged model", progress) if held else None
        if own and merged_scores:
            _check_equal(own, merged_scores, adapter)
        stage.chmod(0o755)
        for path in stage.iterdir():
            path.chmod(0o644)  # a server often runs as another user
        _refuse_occupied(output)  # another export may have been faster
        output.parent.mkdir(parents=True, exist_ok=True)
        if output.exists():
            output.rmdir()
        os.replace(stage, output)
    size = sum(path.stat().st_size for path in output.glob("*.safetensors"))
    table = (
        f"{output}: {base.name} with {adapter.resolve().name}, {size / 1e6:,.1f} MB, logits within {apart:.2%} of the adapter's"
    )
    summary: dict[str, JSON] = {"folder": str(output), "base": base.name, "bytes": size, "difference": round(apart, 5)}
    if held and own and merged_scores:
        scores = {"adapter": own.metrics, "merged": merged_scores.metrics}
        summary["scores"] = {name: dict(found) for name, found in scores.items()}
        table += f"\n\n{len(held.rows)} held-out sections\n{score_table(scores)}"
    else:
        table += "; no sections were written to compare both: --corpus names some"
    table += f"\n\nA server of it is a writer that knows docgen's prompts:\n  {_serving(output)}"
    return Report("export", summary=summary, table=table)


def _refuse_occupied(output: Path) -> None:
    """Raises InputError where there is something in `output` already, or nothing can be."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise InputError("the output is there already and not empty", str(output), "choose another folder, or delete it")
    batch = Batch(output)
    batch.add(output / "config.json", b"")
    batch.refuse_unwritable()  # now, and not after the work


def _complete(folder: Path, base: Base) -> None:
    """Adds the base's licence to a saved model, and takes out of the tokenizer's settings how this machine read them."""
    for path in base.folder.glob("LICEN[CS]E*"):
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
    path = folder / "tokenizer_config.json"
    found = json.loads(path.read_bytes())
    kept = {name: value for name, value in found.items() if name not in ("is_local", "local_files_only")}
    path.write_text(json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def _serving(folder: Path) -> str:
    """The commands that serve a merged model and write with it."""
    served = f"vllm serve {folder} --served-model-name {folder.resolve().name}"
    return f"{served}\n  docgen write PACKAGE --writer http://localhost:8000/v1#{folder.resolve().name} --taught"


@dataclass(frozen=True)
class _Held:
    """Held-out rows, and how they are asked."""

    chat: Chat
    rows: Sequence[Row]
    limits: Limits

    def scored(self, model: PreTrainedModel, who: str, progress: Progress) -> Scored:
        return score_model(
            model, self.chat, self.rows, self.limits, lambda done: progress(f"scoring {who}", done, len(self.rows))
        )


def _held(
    adapter: Path, record: Record, base: Base, tokenizer: PreTrainedTokenizerBase, corpus: Path | None, most: int
) -> _Held | None:
    """The rows to compare on: those of a corpus that was named, or that lies in the adapter's folder."""
    folder = corpus or adapter / "corpus"
    if corpus is None and not (folder / "test.jsonl").is_file():
        return None
    chat = Chat.of(tokenizer, base.folder, int(record.prompt["excerpt_lines"]))
    found = read_rows_of(folder, "test", chat, base.context).kept
    if corpus and not found:
        what, fix = "no section is held out in it to compare both on", "name a corpus with a test split, or leave --corpus out"
        raise InputError(what, str(corpus), fix)
    chosen = found if len(found) <= most else [found[number * len(found) // most] for number in range(most)]
    limits = replace(LIMITS, new_tokens=min(LIMITS.new_tokens, max(48, record.longest_answer * 3 // 2)))
    return _Held(chat, chosen, limits) if chosen else None


def _check_equal(adapter: Scored, merged: Scored, folder: Path) -> None:
    """Raises DocgenError where the merged model scores lower than rounding explains."""
    for name in ("chrF", "claims.F1"):
        before, after = adapter.metrics.get(name), merged.metrics.get(name)
        if before is not None and after is not None and before - after > _NOISE:
            what = f"the merged model's {name} is {after:.1f}, the adapter's {before:.1f}"
            raise DocgenError(what, str(folder), "report it, with the base's name; the adapter itself can be used as it is")


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
