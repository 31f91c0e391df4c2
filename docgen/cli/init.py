"""`docgen init`: settings, hook entry and CI step for a repository."""

from __future__ import annotations

import click

from docgen.cli.printing import print_report
from docgen.cli.session import Session, in_session


@click.command()
@click.option("--write-hook", is_flag=True, help="Add the hook entry to .pre-commit-config.yaml, too.")
@click.option("--git-hook", is_flag=True, help="Install a plain git hook, for a project without pre-commit.")
@in_session
def init(session: Session, write_hook: bool, git_hook: bool) -> int:
    """Set a repository up: settings, hook entry and CI step.

    Writes docgen.toml with every default in a comment, unless there are settings, and prints what to add elsewhere.

    \b
    Examples:
      docgen init
      docgen init --write-hook
      docgen init --git-hook
    """
    from docgen.init import init

    return print_report(init(session.root, write_hook=write_hook, git_hook=git_hook))
