"""Scores as a table of plain text: a metric a row, a writer or a label a column, the signatures below.

In: scores by column. Out: the text. One reason to change: how a score is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docgen.metrics import METRICS, Score, Scores


@dataclass(frozen=True)
class Table:
    """`columns` side by side under `title`; below them the claims by kind and the signatures of `detailed`, and `notes`."""

    title: str
    columns: Mapping[str, Scores]
    detailed: Scores | None = None
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        parts = [f"{self.title}\n\n{_aligned(list(self._rows()))}"]
        if self.detailed and self.detailed.claims.by_kind:
            parts.append(_aligned(list(_claims(self.detailed))))
        if self.detailed and self.detailed.metrics:
            width = max(map(len, self.detailed.metrics))
            lines = (f"  {name:<{width}}  {each.signature}" for name, each in _ordered(self.detailed.metrics))
            parts.append("\n".join(["signatures", *lines]))
        if self.notes:
            parts.append("\n".join(f"note: {note}" for note in self.notes))
        return "\n\n".join(parts)

    def _rows(self) -> Iterator[list[str]]:
        yield ["", *self.columns]
        yield ["sections", *(str(scores.n) for scores in self.columns.values())]
        for name in METRICS:
            found = [scores.metrics.get(name) for scores in self.columns.values()]
            if any(found):
                yield [name, *(_shown(name, each) for each in found)]


def _shown(name: str, found: Score | None) -> str:
    if found is None:
        return "-"
    digits = {"contradicted": 0, "length": 2}.get(name, 1)
    return f"{found.value:.{digits}f}"


def _claims(scores: Scores) -> Iterator[list[str]]:
    """The claims by kind, and all of them."""
    yield ["claims", "supported", "contradicted", "unknown"]
    for kind, counts in [*scores.claims.by_kind.items(), ("all", scores.claims.counts)]:
        yield [f"  {kind}", str(counts.supported), str(counts.contradicted), str(counts.unknown)]
    if scores.claims.required:
        yield ["required facts covered", f"{scores.claims.covered} of {scores.claims.required}"]


def _ordered(metrics: Mapping[str, Score]) -> Iterator[tuple[str, Score]]:
    return ((name, metrics[name]) for name in METRICS if name in metrics)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines: the first column to the left, the others to the right, two blanks between them."""
    widths = [max(len(row[number]) for row in rows if number < len(row)) for number in range(max(map(len, rows)))]
    lines = []
    for row in rows:
        first, others = row[0].ljust(widths[0]), [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=False)]
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)
