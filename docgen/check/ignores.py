"""Comments that silence a finding: each names a code and gives a reason.

In: the text of a document or Python file. Out: `Ignore`s, and findings without those that they silence. A comment on its own
speaks of the block or section below it, one inside a paragraph of that paragraph, one in Python of the docstring that follows.
"""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from docgen.check.saying import finding
from docgen.later import Frozen, expression
from docgen.report import Finding
from docgen.report.codes import is_known, nearest

if TYPE_CHECKING:
    from markdown_it.token import Token

    from docgen.document import Document

_MARKDOWN = expression(r"(?<!`)<!--\s*docgen:ignore\b(?P<words>(?:(?!-->)[^\n]){0,500})-->(?!`)")
_PYTHON = expression(r"#\s*docgen:\s*ignore\[(?P<codes>[^\]\n]{0,200})\](?P<reason>[^\n]*)")
_RST = expression(r"^(?P<indent>[ \t]*)\.\.[ \t]+docgen:ignore\b(?P<words>.*)$", re.MULTILINE)
_SECTION = "docgen:section"
_DEFINITION = expression(r"\s*(?:async\s+def|def|class)\b")


class Ignore(Frozen):
    """One comment on line `line`, and the lines that it speaks of, both ends included; `section` is the line of the section's
    marker whose findings without a place of their own it speaks of too, 0 for none."""

    line: int
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int
    section: int = 0

    def names(self, found: Finding) -> bool:
        """Whether a finding is of a sort that the comment silences."""
        return found.code in self.codes or found.verdict in self.codes


def without_ignored(findings: Sequence[Finding], ignores: Sequence[Ignore], shown: str) -> Iterator[Finding]:
    """The findings that no comment silences, and what is wrong with the comments. What could not be judged stays."""
    used: set[Ignore] = set()
    for found, covering in _covered(findings, ignores):
        silencing = [ignore for ignore in covering if found.verdict != "unknown" and ignore.names(found)]
        used.update(silencing)
        if not silencing:
            yield found
    for ignore in ignores:
        yield from _faults(ignore, ignore in used, shown)


def _covered(findings: Sequence[Finding], ignores: Sequence[Ignore]) -> Iterator[tuple[Finding, list[Ignore]]]:
    """Each finding with the comments that speak of its line, in one walk down the document."""
    waiting = deque(sorted(ignores, key=lambda ignore: ignore.first))
    of_section: dict[int, list[Ignore]] = {}
    for ignore in ignores:
        of_section.setdefault(ignore.section, []).append(ignore)
    active: list[Ignore] = []
    for found in sorted(findings, key=lambda finding: finding.line):
        while waiting and waiting[0].first <= found.line:
            active.append(waiting.popleft())
        active = [ignore for ignore in active if ignore.last >= found.line]
        yield found, [*active, *(of_section.get(found.line, []) if found.line else [])]


def _faults(ignore: Ignore, is_used: bool, shown: str) -> Iterator[Finding]:
    told = ",".join(ignore.codes)
    unknown = [code for code in ignore.codes if not is_known(code)]
    for code in unknown or ([""] if not ignore.codes else []):
        close = nearest(code)
        fix = f"did you mean {close}?" if close else "docgen explain lists the codes"
        message = f"ignore: no code `{code}`, so nothing is silenced" if code else "ignore: no code, so nothing is silenced"
        yield finding("ignore-code", shown, ignore.line, message, fix, about="ignore", old=code)
    if unknown or not ignore.codes:
        return
    if not ignore.reason:
        fix = f"write why after the code: docgen:ignore {told} the reason"
        message = f"ignore: no reason why {told} is silenced"
        yield finding("ignore-reason", shown, ignore.line, message, fix, about="ignore", old=told)
    elif not is_used:
        message = f"ignore: nothing here is {told} any more"
        yield finding("ignore-unused", shown, ignore.line, message, "delete the comment", about="ignore", old=told)


# Markdown --------------------------------------------------------------------------------------------------------------


def ignores_in_document(document: Document) -> list[Ignore]:
    """The comments of a Markdown document; those inside code are text. `# docgen: ignore[CODE] reason` in its front matter
    speaks of all of that."""
    text = str(document)
    if "docgen:" not in text or "ignore" not in text:
        return []
    front = sum(part.source.count("\n") for part in document.parts if part.in_front_matter)
    lines = text.split("\n")  # as places are counted everywhere; `splitlines` also ends a line at a form feed
    found = [
        Ignore(number, *_python_words(comment), 1, front)
        for number, line in enumerate(lines[:front], 1)
        if (comment := _PYTHON.search(line))
    ]
    if not _MARKDOWN.search(text):
        return found
    below = "\n" * front + "\n".join(lines[front:])
    from markdown_it import MarkdownIt  # only here: most documents have no such comment, and Python has no Markdown

    tokens = [token for token in MarkdownIt("commonmark").enable("table").disable("inline").parse(below) if token.map]
    return [*found, *_in_tokens(tokens, _Regions(document, len(lines)))]


