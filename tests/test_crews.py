"""Worker processes: none outlives the process that started it, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import sys, time
from pathlib import Path
from docgen.corpus.crew import Crew
from docgen.readers.python_api.crew import Crew as Readers
from docgen.readers.python_api.workshop import Workshop

with Crew(len, 2) as crew, Readers(2, Workshop(False)) as readers:
    processes = [*crew._members.processes, *readers.processes]
    print(*(process.pid for process in processes), flush=True)
    time.sleep(60)
"""


def is_running(process: int) -> bool:
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked up in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_workers_of_both_crews_end_with_the_process_that_started_them(number: signal.Signals) -> None:
    started = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    workers = [int(word) for word in started.stdout.readline().split()]
    assert len(workers) == 4 and all(map(is_running, workers))
    os.kill(started.pid, number)
    started.wait()
    started.stdout.close()
    until = time.monotonic() + 20
    while any(map(is_running, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [worker for worker in workers if is_running(worker)]
