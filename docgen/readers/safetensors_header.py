"""What a safetensors file stores, from its header alone: tensor names, dtypes, shapes, and how many parameters they make.

In: paths of weight files. Out: `Tensor`s and counts. No weight is read, except the few bytes in which bitsandbytes keeps the
true shape of a 4-bit weight: the stored shape counts packed bytes, and half the parameters would be missing.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docgen.facts import JSON
from docgen.readers.json_file import LFS_POINTER
from docgen.report import InputError

_LENGTH_BYTES = 8  # the file begins with the header's length, a little-endian unsigned integer
_LONGEST_HEADER = 1 << 25  # bytes; a tensor takes some 150, and brackets alone twenty times their size in memory
_MOST_SIDES = 64  # of a tensor; libraries know fewer
_LONGEST_STATE = 4096  # bytes; a quantisation state is a JSON object of a few hundred
_FIX = "save the weights again, or remove the file from the folder"


@dataclass(frozen=True)
class Tensor:
    """One stored tensor. `state_shape` is the true shape where the tensor is a bitsandbytes quantisation state."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    state_shape: tuple[int, ...] | None = None

    @property
    def elements(self) -> int:
        """How many numbers of `dtype` are stored."""
        return math.prod(self.shape)


def read_tensors(path: Path, shown: str) -> tuple[Tensor, ...] | None:
    """The tensors of the safetensors file at `path`; None where the file is absent or is a Git LFS pointer.

    Raises InputError where the header is no header or the file ends before its tensors do.
    """
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            if file.read(len(LFS_POINTER)) == LFS_POINTER:
                return None
            return tuple(_tensors(file, path.stat().st_size, path.name, shown))
    except OSError as error:
        raise InputError(f"`{path.name}` cannot be read: {error.strerror}", shown, "make the file readable") from None


def _tensors(file: BinaryIO, size: int, name: str, shown: str) -> Iterator[Tensor]:
    file.seek(0)
    length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
    start = _LENGTH_BYTES + length
    if length > _LONGEST_HEADER or start > size:
        what = f"`{name}` is cut short or no safetensors file: a header of {length} bytes in a file of {size}"
        raise InputError(what, shown, _FIX)
    header = _parse(file.read(length), name, shown)
    for tensor, entry in header.items():
        if tensor == "__metadata__":
            continue
        dtype, shape, begin, end = _entry(entry, tensor, name, shown)
        if start + end > size:
            what = f"`{name}` is cut short: `{tensor}` ends at byte {start + end} of a file of {size}"
            raise InputError(what, shown, _FIX)
        state_shape = None
        if _STATE in tensor and end - begin <= _LONGEST_STATE:
            file.seek(start + begin)
            state_shape = _shape_in(file.read(end - begin))
        yield Tensor(tensor, dtype, shape, state_shape)


def _parse(header: bytes, name: str, shown: str) -> dict[str, JSON]:
    try:
        parsed: JSON = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise InputError(f"`{name}` has a header that is not JSON: {error}", shown, _FIX) from None
    if not isinstance(parsed, dict):
        raise InputError(f"`{name}` has a header that is no JSON object but a {type(parsed).__name__}", shown, _FIX)
    return parsed


def _entry(entry: JSON, tensor: str, name: str, shown: str) -> tuple[str, tuple[int, ...], int, int]:
    """Dtype, shape and the two byte offsets of one tensor. Raises InputError where one is missing or of a wrong kind."""
    if isinstance(entry, dict):
        dtype, shape, offsets = entry.get("dtype"), _sizes(entry.get("shape")), _sizes(entry.get("data_offsets"))
        sound = offsets is not None and len(offsets) == 2 and offsets[0] <= offsets[1]
        if isinstance(dtype, str) and shape is not None and offsets is not None and sound:
            return dtype, shape, offsets[0], offsets[1]
    raise InputError(f"`{name}` describes the tensor `{tensor[:60]}` as {_short(entry)}", shown, _FIX)


def _short(entry: JSON) -> str:
    """The beginning of a value as JSON, of one that may be as long as the file."""
    return "".join(itertools.islice(json.JSONEncoder().iterencode(entry), 60))[:60]


