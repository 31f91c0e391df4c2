"""The baseline: what was wrong when checking began, so that only what is new fails.

In: findings. Out: those that are new, and one small file for each document or source, `.docgen/baseline/<path>.json`: an entry
a line, by a mark of its code, section, fact and values, without line numbers. Text that moves stays known, two branches that
add entries merge, and an entry that is mended can be told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from docgen.check.saying import finding
from docgen.facts import JSON, mark
from docgen.files import Batch, inside, read_text, refusals_told
from docgen.journal import undisturbed
from docgen.later import Frozen
from docgen.report import BaselineError, Finding

FOLDER = Path(".docgen", "baseline")
SCHEMA = 1
_MARK_LENGTH = 12
_KEPT = frozenset({"stale", "incomplete", "contradicted", "conflict", "orphaned", "review"})  # verdicts that it may hold

Entries = Mapping[str, Mapping[str, JSON]]


class Baseline(Frozen):
    """The entries of each file, by its path as messages show it."""

    root: Path
    files: Mapping[str, Entries]

    @classmethod
    def load(cls, root: Path) -> Baseline:
        """The baseline of a project, empty where it has none. Raises BaselineError (path:line) for a file that is none."""
        folder = inside(root / FOLDER, root)
        found = {}
        for place, _, names in os.walk(folder):
            for path in (Path(place, name) for name in sorted(names) if name.endswith(".json")):
                shown = path.relative_to(folder).with_suffix("").as_posix()
                found[shown] = parse(read_text(path).text, (FOLDER / path.relative_to(folder)).as_posix())
        return cls(root, found)

    def new(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that are not in it."""
        for found in findings:
            if found.verdict not in _KEPT or key_of(found) not in self.files.get(found.path, {}):
                yield found

    def outdated(self, findings: Iterable[Finding], places: Collection[str]) -> Iterator[Finding]:
        """That entries of the files at `places`, all of which were looked at, are found no more: one note for all."""
        now = _by_path(findings)
        gone = {path: number for path in places if (number := len(self.files.get(path, {}).keys() - now.get(path, {}).keys()))}
        if gone:
            number = sum(gone.values())
            entries = "baseline entry is" if number == 1 else "baseline entries are"
            named = ", ".join(sorted(gone)[:3]) + (f" and {len(gone) - 3} more" if len(gone) > 3 else "")
            message = f"baseline: {number} {entries} outdated, in {named}"
            path = (FOLDER / f"{min(gone)}.json").as_posix()
            yield finding("baseline-outdated", path, 1, message, "docgen check --update-baseline", about="baseline", old=number)

    def updated(self, findings: Iterable[Finding], places: Collection[str]) -> Baseline:
        """The baseline with what is found today in the files at `places`, and nothing else of them."""
        now = _by_path(findings)
        others = {path: entries for path, entries in self.files.items() if path not in places}
        return Baseline(self.root, others | {path: now[path] for path in places if now.get(path)})

    def save(self, before: Baseline) -> None:
        """Writes the files that differ from those of `before`, all or none, then deletes those without entries."""
        with undisturbed(self.root, lambda _: None), refusals_told(self.root / FOLDER):
            batch = Batch(self.root)
            for path, entries in self.files.items():
                if entries != before.files.get(path):
                    batch.add(self.root / FOLDER / f"{path}.json", dump(entries).encode())
            batch.commit()
            for path in before.files.keys() - self.files.keys():
                (self.root / FOLDER / f"{path}.json").unlink(missing_ok=True)


def key_of(found: Finding) -> str:
    """The mark of what a finding says, wherever it stands."""
    return mark(_entry(found), _MARK_LENGTH)


def _entry(found: Finding) -> dict[str, JSON]:
    return {"code": found.code, "section": found.section, "fact": found.fact, "old": found.old, "new": found.new}


def _by_path(findings: Iterable[Finding]) -> dict[str, dict[str, dict[str, JSON]]]:
    """The entries that findings make, by path; notes make none."""
    found: dict[str, dict[str, dict[str, JSON]]] = {}
    for each in findings:
        if each.verdict in _KEPT and each.severity != "note":
            found.setdefault(each.path, {})[key_of(each)] = _entry(each)
    return found


def dump(entries: Entries) -> str:
    """The text of a file: sorted, an entry a line, and the schema last, so that every entry's line ends alike."""
    lines = [f'  "{key}": {json.dumps(entries[key], sort_keys=True, ensure_ascii=False)},' for key in sorted(entries)]
    return "\n".join(["{", *lines, f'  "schema": {SCHEMA}', "}"]) + "\n"


def parse(text: str, path: str) -> Entries:
    """The entries of a file. Raises BaselineError (path:line) where it is none, for instance after a merge."""
    fix = "take the lines of both sides of the merge, or make it again: docgen check --update-baseline"
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(f"not a baseline: {error.msg}", f"{path}:{error.lineno}", fix) from error
    except (RecursionError, ValueError) as error:
        raise BaselineError(f"not a baseline: {error}", f"{path}:1", fix) from error
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        raise BaselineError(f"not a baseline of schema {SCHEMA}", f"{path}:1", fix)
    entries = {key: entry for key, entry in body.items() if key != "schema"}
    if not all(isinstance(entry, dict) for entry in entries.values()):
        raise BaselineError("not a baseline: an entry is no object", f"{path}:1", fix)
    return entries
