"""Docstrings as they stand in the source of a package, with their lines.

In: a package folder or module file. Out: its `RawDocstring`s. Where a cache has the package's facts, nothing is parsed again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from docgen.cache import Cache
from docgen.readers.python_api.documented import RawDocstring
from docgen.readers.python_api.modules import docstrings_by_file
from docgen.report import InputError

__all__ = ["RawDocstring", "docstrings_in"]


def docstrings_in(package: Path, root: Path, *, tolerant: bool = False, cache: Cache | None = None) -> Iterator[RawDocstring]:
    """Every docstring of a package or module file, the initialiser's under the name of its class.

    A name that is defined twice (an overload, a property's setter) is left out: which of the two counts is not known here.
    Raises InputError (path:line) for a file that cannot be read, unless `tolerant`, which leaves it out.
    """
    is_outside = not Path(os.path.realpath(package)).is_relative_to(os.path.realpath(root))
    for file, found in docstrings_by_file(package, root, cache):
        if not isinstance(found, InputError):
            yield from (replace(docstring, path=str(file.path)) for docstring in found) if is_outside else found
        elif not tolerant:
            raise found
