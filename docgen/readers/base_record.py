"""The record of a base that docgen has made: what it was trained on, for how long, and how well it does.

In: `docgen_base.json`. Out: facts below `pretraining`. Read apart from other records because it lists packages, each with
its version and licence, which a card has to name.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.facts import JSON, Fact
from docgen.readers.json_file import JsonFile

RECORD = "docgen_base.json"


def base_record_facts(record: JsonFile) -> Iterator[Fact]:
    """The facts of a base's record; what it lacks is absent."""
    for name, keys in _PLAIN.items():
        if (value := record.get(*keys)) is not None:
            yield Fact(f"pretraining.{name}", value, record.source(*keys[:1]))
    history = record.get("run", "history")
    last = history[-1] if isinstance(history, list) and history else None
    if record.get("held_out_loss") is None and isinstance(last, dict) and last.get("held_out") is not None:
        yield Fact("pretraining.held_out_loss", last["held_out"], record.source("run"))
    yield from _earlier_facts(record)
    yield from _package_facts(record)
    yield from _score_facts(record.get("scores"), ("pretraining", "scores"), record.source("scores"))


_PLAIN = {
    "rows": ("rows",),
    "steps": ("run", "step"),
    "tokens": ("run", "tokens"),
    "minutes": ("plan", "minutes"),
    "tokens_a_step": ("plan", "tokens_a_step"),
    "matrix_rate": ("plan", "matrix_rate"),
    "embedding_rate": ("plan", "embedding_rate"),
    "prompt_weight": ("plan", "prompt_weight"),
    "support": ("support",),
    "introduction_support": ("introduction_support",),
    "averaged": ("averaged",),
    "held_out_loss": ("held_out_loss",),
    "held_out_packages": ("held_out_packages",),
}


def _earlier_facts(record: JsonFile) -> Iterator[Fact]:
    """What the stages before the last one spent in all, where the base began with another one's weights."""
    stage, spent = record.get("begun_from"), {"steps": 0, "tokens": 0}
    at = record.source("begun_from")
    stages = 0
    while isinstance(stage, dict):
        run = stage.get("run")
        if isinstance(run, dict):
            stages += 1
            spent = {"steps": spent["steps"] + _count(run.get("step")), "tokens": spent["tokens"] + _count(run.get("tokens"))}
        stage = stage.get("begun_from")
    if stages:
        yield Fact("pretraining.earlier_stages", stages, at)
        yield from (Fact(f"pretraining.earlier_{name}", value, at) for name, value in spent.items())


def _package_facts(record: JsonFile) -> Iterator[Fact]:
    packages = record.get("packages")
    found = [package for package in packages if isinstance(package, dict)] if isinstance(packages, list) else []
    if not found:
        return
    at = record.source("packages")
    yield Fact("pretraining.package_count", len(found), at)
    yield Fact("pretraining.functions", sum(_count(package.get("functions")) for package in found), at)
    for package in found:
        row: list[JSON] = [package.get(key) for key in ("version", "license", "functions", "sections")]
        yield Fact(f"pretraining.packages.{package.get('name')}", row, at)


def _count(value: JSON) -> int:
    return value if isinstance(value, int) else 0


def _score_facts(scores: JSON, names: tuple[str, ...], at: str) -> Iterator[Fact]:
    for key, value in scores.items() if isinstance(scores, dict) else ():
        if isinstance(value, dict):
            yield from _score_facts(value, (*names, key), at)
        else:
            yield Fact(".".join((*names, key)), value, at)
