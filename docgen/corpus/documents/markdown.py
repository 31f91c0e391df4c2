"""Markdown with what MkDocs and MyST add to it: boxes, directives, and names to be filled in.

In: the text of a page. Out: a `Page` of the text as it is, with the symbols that its directives describe; and for what people
wrote in it, `without_dialect`, the same lines in plain Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.corpus.documents.directives import asserts, is_code, said_of_version
from docgen.document import Document
from docgen.subjects.page import DESCRIBED, Page

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,}|:{3,})[ \t]*(?:\{([\w:.+-]+)\}[ \t]*(.*)|(.*))")
_BOX = re.compile(r"([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t].*)?")  # MkDocs
_FILLED = re.compile(r":::[ \t]+([^\W\d]\w*(?:\.[^\W\d]\w*)*)[ \t]*")  # mkdocstrings
_OPTION = re.compile(r"[ \t]*:[\w-]+:(?:[ \t].*)?")
_TARGET = re.compile(r"\([\w.:-]+\)=[ \t]*")
_OBJECT = re.compile(r"(?:py:)?(?:auto)?(?:module|class|function|method|exception|attribute|property|data)")
_NAME = re.compile(r"[\w.]+")


def markdown_page(text: str, shown: str) -> Page:
    """The page of a Markdown document. Raises InputError (file:line) for a broken marker."""
    page = Page.of(Document.parse(text, shown))
    named = ((number, _described(line)) for number, line in enumerate(text.split("\n"), 1))
    return Page(page.document, page.lines, {number: (f"{DESCRIBED}{name}",) for number, name in named if name})


def _described(line: str) -> str:
    """The symbol that a line has described below it; empty where it has none."""
    if filled := _FILLED.fullmatch(line):
        return filled[1]
    fence = _FENCE.fullmatch(line)
    is_object = fence is not None and bool(_OBJECT.fullmatch((fence[3] or "").lower()))
    name = _NAME.match(fence[4]) if fence and is_object else None
    return name[0] if name else ""


def without_dialect(text: str) -> str:
    """The same lines in plain Markdown: of boxes and directives their prose and code stay, where they stood."""
    return "\n".join(_plain(text.split("\n")))


def _plain(lines: list[str]) -> Iterator[str]:
    open_fences: list[tuple[str, str]] = []  # the sign that ends each, and what becomes of its lines
    box, is_head = "", False  # the indent of the box that a line may stand in; whether options may follow
    for line in lines:
        sign, treated = open_fences[-1] if open_fences else ("", "kept")
        is_option = is_head and bool(_OPTION.fullmatch(line))
        is_head = is_option
        box = box if not line.strip() or line.startswith(box) else ""
        plain = line[len(box) :] if line.startswith(box) else line
        found = _FENCE.fullmatch(plain)
        if is_option:
            yield ""
        elif found and sign and found[2].startswith(sign) and not found[3] and not (found[5] or "").strip():
            open_fences.pop()
            yield plain if treated == "code" else ""
        elif found and treated == "kept" and (found[3] or found[2][0] != ":"):
            treated, plain = _opened(found)
            open_fences.append((found[2], treated))
            is_head = bool(found[3])
            yield plain
        elif treated != "kept":
            yield plain if treated == "code" else ""
        elif opening := _BOX.fullmatch(line):
            box = opening[1] + "    "
            yield ""
        else:
            is_head = bool(_FILLED.fullmatch(plain))
            yield "" if is_head or _TARGET.fullmatch(plain) else plain


def _opened(fence: re.Match[str]) -> tuple[str, str]:
    """What becomes of the lines of a fence, and of its first."""
    indent, sign, name, argument = fence[1], fence[2], (fence[3] or "").lower(), (fence[4] or "").strip()
    if not name:
        return "code", fence[0]
    if is_code(name) or (name in ("python", "ipython3")):
        return "code", f"{indent}{sign.replace(':', '`')}{argument or 'python'}"
    if said := said_of_version(name, argument):
        return "kept", said
    return ("kept", argument if " " in argument else "") if asserts(name) else ("dropped", "")
