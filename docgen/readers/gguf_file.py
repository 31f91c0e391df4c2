"""GGUF files, as llama.cpp and Ollama load them: the header's settings, and the tensors by type.

In: the path of a `.gguf` file. Out: a `GgufHeader`, and facts of a folder of them under the same names that other models have.
The header is read from the front of the file; no weight is.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docgen.facts import JSON, Fact
from docgen.readers.json_file import LFS_POINTER
from docgen.readers.license import license_of
from docgen.report import InputError

_FIX = "convert the model again, or remove the file from the folder"
_LONGEST_TEXT = 1 << 26  # bytes of one text; a chat template has thousands
_MOST_ENTRIES = 1 << 20  # settings or tensors of one file
_LONGEST_LIST = 64  # items of a list that is kept; a vocabulary is only counted

# https://github.com/ggml-org/ggml/blob/master/docs/gguf.md: kinds of values, by their number.
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9

TENSOR_TYPES: Mapping[int, str] = {
    **dict(enumerate("F32 F16 Q4_0 Q4_1".split())),
    **dict(enumerate("Q5_0 Q5_1 Q8_0 Q8_1 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ2_XXS IQ2_XS IQ3_XXS IQ1_S IQ4_NL".split(), 6)),
    **dict(enumerate("IQ3_S IQ2_S IQ4_XS I8 I16 I32 I64 F64 IQ1_M BF16".split(), 21)),
    34: "TQ1_0",
    35: "TQ2_0",
    39: "MXFP4",
}
FILE_TYPES: Mapping[int, str] = {
    **dict(enumerate("F32 F16 Q4_0 Q4_1".split())),
    **dict(enumerate("Q8_0 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M Q6_K".split(), 7)),
    **dict(enumerate("IQ2_XXS IQ2_XS Q2_K_S IQ3_XS IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ3_M IQ2_S IQ2_M IQ4_XS IQ1_M".split(), 19)),
    32: "BF16",
    36: "TQ1_0",
    37: "TQ2_0",
}
_UNQUANTISED = frozenset({"F32", "F16", "BF16", "F64"})
# Tables that llama.cpp computes and stores beside the weights: nobody trained them.
_BUFFER = re.compile(r"(^|\.)rope_(freqs|factors_long|factors_short)\.weight$")
_ID = re.compile(r"\w[\w.+ -]{0,79}")  # what an id may be: a licence's, an architecture's
_SIZES = {
    "context_length": "context_length",
    "hidden_size": "embedding_length",
    "layers": "block_count",
    "heads": "attention.head_count",
    "kv_heads": "attention.head_count_kv",
    "intermediate_size": "feed_forward_length",
    "experts": "expert_count",
    "experts_per_token": "expert_used_count",
    "sliding_window": "attention.sliding_window",
}


@dataclass(frozen=True)
class GgufHeader:
    """One file's header: `settings` by key (of a long list only its length, under the key with `.length`), and the tensors'
    names with type and number of weights."""

    version: int
    settings: Mapping[str, JSON]
    tensors: Sequence[tuple[str, str, int]]

    @property
    def file_type(self) -> str | None:
        """The name under which people know the quantisation, such as Q4_K_M; else the type of most weights."""
        number = self.settings.get("general.file_type")
        if isinstance(number, int) and number in FILE_TYPES:
            return FILE_TYPES[number]
        counts: dict[str, int] = {}
        for _, kind, weights in self.tensors:
            counts[kind] = counts.get(kind, 0) + weights
        return max(counts, key=lambda kind: counts[kind]) if counts else None


def gguf_facts(paths: Sequence[Path], shown: Sequence[str]) -> Iterator[Fact]:
    """The facts of a folder's GGUF files. Where there are several, only what all of them say."""
    read = [(path, place, header) for path, place in zip(paths, shown, strict=True) if (header := read_gguf(path, place))]
    if not read:
        return
    source = f"{read[0][1]}:1"
    each = [dict(_header_facts(header)) for _, _, header in read]
    yield Fact("format", "GGUF", source)
    yield Fact("files", [path.name for path, _, _ in read], source)
    for path, place, header in read:
        yield Fact(f"files.{path.name}", header.file_type, f"{place}:1")
    for name, value in each[0].items():
        if all(name in other and other[name] == value for other in each):
            yield Fact(name, value, source)


