"""ONNX files: what goes in, what comes out, which operators they need and who made them.

In: the path of a `.onnx` file. Out: an `OnnxModel`, and facts of a folder of them. Only the description of the graph is read;
weights are passed over, and those in files beside it are not opened.
"""

from __future__ import annotations

import itertools
import math
import mmap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docgen.facts import JSON, Fact
from docgen.readers import protobuf
from docgen.readers.json_file import LFS_POINTER
from docgen.report import InputError

# TensorProto.DataType of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, by the names that ONNX Runtime prints.
ELEMENTS = dict(
    enumerate(
        "undefined float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 complex64 complex128 "
        "bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1 float8e8m0 uint2 int2 float6e2m3 "
        "float6e3m2".split()
    )
)
_FIX = "export the model again, or remove the file from the folder"
_MOST_OPERATORS = 60
_MOST_SIDES = 64  # of a tensor; libraries know fewer
_MOST_METADATA = 200  # characters of one value: exporters put whole vocabularies there


@dataclass(frozen=True)
class OnnxModel:
    """One file: inputs and outputs by name with their types, such as `float32[batch, 3, 224, 224]`."""

    producer: str
    opsets: Mapping[str, int]
    metadata: Mapping[str, str]
    description: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    operators: Sequence[str]
    weights: Mapping[str, int] = field(default_factory=dict)


def onnx_facts(paths: Sequence[Path], shown: Sequence[str]) -> Iterator[Fact]:
    """The facts of a folder's ONNX files. Where there are several, what goes in and out is named with its file."""
    read = [(path, place, model) for path, place in zip(paths, shown, strict=True) if (model := read_onnx(path, place))]
    if not read:
        return
    yield Fact("format", "ONNX", f"{read[0][1]}:1")
    yield Fact("files", [path.name for path, _, _ in read], f"{read[0][1]}:1")
    alone = len(read) == 1
    for way in ("inputs", "outputs"):
        named = [
            (name if alone else f"{path.stem}/{name}", kind, place)
            for path, place, model in read
            for name, kind in getattr(model, way).items()
        ]
        yield Fact(way, [name for name, _, _ in named], f"{read[0][1]}:1")
        yield from (Fact(f"{way}.{name}", kind, f"{place}:1") for name, kind, place in named)
    yield from _shared(read)


def _shared(read: Sequence[tuple[Path, str, OnnxModel]]) -> Iterator[Fact]:
    """What is the same for all files, or is their sum."""
    models, source = [model for _, _, model in read], f"{read[0][1]}:1"
    for name in ("producer", "description"):
        values = {getattr(model, name) for model in models}
        yield Fact(f"onnx.{name}", values.pop() if len(values) == 1 else None, source)
    opsets = [dict(model.opsets) for model in models]
    if all(other == opsets[0] for other in opsets):
        for domain, version in opsets[0].items():
            yield Fact(f"onnx.opset.{domain or 'ai.onnx'}", version, source)
    operators: list[JSON] = [*sorted({name for model in models for name in model.operators})]
    if len(operators) <= _MOST_OPERATORS:
        yield Fact("onnx.operators", operators, source)
    yield Fact("onnx.operator_count", len(operators) or None, source)
    weights: dict[str, JSON] = {}
    for model in models:
        for element, count in model.weights.items():
            before = weights.get(element)
            weights[element] = (before if isinstance(before, int) else 0) + count
    yield Fact("weights.elements", dict(sorted(weights.items())), source)
    if len(models) == 1:
        for key, value in models[0].metadata.items():
            if value and len(value) <= _MOST_METADATA:
                yield Fact(f"onnx.metadata.{key}", value, source)


def read_onnx(path: Path, shown: str) -> OnnxModel | None:
    """The description in the file at `path`; None where it is only a Git LFS pointer. Raises InputError where it is no ONNX."""
    try:
        with path.open("rb") as file:
            if file.read(len(LFS_POINTER)) == LFS_POINTER:
                return None
            if path.stat().st_size == 0:
                raise InputError(f"`{path.name}` is empty", shown, _FIX)
            # Closed with the last slice of it: an error on the way still holds some.
            return _model(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), path.name, shown)
    except OSError as error:
        raise InputError(f"`{path.name}` cannot be read: {error.strerror}", shown, "make the file readable") from None


def _model(view: memoryview, name: str, shown: str) -> OnnxModel:
    try:
        return _parsed(view)
    except (ValueError, RecursionError) as error:
        raise InputError(f"`{name}` is cut short or no ONNX file: {error}", shown, _FIX) from None


