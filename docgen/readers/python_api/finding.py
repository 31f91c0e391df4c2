"""Where a Python package lies, and which of its files are modules.

In: a path or an import name. Out: a folder or file, and the dotted names of the modules in it. Folders without `__init__.py`
count as Python counts them: as namespace packages.
"""

from __future__ import annotations

import importlib.machinery
import os
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from docgen.report import InputError

_NOT_SOURCE = frozenset(("tests", "test", "docs", "doc", "examples"))
_IMPORT_ROOTS = frozenset(("src", "site-packages", "dist-packages"))
_PROJECTS = (".git", ".docgen", "docgen.toml", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
_MOST_ASKED = 300  # files that are looked into


def find_package(target: str, root: Path | None = None) -> Path:
    """The folder (or single file) of a Python package given by path or by import name, found without importing it: a package
    of the project at `root` (there, or in its `src`) before an installed one.

    Raises InputError where neither exists, or where the folder holds no Python.
    """
    path = Path(target)
    if not target:
        raise InputError("no package named", fix="give a path, or the import name of an installed package")
    if path.suffix == ".py" and path.is_file():
        return path
    if path.is_dir():
        return _package_in(path, target)
    if path.exists():
        raise InputError("not a Python file", target, "give a package, a module (.py), or the import name of a package")
    if not all(part.isidentifier() for part in target.split(".")):
        raise InputError(f"no such file or folder: {target}", fix="give a path, or the import name of an installed package")
    top = target.partition(".")[0]
    own = [] if root is None else [base / top for base in (root, root / "src") if _is_package(base / top)]
    return own[0] if own else _installed(target)


def module_files(path: Path) -> Iterator[tuple[str, Path]]:
    """The dotted name and the file of each module below `path`, packages before what they hold.

    Files and folders whose name cannot be imported are left out, and so is what only a link leads to.
    """
    top = module_name(path)
    if path.is_file():
        yield top, path
        return
    for folder, folders, files in os.walk(path):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if name.isidentifier() and name != "__pycache__")
        inside = here.relative_to(path).parts
        modules = sorted(name[:-3] for name in files if name.endswith(".py") and name[:-3].isidentifier())
        for module in sorted(modules, key=lambda name: (name != "__init__", name)):
            parts = (top, *inside, *(() if module == "__init__" else (module,)))
            yield ".".join(parts), here / f"{module}.py"


def module_name(path: Path) -> str:
    """The name of a package folder or module file, with those of the namespace packages above it. Regular packages above it
    are not looked for: who reads a part of one names that part."""
    absolute = path.resolve()
    name = absolute.stem if path.is_file() else absolute.name
    if path.is_file() and name == "__init__":
        return module_name(absolute.parent)
    above = absolute.parent
    while _is_namespace(above) or _is_called(above, name, absolute):
        name, above = f"{above.name}.{name}", above.parent
    return name


def shown_path(path: Path, root: Path) -> str:
    """A path relative to `root`, for messages; its name where it lies elsewhere."""
    real, base = os.path.realpath(path), os.path.realpath(root)
    return Path(real).relative_to(base).as_posix() if Path(real).is_relative_to(base) else path.name


def _package_in(folder: Path, target: str) -> Path:
    if _is_package(folder) or _is_namespace(folder.resolve()):
        return folder
    roots = [base for base in (folder, folder / "src") if base.is_dir()]
    inside = [
        child for base in roots for child in sorted(base.iterdir()) if _is_package(child) and child.name not in _NOT_SOURCE
    ]
    if not inside:
        inside = [child for base in roots for child in sorted(base.iterdir()) if _is_namespace(child.resolve())]
    if len(inside) == 1:
        return inside[0]
    if inside and all(_is_called(folder.resolve(), child.name, child.resolve()) for child in inside):
        return folder
    if not inside and any(path.suffix == ".py" for path in folder.iterdir()) and folder.resolve().name.isidentifier():
        return folder  # plain modules side by side
    found = ", ".join(str(child) for child in inside) or "none"
    what = f"{target} is not a Python package (no __init__.py; packages inside it: {found})"
    raise InputError(what, target, "name the package folder itself")


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()


def _is_namespace(folder: Path) -> bool:
    """Whether a folder without `__init__.py` is a namespace package: it lies where packages lie, and holds some."""
    here = folder
    while here.name.isidentifier() and here.name not in _NOT_SOURCE | _IMPORT_ROOTS and not _is_package(here):
        if _is_import_root(here.parent):
            return any(path.stem.isidentifier() for path in folder.rglob("*.py"))
        here = here.parent
    return False


def _is_called(above: Path, name: str, package: Path) -> bool:
    """Whether a folder without `__init__.py` is a namespace package, as the code says that is imported from it: the package's
    own, and the tests beside the folder. A folder in which a project begins is none, whatever it is called."""
    is_possible = above.name.isidentifier() and above.name not in _NOT_SOURCE | _IMPORT_ROOTS and above.parent != above
    if not is_possible or _is_package(above) or any((above / mark).exists() for mark in _PROJECTS):
        return False
    imported = re.compile(rf"^\s*(?:from|import)\s+(?:\w+\.)*{re.escape(f'{above.name}.{name}')}\b".encode(), re.MULTILINE)
    places = [package, *(folder / "tests" for folder in (above.parent, above.parent.parent))]
    files = (file for place in places for file in ([place] if place.is_file() else sorted(place.rglob("*.py"))))
    return any(imported.search(_content(file)) for file in islice(files, _MOST_ASKED))


def _content(file: Path) -> bytes:
    """What a file holds; nothing where it cannot be read, or is no file: a pipe would be waited for."""
    try:
        return file.read_bytes() if file.is_file() else b""
    except OSError:
        return b""


def _is_import_root(folder: Path) -> bool:
    """Whether packages are imported from a folder, as its name or the records of an installation in it show."""
    is_installed = any(child.suffix in (".dist-info", ".egg-info") for child in folder.iterdir())
    return folder.name in _IMPORT_ROOTS or is_installed


def _installed(target: str) -> Path:
    """The top package of an import name; for a namespace, its first part that is a package of its own."""
    places: list[str] = [entry or "." for entry in sys.path]
    parts = target.split(".")
    for number, part in enumerate(parts):
        spec = importlib.machinery.PathFinder.find_spec(part, places)
        if spec is not None and spec.origin and spec.origin.endswith(".py"):
            origin = Path(spec.origin)
            return origin.parent if origin.name == "__init__.py" else origin
        if spec is None or not spec.submodule_search_locations:
            what = "no installed Python package" if spec is None else "no Python source of the compiled package"
            fix = "check the spelling, or pip install it in this environment"
            raise InputError(f"no such file or folder, and {what} called {'.'.join(parts[: number + 1])}", fix=fix)
        places = list(spec.submodule_search_locations)
    return Path(places[0])
