"""The training itself: TRL's trainer with a LoRA adapter, and what it takes for its numbers to be right.

In: a model, rows and settings. Out: a trainer whose adapters are float32, whose rows come in an order that a resumed run
repeats, whose evaluations generate texts, and which saves a checkpoint when it is interrupted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, set_peft_model_state_dict
from safetensors.torch import load_file
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from transformers import PreTrainedModel, PrinterCallback, ProgressCallback, TrainerState, set_seed
from transformers.integrations import TensorBoardCallback
from transformers.pytorch_utils import Conv1D
from transformers.trainer_utils import EvalLoopOutput
from trl import SFTConfig, SFTTrainer

from docgen.facts import JSON
from docgen.report import DocgenError, InputError
from docgen.settings import TrainSettings
from docgen.training.answer_loss import IGNORED, Outcome, outcome, summed_loss
from docgen.training.attention import LONGEST, attending_plainly
from docgen.training.callbacks import Announcer, Interruption, Patience, is_exhausted
from docgen.training.checkpoints import STATE, WEIGHTS
from docgen.training.evaluation import SELECTION, Among, score_model
from docgen.training.layers import Thaw, layer_of
from docgen.training.lean_layers import LeanLinear
from docgen.training.order import LengthGroups
from docgen.training.rows import Row, Rows, dataset
from docgen.training.runs import RAN_AWAY
from docgen.training.since import Drift
from docgen.training.steps import Steps
from docgen.writers.local.base import compute_dtype, keep_unpacked
from docgen.writers.local.chat import Chat
from docgen.writers.local.generation import Limits

Progress = Callable[..., None]
TRACKED = "runs"  # what TensorBoard reads, in the adapter's folder
_LOGGED = 60  # points of the loss curve
_WARM_UP = 0.06  # share of the steps
# How far apart two right gradients may be, relative to their size. A wrong mask is off by far more than any rounding; those of
# two attentions in bfloat16 are as far apart as either is from float32: some 0.1.
_ROUNDING, _ATTENTION_ROUNDING = 0.02, 0.25


@dataclass(frozen=True)
class Held:
    """What checkpoints are chosen by: validation rows and how their answers are generated."""

    chat: Chat
    rows: Sequence[Row]
    limits: Limits


class DocgenTrainer(SFTTrainer):
    """TRL's trainer on rows in tokens, with evaluations that generate. `held` None: nothing is evaluated."""

    def __init__(
        self,
        *args: Any,
        held: Held | None,
        lengths: Sequence[int],
        settings: TrainSettings,
        weights: Sequence[float] | None = None,
        thaw: Thaw | None = None,
        **options: Any,
    ) -> None:
        self._held, self.lengths, self.settings, self._weights = held, lengths, settings, weights
        self.drift: Drift | None = None  # of an adapter that is gone on from
        self._thaw, self._fused, self._is_plain, self._is_fitted = thaw, False, False, False
        super().__init__(*args, **options)
        keep_unpacked(self.model)
        for parameter in self.model.parameters():
            if parameter.requires_grad:  # TRL casts them to bfloat16, and a resumed run back to float32
                parameter.data = parameter.data.float()
        self.remove_callback(PrinterCallback)
        self.remove_callback(ProgressCallback)
        for callback in self.callback_handler.callbacks:
            if isinstance(callback, TensorBoardCallback) and callback.logging_dir is None:
                callback.logging_dir = str(Path(self.args.output_dir).parent / TRACKED)  # checkpoints go when the run ends

    def compute_loss(
        self, model: Any, inputs: dict[str, torch.Tensor], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """The mean loss of an optimiser step's answer tokens, of which this batch gives its part."""
        with attending_plainly(self.accelerator.unwrap_model(model).get_base_model(), self._is_plain):
            total = summed_loss(model, inputs, self.prompt_weight, fused=self._fused)
        if num_items_in_batch is None:
            return total / (inputs["labels"] != IGNORED).sum().clamp(min=1)
        # The count is that of all processes, and the gradients of all are averaged.
        return total / num_items_in_batch * self.accelerator.num_processes

    def training_step(self, *args: Any, **options: Any) -> torch.Tensor:
        """A pass forward and back; layers that are still frozen learn nothing from it."""
        loss: torch.Tensor = super().training_step(*args, **options)
        if self._thaw is not None:
            self._thaw.forget(self.model, self.state.global_step / max(1, self.state.max_steps))
        return loss

    @property
    def patience(self) -> int:
        """The evaluations without a better metric that end the run; 0 where none do."""
        return self.settings.patience

    @property
    def prompt_weight(self) -> float:
        """How much a prompt's token counts beside an answer's."""
        return self.settings.prompt_weight

    def fit_to_device(self) -> None:
        """Takes the fastest way to the loss that was found to give what the stock one gives."""
        if self._is_fitted:
            return
        self._is_fitted = True
        batch = first_batch(self)
        trainable = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        was_training = self.model.training
        self.model.eval()  # without dropout all ways must agree
        try:
            _set_lean(self.model, False)
            stock = outcome(lambda: _stock_loss(self, batch), trainable)
            # Where the output layer is spread over processes it answers inside the model only.
            for is_lean, is_fused in ((True, not self.is_fsdp_enabled), (True, False), (False, False)):
                _set_lean(self.model, is_lean)
                self._fused = is_fused
                if self._own(batch, trainable).is_equal(stock, _ROUNDING):
                    break
            on_cpu = self.model.device.type == "cpu" and not self.args.activation_checkpointing  # that attends once more later
            self._is_plain = on_cpu and max(self.lengths) <= LONGEST
            self._is_plain = self._is_plain and self._own(batch, trainable).is_equal(stock, _ATTENTION_ROUNDING)
        finally:
            self.model.train(was_training)

    def _own(self, batch: dict[str, torch.Tensor], trainable: Sequence[torch.nn.Parameter]) -> Outcome:
        return outcome(lambda: _own_loss(self, batch), trainable)

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> LRScheduler:
        """A cosine after a short rise, whose first step learns: in transformers' own it has a rate of 0, and a checkpoint of it
        is the base."""
        made: LRScheduler | None = self.lr_scheduler  # type: ignore[has-type]  # transformers sets it without a type
        if made is None:
            warm_up = self.args.get_warmup_steps(num_training_steps)
            rate = partial(rate_share, warm_up=warm_up, total=num_training_steps)
            made = self.lr_scheduler = LambdaLR(self.optimizer if optimizer is None else optimizer, rate)
            self._created_lr_scheduler = True
        return made

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroups:
        arguments = self.args
        batch = arguments.train_batch_size * arguments.gradient_accumulation_steps * self.accelerator.num_processes
        return LengthGroups(self.lengths, batch, self.settings.seed, self._weights)

    def evaluation_loop(self, *args: Any, metric_key_prefix: str = "eval", **options: Any) -> EvalLoopOutput:
        """Generates an answer for each held-out row and scores it. The loss that transformers would give is a mean of
        batches, and so changes with their order; ours is a mean of tokens. Draws nothing at random."""
        if self._held is None:
            raise RuntimeError("a trainer without held-out rows was asked to evaluate")
        self.model.eval()  # and it stays so until the next step: TRL tells by it what it is logging
        among = Among(self.args.process_index, self.args.world_size)
        scored = score_model(self.model, self._held.chat, self._held.rows, self._held.limits, among=among)
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


def rate_share(step: int, warm_up: int, total: int) -> float:
    """The share of the peak rate that a step has, counted from 0: a straight rise, then half a cosine down to nothing."""
    if step < warm_up:
        return (step + 1) / warm_up
    return max(0.0, (1 + math.cos(math.pi * (step - warm_up) / max(1, total - warm_up))) / 2)


# Making one --------------------------------------------------------------------------------------------------------------


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
    """A trainer ready to run, its checkpoints in `folder`. The model is changed: it gets the adapter.

    Raises InputError where the settings freeze layers that the base has not, or all that it has.
    """
    arguments = _arguments(settings, steps, folder, evaluates=held is not None)
    callbacks: list[Any] = [Announcer(progress)]
    if held and settings.patience:
        callbacks.append(Patience(settings.patience))
    return DocgenTrainer(
        model=model,
        args=arguments,
        train_dataset=dataset(rows),
        eval_dataset=dataset(held.rows) if held else None,
        processing_class=chat.tokenizer,
        peft_config=_adapter(model, settings),
        callbacks=callbacks,
        held=held,
        lengths=rows.lengths,
        settings=settings,
        weights=rows.weights_by(settings.balance),
        thaw=Thaw(_layers(model), settings.unfreeze) if settings.unfreeze else None,
    )


def _adapter(model: PreTrainedModel, settings: TrainSettings) -> LoraConfig:
    names = linear_layers(model)
    only: list[int] | None = None
    if settings.freeze:
        layers = _layers(model)
        if settings.freeze >= layers:
            what = f"freezing {settings.freeze} layers of a base that has {layers}"
            raise InputError(what, "train.freeze", f"freeze at most {layers - 1}")
        if isinstance(names, str):
            raise InputError("this base's layers cannot be told apart by name", "train.freeze", "freeze none of them")
        only = list(range(settings.freeze, layers))
    adapter = LoraConfig(
        r=settings.rank,
        lora_alpha=int(settings.alpha) if settings.alpha.is_integer() else settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=names,
        layers_to_transform=only,
        use_rslora=settings.rslora,
        use_dora=settings.dora,
        task_type="CAUSAL_LM",
    )
    if model.device.type == "cpu":
        adapter._register_custom_module({torch.nn.Linear: LeanLinear})
    return adapter


def _layers(model: PreTrainedModel) -> int:
    """The number of a model's blocks."""
    numbers = [number for name, _ in model.named_modules() if (number := layer_of(name)) is not None]
    return max(numbers, default=-1) + 1


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
        weight_decay=settings.weight_decay,
        neftune_noise_alpha=settings.neftune or None,
        lr_scheduler_type="cosine",
        warmup_steps=_WARM_UP,
        activation_checkpointing=steps.checkpointing,
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
        report_to=list(settings.report_to) or "none",
        run_name=folder.parent.name,
        disable_tqdm=True,
        dataloader_pin_memory=False,
        ddp_find_unused_parameters=False,
    )
    if arguments.n_gpu > 1 and arguments.world_size == 1:
        arguments._n_gpu = 1  # the model lies on the first; transformers would copy it to all of them
    return arguments


