"""`docgen explain`: what a finding's code means, and what a model rests a section on."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.session import Session, in_session, setting


@click.command()
@click.argument("code", required=False, default="", metavar="[CODE | DOC]")
@click.argument("section", required=False, default="", metavar="[SECTION]")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File of the page. [default: explained.html]")
@setting("write.writer")
@in_session
def explain(session: Session, code: str, section: str, output: Path | None) -> int:
    """Say what a finding's code means, or what a section rests on.

    With an example, how to mend it and how to silence it. CODE may be a verdict, such as stale; without it, all are listed.

    With a document and one of its sections (kind:about, or a part of it), the model that writes is asked which lines of its
    prompt made which words likely; the answer is an HTML page with a heat map, which needs no network.

    \b
    Examples:
      docgen explain
      docgen explain stale-default
      docgen explain docs/api/http.md introduction:ourpackage.http.get -o why.html
    """
    if not section:
        if output is not None:
            raise click.UsageError("-o goes with a document and a section: docgen explain DOC SECTION -o PAGE")
        from docgen.report.codes import explain

        click.echo(explain(code))
        return 0
    from docgen.files import Text, write_text
    from docgen.write.attributing import attribution_page
    from docgen.write.targets import root_for

    document = Path(code)
    root = session.given_root or root_for([code], None)
    page = attribution_page(document, section, root, session.settings(root))
    target = output or Path("explained.html")
    write_text(target, Text(page))
    click.echo(f"wrote {target}")
    return 0