def _sizes(value: JSON) -> tuple[int, ...] | None:
    if not isinstance(value, list) or len(value) > _MOST_SIDES:
        return None
    sizes = tuple(item for item in value if isinstance(item, int) and not isinstance(item, bool) and item >= 0)
    return sizes if len(sizes) == len(value) else None


def _shape_in(state: bytes) -> tuple[int, ...] | None:
    """The shape that a bitsandbytes quantisation state records, or None where it records none."""
    try:
        parsed: JSON = json.loads(state)
    except (ValueError, RecursionError):
        return None
    return _sizes(parsed.get("shape")) if isinstance(parsed, dict) else None


def stored_elements(tensors: Iterable[Tensor]) -> dict[str, int]:
    """How many elements are stored in each dtype, largest first; packed weights count as they are stored."""
    counts: dict[str, int] = {}
    for tensor in tensors:
        counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.elements
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


_STATE = ".quant_state."
# What bitsandbytes stores beside a weight `x`: `x.absmax`, `x.quant_map`, `x.quant_state.bitsandbytes__nf4`, … and for 8 bits
# `SCB` and `weight_format`.
_BESIDE_A_WEIGHT = re.compile(
    r"\.(absmax|quant_map|nested_absmax|nested_quant_map|quant_state\..*)$|(^|\.)(SCB|weight_format)$"
)
# Scales of 8-bit floating point weights, as fine-grained FP8 and compressed-tensors name them.
_SCALE = re.compile(r"\.(weight_scale|weight_scale_inv|input_scale|activation_scale|k_scale|v_scale)$")
# Buffers: stored with the weights, never trained.
_BUFFER = re.compile(
    r"(^|\.)(position_ids|token_type_ids|num_batches_tracked|running_mean|running_var|inv_freq|masked_bias"
    r"|relative_position_index|relative_coords_table)$"
)
_FLOATING = re.compile(r"(F64|F32|F16|BF16|F8_\w+)$")


def parameter_count(tensors: Iterable[Tensor]) -> int | None:
    """How many parameters the tensors hold, buffers and quantisation scales left out; None where packing hides the number.

    4-bit weights of bitsandbytes count by the shape they had before packing, 8-bit ones as they are. Other integer weights
    (GPTQ, AWQ, MXFP4, …) are packed in ways that the header does not tell.
    """
    stored = {tensor.name: tensor for tensor in tensors}
    shapes = {name.partition(_STATE)[0]: tensor.state_shape for name, tensor in stored.items() if _STATE in name}
    total = 0
    for name, tensor in stored.items():
        if _BESIDE_A_WEIGHT.search(name) or _SCALE.search(name) or _is_buffer(tensor):
            continue
        if name in shapes or f"{name}.absmax" in stored:
            shape = shapes.get(name)
            if shape is None:
                return None
            total += math.prod(shape)
        elif _FLOATING.match(tensor.dtype) or (tensor.dtype == "I8" and f"{name.rpartition('.')[0]}.SCB" in stored):
            total += tensor.elements
        else:
            return None
    return total


def _is_buffer(tensor: Tensor) -> bool:
    """Whether the tensor is a buffer by its name, or a causal mask: a `bias` of shape (1, 1, n, n) in GPT-2 and its kin."""
    mask = tensor.name.endswith(".bias") and len(tensor.shape) == 4 and tensor.shape[:2] == (1, 1)
    return mask or bool(_BUFFER.search(tensor.name))


def weight_files(folder: Path) -> tuple[str, ...]:
    """The names of the unindexed files that together hold the folder's weights; none where that is not clear.

    `model.safetensors`, else a numbered set, else the only one there is, else `adapter_model.safetensors`.
    """
    names = sorted(name for name in os.listdir(folder) if name.endswith(".safetensors"))
    if "model.safetensors" in names:
        return ("model.safetensors",)
    others = [name for name in names if name != "adapter_model.safetensors"]
    numbered = [match for name in others if (match := _NUMBERED.match(name))]
    if numbered:
        whole = len({match["stem"] for match in numbered}) == 1 and len(numbered) == int(numbered[0]["count"])
        return tuple(match.string for match in numbered) if whole else ()
    if others:
        return tuple(others) if len(others) == 1 else ()
    return tuple(names)


_NUMBERED = re.compile(r"(?P<stem>.+)-\d{5}-of-(?P<count>\d{5})\.safetensors$")
