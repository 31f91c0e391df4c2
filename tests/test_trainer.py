"""The training loop: what the libraries get wrong without a word on a CPU stays right here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from conftest import SETTINGS, brief, example, write_corpus
from tiny_bases import CONTEXT, VOCABULARY
from transformers import TrainerState, set_seed

from docgen.report import InputError
from docgen.settings import TrainSettings
from docgen.train import train
from docgen.training.answer_loss import IGNORED, Outcome, outcome, summed_loss
from docgen.training.callbacks import is_exhausted
from docgen.training.evaluation import loss
from docgen.training.layers import Thaw, layer_of
from docgen.training.lean_layers import LeanLinear, hold_open
from docgen.training.order import LengthGroups
from docgen.training.rows import Rows, read_rows_of
from docgen.training.steps import Steps, chosen
from docgen.training.timing import seconds_a_step, seconds_an_answer
from docgen.training.trainer import DocgenTrainer, Held, first_batch, linear_layers, make_trainer, rate_share, run
from docgen.writers.local.base import Base, load_model, load_tokenizer
from docgen.writers.local.chat import Chat
from docgen.writers.local.generation import Limits, generate

LIMITS = Limits(new_tokens=8, batch=4)
Make = Callable[..., DocgenTrainer]


@pytest.fixture(scope="module")
def chat(base: Callable[[str], Path]) -> Chat:
    return Chat.of(load_tokenizer(Base("tiny", base("llama"), "folder")), base("llama"))


@pytest.fixture(scope="module")
def rows(corpus: Path, chat: Chat) -> Rows:
    return read_rows_of(corpus, "train", chat, 256)


@pytest.fixture
def make(base: Callable[[str], Path], chat: Chat, rows: Rows, tmp_path: Path) -> Make:
    """A trainer of the tiny Llama, in 4 bits, with evaluations or without."""

    def of(settings: TrainSettings = SETTINGS, *, evaluates: bool = False, parameters: int = 0) -> DocgenTrainer:
        set_seed(7)
        model = load_model(Base("tiny", base("llama"), "folder"))
        held = Held(chat, rows.kept[:2], LIMITS) if evaluates else None
        steps = Steps.of(len(rows), settings, parameters)
        return make_trainer(model, chat, rows, held, settings, steps, tmp_path / "run", lambda *_: None)

    return of


def gradients(trainer: DocgenTrainer) -> torch.Tensor:
    """The gradient of the loss on one batch, dropout off, in all trainable parameters."""
    trainer.model.train()
    for module in trainer.model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    found = trainer.compute_loss(trainer.model, first_batch(trainer))
    parameters = [parameter for parameter in trainer.model.parameters() if parameter.requires_grad]
    return torch.cat([gradient.flatten() for gradient in torch.autograd.grad(found, parameters)])


def adapter_of(trainer: DocgenTrainer) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in trainer.model.named_parameters() if value.requires_grad}


def losses_of(trainer: DocgenTrainer) -> list[float]:
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def test_gradients_are_the_same_before_and_after_the_model_has_answered(make: Make, chat: Chat, rows: Rows) -> None:
    trainer = make()
    with torch.no_grad():  # zero matrices hide what happens to the layers below them
        for name, parameter in trainer.model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.02)
    before = gradients(trainer)
    generate(trainer.model, chat, [list(row.prompt) for row in rows], LIMITS)
    trainer.model.eval()
    with torch.no_grad():
        trainer.model(**{name: value for name, value in first_batch(trainer).items() if name != "labels"})
    assert torch.equal(before, gradients(trainer))
    assert before.norm() > 0


def test_training_is_the_same_with_and_without_evaluations(make: Make) -> None:
    without, evaluated = make(), make(evaluates=True)
    for trainer in (without, evaluated):
        run(trainer, 3, None)
    assert losses_of(without) == losses_of(evaluated)
    assert len(losses_of(without)) == 4
    first, second = adapter_of(without), adapter_of(evaluated)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any("eval_chrF" in entry for entry in evaluated.state.log_history)


def test_adapters_are_float32_and_nothing_else_is_trained(make: Make) -> None:
    trainable = {name: value.dtype for name, value in make().model.named_parameters() if value.requires_grad}
    assert trainable and set(trainable.values()) == {torch.float32}
    assert all("lora_" in name for name in trainable)


def test_the_base_is_in_four_bits(make: Make) -> None:
    model = make().model
    layers = [module for module in model.modules() if hasattr(module, "support_avx512bf16_for_cpu")]
    assert len(layers) == 14
    assert all(layer.weight.dtype == torch.uint8 and layer.weight.quant_state.nested for layer in layers)
    assert {layer.weight.quant_state.quant_type for layer in layers} == {"nf4"}
    assert not any(layer.support_avx512bf16_for_cpu for layer in layers)


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "by the model's logits"])
@pytest.mark.parametrize("prompt_weight", [0.0, 0.1], ids=["answers alone", "prompts too"])
def test_the_loss_of_answers_is_that_of_all_logits(make: Make, fused: bool, prompt_weight: float) -> None:
    trainer = make()
    model = stirred(trainer).float()
    batch = first_batch(trainer)
    tokens, labels, mask = (batch[name][:, 1:] for name in ("input_ids", "labels", "attention_mask"))
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]

    def by_all_logits() -> torch.Tensor:
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False).logits
        losses = torch.nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), tokens, reduction="none")
        return (losses * torch.where(labels != IGNORED, 1.0, prompt_weight * mask)).sum()

    own = outcome(lambda: summed_loss(model, batch, prompt_weight, fused=fused), trainable)
    stock = outcome(by_all_logits, trainable)
    assert (labels == IGNORED).sum() > 0 and float(stock.gradient.norm()) > 0
    assert own.loss == pytest.approx(stock.loss, rel=1e-5)
    assert own.is_equal(stock, rounding=1e-3)  # float32 sums in another order, on other builds of torch too


def stirred(trainer: DocgenTrainer) -> torch.nn.Module:
    """The trainer's model, its adapters no longer zero, without dropout."""
    with torch.no_grad():
        for name, parameter in trainer.model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.02)
    return trainer.model.eval()


