"""Calls in a text that pass arguments by position: they rest on the order of the parameters.

In: a `Page` and the entry it speaks of. Out: the parameters that the longest such call passes, and its place. One argument
alone says little: most calls pass the first one so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from docgen.claims.claim import Stated
from docgen.claims.layout import Page
from docgen.claims.signatures import shown_in
from docgen.facts import Entry

POSITIONS = "positions"  # the name under which a ledger has them
_FEWEST = 2


def positional(entry: Entry) -> list[str]:
    """The parameters that a caller may pass by position, in order."""
    names = (name for name in entry.strings("parameters") if not name.startswith("*"))
    return [name for name in names if entry.get(f"parameters.{name}.kind") != "keyword-only"]


def positions_in(page: Page, entry: Entry) -> Iterator[Stated]:
    """The order that the longest call of the subject rests on."""
    names = positional(entry)
    longest: Stated | None = None
    for shown in shown_in(page, entry):
        passed = 0 if shown.announced or shown.defined else _passed(shown.text)
        if max(_FEWEST, len(longest.value) + 1 if longest and isinstance(longest.value, list) else 0) <= passed <= len(names):
            longest = Stated(POSITIONS, [*names[:passed]], shown.start, shown.start + len(shown.text))
    if longest is not None:
        yield longest


def keeps_positions(recorded: Sequence[object], entry: Entry) -> bool:
    """Whether no parameter of `recorded` has another place among those of today; one that is called otherwise has its place."""
    now = positional(entry)
    return all(name not in now or now.index(str(name)) == index for index, name in enumerate(recorded))


def _passed(call: str) -> int:
    """How many arguments a call passes by position; none for one that holds an annotation or a star."""
    try:
        node = ast.parse(call.partition(" -> ")[0], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    if not isinstance(node, ast.Call) or any(isinstance(argument, ast.Starred) for argument in node.args):
        return 0
    return len(node.args)
