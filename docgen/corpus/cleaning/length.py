"""Sections with too little to learn from, or with more than a model's context holds.

In: an example. Out: a reason, empty where its length will do. Tokens are counted as the embedded base counts them, because a
limit in words means something else in every text.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

import docgen
from docgen.corpus.store import Example
from docgen.corpus.words import words_in

TOKENIZER = Path(docgen.__file__).parent / "bases" / "sm" / "tokenizer.json"
_WORD = re.compile(r"\w")


def wordless(example: Example) -> str:
    """Why an example is empty: there is no word in it."""
    return "" if _WORD.search(example.text) else "holds no words"


def too_few_words(example: Example, least: int) -> str:
    """Why an example is tiny: it has fewer than `least` words."""
    words = sum(bool(_WORD.match(word)) for word in words_in(example.text))
    return f"holds {words} word{'' if words == 1 else 's'}, fewer than {least}" if words < least else ""


class TokenLimit:
    """Tells texts of more than `most` tokens of the embedded base."""

    def __init__(self, most: int) -> None:
        self.most = most

    def too_many(self, example: Example) -> str:
        """Why an example is long."""
        if len(example.text.encode("utf-8", "replace")) <= self.most:  # every token holds a byte or more
            return ""
        tokens = self.count(example.text)
        return f"has {tokens} tokens, more than {self.most}" if tokens > self.most else ""

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._tokenizer.encode(text.encode("utf-8", "replace").decode(), add_special_tokens=False).ids)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer.from_file(str(TOKENIZER))
