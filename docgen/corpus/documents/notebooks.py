"""Jupyter notebooks as the Markdown of their text cells, with the code cells beside it.

In: the JSON of a notebook of any format that nbformat reads. Out: a `Page`. What cells have printed asserts nothing and is
left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from nbformat import converter, reader
from nbformat.validator import ValidationError

from docgen.report import InputError
from docgen.subjects.page import Line, Page

_FORMAT = 4  # cells in one list


def notebook_page(text: str, shown: str) -> Page:
    """The text cells of a notebook. Raises InputError for what is none."""
    cells = _cells(text, shown)
    code = [source for kind, source in cells if kind == "code"]
    return Page.made_of(_lines(cells, text), shown, code)


def _cells(text: str, shown: str) -> list[tuple[str, str]]:
    """Kind and source of each cell."""
    fix = "save it again from Jupyter, or exclude it"
    try:
        notebook = converter.convert(reader.reads(text), _FORMAT)
    except reader.NotJSONError as error:
        line = getattr(error.__cause__ or error.__context__, "lineno", 1)
        raise InputError("not a notebook: it is not JSON", f"{shown}:{line}", fix) from error
    except (ValidationError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # Versions that were never finished, and JSON that is something else: nbformat fails wherever it first meets that.
        raise InputError(f"not a notebook: {_reason(error)}", shown, fix) from error
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise InputError("not a notebook: it has no list of cells", shown, fix)
    return [(str(cell.get("cell_type")), _source(cell)) for cell in cells if isinstance(cell, Mapping)]


def _reason(error: Exception) -> str:
    said = " ".join(str(error).split()) or "its parts do not fit together"
    return said if len(said) <= 120 else said[:119] + "…"


def _source(cell: Mapping[str, object]) -> str:
    source = cell.get("source")
    return source if isinstance(source, str) else "".join(map(str, source)) if isinstance(source, list) else ""


def _lines(cells: list[tuple[str, str]], text: str) -> Iterator[Line]:
    """The lines of the Markdown cells with their place in the file, a blank line after each cell."""
    position, number = 0, 1
    for kind, source in cells:
        if kind != "markdown":
            continue
        for line in source.split("\n"):
            found = _position(line, text, position)
            number += text.count("\n", position, found)
            position = found
            yield Line(line, number)
        yield Line("", number)


def _position(line: str, text: str, after: int) -> int:
    """Where the JSON spells a line, from `after` on; `after` where it is not found."""
    words = line.strip()
    spelled = (json.dumps(words, ensure_ascii=is_ascii)[1:-1] for is_ascii in (False, True)) if words else ()
    return next((found for spelling in spelled if (found := text.find(spelling, after)) >= 0), after)