def _parsed(view: memoryview) -> OnnxModel:
    texts: dict[int, str] = {}
    opsets: dict[str, int] = {}
    metadata: dict[str, str] = {}
    graph: _Graph | None = None
    for number, value in protobuf.fields(view):
        if number in (2, 3, 6):  # producer_name, producer_version, doc_string
            texts[number] = protobuf.text(value)
        elif number == 7 and isinstance(value, memoryview):
            graph = _Graph.of(value)
        elif number == 8 and isinstance(value, memoryview):
            own = dict(protobuf.fields(value))
            version = own.get(2, 0)
            opsets[protobuf.text(own.get(1, 0))] = version if isinstance(version, int) else 0
        elif number == 14 and isinstance(value, memoryview):
            pair = dict(protobuf.fields(value))
            metadata[protobuf.text(pair.get(1, 0))] = " ".join(protobuf.text(pair.get(2, 0)).split())
    if graph is None:
        raise ValueError("it holds no graph")
    producer = " ".join(filter(None, (texts.get(2), texts.get(3))))
    description = " ".join((texts.get(6) or graph.description).split())
    held = {name: kind for name, kind in graph.inputs.items() if name not in graph.initializers}
    return OnnxModel(
        producer, opsets, metadata, description, held, graph.outputs, sorted(graph.operators), graph.stored_elements()
    )


@dataclass
class _Graph:
    """What a graph says of itself; `initializers` have their type and shape."""

    description: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    operators: set[str] = field(default_factory=set)
    initializers: dict[str, tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, message: memoryview) -> _Graph:
        graph = cls()
        for number, value in protobuf.fields(message):
            if not isinstance(value, memoryview):
                continue
            if number == 1:
                node = dict(protobuf.fields(value))  # of a repeated field the last one: only single ones are asked for
                domain = protobuf.text(node.get(7, 0))
                graph.operators.add(f"{domain}.{protobuf.text(node.get(4, 0))}".removeprefix("ai.onnx.").lstrip("."))
            elif number == 5:
                name, kind, count = _tensor(value)
                graph.initializers[name] = (kind, count)
            elif number == 10:
                graph.description = protobuf.text(value)
            elif number in (11, 12):
                own = dict(protobuf.fields(value))
                ways = graph.inputs if number == 11 else graph.outputs
                kind_of = own.get(2)
                ways[protobuf.text(own.get(1, 0))] = _type(kind_of) if isinstance(kind_of, memoryview) else ""
        return graph

    def stored_elements(self) -> dict[str, int]:
        """How many numbers of each type are stored as weights."""
        counts: dict[str, int] = {}
        for kind, count in self.initializers.values():
            counts[kind] = counts.get(kind, 0) + count
        return dict(sorted(counts.items()))


def _tensor(message: memoryview) -> tuple[str, str, int]:
    """Name, type and number of elements of a stored tensor."""
    sizes: list[int] = []
    name = kind = ""
    for number, value in protobuf.fields(message):
        if number == 1:
            sizes += itertools.islice(protobuf.whole_numbers(value), _MOST_SIDES + 1)
            if len(sizes) > _MOST_SIDES:
                raise ValueError(f"a tensor of more than {_MOST_SIDES} dimensions")
        elif number == 2 and isinstance(value, int):
            kind = ELEMENTS.get(value, f"type {value}")
        elif number == 8:
            name = protobuf.text(value)
    return name, kind, math.prod(sizes)


def _type(message: memoryview) -> str:
    """A type in words: `float32[batch, 3]`, `sequence of map of int64 to float32`."""
    for number, value in protobuf.fields(message):
        if not isinstance(value, memoryview):
            continue
        if number in (1, 8):
            return ("sparse " if number == 8 else "") + _tensor_type(value)
        inner = dict(protobuf.fields(value))
        held = inner.get(2 if number == 5 else 1)
        kind = _type(held) if isinstance(held, memoryview) else ""
        if number == 5:
            key = inner.get(1)
            return f"map of {ELEMENTS.get(key, '?') if isinstance(key, int) else '?'} to {kind}"
        if number in (4, 9):
            return f"{'sequence of' if number == 4 else 'optional'} {kind}"
    return ""


def _tensor_type(message: memoryview) -> str:
    own = dict(protobuf.fields(message))
    element, shape = own.get(1), own.get(2)
    kind = ELEMENTS.get(element, f"type {element}") if isinstance(element, int) else ""
    if not isinstance(shape, memoryview):
        return kind
    sides = []
    for number, value in protobuf.fields(shape):
        if number == 1 and isinstance(value, memoryview):
            side = dict(protobuf.fields(value))
            size = side.get(1)
            sides.append(str(size) if isinstance(size, int) else protobuf.text(side.get(2, 0)) or "?")
    return f"{kind}[{', '.join(sides)}]"
