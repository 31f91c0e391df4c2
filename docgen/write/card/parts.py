"""What the parts of a card share: what people wrote in it, and tables of a label and a value.

In: the entry of a model or dataset, and its card as it is. Out: `Written`, and renderers made from rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docgen.brief import shown
from docgen.document import Document
from docgen.facts import JSON, Entry, Fact
from docgen.files import read_text
from docgen.front_matter import is_on_hub, parse_fields
from docgen.write.markdown import Region, cell, code, table


@dataclass(frozen=True)
class Written:
    """What people wrote in a card: the fields of its front matter and its headings, and the file name of the card's picture."""

    fields: Mapping[str, JSON] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    picture: str = "training-curves.svg"

    @classmethod
    def in_document(cls, document: Path) -> Written:
        """What people wrote in `document`, outside docgen's own regions; nothing where it is not there."""
        picture = cls.picture if document.name == "README.md" else f"{document.stem}-curves.svg"
        if not document.is_file():
            return cls(picture=picture)
        parsed = Document.parse(read_text(document).text, str(document))
        front = "".join(part.source for part in parsed.human if part.in_front_matter)
        fields = parse_fields("".join(front.splitlines(keepends=True)[1:-1]), str(document)) if front else {}
        return cls(fields, tuple(item.heading.casefold() for item in parsed.headed_sections()), picture)


Renderer = Callable[[Entry, Written], Region | None]
Row = tuple[str, str, str]
"""The label and the fact of a row, and its form: `#` stands for the value."""
HUB = "https://huggingface.co/"


def is_dataset(entry: Entry) -> bool:
    """Whether the entry is about rows, not about a model."""
    return entry.get("format") == "dataset"


def is_docgen_adapter(entry: Entry) -> bool:
    """Whether docgen train made this model: its record is there."""
    return any(True for _ in entry.under("docgen"))


def is_docgen_base(entry: Entry) -> bool:
    """Whether docgen base build made this model: the record of its training is there."""
    return any(True for _ in entry.under("pretraining"))


def fact_table(wanted: Sequence[Row], header: tuple[str, str]) -> Renderer:
    """A renderer of a table with a row for each fact that is there; none where no fact is."""

    def render(entry: Entry, written: Written) -> Region | None:
        found = ((label, _declared_or_read(entry, name), form) for label, name, form in wanted)
        facts = [(label, fact, form) for label, fact, form in found if fact is not None]
        if not facts:
            return None
        lines = [(label, cell(form.replace("#", _value(fact, entry)))) for label, fact, form in facts]
        return Region(table(header, lines), tuple(fact for _, fact, _ in facts))

    return render


def _declared_or_read(entry: Entry, name: str) -> Fact | None:
    """The fact of a row. What a model is for is what people say; what it was made from is what its files say, if they do."""
    declared = {"task": "card.pipeline_tag", "base_model": "card.base_model"}.get(name, "")
    names = (declared, name) if name == "task" else (name, declared)
    return next((fact for candidate in names if candidate and (fact := entry.fact(candidate)) is not None), None)


def _value(fact: Fact, entry: Entry) -> str:
    """A fact's value in a table: names as code, Hub names as links, text words as they are."""
    if fact.name in ("base_model", "card.base_model"):
        name = str(fact.value)
        return _hub_link(name) if is_on_hub(entry) else code(name)
    if fact.name == "adapter.type":
        return "LoRA" if fact.value == "LORA" else shown(fact.value)
    if fact.name in ("parameters.total", "weights.elements") and isinstance(fact.value, int):
        return f"{fact.value:,}"
    if fact.name == "training.peak_learning_rate":
        return f"{fact.value:.4g}"
    if isinstance(fact.value, int) and not isinstance(fact.value, bool) and 10_000 <= fact.value < 1_000_000:
        return f"{fact.value:,}"
    if isinstance(fact.value, dict):
        if len(fact.value) == 1 and fact.name == "parameters.dtypes":
            return code(next(iter(fact.value)))
        return ", ".join(f"{shown(count)} {code(kind)}" for kind, count in fact.value.items())
    if isinstance(fact.value, list):
        separator = " × " if fact.name == "image_size" else ", "
        return separator.join(code(item) if isinstance(item, str) else shown(item) for item in fact.value)
    return shown(fact.value)


def _hub_link(name: str) -> str:
    return f"[{code(name)}]({HUB}{name})" if re.fullmatch(r"[\w.-]+/[\w.-]+", name) else code(name)
