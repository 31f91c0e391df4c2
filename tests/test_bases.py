"""Any folder with a causal language model works as a base, and one that does not is refused with the reason."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ARCHITECTURES, SETTINGS, brief, example, write_corpus

from docgen.report import InputError
from docgen.settings import Settings, WriteSettings

if TYPE_CHECKING:
    from docgen.writers.local.chat import Chat

Bases = Callable[[str], Path]


def resolved(folder: Path) -> object:
    from docgen.writers.local.base import resolve

    return resolve(str(folder))


def chat_of(folder: Path) -> Chat:
    from docgen.writers.local.base import Base, load_tokenizer
    from docgen.writers.local.chat import Chat

    return Chat.of(load_tokenizer(Base("tiny", folder, "folder")), folder)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_an_adapter_is_trained_on_the_base_and_writes(architecture: str, base: Bases, tmp_path: Path) -> None:
    from docgen.train import train
    from docgen.writers.local import LocalWriter

    rows = [example(number) for number in range(6)]
    corpus = write_corpus(tmp_path / "corpus", rows[:4], rows[4:5], rows[5:])
    settings = replace(SETTINGS, epochs=2.0)
    report = train(corpus, output=tmp_path / "adapter", base=str(base(architecture)), settings=settings)
    configuration = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())
    assert configuration["base_model_name_or_path"] == f"tiny-{architecture}"
    assert 0 < report.summary["scores"]["test"]["adapter"]["loss"] < report.summary["scores"]["test"]["base"]["loss"] + 0.5
    writer = LocalWriter(tmp_path / "adapter", Settings(write=WriteSettings(candidates=1)))
    assert [type(text) for text in writer.write([brief(1), brief(2)])] == [str, str]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_row_is_the_prompt_then_the_answer_then_an_end_token(architecture: str, base: Bases, tmp_path: Path) -> None:
    from docgen.training.rows import dataset, read_rows_of

    chat = chat_of(base(architecture))
    corpus = write_corpus(tmp_path, [example(0)], [], [])
    (row,) = read_rows_of(corpus, "train", chat, 256)
    (found,) = dataset([row])
    prompt = chat.prompt(row.example.brief)
    assert found["input_ids"][: len(prompt)] == prompt
    assert found["labels"][: len(prompt)] == [-100] * len(prompt)
    learnt = found["labels"][len(prompt) :]
    assert learnt == found["input_ids"][len(prompt) :]
    assert learnt[-1] in chat.stops
    assert chat.text(learnt) == (row.example.text, True)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_is_trained_on_is_what_the_chat_template_renders(architecture: str, base: Bases) -> None:
    chat = chat_of(base(architecture))
    messages = brief(3).messages()
    whole = chat.tokenizer.apply_chat_template([*messages, {"role": "assistant", "content": "It loads."}], tokenize=False)
    ours = chat.tokenizer.decode([*chat.prompt(brief(3)), *chat.answer("It loads.")])
    assert whole.startswith(ours)
    assert not whole.removeprefix(ours).strip()


def test_a_base_without_a_chat_template_gets_a_plain_one(base: Bases) -> None:
    chat = chat_of(base("gpt2"))
    prompt = chat.tokenizer.decode(chat.prompt(brief(0)))
    assert prompt.startswith("### Task\nWrite the Introduction of function `load_report_0`")
    assert prompt.endswith("\n\n### Answer\n")
    assert chat.ending == (chat.tokenizer.eos_token_id,)


def test_a_thinking_template_is_answered_after_its_empty_thought(base: Bases) -> None:
    chat = chat_of(base("qwen3"))
    assert chat.tokenizer.decode(chat.prompt(brief(0))).endswith("<|assistant|><think>\n\n</think>\n\n")


def test_the_end_of_a_turn_ends_an_answer_where_the_configuration_says_so(base: Bases) -> None:
    chat = chat_of(base("gemma3"))
    assert chat.tokenizer.decode(chat.ending) == "<end_of_turn>"
    assert chat.text([*chat.answer("It loads."), *chat.answer("More.")]) == ("It loads.", True)
    assert chat.text(chat.answer("It loads.")[:-1]) == ("It loads.", False)


def test_a_text_that_holds_an_end_token_is_told(base: Bases) -> None:
    chat = chat_of(base("llama"))
    assert chat.control_token("Write `<|end|>` last.") == "<|end|>"
    assert chat.control_token("Write `<end>` last.") is None


def damaged(base: Bases, folder: Path, *, without: str = "", write: dict[str, bytes] | None = None) -> Path:
    """A copy of the tiny Llama with files missing or changed."""
    shutil.copytree(base("llama"), folder)
    for path in folder.glob(without) if without else []:
        path.unlink()
    for name, content in (write or {}).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("without", "write", "told"),
    [
        pytest.param("config.json", {}, "no config.json", id="no configuration"),
        pytest.param("*.safetensors", {}, r"no weights: no \*\.safetensors file", id="no weights"),
        pytest.param("*.safetensors", {"pytorch_model.bin": b"."}, "the weights are pickled", id="pickled weights"),
        pytest.param("", {"model.safetensors": b"\x80" * 40}, "the weights cannot be read", id="broken weights"),
        pytest.param("tokenizer*", {}, "no tokenizer: none of tokenizer.json", id="no tokenizer"),
        pytest.param("", {"config.json": b'{"model_type": "t5"}'}, "`t5` is no causal language model", id="no causal model"),
        pytest.param("", {"config.json": b"{"}, "not JSON", id="broken configuration"),
        pytest.param("config.json", {"adapter_config.json": b"{}"}, "this is an adapter, not a base", id="an adapter"),
    ],
)
def test_a_folder_that_is_no_whole_base_is_refused(
    base: Bases, tmp_path: Path, without: str, write: dict[str, bytes], told: str
) -> None:
    with pytest.raises(InputError, match=told) as error:
        resolved(damaged(base, tmp_path / "broken", without=without, write=write))
    assert error.value.fix and str(tmp_path / "broken") in error.value.where


def test_weights_that_lack_a_layer_are_refused_and_not_drawn_at_random(base: Bases, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    from docgen.writers.local.base import Base, load_model

    folder = damaged(base, tmp_path / "broken")
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match="lack 1 tensors, among them model.layers.1.mlp.up_proj.weight"):
        load_model(Base("broken", folder, "folder"))


@pytest.mark.parametrize("word", ["./nowhere", "/no/such/folder", "a/b/c", "C:\\models"])
def test_a_path_that_leads_nowhere_is_told(word: str) -> None:
    from docgen.writers.local.base import resolve

    with pytest.raises(InputError, match="no such folder"):
        resolve(word)


@pytest.mark.skipif(os.environ.get("HF_HUB_OFFLINE") != "1", reason="would ask the Hub; make test runs offline")
def test_a_name_that_the_hub_does_not_give_is_told() -> None:
    from docgen.writers.local.base import resolve

    with pytest.raises(InputError, match="no base called `nobody/nothing`: no such folder, and the Hub gave nothing"):
        resolve("nobody/nothing")


def test_the_mark_follows_the_weights_and_nothing_else(base: Bases, tmp_path: Path) -> None:
    from docgen.writers.local.base import weights_mark

    moved = damaged(base, tmp_path / "moved", write={"README.md": b"# Another card"})
    assert weights_mark(moved) == weights_mark(base("llama"))
    content = bytearray((moved / "model.safetensors").read_bytes())
    content[-100] ^= 1
    (moved / "model.safetensors").write_bytes(content)
    assert weights_mark(moved) != weights_mark(base("llama"))


@pytest.mark.parametrize("before", ["", "import huggingface_hub.constants; "], ids=["first", "after the Hub's library"])
def test_no_library_sends_telemetry(before: str) -> None:
    check = (
        f"{before}from docgen.writers.local.quiet import quiet_libraries; quiet_libraries(); "
        "from huggingface_hub import constants; assert constants.HF_HUB_DISABLE_TELEMETRY"
    )
    environment = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name and "TRACK" not in name}
    subprocess.run([sys.executable, "-c", check], check=True, env=environment, cwd=Path(__file__).parent.parent)


def test_the_card_of_the_embedded_base_is_fresh() -> None:
    root = Path(__file__).parent.parent
    command = [sys.executable, "-m", "docgen", "check", "docgen/bases/sm"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("1 document, 9 sections: 9 fresh")
