"""Python packages into facts, statically: nothing that is read is ever imported or run.

In: a package folder, a module file or an installed package's name. Out: `Facts` with one entry for each module, class,
function, method and property. Own reading of the syntax trees, so that one file's oddities never cost the whole package.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docgen.readers.python_api.cited import cited_files, read_cited
    from docgen.readers.python_api.files import BrokenFile
    from docgen.readers.python_api.finding import find_package
    from docgen.readers.python_api.modules import ModuleFacts, kept_entries, read_modules, read_package

__all__ = [
    "BrokenFile",
    "ModuleFacts",
    "cited_files",
    "find_package",
    "kept_entries",
    "read_cited",
    "read_modules",
    "read_package",
]

_HOMES = {"BrokenFile": "files", "cited_files": "cited", "find_package": "finding", "read_cited": "cited"}


def __getattr__(name: str) -> Any:
    """Imports what is asked for: who only looks for a package, or has all in the cache, never pays for the reader."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'modules')}"), name)
