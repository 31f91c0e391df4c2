"""`docgen corpus folds`: a corpus divided anew, so that every row is held out once.

In: a corpus. Out: as many corpora as there are folds, and `folds.json`, which says in which fold each source lies. Fold n is
the test split of corpus n, the next fold its validation, all others its train. Sources stay whole, those that share
near-duplicates or subjects stay together, and a source stays in its fold when the corpus has grown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from docgen.corpus.duplicates import find
from docgen.corpus.splits import Row, folds
from docgen.corpus.store import SPLITS, Split, load_row, split_lines
from docgen.corpus.workplace import filled, workplace
from docgen.facts import JSON
from docgen.files import Batch, refusals_told
from docgen.journal import settled
from docgen.report import InputError, Report

RECORD = "folds.json"
_SCHEMA = 1


def fold_corpus(
    corpus: Path, output: Path, count: int, threshold: float, tell: Callable[[str], object] = lambda _: None
) -> Report:
    """Writes `count` corpora, `fold-1` and so on, into `output`, and keeps to the folds of an earlier run where their number is
    the same. Texts are near-duplicates from a similarity of `threshold` on.

    Raises InputError, and writes nothing, for fewer than 3 folds, for a corpus with fewer sources that share nothing than
    folds, and where `output` holds anything else than folds.
    """
    if count < 3:
        raise InputError(f"{count} folds: one is the test split, one validation, and train needs one", fix="ask for 3 or more")
    settled(output, tell)
    known = _earlier(output, count)
    rows = rows_of(corpus, threshold)
    of = folds(rows, count, known)
    with refusals_told(output), workplace(output) as folder:
        _write(corpus, rows, of, count, folder)
        _save(output, folder, known, of, count, tell)
    return _report(rows, of, count, output)


def _save(
    output: Path,
    folder: Path,
    known: Mapping[str, int],
    of: Mapping[str, int],
    count: int,
    tell: Callable[[str], object],
) -> None:
    """All files of the folds, or none. Raises InputError where others than the `known` ones lie there by now."""
    with filled(output, tell):
        if _earlier(output, count) not in (known, dict(of)):
            raise InputError("another run wrote them meanwhile; nothing was written", str(output), "run it again")
        batch = Batch(output)
        for number in range(count):
            for split in SPLITS:
                name = f"{_name(number)}/{split}.jsonl"
                batch.add_file(output / name, folder / name)
        batch.add(output / RECORD, _dumped({"schema": _SCHEMA, "folds": count, "sources": dict(of)}))
        batch.commit()


def rows_of(corpus: Path, threshold: float) -> list[Row]:
    """The rows of all splits of a corpus, as `folds` asks for them; their texts are compared, not held. Raises InputError for a
    folder that is no corpus, or a bad row (file:line)."""
    found: list[Row] = []

    def texts() -> Iterator[str]:
        for example in (load_row(line, where) for where, line in _lines(corpus)):
            found.append(Row(len(found), example.source, example.brief.kind, example.brief.about, -1, example.origin))
            yield example.text

    groups = find(texts(), threshold).groups
    return [
        Row(row.index, row.source, row.kind, row.about, group, row.origin) for row, group in zip(found, groups, strict=True)
    ]


def _lines(corpus: Path) -> Iterator[tuple[str, bytes]]:
    """Every row as it stands, with its file and line."""
    for split in SPLITS:
        for number, line in split_lines(corpus, split):
            yield f"{corpus / f'{split}.jsonl'}:{number}", line if line.endswith(b"\n") else line + b"\n"


def _name(number: int) -> str:
    return f"fold-{number + 1}"


def _earlier(output: Path, count: int) -> dict[str, int]:
    """The fold of each source as an earlier run into this folder has noted it; none for another number of folds."""
    there = sorted(path.name for path in output.iterdir() if not path.name.startswith(".")) if output.is_dir() else []
    path = output / RECORD
    if there and not path.is_file():
        raise InputError(f"the output folder holds other files: {', '.join(there[:3])}", str(output), "name a new folder")
    if not there:
        return {}
    fix = "delete the folder: the next run makes it anew, with other folds"
    try:
        kept = json.loads(path.read_bytes())
        before, sources = int(kept["folds"]), {str(name): int(fold) for name, fold in kept["sources"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"not a record of folds: {error}", str(path), fix) from error
    if before != count:
        raise InputError(f"the folder holds {before} folds, and {count} are asked for", str(output), "name a new folder")
    return {name: fold for name, fold in sources.items() if 0 <= fold < count}


def split_in(fold: int, number: int, count: int) -> Split:
    """The split of a row in `fold` of corpus `number`, both counted from 0."""
    return "test" if fold == number else "validation" if fold == (number + 1) % count else "train"


def _write(corpus: Path, rows: Sequence[Row], of: Mapping[str, int], count: int, folder: Path) -> None:
    """Writes each row into every corpus, one at a time. What is synthetic is only ever trained on."""
    with ExitStack() as stack:
        files: dict[tuple[int, Split], IO[bytes]] = {}
        for number in range(count):
            (folder / _name(number)).mkdir()
            for split in SPLITS:
                files[number, split] = stack.enter_context(open(folder / _name(number) / f"{split}.jsonl", "wb"))
        for row, (_, line) in zip(rows, _lines(corpus), strict=True):
            for number in range(count):
                split = split_in(of[row.source], number, count)
                if split == "train" or row.origin != "synthetic":
                    files[number, split].write(line)


def _dumped(content: dict[str, JSON]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _report(rows: Sequence[Row], of: Mapping[str, int], count: int, output: Path) -> Report:
    kinds = sorted({row.kind for row in rows})
    held = [Counter(row.kind for row in rows if of[row.source] == number) for number in range(count)]
    sources = Counter(of.values())
    width = max(len(_name(count - 1)), 6)
    table = [
        f"{output}: {count} folds of {len(rows)} sections from {len(of)} sources",
        f"  {'':<{width}} {'sources':>8} {'sections':>9} " + " ".join(f"{kind:>{max(8, len(kind))}}" for kind in kinds),
    ]
    for number, counts in enumerate(held):
        told = " ".join(f"{counts[kind]:>{max(8, len(kind))}}" for kind in kinds)
        table.append(f"  {_name(number):<{width}} {sources[number]:>8} {counts.total():>9} {told}")
    listed: list[JSON] = [
        {"name": _name(number), "sources": sources[number], "rows": counts.total(), "kinds": dict(counts)}
        for number, counts in enumerate(held)
    ]
    return Report("corpus folds", (), {"output": str(output), "folds": listed}, "\n".join(table))
