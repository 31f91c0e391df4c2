"""The loss of answers alone: the output layer runs where something is to be learnt, and keeps no logits.

In: a model and a batch. Out: the summed loss with its gradient. The stock way multiplies every prompt and padding position with
the whole vocabulary, and of a row about a third is answer. The output layer is frozen, so that the gradient of what goes into
it can be taken at once, part by part, and no logits wait for the backward pass. A model that caps or scales its logits is found
by comparing `Outcome`s, and goes its own way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

IGNORED = -100  # the label of what is given and not asked for
_LOGITS_AT_ONCE = 1 << 23  # 32 MB in float32
Batch = Mapping[str, torch.Tensor]


def summed_loss(model: Any, batch: Batch, prompt_weight: float = 0.0, *, fused: bool = True) -> torch.Tensor:
    """The loss (nats) summed over the answer tokens of a batch, and over those of the prompts by `prompt_weight`. `fused` takes
    the logits to be the output layer's alone."""
    tokens, labels, mask = batch["input_ids"], batch["labels"], batch["attention_mask"]
    weights = torch.where(labels != IGNORED, 1.0, prompt_weight * mask)[:, 1:].float()
    chosen = weights > 0
    targets, weights = tokens[:, 1:][chosen], weights[chosen]
    head = _plain(model).get_output_embeddings()
    with _chosen_states(head, chosen, keep=fused) as states:
        logits = model(input_ids=tokens, attention_mask=mask, use_cache=False).logits
    if fused:
        summed: torch.Tensor = _Fused.apply(states[0], head.weight, getattr(head, "bias", None), targets, weights)
        return summed
    losses = functional.cross_entropy(logits[0].float(), targets, reduction="none")
    return (losses * weights).sum()


@contextmanager
def _chosen_states(head: torch.nn.Module, chosen: torch.Tensor, *, keep: bool) -> Iterator[list[torch.Tensor]]:
    """Inside, the output layer sees the states of the chosen positions only, in one row; or, where they are kept for later, a
    single one of them all."""
    kept: list[torch.Tensor] = []

    def choose(_: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        states = given[0]
        if keep:
            kept.append(states[:, :-1][chosen])
            return (states[:1, :1].detach(), *given[1:])
        return (states[:, :-1][chosen][None], *given[1:])

    handle = head.register_forward_pre_hook(choose)
    try:
        yield kept
    finally:
        handle.remove()


def _plain(model: Any) -> Any:
    """The causal language model inside whatever wraps it."""
    while hasattr(model, "module"):  # several processes
        model = model.module
    return model.get_base_model() if hasattr(model, "get_base_model") else model


class _Fused(torch.autograd.Function):
    """The summed cross-entropy of a frozen output layer, with the gradient of its input made on the way."""

    @staticmethod
    def forward(
        ctx: Any,
        states: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        targets: torch.Tensor,
        scale: torch.Tensor,
    ) -> torch.Tensor:
        total = torch.zeros((), device=states.device)
        gradient = torch.empty_like(states)
        size = max(1, _LOGITS_AT_ONCE // weight.shape[0])
        for start in range(0, len(targets), size):
            part = slice(start, start + size)
            logits = functional.linear(states[part].to(weight.dtype), weight, bias).float()
            normal = logits.logsumexp(-1)
            wanted = targets[part, None]
            total += (scale[part] * (normal - logits.gather(1, wanted)[:, 0])).sum()
            logits.sub_(normal[:, None]).exp_()
            logits.scatter_add_(1, wanted, torch.full_like(wanted, -1, dtype=logits.dtype))
            logits.mul_(scale[part, None])
            gradient[part] = (logits.to(weight.dtype) @ weight).to(gradient.dtype)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        return (gradient * upstream[0]).to(gradient.dtype), None, None, None, None


@dataclass(frozen=True)
class Outcome:
    """A loss with its gradient, in one vector."""

    loss: float
    gradient: torch.Tensor

    def is_equal(self, other: Outcome, rounding: float) -> bool:
        """Whether both are the same but for rounding: the gradients at most so far apart, relative to their size."""
        close = math.isclose(self.loss, other.loss, rel_tol=max(2e-3, rounding / 20), abs_tol=1e-4)
        apart = float((self.gradient - other.gradient).norm())
        return close and apart <= rounding * float(other.gradient.norm()) + 1e-6


def outcome(way: Callable[[], torch.Tensor], trainable: Sequence[torch.nn.Parameter]) -> Outcome:
    """What a way to a loss gives, for all trainable parameters. Leaves no gradient behind."""
    with torch.enable_grad():
        loss = way()
        gradients = torch.autograd.grad(loss, trainable, allow_unused=True)
    return Outcome(float(loss.detach()), torch.cat([found.float().flatten() for found in gradients if found is not None]))
