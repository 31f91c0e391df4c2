"""A base model: which one is meant, where it lies, whether it is whole, and how it is loaded.

In: `sm` (the embedded base), a folder or a Hub id. Out: a `Base`, its mark, its tokenizer and its model, in 4-bit NF4 with
double quantisation unless asked otherwise. The network is used for Hub ids only. What the libraries get wrong about 4-bit
weights on a CPU is held off here, in one place.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from huggingface_hub import constants, snapshot_download
from safetensors import SafetensorError, safe_open
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
from transformers.utils.logging import disable_progress_bar

from docgen.facts import JSON
from docgen.report import InputError, MissingExtra
from docgen.writers import EMBEDDED_BASE

Quantization = Literal["nf4", "none"]
Kind = Literal["embedded", "folder", "hub"]
EMBEDDED, EMBEDDED_NAME = "sm", "docgen/sm"
_HUB_ID = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
_HUB_FILES = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]
_NOT_NEEDED = ["*/*", "consolidated*"]  # the same weights in other formats
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "tekken.json")
_ROOMY = 1 << 30  # bytes of weights that a CPU has room for as they are
_SAMPLED, _SAMPLES = 1 << 16, 256  # bytes of one sample, and how many are taken of a file


@dataclass(frozen=True)
class Base:
    """A base model on disk. `name` is what records and cards call it, never a path; `revision` is a Hub commit."""

    name: str
    folder: Path
    kind: Kind
    revision: str = ""

    @property
    def mark(self) -> str:
        """A hash of the weights: the same wherever the folder lies, another after any training."""
        return weights_mark(self.folder)

    @property
    def context(self) -> int:
        """The most tokens that it has positions for."""
        length = getattr(_config(self).get_text_config(), "max_position_embeddings", None)
        return length if isinstance(length, int) and length > 0 else 1 << 30

    def excerpt_lines(self, context: int) -> int:
        """How many lines of source its prompts show: what it was pretrained with, else what `context` tokens have room for."""
        record = base_record(self.folder)
        if record is None:
            return 40 if context >= 1024 else 0
        prompt = record.get("prompt")
        lines = prompt.get("excerpt_lines") if isinstance(prompt, dict) else 0
        return lines if isinstance(lines, int) else 0


# Which one is meant ------------------------------------------------------------------------------------------------------


def resolve(word: str, revision: str = "") -> Base:
    """The base that `word` names: `sm`, an existing folder, or a Hub id, which is downloaded where it is not cached.

    Raises InputError for what is none of these and for a folder that is no whole causal language model.
    """
    if word in (EMBEDDED, EMBEDDED_NAME):
        if not (EMBEDDED_BASE / "config.json").is_file():
            raise InputError("the embedded base is not installed", fix="docgen base build, or name another base with --base")
        base = Base(EMBEDDED_NAME, EMBEDDED_BASE, "embedded")
    elif Path(word).is_dir():
        base = Base(Path(word).resolve().name, Path(word), "folder")
    elif _HUB_ID.fullmatch(word) and not word.startswith("."):
        base = _downloaded(word, revision)
    else:
        raise InputError(f"no base called `{word}`: no such folder", fix="use `sm`, a model's folder or a Hub id as --base")
    check(base)
    return base


def _downloaded(word: str, revision: str) -> Base:
    try:
        folder = Path(
            snapshot_download(word, revision=revision or None, allow_patterns=_HUB_FILES, ignore_patterns=_NOT_NEEDED)
        )
    except (OSError, ValueError) as error:  # what the Hub's library raises for a bad name, no such repository, no network
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        what = f"no base called `{word}`: no such folder, and the Hub gave nothing ({reason})"
        raise InputError(what, fix="check the name and the network, or use `sm`") from error
    return Base(word, folder, "hub", folder.name if folder.parent.name == "snapshots" else "")


# Whether it is whole -----------------------------------------------------------------------------------------------------


def check(base: Base) -> None:
    """Raises InputError where the folder lacks configuration, weights or tokenizer, or holds something else than a causal
    model."""
    where = base.name if base.kind == "hub" else str(base.folder)
    if (base.folder / "adapter_config.json").is_file() and not (base.folder / "config.json").is_file():
        raise InputError("this is an adapter, not a base", where, "name the base it was trained on, or docgen export it first")
    settings = _config_of(base.folder, where)
    kind = settings.get("model_type")
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        fix = "use a decoder such as SmolLM2, Qwen3, Gemma 3 or `sm`"
        raise InputError(f"`{kind}` is no causal language model that transformers knows", f"{where}/config.json", fix)
    if not weight_files(base.folder):
        pickled = any(base.folder.glob("*.bin"))
        what = "the weights are pickled, which docgen does not load" if pickled else "no weights: no *.safetensors file"
        raise InputError(
            what, where, "save the model again with save_pretrained" if pickled else "copy the weights beside config.json"
        )
    for path in weight_files(base.folder):
        _check_weights(path)
    if not any((base.folder / name).is_file() for name in _TOKENIZER_FILES):
        raise InputError(
            f"no tokenizer: none of {', '.join(_TOKENIZER_FILES)}", where, "save the tokenizer into the same folder"
        )


def _config_of(folder: Path, where: str) -> dict[str, JSON]:
    path = folder / "config.json"
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError("no config.json", where, "name the folder that save_pretrained wrote") from error
    except ValueError as error:
        raise InputError(f"not JSON: {error}", str(path), "download or save the model again") from error
    if not isinstance(found, dict):
        raise InputError("not a JSON object", str(path), "download or save the model again")
    return found


def weight_files(folder: Path) -> list[Path]:
    """The files that hold a model's weights, in order; an adapter's are none of them."""
    return sorted(path for path in folder.glob("*.safetensors") if not path.name.startswith("adapter"))


def _check_weights(path: Path) -> None:
    try:
        with safe_open(path, framework="pt") as tensors:
            tensors.keys()
    except (SafetensorError, OSError) as error:
        raise InputError(f"the weights cannot be read: {error}", str(path), "download or save the model again") from error


def weights_mark(folder: Path, pattern: str = "*.safetensors") -> str:
    """A hash of the weight files: sizes and contents, of which up to 256 evenly spread blocks of 64 KiB a file are read, so
    that large models take no minutes. Training moves nearly every weight, so no trained model keeps its mark."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        size = path.stat().st_size
        digest.update(f"{size}\0".encode())
        step = max(_SAMPLED, (size - _SAMPLED) // (_SAMPLES - 1) + 1)
        with path.open("rb") as stream:
            for start in range(0, size, step):
                stream.seek(start)
                digest.update(stream.read(_SAMPLED))
    return digest.hexdigest()[:12]


def base_record(folder: Path) -> dict[str, JSON] | None:
    """What docgen recorded of a base that it made; None for any other."""
    path = folder / "docgen_base.json"
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"not JSON: {error}", str(path), "copy the base again") from error
    return found if isinstance(found, dict) else None


