"""How long `docgen corpus build` takes, and how much memory.

    python benchmarks/corpus.py PACKAGE... [--workers N] [--times N]
    python benchmarks/corpus.py --together PACKAGE PACKAGE...

For each package folder: a bare `griffe.load` of the same files, a first build, a build where nothing has changed, one after a
line of one file was changed, and the most memory that the processes of a build hold for a quarter, half and all of the files.
The packages are copied first; nothing given is changed. Times are the least of several runs, each in a process of its own,
start and imports included; griffe's too. Seconds of the processors stand beside those on the clock, which a busy machine
stretches, most of all those of several processes. With `--together`: the memory of builds of 1, 5, 20, ... of the packages.
"""

from __future__ import annotations

import argparse
import os
import resource  # Unix alone
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_GRIFFE = "import sys, griffe; griffe.load(sys.argv[1], search_paths=[sys.argv[2]], allow_inspection=False)"
_PAUSE = 0.02  # seconds between two looks at memory


@dataclass(frozen=True)
class Run:
    """What one command took: seconds on the clock and of processors, and the most bytes that its processes held at once."""

    seconds: float
    processors: float
    memory: int


def timed(command: list[str], environment: dict[str, str]) -> Run:
    """Runs a command to its end, watching it and the processes that it starts."""
    started, before, most = time.perf_counter(), _used_by_children(), 0
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None:
        most = max(most, held_by_group(process.pid))
        time.sleep(_PAUSE)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(time.perf_counter() - started, _used_by_children() - before, most)


def _used_by_children() -> float:
    """Seconds of processors that ended processes have used, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def held_by_group(group: int) -> int:
    """Bytes of memory that a group of processes holds, what they share counted once (Linux; elsewhere 0)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
        except (OSError, IndexError, ValueError):
            continue  # it has just ended
    return total


@dataclass(frozen=True)
class Place:
    """A folder of this benchmark's own, with the copy of a package."""

    folder: Path
    package: Path
    workers: int

    @classmethod
    def of(cls, folder: Path, package: Path, workers: int) -> Place:
        copy = folder / "source" / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
        return cls(folder, copy, workers)

    def files(self) -> list[Path]:
        return sorted(self.package.rglob("*.py"))

    def build(self, *, fresh: bool, others: Sequence[Path] = ()) -> Run:
        """A build of the package and `others`, over the last one; a `fresh` one without what is kept."""
        if fresh:
            shutil.rmtree(self.folder / "cache", ignore_errors=True)
        arguments = ["corpus", "build", str(self.package), *map(str, others), "-o", str(self.folder / "corpus")]
        command = [sys.executable, "-m", "docgen", *arguments, *(["--workers", str(self.workers)] if self.workers else [])]
        return timed(command, {"DOCGEN_CACHE": str(self.folder / "cache"), **self._installed()})

    def _installed(self) -> dict[str, str]:
        """Keeps compiled modules, as every installation does, whatever the shell that runs this says."""
        return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder / "compiled")}

    def griffe(self) -> Run:
        return timed([sys.executable, "-c", _GRIFFE, self.package.name, str(self.package.parent)], self._installed())

    def touch(self, number: int) -> None:
        """Changes a line of a middling file."""
        path = sorted(self.files(), key=lambda file: file.stat().st_size)[len(self.files()) // 2]
        with path.open("a", encoding="utf-8") as file:
            file.write(f'\n\ndef benchmark_{number}(day):\n    """Count the rates of day {number}."""\n    return {number}\n')

    def memory(self, parts: int) -> int:
        """The memory of a fresh build of one in so many of the package's modules."""
        moved = [path for number, path in enumerate(self.files()) if number % parts and path.name != "__init__.py"]
        for path in moved:
            path.rename(path.with_suffix(".away"))
        try:
            return self.build(fresh=True).memory
        finally:
            for path in moved:
                path.with_suffix(".away").rename(path)


def measure(place: Place, times: int) -> None:
    """Prints all about one package."""
    count = len(place.files())
    bare = _least([place.griffe() for _ in range(times)])
    cold = _least([place.build(fresh=True) for _ in range(times)])
    warm = _least([place.build(fresh=False) for _ in range(times)])
    touched = []
    for number in range(times):
        place.touch(number)
        touched.append(place.build(fresh=False))
    print(f"{place.package.name}: {count} files")
    print(f"{'':18}{'clock':>8} {'files/s':>8} {'ratio':>7}   {'processors':>10} {'ratio':>7}")
    for name, run, other, share in (
        ("griffe.load", bare, bare, ""),
        ("first build", cold, bare, "of griffe's, at most 2.5"),
        ("unchanged", warm, cold, "of the first build's"),
        ("one file edited", _least(touched), cold, "of the first build's, at most 0.1"),
    ):
        clock = f"{run.seconds:6.2f} s {count / run.seconds:8.0f} {run.seconds / other.seconds:7.2f}"
        print(f"  {name:16}{clock}   {run.processors:8.2f} s {run.processors / other.processors:7.2f}  {share}")
    memory = ", ".join(
        f"{place.memory(parts) >> 20} MiB for {name}" for parts, name in ((4, "a quarter"), (2, "half"), (1, "all"))
    )
    print(f"  memory          {memory} of the files")


def _least(runs: Sequence[Run]) -> Run:
    return Run(min(run.seconds for run in runs), min(run.processors for run in runs), max(run.memory for run in runs))


def measure_together(packages: Sequence[Path], workers: int) -> None:
    """Prints the memory of builds of more and more packages."""
    count = 1
    while True:
        chosen = packages[:count]
        with tempfile.TemporaryDirectory(prefix="docgen-benchmark-") as folder:
            places = [Place.of(Path(folder), package, workers) for package in chosen]
            files = sum(len(place.files()) for place in places)
            run = places[0].build(fresh=True, others=[place.package for place in places[1:]])
        print(f"{len(chosen):4} packages, {files:6} files: {run.memory >> 20} MiB, {run.seconds:.1f} s")
        if count >= len(packages):
            return
        count = min(len(packages), count * 5 if count == 1 else count * 4)


def main() -> None:
    """Reads the arguments and measures each package."""
    parser = argparse.ArgumentParser(description="Times docgen corpus build.")
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE")
    parser.add_argument("--workers", type=int, default=0, help="processes that read (default: one a core)")
    parser.add_argument("--times", type=int, default=3, help="runs of which the least counts (default: 3)")
    parser.add_argument("--together", action="store_true", help="memory of builds of more and more of the packages")
    arguments = parser.parse_args()
    if arguments.together:
        measure_together([package.resolve() for package in arguments.packages], arguments.workers)
        return
    for package in arguments.packages:
        with tempfile.TemporaryDirectory(prefix="docgen-benchmark-") as folder:
            measure(Place.of(Path(folder), package.resolve(), arguments.workers), arguments.times)


if __name__ == "__main__":
    main()
