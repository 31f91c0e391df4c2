"""The embedded base's weights: a Llama-shaped model trained from scratch on (Brief, section) rows.

In: tokenised rows. Out: checkpoints and the trained model. The budget, of minutes or of steps, is the input: the learning rate
falls with the share of it that is spent, so that a slower machine ends in a finished model too. Muon moves the matrices, AdamW
the embeddings and norms; master weights are float32, products bfloat16. Muon: Jordan et al. 2024, five Newton-Schulz steps.
"""

from __future__ import annotations

import ctypes
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from docgen.report import InputError

Batch = tuple[Tensor, Tensor, Tensor]
LENGTHS = 16  # tokens: rows of a batch are as long as a multiple of it
POSITIONS = 256  # the output layer sees a multiple of so many


@dataclass(frozen=True)
class Shape:
    """The model's dimensions, each a multiple of 64 so that 4-bit blocks and CPU tiles fit."""

    vocabulary: int = 8192
    width: int = 384
    layers: int = 6
    heads: int = 6
    feed_forward: int = 1024
    context: int = 1024
    key_value_heads: int | None = None  # fewer than heads: grouped-query attention; None: as many


@dataclass(frozen=True)
class Plan:
    """How long and how fast. The budget is `steps` where they are given, else `minutes` of training, in all, over however many
    runs it takes; one in steps gives the same weights every time."""

    minutes: float = 90.0
    steps: int | None = None
    tokens_a_step: int = 8192
    muon: bool = True  # False: AdamW moves the matrices too, at the embeddings' rate
    matrix_rate: float = 0.01  # half of what Muon is published with: see docs/training.md
    embedding_rate: float = 0.002
    momentum: float = 0.95
    weight_decay: float = 0.01
    prompt_share: float = 0.15  # share of prompt positions that a step learns from
    prompt_weight: float = 0.3  # weight of one such position
    warmup_steps: int = 60
    decay_from: float = 0.5  # share of the budget after which the rates fall in a straight line to nothing; 1: never
    seed: int = 1
    save_minutes: float = 5.0

    def share(self, seconds: float, steps: int) -> float:
        """How much of the budget (0 to 1, or more) so many seconds and steps have spent."""
        return steps / self.steps if self.steps is not None else seconds / (self.minutes * 60)


@dataclass(frozen=True)
class Rows:
    """Tokenised rows, end to end: row i is `tokens[starts[i]:starts[i + 1]]`, its answer begins at `answers[i]` within it."""

    tokens: np.ndarray  # uint16, shape (total,)
    starts: np.ndarray  # int64, shape (rows + 1,)
    answers: np.ndarray  # int64, shape (rows,)

    def save(self, path: Path) -> None:
        """Writes the rows to one .npz file, whole or not at all."""
        temporary = path.with_name(path.name + ".part")
        with temporary.open("wb") as stream:
            np.savez(stream, tokens=self.tokens, starts=self.starts, answers=self.answers)
        os.replace(temporary, path)

    @staticmethod
    def load(path: Path) -> Rows:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return Rows(arrays["tokens"], arrays["starts"], arrays["answers"])

    def __len__(self) -> int:
        return len(self.answers)


