"""What frames a card: its front matter, how to use the model, its licence, and the note to the people who know more.

In: an entry, and what people wrote. Out: regions. What is not known is left out, and asked for once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docgen.brief import shown
from docgen.facts import Entry, Fact, mark
from docgen.front_matter import dump_fields, known_fields, unknown_fields
from docgen.readers.license import license_of
from docgen.write.card.parts import Written, is_dataset, is_docgen_adapter
from docgen.write.loading import loading_code
from docgen.write.markdown import Region, cell, fenced, prose


def usage(entry: Entry, written: Written) -> Region | None:
    """How to load this artefact."""
    if is_docgen_adapter(entry):
        return Region(fenced(f"docgen write PACKAGE --writer {entry.about}", "bash"))
    lines = loading_code(entry)
    if not lines:
        return None
    names = ("task", "base_model", "adapter.type", "architecture", "files", "sklearn.other_types", "embedding.modules", "code")
    facts = [fact for fact in entry.facts if fact.name in names]
    text, ran = fenced(lines, "python"), entry.fact("usage.ran")
    if ran is not None and entry.get("usage.code") == mark(lines, 12):
        text += f"\n\nThis code has been run as it stands, offline, with {prose(shown(ran.value))}."
        facts.append(ran)
    return Region(text, tuple(facts))


def licence(entry: Entry, written: Written) -> Region | None:
    fact = entry.fact("license")
    if fact is None:
        said = written.fields.get("license") or entry.get("dataset.license")
        # The Hub writes `mit` for what everybody else writes MIT.
        return Region(f"{cell(license_of(f'SPDX-License-Identifier: {said}') or said)}.") if isinstance(said, str) else None
    file = fact.source.partition(":")[0].rpartition("/")[2]
    return Region(
        prose(shown(fact.value)) + (f"; see [{file}]({file})." if re.match(r"(?i)licen[cs]e|copying", file) else "."), (fact,)
    )


def front_matter(entry: Entry, written: Written) -> Region | None:
    """The fields that the facts give and that people have not declared."""
    known, declared = known_fields(entry), written.fields
    if "license" in declared:
        known = {name: value for name, value in known.items() if not name.startswith("license")}
    fields = {name: value for name, value in known.items() if name not in declared}
    names = {"license": "license", "license_name": "license", "base_model": "base_model", "pipeline_tag": "task"}
    facts = [fact for field, name in names.items() if field in fields and (fact := entry.fact(name)) is not None]
    if "model-index" in fields:
        facts += entry.under("eval")
    return Region(dump_fields(fields).rstrip("\n"), tuple(facts_by_name(facts))) if fields else None


def facts_by_name(facts: Sequence[Fact]) -> list[Fact]:
    """Each fact once, by its name."""
    return list({fact.name: fact for fact in facts}.values())


def missing(entry: Entry, written: Written) -> Region | None:
    """What a reader of the card would want and no file tells, for the person who knows it: one note that no reader sees."""
    parts = []
    if unknown := unknown_fields(entry, written.fields):
        listed = ", ".join(f"`{name}`" for name in unknown)
        parts.append(f"Not told by any file here: {listed}. If you know, add it to the front matter above.")
    if runs := entry.get("run.measured_runs"):
        parts.append(
            f"emissions.csv tells of {shown(runs)} runs and not which of them made this: energy and time are left out."
        )
    people = [ask for ask in _asks(entry) if not any(word in heading for word in ask.words for heading in written.headings)]
    if people:
        listed = "; ".join(f"{ask.what} (owner: {ask.owner})" for ask in people)
        parts.append(f"Left to people, each under a heading of its own: {listed}.")
    return Region(f"<!-- {' '.join(parts)} -->") if parts else None


@dataclass(frozen=True)
class _Ask:
    """What only people can say: who answers, and the words in a heading that show that somebody has."""

    what: str
    owner: str
    words: tuple[str, ...]


_USE = _Ask(
    "what it is meant for, and what it must not be used for", "product owner", ("intended", "out-of-scope", "out of scope")
)
_RISKS = _Ask("known risks and biases", "model developer", ("bias", "risk", "ethic"))
_ORIGIN = _Ask(
    "where the training data came from, and by what right", "data owner", ("training data", "dataset", "data source")
)
_COLLECTED = _Ask(
    "how the rows were gathered, and by what right", "data owner", ("collect", "curation", "source data", "consent")
)
_PERSONAL = _Ask("whether people appear in it, and how they are protected", "data owner", ("personal", "privacy", "sensitive"))
_CONTACT = _Ask("whom to ask", "maintainer", ("contact", "authors", "maintainer"))


def _asks(entry: Entry) -> tuple[_Ask, ...]:
    """What is asked for once, in a note that no reader sees."""
    if is_dataset(entry):
        return (_USE, _COLLECTED, _PERSONAL, _CONTACT)
    has_data = entry.get("data") or entry.get("docgen.corpus.mark")
    return (_USE, _RISKS, *(() if has_data else (_ORIGIN,)), _CONTACT)
