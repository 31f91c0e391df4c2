"""Scores as plain text: a metric a row and a writer a column, then the slices, the worst texts and the signatures.

In: what was scored. Out: the text. One reason to change: how scores are read in a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from docgen.metrics import GROUPS, METRICS, ClaimScores, Score, Scores
from docgen.score.comparing import Compared
from docgen.score.items import Dimension
from docgen.score.scored import SEED, Scored, Slice, ordered
from docgen.score.statistics import described
from docgen.score.worst import Worst

KEY_METRICS = ("chrF", "ROUGE-L", "claims.precision", "claims.recall", "claims.F1", "completeness", "support", "contradicted")
_DIGITS = {"contradicted": 0, "length": 2}


@dataclass(frozen=True)
class Table:
    """`columns` side by side under `title`; of the first also the slices, the claims by kind, the `worst` texts and the
    signatures."""

    title: str
    columns: Sequence[Scored]
    compared: Sequence[Compared] = ()
    worst: Sequence[Worst] = ()
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        first = self.columns[0]
        parts = [f"{self.title}\n\n{aligned(list(self._rows()))}"]
        if self.compared:
            parts.append(aligned(list(_comparison(self.columns, self.compared))))
        parts += [aligned(list(slice_rows(dimension, slices))) for dimension, slices in first.slices.items()]
        if first.scores.claims.by_kind:
            parts.append(aligned(list(_claims(first.scores))))
        if self.worst:
            parts.append("\n".join(_worst(self.worst)))
        width = max(map(len, first.metrics), default=0)
        signatures = [f"  {name:<{width}}  {first.scores.metrics[name].signature}" for name in first.metrics]
        signatures += [f"  {'chance':<{width}}  {described(SEED)}"] if first.intervals or self.compared else []
        parts.append("\n".join(["signatures", *signatures]) if signatures else "")
        parts.append("\n".join(f"note: {note}" for note in self.notes))
        return "\n\n".join(part for part in parts if part)

    def _rows(self) -> Iterator[list[str]]:
        has_interval = bool(self.columns[0].intervals)
        head = ["", self.columns[0].name, *(["95 % interval"] if has_interval else [])]
        yield [*head, *(each.name for each in self.columns[1:])]
        counts = [f"{each.scores.n:,}" for each in self.columns]
        yield ["texts", counts[0], *([""] if has_interval else []), *counts[1:]]
        for name in METRICS:
            found = [each.scores.metrics.get(name) for each in self.columns]
            if any(found):
                interval = [between(name, self.columns[0].intervals.get(name))] if has_interval else []
                yield [name, shown(name, found[0]), *interval, *(shown(name, each) for each in found[1:])]


def shown(name: str, found: Score | float | None) -> str:
    """A metric's value with as many digits as say something; `-` for none."""
    if found is None:
        return "-"
    value = found.value if isinstance(found, Score) else found
    return f"{value:.{_DIGITS.get(name, 1)}f}"


def between(name: str, interval: tuple[float, float] | None) -> str:
    """An interval of a metric: `35.1 to 40.2`."""
    return f"{shown(name, interval[0])} to {shown(name, interval[1])}" if interval else ""


def slice_rows(dimension: Dimension, slices: Mapping[str, Slice]) -> Iterator[list[str]]:
    """A row for each slice, with the metrics that tell most."""
    names = ordered(_key_metrics(slices.values()))
    yield [f"by {dimension}", "texts", *names]
    for part, own in slices.items():
        yield [f"  {part}", str(own.texts), *(shown(name, own.metrics.get(name)) for name in names)]


def _key_metrics(slices: Iterable[Slice]) -> set[str]:
    return {name for own in slices for name in own.metrics if name in KEY_METRICS}


def _comparison(columns: Sequence[Scored], compared: Sequence[Compared]) -> Iterator[list[str]]:
    first, second = columns[0].name, compared[0].against
    yield [f"{first} minus {second}", "difference", "95 % interval", "p (bootstrap)", "p (randomisation)"]
    for each in compared:
        low, high = f"{each.low:+.1f}", f"{each.high:+.1f}"
        yield [
            f"  {each.metric}",
            f"{each.difference:+.1f}",
            f"{low} to {high}",
            _chance(each.p_bootstrap),
            _chance(each.p_randomisation),
        ]


def _chance(share: float) -> str:
    return "under 0.001" if share < 0.001 else f"{share:.3f}"


def _claims(scores: Scores) -> Iterator[list[str]]:
    """The claims by group, and all of them."""
    yield ["claims", *CLAIM_COLUMNS]
    yield from ([f"  {row[0]}", *row[1:]] for row in claim_rows(scores.claims))


CLAIM_COLUMNS = ("supported", "contradicted", "unknown", "stated of required", "precision", "recall", "F1")


def claim_rows(claims: ClaimScores) -> Iterator[list[str]]:
    """A row for each group of claims that has any, and one for all of them."""
    groups = [(group, claims.of(group)) for group in GROUPS]
    for group, own in [*(pair for pair in groups if pair[1].counts.total or pair[1].required), ("all", claims)]:
        counts = (own.counts.supported, own.counts.contradicted, own.counts.unknown)
        facts = f"{own.covered:,} of {own.required:,}" if own.required else "-"
        shares = (shown("claims.precision", share) for share in (own.precision, own.recall, own.f1))
        yield [group, *(f"{count:,}" for count in counts), facts, *shares]


def _worst(found: Sequence[Worst]) -> Iterator[str]:
    yield "worst texts"
    for each in found:
        values = ", ".join(f"{name} {shown(name, each.values[name])}" for name in ordered(each.values) if name in KEY_METRICS)
        yield f"  {place_of(each)}: {values}"
        yield from (f"    contradicted: {claim}" for claim in each.contradicted)
        yield from (f"    nothing bears out: {line}" for line in each.unsupported)
        if each.difference:
            yield f"    {each.difference}"


def place_of(each: Worst) -> str:
    """`docs/guide.md:12 (load > Introduction)`, or an item's key where it stands in no file."""
    item = each.item
    if not item.line:
        return item.key
    name = item.key.partition("#")[2]
    return f"{item.path}:{item.line}" + (f" ({name})" if name else "")


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines: the first column to the left, the others to the right, two blanks between them."""
    widths = [max(len(row[number]) for row in rows if number < len(row)) for number in range(max(map(len, rows)))]
    lines = []
    for row in rows:
        first, others = row[0].ljust(widths[0]), [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=False)]
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)
