"""The commit hook in real repositories, run by the real pre-commit and by git: it sees what is committed, and only reads."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from docgen.check import check
from docgen.cli import run
from docgen.document import render_section
from docgen.init import GITLAB_JOB, init
from docgen.report import InputError
from docgen.settings import Settings
from docgen.track import track

ROOT = Path(__file__).parent.parent
SOURCE = '''"""Talks to servers."""


def redirect(location: str, code: int = 302) -> str:
    """Answers a request."""
    return location
'''
CONFIG = """repos:
- repo: local
  hooks:
  - id: docgen-check
    name: docgen check
    entry: {python} -m docgen check
    language: system
    always_run: true
    pass_filenames: false
    require_serial: true
    stages: [pre-commit, pre-push, manual]
"""
IDENTITY = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@dataclass(frozen=True)
class Repository:
    """A git repository in which the hook is installed, with what its commands need."""

    root: Path
    environment: dict[str, str]

    def run(self, *command: str | Path, where: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            cwd=where or self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def git(self, *words: str | Path, where: Path | None = None) -> str:
        ended = self.run("git", *words, where=where)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def commit(self, *words: str | Path, where: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self.run("git", "commit", "-qm", "change", *words, where=where)

    def hook(self, *words: str, where: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Runs the hook, and holds that it changes nothing."""
        before = self.state(where)
        ended = self.run(sys.executable, "-m", "pre_commit", "run", "--color=never", *words, where=where)
        assert self.state(where) == before
        return ended

    def state(self, where: Path | None = None) -> tuple[str, dict[str, str]]:
        """What git says of the work tree, and the hash of every file in it."""
        root = where or self.root
        files = (path for path in sorted(root.rglob("*")) if path.is_file() and ".git" not in path.relative_to(root).parts)
        hashes = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        return self.git("--no-optional-locks", "status", "--porcelain", "--untracked-files=all", where=where), hashes

    def edit(self, name: str, old: str, new: str, where: Path | None = None) -> None:
        path = (where or self.root) / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def fill(root: Path) -> None:
    """A package with a document about it under check."""
    write(root / "web" / "__init__.py", '"""The web."""\n')
    write(root / "web" / "http.py", SOURCE)
    text = render_section("introduction", "web.http.redirect", "`code` defaults to 302.")
    document = write(root / "docs" / "http.md", f"# HTTP\n\n{text}\n")
    track([document], root=root, settings=Settings())


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Variables without those of a git or pre-commit that runs these tests, nor the user's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    own = {"HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    config = write(tmp_path / "gitconfig", "[init]\ndefaultBranch = main\n")
    settings = {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1"}
    return kept | own | settings | IDENTITY


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Repository:
    """A repository whose documents are up to date, with pre-commit installed in it."""
    found = Repository(tmp_path / "project", environment)
    found.root.mkdir()
    found.git("init", "-q")
    fill(found.root)
    write(found.root / ".pre-commit-config.yaml", CONFIG.format(python=sys.executable))
    found.git("add", "-A")
    found.git("commit", "-qm", "first")
    installed = found.run(sys.executable, "-m", "pre_commit", "install")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return found


def test_what_is_up_to_date_is_committed(repository: Repository) -> None:
    repository.edit("web/http.py", '"""Answers a request."""', '"""Answers it."""')
    assert repository.hook("--all-files").returncode == 0
    assert repository.commit("-a").returncode == 0


def test_commit_of_all_that_changed_is_stopped(repository: Repository) -> None:
    repository.edit("web/http.py", "302", "303")
    ended = repository.commit("-a")
    assert ended.returncode == 1
    assert (
        "docs/http.md:5: stale: `redirect` states code defaults to 302, it is 303 (web/http.py:4) [stale-default]"
        in ended.stderr
    )
    assert repository.git("log", "--oneline").count("\n") == 1


def test_a_deleted_source_is_seen(repository: Repository) -> None:
    repository.git("rm", "-q", "web/http.py")
    ended = repository.hook()
    assert ended.returncode == 1 and "[orphaned-symbol]" in ended.stdout
    assert repository.commit().returncode == 1


def test_a_deleted_document_is_for_review(repository: Repository) -> None:
    repository.git("rm", "-q", "docs/http.md")
    assert repository.hook("--verbose").returncode == 0
    assert "[orphaned-ledger]" in repository.hook("--verbose").stdout


def test_a_renamed_source_is_named_at_its_new_place(repository: Repository) -> None:
    repository.git("mv", "web/http.py", "web/answers.py")
    ended = repository.hook()
    assert ended.returncode == 1 and "has moved to `web.answers.redirect`" in ended.stdout


def test_a_source_that_moved_behind_its_public_path_is_fresh(repository: Repository) -> None:
    repository.git("mv", "web/http.py", "web/_http.py")
    write(repository.root / "web" / "http.py", '"""Talks to servers."""\n\nfrom web._http import redirect\n')
    repository.git("add", "-A")
    assert repository.hook().returncode == 0


def test_what_is_staged_counts_and_what_is_not_stays(repository: Repository) -> None:
    repository.edit("web/http.py", '"""Answers a request."""', '"""Answers it."""')
    repository.git("add", "web/http.py")
    repository.edit("web/http.py", "302", "303")
    unstaged = (repository.root / "web" / "http.py").read_bytes()
    assert repository.hook().returncode == 0
    assert repository.commit().returncode == 0
    assert (repository.root / "web" / "http.py").read_bytes() == unstaged


def test_a_stale_index_is_seen_below_a_mended_work_tree(repository: Repository) -> None:
    repository.edit("web/http.py", "302", "303")
    repository.git("add", "web/http.py")
    repository.edit("web/http.py", "303", "302")
    assert repository.hook().returncode == 1
    assert repository.commit().returncode == 1
    assert "302" in (repository.root / "web" / "http.py").read_text(encoding="utf-8")


def test_a_merge_of_two_that_are_each_up_to_date_is_stopped(repository: Repository) -> None:
    repository.git("switch", "-qc", "text")
    text = render_section("use-case", "web.http.redirect", "The default of `code` is 302.")
    write(repository.root / "docs" / "more.md", f"# More\n\n{text}\n")
    repository.git("add", "-A")
    assert repository.commit().returncode == 0
    repository.git("switch", "-q", "main")
    repository.edit("web/http.py", "302", "303")
    repository.edit("docs/http.md", "302", "303")
    track([repository.root / "docs" / "http.md"], root=repository.root, settings=Settings())
    assert repository.commit("-a").returncode == 0
    repository.run("git", "merge", "--no-commit", "-q", "text")
    ended = repository.commit()
    assert ended.returncode == 1 and "docs/more.md" in ended.stderr
    repository.edit("docs/more.md", "302", "303")
    repository.git("add", "-A")
    assert repository.commit().returncode == 0


def test_from_one_revision_to_another_as_before_a_push(repository: Repository) -> None:
    write(repository.root / "docgen.toml", "check.strict = true\n")
    repository.git("add", "-A")
    repository.commit()
    repository.edit("docgen.toml", "true", "false")
    repository.edit("web/http.py", "302", "303")
    repository.commit("-a", "--no-verify")
    ended = repository.hook("--from-ref", "HEAD~1", "--to-ref", "HEAD", "--hook-stage", "pre-push")
    assert ended.returncode == 1 and "[stale-default]" in ended.stdout
    assert "settings weaken the check: strict = false" in ended.stdout


def test_in_a_worktree_its_own_files_are_checked(repository: Repository, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    repository.git("worktree", "add", "-q", beside)
    repository.edit("web/http.py", "302", "303", where=beside)
    ended = repository.hook("--all-files", where=beside)
    assert ended.returncode == 1 and "[stale-default]" in ended.stdout
    assert repository.commit("-a", where=beside).returncode == 1
    assert repository.hook("--all-files").returncode == 0


def test_a_submodule_is_checked_in_itself(repository: Repository, tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir()
    repository.git("init", "-q", where=above)
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", repository.root, "part", where=above)
    repository.git("commit", "-qm", "part", where=above)
    part = above / "part"
    repository.run(sys.executable, "-m", "pre_commit", "install", where=part)
    repository.edit("web/http.py", "302", "303", where=part)
    assert repository.commit("-a", where=part).returncode == 1
    assert "[stale-default]" in repository.hook("--all-files", where=part).stdout
    ended = repository.run(sys.executable, "-m", "docgen", "check", where=above)
    assert (ended.returncode, ended.stdout.partition(";")[0]) == (0, "0 documents, 0 sections")


def test_a_check_leaves_no_trace_even_of_what_it_cannot_read(repository: Repository) -> None:
    write(repository.root / "web" / "broken.py", "def (:\n")
    repository.git("add", "-A")
    ended = repository.hook("--verbose")
    assert ended.returncode == 1 and "exit code: 2" in ended.stdout and "[unknown-source]" in ended.stdout


# The hook that is published --------------------------------------------------------------------------------------------


def hook_entry() -> dict[str, Any]:
    content: Any = YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [entry] = content
    return dict(entry)


def test_the_published_hook_runs_always_and_whole() -> None:
    entry = hook_entry()
    expected = {"always_run": True, "pass_filenames": False, "require_serial": True, "minimum_pre_commit_version": "3.2.0"}
    assert {name: entry[name] for name in expected} == expected
    assert entry["stages"] == ["pre-commit", "pre-push", "manual"]


def has_index() -> bool:
    """Whether pip finds packages here, which a hook's environment is made of."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "hatchling"]
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_pre_commit_builds_and_runs_the_hook_itself(repository: Repository, tmp_path: Path) -> None:
    if not has_index():
        pytest.skip("offline: pip finds no packages to build the hook's environment of")
    copy = tmp_path / "docgen"
    names = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, names.stdout.decode().split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "training_data/")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "copy", "--no-verify")):
        repository.git(*words, where=copy)
    repository.edit("web/http.py", "302", "303")
    environment = {name: value for name, value in repository.environment.items() if name not in ("PYTHONPATH", "HOME")}
    outside = Repository(repository.root, environment | {"HOME": os.environ.get("HOME", str(tmp_path))})
    before = outside.state()
    ended = outside.run(sys.executable, "-m", "pre_commit", "try-repo", copy, "docgen-check", "--all-files", "--color=never")
    assert outside.state() == before
    assert ended.returncode == 1 and "[stale-default]" in ended.stdout, ended.stdout + ended.stderr


# A hook of git's own ---------------------------------------------------------------------------------------------------


@pytest.fixture
def plain(tmp_path: Path, environment: dict[str, str]) -> Repository:
    """A repository without pre-commit; `docgen` is on the path."""
    program = write(tmp_path / "bin" / "docgen", f'#!/bin/sh\nexec "{sys.executable}" -m docgen "$@"\n')
    program.chmod(0o755)
    found = Repository(tmp_path / "project", environment | {"PATH": f"{program.parent}{os.pathsep}{environment['PATH']}"})
    found.root.mkdir()
    found.git("init", "-q")
    fill(found.root)
    found.git("add", "-A")
    found.git("commit", "-qm", "first")
    return found


def test_a_plain_hook_stops_a_commit(plain: Repository) -> None:
    ended = plain.run("docgen", "init", "--git-hook")
    assert ended.returncode == 0 and "wrote .git/hooks/pre-commit" in ended.stdout
    plain.edit("web/http.py", "302", "303")
    ended = plain.commit("-a")
    assert ended.returncode == 1 and "[stale-default]" in ended.stdout + ended.stderr
    plain.edit("web/http.py", "303", "302")
    assert plain.commit("-a", "--allow-empty").returncode == 0


def test_a_plain_hook_runs_in_a_worktree_of_its_repository(plain: Repository, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    plain.git("worktree", "add", "-q", beside)
    ended = plain.run("docgen", "init", "--git-hook", where=beside)
    assert ended.returncode == 0, ended.stderr
    assert (plain.root / ".git" / "hooks" / "pre-commit").exists()
    plain.edit("web/http.py", "302", "303", where=beside)
    assert plain.commit("-a", where=beside).returncode == 1


def test_a_plain_hook_goes_where_git_looks_for_it(plain: Repository) -> None:
    plain.git("config", "core.hooksPath", "tools/hooks")
    init(plain.root, git_hook=True)
    assert os.access(plain.root / "tools" / "hooks" / "pre-commit", os.X_OK)
    plain.edit("web/http.py", "302", "303")
    assert plain.commit("-a").returncode == 1


def test_a_hook_that_other_repositories_share_is_left_alone(plain: Repository, tmp_path: Path) -> None:
    plain.git("config", "core.hooksPath", tmp_path / "shared")
    with pytest.raises(InputError, match="outside of this repository"):
        init(plain.root, git_hook=True)
    assert not (tmp_path / "shared").exists()


def test_a_hook_that_is_there_stays(plain: Repository) -> None:
    hook = write(plain.root / ".git" / "hooks" / "pre-commit", "#!/bin/sh\nmake lint\n")
    with pytest.raises(InputError, match="there is a hook already"):
        init(plain.root, git_hook=True)
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nmake lint\n"
    hook.write_text("#!/bin/sh\nmake lint && docgen check\n", encoding="utf-8")
    init(plain.root, git_hook=True)
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nmake lint && docgen check\n"


def test_without_a_repository_there_is_no_hook(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a git repository"):
        init(tmp_path, git_hook=True)


# CI --------------------------------------------------------------------------------------------------------------------


def action() -> dict[str, Any]:
    content: Any = YAML(typ="safe", pure=True).load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return dict(content)


def test_no_input_of_the_action_is_written_into_a_script() -> None:
    body = action()
    assert body["runs"]["using"] == "composite"
    assert not [step for step in body["runs"]["steps"] if "${{" in step.get("run", "")]
    used = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert all(f"inputs.{name}" in used for name in body["inputs"])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param({}, 1, id="stale"),
        pytest.param({"OPTIONS": "--warn"}, 0, id="an option"),
        pytest.param({"PATHS": "docs/none.md"}, 2, id="a path"),
        pytest.param({"COMMAND": "train"}, 2, id="another command"),
    ],
)
def test_the_action_annotates_and_writes_a_summary(plain: Repository, tmp_path: Path, given: dict[str, str], code: int) -> None:
    [script] = [step["run"] for step in action()["runs"]["steps"] if step.get("name") == "Run docgen"]
    plain.edit("web/http.py", "302", "303")
    summary, sarif = tmp_path / "summary.md", tmp_path / "docgen.sarif"
    inputs = {"COMMAND": "check", "PATHS": "", "OPTIONS": "", "SARIF": str(sarif), "GITHUB_STEP_SUMMARY": str(summary)}
    runner = Repository(plain.root, plain.environment | inputs | given)
    ended = runner.run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
    assert ended.returncode == code, ended.stdout + ended.stderr
    if code < 2:
        level = "error" if code else "warning"
        assert f"::{level} file=docs/http.md,line=5,title=stale-default::" in ended.stdout
        assert "`docs/http.md:5`" in summary.read_text(encoding="utf-8")
        assert '"stale-default"' in sarif.read_text(encoding="utf-8")


def test_the_job_for_gitlab_is_told_and_its_command_works(plain: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    job: Any = YAML(typ="safe", pure=True).load(GITLAB_JOB)
    assert job["docgen"]["artifacts"]["reports"]["junit"] == "docgen.xml"
    assert all(line in init(plain.root).table for line in GITLAB_JOB.splitlines())
    assert GITLAB_JOB in (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert job["docgen"]["script"][-1] == "docgen check --format junit > docgen.xml"
    assert run(["--root", str(plain.root), "check", "--format", "junit"]) == 0
    assert "<testsuites" in capsys.readouterr().out
    assert check(root=plain.root).exit_code == 0
