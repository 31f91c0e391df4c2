"""What a corpus holds and what is wrong with it, worst first.

In: a corpus folder. Out: `Audit`, a Report that also prints itself as a page. Its sorts of faults, and what each means, are in
`faults`. An adapter learns a corpus's faults as readily as its style, and held-out scores hide leaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import field
from pathlib import Path

from docgen.corpus.audit import across
from docgen.corpus.audit.faults import PRIVATE, Fault, capped, ranked
from docgen.corpus.audit.labels import LabelCheck, Labels
from docgen.corpus.audit.labels import fault as label_fault
from docgen.corpus.audit.page import page
from docgen.corpus.audit.rows import Row, examples_of, read, texts_of
from docgen.corpus.audit.summary import summary, table
from docgen.corpus.audit.texts import Inspector
from docgen.corpus.duplicates import find
from docgen.corpus.record import read_record
from docgen.facts import JSON
from docgen.report import Report
from docgen.settings import CorpusSettings

__all__ = ["Audit", "audit", "page"]

MOST_SHOWN = 20  # findings of one code that are printed without --all
Progress = Callable[..., None]
_STEP = 1000  # rows between two words of progress


class Audit(Report):
    """The report of an audit: `faults` are its findings with what a page shows of them, in the same order. Printed as text it
    stops at `most` findings of a code (None: prints all); `is_strict` fails on what is to review too."""

    corpus: Path = Path()
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    labels: LabelCheck = field(default_factory=LabelCheck)
    wording: dict[tuple[str, str], int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    most: int | None = MOST_SHOWN
    is_strict: bool = False

    @property
    def exit_code(self) -> int:
        """1 where a finding is an error, or with `is_strict` something to review, else 0."""
        failing = {"error", "review"} if self.is_strict else {"error"}
        return int(any(finding.severity in failing for finding in self.findings))

    @property
    def in_short(self) -> str:
        """`432 rows: 0 errors, 3 to review, 84 notes`."""
        counts = Counter(finding.severity for finding in self.findings)
        found = f"{counts['error']:,} errors, {counts['review']:,} to review, {counts['note']:,} notes"
        return f"{len(self.rows):,} rows: {found}"

    def render(self, style: str) -> str:
        """The audit as `text`, as one page of `html`, or in another format of reports."""
        if style == "html":
            return page(self)
        return "\n".join(self._lines()) if style == "text" else super().render(style)

    def _lines(self) -> Iterator[str]:
        yield from capped(self.findings, self.most)
        if self.labels.reason:
            yield f"labels were not checked: {self.labels.reason}"
        yield from (self.table, "", self.in_short)


def audit(
    corpus: Path,
    settings: CorpusSettings | None = None,
    *,
    most: int | None = MOST_SHOWN,
    strict: bool = False,
    progress: Progress = lambda *_: None,
) -> Audit:
    """What is in the corpus and what is wrong with it. Raises InputError for a folder that is none or a bad row (file:line)."""
    settings = settings or CorpusSettings()
    rows, faults, labels, inspector = [], [], Labels(), Inspector(settings)
    for row, example in read(corpus):
        rows.append(row)
        faults += inspector.faults(row, example)
        labels.add(example)
        if len(rows) % _STEP == 0:
            progress("looking at rows", len(rows))
    progress(f"comparing {len(rows)} rows")
    faults += _across(corpus, rows, settings.near_duplicate)
    progress("judging labels")
    judged = labels.judged(rows)
    private = {fault.row for fault in faults if fault.code in PRIVATE}
    suspects = [suspect for suspect in judged.suspects if rows[suspect.number] not in private]
    suspected = [rows[suspect.number] for suspect in suspects]
    examples = examples_of(corpus, suspected)
    faults += [label_fault(*found) for found in zip(suspects, suspected, examples, strict=True)]
    record = read_record(corpus)
    ordered = ranked(faults)
    return Audit(
        command="corpus audit",
        findings=tuple(fault.finding(corpus) for fault in ordered),
        summary=summary(rows) | _checked(judged, ordered),
        table=table(rows),
        corpus=corpus,
        rows=tuple(rows),
        faults=tuple(ordered),
        labels=judged,
        wording=dict(inspector.wording.most_common()),
        removed=dict(record.removed) if record else {},
        most=most,
        is_strict=strict,
    )


def _across(corpus: Path, rows: list[Row], threshold: float) -> Iterator[Fault]:
    """What shows beside other rows only."""
    yield from across.empty(rows)
    duplicates = find(texts_of(corpus), threshold)
    yield from across.leaked(corpus, rows, duplicates)
    yield from across.repeated(rows, duplicates)
    yield from across.answered_twice(rows)
    yield from across.odd_lengths(rows)
    yield from across.unlicensed(rows)
    yield from across.rare_labels(rows)
    yield from across.dominant(rows)


def _checked(labels: LabelCheck, faults: list[Fault]) -> dict[str, JSON]:
    """What the findings come to, and how far the check of labels can be trusted."""
    counts: dict[str, JSON] = dict(Counter(fault.code for fault in faults))
    checked: dict[str, JSON] = {"rows": labels.checked, "macro_f1": round(labels.agreement, 3), "skipped": labels.reason}
    return {"findings": counts, "label_check": checked}
