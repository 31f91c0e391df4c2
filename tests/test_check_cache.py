"""What the check keeps between runs never changes what it finds."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from docgen.cache import Cache
from docgen.check import check
from docgen.check.docstrings import check_docstrings
from docgen.claims import contradictions, verify
from docgen.facts import Entry
from docgen.readers.docstring_text import docstrings_in
from docgen.readers.python_api import read_package
from docgen.report import Report

NAMES = ("pkg/__init__.py", "pkg/a.py", "pkg/b.py", "pkg/sub/__init__.py", "pkg/sub/c.py")
IMPORTS = (
    "",
    "from pkg.a import LIMIT",
    "from .a import LIMIT, Base",
    "from pkg.b import *",
    "from pkg.sub.c import LIMIT as WAIT",
    "from . import a",
)
BODIES = (
    "LIMIT = {number}",
    "WAIT = LIMIT",
    'def load(limit=LIMIT):\n    """Loads.\n\n    Args:\n        limit (int): How many. Defaults to {number}.\n    """',
    'def wait(seconds: float = {number}):\n    """Waits. `seconds` is a number, by default 3."""',
    'def stop(*, at: int = 3):\n    """Stops.\n\n    Parameters\n    ----------\n    at : str, default=3\n    """',
    'def count():\n    """Counts. `LIMIT` is {number}."""\n    return LIMIT',
    'def fail(limit=2):\n    """Fails. It raises nothing. The default is {number}."""\n    raise ValueError(limit)',
    'def two(a, b={number}):\n    """This function takes three parameters. `b` defaults to 3."""',
    'class Base:\n    """A base. `size` defaults to {number}."""\n\n    def __init__(self, size=LIMIT):\n        pass',
    "from dataclasses import dataclass",
    '@dataclass\nclass Part(Base):\n    """A part. `size` defaults to 2."""\n    size: int = {number}',
    '# docgen: ignore[contradicted-default] on purpose\ndef quiet(limit=1):\n    """Quiet; `limit` defaults to {number}."""',
    "def broken(:",
)

modules = some.builds(
    lambda imported, bodies, number: "\n\n".join([imported, *bodies, ""]).replace("{number}", str(number)),
    some.sampled_from(IMPORTS),
    some.lists(some.sampled_from(BODIES), max_size=5, unique=True),
    some.integers(1, 4),
)
edits = some.lists(some.tuples(some.sampled_from(NAMES), some.none() | modules), min_size=1, max_size=4)


def write(root: Path, name: str, text: str | None) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None and name != NAMES[0]:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text or "", encoding="utf-8")


def checked(root: Path, cache: Cache | None = None, workers: int = 1) -> Report:
    return check([root / "pkg"], root=root, cache=cache, workers=workers)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(first=some.fixed_dictionaries(dict.fromkeys(NAMES, modules)), later=some.lists(edits, max_size=4))
def test_what_is_kept_is_what_would_be_found_now(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, str], later: list[list[tuple[str, str | None]]]
) -> None:
    root = tmp_path_factory.mktemp("edits")
    cache = Cache(root / "cache")
    for name, text in first.items():
        write(root, name, text)
    assert checked(root, cache) == checked(root)
    for edit in later:
        for name, text in edit:
            write(root, name, text)
        fresh = checked(root)
        assert checked(root, cache) == fresh
        assert checked(root, cache) == fresh


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(files=some.fixed_dictionaries(dict.fromkeys(NAMES, modules)))
def test_reading_only_what_a_docstring_may_be_wrong_about_finds_all_that_reading_everything_does(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    root = tmp_path_factory.mktemp("all")
    for name, text in files.items():
        write(root, name, text.replace("# docgen: ignore", "# no"))
    facts = read_package(root / "pkg", root, private=True, tolerant=True)
    expected = {
        (docstring.path, docstring.line_at(item.claim.start), item.claim.value, str(item.fact and item.fact.value))
        for docstring in docstrings_in(root / "pkg", root, tolerant=True)
        if (entry := facts.get(docstring.about)) and _is_of(entry, docstring.path)
        for item in verify(docstring.text, entry)
        if item.verdict == "contradicted"
    }
    found = [finding for file in check_docstrings(root / "pkg", root, Cache(None), 1) for finding in file.findings]
    assert {(finding.path, finding.line, finding.old, str(finding.new)) for finding in found} == expected


def _is_of(entry: Entry, path: str) -> bool:
    return any(fact.source.startswith(f"{path}:") for fact in entry.facts)


def a_package(root: Path, modules: int = 40) -> Path:
    """A package large enough for several processes, with a wrong docstring in each module."""
    write(root, "pkg/__init__.py", "LIMIT = 4\n")
    filling = "\n".join(f"def f{number}(a, b):\n    return (a + b) * {number}\n" for number in range(400))
    for number in range(modules):
        text = f'from pkg import LIMIT\n\ndef load(limit=LIMIT):\n    """Loads. `limit` defaults to {number}."""\n\n{filling}'
        write(root, f"pkg/m{number}.py", text)
    return root / "pkg"


def test_several_processes_find_what_one_does(tmp_path: Path) -> None:
    a_package(tmp_path)
    alone = checked(tmp_path)
    assert len(alone.findings) == 39
    assert checked(tmp_path, workers=2) == alone
    assert checked(tmp_path, Cache(tmp_path / "cache"), workers=3) == alone
    assert checked(tmp_path, Cache(tmp_path / "cache"), workers=3) == alone


def test_a_constant_that_another_module_takes_its_default_from_is_noticed(tmp_path: Path) -> None:
    a_package(tmp_path, modules=6)
    cache = Cache(tmp_path / "cache")
    assert len(checked(tmp_path, cache).findings) == 5
    write(tmp_path, "pkg/__init__.py", "LIMIT = 5\n")
    assert [finding.old for finding in checked(tmp_path, cache).findings] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"{}"], ids=["empty", "damaged", "not what it was"])
def test_a_cache_that_was_spoilt_or_deleted_is_made_anew(tmp_path: Path, content: bytes) -> None:
    a_package(tmp_path, modules=6)
    cache = Cache(tmp_path / "cache")
    expected = checked(tmp_path, cache)
    for file in (tmp_path / "cache").rglob("*.*"):
        file.write_bytes(content)
    assert checked(tmp_path, cache) == expected
    for file in (tmp_path / "cache").rglob("*.*"):
        file.unlink()
    assert checked(tmp_path, cache) == expected


def test_nothing_is_kept_where_the_cache_cannot_be_written(tmp_path: Path) -> None:
    a_package(tmp_path, modules=6)
    (tmp_path / "file").write_bytes(b"")
    assert checked(tmp_path, Cache(tmp_path / "file" / "cache")) == checked(tmp_path)


def test_several_runs_at_once_share_a_cache(tmp_path: Path) -> None:
    a_package(tmp_path, modules=12)
    command = [sys.executable, "-m", "docgen", "check", "pkg"]
    environment = {**os.environ, "DOCGEN_CACHE": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    runs = [
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    told = {run.communicate(timeout=120) for run in runs}
    assert len(told) == 1
    assert "11 findings" in told.pop()[0]
    assert not list((tmp_path / "cache").rglob("*.*.*"))  # no draft is left


def test_a_file_that_does_not_parse_is_told_each_time_and_the_rest_is_checked(tmp_path: Path) -> None:
    a_package(tmp_path, modules=6)
    write(tmp_path, "pkg/m1.py", "def broken(:\n")
    cache = Cache(tmp_path / "cache")
    first = checked(tmp_path, cache)
    assert [finding.path for finding in first.findings if finding.verdict == "unknown"] == ["pkg/m1.py"]
    assert len(first.findings) == 5
    assert checked(tmp_path, cache) == first


def test_the_same_package_elsewhere_is_told_under_its_own_paths(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    for place in ("one", "two/src"):
        a_package(tmp_path / place, modules=6)
        found = check([tmp_path / place / "pkg"], root=tmp_path, cache=cache).findings
        assert {finding.path.partition("/pkg/")[0] for finding in found} == {place}
        assert [replace(finding, severity="error") for finding in found] == list(found)


def test_contradictions_are_the_contradicted_claims_of_verify(tmp_path: Path) -> None:
    for number, body in enumerate(BODIES[:-2]):
        write(tmp_path, "pkg/__init__.py", f"LIMIT = 3\n\n{body.replace('{number}', '4')}\n")
        facts = read_package(tmp_path / "pkg", tmp_path, tolerant=True)
        for docstring in docstrings_in(tmp_path / "pkg", tmp_path):
            if entry := facts.get(docstring.about):
                claims = [item for item in verify(docstring.text, entry) if item.verdict == "contradicted"]
                assert contradictions(docstring.text, entry) == claims, (number, docstring.about)
