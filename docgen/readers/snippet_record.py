"""The record of code that was run: which card's code, on which files, with which libraries.

In: `.docgen/snippets.json`, written by `docgen write --run-snippet`. Out: a fact that holds only as long as the model's files
are those that the code ran on. Without it a card could go on saying that its code runs after the model has changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from docgen.facts import JSON, Fact, mark
from docgen.readers.json_file import read_json, words

RECORD = Path(".docgen", "snippets.json")
_ENDS = 1 << 16  # bytes of a large file that are looked at, at its beginning and at its end
_PROSE = re.compile(r"\.(md|markdown|rst|svg|png|csv|txt\.bak)$|^\.", re.IGNORECASE)  # what loading a model never reads


def snippet_facts(folder: Path, shown: str, root: Path) -> Iterator[Fact]:
    """`usage.ran`: what code ran with on these very files; `usage.code` is that code's mark."""
    record = read_json(root / RECORD, RECORD.as_posix())
    ran = record.get("ran", shown) if record else None
    if record is None or not isinstance(ran, dict) or ran.get("artefact") != artefact_mark(folder):
        return
    code, ran_with = words(ran.get("code")), words(ran.get("with"))
    if code and ran_with:
        yield Fact("usage.code", code, record.source("ran", shown))
        yield Fact("usage.ran", ran_with, record.source("ran", shown))


def artefact_mark(folder: Path) -> str:
    """A mark of what lies in a folder: names and sizes, with the content, or of large files its beginning and its end."""
    files: list[JSON] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(_PROSE.search(part) for part in name.split("/")):
            files.append([name, path.stat().st_size, _digest(path)])
    return mark(files, 16)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(_ENDS)
        file.seek(max(len(start), path.stat().st_size - _ENDS))
        return hashlib.sha256(start + file.read(_ENDS)).hexdigest()
