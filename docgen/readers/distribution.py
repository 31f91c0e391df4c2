"""What the metadata of a package say of it as a whole: its version and the Python that it requires.

In: a package's folder or module file, and the root of the project. Out: facts of the package's own entry, from pyproject.toml,
setup.cfg, setup.py, `__version__`, or the records of an installation. All are read as text, and what they compute is absent.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from docgen.facts import Entry, Fact, Facts
from docgen.files import read_text
from docgen.later import Frozen, expression
from docgen.readers.python_api.finding import shown_path
from docgen.report import InputError

_VERSION = expression(r"v?\d+(?:\.\d+){0,4}(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|post|dev)[-_.]?\d*)*(?:\+[\w.]+)?")
_SPECIFIER = expression(r"(?:~=|==|!=|<=?|>=?|===)\s*\d[\w.*]*(?:\s*,\s*(?:~=|==|!=|<=?|>=?|===)\s*\d[\w.*]*)*")
_ASSIGNED = expression(r"^__version__\s*(?::\s*[\w.\[\]]+\s*)?=\s*(['\"])([^'\"\n]{1,40})\1", re.MULTILINE)
_IMPORTED = expression(r"^from \.(\w+) import [^\n]*\b__version__\b", re.MULTILINE)
_BESIDE = frozenset("tests test testing docs doc examples example benchmarks scripts tools build dist".split())
_NAMES = ("distribution", "version", "requires_python")


class _Stated(Frozen):
    """One value with the file and line that it stands in."""

    value: str
    path: Path
    line: int


_Found = dict[str, _Stated]


def with_distribution(facts: Facts, package: Path, root: Path) -> Facts:
    """The facts of a package with those of its distribution on the package's own entry; as they are where nothing is known."""
    top = next(iter(facts), None)
    if top is None or top.get("kind") not in ("module", "package"):
        return facts
    told = distribution_facts(package, root)
    if not told:
        return facts
    known = Entry(top.about, (*top.facts, *told), top.excerpt)
    return Facts(facts.subject, (known if entry is top else entry for entry in facts))


def distribution_facts(package: Path, root: Path) -> tuple[Fact, ...]:
    """`distribution` (its name), `version` and `requires_python` (a specifier: `>=3.9`) of the package at a path; nothing for a
    part of another package."""
    package = package.resolve()
    if (package.parent / "__init__.py").is_file():
        return ()
    found = _in_project(package, root.resolve()) or _installed(package)
    if "version" not in found and (own := _own_version(package)) is not None:
        found = {**found, "version": own}
    return tuple(
        Fact(name, found[name].value, f"{shown_path(found[name].path, root)}:{found[name].line}")
        for name in _NAMES
        if name in found
    )


# A project's own files -----------------------------------------------------------------------------------------------------


def _in_project(package: Path, root: Path) -> _Found:
    """What the nearest folder of the project that has metadata says, where these are this package's."""
    folder = package.parent
    while folder == root or folder.is_relative_to(root):
        found: _Found = {}
        for name, read in (("setup.py", _setup_script), ("setup.cfg", _setup_configuration), ("pyproject.toml", _pyproject)):
            if (folder / name).is_file():
                found |= read(folder / name)
        if found:
            return found if _is_its_own(found, package, folder) else {}
        if folder == root:
            break
        folder = folder.parent
    return {}


def _is_its_own(found: Mapping[str, _Stated], package: Path, folder: Path) -> bool:
    """Whether metadata are those of a package: by its name, or because there is no other."""
    if "distribution" in found and plain_name(found["distribution"].value) == plain_name(package.stem):
        return True
    others = {path.parent for place in ("*", "src/*") for path in folder.glob(f"{place}/__init__.py")}
    return {path for path in others if path.name not in _BESIDE and path.parent in (folder, folder / "src")} <= {package}


