"""Disks that are full, places that may not be written to, streams that take nothing, signals: files stay old or become new, and
what a person reads is one error."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from docgen.cache import Cache
from docgen.corpus.build import build
from docgen.corpus.workplace import workplace
from docgen.files import refusal, refusals_told
from docgen.journal import recover, settled
from docgen.ledger import Ledger, recorded_documents
from docgen.report import InputError
from docgen.score.history import Run, append, read

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits, users and signals of POSIX systems")

MODULE = '''"""Part {number} of the shop, where what is sold is counted."""


def load{number}(path: str, limit: int = 10) -> list[str]:
    """Load the parts of one file, in the order in which they stand there.

    Raises:
        ValueError: If the limit is negative.
    """
    if limit < 0:
        raise ValueError("limit")
    return []


def bare{number}(path: str) -> None:
    return None
'''
GUIDE = "# Guide\n\n## `shop.part0.load0`\n\nThe `limit` defaults to 10; a negative one raises `ValueError`.\n"
LIMITED = """
import os, resource, sys
from docgen.cli import main
if sys.argv[1]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.dont_write_bytecode = True
sys.argv[1:] = sys.argv[2:]
main()
"""


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shop(root: Path, parts: int = 4) -> Path:
    """A project with a package and a guide."""
    (root / "shop").mkdir(parents=True)
    (root / "docs").mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    (root / "shop" / "__init__.py").write_text('"""A shop."""\n')
    for number in range(parts):
        (root / "shop" / f"part{number}.py").write_text(MODULE.format(number=number))
    (root / "docs" / "guide.md").write_text(GUIDE)
    (root / "other.md").write_text(GUIDE.replace("10", "20"))
    return root


def docgen(root: Path, *command: str, most: str = "", shell: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a command in `root`, where no file may have more than `most` bytes; `shell` redirects its streams."""
    paths = {"PYTHONPATH": str(Path(__file__).parents[1]), "DOCGEN_CACHE": str(root.parent / "cache")}
    environment = {**os.environ, **paths}
    words = [sys.executable, "-c", LIMITED, most, *command]
    if shell:
        words = ["sh", "-c", f'"$@" {shell}', "sh", *words]
    return subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, timeout=120)


# A disk that takes no more --------------------------------------------------------------------------------------------------

WRITING = {
    "write": ("write", "shop", "--writer", "none"),
    "docstrings": ("write", "--docstrings", "shop", "--writer", "none"),
    "track": ("track", "docs/guide.md"),
    "init": ("init",),
    "score": ("score", "docs/guide.md", "--reference", "other.md", "--history", "scores.jsonl", "-o", "scores.html"),
    "corpus": ("corpus", "build", "shop", "docs", "-o", "corpus", "--workers", "1"),
}


@pytest.mark.parametrize(
    ("name", "most"),
    [
        *((name, 0) for name in WRITING),
        pytest.param("write", 700, id="write-after-the-first"),
        pytest.param("score", 1000, id="score-after-the-history"),
        pytest.param("corpus", 20_000, id="corpus-after-reading"),
    ],
)
def test_a_command_on_a_full_disk_is_one_error_and_works_when_there_is_room(tmp_path: Path, name: str, most: int) -> None:
    if name == "docstrings":
        pytest.importorskip("libcst", reason='docstrings are written through libcst: pip install -e ".[dev]"')
    root = shop(tmp_path / "root")
    before = everything(root)
    ran = docgen(root, *WRITING[name], most=str(most))
    assert ran.returncode == 2, ran.stderr
    *_, told, fix = ran.stderr.strip().splitlines()
    assert ": cannot be written: " in told or told.startswith("the disk refuses: No usable temporary directory"), told
    assert fix.startswith("  fix: ")
    assert "Traceback" not in ran.stderr and "internal error" not in ran.stderr
    found = everything(root)
    if name == "score" and most:
        assert len(read(root / "scores.jsonl").runs) == 1
        found.pop("scores.jsonl")
    assert found == before
    assert docgen(root, *WRITING[name]).returncode == 0
    assert everything(root) != before


