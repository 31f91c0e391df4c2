"""A section's text held against its facts by the model that writes: a page of which line of a prompt makes which words likely.

In: a document, a section's key and a writer's folder. Out: an HTML file that asks for nothing from anywhere. It tells what a
model goes by, not what is true: that is for the claims, which need no model.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.document import Document, Section
from docgen.files import read_text
from docgen.page import Html, Page, Span, element, foreign, marked, paragraph
from docgen.report import InputError, MissingExtra
from docgen.settings import Settings
from docgen.write.targets import Targets
from docgen.writers import choose_writer

if TYPE_CHECKING:
    from docgen.writers.local.attribution import Attribution

_LEVELS = 4  # shades of the heat map
_FAINT = 0.05  # of the strongest influence: what is less is not shown


def attribution_page(document: Path, key: str, root: Path, settings: Settings) -> str:
    """The page of one section, by its key (`introduction:pkg.load`) or a part of it that fits one section only.

    Raises InputError for a section that is not there, and for a writer that is no model on this machine.
    """
    (job,) = Targets(root, settings, None, None, plain=False).jobs([str(document)])
    section = _section(Document.parse(read_text(document).text, str(document)), key, document)
    entry = job.facts.get(section.about)
    if entry is None:
        raise InputError(f"`{section.about}` is gone", f"{document}:{section.line}", "delete the section, or mend its marker")
    writer = choose_writer(settings.write.writer, settings)
    from docgen.writers.local import LocalWriter

    if not isinstance(writer, LocalWriter):
        fix = "name an adapter or a base on this machine with --writer"
        if settings.write.writer == "auto":
            raise MissingExtra("no model can run here", fix='pip install "docgen[llm]"')
        raise InputError(f"the writer `{settings.write.writer}` is no model on this machine", fix=fix)
    from docgen.writers.local.attribution import attribute

    found = attribute(writer.model, job.brief(entry, section.kind), section.text.strip())
    return str(_page(found, section, writer.name))


def _section(document: Document, key: str, path: Path) -> Section:
    found = [section for section in document.sections if section.key == key]
    found = found or [section for section in document.sections if key in section.key]
    if len(found) == 1:
        return found[0]
    keys = [section.key for section in document.sections]
    if found:
        what, fix = f"`{key}` fits {len(found)} sections", f"write one of {', '.join(section.key for section in found[:3])}"
    else:
        close = difflib.get_close_matches(key, keys, 1, 0.3) or keys[:1]
        what, fix = f"no section `{key}`", f"write {close[0]}" if close else "name a document that docgen wrote"
    raise InputError(what, str(path), fix)


def _page(found: Attribution, section: Section, writer: str) -> Page:
    page = Page(
        section.key, f"What {writer} rests this text on, by how much less likely each word is without a line of the prompt"
    )
    strongest = max((abs(weight) for row in found.weights for weight in row), default=0.0) or 1.0
    page.section("The text", element("p", foreign(found.text)))
    totals = [sum(row) for row in found.weights]
    order = sorted(range(len(found.lines)), key=lambda number: -totals[number])
    panels = [_line(found, number, totals[number], strongest) for number in order]
    note = "Darker words are likelier because of the line; a dotted underline marks words that it makes less likely."
    page.section("The lines of the prompt, the most telling first", paragraph(note), *panels)
    return page


def _line(found: Attribution, number: int, total: float, strongest: float) -> Html:
    """One line of the prompt over the text, shaded by what the line does to its words."""
    spans = []
    for word, start, weight in zip(found.words, found.starts, found.weights[number], strict=True):
        share = weight / strongest
        if abs(share) >= _FAINT:
            level = f"heat{min(_LEVELS, 1 + int(share * _LEVELS))}" if share > 0 else "cold"
            begin = start + len(word) - len(word.lstrip())
            spans.append(Span(begin, start + len(word.rstrip()), level, f"{weight:+.2f} nats"))
    name, _, value = found.lines[number].partition(": ")
    head = element("h3", foreign(name), *([element("span", " " + value, class_="quiet", dir="auto")] if value else []))
    return element(
        "div", head, element("p", marked(found.text, spans), dir="auto"), paragraph(f"{total:+.1f} nats in all"), class_="row"
    )
