"""Examples into rows of training, in tokens, with nothing cut and nothing masked by guess.

In: a corpus and a chat. Out: `Rows`: prompt, answer and end of turn for each example, and what was left out and why, by file
and line. A row that is cut silently teaches a model never to stop; a row whose mask is off by one teaches it to write
prompts. A split is read line by line, and its rows are kept on disk where a folder for them is given.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from datasets import Dataset

from docgen.corpus.balance import Draw, weights
from docgen.corpus.store import Example, Split, load_row, split_lines
from docgen.report import Finding, InputError
from docgen.training.answer_loss import IGNORED
from docgen.training.stored import StoredRows, stored
from docgen.writers.local.chat import Chat

_LONGER = "raise --max-length, or shorten the text"


@dataclass(frozen=True)
class Row:
    """One example in tokens; `answer` ends with the end of the turn."""

    example: Example
    prompt: array[int]
    answer: array[int]

    @property
    def tokens(self) -> array[int]:
        return self.prompt + self.answer

    @property
    def key(self) -> str:
        """What reports call the example."""
        return f"{self.example.brief.kind}:{self.example.brief.about}"


@dataclass(frozen=True)
class Rows:
    """The rows of one split in the corpus's order, in memory or on disk, and a finding for each example that is not among
    them."""

    kept: Sequence[Row]
    dropped: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return len(self.kept)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.kept)

    @property
    def tokens(self) -> int:
        """All tokens of the kept rows."""
        return sum(self.lengths)

    @property
    def lengths(self) -> Sequence[int]:
        """The tokens of each row."""
        return self.kept.lengths if isinstance(self.kept, StoredRows) else [len(row.tokens) for row in self.kept]

    @property
    def draws(self) -> Sequence[Draw]:
        """The rows as balance sees them."""
        if isinstance(self.kept, StoredRows):
            return self.kept.draws
        return [Draw(row.example.brief.kind, row.example.source, row.example.weight) for row in self.kept]

    def select(self, numbers: Sequence[int]) -> Rows:
        """Some of the rows."""
        if isinstance(self.kept, StoredRows):
            return replace(self, kept=self.kept.select(numbers))
        return replace(self, kept=tuple(self.kept[number] for number in numbers))

    def with_more(self, rows: Iterable[Row], near: Path) -> Rows:
        """These rows and then others, which are kept where these are, in or above the folder `near`."""
        if isinstance(self.kept, StoredRows):
            return replace(self, kept=self.kept.with_more(stored(rows, near)))
        return replace(self, kept=(*self.kept, *rows))

    def weights_by(self, balance: str = "none") -> list[float]:
        """How often an epoch draws each row, on average; 1 on the whole, and 1 each where none weighs more than another.
        `balance` is what is drawn evenly: `label`, `source`, `both` or, by the rows' own weights alone, `none`."""
        stated = weights(self.draws, balance)
        if len(set(stated)) <= 1:
            return [1.0] * len(stated)
        mean = sum(stated) / len(stated)
        return [weight / mean for weight in stated]

    def drawn(self, balance: str = "none") -> dict[str, float]:
        """How often an epoch draws a row of each label, and an approved one, on average; empty where all are drawn once."""
        weights_of: dict[str, list[float]] = {}
        found = self.weights_by(balance)
        for draw, is_approved, weight in zip(self.draws, self._approved, found, strict=True):
            for name in (draw.kind, *(["approved"] if is_approved else [])):
                weights_of.setdefault(name, []).append(weight)
        means = {name: round(sum(found) / len(found), 2) for name, found in sorted(weights_of.items())}
        return means if len(set(found)) > 1 else {}

    @property
    def longest_answer(self) -> int:
        """Tokens of the longest answer; 0 without rows."""
        lengths = self.kept.answers if isinstance(self.kept, StoredRows) else [len(row.answer) for row in self.kept]
        return max(lengths, default=0)

    @property
    def _approved(self) -> Sequence[int]:
        if isinstance(self.kept, StoredRows):
            return self.kept.approved
        return [row.example.origin == "approved" for row in self.kept]


