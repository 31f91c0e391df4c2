"""What a run costs, before it begins: the time of its steps and answers and the memory of its longest rows, by doing a few.

In: a trainer that has not run. Out: seconds and bytes. Leaves neither gradients nor a trace in the random state.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch

from docgen.training.evaluation import score_model
from docgen.training.trainer import DocgenTrainer, Held, batch_of

_ANSWERED = 16  # rows: they answer side by side, so one alone would take as long


def seconds_a_step(trainer: DocgenTrainer, repeats: int = 2) -> float:
    """The time of an optimiser step, measured on rows of typical length."""
    numbers = sorted(range(len(trainer.lengths)), key=lambda number: trainer.lengths[number])
    size = trainer.args.train_batch_size
    middle = max(0, len(numbers) // 2 - size // 2)
    typical = numbers[middle : middle + size]
    _passes(trainer, typical, 1)  # the first one warms up
    return _passes(trainer, typical, repeats) / repeats * trainer.args.gradient_accumulation_steps


def seconds_an_answer(trainer: DocgenTrainer, held: Held) -> float:
    """The time that writing and scoring one held-out section takes, measured on some from all over; 0 without rows."""
    if not held.rows:
        return 0.0
    places = sorted({number * len(held.rows) // _ANSWERED for number in range(_ANSWERED)})
    was_training, began = trainer.model.training, time.monotonic()
    score_model(trainer.model, held.chat, [held.rows[place] for place in places], held.limits)
    trainer.model.train(was_training)
    return (time.monotonic() - began) / len(places)


def try_longest(trainer: DocgenTrainer) -> None:
    """One pass with the longest rows: what does not fit into memory shows at once, and the process's peak is the run's."""
    numbers = sorted(range(len(trainer.lengths)), key=lambda number: -trainer.lengths[number])
    _passes(trainer, numbers[: trainer.args.train_batch_size], 1)


def _passes(trainer: DocgenTrainer, numbers: Sequence[int], repeats: int) -> float:
    """The seconds of some passes forward and back on these rows."""
    trainer.fit_to_device()
    batch = batch_of(trainer, numbers)
    devices = [trainer.model.device] if trainer.model.device.type == "cuda" else []
    trainer.model.train()
    with torch.random.fork_rng(devices):
        began = time.monotonic()
        for _ in range(repeats):
            with trainer.compute_loss_context_manager():
                loss = trainer.compute_loss(trainer.model, batch)
            loss.backward()
        seconds = time.monotonic() - began
    trainer.model.zero_grad(set_to_none=True)
    return seconds
