"""The command line: words, options and exit codes. Every command calls one flow and prints the Report that comes back.

In: arguments. Out: results on standard output, progress and errors on standard error, and an exit code. A command imports
its flow when it runs, so that `docgen check` in a commit hook never pays for what `docgen train` needs.
"""

from __future__ import annotations

import functools
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from docgen import __version__
from docgen.files import root_of
from docgen.progress import Progress
from docgen.report import DocgenError, InputError, MissingExtra, Report
from docgen.settings import Setting, Settings, load_settings, option_of, settings_list, toml_value

if TYPE_CHECKING:
    from docgen.cache import Cache
    from docgen.corpus.store import Split

F = TypeVar("F", bound=Callable[..., Any])

LLM_MODULES = frozenset("accelerate bitsandbytes datasets matplotlib peft safetensors torch transformers trl".split())
# What `docgen corpus` needs beside, which docgen[llm] brings along.
CORPUS_MODULES = frozenset(
    "charset_normalizer cleanlab detect_secrets docutils ftfy nbformat numpy pandas pathspec phonenumbers py3langid "
    "sklearn tokenizers".split()
)
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
    sys.exit(run(sys.argv[1:]))


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
        _drop_output()
        return 0
    except Exception as error:
        return _failed(error, arguments)


def _failed(error: Exception, arguments: Sequence[str]) -> int:
    """Says what went wrong inside, in a line; a missing optional dependency is told with the command that installs it."""
    lacking = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if extra := "llm" if lacking in LLM_MODULES else "corpus" if lacking in CORPUS_MODULES else "":
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


def _drop_output() -> None:
    """Lets what is still to be printed go nowhere: the reader has closed the pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# What commands share -----------------------------------------------------------------------------------------------------


@dataclass
class Session:
    """One run of the command line: the root that `--root` gave, and the settings that other options override."""

    given_root: Path | None
    overrides: dict[str, object] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder that paths in settings and messages are relative to."""
        return self.given_root or root_of(Path.cwd())

    def settings(self, root: Path | None = None) -> Settings:
        """Command line over file over default, for the session's root or another one."""
        return load_settings(root or self.root, self.overrides)


in_session = click.make_pass_decorator(Session)


def setting(*names: str) -> Callable[[F], F]:
    """Options that override the settings called `names`, with the meaning, range and default that settings.py gives them."""

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = _option(_settings_by_name()[name])(function)
        return function

    return decorate


@functools.cache
def _settings_by_name() -> dict[str, Setting]:
    return {item.name: item for item in settings_list()}


def _option(item: Setting) -> Callable[[F], F]:
    def override(context: click.Context, _: click.Parameter, value: object) -> None:
        session = context.find_object(Session)  # None while a shell completes a line
        if session is not None and value is not None:
            session.overrides[item.name] = value

    word, name = option_of(item.name), item.name.rpartition(".")[2]
    default = ", ".join(item.default) if isinstance(item.default, tuple) else toml_value(item.default).strip('"')
    notes = "; ".join(filter(None, [item.range, f"default {default}" if default and item.type is not dict else ""]))
    words = f"{item.meaning} [{notes}]" if notes else item.meaning
    shared: dict[str, Any] = {"help": words, "default": None, "expose_value": False, "callback": override}
    if item.type is bool:
        return click.option(f"{word}/--no-{word[2:]}", name, **shared)
    if item.type is tuple:
        shared["help"] = f"{words} Repeatable."
        return click.option(word, name, multiple=True, **shared | {"callback": _several(override)})
    if item.type is dict:
        return click.option(word, name, type=_Minimum(), multiple=True, **shared | {"callback": _minima(override)})
    return click.option(word, name, type=item.type, **shared)


