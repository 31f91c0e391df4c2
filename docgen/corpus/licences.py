"""Under which licence a source's text stands, as far as its files say.

In: a file, or the folder or package of a source. Out: an SPDX id, or nothing. A file's own header comes first. An installed
package is asked for its own metadata: what lies around it in `site-packages` belongs to others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from importlib.metadata import Distribution, PathDistribution
from itertools import islice
from pathlib import Path

from docgen.files import read_bytes, root_of
from docgen.readers.license import license_of

_LICENSE_FILE = re.compile(r"(?:LICEN[CS]E|COPYING)(?:[.-].*)?", re.IGNORECASE)
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_HEADER_LINES = 30
_DECLARED = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]*)")
_SIGNS = re.compile(r"^[ \t]*(?:#+|//+|/?\*+/?|;+|--|<!--|\.\.(?!\w)|%+|\"\"\")?[ \t]*", re.MULTILINE)
# The comments and docstring that a file begins with: a licence named further down may be another's.
_COMMENTS = re.compile(
    r"(?:\s|\ufeff|(?:#|//|;|%|---)[^\n]*|\.\.[^\n]*(?:\n[ \t]+[^\n]*)*|<!--.*?-->|/\*.*?\*/|\"{3}.*?\"{3}|'{3}.*?'{3})*+",
    re.DOTALL,
)
# Notices that files begin with, by words that no other licence's notice has.
_NOTICES = {
    "Apache-2.0": "licensed under the apache license version 2 0",
    "MPL-2.0": "this source code form is subject to the terms of the mozilla public license v 2 0",
    "MIT": "permission is hereby granted free of charge to any person obtaining a copy of this software and associated",
}
_NAMED = re.compile(
    r"(?:licensed|released|distributed|available)(?: for use)? under (?:the )?(?:terms of the )?"
    r"(?:(mit)|(bsd 3 clause|new bsd|modified bsd)|(bsd 2 clause|simplified bsd)|(isc)|(cc by 4 0)|(cc0)) licen[cs]e\b"
)
_CHOICE = re.compile(r"\b(?:dual|either|at your option|alternatively|exceptions?)\b")
_NAMED_IDS = ("MIT", "BSD-3-Clause", "BSD-2-Clause", "ISC", "CC-BY-4.0", "CC0-1.0")
# Only where a classifier stands for one licence: `BSD License` may be any of four.
_CLASSIFIERS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


class Licences:
    """The licences of the files of one source; `top` is the folder that was given. Folders are looked into once."""

    def __init__(self, top: Path | None = None) -> None:
        self._top = top
        self._folders: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        """The licence of one file: what its header says, else that of its package or folder."""
        return header_licence(path) or self.around(path.parent)

    def around(self, path: Path) -> str:
        """The licence of a folder or package, as `licence_of` has it."""
        if path not in self._folders:
            self._folders[path] = licence_of(path, self._top)
        return self._folders[path]


def header_licence(path: Path) -> str:
    """The SPDX id that the first 30 lines of a file declare or that their notice stands for; empty where they are silent,
    unsure or cannot be read. Several declared ids are joined by AND: each holds for part of the file."""
    try:
        with path.open("rb") as file:
            head = b"".join(islice(file, _HEADER_LINES))[:20_000].decode("utf-8", "replace")
    except OSError:
        return ""
    if declared := [known for line in _DECLARED.findall(head) if (known := _expression(line))]:
        unique = list(dict.fromkeys(declared))
        return " AND ".join(f"({item})" if " OR " in item and len(unique) > 1 else item for item in unique)
    words = " ".join(
        re.findall(r"[a-z0-9]+", _SIGNS.sub("", comments[0] if (comments := _COMMENTS.match(head)) else "").lower())
    )
    if _CHOICE.search(words):
        return ""
    found = {known for known, notice in _NOTICES.items() if notice in words}
    found |= {_NAMED_IDS[match.lastindex - 1] for match in _NAMED.finditer(words) if match.lastindex}
    return found.pop() if len(found) == 1 else ""


def _expression(declared: str) -> str:
    """An SPDX expression as a header has it, the signs of its comment taken off."""
    return license_of(f"SPDX-License-Identifier: {declared.strip().removesuffix('-->').removesuffix('*/').strip()}") or ""


def licence_of(path: Path, top: Path | None = None) -> str:
    """The SPDX id for what lies at `path`, a folder or a package; empty where its files do not say, or say several things.

    Licence files are looked for upwards, to the root of the repository or to `top` where that lies further out.
    """
    if path.suffix == ".dist-info":
        return _stated(PathDistribution(path))
    if installed := _installed(path):
        return _stated(PathDistribution(installed))
    start = path if path.is_dir() else path.parent
    roots = {root_of(start), top if top and start.is_relative_to(top) else start}
    for folder in (start, *start.parents):
        if found := _in_folder(folder):
            return found
        roots.discard(folder)
        if not roots:
            break
    return ""


def metadata_of(package: Path) -> Path | None:
    """The metadata that an installer has left beside a package, which holds its README."""
    folder = _installed(package)
    path = folder / "METADATA" if folder else None
    return path if path and path.is_file() else None


def _in_folder(folder: Path) -> str:
    """The licence that every recognised licence file of a folder names."""
    files = sorted(path for path in folder.iterdir() if _LICENSE_FILE.fullmatch(path.name) and path.is_file())
    found = {known for path in files if (known := license_of(read_bytes(path).decode("utf-8", "replace")))}
    return found.pop() if len(found) == 1 else ""


def _installed(package: Path) -> Path | None:
    """The `.dist-info` folder beside a package whose record lists it; those with the package's name are asked first."""
    entry = f"{package.name}/__init__.py" if package.is_dir() else package.name
    name = package.stem.lower()
    folders = sorted(package.parent.glob("*.dist-info"), key=lambda folder: (not folder.name.lower().startswith(name), folder))
    return next((folder for folder in folders if entry in _listed(folder)), None)


