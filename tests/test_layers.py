"""A module imports only from lower rows, and each library has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "docgen"

# Lowest first. A name is a module, or a folder whose modules may import each other. What stands in the same row is kept
# apart on purpose: where one needs another, it belongs in a higher row.
ROWS: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "later",
        "facts navigation",
        "report",
        "journal",
        "cache files git marking members outline page settings support",
        "claims document readers",
        "brief ledger front_matter subjects",
        "statements",
        "metrics",
        "check corpus init",
        "track",
        "writers",
        "score write",
        "training",
        "testing train",
        "progress",
        "cli",
        "__main__",
    )
)

# Libraries that one part alone may import: a change of the library, or of what it costs, then has one place.
DOORS: dict[str, frozenset[str]] = {
    library: frozenset(doors.split())
    for library, doors in {
        "click": "cli",
        "rich": "progress",
        "jinja2": "write",
        "libcst": "write.docstrings",
        "openapi_pydantic": "readers.openapi",
        "griffe": "readers",
        "platformdirs": "cache",
        "mkdocs": "navigation",
        "sphinx": "navigation",
        "pytest": "testing",
        "charset_normalizer": "corpus.documents",
        "cleanlab": "corpus.audit",
        "scipy": "corpus.audit",
        "docutils": "corpus.documents navigation",
        "ftfy": "corpus.cleaning",
        "nbformat": "corpus.documents",
        "pathspec": "corpus.ignoring",
        "py3langid": "corpus.cleaning",
        "sklearn": "corpus.audit corpus.doubt_recipe corpus.labels",
        "sacrebleu": "metrics",
        "rapidfuzz": "metrics",
        "rouge_score": "metrics",
        "nltk": "metrics",
        "accelerate": "training",
        "bitsandbytes": "training writers.local",
        "captum": "writers.local",
        "datasets": "training",
        "pyarrow": "training",
        "detect_secrets": "corpus.privacy",
        "matplotlib": "training",
        "numpy": "corpus metrics score training writers.local",
        "codecarbon": "training",
        "optuna": "training",
        "peft": "training writers.local",
        "phonenumbers": "corpus.privacy",
        "tokenizers": "corpus.cleaning training writers.local",
        "torch": "training writers.local",
        "transformers": "training writers.local",
        "trl": "training",
    }.items()
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py" and "templates" not in path.parts)


def name_of(path: Path) -> str:
    """A module's dotted name below the package: `readers.json_file`, `writers` for `writers/__init__.py`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str) -> Iterator[tuple[str, int]]:
    """Every import with its line, those inside functions and under TYPE_CHECKING too: `docgen.facts`, `torch.nn`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write imports in full, from docgen…"
            yield from _imported(node)


def _imported(node: ast.ImportFrom) -> Iterator[tuple[str, int]]:
    module = node.module or ""
    if module != "docgen":
        yield module, node.lineno
        return
    for alias in node.names:
        if not alias.name.startswith("__"):  # `__version__` is the package's own
            yield f"docgen.{alias.name}", node.lineno


def row_of(module: str) -> int:
    part = module.partition(".")[0]
    return next((number for number, row in enumerate(ROWS) if part in row), -1)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_lower_rows(path: Path) -> None:
    module = name_of(path)
    row = row_of(module)
    assert row >= 0, f"{module} stands in no row of this file's table: give it the lowest one above what it imports"
    for imported, line in imports_of(path.read_text(encoding="utf-8")):
        package, _, other = imported.partition(".")
        if package != "docgen" or other.partition(".")[0] == module.partition(".")[0]:
            continue
        assert row_of(other) < row, f"{path.name}:{line}: {module} (row {row}) imports {other} (row {row_of(other)})"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_library_comes_in_by_its_door(path: Path) -> None:
    module = name_of(path)
    for imported, line in imports_of(path.read_text(encoding="utf-8")):
        doors = DOORS.get(imported.partition(".")[0], frozenset())
        allowed = not doors or any(module == door or module.startswith(f"{door}.") for door in doors)
        assert allowed, f"{path.name}:{line}: only {', '.join(sorted(doors))} may import {imported}"


def test_no_row_names_a_module_that_is_not_there() -> None:
    there = {name_of(path).partition(".")[0] for path in MODULES}
    assert not {name for row in ROWS for name in row} - there


def test_importing_the_package_imports_nothing_of_it() -> None:
    assert not list(imports_of((PACKAGE / "__init__.py").read_text(encoding="utf-8")))


def test_the_walk_sees_imports_inside_functions() -> None:
    source = "def load():\n    from docgen import cli, __version__\n    import torch.nn\n"
    assert sorted(imports_of(source)) == [("docgen.cli", 2), ("torch.nn", 3)]
