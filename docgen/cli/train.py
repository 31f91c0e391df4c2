"""`docgen train`: an adapter from a corpus."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.printing import format_option, print_report, progress_shown
from docgen.cli.session import Session, in_session, setting

if TYPE_CHECKING:
    from docgen.writers.local.base import Quantization


@click.command()
@click.argument("corpus", required=False, type=click.Path(path_type=Path), metavar="[CORPUS]")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the adapter.")
@setting(
    *("train.base", "train.epochs", "train.learning_rate", "train.rank", "train.alpha", "train.rslora", "train.dora"),
    *("train.dropout", "train.weight_decay", "train.neftune", "train.freeze", "train.unfreeze", "train.prompt_weight"),
    *("train.batch_size", "train.balance", "train.max_length", "train.overlong", "train.replay", "train.replay_from"),
    *("train.general_text", "train.max_forgetting"),
    *("train.seed", "train.eval_rows", "train.evaluations", "train.patience", "train.report_to"),
)
@click.option(
    "--quantization",
    type=click.Choice(["nf4", "none"]),
    default="nf4",
    show_default=True,
    help="How the base's weights are held: in 4 bits (`nf4`), or as they are.",
)
@click.option(
    "--since", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Go on from this adapter with what is new."
)
@click.option("--trials", type=click.IntRange(2, 1000), help="Search settings by so many runs, then train with the best.")
@click.option("--folds", type=click.IntRange(2, 20), help="Cross-validate by so many runs, then train on everything.")
@click.option("--processes", type=click.IntRange(1, 1024), help="Fail unless so many processes run, as torchrun starts them.")
@click.option("--score/--no-score", default=True, help="Score base and adapter on held-out sections. [default: score]")
@click.option("--resume", is_flag=True, help="Go on from the last whole checkpoint in the output folder.")
@click.option("--dry-run", is_flag=True, help="Check everything, time two steps, and say what would be done; train nothing.")
@format_option
@in_session
def train(
    session: Session,
    corpus: Path | None,
    output: Path,
    quantization: str,
    since: Path | None,
    trials: int | None,
    folds: int | None,
    processes: int | None,
    score: bool,
    resume: bool,
    dry_run: bool,
    style: str,
) -> int:
    """Fine-tune a quantised model on a corpus.

    The result is an adapter: a folder with the weights, their scores on held-out sections, a page about the run and a model
    card.

    CORPUS is what docgen corpus build made, or a folder of sources: then the corpus is built first, in the adapter's folder.
    Without CORPUS, the sources are the project itself.

    \b
    Examples:
      docgen train corpus -o adapter
      docgen train docs/ -o adapter --epochs 5 --patience 2
      docgen train corpus -o adapter --trials 12
      docgen train corpus -o newer --since adapter
      docgen train corpus -o adapter --base HuggingFaceTB/SmolLM2-135M-Instruct --dry-run
      torchrun --nproc-per-node 2 -m docgen train corpus -o adapter --processes 2
    """
    from docgen.train import train, tried

    if trials and folds:
        raise click.UsageError("--trials and --folds are two ways to try; use one of them at a time")
    if since and (trials or folds):
        raise click.UsageError("--since goes on with the settings of its adapter; leave --trials and --folds out")
    settings = session.settings()
    weights: Quantization = "none" if quantization == "none" else "nf4"
    with progress_shown() as progress:
        chosen, table = settings.train, ""
        if (trials or folds) and not dry_run:
            chosen, table = tried(
                corpus or session.root,
                output,
                settings,
                trials=trials or 0,
                folds=folds or 0,
                quantization=weights,
                resume=resume,
                progress=progress,
            )
        report = train(
            corpus or session.root,
            output=output,
            base=chosen.base,
            settings=chosen,
            project=settings,
            dry_run=dry_run,
            since=since,
            processes=processes or 0,
            scored=score,
            quantization=weights,
            resume=resume,
            progress=progress,
        )
    report = replace(report, table=f"{report.table}\n\n{table}") if table else report
    is_first = os.environ.get("RANK", "0") == "0"  # of those that torchrun starts
    return print_report(report, style) if is_first else report.exit_code
