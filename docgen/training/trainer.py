"""The training itself: TRL's trainer with a LoRA adapter, and what it takes for its numbers to be right on a CPU.

In: a model, rows and settings. Out: a trainer whose adapters are float32, whose rows come in an order that a resumed run
repeats, whose evaluations generate texts, and which saves a checkpoint when it is interrupted.
"""

from __future__ import annotations

import math
import random
import signal
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from peft import LoraConfig, set_peft_model_state_dict
from safetensors.torch import load_file
from torch.utils.data import Sampler
from transformers import (
    PreTrainedModel,
    PrinterCallback,
    ProgressCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.pytorch_utils import Conv1D
from transformers.trainer_utils import EvalLoopOutput
from trl import SFTConfig, SFTTrainer

from docgen.facts import JSON
from docgen.report import DocgenError
from docgen.settings import TrainSettings
from docgen.training.checkpoints import STATE, WEIGHTS
from docgen.training.compact_head import compact_head, is_equal
from docgen.training.evaluation import SELECTION, score_model
from docgen.training.rows import Row, Rows, dataset
from docgen.writers.local.base import compute_dtype, keep_unpacked
from docgen.writers.local.chat import Chat
from docgen.writers.local.generation import Limits

Progress = Callable[..., None]
_EVALUATIONS = 4  # over a whole run; each costs about as much as an epoch of a small corpus
_LOGGED = 60  # points of the loss curve
_WARM_UP = 0.06  # share of the steps
_GOLDEN = (5**0.5 - 1) / 2  # the step whose multiples lie most evenly between 0 and 1
_SMALL, _MIDDLE = 100_000_000, 1_000_000_000  # parameters


@dataclass(frozen=True)
class Steps:
    """How a run is cut: rows in one pass through the model, passes to an optimiser step, steps in all, steps between
    evaluations."""

    micro_batch: int
    accumulation: int
    total: int
    between: int

    @staticmethod
    def of(rows: int, settings: TrainSettings, parameters: int) -> Steps:
        """The steps for `rows` rows and a model of so many parameters: as many rows at once as such a model leaves memory
        for."""
        most = settings.batch_size if parameters < _SMALL else 4 if parameters < _MIDDLE else 1
        micro = max(size for size in range(1, settings.batch_size + 1) if settings.batch_size % size == 0 and size <= most)
        an_epoch = -(-rows // settings.batch_size)
        total = max(1, round(an_epoch * settings.epochs))
        return Steps(micro, settings.batch_size // micro, total, -(-total // _EVALUATIONS))


@dataclass(frozen=True)
class Held:
    """What checkpoints are chosen by: validation rows and how their answers are generated."""

    chat: Chat
    rows: Sequence[Row]
    limits: Limits


class LengthGroups(Sampler[int]):
    """Rows in random order, those of like length together, so that little is padded. The order follows from seed and epoch
    alone: the one in transformers draws on the global random state, and a resumed run then sees other batches.

    An epoch has as many draws as there are rows. A row of weight 2 is drawn twice, one of 0.5 in every other epoch; without
    `weights`, or where all are equal, each is drawn once."""

    def __init__(self, lengths: Sequence[int], batch: int, seed: int, weights: Sequence[float] | None = None) -> None:
        self._lengths, self._batch, self._seed, self._epoch = lengths, batch, seed, 0
        self._weights = weights if weights and len(set(weights)) > 1 else None

    def set_epoch(self, epoch: int) -> None:
        """The epoch whose order comes next."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        draw = random.Random(f"{self._seed}:{self._epoch}")
        numbers = self._shuffled(draw)
        pool = self._batch * max(1, min(50, len(numbers) // (self._batch * 4)))  # small enough to give other batches each time
        pools = (
            sorted(numbers[start : start + pool], key=lambda number: -self._lengths[number])
            for start in range(0, len(numbers), pool)
        )
        ordered = [number for part in pools for number in part]
        batches = [ordered[start : start + self._batch] for start in range(0, len(ordered), self._batch)]
        last = [batches.pop()] if batches and len(batches[-1]) < self._batch else []  # elsewhere it would shift all after it
        draw.shuffle(batches)
        if self._epoch == 0:  # the longest rows first: what does not fit into memory shows at once
            longest = max((self._lengths[number] for number in ordered), default=0)
            batches.sort(key=lambda batch: max(self._lengths[number] for number in batch) < longest)
        return iter([number for batch in batches + last for number in batch])

    def _shuffled(self, draw: random.Random) -> list[int]:
        """The rows of the epoch in random order, copies of one as far apart as can be: else they would meet in one batch."""
        if self._weights is None:
            numbers = list(range(len(self._lengths)))
            draw.shuffle(numbers)
            return numbers
        places = []
        for number, copies in sorted(Counter(self._drawn(self._weights)).items()):
            first = draw.random()
            places += [((first + copy) / copies, number) for copy in range(copies)]
        return [number for _, number in sorted(places)]

    def _drawn(self, weights: Sequence[float]) -> list[int]:
        """The rows of the epoch, each as often as its weight says, rounded up in some epochs and down in others: systematic
        sampling, whose start moves by the golden ratio, so that the roundings even out over few epochs."""
        numbers = list(range(len(weights)))
        draw = random.Random(f"{self._seed}:weights")
        start = (draw.random() + self._epoch * _GOLDEN) % 1
        draw.shuffle(numbers)  # the same in every epoch, else the roundings would be chance again
        scale = len(numbers) / sum(weights)
        edges = list(accumulate(weights[number] * scale for number in numbers))
        edges[-1] = float(len(numbers))  # whatever the sum has lost in rounding: the draws are as many as the rows
        return [numbers[bisect_right(edges, start + place)] for place in range(len(numbers))]


class DocgenTrainer(SFTTrainer):
    """TRL's trainer on rows in tokens, with evaluations that generate. `held` None: nothing is evaluated."""

    def __init__(
        self,
        *args: Any,
        held: Held | None,
        lengths: Sequence[int],
        seed: int,
        weights: Sequence[float] | None = None,
        **options: Any,
    ) -> None:
        self._held, self._lengths, self._seed, self._weights = held, lengths, seed, weights
        super().__init__(*args, **options)
        keep_unpacked(self.model)
        for parameter in self.model.parameters():
            if parameter.requires_grad:  # TRL casts them to bfloat16, and a resumed run back to float32
                parameter.data = parameter.data.float()
        self.remove_callback(PrinterCallback)
        self.remove_callback(ProgressCallback)

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroups:
        batch = self.args.train_batch_size * self.args.gradient_accumulation_steps
        return LengthGroups(self._lengths, batch, self._seed, self._weights)

    def evaluation_loop(self, *args: Any, metric_key_prefix: str = "eval", **options: Any) -> EvalLoopOutput:
        """Generates an answer for each held-out row and scores it. The loss that transformers would give is a mean of
        batches, and so changes with their order; ours is a mean of tokens. Draws nothing at random."""
        if self._held is None:
            raise RuntimeError("a trainer without held-out rows was asked to evaluate")
        self.model.eval()  # and it stays so until the next step: TRL tells by it what it is logging
        scored = score_model(self.model, self._held.chat, self._held.rows, self._held.limits)
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in scored.metrics.items()}
        return EvalLoopOutput(predictions=None, label_ids=None, metrics=metrics, num_samples=len(self._held.rows))

    def _determine_best_metric(self, metrics: dict[str, float], trial: Any) -> bool:
        """Of equally good checkpoints the later one, which has learnt more; transformers keeps the first."""
        is_best = super()._determine_best_metric(metrics, trial)
        if not is_best and metrics.get(str(self.args.metric_for_best_model)) == self.state.best_metric is not None:
            self.state.best_global_step, is_best = self.state.global_step, True
        return is_best

    def create_model_card(self, *args: Any, **options: Any) -> None:
        """Writes none: checkpoints need no card, and the adapter gets docgen's own."""


class Announcer(TrainerCallback):
    """Tells how far the training is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._progress("training", state.global_step, state.max_steps)

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, metrics: dict[str, float], **_: Any
    ) -> None:
        chosen, loss = metrics.get(f"eval_{SELECTION}", 0.0), metrics["eval_loss"]
        self._progress(f"step {state.global_step} of {state.max_steps}: validation loss {loss:.3f}, {SELECTION} {chosen:.1f}")


class Interruption(TrainerCallback):
    """Ctrl-C and termination wait for the end of the step, and a checkpoint is saved; a second Ctrl-C does not wait."""

    def __init__(self) -> None:
        self.arrived = False

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if self.arrived:
            # An evaluation that is due takes place: without it the resumed run could choose another checkpoint.
            control.should_save = control.should_training_stop = True

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Inside, the signals are caught; only the main thread can catch them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._arrive) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _arrive(self, number: int, frame: FrameType | None) -> None:
        if self.arrived:
            raise KeyboardInterrupt
        self.arrived = True


def make_trainer(
    model: PreTrainedModel,
    chat: Chat,
    rows: Rows,
    held: Held | None,
    settings: TrainSettings,
    steps: Steps,
    folder: Path,
    progress: Progress,
) -> DocgenTrainer:
    """A trainer ready to run, its checkpoints in `folder`. The model is changed: it gets the adapter."""
    lora = LoraConfig(
        r=settings.rank,
        lora_alpha=int(settings.alpha) if settings.alpha.is_integer() else settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=linear_layers(model),
        task_type="CAUSAL_LM",
    )
    return DocgenTrainer(
        model=model,
        args=_arguments(settings, steps, folder, evaluates=held is not None),
        train_dataset=dataset(rows),
        eval_dataset=dataset(held.rows) if held else None,
        processing_class=chat.tokenizer,
        peft_config=lora,
        callbacks=[Announcer(progress)],
        held=held,
        lengths=[len(row.tokens) for row in rows],
        seed=settings.seed,
        weights=rows.weights,
    )


def linear_layers(model: PreTrainedModel) -> list[str] | str:
    """The names that all linear layers but the output layer go by, `q_proj` and so on; PEFT's word for them all where a name
    means other layers too. Its own list names every layer of every block, and stands so in each adapter's configuration."""
    head = model.get_output_embeddings()
    linear = {
        name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear | Conv1D) and module is not head
    }
    names = {name.rpartition(".")[2] for name in linear}
    meant = {name for name, _ in model.named_modules() if name.rpartition(".")[2] in names}
    return sorted(names) if meant == linear else "all-linear"


def _arguments(settings: TrainSettings, steps: Steps, folder: Path, *, evaluates: bool) -> SFTConfig:
    dtype = compute_dtype()
    when = "steps" if evaluates else "no"
    arguments = SFTConfig(
        output_dir=str(folder),
        use_cpu=not torch.cuda.is_available(),
        bf16=dtype == torch.bfloat16,
        fp16=dtype == torch.float16,
        max_length=None,  # rows come measured; TRL would cut longer ones without a word
        packing=False,
        per_device_train_batch_size=steps.micro_batch,
        gradient_accumulation_steps=steps.accumulation,
        max_steps=steps.total,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=_WARM_UP,
        activation_checkpointing=steps.micro_batch == 1,
        eval_strategy=when,
        eval_steps=steps.between,
        save_strategy="steps",
        save_steps=steps.between,
        save_total_limit=2,
        metric_for_best_model=f"eval_{SELECTION}" if evaluates else None,
        greater_is_better=True if evaluates else None,
        logging_steps=max(1, steps.total // _LOGGED),
        logging_nan_inf_filter=False,
        include_num_input_tokens_seen="non_padding",
        seed=settings.seed,
        data_seed=settings.seed,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )
    if arguments.n_gpu > 1:
        arguments._n_gpu = 1  # the model lies on the first; transformers would copy it to all of them
    return arguments


@dataclass(frozen=True)
class Trained:
    """How a run went: seconds of this session, tokens of the rows in its steps, whether it was interrupted."""

    seconds: float
    tokens: int
    interrupted: bool


def run(trainer: DocgenTrainer, seed: int, checkpoint: Path | None) -> Trained:
    """Trains to the end, or to an interruption, from `checkpoint` where there is one."""
    interruption = Interruption()
    trainer.add_callback(interruption)
    set_seed(seed)  # whatever was drawn before, the run draws the same
    # Read first: the run itself removes older checkpoints.
    before = TrainerState.load_from_json(str(checkpoint / STATE)).num_input_tokens_seen if checkpoint else 0
    began = time.monotonic()
    with interruption.caught(), _head(trainer):
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    is_cut = interruption.arrived and trainer.state.global_step < trainer.state.max_steps
    return Trained(time.monotonic() - began, trainer.state.num_input_tokens_seen - before, is_cut)


def _head(trainer: DocgenTrainer) -> Any:
    """The compact output layer where it is slow otherwise and was found to be equal."""
    if trainer.model.device.type != "cpu" or not is_equal(trainer.model, first_batch(trainer)):
        return nullcontext()
    return compact_head()


def first_batch(trainer: DocgenTrainer, rows: int = 4) -> dict[str, torch.Tensor]:
    """The first rows of the training set as the model takes them."""
    found = [trainer.train_dataset[number] for number in range(min(rows, len(trainer.train_dataset)))]
    return {name: value.to(trainer.model.device) for name, value in trainer.data_collator(found).items()}


def seconds_a_step(trainer: DocgenTrainer, repeats: int = 2) -> float:
    """The time of an optimiser step, measured on rows of typical length. Leaves neither gradients nor a trace in the random
    state."""
    lengths = trainer._lengths
    typical = sorted(range(len(lengths)), key=lambda number: lengths[number])[len(lengths) // 2 :][
        : trainer.args.train_batch_size
    ]
    rows = [trainer.train_dataset[number] for number in typical]
    batch = {name: value.to(trainer.model.device) for name, value in trainer.data_collator(rows).items()}
    devices = [trainer.model.device] if trainer.model.device.type == "cuda" else []
    trainer.model.train()
    with torch.random.fork_rng(devices), _head(trainer):
        _forward_and_backward(trainer, batch)  # the first one warms up
        began = time.monotonic()
        for _ in range(repeats):
            _forward_and_backward(trainer, batch)
        seconds = time.monotonic() - began
    trainer.model.zero_grad(set_to_none=True)
    return seconds / repeats * trainer.args.gradient_accumulation_steps


def _forward_and_backward(trainer: DocgenTrainer, batch: dict[str, torch.Tensor]) -> None:
    with trainer.compute_loss_context_manager():
        loss = trainer.model(**batch, use_cache=False, fused_lm_head=True).loss
    loss.backward()


def load_best(trainer: DocgenTrainer, folder: Path) -> dict[str, JSON]:
    """Puts the best checkpoint's weights into the model, and tells its step and metric. Without evaluations the last ones stay.

    Raises DocgenError where the training ran away.
    """
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    if any(not math.isfinite(loss) for loss in losses):
        raise DocgenError(
            "the training ran away: its loss is no number any more", str(folder), "lower --learning-rate, and train again"
        )
    step, metric = trainer.state.best_global_step, trainer.state.best_metric
    if step is None or metric is None:
        return {"step": trainer.state.global_step}
    set_peft_model_state_dict(
        trainer.model, load_file(folder / f"checkpoint-{step}" / WEIGHTS, device=str(trainer.model.device))
    )
    return {"step": step, "metric": SELECTION, "value": round(metric, 4)}
