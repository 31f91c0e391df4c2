"""How well a model does on held-out examples: what it writes, scored, and the loss on what it should have written.

In: a model, rows, and the texts of writers to compare with. Out: metrics by writer and a table. The loss is a mean over
tokens, so that it does not depend on how rows were put into batches.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from docgen.metrics import METRICS, Answer, Statistics, score
from docgen.metrics.batch import ratio
from docgen.training.rows import Row
from docgen.writers.local.chat import Chat
from docgen.writers.local.decoding import left_padded
from docgen.writers.local.generation import Limits, generate
from docgen.writers.wording import wording_of

SELECTION = "chrF"  # what the checkpoint is chosen by: the steadiest of the text metrics on short texts
_LOSS_BATCH = 8
_FEWEST = 20  # held-out sections: resamples of fewer are too like each other, so that their intervals are too narrow
OWN = ("ended", "loss")  # share of answers that came to an end by themselves (0 to 100), nats a token


@dataclass(frozen=True)
class Scored:
    """The metrics of one writer on one set of rows, with the signatures of how they were made, and its `texts`; `statistics`
    has the numbers of each row behind a metric, in the rows' order."""

    metrics: Mapping[str, float]
    signatures: Mapping[str, str]
    texts: tuple[str, ...] = ()
    statistics: Mapping[str, Statistics] = field(default_factory=dict, compare=False, repr=False)


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
    scores = score(answers)
    found = scores.metrics
    return Scored(
        {name: round(item.value, 4) for name, item in found.items()},
        {name: item.signature for name, item in found.items()},
        tuple(texts),
        scores.statistics,
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
    losses = _losses(model, chat, own_rows, _LOSS_BATCH)
    answers: list[tuple[str, bool, float]] = [("", False, 0.0)] * len(rows)
    own_answers = [(draft.text, draft.ended, loss) for draft, loss in zip(drafts, losses, strict=True)]
    for index, part in enumerate(among.gathered(own_answers)):
        answers[index :: among.size] = part
    texts = tuple(text for text, _, _ in answers)
    scored = score_texts(rows, texts)
    found = {
        "ended": Statistics.of_values(100.0 * has_ended for _, has_ended, _ in answers),
        "loss": _loss_statistics([loss for _, _, loss in answers], rows),
    }
    own = {"ended": round(found["ended"].total, 2), "loss": round(found["loss"].total, 4)} if rows else {}
    return Scored({**scored.metrics, **own}, scored.signatures, texts, {**scored.statistics, **found})


def _loss_statistics(losses: Sequence[float], rows: Sequence[Row]) -> Statistics:
    """Each row's loss and answer tokens: the metric is a mean over the tokens of all."""
    counts = [len(row.answer) for row in rows]
    return Statistics(np.array([losses, counts], dtype=np.float64).T.reshape(-1, 2), ratio)


def loss(model: PreTrainedModel, chat: Chat, rows: Sequence[Row], batch: int = _LOSS_BATCH) -> float:
    """Mean negative log-probability (nats) of all answer tokens of `rows`; the model's mode stays as it was."""
    return sum(_losses(model, chat, rows, batch)) / max(1, sum(len(row.answer) for row in rows))


def _losses(model: PreTrainedModel, chat: Chat, rows: Sequence[Row], batch: int) -> list[float]:
    """The loss summed over the answer tokens of each row."""
    found = [0.0] * len(rows)
    was_training = model.training
    model.eval()
    try:
        ordered = sorted(range(len(rows)), key=lambda number: len(rows[number].tokens))
        for start in range(0, len(ordered), batch):
            part = ordered[start : start + batch]
            for number, value in zip(part, _losses_of(model, chat, [rows[number] for number in part]), strict=True):
                found[number] = value
    finally:
        model.train(was_training)
    return found


@torch.no_grad()  # not inference_mode: what a layer caches then could not be trained with
def _losses_of(model: PreTrainedModel, chat: Chat, rows: Sequence[Row]) -> list[float]:
    """The summed loss of each row of a batch. Padded on the left, so that all answers lie at the end and logits are made for
    those places only."""
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
    return [float(value) for value in (losses * counted).sum(dim=1)]


def table(
    scores: Mapping[str, Mapping[str, float]],
    intervals: Mapping[str, Mapping[str, Mapping[str, float]]] | None = None,
    differences: Mapping[str, Mapping[str, float]] | None = None,
) -> str:
    """Metrics (rows) of each writer (columns), as plain text; what a writer has no value for stays blank. With `intervals`,
    half of each one's width; with `differences`, those of adapter and base, and which of them are beyond chance."""
    # A record that was read has its writers by the alphabet.
    scores = {writer: scores[writer] for writer in sorted(scores, key=lambda name: name != "base")}
    names = [name for name in (*METRICS, *OWN) if any(name in found for found in scores.values())]
    head = ["", *scores, *(["adapter - base"] if differences else [])]
    rows = [head]
    for name in names:
        bounds = [(intervals or {}).get(writer, {}).get(name) for writer in scores]
        cells = [_cell(found.get(name), name, own) for found, own in zip(scores.values(), bounds, strict=True)]
        rows.append([name, *cells, *([_difference((differences or {}).get(name), name)] if differences else [])])
    widths = [max(7 if at else 0, *(len(row[at]) for row in rows)) for at in range(len(head))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    notes = ["± half of the interval that 95 of 100 resamples of the texts give"] if intervals else []
    notes += ["* adapter and base differ beyond chance (95 %, the same texts resampled for both)"] if differences else []
    return "\n".join(line.rstrip() for line in [*lines, *notes])


def is_beyond_chance(difference: Mapping[str, float]) -> bool:
    """Whether a difference keeps its sign in 95 of 100 resamples."""
    return difference["low"] > 0 or difference["high"] < 0


def too_few(sections: int) -> str:
    """A warning where so many held-out sections say little; else empty."""
    if sections >= _FEWEST:
        return ""
    held = f"{sections} sections were" if sections != 1 else "1 section was"
    return f"only {held} held out: too few to tell writers apart; intervals and stars say more than they know below {_FEWEST}"


def digits(metric: str) -> int:
    """The decimals of a metric that say something."""
    return {"contradicted": 0, "length": 2, "loss": 2}.get(metric, 1)


def _cell(value: float | None, name: str, bounds: Mapping[str, float] | None) -> str:
    if value is None:
        return ""
    half = f" ±{(bounds['high'] - bounds['low']) / 2:.{digits(name)}f}" if bounds else ""
    return f"{value:.{digits(name)}f}{half}"


def _difference(found: Mapping[str, float] | None, name: str) -> str:
    """A difference; the mark's place stays blank where there is none, so that the numbers stand below each other."""
    return f"{found['difference']:+.{digits(name)}f}{'*' if is_beyond_chance(found) else ' '}" if found else ""
