"""A model's answers to prompts: batched, left-padded, greedy or drawn with a fixed seed.

In: a model, a chat and prompts in tokens. Out: a `Draft` a prompt, in their order, with its mean log-probability and whether
it came to an end by itself. Prompts of like length share a batch, since on a CPU padding costs as much as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList, PreTrainedModel

from docgen.writers.local.chat import Chat
from docgen.writers.local.confinement import Confinement

TEMPERATURE, NUCLEUS = 0.7, 0.9
_ROUND = 64  # tokens
_LONG = 640  # tokens
_LOOP = 12  # tokens that do not come again in the same order by chance


@dataclass(frozen=True)
class Draft:
    """One answer. `ended` is false where the limit cut it off; `log_probability` is the mean of its tokens, in nats."""

    text: str
    ended: bool
    log_probability: float


@dataclass(frozen=True)
class Limits:
    """How much at once: tokens of one answer, prompts in one batch."""

    new_tokens: int = 256
    batch: int = 32


LIMITS = Limits()


@dataclass
class _Growing:
    """An answer in the making: its tokens so far and their log-probability."""

    prompt: list[int]
    names: frozenset[str] | None = None
    answer: list[int] = field(default_factory=list)
    log_probability: float = 0.0
    ended: bool = False

    @property
    def tokens(self) -> list[int]:
        return self.prompt + self.answer

    @property
    def is_open(self) -> bool:
        """Whether more may come of it: an answer whose last words it has said before goes round until it is stopped."""
        last, before = self.answer[-_LOOP:], self.answer[:-_LOOP]
        goes_round = any(before[start : start + _LOOP] == last for start in range(len(before) - _LOOP + 1))
        return bool(self.prompt) and not self.ended and not goes_round

    def draft(self, chat: Chat) -> Draft:
        """The answer as it is now."""
        text, _ = chat.text(self.answer)
        return Draft(text, self.ended, self.log_probability / max(1, len(self.answer)))


def generate(
    model: PreTrainedModel,
    chat: Chat,
    prompts: Sequence[list[int]],
    limits: Limits = LIMITS,
    *,
    names: Sequence[frozenset[str]] | None = None,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Draft]:
    """A draft for each prompt: the likeliest tokens, or with a `seed` drawn ones. A prompt without room for an answer gets "".
    With `names`, what an answer writes between backticks is one of its own.

    Works in rounds, of which each goes on with the answers that have not ended: a batch is as slow as its longest answer. The
    random state, the model's mode and the tokenizer are left as they were; `progress` is told how many answers are done.
    """
    confined = names if names is not None else [None] * len(prompts)
    answers = [_Growing(list(prompt), own) for prompt, own in zip(prompts, confined, strict=True)]
    room = _context(model)
    was_training = model.training
    model.eval()
    try:
        for done in range(0, limits.new_tokens, _ROUND):
            tokens = min(_ROUND, limits.new_tokens - done)
            unfinished = [answer for answer in answers if answer.is_open and len(answer.tokens) < room]
            unfinished.sort(key=lambda answer: -len(answer.tokens))
            for start in range(0, len(unfinished), limits.batch):
                batch = unfinished[start : start + limits.batch]
                _extend(model, chat, batch, tokens, None if seed is None else seed + done * len(prompts) + start)
                if progress is not None:
                    progress(sum(answer.ended for answer in answers))
    finally:
        model.train(was_training)
    if progress is not None:
        progress(len(answers))
    return [answer.draft(chat) for answer in answers]


def _context(model: PreTrainedModel) -> int:
    """The most tokens that the model has positions for."""
    length = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return length if isinstance(length, int) and length > 0 else 1 << 30


def _extend(model: PreTrainedModel, chat: Chat, batch: Sequence[_Growing], tokens: int, seed: int | None) -> None:
    """Lets each answer grow by at most so many tokens, up to its end token."""
    inputs, mask = left_padded([answer.tokens for answer in batch], chat.tokenizer.pad_token_id, model.device)
    start = inputs.shape[1]
    record = _LogProbabilities()
    own = [answer.names for answer in batch if answer.names is not None]
    before = [chat.tokenizer.decode(answer.answer, skip_special_tokens=True) for answer in batch]
    confinement = [Confinement(chat.pieces, own, before, start)] if len(own) == len(batch) else []
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.no_grad(), torch.random.fork_rng(devices, enabled=seed is not None), _plain(model, start) as plain:
        if seed is not None:
            torch.manual_seed(seed)
        found = plain.generate(
            input_ids=inputs,
            attention_mask=mask,
            generation_config=_way(chat, min(tokens, _context(model) - start), drawn=seed is not None),
            logits_processor=LogitsProcessorList([*confinement, record]),
        )
    for answer, grown, chances in zip(batch, found[:, start:].tolist(), record.of(found), strict=True):
        end = next((number + 1 for number, token in enumerate(grown) if token in chat.stops), None)
        answer.answer += grown[:end]
        answer.log_probability += sum(chances[:end])
        answer.ended = end is not None


def _way(chat: Chat, tokens: int, *, drawn: bool) -> GenerationConfig:
    """Everything that decides how tokens are chosen."""
    how: dict[str, Any] = {"temperature": TEMPERATURE, "top_p": NUCLEUS, "top_k": 0} if drawn else {}
    stops, pad = sorted(chat.stops), chat.tokenizer.pad_token_id
    return GenerationConfig(max_new_tokens=tokens, eos_token_id=stops, pad_token_id=pad, do_sample=drawn, **how)


@contextmanager
def _plain(model: PreTrainedModel, length: int) -> Iterator[PreTrainedModel]:
    """The model below an adapter, without the settings that its authors chat with: a penalty on repetition, say, would keep an
    answer from naming what its facts name. On a CPU with plain attention, where that is faster."""
    plain = model.get_base_model() if hasattr(model, "get_base_model") else model
    before, attention = plain.generation_config, plain.config._attn_implementation
    plain.generation_config = GenerationConfig()
    # One new token against a bfloat16 cache takes torch's fused kernel four times as long; a long prompt takes plain attention
    # too much memory.
    is_plain = plain.device.type == "cpu" and attention == "sdpa" and length <= _LONG
    if is_plain:
        plain.set_attn_implementation("eager")
    try:
        yield plain
    finally:
        plain.generation_config = before
        if is_plain:
            plain.set_attn_implementation(attention)


def left_padded(rows: Sequence[Sequence[int]], pad: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of tokens as one tensor that ends where each row ends, and the mask of what is text."""
    width = max(len(row) for row in rows)
    tokens = torch.full((len(rows), width), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for number, row in enumerate(rows):
        tokens[number, width - len(row) :] = torch.tensor(row, dtype=torch.long)
        mask[number, width - len(row) :] = 1
    return tokens.to(device), mask.to(device)


class _LogProbabilities(LogitsProcessor):
    """Looks on: keeps the log-probability of each chosen token, which the next call shows. Keeping all scores would take a
    gigabyte for a large vocabulary."""

    def __init__(self) -> None:
        self._previous: torch.Tensor | None = None
        self._chosen: list[torch.Tensor] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self._note(input_ids)
        self._previous = torch.log_softmax(scores.float(), dim=-1)
        return scores

    def _note(self, tokens: torch.Tensor) -> None:
        if self._previous is not None:
            self._chosen.append(self._previous.gather(1, tokens[:, -1:]).squeeze(1))

    def of(self, found: torch.Tensor) -> list[list[float]]:
        """The log-probabilities of the new tokens in what was generated, a list a row. Ends the look-out."""
        self._note(found)
        self._previous = None
        rows: list[list[float]] = torch.stack(self._chosen, dim=1).tolist() if self._chosen else [[] for _ in found]
        return rows
