"""The words of a text as comparing texts sees them.

In: any text. Out: its words in order. Case, spacing, markup and punctuation make no difference, signs that change a meaning do.
"""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # kana, Chinese characters, hangul: each character counts as a word
_WORD = re.compile(  # words, numbers with their sign, and signs: `n < 0` is not `n > 0`
    rf"-?\d+(?:\.\d+)?|[{_UNSPACED}]|[^\W\d{_UNSPACED}](?:(?![{_UNSPACED}])\w)*|[<>!=]=|[<>=+%^~]"
)


def words_in(text: str) -> list[str]:
    """The words of a text, lower-case."""
    return _WORD.findall(text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold())
