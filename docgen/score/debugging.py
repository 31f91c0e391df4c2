"""Why a writer's answers are bad: errors by sort, what it was taught that is nearest to them, and what to teach it instead.

In: scored items and the examples that the writer was taught with. Out: a `Diagnosis` to print, and rows for a corpus. Rows come
from the training split alone: a row of the held-out split in training would make every later score a lie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docgen.corpus.store import Example, dump_json, to_row
from docgen.facts import JSON
from docgen.score.errors import SORTS, Fault, faults
from docgen.score.items import Item
from docgen.score.nearest import Nearest
from docgen.statements import state

_NEAREST = 3  # training texts shown for each bad answer
_MOST_SHOWN = 5  # bad answers shown of each sort
_MOST_ROWS = 50
_TEACHABLE = frozenset(("contradicted fact", "invented name", "missing fact", "repetition", "unfinished", "copied source"))


@dataclass(frozen=True)
class Near:
    """A training example near to a bad answer: its line in train.jsonl, how near (BM25), and its own faults."""

    line: int
    score: float
    example: Example
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Bad:
    """A bad answer: what is wrong with it, and what it was taught that is like it."""

    item: Item
    faults: tuple[Fault, ...]
    nearest: tuple[Near, ...]


@dataclass(frozen=True)
class Suggestion:
    """A row to review: `correct` an example that teaches an error, or `add` one that teaches better."""

    action: str
    example: Example
    draft: str
    why: str
    line: int

    def row(self) -> dict[str, JSON]:
        """The row with an empty text, which `corpus build` refuses until a person has moved the draft into it, or written
        another."""
        told: dict[str, JSON] = {
            "action": self.action,
            "draft": self.draft,
            "why": self.why,
            "like": f"train.jsonl:{self.line}",
        }
        return to_row(self.example) | {"text": "", "origin": "approved", "labelled": "given"} | told


@dataclass(frozen=True)
class Diagnosis:
    """All bad answers, worst first, of `answers` in all, and what to do about them."""

    answers: int
    bad: tuple[Bad, ...]
    suggestions: tuple[Suggestion, ...] = field(default=())

    def by_sort(self) -> dict[str, list[tuple[Bad, Fault]]]:
        """The bad answers of each sort of error, each answer once in a sort."""
        found: dict[str, list[tuple[Bad, Fault]]] = {}
        for sort in SORTS:
            own = [
                (bad, next(fault for fault in bad.faults if fault.sort == sort)) for bad in self.bad if _has(bad.faults, sort)
            ]
            if own:
                found[sort] = own
        return found

    def rows(self) -> str:
        """The suggestions as JSON Lines."""
        return b"".join(dump_json(suggestion.row()) for suggestion in self.suggestions).decode("utf-8", "backslashreplace")

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def summary(self) -> dict[str, JSON]:
        """For programs: how many answers have an error of each sort, and the bad ones."""
        sorts: dict[str, JSON] = {sort: len(own) for sort, own in self.by_sort().items()}
        return {"answers": self.answers, "bad": len(self.bad), "errors": sorts, "items": [_summary(bad) for bad in self.bad]}


def diagnose(items: Sequence[Item], taught: Sequence[Example]) -> Diagnosis:
    """What is wrong with the answers, and what the examples that their writer was `taught` with have to do with it."""
    index = Nearest(taught)
    known: dict[int, tuple[Fault, ...]] = {}
    bad = []
    for item in items:
        found = faults(item.answer.brief, item.answer.text, item.answer.reference)
        if found:
            bad.append(Bad(item, tuple(found), tuple(_near(item, index, known))))
    order = list(SORTS)
    bad.sort(key=lambda each: (order.index(each.faults[0].sort), -len(each.faults), each.item.key))
    return Diagnosis(len(items), tuple(bad), tuple(_suggested(bad, taught, known)))


def _near(item: Item, index: Nearest, known: dict[int, tuple[Fault, ...]]) -> Iterator[Near]:
    text = item.answer.text if item.answer.text.strip() else item.answer.reference
    for number, score in index.to(text, _NEAREST):
        yield Near(number + 1, score, index.examples[number], _faults_of(number, index.examples, known))


def _faults_of(number: int, taught: Sequence[Example], known: dict[int, tuple[Fault, ...]]) -> tuple[Fault, ...]:
    """What is wrong with a training text by its own facts; found once."""
    if number not in known:
        known[number] = tuple(faults(taught[number].brief, taught[number].text))
    return known[number]


def _has(found: Sequence[Fault], sort: str) -> bool:
    return any(fault.sort == sort for fault in found)


# What to teach -----------------------------------------------------------------------------------------------------------


def _suggested(bad: Sequence[Bad], taught: Sequence[Example], known: dict[int, tuple[Fault, ...]]) -> Iterator[Suggestion]:
    """For each bad answer the near examples that teach its error, to be corrected; and for each kind of section and sort of
    error one example that shows better what such an answer lacks. Each example once."""
    used: set[int] = set()
    for each in bad:
        sorts = {fault.sort for fault in each.faults} & _TEACHABLE
        for near in each.nearest:
            own = next((fault for fault in near.faults if fault.sort in sorts), None)
            if own and near.line not in used and len(used) < _MOST_ROWS:
                used.add(near.line)
                why = f"it teaches the error ({own.sort}: {own.detail}) of the answer {each.item.key}"
                yield Suggestion("correct", near.example, state(near.example.brief), why, near.line)
    counts = Counter((each.item.label, sort) for each in bad for sort in {fault.sort for fault in each.faults} & _TEACHABLE)
    for (label, sort), count in counts.most_common():
        found = _better(label, sort, bad, taught, used)
        if found is not None and len(used) < _MOST_ROWS:
            used.add(found + 1)
            example = taught[found]
            why = f"{count} answers of the kind {label} have the error {sort}; this states its facts in full"
            yield Suggestion("add", example, state(example.brief), why, found + 1)


def _better(label: str, sort: str, bad: Sequence[Bad], taught: Sequence[Example], used: set[int]) -> int | None:
    """The training example whose facts are of the sorts that the bad answers get wrong, and whose plain statement has no fault
    and is another text than its own."""
    wanted: Counter[str] = Counter()
    for each in bad:
        if each.item.label == label and _has(each.faults, sort):
            wanted.update({fact.name.partition(".")[0] for fact in each.item.answer.brief.facts})
    best, place = 0.0, None
    for number, example in enumerate(taught):
        if example.brief.kind != label or number + 1 in used:
            continue
        heads = {fact.name.partition(".")[0] for fact in example.brief.facts}
        value = sum(wanted[head] for head in heads)
        if value > best and _teaches(example, sort):
            best, place = value, number
    return place


def _teaches(example: Example, sort: str) -> bool:
    draft = state(example.brief)
    return bool(draft) and draft != example.text and not _has(faults(example.brief, draft), sort)


# In words ----------------------------------------------------------------------------------------------------------------


def _lines(found: Diagnosis) -> Iterator[str]:
    yield f"errors: {len(found.bad)} of {found.answers} answers have one"
    by_sort = found.by_sort()
    width = max(map(len, by_sort), default=0)
    yield from (f"  {sort:<{width}}  {len(own):>4}  {SORTS[sort]}" for sort, own in by_sort.items())
    for sort, own in by_sort.items():
        yield ""
        yield f"{sort}: {len(own)}"
        for bad, fault in own[:_MOST_SHOWN]:
            yield f"  {bad.item.key}: {fault.detail}".rstrip(": ")
            yield from (f"    taught: {_taught(near)}" for near in bad.nearest)
        if (more := len(own) - _MOST_SHOWN) > 0:
            yield f"  and {more} more"
    if found.suggestions:
        actions = Counter(suggestion.action for suggestion in found.suggestions)
        yield ""
        yield "rows to review: " + ", ".join(f"{count} to {action}" for action, count in actions.items())
        for suggestion in found.suggestions[:_MOST_SHOWN]:
            yield f"  {suggestion.action} train.jsonl:{suggestion.line} (`{suggestion.example.brief.about}`): {suggestion.why}"


def _taught(near: Near) -> str:
    text = " ".join(near.example.text.split())
    text = text if len(text) <= 90 else text[:89] + "…"
    own = f" [{', '.join(dict.fromkeys(fault.sort for fault in near.faults))}]" if near.faults else ""
    return f"train.jsonl:{near.line} `{near.example.brief.about}` ({near.score:.1f}){own}: {text}"


def _summary(bad: Bad) -> JSON:
    told: list[JSON] = [{"sort": fault.sort, "detail": fault.detail} for fault in bad.faults]
    near: list[JSON] = [
        {"line": each.line, "about": each.example.brief.about, "score": round(each.score, 2)} for each in bad.nearest
    ]
    return {"key": bad.item.key, "errors": told, "nearest": near}
