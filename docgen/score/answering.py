"""A writer whose answers are kept: each Brief is answered once for as long as the writer stays the same.

In: a writer and a cache. Out: a writer with the same answers. Briefs are answered in groups that are kept as soon as they are
written, so that an interrupted run goes on where it stopped, with the groups that it would have had.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from docgen.brief import Brief
from docgen.cache import Cache, code_mark
from docgen.facts import mark
from docgen.report import DocgenError

GROUP = 16  # Briefs that are answered and kept together
_KIND = "answers"


class Writer(Protocol):
    """What is asked for texts. `mark` changes when its answers may."""

    @property
    def name(self) -> str: ...

    @property
    def mark(self) -> str: ...

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief, in their order."""
        ...


@dataclass(frozen=True)
class Answering:
    """Asks `writer`, and looks into `cache` before."""

    writer: Writer
    cache: Cache
    progress: Callable[[str, int, int], object]

    @property
    def name(self) -> str:
        """What reports call the writer."""
        return self.writer.name

    @property
    def mark(self) -> str:
        """The writer's own."""
        return self.writer.mark

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief. DocgenError for a writer that gives more or fewer."""
        texts: list[str] = []
        maker = [self.writer.mark, code_mark("writers", "write", "statements", "claims", "brief", "support")]
        for start in range(0, len(briefs), GROUP):
            group = briefs[start : start + GROUP]
            self.progress(f"{self.name}: writing", start, len(briefs))
            texts += self._answers(group, [json.dumps([*maker, brief.mark, mark(brief.excerpt, 12)]) for brief in group])
        self.progress(f"{self.name}: writing", len(briefs), len(briefs))
        return texts

    def _answers(self, group: Sequence[Brief], keys: Sequence[str]) -> list[str]:
        """The answers to a group, of which those that are not kept are asked for together."""
        kept = {
            key: found.decode("utf-8", "surrogatepass") for key in keys if (found := self.cache.get(_KIND, key)) is not None
        }
        wanted = {key: brief for key, brief in zip(keys, group, strict=True) if key not in kept}
        if wanted:
            for key, text in zip(wanted, answers_of(self.writer, list(wanted.values())), strict=True):
                self.cache.put(_KIND, key, text.encode("utf-8", "surrogatepass"))
                kept[key] = text
        return [kept[key] for key in keys]


def answers_of(writer: Writer, briefs: Sequence[Brief]) -> list[str]:
    """One text a Brief; DocgenError for a writer that gives more or fewer."""
    texts = writer.write(briefs)
    if len(texts) != len(briefs):
        what = f"the writer {writer.name} gave {len(texts)} texts for {len(briefs)} Briefs"
        raise DocgenError(what, fix="have it give one for each, empty where it has no answer")
    return texts
