"""Another value for a number that a text states, in the facts and in the text together.

In: an Example and a random generator. Out: the same with one default or measurement changed wherever it stands. Where the
number stands anywhere else, nobody can tell whether it is the same one, and it is left alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docgen.claims import prints, stated, verify
from docgen.corpus.store import Example
from docgen.facts import JSON, Fact

_NUMBER = re.compile(r"(?<![\w.,])\d[\d_]*(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w]|\.\d|,\d)(?:\s?(?:%|percent\b))?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_MEASURED = frozenset(("eval", "test", "train", "training", "best", "last", "lora"))
# Numbers that have a meaning of their own, whatever the code.
_STRUCTURAL = re.compile(
    r"(?:^|_)(?:n?dims?|axis|axes|order|ord|base|version|protocol|degree|seed|random_state|level|year|port)(?:_|$)"
)
# Words that say a number a second time.
_SAID_AGAIN = re.compile(
    r"\b(?:half|twice|double|triple|quarter|third|dozen|i\.e\.|that\s+is|equals?|makes|points?|times)\b", re.I
)
_NEAR = 80  # characters on either side of a number in which they do
_LEAST = 3  # 0, 1 and 2 say how, not how much


@dataclass(frozen=True)
class Change:
    """A number's new value, and the facts that have it."""

    facts: frozenset[str]
    old: float
    new: str


def changed(example: Example, draw: random.Random) -> Example | None:
    """The example with one number changed; None where none can be."""
    brief, entry = example.brief, example.brief.entry
    told = {item.name for item in stated(example.text, entry)} | {
        item.fact.name for item in verify(example.text, entry) if item.fact
    }
    able = [fact for fact in brief.facts if fact.name in told and _spelled(fact)]
    draw.shuffle(able)
    for fact in able:
        others = _others(example, fact) if brief.is_model else ()
        if new := _another(_spelled(fact), others, draw):
            result = _applied(example, Change(_same(example, fact), float(_spelled(fact)), new))
            if result is not None:
                return result
    return None


def _others(example: Example, fact: Fact) -> tuple[float, ...]:
    """The other numbers that are measured or said: a text that calls one of them lower or later stays right among them."""
    measured = (_spelled(other) for other in example.brief.facts if other.value != fact.value)
    said = (re.sub(r"[,_%\s]|percent", "", found.group()) for found in _NUMBER.finditer(example.text))
    values = {float(number) for number in (*measured, *said) if _PLAIN.fullmatch(number)}
    return tuple(sorted(values - {float(_spelled(fact))}))


def _spelled(fact: Fact) -> str:
    """The number of a fact that may be changed, as it is spelled; empty for any other fact."""
    head, _, rest = fact.name.partition(".")
    value: JSON = fact.value
    if head == "parameters" and fact.name.endswith(".default"):
        is_free = (
            isinstance(value, str) and _PLAIN.fullmatch(value) and not _STRUCTURAL.search(rest.removesuffix(".default").lower())
        )
        text = str(value) if is_free else ""
    else:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and head in _MEASURED
        text = repr(value) if is_number and _PLAIN.fullmatch(repr(value)) else ""
    return text if text and (float(text) >= _LEAST or not float(text).is_integer()) else ""


def _same(example: Example, fact: Fact) -> frozenset[str]:
    """The fact, and those that have their value from it: a constant that is the default, a measurement told twice."""
    if example.brief.is_model:
        alike = (other for other in example.brief.facts if other.value == fact.value and type(other.value) is type(fact.value))
        return frozenset(other.name for other in alike if _spelled(other))
    name = fact.name.removeprefix("parameters.").removesuffix(".default")
    constants = (other for other in example.brief.facts if other.name.startswith("constants.") and other.value == fact.value)
    given = rf"\b{re.escape(name)}\b[^=,()]*=\s*{{}}\b"
    return frozenset(
        {
            fact.name,
            *(other.name for other in constants if re.search(given.format(re.escape(other.name[10:])), example.brief.excerpt)),
        }
    )


def _another(spelled: str, others: Sequence[float], draw: random.Random) -> str:
    """A value of the same sort and about the same size, in the same place among `others`; empty where there is none."""
    old = float(spelled)
    drawn = [*_whole(int(spelled))] if spelled.isdecimal() else [*_broken(spelled)]
    low = max((value for value in others if value < old), default=-1.0)
    high = min((value for value in others if value > old), default=float("inf"))
    fitting = [value for value in drawn if low < float(value) < high and float(value) not in (old, *others)]
    return draw.choice(fitting) if fitting else ""


