"""Writers scored on a split of a corpus: by its references and facts, and against each other on the same texts.

In: writers and examples. Out: a ScoreReport. The first writer is judged; the second, where there is one, is what it is compared
with; others only stand beside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from docgen.brief import Brief
from docgen.corpus.store import Example
from docgen.facts import JSON
from docgen.metrics import Answer
from docgen.report import InputError
from docgen.score.answering import Writer, answers_of
from docgen.score.comparing import Compared, compared
from docgen.score.concluding import Conclusion
from docgen.score.documents import counted
from docgen.score.items import Item
from docgen.score.report import ScoreReport, values_of
from docgen.score.scored import Scored, scored
from docgen.score.sections import unused
from docgen.score.suspicions import suspicions
from docgen.settings import Settings


class Answered(Protocol):
    """A Brief with its right answer and where that comes from: an example of a corpus."""

    @property
    def brief(self) -> Brief: ...

    @property
    def text(self) -> str: ...

    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class Split:
    """The examples of one split of the corpus called `name`."""

    name: str
    split: str
    examples: Sequence[Answered]

    def __str__(self) -> str:
        return f"{self.name}, {self.split}: {counted(len(self.examples), 'section')}"


def score_writer(
    writer: Writer,
    split: Split,
    *,
    settings: Settings,
    root: Path,
    against: Writer | None = None,
    beside: Sequence[Writer] = (),
    update_baseline: bool = False,
    taught: Sequence[Example] | None = None,
    progress: Callable[[str], object] = lambda _: None,
) -> ScoreReport:
    """The scores of a writer on a split, compared with those of the writer `against`, and those of others `beside`; with the
    examples that it was `taught` with also what is wrong with its answers, and what to do about it.

    The settings say what must hold, and judge `writer` alone. Raises InputError without examples, DocgenError for a writer that
    does not give one text a Brief, BaselineError where the baseline was made in another way.
    """
    if not split.examples:
        what = f"no examples in {split.split} of {split.name}"
        raise InputError(what, split.name, "choose another split, or add sources to the corpus")
    conclusion = Conclusion(settings.score, root, update_baseline)
    gate = conclusion.gate()
    columns: list[Scored] = []
    for each in (writer, *([against] if against else []), *beside):
        progress(f"{each.name}: {counted(len(split.examples), 'section')}")
        name = unused(each.name, [column.name for column in columns])
        columns.append(scored(name, items_of(each, split.examples), is_detailed=not columns))
    comparison: list[Compared] = compared(columns[0], columns[1]) if against else []
    more: dict[str, JSON] = {"corpus": split.name, "split": split.split, "writer": writer.name}
    more["writers"] = {column.name: values_of(column.scores) for column in columns}
    notes = suspicions(columns[0].items)
    diagnosis = None
    if taught is not None:
        from docgen.score.debugging import diagnose  # only here: it brings writers along

        diagnosis = diagnose(columns[0].items, taught)
    return conclusion.report(
        str(split), columns, gate, split.name, comparison=comparison, diagnosis=diagnosis, notes=notes, more=more
    )


def items_of(writer: Writer, examples: Sequence[Answered]) -> list[Item]:
    """What a writer answers to each example."""
    texts = answers_of(writer, [example.brief for example in examples])
    found: dict[str, Item] = {}
    for example, text in zip(examples, texts, strict=True):
        key = unused(f"{example.source}:{example.brief.kind}:{example.brief.about}", found)
        found[key] = Item(Answer(key, example.brief, text, example.text), key, example.source, key)
    return list(found.values())