def test_the_lean_layer_gives_what_pefts_gives(make: Make) -> None:
    model = stirred(make())
    layer = next(module for module in model.modules() if isinstance(module, LeanLinear))
    given = torch.randn(3, 5, layer.in_features, requires_grad=True)
    layer.float()
    trainable = [given, *(parameter for parameter in layer.parameters() if parameter.requires_grad)]

    def way(is_lean: bool) -> Outcome:
        layer.is_lean = is_lean
        return outcome(lambda: layer(given).square().sum(), trainable)

    assert way(True).is_equal(way(False), rounding=1e-5)


def test_the_lean_layer_drops_inputs_as_often_as_it_should(make: Make) -> None:
    layer = next(module for module in stirred(make()).modules() if isinstance(module, LeanLinear)).float().train()
    layer.lora_dropout["default"].p = 0.25
    given = torch.ones(4000, layer.in_features)
    without = layer.get_base_layer()(given)
    layer.lora_dropout["default"].p = 0.0
    whole = layer(given) - without
    layer.lora_dropout["default"].p = 0.25
    dropped = layer(given) - without
    assert not torch.allclose(whole, dropped, atol=1e-3)
    assert torch.allclose(whole.mean(0), dropped.mean(0), atol=0.02 * float(whole.abs().max()) + 1e-3)