class _Regions:
    """The lines of a document's sections, to find what a comment stands in or above."""

    def __init__(self, document: Document, length: int) -> None:
        self.length = length
        self.starts = [section.line for section in document.sections]
        self.ends = {section.line: section.line + section.source.count("\n") - 1 for section in document.sections}

    def around(self, line: int) -> int:
        """The line of the marker of the section that a line stands in; 0 for none."""
        index = bisect_right(self.starts, line) - 1
        return self.starts[index] if index >= 0 and line <= self.ends[self.starts[index]] else 0


def _in_tokens(tokens: Sequence[Token], regions: _Regions) -> Iterator[Ignore]:
    """The comments of a document's blocks, from the last to the first: so what is below one is known."""
    below = regions.length + 1, regions.length
    headings: dict[str, int] = {}  # the line above the next heading of each level
    for token in reversed(tokens):
        if not token.map:
            continue
        first, last = token.map[0] + 1, token.map[1]
        comments = list(_MARKDOWN.finditer(token.content)) if token.type in ("html_block", "inline") else []
        text = _MARKDOWN.sub("", token.content).strip() if comments else token.content
        if token.type == "html_block" and _SECTION in text:
            line = first + token.content[: token.content.index(_SECTION)].count("\n")
            below = line, regions.ends.get(line, line)
        speaks_of = (first, last) if text and _SECTION not in text else below
        yield from _at(comments, token, speaks_of, regions)
        if token.type == "heading_open":
            below = first, min((line for tag, line in headings.items() if tag <= token.tag), default=regions.length)
            headings[token.tag] = first - 1
        elif token.nesting >= 0 and token.type != "inline" and _SECTION not in text and (text or token.nesting):
            below = first, last


def _at(comments: Sequence[re.Match[str]], token: Token, lines: tuple[int, int], regions: _Regions) -> Iterator[Ignore]:
    line, before = token.map[0] + 1 if token.map else 1, 0
    for comment in comments:
        line += token.content.count("\n", before, comment.start())
        before = comment.start()
        yield Ignore(line, *_words(comment["words"]), *lines, regions.around(line))


def _words(text: str) -> tuple[tuple[str, ...], str]:
    """`stale-default,stale-type the reason` in its parts."""
    codes, _, reason = text.strip().partition(" ")
    return tuple(code for code in codes.split(",") if code), reason.strip()


# Other files -----------------------------------------------------------------------------------------------------------


def ignores_in_rst(text: str) -> list[Ignore]:
    """The comments of a reStructuredText document: `.. docgen:ignore CODE reason`, for the paragraph below."""
    lines = text.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    found: list[Ignore] = []
    for comment in _RST.finditer(text):
        line = bisect_right(starts, comment.start())
        first = next((number for number in range(line, len(lines)) if lines[number].strip()), len(lines))
        last = next((number for number in range(first, len(lines)) if not lines[number].strip()), len(lines))
        found.append(Ignore(line, *_words(comment["words"]), first + 1, last))
    return found


def ignores_in_python(content: bytes, docstrings: Iterable[Sequence[int]]) -> list[Ignore]:
    """The comments of a Python file: `# docgen: ignore[CODE] reason`, for the docstring of what is defined there or next.
    `docstrings` are the lines of each, in order."""
    if b"docgen:" not in content or b"ignore[" not in content:
        return []
    spans = sorted((lines[0], lines[-1]) for lines in docstrings)
    source = content.split(b"\n")
    headers = [number for number, line in enumerate(source, 1) if _DEFINITION.match(line.decode("latin-1"))]
    found: list[Ignore] = []
    for line, text in _comments(content):
        if comment := _PYTHON.search(text):
            first, last = _next_docstring(line, spans, headers)
            found.append(Ignore(line, *_python_words(comment), first, last))
    return found


def _comments(content: bytes) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.tokenize(io.BytesIO(content).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # what does not parse is told elsewhere


def _next_docstring(line: int, spans: Sequence[tuple[int, int]], headers: Sequence[int]) -> tuple[int, int]:
    """The lines of the docstring that follows, with at most one definition between; an empty range where there is none."""
    index = bisect_left(spans, (line, 0))
    if index == len(spans):
        return line + 1, line
    first, last = spans[index]
    between = bisect_left(headers, first) - bisect_left(headers, line)
    return (first, last) if between <= 1 else (line + 1, line)


def _python_words(comment: re.Match[str]) -> tuple[tuple[str, ...], str]:
    codes = tuple(code.strip() for code in comment["codes"].split(",") if code.strip())
    return codes, comment["reason"].strip(" -:")
