"""What a build says at its end: rows by label and split, what was left out and why, and on request all of it in detail.

In: the record, and what was left out. Out: a Report. A passage that is missing from a corpus is missed by nobody, unless it is
named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from docgen.corpus.record import Record
from docgen.corpus.removal import RULES, Removed
from docgen.corpus.stock import Stock
from docgen.corpus.store import SPLITS
from docgen.facts import JSON
from docgen.report import Finding, Report

_MOST_SHOWN = 20


def report_of(
    record: Record, stock: Stock, output: Path, barren: Sequence[str], bases: Sequence[Path], *, strict: bool, full: bool
) -> Report:
    """The report of a build. `bases` are the folders that the paths of rows may be relative to; `full` adds every heading,
    everything left out and everything private that was found."""
    unreadable = (removed for removed in stock.all_removed() if removed.rule == "unreadable")
    findings = [*(_unread(removed, bases, strict) for removed in unreadable), *map(_unused, barren), *_leaking(record, output)]
    summary: dict[str, JSON] = {
        "corpus": str(output),
        "splits": {**record.rows},
        "kinds": {kind: sum(counts.values()) for kind, counts in record.labels.items()},
        "left_out": sum(record.removed.values()),
        "removed": {**record.removed},
        "repaired": {**record.repaired},
        "private": {**record.private},
        "unreadable": record.removed.get("unreadable", 0),
    }
    table = list(_table(record, output))
    if full:
        summary |= _details(stock)
        table += ["", *_detailed(stock)]
    return Report("corpus build", tuple(findings), summary, "\n".join(table))


def _unread(removed: Removed, bases: Sequence[Path], strict: bool) -> Finding:
    path = next((base / removed.path for base in bases if (base / removed.path).exists()), Path(removed.path))
    here = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    fix = "mend the file, or leave it out: [paths] exclude in docgen.toml, or --exclude"
    return Finding("corpus-unreadable", "error" if strict else "review", str(here), removed.line, "", removed.reason, fix)


def _unused(source: str) -> Finding:
    fix = "put its sections under headings that [labels] knows, below the name of what they speak of; --report lists them"
    return Finding("source-unused", "review", source, 1, "", "no labelled section came of this source", fix)


def _leaking(record: Record, output: Path) -> Iterator[Finding]:
    for sort, count in record.leaks.items():
        message = f"{count} held-out rows share {_SHARED.get(sort, sort)} with another split"
        yield Finding("corpus-leak", "review", str(output), 1, "", message, f"docgen corpus audit {output} names them")


_SHARED = {
    "source": "their source",
    "subject": "what they are about",
    "duplicate": "their text",
    "near-duplicate": "most of their words",
    "contained": "their text, inside a longer one,",
}


# Text --------------------------------------------------------------------------------------------------------------------


def _table(record: Record, output: Path) -> Iterator[str]:
    total = sum(record.rows.values())
    split = ", ".join(f"{record.rows[split]} {split}" for split in SPLITS)
    sources = len(record.sources)
    yield f"{output}: {total} section{_s(total)} from {sources} source{_s(sources)} ({split})"
    width = max([len("label"), *map(len, record.labels)])
    yield f"  {'label':<{width}} " + " ".join(f"{split:>10}" for split in SPLITS)
    for kind, counts in record.labels.items():
        yield f"  {kind:<{width}} " + " ".join(f"{counts[split]:>10}" for split in SPLITS)
    if record.removed:
        yield f"left out: {sum(record.removed.values())}"
        yield from (f"  {count:>6} {rule}: {RULES.get(rule, rule)}" for rule, count in _by_count(record.removed))
    yield from (f"{what}: {count}" for what, count in _by_count(record.repaired))
    if record.private:
        yield "private: " + ", ".join(f"{count} {sort}" for sort, count in _by_count(record.private))


def _detailed(stock: Stock) -> Iterator[str]:
    """Headings by how they were labelled, everything left out, and what was private, redacted."""
    headings = _headings(stock)
    totals = Counter[str]()
    for item in headings:
        totals[item.by] += item.times
    said = ", ".join(f"{totals[by]} by {by}" for by in _HOW if totals[by])
    yield f"headings: {said or 'none labelled'}; {totals['']} without a label, which [labels] in docgen.toml may map"
    for item in headings:
        sure = f", {item.confidence:.2f}" if item.by == "classifier" else ""
        yield f"  {item.times:>6} {item.heading}: {f'{item.kind} ({item.by}{sure})' if item.kind else 'no label'}"
    yield "left out"
    yield from (f"  {item.path}:{item.line}: {item.rule}: {item.reason}" for item in stock.all_removed())
    if stock.private.places:
        yield "private"
        yield from (f"  {place.path}:{place.line}: {place.sort}: {place.redacted}" for place in stock.private.places)


def _details(stock: Stock) -> dict[str, JSON]:
    """The same as `_detailed`, for programs."""
    return {
        "headings": [
            {"heading": item.heading, "kind": item.kind, "by": item.by, "count": item.times, "confidence": item.confidence}
            for item in _headings(stock)
        ],
        "passages": [
            {"rule": item.rule, "path": item.path, "line": item.line, "reason": item.reason, "heading": item.heading}
            for item in stock.all_removed()
        ],
        "private_places": [
            {"sort": place.sort, "path": place.path, "line": place.line, "shown": place.redacted}
            for place in stock.private.places
        ],
    }


_HOW = ("settings", "heading", "classifier")  # surest first


class _Heading(NamedTuple):
    """A heading with one label, how often it was met, and how surely it was labelled where that was least."""

    heading: str
    kind: str
    by: str
    times: int
    confidence: float


def _headings(stock: Stock) -> list[_Heading]:
    """The labelled headings by how, the least sure first, which are to be looked at; then the others, most frequent first."""
    found: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for headed in stock.all_headings():
        found[headed.heading, headed.kind, headed.by].append(headed.confidence)
    items = [_Heading(*label, len(sure), min(sure)) for label, sure in found.items()]
    return sorted(items, key=lambda item: (_rank(item.by), item.confidence, -item.times, item))


def _rank(by: str) -> int:
    return _HOW.index(by) if by in _HOW else len(_HOW)


def _by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _s(count: int) -> str:
    return "" if count == 1 else "s"
