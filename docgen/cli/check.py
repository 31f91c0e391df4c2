"""`docgen check`: documents that their sources contradict, flagged."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.printing import print_report, report_format_option
from docgen.cli.session import Session, in_session, setting
from docgen.report import InputError, Report

if TYPE_CHECKING:
    from docgen.cache import Cache


@click.command()
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
    return print_report(check(list(paths), root=session.root, settings=session.settings(), **options), style)


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
