"""Markdown written safely: cells, inline code, fences and tables that no value can break out of.

In: any text. Out: Markdown that shows it. One reason to change: what a renderer takes for markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docgen.facts import Fact
from docgen.write.brackets import split_outside

_LONGEST_SUMMARY = 160  # characters of a summary in a table
_SPAN = re.compile(r"((?<!`)(?:`{1,2})(?!`)[^`]+(?:`{1,2})(?!`))")
_TYPING = re.compile(r"\b(?:typing|typing_extensions|collections\.abc|t|te|_t|cabc)\.(?=[A-Z])")


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
    """Text as one cell of a table: on one line, with bars escaped. Code with a bar in it becomes an HTML element, as not all
    renderers take the escape off inside of backticks."""
    return "".join(_without_bars(span) for span in _SPAN.split(prose(_one_line(text))))


def _without_bars(span: str) -> str:
    if "|" not in span:
        return span
    if not (span.startswith("`") and span.endswith("`")):
        return re.sub(r"(?<!\\)\|", r"\\|", span)
    return _element(span)


def _element(span: str) -> str:
    """Inline code as an HTML element, which holds any text."""
    return f"<code>{html.escape(span.strip('`').strip(), quote=False).replace('|', '&#124;')}</code>"


def prose(text: str) -> str:
    """Text in which nothing outside code is taken for HTML, a marker or a code fence."""
    parts = _SPAN.split(text)
    # Python-Markdown, which MkDocs uses, looks for declarations of HTML inside of backticks too, and fails at some.
    shown = "".join(
        (_element(part) if re.search(r"<[!?]", part) else part)
        if part.startswith("`")
        else re.sub(r"<(?=[A-Za-z/!?])", "&lt;", part)
        for part in parts
    )
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
    """The first sentence of a docstring, cut at a word where even that is long, and not inside of code."""
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text)[0]
    if len(first) <= _LONGEST_SUMMARY:
        return first
    kept = first[:_LONGEST_SUMMARY].rpartition(" ")[0]
    for sign in ("`", "*"):
        kept = kept.rpartition(sign)[0] if kept.count(sign) % 2 else kept
    return kept.rstrip(" ,;:(") + " …"


def annotation(text: str) -> str:
    """A type as people read it: its alternatives parted by "or", without the name of the module that typing words come from."""
    return " or ".join(code(_TYPING.sub("", part)) for part in split_outside(text, "|") if part)


def _one_line(text: str) -> str:
    """Text on one line; blanks inside a line stay, because a default of two blanks is not one of one."""
    return re.sub(r"\s*[\r\n]\s*", " ", text.strip())


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
