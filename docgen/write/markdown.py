"""Markdown written safely: cells, inline code, fences and tables that no value can break out of.

In: any text. Out: Markdown that shows it. One reason to change: what a renderer takes for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docgen.facts import Fact

_LONGEST_SUMMARY = 160  # characters of a summary in a table


@dataclass(frozen=True)
class Region:
    """Markdown rendered from facts; `facts` are those it states, `complete` the lists it shows whole."""

    text: str
    facts: tuple[Fact, ...] = ()
    complete: tuple[str, ...] = ()


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; columns in which every cell is empty are left out."""
    lines = [list(row) for row in rows]
    filled = [index for index in range(len(header)) if any(line[index] for line in lines)]
    shown = [[header[index] for index in filled], ["---"] * len(filled), *([line[index] for index in filled] for line in lines)]
    return "\n".join("| " + " | ".join(line) + " |" for line in shown)


def cell(text: str) -> str:
    """Text as one cell of a table: on one line, with bars escaped."""
    return re.sub(r"(?<!\\)\|", r"\\|", prose(_one_line(text)))


def prose(text: str) -> str:
    """Text in which nothing outside code is taken for HTML, a marker or a code fence."""
    parts = re.split(r"((?<!`)(?:`{1,2})(?!`)[^`]+(?:`{1,2})(?!`))", text)
    shown = "".join(part if part.startswith("`") else re.sub(r"<(?=[A-Za-z/!?])", "&lt;", part) for part in parts)
    return re.sub(r"^( {0,3})(`{3,}|~{3,})", r"\1", shown, flags=re.MULTILINE)


def code(text: str, longest: int | None = None) -> str:
    """Text as inline code, cut where it is longer than `longest`; empty for no text."""
    text = _one_line(text)
    if not text:
        return ""
    if longest is not None and len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fenced(text: str, language: str) -> str:
    """Text as a code block, with a fence that nothing in it can close."""
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def summary(text: str) -> str:
    """The first sentence of a docstring, cut at a word where even that is long."""
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text)[0]
    return first if len(first) <= _LONGEST_SUMMARY else first[:_LONGEST_SUMMARY].rpartition(" ")[0] + " …"


def _one_line(text: str) -> str:
    """Text on one line; blanks inside a line stay, because a default of two blanks is not one of one."""
    return re.sub(r"\s*[\r\n]\s*", " ", text.strip())


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
