"""How a run is cut into steps.

In: the number of rows, the settings, the size of the model. Out: `Steps`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch

from docgen.report import InputError
from docgen.settings import TrainSettings

_SMALL, _MIDDLE = 100_000_000, 1_000_000_000  # parameters
_CPU_BATCH = 8  # rows that keep a core busy; more of them only take memory


@dataclass(frozen=True)
class Steps:
    """How a run is cut: rows in one pass through the model, passes to an optimiser step, steps in all, steps between
    evaluations; and whether passes forward are made again on the way back, which saves memory and costs time."""

    micro_batch: int
    accumulation: int
    total: int
    between: int
    checkpointing: bool = False

    @staticmethod
    def of(rows: int, settings: TrainSettings, parameters: int, processes: int = 1) -> Steps:
        """The steps for `rows` rows and a model of so many parameters: as many rows at once as such a model leaves memory
        for, and as keep the device busy.

        Raises InputError where the batch cannot be shared out among the `processes`.
        """
        own, rest = divmod(settings.batch_size, processes)
        if rest:
            what = f"a batch of {settings.batch_size} rows cannot be shared out among {processes} processes"
            raise InputError(what, "train.batch_size", f"use a multiple of {processes}")
        most = 1 if parameters >= _MIDDLE else 4 if parameters >= _SMALL else own
        if not torch.cuda.is_available():
            most = min(most, _CPU_BATCH)
        micro = max(size for size in range(1, own + 1) if own % size == 0 and size <= most)
        total = max(1, round(-(-rows // settings.batch_size) * settings.epochs))
        return Steps(micro, own // micro, total, -(-total // settings.evaluations), parameters >= _MIDDLE)


# Passes over so many rows at most: fewer over more. A judgement, not a measurement, but for 4 over some 260 rows.
_PASSES = ((1_000, 4.0), (5_000, 3.0), (20_000, 2.0), (math.inf, 1.0))


def chosen(settings: TrainSettings, rows: int, parameters: int) -> TrainSettings:
    """The settings with what they leave open: epochs by the number of rows, the learning rate by the size of the base."""
    epochs = settings.epochs or next(passes for most, passes in _PASSES if rows <= most)
    rate = settings.learning_rate or (2e-3 if parameters < _SMALL else 2e-4)
    return replace(settings, epochs=epochs, learning_rate=rate)
