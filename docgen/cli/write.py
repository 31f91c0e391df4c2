"""`docgen write`: documents written and renewed."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.printing import print_report, progress_shown
from docgen.cli.session import Session, in_session, setting


@click.command()
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
    with progress_shown() as progress:
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
    return print_report(report)
