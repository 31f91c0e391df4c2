"""The end of every run: what the gate says, what is worst, and the run's place in the series, as one report.

In: what was scored and the settings. Out: a ScoreReport; a baseline or a line of the history is written on the way. One reason
to change: what every kind of run does with its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.facts import JSON
from docgen.score.comparing import Compared
from docgen.score.gate import Gate
from docgen.score.history import History, append, run_of
from docgen.score.report import ScoreReport, reported
from docgen.score.scored import Scored
from docgen.score.worst import worst
from docgen.settings import ScoreSettings

if TYPE_CHECKING:
    from docgen.score.debugging import Diagnosis


@dataclass(frozen=True)
class Conclusion:
    """What becomes of the numbers of a run: `settings` say what must hold, paths in them are relative to `root`."""

    settings: ScoreSettings
    root: Path
    update_baseline: bool = False

    def gate(self) -> Gate:
        """What must hold; InputError for settings that make no sense, before anything is scored."""
        part = self.settings
        baseline = self.root / part.baseline if part.baseline else None
        return Gate.of(part.fail_under, part.fail_under_mean, baseline, self.update_baseline, part.max_regression, self.root)

    def report(
        self,
        title: str,
        columns: Sequence[Scored],
        gate: Gate,
        where: str,
        *,
        comparison: Sequence[Compared] = (),
        diagnosis: Diagnosis | None = None,
        notes: Sequence[str] = (),
        lowest: Scored | None = None,
        more: dict[str, JSON] | None = None,
    ) -> ScoreReport:
        """The report on `columns`, of which the first is judged; findings on the whole are told at `where`. `lowest` has the
        candidates for the worst texts, where they are not among the first's."""
        first = columns[0]
        judged = gate.judge(first, where)
        headline = first.headline(self.settings.headline or "")
        past = self._history(first, where)
        worst_texts = worst(first if lowest is None else lowest, self.settings.worst, headline)
        return reported(
            title,
            columns,
            judged,
            comparison=comparison,
            worst=worst_texts,
            notes=(*notes, *past.notes),
            runs=past.runs,
            headline=headline,
            diagnosis=diagnosis,
            more=more,
        )

    def _history(self, found: Scored, name: str) -> History:
        """The series with this run added, where the settings name a file for it."""
        if not self.settings.history:
            return History(())
        values = {metric: each.value for metric, each in found.scores.metrics.items()}
        signatures = {metric: each.signature for metric, each in found.scores.metrics.items()}
        path = self.root / self.settings.history
        return append(path, run_of(name, found.scores.n, values, signatures, self.root))
