"""A text brought up to date where nothing but values has changed: the new value in the place of the old one, every word kept.

In: a text, what of it is not so today, and its record. Out: the text with the values of today, or None where more than values
is at stake; then it has to be written anew. One reason to change: which changes leave the words around a value true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from docgen.brief import shown
from docgen.check.comparison import Broken, Comparison
from docgen.claims import asserted, contradictions, stated
from docgen.facts import JSON, Entry, Fact, Facts
from docgen.ledger import Assertion, Record

_SWITCHES = ("None", "True", "False", "...", "")  # what a sentence says around one of these is about its meaning
_VALUES = (".default", ".value")
_COUNTED = re.compile(r"\s+[a-z]")


def patched(text: str, broken: Iterable[Broken], record: Record, entry: Entry, facts: Facts) -> str | None:
    """`text` with today's values; None where one of the `broken` is no value that can be exchanged, or where the text would
    state anything else than before, or anything that is not so."""
    changes = list(broken)
    if not changes or not all(_is_value(item) for item in changes):
        return None
    spans: dict[tuple[int, int], str] = {}
    for item in changes:
        found = dict(_spans(text, item, entry))
        is_code = all(text[start - 1 : start] in ("`", "'", '"') for start, _ in found)
        if not found or (len(found) > 1 and not is_code):  # which of several bare numbers is meant is a guess
            return None
        for span, new in found.items():
            if spans.setdefault(span, new) != new:
                return None
    new_text = _exchanged(text, spans)
    if new_text is None:
        return None
    now = {item.name: Assertion.of(entry.get(item.name)) for item in changes}
    after = Comparison(new_text, replace(record, asserts={**record.asserts, **now}), entry, facts)
    is_true = not contradictions(new_text, entry) and all(item.verdict == "review" for item in after.broken())
    was = asserted(text, _with(entry, {item.name: item.old for item in changes}))
    return new_text if is_true and asserted(new_text, entry).keys() == was.keys() else None


def _is_value(item: Broken) -> bool:
    """Whether a plain value took the place of another one."""
    is_plain = all(isinstance(value, str | int | float) and not isinstance(value, bool) for value in (item.old, item.new))
    is_named = item.name.endswith(_VALUES) or item.name.startswith("constants.") or not item.name.startswith("parameters.")
    return is_plain and is_named and item.verdict == "stale" and not {str(item.old), str(item.new)} & {*_SWITCHES}


def _spans(text: str, item: Broken, entry: Entry) -> Iterator[tuple[tuple[int, int], str]]:
    """The places in which a text states the old value, each with what has to stand there."""
    for claim in stated(text, _with(entry, {item.name: item.old})):
        if claim.name != item.name or claim.value != item.old or not claim.end:
            continue
        span = text[claim.start : claim.end]
        inner = span.strip("`")
        for old, new in zip(_forms(item.old), _forms(item.new), strict=True):
            if inner == old:
                start = claim.start + span.index(inner)
                yield (start, start + len(inner)), new
                break
        else:
            return  # written in a way that cannot be told from here


def _forms(value: JSON) -> tuple[str, ...]:
    """The ways in which texts write a value, in a fixed order: as code, as prose, without quotes, with thousands apart."""
    text = str(value)
    number = f"{value:,}" if isinstance(value, int | float) else text
    return text, shown(value), text.strip("'\""), number


def _exchanged(text: str, spans: dict[tuple[int, int], str]) -> str | None:
    """`text` with other words in these places; None where two of them overlap, or where a noun would need another form."""
    ordered = sorted(spans)
    if any(later[0] < earlier[1] for earlier, later in zip(ordered, ordered[1:], strict=False)):
        return None
    for start, end in reversed(ordered):
        new, old = spans[start, end], text[start:end]
        if "1" in (old, new) and _COUNTED.match(text, end):  # "1 second", "2 seconds"
            return None
        text = text[:start] + new + text[end:]
    return text


def _with(entry: Entry, values: dict[str, JSON]) -> Entry:
    """The entry as if these facts had these values."""
    facts = tuple(fact for fact in entry.facts if fact.name not in values)
    return replace(entry, facts=(*facts, *(Fact(name, value) for name, value in values.items())))
