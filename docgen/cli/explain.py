"""`docgen explain`: what a finding's code means."""

from __future__ import annotations

import click


@click.command()
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
