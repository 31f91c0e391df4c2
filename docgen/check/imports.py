"""Imports that a document shows and that would fail: the module has no such name.

In: a passage, and the packages of the project. Out: `WrongImport`s. Only what is certain is told: the module is there and can
be read, nothing in it brings in names that are not written in it, and the passage is no guide from an older version.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docgen.claims.layout import Page
from docgen.claims.paths import imported_in
from docgen.facts import Entry, Facts
from docgen.files import read_text
from docgen.later import Frozen, expression
from docgen.report import InputError
from docgen.subjects import MODULES

# Words of headings and sentences that show code of another time, or code that is to fail.
_OTHER_TIMES = expression(
    r"\b(?:migrat\w*|upgrad\w*|port(?:ing|ed)|deprecat\w*|remov\w*|renam\w*|mov(?:ed|ing)|before|old|older|previous\w*|"
    r"former\w*|used to|no longer|instead of|legacy|history|changes|changelog|what'?s new|release notes|will|future|wrong|bad|"
    r"error|fails?|raises?|don'?t|do not|plugins?|your|you create)\b",
    re.I,
)
_LEAD = 300  # characters in front of an import in which the text may say that it is of another time
_OPEN = expression(r"__getattr__|globals\(\)|sys\.modules|lazy|vars\(\)\[|locals\(\)\[|exec\(")


class WrongImport(Frozen):
    """A passage takes `name` from `module` at an offset, where it is not; `near` is what was probably meant, `source` where the
    module begins."""

    module: str
    name: str
    start: int
    source: str
    near: str


@dataclass
class Imports:
    """The imports of documents held against packages; the names of each module are read once."""

    packages: Sequence[Facts]
    root: Path
    bound: dict[str, frozenset[str] | None] = field(default_factory=dict)

    def wrong_in(self, text: str, around: str) -> Iterator[WrongImport]:
        """The imports of a passage below the headings `around` that would fail, each once."""
        if "import" not in text or _OTHER_TIMES.search(around):
            return
        page = Page.of(text)
        seen: set[tuple[str, str]] = set()
        for stated in imported_in(page):
            module, _, name = stated.path.rpartition(".")
            if (module, name) in seen or _OTHER_TIMES.search(text[max(0, stated.start - _LEAD) : stated.start]):
                continue
            seen.add((module, name))
            facts = self._package(module)
            entry = facts.get(module) if facts is not None else None
            if facts is None or entry is None or f"{module}.{name}" in facts or name.startswith("__"):
                continue
            names = self._names(entry, facts)
            if names is not None and name not in names:
                kind = entry.fact("kind")
                near = difflib.get_close_matches(name, sorted(names), 1, 0.75)
                yield WrongImport(module, name, stated.start, kind.source if kind else "", near[0] if near else "")

    def _package(self, module: str) -> Facts | None:
        return next((facts for facts in self.packages if module in facts), None)

    def _names(self, entry: Entry, facts: Facts) -> frozenset[str] | None:
        """The names that can be imported from a module; None where that cannot be told."""
        if entry.get("kind") not in MODULES:
            return None
        if entry.about not in self.bound:
            kind = entry.fact("kind")
            path = self.root / (kind.source.rpartition(":")[0] if kind else "")
            names = _bound_in(path)
            inner = {about.about.rpartition(".")[2] for about in facts if about.about.rpartition(".")[0] == entry.about}
            beside = {child.name.partition(".")[0] for child in path.parent.iterdir()} if names is not None else set()
            beside = beside if path.name == "__init__.py" else set()
            self.bound[entry.about] = None if names is None else names | inner | beside | {*entry.strings("members")}
        return self.bound[entry.about]


def _bound_in(path: Path) -> frozenset[str] | None:
    """Every name that a module's text binds, wherever in it; None where it may bind others too."""
    try:
        text = read_text(path).text
        tree = ast.parse(text)
    except (InputError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if _OPEN.search(text):
        return None
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=aliases) | ast.Import(names=aliases):
                if any(alias.name == "*" for alias in aliases):
                    return None
                names |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
    return frozenset(names)
