"""One run of the command line: the root and the settings that its options override.

In: `--root` and the options that stand for settings. Out: a Session, which a command asks for its settings. An option that
stands for a setting takes its meaning, range and default from settings.py, so no command repeats them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from docgen.files import root_of
from docgen.settings import Setting, Settings, load_settings, option_of, setting_named, toml_value

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Session:
    """One run of the command line: the root that `--root` gave, and the settings that other options override."""

    given_root: Path | None
    overrides: dict[str, object] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder that paths in settings and messages are relative to."""
        return self.given_root or root_of(Path.cwd())

    def settings(self, root: Path | None = None) -> Settings:
        """Command line over file over default, for the session's root or another one."""
        return load_settings(root or self.root, self.overrides)


in_session = click.make_pass_decorator(Session)


def setting(*names: str) -> Callable[[F], F]:
    """Options that override the settings called `names`, with the meaning, range and default that settings.py gives them."""

    def decorate(function: F) -> F:
        for name in reversed(names):
            function = _option(setting_named(name))(function)
        return function

    return decorate


def _option(item: Setting) -> Callable[[F], F]:
    def override(context: click.Context, _: click.Parameter, value: object) -> None:
        session = context.find_object(Session)  # None while a shell completes a line
        if session is not None and value is not None:
            session.overrides[item.name] = value

    word, name = option_of(item.name), item.name.rpartition(".")[2]
    default = ", ".join(item.default) if isinstance(item.default, tuple) else toml_value(item.default).strip('"')
    notes = "; ".join(filter(None, [item.range, f"default {default}" if default and item.type is not dict else ""]))
    words = f"{item.meaning} [{notes}]" if notes else item.meaning
    shared: dict[str, Any] = {"help": words, "default": None, "expose_value": False, "callback": override}
    if item.choices:
        shared["shell_complete"] = lambda context, parameter, begun: [one for one in item.choices if one.startswith(begun)]
    if item.type is bool:
        return click.option(f"{word}/--no-{word[2:]}", name, **shared)
    if item.type is tuple:
        shared["help"] = f"{words} Repeatable."
        return click.option(word, name, multiple=True, **shared | {"callback": _several(override)})
    if item.type is dict:
        return click.option(word, name, type=_Minimum(), multiple=True, **shared | {"callback": _minima(override)})
    return click.option(word, name, type=item.type, **shared)


def _several(override: Callable[[click.Context, click.Parameter, object], None]) -> Callable[..., None]:
    """The option's values as the list that the setting is; none given leaves it."""

    def callback(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> None:
        override(context, parameter, values or None)

    return callback


class _Minimum(click.ParamType[tuple[str, float]]):
    """`METRIC=N`: a metric and the least it may be."""

    name = "METRIC=N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        metric, _, number = str(value).partition("=")
        try:
            least = float(number)
        except ValueError:
            least = math.nan
        if not metric.strip() or math.isnan(least):
            self.fail(f"{value!r} is not METRIC=N; write, for instance, chrF=40", param, ctx)
        return metric.strip(), least


def _minima(override: Callable[[click.Context, click.Parameter, object], None]) -> Callable[..., None]:
    """The option's pairs as the table that the setting is."""

    def callback(context: click.Context, parameter: click.Parameter, pairs: tuple[tuple[str, float], ...]) -> None:
        override(context, parameter, dict(pairs) or None)

    return callback
