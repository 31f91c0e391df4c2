"""What is kept of a package between readings: never other than a fresh reading, and read again only where something changed."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from docgen.cache import Cache
from docgen.facts import Entry, Fact
from docgen.readers.python_api import BrokenFile, ModuleFacts, read_modules, read_package
from docgen.readers.python_api.crew import Crew
from docgen.readers.python_api.files import File
from docgen.readers.python_api.kept import Entries
from docgen.readers.python_api.outside import Outside
from docgen.readers.python_api.package import Module
from docgen.readers.python_api.source import Source
from docgen.readers.python_api.workshop import Known, Workshop
from docgen.report import DocgenError, InputError

FILES = ("__init__.py", "a.py", "b.py", "_c.py", "sub/__init__.py", "sub/d.py")
IMPORTS = (
    "",
    "from pkg.a import LIMIT, Base",
    "from pkg.b import LIMIT as OTHER",
    "from pkg._c import *",
    "from .b import *",
    "from pkg.sub.d import *",
    "from pkg import a",
    "from pkg import *",
    "import pkg.b as a",
    "from pkg.a import f as f",
    "from pkg._c import _hidden, f",
)
VALUES = (
    "LIMIT = 1",
    "LIMIT = 2",
    "LIMIT = OTHER",
    "LIMIT += 1",
    "OTHER = 'x'",
    "OTHER = -LIMIT",
    "__all__ = ['f', 'Base', 'LIMIT', '_hidden']",
    "__all__ = [*a.__all__, 'g']",
    "__all__ = names()",
    "DEFAULT = Base.RED",
)
DEFINITIONS = (
    "def f(x=LIMIT, y=OTHER):\n    '''First.'''\n    return x + LIMIT",
    "def f(x=a.LIMIT):\n    '''Second.'''\n    if x < 0:\n        raise ValueError('negative')",
    "def f(): return LIMIT",
    "def g():\n    global LIMIT\n    LIMIT = 3",
    "def g():\n    return LIMIT",
    "def _hidden(x=LIMIT):\n    '''Hidden.'''",
    "@dataclass\nclass Base:\n    size: int = LIMIT\n    def m(self):\n        return OTHER",
    "@dataclass\nclass Base:\n    '''Other.'''\n    width: int = 0\n    _LIMIT = 4",
    "class Base(Enum):\n    RED = LIMIT",
    "@dataclass\nclass More(Base):\n    more: str = OTHER",
    "class More(Base):\n    def __init__(self, x=Base.size, y=Base.RED):\n        self.x = x",
    "def h(x=DEFAULT, y=a.OTHER, z=Base.width): ...",
)
MODULE = some.tuples(
    some.lists(some.sampled_from(IMPORTS), max_size=2),
    some.lists(some.sampled_from(VALUES), max_size=2),
    some.lists(some.sampled_from(DEFINITIONS), max_size=2),
).map(lambda parts: "\n".join(line for part in parts for line in part))
BAD = some.sampled_from([None, "def broken(:", "LIMIT = '\udcff'"])
EDIT = some.tuples(some.sampled_from(FILES), MODULE | MODULE | MODULE | BAD)


def write(package: Path, file: str, content: str | None) -> None:
    """Puts a file into a package, or takes it away."""
    path = package / file
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(content.encode("utf-8", "surrogateescape"))


def told(entries: tuple[Entry, ...]) -> list[object]:
    """Entries with all that is in them, places too."""
    return [(entry, [fact.source for fact in entry.facts]) for entry in entries]


def read(package: Path, *, private: bool = False, cache: Cache | None = None) -> dict[str, tuple[str, object]]:
    """The mark and the contents of each module, and why a file is none."""
    found: dict[str, tuple[str, object]] = {}
    for item in read_modules(package, private=private, cache=cache):
        if isinstance(item, ModuleFacts):
            found[item.path] = item.mark, told(item.entries)
        else:
            found[item.path] = "", item
    return found


@settings(max_examples=150)
@given(start=some.tuples(*[MODULE] * len(FILES)), edits=some.lists(EDIT, min_size=2, max_size=6), private=some.booleans())
def test_what_is_kept_is_what_a_fresh_reading_gives(
    tmp_path_factory: pytest.TempPathFactory, start: tuple[str, ...], edits: list[tuple[str, str | None]], private: bool
) -> None:
    package = tmp_path_factory.mktemp("project") / "pkg"
    cache = Cache(package.parent / "cache")
    for file, content in zip(FILES, start, strict=True):
        write(package, file, content)
    seen: dict[tuple[str, str], object] = {}
    for file, edited in [("z.py", ""), *edits]:  # one file is always there
        write(package, file, edited)
        fresh = read(package, private=private)
        assert read(package, private=private, cache=cache) == fresh
        assert read(package, private=private, cache=cache) == fresh
        for path, (mark, entries) in fresh.items():
            assert not mark or seen.setdefault((path, mark), entries) == entries


BASE = """
from dataclasses import dataclass

