"""`docgen corpus`: examples to train on, collected and looked at."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.groups import Ordered
from docgen.cli.printing import format_option, print_report, progress_shown
from docgen.cli.session import Session, in_session, setting


@click.group(cls=Ordered)
def corpus() -> None:
    """Collect training examples and look at them."""


@corpus.command("build")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the corpus.")
@setting("paths.exclude", "corpus.include", "corpus.gitignore", "corpus.min_confidence", "corpus.keep")
@setting("corpus.min_words", "corpus.max_tokens", "corpus.languages", "corpus.near_duplicate")
@setting("corpus.secrets", "corpus.personal", "corpus.licenses", "corpus.approved_weight", "corpus.balance", "corpus.augment")
@click.option(
    "--report", "full_report", is_flag=True, help="List every heading with its label, and everything left out with its reason."
)
@click.option("--strict", is_flag=True, help="Exit 1 where a file could not be read.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that read. [default: one a core]")
@click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing for the next time.")
@format_option
@in_session
def corpus_build(
    session: Session,
    /,
    sources: tuple[str, ...],
    output: Path,
    style: str,
    workers: int | None,
    no_cache: bool,
    **options: bool,
) -> int:
    """Make a labelled, split corpus from what is documented already.

    SOURCE is a Python package (a folder or an installed name), a document (Markdown, reStructuredText, a notebook), a model
    card, a .jsonl file of examples, or a folder of these. What was read before comes from the cache, so a build that was
    interrupted goes on where it stopped.

    \b
    Examples:
      docgen corpus build src/ docs/ -o corpus
      docgen corpus build ourpackage ../models/*/README.md -o corpus --report
      docgen corpus build . -o corpus --exclude "old/*" --licenses MIT --licenses Apache-2.0
      docgen corpus build . -o corpus --keep tiny --keep todo --strict
    """
    from docgen.cache import Cache, cache_folder
    from docgen.corpus.build import build

    settings = session.settings()
    cache = Cache(None if no_cache else cache_folder())
    with progress_shown() as progress:
        report = build(sources, output, settings=settings, progress=progress, cache=cache, workers=workers or 0, **options)
    return print_report(report, style)


@corpus.command("folds")
@click.argument("folder", type=click.Path(path_type=Path), metavar="CORPUS")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the folds.")
@click.option("-k", "--folds", "count", type=click.IntRange(min=3), default=5, show_default=True, help="How many.")
@setting("corpus.near_duplicate")
@format_option
@in_session
def corpus_folds(session: Session, folder: Path, output: Path, count: int, style: str) -> int:
    """Divide a corpus into folds; every row is held out once.

    Makes as many corpora as there are folds. Fold n is the test split of corpus n and the next one its validation; train has
    the others. Sources stay whole, and those that share near-duplicates or subjects stay together. When the corpus has grown,
    run it again into the same folder: what was in a fold stays there.

    \b
    Examples:
      docgen corpus folds corpus -o folds
      docgen corpus folds corpus -k 10 -o folds
    """
    from docgen.corpus.folding import fold_corpus

    with progress_shown() as progress:
        report = fold_corpus(folder, output, count, session.settings().corpus.near_duplicate, progress)
    return print_report(report, style)


@corpus.command("audit")
@click.argument("folder", type=click.Path(path_type=Path), metavar="CORPUS")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html", "github", "sarif", "junit", "markdown"]),
    help="How it is printed: for people, for programs, or for a CI system. [default: as FILE is called]",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to a file.")
@click.option("--all", "prints_all", is_flag=True, help="Print every finding as text, not the worst 20 of each code.")
@click.option("--strict", is_flag=True, help="Exit 1 for what is to review too, not for errors only.")
@in_session
def corpus_audit(session: Session, folder: Path, style: str | None, output: Path | None, prints_all: bool, strict: bool) -> int:
    """What a corpus holds and what is wrong with it, worst first.

    Finds secrets and personal data, leaks between the splits, texts that contradict their own facts or say more than they
    hold, likely wrong labels, repetitions, odd lengths, loaded wording, unknown licences and imbalance. As HTML it is one page
    with charts and examples.

    \b
    Examples:
      docgen corpus audit corpus
      docgen corpus audit corpus -o audit.html
      docgen corpus audit corpus --format github --strict
    """
    from docgen.corpus.audit import MOST_SHOWN, audit
    from docgen.files import Text, write_text
    from docgen.report.formats import FILE_FORMATS

    style = style or FILE_FORMATS.get(output.suffix if output else "", "text")
    with progress_shown() as progress:
        found = audit(
            folder, session.settings().corpus, most=None if prints_all else MOST_SHOWN, strict=strict, progress=progress
        )
    if output is None:
        return print_report(found, style)
    write_text(output, Text(found.render(style) + "\n"))
    click.echo(f"{output}: {found.in_short}")
    return found.exit_code
