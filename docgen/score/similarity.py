"""How near the scored texts are to their references in meaning, where a model's folder was named.

In: a report and the folder. Out: the report with the mean similarity of each writer, or of the documents, in its notes and its
summary. It never gates: it is as good as the model, and nothing here can tell how good that is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import fmean

from docgen.facts import JSON
from docgen.score.report import ScoreReport


def likened(report: ScoreReport, folder: Path) -> ScoreReport:
    """The report with similarities. Raises InputError for a folder without a model."""
    from docgen.writers.local.embedding import Embedder  # only here: it brings torch along

    embedder = Embedder.load(folder)
    signature = embedder.metric.signature
    means: dict[str, JSON] = {}
    notes = []
    for column in report.columns:
        pairs = [(item.answer.text, item.answer.reference) for item in column.items]
        found = [value for value in embedder.similarities(pairs) if value is not None]
        if not found:
            notes.append(f"similarity of {column.name}: no text has a reference")
            continue
        means[column.name] = round(fmean(found), 2)
        notes.append(f"similarity of {column.name}: {fmean(found):.1f}, the mean of {len(found)} texts ({signature})")
    told: dict[str, JSON] = {"signature": signature, "means": means}
    return replace(
        report,
        summary=report.summary | {"similarity": told},
        table="\n".join(filter(None, [report.table, *notes])),
        notes=(*report.notes, *notes),
    )
