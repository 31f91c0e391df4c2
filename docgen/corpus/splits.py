"""Which split a row goes to: a source lies in one split only, chosen by its name, so that it stays there next time.

In: light rows, the modules that their names lie in, and the splits of an earlier build. Out: a split or a fold for each source,
and `leaks`, which proves that nothing straddles. What a model has seen of a project it must not be asked about again, and a
corpus of one project must still have something held out.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from docgen.corpus.duplicates import Duplicates
from docgen.corpus.store import SPLITS, Example, Origin, Split
from docgen.corpus.words import words_in
from docgen.report import InputError

_SHARES: tuple[tuple[Split, float], ...] = (("train", 0.70), ("validation", 0.85), ("test", 1.0))  # upper bounds of the hash
_LEAST_TRAINED = 0.5  # share of all rows
_LEAST_HELD, _WANTED_HELD = 0.05, 0.15  # share of all rows in validation and in test: fewer say little about anything
_MOST_SHARING = 3  # sources that may speak of one subject; a name that more of them use (`setup`, `model`) is a common word


@dataclass(frozen=True)
class Row:
    """What splitting asks of an example: `index` is its place in the corpus, `group` is shared by its near-duplicates."""

    index: int
    source: str
    kind: str
    about: str
    group: int
    origin: Origin


# Division ----------------------------------------------------------------------------------------------------------------


def divide(rows: Sequence[Row], modules: Collection[str], known: Collection[str] = ()) -> list[Row]:
    """Rows whose source, where it holds half of them all or more, is divided into the modules that they speak of.

    What an earlier build divided, whose sources are `known`, is divided again; what was whole stays so beside other sources.
    """
    counts = Counter(row.source for row in rows)
    before = {source for source in counts if any(name.startswith((f"{source}.", f"{source}/")) for name in known)}
    large = {source for source, count in counts.items() if count * 2 >= len(rows)}
    parted = before | {source for source in large if source not in known or len(counts) == 1}
    return [replace(row, source=_module_source(row, modules)) if row.source in parted else row for row in rows]


def _module_source(row: Row, modules: Collection[str]) -> str:
    """The source of a row as `source/pkg.module`, or the module alone where the source is called as its package."""
    module = row.about
    while module and module not in modules:
        module = module.rpartition(".")[0]
    if not module:
        return row.source
    return module if module.partition(".")[0] == row.source else f"{row.source}/{module}"


# Placing -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placing:
    """The split of each source, and the `index` of each row that has to go: sources that an earlier build put into different
    splits have come to share a near-duplicate or a subject, and these rows are on the smaller side of it."""

    splits: Mapping[str, Split]
    straddling: tuple[int, ...]


def place(rows: Sequence[Row], known: Mapping[str, Split] | None = None) -> Placing:
    """Every source in one split: `known` ones where they were, new ones where the hash of their name says.

    Sources that share a near-duplicate (a `group`) or a subject (kind and `about`) go together. Train holds at least half of
    the rows where that leaves something for the others; of two sources the smaller one is for validation, and with three or
    more no split is empty, nor nearly so where train can spare a source. To that end only new sources are moved.
    """
    known = known or {}
    counts = Counter(row.source for row in rows)
    units = [_Unit(tuple(group), sum(counts[source] for source in group)) for group in _together(rows)]
    of: dict[_Unit, Split] = {}
    free = set()
    for unit in units:
        held = Counter({known[source]: counts[source] for source in unit.sources if source in known})
        if held:
            of[unit] = min(held, key=lambda split: (-held[split], SPLITS.index(split)))
        else:
            of[unit] = unit.split
            free.add(unit)
    _balance(of, free)
    splits = {source: known.get(source, split) for unit, split in of.items() for source in unit.sources}
    return Placing(splits, tuple(sorted(_straddling(rows, splits))))


@dataclass(frozen=True)
class _Unit:
    """Sources that go together, and their number of rows."""

    sources: tuple[str, ...]
    rows: int

    @property
    def place(self) -> float:
        """Where it stands between 0 and 1, by its first source."""
        return int(hashlib.sha256(f"split:{self.sources[0]}".encode()).hexdigest()[:8], 16) / 2**32

    @property
    def split(self) -> Split:
        return next(split for split, bound in _SHARES if self.place < bound)


def _together(rows: Iterable[Row]) -> list[list[str]]:
    """The sources in groups that share near-duplicates or subjects, each sorted."""
    ties: dict[Hashable, set[str]] = defaultdict(set)
    root: dict[str, str] = {}
    for row in rows:
        root.setdefault(row.source, row.source)
        ties[row.group].add(row.source)
        ties[row.kind, row.about].add(row.source)
    for tie, sources in ties.items():
        if isinstance(tie, tuple) and len(sources) > _MOST_SHARING:
            continue
        first, *others = sorted(sources)
        for source in others:
            root[_root(root, source)] = _root(root, first)
    found: dict[str, list[str]] = defaultdict(list)
    for source in sorted(root):
        found[_root(root, source)].append(source)
    return list(found.values())


def _root(root: dict[str, str], source: str) -> str:
    while root[source] != source:
        root[source] = root[root[source]]
        source = root[source]
    return source


def _balance(of: dict[_Unit, Split], free: Collection[_Unit]) -> None:
    """Moves free units until train holds enough and no split is empty, as far as they allow."""
    by_size = sorted(of, key=lambda unit: (-unit.rows, unit.place))
    movable = [unit for unit in by_size if unit in free]
    if len(of) == 2:
        taken = {of[unit] for unit in by_size if unit not in free}
        of |= dict(zip(movable, (split for split in SPLITS if split not in taken), strict=False))
        return
    while sum(unit.rows for unit in of if of[unit] == "train") < _LEAST_TRAINED * sum(unit.rows for unit in of):
        outside = next((unit for unit in movable if of[unit] != "train"), None)
        if outside is None:
            break
        of[outside] = "train"
    for split in SPLITS:
        if split in of.values() or len(of) < len(SPLITS):
            continue
        held = Counter(of.values())
        givers = [unit for unit in reversed(movable) if held[of[unit]] > 1]
        if givers:
            of[min(givers, key=lambda unit: of[unit] != "train")] = split
    for split in SPLITS[1:]:
        _fill(split, of, movable)


def _fill(split: Split, of: dict[_Unit, Split], movable: Sequence[_Unit]) -> None:
    """Moves a unit of about the wanted size from train into a split that holds too little, where train can spare one."""
    everything, held = sum(unit.rows for unit in of), Counter[Split]()
    for unit, where in of.items():
        held[where] += unit.rows
    spare = held["train"] - _LEAST_TRAINED * everything
    givers = [unit for unit in movable if of[unit] == "train" and unit.rows <= spare]
    if givers and held[split] < _LEAST_HELD * everything:
        of[min(givers, key=lambda unit: abs(held[split] + unit.rows - _WANTED_HELD * everything))] = split


def _straddling(rows: Sequence[Row], splits: Mapping[str, Split]) -> Iterator[int]:
    """Rows of a group or subject that lies in several splits, but those where most of it lies; of equal sides the last split
    keeps its rows, so that scores stay comparable."""
    tied: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        tied[row.group].append(row)
        tied[row.kind, row.about].append(row)
    for tie, held in tied.items():
        sides = Counter(splits[row.source] for row in held)
        is_common = isinstance(tie, tuple) and len({row.source for row in held}) > _MOST_SHARING
        if len(sides) > 1 and not is_common:
            stays = max(sides, key=lambda split: (sides[split], SPLITS.index(split)))
            yield from {row.index for row in held if splits[row.source] != stays}


# Folds -------------------------------------------------------------------------------------------------------------------


def folds(rows: Sequence[Row], count: int, known: Mapping[str, int] | None = None) -> dict[str, int]:
    """A fold from 0 to `count - 1` for each source, with the labels spread evenly over them; the same rows give the same folds.

    Sources that share near-duplicates (a `group`) or subjects (kind and `about`) go together, in the `known` fold of most of
    their rows where an earlier division has one. Raises InputError where there are fewer of such units than folds.
    """
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        labels[row.source][row.kind] += 1
    units = [(group, sum((labels[source] for source in group), Counter[str]())) for group in _together(rows)]
    if not 2 <= count <= len(units):
        what = f"{count} folds of {len(units)} source{'' if len(units) == 1 else 's'} that share nothing"
        raise InputError(what, fix=f"ask for 2 to {len(units)}" if len(units) > 1 else "give more sources")
    everything = Counter(row.kind for row in rows)
    held: list[Counter[str]] = [Counter() for _ in range(count)]
    found: dict[str, int] = {}
    placed = {group[0]: fold for group, _ in units if (fold := _known_fold(group, labels, known or {})) is not None}
    for group, counts in sorted(units, key=lambda unit: (unit[0][0] not in placed, -unit[1].total(), unit[0])):
        fold = placed.get(group[0], -1)
        if fold < 0:
            fold = min(range(count), key=lambda number: (_load(held[number], counts, everything), number))
        held[fold] += counts
        found |= dict.fromkeys(group, fold)
    return dict(sorted(found.items()))


def _known_fold(group: Sequence[str], rows: Mapping[str, Counter[str]], known: Mapping[str, int]) -> int | None:
    """The fold where most rows of these sources were; None where none was anywhere."""
    before = Counter[int]()
    for source in group:
        if source in known:
            before[known[source]] += rows[source].total()
    return min(before, key=lambda fold: (-before[fold], fold)) if before else None


def _load(held: Counter[str], more: Counter[str], everything: Counter[str]) -> tuple[bool, float]:
    """How ill a fold would take more rows: an empty one takes them first; else the rise of its squared share of each label."""
    rise = sum(((held[label] + more[label]) / total) ** 2 - (held[label] / total) ** 2 for label, total in everything.items())
    return bool(held), rise


# Proof -------------------------------------------------------------------------------------------------------------------

Sort = Literal["source", "subject", "duplicate", "near-duplicate", "contained", "synthetic"]


@dataclass(frozen=True)
class Placed:
    """A row in its split."""

    row: Row
    split: Split


@dataclass(frozen=True)
class Leak:
    """A held-out row, `index` in `split`, of which the row `other` in another split gives something away; taking it out mends
    that. `similarity` is 1 but for near-duplicates."""

    sort: Sort
    index: int
    split: Split
    other: int
    other_split: Split
    similarity: float = 1.0


def leaks(rows: Sequence[Placed], duplicates: Duplicates, text_of: Callable[[int], str]) -> list[Leak]:
    """What stands on both sides of a split: sources, subjects, texts, near-duplicates, texts of held-out rows inside rows of
    train, and synthetic rows held out. Each held-out row is named once a sort.

    `rows` are all rows of a corpus, and `duplicates` the repetitions among their texts, both in one order, by which `text_of`
    gives a text: only of rows where the words of one may stand in the other, so that no text need be kept.
    """
    found = [
        *_shared("source", rows, lambda row: row.source),
        *_shared("subject", _own_subjects(rows), lambda row: (row.kind, row.about)),
        *_repeated(rows, duplicates),
    ]
    told = {leak.index for leak in found if leak.sort in ("duplicate", "near-duplicate")}
    found += [leak for leak in contained(rows, duplicates, text_of) if leak.index not in told]
    found += [
        Leak("synthetic", placed.row.index, placed.split, placed.row.index, placed.split)
        for placed in rows
        if placed.row.origin == "synthetic" and placed.split != "train"
    ]
    return found


def _own_subjects(rows: Sequence[Placed]) -> list[Placed]:
    """The rows whose subject is no common word."""
    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    for placed in rows:
        sources[placed.row.kind, placed.row.about].add(placed.row.source)
    return [placed for placed in rows if len(sources[placed.row.kind, placed.row.about]) <= _MOST_SHARING]


def _shared(sort: Sort, rows: Iterable[Placed], key: Callable[[Row], Hashable]) -> Iterator[Leak]:
    """The held-out rows whose key stands in an earlier split too."""
    alike: dict[Hashable, list[Placed]] = defaultdict(list)
    for placed in rows:
        alike[key(placed.row)].append(placed)
    for group in alike.values():
        yield from _straddlers(sort, group)


def _straddlers(sort: Sort, group: Sequence[Placed]) -> Iterator[Leak]:
    first = min(group, key=lambda placed: SPLITS.index(placed.split))
    for placed in group:
        if placed.split != first.split:
            yield Leak(sort, placed.row.index, placed.split, first.row.index, first.split)


def _repeated(rows: Sequence[Placed], duplicates: Duplicates) -> Iterator[Leak]:
    """The held-out rows whose text stands, wholly or nearly, in an earlier split too."""
    of: dict[int, list[Placed]] = defaultdict(list)
    for placed, sort in zip(rows, duplicates.sort_of.tolist(), strict=True):
        of[sort].append(placed)
    told = set()
    for group in of.values():
        for leak in _straddlers("duplicate", group):
            told.add(leak.index)
            yield leak
    nearest: dict[int, Leak] = {}
    for one, other, similarity in duplicates.pairs:
        for leak in _straddlers("near-duplicate", [*of[one], *of[other]]):
            if leak.index not in told and similarity > getattr(nearest.get(leak.index), "similarity", 0.0):
                nearest[leak.index] = replace(leak, similarity=similarity)
    yield from nearest.values()


def contained(rows: Sequence[Placed], duplicates: Duplicates, text_of: Callable[[int], str]) -> Iterator[Leak]:
    """The held-out texts, of 8 words or more, that stand word for word inside a text of train. Parameters as for `leaks`."""
    places: dict[bool, dict[int, int]] = {True: {}, False: {}}  # of the first row of each sort, of train and of the others
    for place, (placed, sort) in enumerate(zip(rows, duplicates.sort_of.tolist(), strict=True)):
        places[placed.split == "train"].setdefault(sort, place)
    told = set()
    for inner, outer in duplicates.runs.within(list(places[False]), list(places[True])):
        held, train = places[False][inner], places[True][outer]
        if inner not in told and _is_within(words_in(text_of(held)), words_in(text_of(train))):
            told.add(inner)
            yield from (
                Leak("contained", placed.row.index, placed.split, rows[train].row.index, "train")
                for placed, sort in zip(rows, duplicates.sort_of.tolist(), strict=True)
                if sort == inner and placed.split != "train"
            )


def _is_within(inner: Sequence[str], outer: Sequence[str]) -> bool:
    return any(outer[start : start + len(inner)] == inner for start in range(len(outer) - len(inner) + 1))


# Of whole examples -------------------------------------------------------------------------------------------------------


def divided(examples: Sequence[Example], modules: Collection[str]) -> list[Example]:
    """`divide` for whole examples."""
    rows = divide([_row(index, example) for index, example in enumerate(examples)], modules)
    return [replace(example, source=row.source) for example, row in zip(examples, rows, strict=True)]


def split_by_source(examples: Sequence[Example], known: Mapping[str, Split] | None = None) -> dict[Split, list[Example]]:
    """`place` for whole examples: those of each split, each source whole."""
    of = place([_row(index, example) for index, example in enumerate(examples)], known).splits
    return {split: [example for example in examples if of[example.source] == split] for split in SPLITS}


def _row(index: int, example: Example) -> Row:
    return Row(index, example.source, example.brief.kind, example.brief.about, index, example.origin)
