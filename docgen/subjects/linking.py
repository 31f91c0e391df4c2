"""Which symbol or model a section speaks of.

In: a section with the headings above it, its page, and the scope of its document. Out: the `Entry`, or the reason why there is
none. Headings come first, since they say what stands below them; then the names that the section cites.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from docgen.document import HeadedSection
from docgen.facts import Entry
from docgen.later import Frozen, expression
from docgen.subjects import MODULES
from docgen.subjects.citations import Cover, Passage, Scope, citations_in, covering
from docgen.subjects.page import Page

_CALL = expression(r"\(.*\)(?:\s*->.*)?$")
_CODE_LIKE = expression(r"\w[._]\w|\w\(|[a-z0-9][A-Z]|[A-Z][A-Z][a-z]")
_NAME = expression(r"[^\W\d][\w./-]*")
# Words that stand beside a name in headings: `class Client`, `The load function`, `Model card for triage-bert`.
_SORTS = frozenset(
    "class function method module package property attribute exception decorator dataclass def async coroutine model".split()
)
_BESIDE = _SORTS | {"the", "a", "card", "for"}


class Headed(Frozen):
    """A section of a page, with the headings that enclose it as the page spells them, outermost first."""

    section: HeadedSection
    above: tuple[str, ...]
    page: Page

    @property
    def heading(self) -> str:
        """Its own heading, as the page spells it."""
        return self.page.source_line(self.section.line)

    @property
    def passage(self) -> Passage:
        """What it says."""
        lines = enumerate(self.section.text.split("\n"), self.section.text_line)
        said = [(line, self.page.cited.get(number, ())) for number, line in lines]
        return Passage(said, " ".join((*self.section.path, self.section.heading)))


def subject_of(headed: Headed, kind: str, path: str, scope: Scope) -> tuple[Entry | None, str]:
    """What a section of this kind in the document at `path` speaks of, or why nothing is known that it might.

    The nearest heading that names a symbol says it. Where that is a module, and a heading between them names nothing, the
    section may speak of one part of the module: what it cites there says which. Without such a heading, what it cites says it.
    """
    subjects, depth = scope.subjects, len(headed.section.path)
    named, at = _named_above(headed, scope)
    if named is None:
        named, at = subjects.only_model, depth
    if named is not None and (named.get("kind") not in MODULES or at >= depth):
        return named, ""
    cover = covering(headed.passage, scope)
    if named is not None:
        narrower = subjects.get(cover.about) if cover.about.startswith(f"{named.about}.") else None
        return narrower or named, ""
    if kind == "introduction" and depth < 2 and _is_readme(path):
        return _introduced(cover, headed.passage, scope), cover.reason
    is_sure = cover.about and (kind == "introduction" or not cover.is_name)
    return subjects.get(cover.about) if is_sure else None, cover.reason


def _introduced(cover: Cover, passage: Passage, scope: Scope) -> Entry | None:
    """The package that a README's own introduction introduces: the one whose parts it cites, else the nearest one where it says
    the name of that."""
    words = set(re.findall(r"\w+", f"{passage.around} {passage.prose}".casefold()))
    said = [root for one in scope.subjects.nearest for root in one.roots if root.casefold() in words]
    about = cover.about.partition(".")[0] or (said[0] if len(said) == 1 else "")
    return scope.subjects.get(about) if about else None


def _is_readme(path: str) -> bool:
    return PurePath(path).stem.lower() in ("readme", "metadata")


# Headings ------------------------------------------------------------------------------------------------------------------


def _named_above(headed: Headed, scope: Scope) -> tuple[Entry | None, int]:
    """What the nearest heading names, in the scope of the headings above it, and how many headings lead to it. The section's
    own heading counts where it cites one symbol in code: `Errors of `load``."""
    section = headed.section
    if own := _in_heading(headed.heading, scope):
        return own, len(section.path) + 1
    spelled = (*headed.above, headed.heading)
    names = [_name_in(heading) for heading in (*section.path, section.heading)]
    for depth in range(len(names), 0, -1):
        name, outer = names[depth - 1], [name for name in names[: depth - 1] if name]
        entry = scope.subjects.named(name, outer) if name else None
        if entry is not None and _is_meant(name, spelled[depth - 1], entry, outer):
            return entry, depth
    title = _package_called(section.path[0], scope) if section.path else None
    return title, 0  # a title alone: what the section cites may be narrower


def _in_heading(line: str, scope: Scope) -> Entry | None:
    """The only symbol that a heading, as its page spells it, cites in code."""
    cited = [replace(citation, sure=True) for citation in citations_in(line)]
    found = {about for citation in cited if (about := scope.find(citation))}
    return scope.subjects.get(found.pop()) if len(found) == 1 and len(cited) == 1 else None


def _name_in(heading: str) -> str:
    """The name that a heading consists of, words for its kind, a signature or a description after a dash beside it; empty where
    it is a sentence."""
    head = re.split(r"\s[-–—]\s|:(?:\s|$)", heading.strip())[0]
    words = [word for word in _CALL.sub("", head.strip()).split() if word.lower() not in _BESIDE]
    return words[0] if len(words) == 1 and _NAME.fullmatch(words[0]) else ""


def _is_meant(name: str, heading: str, entry: Entry, outer: Sequence[str]) -> bool:
    """Whether a heading speaks of a symbol rather than of a thing with the same name: `asyncio`, `Graph`. It spells the whole
    path, or stands below a heading that the path goes through, or marks the name of what is no part of a class as code."""
    path = entry.about.split(".")
    if entry.about == name or any(part in path for above in outer for part in above.split(".")):
        return True
    is_marked = "`" in heading or bool(_CODE_LIKE.search(heading)) or bool(_SORTS.intersection(heading.lower().split()))
    return is_marked and ("." in name or entry.get("kind") not in ("method", "property"))


def _package_called(heading: str, scope: Scope) -> Entry | None:
    """The nearest package where a document's title is its name in other letters: `HTTPX`."""
    plain = "".join(re.findall(r"\w", heading.casefold()))
    roots = [root for one in scope.subjects.nearest for root in one.roots if root.replace("_", "").casefold() == plain]
    return scope.subjects.get(roots[0]) if len(roots) == 1 else None
