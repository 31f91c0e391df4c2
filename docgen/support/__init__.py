"""Whether a text rests on its sources: the share of its words that they hold, and how doubtful each of its lines is.

In: a text, and what it may rest on. Out: shares and missing words from `words`, which everything that writes or reads asks; and
from `lines`, imported where it is wanted, the probability that a line was invented.
"""

from docgen.support.words import (
    FUNCTION_WORDS,
    content_words,
    share_known,
    stem,
    stems_of,
    support,
    unsupported_words,
)

__all__ = ["FUNCTION_WORDS", "content_words", "share_known", "stem", "stems_of", "support", "unsupported_words"]