def _several(override: Callable[[click.Context, click.Parameter, object], None]) -> Callable[..., None]:
    """The option's values as the list that the setting is; none given leaves it."""

    def callback(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> None:
        override(context, parameter, values or None)

    return callback


class _Minimum(click.ParamType[tuple[str, float]]):
    """`METRIC=N`: a metric and the least it may be."""

    name = "METRIC=N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        metric, _, number = str(value).partition("=")
        try:
            least = float(number)
        except ValueError:
            least = math.nan
        if not metric.strip() or math.isnan(least):
            self.fail(f"{value!r} is not METRIC=N; write, for instance, chrF=40", param, ctx)
        return metric.strip(), least


def _minima(override: Callable[[click.Context, click.Parameter, object], None]) -> Callable[..., None]:
    """The option's pairs as the table that the setting is."""

    def callback(context: click.Context, parameter: click.Parameter, pairs: tuple[tuple[str, float], ...]) -> None:
        override(context, parameter, dict(pairs) or None)

    return callback


format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the result is printed.",
)
report_format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif", "junit", "markdown"]),
    default="text",
    show_default=True,
    help="How the result is printed: for people, for programs, or for a CI system.",
)


def _progress() -> Progress:
    return Progress(sys.stderr)


def _print(report: Report, style: str = "text") -> int:
    """Prints the report and returns the exit code it stands for, even where nobody reads the output to its end."""
    text = _coloured(report) if style == "text" else report.render(style)
    try:
        if text:
            click.echo(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
    return report.exit_code


_COLOURS: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "review": {"fg": "yellow"},
    "note": {"fg": "blue"},
    "place": {"dim": True},
    "fix": {"fg": "green"},
}


def _coloured(report: Report) -> str:
    """The report as text, with colours where a terminal shows it and nobody has said that they want none (no-color.org)."""
    from docgen.report.text import plain, text

    has_colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return text(report, (lambda words, sort: click.style(words, **_COLOURS[sort])) if has_colours else plain)


class _Commands(click.Group):
    """Commands in the order of the work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
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
    """
    context.obj = Session(root.resolve() if root else None)


# The commands ------------------------------------------------------------------------------------------------------------


@commands.command()
@click.option("--write-hook", is_flag=True, help="Add the hook entry to .pre-commit-config.yaml, too.")
@click.option("--git-hook", is_flag=True, help="Install a plain git hook, for a project without pre-commit.")
@in_session
def init(session: Session, write_hook: bool, git_hook: bool) -> int:
    """Settings, hook entry and CI step for this repository.

    Writes docgen.toml with every default in a comment, unless there are settings, and prints what to add elsewhere.

    \b
    Examples:
      docgen init
      docgen init --write-hook
      docgen init --git-hook
    """
    from docgen.init import init

    return _print(init(session.root, write_hook=write_hook, git_hook=git_hook))


@commands.group(cls=_Commands)
def corpus() -> None:
    """Collect training examples and look at them."""


@corpus.command("build")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the corpus.")
@setting("paths.exclude", "corpus.include", "corpus.gitignore", "corpus.min_confidence", "corpus.keep")
@setting("corpus.min_words", "corpus.max_tokens", "corpus.languages", "corpus.near_duplicate")
@setting("corpus.secrets", "corpus.personal", "corpus.licenses", "corpus.approved_weight", "corpus.balance", "corpus.augment")
@click.option(
    "--report", "full_report", is_flag=True, help="List every heading with its label, and everything left out with its reason."
)
@click.option("--strict", is_flag=True, help="Exit 1 where a file could not be read.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that read. [default: one a core]")
@click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing for the next time.")
@format_option
@in_session
def corpus_build(
    session: Session,
    /,
    sources: tuple[str, ...],
    output: Path,
    style: str,
    workers: int | None,
    no_cache: bool,
    **options: bool,
) -> int:
    """Make a labelled, split corpus from what is documented already.

    SOURCE is a Python package (a folder or an installed name), a document (Markdown, reStructuredText, a notebook), a model
    card, a .jsonl file of examples, or a folder of these. What was read before comes from the cache, so a build that was
    interrupted goes on where it stopped.

    \b
    Examples:
      docgen corpus build src/ docs/ -o corpus
      docgen corpus build ourpackage ../models/*/README.md -o corpus --report
      docgen corpus build . -o corpus --exclude "old/*" --licenses MIT --licenses Apache-2.0
      docgen corpus build . -o corpus --keep tiny --keep todo --strict
    """
    from docgen.cache import Cache, cache_folder
    from docgen.corpus.build import build

    settings = session.settings()
    cache = Cache(None if no_cache else cache_folder())
    with _progress() as progress:
        report = build(sources, output, settings=settings, progress=progress, cache=cache, workers=workers or 0, **options)
    return _print(report, style)


