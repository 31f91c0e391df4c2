"""Results kept between runs: found again, never damaged, never too many, and never in the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from docgen.cache import Cache, cache_folder, code_mark


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(results=some.dictionaries(some.tuples(some.sampled_from(["facts", "text"]), some.text()), some.binary()))
def test_what_was_put_is_found_under_its_kind_and_key(
    tmp_path_factory: pytest.TempPathFactory, results: dict[tuple[str, str], bytes]
) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    for (kind, key), content in results.items():
        cache.put(kind, key, content)
    assert {place: cache.get(*place) for place in results} == results


def test_what_was_never_put_is_none(tmp_path: Path) -> None:
    assert Cache(tmp_path / "not made yet").get("facts", "key") is None
    assert not list(tmp_path.iterdir())


def test_a_later_result_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("facts", "key", b"old")
    cache.put("facts", "key", b"new")
    assert cache.get("facts", "key") == b"new"
    assert len(files_of(tmp_path)) == 1


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_what_is_kept_only_its_owner_can_reach(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("facts", "key", b"private")
    (kept,) = files_of(tmp_path)
    assert not kept.parent.stat().st_mode & 0o077


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache(None)
    cache.put("facts", "key", b"content")
    assert cache.get("facts", "key") is None


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 100], ids=["empty", "cut off", "overwritten"])
def test_a_damaged_file_is_as_if_nothing_was_kept(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put("facts", "key", b"content that is whole")
    (file,) = files_of(tmp_path)
    file.write_bytes(damage)
    assert cache.get("facts", "key") is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("facts", "key", b"content")
    assert cache.get("facts", "key") is None


def test_the_folder_may_be_deleted_while_it_is_in_use(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.put("facts", "key", b"content")
    for file in files_of(tmp_path):
        file.unlink()
        file.parent.rmdir()
    assert cache.get("facts", "key") is None
    cache.put("facts", "key", b"content")
    assert cache.get("facts", "key") == b"content"


def test_it_stays_near_its_limit_and_the_newest_stay(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=256 * 5000)
    for number in range(18_000):
        cache.put("facts", str(number), b"x" * 100)
    held = files_of(tmp_path)
    assert sum(file.stat().st_size for file in held) < 2 * cache.limit
    assert all(cache.get("facts", str(number)) for number in range(17_900, 18_000))
    assert sum(cache.get("facts", str(number)) is None for number in range(1000)) > 500


def test_a_result_too_large_for_the_limit_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=256 * 1000)
    cache.put("facts", "key", b"x" * 1001)
    assert not files_of(tmp_path)


def test_reading_says_that_a_result_is_still_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("facts", "key", b"content")
    (file,) = files_of(tmp_path)
    long_ago = time.time() - 30 * 24 * 3600
    os.utime(file, (long_ago, long_ago))
    cache.get("facts", "key")
    assert file.stat().st_mtime > long_ago + 24 * 3600


_WRITER = """
import sys
from pathlib import Path
from docgen.cache import Cache
cache = Cache(Path(sys.argv[1]))
for turn in range(200):
    cache.put("facts", "shared", sys.argv[2].encode() * 20_000)
    found = cache.get("facts", "shared")
    assert found is not None and len(set(found)) == 1 and len(found) == 20_000, turn
"""


def test_runs_side_by_side_never_see_half_a_result(tmp_path: Path) -> None:
    runs = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), sign]) for sign in "abc"]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert len(files_of(tmp_path)) == 1


def test_the_folder_is_the_one_that_is_named_or_the_users_own(tmp_path: Path) -> None:
    program = "from docgen.cache import cache_folder; print(cache_folder())"
    named = os.environ | {"DOCGEN_CACHE": str(tmp_path / "here")}
    found = subprocess.run([sys.executable, "-c", program], env=named, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(tmp_path / "here")
    assert "docgen" in str(cache_folder()) or "DOCGEN_CACHE" in os.environ


def test_the_mark_of_code_tells_parts_apart() -> None:
    assert code_mark("facts") == code_mark("facts")
    assert len({code_mark("facts"), code_mark("report"), code_mark("facts", "report"), code_mark("readers.conditions")}) == 4


def test_the_mark_of_a_part_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        code_mark("no_such_part")
