"""The processes of one run: which of them this is, whether they are as many as was asked, and whose end is theirs.

In: the environment that torchrun makes. Out: `Processes`, of which the main one alone writes and speaks. A launcher that starts
one process where two were asked trains happily on half the machine; that is an error here.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from typing import Any

import torch
from accelerate import PartialState

from docgen.report import InputError

STARTED_BY = "DOCGEN_STARTED_BY"  # the number of the process whose end ends this one
_PAUSE = 0.5  # seconds between two looks at it


@dataclass(frozen=True)
class Processes:
    """This process among those of the run."""

    index: int = 0
    size: int = 1

    @property
    def is_main(self) -> bool:
        """Whether this is the one that writes."""
        return self.index == 0

    def wait(self) -> None:
        """Goes on when all have come here."""
        if self.size > 1:
            torch.distributed.barrier()

    def told(self, what: Any) -> Any:
        """What the main process says."""
        if self.size == 1:
            return what
        words = [what]
        torch.distributed.broadcast_object_list(words, src=0)
        return words[0]


def joined(asked: int = 0) -> Processes:
    """This process, joined with the others of its run where there are any. Raises InputError where they are not as many as were
    `asked` (0: any number)."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if asked and size != asked:
        what = f"{asked} processes were asked for, and {'one is' if size == 1 else f'{size} are'} running"
        raise InputError(what, "--processes", f"start it with: torchrun --nproc-per-node {asked} -m docgen train ...")
    if size == 1:
        return Processes()
    state = PartialState(cpu=not torch.cuda.is_available())
    if state.num_processes != size:
        what = f"the launcher speaks of {size} processes, and {state.num_processes} joined"
        raise InputError(what, "WORLD_SIZE", "start it with torchrun; accelerate launch starts one process on a CPU")
    return Processes(state.process_index, state.num_processes)


def end_with_starter() -> None:
    """From now on this process is terminated, and so saves first, when the one that started it for a trial or a fold is gone:
    nobody waits for it, and the same command again would start another one in its folder. Does nothing in any other process."""
    starter = int(os.environ.pop(STARTED_BY, "0"))
    if starter and os.name == "posix":  # elsewhere a process keeps the number of a parent that is gone
        threading.Thread(target=_watch, args=(starter,), daemon=True).start()


def _watch(starter: int) -> None:
    while os.getppid() == starter:
        time.sleep(_PAUSE)
    os.kill(os.getpid(), signal.SIGTERM)