@corpus.command("audit")
@click.argument("folder", type=click.Path(path_type=Path), metavar="CORPUS")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html"]),
    help="How it is printed. [default: as FILE is called]",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to a file.")
@click.option("--all", "prints_all", is_flag=True, help="Print every finding as text, not the worst 20 of each code.")
@click.option("--strict", is_flag=True, help="Exit 1 for what is to review too, not for errors only.")
@in_session
def corpus_audit(session: Session, folder: Path, style: str | None, output: Path | None, prints_all: bool, strict: bool) -> int:
    """What a corpus holds and what is wrong with it, worst first.

    Finds secrets and personal data, leaks between the splits, texts that contradict their own facts or say more than they
    hold, likely wrong labels, repetitions, odd lengths, loaded wording, unknown licences and imbalance. As HTML it is one page
    with charts and examples.

    \b
    Examples:
      docgen corpus audit corpus
      docgen corpus audit corpus -o audit.html
      docgen corpus audit corpus --format json --strict
    """
    from docgen.corpus.audit import MOST_SHOWN, audit
    from docgen.files import Text, write_text

    style = style or {".html": "html", ".json": "json"}.get(output.suffix if output else "", "text")
    with _progress() as progress:
        found = audit(
            folder, session.settings().corpus, most=None if prints_all else MOST_SHOWN, strict=strict, progress=progress
        )
    if output is None:
        return _print(found, style)
    write_text(output, Text(found.render(style) + "\n"))
    click.echo(f"{output}: {found.in_short}")
    return found.exit_code


@commands.command()
@click.argument("corpus", required=False, type=click.Path(path_type=Path), metavar="[CORPUS]")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the adapter.")
@setting(
    *("train.base", "train.epochs", "train.learning_rate", "train.rank", "train.alpha", "train.dropout"),
    *("train.batch_size", "train.max_length", "train.seed", "train.eval_rows"),
)
@click.option("--resume", is_flag=True, help="Go on from the last whole checkpoint in the output folder.")
@click.option("--dry-run", is_flag=True, help="Check everything and say how long it would take; train nothing.")
@in_session
def train(session: Session, corpus: Path | None, output: Path, resume: bool, dry_run: bool) -> int:
    """Fine-tune a quantised model on a corpus.

    The result is an adapter: a folder with the weights, their scores on held-out sections, and a model card.

    CORPUS is what docgen corpus build made, or a folder of sources: then the corpus is built first, in the adapter's folder.
    Without CORPUS, the sources are the project itself.

    \b
    Examples:
      docgen train corpus -o adapter
      docgen train docs/ -o adapter --epochs 5
      docgen train corpus -o adapter --base HuggingFaceTB/SmolLM2-135M-Instruct --dry-run
    """
    from docgen.train import train

    settings = session.settings()
    with _progress() as progress:
        report = train(
            corpus or session.root,
            output=output,
            base=settings.train.base,
            settings=settings.train,
            project=settings,
            resume=resume,
            dry_run=dry_run,
            progress=progress,
        )
    return _print(report)


@commands.command()
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write to, for a new document.")
@setting("write.writer", "write.template", "write.candidates", "write.support")
@click.option("--diff", is_flag=True, help="Show what would change and write nothing.")
@click.option("--accept", multiple=True, metavar="KEY", help="Take the new draft of an edited section, kind:about; repeatable.")
@in_session
def write(session: Session, targets: tuple[str, ...], output: Path | None, diff: bool, accept: tuple[str, ...]) -> int:
    """Write or renew documents; what people wrote or edited stays.

    TARGET is a model folder (its README.md is written), a Python package (docs/api/*.md), or a document (its sections are
    renewed where their facts have changed).

    \b
    Examples:
      docgen write models/triage
      docgen write ourpackage --writer adapter --diff
      docgen write docs/api/http.md --accept error-handling:ourpackage.http.get
    """
    from docgen.write import write
    from docgen.write.targets import root_for

    root = session.given_root or root_for(targets, output)
    settings = session.settings(root)
    with _progress() as progress:
        report = write(
            targets,
            output=output,
            writer=settings.write.writer,
            diff=diff,
            accept=accept,
            root=root,
            settings=settings,
            progress=progress,
        )
    return _print(report)


