"""`docgen templates`: the layouts of new documents, shown and copied."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.groups import Ordered
from docgen.cli.session import Session, in_session


@click.group(cls=Ordered)
def templates() -> None:
    """The layouts of new documents.

    A file of the same name in .docgen/templates takes the place of docgen's; docs/templates.md says what templates may use.
    """


@templates.command("list")
@in_session
def templates_list(session: Session) -> int:
    """List the templates, the project's own among them.

    \b
    Examples:
      docgen templates list
    """
    from docgen.write.layouts import Layouts

    layouts = Layouts(session.root)
    names = layouts.names()
    width = max(map(len, names))
    for name in names:
        is_own = layouts.file(name) == layouts.own_file(name)
        told = click.wrap_text(
            layouts.about(name) + (" [yours]" if is_own else ""),
            width=100,
            initial_indent=name.ljust(width + 2),
            subsequent_indent=" " * (width + 2),
        )
        click.echo(told)
    return 0


@templates.command("show")
@click.argument("name")
@in_session
def templates_show(session: Session, name: str) -> int:
    """Print a template, the project's own before docgen's.

    \b
    Examples:
      docgen templates show model_card
    """
    from docgen.write.layouts import Layouts

    click.echo(Layouts(session.root).file(name).read_text(encoding="utf-8"), nl=False)
    return 0


@templates.command("eject")
@click.argument("name")
@click.option("--as", "own_name", metavar="NAME", help="The new template's name. [default: the same, which then replaces it]")
@click.option("--extend", is_flag=True, help="Inherit from docgen's and change single blocks, instead of copying all of it.")
@click.option("--force", is_flag=True, help="Replace a template that is there.")
@in_session
def templates_eject(session: Session, name: str, own_name: str | None, extend: bool, force: bool) -> int:
    """Copy one of docgen's templates into the project.

    There it takes the place of docgen's, or under another name is asked for with --template.

    \b
    Examples:
      docgen templates eject model_card
      docgen templates eject model_card --extend --as our_card
    """
    from docgen.write.layouts import eject

    path = eject(session.root, name, own_name or name, extend=extend, replace=force)
    shown = path.relative_to(session.root) if path.is_relative_to(session.root) else path
    click.echo(f"wrote {Path(shown).as_posix()}; use it with: docgen write TARGET --template {own_name or name}")
    return 0
