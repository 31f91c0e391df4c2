"""`docgen train`: an adapter from a corpus."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from docgen.cli.printing import format_option, print_report, progress_shown
from docgen.cli.session import Session, in_session, setting
from docgen.files import refusals_told
from docgen.settings import option_of

# What an adapter has for good, and so every one that goes on from it.
_OF_THE_ADAPTER = ("train.base", "train.rank", "train.alpha", "train.rslora", "train.dora", "train.freeze")


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
@click.option(
    "--score/--no-score", "scored", default=True, help="Score base and adapter on held-out sections. [default: score]"
)
@click.option("--resume", is_flag=True, help="Go on from the last whole checkpoint in the output folder.")
@click.option("--dry-run", is_flag=True, help="Check everything, time two steps, and say what would be done; train nothing.")
@format_option
@in_session
def train(session: Session, /, corpus: Path | None, output: Path, style: str, **asked: Any) -> int:
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
    from docgen.train import train_tried

    asked = {name: value for name, value in asked.items() if value is not None}
    _refuse_contradictions(session, asked)
    fix = "make room there; then the same command with --resume goes on from the last whole checkpoint"
    with progress_shown() as progress, refusals_told(output, fix):
        report = train_tried(corpus or session.root, output, session.settings(), progress=progress, **asked)
    is_first = os.environ.get("RANK", "0") == "0"  # of those that torchrun starts
    return print_report(report, style) if is_first else report.exit_code


def _refuse_contradictions(session: Session, asked: Mapping[str, Any]) -> None:
    """Raises UsageError for options of which one would silently make nothing of the other."""
    tries = next((word for word in ("trials", "folds") if word in asked), "")
    if "trials" in asked and "folds" in asked:
        raise click.UsageError("--trials and --folds are two ways to try; use one of them at a time")
    if tries and "processes" in asked:
        raise click.UsageError(f"--{tries} starts its runs itself, one after the other; leave --processes out")
    if "since" in asked:
        if tries:
            raise click.UsageError(f"--since goes on with the settings of its adapter; leave --{tries} out")
        given = [option_of(name) for name in _OF_THE_ADAPTER if name in session.overrides]
        given += ["--quantization"] if _is_given("quantization") else []
        if given:
            raise click.UsageError(f"--since goes on with the base and the form of its adapter; leave {given[0]} out")


def _is_given(parameter: str) -> bool:
    """Whether a parameter stands on the command line."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE
