"""OpenAPI 3 documents: whether a file is one, and its facts.

In: a path. Out: a word, or `Facts`. Who only asks what a file is never pays for the parser.
"""

from __future__ import annotations

from pathlib import Path

from docgen.facts import Facts
from docgen.later import expression

_SUFFIXES = (".yaml", ".yml", ".json")
_HEAD = 4096  # bytes within which a document says what it is
_SAYS_SO = expression(rb"""(?:^|[{,\n])\s*["']?openapi["']?\s*:\s*["']?3\.""")


def is_openapi(path: Path) -> bool:
    """Whether a file is an OpenAPI 3 document, by its first lines."""
    if path.suffix.lower() not in _SUFFIXES or not path.is_file():
        return False
    with path.open("rb") as file:
        return _SAYS_SO.search(file.read(_HEAD)) is not None


def read_openapi(path: Path, root: Path) -> Facts:
    """The facts of the document at `path`, with sources relative to `root`.

    Raises InputError (path:line) for a document that is no YAML or JSON, or that the specification does not allow.
    """
    from docgen.readers.openapi.document import facts_of

    return facts_of(path, root)