# Running it --------------------------------------------------------------------------------------------------------------


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
    # Read first: the run itself removes older checkpoints.
    before = TrainerState.load_from_json(str(checkpoint / STATE)).num_input_tokens_seen if checkpoint else 0
    began = time.monotonic()
    if checkpoint and is_exhausted(state := TrainerState.load_from_json(str(checkpoint / STATE)), trainer.patience):
        trainer.state = state  # it had come to its end
        return Trained(0.0, 0, False)
    trainer.fit_to_device()
    set_seed(seed)  # whatever was drawn before, the run draws the same
    with interruption.caught():
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    is_cut = interruption.arrived and trainer.state.global_step < trainer.state.max_steps
    return Trained(time.monotonic() - began, trainer.state.num_input_tokens_seen - before, is_cut)


def load_best(trainer: DocgenTrainer, folder: Path) -> dict[str, JSON]:
    """Puts the best checkpoint's weights into the model, and tells its step and metric. Without evaluations the last ones stay.

    Raises DocgenError where the training ran away.
    """
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    if any(not math.isfinite(loss) for loss in losses):
        raise DocgenError(f"{RAN_AWAY}: its loss is no number any more", str(folder), "lower --learning-rate, and train again")
    step, metric = trainer.state.best_global_step, trainer.state.best_metric
    if step is None or metric is None:
        return {"step": trainer.state.global_step}
    load_weights(trainer, folder / f"checkpoint-{step}")
    return {"step": step, "metric": SELECTION, "value": round(metric, 4)}


