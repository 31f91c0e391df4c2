"""Real statements with what they rest on, and invented ones planted among them: what support is fitted to and measured on.

In: packages, whose docstrings say more than a summary, and corpora, whose texts rest on their facts. Out: `Line`s,
half of them as people wrote them, half false in a known way: a statement of another subject, a changed name or number, or a
fluent claim about nothing that is there. The same seed plants the same lines.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.brief import Brief, brief_for
from docgen.corpus.cleaning.truth import statements
from docgen.corpus.store import SPLITS, read_split
from docgen.readers.docstrings import sentences
from docgen.readers.python_api import read_package

WAYS = ("another subject", "another source", "a name", "a number", "a claim")
_MARKUP = re.compile(r"https?:|>>>|::|\\|\$|[{}|]|\[\d+\]|_`|(?<!\S)\.\. |\b(?:TODO|FIXME|XXX)\b|##")
_WORDS = (5, 60)  # words of a statement
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)")
_NAME = re.compile(r"`[^`\s]+`|\b[a-z]+_\w+\b|\b[A-Z][a-z]+[A-Z]\w*\b")

# Claims that sound like documentation and say what no facts hold. Every second one is for fitting, the others for measuring.
_DOES = (
    "caches the result for {number} seconds",
    "is safe to call from several threads",
    "retries up to {number} times before it gives up",
    "writes a line to the audit log",
    "falls back to the system locale",
    "sends the request through the configured proxy",
    "compresses the payload with gzip",
    "asks the user for confirmation",
    "locks the file while it works",
    "keeps at most {number} connections open",
    "sorts the entries by their date of creation",
    "removes duplicates from the output",
    "rounds every amount to two decimals",
    "encrypts the values with the project's key",
    "follows symbolic links",
    "reads the settings from the environment",
    "runs in time linear in the number of rows",
    "is deprecated in favour of the asynchronous client",
    "supports pagination of up to {number} items",
    "normalises Unicode before it compares anything",
    "needs administrator rights on Windows",
    "notifies every subscriber once it is done",
    "keeps a backup of the previous version",
    "validates the certificate of the server",
    "starts a background worker",
    "splits the work into batches of {number}",
    "ignores hidden files",
    "preserves the order of insertion",
    "stores its state in a temporary directory",
    "loads plug-ins from the entry points",
)
_WHEN = (
    "",
    " when the network is slow",
    " unless the debug mode is on",
    " on every platform but macOS",
    " since the second release",
    " if the disk is nearly full",
    " as soon as the queue is empty",
    " while the server restarts",
    " before midnight in the local time zone",
    " once the quota of the account is spent",
)
_OPENINGS = ("`{name}` {does}{when}.", "It {does}{when}.", "The {noun} {does}{when}.", "By default, the {noun} {does}{when}.")


@dataclass(frozen=True)
class Line:
    """A statement about what `brief` is about, and in which way it is false: `how` is empty where a person wrote it of this."""

    text: str
    brief: Brief
    source: str
    how: str = ""

    @property
    def is_supported(self) -> bool:
        """Whether a person wrote it of this subject."""
        return not self.how


def lines_of_package(path: Path, most: int = 400) -> list[Line]:
    """Up to `most` sentences with which docstrings go on after the summary, each with the Brief of what it describes, which
    does not hold them."""
    found = []
    for entry in read_package(path, tolerant=True):
        description = entry.get("doc.description")
        if not isinstance(description, str) or not entry.excerpt:
            continue
        brief = brief_for(entry, "use-case")
        known = replace(brief, facts=tuple(fact for fact in brief.facts if fact.name != "doc.description"))
        told = [each for each in sentences(description)[:4] if is_statement(each)]
        found += [Line(text, known, path.name) for text in told]
    return random.Random(0).sample(found, min(most, len(found)))


def lines_of_corpus(folder: Path) -> list[Line]:
    """The statements of a corpus, each with the Brief that it answers."""
    rows = [example for split in SPLITS for example in read_split(folder, split)]
    return [Line(text, row.brief, row.source) for row in rows for text in statements(row.text) if is_statement(text)]


def is_statement(text: str) -> bool:
    """Whether a sentence is prose of a useful length."""
    return _WORDS[0] <= len(text.split()) <= _WORDS[1] and not _MARKUP.search(text) and text[:1].isupper()


def planted(lines: Sequence[Line], *, for_fitting: bool, seed: int = 0) -> list[Line]:
    """The lines, and for each one an invention about the same subject: all ways in turn, another where one cannot
    be gone."""
    draw = random.Random(seed)
    made: list[Line] = []
    for number, line in enumerate(lines):
        first = WAYS[number % len(WAYS)]
        ways = (first, *draw.sample([way for way in WAYS if way != first], len(WAYS) - 1))
        texts = ((way, _invented(way, line, lines, draw, for_fitting)) for way in ways)
        way, text = next((way, text) for way, text in texts if text)
        made += [line, Line(text, line.brief, line.source, way)]
    return made


def _invented(way: str, line: Line, lines: Sequence[Line], draw: random.Random, for_fitting: bool) -> str:
    """A false statement about the subject of `line`; "" where this way cannot be gone."""
    if way == "a claim":
        return _claim(line.brief, draw, for_fitting)
    if way == "a number":
        return _NUMBER.sub(lambda found: _other_number(found[0], draw), line.text) if _NUMBER.search(line.text) else ""
    for other in (draw.choice(lines) for _ in range(50)):
        if other.brief.about == line.brief.about or (other.source == line.source) is (way == "another source"):
            continue
        if way != "a name":
            return other.text
        if names := _NAME.findall(other.text):
            return _renamed(line.text, draw.choice(names))
    return ""


def _other_number(text: str, draw: random.Random) -> str:
    if "." in text:
        return f"{float(text) * draw.choice((0.5, 1.5, 3)) + 0.1:.{len(text.partition('.')[2])}f}"
    return str(int(text[:9]) + draw.choice((1, 2, 3, 5, 10)))


def _renamed(text: str, name: str) -> str:
    """The text with its first name replaced by another; "" where it has none, or the same."""
    found = _NAME.search(text)
    plain = name.strip("`")
    if not found or plain == found[0].strip("`"):
        return ""
    return text[: found.start()] + (f"`{plain}`" if found[0].startswith("`") else plain) + text[found.end() :]


def _claim(brief: Brief, draw: random.Random, for_fitting: bool) -> str:
    start = 0 if for_fitting else 1
    does = draw.choice(_DOES[start::2]).format(number=draw.choice((3, 5, 10, 30, 60, 100)))
    kind = brief.symbol_kind.rpartition(" ")[2]
    parts = {"name": brief.short, "noun": kind, "does": does, "when": draw.choice(_WHEN[start::2])}
    return draw.choice(_OPENINGS).format(**parts)


def by_source(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each source."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.source, []).append(line)
    yield from groups.items()
