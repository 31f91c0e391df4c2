"""Under which licence a source's text stands, as far as its files say.

In: the folder or package of a source. Out: an SPDX id, or nothing. An installed package is asked for its own metadata: what
lies around it in `site-packages` belongs to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from docgen.files import read_bytes, root_of
from docgen.readers.license import license_of

_LICENSE_FILE = re.compile(r"(?:LICEN[CS]E|COPYING)(?:[.-].*)?", re.IGNORECASE)
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
# Only where a classifier stands for one licence: `BSD License` may be any of four.
_CLASSIFIERS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def licence_of(path: Path, top: Path | None = None) -> str:
    """The SPDX id for what lies at `path`, a folder or a package; empty where its files do not say, or say several things.

    Licence files are looked for upwards, to the root of the repository or to `top` where that lies further out.
    """
    if installed := _distribution(path):
        return _stated(installed)
    start = path if path.is_dir() else path.parent
    roots = {root_of(start), top if top and start.is_relative_to(top) else start}
    for folder in (start, *start.parents):
        if found := _in_folder(folder):
            return found
        roots.discard(folder)
        if not roots:
            break
    return ""


def _in_folder(folder: Path) -> str:
    """The licence that every recognised licence file of a folder names."""
    files = sorted(path for path in folder.iterdir() if _LICENSE_FILE.fullmatch(path.name) and path.is_file())
    found = {known for path in files if (known := license_of(read_bytes(path).decode("utf-8", "replace")))}
    return found.pop() if len(found) == 1 else ""


def _distribution(package: Path) -> Distribution | None:
    """The installed distribution that a package belongs to: the one beside it whose record lists it."""
    beside = package.parent
    if not any(beside.glob("*.dist-info")):
        return None
    entry = f"{package.name}/__init__.py" if package.is_dir() else package.name
    return next((found for found in distributions(path=[str(beside)]) if entry in _listed(found)), None)


def _listed(distribution: Distribution) -> frozenset[str]:
    lines = (distribution.read_text("RECORD") or "").splitlines()
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
