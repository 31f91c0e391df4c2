"""How well a model does on held-out examples: what it writes, scored, and the loss on what it should have written.

In: a model, rows, and the texts of writers to compare with. Out: metrics by writer and a table. The loss is a mean over
tokens, so that it does not depend on how rows were put into batches.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedModel

from docgen.metrics import METRICS, Answer, score
from docgen.training.rows import Row
from docgen.writers.local.chat import Chat
from docgen.writers.local.decoding import left_padded
from docgen.writers.local.generation import Limits, generate
from docgen.writers.wording import wording_of

SELECTION = "chrF"  # what the checkpoint is chosen by: the steadiest of the text metrics on short texts
_LOSS_BATCH = 8
_OWN = ("ended", "loss")  # share of answers that came to an end by themselves (0 to 100), nats a token


@dataclass(frozen=True)
class Scored:
    """The metrics of one writer on one set of rows, with the signatures of how they were made, and its `texts`."""

    metrics: Mapping[str, float]
    signatures: Mapping[str, str]
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Among:
    """Which of several processes this one is: each takes its share of the rows, and all get the whole result."""

    index: int = 0
    size: int = 1

    def gathered(self, part: Any) -> list[Any]:
        """The parts of all processes, in their order."""
        if self.size == 1:
            return [part]
        parts: list[Any] = [None] * self.size
        torch.distributed.all_gather_object(parts, part)
        return parts


ALONE = Among()


def score_texts(rows: Sequence[Row], texts: Sequence[str]) -> Scored:
    """Texts against the references and the facts of their rows."""
    answers = [
        Answer(f"{number}:{row.key}", row.example.brief, text, row.example.text)
        for number, (row, text) in enumerate(zip(rows, texts, strict=True))
    ]
    found = score(answers).metrics
    return Scored(
        {name: round(item.value, 4) for name, item in found.items()},
        {name: item.signature for name, item in found.items()},
        tuple(texts),
    )


def score_model(
    model: PreTrainedModel,
    chat: Chat,
    rows: Sequence[Row],
    limits: Limits,
    progress: Callable[[int], None] | None = None,
    among: Among = ALONE,
) -> Scored:
    """What the model writes greedily for each row, scored, with its loss and the share of its answers that end."""
    own_rows = rows[among.index :: among.size]
    wordings = [wording_of(row.example.brief) for row in own_rows]  # as in production
    drafts = generate(model, chat, [list(row.prompt) for row in own_rows], limits, wordings=wordings, progress=progress)
    parts = among.gathered(([(draft.text, draft.ended) for draft in drafts], *_summed(model, chat, own_rows, _LOSS_BATCH)))
    answers: list[tuple[str, bool]] = [("", False)] * len(rows)
    for index, (part, _, _) in enumerate(parts):
        answers[index :: among.size] = part
    scored = score_texts(rows, [text for text, _ in answers])
    ended = 100 * sum(has_ended for _, has_ended in answers) / max(1, len(answers))
    mean = sum(part[1] for part in parts) / max(1, sum(part[2] for part in parts))
    own = {"ended": round(ended, 2), "loss": round(mean, 4)}
    return Scored({**scored.metrics, **own}, scored.signatures, tuple(text for text, _ in answers))


def loss(model: PreTrainedModel, chat: Chat, rows: Sequence[Row], batch: int = _LOSS_BATCH) -> float:
    """Mean negative log-probability (nats) of all answer tokens of `rows`; the model's mode stays as it was."""
    total, count = _summed(model, chat, rows, batch)
    return total / max(1, count)


def _summed(model: PreTrainedModel, chat: Chat, rows: Sequence[Row], batch: int) -> tuple[float, int]:
    """The loss summed over all answer tokens, and their number."""
    total, count = 0.0, 0
    was_training = model.training
    model.eval()
    try:
        ordered = sorted(rows, key=lambda row: len(row.tokens))
        for start in range(0, len(ordered), batch):
            part = ordered[start : start + batch]
            total += _loss_of(model, chat, part)
            count += sum(len(row.answer) for row in part)
    finally:
        model.train(was_training)
    return total, count


@torch.no_grad()  # not inference_mode: what a layer caches then could not be trained with
def _loss_of(model: PreTrainedModel, chat: Chat, rows: Sequence[Row]) -> float:
    """The summed loss of one batch. Padded on the left, so that all answers lie at the end and logits are made for those
    places only."""
    tokens, mask = left_padded([row.tokens for row in rows], chat.tokenizer.pad_token_id, model.device)
    longest = max(len(row.answer) for row in rows)
    options: dict[str, Any] = {
        "position_ids": (mask.cumsum(1) - 1).clamp(min=0),
        "logits_to_keep": longest + 1,
        "use_cache": False,
    }
    known = inspect.signature((model.get_base_model() if hasattr(model, "get_base_model") else model).forward).parameters
    options = {name: value for name, value in options.items() if name in known}
    logits = model(input_ids=tokens, attention_mask=mask, **options).logits[:, -longest - 1 : -1].float()
    targets = tokens[:, -longest:]
    losses = torch.nn.functional.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    lengths = torch.tensor([len(row.answer) for row in rows], device=model.device)
    counted = torch.arange(longest, device=model.device) >= (longest - lengths)[:, None]
    return float((losses * counted).sum())


def table(scores: Mapping[str, Mapping[str, float]]) -> str:
    """Metrics (rows) of each writer (columns), as plain text; what a writer has no value for stays blank."""
    names = [name for name in (*METRICS, *_OWN) if any(name in found for found in scores.values())]
    width = max(len(name) for name in names) if names else 0
    columns = [max(len(writer), 7) for writer in scores]
    lines = [" ".join([" " * width, *(f" {writer:>{size}}" for writer, size in zip(scores, columns, strict=True))])]
    for name in names:
        cells = [f" {_cell(found.get(name), name):>{size}}" for found, size in zip(scores.values(), columns, strict=True)]
        lines.append(" ".join([f"{name:<{width}}", *cells]))
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: float | None, name: str) -> str:
    decimals = {"contradicted": 0, "length": 2, "loss": 2}.get(name, 1)
    return "" if value is None else f"{value:.{decimals}f}"
