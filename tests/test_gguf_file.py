"""GGUF headers are read without the library, under the names that other models have."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.facts import JSON
from docgen.readers.gguf_file import FILE_TYPES, TENSOR_TYPES, read_gguf
from docgen.readers.model_folder import read_model
from docgen.report import InputError

gguf = pytest.importorskip("gguf", reason='gguf writes the files: pip install -e ".[dev]"')
numpy = pytest.importorskip("numpy", reason='numpy makes the weights: pip install -e ".[dev]"')


def store(path: Path, quantised: bool = True, endianess: object = None, **settings: str) -> Path:
    """A tiny model of llama's family, as the converter of llama.cpp writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    order = {} if endianess is None else {"endianess": endianess}
    writer = gguf.GGUFWriter(str(path), "llama", **order)
    writer.add_name("Notes")
    writer.add_context_length(2048)
    writer.add_embedding_length(64)
    writer.add_block_count(2)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_feed_forward_length(128)
    writer.add_license("apache-2.0")
    writer.add_languages(["en", "no"])
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"token {number}" for number in range(320)])
    writer.add_token_scores([0.0] * 320)
    for key, value in settings.items():
        writer.add_string(key.replace("__", "."), value)
    weights = numpy.zeros((320, 64), dtype="float32")
    kind = gguf.GGMLQuantizationType.Q8_0
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if quantised else gguf.LlamaFileType.MOSTLY_F16)
    if quantised:
        writer.add_tensor("token_embd.weight", gguf.quants.quantize(weights, kind), raw_dtype=kind)
    else:
        writer.add_tensor("token_embd.weight", weights.astype("float16"))
    writer.add_tensor("rope_freqs.weight", numpy.ones(16, dtype="float32"))
    writer.add_tensor("output_norm.weight", numpy.ones(64, dtype="float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def facts(folder: Path) -> dict[str, JSON]:
    (entry,) = read_model(folder, folder.parent)
    return {fact.name: fact.value for fact in entry.facts}


def test_a_header_tells_the_sizes_under_their_plain_names(tmp_path: Path) -> None:
    store(tmp_path / "notes" / "notes-q8_0.gguf", tokenizer__chat_template="{{ messages }}")
    assert facts(tmp_path / "notes") == {
        "format": "GGUF",
        "files": ["notes-q8_0.gguf"],
        "files.notes-q8_0.gguf": "Q8_0",
        "model_type": "llama",
        "gguf.name": "Notes",
        "task": "text-generation",
        "context_length": 2048,
        "hidden_size": 64,
        "layers": 2,
        "heads": 4,
        "kv_heads": 2,
        "intermediate_size": 128,
        "vocab_size": 320,
        "gguf.tokenizer": "gpt2",
        "tokenizer.chat_template": True,
        "license": "Apache-2.0",
        "gguf.languages": ["en", "no"],
        "parameters.total": 320 * 64 + 64,  # by the shape before quantisation, without the table of frequencies
        "parameters.dtypes": {"Q8_0": 320 * 64, "F32": 80},
        "quantization.method": "GGUF",
        "quantization.type": "Q8_0",
    }


def test_a_model_without_a_chat_template_has_no_task(tmp_path: Path) -> None:
    store(tmp_path / "m" / "m.gguf")
    assert "task" not in facts(tmp_path / "m")


def test_weights_that_are_not_quantised_have_a_precision(tmp_path: Path) -> None:
    store(tmp_path / "m" / "m.gguf", quantised=False)
    told = facts(tmp_path / "m")
    assert told["dtype"] == "float16" and "quantization.type" not in told


def test_of_several_files_only_what_they_share_is_told(tmp_path: Path) -> None:
    store(tmp_path / "m" / "a-f16.gguf", quantised=False)
    store(tmp_path / "m" / "b-q8.gguf")
    told = facts(tmp_path / "m")
    assert told["files.a-f16.gguf"] == "F16" and told["files.b-q8.gguf"] == "Q8_0"
    assert told["hidden_size"] == 64
    assert not {"dtype", "quantization.type", "parameters.dtypes"} & set(told)


def test_a_file_from_a_machine_with_the_other_byte_order_is_read(tmp_path: Path) -> None:
    store(tmp_path / "m" / "m.gguf", quantised=False, endianess=gguf.GGUFEndian.BIG)
    assert facts(tmp_path / "m")["context_length"] == 2048


def test_a_base_on_the_hub_is_named(tmp_path: Path) -> None:
    path = tmp_path / "m" / "m.gguf"
    path.parent.mkdir()
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_base_model_count(1)
    writer.add_base_model_repo_url(0, "https://huggingface.co/Qwen/Qwen3-0.6B")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    assert facts(tmp_path / "m")["base_model"] == "Qwen/Qwen3-0.6B"


def test_the_names_of_types_are_those_of_the_format() -> None:
    tensors = {int(number): name for name, number in gguf.GGMLQuantizationType.__members__.items()}
    assert {number: tensors.get(number) for number in TENSOR_TYPES} == dict(TENSOR_TYPES)
    files = {
        int(number): name.removeprefix("MOSTLY_").removeprefix("ALL_")
        for name, number in gguf.LlamaFileType.__members__.items()
    }
    assert {number: files.get(number) for number in FILE_TYPES} == dict(FILE_TYPES)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"GGML....", "does not begin with GGUF", id="the format before it"),
        pytest.param(b"GGUF\x01\x00\x00\x00" + bytes(16), "version 1", id="a version that nothing loads"),
        pytest.param(b"GGUF\x03\x00\x00\x00", "ends at byte 8", id="cut after the version"),
        pytest.param(b"GGUF\x03\x00\x00\x00" + b"\xff" * 16, "tensors", id="more tensors than there can be"),
        pytest.param(
            b"GGUF\x03\x00\x00\x00" + bytes(8) + b"\x01" + bytes(7) + b"\x01" + bytes(7) + b"a\x63\x00\x00\x00",
            "unknown kind 99",
            id="a kind of value from the future",
        ),
    ],
)
def test_what_is_no_gguf_file_is_one_error(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "m.gguf").write_bytes(content)
    with pytest.raises(InputError) as error:
        read_gguf(tmp_path / "m.gguf", "m/m.gguf")
    assert what in error.value.what and error.value.where == "m/m.gguf"


@given(st.integers(0, 100_000))
def test_a_file_cut_anywhere_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, kept: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "m.gguf"
    whole = store(path).read_bytes()
    path.write_bytes(whole[: kept % len(whole)])
    try:
        read_gguf(path, "m.gguf")
    except InputError as error:
        assert error.where == "m.gguf"
