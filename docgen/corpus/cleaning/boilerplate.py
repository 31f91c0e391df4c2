"""Boilerplate: passages that stand word for word in many documents.

In: first every example, seen; then every example again. Out: the example without its boilerplate, or Removed where nothing else
is in it. One hash of a passage is kept, not the passage. What stands everywhere says nothing of what it stands beside.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from docgen.corpus.removal import Removed
from docgen.corpus.store import Example
from docgen.corpus.words import words_in

LEAST_SOURCES = 4
LEAST_DOCUMENTS = 10
LEAST_WORDS = 8  # a shorter passage is a phrase that many people hit upon
CUT = "boilerplate cut"  # the count of passages that were taken out of an example
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def passages(text: str) -> Iterator[str]:
    """The paragraphs of a text with the blank lines that follow them, fenced code whole: joined they are the text."""
    held: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        if not fence and held and not held[-1].strip() and line.strip():
            yield "".join(held)
            held = []
        held.append(line)
        if marked := _FENCE.match(line):
            fence = marked[1] if not fence else "" if marked[1].startswith(fence) else fence
    if held:
        yield "".join(held)


class Boilerplate:
    """Passages that occur in many sources (4) or many documents (10): `see` all examples, then `without` each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._documents: dict[bytes, set[int]] = {}
        self._sources: dict[bytes, set[int]] = {}
        self._seen: dict[bytes, tuple[int, int]] = {}  # most passages stand once: no sets for those
        self._numbers: dict[str, int] = {}

    def see(self, source: str, path: str, text: str) -> None:
        """Takes note of the passages of one example."""
        document, of = self._number(f"{source}\0{path}"), self._number(source)
        for passage in passages(text):
            if not (mark := _mark(passage)):
                continue
            first = self._seen.setdefault(mark, (document, of))
            if first == (document, of):
                continue
            documents = self._documents.setdefault(mark, {first[0]})
            sources = self._sources.setdefault(mark, {first[1]})
            if not self._is_common(mark):
                documents.add(document)
                sources.add(of)

    def without(self, example: Example) -> Example | Removed:
        """The example without boilerplate. Removed where that is all there is, or too little stays to be a sentence."""
        parts = list(passages(example.text))
        own = [part for part in parts if not self._is_common(_mark(part))]
        if len(own) == len(parts):
            return example
        if not any(re.search(r"\w", part) for part in own):
            self.counts["boilerplate"] += 1
            where = self._where(_mark(parts[0]))
            return Removed("boilerplate", example.path, example.line, f"stands in {where} too", example.brief.heading)
        self.counts[CUT] += len(parts) - len(own)
        return replace(example, text="".join(own).strip())

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def _is_common(self, mark: bytes) -> bool:
        return len(self._sources.get(mark, ())) >= LEAST_SOURCES or len(self._documents.get(mark, ())) >= LEAST_DOCUMENTS

    def _where(self, mark: bytes) -> str:
        sources, documents = self._sources[mark], self._documents[mark]
        if len(sources) >= LEAST_SOURCES:
            return f"{LEAST_SOURCES} or more sources"
        return f"{len(documents)} or more documents"


def _mark(passage: str) -> bytes:
    """A hash of the passage's words; empty for code and for a few words."""
    words = words_in(passage)
    if len(words) < LEAST_WORDS or _FENCE.match(passage):
        return b""
    return hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest()
