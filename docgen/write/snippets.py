"""The code in a card, run before the card says that it runs: in a process of its own, offline, within a time limit.

In: a model's folder and its entry. Out: a record of what ran with which versions, in `.docgen/snippets.json`. What runs is the
very text that the card shows; a failure is an error with the code's own last line, and the card says nothing.
"""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import wave
import zlib
from collections.abc import Mapping
from pathlib import Path

from docgen.facts import JSON, Entry, mark
from docgen.files import Batch, refusals_told
from docgen.readers.json_file import read_json
from docgen.readers.snippet_record import RECORD, artefact_mark
from docgen.report import InputError
from docgen.write.loading import loading_code

SECONDS = 300  # the longest that a snippet may run
# Nothing else of the environment reaches the code: it has no business with tokens.
_KEPT = """PATH HOME LANG LC_ALL VIRTUAL_ENV PYTHONPATH LD_LIBRARY_PATH TMPDIR TEMP SYSTEMROOT HF_HOME HF_HUB_CACHE
    HF_DATASETS_CACHE XDG_CACHE_HOME OMP_NUM_THREADS CUDA_VISIBLE_DEVICES""".split()
_OFFLINE = dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"), "1")
_ELSEWHERE = "see that $TMPDIR, or the system's folder for temporary files, is writable and has room"
_DISTRIBUTIONS = {"sklearn": "scikit-learn", "llama_cpp": "llama-cpp-python"}
# Runs the code with every way out of the machine closed, then writes down the versions of what it imports.
_RUNNER = """
import importlib.metadata, json, runpy, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise OSError("the code asks for the network, and docgen runs it offline")
code, told, names = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.argv = [code]
sys.addaudithook(refuse)
runpy.run_path(code, run_name="__main__")
with open(told, "w", encoding="utf-8") as file:
    json.dump({name: importlib.metadata.version(name) for name in names}, file)
"""


def run_snippet(folder: Path, entry: Entry, shown: str, root: Path, seconds: float = SECONDS) -> str:
    """Runs the code that the card of `folder` shows and records it; what it ran with comes back, in words.

    Raises InputError where there is no such code, or where it fails or takes more than `seconds`.
    """
    code = loading_code(entry)
    if not code:
        raise InputError(f"there is no code to run for `{entry.about}`", shown, "leave out --run-snippet")
    linked = {entry.about: folder}
    base = entry.get("base_model")
    if isinstance(base, str) and (folder.parent / base).is_dir():  # an adapter of a base beside it, named as it was trained
        linked[base] = folder.parent / base
    versions = _run(code, linked, entry.about, shown, seconds)
    told = ", ".join([f"Python {sys.version_info.major}.{sys.version_info.minor}", *(f"{k} {v}" for k, v in versions.items())])
    words = " and ".join(told.rsplit(", ", 1))
    _record(root, shown, {"artefact": artefact_mark(folder), "code": mark(code, 12), "with": words})
    return words


def _run(code: str, linked: Mapping[str, Path], name: str, shown: str, seconds: float) -> dict[str, str]:
    """Runs code in a folder of its own, in which the folders `linked` lie under these names; the versions of what it imported
    come back."""
    with tempfile.TemporaryDirectory(prefix="docgen-snippet-") as place, refusals_told(Path(place), _ELSEWHERE):
        work = Path(place)
        for own, folder in linked.items():
            (work / own).parent.mkdir(parents=True, exist_ok=True)
            (work / own).symlink_to(folder.resolve(), target_is_directory=True)
        _samples(work)
        script, told = work / "snippet.py", work / "versions.json"
        script.write_text(code, encoding="utf-8")
        environment = {key: os.environ[key] for key in _KEPT if key in os.environ} | _OFFLINE
        command = [sys.executable, "-c", _RUNNER, str(script), str(told), *_distributions(code)]
        with subprocess.Popen(
            command,
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                _, errors = process.communicate(timeout=seconds)
            except BaseException as stopped:
                _kill(process)
                if not isinstance(stopped, subprocess.TimeoutExpired):
                    raise
                what = f"the card's code for `{name}` has not ended after {seconds:g} seconds"
                raise InputError(what, shown, "leave out --run-snippet, or run it on a faster machine") from None
        if process.returncode != 0 or not told.is_file():
            what = f"the card's code for `{name}` fails: {_last_line(errors, process.returncode)}"
            fix = "install what it needs, put its base into the cache, or leave out --run-snippet"
            raise InputError(what, shown, fix)
        versions: dict[str, str] = json.loads(told.read_bytes())
        return versions


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the code and everything that it has started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _last_line(errors: bytes, code: int) -> str:
    """The error that ended the code, or else the last that it said."""
    lines = [line.strip() for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Exit|Interrupt)\b", line)]
    return (raised or lines)[-1][:300] if lines else f"exit code {code}"


def _distributions(code: str) -> list[str]:
    """The packages that the code imports, as they are installed."""
    names = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module.partition(".")[0])
    return [_DISTRIBUTIONS.get(name, name) for name in dict.fromkeys(names)]


def _samples(work: Path) -> None:
    """The files that a card's code takes for an example: a grey picture, a second of silence."""
    rows = (b"\x00" + b"\x80" * 64 * 3) * 64
    chunks = (
        (b"IHDR", b"\x00\x00\x00\x40\x00\x00\x00\x40\x08\x02\x00\x00\x00"),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    parts = [len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big") for kind, body in chunks]
    (work / "photo.jpg").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    for name in ("speech.wav", "sound.wav"):
        with wave.open(str(work / name), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(16_000)
            sound.writeframes(bytes(2 * 16_000))


def _record(root: Path, shown: str, ran: dict[str, JSON]) -> None:
    """Puts one run into the record, beside those of other cards."""
    file = read_json(root / RECORD, RECORD.as_posix())
    before = file.get("ran") if file else None
    known: dict[str, JSON] = dict(before) if isinstance(before, dict) else {}
    content = {"ran": {**known, shown: ran}, "schema": 1}
    batch = Batch(root)
    batch.add(root / RECORD, (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode())
    batch.commit()
