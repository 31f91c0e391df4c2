"""What git knows of a folder, asked without changing anything.

In: a folder and a question. Out: git's answer as bytes, or None where there is no git, no repository or no answer. One reason
to change: how docgen talks to git.
"""

from __future__ import annotations

import os
from pathlib import Path


def git(folder: Path, *arguments: str) -> bytes | None:
    """The output of a git command run in `folder`; None where it fails or git is not there. It takes no locks: a question that
    is asked in a hook never stands in git's way."""
    import subprocess  # only here: it costs a tenth of what a check of one document takes

    command = ["git", "--no-optional-locks", "--literal-pathspecs", "-C", os.fspath(folder), *arguments]
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


def is_repository(folder: Path) -> bool:
    """Whether `folder` or one above it holds a `.git`: a folder, or the file that a worktree or submodule has."""
    return any(os.path.lexists(place / ".git") for place in (folder, *folder.parents))


def blobs(folder: Path, revision: str, *paths: str) -> dict[str, str]:
    """The files at or below `paths` (relative to `folder`) as they are in a revision: path and the name of the content. Empty
    where the revision is not there."""
    if revision.startswith("-"):
        return {}
    answer = git(folder, "ls-tree", "-r", "-z", revision, "--", *paths) or b""
    found = {}
    for line in answer.split(b"\0"):
        head, tab, path = line.partition(b"\t")
        if tab:
            found[os.fsdecode(path)] = head.split()[2].decode()
    return found


def content(folder: Path, blob: str) -> bytes | None:
    """The content of that name."""
    return git(folder, "cat-file", "blob", blob)