def load_weights(trainer: DocgenTrainer, folder: Path) -> None:
    """Puts an adapter's weights into the model."""
    set_peft_model_state_dict(trainer.model, load_file(folder / WEIGHTS, device=str(trainer.model.device)))


# The way to the loss -----------------------------------------------------------------------------------------------------


def first_batch(trainer: DocgenTrainer, rows: int = 2) -> dict[str, torch.Tensor]:
    """The shortest rows of the training set as the model takes them."""
    shortest = sorted(range(len(trainer.lengths)), key=lambda number: (trainer.lengths[number], number))
    return batch_of(trainer, shortest[:rows])


def batch_of(trainer: DocgenTrainer, numbers: Sequence[int]) -> dict[str, torch.Tensor]:
    """Some rows of the training set as the model takes them."""
    found = [trainer.train_dataset[number] for number in numbers]
    return {name: value.to(trainer.model.device) for name, value in trainer.data_collator(found).items()}


def _own_loss(trainer: DocgenTrainer, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    with trainer.compute_loss_context_manager():
        return trainer.compute_loss(trainer.model, batch)


def _stock_loss(trainer: DocgenTrainer, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The mean loss of the answers by the model's own logits, all of them; of the prompts too, where they count."""
    with trainer.compute_loss_context_manager():
        found = trainer.model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False)
    tokens, labels, mask = (batch[name][:, 1:] for name in ("input_ids", "labels", "attention_mask"))
    losses = torch.nn.functional.cross_entropy(found.logits[:, :-1].float().transpose(1, 2), tokens, reduction="none")
    asked = labels != IGNORED
    weights = asked + trainer.prompt_weight * (mask * ~asked)
    return (losses * weights).sum() / asked.sum()


def _set_lean(model: torch.nn.Module, value: bool) -> None:
    for module in model.modules():
        if isinstance(module, LeanLinear):
            module.is_lean = value
