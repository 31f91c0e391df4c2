"""How long it takes to read packages, beside what Python and griffe need for the same files.

    python benchmarks/reading.py PACKAGE_FOLDER [...] [--times N]

Each measurement is a process of its own, in turn; the best of N counts (default 3). Printed: seconds on the clock and of all
processors (a busy machine changes these less), both also against a bare `ast.parse` of every file, and the peak memory of the
process and of the largest one that it started. The package is copied to a temporary folder: one measurement edits a file.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import resource  # Unix alone
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import griffe

from docgen.cache import Cache
from docgen.readers.python_api import read_modules, read_package

EDIT = "\n\ndef added_by_the_benchmark(number=1):\n    return number\n"


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", type=Path, help="package folders")
    parser.add_argument("--times", type=int, default=3, help="runs of each measurement (default 3)")
    parser.add_argument("--one", choices=MEASUREMENTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(MEASUREMENTS[options.one], options.packages[0])))
        return
    for package in options.packages:
        report(package, options.times)


def report(package: Path, times: int) -> None:
    """Prints the table of one package."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / package.resolve().name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
        files = list(copy.rglob("*.py"))
        print(f"\n{copy.name}: {len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB")
        print(f"{'':36} {'wall':>6} {'ratio':>6} {'CPU':>6} {'ratio':>6} {'MB':>5} {'MB below':>8}")
        bare: dict[str, float] = {}
        for name in MEASUREMENTS:
            runs = [in_a_process(name, copy) for _ in range(times)]
            best = {part: min(run[part] for run in runs) for part in runs[0]}
            bare = bare or best
            timed = (f"{best[part]:6.2f} {best[part] / bare[part]:6.2f}" for part in ("wall", "cpu"))
            print(f"{name:36} {' '.join(timed)} {best['own']:5.0f} {best['below']:8.0f}")


def in_a_process(name: str, package: Path) -> dict[str, float]:
    """One measurement by a fresh interpreter."""
    command = [sys.executable, __file__, str(package), "--one", name]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(found.stdout)
    return result


def measured(read: Callable[[Path, Cache], object], package: Path) -> dict[str, float]:
    """Seconds on the clock and of all processors, and megabytes of this process and of the largest that it started."""
    cache = Cache(package.parent / "cache")
    start, before = time.perf_counter(), sum(os.times()[:4])
    read(package, cache)
    found = {"wall": time.perf_counter() - start, "cpu": sum(os.times()[:4]) - before}
    unit = 1e6 if sys.platform == "darwin" else 1e3
    for part, whose in (("own", resource.RUSAGE_SELF), ("below", resource.RUSAGE_CHILDREN)):
        found[part] = resource.getrusage(whose).ru_maxrss / unit
    return found


def parse(package: Path, cache: Cache) -> None:
    """What every reader has to do at least."""
    for file in package.rglob("*.py"):
        try:
            ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue


def load(package: Path, cache: Cache) -> None:
    """griffe's reading, which parses no docstring and looks into no body."""
    griffe.load(package.name, search_paths=[package.parent], allow_inspection=False)


def cold(package: Path, cache: Cache) -> None:
    """All is read, and kept for the next time."""
    shutil.rmtree(package.parent / "cache", ignore_errors=True)
    read_package(package, tolerant=True, cache=cache)


def touched(package: Path, cache: Cache) -> None:
    """A file in the middle is given one more function; others that show its names are read again too."""
    files = sorted(package.rglob("*.py"))
    with open(files[len(files) // 2], "a", encoding="utf-8") as file:
        file.write(EDIT)
    read_package(package, tolerant=True, cache=cache)


# In this order: the first is what others are measured against, and from "cold" on each needs what the one before has kept.
MEASUREMENTS: dict[str, Callable[[Path, Cache], object]] = {
    "ast.parse": parse,
    "griffe.load": load,
    "docgen": lambda package, cache: read_package(package, tolerant=True),
    "docgen, private names too": lambda package, cache: read_package(package, tolerant=True, private=True),
    "docgen, 2 processes": lambda package, cache: read_package(package, tolerant=True, workers=2),
    "docgen, 2 processes, marks only": lambda package, cache: list(read_modules(package, workers=2)),
    "docgen, keeping what is read": cold,
    "docgen, one file touched": touched,
    "docgen, nothing touched": lambda package, cache: read_package(package, tolerant=True, cache=cache),
    "docgen, nothing touched, marks only": lambda package, cache: list(read_modules(package, cache=cache)),
}

if __name__ == "__main__":
    main()
