"""Merging: the exported model answers as the adapter does, and 4-bit weights are never merged into."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SETTINGS, Trained, example, write_corpus

from docgen.report import InputError

Bases = Callable[[str], Path]


@pytest.mark.parametrize("architecture", ["llama", "gpt2"])
def test_the_merged_model_answers_as_the_adapter_does(architecture: str, base: Bases, trained: Trained, tmp_path: Path) -> None:
    from docgen.train import train
    from docgen.training.export import export

    adapter = trained.folder
    if architecture != "llama":
        adapter = tmp_path / "adapter"
        corpus = write_corpus(tmp_path / "corpus", [example(number) for number in range(4)], [], [])
        train(corpus, output=adapter, base=str(base(architecture)), settings=replace(SETTINGS, epochs=2.0))
    report = export(adapter, tmp_path / "merged")
    assert report.summary["difference"] < 0.03
    configuration = json.loads((tmp_path / "merged" / "config.json").read_text())
    assert "quantization_config" not in configuration
    assert (tmp_path / "merged" / "tokenizer.json").is_file()
    assert not list(tmp_path.glob(".docgen-*"))


def test_a_merged_model_is_scored_beside_the_adapter(trained: Trained, tmp_path: Path) -> None:
    from docgen.training.export import export

    report = export(trained.folder, tmp_path / "merged", trained.corpus)
    scores = report.summary["scores"]
    assert set(scores) == {"adapter", "merged"}
    assert scores["merged"]["loss"] == pytest.approx(scores["adapter"]["loss"], abs=0.02)
    assert "2 held-out sections" in report.table


def test_the_merged_model_lies_as_plain_transformers_and_servers_want_it(trained: Trained, tmp_path: Path) -> None:
    from docgen.training.export import export

    export(trained.folder, tmp_path / "merged")
    names = {path.name for path in (tmp_path / "merged").iterdir()}
    assert names >= {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "merged").iterdir()} == {0o644}
    assert not {"is_local", "local_files_only"} & set(json.loads((tmp_path / "merged" / "tokenizer_config.json").read_text()))
    assert json.loads((tmp_path / "merged" / "config.json").read_text())["architectures"] == ["LlamaForCausalLM"]
    program = (
        "import sys\nfrom transformers import AutoModelForCausalLM, AutoTokenizer\n"
        "model, tokens = AutoModelForCausalLM.from_pretrained(sys.argv[1]), AutoTokenizer.from_pretrained(sys.argv[1])\n"
        "asked = tokens.apply_chat_template([{'role': 'user', 'content': 'Write.'}], add_generation_prompt=True,"
        " return_tensors='pt', return_dict=True)\n"
        "grown = model.generate(**asked, max_new_tokens=4).shape[1] > asked['input_ids'].shape[1]\n"
        "print(grown, 'docgen' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "merged")], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout == "True False\n", done.stderr


def test_the_licence_of_the_base_goes_with_the_merged_model(trained: Trained, tmp_path: Path) -> None:
    from docgen.training.export import export

    adapter = tmp_path / "adapter"
    shutil.copytree(trained.folder, adapter)
    shutil.copytree(trained.base, adapter / "base")
    (adapter / "base" / "LICENSE").write_text("Do as you like.\n")
    report = export(adapter, tmp_path / "merged")
    assert (tmp_path / "merged" / "LICENSE").read_text() == "Do as you like.\n"
    assert f"vllm serve {tmp_path / 'merged'} --served-model-name merged" in report.table


def test_the_merged_model_is_another_than_its_base(trained: Trained, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    from docgen.training.export import dequantised, export, merge
    from docgen.writers.local.base import Base

    export(trained.folder, tmp_path / "merged")
    merged = load_file(tmp_path / "merged" / "model.safetensors")
    own = merge(dequantised(Base("tiny", trained.base, "folder"), "nf4"), trained.folder).state_dict()
    before = dequantised(Base("tiny", trained.base, "folder"), "nf4").state_dict()
    name = "model.layers.0.self_attn.q_proj.weight"
    assert merged[name].equal(own[name])
    assert not merged[name].equal(before[name])


def test_merging_into_four_bit_weights_is_refused(trained: Trained) -> None:
    from docgen.training.export import merge
    from docgen.writers.local.base import Base, load_model

    with pytest.raises(InputError, match="merging into 4-bit weights"):
        merge(load_model(Base("tiny", trained.base, "folder")), trained.folder)


def test_an_output_with_files_is_refused(trained: Trained, tmp_path: Path) -> None:
    from docgen.training.export import export

    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        export(trained.folder, tmp_path)


def test_a_corpus_that_holds_nothing_out_compares_nothing_and_is_refused(trained: Trained, tmp_path: Path) -> None:
    from docgen.training.export import export

    bare = write_corpus(tmp_path / "bare", [example(0)], [], [])
    with pytest.raises(InputError, match="no section is held out in it"):
        export(trained.folder, tmp_path / "merged", bare)
    assert not (tmp_path / "merged").exists()


def test_an_adapter_of_another_base_is_not_merged(trained: Trained, base: Bases, tmp_path: Path) -> None:
    from docgen.training.export import export

    shutil.copytree(trained.folder, tmp_path / "adapter")
    shutil.copytree(base("qwen3"), tmp_path / "adapter" / "base")
    with pytest.raises(InputError, match="an adapter of another base"):
        export(tmp_path / "adapter", tmp_path / "merged")
    assert not (tmp_path / "merged").exists()
