"""The prose of a docstring: markup as plain Markdown, paragraphs and sentences told apart from code, lists and directives.

In: text as people write it in docstrings (reStructuredText, Markdown, Epytext). Out: the same words on one line. Everything
that docgen quotes from a docstring has passed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docgen.later import expression

_ROLE = expression(r"(?<![\w`])(?::|(?=py:))(?:[a-zA-Z]+:)?(?P<role>[a-zA-Z]+):`(?P<text>[^`]+)`")
_TITLED = expression(r"(?P<title>[^<]+?)\s*<[^>]+>", re.DOTALL)
_LINK = expression(r"(?<![`\w])`(?P<title>[^`<]+?)(?:\s*<[^`>]+>)?`_{1,2}(?!\w)")
_LITERAL = expression(r"``([^`]+)``")
_REFERENCE = expression(r"`(?:~(?:\w+\.)*(?P<short>\w+)|\.(?P<name>[A-Z]\w*(?:\.\w+)*))`")  # the default role
_TITLED_REFERENCE = expression(r"(?<!`)`([^`<>\n]+?)\s+<[~!.\w]+>`(?![`_])")  # the same with a title
_SUBSTITUTION = expression(r"(?<![\w|`])\|(\w[\w .-]*)\|(?![\w|`])")
_FOOTNOTE = expression(r"\s*\[(?:\d+|#\w*)\]_(?!\w)")
_ESCAPE = expression(r"\\(?:([*_`|\\])|[ ])")
_EPYTEXT = expression(r"(?<![A-Za-z])([LCIBMU])\{([^{}]+)\}")
_WORD_ROLES = frozenset("ref doc term abbr numref eq strong emphasis sup sub guilabel menuselection".split())
_BULLET = expression(r"(?:[-*+•]|\(?\d{1,2}[.)])\s+(?=\S)")
_UNDERLINE = expression(r"([-=~^*#+\"'])\1{2,}")
_TABLE = expression(r"(?:\+[-=+]{2,}|\|.*\||={2,}(?:\s+={2,})+|-{2,}(?:\s+-{2,})+)\s*$")
_DIRECTIVE = expression(r"\.\.(?:\s|$)")
_FIELD = expression(r":\w[^:`]{0,60}:(?:\s|$)|@\w+(?:\s+\w+)?:\s")
_SIGNATURE = expression(r"[\w.]+\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\s*->\s*\S.*)?")
_SENTENCE_END = expression(r"(?<=[.!?])(?P<close>[\"')\]*]*)\s+(?=[A-Z`\"'(\[*])")
_ABBREVIATION = expression(
    r"(?:\b(?:e\.g|i\.e|cf|vs|resp|approx|incl|excl|esp|figs?|eqs?|refs?|sec|nos?|vol|pp|al|dr|mrs?|ms|st|ca|aka)"
    r"|(?:^|\b(?-i:[A-Z])[\w.]*\s)(?-i:[A-Z]))\.$",
    re.I,
)
_FEWEST_WORDS = 4  # of a summary that ends with a colon: "Example usage:" is none
_WIDTH = 79  # characters of a line of prose, by convention
_GOES_ON = frozenset(
    "a an the of in on at by to from for with and or as is are was be than that which into if when via per not its".split()
)


def one_line(text: str) -> str:
    """Text on one line with roles, links, literals and Epytext as plain words and backticks."""
    if "`" not in text:
        return " ".join(_unmarked(text).split())
    text = _ROLE.sub(_shown_role, text)
    text = _LINK.sub(lambda found: found["title"], text)
    text = _LITERAL.sub(r"`\1`", text)
    text = _TITLED_REFERENCE.sub(r"`\1`", text)
    text = _REFERENCE.sub(lambda found: f"`{found['short'] or found['name']}`", text)
    parts = re.split(r"(`[^`]*`)", text)
    return " ".join("".join(part if part.startswith("`") else _unmarked(part) for part in parts).split())


def _shown_role(found: re.Match[str]) -> str:
    """What a role shows: `` :func:`~a.b` `` its last part, `` :class:`Text <a.b>` `` its text, `` :pep:`8` `` PEP 8."""
    role, text = found["role"].lower(), " ".join(found["text"].split())
    if role in ("pep", "rfc"):
        return f"{role.upper()} {text}"
    titled = _TITLED.fullmatch(text)
    text = titled["title"] if titled else text
    if role in _WORD_ROLES:
        return text
    text = text.removeprefix("!")
    return f"`{text[1:].rpartition('.')[2] if text.startswith('~') else text.removeprefix('.')}`"


def _unmarked(text: str) -> str:
    """Text outside of backticks without markup. Most has none, and looking for the sign is much faster than the expression."""
    if "{" in text:
        text = _EPYTEXT.sub(lambda found: f"`{found[2]}`" if found[1] in "LCM" else found[2], text)
    if "]_" in text:
        text = _FOOTNOTE.sub("", text)
    if "|" in text:
        text = _SUBSTITUTION.sub(r"\1", text)
    return _ESCAPE.sub(lambda found: found[1] or "", text) if "\\" in text else text


def sentences(text: str) -> list[str]:
    """Prose split at sentence ends, not at abbreviations and not inside brackets or backticks; at least one item."""
    kept, start = [], 0
    for found in _SENTENCE_END.finditer(text):
        before = text[start : found.end("close")]
        if before.count("`") % 2 or before.count("(") > before.count(")") or _ABBREVIATION.search(text[start : found.start()]):
            continue
        kept.append(before)
        start = found.end()
    return [*kept, text[start:]]


def paragraphs(text: str) -> list[str]:
    """The prose paragraphs of a text, each on one line: no directives, code, doctests, lists, tables and titles.

    A sentence that announces one of those ("For example:") is left out with it, and so is a signature.
    """
    found = [one_line(block.text) for block in _blocks(text) if block.kind == "prose"]
    kept = [_without_lead_in(paragraph, is_first=number == 0) for number, paragraph in enumerate(found)]
    return [paragraph for paragraph in kept if paragraph and not _SIGNATURE.fullmatch(paragraph)]


def flowing(text: str) -> str:
    """Prose and list items on one line, items parted by semicolons: what a table's cell can hold."""
    said: list[str] = []
    for block in _blocks(text):
        words = one_line(block.text).replace("::", ":")
        if block.kind == "item" and said and not said[-1].endswith((":", ".", ";")):
            said[-1] += ";"
        if block.kind != "title" and words:
            said.append(words)
    return " ".join(said).rstrip(": ")


