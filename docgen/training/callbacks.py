"""What happens beside the training: it is announced, and it can be interrupted.

In: the trainer's events. Out: progress, an early end where nothing gets better, and a checkpoint where a signal asks for one.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from docgen.training.evaluation import SELECTION

Progress = Callable[..., None]


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


class Patience(TrainerCallback):
    """Ends a run whose metric has not risen for a while. It goes by the log alone, which a resumed run has too."""

    def __init__(self, evaluations: int) -> None:
        self._evaluations = evaluations

    def on_evaluate(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if is_exhausted(state, self._evaluations):
            control.should_training_stop = True


def is_exhausted(state: TrainerState, patience: int) -> bool:
    """Whether the last `patience` evaluations (0: any number) gave nothing as good as one before them."""
    values = [entry[f"eval_{SELECTION}"] for entry in state.log_history if f"eval_{SELECTION}" in entry]
    return 0 < patience < len(values) and max(values[-patience:]) < max(values[:-patience])


class Interruption(TrainerCallback):
    """Ctrl-C and termination wait for the end of the step, and a checkpoint is saved; a second Ctrl-C does not wait. Of several
    processes, all end at the step at which the first one heard of it."""

    def __init__(self) -> None:
        self.arrived = False

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if args.world_size > 1:  # the signal comes to each of them in its own time
            heard = torch.tensor(int(self.arrived), device=args.device)
            torch.distributed.all_reduce(heard, torch.distributed.ReduceOp.MAX)
            self.arrived = bool(heard)
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