def run(number: int) -> Run:
    return Run("2026-11-21T06:30:00Z", "abc", f"run {number}", 3, "way", {"chrF": 40.0 + number, "BLEU": 20.0})


def test_a_line_that_the_disk_takes_half_of_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    append(path, run(0))
    before = path.read_bytes()
    code = (
        "import resource, sys; from pathlib import Path; from docgen.score.history import Run, append\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))\n"
        "append(Path(sys.argv[1]), Run('2026-11-21T06:30:00Z', 'abc', 'half', 3, 'way', {'chrF': 40.0}))\n"
    )
    command = [sys.executable, "-c", code, str(path), str(len(before) + 40)]
    ran = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    assert "InputError" in ran.stderr and "File too large" in ran.stderr
    assert path.read_bytes() == before
    assert len(append(path, run(1)).runs) == 2


def _append_some(path: str, number: int) -> None:
    for _ in range(20):
        append(Path(path), run(number))


def test_many_runs_at_once_lose_no_line_of_the_history(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"an unended line")
    members = [
        multiprocessing.get_context("fork").Process(target=_append_some, args=(str(path), number)) for number in range(4)
    ]
    for member in members:
        member.start()
    for member in members:
        member.join(60)
    found = read(path)
    assert len(found.runs) == 80
    assert path.read_bytes().startswith(b"an unended line\n{") and len(found.notes) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), "No space left on device", id="python"),
        pytest.param(OSError(errno.EROFS, "Read-only file system"), "Read-only file system", id="read-only"),
        pytest.param(Exception("No space left on device (os error 28)"), "No space left on device", id="rust"),
        pytest.param(
            RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 64 vs 0"),
            "a file was cut short",
            id="torch",
        ),
        pytest.param(
            FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "No usable", id="none"
        ),
        pytest.param(OSError(errno.ENOTEMPTY, "Directory not empty"), "", id="another answer"),
        pytest.param(Exception("Is a directory (os error 21)"), "", id="another answer in rust"),
        pytest.param(RuntimeError("a shape"), "", id="another error"),
    ],
)
def test_what_a_disk_refuses_is_known_by_any_librarys_words(tmp_path: Path, error: Exception, words: str) -> None:
    assert refusal(error).startswith(words) and bool(refusal(error)) == bool(words)
    with pytest.raises(InputError if words else type(error)) as caught, refusals_told(tmp_path, "make room"):
        raise error
    if words:
        assert (caught.value.where, caught.value.fix) == (str(tmp_path), "make room")


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_scored(tmp_path: Path) -> None:
    root = shop(tmp_path / "root")
    (root / "closed").mkdir(mode=0o555)
    ran = docgen(root, *WRITING["score"], "-o", "closed/scores.json")
    assert ran.returncode == 2
    assert ran.stderr.startswith("closed/scores.json: the folder closed is read-only; nothing was written\n")
    assert not (root / "scores.jsonl").exists()


# Streams --------------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize(
    ("shell", "code", "told"),
    [
        pytest.param("> /dev/full", 2, "standard output: cannot be written: No space left on device", id="output full"),
        pytest.param("2> /dev/full", 0, "", id="errors full"),
        pytest.param("> /dev/full 2>&1", 2, "", id="both full"),
        pytest.param(">&-", 0, "reading shop", id="output closed"),
        pytest.param("2>&-", 0, "", id="errors closed"),
        pytest.param("<&- >&- 2>&-", 0, "", id="all closed"),
        pytest.param("2>&1 | true; exit 0", 0, "", id="nobody reads"),
    ],
)
def test_streams_that_take_nothing_cost_no_work(tmp_path: Path, shell: str, code: int, told: str) -> None:
    root, other = shop(tmp_path / "root"), shop(tmp_path / "other")
    docgen(other, *WRITING["write"])
    ran = docgen(root, *WRITING["write"], shell=shell)
    assert ran.returncode == code, ran.stderr
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr and "internal error" not in ran.stderr
    assert everything(root) == everything(other), "every page is written, and nothing that was to be printed is in one"


# Other users ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter and write to."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o777)
        yield Path(made)


