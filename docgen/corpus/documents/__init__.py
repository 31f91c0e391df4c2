"""Documents of every format that a corpus is built from, as Markdown with its lines where they were.

In: a Markdown, reStructuredText or notebook file, or the metadata of an installed package, which holds its README. Out: a
`Page`, or an InputError that says why there is none: whatever a file holds, nothing else is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from docgen.corpus.documents.decoding import decoded
from docgen.corpus.documents.markdown import markdown_page, without_dialect
from docgen.corpus.documents.model_card import read_card
from docgen.corpus.documents.readme import readme_of
from docgen.corpus.formats import METADATA, SUFFIXES, is_document, is_model_card
from docgen.report import InputError
from docgen.subjects.page import Line, Page

__all__ = [
    "METADATA",
    "SUFFIXES",
    "Line",
    "Page",
    "is_document",
    "is_model_card",
    "read_card",
    "read_document",
    "without_dialect",
]

_MOST_LINES = 200_000
_MOST_CHARACTERS = 8_000_000
_MOST_OF = {
    ".rst": 2_000_000,  # of which docutils reads some 40,000 in a second where the blocks are short
    ".ipynb": 64_000_000,  # pictures among the results of its cells take most of a notebook
}


def read_document(path: Path, shown: str) -> Page:
    """The document at `path`, called `shown` in messages.

    Raises InputError (file:line where one is known) for what cannot be read, is not text, is larger than 200,000 lines or
    8 million characters (2 million of reStructuredText, 64 million of a notebook), is no notebook, or holds a broken marker.
    """
    text = decoded(path, shown)
    _refuse_large(text, shown, _MOST_OF.get(path.suffix.lower(), _MOST_CHARACTERS))
    if path.name == METADATA:
        return _readme(text, shown)
    return _READERS[path.suffix.lower()](text, shown)


def _restructured_page(text: str, shown: str) -> Page:
    from docgen.corpus.documents.restructured import restructured_page  # docutils, for those who have such documents

    return restructured_page(text, shown)


def _notebook_page(text: str, shown: str) -> Page:
    from docgen.corpus.documents.notebooks import notebook_page  # nbformat

    return notebook_page(text, shown)


_READERS: Mapping[str, Callable[[str, str], Page]] = {
    ".md": markdown_page,
    ".markdown": markdown_page,
    ".rst": _restructured_page,
    ".ipynb": _notebook_page,
}


def _readme(text: str, shown: str) -> Page:
    """The description in a package's metadata, in the format that the metadata says."""
    readme = readme_of(text)
    page = _READERS[readme.suffix](readme.text, shown)
    return Page(page.document, [number + readme.line - 1 for number in page.lines], page.cited, page.code)


def _refuse_large(text: str, shown: str, most: int) -> None:
    lines = text.count("\n")
    if lines > _MOST_LINES or len(text) > most:
        seen = f"{lines:,} lines" if lines > _MOST_LINES else f"{len(text):,} characters"
        limit = f"{_MOST_LINES:,} lines" if lines > _MOST_LINES else f"{most:,} characters"
        raise InputError(f"too large for a document: {seen}, of at most {limit}", shown, "divide it, or exclude it")