def test_an_open_base_answers_with_the_values_of_its_four_bits(base: Callable[[str], Path], rows: Rows) -> None:
    model = load_model(Base("tiny", base("llama"), "folder"))
    tokens = torch.tensor([list(rows.kept[0].tokens)])
    with torch.no_grad():
        before = model(input_ids=tokens).logits
        assert hold_open(model) and not hold_open(model)
        after = model(input_ids=tokens).logits
    assert torch.equal(before, after)
    assert not any(getattr(getattr(module, "weight", None), "quant_state", None) for module in model.modules())


@pytest.mark.parametrize("architecture", ["llama", "qwen3", "gemma3", "gpt2"])
def test_every_family_learns_by_a_way_that_gives_the_stock_gradient(
    base: Callable[[str], Path], corpus: Path, tmp_path: Path, architecture: str
) -> None:
    own = Base("tiny", base(architecture), "folder")
    chat = Chat.of(load_tokenizer(own), own.folder)
    rows = read_rows_of(corpus, "train", chat, 512)
    model = load_model(own)
    hold_open(model)
    trainer = make_trainer(model, chat, rows, None, SETTINGS, Steps.of(len(rows), SETTINGS, 0), tmp_path, lambda *_: None)
    trainer.fit_to_device()
    assert trainer._fused
    assert trainer._is_plain
    assert trainer.model.get_base_model().config._attn_implementation == "sdpa"


class TestThawing:
    def test_layers_join_in_from_the_highest_down(self) -> None:
        thaw = Thaw(4, until=0.5)
        assert [thaw.frozen(done) for done in (0.0, 0.13, 0.26, 0.38, 0.5, 1.0)] == [3, 2, 1, 0, 0, 0]

    @pytest.mark.parametrize(
        ("name", "layer"),
        [("model.layers.3.mlp.up_proj", 3), ("transformer.h.11.attn.c_attn", 11), ("model.embed_tokens", None)],
    )
    def test_a_parameter_knows_its_layer(self, name: str, layer: int | None) -> None:
        assert layer_of(name) == layer

    def test_a_frozen_layer_does_not_move(self, make: Make) -> None:
        trainer = make(replace(SETTINGS, unfreeze=1.0))
        trainer._thaw = Thaw(2, until=100.0)  # its turn never comes
        before = adapter_of(trainer)
        run(trainer, 3, None)
        after = adapter_of(trainer)
        moved = {layer_of(name) for name in before if not torch.equal(before[name], after[name])}
        assert moved == {1}

    def test_lowest_layers_get_no_adapter(self, make: Make) -> None:
        assert {layer_of(name) for name in adapter_of(make(replace(SETTINGS, freeze=1)))} == {1}

    def test_freezing_every_layer_is_refused(self, make: Make) -> None:
        with pytest.raises(InputError, match="freezing 2 layers of a base that has 2"):
            make(replace(SETTINGS, freeze=2))


@pytest.mark.parametrize(
    "settings",
    [{"dora": True}, {"rslora": True}, {"neftune": 5.0}, {"prompt_weight": 0.1}, {"weight_decay": 0.1}, {"balance": "label"}],
    ids=lambda found: next(iter(found)),
)
def test_an_option_changes_what_is_learnt_and_learns(make: Make, chat: Chat, rows: Rows, settings: dict[str, object]) -> None:
    plain, other = make(), make(replace(SETTINGS, **settings))
    before = loss(other.model, chat, rows.kept)
    for trainer in (plain, other):
        run(trainer, 3, None)
    assert loss(other.model, chat, rows.kept) < before
    if "balance" not in settings:  # the rows of this corpus have one label
        first, second = adapter_of(plain), adapter_of(other)
        assert any(not torch.equal(first[name], second[name]) for name in first)


def test_the_rate_rises_from_the_first_step_and_falls_to_nothing() -> None:
    shares = [rate_share(step, 2, 10) for step in range(11)]
    assert shares[:3] == [0.5, 1.0, 1.0] and shares[10] == 0
    assert all(before > after for before, after in pairwise(shares[2:]))


