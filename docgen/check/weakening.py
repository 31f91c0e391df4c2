"""What a change of the settings or of the baseline lets through that the last commit did not.

In: a project in a git repository, and the revision to compare with. Out: at most one note. Whoever reviews a change sees the
documents in it; that the check itself became milder is easily overlooked. Without git nothing is said.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docgen import git
from docgen.check.baseline import FOLDER, parse
from docgen.check.saying import finding
from docgen.check.severity import LEVELS
from docgen.report import BaselineError, Finding
from docgen.report.codes import code_named
from docgen.settings import CheckSettings

_FILES = ("docgen.toml", "pyproject.toml")


def weakening(root: Path, revision: str) -> Iterator[Finding]:
    """The note that settings or the baseline are milder than in `revision`."""
    if not git.is_repository(root):
        return
    baseline = FOLDER.as_posix()
    before = git.blobs(root, revision, *_FILES, baseline)
    changed = [path for path in sorted({*before, *_now(root)}) if _differs(root / path, before.get(path, ""))]
    if not before or not changed:
        return
    words = list(_milder_settings(_settings(root, before), _settings(root, None))) if set(changed) & set(_FILES) else []
    grown = {path: number for path in changed if path.startswith(f"{baseline}/") and (number := _grown(root, path, before))}
    if grown:
        number = sum(grown.values())
        words.append(f"the baseline grows by {number} {'entry' if number == 1 else 'entries'} ({', '.join(sorted(grown)[:3])})")
    if words:
        place = next((path for path in changed if path in _FILES or path in grown), changed[0])
        message = f"settings weaken the check: {'; '.join(words)}"
        fix = f"nothing, where it is meant; else take back what has changed since {revision}"
        yield finding("settings-weaker", place, 1, message, fix, about="settings", new="; ".join(words))


def _now(root: Path) -> Iterator[str]:
    """The files that count, as they are in the work tree."""
    yield from (name for name in _FILES if (root / name).is_file())
    for place, _, names in os.walk(root / FOLDER):
        yield from (Path(place, name).relative_to(root).as_posix() for name in names if name.endswith(".json"))


def _differs(path: Path, blob: str) -> bool:
    """Whether a file is another than git's content of that name; told by the name alone, without asking git."""
    try:
        content = path.read_bytes()
    except OSError:
        return bool(blob)
    import hashlib

    head = b"blob %d\0" % len(content)
    return (hashlib.sha256 if len(blob) == 64 else hashlib.sha1)(head + content, usedforsecurity=False).hexdigest() != blob


def _settings(root: Path, before: Mapping[str, str] | None) -> Mapping[str, Any]:
    """The settings of the check as a file spells them, of the work tree or of the blobs `before`; empty where none does."""
    import tomllib  # only here: mostly neither file has changed

    for name in _FILES:
        content = _content(root, name, before)
        try:
            table: Any = tomllib.loads(content.decode()) if content else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        for key in ("tool", "docgen") if name == "pyproject.toml" else ():
            table = table.get(key, {}) if isinstance(table, dict) else {}
        if isinstance(table, dict) and table:
            return table
    return {}


def _content(root: Path, name: str, before: Mapping[str, str] | None) -> bytes | None:
    if before is None:
        return (root / name).read_bytes() if (root / name).is_file() else None
    return git.content(root, before[name]) if name in before else None


def _milder_settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What is said more mildly now, in words."""
    was, now = _part(before, "check"), _part(after, "check")
    mildest = (("strict", False), ("warn", True), ("allow_unknown", True), ("baseline", True), ("written", False))
    for name, mild in mildest:
        usual = getattr(CheckSettings(), name)
        if bool(was.get(name, usual)) is not mild and bool(now.get(name, usual)) is mild:
            yield f"{name} = {str(mild).lower()}"
    old, new = _part(was, "severity"), _part(now, "severity")
    for key in sorted({*old, *new}):
        if _rank(key, new) < _rank(key, old):
            yield f'"{key}" = "{new[key]}"' if key in new else f'"{key}" is no longer "{old[key]}"'
    excluded = [item for item in _items(after) if item not in _items(before)]
    if excluded:
        yield f"paths.exclude has {', '.join(excluded)}"


def _part(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = table.get(name)
    return part if isinstance(part, dict) else {}


def _items(table: Mapping[str, Any]) -> list[str]:
    found = _part(table, "paths").get("exclude")
    return [str(item) for item in found] if isinstance(found, list) else []


def _rank(key: str, table: Mapping[str, Any]) -> int:
    """How grave a table makes what a key names; without an entry, as its code has it."""
    code = code_named(key)
    word = table.get(key, code.severity if code else "error")
    return list(LEVELS).index(word) if word in LEVELS else len(LEVELS)


def _grown(root: Path, path: str, before: Mapping[str, str]) -> int:
    """How many entries a file of the baseline has that it did not have."""
    old = git.content(root, before[path]) if path in before else b""
    try:
        was = parse(old.decode(), path) if old else {}
        now = parse((root / path).read_text(encoding="utf-8"), path) if (root / path).is_file() else {}
    except (BaselineError, OSError, UnicodeDecodeError):
        return 0
    return len(now.keys() - was.keys())
