"""What only shows beside other rows: leaks, repetitions, several answers, lengths, rare labels, sources that outweigh the rest.

In: all rows, and the texts again from the files. Out: faults. Whether a text is short or a label rare is a question of the
others, so nothing here has a limit of its own where there are enough rows to ask.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from docgen.corpus.audit.faults import Fault
from docgen.corpus.audit.rows import Row, examples_of
from docgen.corpus.duplicates import Duplicates
from docgen.corpus.splits import Leak, Placed, leaks
from docgen.corpus.splits import Row as Light
from docgen.corpus.store import SPLITS, Split

_MOST_NAMED = 5  # lines or sources named in one message; the rest is counted
SHORT, LONG = 3, 200  # words: limits where there are too few texts to compare with
_FEWEST_COMPARED = 20  # texts of a label, or training rows for each label, from which their own distribution tells
_OUTLIER = 3.5  # modified z-score from which a value is an outlier (Iglewicz and Hoaglin, 1993)
_TO_DEVIATION = 0.6745  # the median absolute deviation of a normal distribution, in standard deviations
_LEAST_SPREAD = 0.25  # of the logarithm of the words: among texts of nearly one length a few words more are no outlier
_RARE = 0.1  # of an equal share
_DOMINANT = 0.5  # share of the training rows


def empty(rows: Sequence[Row]) -> Iterator[Fault]:
    """Splits without rows."""
    there = {row.split for row in rows}
    if "train" not in there:
        yield Fault("corpus-untrainable", "no rows: nothing to learn from", split="train")
    lacks: dict[Split, str] = {"validation": "no checkpoint can be chosen", "test": "nothing to score on"}
    yield from (Fault("corpus-empty", f"no rows: {lack}", split=split) for split, lack in lacks.items() if split not in there)


# Repetition --------------------------------------------------------------------------------------------------------------


def leaked(corpus: Path, rows: Sequence[Row], duplicates: Duplicates) -> Iterator[Fault]:
    """What stands in two splits: sources, subjects and texts, each held-out row named once. `duplicates` are the repetitions
    among the texts of the rows."""
    placed = [
        Placed(Light(index, row.source, row.kind, row.about, index, row.origin), row.split) for index, row in enumerate(rows)
    ]
    named: set[int] = set()
    shared: dict[str, list[Leak]] = defaultdict(list)
    found = leaks(placed, duplicates, lambda index: examples_of(corpus, [rows[index]])[0].text)
    for leak in sorted(found, key=lambda leak: (_LEAKS.index(leak.sort), leak.index)):
        if leak.sort == "source":
            shared[rows[leak.index].source].append(leak)
        elif leak.index not in named:
            named.add(leak.index)
            message = f"leak: {_gives_away(leak, rows[leak.index], rows[leak.other])}"
            yield Fault("corpus-leak", message, rows[leak.index], badness=leak.similarity)
    for source, leaks_of in shared.items():
        splits = {rows[leak.index].split for leak in leaks_of} | {rows[leak.other].split for leak in leaks_of}
        stands = " and ".join(split for split in SPLITS if split in splits)
        message = f"leak: the source `{source}` is in {stands} ({len(leaks_of)} held-out rows)"
        yield Fault("corpus-leak", message, rows[leaks_of[0].index], badness=1 + len(leaks_of))


_LEAKS = ("source", "duplicate", "contained", "near-duplicate", "synthetic", "subject")


def _gives_away(leak: Leak, row: Row, other: Row) -> str:
    return {
        "duplicate": f"its text is that of {other.short}",
        "near-duplicate": f"its text is nearly that of {other.short} ({leak.similarity:.0%} of the word triples of both)",
        "contained": f"its text stands inside {other.short}",
        "subject": f"`{row.about}` has its {row.kind} in {other.short} as well",
        "synthetic": "a synthetic row is held out: scores would be of made-up text",
    }[leak.sort]


def repeated(rows: Sequence[Row], duplicates: Duplicates) -> Iterator[Fault]:
    """Texts that stand more than once in one split: word for word about the same thing, or nearly."""
    same: dict[tuple[Split, bytes, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        same[row.split, row.text_mark, row.kind, row.about].append(row)
    for group in same.values():
        if len(group) > 1:
            message = f"the same text stands in {_lines(group)}"
            yield Fault("corpus-duplicate", message, group[0], badness=len(group))
    alike: dict[tuple[Split, str, int], list[Row]] = defaultdict(list)
    for row, number in zip(rows, duplicates.groups, strict=True):
        alike[row.split, row.kind, number].append(row)
    for group in alike.values():
        distinct = list({row.text_mark: row for row in group}.values())
        if len(distinct) > 1:
            message = f"nearly the same text about {_named([row.about for row in distinct])}, in {_lines(distinct)}"
            yield Fault("corpus-near-duplicate", message, distinct[0], badness=len(distinct))


def answered_twice(rows: Iterable[Row]) -> Iterator[Fault]:
    """The same Brief with several texts."""
    answers: dict[str, dict[bytes, Row]] = defaultdict(dict)
    for row in rows:
        answers[row.brief_mark].setdefault(row.text_mark, row)
    for group in (list(found.values()) for found in answers.values() if len(found) > 1):
        message = f"one Brief ({group[0].kind} of `{group[0].about}`) has several texts, in {_lines(group)}"
        yield Fault("corpus-answers", message, group[0], badness=len(group))


# Lengths -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lengths:
    """The lengths of a label's texts, on a logarithmic scale: twice as long is as odd as half as long."""

    middle: float
    spread: float

    @staticmethod
    def of(words: Sequence[int]) -> _Lengths:
        logs = [math.log(max(1, count)) for count in words]
        middle = median(logs)
        return _Lengths(middle, max(_LEAST_SPREAD, median(abs(value - middle) for value in logs)))

    def oddness(self, words: int) -> float:
        """How far a length lies from the middle: the modified z-score."""
        return _TO_DEVIATION * (math.log(max(1, words)) - self.middle) / self.spread

    @property
    def usual(self) -> tuple[int, int]:
        """The lengths that are no outliers."""
        reach = _OUTLIER * self.spread / _TO_DEVIATION
        return math.ceil(math.exp(self.middle - reach)), math.floor(math.exp(self.middle + reach))


