"""The training of the embedded base: its parts, a broken run that goes on, and the recipe from start to finish."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason='training needs torch: pip install "docgen[llm]"')

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from test_harvest import installed
from transformers import AutoModelForCausalLM, AutoTokenizer

from docgen.brief import Brief, prompt_mark
from docgen.cli import run
from docgen.corpus.store import Example, dump_rows, read_rows
from docgen.facts import Fact
from docgen.report import InputError
from docgen.training.pretrain import (
    LENGTHS,
    Optimizer,
    Plan,
    Rows,
    Shape,
    batches,
    held_out_loss,
    loss_of,
    new_model,
    orthogonal,
    padded,
    pretrain,
    rate_scale,
    rounded,
)
from docgen.training.recipe import AUTHORED_COPIES, LONGEST_ROW, build_base, install, package_list, tokenised

SHAPE = Shape(vocabulary=320, width=64, layers=2, heads=2, feed_forward=128, context=128)
PLAN = Plan(steps=6, tokens_a_step=256, warmup_steps=2, save_minutes=0.0)  # a checkpoint at every step
ENDS = (1, 0)


def rows_of(lengths: list[int], seed: int = 0) -> Rows:
    """Rows of random tokens, the second half of each an answer."""
    draw = np.random.default_rng(seed)
    tokens = draw.integers(4, SHAPE.vocabulary, sum(lengths)).astype(np.uint16)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Rows(tokens, starts, np.array([length // 2 for length in lengths], dtype=np.int64))


ROWS, HELD = rows_of([8 + number % 23 for number in range(60)]), rows_of([10] * 6, seed=1)


def quiet(_: str) -> None: ...


class Stopped(Exception):
    """The end of a run that broke."""


def stops_after(step: int) -> Callable[[str], None]:
    """A progress that breaks the run once the checkpoint of a step is saved."""

    def progress(message: str) -> None:
        if message.startswith(f"step {step}:") and "checkpoint saved" in message:
            raise Stopped

    return progress


def trained(
    folder: Path, plan: Plan = PLAN, progress: Callable[[str], None] = quiet, shape: Shape = SHAPE
) -> dict[str, torch.Tensor]:
    return dict(pretrain(ROWS, HELD, folder, shape, plan, ENDS, progress).state_dict())


def record_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "checkpoint.json").read_text())
    return found


# The parts


@pytest.mark.parametrize("shape", [(64, 64), (64, 192), (192, 64), (1, 16)])
def test_orthogonal_gives_singular_values_near_one(shape: tuple[int, int]) -> None:
    gradient = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    values = torch.linalg.svdvals(orthogonal(gradient).float())
    assert values.shape == (min(shape),)
    assert values.min().item() > 0.4 and values.max().item() < 1.3


def test_orthogonal_is_blind_to_the_size_of_the_gradient() -> None:
    gradient = torch.randn((64, 32), generator=torch.Generator().manual_seed(1))
    assert torch.allclose(orthogonal(gradient * 512).float(), orthogonal(gradient).float(), atol=2e-2)


@given(st.lists(st.integers(2, 90), min_size=1, max_size=80), st.integers(40, 400), st.integers(0, 9))
def test_batches_cover_every_row_once_an_epoch(lengths: list[int], tokens: int, seed: int) -> None:
    rows, seen = rows_of(lengths), np.zeros(len(lengths), dtype=int)
    order = batches(rows, tokens, seed)
    while seen.sum() < len(lengths):
        chosen = next(order)
        seen[chosen] += 1
        size = len(chosen) * rounded(max(lengths[number] for number in chosen), LENGTHS)
        assert size <= tokens or len(chosen) == 1, "a batch with its padding is no larger than asked"
    assert (seen == 1).all()


def test_each_epoch_has_an_order_of_its_own_and_every_run_the_same() -> None:
    def epochs() -> list[list[int]]:
        numbers = [int(number) for chosen in islice(batches(ROWS, 256, 3), 40) for number in chosen]
        return [numbers[:60], numbers[60:120]]

    first, second = epochs()
    assert sorted(first) == sorted(second) and first != second
    assert [first, second] == epochs()


def test_padded_rows_are_shifted_by_one_and_marked_by_part() -> None:
    rows = Rows(np.array([11, 12, 13, 21, 22, 23, 24, 25], dtype=np.uint16), np.array([0, 3, 8]), np.array([1, 3]))
    tokens, targets, part = padded(rows, np.array([1, 0]))
    assert tokens[:, :4].tolist() == [[21, 22, 23, 24], [11, 12, 13, 0]]
    assert targets[:, :4].tolist() == [[22, 23, 24, 25], [12, 13, 0, 0]]
    assert part[:, :4].tolist() == [[1, 1, 2, 2], [2, 2, 0, 0]]
    assert not part[:, 4:].any() and tokens.shape == (2, LENGTHS)


def test_batches_have_few_shapes() -> None:
    shapes = {padded(ROWS, chosen, 512)[0].shape for chosen in islice(batches(ROWS, 512, 3), 60)}
    assert all(count == 512 // length and length % LENGTHS == 0 for count, length in shapes)


def test_the_loss_is_blind_to_padding_and_to_prompts_that_were_not_drawn() -> None:
    model = new_model(SHAPE, *ENDS)
    plan = replace(PLAN, prompt_share=0.0)
    alone, _ = loss_of(model, padded(ROWS, np.array([0])), plan, torch.Generator())
    tokens, targets, part = padded(ROWS, np.array([0, 22]))
    part[1] = 0  # the second row counts as padding
    beside, _ = loss_of(model, (tokens, targets, part), plan, torch.Generator())
    assert alone.item() == pytest.approx(beside.item(), abs=1e-4)
    changed = targets.clone()
    changed[part == 1] = 5
    assert loss_of(model, (tokens, changed, part), plan, torch.Generator())[0].item() == pytest.approx(beside.item(), abs=1e-6)


def test_drawn_prompt_positions_count_with_their_weight() -> None:
    model = new_model(SHAPE, *ENDS)
    batch = padded(ROWS, np.array([5]))
    everything, answer = loss_of(model, batch, replace(PLAN, prompt_share=1.0, prompt_weight=1.0), torch.Generator())
    counts = batch[2][0] > 0
    logits = model(input_ids=batch[0]).logits[0][counts]
    assert everything.item() == pytest.approx(torch.nn.functional.cross_entropy(logits, batch[1][0][counts]).item(), abs=1e-4)
    only = loss_of(model, batch, replace(PLAN, prompt_share=1.0, prompt_weight=0.0), torch.Generator())[0]
    assert only.item() == pytest.approx(answer.item(), abs=1e-5)


def test_the_held_out_loss_is_a_mean_of_tokens_and_absent_without_rows() -> None:
    model = new_model(SHAPE, *ENDS)
    rows = rows_of([6, 30])
    losses = [
        loss_of(model, padded(rows, np.array([number])), replace(PLAN, prompt_share=0.0), torch.Generator())[0]
        for number in (0, 1)
    ]
    mean = (3 * losses[0].item() + 15 * losses[1].item()) / 18
    assert held_out_loss(model, rows) == pytest.approx(mean, abs=1e-4)
    assert held_out_loss(model, rows_of([])) is None


@pytest.mark.parametrize(
    ("share", "step", "scale"), [(0.0, 1, 0.1), (0.2, 10, 1.0), (0.5, 99, 1.0), (0.75, 99, 0.5), (1.0, 99, 0.0), (1.2, 99, 0.0)]
)
def test_the_rate_rises_stays_and_falls_to_nothing(share: float, step: int, scale: float) -> None:
    assert rate_scale(share, step, 10) == pytest.approx(scale)


def test_an_optimiser_step_moves_every_weight_and_clears_the_gradients() -> None:
    model = new_model(SHAPE, *ENDS).bfloat16()
    optimizer = Optimizer(model, PLAN)
    before = {name: value.clone() for name, value in optimizer.master.items()}
    loss_of(model, padded(ROWS, np.arange(4)), PLAN, torch.Generator())[0].backward()
    optimizer.step(1, 1.0)
    assert all(not torch.equal(before[name], value) for name, value in optimizer.master.items())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(value.dtype == torch.float32 for value in optimizer.tensors().values())


def test_rows_come_back_as_they_were_saved(tmp_path: Path) -> None:
    ROWS.save(tmp_path / "rows.npz")
    loaded = Rows.load(tmp_path / "rows.npz")
    assert all(np.array_equal(getattr(loaded, name), getattr(ROWS, name)) for name in ("tokens", "starts", "answers"))
    assert [path.name for path in tmp_path.iterdir()] == ["rows.npz"] and loaded.tokens.dtype == np.uint16


# A run


def test_a_broken_run_goes_on_to_the_same_weights_bit_for_bit(tmp_path: Path) -> None:
    whole = trained(tmp_path / "whole")
    for step in (2, 3):
        with pytest.raises(Stopped):
            trained(tmp_path / "broken", progress=stops_after(step))
        assert record_of(tmp_path / "broken")["step"] == step
    resumed = trained(tmp_path / "broken")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    files = [load_file(tmp_path / name / "checkpoint-6.safetensors") for name in ("whole", "broken")]
    assert all(torch.equal(files[0][name], files[1][name]) for name in files[0])
    assert record_of(tmp_path / "whole")["mean"] == record_of(tmp_path / "broken")["mean"]


def test_training_learns_and_keeps_one_checkpoint(tmp_path: Path) -> None:
    trained(tmp_path, replace(PLAN, steps=20))
    history = json.loads((tmp_path / "checkpoint.json").read_text())["history"]
    assert history[-1]["loss"] < history[0]["loss"] and history[-1]["step"] == 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-20.safetensors", "checkpoint.json"]


def test_a_finished_run_is_not_trained_on(tmp_path: Path) -> None:
    first, before = trained(tmp_path), (tmp_path / "checkpoint.json").read_bytes()
    again = trained(tmp_path)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert (tmp_path / "checkpoint.json").read_bytes() == before


def test_a_run_of_minutes_ends_when_they_are_spent(tmp_path: Path) -> None:
    trained(tmp_path, replace(PLAN, steps=None, minutes=1 / 600, save_minutes=5.0))
    assert record_of(tmp_path)["seconds"] >= 0.1


@pytest.mark.parametrize("blocked", ["checkpoint-4.safetensors.part", "checkpoint.json.part"])
def test_a_crash_while_saving_leaves_the_older_checkpoint(tmp_path: Path, blocked: str) -> None:
    whole = trained(tmp_path / "whole")
    with pytest.raises(Stopped):
        trained(tmp_path / "run", progress=stops_after(3))
    (tmp_path / "run" / blocked).mkdir()  # what is written there next fails
    with pytest.raises(Exception, match=r"[Dd]irectory"):
        trained(tmp_path / "run")
    assert record_of(tmp_path / "run")["step"] == 3
    (tmp_path / "run" / blocked).rmdir()
    resumed = trained(tmp_path / "run")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


@pytest.mark.parametrize(
    ("shape", "plan", "message"),
    [
        pytest.param(replace(SHAPE, layers=1), PLAN, "another shape: layers 2, now 1", id="shape"),
        pytest.param(SHAPE, replace(PLAN, steps=7), "another plan: steps 6, now 7", id="budget"),
        pytest.param(SHAPE, replace(PLAN, matrix_rate=0.02), "another plan: matrix_rate 0.01, now 0.02", id="rate"),
    ],
)
def test_a_run_with_other_settings_is_not_gone_on_with(tmp_path: Path, shape: Shape, plan: Plan, message: str) -> None:
    with pytest.raises(Stopped):
        trained(tmp_path, progress=stops_after(1))
    with pytest.raises(InputError, match=message):
        trained(tmp_path, plan, shape=shape)


def test_a_setting_that_an_older_checkpoint_does_not_know_had_its_default(tmp_path: Path) -> None:
    plan = replace(PLAN, steps=None, minutes=1 / 600)
    with pytest.raises(Stopped):
        trained(tmp_path, plan, stops_after(1))
    record = record_of(tmp_path)
    older_plan = {name: value for name, value in record["plan"].items() if name != "steps"}
    older = {name: value for name, value in record.items() if name != "mean"} | {"plan": older_plan, "seconds": 0.0}
    (tmp_path / "checkpoint.json").write_text(json.dumps(older))
    trained(tmp_path, plan)
    assert record_of(tmp_path)["step"] > 1


def test_a_checkpoint_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        trained(tmp_path, progress=stops_after(1))
    (tmp_path / "checkpoint-1.safetensors").write_bytes(b"cut")
    with pytest.raises(InputError, match="the checkpoint cannot be read"):
        trained(tmp_path)


def test_a_run_without_rows_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows to train on"):
        pretrain(rows_of([]), HELD, tmp_path, SHAPE, PLAN, ENDS, quiet)


# The recipe


def made(folder: Path, progress: Callable[[str], None] = quiet, **options: object) -> Path:
    """A base made of two tiny packages and one authored row, in three steps."""
    for name in ("bank", "requests"):
        installed(folder / "packages", name, "License-Expression: MIT")
    brief = Brief("introduction", "Introduction", "a.b", (Fact("kind", "function"),))
    (folder / "corpus").mkdir(exist_ok=True)
    (folder / "corpus" / "train.jsonl").write_bytes(dump_rows([Example(brief, "Says what it is.", "ours", "MIT", "authored")]))
    plan = Plan(steps=3, tokens_a_step=2048, warmup_steps=1, save_minutes=0.0)
    shape = replace(SHAPE, context=1024)
    build_base(
        folder / "base",
        packages=folder / "packages",
        work=folder / "work",
        corpus=folder / "corpus",
        shape=shape,
        plan=plan,
        progress=progress,
        models=8,
    )
    return folder / "base"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipe")
    made(folder)
    return folder


def test_the_recipe_makes_a_base_that_plain_transformers_loads(place: Path) -> None:
    base = place / "base"
    model = AutoModelForCausalLM.from_pretrained(base, local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Write."}], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    answer = model.generate(**prompt, max_new_tokens=4, do_sample=False)
    assert answer.shape[1] > prompt["input_ids"].shape[1]
    assert model.config.eos_token_id == tokenizer.eos_token_id == model.generation_config.eos_token_id
    assert len(tokenizer) <= model.config.vocab_size and model.dtype == torch.bfloat16


def test_the_record_of_the_base_tells_how_it_was_made(place: Path) -> None:
    record = json.loads((place / "base" / "docgen_base.json").read_text())
    assert record["prompt"] == {"mark": prompt_mark(0), "excerpt_lines": 0}
    assert (record["plan"]["steps"], record["run"]["step"]) == (3, 3)
    assert [(package["name"], package["license"]) for package in record["packages"]] == [("bank", "MIT"), ("requests", "MIT")]
    assert record["held_out_packages"] == ["requests"]
    assert str(place) not in json.dumps(record)


def test_the_authored_rows_are_trained_on_several_times(place: Path) -> None:
    rows = list(read_rows(place / "work" / "examples" / "train.jsonl"))
    assert sum(row.origin == "authored" for row in rows) == AUTHORED_COPIES
    kept = Rows.load(place / "work" / "train.npz")
    assert 0 < len(kept) <= len(rows) and np.diff(kept.starts).max() <= LONGEST_ROW


def test_every_row_is_a_prompt_and_an_answer_that_ends(place: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(place / "base", local_files_only=True)
    rows = Rows.load(place / "work" / "train.npz")
    for number in range(len(rows)):
        tokens = rows.tokens[rows.starts[number] : rows.starts[number + 1]].tolist()
        prompt, answer = tokens[: rows.answers[number]], tokens[rows.answers[number] :]
        assert tokenizer.decode(prompt).startswith("<|user|>Write the ") and tokenizer.decode(prompt).endswith(
            "<|end|><|assistant|>"
        )
        assert answer[-1] == tokenizer.eos_token_id and tokenizer.eos_token_id not in answer[:-1]


def test_a_base_that_goes_on_from_another_is_the_mean_of_both(place: Path, tmp_path: Path) -> None:
    shape = replace(SHAPE, context=1024)
    plan = Plan(steps=3, tokens_a_step=2048, warmup_steps=1, save_minutes=0.0, matrix_rate=0.2, embedding_rate=0.2)
    options = {"packages": place / "packages", "work": tmp_path / "work", "corpus": None, "models": 8}
    build_base(tmp_path / "better", shape=shape, plan=plan, progress=quiet, begin=place / "base", **options)
    before, now = (load_file(folder / "model.safetensors") for folder in (place / "base", tmp_path / "better"))
    trained_to = load_file(tmp_path / "work" / "run" / "checkpoint-3.safetensors")
    for name, value in now.items():
        ended = trained_to[f"master/{name}"].bfloat16().float()
        assert torch.allclose(value.float(), (before[name].float() + ended) / 2, rtol=0.01, atol=1e-3)
    moved = trained_to["master/model.embed_tokens.weight"] - before["model.embed_tokens.weight"].float()
    assert moved.abs().max() > 0.1, "the stage has changed something"
    record = json.loads((tmp_path / "better" / "docgen_base.json").read_text())
    assert record["averaged"] is True and record["begun_from"]["run"]["step"] == 3


def test_introductions_that_their_facts_hardly_bear_out_are_not_trained_on(place: Path, tmp_path: Path) -> None:
    brief = Brief("introduction", "Introduction", "till.count_coins", (Fact("kind", "function"), Fact("parameters", ["coins"])))
    shutil.copytree(place / "work" / "tokenizer", tmp_path / "tokenizer")
    (tmp_path / "examples").mkdir()
    for split in ("train", "validation"):
        texts = ["`count_coins` counts coins.", "`count_coins` weighs every banknote in the drawer."]
        examples = [Example(brief, text, "till", "MIT", "docstring") for text in texts]
        (tmp_path / "examples" / f"{split}.jsonl").write_bytes(dump_rows(examples))
    rows, _ = tokenised(tmp_path / "examples", tmp_path, SHAPE, quiet)
    assert len(rows) == 1


def test_the_recipe_repeats_no_stage_that_is_done(place: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (place / "work").rglob("*") if path.is_file()}
    said: list[str] = []
    made(place, said.append)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert [line.partition(" ")[2].split(",")[0] for line in said] == [said[0].partition(" ")[2].split(",")[0]]


def test_a_recipe_that_broke_goes_on_to_the_same_base(place: Path, tmp_path: Path) -> None:
    for stop in ("training the tokenizer", "tokenising validation", "step 1: held-out"):

        def progress(message: str, stop: str = stop) -> None:
            if message.startswith(stop):
                raise Stopped

        with pytest.raises(Stopped):
            made(tmp_path, progress)
    first, second = (load_file(made_folder / "model.safetensors") for made_folder in (place / "base", made(tmp_path)))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_the_command_goes_on_with_the_work_that_is_there_and_refuses_another_shape(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["base", "build", "-o", str(tmp_path / "base"), "--work", str(place / "work"), "--steps", "3"]
    assert run([*arguments, "--packages", str(place / "packages")]) == 2
    said = capsys.readouterr().err
    assert (
        said.splitlines()[0].endswith("held-out rows")
        and "the run to resume has another shape: vocabulary 320, now 8192" in said
    )
    assert not (tmp_path / "base").exists()


def test_the_command_takes_one_budget(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["base", "build", "-o", str(tmp_path), "--work", str(tmp_path), "--steps", "1", "--minutes", "1"]) == 2
    assert "give --minutes or --steps, not both" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# Installing


def test_the_list_of_packages_is_pinned_and_holds_the_held_out_ones() -> None:
    lines = package_list()
    assert len(lines) == len(set(lines)) > 100
    assert all(line.count("==") == 1 and " " not in line for line in lines)
    assert {"networkx", "requests", "marshmallow", "trimesh"} <= {line.partition("==")[0] for line in lines}


def test_a_package_is_installed_into_a_folder_of_its_own_without_the_network(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bank-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("bank/__init__.py", "")
        wheel.writestr("bank-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: bank\nVersion: 1.0\n")
        wheel.writestr(
            "bank-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(
            "bank-1.0.dist-info/RECORD", "bank/__init__.py,,\nbank-1.0.dist-info/METADATA,,\nbank-1.0.dist-info/WHEEL,,\n"
        )
    packages, said = tmp_path / "packages", []
    for _ in range(2):
        install(packages, ["bank==1.0"], said.append, ["--no-index", "--find-links", str(tmp_path)])
    assert (packages / "bank" / "bank" / "__init__.py").is_file() and said == ["installing bank==1.0"]
    with pytest.raises(InputError, match="could not install gone==1.0"):
        install(packages, ["gone==1.0"], said.append, ["--no-index"])
    assert [path.name for path in packages.iterdir()] == ["bank"]
