"""What a command shows: its report on standard output, its progress on standard error, and the options that choose a format."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from docgen.progress import Progress, drop
from docgen.report import Report

format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the result is printed.",
)
report_format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif", "junit", "markdown"]),
    default="text",
    show_default=True,
    help="How the result is printed: for people, for programs, or for a CI system.",
)


def progress_shown() -> Progress:
    return Progress(sys.stderr)


def print_report(report: Report, style: str = "text") -> int:
    """Prints the report and returns the exit code it stands for, even where nobody reads the output to its end."""
    text = _coloured(report) if style == "text" else report.render(style)
    try:
        if text:
            click.echo(text)
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
    return report.exit_code


_COLOURS: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "review": {"fg": "yellow"},
    "note": {"fg": "blue"},
    "place": {"dim": True},
    "fix": {"fg": "green"},
}


def _coloured(report: Report) -> str:
    """The report as text, with colours where a terminal shows it and nobody has said that they want none (no-color.org)."""
    from docgen.report.text import plain, text

    has_colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return text(report, (lambda words, sort: click.style(words, **_COLOURS[sort])) if has_colours else plain)


def drop_output() -> None:
    """Lets what is still to be printed go nowhere: the reader has closed the pipe."""
    drop(sys.stdout)


def unprinted() -> str:
    """Why standard output takes no more after an error, else empty; what it still held is then dropped."""
    try:
        sys.stdout.write("\n")  # where nothing is held back, the error was told once, and nothing is left to flush
        sys.stdout.flush()
    except OSError as error:
        drop_output()
        return error.strerror or str(error)
    return ""


def complain(text: str) -> None:
    """Prints a message on standard error, where that can still be printed to: the exit code tells too."""
    try:
        click.echo(text, err=True)
    except OSError:
        drop(sys.stderr)