def test_the_first_step_learns(make: Make) -> None:
    trainer = make(replace(SETTINGS, epochs=1))
    trainer.args.max_steps = 1
    before = adapter_of(trainer)
    run(trainer, 3, None)
    after = adapter_of(trainer)
    assert all(not torch.equal(before[name], after[name]) for name in before if "lora_B" in name)


def test_a_run_that_gets_no_better_ends_early(make: Make) -> None:
    trainer = make(replace(SETTINGS, patience=1, learning_rate=1e-9, epochs=4, evaluations=8), evaluates=True)
    run(trainer, 3, None)
    values = [entry["eval_chrF"] for entry in trainer.state.log_history if "eval_chrF" in entry]
    assert is_exhausted(trainer.state, 1) == (trainer.state.global_step < trainer.state.max_steps)
    assert not is_exhausted(trainer.state, 0)
    assert len(values) >= 2


def state_of(*values: float) -> TrainerState:
    return TrainerState(log_history=[{"eval_chrF": value, "step": step} for step, value in enumerate(values)])


@pytest.mark.parametrize(
    ("values", "patience", "over"),
    [
        pytest.param((1, 2, 3), 1, False, id="rising"),
        pytest.param((3, 2), 1, True, id="falling"),
        pytest.param((3, 2), 2, False, id="not long enough"),
        pytest.param((3, 2, 1), 2, True, id="long enough"),
        pytest.param((3, 3), 1, False, id="as good"),
        pytest.param((3, 1, 1), 0, False, id="no patience asked"),
        pytest.param((), 1, False, id="nothing yet"),
    ],
)
def test_patience_goes_by_the_log(values: tuple[float, ...], patience: int, over: bool) -> None:
    assert is_exhausted(state_of(*values), patience) is over


def test_what_settings_leave_open_is_chosen() -> None:
    small, large = (chosen(TrainSettings(), 260, size) for size in (14_000_000, 7_000_000_000))
    assert small.epochs > 0 and small.learning_rate > large.learning_rate > 0
    stated = TrainSettings(epochs=2.5, learning_rate=1e-5)
    assert chosen(stated, 260, 14_000_000) == stated


def test_smaller_batches_with_accumulation_learn_the_same(make: Make) -> None:
    settings = replace(SETTINGS, dropout=0.0)
    whole, split = make(settings), make(settings, parameters=10**9)
    assert (whole.args.train_batch_size, split.args.train_batch_size, split.args.gradient_accumulation_steps) == (4, 1, 4)
    for trainer in (whole, split):
        run(trainer, 3, None)
    assert losses_of(whole) == pytest.approx(losses_of(split), rel=2e-3)


def test_the_loss_does_not_depend_on_how_rows_are_batched(base: Callable[[str], Path], chat: Chat, rows: Rows) -> None:
    model = load_model(Base("tiny", base("llama"), "folder"), "none").float()
    one, eight = loss(model, chat, rows.kept, batch=1), loss(model, chat, rows.kept, batch=8)
    assert one == pytest.approx(eight, abs=1e-5)
    assert 0.5 < one / torch.log(torch.tensor(float(VOCABULARY))) < 1.5  # a random model knows nothing


def test_answering_draws_nothing_at_random_and_leaves_the_mode(make: Make, chat: Chat, rows: Rows) -> None:
    model = make().model
    model.train()
    prompts = [list(row.prompt) for row in rows]
    state = torch.random.get_rng_state()
    greedy = generate(model, chat, prompts, LIMITS)
    long = Limits(new_tokens=80, batch=4)  # more than a round
    drawn = generate(model, chat, prompts, long, seed=5)
    assert torch.equal(state, torch.random.get_rng_state())
    assert model.training
    assert greedy == generate(model, chat, prompts, LIMITS)
    assert drawn == generate(model, chat, prompts, long, seed=5) != generate(model, chat, prompts, long, seed=6)


