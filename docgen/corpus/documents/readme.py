"""The README of an installed package, which its metadata carries.

In: the text of a `METADATA` file. Out: its description, the format of that, and the line on which it begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORMAT = re.compile(r"^Description-Content-Type:[ \t]*([\w/+-]+)", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^Description:[ \t]*(.*(?:\n(?:[ ]{7}[ |]|\t).*|\n[ \t]*(?=\n))*)", re.IGNORECASE | re.MULTILINE)
_SUFFIXES = {"text/markdown": ".md", "text/x-rst": ".rst"}


@dataclass(frozen=True)
class Readme:
    """A description, the suffix of a file in its format, and the line of the metadata that it begins on."""

    text: str
    suffix: str
    line: int


def readme_of(metadata: str) -> Readme:
    """The description below the fields of a package's metadata, or in the field of that name. A package that does not say what
    format it has means reStructuredText; of plain text, the paragraphs read the same."""
    headers, blank, below = metadata.partition("\n\n")
    found = _FORMAT.search(headers)
    suffix = _SUFFIXES.get(found[1].lower(), ".md") if found else ".rst"
    if below.strip() or not (field := _FIELD.search(headers)):
        return Readme(below, suffix, headers.count("\n") + 1 + len(blank))
    text = re.sub(r"^(?: {7}[ |]|\t)", "", field[1], flags=re.MULTILINE)
    return Readme(text, suffix, headers.count("\n", 0, field.start(1)) + 1)