def _whole(old: int) -> Iterator[str]:
    """Whole numbers from half to twice as large, as round as the old one; powers of two for a power of two."""
    if old & (old - 1) == 0:
        yield from (str(value) for value in (old // 4, old // 2, old * 2, old * 4) if value >= _LEAST)
        return
    step = next(step for step in (10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1) if old % step == 0)
    lowest, highest = max(_LEAST, old // 2), old * 2
    yield from (
        str(value)
        for value in range(-(-lowest // step) * step, highest + 1, max(step, (highest - lowest) // 40 // step * step))
    )


def _broken(spelled: str) -> Iterator[str]:
    """Fractions with as many digits: other exponents for one with an exponent, others below 1 for one below 1."""
    if "e" in spelled.lower():
        mantissa, _, exponent = re.split(r"([eE])", spelled)
        yield from (f"{mantissa}e{int(exponent) + shift:+03d}" for shift in (-2, -1, 1, 2) if -300 < int(exponent) + shift < -2)
        return
    digits, old = len(spelled.partition(".")[2]), float(spelled)
    unit = 10.0**-digits
    highest = min(old * 2, 1 - unit) if old < 1 else old * 2
    count = max(1, int((highest - old / 2) / unit))
    for number in range(0, count + 1, max(1, count // 40)):
        value = f"{old / 2 + number * unit:.{digits}f}"
        if float(value) > 0 and (value[-1] != "0" or spelled[-1] == "0"):
            yield value


# Where it stands --------------------------------------------------------------------------------------------------------


def _applied(example: Example, change: Change) -> Example | None:
    """The example with the new value everywhere; None where the old one stands in a place that may mean something else."""
    brief = example.brief
    spans = _places(example, change)
    text = _in_text(example.text, change, spans)
    facts = [_in_fact(fact, change) for fact in brief.facts]
    excerpt = _in_code(brief.excerpt, change)
    if text is None or excerpt is None or text == example.text:
        return None
    kept = tuple(fact for fact in facts if fact is not None)
    return replace(example, brief=replace(brief, facts=kept, excerpt=excerpt), text=text) if len(kept) == len(facts) else None


def _places(example: Example, change: Change) -> list[tuple[int, int]]:
    """Where the text states the facts of a change; of a default, where it says that it is one: other numbers may be others."""
    entry = example.brief.entry
    found = [item for item in verify(example.text, entry) if item.fact and item.fact.name in change.facts]
    if not example.brief.is_model:
        found = [item for item in found if item.claim.kind == "default"]
        return [(item.claim.start, item.claim.end) for item in found if item.verdict == "supported"]
    told = [(item.start, item.end) for item in stated(example.text, entry) if item.name in change.facts]
    return told + [(item.claim.start, item.claim.end) for item in found if item.verdict == "supported"]


def _in_text(text: str, change: Change, spans: list[tuple[int, int]]) -> str | None:
    parts, at = [], 0
    for found in _NUMBER.finditer(text):
        if not prints(found.group(), change.old):
            continue
        is_told = any(start <= found.start() and found.end() <= end + 1 for start, end in spans)
        if not is_told or _SAID_AGAIN.search(text[max(0, found.start() - _NEAR) : found.end() + _NEAR]):
            return None
        parts += [text[at : found.start()], _printed(found.group(), change.new)]
        at = found.end()
    return "".join([*parts, text[at:]])


def _printed(old: str, new: str) -> str:
    """The new value as the text printed the old one: with its decimals, its thousands marked, in per cent."""
    digits = old.rstrip("percnt% \n")
    unit = old[len(digits) :]
    if re.search(r"[eE]", digits + new):
        return new + unit
    value = float(new) * (100 if unit and float(new) < 1 else 1)
    decimals = len(digits.partition(".")[2])
    mark = "," if "," in digits else "_" if "_" in digits else ""
    return f"{value:{mark}.{decimals}f}{unit}"


def _in_fact(fact: Fact, change: Change) -> Fact | None:
    """A fact with the new value; None where it holds the old one in words."""
    if fact.name in change.facts:
        return replace(fact, value=_as_value(fact.value, change.new))
    if fact.name == "signature" and isinstance(fact.value, str):
        code = _in_code(fact.value, change)
        return None if code is None else replace(fact, value=code)
    return None if any(_holds(text, change.old) for text in _texts(fact.value)) else fact


def _as_value(old: JSON, new: str) -> JSON:
    return new if isinstance(old, str) else int(new) if isinstance(old, int) else float(new)


def _in_code(code: str, change: Change) -> str | None:
    """Code with the new value behind the names of its facts; None where the old one stands elsewhere."""
    for name in change.facts:
        own = name.removeprefix("parameters.").removeprefix("constants.").removesuffix(".default")
        given = re.compile(rf"(?P<before>\b{re.escape(own)}\b[^=,()\n]*=\s*)(?P<value>{_PLAIN.pattern})(?![\w.])")
        code = given.sub(
            lambda found: found["before"] + change.new if float(found["value"]) == change.old else found.group(), code
        )
    return None if _holds(code, change.old) else code


def _holds(text: str, number: float) -> bool:
    return any(prints(found.group(), number) for found in _NUMBER.finditer(text))


def _texts(value: JSON) -> Iterator[str]:
    """Every text in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts(item))
    elif isinstance(value, dict):
        yield from (text for key, item in value.items() for text in (key, *_texts(item)))
