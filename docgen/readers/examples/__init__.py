"""Real uses of a package: the code blocks of its README, and its short tests.

In: a package folder or module file. Out: `Example`s with the dotted paths that they use, in the words of their imports. All is
read and nothing run; a piece of code that cannot stand alone is left where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docgen.readers.examples.example import Example
from docgen.readers.examples.readme import readme_examples
from docgen.readers.examples.tests import TESTS, examples_in_tests

__all__ = ["Example", "examples_of"]

_PROJECT = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_HIGHEST = 3  # folders above a package in which its project may begin


def examples_of(package: Path) -> Iterator[Example]:
    """The examples of a package, those of its README first."""
    project = _project(package)
    yield from readme_examples(package, project)
    folders = [project / name for name in TESTS] if project is not None else []
    yield from examples_in_tests([folder for folder in folders if folder.is_dir()], package)


def _project(package: Path) -> Path | None:
    """The folder of the project that a package belongs to; None for an installed one."""
    for folder in list(package.resolve().parents)[:_HIGHEST]:
        if any((folder / name).exists() for name in _PROJECT):
            return folder
    return None