# How it is loaded --------------------------------------------------------------------------------------------------------


def load_tokenizer(base: Base) -> PreTrainedTokenizerBase:
    """The base's tokenizer; one without a chat template gets `plain_template`, one without a padding token pads with its end
    token.

    Raises InputError where it cannot be read or names no end token: a model that never learns to stop is of no use.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(base.folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise InputError(f"the tokenizer cannot be loaded: {error}", str(base.folder), "save the tokenizer again") from error
    if tokenizer.eos_token_id is None:
        raise InputError("the tokenizer names no end token", str(base.folder), "set eos_token in tokenizer_config.json")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if not tokenizer.chat_template:
        tokenizer.chat_template = plain_template(tokenizer)
    return tokenizer


def plain_template(tokenizer: PreTrainedTokenizerBase) -> str:
    """The chat template of a base that brings none: `### Task`, the messages, `### Answer`, the answer, the end token; with the
    token for the beginning of a text in front where the tokenizer itself would put one."""
    begins = tokenizer("a")["input_ids"][:1] == [tokenizer.bos_token_id]
    return (
        ("{{ bos_token }}" if begins else "")
        + "{% for message in messages %}{% if message['role'] == 'assistant' %}"
        + "{{ '### Answer\\n' + message['content'] + eos_token }}"
        + "{% else %}{{ '### Task\\n' + message['content'] + '\\n\\n' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '### Answer\\n' }}{% endif %}"
    )


def compute_dtype() -> torch.dtype:
    """The type to multiply in: bfloat16 where the device has it. A CPU without it would emulate it, many times slower."""
    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    has_bfloat16 = any(bool(value) and "bf16" in name for name, value in capabilities.items())
    return torch.bfloat16 if has_bfloat16 else torch.float32


def load_model(base: Base, quantization: Quantization = "nf4", *, packed: bool = False) -> PreTrainedModel:
    """The base's model on the GPU, or the CPU where there is none. `packed` is for answering only, never for training or
    exporting: its weights lie as they are multiplied fastest.

    Raises InputError where the weights do not fit the configuration, MissingExtra without bitsandbytes.
    """
    if quantization not in get_args(Quantization):
        raise InputError(f"no quantisation called `{quantization}`", fix=f"use {' or '.join(get_args(Quantization))}")
    disable_progress_bar()  # transformers' own, of one second
    dtype = compute_dtype()
    options: dict[str, Any] = {"device_map": {"": torch.cuda.current_device()}} if torch.cuda.is_available() else {}
    if quantization == "nf4" and getattr(_config(base), "quantization_config", None) is None:
        _import_bitsandbytes()
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype, bnb_4bit_use_double_quant=True
        )
    try:
        model, found = AutoModelForCausalLM.from_pretrained(
            base.folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise InputError(
            f"the model cannot be loaded: {error}", str(base.folder), "download or save the model again"
        ) from error
    if missing := sorted(found["missing_keys"]):
        what = f"the weights lack {len(missing)} tensors, among them {missing[0]}"  # they would be drawn at random
        raise InputError(what, str(base.folder), "download or save the model again")
    if packed and model.device.type == "cpu" and _is_small(base) and any(_quantised_layers(model)):
        model = model.dequantize()  # exactly what training computes with; several rows take the packed kernel 1.4 times as long
    elif not packed or not _can_be_packed(model):
        keep_unpacked(model)
    model.eval()
    return model


def _config(base: Base) -> Any:
    try:
        return AutoConfig.from_pretrained(base.folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"the configuration cannot be loaded: {error}", str(base.folder), "download the model again"
        ) from error


def _import_bitsandbytes() -> Any:
    """bitsandbytes, imported offline: on some CPUs its import asks the Hub for native code where the `kernels` package is
    there."""
    try:
        with _offline():
            import bitsandbytes
    except ImportError as error:
        raise MissingExtra(
            "4-bit weights need `bitsandbytes`", fix='pip install "docgen[llm]", or use no quantisation'
        ) from error
    return bitsandbytes


@contextmanager
def _offline() -> Iterator[None]:
    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _is_small(base: Base) -> bool:
    return sum(path.stat().st_size for path in weight_files(base.folder)) <= _ROOMY


def is_quantised(model: PreTrainedModel) -> bool:
    """Whether some of its weights are held in fewer bits."""
    return getattr(model, "hf_quantizer", None) is not None


def _quantised_layers(model: torch.nn.Module) -> Iterator[Any]:
    return (module for module in model.modules() if hasattr(module, "support_avx512bf16_for_cpu"))


def keep_unpacked(model: torch.nn.Module) -> None:
    """Forbids bitsandbytes to repack 4-bit weights when the model answers on a CPU with AVX-512 bfloat16.

    It repacks them in place and for good (bitsandbytes 0.50: nn/modules.py, Linear4bit.forward): from then on training drops
    the gradient of every layer below, and merged, dequantised or saved weights are noise. Nothing is said about it.
    """
    for layer in _quantised_layers(model):
        layer.support_avx512bf16_for_cpu = False


def _can_be_packed(model: torch.nn.Module) -> bool:
    """Whether the repacked kernel takes every layer: it fails on sides that are no multiples of 32 and 64."""
    return all(layer.out_features % 32 == 0 and layer.in_features % 64 == 0 for layer in _quantised_layers(model))