LIMIT = 3

@dataclass
class Base:
    size: int = LIMIT

def helper():
    '''Help.'''
    return 1
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of a module that others rest on, one that rests on it, and one that does not."""
    folder = tmp_path / "pkg"
    write(folder, "__init__.py", "")
    write(folder, "base.py", BASE)
    write(folder, "user.py", "from .base import LIMIT\n\ndef use(x=LIMIT): ...\n")
    write(folder, "other.py", "def other(): ...\n")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        pytest.param("return 1", "return 2", {"pkg/base.py"}, id="the body of a function"),
        pytest.param("LIMIT = 3", "LIMIT = 4", {"pkg/base.py", "pkg/user.py"}, id="a constant that another uses"),
        pytest.param("Help.", "More help.", {"pkg/base.py", "pkg/user.py"}, id="a docstring, which another may show"),
        pytest.param("LIMIT = 3", "LIMIT = 3", set(), id="nothing"),
    ],
)
def test_a_mark_changes_with_what_a_module_rests_on(package: Path, old: str, new: str, changed: set[str]) -> None:
    before = read(package)
    write(package, "base.py", BASE.replace(old, new))
    after = read(package)
    assert {path for path in after if after[path][0] != before[path][0]} == changed


def test_a_module_that_comes_or_goes_changes_those_that_look_for_it(package: Path) -> None:
    write(package, "late.py", "from .later import WAIT\n\ndef late(x=WAIT): ...\n")
    before = read(package)
    write(package, "later.py", "WAIT = 5\n")
    after = read(package)
    assert {path for path in before if after[path][0] != before[path][0]} == {"pkg/late.py"}


def test_marks_are_the_same_in_another_place(package: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "pkg"
    moved.parent.mkdir()
    before = read(package)
    package.rename(moved)
    assert {path: mark for path, (mark, _) in read(moved).items()} == {path: mark for path, (mark, _) in before.items()}


def test_what_is_kept_shows_the_paths_of_today(package: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    read_package(package, cache=cache)
    found = read_package(package, tmp_path.parent, cache=cache)["pkg.base.helper"].fact("kind")
    assert found is not None and found.source == f"{tmp_path.name}/pkg/base.py:10"


def test_a_damaged_cache_changes_nothing(package: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    expected = read(package, cache=cache)
    for file in (path for path in (tmp_path / "cache").rglob("*") if path.is_file()):
        file.write_bytes(file.read_bytes()[:-1])
    assert read(package, cache=cache) == expected


# What others see of a module


def outside(text: str) -> Outside:
    return Outside.of(Module.of("pkg.a", False, Source("pkg/a.py", text)))


BRANCHES = """
try:
    def f():
        {}
except E:
    def f():
        {}
finally:
    def g():
        {}
