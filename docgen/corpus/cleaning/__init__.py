"""Cleaning: which examples a model should not learn from, each rule a function of one example with a name of its own.

In: `Example`s, one at a time. Out: the example, repaired and marked with the share of its statements that its facts bear out,
or `Removed` with the rule and a reason. Settings switch rules off by name. What only shows beside other documents is
`Boilerplate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from docgen.corpus.cleaning.boilerplate import Boilerplate, passages
from docgen.corpus.cleaning.encoding import garbled, repaired
from docgen.corpus.cleaning.languages import Languages
from docgen.corpus.cleaning.length import TokenLimit, too_few_words, wordless
from docgen.corpus.cleaning.truth import contradicted, invented, statements_supported
from docgen.corpus.cleaning.unfinished import generated, unfinished
from docgen.corpus.removal import REPAIRED, Removed
from docgen.corpus.store import Example
from docgen.settings import CorpusSettings

__all__ = ["REPAIRED", "Boilerplate", "Cleaner", "passages"]

Rule = Callable[[Example], str]


class Cleaner:
    """Cleans examples one by one and counts, by rule, what became of them. Rules run in the order of their cost."""

    def __init__(self, settings: CorpusSettings) -> None:
        self.counts: Counter[str] = Counter()
        rules: dict[str, Rule] = {
            "mojibake": garbled,
            "empty": wordless,
            "tiny": lambda example: too_few_words(example, settings.min_words),
            "todo": unfinished,
            "generated": generated,
            "language": Languages(settings.languages).foreign,
            "long": TokenLimit(settings.max_tokens).too_many,
            "contradicted": contradicted,
            "invented": invented,
        }
        self._rules = {name: rule for name, rule in rules.items() if name not in settings.keep}

    def clean(self, example: Example) -> Example | Removed:
        """The example with mojibake mended and its `support` filled in, or the first rule that removes it."""
        mended = repaired(example)
        for name, rule in self._rules.items():
            if reason := rule(mended):
                self.counts[name] += 1
                return Removed(name, example.path, example.line, reason, example.brief.heading)
        self.counts[REPAIRED] += mended is not example
        return replace(mended, support=statements_supported(mended))
