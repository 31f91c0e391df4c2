"""`docgen score`: documents and writers in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.printing import print_report, progress_shown, report_format_option
from docgen.cli.session import Session, in_session, setting
from docgen.report import Report

if TYPE_CHECKING:
    from docgen.corpus.store import Split


@click.command()
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path), metavar="[DOC]...")
@click.option("--reference", type=click.Path(path_type=Path), help="Document, or folder of the same paths, to compare with.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Score a writer's answers to this corpus instead of documents.")
@click.option(
    "--split", type=click.Choice(["train", "validation", "test"]), default="test", show_default=True, help="Part of the corpus."
)
@setting("write.writer", "score.fail_under")
@click.option("--baseline", type=click.Path(path_type=Path), help="File of earlier scores: worse ones are findings.")
@click.option("--update-baseline", is_flag=True, help="Write this run's scores to the --baseline file.")
@report_format_option
@in_session
def score(session: Session, /, documents: tuple[Path, ...], corpus: Path | None, style: str, **options: Any) -> int:
    """Score documents or a writer, by references and facts.

    Without DOC, every document that docgen has written or tracked. With --corpus, the writer's answers are scored beside those
    of the plain statement of facts and of the best sentences found without a model.

    \b
    Examples:
      docgen score docs/api --fail-under claims.precision=95
      docgen score README.md --reference cards/ --baseline .docgen/scores.json
      docgen score --writer adapter --corpus corpus --split test
    """
    if documents and corpus:
        raise click.UsageError("give documents or --corpus, not both")
    if corpus:
        return print_report(_score_writer(session, corpus, **options), style)
    if "write.writer" in session.overrides:
        raise click.UsageError("--writer needs --corpus, the examples that it answers")
    from docgen.score import score_documents

    del options["split"]
    return print_report(score_documents(documents, root=session.root, settings=session.settings(), **options), style)


def _score_writer(session: Session, corpus: Path, *, split: Split, reference: Path | None, **options: Any) -> Report:
    """The score of the chosen writer on a corpus, beside the two that need no model."""
    from docgen.corpus.store import read_split
    from docgen.score import score_writer
    from docgen.writers import choose_writer
    from docgen.writers.extractive import ExtractiveWriter
    from docgen.writers.plain import PlainWriter

    if reference:
        raise click.UsageError("--reference is for documents: a corpus holds its own references")
    settings, examples = session.settings(), read_split(corpus, split)
    writer = choose_writer(settings.write.writer, settings)
    others = [other for other in (PlainWriter(), ExtractiveWriter(read_split(corpus, "train"))) if other.name != writer.name]
    options |= {"fail_under": settings.score.fail_under, "baselines": others, "root": session.root}
    with progress_shown() as progress:
        return score_writer(writer, examples, name=corpus.name, split=split, progress=progress, **options)
