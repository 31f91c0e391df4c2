"""`docgen score`: documents, files of texts and writers in numbers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.printing import print_report, progress_shown
from docgen.cli.session import Session, in_session, setting
from docgen.report.formats import FILE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.corpus.store import Example, Split
    from docgen.progress import Progress
    from docgen.score import ScoreReport, Writer
    from docgen.score.debugging import Diagnosis
    from docgen.settings import Settings

_FORMATS = ("text", "json", "github", "sarif", "junit", "markdown", "html")
_FORMAT_OF = {**FILE_FORMATS, ".svg": "svg", ".txt": "text"}
# Settings that are relative to the root; on the command line to the current folder.
_PATHS = ("score.baseline", "score.history")


@click.command()
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path), metavar="[DOC]...")
@click.option("--reference", type=click.Path(path_type=Path), help="Document, or folder of the same paths, to compare with.")
@click.option(
    "--pair",
    "pairing",
    type=click.Choice(["section", "document"]),
    default="section",
    show_default=True,
    help="What is compared: sections under the same headings, or whole documents.",
)
@click.option("--corpus", type=click.Path(path_type=Path), help="Score a writer's answers to this corpus instead of documents.")
@click.option(
    "--split", type=click.Choice(["train", "validation", "test"]), default="test", show_default=True, help="Part of the corpus."
)
@setting("write.writer")
@click.option("--against", metavar="WRITER", help="Another writer to compare with, on the same texts.")
@click.option("--debug", is_flag=True, help="Say what is wrong with a writer's answers, and what the corpus should teach it.")
@click.option(
    "--suggest",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="With --debug: write rows for the corpus to review (.jsonl).",
)
@click.option(
    "--similarity",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Also tell how near texts and references are in meaning, by the sentence model in this folder. Never gates.",
)
@click.option("--no-cache", is_flag=True, help="Ask the writer for every answer anew, and keep none.")
@setting("score.fail_under", "score.fail_under_mean", "score.baseline")
@click.option("--update-baseline", is_flag=True, help="Write this run's scores to the baseline instead of comparing.")
@setting("score.max_regression", "score.history", "score.headline", "score.worst")
@click.option(
    "--format", "style", type=click.Choice(_FORMATS), default="text", show_default=True, help="How the result is printed."
)
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Write it to a file too, in the format that its name ends in: .html, .json, .xml (JUnit), .sarif, .md, .svg (a badge) "
    "or .txt. The file of $GITHUB_STEP_SUMMARY gets Markdown at its end. Repeatable.",
)
@in_session
def score(
    session: Session,
    /,
    documents: tuple[Path, ...],
    corpus: Path | None,
    style: str,
    outputs: tuple[Path, ...],
    similarity: Path | None,
    **options: Any,
) -> int:
    """Score documents, files of texts, or a writer.

    Without DOC, every document that docgen has written or tracked. A DOC that ends in .jsonl holds a text a line (`id`, `text`,
    perhaps `reference`). With --corpus, the writer's answers are scored beside those of the plain statement of facts and of the
    best sentences found without a model, or compared with another writer's.

    \b
    Examples:
      docgen score docs/api --fail-under claims.precision=95
      docgen score README.md --reference cards/ --baseline .docgen/scores.json
      docgen score --format github -o report.html -o "$GITHUB_STEP_SUMMARY"
      docgen score answers.jsonl --reference references.jsonl
      docgen score --writer adapter --against none --corpus corpus --split test
      docgen score --writer adapter --corpus corpus --debug --suggest rows.jsonl
    """
    for name in _PATHS:
        if name in session.overrides:
            session.overrides[name] = os.path.abspath(str(session.overrides[name]))
    styles = {path: _format_of(path) for path in outputs}
    for path in outputs:
        _refuse_unwritable(path)
    report = _scored(session, documents, corpus, **options)
    if similarity:
        from docgen.score.similarity import likened

        report = likened(report, similarity)
    for path, kind in styles.items():
        _write(path, report.render(kind), session.root)
    if style == "html":
        click.echo(report.render("html"))
        return report.exit_code
    return print_report(report, style)


def _format_of(path: Path) -> str:
    """The format that a file's name ends in."""
    if _is_step_summary(path):
        return "markdown"
    if path.suffix.lower() not in _FORMAT_OF:
        raise click.UsageError(f"no format is known for {path}: end its name in {', '.join(_FORMAT_OF)}")
    return _FORMAT_OF[path.suffix.lower()]