def plain_name(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pyproject(path: Path) -> _Found:
    import tomllib

    text = _text(path)
    try:
        tables: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
    project, poetry = _table(tables, "project"), _table(tables, "tool", "poetry")
    asked = (
        ("distribution", project.get("name", poetry.get("name")), "name"),
        ("version", project.get("version", poetry.get("version")), "version"),
        ("requires_python", project.get("requires-python"), "requires-python"),
        ("requires_python", _from_caret(_table(poetry, "dependencies").get("python")), "python"),
    )
    values = ((name, value, rf"^\s*{key}\s*=") for name, value, key in asked)
    return dict(_told(values, path, text))


def _table(tables: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        tables = tables.get(name) if isinstance(tables, dict) else None
    return tables if isinstance(tables, dict) else {}


def _from_caret(value: object) -> object:
    """Poetry's `^3.9` as other tools write it."""
    caret = re.fullmatch(r"\^\s*(\d+)((?:\.\d+)*)", value) if isinstance(value, str) else None
    return f">={caret[1]}{caret[2]},<{int(caret[1]) + 1}" if caret else value


def _setup_configuration(path: Path) -> _Found:
    import configparser  # only here: few packages have such a file

    text = _text(path)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    asked = (
        ("distribution", "metadata", "name"),
        ("version", "metadata", "version"),
        ("requires_python", "options", "python_requires"),
    )
    values = ((name, parser.get(part, key, fallback=None), rf"^{key}\s*[=:]") for name, part, key in asked)
    return dict(_told(values, path, text))


def _setup_script(path: Path) -> _Found:
    text = _text(path)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_setup(node.func))
    given = {word.arg: word.value for call in calls for word in call.keywords if word.arg}
    asked = (("distribution", "name"), ("version", "version"), ("requires_python", "python_requires"))
    literal = {name: given[key] for name, key in asked if key in given}
    values = (
        (name, node.value, rf"\b{dict(asked)[name]}\s*=") for name, node in literal.items() if isinstance(node, ast.Constant)
    )
    return dict(_told(values, path, text))


def _is_setup(function: ast.expr) -> bool:
    return getattr(function, "id", getattr(function, "attr", "")) == "setup"


def _told(values: Iterator[tuple[str, object, str]], path: Path, text: str) -> Iterator[tuple[str, _Stated]]:
    """The values that are plain ones of their sort, each with the line on which its key stands."""
    for name, value, key in values:
        pattern = {"version": _VERSION, "requires_python": _SPECIFIER}.get(name)
        if isinstance(value, str) and value.strip() and (pattern is None or pattern.fullmatch(value.strip())):
            at = re.search(key, text, re.MULTILINE)
            yield name, _Stated(value.strip(), path, text.count("\n", 0, at.start()) + 1 if at else 1)


# The package's own text, and installations ---------------------------------------------------------------------------------


def _own_version(package: Path) -> _Stated | None:
    """The `__version__` that a package gives itself in its first module, or in the one that it takes it from."""
    path = package / "__init__.py" if package.is_dir() else package
    text = _text(path)
    if (source := _IMPORTED.search(text)) is not None:
        path = path.with_name(f"{source[1]}.py")
        text = _text(path)
    assigned = list(_ASSIGNED.finditer(text))
    if len(assigned) != 1 or not _VERSION.fullmatch(assigned[0][2]):
        return None
    return _Stated(assigned[0][2], path, text.count("\n", 0, assigned[0].start()) + 1)


def _installed(package: Path) -> _Found:
    """What the record of its installation beside a package says."""
    for folder in sorted(package.parent.glob("*.dist-info")):
        name = folder.name.removesuffix(".dist-info").partition("-")[0]
        tops = _text(folder / "top_level.txt").split()
        if plain_name(name) == plain_name(package.stem) or package.stem in tops:
            return dict(_headers(folder / "METADATA"))
    return {}


def _headers(path: Path) -> Iterator[tuple[str, _Stated]]:
    called = {"Name": "distribution", "Version": "version", "Requires-Python": "requires_python"}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            return
        key, _, value = line.partition(":")
        if key in called:
            yield from ((name, replace(one, line=number)) for name, one in _told(iter([(called[key], value, key)]), path, line))


def _text(path: Path) -> str:
    """The text of a file; empty where there is none that can be read."""
    try:
        return read_text(path).text if path.is_file() else ""
    except InputError:
        return ""
