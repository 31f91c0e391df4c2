"""What a card tells of the training: how it was set up, on what, how it went and what it took.

In: a model's entry. Out: regions. What a run took is shown and never recorded as stated: another run takes something else.
"""

from __future__ import annotations

import re

from docgen.brief import shown
from docgen.facts import JSON, Entry, Fact
from docgen.readers.run_settings import DEFAULTS, is_default
from docgen.write.card.parts import HUB, Written, fact_table
from docgen.write.curves import described
from docgen.write.markdown import Region, cell, code, table

_TRAINING = (
    ("Examples", "training.samples", "#"),
    ("Examples evaluated", "eval.samples", "#"),
    ("Epochs", "training.epochs", "#"),
    ("Epochs planned", "training.planned_epochs", "#"),
    ("Steps", "training.steps", "#"),
    ("Steps planned", "training.planned_steps", "#"),
    ("Batch size per device", "training.batch_size", "#"),
    ("Tokens seen", "training.tokens", "#"),
    ("Mean training loss", "training.loss", "#"),
    ("Highest learning rate logged", "training.peak_learning_rate", "#"),
)


def training(entry: Entry, written: Written) -> Region | None:
    region = fact_table(_TRAINING, ("Training", "Value"))(entry, written)
    # The number of steps alone is told beside the results; a table for it would say little.
    return region if region and len(region.facts) > 1 else None


def hyperparameters(entry: Entry, written: Written) -> Region | None:
    """The settings of the run: first what differs from the default, then what has none, then what is as it always is."""
    facts = list(entry.under("hyperparameters"))
    if not facts:
        return None

    def order(fact: Fact) -> int:
        name = fact.name.partition(".")[2]
        return 2 if is_default(name, fact.value) else 0 if DEFAULTS.get(name) is not None else 1

    rows = []
    for fact in sorted(facts, key=order):
        name = fact.name.partition(".")[2]
        default = DEFAULTS.get(name)
        rows.append((code(name), cell(_setting(fact.value)), "" if default is None else _setting(default)))
    return Region(table(("Setting", "Value", "Default of transformers"), rows), tuple(facts))


def _setting(value: JSON) -> str:
    """A setting's value as code that sets it has it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return code(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def data(entry: Entry, written: Written) -> Region | None:
    """What the model was trained on: a row a dataset."""
    names = entry.strings("data")
    facts = list(entry.under("data"))
    rows = []
    for name in names:
        parts = [entry.get(f"data.{name}.{part}") for part in ("configuration", "revision", "split", "rows")]
        link = f"[{code(name)}]({HUB}datasets/{name})" if re.fullmatch(r"[\w.-]+/[\w.-]+", name) else code(name)
        rows.append((cell(link), *(cell(code(shown(part))) if part is not None else "" for part in parts)))
    header = ("Dataset", "Configuration", "Revision", "Split", "Rows")
    return Region(table(header, rows), tuple(facts)) if rows else None


def curves(entry: Entry, written: Written) -> Region | None:
    """The picture of the losses, with where they began and ended for who cannot see it."""
    facts = list(entry.under("curves"))
    ends = []
    for fact in facts:
        values = [value for value in fact.value if isinstance(value, int | float)] if isinstance(fact.value, list) else []
        if len(values) == 2:
            ends.append((fact.name.partition(".")[2], float(values[0]), float(values[1])))
    if not ends:
        return None
    return Region(f"![{described(ends)}]({written.picture})", tuple(facts))


_RUN = (
    ("GPU", "run.gpu", "#"),
    ("Processor", "run.cpu", "#"),
    ("Memory of the machine", "run.memory_gib", "# GiB"),
    ("Most memory held", "run.peak_memory_gib", "# GiB"),
    ("Energy", "run.energy_kwh", "# kWh"),
    ("Emissions", "run.emissions_kg", "# kg CO₂ equivalent"),
    ("Country", "run.country", "#"),
)


def run(entry: Entry, written: Written) -> Region | None:
    """What the training took. Nothing of it is recorded as stated: another run takes something else, and no text is wrong."""
    rows = []
    seconds = entry.get("run.seconds", entry.get("run.measured_seconds"))
    if isinstance(seconds, int | float):
        rows.append(("Time", _duration(seconds)))
    rows += [
        (label, cell(form.replace("#", _cost(value)))) for label, name, form in _RUN if (value := entry.get(name)) is not None
    ]
    versions = [f"{fact.name.removeprefix('run.versions.')} {shown(fact.value)}" for fact in entry.under("run.versions")]
    if not rows and not versions:
        return None
    if versions:
        rows.append(("Software", cell(", ".join(versions))))
    return Region(table(("Run", "Value"), rows))


def _cost(value: JSON) -> str:
    """A measured value to three digits; whole ones and words as they are."""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return shown(value)


def _duration(seconds: float) -> str:
    """A time as people say it: 45 s, 12 min, 3 h 20 min."""
    if seconds < 100:
        return f"{seconds:.3g} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min".removesuffix(" 0 min")
