"""Findings made of what was found: the code, the words, the places and the repair.

In: a section with something broken, a claim that is contradicted, something that cannot be read. Out: `Finding`s, with the
severity that their code has by default. One reason to change: how a finding is worded.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.check.coding import code_of_claim
from docgen.facts import JSON, Fact, Facts, Subject
from docgen.report import Finding
from docgen.report.codes import CODES

if TYPE_CHECKING:
    from docgen.check.comparison import Broken
    from docgen.check.imports import WrongImport
    from docgen.check.sources import Place
    from docgen.claims import Checked
    from docgen.document import Section
    from docgen.ledger import Ledger
    from docgen.readers.python_api import BrokenFile

_MOST_NAMED = 3  # symbols in a message
STATES = ("unknown", "stale", "incomplete", "contradicted", "orphaned", "conflict", "review")  # of a section; the worst first


def finding(
    code: str,
    path: str,
    line: int,
    message: str,
    fix: str,
    *,
    section: str = "",
    about: str = "",
    old: JSON = None,
    new: JSON = None,
) -> Finding:
    """A finding of this code, with the verdict and severity that belong to it; `about` is the fact that it concerns."""
    known = CODES[code]
    return Finding(code, known.severity, path, line, section, message, fix, known.verdict, about, old, new)


def broken(section: Section, item: Broken, facts: Facts, shown: str) -> Finding:
    """That a section says what no longer holds; in a text that a person has edited it is a conflict."""
    edited = section.edited and bool(section.mark)
    code = "conflict-edited" if edited and item.verdict != "review" else item.code
    why = "conflict: edited by hand, but" if code == "conflict-edited" else f"{item.verdict}:"
    at = f" ({item.source})" if item.source else ""
    message = f"{why} `{short_name(section.about, facts)}` {item.words}{at}"
    line, fix = line_in(section, item.start), repair(section, shown)
    found = finding(code, shown, line, message, fix, section=section.key, about=item.name, old=item.old, new=item.new)
    return replace(found, source=item.source)


def contradicted(section: Section, item: Checked, facts: Facts, shown: str) -> Finding:
    """That a section says what its source disproves."""
    message = f"contradicted: `{short_name(section.about, facts)}` {said(item)}"
    line, code = line_in(section, item.claim.start), code_of_claim(item.claim, facts.subject)
    return _of_claim(finding(code, shown, line, message, repair(section, shown), section=section.key), item)


def contradicted_text(item: Checked, subject: Subject, called: str, place: tuple[str, int], section: str, fix: str) -> Finding:
    """That another text, a docstring or a card, says what its source disproves; `place` is its path and line."""
    found = finding(code_of_claim(item.claim, subject), *place, f"contradicted: {called} {said(item)}", fix, section=section)
    return _of_claim(found, item)


def wrong_import(item: WrongImport, place: tuple[str, int], section: str) -> Finding:
    """That a document takes a name from a module that has none of that name."""
    near = f"; it has {item.near}" if item.near else ""
    at = f" ({item.source})" if item.source else ""
    message = f"contradicted: imports {item.name} from {item.module}, which has no such name{near}{at}"
    old, new = f"{item.module}.{item.name}", f"{item.module}.{item.near}" if item.near else None
    about = f"imports.{old}"
    found = finding("contradicted-path", *place, message, "correct the import", section=section, about=about, old=old, new=new)
    return replace(found, source=item.source)


def _of_claim(found: Finding, item: Checked) -> Finding:
    fact = item.fact
    about, new = (fact.name, fact.value) if fact else (item.claim.name, None)
    return replace(found, fact=about, old=item.claim.value, new=new, source=fact.source if fact else "")


def orphaned(section: Section, place: Place, number: int, shown: str) -> Finding:
    """That what a section is about is elsewhere, or gone; `number` sections of the document are about it."""
    about = section.about
    kind = place.entry.fact("kind") if place.entry and place.moved_to else None
    source = kind.source if kind else ""
    if place.moved_to:
        is_beside = place.moved_to.rpartition(".")[0] == about.rpartition(".")[0]
        became = "is now called" if is_beside else "has moved to"
        message = f"stale: `{about}` {became} `{place.moved_to}`" + (f" ({source})" if source else "")
        fix = f"write of={place.moved_to} in the marker, then docgen write {shown}"
        fix = fix if section.opening else repair(section, shown)
        code = "stale-path"
    else:
        these = "this section is" if number == 1 else f"{number} sections here are"
        message = f"orphaned: `{about}` is gone, and {these} about it"
        if place.namesakes:
            named = " and ".join(f"`{name}`" for name in place.namesakes[:_MOST_NAMED])
            more = f" and {len(place.namesakes) - _MOST_NAMED} more" if len(place.namesakes) > _MOST_NAMED else ""
            message += f"; of that name there are {named}{more}"
        fix = "delete what is about it, or name what replaced it" + (" in the marker" if section.opening else "")
        code = "orphaned-symbol"
    new = place.moved_to or None
    found = finding(code, shown, section.line, message, fix, section=section.key, about="about", old=about, new=new)
    return replace(found, source=source)


def subject_gone(ledger: Ledger, line: int, shown: str) -> Finding:
    """That the package or model folder of a document is gone."""
    kind = "package" if ledger.subject.kind == "api" else "model folder"
    message = f"orphaned: the {kind} {ledger.subject.path}, which this document is about, is gone"
    fix = f"delete the document with its ledger, or bring {ledger.subject.path} back"
    return finding("orphaned-subject", shown, line, message, fix, about="subject", old=ledger.subject.path)


def document_gone(shown: str) -> Finding:
    """That a ledger has no document any more."""
    fix = f"delete .docgen/ledger/{shown}.json, or bring the document back"
    message = "orphaned: the document of this ledger is gone"
    return finding("orphaned-ledger", shown, 1, message, fix, about="document", old=shown)


def unreadable(code: str, file: BrokenFile, fix: str) -> Finding:
    """That a source, document or ledger cannot be read, and so not judged."""
    return finding(code, file.path, file.line, f"unknown: {file.reason}", fix, about="file")


def declared(fact: Fact, proven: Fact, value: str, shown: str) -> Finding:
    """That front matter declares what the model's files disprove; `value` is what to write."""
    name = proven.name
    message = f"contradicted: the front matter states {name} {fact.value}, it is {proven.value} ({proven.source})"
    line, fix = int(fact.source.rpartition(":")[2]), f"write {name}: {value}"
    of = {"section": "front-matter", "about": name}
    found = finding("contradicted-front-matter", shown, line, message, fix, **of, old=fact.value, new=proven.value)
    return replace(found, source=proven.source)


