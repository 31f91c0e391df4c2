"""A model's answers to prompts: batched, left-padded, greedy or drawn with a fixed seed.

In: a model, a chat and prompts in tokens. Out: a `Draft` a prompt, in their order, with its mean log-probability and whether
it came to an end by itself. Prompts of like length share a batch, since on a CPU padding costs as much as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList, PreTrainedModel

from docgen.writers.local.chat import Chat

TEMPERATURE, NUCLEUS = 0.7, 0.9


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


def generate(
    model: PreTrainedModel,
    chat: Chat,
    prompts: Sequence[list[int]],
    limits: Limits = LIMITS,
    *,
    seed: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Draft]:
    """A draft for each prompt: the likeliest tokens, or with a `seed` drawn ones. A prompt without room for an answer gets "".

    The random state, the model's mode and the tokenizer are left as they were.
    """
    drafts: dict[int, Draft] = {}
    room = _context(model) - 1
    order = sorted(
        (number for number, prompt in enumerate(prompts) if 0 < len(prompt) <= room), key=lambda number: -len(prompts[number])
    )
    was_training = model.training
    model.eval()
    try:
        for start in range(0, len(order), limits.batch):
            numbers = order[start : start + limits.batch]
            found = _generate_batch(
                model, chat, [prompts[number] for number in numbers], limits, None if seed is None else seed + start
            )
            drafts |= dict(zip(numbers, found, strict=True))
            if progress is not None:
                progress(len(numbers))
    finally:
        model.train(was_training)
    return [drafts.get(number, Draft("", False, 0.0)) for number in range(len(prompts))]


def _context(model: PreTrainedModel) -> int:
    """The most tokens that the model has positions for."""
    length = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return length if isinstance(length, int) and length > 0 else 1 << 30


def _generate_batch(
    model: PreTrainedModel, chat: Chat, prompts: list[list[int]], limits: Limits, seed: int | None
) -> list[Draft]:
    pad = chat.tokenizer.pad_token_id
    inputs, mask = left_padded(prompts, pad, model.device)
    options: dict[str, Any] = (
        {"do_sample": False} if seed is None else {"do_sample": True, "temperature": TEMPERATURE, "top_p": NUCLEUS, "top_k": 0}
    )
    how = GenerationConfig(
        max_new_tokens=min(limits.new_tokens, _context(model) - inputs.shape[1]),
        eos_token_id=sorted(chat.stops),
        pad_token_id=pad,
        **options,
    )
    record = _LogProbabilities(inputs.shape[1])
    devices = [model.device] if model.device.type == "cuda" else []
    with torch.inference_mode(), torch.random.fork_rng(devices, enabled=seed is not None), _no_defaults(model) as plain:
        if seed is not None:
            torch.manual_seed(seed)
        watch = LogitsProcessorList([record])
        found = plain.generate(input_ids=inputs, attention_mask=mask, generation_config=how, logits_processor=watch)
    answers = found[:, inputs.shape[1] :]
    means = record.means(found, chat.stops)
    return [Draft(*chat.text(answer.tolist()), mean) for answer, mean in zip(answers, means, strict=True)]


@contextmanager
def _no_defaults(model: PreTrainedModel) -> Iterator[PreTrainedModel]:
    """The model below an adapter, without the settings that its authors chat with: a penalty on repetition, say, would keep an
    answer from naming what its facts name."""
    plain = model.get_base_model() if hasattr(model, "get_base_model") else model
    before = plain.generation_config
    plain.generation_config = GenerationConfig()
    try:
        yield plain
    finally:
        plain.generation_config = before


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
    """Looks on: adds up the log-probability of each chosen token, which the next call shows. Keeping all scores would take a
    gigabyte for a large vocabulary."""

    def __init__(self, prompt_length: int) -> None:
        self._start = prompt_length
        self._previous: torch.Tensor | None = None
        self._chosen: list[torch.Tensor] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if self._previous is not None:
            self._chosen.append(self._previous.gather(1, input_ids[:, -1:]).squeeze(1))
        self._previous = torch.log_softmax(scores.float(), dim=-1)
        return scores

    def means(self, found: torch.Tensor, stops: frozenset[int]) -> list[float]:
        """The mean over each answer's tokens, its end token included."""
        if self._previous is None:
            return [0.0] * len(found)
        chosen = torch.stack([*self._chosen, self._previous.gather(1, found[:, -1:]).squeeze(1)], dim=1)
        is_stop = torch.isin(found[:, self._start :], torch.tensor(sorted(stops), device=found.device))
        counted = (is_stop.cumsum(1) - is_stop.long()) == 0  # up to the first end token
        total = torch.where(counted, chosen, torch.zeros_like(chosen)).sum(1)
        return [float(value) for value in total / counted.sum(1).clamp(min=1)]
