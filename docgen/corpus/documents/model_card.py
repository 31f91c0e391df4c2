"""A model card by itself: what its front matter says of a model whose files lie elsewhere.

In: a Markdown file. Out: `Facts` with one entry in the names that a model folder gives. People
declared these, and nothing here can prove them; a card of the Hub has no other facts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from docgen.corpus.documents.decoding import decoded
from docgen.facts import JSON, Entry, Fact, Facts, Subject
from docgen.readers.card import card_facts
from docgen.readers.plain_values import plain_values
from docgen.report import InputError

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
# Facts as model folders name them, and the fields of the front matter that say the same.
_FIELDS = {"base_model": "base_model", "license": "license", "pipeline_tag": "task"}


def read_card(path: Path, shown: str) -> Facts:
    """The facts of the model that a card speaks of, about the name that it gives or its own: the folder's for a README.

    Raises InputError (file:line) where the card cannot be read or its front matter is not YAML."""
    text = decoded(path, shown)
    declared = list(card_facts(text, shown))
    fields = _fields(text)
    known = {fact.name.removeprefix("card."): fact for fact in declared}
    told = [(name, fact) for field, name in _FIELDS.items() if (fact := known.get(field)) and isinstance(fact.value, str)]
    facts = [Fact(name, fact.value, fact.source) for name, fact in told]
    results, name = _results(fields.get("model-index"))
    facts += [Fact(f"eval.{metric}", value, f"{shown}:1") for metric, value in results]
    about = name or (path.parent.name if path.stem.lower() == "readme" else path.stem)
    return Facts(Subject("model", shown), [Entry(about, (*facts, *declared))])


def _fields(text: str) -> Mapping[str, Any]:
    found = _FRONT_MATTER.match(text)
    try:
        fields = plain_values(YAML(typ="safe", pure=True).load(found[1])) if found else None
    except (YAMLError, ValueError, RecursionError) as error:  # card_facts has read it before, so this is a last resort
        raise InputError(f"the front matter is not YAML: {error}", "", "mend the YAML") from error
    return fields if isinstance(fields, dict) else {}


def _results(index: object) -> tuple[list[tuple[str, JSON]], str]:
    """The measurements of the only model in a `model-index`, and its name. Where one metric was measured on several data sets,
    its name says on which."""
    models = [model for model in index if isinstance(model, dict)] if isinstance(index, list) else []
    if len(models) != 1:
        return [], ""
    measured = list(_measured(models[0].get("results")))
    counts = Counter(metric for metric, _, _ in measured)
    named = [(metric if counts[metric] == 1 else f"{_slug(on)}_{metric}", value) for metric, on, value in measured]
    unique = Counter(name for name, _ in named)
    name = models[0].get("name")
    told = name.strip().rpartition("/")[2] if isinstance(name, str) else ""
    return [(metric, value) for metric, value in named if unique[metric] == 1], told


def _measured(results: object) -> Iterator[tuple[str, str, JSON]]:
    """Metric, data set and value of each measurement."""
    for result in results if isinstance(results, list) else ():
        dataset = result.get("dataset") if isinstance(result, dict) else None
        on = str(dataset.get("name", "")) if isinstance(dataset, dict) else ""
        metrics = result.get("metrics") if isinstance(result, dict) else None
        for metric in metrics if isinstance(metrics, list) else ():
            sort, value = (metric.get("type"), metric.get("value")) if isinstance(metric, dict) else (None, None)
            is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            if isinstance(sort, str) and is_number:
                yield _slug(sort), on, value


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "_", name.strip()).strip("_")
