"""`docgen push`: an adapter or a merged model to the Hub."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.printing import format_option, print_report


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("repository", metavar="OWNER/NAME")
@click.option("--public", is_flag=True, help="Let everyone see a repository that is made new; else it is private.")
@click.option("--dry-run", is_flag=True, help="List what would be uploaded; ask nothing of the network.")
@format_option
def push(folder: Path, repository: str, public: bool, dry_run: bool, style: str) -> int:
    """Upload an adapter or a merged model to the Hugging Face Hub.

    FOLDER is what docgen train or docgen export made. Weights, tokenizer, record and card are uploaded; what quotes your
    documents (the page of the run, the corpus) stays here. The token comes from `hf auth login` or HF_TOKEN.

    \b
    Examples:
      docgen push adapter our-team/docs-adapter --dry-run
      docgen push merged our-team/docs-model
    """
    from docgen.training.push import push
    from docgen.writers.local.quiet import quiet_libraries

    quiet_libraries()
    return print_report(push(folder, repository, public=public, dry_run=dry_run), style)
