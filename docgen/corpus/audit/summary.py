"""What a corpus holds, counted: for the end of the printed report, for its JSON, and for the page's charts.

In: rows. Out: counts by label, source, origin and licence in each split, and tables of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from docgen.corpus.audit.rows import Row
from docgen.corpus.store import SPLITS
from docgen.facts import JSON

_MOST_NAMES = 12  # rows of one table
Name = Callable[[Row], str]


def summary(rows: Sequence[Row]) -> dict[str, JSON]:
    """The counts as JSON."""
    lengths = sorted(row.words for row in rows)
    return {
        "rows": len(rows),
        "splits": _counts(row.split for row in rows),
        "kinds": _counts(row.kind for row in rows),
        "origins": _counts(row.origin for row in rows),
        "licenses": _counts(row.license or "unknown" for row in rows),
        "sources": _counts(row.source for row in rows),
        "words": {"median": int(median(lengths)), "longest": lengths[-1], "shortest": lengths[0]} if lengths else {},
    }


def _counts(names: Iterable[str]) -> dict[str, JSON]:
    return dict(Counter(names).most_common())


def by_split(rows: Iterable[Row], name: Name) -> Mapping[str, list[int]]:
    """For each name, its rows in train, validation and test."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(SPLITS))
    for row in rows:
        counts[name(row)][SPLITS.index(row.split)] += 1
    return counts


def table(rows: Sequence[Row]) -> str:
    """Rows by kind, origin and source in each split, with the median length in words."""
    names: dict[str, Name] = {
        "kind": lambda row: row.kind,
        "origin": lambda row: row.origin,
        "source": lambda row: row.source,
    }
    return "\n\n".join(_block(title, rows, name) for title, name in names.items())


def _block(title: str, rows: Sequence[Row], name: Name) -> str:
    counts, words = by_split(rows, name), defaultdict(list)
    for row in rows:
        words[name(row)].append(row.words)
    ordered = sorted(counts, key=lambda found: (-sum(counts[found]), found))
    width = max([len(title), *(len(found) for found in ordered[:_MOST_NAMES])])
    lines = [f"{title:<{width}}  {'train':>7} {'valid.':>7} {'test':>7} {'words':>7}"]
    for found in ordered[:_MOST_NAMES]:
        cells = " ".join(f"{count:>7}" for count in counts[found])
        lines.append(f"{found:<{width}}  {cells} {int(median(words[found])):>7}")
    if len(ordered) > _MOST_NAMES:
        lines.append(f"and {len(ordered) - _MOST_NAMES} more")
    return "\n".join(lines)
