"""Which files are documents, told by their names and first bytes.

In: a path. Out: whether it is read, and whether it is the card of a model. A survey asks this of every file of a source, so
nothing that reads documents is imported here.
"""

from __future__ import annotations

import re
from pathlib import Path

SUFFIXES = (".md", ".markdown", ".rst", ".ipynb")
METADATA = "METADATA"  # of an installed package, which holds its README
_OPENS = re.compile(rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
_TELLING = re.compile(rb"^(?:model-index|base_model|pipeline_tag|library_name)[ \t]*:", re.MULTILINE)
_MOST_BYTES = 65_536  # of front matter


def is_document(path: Path) -> bool:
    """Whether the name of a file says that `read_document` reads it."""
    return path.suffix.lower() in SUFFIXES or path.name == METADATA


def is_model_card(path: Path) -> bool:
    """Whether a Markdown file has the front matter of a model card: a field that cards of data sets do not have. Reads no more
    than its beginning; False for what cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            start = head + file.read(_MOST_BYTES) if _OPENS.match(head) else b""
    except OSError:
        return False
    front, closed, _ = start[4:].replace(b"\r\n", b"\n").partition(b"\n---")
    return bool(closed and _TELLING.search(front))
