"""Groups of commands: in the order of the work, each imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class Ordered(click.Group):
    """Commands in the order they were named; each `lazy` one is the module of docgen.cli that is called as it is."""

    def __init__(self, *arguments: Any, lazy: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.lazy, *(name for name in self.commands if name not in self.lazy)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy and cmd_name not in self.commands:
            self.add_command(getattr(import_module(f"docgen.cli.{cmd_name}"), cmd_name), cmd_name)
        return super().get_command(ctx, cmd_name)
