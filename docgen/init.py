"""The first step in a repository: a settings file, a hook and the CI step.

In: the repository's root. Out: a Report that shows what to add where. Nothing that exists is overwritten, and a hook
file is touched only when asked: it belongs to the team.
"""

from __future__ import annotations

import os
import re
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from docgen.facts import JSON
from docgen.files import Text, read_text, write_text
from docgen.git import git
from docgen.report import InputError, Report
from docgen.settings import default_file

HOOK_FILE = ".pre-commit-config.yaml"
HOOK = """\
  - repo: local
    hooks:
      - id: docgen-check
        name: docgen check
        entry: docgen check
        language: system
        always_run: true
        pass_filenames: false
"""
CI_STEP = """\
      - run: pip install "${{ vars.DOCGEN || 'docgen' }}"
      - run: docgen check --format github
"""
GITLAB_JOB = """\
docgen:
  image: python:3.12-slim
  script:
    - pip install --quiet "${DOCGEN:-docgen}"
    - docgen check --format junit > docgen.xml
  artifacts:
    when: always
    reports:
      junit: docgen.xml
"""
GIT_HOOK = """\
#!/bin/sh
# Installed by docgen init --git-hook; git commit --no-verify passes it by. It checks the files as they are in the work tree.
exec docgen check
"""


def init(root: Path, *, write_hook: bool = False, git_hook: bool = False) -> Report:
    """Writes `docgen.toml` where the project at `root` has no settings, with `write_hook` the entry for pre-commit and with
    `git_hook` a hook of git's own; prints the rest.

    Raises InputError where the hook file cannot be extended, or there is a hook already: then nothing is written to it.
    """
    made: list[str] = []
    settings = _settings_file(root)
    if settings is None:
        settings = "docgen.toml"
        write_text(root / settings, Text(default_file()), root)
        made.append(settings)
    if write_hook and _write_hook(root):
        made.append(HOOK_FILE)
    if git_hook and (hook := _write_git_hook(root)):
        made.append(hook)
    lines = [f"wrote {name}" for name in made]
    if "docgen.toml" not in made:
        lines.append(f"settings are in {settings}, left as they are")
    if not _hooked(root) and not git_hook:
        lines += ["", f"the commit hook, for {HOOK_FILE} (docgen init --write-hook adds it):", "", "repos:", HOOK.rstrip("\n")]
    lines += ["", "the CI step, for instance in .github/workflows/docs.yml:", "", CI_STEP.rstrip("\n")]
    lines += ["", "or the job, for .gitlab-ci.yml:", "", GITLAB_JOB.rstrip("\n")]
    lines += ["", "next: docgen write TARGET (a package or a model folder), or docgen track DOC for what is written already"]
    summary: dict[str, JSON] = {"written": list[JSON](made), "settings": settings}
    return Report("init", (), summary, "\n".join(lines))


def _settings_file(root: Path) -> str | None:
    """The file that holds the project's settings, or None."""
    if (root / "docgen.toml").exists():
        return "docgen.toml"
    project = root / "pyproject.toml"
    if project.is_file():
        try:
            if "docgen" in tomllib.loads(read_text(project).text).get("tool", {}):
                return "pyproject.toml"
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"not TOML: {error}", "pyproject.toml", "mend the line") from error
    return None


def _hooked(root: Path) -> bool:
    path = root / HOOK_FILE
    return path.is_file() and re.search(r"^\s*-?\s*id:\s*['\"]?docgen-check\b", read_text(path).text, re.M) is not None


def _write_hook(root: Path) -> bool:
    """Adds the entry at the end of `repos`, every other byte as it was; False where it is there already."""
    path = root / HOOK_FILE
    if _hooked(root):
        return False
    if not path.exists():
        write_text(path, Text("repos:\n" + HOOK), root)
        return True
    old = read_text(path)
    text = _with_hook(old.text, old.newline)
    if not _adds_one(old.text, text):
        raise InputError("the entry cannot be added at the end of `repos`", HOOK_FILE, f"add it by hand:\n{HOOK}")
    write_text(path, old.with_text(text), root)
    return True


def _write_git_hook(root: Path) -> str:
    """Installs git's own hook where git looks for it, worktrees and `core.hooksPath` respected; empty where it is there."""
    fix = "run it in the repository, or use --write-hook with pre-commit"
    answer = git(root, "rev-parse", "--path-format=absolute", "--git-common-dir", "--git-path", "hooks")
    if answer is None:
        raise InputError("not a git repository, or no git", str(root), fix)
    common, folder = (Path(os.fsdecode(line)) for line in answer.splitlines()[:2])
    path = folder / "pre-commit"
    if not any(path.resolve().is_relative_to(place.resolve()) for place in (common, root)):
        what = f"core.hooksPath is {folder}, outside of this repository: a hook there would run in all others too"
        raise InputError(what, str(path), "add `docgen check` to the hook there, or set core.hooksPath for this repository")
    if os.path.lexists(path):
        if path.is_file() and re.search(r"^[^#\n]*\bdocgen check\b", read_text(path).text, re.M):
            return ""
        raise InputError("there is a hook already, and it stays", str(path), "add the line `docgen check` to it")
    write_text(path, Text(GIT_HOOK, mode=0o755), folder if folder.exists() else folder.parent)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _with_hook(text: str, newline: str) -> str:
    """The text with the entry after the last item of `repos`, indented as the items there are."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if re.match(r"repos:\s*(#.*)?$", line)), None)
    if start is None:
        return text
    end = start + 1
    while end < len(lines) and re.match(r"\s|-|#|$", lines[end]):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    item = next((found for line in lines[start + 1 : end] if (found := re.match(r"( *)- ", line))), None)
    indent = item[1] if item else "  "
    entry = [indent + line[2:] + newline for line in HOOK.splitlines()]
    if not lines[end - 1].endswith(("\n", "\r")):
        lines[end - 1] += newline
    return "".join([*lines[:end], *entry, *lines[end:]])


def _adds_one(old: str, new: str) -> bool:
    """Whether the new text is the old one's YAML with our entry as the last of `repos`, and nothing else."""
    before = _yaml(old)
    return _yaml(new) == before | {"repos": [*(before.get("repos") or []), *_yaml("repos:\n" + HOOK)["repos"]]}


def _yaml(text: str) -> dict[str, Any]:
    """The mapping that a YAML text holds, empty where it holds something else."""
    try:
        content = YAML(typ="safe", pure=True).load(StringIO(text))
    except YAMLError as error:
        raise InputError(f"not YAML: {' '.join(str(error).split())}", HOOK_FILE, "mend it first") from error
    return content if isinstance(content, dict) else {}