def as_another(action: Callable[[], object]) -> object:
    """What the action returns, or the InputError it raises, for a user that may not do everything."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        answer: object = "nothing"
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            answer = action()
        except InputError as error:
            answer = error
        finally:
            theirs.send_bytes(pickle.dumps(answer))
            os._exit(0)
    theirs.close()
    answered: object = pickle.loads(ours.recv_bytes())
    os.waitpid(child, 0)
    return answered


@pytest.mark.parametrize("closed", [".docgen/ledger", ".docgen/ledger/docs"])
def test_ledgers_that_cannot_be_read_are_not_taken_for_none(open_folder: Path, closed: str) -> None:
    root = open_folder / "root"
    (root / ".docgen" / "ledger" / "docs").mkdir(parents=True)
    (root / ".docgen" / "ledger" / "docs" / "guide.md.json").write_text("{}")
    (root / closed).chmod(0)
    for action in (lambda: recorded_documents(root), lambda: Ledger.load(root, root / "docs" / "guide.md")):
        found = as_another(action)
        assert isinstance(found, InputError), found
        assert "cannot be read: Permission denied" in found.what
    (root / closed).chmod(0o755)


def test_what_another_users_killed_run_began_is_ended_or_told(open_folder: Path) -> None:
    root = open_folder / "root"
    (root / ".docgen").mkdir(parents=True)
    journal, fresh = root / ".docgen" / "unfinished-0123456789abcdef.json", root / ".docgen-0123456789abcdef"
    begun = {"folders": [], "files": [["page.md", fresh.name, None, "", ""]]}
    journal.write_text(f"{json.dumps(begun)}\ncommit\n")
    fresh.write_text("new")
    journal.chmod(0o444)
    root.chmod(0o555)
    (root / ".docgen").chmod(0o555)
    found = as_another(lambda: recover(root))
    assert isinstance(found, InputError) and found.where == str(journal)
    assert "what it began cannot be ended: Permission denied" in found.what
    root.chmod(0o777)
    (root / ".docgen").chmod(0o777)
    assert as_another(lambda: recover(root)) is True
    assert everything(root) == {"page.md": b"new"}
    assert not (root / ".docgen").exists()


def test_a_user_without_a_home_keeps_nothing_and_makes_no_folder(tmp_path: Path) -> None:
    root = shop(tmp_path / "root")
    code = "from docgen.cache import cache_folder; print(cache_folder())"
    environment = {"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": os.environ["PATH"]}
    for more in ({}, {"DOCGEN_CACHE": "~nobody-of-that-name/cache"}):
        homeless = "import os, pwd\nos.environ.pop('HOME', None)\npwd.getpwuid = lambda number: {}[number]\n"
        command = [sys.executable, "-c", homeless + code]
        shown = subprocess.run(command, cwd=root, env=environment | more, capture_output=True, text=True)
        assert shown.stdout.strip() == "None", shown.stderr
    Cache(None).put("kind", "key", b"content")


# Builds of a corpus ---------------------------------------------------------------------------------------------------------

OWN = {"README.md", "corpus.json", "train.jsonl", "validation.jsonl", "test.jsonl"}


def killed_after(number: int, action: Callable[[], object]) -> bool:
    """Runs `action` in a child that is killed before the file operation of this number from its first journal on; whether it
    came so far."""
    child = os.fork()
    if child == 0:
        left = -1

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if left < 0 and event == "open" and "unfinished-" in str(arguments[0]):
                left = number + 1
            if left > 0 and event in ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            action()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("is_renewed", [False, True], ids=["new", "renewed"])
def test_a_build_that_is_killed_while_it_saves_is_ended_by_the_next(tmp_path: Path, is_renewed: bool) -> None:
    root, corpus = shop(tmp_path / "root"), tmp_path / "corpus"
    cache, sources = Cache(tmp_path / "cache"), [str(root / "shop")]
    old: dict[str, bytes] = {}
    if is_renewed:
        build(sources, corpus, workers=1)
        old = everything(corpus)
    (root / "shop" / "more.py").write_text(MODULE.format(number=99).replace("Load the parts", "Count all that is sold"))
    whole = tmp_path / "whole"
    if is_renewed:
        shutil.copytree(corpus, whole)
    build(sources, whole, workers=1, cache=cache)
    new, outcomes = everything(whole), []
    assert new.keys() == OWN and new != old
    for number in range(1000):
        shutil.rmtree(corpus, ignore_errors=True)
        if old:
            corpus.mkdir()
            for name, content in old.items():
                (corpus / name).write_bytes(content)
        if not killed_after(number, lambda: build(sources, corpus, workers=1, cache=cache)):  # the child's alone
            break
        settled(corpus, lambda _: None)
        found = {name: content for name, content in everything(corpus).items() if not name.startswith(".docgen-build-")}
        assert found in (old, new), f"killed before operation {number}"
        outcomes.append(found == new)
        if number % 5 == 0:
            build(sources, corpus, workers=1, cache=cache)
            assert everything(corpus) == new, "nothing is left of the killed one either"
    assert outcomes == sorted(outcomes) and outcomes[0] is False and outcomes[-1] is True and len(outcomes) > 15


def test_the_later_of_two_builds_into_one_folder_gives_up_and_says_so(tmp_path: Path) -> None:
    root, corpus = shop(tmp_path / "root"), tmp_path / "corpus"
    (root / "shop" / "sub").mkdir()
    (root / "shop" / "sub" / "__init__.py").write_text(MODULE.format(number=7).replace("Load the parts", "Weigh the goods"))

    def meanwhile(message: str, *_: object) -> None:
        if "repetitions" in message:
            build([str(root / "shop" / "sub")], corpus, workers=1)

    with pytest.raises(InputError, match="another build wrote it meanwhile; nothing was written") as caught:
        build([str(root / "shop")], corpus, workers=1, progress=meanwhile)
    assert (caught.value.where, caught.value.fix) == (str(corpus), "run it again")
    first = everything(corpus)
    assert first.keys() == OWN
    build([str(root / "shop")], corpus, workers=1)
    assert everything(corpus) != first


def test_a_folder_that_is_made_for_nothing_goes_again(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# A page\n")
    with pytest.raises(InputError, match="no labelled sections"):
        build([str(tmp_path / "page.md")], tmp_path / "deep" / "corpus", workers=1)
    assert everything(tmp_path) == {"page.md": b"# A page\n"} and not (tmp_path / "deep").exists()


def test_a_place_beside_a_folder_is_not_in_it(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with workplace(tmp_path / "model", beside=True) as place:
        assert place.parent == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


# Signals --------------------------------------------------------------------------------------------------------------------


def started(root: Path, command: Sequence[str], first: Sequence[str] = ()) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    words = [*first, sys.executable, "-c", LIMITED, "", *command]
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE}
    hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a child of tests that run below nohup would ignore it
    try:
        return subprocess.Popen(words, cwd=root, env=environment, text=True, **pipes)
    finally:
        signal.signal(signal.SIGHUP, hangup)


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [
        pytest.param(signal.SIGINT, 130, "interrupted", id="Ctrl-C"),
        pytest.param(signal.SIGTERM, -15, "terminated", id="SIGTERM"),
        pytest.param(signal.SIGHUP, -1, "terminated", id="SIGHUP"),
    ],
)
def test_a_build_that_is_told_to_end_takes_its_own_files_away(
    tmp_path: Path, number: signal.Signals, code: int, word: str
) -> None:
    root = shop(tmp_path / "root", parts=150)
    before = everything(root)
    running = started(root, ("corpus", "build", "shop", "-o", "corpus", "--workers", "2", "--no-cache"))
    assert running.stderr is not None
    while not list(root.glob(".docgen-build-*/*")):
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(number)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == code
    assert errors.splitlines()[-1] == f"{word}; nothing was half-written"
    assert "Traceback" not in errors
    assert everything(root) == before and not list(root.glob(".docgen*"))


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    root = shop(tmp_path / "root", parts=20)
    command = ("corpus", "build", "shop", "-o", "corpus", "--workers", "1", "--no-cache")
    running = started(root, command, first=("sh", "-c", 'trap "" HUP; exec "$@"', "sh"))
    while not list(root.glob(".docgen-build-*/*")):
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(signal.SIGHUP)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    assert (root / "corpus" / "train.jsonl").is_file()
