"""The example of a symbol or module: its docstring's own, else a block of the README or a short test that uses it.

In: the examples of a package and its outline. Out: the one for a symbol, as a `Region`, with a word that it was run where
docgen has run it. The word goes with a mark of the code and of what it uses, so that it is kept while nothing of that changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.document import Document
from docgen.facts import JSON, Entry, Fact, mark
from docgen.readers.examples import Example
from docgen.write.markdown import Region, code, fenced

KIND = "example"
_RUN = re.compile(r"<!-- run ([0-9a-f]{6}) -->")
_OWN = "its docstring"
Find = Callable[[str], Entry | None]
"""The entry that a dotted path reaches, by its own name or one that passes it on."""


@dataclass(frozen=True)
class Examples:
    """Examples by what they show, and the marks of those that docgen has run. `find` gives the entries that code uses."""

    by_about: Mapping[str, Example] = field(default_factory=dict)
    ran: frozenset[str] = frozenset()
    find: Find = lambda about: None

    @classmethod
    def chosen(cls, found: Iterable[Example], find: Find) -> Examples:
        """The best of `found` for each symbol and module that they use: one from the README before a test, of a package the
        README's first; else one that uses little else before others, and a short one before a long one."""
        best: dict[str, tuple[tuple[bool, int, int], Example]] = {}
        for number, example in enumerate(found):
            entries = [entry for path in example.uses if (entry := find(path)) is not None]
            abouts = list(dict.fromkeys(entry.about for entry in entries))
            shown = replace(example, uses=tuple(abouts))
            is_test = "/" in example.source
            for about in _shown_by(entries, is_test=is_test):
                rank = (is_test, len(abouts), example.length) if is_test or about in abouts else (False, 0, number)
                if about not in best or rank < best[about][0]:
                    best[about] = (rank, shown)
        return cls({about: example for about, (_, example) in best.items()}, frozenset(), find)

    def of(self, entry: Entry) -> Example | None:
        """The example of an entry."""
        own = entry.get(KIND)
        if isinstance(own, str) and own.strip():
            text = own.strip("\n")
            return Example(text, "pycon" if text.lstrip().startswith(">>>") else "python", _OWN, (entry.about,))
        return self.by_about.get(entry.about)

    def run_mark(self, example: Example) -> str:
        """A mark of an example and the source of all that it uses."""
        entries = [(about, entry.excerpt) for about in example.uses if (entry := self.find(about)) is not None]
        grounds: list[JSON] = [example.code, *(f"{about} {excerpt}" for about, excerpt in entries)]
        return mark(grounds)

    def knowing(self, ran: Iterable[str]) -> Examples:
        """The same examples, when those with these marks have been run."""
        return replace(self, ran=self.ran | frozenset(ran))


def _shown_by(entries: Sequence[Entry], *, is_test: bool) -> Iterator[str]:
    """What an example that uses these is one of: a test of few symbols one of the first of them and of their module, a block
    of a README one of the package and of the one symbol that it uses."""
    abouts = list(dict.fromkeys(entry.about for entry in entries if entry.get("kind") not in ("module", "package")))
    if not is_test:
        yield from (entry.about.partition(".")[0] for entry in entries[:1])
    if 0 < len(abouts) <= (3 if is_test else 1):
        yield abouts[0]
    modules = {about.rpartition(".")[0] for about in abouts}
    if is_test and len(modules) == 1 and len(abouts) > 1:
        yield modules.pop()


def example_region(entry: Entry, examples: Examples) -> Region | None:
    """An example as a code block, with where it is from and that it was run, where it was."""
    example = examples.of(entry)
    if example is None:
        return None
    own: tuple[Fact, ...] = tuple(fact for fact in entry.facts if fact.name == KIND) if example.source == _OWN else ()
    said = "" if own else f"From {example.source if ' ' in example.source else code(example.source)}."
    key = examples.run_mark(example)
    if key in examples.ran:
        outcome = "it prints what is shown" if example.language == "pycon" else "it ends without an error"
        said = f"{said} docgen has run it: {outcome}. <!-- run {key} -->".strip()
    block = fenced(example.code, example.language)
    return Region(f"{block}\n\n{said}" if said else block, own)


def ran_in(document: Document) -> Iterator[str]:
    """The marks of the examples that a document says docgen has run; a section that a person has edited does not count."""
    for section in document.sections:
        if section.kind == KIND and not section.edited:
            yield from _RUN.findall(section.text)
