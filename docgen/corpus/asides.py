"""What a docstring says beside its summary and its fields: in notes, and around its examples.

In: a docstring in Google, NumPy, Sphinx or plain style. Out: its sentences, those of notes and those that stand beside code.
Facts keep neither, since nothing can be checked against them; people tell there how a thing is used, and when.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from docgen.readers.docstrings import sentences
from docgen.readers.docstrings.plain_text import paragraphs

_SECTIONS = (
    "Args|Arguments|Attributes|Class Attributes|Deprecated|Keyword Args|Keyword Arguments|Methods|Other Parameters|Params|"
    "Parameters|Raises|Exceptions|References|Returns?|See Also|Todo|Warns|Yields?"
)
_WANTED = "Notes?|Examples?|Usage|Warnings?|Tips?"
_UNDERLINED = re.compile(r"^(?P<title>[A-Za-z][\w ]*)\n(?P<rule>[-=~^]{3,})[ \t]*$", re.MULTILINE)
_HEADED = re.compile(rf"^(?P<title>{_SECTIONS}|{_WANTED}):[ \t]*$", re.MULTILINE)  # Google's
_DIRECTIVE = re.compile(r"^\.\. (?P<title>rubric::[ \t]*[^\n]*|note::|tip::|hint::|warning::|important::)[ \t]*", re.MULTILINE)
_IS_WANTED = re.compile(rf"(?:rubric::\s*)?(?:{_WANTED}|hint|important)(?:::)?\s*", re.IGNORECASE)
_MAY_TELL = re.compile(r">>> |note|example|usage|warning|tip|hint|important", re.IGNORECASE)  # most docstrings have none of it
_FIELD = re.compile(r"^:\w+[^:\n]*:", re.MULTILINE)
_DOCTEST = re.compile(r"^[ \t]*>>> ", re.MULTILINE)


def asides_of(docstring: str) -> list[str]:
    """The sentences of the notes of a docstring and of the prose beside its examples, in order and in plain Markdown."""
    if not _MAY_TELL.search(docstring):
        return []
    text = inspect.cleandoc(docstring)
    found = [sentence for part in _parts(text) for paragraph in paragraphs(part) for sentence in sentences(paragraph)]
    return list(dict.fromkeys(found))


def _parts(text: str) -> Iterator[str]:
    """The bodies of the sections that may tell how a thing is used; of a docstring in one piece, what stands around code."""
    marks = sorted(
        [*_UNDERLINED.finditer(text), *_HEADED.finditer(text), *_DIRECTIVE.finditer(text), *_FIELD.finditer(text)],
        key=lambda found: found.start(),
    )
    ends = [*(mark.start() for mark in marks), len(text)]
    if doctest := _DOCTEST.search(text, 0, ends[0]):
        yield _beside(text[: ends[0]], doctest.start())
    for mark, end in zip(marks, ends[1:], strict=True):
        title = mark.groupdict().get("title")
        if title and _IS_WANTED.fullmatch(title):
            body = text[mark.end() : end]
            is_indented = mark.re is _HEADED or (mark.re is _DIRECTIVE and not title.startswith("rubric"))
            yield inspect.cleandoc(_indented(body) if is_indented else body)


def _indented(body: str) -> str:
    """What is indented below a title, and what stands on its line."""
    dedented = re.search(r"\n(?=\S)", body)
    return body[: dedented.start()] if dedented else body


def _beside(text: str, doctest: int) -> str:
    """The paragraph that leads to the first example of a text, and all that follows it; the summary leads to none."""
    before = text[:doctest].rstrip().rpartition("\n\n")
    return f"{before[2]}\n\n{text[doctest:]}" if before[1] else text[doctest:]