@commands.command()
@click.argument("documents", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOC...")
@in_session
def track(session: Session, documents: tuple[Path, ...]) -> int:
    """Put documents that people wrote under check.

    Records what they assert today; docgen check tells when it no longer holds.

    \b
    Examples:
      docgen track README.md docs/guide.md
    """
    from docgen.track import track

    return _print(track(list(documents), root=session.root, settings=session.settings()))


@commands.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@setting("check.strict", "check.warn", "check.allow_unknown", "check.baseline")
@click.option("--update-baseline", is_flag=True, help="Take what is found today as known: write it to .docgen/baseline.")
@click.option(
    "--against",
    metavar="REVISION",
    default="HEAD",
    show_default=True,
    envvar="PRE_COMMIT_FROM_REF",
    help="Revision of git whose settings and baseline are compared, to tell when they become milder.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes and print what that has changed.")
@click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing for the next time.")
@click.option("--fix", is_flag=True, hidden=True, help="Refused: a check only reads.")
@report_format_option
@in_session
def check(
    session: Session, /, paths: tuple[Path, ...], style: str, watch: bool, fix: bool, no_cache: bool, **options: Any
) -> int:
    """Flag documents that their sources contradict.

    Reads only; this is what the commit hook runs. Without PATH, every document that docgen has written or tracked. What each
    finding means: docgen explain CODE.

    \b
    Examples:
      docgen check
      docgen check docs/ README.md --strict
      docgen check --update-baseline
      docgen check --format sarif > docgen.sarif
    """
    from docgen.cache import Cache, cache_folder
    from docgen.check import check

    if fix:
        told = " ".join(map(str, paths)) or "DOC"
        raise InputError("check only reads: in a hook, what is written may be lost", "--fix", f"docgen write {told}")
    if watch:
        if style != "text" or options["update_baseline"]:
            raise click.UsageError("--watch goes with neither --format nor --update-baseline")
        return _watch(session, list(paths), options["against"], Cache(None if no_cache else cache_folder()))
    options |= {"cache": Cache(None if no_cache else cache_folder()), "workers": os.cpu_count() or 1}
    return _print(check(list(paths), root=session.root, settings=session.settings(), **options), style)


def _watch(session: Session, paths: list[Path], against: str, cache: Cache) -> int:
    """Checks until it is interrupted; settings are read anew each time."""
    import time

    from docgen.check import check
    from docgen.check.watch import watch

    def run() -> Report:
        return check(paths, root=session.root, settings=session.settings(), against=against, cache=cache)

    for change in watch(session.root, run, lambda: time.sleep(1)):
        click.echo(str(change))
        sys.stdout.flush()
    return 0


@commands.command()
@click.argument("code", required=False, default="", metavar="[CODE]")
def explain(code: str) -> int:
    """Say what a finding's code means.

    With an example, how to mend it and how to silence it. CODE may be a verdict, such as stale; without it, all are listed.

    \b
    Examples:
      docgen explain
      docgen explain stale-default
    """
    from docgen.report.codes import explain

    click.echo(explain(code))
    return 0


@commands.command()
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path), metavar="[DOC]...")
@click.option("--reference", type=click.Path(path_type=Path), help="Document, or folder of the same paths, to compare with.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Score a writer's answers to this corpus instead of documents.")
@click.option(
    "--split", type=click.Choice(["train", "validation", "test"]), default="test", show_default=True, help="Part of the corpus."
)
@setting("write.writer", "score.fail_under")
@click.option("--baseline", type=click.Path(path_type=Path), help="File of earlier scores: worse ones are findings.")
@click.option("--update-baseline", is_flag=True, help="Write this run's scores to the --baseline file.")
@report_format_option
@in_session
def score(session: Session, /, documents: tuple[Path, ...], corpus: Path | None, style: str, **options: Any) -> int:
    """Score documents or a writer, by references and facts.

    Without DOC, every document that docgen has written or tracked. With --corpus, the writer's answers are scored beside those
    of the plain statement of facts and of the best sentences found without a model.

    \b
    Examples:
      docgen score docs/api --fail-under claims.precision=95
      docgen score README.md --reference cards/ --baseline .docgen/scores.json
      docgen score --writer adapter --corpus corpus --split test
    """
    if documents and corpus:
        raise click.UsageError("give documents or --corpus, not both")
    if corpus:
        return _print(_score_writer(session, corpus, **options), style)
    if "write.writer" in session.overrides:
        raise click.UsageError("--writer needs --corpus, the examples that it answers")
    from docgen.score import score_documents

    del options["split"]
    return _print(score_documents(documents, root=session.root, settings=session.settings(), **options), style)