"""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("def f(x=1):\n    return x\n", "def f(x=1):\n    ...\n", id="a body"),
        pytest.param("def f():\n    '''Doc.'''\n    x = 1", "def f():\n    '''Doc.'''\n    ...", id="after a docstring"),
        pytest.param("def f(): return 1\n", "def f(): return 1\n", id="a body in the line of its head"),
        pytest.param("def f():\n    '''Doc.'''; x = 1\n", "def f():\n    '''Doc.'''; x = 1\n", id="a body after a semicolon"),
        pytest.param(
            "class A:\n  def f(self):\n    @g\n    def h(): 1\n", "class A:\n  def f(self):\n    ...\n", id="a method"
        ),
        pytest.param(BRANCHES.format("return 1", "return 2", "x = 3"), BRANCHES.format("...", "...", "..."), id="every branch"),
    ],
)
def test_what_functions_do_is_not_seen_from_outside(text: str, seen: str) -> None:
    assert outside(text).text == seen


def test_a_name_that_a_function_rebinds_is_seen_from_outside() -> None:
    text = "X = 1\ndef f():\n    {}\n"
    assert outside(text.format("global X")).mark != outside(text.format("pass")).mark


@given(MODULE)
def test_the_outside_of_a_module_can_be_kept_and_parsed(text: str) -> None:
    found = outside(text)
    assert Outside.from_kept(found.kept()) == found
    again = found.module("pkg.a", False, "pkg/a.py")
    whole = Module.of("pkg.a", False, Source("pkg/a.py", text))
    assert list(again.scope.bound) == list(whole.scope.bound) == list(found.surface.names)
    assert again.scope.times == whole.scope.times
    ast.parse(found.text)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(), lambda inner: some.lists(inner, max_size=3)
)
FACT = some.builds(Fact, some.text(), JSON, some.integers(1, 10**6).map("pkg/a.py:{}".format))


@given(some.lists(some.builds(Entry, some.text(), some.lists(FACT, max_size=4).map(tuple), some.text()), max_size=4))
def test_entries_can_be_kept(entries: list[Entry]) -> None:
    again = Entries("pkg/a.py", kept=Entries("pkg/a.py", entries).kept).values
    assert told(again) == told(tuple(entries))


# Several processes


def large_package(folder: Path, modules: int = 24) -> Path:
    """A package that is worth several processes, whose modules rest on each other across them; one is broken."""
    package = folder / "large"
    write(package, "__init__.py", "from .m0 import *\nfrom .m1 import f1\n")
    filler = "\n".join(f"# line {number} of what only takes room {'-' * 60}" for number in range(500))
    for number in range(modules):
        before = (number or modules) - 1
        text = f"""
            from .m{before} import LIMIT as THEIRS, Base{before}

            LIMIT = {number}

            class Base{number}(Base{before}):
                '''The base number {number}.'''

            def f{number}(x=LIMIT, y=THEIRS):
                '''Do {number}.'''
                if x < y:
                    raise ValueError('too small')
        """
        write(package, f"m{number}.py", textwrap.dedent(text) + filler)
    write(package, "broken.py", "def broken(:")
    return package


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    package = large_package(tmp_path)
    alone = list(read_modules(package))
    together = list(read_modules(package, workers=3, cache=Cache(tmp_path / "cache")))
    again = list(read_modules(package, workers=3, cache=Cache(tmp_path / "cache")))
    assert [item.path for item in alone] == [item.path for item in together] == [item.path for item in again]
    for one, two, three in zip(alone, together, again, strict=True):
        if isinstance(one, ModuleFacts):
            assert isinstance(two, ModuleFacts) and isinstance(three, ModuleFacts)
            assert one.mark == two.mark == three.mark
            assert told(one.entries) == told(two.entries) == told(three.entries)
        else:
            assert one == two == three == BrokenFile("large/broken.py", 1, "not valid Python: invalid syntax")


def test_what_changed_for_many_modules_is_read_by_several_processes(tmp_path: Path) -> None:
    package, cache = large_package(tmp_path), Cache(tmp_path / "cache")
    write(package, "__init__.py", "from .m0 import *\n")
    before = read_package(package, tolerant=True, cache=cache, workers=2)
    for number in range(24):
        write(package, f"n{number}.py", f"from .m{number} import *\n__all__ = ['LIMIT']\n")
    assert len(before) < len(read_package(package, tolerant=True, cache=cache, workers=2))
    assert told(tuple(read_package(package, tolerant=True, cache=cache, workers=2))) == told(
        tuple(read_package(package, tolerant=True))
    )


def test_a_broken_file_is_an_error_of_the_whole_package_unless_that_is_tolerated(tmp_path: Path) -> None:
    package = large_package(tmp_path)
    with pytest.raises(InputError, match="invalid syntax"):
        read_package(package, workers=2)


def test_reading_may_stop_before_the_end(tmp_path: Path) -> None:
    results = read_modules(large_package(tmp_path), workers=2)
    assert isinstance(next(results), ModuleFacts)
    results.close()


def test_a_process_that_ends_by_itself_is_an_error(tmp_path: Path) -> None:
    package = large_package(tmp_path)
    files = [File(f"large.m{number}", package / f"m{number}.py", f"m{number}.py") for number in range(24)]
    with Crew(2, Workshop(private=False)) as crew:
        for process in crew.processes:
            process.kill()
            process.join()
        with pytest.raises(DocgenError, match="has ended"):
            list(crew.parse(files))


def test_a_file_that_changes_while_it_is_read_counts_as_it_was_read(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "def f(): ...\n")
    file = File("a", tmp_path / "a.py", "a.py")
    [parsed] = Workshop(private=False).parse([file])
    assert not isinstance(parsed, InputError)
    write(tmp_path, "a.py", "def g(): ...\n")
    [read_later] = Workshop(private=False).read([file], Known({"a": (file, parsed.outside)}, {}))
    assert not isinstance(read_later, InputError) and read_later.mark != parsed.mark


_INTERRUPTED = """
import sys
from pathlib import Path
from docgen.readers.python_api import read_modules
for item in read_modules(Path(sys.argv[1]), workers=2):
    print(item.path, flush=True)
    if sys.argv[2] == "wait":
        sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs process groups")
def test_an_interruption_leaves_no_process_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _INTERRUPTED, str(large_package(tmp_path)), "wait"]
    run = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert run.stdout is not None
    assert run.stdout.readline()
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=30)
    assert errors.count("KeyboardInterrupt") == 1  # that of the first process, and none of the others
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.killpg(run.pid, 0)
            time.sleep(0.1)