def test_a_prompt_that_fills_the_context_gets_no_answer(base: Callable[[str], Path], chat: Chat) -> None:
    model = load_model(Base("tiny", base("llama"), "folder"), "none")
    drafts = generate(model, chat, [[5] * CONTEXT, [], [5] * (CONTEXT - 3)], Limits(new_tokens=8))
    assert [draft.text for draft in drafts[:2]] == ["", ""]
    assert not drafts[2].ended


def test_timing_a_step_and_answers_changes_nothing(make: Make, chat: Chat, rows: Rows) -> None:
    trainer = make()
    before, state = adapter_of(trainer), torch.random.get_rng_state()
    assert seconds_a_step(trainer) > 0
    assert seconds_an_answer(trainer, Held(chat, rows.kept[:2], LIMITS)) > 0
    assert seconds_an_answer(trainer, Held(chat, (), LIMITS)) == 0
    after = adapter_of(trainer)
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(parameter.grad is None for parameter in trainer.model.parameters())


def test_a_seed_gives_the_same_adapter_again(make: Make) -> None:
    found = []
    for _ in range(2):
        trainer = make()
        run(trainer, 3, None)
        found.append(adapter_of(trainer))
    assert all(torch.equal(found[0][name], found[1][name]) for name in found[0])


@pytest.mark.parametrize(
    ("rows", "batch", "epochs", "parameters", "expected"),
    [
        pytest.param(250, 16, 3.0, 14_000_000, Steps(8, 2, 48, 12), id="small model, what keeps a core busy"),
        pytest.param(250, 16, 3.0, 500_000_000, Steps(4, 4, 48, 12), id="middle model, four at once"),
        pytest.param(250, 16, 3.0, 7_000_000_000, Steps(1, 16, 48, 12, True), id="large model, one at once"),
        pytest.param(3, 16, 0.1, 0, Steps(8, 2, 1, 1), id="at least a step"),
        pytest.param(250, 6, 1.0, 500_000_000, Steps(3, 2, 42, 11), id="a divisor of the batch"),
    ],
)
def test_a_run_is_cut_into_steps(rows: int, batch: int, epochs: float, parameters: int, expected: Steps) -> None:
    assert Steps.of(rows, replace(SETTINGS, batch_size=batch, epochs=epochs), parameters) == expected


class TestTheOrderOfRows:
    lengths = [10 * (number % 17) + 5 for number in range(130)]

    def orders(self) -> Iterator[list[int]]:
        groups = LengthGroups(self.lengths, 8, seed=1)
        for epoch in range(3):
            groups.set_epoch(epoch)
            yield list(groups)

    def test_every_row_comes_once_an_epoch(self) -> None:
        assert all(sorted(order) == list(range(130)) for order in self.orders())

    def test_each_epoch_has_its_own_and_it_is_the_same_again(self) -> None:
        first, again = list(self.orders()), list(self.orders())
        assert first == again
        assert first[0] != first[1] != first[2]

    def test_a_batch_holds_rows_of_like_length(self) -> None:
        for order in self.orders():
            batches = [[self.lengths[number] for number in order[start : start + 8]] for start in range(0, 128, 8)]
            assert max(max(batch) - min(batch) for batch in batches) <= 90  # of 160

    def test_the_longest_row_comes_first_of_all(self) -> None:
        assert max(self.lengths) in [self.lengths[number] for number in next(self.orders())[:8]]


