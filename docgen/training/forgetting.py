"""What a base forgets while it learns: its loss on general text, with the adapter on and off.

In: a model with its adapter. Out: nats a token, before and after. The text is the package's own, plain English about this and
that, and no corpus holds it; a project can bring another. What is measured is a direction and a size, not a quality: a
specialised base has little to forget here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from docgen.facts import JSON
from docgen.report import InputError
from docgen.writers.local.chat import Chat

GENERAL_TEXT = Path(__file__).with_name("general.txt")
_LONGEST = 256  # tokens of one passage


@dataclass(frozen=True)
class Forgetting:
    """The mean loss (nats a token) on general text without and with the adapter."""

    before: float
    after: float
    tokens: int

    @property
    def rise(self) -> float:
        """How much has been forgotten; negative where the adapter does better."""
        return round(self.after - self.before, 4)

    @property
    def record(self) -> dict[str, JSON]:
        """As it stands in the adapter's record."""
        return {"before": self.before, "after": self.after, "rise": self.rise, "tokens": self.tokens}


def passages_of(text: Path) -> list[str]:
    """The passages of a file, which blank lines separate. Raises InputError where it cannot be read or holds none."""
    fix = "name a file of plain text, passages between blank lines"
    try:
        content = text.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"the general text cannot be read: {error.strerror}", str(text), fix) from error
    except UnicodeDecodeError as error:
        raise InputError("the general text is not UTF-8", str(text), fix) from error
    found = [passage.strip() for passage in re.split(r"\n[ \t]*\n", content) if passage.strip()]
    if not found:
        raise InputError("the general text is empty", str(text), fix)
    return found


def forgetting(model: Any, chat: Chat, text: Path = GENERAL_TEXT) -> Forgetting:
    """What the adapter on `model` costs on a text, whose passages are separated by blank lines. The mode stays as it was."""
    passages = [chat.answer(passage)[:_LONGEST] for passage in passages_of(text)]
    was_training = model.training
    model.eval()
    try:
        after, tokens = _loss(model, passages)
        with model.disable_adapter():
            before, _ = _loss(model, passages)
    finally:
        model.train(was_training)
    return Forgetting(round(before, 4), round(after, 4), tokens)


@torch.no_grad()
def _loss(model: Any, passages: list[list[int]]) -> tuple[float, int]:
    total, count = 0.0, 0
    for passage in passages:
        tokens = torch.tensor([passage], device=model.device)
        logits = model(input_ids=tokens, use_cache=False).logits[0, :-1].float()
        total += float(torch.nn.functional.cross_entropy(logits, tokens[0, 1:], reduction="sum"))
        count += len(passage) - 1
    return total / max(1, count), count
