"""Which rows of a build make up the corpus, and in which split each stands.

In: the rows of all files. Out: the rows of each split, in order. Boilerplate, repetitions and docstrings that people have
written anew are left out; then every source goes into one split, where it was before if there was a corpus before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from docgen.corpus.balance import Draw, weights
from docgen.corpus.duplicates import Duplicates, compare
from docgen.corpus.gathering import Light
from docgen.corpus.removal import Removed
from docgen.corpus.splits import Row, divide, place
from docgen.corpus.stock import Stock
from docgen.corpus.store import SPLITS, Split
from docgen.settings import CorpusSettings

_COVERED = 0.25  # sections of documents for each docstring of a project from which on its people have written enough


@dataclass(frozen=True)
class Arranged:
    """The rows of each split by number, and what was found of repetitions among all rows, by which what is left is proved to
    hold none across splits."""

    splits: Mapping[Split, Sequence[int]]
    compared: Sequence[int]  # the numbers of the rows, in the order of `duplicates`
    duplicates: Duplicates

    def repetitions(self) -> Duplicates:
        """Those among the rows of all splits, in their order."""
        place = {number: place for place, number in enumerate(self.compared)}
        return self.duplicates.of([place[number] for numbers in self.splits.values() for number in numbers])


def arrange(stock: Stock, settings: CorpusSettings, modules: Collection[str], known: Mapping[str, Split]) -> Arranged:
    """Puts every row that stays into a split. `modules` are the names of all modules, by which a source that is most of the
    corpus is divided; `known` has the splits of an earlier build."""
    if "boilerplate" not in settings.keep:
        _cut_boilerplate(stock)
    if "superseded" not in settings.keep:
        _let_people_speak(stock)
    compared = stock.numbers()
    duplicates = compare(stock.prints(compared), settings.near_duplicate)
    groups = _drop_repetitions(stock, settings, compared, duplicates)
    rows = [_row(number, stock.lights[number], groups[number]) for number in stock.numbers()]
    rows = divide(rows, modules, known)
    sources = {row.source for row in rows}
    placing = place(rows, {source: split for source, split in known.items() if source in sources})
    straddling = set(placing.straddling)
    splits: dict[Split, list[int]] = {split: [] for split in SPLITS}
    for row in rows:
        split = placing.splits[row.source]
        if row.index in straddling:
            _drop(stock, row.index, "near-duplicate", "shares its subject or most of its words with another split")
        elif row.origin == "synthetic" and split != "train":
            _drop(stock, row.index, "near-duplicate", "made from a row that is held out")
        else:
            stock.amend(row.index, source=row.source)
            splits[split].append(row.index)
    if settings.balance != "none":
        _balance(stock, splits["train"], settings.balance)
    return Arranged(splits, compared, duplicates)


def _balance(stock: Stock, numbers: Sequence[int], by: str) -> None:
    """Gives the rows that are trained on their weights."""
    draws = [Draw(found.kind, found.source, found.weight) for found in (stock.lights[number] for number in numbers)]
    for number, weight in zip(numbers, weights(draws, by), strict=True):
        stock.amend(number, weight=weight)


def _row(number: int, found: Light, group: int) -> Row:
    return Row(number, found.source, found.kind, found.about, group, found.origin)


def _drop(stock: Stock, number: int, rule: str, reason: str) -> None:
    found = stock.lights[number]
    stock.drop(number, Removed(rule, found.path, found.line, reason, found.heading))


def _cut_boilerplate(stock: Stock) -> None:
    """Docstrings are let be: the same sentence over many methods is one docstring, and repetition takes care of it."""
    numbers = [number for number in stock.numbers() if stock.lights[number].origin != "docstring"]
    if not numbers:
        return
    from docgen.corpus.cleaning.boilerplate import CUT, Boilerplate  # many builds have nothing for it, and it brings much along

    boilerplate = Boilerplate()
    for number, text in zip(numbers, stock.texts(numbers), strict=True):
        boilerplate.see(stock.lights[number].source, stock.lights[number].path, text)
    for number in numbers:
        example = stock.example(number)
        left = boilerplate.without(example)
        if isinstance(left, Removed):
            stock.drop(number, left)
        elif left is not example:
            stock.change(number, left)
    stock.repairs[CUT] += boilerplate.counts[CUT]


def _let_people_speak(stock: Stock) -> None:
    """Docstrings give way to sections that people wrote: those about the same thing, and, where the documents of a project say
    enough, all of them."""
    numbers = stock.numbers()
    docstrings = [number for number in numbers if stock.lights[number].origin == "docstring"]
    others = [number for number in numbers if stock.lights[number].origin not in ("docstring", "synthetic")]
    written = {(stock.lights[number].kind, stock.lights[number].about) for number in others}
    counts = Counter(map(stock.place, docstrings))
    covered = {where for where, count in Counter(map(stock.place, others)).items() if count >= _COVERED * counts[where]}
    for number in docstrings:
        found = stock.lights[number]
        if stock.place(number) in covered or (found.kind, found.about) in written:
            _drop(stock, number, "superseded", f"documents speak of `{found.about}` or of what is around it")


def _drop_repetitions(stock: Stock, settings: CorpusSettings, numbers: Sequence[int], duplicates: Duplicates) -> dict[int, int]:
    """Drops rows that repeat another one; a group for each that stays, equal for those that are still alike."""
    lights = [stock.lights[number] for number in numbers]
    settled = duplicates.settled(
        [found.kind for found in lights],
        [found.rank for found in lights],
        settings.keep,
        sources=[found.source for found in lights],
    )
    for repeat in settled.repeats:
        kept = stock.lights[numbers[repeat.of]]
        alike = "" if repeat.rule == "duplicate" else f" by {repeat.similarity:.0%}"
        reason = f"repeats {kept.path or kept.source}:{kept.line}{alike}"
        _drop(stock, numbers[repeat.index], repeat.rule, reason)
    return dict(zip(numbers, settled.groups, strict=True))
