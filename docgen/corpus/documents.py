"""Documents of every format that a corpus is built from, as Markdown with its lines where they were.

In: a Markdown, reStructuredText or notebook file. Out: a `Document`, and the line of the file that each of its lines came from.
Only what the sections of a corpus need is translated: headings, names in code and prose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.document import Document
from docgen.facts import JSON
from docgen.files import read_text
from docgen.report import InputError

SUFFIXES = (".md", ".markdown", ".rst", ".ipynb")


@dataclass(frozen=True)
class Page:
    """A document with the line of its file (from 1) for each of its own lines."""

    document: Document
    lines: Sequence[int]

    def line(self, number: int) -> int:
        """The line of the file that holds line `number` of the document."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else number


def read_document(path: Path, shown: str) -> Page:
    """The document at `path`, called `shown` in messages.

    Raises InputError for what cannot be read, is no notebook, or holds a broken marker (file:line).
    """
    text = read_text(path).text
    if path.suffix.lower() == ".ipynb":
        written = list(_notebook_lines(text, shown))
        return Page(Document.parse("".join(f"{line}\n" for line, _ in written), shown), [number for _, number in written])
    if path.suffix.lower() == ".rst":
        text = markdown_of(text)
    return Page(Document.parse(text, shown), range(1, text.count("\n") + 2))


# Notebooks ---------------------------------------------------------------------------------------------------------------


def _notebook_lines(text: str, shown: str) -> Iterator[tuple[str, int]]:
    """The lines of the Markdown cells with their place in the file, a blank line after each cell."""
    try:
        notebook: JSON = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not a notebook: {error}", shown, "save it again from Jupyter") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise InputError("not a notebook of format 4: it has no `cells`", shown, "save it again with a current Jupyter")
    position = 0
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
            continue
        source = cell.get("source")
        joined = source if isinstance(source, str) else "".join(map(str, source)) if isinstance(source, list) else ""
        for line in joined.split("\n"):
            found = text.find(json.dumps(line, ensure_ascii=False)[1:-1], position) if line.strip() else position
            position = max(position, found)
            yield line, text.count("\n", 0, position) + 1
        yield "", text.count("\n", 0, position) + 1


# reStructuredText --------------------------------------------------------------------------------------------------------

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")
_ROLE = re.compile(r":[\w:.+-]+:`~?([^`]+)`")
_LITERAL = re.compile(r"``([^`]+(?:`[^`]+)*)``")
_LINK = re.compile(r"`([^`<]+?)\s*<[^>`]+>`__?")


def markdown_of(text: str) -> str:
    """reStructuredText with Markdown's headings and code, line by line: sections and prose come out right, directives not."""
    lines = text.splitlines()
    levels: dict[str, int] = {}
    for number, line in enumerate(lines):
        under = lines[number + 1] if number + 1 < len(lines) else ""
        if not _is_title(line, under, lines[number - 1] if number else ""):
            continue
        over = number > 0 and lines[number - 1].strip() == under.strip()
        level = levels.setdefault(under[0] + ("^" if over else ""), len(levels) + 1)
        lines[number] = "#" * min(level, 6) + " " + line.strip()
        lines[number + 1] = ""
        if over:
            lines[number - 1] = ""
    return "\n".join(map(_inline, lines)) + "\n"


def _is_title(line: str, under: str, above: str) -> bool:
    """Whether a line is a title: text with a line of signs below it, at least as long."""
    is_underlined = bool(_ADORNMENT.fullmatch(under)) and len(under.rstrip()) >= len(line.strip())
    is_text = bool(line.strip()) and not _ADORNMENT.fullmatch(line)
    stands_alone = not above.strip() or bool(_ADORNMENT.fullmatch(above))
    return is_underlined and is_text and stands_alone and (not line.startswith(" ") or above.strip() == under.strip())


def _inline(line: str) -> str:
    line = _ROLE.sub(lambda found: f"`{found[1].partition(' <')[0]}`", line)
    return _LITERAL.sub(r"`\1`", _LINK.sub(r"\1", line))
