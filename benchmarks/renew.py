"""How long `docgen write` takes where nothing has changed, or one value has, for a hundred pages and for real packages.

    python benchmarks/renew.py [PACKAGE_FOLDER ...] [--times N] [--writer WRITER]

The hundred pages are of a package made here; a real package is copied to a repository of its own, with a README. Each
measurement is a process of its own; medians of N rounds (default 3) are printed, beside a program that only imports click and
prints a line. The pages are those of `--writer none` unless another is named: writing them for the first time then takes
minutes, and the last column, the modules of torch that a run imported, shows whether a later one loads the model.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import docgen

MODULE = '''"""Part {number} of the shop."""

LIMIT = {number}0


def load(path: str, limit: int = LIMIT, *, timeout: float = 30.0) -> list[str]:
    """Load the parts of one file.

    Args:
        path: The file to read.
        limit: The most parts.
        timeout: Seconds to wait.

    Raises:
        ValueError: If the limit is negative.
    """
    if limit < 0:
        raise ValueError("limit")
    return []


class Shelf:
    """A shelf of parts."""

    def add(self, part: str, count: int = 1) -> None:
        """Add a part to the shelf."""
        if not part:
            raise KeyError(part)

    def take(self, part: str) -> str:
        """Take a part from the shelf."""
        raise LookupError(part)
'''
CLICK = "import click\n\n@click.command()\ndef main():\n    click.echo('done')\n\nmain()\n"
WATCHED = (
    "import sys\nfrom docgen.cli import run\ncode = run(sys.argv[1:])\n"
    "print(sum(name.partition('.')[0] == 'torch' for name in sys.modules), file=sys.stderr)\nsys.exit(code)\n"
)
_DEFAULT = re.compile(r"(\n(?:    )?def [a-z]\w*\([^)]*?\w+(?:: int = |=))\d+\b(?!\.)")
Change = Callable[[int], object]


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", type=Path, metavar="PACKAGE_FOLDER", help="folders of real packages")
    parser.add_argument("--times", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--writer", default="none", help="who writes the pages (default none)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_in(Path(folder))
        bare = seconds_of([sys.executable, "-c", CLICK], Path(folder), environment)[0]
        print(f"a bare click program: {bare:.2f} seconds\n")
        report(made(Path(folder) / "made"), options, environment)
        for package in options.packages:
            root = Path(folder) / f"of-{package.name}"
            shutil.copytree(package, root / package.resolve().name, ignore=shutil.ignore_patterns("__pycache__"))
            report(root / package.resolve().name, options, environment)


def environment_in(folder: Path) -> dict[str, str]:
    """Where processes find docgen with its bytecode, as an installed one has, and a cache of their own."""
    source = Path(docgen.__file__).parent
    templates = source / "templates" if (source / "templates").is_dir() else source.parent / "templates"
    shutil.copytree(source, folder / "installed" / "docgen", ignore=shutil.ignore_patterns("__pycache__", "templates"))
    shutil.copytree(templates, folder / "installed" / "docgen" / "templates")
    compileall.compile_dir(str(folder / "installed"), quiet=2)
    return {**os.environ, "PYTHONPATH": str(folder / "installed"), "DOCGEN_CACHE": str(folder / "cache")}


def made(root: Path) -> Path:
    """A package of ninety-nine modules: with the index a hundred pages."""
    package = root / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A shop."""\n', encoding="utf-8")
    for number in range(1, 100):
        (package / f"part{number:02}.py").write_text(MODULE.format(number=number), encoding="utf-8")
    return package


def report(package: Path, options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """Prints the table of one package, which lies in a folder of its own."""
    root = package.parent
    (root / "pyproject.toml").write_text(f"[project]\nname = '{package.name}'\n", encoding="utf-8")
    (root / "README.md").write_text(f"# {package.name}\n", encoding="utf-8")
    write = ("write", package.name, "--writer", options.writer)
    first = docgen_seconds(write, root, environment)
    pages = sorted((root / "docs").rglob("*.md"))
    sections = sum(page.read_text(encoding="utf-8").count("<!-- docgen:section") for page in pages)
    print(f"{package.name}: {len(pages)} pages with {sections} sections, {os.cpu_count()} cores")
    print(f"{'':40} {'seconds':>8} {'files written':>14} {'torch':>6}")
    rows: dict[str, tuple[Sequence[str], Change]] = {
        "nothing changed": (write, lambda number: None),
        "nothing changed, nothing kept": ((*write, "--no-cache"), lambda number: None),
        "nothing changed, a source touched": (write, lambda number: next(package.rglob("*.py")).touch()),
        "one default changed": (write, lambda number: change_default(package, number)),
    }
    print(f"{'written for the first time':40} {first[0]:8.2f} {2 * len(pages):14} {first[1]:6}")
    for name, (arguments, change) in rows.items():
        taken, written, torch = [], 0, 0
        for number in range(options.times):
            change(number)
            before = snapshot(root)
            seconds, torch = docgen_seconds(arguments, root, environment)
            taken.append(seconds)
            written = sum(before.get(path) != seen for path, seen in snapshot(root).items())
        print(f"{name:40} {median(taken):8.2f} {written:14} {torch:6}")
    print()


def change_default(package: Path, number: int) -> None:
    """Gives one number that is a default of a public function another value."""
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        changed = _DEFAULT.sub(rf"\g<1>{number + 4000}", text, count=1)
        if changed != text:
            path.write_text(changed, encoding="utf-8", errors="surrogateescape")
            return
    raise SystemExit(f"{package.name} has no default that is a whole number")


def snapshot(root: Path) -> dict[Path, tuple[int, int]]:
    """Every file of a repository, so that one that was written shows."""
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in root.rglob("*") if path.is_file()}


def docgen_seconds(arguments: Sequence[str], root: Path, environment: Mapping[str, str]) -> tuple[float, int]:
    """The seconds that one run takes, and how many modules of torch it imported."""
    seconds, told = seconds_of([sys.executable, "-c", WATCHED, *arguments], root, environment)
    return seconds, int(told.split()[-1])


def seconds_of(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[float, str]:
    """The seconds that a command takes, and what it says on standard error."""
    start = time.perf_counter()
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if ended.returncode not in (0, 1) or "Traceback" in ended.stderr:
        raise SystemExit(f"{command} failed: {ended.stderr[-500:]}")
    return seconds, ended.stderr


if __name__ == "__main__":
    main()
