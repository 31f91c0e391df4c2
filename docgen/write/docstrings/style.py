"""How a project writes its docstrings: the style of their sections, the mood of their summaries, the quotes, the width.

In: the docstrings of a package as they stand in its source, and the project's settings of formatters. Out: a `Style`. What is
written by docgen must not stand out.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docgen.readers.docstrings import style_of
from docgen.statements.verbs import VERBS, base_form

Sections = Literal["google", "numpy", "sphinx", "plain"]
_ARGUMENTS = re.compile(
    r"^([ \t]*)(?:Args|Arguments|Parameters):[ \t]*\n((?:\1[ \t]+\S[^\n]*(?:\n|\Z)|[ \t]*\n)+)", re.MULTILINE
)
_ARGUMENT = re.compile(r"^[ \t]+\**\w+(?P<type>[ \t]*\([^\n]+?\))?:(?:\s|$)", re.MULTILINE)
_NUMPY_ARGUMENT = re.compile(r"^[ \t]*\w[\w, *]*[ \t]+:[ \t]+\S", re.MULTILINE)
_SPHINX_ARGUMENT = re.compile(r"^[ \t]*:(?P<field>param|type)[ \t]", re.MULTILINE)
_WIDTH = 88  # characters, where no formatter's settings say another number
_FEWEST = 3  # docstrings of a style that make it the project's own


@dataclass(frozen=True)
class Style:
    """How docstrings are written. `typed` says that they repeat the types of parameters, `third_person` that summaries say what
    a function does ("Loads"), `opens_below` that the summary stands on the line after the quotes."""

    sections: Sections = "google"
    typed: bool = True
    third_person: bool = False
    opens_below: bool = False
    quotes: str = '"""'
    width: int = _WIDTH


def style_in(texts: Sequence[str], raw: Sequence[str], project: Path) -> Style:
    """The style that most of a package's docstrings have: `texts` are their contents, `raw` the same as written. A project of
    few docstrings gets docgen's own; one of many without any sections, plain ones."""
    found = Counter(style for text in texts if (style := style_of(text)) is not None)
    best = found.most_common(1)
    sections: Sections = "google"
    if best and (best[0][1] >= _FEWEST or best[0][1] * 4 >= len(texts)):
        sections = best[0][0]
    elif len(texts) >= 10 * _FEWEST:
        sections = "plain"
    return Style(
        sections,
        typed=_is_typed(sections, "\n\n".join(inspect.cleandoc(text) for text in texts)),
        third_person=_is_third_person(texts),
        opens_below=2 * sum("\n" in text and not text.split("\n", 1)[0].strip() for text in texts)
        > sum("\n" in text for text in texts),
        quotes="'''" if 2 * sum(text.lstrip("rRbBuU").startswith("'''") for text in raw) > len(raw) else '"""',
        width=_width(project),
    )


def _is_typed(sections: Sections, text: str) -> bool:
    """Whether the most of the parameters that docstrings describe have their types there too; so where none is described."""
    if sections == "sphinx":
        fields = [found["field"] for found in _SPHINX_ARGUMENT.finditer(text)]
        return 2 * fields.count("type") >= fields.count("param")
    if sections == "numpy":
        return "Parameters" not in text or bool(_NUMPY_ARGUMENT.search(text))
    given = [found["type"] for block in _ARGUMENTS.finditer(text) for found in _ARGUMENT.finditer(block[2])]
    return 2 * sum(kind is not None for kind in given) >= len(given)


def _is_third_person(texts: Sequence[str]) -> bool:
    """Whether more summaries begin with "Loads" than with "Load"."""
    first = [words[0].strip(".,:").lower() for text in texts if (words := text.split(None, 1))]
    return sum(base_form(word) in VERBS for word in first) > sum(word in VERBS for word in first)


def _width(project: Path) -> int:
    """The line length that the project's formatter is set to."""
    try:
        tools = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8")).get("tool", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return _WIDTH
    asked = (tools.get("ruff", {}).get("line-length"), tools.get("black", {}).get("line-length"))
    return next((length for length in asked if isinstance(length, int) and 60 <= length <= 200), _WIDTH)
