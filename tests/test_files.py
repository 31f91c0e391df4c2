"""The promises of reading and writing: bytes are kept, a batch is written whole or not at all, and stays in its root."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.files import Batch, Text, inside, read_bytes, read_text, root_of, write_text
from docgen.report import InputError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX systems")


def everything(folder: Path) -> dict[str, bytes | None]:
    """Every path below `folder`, hidden ones too, with the content of files."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


# Reading


@pytest.mark.parametrize(
    ("content", "text", "encoding", "newline"),
    [
        pytest.param(b"", "", "utf-8", "\n", id="empty"),
        pytest.param("é\n".encode(), "é\n", "utf-8", "\n", id="utf-8"),
        pytest.param(b"\xef\xbb\xbfa\r\nb", "a\r\nb", "utf-8", "\r\n", id="utf-8-with-mark"),
        pytest.param(b"\xff\xfea\0\r\0\n\0", "a\r\n", "utf-16-le", "\r\n", id="utf-16-little-endian"),
        pytest.param(b"\xfe\xff\0a\0\n", "a\n", "utf-16-be", "\n", id="utf-16-big-endian"),
        pytest.param(b"\xff\xfe\0\0a\0\0\0", "a", "utf-32-le", "\n", id="utf-32-little-endian"),
        pytest.param(b"\0\0\xfe\xff\0\0\0a", "a", "utf-32-be", "\n", id="utf-32-big-endian"),
        pytest.param(b"a\rb\r", "a\rb\r", "utf-8", "\r", id="carriage-returns"),
        pytest.param(b"a\r\nb\r\nc\n", "a\r\nb\r\nc\n", "utf-8", "\r\n", id="mixed-line-ends"),
    ],
)
def test_a_text_is_read_as_its_bytes_spell_it(tmp_path: Path, content: bytes, text: str, encoding: str, newline: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(content)
    read = read_text(path)
    assert (read.text, read.encoding, read.newline) == (text, encoding, newline)
    assert read.content == content


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        pytest.param(b"a\nb\nc\xe9d\n", 3, "byte 0xe9 is not utf-8", id="latin-1"),
        pytest.param(b"a\r\nb\rc\xff", 3, "byte 0xff", id="other-line-ends"),
        pytest.param(b"\xed\xa0\x80", 1, "byte 0xed", id="encoded-surrogate"),
        pytest.param(b"\xff\xfea\0\n\0\0\xd8", 2, "byte 0x00 is not utf-16-le", id="half-a-utf-16-pair"),
        pytest.param("a\nb".encode("utf-16-le"), 1, "null character", id="utf-16-without-mark"),
        pytest.param(b"a\nb\0", 2, "null character", id="binary"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(tmp_path: Path, content: bytes, line: int, words: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_text(path)
    assert caught.value.where == f"{path}:{line}"
    assert caught.value.fix == "save the file as UTF-8"


@pytest.mark.parametrize("name", ["missing.md", "folder", "no/such/file", "a\0b", "x" * 300])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path / name)
    assert caught.value.where == str(tmp_path / name)
    assert caught.value.fix


@POSIX
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a file"):
        read_text(tmp_path / "pipe")


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(("utf-8", "utf-16-le", "utf-32-be")))
def test_a_text_with_other_characters_keeps_its_encoding(text: str, encoding: str) -> None:
    changed = Text("before", encoding, b"mark", 0o640).with_text(text)
    assert changed.content == b"mark" + text.encode(encoding)
    assert (changed.encoding, changed.mode) == (encoding, 0o640)


def test_half_a_character_is_refused_with_its_line() -> None:
    with pytest.raises(InputError, match=r"<text>:2: character U\+D800 cannot be written as utf-8"):
        _ = Text("a\nb\ud800").content


# Writing


@pytest.mark.parametrize("content", [b"", b"a\r\nb", b"\xef\xbb\xbfx\n", b"\xff\xfea\0", b"a\rb\n\r\n"])
def test_reading_and_writing_back_changes_no_byte(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(content)
    text = read_text(path)
    write_text(path, text.with_text(text.text + "z"), tmp_path)
    write_text(path, text, tmp_path)
    assert path.read_bytes() == content


@POSIX
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o666])
def test_a_written_file_keeps_its_mode_and_owner(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    if os.getuid() == 0:
        os.chown(path, 1234, 1234)
    path.chmod(mode)
    before = path.stat()
    write_text(path, Text("new"), tmp_path)
    after = path.stat()
    assert path.read_bytes() == b"new"
    assert (stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid) == (mode, before.st_uid, before.st_gid)


@POSIX
def test_a_new_file_gets_the_usual_mode_or_the_one_asked_for(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    batch = Batch(tmp_path)
    batch.add(tmp_path / "a", b"a")
    batch.add(tmp_path / "b", b"b", 0o600)
    batch.commit()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600


def test_a_batch_writes_every_file_and_the_folders_they_need(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_bytes(b"old")
    batch = Batch(tmp_path)
    batch.add(tmp_path / "old.md", b"new")
    batch.add(tmp_path / "docs" / "api" / "a.md", b"a")
    assert everything(tmp_path) == {"old.md": b"old"}
    written = batch.commit()
    assert [path.relative_to(tmp_path.resolve()).as_posix() for path in written] == ["old.md", "docs/api/a.md"]
    assert everything(tmp_path) == {"old.md": b"new", "docs": None, "docs/api": None, "docs/api/a.md": b"a"}


def test_a_file_that_would_stay_the_same_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "same.md").write_bytes(b"same")
    before = (tmp_path / "same.md").stat()
    batch = Batch(tmp_path)
    batch.add(tmp_path / "same.md", b"same")
    assert batch.commit() == ()
    after = (tmp_path / "same.md").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert Batch(tmp_path).commit() == ()


def test_one_file_cannot_get_two_contents(tmp_path: Path) -> None:
    batch = Batch(tmp_path)
    batch.add(tmp_path / "a.md", b"one")
    batch.add(tmp_path / "x" / ".." / "a.md", b"one")
    with pytest.raises(InputError, match="two different contents"):
        batch.add(tmp_path / "a.md", b"two")


@POSIX
def test_read_only_targets_are_refused_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    """The mode is respected even for root, who could write."""
    for name in ("a.md", "b.md", "closed/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"old")
    (tmp_path / "b.md").chmod(0o444)
    (tmp_path / "closed").chmod(0o555)
    before = everything(tmp_path)
    batch = Batch(tmp_path)
    for name in ("a.md", "b.md", "closed/c.md", "closed/new.md", "closed/deeper/new.md"):
        batch.add(tmp_path / name, b"new")
    with pytest.raises(InputError) as caught:
        batch.commit()
    (tmp_path / "closed").chmod(0o755)
    assert caught.value.what == "the file is read-only (and 3 more); nothing was written"
    assert caught.value.where == str(tmp_path / "b.md")
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("folder", "not a file", id="a-folder"),
        pytest.param("file/a.md", "Not a directory", id="below-a-file"),
        pytest.param("x" * 300, "File name too long", id="too-long-a-name"),
    ],
)
def test_a_place_that_cannot_hold_the_file_is_refused_before_anything_is_written(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    before = everything(tmp_path)
    batch = Batch(tmp_path)
    batch.add(tmp_path / "first.md", b"new")
    batch.add(tmp_path / name, b"new")
    with pytest.raises(InputError, match=words):
        batch.commit()
    assert everything(tmp_path) == before


def test_a_failure_between_renames_restores_every_file(tmp_path: Path) -> None:
    """`docs` is to be a file and a folder: seen only when the first rename is done and the second one fails."""
    (tmp_path / "old.md").write_bytes(b"old")
    before = (tmp_path / "old.md").stat()
    for order in (("docs", "docs/a.md"), ("docs/a.md", "docs")):
        batch = Batch(tmp_path)
        batch.add(tmp_path / "old.md", b"new")
        batch.add(tmp_path / "fresh" / "b.md", b"new")
        for name in order:
            batch.add(tmp_path / name, b"new")
        with pytest.raises(InputError, match=r"cannot be written: .*nothing was written") as caught:
            batch.commit()
        assert caught.value.where == str(tmp_path / "docs")
        assert everything(tmp_path) == {"old.md": b"old"}
        assert (tmp_path / "old.md").stat().st_ino == before.st_ino


PROGRAM = """
import sys
from pathlib import Path
from docgen.files import Batch
{setup}
root = Path(sys.argv[1])
for round in range({rounds}):
    batch = Batch(root)
    for number in range(40):
        batch.add(root / f"docs{{number % 4}}" / f"{{number}}.md", str(round % 2).encode() * {size})
    if round == 1:
        print("started", flush=True)
    batch.commit()
"""


def program(folder: Path, setup: str = "", rounds: int = 1, size: int = 10) -> subprocess.Popen[str]:
    # A shell in the background lets its children ignore SIGINT; these are to be interrupted all the same.
    setup = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{setup}"
    command = [sys.executable, "-c", PROGRAM.format(setup=setup, rounds=rounds, size=size), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])


@POSIX
@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, id="interrupt"), pytest.param(signal.SIGTERM, id="terminate")])
@pytest.mark.parametrize("delay", [0.0, 0.013, 0.04])
def test_an_interruption_leaves_all_files_old_or_all_new(tmp_path: Path, number: int, delay: float) -> None:
    running = program(tmp_path, rounds=10_000)
    assert running.stdout
    running.stdout.readline()
    time.sleep(delay)
    running.send_signal(number)
    _, error = running.communicate(timeout=60)
    assert running.returncode == -number, error
    contents = {content for content in everything(tmp_path).values() if content is not None}
    assert len(contents) == 1
    assert len(everything(tmp_path)) == 44