def _score_writer(session: Session, corpus: Path, *, split: Split, reference: Path | None, **options: Any) -> Report:
    """The score of the chosen writer on a corpus, beside the two that need no model."""
    from docgen.corpus.store import read_split
    from docgen.score import score_writer
    from docgen.writers import choose_writer
    from docgen.writers.extractive import ExtractiveWriter
    from docgen.writers.plain import PlainWriter

    if reference:
        raise click.UsageError("--reference is for documents: a corpus holds its own references")
    settings, examples = session.settings(), read_split(corpus, split)
    writer = choose_writer(settings.write.writer, settings)
    others = [other for other in (PlainWriter(), ExtractiveWriter(read_split(corpus, "train"))) if other.name != writer.name]
    options |= {"fail_under": settings.score.fail_under, "baselines": others, "root": session.root}
    with _progress() as progress:
        return score_writer(writer, examples, name=corpus.name, split=split, progress=progress, **options)


@commands.command()
@click.argument("adapter", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the model.")
def export(adapter: Path, output: Path) -> int:
    """Merge an adapter into its base.

    The result is plain weights for any server. The base is dequantised first, and the merged model is compared with the
    adapter before anything is kept.

    \b
    Examples:
      docgen export adapter -o merged
    """
    from docgen.training.export import export

    return _print(export(adapter, output))


@commands.group(cls=_Commands)
def base() -> None:
    """The base model that ships with docgen."""


@base.command("build")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the base.")
@click.option("--work", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for what lies between.")
@click.option(
    "--packages", type=click.Path(path_type=Path, file_okay=False), help="Folder of installed packages. [default: in --work]"
)
@click.option("--corpus", type=click.Path(path_type=Path), help="A built corpus whose train split joins in.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Training time in all, over however many runs.")
@click.option(
    "--steps", type=click.IntRange(min=1), help="Training steps in all, instead of minutes: the same weights every time."
)
def base_build(
    output: Path, work: Path, packages: Path | None, corpus: Path | None, minutes: float | None, steps: int | None
) -> int:
    """Make the embedded base anew, start to finish.

    Installs packages, harvests their docstrings, tokenises, trains and saves. Each stage is kept in the work folder, so the
    same command goes on where an interrupted one stopped. Packages that are there already are not installed again.

    \b
    Examples:
      docgen base build -o base --work build/base
      docgen base build -o base --work build/base --corpus corpus --minutes 240
    """
    from docgen.training.pretrain import Plan, Shape
    from docgen.training.recipe import build_base

    if minutes is not None and steps is not None:
        raise click.UsageError("give --minutes or --steps, not both")
    plan = Plan(steps=steps) if minutes is None else Plan(minutes=minutes)
    with _progress() as progress:
        report = build_base(output, packages=packages, work=work, corpus=corpus, shape=Shape(), plan=plan, progress=progress)
    return _print(report)


@commands.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the script that completes commands in a shell.

    \b
    Examples:
      docgen completion bash >> ~/.bashrc
      docgen completion fish > ~/.config/fish/completions/docgen.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise InputError(f"no completion for {shell!r}", fix="use bash, zsh or fish")
    click.echo(kind(commands, {}, "docgen", "_DOCGEN_COMPLETE").source())
    return 0
