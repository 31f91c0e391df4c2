"""Numbers in prose and tables, and which fact each of them states.

In: a `Page` and an entry. Out: every number with the words around it, and the one fact whose value it prints. A number as
common as 3 or 8 belongs to a fact only where a word of the fact's name stands near it: otherwise a change of the batch size
would make a sentence about the rank look wrong.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from docgen.claims.layout import Block, Page
from docgen.claims.values import Printed, literal
from docgen.facts import Entry, Fact, words_of
from docgen.later import Frozen, expression

_UNIT = r"(?:\s?%|\s(?:percent|thousand|million|billion)\b|[KkMBGT](?!\w))?"
NUMBER = r"(?:(?<![\w.,)\]`\"'])[-−+])?(?<![\w.])\d(?:[\d_]*(?:,\d{3}(?!\d))*)(?:\.\d+)?(?:[eE][-+]?\d+)?" + _UNIT
# Attached letters are a unit (30s) or part of a name (2D, 3rd): the name claims no number.
_NUMBER = expression(NUMBER + r"(?![\w]|\.\d)|(?<![\w.])\d+(?:\.\d+)?(?=(?:ms|s|min|h|d|x|px|k?m|[kKMG]i?B|[kMG]?Hz)\b)")
_HYPHENATED = expression(r"[^\W\d]-$")
_WORD = expression(r"[A-Za-z][A-Za-z0-9_-]*")
_REACH = 90  # characters on either side of a number in which words speak of it

# Words under which people write a fact, where its own name does not have them.
_SYNONYMS: dict[str, str] = {
    "lora.r": "rank r",
    "lora.alpha": "alpha",
    "lora.dropout": "dropout",
    "context_length": "context token position input length",
    "target_length": "token output length",
    "parameters.total": "parameter param weight size",
    "vocab_size": "vocabulary vocab",
    "hidden_size": "hidden dimension width",
    "intermediate_size": "intermediate feed feedforward",
    "layers": "layer block",
    "heads": "head",
    "kv_heads": "kv key value",
    "training.samples": "example sample row train training",
    "training.steps": "step",
    "training.epochs": "epoch",
    "training.batch_size": "batch",
    "training.loss": "loss",
    "eval.samples": "example sample row",
    "quantization.bits": "bit quantised quantized",
    "best.step": "step checkpoint",
    "last.step": "step checkpoint",
    "best.metric": "metric best",
    "tokenizer.model_max_length": "token length input context",
    "tokenizer.vocab_size": "vocabulary vocab",
}
_SPLITS: dict[str, str] = {
    "eval": "eval evaluation validation dev",
    "best": "best",
    "last": "last final end",
    "train": "train training",
    "training": "train training",
    "test": "test",
    "predict": "predict prediction",
}
# Where two facts have one value, a sentence without a word for either means the first of these.
_PREFERENCE = ("parameters", "constants", "eval", "test", "best", "last", "training", "train")
NEVER = frozenset({"card", "docgen", "signature", "example"})


class Number(Frozen):
    """A number from `start` to `end`; `context` are the lower-case words around it with their distance in characters."""

    text: str
    start: int
    end: int
    context: dict[str, int]
    row: bool


def numbers_in(page: Page) -> Iterator[Number]:
    """Every number that stands by itself, in order."""
    for block in page.blocks:
        text = page.plain[block.start : block.end]
        label = _row_label(page, block) if block.cells else {}
        for found in _NUMBER.finditer(text):
            start = block.start + found.start()
            if _HYPHENATED.search(text, max(0, found.start() - 2), found.start()):
                continue
            context = _cell_words(page, block, start, label) if block.cells else _around(text, found.start(), found.end())
            yield Number(found.group().rstrip(), start, block.start + found.end(), context, bool(block.cells))


def _around(text: str, start: int, end: int) -> dict[str, int]:
    """The words near a number, up to the end of its sentence on either side."""
    before = text[max(0, start - _REACH) : start]
    before = before[max(before.rfind(". "), before.rfind(".\n"), -1) + 1 :]
    after = re.split(r"\.\s", text[end : end + _REACH], maxsplit=1)[0]
    near: dict[str, int] = {}
    for found in _WORD.finditer(before):
        _note(near, found.group(), len(before) - found.end())
    for found in _WORD.finditer(after):
        _note(near, found.group(), found.start() + 1)
    return near


def _note(near: dict[str, int], word: str, distance: int) -> None:
    for part in words_of(word):
        part = _singular(part)
        near[part] = min(distance, near.get(part, distance))


def _row_label(page: Page, block: Block) -> dict[str, int]:
    first = block.cells[0]
    label: dict[str, int] = {}
    for found in _WORD.finditer(page.plain[first.start : first.end]):
        _note(label, found.group(), 0)
    return label


def _cell_words(page: Page, block: Block, at: int, label: dict[str, int]) -> dict[str, int]:
    """The words that speak of a number in a table: its row's first cell, its column's header, its own cell."""
    cell = next((cell for cell in block.cells if cell.start <= at < max(cell.end, cell.start + 1)), block.cells[-1])
    near = dict(label)
    for found in _WORD.finditer(f"{cell.header} {page.plain[cell.start : cell.end]}"):
        _note(near, found.group(), 1)
    return near


def _singular(word: str) -> str:
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class _Candidate(Frozen):
    value: float
    fact: Fact
    core: frozenset[str]
    split: frozenset[str]


class NumericFacts:
    """The numeric facts of an entry, ready to be found by a printed number."""

    def __init__(self, entry: Entry) -> None:
        self.candidates = sorted(_candidates(entry), key=lambda candidate: candidate.value)
        self.values = [candidate.value for candidate in self.candidates]

    def fact_of(self, number: Number) -> Fact | None:
        """The fact that a number states; None where none has this value, or nothing says which one is meant."""
        printed = Printed.of(number.text)
        if printed is None:
            return None
        found = []
        for low, high in printed.ranges:
            index = bisect.bisect_left(self.values, low)
            while index < len(self.values) and self.values[index] <= high:
                found.append(self.candidates[index])
                index += 1
        ranked = sorted(((self._rank(candidate, number), position) for position, candidate in enumerate(found)), reverse=True)
        if not ranked:
            return None
        (score, _, _), best = ranked[0]
        is_code = found[best].fact.name.startswith(("parameters.", "constants."))
        is_only_one = len(found) == 1 and is_telling(number.text, 2 if is_code else 3)
        return found[best].fact if score > 0 or is_only_one else None

    @staticmethod
    def _rank(candidate: _Candidate, number: Number) -> tuple[int, int, int]:
        """How well the words around a number fit a fact: more words, then nearer ones, then the likelier fact."""
        core = candidate.core & number.context.keys()
        head = candidate.fact.name.partition(".")[0]
        preference = -_PREFERENCE.index(head) if head in _PREFERENCE else -len(_PREFERENCE)
        if not core:
            return 0, 0, preference
        nearest = min(number.context[word] for word in core)
        # A constant's longer name has more words to meet by chance than the parameter that it is the default of.
        fitting = 1 if head in ("parameters", "constants") else len(core)
        return 2 * fitting + len(candidate.split & number.context.keys()), -nearest, preference


def is_telling(text: str, fewest: int) -> bool:
    """Whether a number is rare enough to say by itself which fact it states: so many digits without the noughts around them."""
    digits = re.sub(r"[eE].*|\D", "", text).strip("0")
    return len(digits) >= fewest


def _candidates(entry: Entry) -> Iterator[_Candidate]:
    for fact in entry.facts:
        head, _, last = fact.name.partition(".")
        if head in NEVER or "[" in fact.name:  # an item of a table, which is stated beside its keys
            continue
        value: object = fact.value
        if isinstance(value, str) and (fact.name.endswith(".default") or head == "constants"):
            parsed = literal(value)
            value = parsed.value if parsed else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        yield _Candidate(value, fact, _core(fact, entry), frozenset(_SPLITS.get(head, "").split()))


def _core(fact: Fact, entry: Entry) -> frozenset[str]:
    """The words of a fact's own name, in the singular, and those that people use for it."""
    name = fact.name.removeprefix("parameters.").removesuffix(".default") if fact.name.endswith(".default") else fact.name
    own = words_of(name.partition(".")[2] or name)
    if fact.name == "best.metric":
        own = words_of(str(entry.get("best.name") or ""))
    plain = {_singular(word) for word in own if len(word) > 1 or len(own) == 1}
    return frozenset(plain | set(_SYNONYMS.get(fact.name, "").split()))
