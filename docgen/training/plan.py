"""What a run will do, told before it begins: rows, tokens, steps, time and memory.

In: a trainer that has not run, and what was read for it. Out: a `Plan` with its numbers and its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docgen.settings import TrainSettings
from docgen.training.adapter import peak_memory
from docgen.training.rows import Rows
from docgen.training.timing import seconds_a_step, seconds_an_answer, try_longest
from docgen.training.trainer import DocgenTrainer, Held


@dataclass(frozen=True)
class Plan:
    """The numbers of a run. `seconds` are those of the steps alone, `evaluation_seconds` those of all answers that are written
    and scored: at each evaluation the validation rows, before and after the run those of the split that is scored."""

    rows: int
    tokens: int
    longest: int
    validation_rows: int
    left_out: int
    epochs: float
    learning_rate: float
    steps: int
    seconds: float
    evaluation_seconds: float
    peak_memory_bytes: int
    drawn: Mapping[str, float]

    @staticmethod
    def of(trainer: DocgenTrainer, settings: TrainSettings, rows: Rows, validation: Held, scored: Held, left_out: int) -> Plan:
        """The plan of a run, by doing two steps of it, a pass with its longest rows and a few answers."""
        seconds = seconds_a_step(trainer) * trainer.args.max_steps
        try_longest(trainer)
        times = -(-trainer.args.max_steps // trainer.args.eval_steps)
        answers = (times * len(validation.rows) + 2 * len(scored.rows)) / trainer.args.world_size
        an_answer = seconds_an_answer(trainer, validation if validation.rows else scored) if answers else 0.0
        return Plan(
            rows=len(trainer.lengths),
            tokens=sum(trainer.lengths),
            longest=max(trainer.lengths),
            validation_rows=len(validation.rows),
            left_out=left_out,
            epochs=settings.epochs,
            learning_rate=settings.learning_rate,
            steps=trainer.args.max_steps,
            seconds=round(seconds, 3),
            evaluation_seconds=round(an_answer * answers, 3),
            peak_memory_bytes=peak_memory(),
            drawn=rows.drawn(settings.balance),
        )

    def __str__(self) -> str:
        by_weight = ", ".join(f"{name} {times:.1f}x" for name, times in self.drawn.items())
        head = f"plan: {_counted(self.rows, 'row')} of {self.tokens:,} tokens"
        times = f"{_counted(self.steps, 'step')} in about {_time(self.seconds)}"
        times += f", evaluations in about {_time(self.evaluation_seconds)}" if self.evaluation_seconds else ""
        memory = f", {self.peak_memory_bytes / 1e9:.1f} GB" if self.peak_memory_bytes else ""
        chosen = f"the checkpoint chosen by {_counted(self.validation_rows, 'validation row')}"
        parts = [
            f"{head}, {times}{memory}, {chosen if self.validation_rows else 'the last checkpoint kept: no validation rows'}",
            f"{_counted(self.epochs, 'epoch')} at {self.learning_rate:g}, the longest row {self.longest} tokens",
            *([f"{_counted(self.left_out, 'row')} left out"] if self.left_out else []),
            *([f"rows drawn by weight: {by_weight}"] if by_weight else []),
        ]
        return "; ".join(parts)


def _counted(number: float, what: str) -> str:
    return f"{number:,.10g} {what}" + ("" if number == 1 else "s")


def _time(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} hours"
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else _counted(max(1, round(seconds)), "second")
