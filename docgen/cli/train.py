"""`docgen train`: an adapter from a corpus."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.printing import print_report, progress_shown
from docgen.cli.session import Session, in_session, setting


@click.command()
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
    with progress_shown() as progress:
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
    return print_report(report)