def read_rows_of(
    corpus: Path, split: Split, chat: Chat, max_length: int, overlong: str = "leave-out", near: Path | None = None
) -> Rows:
    """The rows of one split. One that is longer than `max_length` is left out, or loses the last facts of its prompt
    (`shorten`), never a word of its answer. With `near`, they are kept on disk, in that folder or one above it.

    Raises InputError for a bad row (file:line), where every one of them had to be left out, and with `overlong` at `error`
    for the first one that is too long.
    """
    dropped: list[Finding] = []
    found = _rows(corpus, split, chat, max_length, overlong, dropped)
    kept: Sequence[Row] = tuple(found) if near is None else stored(found, near)
    if dropped and not kept:
        first = dropped[0]
        what = f"none of its {len(dropped)} rows can be used: {first.message}"
        raise InputError(what, f"{first.path}:{first.line}", first.fix)
    return Rows(kept, tuple(dropped))


def _rows(corpus: Path, split: Split, chat: Chat, max_length: int, overlong: str, dropped: list[Finding]) -> Iterator[Row]:
    """The rows that can be used; a finding for each other one is added to `dropped`."""
    path = corpus / f"{split}.jsonl"
    for line, text in split_lines(corpus, split):
        example = load_row(text, f"{path}:{line}")
        row = Row(example, array("i", chat.prompt(example.brief)), array("i", chat.answer(example.text)))
        if len(row.tokens) > max_length and overlong == "error":
            raise InputError(f"{len(row.tokens)} tokens, and a row may have {max_length}", f"{path}:{line}", _LONGER)
        if len(row.tokens) > max_length and overlong == "shorten" and (shorter := _shortened(row, chat, max_length)):
            left = len(shorter.example.brief.facts)
            what = f"shortened for training: its prompt has {left} of {len(example.brief.facts)} facts, and no source"
            dropped.append(Finding("row-shortened", "note", str(path), line, row.key, what, _LONGER))
            row = shorter
        if reason := _unusable(row, chat, max_length):
            what, fix = reason
            dropped.append(Finding("row-left-out", "note", str(path), line, row.key, f"left out of training: {what}", fix))
        else:
            yield row


def _unusable(row: Row, chat: Chat, max_length: int) -> tuple[str, str] | None:
    """Why a row cannot be learnt from, and what mends it; None for a good one."""
    if control := chat.control_token(row.example.text):
        return f"its text holds the control token `{control}`", "write the token in another way in the text"
    if row.answer[-1] not in chat.stops:
        return "its answer does not end with an end token", "use a base whose chat template ends its answers"
    if (length := len(row.tokens)) > max_length:
        return f"{length} tokens, and a row may have {max_length}", _LONGER
    return None


def _shortened(row: Row, chat: Chat, max_length: int) -> Row | None:
    """The row with as many of its prompt's facts, the first ones, as leave room for its answer; None where one has none."""
    brief = row.example.brief
    fits, exceeds = 0, len(brief.facts) + 1
    while exceeds - fits > 1:
        middle = (fits + exceeds) // 2
        prompt = chat.prompt(replace(brief, facts=brief.facts[:middle], excerpt=""))
        fits, exceeds = (middle, exceeds) if len(prompt) + len(row.answer) <= max_length else (fits, middle)
    if not fits:
        return None
    shorter = replace(row.example, brief=replace(brief, facts=brief.facts[:fits], excerpt=""))
    return Row(shorter, array("i", chat.prompt(shorter.brief)), row.answer)


def dataset(rows: Sequence[Row] | Rows) -> Dataset:
    """Rows as the trainer takes them: tokens, and labels that count the answer and its end alone."""
    if isinstance(rows, Rows) and isinstance(rows.kept, StoredRows):
        return rows.kept.dataset
    kept = list(rows)
    return Dataset.from_dict(
        {
            "input_ids": [list(row.tokens) for row in kept],
            "labels": [[IGNORED] * len(row.prompt) + list(row.answer) for row in kept],
        }
    )
