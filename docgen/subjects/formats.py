"""The formats of hand-written documents, by the endings of their files.

Out: `SUFFIXES`. Kept apart from what reads them, since every search for documents asks.
"""

from __future__ import annotations

SUFFIXES = (".md", ".markdown", ".rst", ".ipynb")
