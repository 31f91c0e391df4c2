"""ONNX files are read without the library, and say what the library says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.facts import JSON
from docgen.readers import protobuf
from docgen.readers.model_folder import is_model_folder, read_model
from docgen.readers.onnx_file import ELEMENTS, read_onnx
from docgen.report import InputError

onnx = pytest.importorskip("onnx", reason='onnx writes the files: pip install -e ".[dev]"')
numpy = pytest.importorskip("numpy", reason='numpy makes the weights: pip install -e ".[dev]"')


def model(**options: JSON) -> onnx.ModelProto:
    """A layer of four numbers to three scores, with its weights."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    weights = [
        onnx.numpy_helper.from_array(numpy.zeros((4, 3), dtype="float32"), "W"),
        onnx.numpy_helper.from_array(numpy.zeros(3, dtype="float32"), "B"),
        onnx.numpy_helper.from_array(numpy.array([1, 3], dtype="int64"), "shape"),
    ]
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "W", "B"], ["s"]), helper.make_node("Scale", ["s"], ["p"], domain="ours")],
        "scores",
        [helper.make_tensor_value_info("x", kind, ["batch", 4]), helper.make_tensor_value_info("W", kind, [4, 3])],
        [helper.make_tensor_value_info("p", kind, ["batch", 3])],
        weights,
        doc_string="Scores of three\nspecies.",
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ours", 2)]
    return helper.make_model(graph, producer_name="exporter", producer_version="1.2", opset_imports=opsets, **options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "iris"
    made.mkdir()
    onnx.save(model(), made / "model.onnx")
    return made


def facts(folder: Path) -> dict[str, JSON]:
    (entry,) = read_model(folder, folder.parent)
    return {fact.name: fact.value for fact in entry.facts}


def test_a_file_tells_what_goes_in_and_out_and_who_made_it(folder: Path) -> None:
    assert is_model_folder(folder)
    assert facts(folder) == {
        "format": "ONNX",
        "files": ["model.onnx"],
        "inputs": ["x"],  # W is stored, and nobody passes it
        "inputs.x": "float32[batch, 4]",
        "outputs": ["p"],
        "outputs.p": "float32[batch, 3]",
        "onnx.producer": "exporter 1.2",
        "onnx.description": "Scores of three species.",
        "onnx.opset.ai.onnx": 17,
        "onnx.opset.ours": 2,
        "onnx.operators": ["Gemm", "ours.Scale"],
        "onnx.operator_count": 2,
        "weights.elements": {"float32": 15, "int64": 2},
    }


def test_metadata_is_told_unless_it_is_a_whole_vocabulary(folder: Path) -> None:
    made = model()
    onnx.helper.set_model_props(made, {"author": "Flowers", "tokens": "a " * 500})
    onnx.save(made, folder / "model.onnx")
    assert {name: value for name, value in facts(folder).items() if "metadata" in name} == {"onnx.metadata.author": "Flowers"}


def test_weights_in_a_file_beside_it_are_counted_and_not_opened(folder: Path) -> None:
    onnx.save(model(), folder / "model.onnx", save_as_external_data=True, location="weights.bin", size_threshold=0)
    (folder / "weights.bin").unlink()
    assert facts(folder)["weights.elements"] == {"float32": 15, "int64": 2}


def test_of_several_files_inputs_are_named_with_their_file(folder: Path) -> None:
    (folder / "model.onnx").rename(folder / "encoder.onnx")
    onnx.save(model(), folder / "decoder.onnx")
    told = facts(folder)
    assert told["inputs"] == ["decoder/x", "encoder/x"]
    assert told["inputs.encoder/x"] == "float32[batch, 4]"
    assert told["weights.elements"] == {"float32": 30, "int64": 4}


HELPER = onnx.helper
TYPES = [
    pytest.param(lambda: HELPER.make_tensor_type_proto(7, [1, None, "n"]), "int64[1, ?, n]", id="sides of every sort"),
    pytest.param(lambda: HELPER.make_tensor_type_proto(10, []), "float16[]", id="a single number"),
    pytest.param(lambda: HELPER.make_tensor_type_proto(8, None), "string", id="of unknown shape"),
    pytest.param(
        lambda: HELPER.make_sequence_type_proto(HELPER.make_map_type_proto(7, HELPER.make_tensor_type_proto(1, None))),
        "sequence of map of int64 to float32",
        id="the scores of a classifier made from scikit-learn",
    ),
    pytest.param(
        lambda: HELPER.make_optional_type_proto(HELPER.make_tensor_type_proto(9, [2])), "optional bool[2]", id="optional"
    ),
    pytest.param(lambda: HELPER.make_sparse_tensor_type_proto(11, [2, 2]), "sparse float64[2, 2]", id="sparse"),
]


@pytest.mark.parametrize(("kind", "words"), TYPES)
def test_a_type_is_told_in_words(tmp_path: Path, kind: Callable[[], object], words: str) -> None:
    value = HELPER.make_value_info("x", kind())
    graph = HELPER.make_graph([HELPER.make_node("Identity", ["x"], ["y"])], "g", [value], [HELPER.make_value_info("y", kind())])
    (tmp_path / "m.onnx").write_bytes(HELPER.make_model(graph).SerializeToString())
    read = read_onnx(tmp_path / "m.onnx", "m.onnx")
    assert read is not None and read.inputs == {"x": words}


def test_the_names_of_element_types_are_those_of_the_format() -> None:
    theirs = {number: name.lower() for name, number in onnx.TensorProto.DataType.items()}
    ours = {number: {"float32": "float", "float64": "double"}.get(name, name) for number, name in ELEMENTS.items()}
    assert {number: ours.get(number) for number in theirs} == theirs


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"", "is empty", id="an empty file"),
        pytest.param(b"PK\x03\x04 not this", "no ONNX file", id="another format"),
        pytest.param(b"\x08\x08", "it holds no graph", id="a message without a graph"),
        pytest.param(b"\x3a\xff\xff\xff\x7f", "cut short", id="a field longer than the file"),
        pytest.param(b"\xff" * 40, "without an end", id="a number without an end"),
    ],
)
def test_what_is_no_onnx_file_is_one_error(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "m.onnx").write_bytes(content)
    with pytest.raises(InputError) as error:
        read_onnx(tmp_path / "m.onnx", "m/m.onnx")
    assert what in error.value.what and error.value.where == "m/m.onnx"


def test_a_pointer_to_a_file_kept_elsewhere_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    assert read_onnx(tmp_path / "m.onnx", "m.onnx") is None


@given(st.integers(0, 2000))
def test_a_file_cut_anywhere_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, kept: int) -> None:
    whole = model().SerializeToString()
    path = tmp_path_factory.mktemp("cut") / "m.onnx"
    path.write_bytes(whole[: kept % len(whole)])
    try:
        read_onnx(path, "m.onnx")
    except InputError as error:
        assert error.where == "m.onnx"


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_packed_whole_numbers_are_those_that_were_packed(numbers: list[int]) -> None:
    made = onnx.TensorProto(dims=numbers)
    found = [
        number
        for field, value in protobuf.fields(memoryview(made.SerializeToString()))
        if field == 1
        for number in protobuf.whole_numbers(value)
    ]
    assert found == numbers
