"""What a corpus holds and what is wrong with it, worst first.

In: a corpus folder. Out: a Report with a finding for every leak, repetition and contradiction, and a table of what there is
by kind, origin and source. An adapter learns a corpus's faults as readily as its style, and held-out scores hide leaks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from docgen.corpus.store import SPLITS, Example, Split, read_split
from docgen.facts import JSON
from docgen.report import Finding, Report, Severity, worst_first

_MOST_NAMED = 5  # lines or sources named in one message; the rest is counted
_MOST_SOURCES = 12  # rows of the table of sources
_SHORT, _LONG = 3, 200  # words: outside, a section teaches little or is cut


@dataclass(frozen=True)
class _Row:
    """An example and where it stands."""

    example: Example
    split: Split
    path: str
    line: int

    @property
    def words(self) -> int:
        return len(self.example.text.split())


def audit(corpus: Path) -> Report:
    """What is in the corpus and what is wrong with it. Raises InputError for a folder that is none or a bad row (file:line)."""
    rows = [row for split in SPLITS for row in _rows(corpus, split)]
    findings = [
        *_missing(rows, corpus),
        *_shared_sources(rows),
        *_repeated_texts(rows),
        *_contradictions(rows),
        *_unlicensed(rows),
        *_odd_lengths(rows),
    ]
    return Report("corpus audit", worst_first(findings), _summary(rows), _table(rows))


def _rows(corpus: Path, split: Split) -> list[_Row]:
    path = corpus / f"{split}.jsonl"
    examples = read_split(corpus, split)
    with path.open("rb") as lines:
        numbers = [number for number, line in enumerate(lines, 1) if line.strip()]
    return [_Row(example, split, str(path), number) for example, number in zip(examples, numbers, strict=True)]


# What is wrong -----------------------------------------------------------------------------------------------------------


def _missing(rows: Sequence[_Row], corpus: Path) -> Iterator[Finding]:
    for split in SPLITS:
        if not any(row.split == split for row in rows):
            severity: Severity = "error" if split == "train" else "review"
            lacks = {
                "train": "nothing to learn from",
                "validation": "no checkpoint can be chosen",
                "test": "nothing to score on",
            }
            fix = "docgen corpus build with more sources"
            yield Finding("corpus-empty", severity, str(corpus / f"{split}.jsonl"), 1, "", f"no rows: {lacks[split]}", fix)


def _shared_sources(rows: Iterable[_Row]) -> Iterator[Finding]:
    """Sources whose rows stand in several splits: what was learnt from one is then asked about again."""
    first: dict[str, dict[Split, _Row]] = defaultdict(dict)
    for row in rows:
        first[row.example.source].setdefault(row.split, row)
    for source, splits in first.items():
        if "train" in splits and len(splits) > 1:
            row = next(row for split, row in splits.items() if split != "train")
            message = f"leak: the source `{source}` is in {' and '.join(splits)}"
            yield _finding("corpus-leak", "error", row, message, "build the corpus again: it splits by source")


def _repeated_texts(rows: Iterable[_Row]) -> Iterator[Finding]:
    """Texts that stand more than once about the same thing, or on both sides of the split."""
    same: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        same[_plain(row.example.text)].append(row)
    for group in same.values():
        outside = [row for row in group if row.split != "train"]
        about = Counter((row.example.brief.kind, row.example.brief.about) for row in group)
        if outside and len(outside) < len(group):
            message = f"leak: the text of {_lines(group)} is in train and in {' and '.join(_splits(outside))}"
            yield _finding("corpus-leak", "error", outside[0], message, "delete it from one of them")
        elif max(about.values()) > 1:
            yield _finding(
                "corpus-duplicate", "review", group[0], f"the same text stands in {_lines(group)}", "keep one of them"
            )


def _contradictions(rows: Iterable[_Row]) -> Iterator[Finding]:
    """The same Brief with several answers."""
    answers: dict[str, dict[str, _Row]] = defaultdict(dict)
    for row in rows:
        answers[row.example.brief.mark].setdefault(_plain(row.example.text), row)
    for group in (list(found.values()) for found in answers.values() if len(found) > 1):
        brief = group[0].example.brief
        message = f"one Brief ({brief.kind} of `{brief.about}`) has several texts, in {_lines(group)}"
        yield _finding("corpus-contradiction", "review", group[0], message, "keep the best text")


def _unlicensed(rows: Iterable[_Row]) -> Iterator[Finding]:
    """Sources whose licence nobody recorded, all in one finding."""
    first: dict[str, _Row] = {}
    for row in rows:
        if not row.example.license:
            first.setdefault(row.example.source, row)
    if first:
        named = ", ".join(f"`{source}`" for source in list(first)[:_MOST_NAMED])
        more = f" and {len(first) - _MOST_NAMED} more" if len(first) > _MOST_NAMED else ""
        message = f"no licence is known for {named}{more}: the adapter's card cannot name it"
        yield _finding(
            "corpus-license", "note", next(iter(first.values())), message, "add a LICENSE and build the corpus again"
        )


def _odd_lengths(rows: Iterable[_Row]) -> Iterator[Finding]:
    for row in rows:
        if not _SHORT <= row.words <= _LONG:
            sort = "short" if row.words < _SHORT else "long"
            message = f"a {sort} text: {row.words} words ({_SHORT} to {_LONG} teach best)"
            yield _finding("corpus-length", "note", row, message, "mend the text or delete the row")


def _finding(code: str, severity: Severity, row: _Row, message: str, fix: str) -> Finding:
    return Finding(code, severity, row.path, row.line, row.example.brief.kind, message, fix)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _splits(rows: Iterable[_Row]) -> list[str]:
    return list(dict.fromkeys(row.split for row in rows))


def _lines(rows: Sequence[_Row]) -> str:
    """`train:3, train:9 and 4 more`."""
    named = ", ".join(f"{row.split}:{row.line}" for row in rows[:_MOST_NAMED])
    return f"{named} and {len(rows) - _MOST_NAMED} more" if len(rows) > _MOST_NAMED else named


# What there is -----------------------------------------------------------------------------------------------------------


def _summary(rows: Sequence[_Row]) -> dict[str, JSON]:
    lengths = sorted(row.words for row in rows)
    return {
        "rows": len(rows),
        "splits": _counts(row.split for row in rows),
        "kinds": _counts(row.example.brief.kind for row in rows),
        "origins": _counts(row.example.origin for row in rows),
        "licenses": _counts(row.example.license or "unknown" for row in rows),
        "sources": _counts(row.example.source for row in rows),
        "words": {"median": int(median(lengths)), "longest": lengths[-1], "shortest": lengths[0]} if lengths else {},
    }


def _counts(names: Iterable[str]) -> dict[str, JSON]:
    return dict(Counter(names).most_common())


def _table(rows: Sequence[_Row]) -> str:
    """Rows by kind, origin and source in each split, with the median length in words."""
    blocks = [
        _block("kind", [(row.example.brief.kind, row) for row in rows]),
        _block("origin", [(row.example.origin, row) for row in rows]),
        _block("source", [(row.example.source, row) for row in rows]),
    ]
    return "\n\n".join(blocks)


def _block(title: str, named: Sequence[tuple[str, _Row]]) -> str:
    groups: dict[str, list[_Row]] = defaultdict(list)
    for name, row in named:
        groups[name].append(row)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    width = max([len(title), *(len(name) for name, _ in ordered[:_MOST_SOURCES])])
    lines = [f"{title:<{width}}  {'train':>7} {'valid.':>7} {'test':>7} {'words':>7}"]
    for name, rows in ordered[:_MOST_SOURCES]:
        counts = " ".join(f"{sum(row.split == split for row in rows):>7}" for split in SPLITS)
        lines.append(f"{name:<{width}}  {counts} {int(median(row.words for row in rows)):>7}")
    if len(ordered) > _MOST_SOURCES:
        lines.append(f"and {len(ordered) - _MOST_SOURCES} more")
    return "\n".join(lines)
