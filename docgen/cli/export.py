"""`docgen export`: an adapter merged into its base."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.printing import print_report


@click.command()
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

    return print_report(export(adapter, output))