def odd_lengths(rows: Sequence[Row]) -> Iterator[Fault]:
    """Texts far shorter or longer than others with the same label, and those of a word or two."""
    of_kind: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of_kind[row.kind].append(row)
    for kind, group in of_kind.items():
        lengths = _Lengths.of([row.words for row in group])
        low, high = lengths.usual if len(group) >= _FEWEST_COMPARED else (SHORT, LONG)
        low = max(low, SHORT)
        for row in group:
            if not low <= row.words <= high:
                sort = "short" if row.words < low else "long"
                counted = f"{row.words} word{'' if row.words == 1 else 's'}"
                message = f"a {sort} text: {counted}, where the {kind} of most has {low} to {high}"
                yield Fault("corpus-length", message, row, badness=abs(lengths.oddness(row.words)))


# Shares ------------------------------------------------------------------------------------------------------------------


def unlicensed(rows: Iterable[Row]) -> Iterator[Fault]:
    """Sources whose licence nobody recorded, all in one fault."""
    first: dict[str, Row] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        if not row.license:
            first.setdefault(row.source, row)
            counts[row.source] += 1
    if first:
        sources = [source for source, _ in counts.most_common()]
        message = f"no licence is known for {_named(sources)} ({counts.total():,} rows): the adapter's card cannot name it"
        yield Fault("corpus-license", message, first[sources[0]])


def rare_labels(rows: Iterable[Row]) -> Iterator[Fault]:
    """Labels that training sees less than a tenth as often as if all were equal, sampling weights counted in."""
    first, shares = _shares((row, row.kind) for row in rows if row.split == "train")
    if not shares or sum(shares.values()) < _FEWEST_COMPARED * len(shares):
        return
    equal = sum(shares.values()) / len(shares)
    for kind, seen in shares.items():
        if seen < _RARE * equal:
            share, fair = seen / sum(shares.values()), 1 / len(shares)
            message = f"{share:.2%} of what is trained on is {kind}; an equal share of {len(shares)} labels is {fair:.0%}"
            yield Fault("corpus-imbalance", message, first[kind], badness=equal / seen)


def dominant(rows: Iterable[Row]) -> Iterator[Fault]:
    """A source that training draws more often from than from all others together."""
    first, shares = _shares((row, row.source) for row in rows if row.split == "train")
    everything = sum(shares.values())
    for source, seen in shares.items():
        if seen > _DOMINANT * everything and len(shares) > 1 and everything >= _FEWEST_COMPARED:
            message = f"{seen / everything:.0%} of what is trained on comes from `{source}`, one source of {len(shares)}"
            yield Fault("corpus-dominance", message, first[source], badness=seen / everything)


def _shares(named: Iterable[tuple[Row, str]]) -> tuple[dict[str, Row], dict[str, float]]:
    """The first row of each name, and how much weight its rows have in all."""
    first: dict[str, Row] = {}
    weights: dict[str, float] = defaultdict(float)
    for row, name in named:
        first.setdefault(name, row)
        weights[name] += row.weight
    return first, {name: weight for name, weight in weights.items() if weight > 0}


# Wording -----------------------------------------------------------------------------------------------------------------


def _named(names: Sequence[str]) -> str:
    """`` `a`, `b` and 4 more ``, each once."""
    distinct = list(dict.fromkeys(names))
    named = ", ".join(f"`{name}`" for name in distinct[:_MOST_NAMED])
    return f"{named} and {len(distinct) - _MOST_NAMED} more" if len(distinct) > _MOST_NAMED else named


def _lines(rows: Sequence[Row]) -> str:
    """`train:3, train:9 and 4 more`."""
    named = ", ".join(row.short for row in rows[:_MOST_NAMED])
    return f"{named} and {len(rows) - _MOST_NAMED} more" if len(rows) > _MOST_NAMED else named
