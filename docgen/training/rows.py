"""Examples into rows of training, in tokens, with nothing cut and nothing masked by guess.

In: a corpus and a chat. Out: `Rows`: prompt, answer and end of turn for each example, and what was left out and why, by file
and line. A row that is cut silently teaches a model never to stop; a row whose mask is off by one teaches it to write
prompts. A split is read line by line, but its rows stay in memory: 4 bytes a token, and the example with its facts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from datasets import Dataset

from docgen.corpus.balance import Draw, weights
from docgen.corpus.store import Example, Split, load_row, split_lines
from docgen.report import Finding, InputError
from docgen.training.answer_loss import IGNORED
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
    """The rows of one split in the corpus's order, and a finding for each example that is not among them."""

    kept: tuple[Row, ...]
    dropped: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return len(self.kept)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.kept)

    @property
    def tokens(self) -> int:
        """All tokens of the kept rows."""
        return sum(len(row.tokens) for row in self.kept)

    def weights_by(self, balance: str = "none") -> list[float]:
        """How often an epoch draws each row, on average; 1 on the whole, and 1 each where none weighs more than another.
        `balance` is what is drawn evenly: `label`, `source`, `both` or, by the rows' own weights alone, `none`."""
        stated = weights([Draw(row.example.brief.kind, row.example.source, row.example.weight) for row in self.kept], balance)
        if len(set(stated)) <= 1:
            return [1.0] * len(stated)
        mean = sum(stated) / len(stated)
        return [weight / mean for weight in stated]

    def drawn(self, balance: str = "none") -> dict[str, float]:
        """How often an epoch draws a row of each label, and an approved one, on average; empty where all are drawn once."""
        weights_of: dict[str, list[float]] = {}
        found = self.weights_by(balance)
        for row, weight in zip(self.kept, found, strict=True):
            for name in (row.example.brief.kind, *(["approved"] if row.example.origin == "approved" else [])):
                weights_of.setdefault(name, []).append(weight)
        means = {name: round(sum(found) / len(found), 2) for name, found in sorted(weights_of.items())}
        return means if len(set(found)) > 1 else {}

    @property
    def longest_answer(self) -> int:
        """Tokens of the longest answer; 0 without rows."""
        return max((len(row.answer) for row in self.kept), default=0)


def read_rows_of(corpus: Path, split: Split, chat: Chat, max_length: int, overlong: str = "leave-out") -> Rows:
    """The rows of one split. One that is longer than `max_length` is left out, or loses the last facts of its prompt
    (`shorten`), never a word of its answer.

    Raises InputError for a bad row (file:line), where every one of them had to be left out, and with `overlong` at `error`
    for the first one that is too long.
    """
    path = corpus / f"{split}.jsonl"
    kept, dropped = [], []
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
            kept.append(row)
    if dropped and not kept:
        raise InputError(
            f"none of its {len(dropped)} rows can be used: {dropped[0].message}", f"{path}:{dropped[0].line}", dropped[0].fix
        )
    return Rows(tuple(kept), tuple(dropped))


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
    kept = list(rows)
    return Dataset.from_dict(
        {
            "input_ids": [list(row.tokens) for row in kept],
            "labels": [[IGNORED] * len(row.prompt) + list(row.answer) for row in kept],
        }
    )
