"""Many targets shared among jobs that know nothing of each other.

In: targets and `I/N`. Out: the share of job I. It rests on the name of each target alone, so that jobs on several machines
never meet, and a target that is added moves no other.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from docgen.report import InputError


def share(targets: Sequence[str], part: str) -> tuple[str, ...]:
    """The targets that fall to job I of N, in their order. A path counts as it is seen from the working directory,
    however it is written, and one named twice falls to one job.

    Raises InputError where `part` is not I/N with I from 1 to N.
    """
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", part)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise InputError(f"no part of a run: {part!r}", fix="write --shard I/N with I from 1 to N: 1/4, 2/4, 3/4 and 4/4")
    return tuple(target for target in targets if _number(target) % int(found[2]) == int(found[1]) - 1)


def _number(target: str) -> int:
    """A number that is the same for a target on every machine."""
    name = Path(os.path.relpath(target)).as_posix()
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8])
