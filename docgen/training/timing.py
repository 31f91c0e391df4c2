"""What a run costs, before it begins: the time of its steps and the memory of its longest rows, by doing two of them.

In: a trainer that has not run. Out: seconds and bytes. Leaves neither gradients nor a trace in the random state.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch

from docgen.training.trainer import DocgenTrainer, batch_of


def seconds_a_step(trainer: DocgenTrainer, repeats: int = 2) -> float:
    """The time of an optimiser step, measured on rows of typical length."""
    numbers = sorted(range(len(trainer.lengths)), key=lambda number: trainer.lengths[number])
    size = trainer.args.train_batch_size
    middle = max(0, len(numbers) // 2 - size // 2)
    typical = numbers[middle : middle + size]
    _passes(trainer, typical, 1)  # the first one warms up
    return _passes(trainer, typical, repeats) / repeats * trainer.args.gradient_accumulation_steps


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
