"""`docgen completion`: the script that completes commands in a shell."""

from __future__ import annotations

import click

from docgen.report import InputError


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the script that completes commands in a shell.

    Added to the shell's own start-up file, it completes commands, options and their values in every new shell.

    \b
    Examples:
      docgen completion bash >> ~/.bashrc
      docgen completion zsh >> ~/.zshrc
      docgen completion fish > ~/.config/fish/completions/docgen.fish
    """
    from click.shell_completion import get_completion_class

    from docgen.cli import commands

    kind = get_completion_class(shell)
    if kind is None:
        raise InputError(f"no completion for {shell!r}", fix="use bash, zsh or fish")
    click.echo(kind(commands, {}, "docgen", "_DOCGEN_COMPLETE").source())
    return 0
