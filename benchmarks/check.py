"""How long `docgen check` takes for the docstrings of packages, beside what others need for the same files.

    python benchmarks/check.py PACKAGE_FOLDER [...] [--times N]

Each measurement is a process of its own, all of them in turn, N rounds (default 3); medians are printed, with the ratio to a
bare `ast.parse` of every file in one process, and to ruff. What is not installed is skipped with a word. The package is copied
to a repository of its own without other documents, since one measurement edits three files. The last table is a start on one
small file beside a program that only imports click and prints a line. How many things each tool told stands in the last
column: docgen speaks only where a text is wrong, the others of style too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from renew import environment_in

PARSE = """
import ast, sys
from pathlib import Path
for file in Path(sys.argv[1]).rglob("*.py"):
    try:
        ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        continue
"""
GRIFFE = """
import sys
from pathlib import Path
import griffe
package = Path(sys.argv[1])
griffe.load(package.name, search_paths=[package.parent], allow_inspection=False)
"""
CLICK = """
import click

@click.command()
@click.argument("path")
def main(path):
    click.echo(path)

main()
"""
SMALL = '''"""Rates."""


def load(currency: str, timeout: float = 30.0) -> dict[str, float]:
    """Loads the rates of a currency; `timeout` is in seconds, 30.0 by default."""
    return {}
'''
EDIT = '\n\ndef added_by_the_benchmark(number=1):\n    """Adds. `number` defaults to {round}."""\n    return number\n'
DOCGEN = (sys.executable, "-m", "docgen", "check")


@dataclass(frozen=True)
class Runner:
    """One tool on one package: the command, what it needs to be installed, and what to do before each run."""

    command: Sequence[str]
    needs: str = ""
    before: Callable[[int], None] = lambda _: None


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", type=Path, help="package folders")
    parser.add_argument("--times", type=int, default=3, help="rounds (default 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_in(Path(folder))
        for package in options.packages:
            root = Path(folder) / f"of-{package.name}"
            copy = root / package.resolve().name
            shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", "*.md", "*.rst", "*.ipynb"))
            (root / ".git").mkdir()
            report(copy, options.times, environment)
        report_start(Path(folder), 5 * options.times, environment)


def report(package: Path, times: int, environment: Mapping[str, str]) -> None:
    """Prints the table of one package."""
    files = sorted(package.rglob("*.py"))
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"\n{package.name}: {len(files)} files, {size:.1f} MB, {os.cpu_count()} cores")
    print(f"{'':34} {'seconds':>8} {'/ parse':>8} {'/ ruff':>8} {'told':>7}")
    taken = measured(runners(package, files, Path(environment["DOCGEN_CACHE"])), times, package.parent, environment)
    bare = taken["ast.parse, one process"][0]
    ruff = taken.get("ruff D, DOC", (0.0, 0))[0]
    for name, (seconds, lines) in taken.items():
        print(f"{name:34} {seconds:8.2f} {seconds / bare:8.2f} {f'{seconds / ruff:8.2f}' if ruff else '':>8} {lines:7}")


def runners(package: Path, files: Sequence[Path], cache: Path) -> dict[str, Runner]:
    """What is measured on a package, in this order: from "cold" on each needs what the one before has kept."""
    place = str(package)
    one_core = (sys.executable, "-c", "import os\nos.cpu_count = lambda: 1\nfrom docgen.__main__ import main\nmain()", "check")

    def forget(_: int) -> None:
        shutil.rmtree(cache, ignore_errors=True)

    def touch(number: int) -> None:
        for file in files[:: max(1, len(files) // 3)][:3]:
            with open(file, "a", encoding="utf-8") as stream:
                stream.write(EDIT.replace("{round}", str(number + 2)))

    ruff = ("ruff", "check", "--isolated", "--no-cache", "--select", "D,DOC", "--preview", "--output-format", "concise", place)
    return {
        "ast.parse, one process": Runner((sys.executable, "-c", PARSE, place)),
        "pydoclint": Runner((sys.executable, "-m", "pydoclint.main", "--quiet", place), "pydoclint"),
        "interrogate": Runner((sys.executable, "-m", "interrogate", "--quiet", place), "interrogate"),
        "griffe's load, one process": Runner((sys.executable, "-c", GRIFFE, place), "griffe"),
        "ruff D, DOC": Runner((sys.executable, "-m", *ruff), "ruff"),
        "docgen, nothing kept, one core": Runner((*one_core, "--no-cache", place)),
        "docgen, nothing kept, all cores": Runner((*DOCGEN, "--no-cache", place)),
        "docgen, cold, all cores": Runner((*DOCGEN, place), before=forget),
        "docgen, warm": Runner((*DOCGEN, place)),
        "docgen, three files touched": Runner((*DOCGEN, place), before=touch),
    }


def measured(
    named: Mapping[str, Runner], times: int, folder: Path, environment: Mapping[str, str]
) -> dict[str, tuple[float, int]]:
    """The median of the seconds that each takes, and the lines that it printed at last."""
    there = {name: runner for name, runner in named.items() if not runner.needs or find_spec(runner.needs) is not None}
    for name in named.keys() - there.keys():
        print(f"{name} is not installed, and left out")
    seconds: dict[str, list[float]] = {name: [] for name in there}
    lines: dict[str, int] = {}
    for number in range(times):
        for name, runner in there.items():
            runner.before(number)
            start = time.perf_counter()
            ended = subprocess.run(runner.command, cwd=folder, env=environment, capture_output=True, text=True)
            seconds[name].append(time.perf_counter() - start)
            if ended.returncode not in (0, 1) or "Traceback" in ended.stderr:
                raise SystemExit(f"{name} failed: {ended.stderr[-500:]}")
            lines[name] = sum(line.startswith((" ", "\t")) is False for line in ended.stdout.splitlines())
    return {name: (median(taken), lines[name]) for name, taken in seconds.items()}


def report_start(folder: Path, times: int, environment: Mapping[str, str]) -> None:
    """Prints how long a start takes beside that of a program which does nothing."""
    root = folder / "small"
    (root / ".git").mkdir(parents=True)
    (root / "rates.py").write_text(SMALL, encoding="utf-8")
    taken = measured(
        {
            "a bare click program": Runner((sys.executable, "-c", CLICK, "rates.py")),
            "docgen --version": Runner((sys.executable, "-m", "docgen", "--version")),
            "docgen on a small file, cold": Runner((*DOCGEN, "--no-cache", "rates.py")),
            "docgen on a small file, warm": Runner((*DOCGEN, "rates.py")),
        },
        times,
        root,
        environment,
    )
    bare = taken["a bare click program"][0]
    print(f"\n{'start':34} {'ms':>8} {'/ click':>8}")
    for name, (seconds, _) in taken.items():
        print(f"{name:34} {seconds * 1000:8.0f} {seconds / bare:8.2f}")


if __name__ == "__main__":
    main()
