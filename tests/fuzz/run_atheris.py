"""Fuzzes one entry point with coverage, where atheris is installed: python tests/fuzz/run_atheris.py READING [OPTION...].

In: the seeds of this folder, and options of libFuzzer. Out: a crash file, if there is one: put its text among the seeds, and a
test has it from then on.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]


def main() -> None:
    """Runs until libFuzzer's options end it."""
    try:
        import atheris
    except ImportError:
        sys.exit("skipped: pip install atheris")
    with atheris.instrument_imports(include=["docgen"]):
        from fuzz.readings import READINGS, survive
    if len(sys.argv) < 2 or sys.argv[1] not in READINGS:
        sys.exit(f"name one of {', '.join(READINGS)}")
    reading = READINGS[sys.argv.pop(1)]

    def one(content: bytes) -> None:
        survive(reading, content.decode("utf-8", "replace"))

    with tempfile.TemporaryDirectory() as found:  # what libFuzzer keeps goes into the first folder
        atheris.Setup([*sys.argv, found, str(HERE / "seeds")], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
