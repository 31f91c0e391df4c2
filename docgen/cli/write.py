"""`docgen write`: documents written and renewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docgen.cli.printing import print_report, progress_shown
from docgen.cli.session import Session, in_session, setting
from docgen.write.shares import share


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write to, for a new document.")
@setting("write.writer", "write.template", "write.candidates", "write.support")
@setting("server.taught", "server.workers", "server.timeout", "server.max_tokens_total")
@click.option(
    "--shard",
    metavar="I/N",
    help="Of many targets, write those that fall to job I of N (1/N to N/N), by a hash of their names.",
)
@click.option("--diff", is_flag=True, help="Show what would change and write nothing.")
@click.option("--accept", multiple=True, metavar="KEY", help="Take the new draft of an edited section, kind:about; repeatable.")
@click.option(
    "--explain", is_flag=True, help="Show for each sentence written the facts it rests on, with their files and lines."
)
@click.option(
    "--run-snippet", "run_snippets", is_flag=True, help="Run the code that a model's card shows, offline, and say so on it."
)
@click.option("--run-examples", is_flag=True, help="Run the examples that API pages show, and say on them which ran well.")
@click.option(
    "--docstrings", is_flag=True, help="Write into the source of packages: missing docstrings, and what is stale in others."
)
@click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing for the next time.")
@in_session
def write(
    session: Session,
    /,
    targets: tuple[str, ...],
    output: Path | None,
    docstrings: bool,
    no_cache: bool,
    shard: str | None,
    **options: Any,
) -> int:
    """Write or renew documents; what people wrote or edited stays.

    TARGET is the folder of a model or dataset (its README.md is written), a Python package or module (docs/api/*.md), an
    OpenAPI document, or a document or a folder of such (sections are renewed where their facts have changed). With
    --docstrings, TARGET is a package of the project, and nothing but docstrings changes in its source.

    \b
    Examples:
      docgen write models/triage
      docgen write models/triage --run-snippet
      docgen write ourpackage --writer adapter --diff
      docgen write docs
      docgen write docs/api/http.md --accept error-handling:ourpackage.http.get
      docgen write --docstrings src/ourpackage --diff
      docgen write models/* --shard 2/8 --writer http://localhost:8000/v1#MODEL
    """
    everything, targets = targets, share(targets, shard) if shard else targets
    if not targets:
        number = f"{len(everything)} target{'s' if len(everything) > 1 else ''}"
        click.echo(f"none of {number} falls to {shard}")
        return 0
    if docstrings:
        if output is not None or options["accept"] or options["run_snippets"] or options["run_examples"]:
            raise click.UsageError("--docstrings takes packages, --writer and --diff, and none of the other options")
        return _docstrings(session, targets, options["diff"])
    if options["run_snippets"] and options["diff"]:
        raise click.UsageError("--diff writes nothing, and --run-snippet records what ran: give one of them")
    from docgen.write.unchanged import root_for

    return _documents(session, targets, session.given_root or root_for(everything, output), output, no_cache, options)


def _documents(
    session: Session, targets: tuple[str, ...], root: Path, output: Path | None, no_cache: bool, options: dict[str, Any]
) -> int:
    """Writes what is not known to be as it was."""
    from docgen.cache import Cache, cache_folder
    from docgen.write.unchanged import Unchanged

    settings = session.settings(root)
    cache, unchanged = Cache(None if no_cache else cache_folder()), None
    if not (any(options.values()) or no_cache):
        unchanged = Unchanged(cache, root, targets, (output, settings))
        if (report := unchanged.recalled()) is not None:
            return print_report(report)
    from docgen.write import write

    with progress_shown() as progress:
        report = write(
            targets,
            output=output,
            writer=settings.write.writer,
            root=root,
            settings=settings,
            progress=progress,
            cache=cache,
            unchanged=unchanged,
            **options,
        )
    return print_report(report)


def _docstrings(session: Session, targets: tuple[str, ...], diff: bool) -> int:
    from docgen.files import root_of
    from docgen.write.docstrings import write_docstrings

    root = session.given_root or root_of(Path(targets[0]) if Path(targets[0]).exists() else Path.cwd())
    settings = session.settings(root)
    with progress_shown() as progress:
        report = write_docstrings(
            targets, writer=settings.write.writer, diff=diff, root=root, settings=settings, progress=progress
        )
    return print_report(report)
