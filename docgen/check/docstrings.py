"""The docstrings of a package held against its own signatures.

In: a package. Out: for each file the findings about its docstrings. What a docstring says is held against what the code tells,
never against other docstrings, so that a module's findings rest on few others and can be kept until one of these changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docgen.cache import Cache, code_mark
from docgen.facts import JSON, Entry, Subject
from docgen.later import Frozen
from docgen.readers.python_api.digests import digests
from docgen.report import Finding, InputError

if TYPE_CHECKING:
    from docgen.readers.python_api.documented import RawDocstring
    from docgen.readers.python_api.entries import Asked

_FIX = "correct the docstring, or the source"
_JUDGE = ("check.coding", "check.docstrings", "check.ignores", "check.saying", "claims", "report")


class Docstrings(Frozen):
    """What was found in one file, `broken` where it cannot be read; `has_any` says that there are docstrings in it."""

    path: str
    has_any: bool = False
    findings: tuple[Finding, ...] = ()
    broken: InputError | None = None


def check_docstrings(package: Path, root: Path, cache: Cache, workers: int) -> Iterator[Docstrings]:
    """The findings about the docstrings in each file of a package folder or module file, by as many processes as `workers` at
    most. Raises InputError where there is no Python at all."""
    for file, value in digests(package, root, Judge(code_mark(*_JUDGE)), cache=cache, workers=workers):
        if isinstance(value, InputError):
            yield Docstrings(file.shown, broken=value)
        else:
            found = cast("list[list[Any]] | None", value)
            yield Docstrings(file.shown, found is not None, tuple(Finding(*each) for each in found or ()))


class Judge(Frozen):
    """Makes findings of a module: a list of them, each as a list; None where it has no docstring."""

    mark: str

    def asks(self, docstring: RawDocstring, *, typed: bool) -> Asked | None:
        """Nothing of most symbols: their docstrings state nothing that can be wrong."""
        from docgen.claims import may_contradict

        return may_contradict(docstring.text, docstring.about.rpartition(".")[2], typed=typed)

    def of(self, raw: bytes, docstrings: Sequence[RawDocstring], entries: Mapping[str, Entry]) -> JSON:
        """The findings that no comment silences, and what is wrong with the comments."""
        from docgen.check.ignores import ignores_in_python, without_ignored

        if not docstrings:
            return None
        found = [finding for docstring in docstrings for finding in _wrong(docstring, entries.get(docstring.about))]
        ignores = ignores_in_python(raw, [docstring.lines for docstring in docstrings])
        return [list(astuple(finding)) for finding in without_ignored(found, ignores, docstrings[0].path)]


def _wrong(docstring: RawDocstring, entry: Entry | None) -> Iterator[Finding]:
    from docgen.check.saying import contradicted_text
    from docgen.claims import contradictions

    for item in contradictions(docstring.text, entry) if entry else ():
        place = docstring.path, docstring.line_at(item.claim.start)
        called = f"the docstring of `{docstring.about}`"
        yield contradicted_text(item, Subject("api", docstring.path), called, place, docstring.about, _FIX)
