"""`docgen base`: the recipe of the embedded base."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.groups import Ordered
from docgen.cli.printing import print_report, progress_shown


@click.group(cls=Ordered)
def base() -> None:
    """The base model that ships with docgen."""


@base.command("build")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the base.")
@click.option(
    "--work",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for what one stage leaves for the next: packages, rows, tokens.",
)
@click.option(
    "--packages", type=click.Path(path_type=Path, file_okay=False), help="Folder of installed packages. [default: in --work]"
)
@click.option("--corpus", type=click.Path(path_type=Path), help="A built corpus whose train split joins in.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Training time in all, over however many runs.")
@click.option(
    "--steps", type=click.IntRange(min=1), help="Training steps in all, instead of minutes: the same weights every time."
)
@click.option(
    "--begin",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A base whose weights and tokenizer to go on with.",
)
def base_build(
    output: Path,
    work: Path,
    packages: Path | None,
    corpus: Path | None,
    minutes: float | None,
    steps: int | None,
    begin: Path | None,
) -> int:
    """Make the embedded base anew, start to finish.

    Installs packages, harvests their docstrings, tokenises, trains and saves. Each stage is kept in the work folder, so the
    same command goes on where an interrupted one stopped. Packages that are there already are not installed again.

    \b
    Examples:
      docgen base build -o base --work build/base
      docgen base build -o base --work build/base --corpus corpus --minutes 240
      docgen base build -o better --work build/better --begin base --minutes 90
    """
    from docgen.training.pretrain import Plan, Shape
    from docgen.training.recipe import build_base

    if minutes is not None and steps is not None:
        raise click.UsageError("give --minutes or --steps, not both")
    plan = Plan(steps=steps) if minutes is None else Plan(minutes=minutes)
    with progress_shown() as progress:
        report = build_base(
            output, packages=packages, work=work, corpus=corpus, shape=Shape(), plan=plan, progress=progress, begin=begin
        )
    return print_report(report)
