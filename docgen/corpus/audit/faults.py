"""What can be wrong with a corpus: the one list of sorts, worst first, and a fault as the checks find it.

In: nothing. Out: `Sort`, with its stable code, what it means and what mends it; `Fault`, one of them in one place, which
becomes a Finding; `capped`, for printing. Checks find, this ranks: no check decides alone how bad it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.corpus.audit.rows import Row, file_of
from docgen.corpus.privacy import redacted
from docgen.corpus.store import Split
from docgen.page import Span
from docgen.report import Finding, Severity


@dataclass(frozen=True)
class Sort:
    """A sort of fault. `title` and `meaning` are for people who meet it for the first time."""

    code: str
    severity: Severity
    title: str
    meaning: str
    fix: str


_SORTS = (
    Sort(
        "corpus-secret",
        "error",
        "Secrets",
        "The row holds what looks like a password, key or token. A model can repeat what it was taught.",
        "delete the row, revoke the secret, and build the corpus again",
    ),
    Sort(
        "corpus-untrainable",
        "error",
        "Nothing to learn from",
        "The training split has no rows.",
        "docgen corpus build with more sources",
    ),
    Sort(
        "corpus-leak",
        "error",
        "Leaks between splits",
        "What is trained on is asked about again, so held-out scores promise more than the model can do.",
        "build the corpus again: it splits by source and keeps one of several like texts",
    ),
    Sort(
        "corpus-contradiction",
        "error",
        "Texts against their own facts",
        "The text states another value than the facts beside it. A model learns from it to ignore facts.",
        "correct the document, or delete the row",
    ),
    Sort(
        "corpus-label",
        "review",
        "Likely wrong labels",
        "A classifier that has not seen the row's source is surer of another label than of the row's own.",
        "correct `kind` and `heading` of the row, or map its heading under [labels] in the settings",
    ),
    Sort(
        "corpus-personal",
        "review",
        "Personal data",
        "The row names a person, an address or a machine of somebody's own.",
        "docgen corpus build --personal mask",
    ),
    Sort(
        "corpus-answers",
        "review",
        "Several texts for one Brief",
        "The same order has different answers: a model can only learn their average.",
        "keep the best text",
    ),
    Sort(
        "corpus-duplicate",
        "review",
        "Repeated rows",
        "The same text stands more than once about the same thing, and counts more than once in training.",
        "keep one of them",
    ),
    Sort(
        "corpus-empty",
        "review",
        "Empty splits",
        "Without validation no checkpoint can be chosen, without test nothing can be scored.",
        "docgen corpus build with more sources",
    ),
    Sort(
        "corpus-near-duplicate",
        "note",
        "Nearly repeated texts",
        "Texts of one split differ by a few words only.",
        "keep the best of them; docgen corpus build does so unless --keep near-duplicate",
    ),
    Sort(
        "corpus-unsupported",
        "note",
        "Statements without support",
        "Less than half of what the text says stands in its facts. Too many such rows teach a model to invent.",
        "add what is missing to the docstring, shorten the text, or delete the row",
    ),
    Sort(
        "corpus-length",
        "note",
        "Unusual lengths",
        "Far shorter or longer than other texts with the same label.",
        "mend the text or delete the row",
    ),
    Sort(
        "corpus-wording",
        "note",
        "Loaded wording",
        "Words that leave readers out or talk down to them; a model picks them up.",
        "use the other word",
    ),
    Sort(
        "corpus-license",
        "note",
        "Unknown licences",
        "Nobody has recorded on what terms the text may be used, so the adapter's card cannot say it.",
        "add a LICENSE to the source and build the corpus again",
    ),
    Sort(
        "corpus-imbalance",
        "note",
        "Rare labels",
        "A label with few rows is learnt last and badly.",
        "add documents with such sections, or docgen corpus build --balance label",
    ),
    Sort(
        "corpus-dominance",
        "note",
        "One source above all",
        "Most training rows come from one source, whose style and subjects the model takes for the norm.",
        "add other sources, or docgen corpus build --balance source",
    ),
)
SORTS = {sort.code: sort for sort in _SORTS}
PRIVATE = frozenset(("corpus-secret", "corpus-personal"))  # of a row with such a fault nothing is quoted
_RANK = {code: rank for rank, code in enumerate(SORTS)}


@dataclass(frozen=True)
class Fault:
    """One fault of the sort `code`: in a row, or in a split where it lies in no row. `badness` ranks faults of one sort;
    `spans` are the passages of the row's text that it is about."""

    code: str
    message: str
    row: Row | None = None
    split: Split = "train"
    badness: float = 0.0
    spans: tuple[Span, ...] = ()
    fix: str = ""

    def finding(self, corpus: Path) -> Finding:
        """The fault as reports print it."""
        sort, fix = SORTS[self.code], self.fix or SORTS[self.code].fix
        if self.row is None:
            return Finding(self.code, sort.severity, str(file_of(corpus, self.split)), 1, "", self.message, fix)
        row = self.row
        message = f"{self.message} (from {self.document})" if self.document else self.message
        return Finding(self.code, sort.severity, str(file_of(corpus, row.split)), row.line, row.kind, message, fix)

    @property
    def document(self) -> str:
        """Where the row's text was read, without the secrets and names that a path can hold; empty where nobody knows."""
        return redacted(self.row.document) if self.row else ""


def ranked(faults: Iterable[Fault]) -> list[Fault]:
    """Faults worst first: by sort, and within one by how bad they are."""
    return sorted(
        faults,
        key=lambda fault: (
            _RANK[fault.code],
            -fault.badness,
            fault.row.split if fault.row else fault.split,
            fault.row.line if fault.row else 0,
            fault.message,
        ),
    )


def capped(findings: Sequence[Finding], most: int | None) -> Iterator[str]:
    """The lines of findings, at most so many of each code, and how many more there are; None for all."""
    counts, seen = Counter(finding.code for finding in findings), Counter[str]()
    for finding in findings:
        seen[finding.code] += 1
        if most is None or seen[finding.code] <= most:
            yield str(finding)
        elif seen[finding.code] == counts[finding.code]:
            yield f"{finding.code}: {counts[finding.code] - most} more; --all prints them"
