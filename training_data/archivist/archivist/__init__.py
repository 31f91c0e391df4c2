"""Document versions on disk and line diffs between them."""

from archivist.diffs import Hunk, PatchError, apply_patch, changed_lines, merge, similarity
from archivist.versions import LabelError, Store, Version, next_label, parse_label

__all__ = [
    "Hunk",
    "LabelError",
    "PatchError",
    "Store",
    "Version",
    "apply_patch",
    "changed_lines",
    "merge",
    "next_label",
    "parse_label",
    "similarity",
]