@POSIX
def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "docs0").mkdir()
    (tmp_path / "docs0" / "0.md").write_bytes(b"old")
    setup = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); sys.dont_write_bytecode = True"
    _, error = (running := program(tmp_path, setup, size=1001)).communicate(timeout=60)
    assert running.returncode == 1
    assert "InputError" in error
    assert "File too large" in error
    assert everything(tmp_path) == {"docs0": None, "docs0/0.md": b"old"}


# Staying inside


@pytest.mark.parametrize("name", ["../a.md", "x/../../a.md", "/etc/a.md"])
def test_a_target_outside_the_root_is_refused(tmp_path: Path, name: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(InputError, match="lies outside") as caught:
        Batch(root).add(root / name, b"x")
    assert caught.value.where == str(root / name)


@POSIX
@pytest.mark.parametrize("name", ["folder/a.md", "folder/deep/a.md", "file.md", "dangling.md", "around.md"])
def test_a_link_out_of_the_root_is_refused(tmp_path: Path, name: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "a.md").write_bytes(b"old")
    (root / "folder").symlink_to(outside)
    (root / "file.md").symlink_to(outside / "a.md")
    (root / "dangling.md").symlink_to("../outside/missing.md")
    (root / "around.md").symlink_to("file.md")
    with pytest.raises(InputError, match="a symbolic link leads out of"):
        Batch(root).add(root / name, b"new")
    assert everything(outside) == {"a.md": b"old"}


@POSIX
def test_a_link_inside_the_root_is_kept_and_its_target_written(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_bytes(b"old")
    (tmp_path / "README.md").symlink_to("docs/a.md")
    write_text(tmp_path / "README.md", Text("new"), tmp_path)
    assert (tmp_path / "README.md").is_symlink()
    assert (tmp_path / "docs" / "a.md").read_bytes() == b"new"


@POSIX
def test_a_root_that_is_a_link_itself_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link" / "a.md", Text("new"), tmp_path / "link")
    assert inside(tmp_path / "link" / "a.md", tmp_path / "real") == (tmp_path / "real" / "a.md").resolve()


@POSIX
def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.md").symlink_to("loop.md")
    batch = Batch(tmp_path)
    with pytest.raises(InputError):  # when it is added or when it is written: Python versions differ
        batch.add(tmp_path / "loop.md", b"x")
        batch.commit()
    assert (tmp_path / "loop.md").is_symlink()


def test_a_path_with_a_null_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a usable path"):
        Batch(tmp_path).add(tmp_path / "a\0b", b"x")


# Roots


def test_the_root_is_the_repository_then_the_project_then_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    document = tmp_path / "a" / "b" / "c" / "new.md"
    assert root_of(document) == document.parent
    assert root_of(document.parent) == document.parent
    (tmp_path / "a" / "b" / "docgen.toml").touch()
    assert root_of(document) == tmp_path / "a" / "b"
    (tmp_path / "a" / "b" / "c" / "pyproject.toml").touch()
    assert root_of(document) == tmp_path / "a" / "b" / "c"
    (tmp_path / "a" / ".git").mkdir()
    assert root_of(document) == tmp_path / "a"


def test_a_worktree_and_a_submodule_are_repositories(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".git").write_text("gitdir: ../.git/modules/sub\n")
    assert root_of(tmp_path / "sub" / "README.md") == tmp_path / "sub"


def test_without_a_project_the_root_is_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    code = "from pathlib import Path; from docgen.files import root_of; print(root_of(Path('docs/a.md')))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    shown = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True)
    assert shown.strip() == str(tmp_path.resolve())
