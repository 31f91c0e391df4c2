"""A run that is killed leaves all files old or all new; two runs at once wait for each other."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from docgen.brief import Brief
from docgen.files import Batch
from docgen.journal import alone, recover
from docgen.report import InputError
from docgen.settings import Settings
from docgen.track import track
from docgen.write import write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed here")

OLD = {"a.md": b"old a", "docs/b.md": b"old b", ".docgen/ledger/a.md.json": b"old ledger", "mine.txt": b"a person's"}
NEW = {**OLD, "a.md": b"new a", "docs/b.md": b"new b", ".docgen/ledger/a.md.json": b"new ledger", "more/deep/c.md": b"new c"}


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def laid_out(folder: Path) -> Path:
    """The folder with the old files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def commit(root: Path) -> None:
    batch = Batch(root)
    for name, content in NEW.items():
        batch.add(root / name, content)
    batch.commit()


def killed_at(number: int, action: Callable[[], object], *, only_writing: bool = False) -> bool:
    """Runs `action` in a child that is killed before its file operation of this number; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = number

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event == "open" and only_writing and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR):
                return
            if event in ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown"):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            action()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_kill_before_any_file_operation_of_a_commit_leaves_all_old_or_all_new(tmp_path: Path) -> None:
    outcomes = []
    for number in range(1000):
        root = laid_out(tmp_path / "root")
        if not killed_at(number, lambda: commit(root)):  # noqa: B023 (called at once)
            break
        killed_at(number % 7, lambda: recover(root))  # noqa: B023
        recover(root)
        found = everything(root)
        assert found in (OLD, NEW), f"killed before operation {number}"
        outcomes.append(found == NEW)
        assert not [path for path in root.rglob("*") if path.is_dir() and not any(path.iterdir())], "an empty folder is left"
    assert everything(root) == NEW
    assert outcomes == sorted(outcomes), "old up to one moment, and new from there on"
    assert outcomes[0] is False and outcomes[-1] is True and len(outcomes) > 20


def test_what_a_person_edits_after_a_kill_is_not_written_over(tmp_path: Path) -> None:
    for number in range(1000):
        root = laid_out(tmp_path / "root")
        if not killed_at(number, lambda: commit(root)):  # noqa: B023
            break
        (root / "docs" / "b.md").write_bytes(b"edited since")
        recover(root)
        assert (root / "docs" / "b.md").read_bytes() == b"edited since"
        others = {name: content for name, content in everything(root).items() if name != "docs/b.md"}
        assert others in [{name: content for name, content in state.items() if name != "docs/b.md"} for state in (OLD, NEW)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            '{"folders": [], "files": [["../out.md", "../.docgen-0123456789abcdef", null, "", ""]]}', id="out of the root"
        ),
        pytest.param('{"folders": [], "files": [["a.md", "mine.txt", null, "", ""]]}', id="a file that is not docgen's"),
        pytest.param(
            '{"folders": [], "files": [["a.md", "docs/.docgen-0123456789abcdef", null, "", ""]]}', id="another folder"
        ),
        pytest.param('{"folders": ["docs"], "files": [["a.md"]]}', id="too short"),
        pytest.param('{"folders": [], "fi', id="broken off"),
        pytest.param("[]", id="a list"),
        pytest.param("", id="empty"),
    ],
)
def test_a_journal_that_is_not_docgens_own_moves_nothing(tmp_path: Path, line: str) -> None:
    root = laid_out(tmp_path / "root")
    (tmp_path / "out.md").write_bytes(b"outside")
    (tmp_path / ".docgen-0123456789abcdef").write_bytes(b"evil")
    (root / ".docgen" / "unfinished-0123456789abcdef.json").write_text(f"{line}\ncommit\n")
    recover(root)
    assert everything(root) == OLD
    assert (tmp_path / "out.md").read_bytes() == b"outside"


def test_the_journal_of_a_run_that_is_at_work_is_left_alone(tmp_path: Path) -> None:
    import fcntl

    root = laid_out(tmp_path / "root")
    journal = root / ".docgen" / "unfinished-0123456789abcdef.json"
    journal.write_text('{"folders": [], "files": [["a.md", ".docgen-0123456789abcdef", null, "", ""]]}\n')
    (root / ".docgen-0123456789abcdef").write_bytes(b"being written")
    with open(journal) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not recover(root)
        assert (root / ".docgen-0123456789abcdef").exists()
    assert recover(root)
    assert everything(root) == OLD


# docgen write


MODULE = '''"""Part {number} of the shop."""


def load(path: str, limit: int = {limit}) -> list[str]:
    """Load the parts of one file.

    Args:
        path: The file to read.
        limit: The most parts.

    Raises:
        ValueError: If the limit is negative.
    """
    if limit < 0:
        raise ValueError("limit")
    return []
'''
RUN = """
import sys
from docgen.cli import run
from docgen.write import write
print("ready", flush=True)
sys.exit(run(sys.argv[1:]))
"""
WRITE = ("write", "shop", "--writer", "none", "--no-cache")


def shop(root: Path, limit: int) -> None:
    (root / "shop").mkdir(exist_ok=True)
    (root / "shop" / "__init__.py").write_text('"""A shop."""\n')
    for number in range(8):
        (root / "shop" / f"part{number}.py").write_text(MODULE.format(number=number, limit=limit))


def documents(root: Path) -> dict[str, bytes]:
    return {name: content for name, content in everything(root).items() if not name.startswith("shop/")}


def started(root: Path, command: Sequence[str] = WRITE) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    running = subprocess.Popen(
        [sys.executable, "-c", RUN, *command],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    running.stdout.readline()
    return running


def wait_for_journal(root: Path, running: subprocess.Popen[str]) -> None:
    while running.poll() is None and not any(name.startswith("unfinished-") for name in os.listdir(root / ".docgen")):
        pass


def test_a_write_that_is_killed_at_a_random_moment_leaves_documents_and_ledgers_that_agree(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    shop(root, 10)
    write([str(root / "shop")], root=root)
    old, saved = documents(root), tmp_path / "saved"
    shop(root, 20)
    shutil.copytree(root, saved)
    running = started(root)
    start = time.monotonic()
    assert running.wait(timeout=60) == 0
    whole = time.monotonic() - start
    new = documents(root)
    assert len([name for name in new if new[name] != old[name]]) == 16, "eight pages and their ledgers"
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    for number in range(20):
        shutil.rmtree(root)
        shutil.copytree(saved, root)
        running = started(root)
        if number % 2:
            wait_for_journal(root, running)
            time.sleep(moments.uniform(0, 0.01))
        else:
            time.sleep(moments.uniform(0, 1.1 * whole))
        running.kill()
        running.communicate()
        recover(root)
        assert documents(root) in (old, new), f"seed {seed}, kill {number}"
        write([str(root / "shop")], root=root)
        assert documents(root) == new, f"seed {seed}, kill {number}"


def test_two_runs_at_once_both_do_their_work_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    shop(tmp_path, 10)
    with alone(tmp_path, print):
        runs = [started(tmp_path) for _ in range(2)]
        for running in runs:
            assert running.stderr is not None
            assert f"waiting for another docgen that writes in {tmp_path}" in running.stderr.readline()
        assert not (tmp_path / "docs").exists()
    outputs = [running.communicate(timeout=60)[0] for running in runs]
    assert [running.returncode for running in runs] == [0, 0]
    assert sorted(output.count("wrote ") for output in outputs) == [0, 9]


def test_a_document_that_is_saved_while_docgen_is_at_work_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    shop(tmp_path, 10)
    write([str(tmp_path / "shop")], root=tmp_path)
    shop(tmp_path, 20)
    page = tmp_path / "docs" / "api" / "shop.part3.md"
    before = documents(tmp_path)

    (tmp_path / "shop" / "part0.py").write_text(MODULE.format(number=0, limit=1).replace("Load the", "Find the"))

    class Saving:
        """While it writes, somebody saves a page."""

        name = mark = "saving"

        def write(self, briefs: Sequence[Brief]) -> list[str]:
            page.write_bytes(page.read_bytes() + b"\nA last word.\n")
            return ["" for _ in briefs]

    with pytest.raises(InputError, match="changed while docgen was at work; nothing was written") as caught:
        write([str(tmp_path / "shop")], root=tmp_path, writer=Saving())
    assert caught.value.where == "docs/api/shop.part3.md"
    name = "docs/api/shop.part3.md"
    assert documents(tmp_path) == {**before, name: before[name] + b"\nA last word.\n"}


# docgen track, and docstrings in the source


BARE = "def load_part{number}(path: str, limit: int = 10) -> list[str]:\n    return []\n"
GUIDE = "# Guide\n\n## `shop.part{number}.load`\n\nThe `limit` defaults to 10; a negative one raises `ValueError`.\n"
TRACK = ("track", "docs/guide0.md", "docs/guide1.md", "docs/guide2.md")
DOCSTRINGS = ("write", "--docstrings", "shop", "--writer", "none")


def tracking(root: Path) -> Path:
    """A project with three documents to track."""
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    shop(root, 10)
    (root / "docs").mkdir()
    for number in range(3):
        (root / "docs" / f"guide{number}.md").write_text(GUIDE.format(number=number))
    return root


def undocumented(root: Path) -> Path:
    """A project with three modules to document."""
    (root / "shop").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    (root / "shop" / "__init__.py").write_text("")
    for number in range(3):
        (root / "shop" / f"part{number}.py").write_text(BARE.format(number=number))
    return root


def do_track(root: Path) -> object:
    return track([root / name for name in TRACK[1:]], root=root, settings=Settings())


def do_docstrings(root: Path) -> object:
    pytest.importorskip("libcst", reason='docstrings are written through libcst: pip install -e ".[dev]"')
    from docgen.write.docstrings import write_docstrings

    return write_docstrings([str(root / "shop")], root=root)


COMMANDS = pytest.mark.parametrize(
    ("lay_out", "action", "command", "changed"),
    [
        pytest.param(tracking, do_track, TRACK, 6, id="track"),
        pytest.param(undocumented, do_docstrings, DOCSTRINGS, 3, id="docstrings"),
    ],
)
LayOut = Callable[[Path], Path]
Action = Callable[[Path], object]


@COMMANDS
def test_a_kill_before_any_write_of_another_command_leaves_all_old_or_all_new(
    tmp_path: Path, lay_out: LayOut, action: Action, command: Sequence[str], changed: int
) -> None:
    old, root = everything(lay_out(tmp_path / "old")), lay_out(tmp_path / "new")
    action(root)
    new, outcomes = everything(root), []
    assert len([name for name in new if new[name] != old.get(name)]) == changed
    for number in range(1000):
        root = lay_out(tmp_path / str(number))
        if not killed_at(number, lambda: action(root), only_writing=True):  # noqa: B023 (called at once)
            break
        recover(root)
        assert everything(root) in (old, new), f"killed before operation {number}"
        outcomes.append(everything(root) == new)
    assert outcomes == sorted(outcomes), "old up to one moment, and new from there on"
    assert outcomes[0] is False and outcomes[-1] is True and len(outcomes) > 12


@COMMANDS
def test_another_command_waits_for_a_run_at_work_and_ends_what_a_killed_one_began(
    tmp_path: Path, lay_out: LayOut, action: Action, command: Sequence[str], changed: int
) -> None:
    old, root = everything(lay_out(tmp_path / "old")), lay_out(tmp_path / "root")
    if action is do_docstrings:
        pytest.importorskip("libcst", reason='docstrings are written through libcst: pip install -e ".[dev]"')
    (root / "page.md").write_text("old")
    kept, fresh = root / ".docgen-0123456789abcdef", root / ".docgen-fedcba9876543210"
    kept.write_text("old")
    fresh.write_text("new")
    (root / ".docgen").mkdir()
    begun = {"folders": [], "files": [["page.md", fresh.name, kept.name, "", ""]]}
    (root / ".docgen" / "unfinished-0123456789abcdef.json").write_text(f"{json.dumps(begun)}\ncommit\n")
    with alone(root, print):
        running = started(root, command)
        assert running.stderr is not None
        assert f"waiting for another docgen that writes in {root}" in running.stderr.readline()
        assert everything(root).keys() > old.keys() and (root / "page.md").read_text() == "old"
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    assert "a run was killed while it wrote" in errors
    found = everything(root)
    assert found.pop("page.md") == b"new"
    action(lay_out(tmp_path / "new"))
    assert found == everything(tmp_path / "new")


def test_a_module_that_is_saved_while_docgen_writes_docstrings_is_not_written_over(tmp_path: Path) -> None:
    pytest.importorskip("libcst", reason='docstrings are written through libcst: pip install -e ".[dev]"')
    from docgen.write.docstrings import write_docstrings

    root = undocumented(tmp_path / "root")
    before = everything(root)

    class Saving:
        """While it writes, somebody saves a module."""

        name = mark = "saving"

        def write(self, briefs: Sequence[Brief]) -> list[str]:
            (root / "shop" / "part1.py").write_text("LAST = 1\n")
            return ["" for _ in briefs]

    with pytest.raises(InputError, match="changed while docgen was at work; nothing was written") as caught:
        write_docstrings([str(root / "shop")], root=root, writer=Saving())
    assert caught.value.where == "shop/part1.py"
    assert everything(root) == {**before, "shop/part1.py": b"LAST = 1\n"}