def repair(section: Section, shown: str) -> str:
    """The command or edit that mends a section."""
    if section.edited and section.mark:
        return f"correct the text, or take docgen's: docgen write {shown} --accept {section.key}"
    return f"docgen write {shown}" if section.mark else f"correct the text, then docgen track {shown}"


def said(item: Checked) -> str:
    """What a contradicted claim says, what is so, and where that stands."""
    fact = item.fact
    at = f" ({fact.source})" if fact and fact.source else ""
    if item.claim.kind == "raises":
        names = [str(name) for name in fact.value] if fact and isinstance(fact.value, list) else []
        return f"is said to raise nothing, it raises {', '.join(names)}{at}"
    now = f"it is {fact.value}{at}" if fact else "it is not"
    if item.claim.name == "requires_python":
        return f"is said to need Python {item.claim.value} or newer, it requires {fact.value if fact else ''}{at}"
    verb = "defaults to" if item.claim.kind == "default" else "is"
    return f"states {item.claim.name} {verb} {item.claim.value}, {now}"


def short_name(about: str, facts: Facts) -> str:
    """A symbol as messages call it: without the path of its package and module."""
    parts = about.split(".")
    if facts.subject.kind == "model" or len(parts) < 2:
        return about
    return ".".join(parts[-2:]) if parts[-2][:1].isupper() else parts[-1]


def line_in(section: Section, offset: int) -> int:
    """The line of the document that holds the character of a section's text; that of its marker for what has no place."""
    return section.line_at(offset) if offset else section.line


def shown_path(path: Path, root: Path) -> str:
    """A path as messages name it: relative to the root, with slashes."""
    for given, base in ((path.resolve(), root.resolve()), (Path(os.path.abspath(path)), Path(os.path.abspath(root)))):
        if given.is_relative_to(base):
            return given.relative_to(base).as_posix()
    return str(path)


def counted(number: int, noun: str, nouns: str = "") -> str:
    """`1 document`, `2 documents`."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
