"""What a card tells of the training: how it was set up, on what, how it went and what it took.

In: a model's entry. Out: regions. What a run took is shown and never recorded as stated: another run takes something else.
"""

from __future__ import annotations

import re

from docgen.brief import shown
from docgen.facts import JSON, Entry, Fact
from docgen.readers.run_settings import DEFAULTS, is_default
from docgen.write.card.parts import HUB, Written, fact_table, is_docgen_adapter
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
    """What the model was trained on: a row a dataset, as the run's settings name it, or else the card's own fields do."""
    if is_docgen_adapter(entry):
        return _corpus(entry)
    names, facts = entry.strings("data"), list(entry.under("data"))
    declared = entry.fact("card.datasets")
    if not names and declared is not None:
        names, facts = [declared.value] if isinstance(declared.value, str) else entry.strings("card.datasets"), [declared]
    wanted = [(label, part) for label, part in _DATA if any(entry.get(f"data.{name}.{part}") is not None for name in names)]
    rows = []
    for name in names:
        is_on_hub = re.fullmatch(r"[\w.-]+/[\w.-]+", name) and entry.get(f"data.{name}.local") is not True
        link = f"[{code(name)}]({HUB}datasets/{name})" if is_on_hub else code(name)
        rows.append((cell(link), *(_part(part, entry.get(f"data.{name}.{part}")) for _, part in wanted)))
    return Region(table(("Dataset", *(label for label, _ in wanted)), rows), tuple(facts)) if rows else None


_DATA = (
    ("Configuration", "configuration"),
    ("Revision", "revision"),
    ("Split", "split"),
    ("Rows", "rows"),
    ("Splits", "splits"),
    ("Licence", "license"),
)


def _part(part: str, value: JSON) -> str:
    """What a cell tells of a dataset: names as code, numbers and licences as they are."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return cell(shown(value)) if part in ("splits", "license") else cell(code(shown(value)))


_CORPUS = (
    ("Rows trained on", "docgen.corpus.rows.train", "#"),
    ("Rows that chose the checkpoint", "docgen.corpus.rows.validation", "#"),
    ("Rows scored on", "docgen.corpus.rows.scored", "#"),
    ("Revision of the corpus", "docgen.corpus.mark", "`#`"),
)


def _corpus(entry: Entry) -> Region | None:
    """The corpus of an adapter made by docgen: its size, its revision and the licences of its rows."""
    region = fact_table(_CORPUS, ("Corpus", "Value"))(entry, Written())
    licences = list(entry.under("docgen.corpus.licenses"))
    if region is None or not licences:
        return region
    told = ", ".join(
        f"{fact.name.removeprefix('docgen.corpus.licenses.') or 'not stated'} ({shown(fact.value)})" for fact in licences
    )
    return Region(f"{region.text}\n| Licences of the rows | {cell(told)} |", (*region.facts, *licences))


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
