"""Names that cannot be invented: while a model writes between backticks, only the names of its Brief can come out.

In: a tokenizer and the names that each answer may write. Out: a logits processor for `generate`. It works on the text of
tokens, so that one across the boundary (a backtick with the full stop after it) counts as what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

import torch
from transformers import LogitsProcessor, PreTrainedTokenizerBase

from docgen.brief import Brief, shown
from docgen.facts import JSON

_CODE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*|'[^'`]*'|\"[^\"`]*\"")
_QUOTED = re.compile(r"`([^`\n]+)`")
_LITERALS = ("None", "True", "False")
_LONGEST = 60  # characters of a name; what is longer is no name that prose would hold
_AFTER = frozenset(" .,;:)!?'\"-/*]\n")  # what may follow a closing backtick within its token


def names_of(brief: Brief) -> frozenset[str]:
    """What an answer to a Brief may write between backticks."""
    names = {brief.short, brief.about, *_LITERALS}
    for fact in brief.facts:
        last = fact.name.rpartition(".")[2]
        for text in _strings(fact.value):
            names.update(_QUOTED.findall(text))
            if last in ("when", "condition"):
                names.update(_CODE.findall(text))
            elif last not in ("doc", "description", "message", "example", "deprecated") and not fact.name.startswith(
                "members."
            ):
                names.update((text, text.lstrip("*")))
    return frozenset(name for name in names if 0 < len(name) <= _LONGEST and "`" not in name)


def _strings(value: JSON) -> Iterable[str]:
    if isinstance(value, list):
        return [shown(item) for item in value]
    return [] if value is None or isinstance(value, dict) else [shown(value)]


class Pieces:
    """A tokenizer's tokens as the text that each writes, sorted by what they do to a backticked name."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        special = set(tokenizer.all_special_ids)
        pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
        self.texts = [
            "" if token in special or piece is None else _text(tokenizer, piece) for token, piece in enumerate(pieces)
        ]

    @cached_property
    def by_text(self) -> dict[str, list[int]]:
        """Tokens by what they write, those without a backtick."""
        found: dict[str, list[int]] = {}
        for token, text in enumerate(self.texts):
            if text and "`" not in text:
                found.setdefault(text, []).append(token)
        return found

    @cached_property
    def closing(self) -> list[int]:
        """Tokens that close a name and open none."""
        return [token for token, text in enumerate(self.texts) if text[:1] == "`" and set(text[1:]) <= _AFTER]

    @cached_property
    def ticked(self) -> list[int]:
        """Tokens that write a backtick."""
        return [token for token, text in enumerate(self.texts) if "`" in text]

    def misleading(self, names: Iterable[str]) -> list[int]:
        """Tokens that open a name, outside of one, in a way that leads to none of `names`."""
        known = tuple(names)

        def leads(text: str) -> bool:
            parts = text.split("`")
            return all(name in known for name in parts[1:-1:2]) and (
                len(parts) % 2 == 1 or any(name.startswith(parts[-1]) for name in known)
            )

        return [token for token in self.ticked if not leads(self.texts[token])]

    def allowed(self, names: Iterable[str], begun: str) -> list[int]:
        """Tokens that go on with one of `names` after `begun`, or close it."""
        tokens: set[int] = set()
        for name in names:
            if name == begun:
                tokens.update(self.closing)
            elif name.startswith(begun):
                rest = name[len(begun) :]
                for end in range(1, len(rest) + 1):
                    tokens.update(self.by_text.get(rest[:end], ()))
        return sorted(tokens)


def _text(tokenizer: PreTrainedTokenizerBase, piece: str) -> str:
    """What a token writes inside a text; tokenizers that mark a blank with a bar would leave it out at the beginning."""
    text = str(tokenizer.convert_tokens_to_string([piece]))
    return f" {text.lstrip()}" if piece.startswith("\u2581") else text


class Confinement(LogitsProcessor):
    """Masks, in rows that stand between backticks, every token that leads to none of the row's names. `before` are the texts
    that earlier rounds have written, `start` is where this round's tokens begin."""

    def __init__(self, pieces: Pieces, names: Sequence[frozenset[str]], before: Sequence[str], start: int) -> None:
        self._pieces, self._names, self._start = pieces, names, start
        self._texts = list(before)
        self._known: dict[tuple[frozenset[str], str | None], torch.Tensor] = {}

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if input_ids.shape[1] > self._start:
            for row, token in enumerate(input_ids[:, -1].tolist()):
                self._texts[row] += self._pieces.texts[token] if token < len(self._pieces.texts) else ""
        for row, text in enumerate(self._texts):
            is_inside = text.count("`") % 2 == 1
            tokens = self._tokens(self._names[row], text[text.rfind("`") + 1 :] if is_inside else None).to(scores.device)
            if not is_inside:
                scores[row, tokens] = float("-inf")
            elif len(tokens):
                kept = scores[row, tokens]
                scores[row] = float("-inf")
                scores[row, tokens] = kept
        return scores

    def _tokens(self, names: frozenset[str], begun: str | None) -> torch.Tensor:
        """The tokens that may go on with a name; outside of one (None) those that must not come."""
        key = (names, begun)
        if key not in self._known:
            found = self._pieces.misleading(names) if begun is None else self._pieces.allowed(names, begun)
            self._known[key] = torch.tensor(found, dtype=torch.long)
        return self._known[key]