class TestDrawsByWeight:
    lengths = [10 * (number % 17) + 5 for number in range(130)]

    def orders(self, weights: list[float], epochs: int = 3) -> list[list[int]]:
        groups = LengthGroups(self.lengths, 8, seed=1, weights=weights)
        found = []
        for epoch in range(epochs):
            groups.set_epoch(epoch)
            found.append(list(groups))
        return found

    def test_equal_weights_leave_the_order_as_it_is_without_any(self) -> None:
        groups = LengthGroups(self.lengths, 8, seed=1)
        assert self.orders([2.5] * 130)[0] == list(groups)
        assert list(groups)[:8] == [50, 83, 48, 14, 65, 97, 12, 29]

    def test_an_epoch_has_as_many_draws_as_rows_and_its_order_is_the_same_again(self) -> None:
        weights = [0.25 + number % 5 for number in range(130)]
        assert [len(order) for order in self.orders(weights)] == [130] * 3
        assert self.orders(weights) == self.orders(weights)

    def test_rows_are_drawn_as_often_as_their_weights_say(self) -> None:
        weights = [3.0 if number < 20 else 0.0 if number < 30 else 0.7 for number in range(130)]
        counts = Counter(number for order in self.orders(weights, epochs=10) for number in order)
        scale = 130 / sum(weights)
        for number, weight in enumerate(weights):
            assert counts[number] == pytest.approx(10 * weight * scale, abs=2)

    def test_copies_of_a_row_seldom_meet_in_a_batch(self) -> None:
        weights = [4.0 if number < 8 else 1.0 for number in range(130)]
        for order in self.orders(weights):
            batches = [order[start : start + 8] for start in range(0, 128, 8)]
            assert sum(len(set(batch)) < len(batch) for batch in batches) <= 2  # of 16

    def test_a_row_of_weight_one_never_misses_an_epoch(self) -> None:
        weights = [2.0] * 20 + [0.5] * 40 + [1.0] * 70  # of mean 1
        assert all(set(range(60, 130)) <= set(order) for order in self.orders(weights))


def test_a_plan_says_how_often_labels_are_drawn(base: Callable[[str], Path], tmp_path: Path) -> None:
    often = [replace(example(number), weight=3.0) for number in range(4)]
    seldom = [replace(example(number), brief=brief(number, "use-case"), weight=1.0) for number in range(4)]
    corpus = write_corpus(tmp_path / "corpus", often + seldom, [], [])
    report = train(corpus, output=tmp_path / "a", base=str(base("llama")), settings=SETTINGS, dry_run=True)
    assert report.summary["drawn"] == {"introduction": 1.5, "use-case": 0.5}
    assert report.render("text").endswith("; rows drawn by weight: introduction 1.5x, use-case 0.5x")


def test_rows_of_equal_weight_are_drawn_once(rows: Rows) -> None:
    assert rows.weights_by() == [1.0] * len(rows)
    assert rows.drawn() == {}


class Broken(Exception):
    """What ends a run in the test below."""


def test_a_run_by_weight_that_broke_ends_with_the_same_bits(base: Callable[[str], Path], tmp_path: Path) -> None:
    examples = [replace(example(number), weight=[0.5, 1.0, 2.0][number % 3]) for number in range(12)]
    corpus = write_corpus(tmp_path / "corpus", examples[:8], examples[8:10], examples[10:])
    options = {"base": str(base("llama")), "settings": SETTINGS}

    def breaks(message: str, done: int | None = None, total: int | None = None) -> None:
        if message == "training" and done == 3:
            raise Broken

    whole, broken = tmp_path / "whole", tmp_path / "broken"
    report = train(corpus, output=whole, **options)
    with pytest.raises(Broken):
        train(corpus, output=broken, progress=breaks, **options)
    assert train(corpus, output=broken, resume=True, **options).summary["scores"] == report.summary["scores"]
    weights = "adapter_model.safetensors"
    assert (broken / weights).read_bytes() == (whole / weights).read_bytes()


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        ("llama", "down_proj gate_proj k_proj o_proj q_proj up_proj v_proj".split()),
        ("gpt2", "c_attn c_fc c_proj".split()),
    ],
)
def test_all_linear_layers_but_the_output_layer_get_an_adapter(
    base: Callable[[str], Path], architecture: str, expected: list[str]
) -> None:
    assert linear_layers(load_model(Base("tiny", base(architecture), "folder"))) == expected