def new_model(shape: Shape, end: int, pad: int) -> LlamaForCausalLM:
    """A randomly initialised model of this shape."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=shape.vocabulary,
            hidden_size=shape.width,
            intermediate_size=shape.feed_forward,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            num_key_value_heads=shape.key_value_heads or shape.heads,
            max_position_embeddings=shape.context,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=end,
            pad_token_id=pad,
            initializer_range=0.02,
            rope_theta=10000.0,
            attn_implementation="eager",  # of short rows a CPU learns a seventh faster than with flash attention
        )
    )


class Optimizer:
    """Muon for the matrices, AdamW for the rest, on float32 copies of bfloat16 weights."""

    def __init__(self, model: LlamaForCausalLM, plan: Plan) -> None:
        self.plan = plan
        self.live = dict(model.named_parameters())
        self.master = {name: parameter.detach().float().clone() for name, parameter in self.live.items()}
        self.first = {name: torch.zeros_like(value) for name, value in self.master.items()}
        self.second = {name: torch.zeros_like(value) for name, value in self.master.items() if not self._by_muon(name)}

    def _by_muon(self, name: str) -> bool:
        return self.plan.muon and name.endswith("proj.weight")

    @torch.no_grad()
    def step(self, number: int, scale: float) -> None:
        """One update at `scale` (0 to 1) of the full learning rates; clears the gradients. `number` counts from 1."""
        plan = self.plan
        for name, parameter in self.live.items():
            if parameter.grad is None:
                continue
            gradient, master = parameter.grad.float(), self.master[name]
            if self._by_muon(name):
                self.first[name].lerp_(gradient, 1 - plan.momentum)
                update = orthogonal(gradient.lerp(self.first[name], plan.momentum))
                rate = plan.matrix_rate * scale * max(1.0, master.shape[0] / master.shape[1]) ** 0.5
                master.mul_(1 - plan.matrix_rate * scale * plan.weight_decay).add_(update.float(), alpha=-rate)
            else:
                first, second = self.first[name].lerp_(gradient, 0.1), self.second[name].lerp_(gradient.square(), 0.02)
                corrected = (first / (1 - 0.9**number)) / ((second / (1 - 0.98**number)).sqrt() + 1e-8)
                master.add_(corrected, alpha=-plan.embedding_rate * scale)
            parameter.copy_(master)
            parameter.grad = None

    def tensors(self) -> dict[str, Tensor]:
        """Everything a checkpoint needs."""
        named = {"master": self.master, "first": self.first, "second": self.second}
        return {f"{part}/{name}": value for part, values in named.items() for name, value in values.items()}

    @torch.no_grad()
    def restore(self, path: Path) -> None:
        """Reads what `tensors` gave."""
        with safe_open(path, framework="pt") as stored:
            for key in list(stored.keys()):
                part, _, name = key.partition("/")
                getattr(self, part)[name].copy_(stored.get_tensor(key))
        for name, parameter in self.live.items():
            parameter.copy_(self.master[name])


def orthogonal(gradient: Tensor) -> Tensor:
    """The nearest (semi-)orthogonal matrix by five Newton-Schulz steps in bfloat16, coefficients as published with Muon."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = gradient.bfloat16()
    tall = x.shape[0] > x.shape[1]
    x = x.T.contiguous() if tall else x  # a transposed view takes the slow path
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        square = x @ x.T.contiguous()
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


