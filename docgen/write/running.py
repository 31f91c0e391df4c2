"""Examples run in a process of their own, on request: only then a page may say that they were.

In: the symbols of a page with their examples. Out: the marks of those that ended well; why others failed is told. They run with
the Python and the packages that docgen itself has, and without the environment's keys.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import IO

from docgen.facts import JSON, Entry
from docgen.readers.examples import Example
from docgen.write.examples import Examples

Progress = Callable[[str], object]
_SECONDS = 20.0  # for one example, the import of its package included
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")  # of the environment: no keys and tokens
_RUNNER = Path(__file__).with_name("runner.py")


@dataclass(frozen=True)
class _Task:
    """One example of a symbol, to be run below the name of its module."""

    about: str
    example: Example
    mark: str


def run_examples(entries: Sequence[Entry], examples: Examples, package: Path, tell: Progress) -> list[str]:
    """Runs the examples of these entries that are not known to run, each for 20 seconds at most, and gives the marks of those
    that ended well: without an error, a session with what it shows."""
    tasks: dict[str, _Task] = {}
    for entry in entries:
        if (example := examples.of(entry)) is not None and (key := examples.run_mark(example)) not in examples.ran:
            tasks.setdefault(key, _Task(entry.about, example, key))
    good = []
    for task, reason in _outcomes(list(tasks.values()), package.parent):
        if reason:
            tell(f"the example of {task.about} does not run: {reason}")
        else:
            good.append(task.mark)
    return good


def _outcomes(tasks: Sequence[_Task], path: Path) -> Iterator[tuple[_Task, str]]:
    """Each task with the reason why it failed, empty where it did not. After one that never ends, a new process goes on."""
    waiting = list(tasks)
    while waiting:
        with tempfile.TemporaryDirectory(prefix="docgen-examples-") as folder:
            done = list(_by_one_process(waiting, path, folder))
        yield from zip(waiting, done, strict=False)
        waiting = waiting[len(done) :]


def _by_one_process(tasks: Sequence[_Task], path: Path, folder: str) -> Iterator[str]:
    """The outcomes of tasks by one process, up to the first that has to be ended or that ends it."""
    order: JSON = {
        "path": str(path.resolve()),
        "examples": [{"about": task.about, "code": task.example.code} for task in tasks],
    }
    environment = {name: value for name, value in os.environ.items() if name in _KEPT}
    environment |= {"HOME": folder, "TMPDIR": folder, "HF_HUB_OFFLINE": "1", "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0"}
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", str(_RUNNER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None
    answers: Queue[str] = Queue()
    listener = threading.Thread(target=_listen, args=(process.stdout, answers), daemon=True)
    listener.start()
    try:
        process.stdin.write(json.dumps(order))
        process.stdin.close()
        for _ in tasks:
            line = answers.get(timeout=_SECONDS)
            if not line:
                yield "it ended the process"
                return
            yield str(json.loads(line))
    except Empty:
        yield f"it did not end in {_SECONDS:g} seconds"
    except BrokenPipeError:
        yield "the process that runs examples did not start"
    finally:
        _end(process)
        listener.join(5)


def _listen(stream: IO[str], answers: Queue[str]) -> None:
    """Passes on what a process says, and in the end that it says no more."""
    for line in stream:
        answers.put(line)
    answers.put("")


def _end(process: subprocess.Popen[str]) -> None:
    """Ends a process and all that it has started."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, 9)
        except (ProcessLookupError, PermissionError):
            process.kill()
    else:
        process.kill()
    process.wait()
