"""The command line: words, options and exit codes. Every command calls one flow and prints the Report that comes back.

In: arguments. Out: results on standard output, progress and errors on standard error, and an exit code. Each command has a
module of its own, imported when it runs, and imports its flow only then: `docgen check` in a commit hook never pays for what
`docgen train` needs.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click

from docgen import __version__
from docgen.cli.groups import Ordered
from docgen.cli.printing import complain, drop_output, unprinted
from docgen.cli.session import Session
from docgen.files import refusal
from docgen.report import DocgenError, InputError, MissingExtra

# In the order of the work: the module docgen.cli.NAME holds the command NAME.
COMMANDS = (
    "init",
    "corpus",
    "train",
    "write",
    "templates",
    "track",
    "check",
    "explain",
    "score",
    "export",
    "push",
    "base",
    "completion",
)
LLM_MODULES = frozenset(
    "accelerate bitsandbytes captum datasets httpx2 huggingface_hub matplotlib optuna peft pyarrow "
    "safetensors torch transformers trl".split()
)
# What `docgen corpus` needs beside, which docgen[llm] brings along.
CORPUS_MODULES = frozenset(
    "charset_normalizer cleanlab detect_secrets docutils ftfy nbformat numpy pandas pathspec phonenumbers py3langid "
    "sklearn tokenizers".split()
)
# What `docgen write --docstrings` and OpenAPI documents need.
API_MODULES = frozenset("libcst openapi_pydantic pydantic".split())
EXTRAS = {"llm": LLM_MODULES, "corpus": CORPUS_MODULES, "api": API_MODULES}
EXIT_CODES = """\b
Exit codes:
  0    clean
  1    findings, or a score under its minimum
  2    docgen could not do the work
  3    a baseline that cannot be compared
  130  interrupted
  143  terminated
"""
_MAKE_ROOM = "see that it may be read and written, and that there is room"


class _Terminated(BaseException):
    """The process is asked to end: as with Ctrl-C, what was begun is put away first."""


def main() -> None:
    """The console script: runs the command line and leaves with its exit code, or as the signal wants that ended it."""
    _open_streams()
    for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")):
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # else it is to be ignored, as by nohup
            signal.signal(number, _terminated)
    try:
        code = run(sys.argv[1:])
    except _Terminated as ended:
        complain("terminated; nothing was half-written")
        signal.signal(ended.args[0], signal.SIG_DFL)
        signal.raise_signal(ended.args[0])
        code = 128 + int(ended.args[0])  # where the signal does not end the process
    gc.freeze()  # to look once more for cycles in what goes with the process takes as long as a small check
    sys.exit(code)


def _terminated(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)  # who asks a second time does not wait
    raise _Terminated(number)


def _open_streams() -> None:
    """Gives a process that was started without one of its standard streams an empty one. Else the next file that is opened has
    its number, and what some library prints ends in that file."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; the only place that catches what the flows raise."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # before anything below imports the Hub's library
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a message must not fail on a terminal without its characters
    try:
        code = commands.main(args=list(arguments), prog_name="docgen", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted; nothing was half-written")
        return 130
    except DocgenError as error:
        complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        drop_output()
        return 0
    except Exception as error:
        return _failed(error, arguments)


def _failed(error: Exception, arguments: Sequence[str]) -> int:
    """Says what went wrong inside, in a line; a missing optional dependency is told with the command that installs it."""
    lacking = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if extra := next((name for name, modules in EXTRAS.items() if lacking in modules), ""):
        extra = "llm" if "train" in arguments and extra == "corpus" else extra  # whose rest it would ask for next
        what = f"this needs `{lacking}`, which is not installed"
        complain(str(MissingExtra(what, fix=f'pip install "docgen[{extra}]"')))
    elif refusal(error) and (reason := unprinted()):
        complain(str(InputError(f"cannot be written: {reason}", "standard output", "the work itself is done; " + _MAKE_ROOM)))
    elif os.environ.get("DOCGEN_TRACEBACK") or "--traceback" in arguments:
        import traceback  # only here, as it costs as much as the rest of a start

        traceback.print_exception(error)
    elif reason := refusal(error):
        where = str(error.filename or "") if isinstance(error, OSError) else ""
        complain(str(InputError(f"the disk refuses: {reason}", where, _MAKE_ROOM)))
    else:
        told = " ".join(f"{type(error).__name__}: {error}".split())
        again = "docgen --traceback " + " ".join(arguments)
        complain(f"internal error: {told}\n  fix: report it, with the output of: {again}")
    return 2


@click.group(cls=Ordered, lazy=COMMANDS, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The project's folder. [default: the git repository, or the folder with settings, around the current one]",
)
@click.option(
    "--traceback", is_flag=True, expose_value=False, help="Show where an internal error arose; also DOCGEN_TRACEBACK=1."
)
@click.pass_context
def commands(context: click.Context, root: Path | None) -> None:
    """Writes model cards and API docs with your own fine-tuned model, and flags those that their sources contradict.

    Settings stand in docgen.toml or in [tool.docgen] of pyproject.toml; docgen init writes a file with all of them.

    \b
    To begin with:
      docgen init              settings, and what to add to the commit hook and CI
      docgen write ourpackage  pages of a package, by the model that ships with docgen
      docgen check             what the sources contradict by now
      docgen train -o adapter  your own model, from what is documented here
      docgen write ourpackage --writer adapter
    """
    context.obj = Session(root.resolve() if root else None)