def _header_facts(header: GgufHeader) -> Iterator[tuple[str, JSON]]:
    """Names and values in the order that a card tells them."""
    settings = header.settings
    family = settings.get("general.architecture")
    tokens = settings.get("tokenizer.ggml.tokens.length")
    if tokens and not header.tensors and "split.count" not in settings:  # its sizes are those of the model it was taken from
        yield "gguf.name", settings.get("general.name")
        yield "gguf.contents", "a vocabulary, no weights"
        yield "vocab_size", tokens
        yield "gguf.tokenizer", settings.get("tokenizer.ggml.model")
        return
    yield "model_type", family if isinstance(family, str) and _ID.fullmatch(family) else None
    yield "gguf.name", settings.get("general.name")
    if "tokenizer.chat_template" in settings:  # only models that continue a text have one
        yield "task", "text-generation"
    for name, key in _SIZES.items():
        value = settings.get(f"{family}.{key}")
        if isinstance(value, int) and value > 0:
            yield name, value
    yield "vocab_size", tokens
    yield "gguf.tokenizer", settings.get("tokenizer.ggml.model")
    if "tokenizer.chat_template" in settings:
        yield "tokenizer.chat_template", True
    license_id, languages = settings.get("general.license"), settings.get("general.languages")
    if isinstance(license_id, str) and _ID.fullmatch(license_id):  # as SPDX writes it, where it is known there
        yield "license", license_of(f"SPDX-License-Identifier: {license_id}") or license_id
    yield "gguf.languages", languages
    base = settings.get("general.base_model.0.repo_url")
    found = re.fullmatch(r"https://huggingface\.co/([\w.-]+/[\w.-]+)/?", base) if isinstance(base, str) else None
    if settings.get("general.base_model.count") == 1 and found:
        yield "base_model", found[1]
    sorts: dict[str, JSON] = {}
    total = 0
    for name, kind, weights in header.tensors:
        before = sorts.get(kind)
        sorts[kind] = (before if isinstance(before, int) else 0) + weights
        total += 0 if _BUFFER.search(name) else weights
    if not isinstance(settings.get("split.count"), int) or settings.get("split.count") in (0, 1):
        yield "parameters.total", total or None
        yield "parameters.dtypes", sorts
    kind_of = header.file_type
    if kind_of is not None and kind_of not in _UNQUANTISED:
        yield "quantization.method", "GGUF"
        yield "quantization.type", kind_of
    elif kind_of is not None:
        yield "dtype", {"F32": "float32", "F16": "float16", "BF16": "bfloat16", "F64": "float64"}[kind_of]


def read_gguf(path: Path, shown: str) -> GgufHeader | None:
    """The header of the file at `path`; None where it is only a Git LFS pointer. Raises InputError where it is no GGUF."""
    try:
        with path.open("rb") as file:
            if file.read(len(LFS_POINTER)) == LFS_POINTER:
                return None
            file.seek(0)
            return _Reader(file, path.stat().st_size).header()
    except (ValueError, struct.error, RecursionError) as error:
        raise InputError(f"`{path.name}` is cut short or no GGUF file: {error}", shown, _FIX) from None
    except OSError as error:
        raise InputError(f"`{path.name}` cannot be read: {error.strerror}", shown, "make the file readable") from None


def _scalar(kind: int) -> str:
    """How a single value of a kind is packed."""
    if kind not in _SCALARS:
        raise ValueError(f"a value of the unknown kind {kind}")
    return _SCALARS[kind]


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size, self.order = file, size, "<"

    def header(self) -> GgufHeader:
        if self.file.read(4) != b"GGUF":
            raise ValueError("it does not begin with GGUF")
        version = self._number("I")
        if version >> 16:  # written on a machine that puts the high byte first
            self.order, version = ">", int.from_bytes(version.to_bytes(4, "little"), "big")
        if version < 2:
            raise ValueError(f"version {version} of the format, which nothing loads any more")
        tensors, settings = self._count("tensors"), self._count("settings")
        kept: dict[str, JSON] = {}
        for _ in range(settings):
            key = self._text()
            kept.update(self._value(key, self._number("I")))
        return GgufHeader(version, kept, tuple(self._tensor() for _ in range(tensors)))

    def _tensor(self) -> tuple[str, str, int]:
        name, sides = self._text(), self._number("I")
        if sides > 8:
            raise ValueError(f"the tensor `{name}` has {sides} dimensions")
        weights = math.prod(self._number("Q") for _ in range(sides))
        kind = self._number("I")
        self._number("Q")  # where in the file it lies
        return name, TENSOR_TYPES.get(kind, f"type {kind}"), weights

    def _value(self, key: str, kind: int) -> dict[str, JSON]:
        """The value of one setting by its key; of a long list its length alone."""
        if kind != _LIST:
            return {key: self._single(kind)}
        inner, length = self._number("I"), self._number("Q")
        if inner == _LIST or length > self.size:
            raise ValueError(f"`{key}` is a list that cannot be")
        if length <= _LONGEST_LIST:
            return {key: [self._single(inner) for _ in range(length)], f"{key}.length": length}
        if inner == _TEXT:
            self._pass_texts(length)
        else:
            self._skip(length * struct.calcsize("<" + _scalar(inner)))
        return {f"{key}.length": length}

    def _pass_texts(self, count: int) -> None:
        """Goes past that many texts: a vocabulary has hundreds of thousands, so nothing else is done to each."""
        read, unpack = self.file.read, struct.Struct(self.order + "Q").unpack
        for _ in range(count):
            (length,) = unpack(read(8))
            if length > _LONGEST_TEXT:
                raise ValueError(f"a text of {length} bytes")
            read(length)

    def _single(self, kind: int) -> JSON:
        if kind == _TEXT:
            return self._text()
        form = _scalar(kind)
        (value,) = struct.unpack(self.order + form, self._bytes(struct.calcsize("<" + form)))
        return value if not isinstance(value, float) or math.isfinite(value) else None

    def _text(self) -> str:
        length = self._number("Q")
        if length > _LONGEST_TEXT:
            raise ValueError(f"a text of {length} bytes")
        return self._bytes(length).decode("utf-8", "replace")

    def _count(self, what: str) -> int:
        count = self._number("Q")
        if count > _MOST_ENTRIES:
            raise ValueError(f"{count} {what}")
        return count

    def _number(self, form: str) -> int:
        (value,) = struct.unpack(self.order + form, self._bytes(struct.calcsize("<" + form)))
        return int(value)

    def _bytes(self, length: int) -> bytes:
        found = self.file.read(length)
        if len(found) != length:
            raise ValueError(f"it ends at byte {self.size}")
        return found

    def _skip(self, length: int) -> None:
        if length > self.size - self.file.tell():
            raise ValueError(f"it ends at byte {self.size}")
        self.file.seek(length, 1)