def title(text: str) -> str:
    """The first underlined title of a text; empty where it has none."""
    return next((one_line(block.text) for block in _blocks(text) if block.kind == "title"), "")


def doctests(text: str) -> str:
    """The interactive examples of a text, with what they print, parted by blank lines; empty where it has none."""
    blocks = re.split(r"\n[ \t]*\n", text)
    found = [block[start:] for block in blocks if (start := block.find(">>>")) >= 0]
    return "\n\n".join("\n".join(line.strip() for line in block.splitlines()) for block in found)


def _without_lead_in(paragraph: str, *, is_first: bool) -> str:
    """A paragraph without a last sentence that announces what is left out. The first one is a summary all the same."""
    bare = paragraph.rstrip(": ")
    if bare == paragraph or bare.endswith((".", "!", "?")):
        return bare
    *before, last = sentences(bare)
    is_whole = last.count(" ") >= _FEWEST_WORDS - 1 and last.rpartition(" ")[2] not in _GOES_ON
    return bare if is_first and not before and is_whole else " ".join(before)


@dataclass
class _Block:
    """Lines that belong together, by what they are: prose, an item of a list, a title."""

    kind: Literal["prose", "item", "title"]
    lines: list[str]
    indent: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def takes(self, stripped: str, indent: int) -> bool:
        """Whether a line goes on with this block."""
        if self.kind == "title" or _BULLET.match(stripped):
            return False
        return indent > self.indent if self.kind == "item" else not _begins_anew(self.lines, stripped)


def _blocks(text: str) -> Iterator[_Block]:
    """Prose, list items and titles in order; code, doctests, tables, directives and fields are passed over."""
    lines = text.expandtabs().splitlines()
    if len(lines) == 1 and (stripped := lines[0].strip())[:1].isalpha():  # most descriptions
        yield _Block("prose", [stripped])
        return
    base = min((_indent(line) for line in lines if line.strip()), default=0)
    block: _Block | None = None
    number = 0
    while number < len(lines):
        stripped, indent = lines[number].strip(), _indent(lines[number])
        over = _end_of_markup(lines, number, base, inside=block is not None)
        titled = not over and _is_title(lines, number)
        if block is not None and not over and not titled and stripped and block.takes(stripped, indent):
            block.lines.append(stripped)
            number += 1
            continue
        if block is not None:
            yield block
        bullet = _BULLET.match(stripped)
        if over or not stripped:
            block, number = None, over or number + 1
        elif titled:
            block, number = _Block("title", [stripped]), number + 2
        else:
            block, number = (
                _Block("item" if bullet else "prose", [stripped[bullet.end() if bullet else 0 :]], indent),
                number + 1,
            )
    if block is not None:
        yield block


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end_of_markup(lines: list[str], number: int, base: int, *, inside: bool) -> int:
    """The line after the code, table, directive or doctest that begins at `number`; 0 where none does."""
    stripped, indent = lines[number].strip(), _indent(lines[number])
    if stripped[:1].isalpha():  # begins none of the marks below, and no item
        return _end_of_indented(lines, number + 1, base) if not inside and indent > base else 0
    after = range(number + 1, len(lines))
    if _UNDERLINE.fullmatch(stripped):  # a rule, or the line above a title
        return number + 1
    if stripped.startswith(("```", "~~~")):
        return next((later + 1 for later in after if lines[later].strip().startswith(stripped[:3])), len(lines))
    if _DIRECTIVE.match(stripped):
        return _end_of_indented(lines, number + 1, indent)
    if stripped.startswith(">>>") or _TABLE.match(stripped) or (_FIELD.match(stripped) and not inside):
        return next((later for later in after if not lines[later].strip()), len(lines))
    if not inside and indent > base and stripped and not _BULLET.match(stripped):
        return _end_of_indented(lines, number + 1, base)
    return 0


def _end_of_indented(lines: list[str], number: int, indent: int) -> int:
    """The first line from `number` on that is neither blank nor indented deeper than `indent`."""
    return next(
        (later for later in range(number, len(lines)) if lines[later].strip() and _indent(lines[later]) <= indent), len(lines)
    )


def _is_title(lines: list[str], number: int) -> bool:
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if not following or following[0].isalnum():
        return False
    return bool(_UNDERLINE.fullmatch(following)) and bool(re.search(r"\w", lines[number]))


def _begins_anew(before: list[str], line: str) -> bool:
    """Whether an author began anew on this line: the line before ends without a stop where the next word had found room."""
    last, word = before[-1], line.partition(" ")[0]
    if (
        not word[:1].isupper()
        or last.endswith((".", "!", "?", ",", ";", ":", "-", "(", "/"))
        or last.rpartition(" ")[2] in _GOES_ON
    ):
        return False
    width = min(_WIDTH, max(_WIDTH - 15, *(len(text) for text in (*before, line))))
    return len(last) + 1 + len(word) < width - 8
