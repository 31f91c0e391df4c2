"""`docgen track`: documents that people wrote, put under check."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.printing import print_report, progress_shown
from docgen.cli.session import Session, in_session


@click.command()
@click.argument("documents", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOC...")
@in_session
def track(session: Session, documents: tuple[Path, ...]) -> int:
    """Put documents that people wrote under check.

    Records what they assert today; docgen check tells when it no longer holds. Markdown gets comments around the sections that
    are on record; reStructuredText and notebooks stay as they are.

    \b
    Examples:
      docgen track README.md docs/guide.md
      docgen track docs/guide.rst docs/tour.ipynb
    """
    from docgen.cache import Cache, cache_folder
    from docgen.track import track

    cache = Cache(cache_folder())
    with progress_shown() as progress:
        report = track(list(documents), root=session.root, settings=session.settings(), cache=cache, progress=progress)
    return print_report(report)
