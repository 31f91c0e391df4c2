"""What a row of the table is: a document, a change of its sources, and the codes that the check must then give.

In: nothing. Out: `Case`, and the changes that rows are made of. One reason to change: what a row can say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# Where the text of a row stands:
# managed    a section that docgen wrote (its marker has a mark), recorded by `docgen write`
# tracked    a hand-written section, recorded by `docgen track`
# docstring  the docstring of the symbol itself, which no ledger knows
# unrecorded a marked section that no ledger knows
# plain      a hand-written document without markers or ledger, checked by its path
Form = Literal["managed", "tracked", "docstring", "unrecorded", "plain"]
Change = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """One row. `says` is the document's text about the symbol or model `about`; `changes` turn the sources as they were when
    it was recorded into those of today; `codes` are the findings expected about it, none for a fresh one. `given` are changes
    of the common sources that hold from the beginning, `kind` is the label of the section."""

    name: str
    says: str
    changes: tuple[Change, ...]
    codes: tuple[str, ...] = ()
    form: Form = "managed"
    about: str = "web.http.redirect"
    kind: str = "introduction"
    given: tuple[Change, ...] = ()


def cases(
    form: Form, rows: Sequence[tuple[str, str, Change, str]], *, given: tuple[Change, ...] = (), **same: str
) -> list[Case]:
    """Rows of one form: a name, what the document says, one change, and a code (empty for fresh; several with blanks)."""
    return [Case(name, says, (change,), tuple(codes.split()), form, given=given, **same) for name, says, change, codes in rows]


# Changes -----------------------------------------------------------------------------------------------------------------


def swap(old: str, new: str, path: str = "web/http.py") -> Change:
    """Replaces every `old` in a file, which must have one."""

    def change(root: Path) -> None:
        content = (root / path).read_bytes()
        assert old.encode() in content, f"{path} has no {old!r}"
        (root / path).write_bytes(content.replace(old.encode(), new.encode()))

    return change


def put(path: str, text: str) -> Change:
    """Writes a file, new or not."""

    def change(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")

    return change


def end(text: str, path: str = "web/http.py") -> Change:
    """Adds text at the end of a file."""

    def change(root: Path) -> None:
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def move(old: str, new: str) -> Change:
    """Moves a file or folder."""

    def change(root: Path) -> None:
        (root / new).parent.mkdir(parents=True, exist_ok=True)
        (root / old).rename(root / new)

    return change


def drop(path: str) -> Change:
    """Deletes a file."""

    def change(root: Path) -> None:
        (root / path).unlink()

    return change


def link(path: str, target: str) -> Change:
    """Makes a link, which may lead nowhere."""

    def change(root: Path) -> None:
        (root / path).symlink_to(target)

    return change


def encoded(path: str, turn: Callable[[bytes], bytes]) -> Change:
    """Turns the bytes of a file into others."""

    def change(root: Path) -> None:
        (root / path).write_bytes(turn((root / path).read_bytes()))

    return change


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(root: Path) -> None:
        for each in changes:
            each(root)

    return change


def sources(root: Path, files: Mapping[str, str]) -> None:
    """Writes the sources of a row."""
    for path, text in files.items():
        put(path, text)(root)
