"""Short tests as examples: what a package's own tests call, and what they say comes back.

In: folders of tests and the package. Out: the bodies of tests that can stand alone: no fixtures, no parameters, no helpers of
their file, and nothing that a test runner has to give, with the imports that they need.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from docgen.readers.examples.example import Example, imported, used
from docgen.readers.syntax import collector_paused, nodes_in

TESTS = ("tests", "test")
_MOST_FILES = 400
_LARGEST = 400_000  # bytes of a file
_LONGEST = 12  # lines of a body
# Tests of what goes wrong, and of what went wrong once, show no reader how to begin.
_NO_EXAMPLE = re.compile(r"error|invalid|fail|rais|deprecat|warn|bug|issue|regress|wrong|bad|illegal|empty|mock|_none", re.I)
_RUNNER = frozenset(("pytest", "unittest", "mock", "hypothesis", "nose", "testing", "tests", "test", "raises"))


def examples_in_tests(folders: Sequence[Path], package: Path) -> Iterator[Example]:
    """The tests below `folders`, and those inside the package, that can be read as examples of it."""
    name = package.stem if package.suffix == ".py" else package.name
    for path, shown in _files(folders, package):
        text = _text(path)
        if f"import {name}" not in text and f"from {name}" not in text:
            continue
        try:
            with collector_paused():
                tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield from _File(tree, text.splitlines(), shown, name).examples()


def _files(folders: Sequence[Path], package: Path) -> Iterator[tuple[Path, str]]:
    """The files of tests, each with the name that a page gives it."""
    inside = [place for name in TESTS for place in sorted(package.rglob(name)) if place.is_dir()] if package.is_dir() else []
    count = 0
    for folder in (*folders, *inside):
        for path in sorted((*folder.rglob("test_*.py"), *folder.rglob("*_test.py"))):
            if count == _MOST_FILES:
                return
            if path.stat().st_size <= _LARGEST:
                count += 1
                yield path, path.relative_to(package.parent if folder in inside else folder.parent).as_posix()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


@dataclass(frozen=True)
class _File:
    """One file of tests of the package called `name`."""

    tree: ast.Module
    lines: Sequence[str]
    source: str
    name: str

    def examples(self) -> Iterator[Example]:
        names, statements = imported(self.tree), _imports(self.tree)
        for test in _tests(self.tree.body):
            if self._may_stand_alone(test):
                wanted = _free(test)
                if all(name in names and not _RUNNER & set(names[name].split(".")) for name in wanted):
                    code = self._code(test, [statements[name] for name in wanted])
                    if uses := used(ast.Module(list(test.body), []), names, self.name):
                        yield Example(code, "python", self.source, uses)

    def _may_stand_alone(self, test: ast.FunctionDef) -> bool:
        arguments = test.args
        given = [*arguments.args, *arguments.posonlyargs, *arguments.kwonlyargs]
        if (
            [item.arg for item in given] not in ([], ["self"])
            or arguments.vararg
            or arguments.kwarg
            or test.decorator_list
            or _NO_EXAMPLE.search(test.name)
        ):
            return False
        last = test.end_lineno or test.lineno
        odd = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal, ast.Try, ast.Raise, ast.FunctionDef)
        inner = (node for statement in test.body for node in nodes_in(statement))
        return last - _first(test).lineno < _LONGEST and not any(isinstance(node, odd) for node in inner)

    def _code(self, test: ast.FunctionDef, imports: Sequence[str]) -> str:
        first, last = _first(test).lineno, test.end_lineno or test.lineno
        body = dedent("\n".join(self.lines[first - 1 : last])).rstrip()
        above = "\n".join(dict.fromkeys(imports))
        return f"{above}\n\n{body}" if above else body


def _tests(body: Sequence[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """The test functions of a file, and the tests of its classes; a use of `self` shows as a name that nothing binds."""
    for item in body:
        if isinstance(item, ast.FunctionDef) and item.name.startswith("test"):
            yield item
        elif isinstance(item, ast.ClassDef):
            yield from _tests(item.body)


def _first(test: ast.FunctionDef) -> ast.stmt:
    """The first statement of a test after its docstring."""
    told = isinstance(test.body[0], ast.Expr) and isinstance(test.body[0].value, ast.Constant)
    return test.body[1] if told and len(test.body) > 1 else test.body[0]


def _imports(tree: ast.Module) -> dict[str, str]:
    """The statement that imports each name of a file, with that name alone."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name.partition(".")[0]: f"import {_alias(alias)}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {alias.asname or alias.name: f"from {node.module} import {_alias(alias)}" for alias in node.names}
    return found


def _alias(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _free(test: ast.FunctionDef) -> list[str]:
    """The names that a test's body reads and neither sets itself nor has from the language, in their order."""
    nodes = [node for statement in test.body for node in nodes_in(statement)]
    own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {
        alias.asname or alias.name.partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    own |= {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    read = (node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    return list(dict.fromkeys(name for name in read if name not in own and not hasattr(builtins, name)))
