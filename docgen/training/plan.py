"""What a run will do, told before it begins: rows, tokens, steps, time and memory.

In: a trainer that has not run, and what was read for it. Out: a `Plan` with its numbers and its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docgen.settings import TrainSettings
from docgen.training.adapter import peak_memory
from docgen.training.rows import Rows
from docgen.training.timing import seconds_a_step, try_longest
from docgen.training.trainer import DocgenTrainer


@dataclass(frozen=True)
class Plan:
    """The numbers of a run. `seconds` are those of the steps alone, without evaluations."""

    rows: int
    tokens: int
    longest: int
    validation_rows: int
    left_out: int
    epochs: float
    learning_rate: float
    steps: int
    seconds: float
    peak_memory_bytes: int
    drawn: Mapping[str, float]

    @staticmethod
    def of(trainer: DocgenTrainer, settings: TrainSettings, rows: Rows, validation: int, left_out: int) -> Plan:
        """The plan of a run, by doing two steps of it and a pass with its longest rows."""
        seconds = seconds_a_step(trainer) * trainer.args.max_steps
        try_longest(trainer)
        return Plan(
            rows=len(trainer.lengths),
            tokens=sum(trainer.lengths),
            longest=max(trainer.lengths),
            validation_rows=validation,
            left_out=left_out,
            epochs=settings.epochs,
            learning_rate=settings.learning_rate,
            steps=trainer.args.max_steps,
            seconds=round(seconds, 3),
            peak_memory_bytes=peak_memory(),
            drawn=rows.drawn(settings.balance),
        )

    def __str__(self) -> str:
        by_weight = ", ".join(f"{name} {times:.1f}x" for name, times in self.drawn.items())
        head = f"plan: {self.rows} rows of {self.tokens:,} tokens, {self.steps} steps in about {_time(self.seconds)}"
        memory = f", {self.peak_memory_bytes / 1e9:.1f} GB" if self.peak_memory_bytes else ""
        parts = [
            f"{head}{memory}, the checkpoint chosen by {self.validation_rows} validation rows",
            f"{self.epochs:g} epochs at {self.learning_rate:g}, the longest row {self.longest} tokens",
            *([f"{self.left_out} rows left out"] if self.left_out else []),
            *([f"rows drawn by weight: {by_weight}"] if by_weight else []),
        ]
        return "; ".join(parts)


def _time(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} hours"
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
