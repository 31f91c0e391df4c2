"""The writer that needs no model: each Brief's facts, stated plainly.

In: Briefs. Out: their plain statements. What every other writer falls back to, and what `--writer none` is.
"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.brief import Brief
from docgen.statements import state


class PlainWriter:
    """States facts and nothing else; the same text every time."""

    name = "none"
    mark = "none"

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief; "" where its facts say nothing for its kind of section."""
        return [state(brief) for brief in briefs]
