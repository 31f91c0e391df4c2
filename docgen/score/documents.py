"""Documents scored: the claims of their sections against facts, and their texts against references.

In: documents, references, what must hold. Out: a ScoreReport. What could not be paired or scored is counted and named: a score
of the rest alone would look complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docgen.report import InputError
from docgen.score.concluding import Conclusion
from docgen.score.report import ScoreReport
from docgen.score.scored import scored
from docgen.score.sections import Pairing, collect, shown
from docgen.score.suspicions import suspicions
from docgen.settings import Settings


def score_documents(
    documents: Sequence[Path],
    *,
    reference: Path | None,
    root: Path,
    settings: Settings,
    pairing: Pairing = "section",
    update_baseline: bool = False,
) -> ScoreReport:
    """The scores of documents (files, or folders of Markdown; without any, all that have a ledger): the claims of their
    sections against facts, and with `reference` (a folder of the same paths, or one file) the texts of those sections, or with
    the pairing `document` each document as one text.

    The settings say what must hold; `update_baseline` writes the baseline instead of comparing. Raises InputError where there
    is nothing to score or to compare with, BaselineError where the baseline was made in another way.
    """
    conclusion = Conclusion(settings.score, root, update_baseline)
    gate = conclusion.gate()
    found = collect(documents, reference, root, settings, pairing)
    where = shown(found.paths[0], root) if len(found.paths) == 1 else shown(root, root)
    result = scored("all", found.items, of_documents=True)
    if not result.is_judged:
        what = f"nothing to score in {counted(len(found.paths), 'document')}: no section has facts or a reference"
        raise InputError(what, where, "give --reference, or put the documents under check with docgen write or docgen track")
    noun = "section" if pairing == "section" else "text"
    title = f"{counted(len(found.paths), 'document')}, {counted(len(found.items), noun)}"
    return conclusion.report(title, [result], gate, where, notes=(*found.notes, *suspicions(found.items)))


def counted(number: int, noun: str) -> str:
    """`1 document`, `2 documents`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