def batches(rows: Rows, tokens_a_step: int, seed: int) -> Iterator[np.ndarray]:
    """Row numbers, a batch at a time, for ever: each pass in a new order, rows of like length together."""
    lengths = np.diff(rows.starts)
    for epoch in range(1_000_000):
        generator = np.random.default_rng((seed, epoch))
        order = generator.permutation(len(rows))
        pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in np.array_split(order, max(1, len(order) // 4096))]
        for pool in pools:
            groups, start = [], 0
            while start < len(pool):
                end = start + 1
                while end < len(pool) and (end + 1 - start) * rounded(lengths[pool[end]], LENGTHS) <= tokens_a_step:
                    end += 1
                groups.append(pool[start:end])
                start = end
            for index in generator.permutation(len(groups)):
                yield groups[index]


def rounded(number: int, to: int) -> int:
    """The next multiple of `to`, from `number` itself on."""
    return -(-int(number) // to) * to


def padded(rows: Rows, chosen: np.ndarray, tokens_a_step: int = 0) -> Batch:
    """Tokens (batch, length), the targets one to the right, and 0 for padding, 1 for prompt, 2 for answer positions. Lengths
    are multiples of `LENGTHS`, and empty rows fill the batch up to `tokens_a_step`: each new shape of a product costs memory
    for a kernel of its own, for good."""
    length = rounded(np.diff(rows.starts)[chosen].max(), LENGTHS)
    count = max(len(chosen), tokens_a_step // length)
    tokens = np.zeros((count, length + 1), dtype=np.int64)
    part = np.zeros((count, length + 1), dtype=np.int64)
    for index, row in enumerate(chosen):
        values = rows.tokens[rows.starts[row] : rows.starts[row + 1]]
        tokens[index, : len(values)] = values
        part[index, : rows.answers[row]] = 1
        part[index, rows.answers[row] : len(values)] = 2
    return torch.from_numpy(tokens[:, :-1]), torch.from_numpy(tokens[:, 1:]), torch.from_numpy(part[:, 1:])


def loss_of(model: LlamaForCausalLM, batch: Batch, plan: Plan, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The weighted loss to learn from, and the mean loss (nats a token) of the answers alone. The output layer sees only the
    positions that count, which saves a quarter of the time."""
    tokens, targets, part = batch
    hidden = model.model(
        input_ids=tokens, use_cache=False
    ).last_hidden_state  # right padding needs no mask under causal attention
    drawn = (part == 1) & (torch.rand(part.shape, generator=generator) < plan.prompt_share)
    chosen = ((part == 2) | drawn).flatten().nonzero().squeeze(1)
    count = len(chosen)
    chosen = torch.nn.functional.pad(chosen, (0, rounded(count, POSITIONS) - count))  # again of few shapes
    logits = model.lm_head(hidden.flatten(0, 1)[chosen])[:count].float()
    chosen = chosen[:count]
    losses = torch.nn.functional.cross_entropy(logits, targets.flatten()[chosen], reduction="none")
    is_answer = part.flatten()[chosen] == 2
    answer = losses[is_answer].mean()
    weights = torch.where(is_answer, 1.0, plan.prompt_weight)
    return (losses * weights).sum() / weights.sum(), answer.detach()


@torch.no_grad()
def held_out_loss(model: LlamaForCausalLM, rows: Rows, most: int = 400) -> float | None:
    """Token-weighted loss (nats a token) of the answers of the first `most` held-out rows; None without such rows."""
    total, count = 0.0, 0
    for start in range(0, min(most, len(rows)), 16):
        tokens, targets, part = padded(rows, np.arange(start, min(start + 16, len(rows))))
        hidden = model.model(input_ids=tokens, use_cache=False).last_hidden_state
        chosen = part == 2
        losses = torch.nn.functional.cross_entropy(model.lm_head(hidden[chosen]).float(), targets[chosen], reduction="sum")
        total, count = total + float(losses), count + int(chosen.sum())
    return total / count if count else None


def rate_scale(share: float, step: int, warmup: int, decay_from: float = 0.5) -> float:
    """The learning rate's share of its peak: a short rise, level up to this share of the budget, then a straight fall to
    nothing."""
    fall = min(1.0, max(0.0, (1 - share) / (1 - decay_from))) if decay_from < 1 else 1.0
    return min(1.0, step / max(1, warmup)) * fall


@dataclass
class _Run:
    """How far a run is: what a checkpoint records beside the weights."""

    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    mean: float | None = None  # of the answers' loss, over about fifty steps
    history: list[dict[str, float | None]] = field(default_factory=list)


def pretrain(
    rows: Rows,
    held: Rows,
    folder: Path,
    shape: Shape,
    plan: Plan,
    ends: tuple[int, int],
    progress: Callable[[str], None],
    begin: Path | None = None,
) -> LlamaForCausalLM:
    """Trains until the plan's budget is spent, resuming from `folder` where an earlier run stopped. Returns the bfloat16 model.
    A new run begins with the weights of the base folder `begin`, else with random ones.

    `ends` are the numbers of the end token and of the padding. Raises InputError where there are no rows, and where `folder`
    holds a run of another shape or plan, or a checkpoint that cannot be read.
    """
    if not len(rows):
        raise InputError("no rows to train on", str(folder), "harvest more packages, or allow longer rows")
    torch.manual_seed(plan.seed)
    model = new_model(shape, *ends).bfloat16()
    if begin is not None:
        model.load_state_dict(LlamaForCausalLM.from_pretrained(begin, dtype=torch.bfloat16).state_dict())
    optimizer = Optimizer(model, plan)
    run = _resume(folder, optimizer, shape, plan)
    order = batches(rows, plan.tokens_a_step, plan.seed)
    for _ in range(run.step):
        next(order)
    saved = run.seconds
    while plan.share(run.seconds, run.step) < 1:
        _step(model, optimizer, rows, next(order), plan, run)
        if run.step % 20 == 0:
            progress(_told(plan, run))
            _give_back_memory()
        is_done = plan.share(run.seconds, run.step) >= 1
        if is_done or run.seconds - saved >= plan.save_minutes * 60:
            saved = run.seconds
            _save(folder, model, optimizer, held, shape, plan, run)
            held_out = run.history[-1]["held_out"]
            told = "" if held_out is None else f"held-out loss {held_out:.3f}; "
            progress(f"step {run.step}: {told}checkpoint saved")
    return model


def _step(model: LlamaForCausalLM, optimizer: Optimizer, rows: Rows, chosen: np.ndarray, plan: Plan, run: _Run) -> None:
    """One optimiser step. What it draws at random follows from its number alone, so that a resumed run draws the same."""
    began = time.monotonic()
    batch = padded(rows, chosen, plan.tokens_a_step)
    share = plan.share(run.seconds, run.step)
    run.step += 1
    generator = torch.Generator().manual_seed(plan.seed * 1_000_003 + run.step)
    loss, answer = loss_of(model, batch, plan, generator)
    loss.backward()
    optimizer.step(run.step, rate_scale(share, run.step, plan.warmup_steps, plan.decay_from))
    run.seconds += time.monotonic() - began
    run.tokens += int((batch[2] > 0).sum())
    run.mean = float(answer) if run.mean is None else 0.98 * run.mean + 0.02 * float(answer)


def _give_back_memory() -> None:
    """Returns freed memory to the system where the C library can: batches of many lengths leave it in pieces, and without
    this a run grows by some 25 MB a step."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _told(plan: Plan, run: _Run) -> str:
    budget = (
        f"{run.step} of {plan.steps} steps"
        if plan.steps is not None
        else f"{run.seconds / 60:.1f} of {plan.minutes:.0f} minutes"
    )
    return f"step {run.step}: loss {run.mean:.3f}, {run.tokens / run.seconds:,.0f} tokens a second, {budget}"


def _resume(folder: Path, optimizer: Optimizer, shape: Shape, plan: Plan) -> _Run:
    """Where the run in `folder` stands, its weights put into the optimiser; a new run where there is none."""
    path = folder / "checkpoint.json"
    if not path.is_file():
        return _Run()
    record = json.loads(path.read_bytes())
    for name, now, usual in (("shape", asdict(shape), asdict(Shape())), ("plan", asdict(plan), asdict(Plan()))):
        before = usual | record[name]  # a setting that an older docgen did not know had its default
        changed = [f"{key} {before[key]}, now {value}" for key, value in now.items() if before[key] != value]
        if changed:
            what = f"the run to resume has another {name}: {'; '.join(changed)}"
            raise InputError(what, str(path), "use its settings, or another folder")
    weights = folder / record["weights"]
    try:
        optimizer.restore(weights)
    except (OSError, SafetensorError, KeyError) as error:
        raise InputError(f"the checkpoint cannot be read: {error}", str(weights), "train in another folder") from error
    return _Run(**{key: record[key] for key in ("step", "seconds", "tokens", "mean", "history") if key in record})


def _save(folder: Path, model: LlamaForCausalLM, optimizer: Optimizer, held: Rows, shape: Shape, plan: Plan, run: _Run) -> None:
    """Weights first, then the record that names them, each in one rename: a crash leaves the older pair."""
    held_out = held_out_loss(model, held)
    entry: dict[str, float | None] = {"step": run.step, "minutes": round(run.seconds / 60, 1), "tokens": run.tokens}
    entry |= {"loss": round(run.mean or 0.0, 4), "held_out": None if held_out is None else round(held_out, 4)}
    run.history.append(entry)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"checkpoint-{run.step}.safetensors"
    save_file(optimizer.tensors(), folder / (name + ".part"))
    os.replace(folder / (name + ".part"), folder / name)
    record = asdict(run) | {"shape": asdict(shape), "plan": asdict(plan), "weights": name}
    temporary = folder / "checkpoint.json.part"
    temporary.write_text(json.dumps(record, indent=1))
    os.replace(temporary, folder / "checkpoint.json")
    for old in folder.glob("checkpoint-*.safetensors"):
        if old.name != name:
            old.unlink()
