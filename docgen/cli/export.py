"""`docgen export`: an adapter merged into its base."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.printing import format_option, print_report, progress_shown


@click.command()
@click.argument("adapter", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the model.")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Score adapter and merged model on its held-out sections. [default: the corpus in the adapter's folder]",
)
@format_option
def export(adapter: Path, output: Path, corpus: Path | None, style: str) -> int:
    """Merge an adapter into its base.

    The result is a folder of plain weights in the layout of transformers, which vLLM and other servers load; docgen write
    --writer URL --taught then writes with such a server. A base in 4 bits is brought back to floating point first. The merged
    model is compared with the adapter before anything is kept.

    \b
    Examples:
      docgen export adapter -o merged
      docgen export adapter -o merged --corpus corpus
    """
    from docgen.writers.local.quiet import quiet_libraries

    quiet_libraries()  # before the import: bitsandbytes speaks when it is imported
    from docgen.training.export import export

    with progress_shown() as progress:
        report = export(adapter, output, corpus, progress=progress)
    return print_report(report, style)