def _refuse_unwritable(path: Path) -> None:
    """Raises InputError where a report cannot be written: now, and not when all answers are there."""
    from docgen.files import Batch, root_of

    batch = Batch(root_of(path))
    batch.add(path, b"")
    batch.refuse_unwritable()


def _is_step_summary(path: Path) -> bool:
    return os.environ.get("GITHUB_STEP_SUMMARY", "") == str(path) != ""


def _write(path: Path, text: str, root: Path) -> None:
    """Writes a report to its file; the summary of a step grows, as other commands of the step have a part of it."""
    from docgen.files import Text, read_text, root_of, write_text
    from docgen.score.sections import shown

    before = read_text(path).text if _is_step_summary(path) and path.exists() else ""
    write_text(path, Text(before + text.rstrip("\n") + "\n"), root_of(path))
    click.echo(f"written: {shown(path, root)}", err=True)


def _scored(
    session: Session, documents: tuple[Path, ...], corpus: Path | None, *, against: str | None, debug: bool, **options: Any
) -> ScoreReport:
    """What the command line asks to be scored."""
    if documents and corpus:
        raise click.UsageError("give documents or --corpus, not both")
    if corpus:
        return _of_writer(session, corpus, against=against, debug=debug, **options)
    if "write.writer" in session.overrides or against or debug:
        word = "--against" if against else "--debug" if debug else "--writer"
        raise click.UsageError(f"{word} needs --corpus, the examples that a writer answers")
    from docgen.score import score_documents, score_pairs

    rows = [path for path in documents if path.suffix.lower() == ".jsonl"]
    shared = {"root": session.root, "settings": session.settings(), "update_baseline": options["update_baseline"]}
    if not rows:
        return score_documents(documents, reference=options["reference"], pairing=options["pairing"], **shared)
    if len(documents) > 1:
        raise click.UsageError("give one file of texts (.jsonl), and its references with --reference")
    with progress_shown() as progress:
        return score_pairs(rows[0], options["reference"], progress=progress, **shared)


def _of_writer(
    session: Session,
    corpus: Path,
    *,
    split: Split,
    reference: Path | None,
    against: str | None,
    debug: bool,
    suggest: Path | None,
    update_baseline: bool,
    no_cache: bool,
    **_: Any,
) -> ScoreReport:
    """The score of the chosen writer on a corpus, beside those that need no model, or compared with another."""
    from docgen.corpus.store import read_split
    from docgen.score import Split as Texts
    from docgen.score import score_writer

    if reference:
        raise click.UsageError("--reference is for documents: a corpus holds its own references")
    if suggest and not debug:
        raise click.UsageError("--suggest needs --debug, which finds what to suggest")
    settings, examples, taught = session.settings(), read_split(corpus, split), read_split(corpus, "train")
    with progress_shown() as progress:
        writers = _Writers(settings, taught, no_cache, progress)
        writer = writers.named(settings.write.writer)
        other = writers.named(against) if against else None
        beside = [] if other else [each for each in writers.without_model() if each.name != writer.name]
        report = score_writer(
            writer,
            Texts(corpus.name, split, examples),
            settings=settings,
            root=session.root,
            against=other,
            beside=beside,
            update_baseline=update_baseline,
            taught=taught if debug else None,
            progress=progress,
        )
    if suggest and report.diagnosis:
        _suggest(suggest, report.diagnosis)
    return report


def _suggest(path: Path, diagnosis: Diagnosis) -> None:
    from docgen.files import Text, root_of, write_text

    write_text(path, Text(diagnosis.rows()), root_of(path))
    count = len(diagnosis.suggestions)
    click.echo(f"{path}: {count} rows to review; docgen corpus build takes those that you give a text", err=True)


class _Writers:
    """Makes the writers of a run; what a model or a server writes is kept for the next one."""

    def __init__(self, settings: Settings, taught: Sequence[Example], no_cache: bool, progress: Progress) -> None:
        from docgen.cache import Cache, cache_folder

        self._settings, self._taught, self._progress = settings, taught, progress
        self._cache = Cache(None if no_cache else cache_folder())

    def named(self, spec: str) -> Writer:
        """The writer that a word of the command line means: those of `choose_writer`, or `extractive`."""
        from docgen.score import Answering
        from docgen.writers import choose_writer
        from docgen.writers.extractive import ExtractiveWriter

        if spec == "extractive":
            return ExtractiveWriter(self._taught)
        writer = choose_writer(spec, self._settings)
        return writer if writer.name == "none" else Answering(writer, self._cache, self._progress)

    def without_model(self) -> list[Writer]:
        """The plain statement of the facts, and the best sentences found without a model."""
        return [self.named("none"), self.named("extractive")]
