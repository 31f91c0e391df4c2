"""The front matter of a model's README.md: what people declared about the model.

In: the text of the card. Out: `card.<key>` facts. They are declarations, kept apart from what the other files prove: a card
that says `license: mit` beside an Apache LICENSE is a finding, not a licence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from docgen.facts import JSON, Fact
from docgen.readers.plain_values import plain_values
from docgen.report import InputError

KEYS = ("license", "base_model", "datasets", "language", "pipeline_tag", "library_name")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)


def card_fields(text: str, shown: str) -> dict[str, JSON]:
    """All fields of a card's front matter by name. Raises InputError with the line where it is not YAML."""
    found = _FRONT_MATTER.match(text)
    declared = _parse(found[1], shown) if found else {}
    return {key: value for key, value in declared.items() if isinstance(key, str)}


def card_facts(text: str, shown: str) -> Iterator[Fact]:
    """The declared facts of a card. Raises InputError with the line where its front matter is not YAML."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return
    declared = card_fields(text, shown)
    for key in KEYS:
        value = _words(declared.get(key))
        if value is not None:
            before = re.search(rf"^[\"']?{key}[\"']?\s*:", found[1], re.MULTILINE)
            line = found[1].count("\n", 0, before.start()) + 2 if before else 1
            yield Fact(f"card.{key}", value, f"{shown}:{line}")


def _parse(front_matter: str, shown: str) -> dict[str, JSON]:
    try:
        # The pure loader reads YAML 1.2, where the language `no` (Norwegian) is a string and not false.
        declared = plain_values(YAML(typ="safe", pure=True).load(front_matter))
    except (YAMLError, ValueError, RecursionError) as error:
        raise _not_yaml(error, front_matter, shown) from None
    return declared if isinstance(declared, dict) else {}  # text between two horizontal rules is YAML too: a string


def _not_yaml(error: Exception, front_matter: str, shown: str) -> InputError:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line = mark.line if mark is not None else 0
    lines = front_matter.split("\n")
    seen = lines[min(line, len(lines) - 1)].strip()[:60]
    problem = error.problem if isinstance(error, MarkedYAMLError) else str(error)
    what = f"the front matter is not YAML: {problem} in `{seen}`"
    return InputError(what, f"{shown}:{line + 2}", "mend the YAML between the two `---` lines")


def _words(value: object) -> JSON:
    """A string, or a list of strings; None for all else."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    return None