def _listed(folder: Path) -> frozenset[str]:
    """The files that an installer has put there."""
    lines = (PathDistribution(folder).read_text("RECORD") or "").splitlines()
    return frozenset(line.partition(",")[0] for line in lines)


def _stated(distribution: Distribution) -> str:
    """The licence in a distribution's metadata: an SPDX expression, its licence file, or a classifier that leaves no doubt."""
    metadata = distribution.metadata
    expression = next(iter(metadata.get_all("License-Expression") or ()), "")
    if _SPDX.fullmatch(expression):
        return expression
    files = {known for text in _license_files(distribution) if (known := license_of(text))}
    if len(files) == 1:
        return files.pop()
    classifiers = [
        line.rpartition("::")[2].strip() for line in metadata.get_all("Classifier") or () if line.startswith("License")
    ]
    named = {_CLASSIFIERS.get(classifier, "") for classifier in classifiers}
    return named.pop() if len(named) == 1 else ""


def _license_files(distribution: Distribution) -> Iterator[str]:
    for name in distribution.metadata.get_all("License-File") or ("LICENSE", "LICENSE.txt", "LICENSE.md"):
        text = distribution.read_text(f"licenses/{name}") or distribution.read_text(str(name))
        if text:
            yield text


def permitted(license: str, wanted: Collection[str]) -> bool:
    """Whether an SPDX expression allows a choice among the `wanted` ids (in lower case): one side of an OR, both of an AND."""
    tokens = re.findall(r"[()]|[^\s()]+(?:\s+WITH\s+[^\s()]+)?", license, re.IGNORECASE)
    return bool(tokens) and _allows(iter(tokens), wanted)


def _allows(tokens: Iterator[str], wanted: Collection[str]) -> bool:
    """Whether the expression up to its closing bracket allows it; OR binds less than AND."""
    is_allowed, side = False, True
    for token in tokens:
        match token.upper():
            case ")":
                break
            case "OR":
                is_allowed, side = is_allowed or side, True
            case "(":
                side = _allows(tokens, wanted) and side
            case other if other != "AND":
                side = side and token.casefold() in wanted
    return is_allowed or side
