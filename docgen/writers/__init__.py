"""Briefs into texts. A writer is anything with `write(briefs) -> texts`; `choose_writer` makes one from what was asked for.

In: what the command line or the settings say: `none`, a server's address, an adapter's folder, `auto`. Out: a `Writer`. The
local one brings torch along, so it is imported only where it is the one that was asked for.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from docgen.brief import Brief
from docgen.cache import Cache
from docgen.report import InputError, MissingExtra
from docgen.settings import Settings
from docgen.writers.plain import PlainWriter

ADAPTER_RECORD = "docgen.json"
EMBEDDED_BASE = Path(__file__).parent.parent / "bases" / "sm"


class Writer(Protocol):
    """Answers Briefs. `mark` changes when its answers may; `name` is what reports call it."""

    @property
    def name(self) -> str: ...

    @property
    def mark(self) -> str: ...

    def write(self, briefs: Sequence[Brief]) -> list[str]:
        """One text a Brief, in their order; "" where it has no answer."""
        ...


def choose_writer(
    spec: str, settings: Settings, *, cache: Cache | None = None, tell: Callable[[str], object] = lambda message: None
) -> Writer:
    """The writer that `spec` names: `none`, a server's address, the folder of an adapter or a base, or `auto`, which is the
    embedded base where it can run, else `none`. Of a server, answers are kept in `cache`, and `tell` hears how far it is.

    Raises InputError for what is none of these, MissingExtra where torch is needed and not installed.
    """
    if is_plain(spec):
        return PlainWriter()
    if spec.startswith(("http://", "https://")):
        from docgen.writers.server import server_writer

        return server_writer(spec, settings, cache or Cache(None), tell)
    folder = EMBEDDED_BASE if spec == "auto" else Path(spec)
    if not any((folder / name).is_file() for name in (ADAPTER_RECORD, "adapter_config.json", "config.json")):
        what = f"no writer called `{spec}`" if not folder.exists() else f"`{spec}` is no adapter: it has no {ADAPTER_RECORD}"
        raise InputError(
            what,
            fix="name an adapter's folder, a server (http://HOST:PORT/v1), `none` or `auto`; docgen train makes an adapter",
        )
    if importlib.util.find_spec("torch") is None:
        raise MissingExtra(f"the writer `{spec}` runs a model, and torch is not installed", fix='pip install "docgen[llm]"')
    from docgen.writers.local import LocalWriter

    return LocalWriter(folder, settings)


def is_plain(spec: str) -> bool:
    """Whether `spec` means the writer without a model; `auto` does where the embedded base cannot run."""
    return spec == "none" or (spec == "auto" and not _can_run_embedded())


def _can_run_embedded() -> bool:
    """Whether the base inside the package is there, and what runs it is installed."""
    return (EMBEDDED_BASE / "config.json").is_file() and importlib.util.find_spec("torch") is not None
