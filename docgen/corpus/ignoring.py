"""What `.gitignore` files leave out of a folder, as git itself reads them.

In: paths below a folder. Out: whether git would pass them over. What a team keeps out of its repository (results, secrets,
copies of other projects) has no place in its corpus either.
"""

from __future__ import annotations

from pathlib import Path

from pathspec import GitIgnoreSpec

_NAME = ".gitignore"


class Ignored:
    """The rules of every `.gitignore` from `root` down; those above `top` count unless they leave out `top` itself, which was
    asked for by name."""

    def __init__(self, top: Path, root: Path) -> None:
        self._rules: dict[Path, GitIgnoreSpec | None] = {}
        self._root = root if top.is_relative_to(root) else top
        above = [folder for folder in (top, *top.parents) if folder != self._root and folder.is_relative_to(self._root)]
        if any(self.leaves_out(folder, is_folder=True) for folder in above):
            self._root = top

    def leaves_out(self, path: Path, *, is_folder: bool) -> bool:
        """Whether the nearest rule that speaks of `path` leaves it out. Folders above it are for the walk to ask about."""
        for folder in path.parents:
            if not folder.is_relative_to(self._root):
                break
            rules = self._of(folder)
            name = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
            if rules is not None and (said := rules.check_file(name).include) is not None:
                return said
        return False

    def _of(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._rules:
            self._rules[folder] = _read(folder / _NAME)
        return self._rules[folder]


def _read(path: Path) -> GitIgnoreSpec | None:
    """The rules of one file, without those that are none; None where it cannot be read."""
    try:
        lines = path.read_bytes().decode("utf-8", "replace").splitlines() if path.is_file() else []
    except OSError:
        return None
    valid = [line for line in lines if _is_rule(line)]
    return GitIgnoreSpec.from_lines(valid) if valid else None


def _is_rule(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return bool(line.strip()) and not line.startswith("#")
