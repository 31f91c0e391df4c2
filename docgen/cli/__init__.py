"""The command line: words, options and exit codes. Every command calls one flow and prints the Report that comes back.

In: arguments. Out: results on standard output, progress and errors on standard error, and an exit code. Each command has a
module of its own, imported when it runs, and imports its flow only then: `docgen check` in a commit hook never pays for what
`docgen train` needs.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from docgen import __version__
from docgen.cli.groups import Ordered
from docgen.cli.printing import drop_output
from docgen.cli.session import Session
from docgen.report import DocgenError, MissingExtra

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
"""


def main() -> None:
    """The console script: runs the command line and leaves with its exit code."""
    code = run(sys.argv[1:])
    gc.freeze()  # to look once more for cycles in what goes with the process takes as long as a small check
    sys.exit(code)


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
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was half-written", err=True)
        return 130
    except DocgenError as error:
        click.echo(str(error), err=True)
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
        click.echo(str(MissingExtra(what, fix=f'pip install "docgen[{extra}]"')), err=True)
    elif os.environ.get("DOCGEN_TRACEBACK") or "--traceback" in arguments:
        import traceback  # only here, as it costs as much as the rest of a start

        traceback.print_exception(error)
    else:
        told = " ".join(f"{type(error).__name__}: {error}".split())
        again = "docgen --traceback " + " ".join(arguments)
        click.echo(f"internal error: {told}\n  fix: report it, with the output of: {again}", err=True)
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
