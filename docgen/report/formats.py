"""The formats of a report, by the name that `--format` gives them.

In: a name. Out: a pure function from a Report to text, in a module of its own that is imported when it is asked for: a
commit hook prints text, and need not wait for XML. One reason to change: a format comes or goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from docgen.report import Report

# The module of each format, which has a function of the same name.
FORMATS: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("text", "github", "sarif", "junit", "markdown")} | {"json": "json_report"}
)

# What the ending of a file's name asks for. A report with a page of its own has `html` too.
FILE_FORMATS: Mapping[str, str] = MappingProxyType(
    {".html": "html", ".json": "json", ".xml": "junit", ".sarif": "sarif", ".md": "markdown"}
)


def format_named(name: str) -> Callable[[Report], str]:
    """The function that prints a report in the format called `name`; KeyError for none of `FORMATS`."""
    home = FORMATS[name]
    printed: Callable[[Report], str] = getattr(import_module(f"docgen.report.{home}"), home)
    return printed
