"""How long `docgen corpus build` takes, and how much memory.

    python benchmarks/corpus.py PACKAGE... [--workers N] [--times N]

For each package folder: a bare `griffe.load` of the same files, a first build, a build where nothing has changed, one after a
line of one file was changed, and the most memory that the processes of a build hold for a part of the files and for all of
them. The packages are copied first; nothing given is changed. Times are the least of several runs, each in a process of its
own, start and imports included; griffe's too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_GRIFFE = "import sys, griffe; griffe.load(sys.argv[1], search_paths=[sys.argv[2]], allow_inspection=False)"
_PAUSE = 0.02  # seconds between two looks at memory


@dataclass(frozen=True)
class Run:
    """What one command took: seconds, and the most bytes that its processes held at once."""

    seconds: float
    memory: int


def timed(command: list[str], environment: dict[str, str]) -> Run:
    """Runs a command to its end, watching it and the processes that it starts."""
    started, most = time.perf_counter(), 0
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None:
        most = max(most, held_by_group(process.pid))
        time.sleep(_PAUSE)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(time.perf_counter() - started, most)


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

    def build(self, *, fresh: bool) -> Run:
        """A build of the package, over the last one; a `fresh` one without what is kept."""
        if fresh:
            shutil.rmtree(self.folder / "cache", ignore_errors=True)
        arguments = ["corpus", "build", str(self.package), "-o", str(self.folder / "corpus")]
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

    def memory(self) -> tuple[Run, Run]:
        """A fresh build of a quarter of the package's modules, and of all of them."""
        moved = [path for number, path in enumerate(self.files()) if number % 4 and path.name != "__init__.py"]
        for path in moved:
            path.rename(path.with_suffix(".away"))
        part = self.build(fresh=True)
        for path in moved:
            path.with_suffix(".away").rename(path)
        return part, self.build(fresh=True)


def measure(place: Place, times: int) -> None:
    """Prints all about one package."""

    def least(run: list[Run]) -> float:
        return min(found.seconds for found in run)

    count = len(place.files())
    bare = least([place.griffe() for _ in range(times)])
    cold = least([place.build(fresh=True) for _ in range(times)])
    warm = least([place.build(fresh=False) for _ in range(times)])
    touched = []
    for number in range(times):
        place.touch(number)
        touched.append(place.build(fresh=False))
    print(f"{place.package.name}: {count} files")
    print(f"  griffe.load     {bare:7.2f} s  {count / bare:7.0f} files/s")
    print(f"  first build     {cold:7.2f} s  {count / cold:7.0f} files/s  {cold / bare:.2f} times griffe (at most 2.5)")
    print(f"  unchanged       {warm:7.2f} s  {warm / cold:7.1%} of the first")
    print(f"  one file edited {least(touched):7.2f} s  {least(touched) / cold:7.1%} of the first (at most 10%)")
    part, whole = place.memory()
    print(f"  memory          {part.memory >> 20} MiB for a quarter of the files, {whole.memory >> 20} MiB for all")


def main() -> None:
    """Reads the arguments and measures each package."""
    parser = argparse.ArgumentParser(description="Times docgen corpus build.")
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE")
    parser.add_argument("--workers", type=int, default=0, help="processes that read (default: one a core)")
    parser.add_argument("--times", type=int, default=3, help="runs of which the least counts (default: 3)")
    arguments = parser.parse_args()
    for package in arguments.packages:
        with tempfile.TemporaryDirectory(prefix="docgen-benchmark-") as folder:
            measure(Place.of(Path(folder), package.resolve(), arguments.workers), arguments.times)


if __name__ == "__main__":
    main()
