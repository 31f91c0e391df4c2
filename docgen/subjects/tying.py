"""Which symbol each passage of a document speaks of, and why where none is known.

In: a `Page` and the `Subjects` it may speak of. Out: a `Tie` for every section: its place, what it says, and the entry or the
reason against one. Checking and tracking ask here, and the corpus by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.claims.layout import Page as Claims
from docgen.claims.layout import is_history
from docgen.claims.versions import may_state_version, versions_in
from docgen.document import HeadedSection
from docgen.facts import Entry
from docgen.later import Frozen, expression
from docgen.settings import Settings
from docgen.subjects import Subjects
from docgen.subjects.citations import Scope
from docgen.subjects.linking import Headed, subject_of
from docgen.subjects.page import Page

HISTORY = "history, which asserts nothing about today"  # the reason against a passage below such a heading
_MARKER = expression(r"docgen:(?:section|end)")


class Tie(Frozen):
    """A section of a document with the entry that it speaks of, or the `reason` why none is known. `text` is the section with
    its heading as the file has it, and `lines` the line of the file for each of its lines."""

    section: HeadedSection
    text: str
    lines: tuple[int, ...]
    entry: Entry | None
    reason: str = ""

    @property
    def line(self) -> int:
        """The line of the file that its heading is on."""
        return self.lines[0]

    def line_at(self, offset: int) -> int:
        """The line of the file that holds the character of `text` at `offset`."""
        return self.lines[min(self.text.count("\n", 0, offset), len(self.lines) - 1)]


def ties_in(page: Page, source: str, path: str, subjects: Subjects, settings: Settings) -> Iterator[Tie]:
    """Every section of the document at `path` that is not between markers and says something; `source` is the file's text."""
    scope = Scope.of(subjects, str(page.document), page.code)
    written = source.split("\n")
    above: list[tuple[int, str]] = []
    for section in page.document.headed_sections():
        above = [(level, spelled) for level, spelled in above if level < section.level]
        headed = Headed(section, tuple(spelled for _, spelled in above), page)
        above.append((section.level, headed.heading))
        if not section.text.strip() or _MARKER.search(section.text):
            continue
        text, lines = _with_heading(section, page, written)
        if any(is_history(heading) for heading in (*section.path, section.heading)):
            yield Tie(section, text, lines, None, HISTORY)
            continue
        entry, reason = subject_of(headed, settings.kind_of_heading(section.heading) or "", path, scope)
        if entry is None:
            entry = _whole_package(text, subjects)
        yield Tie(section, text, lines, entry, reason if entry is None else "")


def _whole_package(text: str, subjects: Subjects) -> Entry | None:
    """The entry of the nearest package, where a section that speaks of no one symbol says which version it has or needs."""
    roots = [root for one in subjects.nearest for root in one.roots] if may_state_version(text) else []
    entry = subjects.get(roots[0]) if len(roots) == 1 else None
    return entry if entry is not None and any(versions_in(Claims.of(text), entry)) else None


def _with_heading(section: HeadedSection, page: Page, written: list[str]) -> tuple[str, tuple[int, ...]]:
    """A section with its heading as the file spells it: `.. function:: load(path)` and not the heading made of it."""
    number = page.line(section.line)
    spelled = written[number - 1] if 0 < number <= len(written) else section.heading
    body = section.text.split("\n")
    heading = spelled.strip() if section.heading.strip("`") in spelled or ".. " in spelled else section.heading
    lines = (min(page.line(section.text_line + at), len(written)) for at in range(len(body)))
    return "\n".join((heading, "", *body)), (number, number, *lines)
